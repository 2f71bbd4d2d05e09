"""A concept scheme to take away: RDF, the spreadsheet template, a printable document."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework.difference import Release, release_of
from gse_skills.framework.export.document import STYLE_DIGEST, write_html
from gse_skills.framework.export.form import Form
from gse_skills.framework.export.graph import write_json_ld, write_n_triples, write_rdf_xml, write_turtle
from gse_skills.framework.export.spreadsheet import HOW_TO, write_csv, write_ods, write_xlsx
from gse_skills.framework.export.tabulation import empty, tabulate
from gse_skills.framework.load import tag_files
from gse_skills.framework.template import Sheet

_EPOCH = datetime.date(1980, 1, 1)
_RDF = {
    Form.TURTLE: write_turtle,
    Form.RDF_XML: write_rdf_xml,
    Form.JSON_LD: write_json_ld,
    Form.N_TRIPLES: write_n_triples,
}


def export(triples: Iterable[ox.Triple], form: Form, marking: str = "OFFICIAL") -> bytes:
    """A concept scheme in a form; the same triples give the same bytes, whatever their order.

    Spreadsheets and the document carry the marking; RDF, which other systems merge, carries none. Raises InputError
    (rules `no-concept-scheme`, `not-for-xml`, `triple-term`) and TooLargeError (`cell-too-long`, `too-many-rows`) for
    what the form cannot say.
    """
    found = sorted(triples, key=str)
    if form in _RDF:
        return _RDF[form](found)
    if form is Form.HTML:
        tags = (quad.triple for path in tag_files() for quad in ox.parse(path=path))
        return write_html(found, tags, marking)
    release = release_of(found)
    return _spreadsheet(tabulate(found), _about(release, marking), form, marking, release.modified or _EPOCH)


def empty_template(form: Form, marking: str = "OFFICIAL") -> bytes:
    """The spreadsheet template with nothing in it; raises InputError (rule `no-template`) for other forms."""
    if not form.tabular:
        message, remedy = f"{form.label} is no form of the template.", "Name a file that ends in .xlsx, .ods or .csv."
        raise InputError(message, rule="no-template", remedy=remedy)
    return _spreadsheet(empty(), ("Spreadsheet template of a concept scheme", *HOW_TO), form, marking, _EPOCH)


def _about(release: Release, marking: str) -> tuple[str, ...]:
    title = release.title or "Concept scheme"
    return (f"{title} {release.version}".strip(), marking, *HOW_TO)


def _spreadsheet(sheets: list[Sheet], about: tuple[str, ...], form: Form, marking: str, day: datetime.date) -> bytes:
    if form is Form.CSV:
        return write_csv(sheets, about)
    return write_ods(sheets, about, marking) if form is Form.ODS else write_xlsx(sheets, about, marking, day)


__all__ = ["STYLE_DIGEST", "Form", "empty_template", "export"]
