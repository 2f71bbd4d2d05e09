"""A register with all that is shipped and the Digital and Data framework beside it; take an organisation of your own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.framework import read_scheme
from gse_skills.imports.state import read_people
from gse_skills.register import Register
from gse_skills.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Office, Once

DDAT = Path(__file__).parents[1] / "data" / "framework" / "ddat"


@pytest.fixture(scope="session")
def two_schemes(
    shipped_data: Path, once: Once, tmp_path_factory: pytest.TempPathFactory, office_type: type[Office]
) -> Iterator[Office]:
    def fill(folder: Path) -> None:
        shutil.copytree(shipped_data, folder / "data")
        with Register.open(Settings(data=folder / "data", durable=False)) as register:
            register.load_scheme(read_scheme(DDAT, register.sandbox))

    folder = tmp_path_factory.mktemp("development")
    shutil.copytree(once("two-schemes", fill) / "data", folder / "data")
    with Register.open(Settings(data=folder / "data", durable=False)) as register:
        yield office_type(register, folder)


@pytest.fixture(scope="session")
def office_type(office: Office) -> type[Office]:
    """Tests are no package, so the type comes from a fixture."""
    return type(office)


@pytest.fixture
def digits_of(two_schemes: Office) -> Callable[[str, str], str]:
    """The digits of a person of an organisation, by name."""

    def found(organisation: str, name: str) -> str:
        people = read_people(two_schemes.register.store, organisation)
        (one,) = [known.person for known in people if known.person.name == name]
        return f"{one.identifier.value:016x}"

    return found
