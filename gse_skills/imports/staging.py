"""Where a file's assertions wait to be compared with what is known: a SQLite file, so that memory stays flat.

The file may name a person in any number of places; the comparison wants them person by person, and the report wants
what happened row by row. SQLite sorts both.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from gse_skills.imports.assertion import PersonFacts

_SCHEMA = """
CREATE TABLE person (key TEXT PRIMARY KEY, facts TEXT NOT NULL, row INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE assertion (key TEXT NOT NULL, skill INTEGER NOT NULL, row INTEGER NOT NULL, col INTEGER NOT NULL,
    level INTEGER NOT NULL, assessed INTEGER, basis INTEGER, audience TEXT, term INTEGER NOT NULL);
CREATE TABLE same (key TEXT PRIMARY KEY, canonical TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE outcome (row INTEGER NOT NULL, col INTEGER NOT NULL, status TEXT NOT NULL, rule TEXT NOT NULL,
    value TEXT NOT NULL, detail TEXT NOT NULL, remedy TEXT NOT NULL);
CREATE VIEW problem AS SELECT *, rowid AS place FROM outcome
    WHERE status = 'refused' OR status = 'noted' AND remedy <> '';
"""
_BATCH = 2_000
_EVERYTHING = (
    "SELECT * FROM person ORDER BY key",
    "SELECT * FROM assertion ORDER BY key, row, col, skill",
    "SELECT * FROM outcome ORDER BY row, col, status, rule, value, detail, remedy",
)


@dataclass(frozen=True, slots=True)
class Staged:
    """One assertion of the file, its skill resolved; level 0 says explicitly that the skill is not held."""

    skill: int
    row: int
    column: int
    level: int
    assessed: int | None
    """Day number, or None when the sheet states no date."""
    basis: int | None
    """None when the sheet states none."""
    audience: str | None
    term: int
    """Position of the phrase among the file's phrases."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to one cell of the file, or to a whole row (column -1)."""

    row: int
    column: int
    status: str
    """`added`, `changed`, `ended`, `unchanged`, `refused` or `noted`."""
    rule: str = ""
    value: str = ""
    detail: str = ""
    remedy: str = ""


class Staging:
    """The staging file of one import; close it when done, its folder is the caller's to remove."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # The file is thrown away with the import, so it need not survive anything.
        self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;")
        self._db.executescript(_SCHEMA)
        self._db.execute("BEGIN")
        self._assertions: list[tuple[object, ...]] = []
        self._outcomes: list[tuple[object, ...]] = []
        self._digest: tuple[int, str] | None = None
        """The last one, with the number of changes that it is after: it is asked for again when nothing has changed."""

    def person(self, facts: PersonFacts, row: int) -> None:
        """Keep a person's facts; the first row that names the person wins."""
        text = json.dumps(asdict(facts))
        self._db.execute("INSERT OR IGNORE INTO person VALUES (?, ?, ?)", (facts.key, text, row))

    def assertion(self, key: str, staged: Staged) -> None:
        """Keep an assertion about the person `key`."""
        s = staged
        self._assertions.append((key, s.skill, s.row, s.column, s.level, s.assessed, s.basis, s.audience, s.term))
        if len(self._assertions) >= _BATCH:
            self._flush()

    def outcome(self, outcome: Outcome) -> None:
        """Keep what happened to a cell."""
        o = outcome
        self._outcomes.append((o.row, o.column, o.status, o.rule, o.value, o.detail, o.remedy))
        if len(self._outcomes) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        self._db.executemany("INSERT INTO assertion VALUES (?,?,?,?,?,?,?,?,?)", self._assertions)
        self._db.executemany("INSERT INTO outcome VALUES (?,?,?,?,?,?,?)", self._outcomes)
        self._assertions.clear()
        self._outcomes.clear()

    def people(self, kind: str) -> Iterator[PersonFacts]:
        """The people of the file whose key is of a kind (`staff`, `email` or `name`), in order of key."""
        # The semicolon is the character after the colon.
        found = self._db.execute(
            "SELECT facts FROM person WHERE key >= ? AND key < ? ORDER BY key", (f"{kind}:", f"{kind};")
        )
        return (PersonFacts(**json.loads(facts)) for (facts,) in found)

    def join(self, same: Mapping[str, str], facts: Mapping[str, PersonFacts]) -> None:
        """Bring together people who turned out to be one: the first key goes and the second stays, with these facts."""
        if not same:
            return
        self._flush()
        self._db.executemany("INSERT INTO same VALUES (?, ?)", same.items())
        self._db.executemany(
            "UPDATE person SET facts = ? WHERE key = ?", ((json.dumps(asdict(one)), key) for key, one in facts.items())
        )
        self._db.execute("DELETE FROM person WHERE key IN (SELECT key FROM same)")
        self._db.execute(
            "UPDATE assertion SET key = (SELECT canonical FROM same WHERE same.key = assertion.key)"
            " WHERE key IN (SELECT key FROM same)"
        )

    def by_person(self) -> Iterator[tuple[PersonFacts, int, list[Staged]]]:
        """The people of the file in order of key, each with the row that named them first and their assertions by
        skill and row."""
        self._flush()
        people = self._db.execute("SELECT key, facts, row FROM person ORDER BY key")
        rows = self._db.execute(
            "SELECT key, skill, row, col, level, assessed, basis, audience, term"
            " FROM assertion ORDER BY key, skill, row, col"
        )
        groups = groupby(rows, key=itemgetter(0))
        ahead = next(groups, None)
        for key, facts, row in people:
            staged: list[Staged] = []
            # Python and SQLite order texts alike, by code point. What is of nobody known is of no use here.
            while ahead is not None and ahead[0] < key:
                ahead = next(groups, None)
            if ahead is not None and ahead[0] == key:
                staged = [Staged(*found[1:]) for found in ahead[1]]
                ahead = next(groups, None)
            yield PersonFacts(**json.loads(facts)), row, staged

    def outcomes(self, *statuses: str, limit: int | None = None) -> Iterator[Outcome]:
        """What happened, by row and column; only the given statuses when any are."""
        self._flush()
        found = self._db.execute(
            "SELECT * FROM outcome WHERE ?1 = '[]' OR status IN (SELECT value FROM json_each(?1))"
            " ORDER BY row, col, rowid LIMIT ?2",
            (json.dumps(statuses), -1 if limit is None else limit),
        )
        return (Outcome(*row) for row in found)

    def counts(self) -> dict[str, int]:
        """How many outcomes there are of each status."""
        self._flush()
        return dict(self._db.execute("SELECT status, count(*) FROM outcome GROUP BY status ORDER BY status"))

    def problems(self, most: int) -> Iterator[tuple[str, int, list[Outcome]]]:
        """What was refused or can be mended, by rule, the most frequent first: how often, and the first `most`."""
        self._flush()
        rules = self._db.execute(
            "SELECT rule, count(*) FROM problem GROUP BY rule ORDER BY max(status = 'refused') DESC, 2 DESC, 1"
        ).fetchall()
        for rule, count in rules:
            found = self._db.execute(
                "SELECT * FROM problem WHERE rule = ? ORDER BY row, col, place LIMIT ?", (rule, most)
            )
            yield rule, count, [Outcome(*row[:-1]) for row in found]

    def digest(self) -> str:
        """A fingerprint of everything that would happen, by which a confirmation names the dry run that it saw.

        What the file says counts, and what happens to it, in an order that depends on nothing else.
        """
        self._flush()
        state = self._db.total_changes
        if self._digest is not None and self._digest[0] == state:
            return self._digest[1]
        total = hashlib.sha256()
        for query in _EVERYTHING:
            for row in self._db.execute(query):
                total.update(f"{row}\n".encode())
        self._digest = state, total.hexdigest()[:32]
        return self._digest[1]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
