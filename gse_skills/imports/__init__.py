"""Spreadsheets: read in a child, columns recognised, rows turned into assertions, and reported on row by row."""

from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.columns import Shape, SheetColumns, recognise
from gse_skills.imports.finding import Finding
from gse_skills.imports.interpret import Defaults, interpret
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.imports.report import write_report
from gse_skills.imports.sheet import SheetReading, open_sheet

__all__ = [
    "Assertion",
    "ColumnMapping",
    "Defaults",
    "Finding",
    "PersonFacts",
    "Shape",
    "SheetColumns",
    "SheetReading",
    "interpret",
    "open_sheet",
    "recognise",
    "write_report",
]
