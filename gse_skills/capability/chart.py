"""Charts as SVG that stands in a page: no script, no style of its own, and no meaning by colour alone.

Every number is written where it is drawn, and each chart goes with a table of the same numbers. Colours keep a contrast
of 4.5 to the text on them, and shapes are set apart by a dark line (WCAG 2.2, 1.4.1, 1.4.3 and 1.4.11).

A chart is as wide as its place, and its letters stay as they are: lengths across are parts of a hundred, and names
stand over what they name. So nothing of it is cut or scrolled on a phone, on a wide screen or on paper.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

_INK = "#0b0c0c"
_SHADES = (("#d2e2f1", _INK), ("#8eb8dc", _INK), ("#1d70b8", "#ffffff"), ("#003078", "#ffffff"))
"""For awareness, working, practitioner and expert: the fill, and the text on it."""
_DASHES = ("2 4", "6 4", "12 4", "none")
_FONT = 'font-family="Arial, Helvetica, sans-serif" font-size="14"'
_NARROW = 288
"""The narrowest place that a chart is drawn for, in pixels: that of a phone."""
_LETTER = 7.5
"""Width of a letter, nearly."""
_LINE = 18
"""Height of a line of text."""
_WIDE = 75
"""Of a hundred, how far bars reach; beyond them is their number."""
_MOST_ROWS = 12
"""In one image: paper breaks between images and cuts through one that is too tall."""
_CELL = 60
"""Width of a cell of a heat map."""

_Length = float | str
"""Pixels, or a part of the width."""
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart is called, in a document in which `name` is nobody else's."""

    name: str
    title: str

    def drawn(self, height: float, shapes: Iterator[str]) -> str:
        """The chart as an `svg` element."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="app-chart" role="img" aria-labelledby="{self.name}-title" '
            f'width="100%" height="{height:g}" {_FONT} fill="{_INK}">'
            f'<title id="{self.name}-title">{html.escape(self.title)}</title>{"".join(shapes)}</svg>'
        )

    def part(self, number: int, of: int) -> Chart:
        """What one of its parts is called."""
        return self if of == 1 else Chart(f"{self.name}-{number}", f"{self.title}, part {number} of {of}")


def depth(chart: Chart, rows: Sequence[tuple[str, Sequence[int]]], levels: Sequence[str]) -> str:
    """A bar a row: of how many people the best level is each of `levels`, given as people at that level or above."""
    most = max((holders[0] for _, holders in rows), default=0) or 1
    parts = _parts(rows)

    def key() -> Iterator[str]:
        for number, level in enumerate(levels):
            fill, _ = _SHADES[number]
            yield from _keyed(number % 2 * _NARROW / 2, 4 + number // 2 * 22, fill, level)

    def shapes(part: Sequence[tuple[str, Sequence[int]]]) -> Iterator[str]:
        yield from key()
        top = 52.0
        for label, holders in part:
            yield from _lines(0, top, _wrapped(label, _NARROW))
            top += _LINE * len(_wrapped(label, _NARROW))
            at = 0.0
            exactly = [count - above for count, above in zip(holders, (*holders[1:], 0), strict=True)]
            for (fill, ink), count in reversed(list(zip(_SHADES, exactly, strict=True))):
                width = _WIDE * count / most
                if count:
                    yield _box(_part(at), top, _part(width), 22, fill)
                    if width * _NARROW / 100 > _LETTER * len(f"{count:,}") + 4:
                        yield _text(_part(at + width / 2), top + 16, f"{count:,}", anchor="middle", fill=ink)
                at += width
            yield _text(_part(at), top + 16, f"{holders[0]:,}" if holders[0] else "not mapped", dx=6)
            top += 36

    return "".join(
        chart.part(number, len(parts)).drawn(
            52 + sum(_LINE * len(_wrapped(label, _NARROW)) + 36 for label, _ in part), shapes(part)
        )
        for number, part in enumerate(parts, 1)
    )


def heat(chart: Chart, cells: Sequence[tuple[str, int, int, int, int]]) -> str:
    """A cell each of `cells`: how many people are mapped, and how many of these are practitioners or above.

    They give a label, the number of people, of these those mapped and of these the practitioners or above, and how many
    were asked, as declared. The darker, the greater the part of all people who are practitioners or above; an empty
    cell says that nobody of those asked has anything.
    """
    beside = _CELL + 8
    texts = [_wrapped(label, _NARROW - beside) for label, *_ in cells]
    heights = [max(40, _LINE * len(lines) + 4) for lines in texts]

    def shapes() -> Iterator[str]:
        top = 1.0
        for (_, people, mapped, strong, asked), lines, tall in zip(cells, texts, heights, strict=True):
            shade = 0 if not mapped else 1 + sum(strong * 100 >= people * step for step in (5, 15, 30))
            fill, ink = ("#ffffff", _INK) if not shade else _SHADES[shade - 1]
            yield _box(1, top, _CELL, tall, fill)
            yield _text(1 + _CELL / 2, top + 18, f"{strong:,}" if mapped else "none", anchor="middle", fill=ink)
            yield _text(1 + _CELL / 2, top + 34, f"of {mapped or asked:,}", anchor="middle", fill=ink, size=12)
            yield from _lines(beside, top + (tall - _LINE * len(lines)) / 2, lines)
            top += tall

    return chart.drawn(sum(heights) + 2, shapes())


def trend(chart: Chart, days: Sequence[str], lines: Sequence[tuple[str, Sequence[int]]]) -> str:
    """A line each of `lines` over the days: set apart by how it is dashed, and named over the chart with its last
    count."""
    most = max((max(counts, default=0) for _, counts in lines), default=0) or 1
    left, tall, head = 16, 240, 22 * len(lines) + 16
    last = max(1, len(days) - 1)

    def y(count: float) -> float:
        return head + tall * (1 - count / most)

    def look(number: int) -> str:
        return f'fill="none" stroke="{_INK}" stroke-width="2" stroke-dasharray="{_DASHES[number]}"'

    def shapes() -> Iterator[str]:
        for number, (label, counts) in enumerate(lines):
            yield f'<path d="M0 {number * 22 + 11}h40" {look(number)}/>'
            yield _text(48, number * 22 + 16, f"{label}: {counts[-1]:,}" if counts else label)
        for count in sorted({0, most // 2, most}):
            yield f'<line x1="{left}%" x2="100%" y1="{y(count):g}" y2="{y(count):g}" stroke="#b1b4b6"/>'
            yield _text(_part(left), y(count) + 5, f"{count:,}", anchor="end", dx=-6)
        for number in sorted({0, (len(days) - 1) // 2, len(days) - 1}) if days else ():
            anchor = "start" if not number else "end" if number == last else "middle"
            at = _part(left + (100 - left) * number / last)
            yield _text(at, head + tall + 22, days[number], anchor=anchor, size=12)
        # The lines are drawn in steps and counts, and stretched to the place that there is.
        yield f'<svg x="{left}%" y="{head}" width="{100 - left}%" height="{tall}" viewBox="0 0 {last} {most}" '
        yield 'preserveAspectRatio="none" overflow="visible">'
        for number, (_, counts) in enumerate(lines):
            points = "L".join(f"{step} {most - count}" for step, count in enumerate(counts))
            if points:
                yield f'<path d="M{points}" vector-effect="non-scaling-stroke" {look(number)}/>'
        yield "</svg>"

    return chart.drawn(head + tall + 34, shapes())


def bars(chart: Chart, rows: Sequence[tuple[str, Sequence[float]]], measures: Sequence[str]) -> str:
    """For each row a bar for each of one or two `measures`, both on one scale; no number may be below nought."""
    most = max((max(numbers) for _, numbers in rows), default=0) or 1
    thick, head = 22, 22 * len(measures) + 12
    parts = _parts(rows)
    looks = (_SHADES[0], _SHADES[2])

    def tall(label: str) -> int:
        return _LINE * len(_wrapped(label, _NARROW)) + thick * len(measures) + 12

    def shapes(part: Sequence[tuple[str, Sequence[float]]]) -> Iterator[str]:
        for number, ((fill, _), measure) in enumerate(zip(looks, measures, strict=False)):
            yield from _keyed(0, 4 + number * 22, fill, measure)
        top = float(head)
        for label, numbers in part:
            yield from _lines(0, top, _wrapped(label, _NARROW))
            under = top + _LINE * len(_wrapped(label, _NARROW))
            for place, ((fill, _), value) in enumerate(zip(looks, numbers, strict=False)):
                length = _WIDE * value / most
                yield _box(0, under + place * thick, _part(length), thick - 4, fill)
                yield _text(_part(length), under + place * thick + 14, f"{value:,g}", dx=6)
            top += tall(label)

    return "".join(
        chart.part(number, len(parts)).drawn(head + sum(tall(label) for label, _ in part), shapes(part))
        for number, part in enumerate(parts, 1)
    )


def _parts(rows: Sequence[_Row]) -> list[Sequence[_Row]]:
    return [rows[start : start + _MOST_ROWS] for start in range(0, max(1, len(rows)), _MOST_ROWS)]


def _part(of_hundred: float) -> str:
    return f"{of_hundred:g}%"


def _keyed(x: float, y: float, fill: str, text: str) -> Iterator[str]:
    yield _box(x + 1, y, 14, 14, fill)
    yield _text(x + 22, y + 12, text)


def _wrapped(text: str, width: float) -> list[str]:
    return textwrap.wrap(text, int(width / _LETTER)) or [""]


def _lines(x: float, top: float, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _text(x, top + 13 + number * _LINE, line)


def _box(x: _Length, y: float, width: _Length, height: float, fill: str) -> str:
    return (
        f'<rect x="{_said(x)}" y="{y:g}" width="{_said(width)}" height="{height:g}" fill="{fill}" stroke="{_INK}" '
        'stroke-width="1"/>'
    )


def _text(
    x: _Length, y: float, text: str, *, anchor: str = "start", fill: str = _INK, size: int = 14, dx: float = 0
) -> str:
    moved = f' dx="{dx:g}"' if dx else ""
    return (
        f'<text x="{_said(x)}" y="{y:g}"{moved} text-anchor="{anchor}" fill="{fill}" font-size="{size}">'
        f"{html.escape(text)}</text>"
    )


def _said(length: _Length) -> str:
    return length if isinstance(length, str) else f"{length:g}"
