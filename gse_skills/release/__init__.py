"""Releases of concept schemes: which there are, what a new one would change, and what becomes of the records."""

from gse_skills.release.catalogue import CHANGES, RELEASES, Catalogue, Installed
from gse_skills.release.decision import Action, Decision, Decisions, read_sheet, write_sheet
from gse_skills.release.migration import Migration
from gse_skills.release.rehearsal import Impact, Rehearsal, rehearse, require_used

__all__ = [
    "CHANGES",
    "RELEASES",
    "Action",
    "Catalogue",
    "Decision",
    "Decisions",
    "Impact",
    "Installed",
    "Migration",
    "Rehearsal",
    "read_sheet",
    "rehearse",
    "require_used",
    "write_sheet",
]
