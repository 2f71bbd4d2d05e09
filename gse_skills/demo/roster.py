"""The invented establishments themselves: eight that are always the same, and as many more as are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from gse_skills.demo import names
from gse_skills.demo.establishment import Establishment, Grades, holds, rank
from gse_skills.demo.ground import Ground
from gse_skills.demo.style import INITIALS, NAMED, RANKED, TRAINED, Style, iso, spelt
from gse_skills.organisation import Organisation
from gse_skills.vocabulary import Audience, Basis

SCIENCE: Grades = (
    ("Apprentice Scientist", "Assistant Scientist"),
    ("Scientist",),
    ("Senior Scientist",),
    ("Principal Scientist",),
    ("Fellow",),
)
CIVIL: Grades = (("AO", "EO"), ("HEO",), ("SEO",), ("G7",), ("G6", "G6", "SCS1"))


_LARKMOOR = Style(
    "skills-register-{day}.csv",
    "long",
    (
        ("Staff number", "number"), ("Name", "name"), ("Email", "email"), ("Team", "unit"), ("Grade", "grade"),
        ("Site", "site"), ("Role", "role"), ("Available", "available"), ("Skill", "skill"), ("Level", "level"),
        ("Date assessed", "assessed"), ("Assessed by", "basis"),
    ),
    NAMED,
)  # fmt: skip
_TARNWICK = Style(
    "competency-log.xlsx",
    "long",
    (
        ("Employee ID", "number"), ("Full name", "name"), ("Email address", "email"), ("Section", "unit"),
        ("Job grade", "grade"), ("Location", "site"), ("Job role", "role"), ("Competency", "skill"),
        ("Competency level", "level"), ("Last assessed", "assessed"), ("Assessed by", "basis"),
    ),
    RANKED,
    age=21,
)  # fmt: skip
_COASTAL = Style(
    "skills-matrix.xlsx",
    "matrix",
    (
        ("Staff no.", "number"), ("Name", "name"), ("Team", "unit"), ("Grade", "grade"), ("Role", "role"),
        ("Location", "site"), ("Available", "available"), ("Date assessed", "assessed"),
    ),
    INITIALS,
    age=35,
    title="Skills matrix: A aware, W working, P practitioner, E expert",
)  # fmt: skip
_ORRINVALE = Style(
    "training-matrix.csv",
    "matrix",
    (
        ("Payroll number", "number"), ("Name", "name"), ("Work email", "email"), ("Team", "unit"), ("Grade", "grade"),
        ("Site", "site"), ("Date assessed", "assessed"),
    ),
    TRAINED,
    days=spelt,
    encoding="cp1252",
    none="None",
    age=14,
)  # fmt: skip
_QUILLHAVEN = Style(
    "people-and-skills.xlsx",
    "long",
    (
        ("Staff ID", "number"), ("Name", "name"), ("Email", "email"), ("Department", "unit"), ("Grade", "grade"),
        ("Site", "site"), ("Role profile", "role"), ("Available", "available"), ("Skill name", "skill"),
        ("Proficiency", "level"), ("Date of assessment", "assessed"), ("Assessed by", "basis"),
        ("Audience", "audience"),
    ),
    NAMED,
    age=3,
)  # fmt: skip
_FORESIGHT = Style(
    "skills-export.csv",
    "long",
    (
        ("Staff number", "number"), ("Name", "name"), ("Email", "email"), ("Directorate", "unit"), ("Grade", "grade"),
        ("Profession role", "role"), ("Location", "site"), ("Availability", "available"), ("Skill", "skill"),
        ("Skill level", "level"),
        ("Assessment date", "assessed"), ("Assessor", "basis"),
    ),
    RANKED,
    days=iso,
    encoding="utf-8",
    delimiter=";",
    age=1,
)  # fmt: skip
_NORTHMERE = Style(
    "bench-competence.xlsx",
    "matrix",
    (
        ("Staff number", "number"),
        ("Name", "name"),
        ("Unit", "unit"),
        ("Grade", "grade"),
        ("Role", "role"),
        ("Assessed on", "assessed"),
    ),
    RANKED,
    basis=Basis.ACCREDITED,
    age=28,
    none=0,
)
_SKARROWFELL_SOUTH = Style(
    "south-shore-skills.csv",
    "long",
    (
        ("Name", "name"), ("Email", "email"), ("Group", "unit"), ("Grade", "grade"), ("Site", "site"),
        ("Skill", "skill"), ("Level", "level"), ("Date", "assessed"), ("Assessed by", "basis"),
    ),
    INITIALS,
    encoding="utf-8",
    age=45,
    site=0,
)  # fmt: skip
_SKARROWFELL_NORTH = Style(
    "north-shore-skills.xlsx",
    "matrix",
    (("Name", "name"), ("Email", "email"), ("Group", "unit"), ("Grade", "grade"), ("Site", "site")),
    NAMED,
    basis=Basis.SELF,
    age=60,
    site=1,
)


def _sites(place: str, *rest: str) -> tuple[str, ...]:
    return tuple(f"{place} {name}" for name in rest)


FIRST: tuple[Establishment, ...] = (
    Establishment(
        Organisation("larkmoor", "Larkmoor Infectious Disease Laboratory", Audience.ALLIANCE),
        focus=("LIF-VIR", "LIF-MIC", "LIF-EPI", "LIF-IMM", "LIF", "DAT-DSC", "DAT-MLG"),
        share=0.18,
        grades=SCIENCE,
        bases=(0.2, 0.1, 0.6, 0.1),
        words=(0.65, 0.3, 0.05),
        sites=_sites("Larkmoor", "Main Campus", "High Containment", "Field Station"),
        number="LK",
        sheets=(replace(_LARKMOOR, age=380), _LARKMOOR),
    ),
    Establishment(
        Organisation("tarnwick", "Tarnwick Chemical Analysis Laboratory", Audience.ALLIANCE),
        focus=("CHM-ANA", "CHM-APA", "CHM-RAD", "CHM", "LIF-TOX", "DAT-DSC"),
        share=0.15,
        grades=SCIENCE,
        bases=(0.05, 0.15, 0.5, 0.3),
        words=(0.7, 0.2, 0.1),
        sites=_sites("Tarnwick", "Works", "Annexe"),
        number="7",
        sheets=(_TARNWICK,),
    ),
    Establishment(
        Organisation("coastal-river-safety", "Department for Coastal and River Safety (fictional)", Audience.ALLIANCE),
        focus=("environment", "DAT-GEO", "DAT-DSC", "DAT", "CHM-HAZ", "CHM-APA"),
        share=0.14,
        grades=CIVIL,
        bases=(0.5, 0.1, 0.4, 0.0),
        words=(0.6, 0.4, 0.0),
        sites=("Weir House", "Harbour Row", "Estuary Office", "Remote"),
        number="CRS-",
        sheets=(_COASTAL,),
    ),
    Establishment(
        Organisation("orrinvale", "Orrinvale Plant and Animal Health Institute", Audience.ALLIANCE),
        focus=("animal", "plant", "LIF-MIC", "LIF-GEN", "LIF-VIR", "LIF-SAF", "LIF-LAB", "CHM-APA", "CHM-ANA"),
        share=0.13,
        grades=SCIENCE,
        bases=(0.1, 0.3, 0.5, 0.1),
        words=(0.75, 0.25, 0.0),
        sites=_sites("Orrinvale", "Farm", "Glasshouses", "Laboratories"),
        number="OV/",
        sheets=(_ORRINVALE,),
    ),
    Establishment(
        Organisation("quillhaven", "Quillhaven Measurement Laboratory", Audience.ALLIANCE),
        focus=("physics", "measurement", "CHM-MCH", "CHM-MET", "CHM-POL", "CHM-PHY", "CHM-ANA", "DAT-DSC", "DAT-SWE"),
        share=0.12,
        grades=SCIENCE,
        bases=(0.25, 0.15, 0.45, 0.15),
        words=(0.5, 0.45, 0.05),
        sites=_sites("Quillhaven", "North Range", "South Range"),
        number="Q",
        sheets=(_QUILLHAVEN,),
    ),
    Establishment(
        Organisation("foresight-data", "Office for Foresight and Data (fictional)", Audience.ALLIANCE),
        focus=("DAT-DSC", "DAT-KIM", "mathematic", "DAT", "social"),
        share=0.11,
        grades=CIVIL,
        bases=(0.55, 0.2, 0.25, 0.0),
        words=(0.1, 0.4, 0.5),
        sites=("Lantern Yard", "Remote"),
        number="FD",
        sheets=(_FORESIGHT,),
    ),
    Establishment(
        Organisation("northmere", "Northmere Forensic Science Office (fictional)", Audience.PRIVATE),
        focus=("forensic", "CHM-ANA", "CHM-APA", "LIF-GEN", "LIF-TOX", "CHM-HAZ", "DAT-CYB"),
        share=0.09,
        grades=SCIENCE,
        bases=(0.0, 0.0, 0.4, 0.6),
        words=(0.6, 0.35, 0.05),
        sites=_sites("Northmere", "Examination Block", "Stores"),
        number="N-",
        sheets=(_NORTHMERE,),
    ),
    Establishment(
        Organisation("skarrowfell", "Skarrowfell Water and Environment Laboratory", Audience.ALLIANCE),
        focus=("water", "environment", "CHM-ANA", "CHM-APA", "LIF-MIC", "CHM-RAD", "LIF-TOX", "DAT-GEO", "DAT-DSC"),
        share=0.08,
        grades=SCIENCE,
        bases=(0.35, 0.2, 0.4, 0.05),
        words=(0.65, 0.3, 0.05),
        sites=_sites("Skarrowfell", "South Shore", "North Shore"),
        number="",
        sheets=(_SKARROWFELL_SOUTH, _SKARROWFELL_NORTH),
    ),
)
_KINDS = (
    "Applied Materials Laboratory",
    "Soil and Crop Laboratory",
    "Vaccine Evaluation Laboratory",
    "Institute for Modelling and Forecasting",
    "Fire and Structures Laboratory",
    "Agency for Inland Waters",
    "Reference Standards Office",
    "Air Quality Laboratory",
    "Food Analysis Institute",
    "Digital Evidence Laboratory",
    "Instrument Development Laboratory",
)


def establishments(people: int, organisations: int, ground: Ground) -> tuple[Establishment, ...]:
    """So many establishments with so many people in all.

    The first eight are always the same; further ones repeat their habits under other names. Domains of the framework
    that are in nobody's focus are dealt out in turn.
    """
    chosen = (*FIRST[:organisations], *islice(_further(), max(0, organisations - len(FIRST))))
    whole = sum(one.share for one in chosen)
    sizes, counted, reached = [], 0, 0.0
    for one in chosen:
        reached += one.share
        size = round(people * reached / whole) - counted
        counted += size
        sizes.append(size)
    return tuple(
        replace(one, people=size, focus=_focus(one, place, len(chosen), ground))
        for place, (one, size) in enumerate(zip(chosen, sizes, strict=True))
    )


def _further() -> Iterator[Establishment]:
    taken = {one.organisation.name.split()[0] for one in FIRST}
    for place, name in enumerate(names.places(taken)):
        like = FIRST[place % len(FIRST)]
        organisation = Organisation(
            name.lower(), f"{name} {_KINDS[place % len(_KINDS)]} (fictional)", like.organisation.audience
        )
        sites = (f"{name} Site 1", f"{name} Site 2")
        number = like.number and name[:3].upper()
        yield replace(like, organisation=organisation, sites=sites, number=number)


def _focus(one: Establishment, place: int, organisations: int, ground: Ground) -> tuple[str, ...]:
    focus = {entry for known in FIRST for entry in known.focus}
    others = [
        domain.notation
        for domain in ground.domains
        if domain.notation not in focus and not any(holds(domain.label.lower(), entry) for entry in focus)
    ]
    found = (*one.focus, *(notation for number, notation in enumerate(others) if number % organisations == place))
    if any(rank(found, group) is not None for group in ground.groups.values()):
        return found
    return (ground.domains[place % len(ground.domains)].notation,)
