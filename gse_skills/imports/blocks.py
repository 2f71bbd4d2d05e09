"""Merged cells below the headings: what stands in the first cell of a block counts for each row that it covers."""

from __future__ import annotations

from gse_skills.imports.finding import Finding, letter, noted
from gse_skills.imports.sheet import Block, Cell
from gse_skills.imports.text import text_of


class MergedBlocks:
    """The merged blocks of one sheet, met row by row.

    Only the first column of a block is filled: one level across two skills would be a guess.
    """

    def __init__(self, blocks: tuple[Block, ...], header_row: int) -> None:
        below = (block for block in blocks if block.first_row > header_row)
        self._waiting = sorted(below, reverse=True)
        self._open: list[tuple[Block, Cell]] = []

    @property
    def done(self) -> bool:
        """Whether no block is left."""
        return not (self._waiting or self._open)

    def fill(self, number: int, cells: tuple[Cell, ...]) -> tuple[tuple[Cell, ...], list[Finding]]:
        """The row with its merged cells filled in, and a note on each block that begins in it."""
        self._open = [(block, value) for block, value in self._open if block.last_row >= number]
        filled = list(cells)
        for block, value in self._open:
            filled[block.first_column] = value
        notes = []
        while self._waiting and self._waiting[-1].first_row <= number:
            block = self._waiting.pop()
            if block.first_row == number and block.first_column < len(cells) and cells[block.first_column] != "":
                value = cells[block.first_column]
                notes.append(_note(block, text_of(value)))
                if block.last_row > number:
                    self._open.append((block, value))
        return tuple(filled), notes


def _note(block: Block, value: str) -> Finding:
    corners = f"{letter(block.first_column)}{block.first_row} to {letter(block.last_column)}{block.last_row}"
    first = letter(block.first_column)
    message = f"The cells {corners} are merged; what stands there counts for column {first} in each row."
    return noted("merged-cells", message, row=block.first_row, column=block.first_column, value=value)
