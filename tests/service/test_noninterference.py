"""Non-interference: what a caller may not see changes no byte of any answer.

Two services run on copies of one data folder. In the second, data that the callers of a group may not see is added and
taken away by chance, more and more of it; after each step both get the same requests, and their answers - status,
headers and bytes - must be the same. A route that nobody put into `ASKED` or `LEFT_OUT` fails the test.

`GSE_SKILLS_NONINTERFERENCE=200` draws that many steps for each group of callers.
"""

from __future__ import annotations

import csv
import datetime
import io
import os
import random
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from gse_skills.access import OPERATOR, Caller
from gse_skills.audit import Action, Event
from gse_skills.development import NewGoal, add_goal
from gse_skills.dossier import Wish as Correction
from gse_skills.dossier import correct
from gse_skills.dossier.fact import Fact
from gse_skills.erasure import erase
from gse_skills.errors import ConflictError
from gse_skills.proposals import ProposalKind, Wish, propose
from gse_skills.register import Register, today
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.vocabulary import FOAF, GRAPH, GSE, ID, Level
from gse_skills_service.app import create_app

if TYPE_CHECKING:
    from tests.service.conftest import Service

STEPS = int(os.environ.get("GSE_SKILLS_NONINTERFERENCE", "1"))
LONG_RUN = 20
HOST = "register.example"
"""Both services are asked under one name, since addresses in answers are made from it."""
HEADINGS = ("Staff number", "Name", "Unit", "Skill", "Level", "Date assessed", "Audience", "Available")
SKILLS = ("LIF-VIR-02", "LIF-VIR-06", "LIF-EPI-01", "Deep learning", "DAT-MLG-01", "LIF-VIR-04")
LEVELS = tuple(level.label for level in Level)
NOBODY = "00000000000000ff"
LATER = datetime.date(2100, 1, 1)

GROUPS = {
    "of the organisation": ("member:alder", "person:alder/{ann}", "duty-officer:alder"),
    "with rights over it": ("lead:alder", "steward:alder"),
    "of no organisation": ("anonymous", "framework-owner"),
    "who runs it": ("administrator",),
    "called to an incident": ("responder:alder/{incident}",),
}
"""Callers among whom the same things are hidden."""
THOROUGH = STEPS > 1 or os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1"
TRIED = tuple(GROUPS) if THOROUGH else ("of the organisation", "with rights over it")
"""All groups where every test is wanted, else those from whom the most could be taken."""

Stage = tuple[Path, dict[str, str], dict[str, str]]
Told = tuple[int, list[tuple[str, str]], bytes]
Step = Callable[["Pair", random.Random], None]


