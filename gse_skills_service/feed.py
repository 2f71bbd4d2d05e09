"""Opportunities as an Atom feed (RFC 4287): what is public for everybody, more for whoever brings a token."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from urllib.parse import quote
from xml.etree import ElementTree as ET

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response

from gse_skills.opportunity import Offered, Opportunity, OpportunityQuestion, search
from gse_skills.register import State
from gse_skills_service.api.answering import answer_bytes, problems
from gse_skills_service.api.opportunities import KindNamed, SchemeNamed, SkillDeveloped
from gse_skills_service.auth import Allowed, Registered, get_caller
from gse_skills_service.pages.addresses import address

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
PATH = "/opportunities.atom"
_MOST = 100
_NOTHING_YET = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""When a feed without entries was updated; the time of asking would make each answer another."""

router = APIRouter(tags=["Opportunities"], dependencies=[Depends(get_caller)])


def install(app: FastAPI) -> None:
    """Give `app` the feed; before the pages, since that of an opportunity takes any name."""
    app.include_router(router)


@router.get(
    PATH,
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}, **problems(400, 401, 404, 409, 422)},
    summary="Opportunities as a feed",
)
def get_feed(
    request: Request,
    register: Registered,
    access: Allowed,
    skill: SkillDeveloped = "",
    scheme: SchemeNamed = "",
    kind: KindNamed = "",
) -> Response:
    """The newest hundred open opportunities that you may see, as Atom: for feed readers what is public, and with a
    token what you may see."""
    found = search(register, OpportunityQuestion(skill, scheme, kind), access)
    home = (register.settings.public_url or str(request.base_url)).rstrip("/")
    asked = address(PATH, skill=skill, scheme=scheme, kind=kind)
    content = feed(found, register.state, home, asked, skill)
    return answer_bytes(request, content, MEDIA_TYPE, {"Vary": "Authorization, Cookie"})


def feed(found: Iterable[Offered], state: State, home: str, asked: str, skill: str) -> bytes:
    """The feed that lies at `asked` below `home`, as UTF-8."""
    newest = sorted(found, key=lambda one: (-one.opportunity.offered.timestamp(), one.opportunity.identifier))[:_MOST]
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
    _text(root, "id", home + asked)
    _text(root, "title", f"Opportunities that develop {skill}" if skill else "Opportunities")
    _text(root, "updated", _time(newest[0].opportunity.offered if newest else _NOTHING_YET))
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "type": MEDIA_TYPE, "href": home + asked})
    page = address("/opportunities", skill=skill)
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": home + page})
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    for one in newest:
        _entry(root, one, names[one.opportunity.host], state, home)
    ET.register_namespace("", ATOM)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _entry(root: ET.Element, offered: Offered, host: str, state: State, home: str) -> None:
    one = offered.opportunity
    entry = ET.SubElement(root, f"{{{ATOM}}}entry")
    _text(entry, "id", one.identifier.iri)
    _text(entry, "title", one.title)
    _text(entry, "published", _time(one.offered))
    _text(entry, "updated", _time(one.offered))
    _text(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", host)
    href = f"{home}/opportunities/{quote(one.digits)}"
    ET.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": href})
    for iri, label in ((one.scheme.iri, one.scheme.label), (one.kind.iri, one.kind.label)):
        ET.SubElement(entry, f"{{{ATOM}}}category", {"term": iri, "label": label})
    for aim in one.aims:
        if aim.skill in state.framework:
            label = state.framework.concept(aim.skill).pref_label
            ET.SubElement(entry, f"{{{ATOM}}}category", {"term": aim.skill, "label": label})
    _text(entry, "summary", _summary(one))


def _summary(one: Opportunity) -> str:
    place = ", ".join(filter(None, [one.site, "remote" if one.remote else ""]))
    head = f"{one.scheme.label}, {one.kind.label.lower()}, {one.starts} to {one.ends}, {place}."
    return f"{head} {one.text}".strip()


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _time(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
