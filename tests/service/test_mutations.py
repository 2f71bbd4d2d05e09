"""Uploads and queries as chance mutates them, sent to a real service: no server error, the engine lives, memory is flat.

What is mutated is real: spreadsheets that are read without fault, and the documented queries. The same mutations in
every run; `GSE_SKILLS_MUTATIONS=10000` sends that many of each and says what came back.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import shutil
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

import httpx
import pytest
import xlsxwriter

from gse_skills.access import Caller
from gse_skills.examples import examples
from gse_skills.register import Register
from gse_skills.settings import Settings

if TYPE_CHECKING:
    from tests.service.conftest import Nurseries, Process, Start

MUTATIONS = int(os.environ.get("GSE_SKILLS_MUTATIONS", "60"))
SHEETS = Path(__file__).parents[1] / "data" / "sheets"
ROOM = 16 << 10
"""Memory in kB that a process may have more of than a tenth: what an allocator keeps for the next time."""
GOOD = 'SELECT ?s { ?s skos:prefLabel "Virology"@en }'
HOSTILE_CELLS = (
    "",
    " ",
    "=1+1",
    '=HYPERLINK("http://127.0.0.1:9/")',
    "\x00",
    "\ufeff",
    "\u202eExpert",
    "1e999",
    "-0",
    "31/02/2025",
    "9999-12-31",
    "Expert;Working",
    "x" * 40_000,
    '"',
    "\n",
    "<urn:x>",
    "\U0001f9ea" * 50,
    "public",
)
HOSTILE_XML = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    b"<![CDATA[",
    b"&undefined;",
    b"\x00",
    b"<c/>" * 5_000,
    b"<a>" * 3_000,
)
_WORDS = """
SELECT ASK CONSTRUCT DESCRIBE WHERE FILTER OPTIONAL UNION MINUS GRAPH SERVICE LOAD INSERT DELETE BIND VALUES
FROM NAMED GROUP BY HAVING ORDER LIMIT OFFSET DISTINCT EXISTS NOT IN COUNT SUM REGEX REPLACE CONCAT IRI
?x $y _:b <urn:x> <http://127.0.0.1:9/> <file:///etc/passwd> foaf:name nope:name a true 1e400 -1 'x'@en ''
"""
TOKENS = (
    *"{}()[].;,*/|^!?+-=<>\"'\\#@$&~`",
    *_WORDS.split(),
    '"""',
    "'''",
    "<<( ?a ?b ?c )>>",
    "99999999999999999999",
    "\\u0000",
    "\\uD800",
    "\u00e9",
    "BASE <x>",
    "PREFIX : <>",
    "{}{}",
    "(1/0)",
    "REGEX('aaaaaaaaaaaaaaaa', '(a+)+$')",
)
ACCEPTED = ("*/*", "text/csv", "application/json", "text/turtle", "image/png", "a/b;q=x", ",,;", "text/csv;q=2")


@dataclass
class Tally:
    """What came back."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    def take(self, number: int, sent: str, response: httpx.Response) -> None:
        """Count an answer, and keep what was asked where it is a server's error or no problem document."""
        self.statuses[response.status_code] += 1
        refused = response.status_code >= 400
        is_problem = response.headers.get("content-type", "").startswith("application/problem+json")
        if response.status_code >= 500 or (refused and not is_problem):
            self.faults.append((number, sent, response.text[:300]))


