"""A dossier to take away: to read in a terminal, to open as a spreadsheet, to print, or as linked data."""

from __future__ import annotations

import base64
import csv
import datetime
import hashlib
import html
import io
import zipfile
from collections.abc import Iterator
from enum import StrEnum

import pyoxigraph as ox

from gse_skills.dossier.dossier import Dossier
from gse_skills.dossier.tables import Table, tables_of
from gse_skills.framework.export.graph import write_json_ld
from gse_skills.framework.template import guarded
from gse_skills.records import organisation_iri
from gse_skills.vocabulary import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, XSD, Identifier

_STYLE = """
:root { font: 10pt/1.4 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff; }
body { margin: 0 auto; padding: 1rem; } h1 { font-size: 1.8rem; } h2 { font-size: 1.3rem; margin-top: 2rem; }
.marking { text-align: center; font-weight: bold; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #b1b4b6; padding: .2rem .4rem; text-align: left; vertical-align: top; }
@page { size: A4 landscape; margin: 1.5cm; }
@media print { tr { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; } }
"""
_DIGEST = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"
POLICY = f"default-src 'none'; style-src '{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of the document, which brings its own style and nothing else."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the archive: the same dossier gives the same bytes."""


class Form(StrEnum):
    """A form to take a dossier away in, by the ending of its file.

    >>> Form.CSV.ending, Form.HTML.media_type
    ('zip', 'text/html; charset=utf-8')
    """

    TEXT = "text"
    JSON_LD = "jsonld"
    CSV = "csv"
    HTML = "html"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _MEDIA_TYPES[self]

    @property
    def ending(self) -> str:
        """The ending of its file's name: CSV comes as several tables in one archive."""
        return {Form.TEXT: "txt", Form.CSV: "zip"}.get(self, self.value)


_MEDIA_TYPES = {
    Form.TEXT: "text/plain; charset=utf-8",
    Form.JSON_LD: "application/ld+json",
    Form.CSV: "application/zip",
    Form.HTML: "text/html; charset=utf-8",
}


def take_away(dossier: Dossier, form: Form, marking: str, today: datetime.date) -> bytes:
    """The whole dossier in one file, with its marking.

    JSON-LD is the statements themselves with a context that stands in the file; CSV is an archive of one table each for
    what people open in a spreadsheet; HTML prints.
    """
    match form:
        case Form.TEXT:
            return "\n".join(_text(dossier, marking)).encode() + b"\n"
        case Form.HTML:
            return "\n".join(_html(dossier, marking, today)).encode() + b"\n"
        case Form.CSV:
            return _archive(dossier, marking, today)
        case Form.JSON_LD:
            beside = (*_document(dossier, marking, today), *_looks(dossier), *_beside(dossier), *_undone(dossier))
            return write_json_ld([*dossier.triples, *beside])


def _text(dossier: Dossier, marking: str) -> Iterator[str]:
    yield marking
    for table in tables_of(dossier):
        yield f"\n{table.title}"
        if not table.rows:
            yield f"  {table.nothing}"
        for row in table.rows:
            filled = [(name, value) for name, value in zip(table.headings, row, strict=True) if value]
            if table.name == "about":
                yield f"  {row[0]}: {row[1] or 'none'}"
            else:
                yield "  - " + "; ".join(f"{name}: {value}" for name, value in filled)
    yield f"\n{marking}"


def _archive(dossier: Dossier, marking: str, today: datetime.date) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        readme = f"{marking}\r\n\r\nEverything that the register keeps of you, as of {today.isoformat()}.\r\n"
        archive.writestr(zipfile.ZipInfo("read-me.txt", _EPOCH), readme)
        for table in tables_of(dossier):
            archive.writestr(zipfile.ZipInfo(f"{table.name}.csv", _EPOCH), _csv(table, marking))
    return target.getvalue()


