"""Proving the log whole: every entry as it was written, none missing, none added, and nothing cut off at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gse_skills.audit.action import Action
from gse_skills.audit.anchor import BEGINNING, Anchor
from gse_skills.audit.entry import members_of
from gse_skills.audit.segment import lines, read_head, segments
from gse_skills.errors import NotFoundError

_FINDINGS_LIMIT = 100


class Fault(StrEnum):
    """What can be wrong with a log."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"
    INSERTED = "inserted"
    TRUNCATED = "truncated"
    HEAD = "head"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, at an entry or from one entry to another."""

    fault: Fault
    number: int
    last: int
    message: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the look at a whole log found."""

    entries: int
    anchor: Anchor
    """Of the last entry; keep it where the log is not."""
    findings: tuple[Finding, ...]
    """The first hundred; none when the log is whole."""
    notes: tuple[str, ...]
    """What is no fault but should be known: the log was recovered, or is being written."""

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify(folder: Path, anchors: Iterable[Anchor] = ()) -> Verdict:
    """Read the whole log in `folder` and say what is wrong with it; memory stays flat.

    Each of `anchors`, which somebody kept elsewhere, must be an entry of the log. The log may be written meanwhile.
    Raises NotFoundError (rule `no-audit-log`).
    """
    if not folder.is_dir():
        raise NotFoundError(
            f"There is no audit log in {folder}.", rule="no-audit-log", remedy="Check the name of the data folder."
        )
    checking, anchors = _Checking(), tuple(anchors)
    # The head first: what is written while the rest is read comes after it.
    try:
        head = read_head(folder)
    except ValueError:
        head = None
        checking.find(Fault.HEAD, 0, 0, "The head is not as it was written.")
    else:
        if head is None and segments(folder):
            checking.find(Fault.HEAD, 0, 0, "The head is missing.")
    checking.expect([*anchors, *([head] if head else [])])
    for line in _all_lines(folder):
        checking.line(line)
    return checking.verdict(head, anchors)


def _all_lines(folder: Path) -> Iterator[bytes]:
    for path in segments(folder):
        yield from lines(path)


@dataclass(slots=True)
class _Checking:
    """What was read so far."""

    count: int = 0
    last: Anchor = BEGINNING
    previous: str | None = BEGINNING.digest
    """Hash that the next entry must name; None after an entry whose own cannot be relied on."""
    missing: list[tuple[int, int]] = field(default_factory=list)
    """Numbers that were passed over and may yet come, from and to."""
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    wanted: dict[int, set[str]] = field(default_factory=dict)
    """Hashes that anchors name, by number."""
    torn: bytes = b""

    def expect(self, anchors: Iterable[Anchor]) -> None:
        for anchor in anchors:
            self.wanted.setdefault(anchor.number, set()).add(anchor.digest)
        self._compare(BEGINNING)

    def find(self, fault: Fault, number: int, last: int, message: str) -> None:
        if len(self.findings) < _FINDINGS_LIMIT:
            self.findings.append(Finding(fault, number, last, message))

    def line(self, line: bytes) -> None:
        expected = self.last.number + 1
        if self.torn:
            # It was not the last line after all.
            self._altered(expected, "is cut short")
            expected += 1
        self.torn = b"" if line.endswith(b"\n") else line
        if self.torn:
            return
        try:
            members = members_of(line[:-1])
        except ValueError:
            self._altered(expected, "is not as it was written")
            return
        number = members["number"]
        if number < expected:
            self._late(number)
            return
        self.count += 1
        if number > expected:
            self.missing.append((expected, number - 1))
        elif self.previous is not None and members["previous"] != self.previous:
            message = f"Entry {number} was chained to another entry {number - 1} than the one before it."
            self.find(Fault.ALTERED, number - 1, number - 1, message)
        self._arrive(Anchor(number, members["hash"]), members["hash"])
        if members.get("action") == Action.RECOVERED:
            self.notes.append(f"Entry {number}: the log was recovered: {members.get('purpose')}.")
            del self.notes[_FINDINGS_LIMIT:]

    def _arrive(self, anchor: Anchor, previous: str | None) -> None:
        self.last, self.previous = anchor, previous
        if previous is not None:
            self._compare(anchor)

    def _compare(self, anchor: Anchor) -> None:
        if self.wanted.get(anchor.number, set()) - {anchor.digest}:
            message = f"Entry {anchor.number} is another than the one that the head or an anchor names."
            self.find(Fault.ANCHOR, anchor.number, anchor.number, message)

    def _altered(self, number: int, how: str) -> None:
        self.count += 1
        self.find(Fault.ALTERED, number, number, f"Entry {number} {how}.")
        self._arrive(Anchor(number, BEGINNING.digest), None)

    def _late(self, number: int) -> None:
        self.count += 1
        for place, (first, last) in enumerate(self.missing):
            if first <= number <= last:
                self.find(Fault.REORDERED, number, number, f"Entry {number} stands after entry {self.last.number}.")
                rest = [(first, number - 1), (number + 1, last)]
                self.missing[place : place + 1] = [(low, high) for low, high in rest if low <= high]
                return
        self.find(Fault.INSERTED, number, number, f"There is a second entry {number}, after entry {self.last.number}.")

    def verdict(self, head: Anchor | None, anchors: tuple[Anchor, ...]) -> Verdict:
        for first, last in self.missing:
            self.find(Fault.REMOVED, first, last, f"{_span(first, last)} missing.")
        end = max([anchor.number for anchor in anchors] + ([head.number] if head else []), default=0)
        if end > self.last.number:
            first = self.last.number + 1
            self.find(Fault.TRUNCATED, first, end, f"{_span(first, end)} missing at the end.")
        elif head is not None and head.number < self.last.number:
            self.notes.append(f"{_span(head.number + 1, self.last.number)} younger than the head.")
        if self.torn:
            self.notes.append("The last line is not finished: it is being written, or the writer was killed.")
        self.findings.sort(key=lambda finding: finding.number)
        return Verdict(self.count, self.last, tuple(self.findings), tuple(self.notes))


def _span(first: int, last: int) -> str:
    return f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
