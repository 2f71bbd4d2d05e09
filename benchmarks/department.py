"""A department of people at the real role levels of the Digital and Data framework, in one workbook."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import clock, peak_mib
from gse_skills.access import OPERATOR
from gse_skills.demo import department
from gse_skills.framework import read_scheme
from gse_skills.imports import ColumnMapping
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet

SHARED = Path(os.environ.get("GSE_SKILLS_SHARED_DATA", Path(__file__).parent.parent.parent / "shared" / "data"))


def run(people: int, say: Callable[[str], None]) -> None:
    """Load ESCO and the Digital and Data framework, then import the department; says what it measured."""
    if not SHARED.is_dir():
        say(f"skipped: the real data sets are not in {SHARED}")
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with Register.open(Settings(data=folder / "data")) as register:
            for source in ("esco/esco-v1.1.1-en.csv.zip", "gdd-capability-framework"):
                with clock() as taken:
                    scheme = read_scheme(SHARED / source, register.sandbox)
                    register.load_scheme(scheme)
                say(f"{scheme.title}: {len(scheme.triples):,} statements loaded in {taken():.1f} s")
            made = department(register.state.framework, folder, people)
            register.add_organisation(made.organisation)
            sheet = made.sheet
            assert sheet.mapping is not None
            mapping = ColumnMapping.load(sheet.mapping)
            options = ImportOptions(
                sheet.organisation, sheet.path.name, sheet.full, sheet.snapshot, sheet.default_basis, mapping
            )
            with clock() as taken:
                result = import_sheet(register, sheet.path, options, register.access(OPERATOR))
            say(f"import of {result.rows:,} rows: {taken():.1f} s, {result.rows / taken():,.0f} rows a second")
            say(f"peak memory of the process: {peak_mib():,.0f} MiB")
    finally:
        shutil.rmtree(folder)
