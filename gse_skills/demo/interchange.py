"""Invented opportunities of the invented organisations, and a few people who take part in them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from gse_skills.access import OPERATOR
from gse_skills.framework import OWN_SCHEME
from gse_skills.imports.state import read_people
from gse_skills.opportunity import (
    Offered,
    OfferWish,
    Payment,
    StepKind,
    StepRole,
    StepWish,
    WishedAim,
    apply,
    offer,
    proceed,
)
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience, Level


@dataclass(frozen=True, slots=True)
class _Sketch:
    title: str
    host: str
    """Slug; in an alliance without that organisation the first one offers it."""
    skill: str
    kind: str
    days: int
    least: Level | None
    most: Level
    scheme: str = "stem-futures"
    audience: Audience = Audience.ALLIANCE
    remote: bool = False
    places: int = 1
    payment: Payment | None = None
    releasing: str = ""


_SKETCHES = (
    _Sketch(
        "A week in the sequencing laboratory", "larkmoor", "LIF-VIR-04", "shadowing", 4, None, Level.WORKING, places=2
    ),
    _Sketch(
        "Ask a virologist", "larkmoor", "LIF-VIR-01", "mentoring", 180, None, Level.PRACTITIONER, remote=True, places=3
    ),
    _Sketch(
        "Networks and graphs: a lecture",
        "foresight-data",
        "DAT-DSC-06",
        "technical-lecture",
        0,
        None,
        Level.AWARENESS,
        audience=Audience.PUBLIC,
        remote=True,
        places=200,
    ),
    _Sketch("Immunoassays, half a year", "larkmoor", "LIF-IMM-01", "placement", 180, Level.WORKING, Level.PRACTITIONER),
    _Sketch(
        "Secondment to the virus laboratory",
        "larkmoor",
        "LIF-VIR-01",
        "secondment",
        300,
        Level.WORKING,
        Level.EXPERT,
        payment=Payment.COST_NEUTRAL,
    ),
    _Sketch(
        "Expert in residence: statistics",
        "foresight-data",
        "MST-STA-01",
        "secondment",
        240,
        Level.PRACTITIONER,
        Level.EXPERT,
        scheme="expert-exchange",
        audience=Audience.PUBLIC,
        payment=Payment.HOST,
        releasing="A university or a company",
    ),
    _Sketch(
        "Meet the sequencing team",
        "larkmoor",
        "LIF-GEN-01",
        "visit",
        1,
        None,
        Level.AWARENESS,
        scheme="expert-exchange",
        places=6,
    ),
    _Sketch(
        "Fellowship in viral genomics",
        "larkmoor",
        "LIF-VIR-05",
        "fellowship",
        200,
        Level.PRACTITIONER,
        Level.EXPERT,
        scheme="expert-exchange",
        payment=Payment.SHARED,
        releasing="A university",
    ),
    _Sketch(
        "Coaching in method development for new team leaders",
        "tarnwick",
        "CHM-ANA-09",
        "coaching",
        90,
        Level.WORKING,
        Level.EXPERT,
    ),
    _Sketch(
        "Course: using data and keeping it private",
        "foresight-data",
        "DAT-DSC-07",
        "learning",
        2,
        None,
        Level.WORKING,
        places=20,
    ),
    _Sketch(
        "Animal disease beside the bench", "orrinvale", "APH-DIA-01", "shadowing", 9, Level.AWARENESS, Level.WORKING
    ),
    _Sketch(
        "Lunch lectures on contaminants in water",
        "skarrowfell",
        "CHM-APA-02",
        "technical-lecture",
        60,
        None,
        Level.AWARENESS,
        audience=Audience.PRIVATE,
    ),
)
"""Skills of the shipped framework; one that it lacks is left out."""


def bring_opportunities(register: Register) -> int:
    """Offer a dozen opportunities, and let a few people apply for some; returns how many were offered."""
    access = register.access(OPERATOR)
    slugs = [organisation.slug for organisation in register.state.organisations]
    offered = [offer(register, wish, access) for wish in _wishes(register, slugs)]
    for number, one in enumerate(offered[:4]):
        _take_part(register, one, slugs[(number + 1) % len(slugs)], number)
    return len(offered)


def _wishes(register: Register, slugs: list[str]) -> Iterator[OfferWish]:
    framework = register.state.framework
    known = {one.notation for one in framework.concepts if one.scheme == OWN_SCHEME and not one.deprecated}
    for number, sketch in enumerate(_SKETCHES):
        if sketch.skill not in known:
            continue
        host = sketch.host if sketch.host in slugs else slugs[0]
        starts = today() + datetime.timedelta(30 + 7 * number)
        yield OfferWish(
            sketch.title,
            sketch.scheme,
            sketch.kind,
            (WishedAim(sketch.skill, sketch.most, sketch.least),),
            starts,
            starts + datetime.timedelta(sketch.days),
            f"interchange@{host}.example",
            site="" if sketch.remote else register.state.organisation(host).name,
            remote=sketch.remote,
            places=sketch.places,
            audience=sketch.audience,
            releasing_employer=sketch.releasing,
            payment=sketch.payment,
            organisation=host,
        )


def _take_part(register: Register, one: Offered, home: str, number: int) -> None:
    """Somebody applies; the more often it is called, the further they come."""
    people = [known.person for known in read_people(register.store, home) if known.membership is not None]
    person = f"{min(people, key=lambda each: (each.name, each.staff_number or '')).identifier.value:016x}"
    access = register.access(OPERATOR)
    taken = apply(register, one.opportunity.digits, access, text="I would like to learn this.", person=person)
    roles = (StepRole.HOST_STEWARD, StepRole.RELEASING_STEWARD)
    wishes = [
        StepWish(StepKind.AGREEMENT, role=role) for role in roles if role in taken.application.participation.sides
    ]
    for wish in [*wishes, StepWish(StepKind.BEGINNING), StepWish(StepKind.COMPLETION)][: number + 1]:
        proceed(register, taken.application.participation.digits, wish, access)
