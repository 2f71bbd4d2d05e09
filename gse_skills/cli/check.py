"""`gse-skills framework check`: what is wrong with a concept scheme."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import QualityBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.framework import Scheme, read_scheme, shipped_scheme
from gse_skills.framework import quality as rules
from gse_skills.framework.quality import RULES, Finding, Report, Rule, Severity
from gse_skills.sandbox import Sandbox

SHOWN = 10
"""Findings of a rule that are shown unless all are asked for."""


def check(
    source: Annotated[
        Path | None,
        typer.Argument(help="A SKOS file, an ESCO download, or the Digital and Data folder; the shipped framework."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"Show every finding, not {SHOWN} a rule.")] = False,
    reason: Annotated[bool, typer.Option("--reason", help="Reason with HermiT too; needs Java.")] = False,
    as_json: Json = False,
) -> None:
    """Check a concept scheme: SKOS, the usual quality checks, our shapes. Exit code 1 when there are errors.

    Examples:

      gse-skills framework check

      gse-skills framework check my-skills.ttl --all
    """
    began = time.monotonic()
    report = rules.check(_scheme(source), reason=reason)
    if as_json:
        dump(QualityBody.of(report))
    else:
        _tell(report, everything=everything)
        counted = ", ".join(_counted(count, severity.label) for severity, count in report.counts.items())
        say(f"{counted}; {len(RULES)} rules in {time.monotonic() - began:.1f} s.")
    raise typer.Exit(1 if report.counts[Severity.ERROR] else 0)


def _scheme(source: Path | None) -> Scheme:
    if source is None:
        return shipped_scheme()
    with Sandbox() as sandbox:
        return read_scheme(source, sandbox)


def _tell(report: Report, *, everything: bool) -> None:
    """The report for people, a paragraph a rule."""
    size = f"{report.statements:,} statements, {report.concepts:,} concepts, {_counted(report.schemes, 'scheme')}"
    say(f"{report.title}: {size}.")
    for line in report.notes:
        say(f"  note: {line}")
    for line in report.skipped:
        say(f"  not run: {line}")
    say()
    for rule, found in groupby(report.findings, key=lambda finding: finding.rule):
        tell_rule(rule, list(map(_words, found)), everything=everything)
        say()


def tell_rule(rule: Rule, found: Sequence[str], *, everything: bool) -> None:
    """A rule as a paragraph, with what was found against it, a line each."""
    say(f"{rule.severity.label}: {rule.slug} ({len(found):,})")
    say(f"  {rule.title}")
    say(f"  {rule.link}")
    say(f"  What to do: {rule.remedy}")
    shown = found if everything else found[:SHOWN]
    for line in shown:
        say(f"    {line}")
    if len(found) > len(shown):
        say(f"    and {len(found) - len(shown):,} more (--all)")


def _words(finding: Finding) -> str:
    named = f"{finding.label} <{finding.concept}>".strip() if finding.concept else ""
    return f"{named}: {finding.message}" if named else finding.message


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
