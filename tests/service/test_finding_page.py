"""Finding expertise as people ask: a place beside a skill, more skills than anybody has, nothing at all, and old levels."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.service.conftest import Service

SHEET = b"""Staff number,Name,Site,Skill,Level,Date assessed
F1,Fay Field,Porton Station,Enteric virology,Expert,01/02/2019
F2,Gus Ground,Harbour House,Enteric virology,Working,01/02/2026
F2,Gus Ground,Harbour House,Viral serology,Working,01/02/2026
"""


def bring(workshop: Service, lab: str, sheet: bytes = SHEET) -> None:
    sent = {"file": ("finding.csv", sheet)}
    done = workshop.by(f"steward:{lab}").post(f"/api/v1/organisations/{lab}/imports", files=sent)
    assert done.status_code == 200, done.text


def find(workshop: Service, lab: str, *skills: str, **asked: str) -> str:
    said = {"skill": list(skills), "org": lab, **asked}
    response = workshop.by(f"member:{lab}").get("/expertise", params=said)
    assert response.status_code == 200, response.text
    # The demo offers everybody to look as, so what is found is what stands below the choice.
    return response.text.partition("<main")[2]


def test_a_place_that_is_a_site_narrows_the_answer_and_another_is_told_as_left_out(workshop: Service, lab: str) -> None:
    bring(workshop, lab)
    page = find(workshop, lab, "enteric virology at Porton Station")
    assert ("Fay Field" in page, "Gus Ground" in page) == (True, False)
    assert "at Porton Station" in page
    assert "is not understood" not in page
    # Small letters say no less.
    assert "Fay Field" not in find(workshop, lab, "enteric virology at harbour house")
    page = find(workshop, lab, "enteric virology at Nowhere Hall")
    assert ("Fay Field" in page, "Gus Ground" in page) == (True, True)
    assert "“Nowhere Hall” is not understood" in page


def test_sites_narrow_before_anything_is_asked_and_where_nobody_was_found(workshop: Service, lab: str) -> None:
    # Places are read by their capital letters; no other test's organisation has people there.
    letters = "".join(chr(ord("A") + int(digit)) for digit in lab if digit.isdigit())
    pier, dock = f"Pier {letters}", f"Dock {letters}"
    bring(workshop, lab, SHEET.replace(b"Porton Station", pier.encode()).replace(b"Harbour House", dock.encode()))

    def sites(caller: str, **asked: str) -> dict[str, str]:
        page = workshop.by(caller).get("/expertise", params=asked).text
        boxes = re.findall(r'name="site" type="checkbox" value="([^"]*)".*?<label[^>]*>(.*?)</label>', page, re.DOTALL)
        return {value: unescape(label) for value, label in boxes}

    name = next(one.name for one in workshop.register.state.organisations if one.slug == lab)
    asked = sites(f"member:{lab}")
    assert (asked[pier], asked[dock]) == (f"{pier}, {name} (1)", f"{dock}, {name} (1)")
    # Nobody is a metrologist there; another site may have one.
    asked = sites(f"member:{lab}", skill="metrology", org=lab)
    assert (asked[pier], asked[dock]) == (f"{pier}, {name} (0)", f"{dock}, {name} (0)")
    assert not sites("anonymous").keys() & {pier, dock}
    page = find(workshop, lab, f"metrology at {pier}")
    assert f"at {pier}" in page
    assert "is not understood" not in page


def test_where_nobody_has_all_of_them_whoever_has_most_is_a_press_away(workshop: Service, lab: str) -> None:
    bring(workshop, lab)
    page = find(workshop, lab, "enteric virology", "viral serology", "metrology")
    assert "Nobody has all of them." in page
    assert "2 people have at least one" in page
    (href,) = (part.split('"')[0] for part in page.split('href="') if "match=any" in part.split('"')[0])
    some = workshop.by(f"member:{lab}").get(href.replace("&amp;", "&")).text.partition("<main")[2]
    assert some.index("Gus Ground") < some.index("Fay Field")
    assert "Nobody has all of them." not in some


def test_a_level_that_was_to_be_confirmed_is_told_as_such(workshop: Service, lab: str) -> None:
    bring(workshop, lab)
    page = find(workshop, lab, "enteric virology")
    fay, gus = page[page.index("Fay Field") :], page[page.index("Gus Ground") :]
    assert "was to be confirmed by" in fay[: fay.index("</p>", 600)]
    assert "; to be confirmed by" in gus
    csv = workshop.by(f"member:{lab}").get("/expertise.csv", params={"skill": "enteric virology", "org": lab}).text
    assert "To confirm by" in csv.splitlines()[0]


def test_nothing_said_is_a_mistake_at_the_box(workshop: Service) -> None:
    client = workshop.by("anonymous")
    for response in (client.get("/expertise", params={"skill": " "}), client.post("/expertise", data={"skill": ""})):
        assert response.status_code == 400
        assert "Enter a skill, or say in your own words what you need." in response.text
        assert 'href="#skill"' in response.text
    assert client.get("/expertise").status_code == 200
