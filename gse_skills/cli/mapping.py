"""`gse-skills map`: mapping sets from our framework to other classifications."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.cli.check import SHOWN, tell_rule
from gse_skills.cli.mapping_apply import apply
from gse_skills.cli.mapping_suggest import suggest
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.framework import Framework, read_scheme, shipped
from gse_skills.framework.quality import Severity
from gse_skills.mapping import Finding, check, read, shipped_paths
from gse_skills.mapping.body import MappingCheckBody, MappingChecksBody, MappingSetBody, MappingSetsBody
from gse_skills.mapping.schema import installed, validate
from gse_skills.sandbox import Sandbox

_SKIPPED = "the SSSOM schema: the sssom package is not installed (pip install 'gse-skills[mapping]')"

app = typer.Typer(
    help="Mappings to other classifications, in SSSOM.\n\nExample: gse-skills map check", no_args_is_help=True
)


for command in (suggest, apply):
    app.command()(command)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the mapping sets that are shipped.

    Example: gse-skills map list
    """
    body = MappingSetsBody(items=[MappingSetBody.of(read(path)) for path in shipped_paths()])
    if as_json:
        dump(body)
        return
    rows = [(one.name, one.version, f"{one.mappings:,}", _relations(one), one.title) for one in body.items]
    table(rows, ("name", "version", "mappings", "of these", "title"))


@app.command("check")
def check_(
    source: Annotated[Path | None, typer.Argument(metavar="FILE", help="An SSSOM/TSV file; those shipped.")] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="A scheme to look objects up in: whatever `framework load` takes; repeatable."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=f"Show every finding, not {SHOWN} a rule.")] = False,
    as_json: Json = False,
) -> None:
    """Check mapping sets: the SSSOM schema, SKOS, and the concepts that they name. Exit code 1 when there are errors.

    Examples:

      gse-skills map check

      gse-skills map check mappings/gse-to-esco.sssom.tsv --against esco-v1.1.1-en.csv.zip
    """
    framework = _framework(against or [])
    bodies = []
    for path in [source] if source else shipped_paths():
        mapping_set = read(path)
        judged = validate(path) if installed() else ()
        findings = sorted((*judged, *check(mapping_set, framework)), key=lambda one: (one.rule.severity, one.rule.slug))
        bodies.append(MappingCheckBody.of(mapping_set, findings, () if installed() else (_SKIPPED,)))
        if not as_json:
            _tell(bodies[-1], findings, everything=everything)
    if as_json:
        dump(MappingChecksBody(items=bodies))
    raise typer.Exit(1 if any(body.counts[Severity.ERROR.label] for body in bodies) else 0)


def _framework(against: list[Path]) -> Framework:
    """Our own framework as shipped, and the schemes that objects are looked up in."""
    with Sandbox() as sandbox:
        others = [read_scheme(path, sandbox) for path in against]
    return Framework.from_triples({**shipped(), **{scheme.slug: scheme.triples for scheme in others}})


def _relations(body: MappingSetBody) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in body.relations.items())


def _tell(body: MappingCheckBody, findings: list[Finding], *, everything: bool) -> None:
    """One set for people, a paragraph a rule."""
    say(f"{body.set.title or body.set.name}: {body.set.mappings:,} mappings ({_relations(body.set)}).")
    for line in body.skipped:
        say(f"  not run: {line}")
    for rule, of_rule in groupby(
        sorted(findings, key=lambda one: (one.rule.severity, one.rule.slug)), lambda f: f.rule
    ):
        tell_rule(rule, list(map(_words, of_rule)), everything=everything)
    counted = ", ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for word, count in body.counts.items())
    say(f"{counted}.")
    say()


def _words(finding: Finding) -> str:
    where = f"line {finding.line}, {finding.column}" if finding.line else finding.column
    return ": ".join(part for part in (where, finding.value, finding.message) if part)
