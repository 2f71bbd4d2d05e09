"""Charts as SVG that stands in a page: no script, no style of its own, and no meaning by colour alone.

Every number is written where it is drawn, and each chart goes with a table of the same numbers. Colours keep a contrast
of 4.5 to the text on them, and shapes are set apart by a dark line (WCAG 2.2, 1.4.1, 1.4.3 and 1.4.11).
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_INK = "#0b0c0c"
_SHADES = (("#d2e2f1", _INK), ("#8eb8dc", _INK), ("#1d70b8", "#ffffff"), ("#003078", "#ffffff"))
"""For awareness, working, practitioner and expert: the fill, and the text on it."""
_DASHES = ("2 4", "6 4", "12 4", "none")
_FONT = 'font-family="Arial, Helvetica, sans-serif" font-size="14"'
_LETTER = 7.5
"""Width of a letter, nearly."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart is called, in a document in which `name` is nobody else's."""

    name: str
    title: str

    def drawn(self, width: float, height: float, shapes: Iterator[str]) -> str:
        """The chart as an `svg` element."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="app-chart" role="img" aria-labelledby="{self.name}-title" '
            f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" {_FONT} fill="{_INK}">'
            f'<title id="{self.name}-title">{html.escape(self.title)}</title>{"".join(shapes)}</svg>'
        )


def depth(chart: Chart, rows: Sequence[tuple[str, Sequence[int]]], levels: Sequence[str]) -> str:
    """A bar a row: of how many people the best level is each of `levels`, given as people at that level or above."""
    most = max((holders[0] for _, holders in rows), default=0) or 1
    left, wide, tall = 260, 420, 30

    def shapes() -> Iterator[str]:
        for number, level in enumerate(levels):
            fill, _ = _SHADES[number]
            yield _box(left + number * 120, 4, 14, 14, fill)
            yield _text(left + number * 120 + 20, 16, level)
        for line, (label, holders) in enumerate(rows):
            top = 32 + line * tall
            yield _text(left - 8, top + 16, _cut(label, 32), anchor="end")
            at = float(left)
            exactly = [count - above for count, above in zip(holders, (*holders[1:], 0), strict=True)]
            for (fill, ink), count in reversed(list(zip(_SHADES, exactly, strict=True))):
                width = wide * count / most
                if count:
                    yield _box(at, top, width, tall - 8, fill)
                    if width > _LETTER * len(str(count)) + 4:
                        yield _text(at + width / 2, top + 16, str(count), anchor="middle", fill=ink)
                at += width
            yield _text(at + 6, top + 16, f"{holders[0]:,}" if holders[0] else "not mapped")

    return chart.drawn(left + wide + 90, 36 + tall * len(rows), shapes())


def heat(chart: Chart, columns: Sequence[str], rows: Sequence[tuple[str, int, Sequence[tuple[int, int, int]]]]) -> str:
    """A square a row and column: how many people are mapped and how many of these are practitioners or above.

    `rows` give a label, the number of people, and for each column the two counts, with how many people were asked, as
    declared. The darker, the greater the part of all people who are practitioners or above; an empty square says that
    nobody is mapped, or that nobody of those asked has anything.
    """
    left, wide, tall, head = 260, 66, 40, 52

    def shapes() -> Iterator[str]:
        for number, column in enumerate(columns):
            yield _text(left + number * wide + wide / 2, head - 8, column, anchor="middle")
        for line, (label, people, cells) in enumerate(rows):
            top = head + line * tall
            yield _text(left - 8, top + 24, _cut(label, 30), anchor="end")
            for number, (mapped, strong, asked) in enumerate(cells):
                shade = 0 if not mapped else 1 + sum(strong * 100 >= people * step for step in (5, 15, 30))
                fill, ink = ("#ffffff", _INK) if not shade else _SHADES[shade - 1]
                x = left + number * wide
                yield _box(x, top, wide, tall, fill)
                if not mapped:
                    yield _text(x + wide / 2, top + 25, "none" if asked else "not mapped", anchor="middle", size=10)
                else:
                    yield _text(x + wide / 2, top + 17, f"{strong:,}", anchor="middle", fill=ink)
                    yield _text(x + wide / 2, top + 33, f"of {mapped:,}", anchor="middle", fill=ink, size=11)

    return chart.drawn(left + wide * len(columns) + 4, head + tall * len(rows) + 4, shapes())


def trend(chart: Chart, days: Sequence[str], lines: Sequence[tuple[str, Sequence[int]]]) -> str:
    """A line each of `lines` over the days: set apart by how it is dashed, and named at its end."""
    most = max((max(counts, default=0) for _, counts in lines), default=0) or 1
    left, wide, tall, foot = 50, 520, 240, 40
    step = wide / max(1, len(days) - 1)

    def y(count: float) -> float:
        return 16 + tall * (1 - count / most)

    def shapes() -> Iterator[str]:
        for part in sorted({0, most // 2, most}):
            yield f'<path d="M{left} {y(part):g}h{wide}" stroke="#b1b4b6" fill="none"/>'
            yield _text(left - 6, y(part) + 5, f"{part:,}", anchor="end")
        for number in sorted({0, (len(days) - 1) // 2, len(days) - 1}) if days else ():
            yield _text(left + number * step, tall + foot, days[number], anchor="middle")
        taken: list[float] = []
        for (label, counts), dash in zip(lines, _DASHES, strict=False):
            points = "L".join(f"{left + number * step:g} {y(count):g}" for number, count in enumerate(counts))
            look = f'fill="none" stroke="{_INK}" stroke-width="2" stroke-dasharray="{dash}"'
            yield f'<path d="M{points}" {look}/>'
            if counts:
                at = y(counts[-1])
                while any(abs(at - other) < 16 for other in taken):
                    at -= 16
                taken.append(at)
                yield _text(left + wide + 8, at + 5, f"{label}: {counts[-1]:,}")

    return chart.drawn(left + wide + 170, tall + foot + 12, shapes())


def bars(chart: Chart, rows: Sequence[tuple[str, Sequence[float]]], measures: Sequence[str]) -> str:
    """For each row a bar for each of one or two `measures`, both on one scale; no number may be below nought."""
    most = max((max(numbers) for _, numbers in rows), default=0) or 1
    left, wide, thick = 260, 420, 22
    tall = thick * len(measures) + 10
    looks = (_SHADES[0], _SHADES[2])

    def shapes() -> Iterator[str]:
        at = 0.0
        for (fill, _), measure in zip(looks, measures, strict=False):
            yield _box(at, 4, 14, 14, fill)
            yield _text(at + 20, 16, _cut(measure, 40))
            at += 40 + _LETTER * min(len(measure), 40)
        for line, (label, numbers) in enumerate(rows):
            top = 32 + line * tall
            yield _text(left - 8, top + tall / 2, _cut(label, 32), anchor="end")
            for place, ((fill, _), number) in enumerate(zip(looks, numbers, strict=False)):
                length = wide * number / most
                yield _box(left, top + place * thick, length, thick - 4, fill)
                yield _text(left + length + 6, top + place * thick + 14, f"{number:,g}")

    return chart.drawn(left + wide + 110, 36 + tall * len(rows), shapes())


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{_INK}" '
        'stroke-width="1"/>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK, size: int = 14) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{html.escape(text)}</text>'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
