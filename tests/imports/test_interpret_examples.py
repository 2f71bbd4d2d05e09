"""The example sheets: valid ones are taken whole, each invalid one is refused by the rule that its name says; and the
documentation tells of every rule and every word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from gse_skills.errors import InputError
from gse_skills.imports.assertion import Assertion
from gse_skills.imports.finding import Finding
from gse_skills.imports.guess import HINTS, OTHERWISE
from gse_skills.imports.interpret import Statement
from gse_skills.imports.levels import NONE_WORDS, NOT_STATED, SYNONYMS, TICKS
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.imports.roles import HEADINGS, NOT_SKILLS
from gse_skills.imports.rules import FILE_RULES, NOTES, ROW_RULES
from gse_skills.imports.values import AUDIENCES, AVAILABLE, BASES, UNAVAILABLE

ROOT = Path(__file__).parents[2]
SHEETS = ROOT / "tests" / "data" / "sheets"
VALID = sorted((SHEETS / "valid").iterdir())
INVALID = sorted((SHEETS / "invalid").iterdir())
# What text of any reasonable size cannot show; test_reader.py and test_interpret.py build workbooks for these.
NOT_IN_CSV = {
    "password-protected",
    "zip-bomb",
    "too-large",
    "no-such-sheet",
    "merged-cells",
    "mapping-invalid",
    "mapping-mismatch",
    "formula-without-value",
    "error-value",
}

Say = Callable[..., list[Statement]]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_sheets_are_taken_whole(path: Path, say: Say) -> None:
    said = say(path)
    assert [one for one in said if isinstance(one, Finding) and one.severity == "refused"] == []
    assert len([one for one in said if isinstance(one, Assertion)]) >= 2


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_invalid_sheets_are_refused_by_the_rule_in_their_name(path: Path, say: Say) -> None:
    if path.stem in FILE_RULES:
        with pytest.raises(InputError) as err:
            say(path)
        assert err.value.rule == path.stem
    else:
        refused = [one.rule for one in say(path) if isinstance(one, Finding) and one.severity == "refused"]
        assert refused == [path.stem]


def test_every_rule_has_an_example() -> None:
    assert {path.stem for path in INVALID} | NOT_IN_CSV == {*FILE_RULES, *ROW_RULES}


@pytest.fixture(scope="module")
def docs() -> str:
    return (ROOT / "docs" / "spreadsheets.md").read_text("utf-8")


@pytest.mark.parametrize("rules", [FILE_RULES, ROW_RULES, NOTES], ids=["file", "row", "note"])
def test_every_rule_is_documented_with_its_remedy(docs: str, rules: Mapping[str, str]) -> None:
    rows = [(found[1], found[2]) for found in re.finditer(r"^\| `([a-z0-9-]+)` \| .+ \| (.+) \|$", docs, re.MULTILINE)]
    assert [(rule, remedy) for rule, remedy in rules.items() if (rule, remedy or "Nothing.") not in rows] == []


def test_every_word_is_documented(docs: str) -> None:
    text = " ".join(docs.split())
    lists = [*HEADINGS.values(), *SYNONYMS.values(), *BASES.values(), *AUDIENCES.values()]
    lists += [NOT_SKILLS, AVAILABLE, UNAVAILABLE, *HINTS.values()]
    assert [words for words in lists if ", ".join(words) not in text] == []
    assert " ".join(TICKS) in text
    assert [word for word in OTHERWISE if f" {word}," not in text] == []
    assert [word for word in (*NONE_WORDS, *NOT_STATED) if f"“{word}”" not in text] == []


def test_the_mapping_in_the_documentation_is_one(docs: str, tmp_path: Path) -> None:
    found = re.search(r"```json\n(.+?)```", docs, re.DOTALL)
    assert found
    path = tmp_path / "mapping.json"
    path.write_text(found[1], "utf-8")
    mapping = ColumnMapping.load(path)
    assert mapping.phrases == {"virus stuff": "LIF-VIR-02"}
    mapping.save(path)
    assert ColumnMapping.load(path) == mapping
