"""Leaving dates over HTTP: told to stewards and to the person, and to nobody else by any byte, by SPARQL to nobody."""

from __future__ import annotations

import datetime
import html
from typing import TYPE_CHECKING

import pytest

from gse_skills.imports.state import read_people
from gse_skills.organisation import Organisation
from gse_skills.register import today
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from tests.service.conftest import Service

HEADINGS = ("Staff number", "Name", "Team", "Skill", "Level", "Date assessed", "Contract end")
LEAVES = (today() + datetime.timedelta(200)).isoformat()
ROWS = (
    ("P1", "Pat Person", "Virology", "LIF-VIR-01", "Practitioner", "31/01/2025"),
    ("P2", "Quinn Other", "Serology", "LIF-VIR-02", "Expert", "31/01/2025"),
)
ALL = "SELECT * { ?person <https://w3id.org/gse-skills/ontology#leavesOn> ?day }"


def send(service: Service, slug: str, days: tuple[str, str], **more: str) -> None:
    rows = [HEADINGS, *((*row, day) for row, day in zip(ROWS, days, strict=True))]
    answer = service.send(f"steward:{slug}", "\n".join(",".join(row) for row in rows).encode(), slug, **more)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def slug(workshop: Service, lab: str) -> str:
    """An organisation of two people of whom nobody has said when they leave."""
    send(workshop, lab, ("", ""))
    return lab


def pat(service: Service, slug: str) -> str:
    people = read_people(service.register.store, slug)
    return next(f"{one.person.identifier.value:016x}" for one in people if one.person.name == "Pat Person")


def asked(slug: str, person: str) -> tuple[str, ...]:
    return (
        f"/api/v1/organisations/{slug}/capability?fragility=true&ahead=60",
        f"/api/v1/organisations/{slug}/capability?format=csv",
        f"/organisations/{slug}?ahead=24",
        "/api/v1/coverage",
        "/api/v1/experts?skill=LIF-VIR&min_level=Practitioner",
        f"/api/v1/people/{person}",
        f"/id/person/{person}",
        f"/api/v1/organisations/{slug}/progress",
        f"/api/v1/organisations/{slug}/trend",
        f"/sparql?query={ALL.replace('#', '%23')}",
        "/sparql?query=SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    )


def test_others_get_the_same_bytes_with_and_without(workshop: Service, slug: str) -> None:
    other = f"{slug}-other"
    workshop.register.add_organisation(Organisation(other, other.capitalize(), Audience.ALLIANCE))
    person = pat(workshop, slug)
    callers = ("anonymous", f"member:{slug}", f"lead:{slug}", f"member:{other}", f"steward:{other}")

    def answers() -> dict[tuple[str, str], bytes]:
        return {
            (caller, path): workshop.by(caller).get(path, follow_redirects=True).content
            for caller in callers
            for path in asked(slug, person)
        }

    before = answers()
    send(workshop, slug, (LEAVES, ""))
    after = answers()
    assert [key for key in before if before[key] != after[key]] == []
    # The steward, whom it is told, has no graph that says it either.
    found = workshop.by(f"steward:{slug}").get("/sparql", params={"query": ALL}, headers={"Accept": "text/csv"})
    assert set(found.text.split()) <= {"person,day", "day,person"}
    shown = workshop.by(f"member:{other}").get(f"/api/v1/people/{person}")
    assert (shown.status_code, LEAVES in shown.text) == (200, False), "whom they see, without it"


def test_a_steward_is_told_by_api_page_and_desk(workshop: Service, slug: str) -> None:
    steward, path = workshop.by(f"steward:{slug}"), f"/api/v1/organisations/{slug}/capability"
    unknown = steward.get(path).json()
    assert (unknown["leaving"]["known"], unknown["leaving"]["leaving"]) == (0, None)
    assert "is not known: no leaving date is recorded" in steward.get(f"/organisations/{slug}").text
    send(workshop, slug, (LEAVES, ""))
    near, far = (steward.get(path, params={"concept": "LIF-VIR", "ahead": months}).json() for months in (1, 12))
    assert (near["leaving"]["leaving"], far["leaving"]["leaving"], far["leaving"]["months"]) == (0, 1, 12)
    told = {line["concept"]["notation"]: line["leaving"] for line in far["lines"]}
    assert (told["LIF-VIR-01"], told["LIF-VIR-02"]) == (1, 0)
    (lost,) = far["leaving"]["lost"]
    assert (lost["skill"]["notation"], lost["since"], len(lost["people"])) == ("LIF-VIR-01", LEAVES, 1)
    assert near["data"] == far["data"] != unknown["data"]
    page = html.unescape(steward.get(f"/organisations/{slug}?concept=LIF-VIR&ahead=12").text)
    day = datetime.date.fromisoformat(LEAVES)
    assert "Known to leave by" in page
    assert f"{day:%-d %B %Y}" in page
    assert "Pat Person" in page
    assert "People who should have left" not in steward.get("/desk").text


@pytest.mark.parametrize(("months", "status"), [("0", 400), ("61", 400), ("soon", 400), ("", 200), ("60", 200)])
def test_a_horizon_has_bounds_on_the_page(workshop: Service, slug: str, months: str, status: int) -> None:
    page = workshop.by(f"steward:{slug}").get(f"/organisations/{slug}", params={"ahead": months})
    assert page.status_code == status
    assert ("Give 1 to 60 months" in page.text) == (status == 400)
    if months:
        refused = workshop.by("anonymous").get(f"/api/v1/organisations/{slug}/capability", params={"ahead": months})
        assert refused.status_code == (status if status == 200 else 422)
        assert status == 200 or refused.headers["content-type"] == "application/problem+json"


def test_who_should_have_left_is_told_to_the_steward(workshop: Service, lab: str) -> None:
    slug, day = lab, "2025-09-01"
    send(workshop, slug, (day, LEAVES), snapshot="2025-03-01")
    steward = workshop.by(f"steward:{slug}")
    found = steward.get(f"/api/v1/organisations/{slug}/capability").json()["leaving"]
    assert (found["leaving"], found["should_have_left"]) == (1, 1)
    assert [one["leaves_on"] for one in found["overdue"]] == [day]
    assert "People who should have left" in steward.get("/desk").text
    assert 'id="should-have-left"' in steward.get(f"/organisations/{slug}").text
    # They stay until a full picture leaves them out.
    assert steward.get(f"/api/v1/organisations/{slug}/capability").json()["people"] == 2


def test_a_person_reads_and_corrects_their_own(workshop: Service, slug: str) -> None:
    send(workshop, slug, (LEAVES, ""))
    person = pat(workshop, slug)
    me = workshop.by(f"person:{slug}/{person}")
    assert me.get("/api/v1/me").json()["memberships"][0]["leaves_on"] == LEAVES
    assert f"{datetime.date.fromisoformat(LEAVES):%-d %B %Y}" in me.get("/me").text
    wish = {"fact": "leaves-on", "value": "31/01/2020", "reason": "I left."}
    refused = me.post("/api/v1/me/corrections", json=wish)
    assert (refused.status_code, refused.json()["rule"]) == (400, "leaving-date-past")
    later = {**wish, "value": (today() + datetime.timedelta(900)).isoformat()}
    assert me.post("/api/v1/me/corrections", json=later).status_code in (200, 201)
