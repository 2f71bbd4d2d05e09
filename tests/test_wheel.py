"""The wheel as somebody else gets it: built, installed away from the checkout, and used from an unrelated folder.

The environment that it goes into sees the libraries of this one, so nothing is fetched but by the build hook, and that
only where the front-end files are not in place yet.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"gse_skills", "gse_skills_service"}
LEFT_OUT = ("__pycache__", "*.pyc", ".*")
COPIED = (
    *("pyproject.toml", "hatch_build.py", "package.json", "package-lock.json", "README.md", "LICENSE"),
    *("ontology", "mappings", "examples", "gse_skills", "gse_skills_service"),
)


def absent(why: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the checkout, built from a copy, as the build leaves files behind."""
    if importlib.util.find_spec("hatchling") is None:
        absent("needs the PyPI package hatchling")
    home = tmp_path_factory.mktemp("wheel")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / "checkout" / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            (home / "checkout").mkdir(exist_ok=True)
            shutil.copy(source, home / "checkout" / name)
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home / "dist"))
    done = subprocess.run(
        command, cwd=home / "checkout", capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if any(code in done.stderr for code in ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT")):
        absent("the build hook cannot reach the npm registry")
    assert done.returncode == 0, done.stderr
    (built,) = (home / "dist").glob("*.whl")
    shutil.rmtree(home / "checkout")
    return built


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment of its own with the wheel in it."""

    home: Path

    @property
    def packages(self) -> Path:
        """Its site-packages."""
        return Path(sysconfig.get_path("purelib", vars={"base": str(self.home)}))

    def run(self, *words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run `gse-skills` from an unrelated folder, with nothing in the environment that leads to the checkout."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        command = (str(self.home / "bin" / "gse-skills"), *map(str, words))
        return subprocess.run(
            command,
            cwd=cwd,
            env=kept | {"GSE_SKILLS_DURABLE": "false"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed beside links to the libraries of this environment, of which the checkout is none."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    installed = Installed(home)
    command = (sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--no-deps")
    subprocess.run(
        (*command, "--no-index", "--no-compile", "--quiet", "--disable-pip-version-check", str(wheel)), check=True
    )
    for library in {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}:
        for entry in library.iterdir():
            ours = entry.name.startswith(("gse_skills", "_editable_impl_gse_skills", "__editable__"))
            if not ours and entry.suffix != ".pth" and not (installed.packages / entry.name).exists():
                (installed.packages / entry.name).symlink_to(entry)
    return installed


def test_only_our_two_packages_go_into_site_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    (information,) = tops - PACKAGES
    assert information.startswith("gse_skills-")
    assert information.endswith(".dist-info")


def test_it_carries_data_pages_types_and_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in ("ontology", "mappings", "examples"):
        shipped = {
            f"gse_skills/data/{path.relative_to(ROOT)}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(ROOT).parts)
        }
        assert shipped
        assert shipped <= names
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
    own = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in (".py", ".rq", ".html", ".css", ".js", ".svg") and "vendor" not in path.parts
    }
    assert own <= names
    vendor = {name.rpartition("/")[2] for name in names if "/static/vendor/" in name}
    assert {"govuk-frontend.min.css", "accessible-autocomplete.min.js", "LICENCES.txt"} <= vendor
    licences = {name.partition(".dist-info/licenses/")[2] for name in names}
    assert {"LICENSE", "ontology/LICENCE.md"} <= licences
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyc")]


def test_the_demo_works_where_there_is_no_checkout(installed: Installed, tmp_path: Path) -> None:
    python = installed.home / "bin" / "python"
    where = subprocess.run(
        (
            python,
            "-I",
            "-c",
            "import gse_skills, gse_skills_service as s; print(gse_skills.__file__); print(s.__file__)",
        ),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    ).stdout.splitlines()
    assert all(Path(line).is_relative_to(installed.packages) for line in where)
    made = installed.run("demo", "--no-serve", "--people", "50", cwd=tmp_path)
    assert (made.returncode, made.stdout) == (0, ""), made.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo-data"]
    found = installed.run("experts", "LIF", "--data", "demo-data", "--json", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (0, "")
    body = json.loads(found.stdout)
    assert body["concept"]["notation"] == "LIF"
    assert len(body["organisations"]) == 8
    assert body["total"] > 0
