"""Our downloads in the tools of others: owlready2 here; rdflib reads every form in test_export, `sssom` our mapping
sets in tests/mapping, and the questions of Skosmos are in test_skosmos."""

from __future__ import annotations

from pathlib import Path

import owlready2
import pytest

from gse_skills.framework import OWN_SCHEME, Framework, shipped
from gse_skills.framework.export import Form, export
from gse_skills.vocabulary import FRAMEWORK, GSE, SKOS


@pytest.mark.parametrize("form", [Form.RDF_XML, Form.N_TRIPLES])
def test_owlready2_loads_a_download_beside_the_ontology(form: Form, tmp_path: Path) -> None:
    triples = shipped()[OWN_SCHEME]
    world = owlready2.World()
    for name, content in (
        ("ontology.nt", export(shipped()["ontology"], Form.N_TRIPLES)),
        (f"framework.{form.value}", export(triples, form)),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        world.get_ontology(path.as_uri()).load()
    skills = {one.iri for one in world[GSE.Skill].instances()}
    own = Framework.from_triples({OWN_SCHEME: triples})
    assert skills == {one.iri for one in own.concepts if one.kind == "skill"}
    virology = world[FRAMEWORK["LIF-VIR"]]
    label = world[SKOS.prefLabel]
    assert {(str(text), text.lang) for text in label[virology]} == {("Virology", "en"), ("Feiroleg", "cy")}
    assert {one.iri for one in world[SKOS.narrower][virology]} == set(own.concept(FRAMEWORK["LIF-VIR"]).narrower)
    assert world[SKOS.Concept] in world[GSE.Skill].ancestors()
