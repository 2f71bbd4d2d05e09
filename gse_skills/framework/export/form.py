"""The forms in which a release can be taken away."""

from __future__ import annotations

from enum import Enum
from pathlib import PurePath
from typing import NamedTuple

from gse_skills.errors import InputError


class _Told(NamedTuple):
    label: str
    media_type: str


class Form(Enum):
    """A form, by the ending of its file.

    >>> Form.of(PurePath("skills.TTL")).media_type, Form("ods").label
    ('text/turtle; charset=utf-8', 'OpenDocument spreadsheet')
    """

    TURTLE = "ttl"
    RDF_XML = "rdf"
    JSON_LD = "jsonld"
    N_TRIPLES = "nt"
    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    HTML = "html"

    @property
    def label(self) -> str:
        """What people call it."""
        return _TOLD[self].label

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _TOLD[self].media_type

    @property
    def tabular(self) -> bool:
        """Whether it is the spreadsheet template."""
        return self in (Form.CSV, Form.XLSX, Form.ODS)

    @classmethod
    def of(cls, path: PurePath) -> Form:
        """The form that the ending of a file means; raises InputError (rule `unknown-form`)."""
        try:
            return cls(path.suffix.removeprefix(".").casefold())
        except ValueError:
            choices = [form.value for form in cls]
            remedy = f"End the file's name in one of: {', '.join(f'.{ending}' for ending in choices)}."
            message = f"The ending of {path.name} names no form."
            raise InputError(message, rule="unknown-form", remedy=remedy, extra={"forms": choices}) from None


_TOLD = {
    Form.TURTLE: _Told("Turtle", "text/turtle; charset=utf-8"),
    Form.RDF_XML: _Told("RDF/XML", "application/rdf+xml"),
    Form.JSON_LD: _Told("JSON-LD", "application/ld+json"),
    Form.N_TRIPLES: _Told("N-Triples", "application/n-triples"),
    Form.CSV: _Told("CSV", "text/csv; charset=utf-8"),
    Form.XLSX: _Told("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Form.ODS: _Told("OpenDocument spreadsheet", "application/vnd.oasis.opendocument.spreadsheet"),
    Form.HTML: _Told("Printable document", "text/html; charset=utf-8"),
}
