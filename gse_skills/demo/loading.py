"""The invented alliance brought into a register, through the same import as any department's sheets."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from gse_skills.access import OPERATOR
from gse_skills.demo.alliance import alliance
from gse_skills.demo.interchange import bring_opportunities
from gse_skills.demo.work import bring_work
from gse_skills.imports import ColumnMapping
from gse_skills.register import Register, today
from gse_skills.sheet_import import ImportOptions, import_sheet


def load_demo(register: Register, people: int, say: Callable[[str], None]) -> None:
    """Invent an alliance of so many people and import its sheets; `say` hears of each."""
    invented = alliance(register.state.framework, people, today=today())
    for organisation in invented.organisations:
        register.add_organisation(organisation)
    access = register.access(OPERATOR)
    with tempfile.TemporaryDirectory(prefix="demo-", dir=register.folder.spool) as folder:
        for sheet in invented.sheets(Path(folder)):
            options = ImportOptions(
                sheet.organisation, sheet.path.name, sheet.full, sheet.snapshot, sheet.default_basis
            )
            if sheet.mapping is not None:
                options = replace(options, mapping=ColumnMapping.load(sheet.mapping))
            result = import_sheet(register, sheet.path, options, access)
            counts = ", ".join(f"{count:,} {status}" for status, count in result.counts.items())
            say(f"{sheet.organisation}: {sheet.path.name}: {counts}")
        first = invented.organisations[0].slug
        say(f"{first}: {bring_work(register, first, Path(folder))}")
    say(f"{bring_opportunities(register)} opportunities")
