"""Roles over HTTP and on the command line: found, paged, told in full, wherever the register is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from gse_skills.cli import command_line
from gse_skills.errors import GseSkillsError
from gse_skills.framework import read_scheme, shipped

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

API = "/api/v1/roles"
SENIOR = "https://w3id.org/gse-skills/framework/ROL-LIF-02"


def get(service: Service, address: str = API, **asked: object) -> Any:
    response = service.by("anonymous").get(address, params={name: str(value) for name, value in asked.items()})
    assert response.status_code == 200, response.text
    return response.json()


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(command_line(), list(words))
    assert done.exit_code == code, done.output
    return done.stdout


def refused(*words: str) -> str:
    """The rule of the error that a command ends with."""
    error = CliRunner().invoke(command_line(), list(words)).exception
    assert isinstance(error, GseSkillsError)
    return str(error.rule)


def test_pages_of_roles_hold_each_once(service: Service) -> None:
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = get(service, scheme="gse", limit=50, **cursor)
        seen += [item["iri"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == page["total"] == len(service.register.state.framework.roles)


def test_roles_by_category_grade_and_need(service: Service) -> None:
    found = get(service, category="Deep Specialist", grade="SEO", skill="Virology")["items"]
    assert SENIOR in [item["iri"] for item in found]
    assert {(item["category"], item["grade"]) for item in found} == {("Deep Specialist", "SEO")}
    [senior] = [item for item in found if item["iri"] == SENIOR]
    assert senior["family"]["notation"] == "ROL-LIF"


def test_a_role_in_full_by_each_of_its_names(service: Service) -> None:
    told = get(service, f"{API}/ROL-LIF-02")
    assert told == get(service, f"{API}/{SENIOR}") == get(service, f"{API}/Senior virologist")
    assert [step["notation"] for step in told["previous"]] == ["ROL-LIF-01"]
    assert [step["notation"] for step in told["next"]] == ["ROL-LIF-03"]
    needs = {need["skill"]["notation"]: (need["level"], need["essential"]) for need in told["requirements"]}
    assert needs["LIF-VIR-01"] == ("Practitioner", True)
    assert [need["essential"] for need in told["requirements"]] == sorted(
        (need["essential"] for need in told["requirements"]), reverse=True
    )


def test_roles_of_the_digital_and_data_framework_behave_alike(alliance: Service) -> None:
    [found] = [one for one in get(alliance, scheme="ddat")["items"] if one["label"] == "Senior data analyst"]
    told = get(alliance, f"{API}/Senior data analyst")
    assert (told["iri"], told["category"], told["grade"]) == (found["iri"], None, None)
    assert {need["level"] for need in told["requirements"]} <= {"Awareness", "Working", "Practitioner", "Expert"}
    assert told["family"]["label"] == "Data"


@pytest.mark.parametrize(
    ("address", "status", "rule"),
    [
        (f"{API}/ROL-LIF", 404, "unknown-role"),
        (f"{API}/qqqq", 404, "unknown-role"),
        (f"{API}?grade=G99", 400, "unknown-grade"),
        (f"{API}?scheme=nowhere", 404, "unknown-scheme"),
        (f"{API}?skill=qqqq", 404, "unknown-term"),
        (f"{API}?skill=Twin+studies", 409, "ambiguous-label"),
        (f"{API}?cursor=qqqq", 400, "bad-cursor"),
    ],
)
def test_what_there_is_not(service: Service, address: str, status: int, rule: str) -> None:
    response = service.by("anonymous").get(address)
    assert (response.status_code, response.json()["rule"]) == (status, rule)


@pytest.fixture(scope="module")
def served(serve: Serve) -> Any:
    """A service with a second release of the twins."""
    with serve() as service:
        register = service.register
        path = Path(register.settings.data).parent / "twins.ttl"
        path.write_text(
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix t: <https://example.org/twins/> ."
            't: a skos:ConceptScheme ; skos:prefLabel "Twins"@en ; '
            "<http://www.w3.org/2002/07/owl#versionInfo> '2' ."
            't:a a skos:Concept ; skos:prefLabel "Twin research"@en ; skos:inScheme t: ; skos:notation "TW-A" .'
        )
        register.load_scheme(read_scheme(path, register.sandbox, "twins"))
        yield service


@pytest.mark.parametrize("words", [("roles", "virologist"), ("roles", "--grade", "HEO"), ("role", "ROL-LIF-02")])
def test_the_command_says_what_the_api_says(served: Service, words: tuple[str, ...]) -> None:
    asked = {"roles": {"q": words[-1]} if len(words) == 2 else {"grade": "HEO"}, "role": {}}[words[0]]
    address = f"{API}/{words[1]}" if words[0] == "role" else API
    told = run("framework", *words, "--json", "--data", str(served.register.settings.data))
    assert json.loads(told) == get(served, address, **asked)
    text = run("framework", *words, "--data", str(served.register.settings.data))
    assert "virologist" in text.casefold()


def test_no_role_is_exit_code_one(served: Service) -> None:
    data = str(served.register.settings.data)
    run("framework", "roles", "qqqqqq", "--data", data, code=1)
    assert refused("framework", "role", "qqqqqq", "--data", data) == "unknown-role"
    assert refused("framework", "roles", "--category", "Generalist", "--data", data) == "unknown-category"


def test_releases_are_compared_by_name(served: Service, tmp_path: Path) -> None:
    data = ("--data", str(served.register.settings.data))
    old, new = (one.name for one in served.register.state.releases.of("twins"))
    told = json.loads(run("framework", "diff", old, "twins", "--json", *data, code=1))
    assert told == json.loads(run("framework", "diff", old, new, "--json", *data, code=1))
    changed = {one["subject"]["iri"]: [each["kind"] for each in one["changes"]] for one in told["concepts"]}
    assert changed == {"https://example.org/twins/a": ["relabelled"], "https://example.org/twins/b": ["removed"]}
    file = tmp_path / "own.nt"
    file.write_text("".join(f"{triple} .\n" for triple in shipped()["gse"]))
    assert "Nothing changed." in run("framework", "diff", str(file), "gse", *data)
    assert refused("framework", "diff", "twins@9", "twins", *data) == "unknown-release"
    assert refused("framework", "diff", "twins.ttl", "twins", *data) == "no-such-source"
