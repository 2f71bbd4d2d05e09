"""Whether a mapping set may go into the store: whole, and looked at by a person."""

from __future__ import annotations

import re
from dataclasses import replace

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.framework.quality import Severity
from gse_skills.mapping.body import MappingFindingBody
from gse_skills.mapping.check import check
from gse_skills.mapping.mapping import CANDIDATE, REVIEWED, MappingSet
from gse_skills.mapping.read import SUFFIX, shipped_paths
from gse_skills.mapping.rule import Finding

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TOLD = 10
"""Findings that an error carries."""


def require_name(name: str) -> None:
    """Raise InputError when a set cannot be called so: `bad-mapping-name`, and `shipped-mapping-set` for one of ours,
    which every start brings up to what is shipped."""
    if not _NAME.fullmatch(name) or len(name) > 64:
        raise InputError(
            f"A mapping set cannot be called “{name}”.",
            rule="bad-mapping-name",
            remedy=f"Call the file by small letters, digits and hyphens, and end it in {SUFFIX}: team-list{SUFFIX}.",
        )
    if name in (path.name.removesuffix(SUFFIX) for path in shipped_paths()):
        raise InputError(
            f"The mapping set “{name}” is one of those that are shipped.",
            rule="shipped-mapping-set",
            remedy="Give the file another name.",
        )


def judged(mapping_set: MappingSet, framework: Framework, *, reviewed: bool) -> tuple[MappingSet, tuple[Finding, ...]]:
    """The set as it may be kept, and the warnings and notes there are about it.

    `framework` is what is loaded. With `reviewed` somebody says that they looked at every row, and candidates are
    marked so. Raises InputError: those of `require_name`, and the rule of the worst finding when one is an error or a
    row is a candidate that nobody has reviewed; its `extra["findings"]` tells line, column, value, rule and remedy.
    """
    require_name(mapping_set.name)
    if reviewed:
        rows = (
            replace(one, justification=REVIEWED) if one.justification in CANDIDATE else one
            for one in mapping_set.mappings
        )
        mapping_set = replace(mapping_set, mappings=tuple(rows))
    found = check(mapping_set, framework)
    barring = [one for one in found if one.rule.severity is Severity.ERROR or one.rule.slug == "unreviewed-candidate"]
    if barring:
        first = barring[0]
        where = f"line {first.line}, {first.column}, “{first.value}”" if first.line else first.column
        more = f" There are {len(barring) - 1:,} more faults." if len(barring) > 1 else ""
        raise InputError(
            f"{mapping_set.name}: {where}: {first.message}{more}",
            rule=first.rule.slug,
            remedy=first.rule.remedy,
            extra={
                "faults": len(barring),
                "findings": [MappingFindingBody.of(one).model_dump(exclude={"link"}) for one in barring[:_TOLD]],
            },
        )
    return mapping_set, found