@dataclass
class Pair:
    """Two services, of which the second gets what is hidden."""

    plain: Service
    fuller: Service
    callers: dict[str, httpx.Client]
    fuller_callers: dict[str, httpx.Client]
    folder: Path
    ann: str
    fay: str
    incident: str
    known: frozenset[str]
    """IRIs of everything that both sides hold of people."""
    sheets: int = 0
    hidden: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Staff number and unit of the hidden people of Birch, by name."""
    done: list[str] = field(default_factory=list)

    @property
    def register(self) -> Register:
        """The register of the fuller side."""
        return self.fuller.register

    def bring(
        self, organisation: str, rows: Iterable[Sequence[str]], *, full: bool = False, headings: Sequence[str] = ()
    ) -> None:
        """Import a sheet into the fuller side."""
        self.sheets += 1
        text = io.StringIO()
        csv.writer(text).writerows([headings or HEADINGS, *rows])
        sheet = self.folder / f"{self.sheets}.csv"
        sheet.write_text(text.getvalue())
        options = ImportOptions(organisation, sheet.name, full=full)
        import_sheet(self.register, sheet, options, self.register.access(OPERATOR))

    def people(self) -> list[str]:
        """The digits of those people of Birch of whom only its own steward knows."""
        views = ("view/alliance", "view/organisation/birch")
        seen, everybody = ({str(one.subject) for one in self.register.store.triples(GRAPH[view])} for view in views)
        return sorted(iri[-17:-1] for iri in everybody - seen if iri.startswith(f"<{ID['person/']}"))

    def secrets(self) -> list[str]:
        """IRIs of which only the fuller side has any, people, records, phrases and imports among them."""
        return sorted(_subjects(self.register) - self.known)


def _subjects(register: Register) -> set[str]:
    found = set[str]()
    for graph in register.store.graphs():
        if graph.startswith(GRAPH["source/"]):
            found |= {str(triple.subject).strip("<>") for triple in register.store.triples(graph)}
    return {iri for iri in found if iri.startswith(ID)}


def _row(dice: random.Random, name: str, number: str, unit: str, audience: str) -> tuple[str, ...]:
    day = f"{dice.randint(1, 28):02}/0{dice.randint(1, 9)}/2025"
    available = dice.choice(("yes", "no", ""))
    return (number, name, unit, dice.choice(SKILLS), dice.choice(LEVELS), day, audience, available)


def add_people(pair: Pair, dice: random.Random, audience: str = "private") -> None:
    rows = []
    for _ in range(dice.randint(1, 4)):
        number = f"H{dice.randrange(10**6)}"
        name, unit = f"Hidden {number}", f"Secret unit {dice.randint(1, 3)}"
        rows += [_row(dice, name, number, unit, audience) for _ in range(dice.randint(1, 3))]
        if audience == "private":
            pair.hidden[name] = (number, unit)
    pair.bring("birch", rows)


def add_emergency_people(pair: Pair, dice: random.Random) -> None:
    add_people(pair, dice, "emergency")


def add_records_of_their_own(pair: Pair, dice: random.Random) -> None:
    """Private ones of people whom the alliance sees, as who is in an organisation follows its own choice."""
    pair.bring("alder", [("A4", "Dee Alder", "", dice.choice(SKILLS), dice.choice(LEVELS), "", "private", "")])


def add_record_of_somebody_seen(pair: Pair, dice: random.Random) -> None:
    pair.bring("birch", [("B2", "Fay Birch", "", dice.choice(SKILLS[2:]), dice.choice(LEVELS), "", "private", "")])


def set_leaving_dates(pair: Pair, dice: random.Random) -> None:
    """Of people whom the alliance sees, in both organisations: nobody but those who keep them learns when they go."""
    headings = ("Staff number", "Name", "Leaving date", "Skill", "Level", "Date assessed")
    for slug, people in (("birch", (("B1", "Eve Birch"), ("B2", "Fay Birch"))), ("alder", (("A4", "Dee Alder"),))):
        day = f"{dice.randint(1, 28)}/06/{today().year + dice.randint(1, 5)}"
        # Older than whatever is known, so that nothing but the card changes.
        rows = [(number, name, day, "LIF-VIR-06", "none", "01/01/1951") for number, name in people]
        pair.bring(slug, rows, headings=headings)


def change_levels(pair: Pair, dice: random.Random) -> None:
    """What was there ends, and something else takes its place."""
    for name, (number, unit) in list(pair.hidden.items())[:3]:
        pair.bring("birch", [_row(dice, name, number, unit, "private")])


def end_people(pair: Pair, dice: random.Random) -> None:
    """A full picture without those who were hidden: their records end, and they leave."""
    rows = [
        ("B1", "Eve Birch", "", "LIF-VIR-06", "Expert", "31/01/2025", "", "yes"),
        ("B2", "Fay Birch", "", "LIF-VIR-06", "Practitioner", "31/01/2025", "alliance", ""),
    ]
    pair.bring("birch", rows, full=True)
    pair.hidden.clear()


def erase_somebody(pair: Pair, dice: random.Random) -> None:
    if there := pair.people():
        erase(pair.register, pair.register.access(OPERATOR), "birch", dice.choice(there))


def ask_for_correction(pair: Pair, dice: random.Random) -> None:
    if there := pair.people():
        access = pair.register.access(Caller.parse(f"person:birch/{dice.choice(there)}"))
        wish = Correction(Fact.GRADE, f"G{dice.randrange(10**6)}", reason="It is another one.")
        correct(pair.register, access, wish, dry_run=False)


def set_goal(pair: Pair, dice: random.Random) -> None:
    if there := pair.people():
        one = dice.choice(there)
        access = pair.register.access(Caller.parse(f"person:birch/{one}"))
        goal = NewGoal(dice.choice(SKILLS), Level.EXPERT, LATER, "By doing it.")
        # A goal that there is already, or that is reached, is as good.
        with suppress(ConflictError):
            add_goal(pair.register, access, one, goal, dry_run=False)


def add_audit_entries(pair: Pair, dice: random.Random) -> None:
    """Of looks from a third side at people of Birch."""
    steward = Caller.parse("duty-officer:birch")
    digits = tuple(pair.people()[:3])
    event = Event(steward, Action.SEARCH_EXPERTS, people={"birch": digits}, organisations=("birch",))
    pair.register.audit.append(*[event] * dice.randint(1, 9))


def add_sign_ins(pair: Pair, dice: random.Random) -> None:
    pair.register.audit.append(*[Event(Caller.parse("member:birch"), Action.SIGN_IN)] * dice.randint(1, 9))


def add_user(pair: Pair, dice: random.Random) -> None:
    pair.register.users.grant(f"user{dice.randrange(10**6)}@birch.example", Caller.parse("member:birch"))


def add_token(pair: Pair, dice: random.Random) -> None:
    pair.register.tokens.create(Caller.parse("member:birch"), note=f"n{dice.randrange(10**6)}")


def complain(pair: Pair, dice: random.Random) -> None:
    pair.register.complaints.make(f"About {dice.randrange(3)}.", organisation="birch")


def open_incident(pair: Pair, dice: random.Random) -> None:
    lasts = datetime.timedelta(hours=dice.randint(1, 9))
    incidents = pair.register.incidents
    incidents.open(incidents.plan("birch", f"Flood {dice.randrange(10**6)}", "INC-9", lasts))


def add_phrase(pair: Pair, dice: random.Random) -> None:
    phrase = f"wholly unheard of {dice.randrange(10**6)}"
    pair.bring("birch", [("H0", "Hidden Zero", "", phrase, "Expert", "", "private", "")])


def add_proposal(pair: Pair, dice: random.Random) -> None:
    wish = Wish(ProposalKind.NEW, f"A skill number {dice.randrange(10**6)}.")
    propose(pair.register, wish, pair.register.access(Caller.parse("member:birch")))


SEEN_BY: dict[Step, tuple[str, ...]] = {
    add_people: (),
    add_record_of_somebody_seen: (),
    set_leaving_dates: ("with rights over it",),
    change_levels: (),
    end_people: (),
    erase_somebody: (),
    ask_for_correction: (),
    set_goal: (),
    add_audit_entries: (),
    add_emergency_people: ("called to an incident",),
    add_records_of_their_own: ("with rights over it",),
    add_sign_ins: ("who runs it",),
    add_user: ("who runs it",),
    add_token: ("who runs it",),
    complain: ("who runs it",),
    add_phrase: ("of no organisation",),
    add_proposal: ("of no organisation",),
    open_incident: ("of the organisation", "with rights over it", "called to an incident"),
}
"""What can be done to the fuller side, and the groups who may see something of it."""

PERSON = ("{own}", "{fay}", "{secret}", NOBODY, "no-digits")
ORGANISATION = ("alder", "birch", "nowhere")
NAMED = ("LIF-VIR-06", "LIF", "no-such-skill")
_FIND = (
    "skill=LIF",
    "skill=LIF-VIR-06&org=birch",
    "skill=LIF&as_of=2025-06-01",
    "skill=LIF&available=true&min_level=Working",
    "skill=Deep+learning",
    "skill=Hidden+H1",
    "skill=Twin+studies",
    "skill=LIF&org=nowhere",
    "skill=LIF&skill=LIF-VIR-06%40Working&match=any&unit=Secret+unit+1&facets=true",
    "skill=LIF-VIR-06&skill=LIF&site=&grade=&basis=self&fresh=true&facets=true&format=csv",
)
_FW = "https://w3id.org/gse-skills/framework/"
ASKED: dict[str, tuple[str, ...]] = {
    "/api/v1/openapi.json": ("",),
    "/api/v1/skills": ("?q=virology", "?q=hidden+unheard", "?q=Eve+Birch"),
    "/api/v1/skills/{name:path}": NAMED,
    "/api/v1/roles": ("", "?q=virolog", "?skill=LIF-VIR-06"),
    "/api/v1/roles/{name:path}": ("ROL-LIF-01", "no-such-role"),
    "/api/v1/releases": ("",),
    "/api/v1/experts": tuple(f"?{asked}{more}" for asked in _FIND for more in ("", "&limit=3")),
    "/api/v1/organisations": ("",),
    "/api/v1/organisations/{slug}": ORGANISATION,
    "/api/v1/organisations/{slug}/capability": tuple(
        f"{slug}{asked}"
        for slug in ORGANISATION
        for asked in (
            "",
            "?concept=LIF",
            "?unit=Secret+unit+1",
            "?unit=Secret+unit+1&only=true",
            "?as_of=2025-06-01",
            "?format=csv",
        )
    ),
    "/api/v1/organisations/{slug}/comparison": (
        *ORGANISATION,
        "birch?units=Secret+unit+1&units=",
        "birch?concept=LIF&days=2025-06-01,2026-06-01",
    ),
    "/api/v1/organisations/{slug}/trend": (*ORGANISATION, "birch?concept=LIF"),
    "/api/v1/organisations/{slug}/units": ORGANISATION,
    "/api/v1/organisations/{slug}/targets": ORGANISATION,
    "/api/v1/organisations/{slug}/coverage": ORGANISATION,
    "/api/v1/organisations/{slug}/imports": ORGANISATION,
    "/api/v1/coverage": ("", "?concept=LIF"),
    "/api/v1/opportunities": ("", "?skill=LIF-VIR-06", "?org=birch", "?q=secret"),
    "/api/v1/opportunities/{identifier}": ("{secret}", NOBODY),
    "/api/v1/applications": ("",),
    "/api/v1/applications/{identifier}": ("{secret}", NOBODY),
    "/api/v1/people/{identifier}/opportunities": PERSON,
    "/opportunities.atom": ("",),
    "/desk": ("", "?org=birch"),
    "/opportunities": ("", "?skill=LIF-VIR-06"),
    "/opportunities/new": ("",),
    "/opportunities/{identifier}": ("{secret}", NOBODY),
    "/applications": ("",),
    "/applications/{identifier}": ("{secret}", NOBODY),
    "/organisations": ("",),
    "/organisations/{slug}": ORGANISATION,
    "/organisations/{slug}/compare": (
        "alder",
        "birch/compare?b=Secret+unit+1",
        "birch/compare?as_of=2025-06-01",
        "nowhere",
    ),
    "/people/{identifier}": PERSON,
    "/people/{identifier}/gap": (
        *(f"{one}?role=ROL-LIF-01" for one in PERSON),
        *(f"{one}?role=ROL-LIF-01&as_of=2026-06-01" for one in PERSON),
    ),
    "/people/{identifier}/plan": PERSON,
    "/people/{identifier}/plan/{goal}": tuple(f"{one}/plan/{NOBODY}" for one in PERSON),
    "/framework/role/close": (f"?iri={_FW}ROL-LIF-01", "?role=ROL-LIF-01"),
    "/api/v1/organisations/{slug}/sharing": ORGANISATION,
    "/api/v1/organisations/{slug}/retention": ORGANISATION,
    "/api/v1/people/{identifier}": PERSON,
    "/api/v1/people/{identifier}/gap": tuple(f"{one}?role=ROL-LIF-01" for one in PERSON),
    "/api/v1/people/{identifier}/pathways": PERSON,
    "/api/v1/people/{identifier}/progress": PERSON,
    "/api/v1/people/{identifier}/plan": PERSON,
    "/api/v1/organisations/{slug}/progress": tuple(
        f"{slug}{asked}" for slug in ORGANISATION for asked in ("", "?concept=LIF", "?by_category=true")
    ),
    "/api/v1/candidates": ("?role=ROL-LIF-01", "?role=ROL-LIF-01&org=birch"),
    "/api/v1/me": ("",),
    "/api/v1/people/{identifier}/record": PERSON,
    "/api/v1/me/corrections": ("",),
    "/api/v1/me/endorsements": ("",),
    "/api/v1/organisations/{slug}/endorsements": ORGANISATION,
    "/api/v1/organisations/{slug}/calibration": ORGANISATION,
    "/endorsements": ("", "?org=birch"),
    "/api/v1/organisations/{slug}/corrections": ORGANISATION,
    "/api/v1/imports/{name}/report.{form}": ("0123456789abcdef.csv",),
    "/api/v1/proposals": ("", "?status=open"),
    "/api/v1/audit": ("", "?limit=2", "?org=birch", "?person={secret}", f"?person={NOBODY}", "?action=search-experts"),
    "/api/v1/audit/anchor": ("",),
    "/api/v1/incidents": ("",),
    "/api/v1/users": ("",),
    "/api/v1/tokens": ("",),
    "/healthz": ("",),
    "/readyz": ("",),
    "/operator": ("",),
    "/operator/releases/{name:path}": ("gse",),
    "/operator/complaints": ("",),
    "/operator/role-classes": ("",),
    "/id": ("?iri={secret_iri}", f"?iri={_FW}LIF"),
    "/id/{path:path}": ("person/{secret}", f"person/{NOBODY}", "person/{fay}", "organisation/birch", "record/{secret}"),
    "/doc": ("?iri={secret_iri}", f"?iri={ID['person/']}{NOBODY}", f"?iri={_FW}LIF"),
    "/doc/{path:path}": (
        *(
            f"id/person/{one}{form}"
            for one in ("{secret}", NOBODY, "{fay}", "{own}")
            for form in ("", ".ttl", ".jsonld", ".html")
        ),
        "id/organisation/birch.nt",
        "id/record/{secret}.ttl",
        "framework/LIF-VIR-06.ttl",
    ),
    "/def/": ("",),
    "/reconcile": ("", "?queries=" + quote('{"q":{"query":"unheard of"},"r":{"query":"virolgy"}}')),
    "/reconcile/suggest/entity": ("?prefix=virol", "?prefix=hidden", "?prefix=wholly"),
    "/reconcile/suggest/type": ("?prefix=s",),
    "/reconcile/suggest/property": ("?prefix=n",),
    "/reconcile/properties": (f"?type={quote(GSE.Skill)}",),
    "/reconcile/preview": (f"?id={_FW}LIF", "?id={secret_iri}"),
    "/dataset": ("",),
    "/.well-known/void": ("",),
    # Every release goes the same way, and this one is small.
    "/downloads/{name:path}.{form}": ("twins.csv", "secret.ttl"),
    "/sparql": ("", "?query=SELECT"),
    "/sparql/": ("",),
    "/": ("",),
    "/accessibility": ("",),
    "/cookies": ("",),
    "/sign-in": ("",),
    "/sign-in/callback": ("?state=x&code=y",),
    "/incidents": ("",),
    "/incidents/{identifier}": ("{incident}", NOBODY),
    "/expertise": ("", *(f"?{asked}" for asked in _FIND)),
    "/expertise.csv": tuple(f"?{asked}" for asked in _FIND),
    "/framework/roles": ("", "?skill=LIF-VIR-06"),
    "/framework/role": (f"?iri={_FW}ROL-LIF-01",),
    "/framework/roles/{name}": ("ROL-LIF-01",),
    "/framework/releases": ("",),
    "/framework/releases/{name:path}": ("gse",),
    "/framework/az": ("", "?letter=h"),
    "/framework/tree": ("",),
    "/framework/compare": ("?a=LIF-VIR-06&b=LIF-VIR-02",),
    "/framework": ("", "?q=hidden", "?q=unheard+of"),
    "/framework/concept": ("?iri={secret_iri}", f"?iri={_FW}LIF"),
    "/framework/{name}": NAMED,
    "/proposals": ("", "?status=open"),
    "/proposals/new": ("",),
    "/proposals/{identifier}": ("{secret}", NOBODY),
    "/import": ("",),
    "/import/{name}/done": ("0123456789abcdef",),
    "/import/{name}/columns": ("0123456789abcdef",),
    "/import/{name}/review": ("0123456789abcdef",),
    "/import/{name}/cell/{row}/{column}": ("0123456789abcdef/cell/2/A",),
    "/organisations/{slug}/imports": ORGANISATION,
    "/organisations/{slug}/imports/{digits}/undo": ("birch/imports/{secret}", f"birch/imports/{NOBODY}"),
    "/query": ("",),
    "/query/editor": ("",),
    "/query/completions": ("?q=virol",),
    "/audit": ("", "?action=search-experts"),
    "/purpose": ("",),
    "/me": ("",),
    "/people/{identifier}/record": PERSON,
    "/people/{identifier}/erasure": PERSON,
    "/people/{identifier}/assess": PERSON,
    "/corrections": ("", "?org=birch"),
    "/privacy": ("",),
    "/complaints": ("",),
    "/api/v1/retention": ("",),
    "/retention": ("",),
    "/sharing": ("",),
    "/profession": ("",),
    "/profession/calibration": ("", "?as_of=2026-06-01"),
    "/profession/progress": ("",),
    "/organisations/{slug}/coverage": ("alder", "birch"),
    "/organisations/{slug}/targets": ("alder", "birch"),
    "/organisations/{slug}/targets/{identifier}/drop": (f"birch/targets/{NOBODY}",),
    "/administration/users": ("",),
    "/administration/users/{identifier}/removal": ("0123456789abcdef",),
    "/administration/tokens": ("",),
    "/administration/tokens/{name}/revocation": ("01234567",),
    "/administration/organisations": ("",),
    "/administration/state": ("",),
}
"""By route what is put in the place of its first parameter, with what follows; without parameter what follows it."""
LEFT_OUT = {"/metrics": "counts and times of the requests themselves, for this machine and the operator alone"}
ENTITLED = {
    (
        "administrator",
        "/api/v1/audit/anchor",
    ): "number and hash of the whole log, for somebody outside to keep: by that "
    "nobody can cut it unseen, and so an administrator learns how much is told, though not of whom",
}
"""Who may learn of something hidden that there is some of it, and why."""

_PEOPLE = f'FILTER STRSTARTS(STR(?s), "{ID}")'
QUERIES = (
    f"SELECT * {{ ?s ?p ?o {_PEOPLE} }}",
    f"SELECT * {{ GRAPH ?g {{ ?s ?p ?o {_PEOPLE} }} }}",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) (MAX(?o) AS ?m) { ?s foaf:name ?o }",
    "SELECT ?u (COUNT(*) AS ?n) { ?m org:organization ?u } GROUP BY ?u HAVING (COUNT(*) > 0)",
    "SELECT ?n { ?s foaf:name ?n } ORDER BY ?n OFFSET 2",
    "SELECT ?n { ?s foaf:name ?n } LIMIT 5",
    "ASK { ?s foaf:name ?n FILTER CONTAINS(?n, 'Hidden') }",
    "ASK { <{secret_iri}> ?p ?o }",
    "ASK { GRAPH ?g { ?s ?p <{secret_iri}> } }",
    "DESCRIBE <{secret_iri}>",
    "DESCRIBE ?s WHERE { ?s foaf:name ?n }",
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o FILTER CONTAINS(STR(?o), 'Hidden') } }",
    "SELECT * { GRAPH <{graph}source/birch> { ?s ?p ?o } }",
    "SELECT * FROM <{graph}view/organisation/birch> FROM <{graph}source/birch> { ?s ?p ?o }",
    "SELECT * FROM NAMED <{graph}view/emergency> FROM NAMED <{graph}system> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s foaf:name ?n FILTER NOT EXISTS { GRAPH ?g { ?s ?p 'no' } } }",
    "SELECT * { ?s foaf:name ?n OPTIONAL { GRAPH ?g { ?s ?q ?r } } }",
    "SELECT DISTINCT ?o { <{fay_iri}> (!<urn:a>)+ ?o FILTER isIRI(?o) } LIMIT 50",
    "SELECT * { { SELECT ?s (COUNT(?r) AS ?n) { ?r gse:holder ?s } GROUP BY ?s } MINUS { ?s a <urn:a> } }",
    "SELECT * { ?s ?p ?o SERVICE <http://127.0.0.1:9/> {} }",
    "SELECT * { ?s ?p",
)

NORMALISED = (
    # Of what is told of this run and no other: when a request came, and the number that it was given. Both sides get
    # the same requests one after the other, so that clock and chance are all that differs.
    (re.compile(rb'"time":"[^"]+"'), b'"time":""'),
    (re.compile(rb'datetime="2[^"]+"'), b""),
    (re.compile(rb'"next_cursor":"\d{16}-\d+"|cursor=\d{16}-\d+'), b""),
    (re.compile(rb'"request":"[0-9a-f]{16}"'), b'"request":""'),
    # The log as a page tells the time to the minute, and a minute may end between the two.
    (re.compile(rb"\d{1,2}:\d\d(?=[ap]m| |,|<)"), b""),
)
UNEQUAL_HEADERS = {
    "date": "the clock",
    "x-request-id": "chance",
    "set-cookie": "chance",
    "ratelimit-remaining": "how many of this run's requests fell into the sliding minute of the clock",
    "ratelimit-reset": "the clock",
    "retry-after": "the clock",
}


def told(response: httpx.Response) -> Told:
    """All that an answer tells its caller."""
    body = response.content
    for pattern, instead in NORMALISED:
        body = pattern.sub(instead, body)
    drops = set(UNEQUAL_HEADERS)
    if body != response.content:
        # A tag of the bytes before the clock was taken out of them.
        drops |= {"etag", "content-length"}
    headers = sorted((name, value) for name, value in response.headers.multi_items() if name not in drops)
    return response.status_code, headers, body


def addresses(pair: Pair, dice: random.Random) -> list[str]:
    """Everything that is asked, with something hidden in the places for it."""
    secrets = pair.secrets() or [ID[f"person/{NOBODY}"]]
    people = [iri for iri in secrets if iri.startswith(ID["person/"])] or secrets
    named = {
        "{own}": pair.ann,
        "{fay}": pair.fay,
        "{secret}": dice.choice((people, secrets)[dice.random() < 0.3])[-16:],
        "{secret_iri}": quote(dice.choice(secrets), safe=""),
        "{incident}": pair.incident,
    }
    found = []
    for route, asked in ASKED.items():
        head, brace, _ = route.partition("{")
        sub = route.rpartition("}")[2] if brace else ""
        for one in asked:
            value, mark, query = one.partition("?")
            whole = f"{head}{value}{sub if brace else ''}{mark}{query}" if brace else f"{head}{one}"
            for name, instead in named.items():
                whole = whole.replace(name, instead)
            found.append(whole)
    return found


def queries(pair: Pair, dice: random.Random) -> list[str]:
    """Queries, with something hidden in the places for it."""
    secret = dice.choice(pair.secrets() or [ID[f"person/{NOBODY}"]])
    named = {"{secret_iri}": secret, "{graph}": GRAPH, "{fay_iri}": ID[f"person/{pair.fay}"]}
    found = []
    for query in QUERIES:
        for name, instead in named.items():
            query = query.replace(name, instead)
        found.append(query)
    return found


def compare(pair: Pair, caller: str, asked: Iterable[str], put: Iterable[str]) -> None:
    """Both sides answer alike."""
    sides = pair.callers[caller], pair.fuller_callers[caller]
    unlike = []
    for address in asked:
        if (caller, address) in ENTITLED:
            continue
        one, other = (told(side.get(address)) for side in sides)
        if one != other or one[0] == 500:
            unlike.append((address, *_first_difference(one, other)))
    for query in put:
        one, other = (told(side.post("/sparql", data={"query": query})) for side in sides)
        if one != other:
            unlike.append((query, *_first_difference(one, other)))
    assert not unlike, f"{caller} after {pair.done}"


def _first_difference(one: Told, other: Told) -> tuple[object, ...]:
    """Where two answers part, for whoever has to find out why."""
    pairs = zip(one[2], other[2], strict=False)
    at = next((number for number, (mine, theirs) in enumerate(pairs) if mine != theirs), len(one[2]))
    bodies = [body[max(0, at - 60) : at + 60] for body in (one[2], other[2])]
    return one[0], other[0], set(one[1]) ^ set(other[1]), *bodies


def _routes(routes: Iterable[Any], prefix: str = "") -> Iterator[str]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _routes(route.original_router.routes, prefix + route.include_context.prefix)
        elif "GET" in (getattr(route, "methods", None) or ()):
            yield prefix + route.path


def test_every_route_is_asked(service: Service) -> None:
    assert set(_routes(create_app(service.register).routes)) == {*ASKED, *LEFT_OUT}


@pytest.fixture(scope="module")
def stage(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A data folder with something of everything, the names that stand for what is in it, and a token a caller."""
    home = tmp_path_factory.mktemp("stage") / "data"
    shutil.copytree(data, home)
    with Register.open(Settings(data=home, durable=False)) as register:
        names = _person_names(register)
        incident = register.incidents.plan("alder", "Outbreak in a harbour", "INC-1", datetime.timedelta(hours=20))
        register.incidents.open(incident)
        found = {"ann": names["Ann Alder"], "fay": names["Fay Birch"], "incident": incident.identifier}
        register.users.grant("ann@alder.example", Caller.parse("member:alder"))
        register.complaints.make("Something of mine is wrong.", organisation="alder")
        for organisation in ("alder", "birch"):
            member = register.access(Caller.parse(f"member:{organisation}"))
            propose(register, Wish(ProposalKind.NEW, f"What {organisation} needs."), member)
        register.publish_figures("alder")
        tokens = {
            caller: register.tokens.create(Caller.parse(caller.format_map(found)))[1]
            for group in GROUPS.values()
            for caller in group
            if caller != "anonymous"
        }
    return home, found, tokens


