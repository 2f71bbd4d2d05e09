"""Every page, filled with made-up values: what the rendering tests read and the browser tests open.

A page that is added gets a sample here, and with it every test in this folder.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder

import pytest
from markupsafe import Markup
from playwright.sync_api import Browser, sync_playwright

from gse_skills.capability.chart import Chart, bars, depth, heat, trend
from gse_skills.dossier.tables import Table
from gse_skills.index import Match
from gse_skills.vocabulary import Basis, Level
from gse_skills_service.pages import views
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.frame import FieldName, Frame, Link, Notice, Option, Section, ViewAs
from gse_skills_service.pages.record import parts_of
from gse_skills_service.pages.templating import Pages

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
ORGANISATIONS = (Option("northfield", "Northfield Laboratory"), Option("harbour", "Harbour Marine Science Centre"))
LONG_IRI = "https://w3id.org/gse-skills/id/person/00000000000000ff"

MEMBER = Frame(caller="Member of Northfield Laboratory", csrf="token-1")
DEMO = Frame(
    section=Section.FIND,
    caller="Steward of Northfield Laboratory",
    demo=True,
    view_as=ViewAs(
        "/demo/view-as",
        (
            Option("anonymous", "Anonymous"),
            Option("member:northfield", "Member of Northfield Laboratory"),
            Option("steward:northfield", "Steward of Northfield Laboratory"),
            Option("member:harbour", "Member of Harbour Marine Science Centre"),
        ),
        "steward:northfield",
        "/expertise?skill=virology",
    ),
    csrf="token-2",
)

VIROLOGY = views.ConceptLink(
    "Virology",
    "/framework/LIF-VIR",
    notation="LIF-VIR",
    scheme="GSE",
    kind="group",
    definition="Studies viruses: how they live, spread, cause disease and can be stopped.",
)
NEAREST = tuple(
    views.ConceptLink(label, f"/expertise?skill={code}", code, "GSE", "skill", definition, score=score)
    for label, code, definition, score in (
        ("Virus isolation and culture", "LIF-VIR-01", "Grows viruses from samples in cells.", 0.71),
        ("Viral genomics", "LIF-VIR-02", "Reads and interprets the genomes of viruses.", 0.64),
        ("Serology", "LIF-IMM-03", "Measures antibodies in blood.", 0.38),
        ("Vaccine development", "LIF-IMM-07", "Designs and tests vaccines.", 0.33),
        ("Aerobiology", "LIF-AER-01", "Studies how living particles travel through air.", 0.21),
    )
)
PEOPLE = (
    views.FoundPerson(
        "Amina Okafor",
        "Northfield Laboratory",
        (
            views.FoundSkill(
                Level.EXPERT,
                Basis.ACCREDITED,
                datetime.date(2026, 3, 3),
                "Viral genomics",
                why=(
                    views.Step("The sheet of Northfield Laboratory says", "virus sequencing (row 112)"),
                    views.Step(
                        "matched by an alternative label to", "Viral genomics", "/framework/LIF-VIR-02", "LIF-VIR-02"
                    ),
                    views.Step("which counts as", "Virology", "/framework/LIF-VIR", "LIF-VIR"),
                ),
            ),
        ),
        href="/people/00000000000000ff",
        unit="Emerging infections",
        grade="Grade 6",
        site="Northfield",
        available=True,
    ),
    views.FoundPerson(
        "Llŷr <script>alert(1)</script> Featherstonehaugh-Cholmondeley",
        "Harbour Marine Science Centre",
        (views.FoundSkill(Level.PRACTITIONER, Basis.SELF, datetime.date(2023, 11, 30), "Virology"),),
        available=False,
    ),
    views.FoundPerson(
        "Jo Marsh",
        "Northfield Laboratory",
        (
            views.FoundSkill(
                Level.PRACTITIONER, Basis.MANAGER, datetime.date(2025, 8, 1), "Virus isolation and culture"
            ),
        ),
        unit="Diagnostics",
    ),
)
ROLE = views.RoleLink(
    "Senior virologist",
    "/framework/roles/ROL-LIF-02",
    "ROL-LIF-02",
    "Deep Specialist",
    "SEO",
    "Practitioner, essential",
)
SITES = views.Facet(
    FieldName.SITE, "Site", (Option("Northfield", "Northfield (31)"), Option("", "Not said (2)")), ("Northfield",)
)
FILTERS = views.Filters(
    tuple(Option(one.value, f"{one.text} (12)") for one in ORGANISATIONS),
    17,
    9,
    (SITES, views.Facet(FieldName.UNIT, "Unit", (Option("Diagnostics", "Diagnostics (4)"),), note="The 30 of 31.")),
)
ANSWER = views.Answer(
    (VIROLOGY,),
    Level.PRACTITIONER,
    datetime.date(2026, 11, 22),
    1043,
    people=PEOPLE,
    first_rank=21,
    split=(
        views.Split("Northfield Laboratory", 1002, 12, 40, 210),
        views.Split("Harbour Marine Science Centre", 41, 0, 3, 1875),
    ),
    filters=FILTERS,
    organisation_hrefs=("/expertise?skill=virology&org=northfield", ""),
    next_href="/expertise?skill=virology&cursor=b",
    start_href="/expertise?skill=virology",
    share_href="/expertise?skill=LIF-VIR",
    api_href="/api/v1/experts?skill=LIF-VIR",
    sparql="SELECT ?person {\n  ?person gse:practitionerIn <https://w3id.org/gse-skills/framework/LIF-VIR>\n}",
    sparql_href="/query?query=SELECT",
    csv_href="/expertise.csv?skill=LIF-VIR",
    whole=Link("Show the first 100 on one page, to print", "/expertise?skill=LIF-VIR&all=true"),
)
MEANINGS = (
    views.Understood(
        (views.Choice("LIF-VIR", VIROLOGY), views.Choice("LIF-IMM-03", NEAREST[2], ticked=False)), "viruses", True
    ),
    views.Understood(tuple(views.Choice(one.notation, one, ticked=False) for one in NEAREST[:2]), "isolation"),
)
SEVERAL = replace(
    ANSWER,
    asked=(VIROLOGY, NEAREST[1]),
    match=Match.ANY,
    people=(
        replace(
            PEOPLE[0],
            held=(
                *PEOPLE[0].held,
                views.FoundSkill(Level.WORKING, Basis.PEER, datetime.date(2026, 1, 5), "Viral genomics", "Virology"),
            ),
        ),
        PEOPLE[2],
    ),
)
COUNTS = views.ImportCounts(12480, 2510, 310, 42, 7, 12100, 21)
QUERY = "SELECT ?person ?name WHERE {\n  ?person gse:expertIn fw:LIF-VIR ; foaf:name ?name .\n} LIMIT 100"
_EXAMPLES = tuple(
    views.Example(title, description, f"/query?example={number}")
    for number, (title, description) in enumerate(
        (
            ("Experts in a skill", "Everyone who is expert in virology or anything narrower."),
            ("Skills that hang on one person", "Skills that only one person of an organisation has."),
        )
    )
)
TOPICS = (views.Topic("People", _EXAMPLES[:1]), views.Topic("What is missing", _EXAMPLES[1:]))


def _samples() -> dict[str, tuple[views.View, Frame]]:
    roles = (Option("Virologist", "ROL-LIF-01"), Option("Senior <virologist>", ""))
    form = views.ExpertiseForm(
        "virology",
        "https://w3id.org/gse-skills/framework/LIF-VIR",
        "Practitioner",
        available=True,
        as_of=views.DateFields("22", "11", "2026"),
    )
    full_form = views.ExpertiseForm(
        "virology",
        "https://w3id.org/gse-skills/framework/LIF-VIR",
        "Expert",
        "harbour",
        True,
        views.DateFields("31", "2", "2026"),
    )
    mistakes = (views.Mistake(FieldName.SKILL, "Enter a skill"), views.Mistake(FieldName.AS_OF, "Enter a real date"))
    return {
        "home": (
            views.Home(
                (
                    Link("Who is expert in virology?", "/expertise?skill=virology&min_level=Expert"),
                    Link("Who can model the spread of smoke?", "/expertise?skill=dispersion+modelling"),
                ),
                (views.Figure(8, "organisations"), views.Figure(2514, "people"), views.Figure(30112, "skill records")),
            ),
            DEMO,
        ),
        "home-bare": (views.Home(), Frame(sign_in=Link("Sign in", "/sign-in"))),
        "expertise-start": (views.Expertise(organisations=ORGANISATIONS, sites=SITES), MEMBER),
        "expertise-error": (views.Expertise(full_form, ORGANISATIONS, mistakes=mistakes, sites=SITES), DEMO),
        "expertise-answer": (
            views.Expertise(
                form, ORGANISATIONS, ANSWER, understood=(views.Understood((views.Choice("LIF-VIR", VIROLOGY),)),)
            ),
            DEMO,
        ),
        "expertise-several": (
            views.Expertise(
                views.ExpertiseForm("a virologist", sites=("Northfield",), fresh=True, basis=("manager",)),
                ORGANISATIONS,
                SEVERAL,
                understood=MEANINGS,
                lost=("sourdough <b>recipes</b>",),
            ),
            DEMO,
        ),
        "expertise-which": (
            views.Expertise(views.ExpertiseForm("isolation"), ORGANISATIONS, understood=MEANINGS[1:], lost=("bread",)),
            MEMBER,
        ),
        "expertise-nobody": (
            views.Expertise(
                views.ExpertiseForm("virology", as_of=views.DateFields("31", "1", "2020")),
                ORGANISATIONS,
                views.Answer(
                    (VIROLOGY,),
                    Level.AWARENESS,
                    datetime.date(2020, 1, 31),
                    0,
                    split=(views.Split("Northfield Laboratory", 0, 0, 0, 310),),
                ),
            ),
            MEMBER,
        ),
        "expertise-ambiguous": (
            views.Expertise(
                views.ExpertiseForm("modelling"),
                ORGANISATIONS,
                views.Ambiguous((VIROLOGY, views.ConceptLink("virology", "/expertise?skill=x", scheme="ESCO"))),
            ),
            MEMBER,
        ),
        "expertise-unknown": (
            views.Expertise(views.ExpertiseForm("virus <b>stuff</b>"), ORGANISATIONS, views.Unknown(NEAREST)),
            MEMBER,
        ),
        "expertise-unheard": (
            views.Expertise(views.ExpertiseForm("zzzz"), ORGANISATIONS, views.Unknown()),
            MEMBER,
        ),
        "search": (
            views.Search("vir", results=(VIROLOGY, replace(VIROLOGY, label="Viral genomics"))),
            Frame(Section.FRAMEWORK),
        ),
        "search-nothing": (views.Search("virrology"), Frame(Section.FRAMEWORK)),
        "search-browse": (
            views.Search(browse=(VIROLOGY,), downloads=(Link("Turtle", "/downloads/gse.ttl"),)),
            Frame(Section.FRAMEWORK),
        ),
        "skill": (_skill(), DEMO),
        "skill-bare": (
            views.Skill(
                "Serology",
                "Skill",
                "http://example.org/s",
                Link("ESCO", "/framework/esco"),
                deprecated=True,
                replaced_by=(Link("Viral serology", "/framework/LIF-VIR-03"),),
            ),
            MEMBER,
        ),
        **_framework(),
        **_linked_data(),
        **_imports(),
        **_incidents(),
        **_queries(),
        **_proposals(),
        **_opportunities(),
        **_personal(),
        **_management(),
        **_assessments(),
        **_audit(),
        "problem": (
            views.Problem(
                409,
                "More than one skill has that name",
                "“Modelling” names 2 skills.",
                "Choose the one you mean.",
                (Link("Modelling of epidemics", "/framework/LIF-EPI-02"),),
            ),
            MEMBER,
        ),
        "accessibility": (
            views.Accessibility(datetime.date(2026, 11, 22), datetime.date(2027, 5, 22), "access@example.org"),
            MEMBER,
        ),
        "cookies": (
            views.Cookies((views.Cookie("caller", "Remembers as whom you view the demo", "When you close it"),)),
            DEMO,
        ),
        "cookies-none": (views.Cookies(), MEMBER),
        "desk": (
            views.Desk(
                "Steward of Northmere",
                (views.Task(Link("Incidents", "/incidents"), "Emergencies that go on."),),
                (
                    views.Task(Link("Requests for correction", "/corrections"), "To be put right.", 1_234),
                    views.Task(Link("Complaints", "/complaints"), "Within 30 days.", 0),
                ),
                views.LacksForm(),
                "/desk",
                roles,
            ),
            MEMBER,
        ),
        "desk-error": (
            views.Desk(
                "Lead of Northmere",
                lacks=views.LacksForm("Ann", "zz", (Option("00000000000000ff", "Ann Archer, Northfield"),)),
                action="/desk",
                roles=roles,
                mistakes=(
                    views.Mistake(FieldName.CHOSEN, "Choose whom you mean"),
                    views.Mistake(FieldName.ROLE, "No role has that name"),
                ),
            ),
            MEMBER,
        ),
        "desk-none": (views.Desk("Anonymous"), MEMBER),
    }


def _audit() -> dict[str, tuple[views.View, Frame]]:
    now = datetime.datetime(2026, 3, 7, 9, 5, 30, tzinfo=datetime.UTC)
    nothing = views.DateFields()
    looked = views.AuditRow(
        now,
        "A responder of Harbour Marine Science Centre",
        "Searched for people, in incident 0123456789abcdef",
        "Oil in the estuary <b>",
        (Link("Virology", "/framework/LIF-VIR"),),
        ("Ann Alder", "Ben O’Brien"),
        5,
    )
    refused = views.AuditRow(now, "Somebody who had not signed in", "Asked for what they may not have; refused")
    someone = views.AuditRow(now, "A member of Harbour Marine Science Centre", "Opened a record", people_total=1)
    page = views.Audit(
        "Who looked at our people, and what was changed",
        "Looks from other organisations at people of yours.",
        views.AuditForm(nothing, nothing),
        (Option("read-person", "Opened a record"),),
        True,
        (looked, someone),
        "/audit?cursor=1-1",
    )
    answerable = replace(DEMO, purpose="Flood cell", purpose_href="/purpose", desk=Link("Your desk", "/desk"))
    wrong = views.AuditForm(views.DateFields("31", "2", "2026"), nothing)
    date = (views.Mistake(FieldName.SINCE, "Enter a real date, such as 27 3 2026"),)
    offered = (Option("Responding to an emergency", "Responding to an emergency"), Option("Planning", "Planning"))
    purpose = views.Purpose("/purpose", "/expertise", offered, required=True)
    why = (views.Mistake(FieldName.OTHER, "Say why you look"),)
    return {
        "audit": (page, answerable),
        "audit-service": (replace(page, shows_people=False, rows=(refused,), next_href=""), MEMBER),
        "audit-none": (replace(page, rows=(), next_href=""), replace(MEMBER, purpose_href="/purpose")),
        "audit-error": (replace(page, form=wrong, rows=(), mistakes=date), MEMBER),
        "purpose": (purpose, MEMBER),
        "purpose-error": (replace(purpose, purpose="other", mistakes=why), DEMO),
    }


def _skill() -> views.Skill:
    return views.Skill(
        "Viral genomics",
        "Skill",
        "https://w3id.org/gse-skills/framework/LIF-VIR-02",
        Link("GSE Skills Framework, draft 0.1", "/framework"),
        notation="LIF-VIR-02",
        definition="Reads the genomes of viruses, works out how they are related and how they change.",
        scope_note="For the bench work of sequencing itself, see Nucleic acid sequencing.",
        path=(
            Link("Framework", "/framework"),
            Link("Life sciences", "/framework/LIF"),
            Link("Virology", "/framework/LIF-VIR"),
        ),
        alt_labels=("virus sequencing", "viral phylogenetics", "WGS of viruses", "phylodynamics"),
        other_labels=(views.LanguageText("Genomeg feirysol", "cy"),),
        levels=(
            (Level.AWARENESS, "Can say what a viral genome shows and what it does not."),
            (Level.WORKING, "Assembles and annotates genomes by a set method, with some support."),
            (Level.PRACTITIONER, "Chooses the method, interprets the results and defends them."),
            (Level.EXPERT, "Leads genomic investigation of outbreaks; others come for a ruling."),
        ),
        levels_of=Link("Virology", "/framework/LIF-VIR"),
        broader=(Link("Virology", "/framework/LIF-VIR"),),
        narrower=(Link("Wastewater genomics", "/framework/LIF-VIR-09"),),
        related=(Link("Bioinformatics", "/framework/DAT-BIO"),),
        matches=(
            views.Match("close to", Link("analyse genomes", "/framework/esco-1"), "ESCO"),
            views.Match("narrower than", Link(LONG_IRI, LONG_IRI)),
        ),
        previous=Link("Virus isolation and culture", "/framework/LIF-VIR-01"),
        next=Link("Viral serology", "/framework/LIF-VIR-03"),
        roles=(ROLE, views.RoleLink("virologist", "/framework/role?iri=x", note="essential")),
        roles_total=31,
        roles_href="/framework/roles?skill=LIF-VIR-02&scheme=",
        life=(
            views.Stage(
                Link("GSE Skills framework 0.2", "/framework/releases/gse%400.2"),
                datetime.date(2026, 11, 22),
                current=True,
                present=True,
                notes=("Label (en) changed from “Virus genomics” to “Viral genomics”.",),
            ),
            views.Stage(
                Link("GSE Skills framework 0.1", "/framework/releases/gse%400.1"),
                datetime.date(2026, 10, 1),
                current=False,
                present=False,
            ),
        ),
        compare_href="/framework/compare?a=LIF-VIR-02",
        themes=("Engineering biology", "Data"),
        emergencies=("Epidemic", "Animal disease"),
        who_href="/expertise?skill=LIF-VIR-02",
        suggest_href="/proposals/new?concept=x",
        downloads=(Link("Turtle", "/id/LIF-VIR-02.ttl"), Link("JSON-LD", "/id/LIF-VIR-02.jsonld")),
    )


def _linked_data() -> dict[str, tuple[views.View, Frame]]:
    said = (
        views.Statements(
            "dcterms:title", (views.Value("GSE Skills themes", "", "en"), views.Value("Themâu", "", "cy"))
        ),
        views.Statements("dcterms:license", (views.Value(LONG_IRI * 3, "https://example.org/licence"),)),
    )
    turtle = (Link("Turtle", "/doc/theme.ttl"),)
    terms = (
        views.Term("SkillGroup", "skill group", "A group of skills.", said),
        views.Term("Skill", "skill", deprecated=True),
    )
    sections = (("Classes", terms), ("Properties", (views.Term("holder", "holder"),)), ("Individuals", ()))
    return {
        "resource": (views.Resource("GSE Skills themes", LONG_IRI, said, said, downloads=turtle), Frame()),
        "resource-deprecated": (
            views.Resource("Gamma", LONG_IRI, said, deprecated=True, replaced_by=(Link("Alpha", "/id/mine/a"),)),
            Frame(),
        ),
        "ontology": (views.Ontology("GSE Skills ontology", LONG_IRI, "0.1.0", "Classes.", sections, turtle), Frame()),
    }


def _person(roles: tuple[Option, ...], frame: Frame) -> dict[str, tuple[views.View, Frame]]:
    day, today = datetime.date(2024, 5, 24), datetime.date(2026, 11, 22)
    due = views.PersonSkill(
        Link("Virus isolation and culture", "/framework/LIF-VIR-01"),
        "LIF-VIR-01",
        Level.EXPERT,
        Basis.MANAGER,
        day,
        datetime.date(2026, 5, 24),
        today,
        ("https://example.gov.uk/" + "notes/" * 30, "Certificate 7"),
    )
    fresh = replace(due, level=Level.AWARENESS, basis=Basis.SELF, reconfirm_by=datetime.date(2027, 1, 1), evidence=())
    said = (views.Statements("foaf:name", (views.Value("Ann Archer"),)),)
    linked = views.Resource("Ann Archer", LONG_IRI, said, said, downloads=(Link("Turtle", "/doc/person/f.ttl"),))
    facts = (("Organisation", Link("Northfield", "/organisations/northfield")), ("Availability", "Not known"))
    page = "/people/00000000000000ff"
    actions = (Link("Skills, roles and what is missing", f"{page}/gap"), Link("Development plan", f"{page}/plan"))
    former = views.FormerSkill("Virology", "Working", "Self", day, today)
    whole = views.Person(
        "Ann Archer",
        facts,
        (
            views.PersonDomain("Life sciences and health", (due, replace(fresh, level=Level.WORKING))),
            views.PersonDomain("Data", (replace(fresh, level=Level.PRACTITIONER), fresh)),
        ),
        actions,
        f"{page}/gap",
        roles,
        linked,
        whole=True,
        broader=1,
        former=(former,),
    )
    bare = replace(whole, domains=(), facts=facts[1:], whole=False, broader=0, former=())
    return {"person": (whole, frame), "person-bare": (bare, frame), "person-mine": (replace(whole, mine=True), frame)}


def _development(frame: Frame) -> dict[str, tuple[views.View, Frame]]:
    skill = Link("Virus isolation and culture", "/framework/LIF-VIR-01")
    role = Link("Senior virologist", "/framework/roles/ROL-LIF-02")
    person = (Link("Ann Archer", "/id/person/00000000000000ff"),)
    unasked = views.NeedRow(skill, "LIF-VIR-01", "Practitioner", "", note="Eased by Viral serology.")
    met = views.NeedRow(skill, "LIF-VIR-01", "", "Expert", "Assessed by their manager, 31 January 2026")
    way = views.WayRow(role, ("Virologist",), 7, ("Viral serology", "Virology"), 2)
    roles = (Option("Virologist", "ROL-LIF-01"), Option("Senior <virologist>", ""))
    gap = views.PersonGap(
        "Ann Archer",
        person,
        "/people/00000000000000ff/gap",
        "",
        role,
        "Virologist",
        missing=3,
        unasked=1,
        essential=(unasked, met),
        desirable=(met,),
        fitting=(role,),
        ways=(way, way),
        whole=False,
        help=(
            views.HelpRow(
                skill,
                "LIF-VIR-01",
                "Practitioner",
                (
                    (
                        Link("A week in sequencing", "/opportunities/00000000000000ee"),
                        "leads to Practitioner, from anywhere",
                    ),
                ),
                "/opportunities?skill=LIF-VIR-01",
                "/people/00000000000000ff/plan?skill=LIF-VIR-01",
            ),
            views.HelpRow(Link("Virology", "/framework/LIF-VIR"), "", "", (), plan="/people/00000000000000ff/plan"),
        ),
        roles=roles,
    )
    bare = views.PersonGap(
        "Ann Archer",
        person,
        gap.action,
        "zz",
        roles=roles,
        choices=(role,),
        mistakes=(views.Mistake(FieldName.ROLE, "No role"),),
    )
    states = tuple(Option(name, name.capitalize()) for name in ("planned", "under way", "done", "dropped"))
    levels = tuple(Option(name, name) for name in ("Awareness", "Working", "Practitioner", "Expert"))
    goal = views.GoalRow(
        skill,
        "Expert",
        datetime.date(2026, 1, 31),
        datetime.date(2026, 12, 31),
        "Six weeks in the reference laboratory.",
        ("https://example.gov.uk/" + "notes/" * 30, "https://example.gov.uk/2"),
        "under way",
        "",
        "Practitioner",
        True,
        "The person, 31 January 2026",
        "/people/00000000000000ff/plan/00000000000000aa",
        Link("A week in sequencing", "/opportunities/00000000000000ee"),
    )
    plan = views.PersonPlan(
        "My development plan",
        person,
        "/people/00000000000000ff/plan",
        (goal, replace(goal, opportunity=Link("One that is no longer open", ""))),
        levels,
    )
    today = views.DateFields("31", "1", "2026")
    typed = views.GoalForm("LIF-VIR-01", "Expert", today, today, "A placement", "MSc Virology", "", "planned")
    change = views.GoalPage("Virology", role, f"{plan.action}/00000000000000aa", "00aa", typed, levels, states)
    wrong = replace(change, mistakes=(views.Mistake(FieldName.STATE, "Somebody has changed the plan."),))
    mistaken = replace(plan, goals=(), mistakes=(views.Mistake(FieldName.BY, "Enter a real date"),))
    lacking = views.CloseRow(person[0], "Alder Laboratory", 2, 1, Link("What is missing", gap.action))
    close = views.CloseToRole(role, 1200, 1, (lacking,))
    return {
        **_person(roles, frame),
        "gap": (gap, frame),
        "gap-error": (bare, frame),
        "gap-none": (replace(bare, mistakes=(), choices=(), told="There is no role above it."), frame),
        "gap-day-error": (
            replace(
                bare,
                as_of=views.DateFields("31", "2", "2025"),
                of_day="As of 1 March 2025",
                mistakes=(views.Mistake(FieldName.AS_OF, "The day must be a real date"),),
            ),
            frame,
        ),
        "plan": (plan, frame),
        "goal": (change, frame),
        "goal-error": (wrong, frame),
        "plan-error": (mistaken, frame),
        "close": (close, frame),
        "close-none": (views.CloseToRole(role, 0, 0, ()), frame),
    }


def _organisations() -> dict[str, tuple[views.View, Frame]]:
    frame = Frame(Section.ORGANISATIONS)
    provenance = views.Provenance("0f3c9a51d2e4b687", "0.2.0")
    domains = (Option("LIF", "Life sciences and health"), Option("CHE", "Chemistry"))
    link = Link("Northfield Laboratory", "/organisations/northfield")
    levels = ("Awareness", "Working", "Practitioner", "Expert")
    long_name = "A department with a name that takes several lines of a narrow page"
    names = ("Northfield <b>Laboratory</b>", long_name, "Alder", "Birch")
    counts = ((40, 40, 2, 0), (1_234, 1_200, 1_100, 0), (40, 0, 0, 40), (40, 40, 8, 0))
    drawn_cells = [(name, *count) for name, count in zip(names, counts, strict=True)]
    parts = tuple(
        views.HeatRow(
            Link(part, "/organisations?concept=LIF"),
            tuple(views.HeatCell(link, "1,100 of 1,200", "5%") for _ in drawn_cells),
            rest,
            Markup(heat(Chart(f"heat-{part}", f"{part}: practitioners or better"), drawn_cells)),
        )
        for part, rest in (("Semiconductors", "5 other organisations: not mapped"), ("Telecommunications", ""))
    )
    lines = views.Grid(
        "lines",
        "Coverage and depth",
        ("Part", *levels),
        ((Link("Virology", "/organisations/northfield?concept=LIF-VIR"), "40", "30", "12", "1"),),
        chart=Markup(depth(Chart("depth", "Depth"), [("Virology", (40, 30, 12, 1)), ("None", (0, 0, 0, 0))], levels)),
    )
    days = ("2025-12-31", "2026-03-31", "2026-06-30")
    drawn = trend(Chart("trend", "Over the years"), days, [(level, (1, 2, 2 + n)) for n, level in enumerate(levels)])
    years = views.Grid("trend", "Over the years", ("Day", *levels), (("a", "1", "2", "3", "4"),), chart=Markup(drawn))
    none = views.Grid("points", "Skills that hang on one person", ("Skill", "Level"), (), numeric=False)
    one = views.OneOrganisation(
        "Northfield Laboratory",
        "/organisations/northfield",
        views.OrganisationForm("LIF"),
        False,
        1,
        1,
        "Life sciences and health",
        (replace(lines, charted="Each person once.", rest="15 other domains: not mapped."), years, none),
        (Link("Chemistry", "/framework/CHE"),),
        ((Link("Statistics", "/framework/MAT"), "None of the 12 who were asked"),),
        "Known to leave by 1 May 2027: 2 people. A leaving date is known of 3.",
        "40 people, as declared on 1 May 2026",
        Link("Declare a headcount", "/organisations/northfield/coverage"),
        domains,
        (Option("Virology", "Biology > Virology"),),
        (Link("CSV", "/api/v1/organisations/northfield/capability?format=csv"),),
        provenance,
    )
    wrong = (
        views.Mistake(FieldName.AS_OF, "“soon” is not a date."),
        views.Mistake(FieldName.UNIT, "No such unit."),
        views.Mistake(FieldName.AHEAD, "Nobody looks 0 months ahead."),
    )
    sides = views.Sides(
        "Northfield Laboratory",
        "/organisations/northfield",
        views.SidesForm(second="Virology", as_of=views.DateFields("31", "12", "2025"), concept="LIF"),
        (Option("Virology", "Biology > Virology"),),
        views.Grid("sides", "Side by side", ("", "Virology, today"), (("People", "40"), ("Life sciences", "3 of 9"))),
        False,
        Link("The same as JSON", "/api/v1/organisations/northfield/comparison"),
    )
    wrong_sides = (
        views.Mistake(FieldName.SECOND, "There is no unit “Virolgy”."),
        views.Mistake(FieldName.AS_OF, "The earlier day must be a real date"),
        views.Mistake(FieldName.CONCEPT, "No skill is called “x”."),
    )
    seen = ((link, "40 people"),)
    return {
        "organisations": (views.Organisations(domains, "LIF", seen, parts, (link,), provenance), frame),
        "organisations-none": (views.Organisations(domains, "", (), (), (link, link), provenance), frame),
        "organisation": (one, frame),
        "organisation-error": (replace(one, whole=True, not_mapped=(), mistakes=wrong), frame),
        "comparison": (sides, frame),
        "comparison-error": (replace(sides, grid=None, mistakes=wrong_sides), frame),
    }


def _framework() -> dict[str, tuple[views.View, Frame]]:
    frame = Frame(Section.FRAMEWORK)
    categories = (Option("Specialist", "Specialist"), Option("Affiliate", "Affiliate"))
    grades = (Option("HEO", "HEO, Higher Executive Officer"),)
    schemes = (Option("gse", "GSE Skills framework (independent draft)"), Option("esco", "ESCO"))
    families = (
        views.Family("Life sciences and health roles", (ROLE, ROLE)),
        views.Family("On their own", (views.RoleLink("Agent", "/framework/role?iri=y"),)),
    )
    need = views.Need(
        Link("Viral genomics", "/framework/LIF-VIR-02"), "LIF-VIR-02", "Working", "Assembles genomes by a set method."
    )
    roles = views.Roles(
        views.RolesForm(skill="Virology", category="Affiliate", scheme="gse"),
        categories,
        grades,
        schemes,
        412,
        families,
        "/framework/roles?cursor=x&scheme=",
    )
    role = views.Role(
        "Virologist",
        "https://w3id.org/gse-skills/framework/ROL-LIF-01",
        "GSE Skills framework (independent draft)",
        "ROL-LIF-01",
        "Detects, grows and characterises viruses.",
        (Link("Roles", "/framework/roles"), Link("Life sciences and health roles", "/framework/ROL-LIF")),
        "Deep Specialist",
        "Higher Executive Officer (HEO)",
        ("research virologist",),
        (need, need),
        (views.Need(Link("Diagnose disease", "/framework/concept?iri=z")),),
        (ROLE,),
        (ROLE,),
        (Link("JSON", "/api/v1/roles/ROL-LIF-01"),),
        deprecated=True,
        replaced_by=(Link("Biologist", "/framework/roles/ROL-LIF-09"),),
    )
    release = views.ReleaseLink(
        "gse@0.2", "/framework/releases/gse%400.2", "GSE Skills framework", "0.2", datetime.date(2026, 11, 22), True
    )
    changed = views.Changed(
        Link("Viral genomics", "/framework/LIF-VIR-02"), "LIF-VIR-02", ("Moved.", "Label (en) changed.")
    )
    gone = views.Changed(Link(LONG_IRI, LONG_IRI), "", ("Removed.",))
    return {
        **_development(MEMBER),
        **_organisations(),
        "roles": (roles, frame),
        "roles-none": (views.Roles(views.RolesForm("zzzz"), categories, grades, schemes, 0), frame),
        "role": (role, frame),
        "role-bare": (views.Role("virologist", "http://example.org/v", "ESCO"), frame),
        "releases": (views.Releases((("GSE Skills framework", (release, release)),)), frame),
        "releases-none": (views.Releases(()), frame),
        "release": (
            views.Release(
                release,
                "https://w3id.org/gse-skills/framework/release/0.2",
                (("Description", "A skills framework."), ("Licence", "https://example.org/" + "licence" * 12)),
                Link("GSE Skills framework 0.1", "/framework/releases/gse%400.1"),
                ((12, "added"), (1043, "alternative labels changed")),
                (("Life sciences and health", (changed,)), ("No longer in the scheme", (gone,))),
                1204,
                (Link("Everything in it (Turtle)", "/sparql?query=x"),),
                (Link("Framework", "/framework"), Link("Releases", "/framework/releases")),
            ),
            frame,
        ),
        "release-first": (views.Release(release, "urn:x"), frame),
        "az": (
            views.Alphabet(
                "V",
                tuple(Link(each, f"/framework/az?letter={each}") for each in ("0-9", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
                (
                    views.Entry("Viral genomics", "/framework/LIF-VIR-02", "LIF-VIR-02"),
                    views.Entry("virus sequencing", "/framework/LIF-VIR-02", "LIF-VIR-02", "Viral genomics"),
                ),
            ),
            frame,
        ),
        "tree": (
            views.Tree(
                "GSE Skills framework",
                (
                    views.Branch(
                        Link("Life sciences and health", "/framework/LIF"),
                        "LIF",
                        (
                            views.Branch(
                                Link("Virology", "/framework/LIF-VIR"),
                                "LIF-VIR",
                                (views.Branch(Link("Viral genomics", "/framework/LIF-VIR-02"), "LIF-VIR-02"),),
                            ),
                        ),
                    ),
                ),
            ),
            frame,
        ),
        "compare": (views.Comparison("Virology"), frame),
        "compare-error": (
            views.Comparison("zzz", "Virology", (views.Mistake(FieldName.FIRST, "No skill is called zzz."),)),
            frame,
        ),
        "compare-two": (
            views.Comparison(
                "LIF-VIR-02",
                "LIF-VIR-03",
                (),
                (Link("Viral genomics", "/framework/LIF-VIR-02"), Link("Viral serology", "/framework/LIF-VIR-03")),
                (
                    views.Aspect("Definition", ("Reads genomes.",), ("Measures antibodies.",)),
                    views.Aspect("Also called", ("virus sequencing", "phylodynamics"), ()),
                ),
            ),
            frame,
        ),
    }


def _imports() -> dict[str, tuple[views.View, Frame]]:
    mistakes = (
        views.Mistake(FieldName.ORG, "Choose an organisation"),
        views.Mistake(FieldName.SHEET, "The file is empty"),
        views.Mistake(FieldName.ASSESSED_ON, "Enter a real date"),
        views.Mistake(FieldName.MAPPING, "The mapping is not a mapping file"),
    )
    filled = views.ImportForm("harbour", views.DateFields("31", "2", "2026"), "Manager", full=True)
    findings = (
        views.Finding(
            "C7",
            "Level",
            "6",
            "level-out-of-range",
            "Left out: there is no level 6.",
            "Write 1 to 4.",
            True,
            "/import/9f/cell/7/C",
        ),
        views.Finding("9", "", "Total", "totals-row", "The row holds totals."),
        views.Finding("", "", "", "two-header-rows", "The second row was read as a second heading."),
    )
    name, confirm = "skills-northfield-2026-11-final-v2.xlsx", "/import/9f/confirm"
    steps = (confirm, "/import/9f/words", "/import/9f/columns", "/import", "/import/9f/report.xlsx")
    lines = (
        views.ChangeLine("Virus isolation and culture", "", "Expert"),
        views.ChangeLine("Viral serology", "Working", "Practitioner"),
        views.ChangeLine("Deep learning", "Working", ""),
        views.ChangeLine("Enteric virology", "Expert", "Expert"),
    )
    meanings = (Option("https://w3id.org/gse-skills/framework/LIF-VIR", "Virology (LIF-VIR)"),)
    review = views.ImportReview(
        "Northfield Laboratory",
        name,
        COUNTS,
        *steps,
        ("The file is read as the full picture of 22 November 2026: records that are not in it end on that day.",),
        kept_matching=True,
        read_as=(("A Who is it", "the name of the person"), ("Left out", "B, F Fax")),
        person_href="/import/9f/review",
        skill_href="/import/9f/review?by=skill",
        groups=(views.ChangeGroup("Anneliese Featherstonehaugh-Cholmondeley", 1, 2, 14, 3, lines),),
        groups_total=312,
        newcomers=(views.NewPerson("Dewi Newcomer", 2), views.NewPerson("Una Newcomer", 0)),
        unknown_terms=(
            views.UnknownTerm("virus stuff", 14, NEAREST, options=meanings),
            views.UnknownTerm("zzz", 1),
        ),
        unknown_total=31,
        rules=(
            views.RuleChoice("level-out-of-range", 300, "/import/9f/review?rule=level-out-of-range#problems", True),
            views.RuleChoice("totals-row", 12, "/import/9f/review?rule=totals-row#problems"),
        ),
        all_rules_href="/import/9f/review#problems",
        findings=findings,
        findings_total=312,
    )
    nothing = views.ImportReview(
        "Northfield Laboratory",
        "same.csv",
        views.ImportCounts(10, 0, 0, 0, 0, 10, 0),
        *steps,
        ("The file is read as a part of the picture: records that are not in it stay as they are.",),
    )
    done = views.ImportDone(
        "Northfield Laboratory",
        "skills.xlsx",
        COUNTS,
        "/import/9f/report.xlsx",
        "/import",
        "/organisations/northfield/imports",
        kept_matching=True,
    )
    roles = (Option("left-out", "Leave it out"), Option("name", "Name of the person"), Option("skill", "Skill"))
    columns = views.ImportColumns(
        "Northfield Laboratory",
        name,
        "/import/9f/columns",
        "/import",
        3,
        (
            views.ColumnRow(
                "column-0", "A", "Who is it", ("Ann Alder", "Ben Birch"), "name", "Recognised from its heading"
            ),
            views.ColumnRow("column-1", "B", "", (), "left-out"),
            views.ColumnRow("column-2", "C", "What", ("Virology",), "skill", "from its cells", is_guess=True),
        ),
        roles,
        (
            views.PreviewLine(4, "Ann Alder", "Virology", "Expert", "1 March 2025", "Self", ""),
            views.PreviewLine(5, "Ben Birch", "virus stuff", "", "", "", "No skill of that name is known."),
        ),
        keep=True,
        more_columns=41,
        sheet="March",
        sheets=(Option("March", "March"), Option("Notes", "Notes")),
    )
    wrong = replace(
        columns,
        lines=(),
        trouble="No column says who.",
        mistakes=(views.Mistake(FieldName.COLUMNS, "No column says who: a name, a staff number or an email address."),),
    )
    cell = views.SheetPart(
        name, "B7", ("A", "B"), ((1, ("Who is it", "How good")), (7, ("Ann Alder", "6"))), 7, 1, "/import/9f/review"
    )
    when, northfield = datetime.datetime(2026, 11, 3, 9, 5, tzinfo=datetime.UTC), "/organisations/northfield/imports"
    digest = "9f3a5c7e1b2d4f609f3a5c7e1b2d4f60"
    past = (
        views.PastImportRow(
            when, "Steward of Northfield", name, "12 rows: 9 added", "Part", digest, "", f"{northfield}/9f/undo"
        ),
        views.PastImportRow(when, "The operator", "a.csv", "9 rows", "Part", "", "09:10 UTC, as: The operator"),
    )
    history = views.ImportHistory("Northfield Laboratory", past, "/import", "The import is undone.")
    undo = views.ImportUndo(
        "Northfield Laboratory", name, when, "12 rows: 9 added", northfield, f"{northfield}/9f/undo"
    )
    tried = replace(undo, effect=views.UndoEffect(9, 3, 1, 2, digest))
    stays = replace(undo, action="", refusal="Later changes build on it.")
    frame = Frame(Section.IMPORT, csrf="token-3")
    return {
        "import-upload": (views.ImportUpload("/import", ORGANISATIONS, limit="50 MB"), frame),
        "import-one": (views.ImportUpload("/import", ORGANISATIONS[:1]), frame),
        "import-error": (views.ImportUpload("/import", ORGANISATIONS, filled, mistakes=mistakes), frame),
        "import-nobody": (views.ImportUpload("/import", ()), DEMO),
        "import-review": (review, frame),
        "import-nothing": (nothing, frame),
        "import-done": (done, frame),
        "import-columns": (columns, frame),
        "import-columns-error": (wrong, frame),
        "import-cell": (cell, frame),
        "import-history": (history, frame),
        "import-history-none": (views.ImportHistory("Northfield Laboratory", (), "/import"), frame),
        "import-undo": (undo, frame),
        "import-undo-tried": (tried, frame),
        "import-undo-refused": (stays, frame),
    }


def _proposals() -> dict[str, tuple[views.View, Frame]]:
    virology, serology = Link("Virology", "/framework/LIF-VIR"), Link("Serology", "/framework/LIF-IMM-03")
    day = datetime.date(2026, 3, 1)
    reason = "This is a job, not a skill; <b>see</b> the roles."
    statuses = (Option("open", "Open"), Option("declined", "Declined"))
    phrases = (
        views.PhraseRow("virus stuff", "/proposals/ff", "Open", 1043, 12, "Northfield Laboratory"),
        views.PhraseRow("germs", "/proposals/f1", "Mapped to a skill", 2, 1, "Harbour", mapped_to=virology),
    )
    rows = (
        views.ProposalRow(
            "Merging skills", "One for both.", "/proposals/f2", "Open", "Harbour", day, (virology, serology)
        ),
        views.ProposalRow("New skill", "Phage therapy.", "/proposals/f3", "Declined", "Harbour", day, reason=reason),
    )
    phrase = views.OneProposal(
        "“virus stuff”",
        "Phrase that nothing matched",
        "Declined",
        "/proposals",
        organisations="Northfield Laboratory, Harbour Marine Science Centre",
        phrase=True,
        cells=1043,
        imports=12,
        alongside=((virology, 3), (serology, 1)),
        nearest=NEAREST,
        decisions=(
            views.DecidedLine("Declined", day, reason),
            views.DecidedLine("Mapped to a skill", day, concept=virology),
        ),
        action="/proposals/ff",
        mappable=True,
    )
    mistakes = (
        views.Mistake(FieldName.OUTCOME, "Choose a decision"),
        views.Mistake(FieldName.CONCEPT, "Name the skill"),
        views.Mistake(FieldName.REASON, "Give a reason"),
    )
    plain = views.OneProposal(
        "Change to a skill: Virology",
        "Change to a skill",
        "Open",
        "/proposals",
        text="Say that\nphages count.",
        organisations="Northfield Laboratory",
        when=day,
        concepts=(virology,),
    )
    wrong = (
        views.Mistake(FieldName.KIND, "Choose a kind"),
        views.Mistake(FieldName.CONCEPTS, "Name two"),
        views.Mistake(FieldName.TEXT, "Say why"),
    )
    form = views.ProposalForm("change", "Say that phages count.", "LIF-VIR")
    frame = Frame(Section.FRAMEWORK, csrf="token-5")
    full = views.Proposals("/proposals", statuses, "open", "", True, True, phrases, 31, rows, 312)
    return {
        "proposals": (full, frame),
        "proposals-none": (
            views.Proposals("/proposals", statuses, new_href="/proposals/new", sees_phrases=True),
            frame,
        ),
        "proposals-nobody": (views.Proposals("/proposals", statuses), DEMO),
        "proposal-new": (views.NewProposal("/proposals/new", form, "Northfield Laboratory", virology), frame),
        "proposal-error": (
            views.NewProposal("/proposals/new", views.ProposalForm(""), "Northfield Laboratory", mistakes=wrong),
            frame,
        ),
        "proposal-nobody": (views.NewProposal("/proposals/new", views.ProposalForm()), DEMO),
        "proposal-phrase": (phrase, frame),
        "proposal-undecided-error": (
            replace(phrase, decisions=(), form=views.DecisionForm("mapped", "Why", "x"), mistakes=mistakes),
            frame,
        ),
        "proposal-sent": (replace(plain, sent=True), frame),
        "proposal-owner": (replace(plain, action="/proposals/f2"), frame),
    }


def _opportunities() -> dict[str, tuple[views.View, Frame]]:
    skill = Link("Viral genomics", "/framework/LIF-VIR-03")
    begin, end = datetime.date(2027, 3, 1), datetime.date(2027, 3, 5)
    card = views.OpportunityCard(
        "A week <in> sequencing",
        "/opportunities/00000000000000ff",
        "Northfield Laboratory",
        "STEM Futures",
        "Shadowing",
        begin,
        end,
        "Larkmoor, or from elsewhere",
        ((skill, "from Awareness to Working"), (Link("Virology", "/framework/LIF-VIR"), "to Working")),
        1,
        1200,
    )
    other = replace(card, title="Ask a virologist", href="/opportunities/00000000000000fe", ends=begin)
    schemes = (Option("stem-futures", "STEM Futures"), Option("expert-exchange", "Expert Exchange"))
    kinds = (Option("shadowing", "Shadowing"), Option("secondment", "Secondment"))
    frame = Frame(Section.OPPORTUNITIES, csrf="token-6")
    form = views.OpportunityForm("virology", "stem-futures", "", views.DateFields("1", "3", "2027"), place="Larkmoor")
    listed = views.Opportunities(
        "/opportunities",
        form,
        schemes,
        kinds,
        "/opportunities.atom",
        (card, other),
        1042,
        "/opportunities/new",
        "/applications",
    )
    history = (
        views.HistoryLine("Applied", "applicant", "14:05 UTC on 7 March 2026"),
        views.HistoryLine("Started", "steward of the host", "14:05 UTC on 8 March 2026", "Gladly.", begin),
    )
    one = views.OneOpportunity(
        card,
        "/opportunities",
        "",
        "You run a sequencer.",
        "The alliance",
        "interchange@northfield.example",
        True,
        "A university",
        "The host",
        "/opportunities/00000000000000ff/applications",
    )
    steward = replace(
        one,
        status="Not confirmed yet",
        apply_action="",
        application=Link("applied", "/applications/00000000000000ee"),
        confirm_action="/opportunities/00000000000000ff/confirmation",
        withdraw_action="/opportunities/00000000000000ff/withdrawal",
        history=history,
        told="A steward has to confirm it.",
    )
    new = views.NewOpportunity(
        "/opportunities/new",
        "/opportunities",
        views.OfferForm(),
        "Northfield Laboratory",
        False,
        schemes,
        kinds,
        tuple(Option(level.label, level.label) for level in Level),
        (Option("host", "The host"),),
    )
    fields = "title text scheme kind concepts from_level level starts ends place places audience contact payment"
    wrong = tuple(views.Mistake(FieldName(name), f"Correct {name}") for name in fields.split())
    row = views.ApplicationRow(
        card.title, "/applications/00000000000000ee", "Ann Alder", "Applied", "Northfield", "Harbour", begin, True
    )
    application = views.OneApplication(
        row,
        Link(card.title, card.href),
        "/applications",
        "I <b>want</b> to.",
        "Northfield: yes; Harbour: not yet",
        history,
        (views.LevelLine(skill, "Awareness", "not known", "Working", "Not assessed since"),),
        "/applications/00000000000000ee",
        (Option("agree", "Agree"), Option("decline", "Decline")),
        dated=True,
        declines=True,
    )
    faults = tuple(views.Mistake(field, "Say so") for field in (FieldName.STEP, FieldName.ON_DAY, FieldName.REASON))
    searched = tuple(views.Mistake(field, "Say so") for field in (FieldName.SKILL, FieldName.STARTS, FieldName.ENDS))
    long = views.Mistake(FieldName.TEXT, "Shorten it")
    return {
        "opportunities": (listed, frame),
        "opportunities-none": (replace(listed, form=views.OpportunityForm(), cards=(), total=0), frame),
        "opportunities-error": (replace(listed, mistakes=searched), frame),
        "opportunity": (one, frame),
        "opportunity-error": (replace(one, reason="x", mistakes=(long,)), frame),
        "opportunity-steward": (steward, frame),
        "opportunity-steward-error": (replace(steward, mistakes=(replace(long, field=FieldName.REASON),)), frame),
        "application-sent": (
            replace(
                application, sent=True, following=("They decide.", "Look here."), steps=application.steps[1:], levels=()
            ),
            frame,
        ),
        "opportunity-new": (new, frame),
        "opportunity-new-error": (replace(new, steward=True, mistakes=wrong), frame),
        "opportunity-new-nobody": (replace(new, organisation=""), DEMO),
        "applications": (views.Applications("/opportunities", (row,), True, (row, row), (card,)), frame),
        "applications-none": (views.Applications("/opportunities"), MEMBER),
        "applications-queue-empty": (views.Applications("/opportunities", steward=True), MEMBER),
        "application": (replace(application, told="That had been done already."), frame),
        "application-error": (replace(application, mistakes=faults), frame),
        "application-mine": (replace(application, following=("They decide.",), steps=application.steps[1:]), frame),
        "application-over": (replace(application, action="", steps=(), levels=(), text=""), frame),
    }


def _incidents() -> dict[str, tuple[views.View, Frame]]:
    told = (
        Notice("Incident", "Outbreak (INC-7), until 14:00 UTC.", Link("Details", "/incidents/00000000000000aa")),
        Notice("Incident over", "Flood (INC-6), ended at 09:00 UTC."),
    )
    frame = Frame(caller="Duty officer of Northfield Laboratory", csrf="token-6", notices=told)
    row = views.IncidentRow(
        "Outbreak", "/incidents/aa", "INC-7", "Northfield Laboratory", "10:00 UTC", "14:00 UTC", False, True
    )
    over = replace(row, purpose="Flood", drill=True, going_on=False)
    wrong = tuple(
        views.Mistake(field, "Say it otherwise") for field in (FieldName.PURPOSE, FieldName.HOURS, FieldName.NAME)
    )
    full = views.Incidents((row, over), "/incidents", "Northfield Laboratory", "24", sees_all=True)
    called = (("ann@northfield.example", "Responder of Northfield Laboratory in incident INC-7 until 14:00 UTC"),)
    mine = views.OneIncident(row, "/incidents", called, "/incidents/aa/close", "/incidents/aa/responders")
    return {
        "incidents": (full, frame),
        "incidents-error": (
            replace(full, form=views.IncidentForm("", "INC-7", "x", drill=True), mistakes=wrong),
            frame,
        ),
        "incidents-none": (views.Incidents(()), DEMO),
        "incident": (mine, frame),
        "incident-error": (replace(mine, responders=(), mistakes=wrong[2:]), frame),
        "incident-over": (views.OneIncident(over, "/incidents", ()), MEMBER),
    }


def _management() -> dict[str, tuple[views.View, Frame]]:
    frame = Frame(caller="Administrator", csrf="token-11", desk=Link("Your desk", "/desk"))
    offered = views.Callers((Option("steward", "Steward"), Option("administrator", "Administrator")), ORGANISATIONS)
    grants = views.Listing(
        "Users",
        ("User", "May act as"),
        (
            views.Listed(
                ("https://login.example|" + "nightly-import-" * 9, "Steward, of Northfield Laboratory"),
                (Link("Take away", "/administration/users/1/removal?caller=x"), Link("Take the user away", "/u")),
            ),
            views.Listed(("jo@<b>example.org", "Nothing was granted"), (Link("Take the user away", "/u2"),)),
        ),
        following=Link("More users", "/administration/users?page=2"),
    )
    users = views.Users(grants, "/administration/users", offered)
    fields = {"role": FieldName.ROLE, "org": FieldName.ORG, "person": FieldName.PERSON}
    wrong = tuple(views.Mistake(field, f"Correct {name}") for name, field in fields.items())
    chosen = views.CallerForm("steward", "harbour", "ff")
    named = (*wrong, views.Mistake(FieldName.NAME, "That is no name"))
    listed = views.Listed(("3f9a1c20", "Member", "nightly", "1 March 2026", "1 June 2026"), (Link("Revoke", "/r"),))
    tokens = views.Listing("Tokens", ("Name", "Acts as", "For", "Made", "Expires"), (listed,))
    made = views.Tokens(tokens, "/administration/tokens", offered)
    no_time = (*wrong, views.Mistake(FieldName.DAYS, "Enter days"), views.Mistake(FieldName.NOTE, "Shorten it"))
    audiences = (Option("private", "Private: few"), Option("public", "Public: anybody"))
    places = views.Listing(
        "Organisations", ("Full name", "Short name"), (views.Listed(("Northfield", "northfield"), (), "/o"),)
    )
    alliance = views.ManagedOrganisations(places, "/administration/organisations", audiences)
    unnamed = tuple(views.Mistake(field, "Say it") for field in (FieldName.NAME, FieldName.SLUG, FieldName.AUDIENCE))
    moves = views.Listing("What would move", ("From", "To", "Records"), (views.Listed(("Private", "Public", "1,204")),))
    check = views.Check(
        "Choose this?",
        (("What", "All <i>records</i>"), ("Reaches", "Public: anybody")),
        "/sharing",
        "Choose it",
        Link("Whom our records reach", "/sharing"),
        (("scope", "default"), ("version", "0f")),
        moves,
        ("They are records of 41 people.",),
        "Records would reach more people than now.",
        grave=True,
    )
    nobody = views.Listing("People", ("Person", "Reaches"), nothing="Nothing is chosen.")
    branch = views.Listed(("Virology", "LIF-VIR", "Private"), (), "/framework/LIF-VIR")
    sharing = views.SharingChoices(
        "Northfield Laboratory",
        "private",
        "Private: few",
        views.Listing("Branches of the framework", ("Branch", "Code", "Reaches"), (branch,)),
        nobody,
        "/sharing",
        audiences,
    )
    meant = tuple(views.Mistake(field, "Say which") for field in (FieldName.SKILL, FieldName.AUDIENCE))
    whom = tuple(views.Mistake(field, "Say who") for field in (FieldName.PERSON, FieldName.AUDIENCE))
    kept = views.Listing(
        "Northfield", ("What is kept", "For", "At most"), (views.Listed(("People who left", "6", "24")),)
    )
    retention = views.Retention(kept, "/retention/run", (), "/retention", (Option("leavers", "People who left"),))
    months = tuple(views.Mistake(field, "Choose") for field in (FieldName.KIND, FieldName.MONTHS))
    columns = ("Skill", "People", "By", "For", "Weight", "How it stands")
    cells = ("Virology", "3 at practitioner or above", "31 March 2028", "The whole", "Essential", "Short by 2 (1 of 3)")
    rows = (views.Listed(cells, (Link("Drop", "/drop"),), "/framework/LIF-VIR"),)
    targets = views.Targets(
        Link("Northfield Laboratory", "/organisations/northfield"),
        views.Listing("Targets", columns, rows),
        True,
        "/organisations/northfield/targets",
        (Option("Expert", "Expert"),),
        (Option("Virology Section", "Biology > Virology Section"),),
    )
    declared = views.CoverageOf(
        Link("Northfield Laboratory", "/organisations/northfield"),
        views.Listing(
            "What is declared",
            ("For", "People", "Part of the framework", "Asked about it", "As of"),
            (views.Listed(("Virology Section", "40", "Life sciences", "30 of 40 (75%)", "1 May 2026"), (), "/f"),),
        ),
        "/organisations/northfield/coverage",
        (Option("Virology Section", "Virology Section"),),
    )
    fields_declared = (FieldName.UNIT, FieldName.PEOPLE, FieldName.SKILL, FieldName.MAPPED, FieldName.SINCE)
    undeclared = tuple(views.Mistake(field, "Correct it") for field in fields_declared)
    fields_of_target = (FieldName.SKILL, FieldName.LEVEL, FieldName.PEOPLE, FieldName.BY, FieldName.UNIT)
    missed = tuple(views.Mistake(field, "Correct it") for field in fields_of_target)
    facts = (("Ready to answer", "Yes"), ("Newest backup", "10:00 UTC on 7 March 2026"))
    state = views.ServiceState(facts, (Link("What happened in this service", "/audit"),))
    figures = views.Grid(
        "figures",
        "By domain",
        ("Domain", "1 March 2026"),
        ((Link("Semiconductors and telecommunications", "/f"), "not mapped"),),
        rest="15 other domains: not mapped.",
    )
    ways = ((Link("Targets", "/organisations/northfield/targets"), "What we aim at."),)
    compared = views.CalibrationFigures(
        "What people and their managers say",
        "Northfield",
        "Skills that both have judged.",
        Link("Your profession", "/profession"),
        "/profession/calibration",
        (figures,),
    )
    return {
        "users": (replace(users, told="They may act so."), frame),
        "users-error": (replace(users, name="x", form=chosen, mistakes=named), frame),
        "tokens": (made, frame),
        "tokens-error": (replace(made, listing=nobody, form=chosen, mistakes=no_time), frame),
        "token-new": (views.NewToken("gse_" + "aB3-" * 11, (("Acts as", "Member"),), Link("Tokens", "/t")), frame),
        "managed-organisations": (alliance, frame),
        "managed-organisations-error": (replace(alliance, name="x", slug="X Y", mistakes=unnamed), frame),
        "coverage": (replace(declared, told="It is declared."), frame),
        "coverage-error": (replace(declared, mistakes=undeclared), frame),
        "coverage-member": (replace(declared, action=""), frame),
        "service-state": (state, frame),
        "service-state-fault": (replace(state, fault="The disk is nearly full."), frame),
        "check": (check, frame),
        "check-plain": (replace(check, listing=None, notes=(), warning="", grave=False), frame),
        "sharing": (replace(sharing, told="It is chosen."), MEMBER),
        "sharing-error": (replace(sharing, form=views.SharingForm("branch", "x", "", ""), mistakes=meant), MEMBER),
        "sharing-person-error": (replace(sharing, form=views.SharingForm("person"), mistakes=whom), MEMBER),
        "retention": (retention, MEMBER),
        "retention-everywhere": (
            views.Retention(kept, "/retention/run", (("People who left", "24 months at most"),), everywhere=True),
            frame,
        ),
        "retention-error": (replace(retention, kind="leavers", months="x", mistakes=months), MEMBER),
        "targets": (replace(targets, told="The target is set."), MEMBER),
        "targets-error": (replace(targets, form=views.TargetForm("x", wanted=True), mistakes=missed), MEMBER),
        "targets-member": (replace(targets, listing=nobody, whole=False, action=""), MEMBER),
        "profession": (views.Profession("Northfield", ways), MEMBER),
        "profession-figures": (
            views.ProfessionFigures("How levels moved", "Northfield", "Exact.", figures, Link("Back", "/profession")),
            MEMBER,
        ),
        "calibration": (replace(compared, folded=figures, summed="On average 0.5 levels more."), MEMBER),
        "calibration-error": (
            replace(
                compared,
                as_of=views.DateFields("soon"),
                mistakes=(views.Mistake(FieldName.AS_OF, "The day must be a real date"),),
            ),
            MEMBER,
        ),
    }


def _personal() -> dict[str, tuple[views.View, Frame]]:
    day = datetime.date(2026, 3, 1)
    frame = Frame(caller="Ann Archer", csrf="token-9", desk=Link("Your desk", "/desk"))
    tables = (
        Table("about", "About you", ("what", "value"), (("Name", "Ann Archer"), ("Staff number", ""))),
        Table(
            "skills",
            "Skill records, current and ended",
            ("skill", "level", "until", "disputed since"),
            (("Viral <b>serology</b>", "Expert", "", "2026-03-01"), ("Virology", "Working", "2025-01-31", "")),
        ),
        Table(
            "memberships",
            "Where you work and worked",
            ("from", "unit", "available", "learnt from"),
            (
                ("2026-03-01", "Virology", "yes", f"sheet {'a' * 60}.csv, imported 2026-03-01 14:05 UTC"),
                ("2025-03-01", "Serology", "yes", ""),
            ),
        ),
        Table("looks", "Who looked at you", ("when",), (), "Nobody has."),
    )
    downloads = (Link("To print", "/api/v1/me?format=html"), Link("Linked data", "/api/v1/me?format=jsonld"))
    theirs = views.Record("Everything kept of Ann Archer", parts_of(tables), downloads)
    erasure = views.Erasure(
        "Ann Archer",
        (("Records, current and ended", 12), ("Accounts and API tokens", 1)),
        "/people/00000000000000ff/erasure",
        Link("Everything that is kept of this person", "/people/00000000000000ff/record"),
        2,
    )
    unsure = (
        views.Mistake(FieldName.REASON, "Say why, for the audit log"),
        views.Mistake(FieldName.SURE, "Say that you know that it cannot be undone"),
    )
    facts = (Option("name", "Name"), Option("level", "Level"))
    mine = replace(theirs, title="My record", action="/me", facts=facts)
    form = views.CorrectionForm("level", "Expert", "Virology", "x" * 300)
    wrong = (views.Mistake(FieldName.REASON, "Nothing says why."),)
    row = views.RequestRow(
        "00000000000000ff",
        "Ann Archer",
        "Virology",
        "Working",
        "Expert",
        "Manager",
        "I lead it.",
        day,
        "Open",
        "/people/1/record",
        "/corrections/00000000000000ff",
    )
    other = replace(row, identifier="00000000000000fe", what="Grade", action="/corrections/00000000000000fe")
    done = replace(row, identifier="00000000000000fd", status="Declined", action="", settled=day, answer="No.")
    queue = views.Corrections("Northfield Laboratory", (row, other), (done,))
    undecided = (views.Mistake(FieldName.OUTCOME, "Nothing was chosen. Accept or decline."),)
    complaint = views.ComplaintRow(
        "00000000000000ff",
        "My <i>record</i> is wrong.",
        "ann@example.org",
        "Northfield Laboratory",
        day,
        datetime.date(2026, 3, 31),
        -2,
        "Received",
    )
    read = replace(complaint, reference="00000000000000fe", days_left=12)
    answered = replace(complaint, reference="00000000000000fd", stage="Answered", answer="It was put right.")
    form_only = views.Complaints("/complaints", "/complaints/find", ORGANISATIONS)
    handled = replace(form_only, handles=True, rows=(complaint, read, answered))
    said_nothing = (views.Mistake(FieldName.REASON, "The answer says nothing."),)
    no_text = (views.Mistake(FieldName.TEXT, "The complaint says nothing."),)
    return {
        "record": (replace(theirs, erasure=Link("Erase this person", "/people/00000000000000ff/erasure")), frame),
        "erasure": (erasure, frame),
        "erasure-error": (replace(erasure, reason="For jo@example.org", mistakes=unsure), frame),
        "erasure-done": (views.Erasure("A person", erasure.counts, backups=1, done=True), frame),
        "record-mine": (replace(mine, told="It was put right."), frame),
        "record-error": (replace(mine, form=form, mistakes=wrong), frame),
        "corrections": (queue, frame),
        "corrections-error": (replace(queue, wrong="00000000000000fe", mistakes=undecided), frame),
        "corrections-none": (views.Corrections("Northfield Laboratory", (), ()), frame),
        "complaints": (form_only, MEMBER),
        "complaints-taken": (replace(form_only, taken=complaint), MEMBER),
        "complaints-found": (replace(form_only, found=answered, reference=answered.reference), MEMBER),
        "complaints-error": (replace(form_only, mistakes=no_text), MEMBER),
        "complaints-to-handle": (handled, frame),
        "complaints-answer-error": (replace(handled, wrong=read.reference, mistakes=said_nothing), frame),
        "privacy": (views.Privacy(("Northfield Laboratory",), "/complaints", demo=True), DEMO),
    }


def _assessments() -> dict[str, tuple[views.View, Frame]]:
    day, levels = datetime.date(2026, 3, 7), (Option("Working", "Working"), Option("Expert", "Expert"))
    due = views.StandingRow(
        "Viral <b>genomics</b>", "LIF-VIR-02", "Working", "Self", day, day, due=True, counts=False, confirm=LONG_IRI
    )
    fresh = views.StandingRow("Virology", "LIF-VIR", "Expert", "Manager", day, day, due=False, counts=True)
    asked = views.EndorsementRow(
        "00000000000000ff",
        "Ann Archer",
        "Bob Baker",
        "Virology",
        "Expert",
        "Peer",
        "You saw <i>it</i>.",
        ("https://example.gov.uk/7", "Chartered, 2024"),
        day,
        day,
        "Open",
        "",
        "/endorsements/00000000000000ff",
    )
    other = replace(asked, identifier="00000000000000fe", action="/endorsements/00000000000000fe")
    made = replace(asked, identifier="00000000000000fd", action="/endorsements/00000000000000fd", withdraws=True)
    done = replace(asked, identifier="00000000000000fc", action="", status="Declined", answer="No.")
    mine = views.Endorsements(
        "My levels and endorsements",
        "/endorsements",
        "/endorsements/confirm",
        levels,
        (due, fresh),
        (asked, other),
        (made, done),
        told="The level is confirmed as of today.",
    )
    form = views.LevelForm("Virology", "Expert", "peer", "ff" * 8, "x\ny", "z" * 300)
    wrong = (views.Mistake(FieldName.COLLEAGUE, "Nobody endorses a level of their own."),)
    people = tuple(Option(f"{number:016x}", f"Ann {number}, Northfield Laboratory") for number in range(2))
    silent = (views.Mistake(FieldName.REASON, "Nothing says why."),)
    person = Link("Ann Archer", "/id/person/00000000000000ff")
    bases = (Option("self", "The person themselves"), Option("manager", "Their manager"))
    typed = views.DateFields("31", "2", "26")
    said = views.AssessmentForm("Viral genomics", LONG_IRI, "Expert", "manager", typed, "x\ny")
    assess = views.NewAssessment("Record an assessment of Ann Archer", person, "/assess", levels, bases)
    fields = (FieldName.SKILL, FieldName.LEVEL, FieldName.BASIS, FieldName.ASSESSED_ON, FieldName.EVIDENCE)
    to_mend = tuple(views.Mistake(field, "Correct it") for field in fields)
    return {
        "assess": (replace(assess, told="It is recorded."), DEMO),
        "assess-error": (replace(assess, form=said, mistakes=to_mend), DEMO),
        "assess-mine": (replace(assess, title="State a level of yours", bases=bases[:1]), MEMBER),
        "endorsements": (mine, MEMBER),
        "endorsements-namesakes-error": (
            replace(
                mine,
                form=views.LevelForm("LIF-VIR-01", "Expert", "peer", "ann", people=people),
                mistakes=(views.Mistake(FieldName.CHOSEN, "Choose whom you mean"),),
            ),
            MEMBER,
        ),
        "endorsements-none": (
            views.Endorsements("My levels", "/endorsements", "/endorsements/confirm", levels),
            MEMBER,
        ),
        "endorsements-error": (replace(mine, form=form, mistakes=wrong), MEMBER),
        "endorsements-answer-error": (replace(mine, wrong=other.identifier, mistakes=silent), MEMBER),
        "endorsements-steward": (views.Endorsements("Requests for endorsement", made=(done,)), DEMO),
    }


def _queries() -> dict[str, tuple[views.View, Frame]]:
    table = views.Table(
        ("person", "name", "since"),
        (
            (
                views.Cell(LONG_IRI, href=LONG_IRI),
                views.Cell("Llŷr", language="cy"),
                views.Cell("2026-03-01", datatype="xsd:date"),
            ),
            (views.Cell(LONG_IRI), views.Cell("Amina Okafor"), None),
        ),
        1204,
    )
    people = ((views.Cell("Virology"), views.Cell("12", numeric=True)), (views.Cell("Zoology"), None))
    chart = Markup(bars(Chart("result-chart", "people by group"), [("Virology & co", [12]), ("Zoology", [3])], ["n"]))
    counted = views.Table(("group", "people"), people, 1204, chart=chart, charted=40)
    graph = views.Graph("fw:LIF-VIR a gse:SkillGroup ;\n    skos:prefLabel " + '"Virology"@en ' * 12 + ".")
    frame = Frame(Section.QUERY, csrf="token-4")
    prefixes = (("gse", "https://w3id.org/gse-skills/ontology#"), ("skos", "http://www.w3.org/2004/02/skos/core#"))
    return {
        "query": (views.Query("/query", QUERY, TOPICS, prefixes=prefixes, other=Link("Use", "/query/editor")), frame),
        "query-editor": (
            views.Query(
                *("/query/editor", QUERY, TOPICS),
                completions="/query/completions",
                other=Link("Use the plain text area", "/query"),
            ),
            frame,
        ),
        "query-chart": (views.Query("/query", QUERY, outcome=counted), frame),
        "query-page": (views.Query("/query", QUERY, outcome=replace(counted, first=101, previous=1, next=3)), frame),
        "query-table": (
            views.Query(
                "/query",
                QUERY,
                TOPICS,
                table,
                seconds=0.031,
                downloads=(Link("CSV", "/sparql.csv"),),
                prefixes=prefixes,
            ),
            frame,
        ),
        "query-graph": (views.Query("/query", QUERY, outcome=graph), frame),
        "query-truth": (views.Query("/query", "ASK {}", outcome=views.Truth(True)), frame),
        "query-error": (
            views.Query(
                *("/query", "SELEC", ()),
                mistake="Line 1: expected SELECT.",
                remedy="Check the first word.",
                place=views.Place(1, 1, "SELEC", ""),
            ),
            frame,
        ),
    }


SAMPLES = _samples()

_VOID = {"br", "hr", "img", "input", "link", "meta"}
_SVG = {"path", "circle", "line", "rect"}


class Tree(HTMLParser):
    """Our own HTML as a tree; unlike a browser it forgives nothing: every element is closed, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self._builder = TreeBuilder()
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"left open: {self._open}"
        self.root: Element = self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute twice: {self.get_starttag_text()}"
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self._builder.end(tag)
        else:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _VOID | _SVG, f"<{tag}/> closes nothing"
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> closes another element"
        self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        self._builder.data(data)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `name` runs once a sample."""
    if "name" in metafunc.fixturenames:
        metafunc.parametrize("name", list(SAMPLES))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; where there is none its tests are skipped, unless none may be.

    Not for longer than a module: while Playwright runs, this thread is inside an event loop.
    """
    if not CHROMIUM.exists():
        if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
            pytest.fail(f"{CHROMIUM} is not there, and GSE_SKILLS_REQUIRE_ALL=1 wants every test to run")
        pytest.skip("Chromium is not installed (Debian's package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def samples() -> dict[str, tuple[views.View, Frame]]:
    return SAMPLES


@pytest.fixture(scope="session")
def assets() -> Assets:
    return Assets.from_folder()


@pytest.fixture(scope="session")
def rendered(assets: Assets) -> dict[str, str]:
    """Every sample as HTML."""
    pages = Pages(assets)
    return {name: pages.render(view, frame) for name, (view, frame) in SAMPLES.items()}


@pytest.fixture(scope="session")
def documents(rendered: dict[str, str]) -> dict[str, Element]:
    """Every sample as a tree."""
    return {name: Tree(html).root for name, html in rendered.items()}
