"""What an organisation can do, as a file for whoever leads it: CSV, XLSX, ODS, or an HTML page that prints.

The numbers are those of the API, and every row says under which marking they stand, what was counted and by which
version of the framework.
"""

from __future__ import annotations

import base64
import csv
import datetime
import hashlib
import html
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gse_skills.access import Access
from gse_skills.answers import (
    CapabilityBody,
    LeavingBody,
    TrendBody,
    headcount_in_words,
    leaving_in_words,
    standing_in_words,
)
from gse_skills.capability import CapabilityQuestion, Standing, TrendQuestion
from gse_skills.capability.chart import Chart, depth, trend
from gse_skills.development import category_progress, first_day
from gse_skills.framework.export.spreadsheet import write_ods, write_xlsx
from gse_skills.framework.template import Heading, Row, Sheet, guarded
from gse_skills.register import Register, today
from gse_skills.vocabulary import Level

_STYLE = """
:root { font: 10pt/1.4 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff; }
body { margin: 0 auto; padding: 1rem; } h1 { font-size: 1.8rem; } h2 { font-size: 1.3rem; margin-top: 2rem; }
.marking { text-align: center; font-weight: bold; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; } th, td { border: 1px solid #b1b4b6; padding: .2rem .4rem; text-align: left; }
@page { size: A4 landscape; margin: 1.5cm; }
@media print { tr { break-inside: avoid; } h2 { break-after: avoid; } .scroll { overflow: visible; } }
"""
_DIGEST = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"
POLICY = f"default-src 'none'; style-src '{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The content security policy of the page, which brings its own style and nothing else."""


class Form(StrEnum):
    """A form to take a report away in, by the ending of its file.

    >>> Form("xlsx").media_type.rpartition(".")[2]
    'sheet'
    """

    CSV = "csv"
    XLSX = "xlsx"
    ODS = "ods"
    HTML = "html"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return {
            Form.CSV: "text/csv; charset=utf-8",
            Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Form.ODS: "application/vnd.oasis.opendocument.spreadsheet",
            Form.HTML: "text/html; charset=utf-8",
        }[self]


Value = str | int | datetime.date
"""A cell: a workbook gets numbers and dates as what they are."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, and the people whom it names, by IRI."""

    content: bytes
    people_named: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a report."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def report(register: Register, question: CapabilityQuestion, access: Access, form: Form) -> Report:
    """What an organisation can do, as a file; raises what `Register.ask_capability` raises."""
    found = register.ask_capability(question, access)
    body = CapabilityBody.of(found, register.state)
    history: TrendBody | None = None
    more: tuple[Table, ...] = ()
    if question.unit is None:
        asked = TrendQuestion(question.organisation, question.concept, known_at=question.known_at)
        history = TrendBody.of(register.ask_trend(asked, access), register.state)
        # What was known then of roles is not kept.
        more = () if question.known_at else (_by_category(register, question, access),)
    tables = (*_tables(body, history), *more)
    return Report(_written(tables, body, history, form, register.settings.marking), found.people_named)


def _by_category(register: Register, question: CapabilityQuestion, access: Access) -> Table:
    """How levels moved in the last years, by professional category."""
    last, framework = question.as_of or today(), register.state.framework
    asked = (question.organisation, question.concept, first_day(last), last)
    found = category_progress(register, access, *asked)
    return Table(
        "Categories",
        "By professional category, people at each level or above at the end of each year, by the role of each today",
        ("Code", "Concept", "Category", "Day", "People", *(level.label for level in Level)),
        tuple(
            (
                framework.concept(line.concept).notation or "",
                framework.concept(line.concept).pref_label,
                one.category.label if one.category else "not known",
                at.day,
                at.people,
                *at.at_least,
            )
            for one in found
            for line in one.lines
            for at in line.seen
        ),
    )


def _written(
    tables: tuple[Table, ...], body: CapabilityBody, history: TrendBody | None, form: Form, marking: str
) -> bytes:
    match form:
        case Form.CSV:
            return _csv(tables, body, marking)
        case Form.HTML:
            return "\n".join(_html(tables, body, history, marking)).encode() + b"\n"
        case Form.XLSX:
            return write_xlsx(
                _sheets(tables, body, marking), (title_of(body), *_about(body, marking)), marking, today()
            )
        case Form.ODS:
            return write_ods(_sheets(tables, body, marking), (title_of(body), *_about(body, marking)), marking)


def title_of(body: CapabilityBody) -> str:
    """What the report is called."""
    where = f"{body.organisation}, {body.unit}" if body.unit else body.organisation
    return f"Capability of {where}: {body.concept.label if body.concept else 'the whole framework'}"


