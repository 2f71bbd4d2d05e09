"""Files made to bring a service down, read in a child."""

from pathlib import Path

import pytest

from gse_skills.errors import GseSkillsError
from gse_skills.sandbox import Limits, Sandbox

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"'
ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
LAUGHS = (
    f'<!DOCTYPE r [<!ENTITY a "haha">{ENTITIES}]><rdf:RDF {RDF}><e:a><e:b>{"&i;" * 10}</e:b></e:a></rdf:RDF>',
    "laughs.rdf",
    Limits(wall_seconds=60, cpu_seconds=60, memory_bytes=64 << 20),
    "memory-limit",
)
DEEP = (
    f"<rdf:RDF {RDF}>{'<e:a><e:b>' * 100_000}{'</e:b></e:a>' * 100_000}</rdf:RDF>",
    "deep.rdf",
    Limits(wall_seconds=0.7, cpu_seconds=60),
    "time-limit",
)
TERMS = (
    f"<urn:a> <urn:b> {'<<( <urn:a> <urn:b> ' * 100_000}1{' )>>' * 100_000} .",
    "terms.ttl",
    Limits(wall_seconds=60, cpu_seconds=60),
    "crashed",
)


@pytest.mark.parametrize(("text", "name", "limits", "rule"), [LAUGHS, DEEP, TERMS], ids=["laughs", "deep", "terms"])
def test_a_bomb_goes_off_in_the_child(
    shared: Sandbox, tmp_path: Path, text: str, name: str, limits: Limits, rule: str
) -> None:
    bomb, sound = tmp_path / name, tmp_path / "sound.ttl"
    bomb.write_text(text)
    sound.write_text("<urn:a> <urn:b> <urn:c> .")
    with pytest.raises(GseSkillsError) as error:
        shared.start("rdf", {"path": str(bomb)}, limits=limits).read()
    assert error.value.rule == rule
    assert shared.start("rdf", {"path": str(sound)}).read() == b"<urn:a> <urn:b> <urn:c> .\n"
