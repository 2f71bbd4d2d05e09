"""How a command reaches the register: through the service that runs on the data folder, or by opening the folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import typer
from pydantic import BaseModel

from gse_skills import errors
from gse_skills.access import OPERATOR
from gse_skills.answers import (
    ExpertsBody,
    ImportBody,
    OrganisationBody,
    OrganisationsBody,
    ProposalBody,
    ProposalsBody,
    RehearsalBody,
    ReleasesBody,
    RoleBody,
    RolesBody,
    SchemeBody,
    SkillsBody,
    SuggestionBody,
    TermBody,
    proposed_body,
)
from gse_skills.audit import Action, Witness
from gse_skills.experts import ExpertsQuestion
from gse_skills.framework import (
    SKILL_KINDS,
    RoleQuestion,
    Scheme,
    category_named,
    find_roles,
    read_scheme,
    role_named,
)
from gse_skills.organisation import Organisation
from gse_skills.proposals import DecisionOutcome, Status, Wish, decide, propose, read_queue
from gse_skills.rebuild import SCHEME, VIEW
from gse_skills.register import Register
from gse_skills.release import read_sheet
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.store import service_note
from gse_skills.store.backup import backup as make_backup

Data = Annotated[
    Path | None, typer.Option("--data", help="The data folder; also GSE_SKILLS_DATA.", show_default="data")
]
Answer = TypeVar("Answer", bound=BaseModel)


class Session(Protocol):
    """What commands ask of the register, wherever it is open."""

    def search(self, query: str, limit: int) -> SkillsBody:
        """Skills by any words."""
        ...

    def experts(self, question: ExpertsQuestion) -> ExpertsBody:
        """Who has which skill."""
        ...

    def import_sheet(self, path: Path, options: ImportOptions, *, dry_run: bool, report: Path | None) -> ImportBody:
        """Import a spreadsheet."""
        ...

    def organisations(self) -> OrganisationsBody:
        """All organisations."""
        ...

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation."""
        ...

    def load_scheme(self, source: Path, slug: str, decisions: Path | None) -> SchemeBody:
        """Bring in a concept scheme, with the decisions of a sheet if any."""
        ...

    def rehearse(self, source: Path, slug: str) -> RehearsalBody:
        """What bringing in a concept scheme would change of what is recorded."""
        ...

    def releases(self) -> ReleasesBody:
        """The releases of concept schemes that there are."""
        ...

    def release(self, name: str) -> Scheme:
        """A release of a concept scheme, by slug@version, or by slug the one in force."""
        ...

    def roles(self, asked: Mapping[str, str], limit: int) -> RolesBody:
        """Roles by `q`, `category`, `grade`, `scheme` and `skill`; what is empty narrows nothing."""
        ...

    def role(self, name: str) -> RoleBody:
        """A role by notation, IRI or label."""
        ...

    def proposals(self, status: Status | None, limit: int) -> ProposalsBody:
        """The queue of proposals."""
        ...

    def propose(self, wish: Wish) -> ProposalBody:
        """Make a proposal."""
        ...

    def decide(self, identifier: str, outcome: DecisionOutcome, reason: str, concept: str) -> TermBody | ProposalBody:
        """Decide on a phrase or a proposal."""
        ...

    def rebuild(self) -> int:
        """Derive the views anew."""
        ...

    def backup(self, target: Path) -> int:
        """Write a backup; returns how many statements it holds."""
        ...