def _about(body: CapabilityBody, marking: str) -> tuple[str, ...]:
    known = f"known at the end of {body.known_at.isoformat()}" if body.known_at else "known now"
    day = f"As of {body.as_of.isoformat()}, as {known}." if body.as_of else f"As of {today().isoformat()}."
    counted = (
        "All records of the organisation are counted." if body.whole else "Only records shared with you are counted."
    )
    declared = f" Declared: {headcount_in_words(body.headcount)}." if body.headcount else ""
    leaving = (leaving_in_words(body.leaving),) if body.leaving else ()
    return (
        f"{body.people:,} people, {body.mapped:,} of them mapped.{declared} {day} {counted}",
        f"Data {body.data}. Framework version {body.framework_version}. {marking}.",
        "Not mapped means that nobody was asked, as far as is known; it does not mean none.",
        *leaving,
    )


_LEAVERS = ("Known to leave, of working level or above", "Should have left, of working level or above")


def _known(count: int | None) -> Value:
    return "not known" if count is None else count


def _tables(body: CapabilityBody, history: TrendBody | None) -> Iterator[Table]:
    levels = tuple(level.label for level in Level)
    rest = ("", "") if body.leaving else ()
    yield Table(
        "Lines",
        "Coverage and depth",
        (
            "Code",
            "Concept",
            "Mapped",
            *levels,
            "Working level",
            "Assessed within two years",
            "Hanging on one person",
            "Asked, as declared",
            *(_LEAVERS if body.leaving else ()),
        ),
        tuple(
            (
                one.concept.notation or "",
                one.concept.label,
                one.mapped,
                *(one.at_least[level] for level in levels),
                one.bench,
                one.fresh,
                one.hanging,
                "" if one.asked is None else one.asked,
                *((_known(one.leaving), _known(one.should_have_left)) if body.leaving else ()),
            )
            for one in body.lines
        )
        + tuple((one.concept.notation or "", one.concept.label, 0, *(0,) * 7, one.asked, *rest) for one in body.none)
        + tuple((one.notation or "", one.label, "not mapped", *("",) * 8, *rest) for one in body.not_mapped),
    )
    if body.figures_of:
        yield _not_shared(body, levels)
    yield Table(
        "Single points",
        "Skills that hang on one person",
        ("Code", "Skill", "Level", "Person", "At working level behind them"),
        tuple(
            (one.skill.notation or "", one.skill.label, one.level, one.person or "has left since", one.behind)
            for one in body.single_points
        ),
    )
    if body.leaving:
        yield from _leaving(body.leaving)
    yield Table(
        "Units",
        "Units",
        ("Unit", "Below", "People", "With those below", "Mapped", "Headcount, as declared", "Declared on"),
        tuple(
            (
                one.name or "no unit said",
                " > ".join(one.path),
                one.own,
                one.people,
                one.mapped,
                one.headcount.people if one.headcount else "",
                one.headcount.declared_on if one.headcount else "",
            )
            for one in body.units
        ),
    )
    yield Table(
        "Targets",
        "Targets",
        ("Code", "Skill", "Level", "Needed", "By", "Importance", "Unit", "Have", "Standing"),
        tuple(
            (
                one.concept.notation or "",
                one.concept.label,
                one.level,
                one.needed,
                one.by,
                "essential" if one.essential else "wanted",
                one.unit,
                one.have,
                standing_in_words(Standing(one.standing), one.short_by),
            )
            for one in body.targets
        ),
    )
    if history is not None:
        yield Table(
            "Trend",
            "Over the years, people at each level or above",
            ("Day", *levels),
            tuple((one.day, *(one.at_least[level] for level in levels)) for one in history.moments),
        )


def _leaving(found: LeavingBody) -> Iterator[Table]:
    yield Table(
        "Lost",
        f"Skills lost when known leavers go, by {found.until:%-d %B %Y}",
        ("Code", "Skill", "From", "With", "At working level behind them"),
        tuple(
            (
                one.skill.notation or "",
                one.skill.label,
                one.since,
                ", ".join(person or "has left since" for person in one.people),
                one.behind,
            )
            for one in found.lost
        ),
    )
    yield Table(
        "Should have left",
        "People who should have left",
        ("Person", "Leaving date"),
        tuple((one.person or "has left since", one.leaves_on) for one in found.overdue),
    )