def some_bytes(content: bytes, dice: random.Random) -> bytes:
    """The content with a few bytes otherwise."""
    mutated = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 8, 64))):
        at = dice.randrange(len(mutated) + 1)
        match dice.randrange(5):
            case 0:
                mutated[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del mutated[at : at + dice.choice((1, 7, 1_000))]
            case 2:
                mutated[at:at] = dice.randbytes(dice.choice((1, 4, 300)))
            case 3:
                mutated[at:at] = mutated[max(0, at - 200) : at]
            case _:
                mutated[at : at + 1] = dice.choice((b"\x00", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\r", b"\x1a"))
    return bytes(mutated[: dice.randrange(len(mutated) + 1)] if dice.random() < 0.1 else mutated)


def some_cells(content: bytes, dice: random.Random) -> bytes:
    """A CSV file with rows, columns and cells otherwise, and perhaps in another dress."""
    rows = list(csv.reader(io.StringIO(content.decode("cp1252", "replace"))))
    for _ in range(dice.randint(1, 6)):
        row = dice.choice(rows) if rows else []
        match dice.randrange(7):
            case 0 if row:
                row[dice.randrange(len(row))] = dice.choice(HOSTILE_CELLS)
            case 1 if rows:
                rows.remove(row)
            case 2:
                rows.insert(dice.randrange(len(rows) + 1), list(row))
            case 3:
                dice.shuffle(rows)
            case 4:
                at = dice.randrange(8)
                for one in rows:
                    del one[at : at + 1]
            case 5:
                row *= dice.choice((0, 2, 500))
            case _:
                row.insert(0, dice.choice(HOSTILE_CELLS))
    text = io.StringIO()
    csv.writer(text, delimiter=dice.choice(",;\t|")).writerows(rows)
    return text.getvalue().encode(dice.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32")), "replace")


def some_members(content: bytes, dice: random.Random) -> bytes:
    """An archive with members otherwise."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(one.filename, archive.read(one)) for one in archive.infolist()]
    at = dice.randrange(len(members))
    name, inside = members[at]
    match dice.randrange(7):
        case 0:
            members[at] = name, some_bytes(inside, dice)
        case 1:
            del members[at]
        case 2:
            members[at] = dice.choice(("../x", "x", "/etc/x", members[0][0])), inside
        case 3:
            place = dice.choice([one.end() for one in re.finditer(rb">", inside)] or [0])
            members[at] = name, inside[:place] + dice.choice(HOSTILE_XML) + inside[place:]
        case 4:
            number = dice.choice((b"0", b"-1", b"99999999999", b"1048577", b"NaN", b"A1:XFD1048576"))
            members[at] = name, re.sub(rb"(?<=\")\d+(?=\")", number, inside, count=dice.randint(1, 5))
        case 5:
            members[at] = name, content
        case _:
            members[at] = name, inside * dice.choice((0, 2))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for member, said in dict(members).items():
            archive.writestr(member, said)
    return written.getvalue()


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as XLSX."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        sheet = book.add_worksheet("Skills")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def open_document(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as ODS."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    office, table, text = (f"urn:oasis:names:tc:opendocument:xmlns:{one}:1.0" for one in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>'
    lines = ("".join(cell % one.replace("&", "&amp;").replace("<", "&lt;") for one in row) for row in rows)
    inside = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}" '
        f'office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Skills">{inside}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    listed = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", listed)
    return written.getvalue()


def sheets() -> list[tuple[str, bytes]]:
    """Spreadsheets that are read without fault, in each format, and those with one fault."""
    found = [(path.name, path.read_bytes()) for path in sorted(SHEETS.rglob("*.csv"))]
    rows = list(csv.reader(io.StringIO((SHEETS / "valid" / "long.csv").read_text("utf-8"))))
    # As often as the text files together: they have the more intricate readers.
    return [*found, *[("long.xlsx", workbook(rows)), ("long.ods", open_document(rows))] * (len(found) // 2)]


def upload(client: httpx.Client, sheet: tuple[str, bytes], dice: random.Random) -> tuple[str, httpx.Response]:
    """Send a sheet, mutated; most only to see what it would do."""
    name, content = sheet
    ways: list[Callable[[bytes, random.Random], bytes]] = [some_bytes]
    ways += [some_cells] * 2 if name.endswith(".csv") else [some_members] * 2
    way = dice.choice(ways)
    if dice.random() < 0.1:
        name = dice.choice(("x.xlsx", "x.ods", "x.csv", "x.xlsm", "x", "..", "x.csv\r\nX: y", "\u202e.csv"))
    more = {
        "full": dice.choice(("true", "false", "false", "maybe")),
        "snapshot": dice.choice(("", "2025-06-01", "0000-00-00", "9999-12-31")),
        "mapping": dice.choice(("", "", "", "{", "{}", '{"columns": 1}', "null")),
        "sheet": dice.choice(("", "", "Skills", "no such sheet", "\x00")),
    }
    said = {key: value for key, value in more.items() if value and dice.random() < 0.3}
    response = client.post(
        "/api/v1/organisations/alder/imports",
        params={"dry_run": "false" if dice.random() < 0.05 else "true"},
        files={"file": (name, way(content, dice))},
        data=said,
    )
    return f"{way.__name__} {name} {said}", response


def some_tokens(query: str, dice: random.Random, others: Sequence[str]) -> str:
    """A query with tokens otherwise, or with half of another."""
    words = re.findall(r"\"[^\"\n]*\"|<[^>\s]*>|[?\w:]+|\s+|.", query)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        at = dice.randrange(len(words) + 1)
        match dice.randrange(6):
            case 0:
                del words[at : at + dice.choice((1, 3))]
            case 1:
                words.insert(at, f" {dice.choice(TOKENS)} ")
            case 2:
                words[at : at + 1] = [dice.choice(TOKENS)]
            case 3:
                words[at:at] = words[at : at + dice.choice((2, 20))] * dice.choice((1, 1, 60))
            case 4 if words:
                words.insert(at, words.pop(dice.randrange(len(words))))
            case _:
                if dice.random() < 0.2:
                    other = dice.choice(others)
                    words[at:] = [other[dice.randrange(len(other)) :]]
    return "".join(words)


def put(client: httpx.Client, query: str, dice: random.Random, others: Sequence[str]) -> tuple[str, httpx.Response]:
    """Put a query, mutated, in one of the three ways of the protocol or in none that there is."""
    text = some_tokens(query, dice, others) if dice.random() < 0.75 else query
    content = text.encode("utf-8", "replace")
    if dice.random() < 0.35:
        content = some_bytes(content, dice)
    if dice.random() < 0.05:
        content = text.encode(dice.choice(("utf-16", "cp037", "utf-7")), "replace")
    graphs = [dice.choice(("urn:x", "", "file:///etc/passwd", "https://w3id.org/gse-skills/graph/view/public", "\x00"))]
    more = {"default-graph-uri": graphs} if dice.random() < 0.1 else {}
    more |= {"named-graph-uri": graphs} if dice.random() < 0.1 else {}
    headers = {"Accept": dice.choice(ACCEPTED)} if dice.random() < 0.3 else {}
    form = urlencode({"query": content, **more}, doseq=True, quote_via=quote_plus).encode()
    if dice.random() < 0.1:
        form = some_bytes(form, dice)
    way = dice.choice(("get", "form", "direct", "direct", "wrong"))
    match way:
        case "get":
            # The client takes no longer address than that, twice what is let in.
            sent = re.sub(rb"[^\x21-\x7e]|#", b"%00", form)[:65_000]
            url = httpx.URL(str(client.base_url)).copy_with(raw_path=b"/sparql?" + sent)
            response = client.get(url, headers=headers)
        case "form":
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            response = client.post("/sparql", content=form, headers=headers | kind)
        case "direct":
            charset = dice.choice(("", "", "; charset=utf-8", "; charset=utf-16", "; charset=nonsense"))
            kind = {"Content-Type": f"application/sparql-query{charset}"}
            response = client.post("/sparql", content=content, headers=headers | kind)
        case _:
            kind = {"Content-Type": dice.choice(("text/plain", "multipart/form-data", "a", ""))}
            response = client.post("/sparql", content=form, headers=headers | kind)
    return f"{way} {content!r}", response


@pytest.fixture
def steward(data: Path, tmp_path: Path) -> tuple[Path, str]:
    """A data folder, and a token of a steward's."""
    home = tmp_path / "data"
    shutil.copytree(data, home)
    with Register.open(Settings(data=home, durable=False)) as register:
        return home, register.tokens.create(Caller.parse("steward:alder"))[1]


def resident(process: Process, nurseries: Nurseries) -> dict[int, int]:
    """Memory in kB of the service and of those of its processes that last."""
    found = {}
    for one in (process.popen.pid, *nurseries(process.popen.pid)):
        said = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{one}/status").read_text())
        assert said
        found[one] = int(said[1])
    return found


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("kind", ["uploads", "queries"])
def test_nothing_that_is_sent_brings_it_down(
    process: Start, steward: tuple[Path, str], nurseries: Nurseries, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    home, secret = steward
    served = process(
        home, durable=False, query_seconds=5, sheet_seconds=20, requests_per_minute=1_000_000, log_level="ERROR"
    )
    tally, dice = Tally(), random.Random(kind)
    files, texts = sheets(), [one.text for one in examples()]
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=served.url, headers=headers, timeout=60, trust_env=False) as client:
        before: dict[int, int] = {}
        for number in range(MUTATIONS):
            if number == MUTATIONS // 3:
                before = resident(served, nurseries)
            if kind == "uploads":
                tally.take(number, *upload(client, dice.choice(files), dice))
            else:
                tally.take(number, *put(client, dice.choice(texts), dice, texts))
            if number % 50 == 49:
                found = client.get("/sparql", params={"query": GOOD}).json()["results"]["bindings"]
                assert len(found) == 1, tally
        after = resident(served, nurseries)
        assert client.get("/readyz").status_code == 200
    if MUTATIONS >= 500:
        with capsys.disabled():
            sys.stdout.write(f"\n{kind}: {dict(sorted(tally.statuses.items()))}, kB {before} -> {after}\n")
    assert not tally.faults
    assert tally.statuses[200] > 0
    assert sum(tally.statuses.values()) - tally.statuses[200] > MUTATIONS // 4
    assert before.keys() == after.keys(), "a process had to be started anew"
    for one, size in after.items():
        assert size < before[one] * 1.1 + ROOM