class LocalSession:
    """The register opened here."""

    def __init__(self, register: Register, progress: Callable[[int], None]) -> None:
        self._register = register
        self._access = register.access(OPERATOR)
        self._witness = Witness(register.audit, self._access)
        self._progress = progress

    def search(self, query: str, limit: int) -> SkillsBody:
        """Skills by any words."""
        state = self._register.state
        found = state.search.search(query, limit, kinds=SKILL_KINDS)
        return SkillsBody(query=query, items=[SuggestionBody.found(one, state.framework) for one in found])

    def experts(self, question: ExpertsQuestion) -> ExpertsBody:
        """Who has which skill."""
        found = self._register.ask_experts(question, self._access)
        self._witness.saw(Action.SEARCH_EXPERTS, found.people, [found.concept.iri])
        return ExpertsBody.of(found)

    def import_sheet(self, path: Path, options: ImportOptions, *, dry_run: bool, report: Path | None) -> ImportBody:
        """Import a spreadsheet."""
        with nullcontext() if dry_run else self._witness.doing(Action.IMPORT, [options.organisation]):
            result = import_sheet(
                self._register, path, options, self._access, dry_run=dry_run, report=report, progress=self._progress
            )
        return ImportBody.of(result, self._register.state.framework)

    def organisations(self) -> OrganisationsBody:
        """All organisations."""
        return OrganisationsBody(items=[OrganisationBody.of(one) for one in self._register.state.organisations])

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation."""
        with self._witness.doing(Action.CHANGE, [organisation.slug]):
            self._register.add_organisation(organisation)

    def load_scheme(self, source: Path, slug: str, decisions: Path | None) -> SchemeBody:
        """Bring in a concept scheme, with the decisions of a sheet if any."""
        decided = None if decisions is None else read_sheet(decisions)
        scheme = read_scheme(source, self._register.sandbox, slug)
        with self._witness.doing(Action.CHANGE, things=[SCHEME + scheme.slug]):
            return SchemeBody.of(scheme, self._register.load_scheme(scheme, decided))

    def rehearse(self, source: Path, slug: str) -> RehearsalBody:
        """What bringing in a concept scheme would change of what is recorded."""
        return RehearsalBody.of(self._register.rehearse(read_scheme(source, self._register.sandbox, slug)))

    def releases(self) -> ReleasesBody:
        """The releases of concept schemes that there are."""
        return ReleasesBody.of(self._register.state.releases)

    def release(self, name: str) -> Scheme:
        """A release of a concept scheme, by slug@version, or by slug the one in force."""
        release = self._register.state.releases.meant(name)
        return Scheme(release.slug, release.title, tuple(self._register.store.triples(release.graph)))

    def roles(self, asked: Mapping[str, str], limit: int) -> RolesBody:
        """Roles by `q`, `category`, `grade`, `scheme` and `skill`; what is empty narrows nothing."""
        state = self._register.state
        category = category_named(asked["category"])
        question = RoleQuestion(asked["q"], category, asked["grade"], asked["scheme"], asked["skill"])
        found = find_roles(question, state.framework, state.lookup, state.search)
        return RolesBody.of(found, state.framework, limit, None)

    def role(self, name: str) -> RoleBody:
        """A role by notation, IRI or label."""
        state = self._register.state
        return RoleBody.full(role_named(name, state.framework, state.lookup), state.framework)

    def proposals(self, status: Status | None, limit: int) -> ProposalsBody:
        """The queue of proposals."""
        return ProposalsBody.of(read_queue(self._register, self._access).of(status), self._register.state, limit)

    def propose(self, wish: Wish) -> ProposalBody:
        """Make a proposal."""
        return ProposalBody.of(propose(self._register, wish, self._access), self._register.state)

    def decide(self, identifier: str, outcome: DecisionOutcome, reason: str, concept: str) -> TermBody | ProposalBody:
        """Decide on a phrase or a proposal."""
        found = decide(self._register, identifier, outcome, self._access, reason=reason, concept=concept)
        return proposed_body(found, self._register.state)

    def rebuild(self) -> int:
        """Derive the views anew."""
        with self._witness.doing(Action.CHANGE, things=[VIEW]):
            return self._register.rebuild()

    def backup(self, target: Path) -> int:
        """Write a backup."""
        with self._witness.doing(Action.BACKUP):
            return make_backup(self._register.store, target).quads


class ServiceSession:
    """The register through the service that holds it, with the operator's key from the data folder."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def search(self, query: str, limit: int) -> SkillsBody:
        """Skills by any words."""
        return self._get("/api/v1/skills", {"q": query, "limit": limit}, SkillsBody)

    def experts(self, question: ExpertsQuestion) -> ExpertsBody:
        """Who has which skill."""
        asked = {
            "skill": question.skill,
            "min_level": question.min_level.label,
            "org": question.organisation,
            "available": question.available,
            "as_of": question.as_of,
            "limit": question.limit,
            "cursor": question.cursor,
        }
        return self._get("/api/v1/experts", asked, ExpertsBody)

    def import_sheet(self, path: Path, options: ImportOptions, *, dry_run: bool, report: Path | None) -> ImportBody:
        """Import a spreadsheet."""
        form = "csv" if report is not None and report.suffix.lower() == ".csv" else "xlsx"
        fields = _fields(options) | {"report": form}
        with path.open("rb") as file:
            response = self._client.post(
                f"/api/v1/organisations/{quote(options.organisation, safe='')}/imports",
                params={"dry_run": dry_run},
                files={"file": (path.name, file)},
                data=fields,
            )
        body = self._read(response, ImportBody)
        if report is not None:
            fetched = self._client.get(body.report_url or "")
            _raise(fetched)
            report.write_bytes(fetched.content)
        # It opens to the operator's key alone.
        return body.model_copy(update={"report_url": None})

    def organisations(self) -> OrganisationsBody:
        """All organisations."""
        return self._get("/api/v1/organisations", {}, OrganisationsBody)

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation."""
        asked = {"slug": organisation.slug, "name": organisation.name, "audience": organisation.audience.value}
        _raise(self._client.post("/operator/organisations", json=asked))

    def load_scheme(self, source: Path, slug: str, decisions: Path | None) -> SchemeBody:
        """Bring in a concept scheme, with the decisions of a sheet if any."""
        asked = {"source": str(source.absolute()), "slug": slug} | (
            {"decisions": str(decisions.absolute())} if decisions else {}
        )
        return self._read(self._client.post("/operator/schemes", json=asked), SchemeBody)

    def rehearse(self, source: Path, slug: str) -> RehearsalBody:
        """What bringing in a concept scheme would change of what is recorded."""
        asked = {"source": str(source.absolute()), "slug": slug}
        return self._read(self._client.post("/operator/rehearsals", json=asked), RehearsalBody)

    def releases(self) -> ReleasesBody:
        """The releases of concept schemes that there are."""
        return self._get("/api/v1/releases", {}, ReleasesBody)

    def release(self, name: str) -> Scheme:
        """A release of a concept scheme, by slug@version, or by slug the one in force."""
        response = self._client.get(f"/operator/releases/{quote(name, safe='')}")
        _raise(response)
        triples = (quad.triple for quad in ox.parse(response.content, format=ox.RdfFormat.N_TRIPLES))
        slug = name.partition("@")[0]
        return Scheme(slug, slug, tuple(triples))

    def roles(self, asked: Mapping[str, str], limit: int) -> RolesBody:
        """Roles by `q`, `category`, `grade`, `scheme` and `skill`; what is empty narrows nothing."""
        category = category_named(asked["category"])
        given = {**asked, "category": category.label if category else "", "limit": limit}
        return self._get("/api/v1/roles", {name: value for name, value in given.items() if value}, RolesBody)

    def role(self, name: str) -> RoleBody:
        """A role by notation, IRI or label."""
        return self._get(f"/api/v1/roles/{quote(name, safe='')}", {}, RoleBody)

    def proposals(self, status: Status | None, limit: int) -> ProposalsBody:
        """The queue of proposals."""
        return self._get("/api/v1/proposals", {"status": status and status.value, "limit": limit}, ProposalsBody)

    def propose(self, wish: Wish) -> ProposalBody:
        """Make a proposal."""
        asked = {
            "kind": wish.kind.value,
            "text": wish.text,
            "concepts": list(wish.concepts),
            "organisation": wish.organisation,
        }
        return self._read(self._client.post("/api/v1/proposals", json=asked), ProposalBody)

    def decide(self, identifier: str, outcome: DecisionOutcome, reason: str, concept: str) -> TermBody | ProposalBody:
        """Decide on a phrase or a proposal."""
        asked = {"outcome": outcome.value, "reason": reason, "concept": concept}
        path = f"/api/v1/proposals/{quote(identifier, safe='')}/decision"
        told = _raise(self._client.post(path, json=asked))
        return (TermBody if "phrase" in told else ProposalBody).model_validate(told)

    def rebuild(self) -> int:
        """Derive the views anew."""
        return int(_raise(self._client.post("/operator/rebuild"))["statements"])

    def backup(self, target: Path) -> int:
        """Write a backup."""
        asked = {"target": str(target.absolute())}
        return int(_raise(self._client.post("/operator/backup", json=asked))["statements"])

    def _get(self, path: str, asked: Mapping[str, Any], shape: type[Answer]) -> Answer:
        given = {name: str(value) for name, value in asked.items() if value is not None}
        return self._read(self._client.get(path, params=given), shape)

    def _read(self, response: httpx.Response, shape: type[Answer]) -> Answer:
        return shape.model_validate(_raise(response))


def _fields(options: ImportOptions) -> dict[str, str]:
    """The options as the form that the service takes."""
    mapping = options.mapping and json.dumps(options.mapping.to_dict())
    said = {
        "full": "true" if options.full else "false",
        "snapshot": options.snapshot and options.snapshot.isoformat(),
        "basis": options.basis.name.lower(),
        "mapping": mapping,
        "sheet": options.sheet,
        "expected": options.expected,
    }
    return {name: value for name, value in said.items() if value}


def _raise(response: httpx.Response) -> Any:  # noqa: ANN401 - whatever JSON says
    """The body of a good response; a problem becomes the error that it was at the other end."""
    if response.is_success:
        told = response.content and "json" in response.headers.get("content-type", "")
        return response.json() if told else None
    try:
        problem = response.json()
        detail, rule = str(problem["detail"]), str(problem["rule"])
    except (json.JSONDecodeError, KeyError):
        detail, rule, problem = f"The service answered {response.status_code}.", "service-error", {}
    kinds: dict[int, type[errors.GseSkillsError]] = {
        401: errors.RefusedError,
        403: errors.RefusedError,
        404: errors.NotFoundError,
        409: errors.ConflictError,
        413: errors.TooLargeError,
        507: errors.LimitError,
    }
    others = errors.UnavailableError if response.is_server_error else errors.InputError
    kind = kinds.get(response.status_code, others)
    known = {"type", "title", "status", "detail", "rule", "remedy"}
    extra = {name: value for name, value in problem.items() if name not in known}
    raise kind(detail, rule=rule, remedy=str(problem.get("remedy", "")), extra=extra)


@contextmanager
def open_session(data: Path | None, progress: Callable[[int], None] = lambda done: None) -> Iterator[Session]:
    """The session for a data folder; raises UnavailableError (rule `service-gone`) when its service leaves midway."""
    settings = settings_for(data)
    client = _service(settings.data)
    if client is None:
        with Register.open(settings) as register:
            yield LocalSession(register, progress)
        return
    try:
        with closing(client):
            yield ServiceSession(client)
    except httpx.TransportError as error:
        raise errors.UnavailableError(
            f"The service that holds {settings.data} does not answer any more: {error}",
            rule="service-gone",
            remedy="Do it again; what was done already is not done twice.",
        ) from error


def settings_for(data: Path | None) -> Settings:
    """The settings, with the data folder that the command line names."""
    return Settings() if data is None else Settings(data=data)


def _service(folder: Path) -> httpx.Client | None:
    """A client of the service that left its note in the data folder, if it answers to the key in it: one that was
    killed leaves its note behind, and perhaps its port to another."""
    note = service_note(folder)
    if note is None:
        return None
    headers = {"Authorization": f"Bearer {note['key']}"}
    # Whatever proxy the environment names, the way to this machine does not lead through it.
    client = httpx.Client(base_url=str(note["url"]), headers=headers, timeout=3600.0, trust_env=False)
    try:
        if client.get("/operator", timeout=5.0).is_success:
            return client
    except httpx.TransportError:
        pass
    client.close()
    return None
