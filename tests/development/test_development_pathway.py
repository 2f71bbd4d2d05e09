"""Where skills lead: the efforts of the columns are those of the gap, ways may lead over roles between, order is one."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import numpy as np
import pyoxigraph as ox
import pytest

from gse_skills.development import WEIGHTS, Weights, ask_pathways, close_over, gap_to, holding_of, pathways
from gse_skills.development.demands import demands_of
from gse_skills.development.holding import Held, Holding, PersonRecord
from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework
from gse_skills.vocabulary import Basis, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

DAY = datetime.date(2025, 6, 1)
X = "https://example.org/"
HEAD = """
@prefix : <https://example.org/> . @prefix gse: <https://w3id.org/gse-skills/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
: a skos:ConceptScheme ; skos:prefLabel "Small"@en .
"""
LADDER = (("junior", 1, "middle"), ("middle", 2, "senior"), ("senior", 4, ""))
SKILLS = "abcde"


def ladder(order: int = 1) -> Framework:
    """Three roles that need five skills at rising levels, and one of something else; `order` turns the file round."""
    parts = [f':{skill} a gse:Skill ; skos:prefLabel "{skill}"@en ; skos:inScheme : .' for skill in (*SKILLS, "z")]
    for name, level, above in LADDER:
        needs = [f"<{name}/{skill}>" for skill in SKILLS]
        step = f" gse:nextRole :{above} ;" if above else ""
        parts.append(
            f':{name} a gse:RoleProfile ; skos:prefLabel "{name}"@en ;{step} skos:inScheme : ;'
            f" gse:requires {', '.join(needs)} ."
        )
        parts += [
            f"<{name}/{skill}> gse:skill :{skill} ; gse:level {Level(level).iri.join('<>')} ; gse:importance gse:Essential ."
            for skill in SKILLS
        ]
    parts.append(
        ':other a gse:RoleProfile ; skos:prefLabel "other"@en ; skos:inScheme : ; gse:requires <other/z> .'
        " <other/z> gse:skill :z ; gse:level gse:Expert ; gse:importance gse:Essential ."
    )
    text = HEAD + "\n".join(parts[::order])
    triples = [quad.triple for quad in ox.parse(text.encode(), ox.RdfFormat.TURTLE, base_iri=X)]
    return Framework.from_triples({"gse": triples})


def held(**levels: int) -> Holding:
    return Holding(
        {X + skill: Held(PersonRecord(X + skill, Level(level), Basis.SELF, DAY)) for skill, level in levels.items()}
    )


def ways(framework: Framework, holding: Holding, **more: float) -> list[list[str]]:
    _, found = pathways(holding, framework, weights=Weights(**more))
    return [[move.role.label for move in way.moves] for way in found]


def test_a_long_way_leads_over_the_roles_between() -> None:
    framework = ladder()
    assert ways(framework, held(a=1)) == [["junior"], ["junior", "middle"], ["junior", "middle", "senior"]]
    fits, found = pathways(held(a=1), framework)
    assert fits == ()
    assert [way.effort for way in found] == [12, 12 + 15, 12 + 15 + 30]
    assert [[one.missing for one in way.missing] for way in found] == [[1] * 4, [1] + [2] * 4, [3] + [4] * 4]


def test_where_long_moves_cost_no_more_the_way_is_straight() -> None:
    assert ways(ladder(), held(a=1), stride=1e12) == [["junior"], ["middle"], ["senior"]]


def test_what_fits_is_told_apart_and_what_nothing_is_held_of_is_left_out() -> None:
    fits, found = pathways(held(**dict.fromkeys(SKILLS, 2)), ladder())
    assert [role.label for role in fits] == ["junior", "middle"]
    assert [way.role.label for way in found] == ["senior"]
    assert pathways(held(), ladder()) == ((), ())


def test_the_order_is_that_of_the_data_and_not_of_the_file() -> None:
    holding = held(a=2, b=1, z=1)
    first, second = (pathways(holding, ladder(order)) for order in (1, -1))
    assert first == second


def test_the_limit_keeps_the_cheapest() -> None:
    everything = pathways(held(a=1, z=1), ladder(), 50)[1]
    assert [way.cost for way in everything] == sorted(way.cost for way in everything)
    assert pathways(held(a=1, z=1), ladder(), 2)[1] == everything[:2]


def test_columns_and_gap_agree_on_every_role(two_schemes: Office) -> None:
    """The gap goes requirement by requirement, the columns take all roles at once."""
    state, store = two_schemes.register.state, two_schemes.register.store
    framework = state.framework
    skills = sorted({need.skill for role in framework.roles.values() for need in role.requirements})
    demands = demands_of(framework, WEIGHTS)
    assert {role.scheme for role in demands.roles} == {"gse", "ddat"}
    rng = np.random.default_rng(5)
    for _ in range(3):
        records = [
            PersonRecord(skill, Level(int(rng.integers(1, 5))), Basis.SELF, DAY)
            for skill in rng.choice(skills, 15, replace=False).tolist()
        ]
        holding = close_over(records, framework, store)
        levels, near = demands.levels(holding)
        efforts, missing = demands.efforts(range(len(demands.roles)), levels, near, WEIGHTS)
        gaps = [gap_to(role, holding, framework) for role in demands.roles]
        assert efforts.tolist() == pytest.approx([gap.effort for gap in gaps])
        assert missing.tolist() == [gap.missing for gap in gaps]


def test_roles_of_both_schemes_are_led_to(two_schemes: Office, digits_of: Callable[[str, str], str]) -> None:
    slug = two_schemes.organisation()
    codes = {"LIF-VIR-01": "Expert", "LIF-SAF-01": "Working", "DAT-DSC-05": "Practitioner"}
    rows = "".join(f"1,Dee Data,{code},{level},Self,2025-01-31\n" for code, level in codes.items())
    two_schemes.bring(slug, f"Staff no,Name,Skill,Level,Assessed by,Date assessed\n{rows}")
    who, access = digits_of(slug, "Dee Data"), two_schemes.access()
    for scheme in ("gse", "ddat"):
        found = ask_pathways(two_schemes.register, access, who, 50, scheme)
        assert found.pathways
        assert {way.role.scheme for way in found.pathways} == {scheme}
    both = ask_pathways(two_schemes.register, access, who, 50)
    assert {way.role.scheme for way in both.pathways} == {"gse", "ddat"}
    with pytest.raises(NotFoundError) as caught:
        ask_pathways(two_schemes.register, access, who, 5, "no-such")
    assert caught.value.rule == "unknown-scheme"
    stones = [one for way in both.pathways for one in way.stones]
    assert stones
    own = holding_of(two_schemes.register, access, who)
    assert all(one.near is not None and own.level(one.near.record.skill) for one in stones)
