"""The shape of the house: dependencies point one way, and no module imports what lies above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WEB = {"fastapi", "starlette", "uvicorn", "jinja2", "govuk_frontend_jinja", "gse_skills_service"}

# Lowest first; a module imports only from those before it, and from its own package.
LAYERS = [
    "errors",
    "resources",
    "vocabulary",
    "settings",
    "disclosure",
    "examples",
    "sandbox",
    "framework",
    "store",
    "records",
    "sparql",
    "index",
    "views",
    "access",
    "complaints",
    "audit",
    "safekeeping",
    "people",
    "organisation",
    "imports",
    "rebuild",
    "mapping",
    "release",
    "footing",
    "description",
    "void",
    "experts",
    "capability",
    "register",
    "proposals",
    "dossier",
    "assessment",
    "development",
    "opportunity",
    "erasure",
    "retention",
    "sharing",
    "establishment",
    "reorganisation",
    "callout",
    "sheet_import",
    "import_history",
    "answers",
    "capability_report",
    "demo",
    "cli",
]


def imports_of(path: Path) -> set[str]:
    """The absolute names of the modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides where it points"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def modules() -> list[Path]:
    return sorted((ROOT / "gse_skills").rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_library_knows_nothing_of_the_web(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path)} & WEB


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_import_only_from_lower_layers(path: Path) -> None:
    own = path.relative_to(ROOT / "gse_skills").parts[0].removesuffix(".py")
    if own in ("__init__", "__main__"):
        return
    allowed = {*LAYERS[: LAYERS.index(own)], own}
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("gse_skills.")}
    assert used <= allowed, f"{own} reaches up to {sorted(used - allowed)}"


def test_every_module_has_its_layer() -> None:
    there = {path.relative_to(ROOT / "gse_skills").parts[0].removesuffix(".py") for path in modules()}
    assert there - {"__init__", "__main__"} <= set(LAYERS)