def _person_names(register: Register) -> dict[str, str]:
    named = register.store.triples(GRAPH["view/alliance"])
    name = NamedNode(FOAF.name)
    return {str(t.object)[1:-1]: str(t.subject)[-17:-1] for t in named if t.predicate == name}


@contextmanager
def paired(stage: Stage, serve_folder: Callable[..., Any], folder: Path, group: str) -> Iterator[Pair]:
    """Two services on copies of the stage."""
    home, found, tokens = stage
    with ExitStack() as stack:
        sides: list[Service] = []
        clients: list[dict[str, httpx.Client]] = []
        for name in ("plain", "fuller"):
            shutil.copytree(home, folder / name)
            side = stack.enter_context(
                serve_folder(folder / name, allowed_hosts=(HOST,), queries_at_once=4, queries_per_caller=4)
            )
            sides.append(side)
            clients.append({})
            for caller in GROUPS[group]:
                # The bytes themselves, as nobody has to pack and unpack them.
                headers = {"Host": HOST, "Accept-Encoding": "identity"}
                if caller != "anonymous":
                    headers["Authorization"] = f"Bearer {tokens[caller]}"
                client = httpx.Client(base_url=side.url, headers=headers, timeout=60, trust_env=False)
                clients[-1][caller] = stack.enter_context(client)
        known = frozenset(_subjects(sides[0].register))
        yield Pair(
            sides[0], sides[1], clients[0], clients[1], folder, found["ann"], found["fay"], found["incident"], known
        )