def _csv(table: Table, marking: str) -> bytes:
    """A table with its marking in a column of its own, so that every row of it stays marked and the heading first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*table.headings, "marking"])
    writer.writerows([*map(guarded, row), marking] for row in table.rows)
    # Without the mark at the beginning, Excel takes UTF-8 for something else.
    return text.getvalue().encode("utf-8-sig")


def _html(dossier: Dossier, marking: str, today: datetime.date) -> Iterator[str]:
    sign = f'<p class="marking">{html.escape(marking)}</p>'
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Everything kept of you</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>{sign}</header>\n<main>"
    yield f"<h1>Everything kept of {html.escape(dossier.identity.name)}</h1>\n<p>As of {today.isoformat()}.</p>"
    for table in tables_of(dossier):
        yield f'<h2 id="{table.name}">{html.escape(table.title)}</h2>'
        if not table.rows:
            yield f"<p>{html.escape(table.nothing)}</p>"
            continue
        yield f'<div class="scroll" role="region" aria-labelledby="{table.name}" tabindex="0">\n<table>'
        heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in table.headings)
        yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
        for row in table.rows:
            yield f"<tr>{''.join(f'<td>{html.escape(value)}</td>' for value in row)}</tr>"
        yield "</tbody>\n</table>\n</div>"
    yield f"</main>\n<footer>{sign}</footer>\n</body>\n</html>"


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _document(dossier: Dossier, marking: str, today: datetime.date) -> Iterator[ox.Triple]:
    """What the file itself is: about whom, of which day, under which marking."""
    person = Identifier("person", int(dossier.person, 16)).iri
    document = _node(f"{person}#record")
    yield ox.Triple(document, _node(RDF.type), _node(FOAF.Document))
    yield ox.Triple(document, _node(FOAF.primaryTopic), _node(person))
    yield ox.Triple(document, _node(DCTERMS.accessRights), ox.Literal(marking))
    day = ox.Literal(today.isoformat(), datatype=_node(XSD.date))
    yield ox.Triple(document, _node(DCTERMS.created), day)
    for one in dossier.records:
        yield ox.Triple(_node(one.skill), _node(SKOS.prefLabel), ox.Literal(one.label, language="en"))


def _looks(dossier: Dossier) -> Iterator[ox.Triple]:
    """Who looked, as activities that used what is kept of the person."""
    person = Identifier("person", int(dossier.person, 16)).iri
    for number, one in enumerate(dossier.looks, 1):
        look = _node(f"{person}#look-{number}")
        yield ox.Triple(look, _node(RDF.type), _node(PROV.Activity))
        yield ox.Triple(look, _node(PROV.used), _node(person))
        ended = ox.Literal(one.time.isoformat(), datatype=_node(XSD.dateTime))
        yield ox.Triple(look, _node(PROV.endedAtTime), ended)
        yield ox.Triple(look, _node(RDFS.label), ox.Literal(f"{one.action.value} by {one.caller.role.value}"))
        if one.caller.organisation:
            organisation = _node(organisation_iri(one.caller.organisation))
            yield ox.Triple(look, _node(PROV.wasAssociatedWith), organisation)
        if one.purpose:
            yield ox.Triple(look, _node(DCTERMS.description), ox.Literal(one.purpose))


def _undone(dossier: Dossier) -> Iterator[ox.Triple]:
    """What was undone: each statement named and not made, since it holds no more, and what said and took it back."""
    person = Identifier("person", int(dossier.person, 16)).iri
    for number, (each, stated) in enumerate(((one, triple) for one in dossier.withdrawn for triple in one.triples), 1):
        node = _node(f"{person}#undone-{number}")
        yield ox.Triple(node, _node(RDF.type), _node(RDF.Statement))
        yield ox.Triple(node, _node(RDF.subject), stated.subject)
        yield ox.Triple(node, _node(RDF.predicate), stated.predicate)
        yield ox.Triple(node, _node(RDF.object), stated.object)
        if each.origin is not None and each.undone is not None:
            yield ox.Triple(node, _node(PROV.wasGeneratedBy), _node(each.origin.iri))
            yield ox.Triple(node, _node(PROV.wasInvalidatedBy), _node(each.undo))
            when = ox.Literal(each.undone.isoformat(), datatype=_node(XSD.dateTime))
            yield ox.Triple(node, _node(PROV.invalidatedAtTime), when)
        else:
            yield ox.Triple(node, _node(RDFS.comment), ox.Literal("Kept to undo the last import."))


def _beside(dossier: Dossier) -> Iterator[ox.Triple]:
    """What lies beside the store: accounts, and complaints."""
    person = Identifier("person", int(dossier.person, 16)).iri
    for number, account in enumerate(dossier.accounts, 1):
        node = _node(f"{person}#account-{number}")
        yield ox.Triple(_node(person), _node(FOAF.account), node)
        yield ox.Triple(node, _node(RDF.type), _node(FOAF.OnlineAccount))
        yield ox.Triple(node, _node(FOAF.accountName), ox.Literal(account.name))
    for complaint in dossier.complaints:
        node = _node(f"{person}#complaint-{complaint.reference}")
        yield ox.Triple(node, _node(RDF.type), _node(PROV.Entity))
        yield ox.Triple(node, _node(PROV.wasAttributedTo), _node(person))
        received = ox.Literal(complaint.received.isoformat(), datatype=_node(XSD.dateTime))
        yield ox.Triple(node, _node(PROV.generatedAtTime), received)
        yield ox.Triple(node, _node(DCTERMS.description), ox.Literal(complaint.text))
        if complaint.answer:
            yield ox.Triple(node, _node(RDFS.comment), ox.Literal(complaint.answer))
