"""Releases of concept schemes: which there are, what a new one would change, and what becomes of the records."""

from gse_skills.release.catalogue import CHANGES, RELEASES, Catalogue, Installed
from gse_skills.release.decision import Action, Decision, Decisions, read_sheet, write_sheet
from gse_skills.release.entry import enter
from gse_skills.release.life import MATCHES, Chapter, Matched, Summary, life_of, matches_of, metadata_of, summary_of
from gse_skills.release.migration import Migration
from gse_skills.release.rehearsal import Impact, Rehearsal, rehearse, require_used

__all__ = [
    "CHANGES",
    "MATCHES",
    "RELEASES",
    "Action",
    "Catalogue",
    "Chapter",
    "Decision",
    "Decisions",
    "Impact",
    "Installed",
    "Matched",
    "Migration",
    "Rehearsal",
    "Summary",
    "enter",
    "life_of",
    "matches_of",
    "metadata_of",
    "read_sheet",
    "rehearse",
    "require_used",
    "summary_of",
    "write_sheet",
]