@pytest.mark.parametrize("group", TRIED)
def test_what_is_hidden_changes_no_byte(stage: Stage, serve_on: Callable[..., Any], tmp_path: Path, group: str) -> None:
    steps = [step for step, seen_by in SEEN_BY.items() if group not in seen_by]
    with paired(stage, serve_on, tmp_path, group) as pair:
        # Each example goes on from the one before, so there is nothing to shrink.
        @settings(
            max_examples=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            chosen=st.lists(st.sampled_from(steps), min_size=1, max_size=4),
            caller=st.sampled_from(GROUPS[group]),
            seed=st.integers(0, 2**32),
        )
        def hides(chosen: list[Step], caller: str, seed: int) -> None:
            dice = random.Random(seed)
            for step in chosen:
                step(pair, dice)
                pair.done.append(step.__name__)
            compare(pair, caller, dice.sample(addresses(pair, dice), 15), dice.sample(queries(pair, dice), 2))

        hides()
        dice = random.Random(0)
        for step in steps:
            step(pair, dice)
            pair.done.append(step.__name__)
        # The first of a group is asked everything; the others, among whom the same is hidden, a part, other for each.
        for number, caller in enumerate(GROUPS[group]):
            asked, put = addresses(pair, dice), queries(pair, dice)
            few = STEPS < LONG_RUN and number > 0
            compare(pair, caller, dice.sample(asked, 60) if few else asked, dice.sample(put, 8) if few else put)
        assert pair.secrets()
        assert len(pair.register.store.graphs()) >= len(pair.plain.register.store.graphs())
