"""Organisations: named once, each with the audience it gives its records."""

from __future__ import annotations

import pytest

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.organisation import Organisation, describe, read_organisations, rules_of
from gse_skills.store import Change, EmbeddedStore
from gse_skills.vocabulary import GRAPH, GSE, ID, ORG, Audience


def store(*organisations: Organisation) -> EmbeddedStore:
    made = EmbeddedStore(None)
    with Change() as change:
        for organisation in organisations:
            describe(organisation, change)
        made.apply(change)
    return made


@pytest.mark.parametrize("audience", Audience)
def test_an_organisation_is_read_as_it_was_written(audience: Audience) -> None:
    birch = Organisation("birch-lab-2", "The “Birch” laboratory", audience)
    aster = Organisation("aster", "Aster")
    found = read_organisations(store(birch, aster))
    assert found == (aster, birch)
    assert aster.audience is Audience.PRIVATE
    rules = rules_of(found, Framework.from_triples({}))
    assert (rules.of("birch-lab-2", None), rules.of("aster", None)) == (audience, Audience.PRIVATE)


def test_what_is_published_of_an_organisation_is_its_name_and_not_its_choice() -> None:
    made = store(Organisation("aster", "Aster", Audience.EMERGENCY))
    told = {graph: {str(triple) for triple in made.triples(graph)} for graph in made.graphs()}
    published = told[GRAPH["view/public"]]
    assert published == told[GRAPH["organisations"]]
    assert (
        f"<{ID}organisation/aster> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{ORG.Organization}>" in published
    )
    assert not any(GSE.audience in line for line in published)
    assert told[GRAPH["source/aster"]] == {f"<{ID}organisation/aster> <{GSE.audience}> <{GSE.Emergency}>"}


@pytest.mark.parametrize(
    "slug", ["", "Aster", "aster lab", "-aster", "aster-", "aster--lab", "1aster", "aster/../x", "äster"]
)
def test_a_slug_is_lower_case_letters_digits_and_hyphens(slug: str) -> None:
    with Change() as change, pytest.raises(InputError) as err:
        describe(Organisation(slug, "Aster"), change)
    assert (err.value.rule, change.size) == ("bad-slug", 0)