def _not_shared(body: CapabilityBody, levels: tuple[str, ...]) -> Table:
    def said(one: object) -> str:
        low, high, rule = (getattr(one, name) for name in ("low", "high", "withheld"))
        return f"withheld ({rule})" if rule else "not mapped" if low is None else f"{low} to {high}"

    return Table(
        "Not shared",
        f"Records that are not shared with you, published figures of {body.figures_of}",
        ("Code", "Concept", *levels),
        tuple(
            (one.concept.notation or "", one.concept.label, *(said(one.not_shared[level]) for level in levels))
            for one in body.lines
            if one.not_shared
        ),
    )


def _provenance(body: CapabilityBody, marking: str) -> tuple[tuple[str, str], ...]:
    return (("Data", body.data), ("Framework version", body.framework_version), ("Marking", marking))


def _csv(tables: tuple[Table, ...], body: CapabilityBody, marking: str) -> bytes:
    """One table: what each row is about, a heading, a value; every row with marking, data and version."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    more = _provenance(body, marking)
    writer.writerow(("Table", "Row", "Of", "Measure", "Value", *(name for name, _ in more)))
    for table in tables:
        for number, row in enumerate(table.rows, 1):
            for heading, value in zip(table.headings, row, strict=True):
                about = row[1] if table.headings[0] == "Code" else row[0]
                cells = (table.title, str(number), str(about), heading)
                # A number stays as it is: only words could be taken for a formula.
                told = guarded(value) if isinstance(value, str) else str(value)
                writer.writerow([*map(guarded, cells), told, *(value for _, value in more)])
    return text.getvalue().encode("utf-8-sig")


def _sheets(tables: tuple[Table, ...], body: CapabilityBody, marking: str) -> list[Sheet]:
    more = _provenance(body, marking)
    sheets = []
    for table in tables:
        headings = [Heading(name) for name in (*table.headings, *(name for name, _ in more))]
        rows = tuple(
            Row(number, dict(zip(headings, (*map(str, row), *(value for _, value in more)), strict=True)))
            for number, row in enumerate(table.rows, 2)
        )
        columns = zip(headings, zip(*table.rows, strict=True), strict=False)
        typed = frozenset(heading for heading, cells in columns if any(not isinstance(cell, str) for cell in cells))
        places = {heading: place for place, heading in enumerate(headings)}
        sheets.append(Sheet(table.name, rows, places, typed))
    return sheets


def _html(tables: tuple[Table, ...], body: CapabilityBody, history: TrendBody | None, marking: str) -> Iterator[str]:
    sign, title = f'<p class="marking">{html.escape(marking)}</p>', html.escape(title_of(body))
    yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>{sign}</header>\n<main>\n<h1>{title}</h1>"
    for line in _about(body, marking):
        yield f"<p>{html.escape(line)}</p>"
    charts = charts_of(body, history)
    for table in tables:
        name = table.name.lower().replace(" ", "-")
        yield f'<h2 id="{name}">{html.escape(table.title)}</h2>'
        if not table.rows:
            yield "<p>None.</p>"
            continue
        if table.name in charts:
            yield f'<div class="scroll" role="region" aria-label="Chart" tabindex="0">{charts[table.name]}</div>'
        heads = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in table.headings)
        yield f'<div class="scroll" role="region" aria-labelledby="{name}" tabindex="0">\n<table>'
        yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
        for row in table.rows:
            yield f"<tr>{''.join(f'<td>{html.escape(_shown(value))}</td>' for value in row)}</tr>"
        yield "</tbody>\n</table>\n</div>"
        said = "; ".join(f"{key} {value}" for key, value in _provenance(body, marking))
        yield f"<p>{html.escape(said)}</p>"
    yield f"</main>\n<footer>{sign}</footer>\n</body>\n</html>"


def _shown(value: Value) -> str:
    """A cell for people to read.

    >>> _shown(1200), _shown(datetime.date(2026, 3, 1))
    ('1,200', '1 March 2026')
    """
    if isinstance(value, datetime.date):
        return f"{value:%-d %B %Y}"
    return value if isinstance(value, str) else f"{value:,}"


def charts_of(body: CapabilityBody, history: TrendBody | None) -> dict[str, str]:
    """The charts that stand beside the tables, by the name of the table."""
    levels = tuple(level.label for level in Level)
    rows = [(one.concept.label, [one.at_least[level] for level in levels]) for one in body.lines]
    charts = {"Lines": depth(Chart("depth", "People by the best of their levels, for each part"), rows, levels)}
    if history is not None:
        days = [f"{one.day:%-d %b %Y}" for one in history.moments]
        lines = [(level, [one.at_least[level] for one in history.moments]) for level in levels]
        charts["Trend"] = trend(Chart("trend", "People at each level or above, over the years"), days, lines)
    return charts
