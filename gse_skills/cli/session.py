"""How a command reaches the register: through the service that runs on the data folder, or by opening the folder."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import typer
from pydantic import BaseModel

from gse_skills import errors, retention
from gse_skills.access import OPERATOR
from gse_skills.answers import (
    AssessedBody,
    BackupBody,
    CalibrationBody,
    CapabilityBody,
    ComplaintBody,
    ComplaintsBody,
    CorrectionBody,
    CorrectionsBody,
    CoverageBody,
    DossierBody,
    EndorsementBody,
    EndorsementsBody,
    ErasedBody,
    ExpertsBody,
    GapBody,
    ImportBody,
    KeptForBody,
    MonthsBody,
    MovedBody,
    OrganisationBody,
    OrganisationsBody,
    PathwaysBody,
    PlanBody,
    ProposalBody,
    ProposalsBody,
    RehearsalBody,
    ReleasesBody,
    RetentionBody,
    RoleBody,
    RolesBody,
    SchemeBody,
    SharingBody,
    SkillsBody,
    SuggestionBody,
    TargetBody,
    TargetsBody,
    TermBody,
    TrendBody,
    UnitsBody,
    proposed_body,
)
from gse_skills.assessment import CalibrationQuestion, Judgement, assess, calibrate, read_endorsements, reconfirm
from gse_skills.audit import PURPOSE_HEADER, Action, Witness
from gse_skills.capability import CapabilityQuestion, CoverageQuestion, TrendQuestion
from gse_skills.capability_report import Form as ReportForm
from gse_skills.capability_report import report
from gse_skills.development import (
    add_goal,
    ask_gap,
    ask_pathways,
    change_goal,
    classes_named,
    read_plan,
)
from gse_skills.development.plan import asked_change, asked_goal
from gse_skills.dossier import Form, Outcome, read_dossier, read_kept, read_requests, settle, take_away
from gse_skills.erasure import erase
from gse_skills.establishment import Wanted, add_target, drop_target, move_unit, place_unit, structure_of, targets_of
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
from gse_skills.mapping import read as read_mappings
from gse_skills.mapping.body import MappingAppliedBody
from gse_skills.organisation import Organisation
from gse_skills.proposals import DecisionOutcome, Status, Wish, decide, propose, read_queue
from gse_skills.rebuild import MAPPING, SCHEME, VIEW
from gse_skills.register import Register, today
from gse_skills.release import read_sheet
from gse_skills.settings import Settings
from gse_skills.sharing import Choice, choose, read_sharing
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.store import service_note
from gse_skills.vocabulary import ID

Data = Annotated[
    Path | None, typer.Option("--data", help="The data folder; also GSE_SKILLS_DATA.", show_default="data")
]
Purpose = Annotated[
    str, typer.Option("--purpose", envvar="GSE_SKILLS_PURPOSE", help="Why, for the audit log; no names of people.")
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

    def capability(self, question: CapabilityQuestion) -> CapabilityBody:
        """What an organisation can do."""
        ...

    def capability_report(self, question: CapabilityQuestion, form: ReportForm) -> bytes:
        """What an organisation can do, as a file."""
        ...

    def coverage(self, question: CoverageQuestion) -> CoverageBody:
        """How much is mapped of which organisations."""
        ...

    def trend(self, question: TrendQuestion) -> TrendBody:
        """The numbers of several days."""
        ...

    def units(self, organisation: str) -> UnitsBody:
        """An organisation's tree of units."""
        ...

    def place_unit(self, organisation: str, asked: Mapping[str, Any], *, move: bool, dry_run: bool) -> UnitsBody:
        """Say where a unit hangs, or move it: `name`, `under`, `since` and `until`."""
        ...

    def targets(self, organisation: str) -> TargetsBody:
        """An organisation's targets."""
        ...

    def add_target(self, organisation: str, wanted: Wanted, *, dry_run: bool) -> TargetBody:
        """Set a target."""
        ...

    def drop_target(self, organisation: str, identifier: str, *, dry_run: bool) -> TargetBody:
        """Drop a target."""
        ...

    def gap(self, person: str, role: str | None) -> GapBody:
        """What a role needs and a person lacks; without a role the next above their own."""
        ...

    def pathways(self, person: str, limit: int, scheme: str) -> PathwaysBody:
        """Where a person's skills lead."""
        ...

    def plan(self, person: str) -> PlanBody:
        """A person's development plan."""
        ...

    def add_goal(self, person: str, asked: Mapping[str, Any], *, dry_run: bool) -> PlanBody:
        """Set a goal, given as the API takes it."""
        ...

    def change_goal(self, person: str, asked: Mapping[str, Any], *, version: str, dry_run: bool) -> PlanBody:
        """Change a goal, given as the API takes it, of the plan of that version."""
        ...

    def role_classes(self, asked: Mapping[str, str]) -> str:
        """The roles that `roles` finds as OWL classes, in Turtle."""
        ...

    def sharing(self, organisation: str) -> SharingBody:
        """Whom an organisation's records reach."""
        ...

    def share(self, organisation: str, asked: Mapping[str, Any], *, dry_run: bool) -> MovedBody:
        """Choose whom they reach: `default`, and by name `branches` and `people`."""
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

    def apply_mappings(self, source: Path, *, reviewed: bool, dry_run: bool) -> MappingAppliedBody:
        """Bring in a mapping set; `reviewed` says that somebody looked at every row of it."""
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

    def dossier(self, person: str, form: Form | None) -> bytes:
        """Everything that is kept of a person, in a form; None for JSON as the API has it."""
        ...

    def complaints(self) -> ComplaintsBody:
        """All complaints."""
        ...

    def acknowledge(self, reference: str) -> ComplaintBody:
        """Say that a complaint was read."""
        ...

    def answer_complaint(self, reference: str, text: str) -> ComplaintBody:
        """Answer a complaint."""
        ...

    def corrections(self, organisation: str) -> CorrectionsBody:
        """The requests for correction to an organisation."""
        ...

    def settle(
        self, organisation: str, identifier: str, outcome: Outcome, reason: str, *, dry_run: bool
    ) -> CorrectionBody:
        """Settle a request for correction."""
        ...

    def assess(self, person: str, judgement: Judgement, *, dry_run: bool) -> AssessedBody:
        """Record what somebody judged of a person's level."""
        ...

    def reconfirm(self, person: str, skill: str, *, dry_run: bool) -> AssessedBody:
        """Confirm a level as it stands."""
        ...

    def endorsements(self, organisation: str) -> EndorsementsBody:
        """What an organisation's people asked others to endorse."""
        ...

    def calibration(self, question: CalibrationQuestion) -> CalibrationBody:
        """How what people say of themselves differs from what others say."""
        ...

    def erase(self, organisation: str, person: str, *, dry_run: bool) -> ErasedBody:
        """Erase a person of an organisation, or say what would go."""
        ...

    def retain(self, as_of: datetime.date | None, *, dry_run: bool) -> RetentionBody:
        """Take away what has had its time by that day."""
        ...

    def kept_for(self) -> KeptForBody:
        """How long things are kept."""
        ...

    def keep_for(self, organisation: str, kind: retention.Kind, months: int | None) -> MonthsBody:
        """Choose how long an organisation keeps things of a kind."""
        ...

    def rebuild(self) -> int:
        """Derive the views anew."""
        ...

    def backup(self, target: Path, keys: Sequence[str]) -> BackupBody:
        """Write a backup, encrypted for these public keys if any."""
        ...


class LocalSession:
    """The register opened here."""

    def __init__(self, register: Register, progress: Callable[[int], None], purpose: str = "") -> None:
        self._register = register
        self._access = register.access(OPERATOR)
        required = register.settings.purpose_required
        self._witness = Witness.of(register.audit, self._access, purpose=purpose, purpose_required=required)
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

    def capability(self, question: CapabilityQuestion) -> CapabilityBody:
        """What an organisation can do."""
        found = self._register.ask_capability(question, self._access)
        self._witness.saw(Action.SEARCH_EXPERTS, [(question.organisation, person) for person in found.people_named])
        return CapabilityBody.of(found, self._register.state)

    def capability_report(self, question: CapabilityQuestion, form: ReportForm) -> bytes:
        """What an organisation can do, as a file."""
        told = report(self._register, question, self._access, form)
        self._witness.saw(Action.EXPORT, [(question.organisation, person) for person in told.people_named])
        return told.content

    def coverage(self, question: CoverageQuestion) -> CoverageBody:
        """How much is mapped of which organisations."""
        return CoverageBody.of(self._register.ask_coverage(question, self._access), self._register.state)

    def trend(self, question: TrendQuestion) -> TrendBody:
        """The numbers of several days."""
        return TrendBody.of(self._register.ask_trend(question, self._access), self._register.state)

    def units(self, organisation: str) -> UnitsBody:
        """An organisation's tree of units."""
        return UnitsBody.of(structure_of(self._register, self._access, organisation))

    def place_unit(self, organisation: str, asked: Mapping[str, Any], *, move: bool, dry_run: bool) -> UnitsBody:
        """Say where a unit hangs, or move it: `name`, `under`, `since` and `until`."""
        register, access, said = self._register, self._access, (asked["name"], asked["under"], asked["since"])
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [organisation]):
            if move:
                found = move_unit(register, access, organisation, *said, dry_run=dry_run)
            else:
                found = place_unit(register, access, organisation, *said, asked["until"], dry_run=dry_run)
        return UnitsBody.of(found, dry_run=dry_run)

    def targets(self, organisation: str) -> TargetsBody:
        """An organisation's targets."""
        found = targets_of(self._register, self._access, organisation)
        return TargetsBody.of(organisation, found, self._register.state.framework)

    def add_target(self, organisation: str, wanted: Wanted, *, dry_run: bool) -> TargetBody:
        """Set a target."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [organisation]):
            found = add_target(self._register, self._access, organisation, wanted, dry_run=dry_run)
        return TargetBody.of(found, self._register.state.framework, dry_run=dry_run)

    def drop_target(self, organisation: str, identifier: str, *, dry_run: bool) -> TargetBody:
        """Drop a target."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [organisation]):
            found = drop_target(self._register, self._access, organisation, identifier, dry_run=dry_run)
        return TargetBody.of(found, self._register.state.framework, dry_run=dry_run)

    def gap(self, person: str, role: str | None) -> GapBody:
        """What a role needs and a person lacks; without a role the next above their own."""
        found = ask_gap(self._register, self._access, person, role)
        self._witness.saw(Action.READ_PERSON, [(found.card.organisation, found.card.person)])
        return GapBody.of(found, self._register.state.framework)

    def pathways(self, person: str, limit: int, scheme: str) -> PathwaysBody:
        """Where a person's skills lead."""
        found = ask_pathways(self._register, self._access, person, limit, scheme)
        self._witness.saw(Action.READ_PERSON, [(found.card.organisation, found.card.person)])
        return PathwaysBody.of(found, self._register.state.framework)

    def plan(self, person: str) -> PlanBody:
        """A person's development plan."""
        found = read_plan(self._register, self._access, person)
        self._witness.opened(Action.READ_PERSON, found.organisation, found.person)
        return PlanBody.of(found, self._register.state.framework)

    def add_goal(self, person: str, asked: Mapping[str, Any], *, dry_run: bool) -> PlanBody:
        """Set a goal, given as the API takes it."""
        slug = read_plan(self._register, self._access, person).organisation
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [slug]):
            found = add_goal(self._register, self._access, person, asked_goal(**asked), dry_run=dry_run)
        return PlanBody.of(found, self._register.state.framework, dry_run=dry_run)

    def change_goal(self, person: str, asked: Mapping[str, Any], *, version: str, dry_run: bool) -> PlanBody:
        """Change a goal, given as the API takes it, of the plan of that version."""
        slug = read_plan(self._register, self._access, person).organisation
        goal, wanted = asked_change(**asked)
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [slug]):
            found = change_goal(self._register, self._access, person, goal, wanted, version=version, dry_run=dry_run)
        return PlanBody.of(found, self._register.state.framework, dry_run=dry_run)

    def role_classes(self, asked: Mapping[str, str]) -> str:
        """The roles that `roles` finds as OWL classes, in Turtle."""
        return classes_named(self._register, asked)

    def sharing(self, organisation: str) -> SharingBody:
        """Whom an organisation's records reach."""
        sharing = read_sharing(self._register, self._access, organisation)
        return SharingBody.of(organisation, sharing, self._register.state.framework)

    def share(self, organisation: str, asked: Mapping[str, Any], *, dry_run: bool) -> MovedBody:
        """Choose whom they reach: `default`, and by name `branches` and `people`."""
        choice = Choice.named(**asked, lookup=self._register.state.lookup)
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [organisation], list(choice.branches)):
            moved = choose(self._register, self._access, organisation, choice, dry_run=dry_run)
        return MovedBody.of(moved, self.sharing(organisation), dry_run=dry_run)

    def organisations(self) -> OrganisationsBody:
        """All organisations."""
        return OrganisationsBody(items=[OrganisationBody.of(one) for one in self._register.state.organisations])

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation."""
        with self._witness.doing(Action.ORGANISATION_ADDED, [organisation.slug]):
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

    def apply_mappings(self, source: Path, *, reviewed: bool, dry_run: bool) -> MappingAppliedBody:
        """Bring in a mapping set; `reviewed` says that somebody looked at every row of it."""
        mapping_set = read_mappings(source)
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, things=[MAPPING + mapping_set.name]):
            applied = self._register.apply_mappings(mapping_set, reviewed=reviewed, dry_run=dry_run)
        return MappingAppliedBody.of(applied)

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
        with self._witness.doing(Action.CHANGE, [wish.organisation or ""]):
            return ProposalBody.of(propose(self._register, wish, self._access), self._register.state)

    def decide(self, identifier: str, outcome: DecisionOutcome, reason: str, concept: str) -> TermBody | ProposalBody:
        """Decide on a phrase or a proposal."""
        with self._witness.doing(Action.CHANGE, things=[ID[f"proposal/{identifier}"]]):
            found = decide(self._register, identifier, outcome, self._access, reason=reason, concept=concept)
        return proposed_body(found, self._register.state)

    def dossier(self, person: str, form: Form | None) -> bytes:
        """Everything that is kept of a person, in a form; None for JSON as the API has it."""
        found = read_dossier(self._register, person, self._access)
        self._witness.opened(Action.EXPORT, found.organisation, found.person)
        marking = self._register.settings.marking
        if form is None:
            return DossierBody.of(found, marking).model_dump_json().encode()
        return take_away(found, form, marking, today())

    def complaints(self) -> ComplaintsBody:
        """All complaints."""
        store = self._register.complaints
        return ComplaintsBody(items=[ComplaintBody.of(one, store.now()) for one in store.listed(self._access)])

    def acknowledge(self, reference: str) -> ComplaintBody:
        """Say that a complaint was read."""
        store = self._register.complaints
        concerned = store.to_handle(reference, self._access).organisation
        with self._witness.doing(Action.CHANGE, [concerned]):
            return ComplaintBody.of(store.acknowledge(reference, self._access), store.now())

    def answer_complaint(self, reference: str, text: str) -> ComplaintBody:
        """Answer a complaint."""
        store = self._register.complaints
        concerned = store.to_handle(reference, self._access).organisation
        with self._witness.doing(Action.CHANGE, [concerned]):
            return ComplaintBody.of(store.answer(reference, text, self._access), store.now())

    def corrections(self, organisation: str) -> CorrectionsBody:
        """The requests for correction to an organisation."""
        found = read_requests(self._register, self._access, organisation)
        self._witness.saw(Action.READ_PERSON, [(organisation, one.dossier.person) for one in found])
        return CorrectionsBody(items=[CorrectionBody.of(one) for one in found])

    def settle(
        self, organisation: str, identifier: str, outcome: Outcome, reason: str, *, dry_run: bool
    ) -> CorrectionBody:
        """Settle a request for correction."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [organisation]):
            found = settle(
                self._register, self._access, organisation, identifier, outcome, reason=reason, dry_run=dry_run
            )
        return CorrectionBody.of(found)

    def assess(self, person: str, judgement: Judgement, *, dry_run: bool) -> AssessedBody:
        """Record what somebody judged of a person's level."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [self._home_of(person)]):
            made = assess(self._register, self._access, person, judgement, dry_run=dry_run)
        return AssessedBody.of(made, self._register.state.framework, dry_run=dry_run)

    def reconfirm(self, person: str, skill: str, *, dry_run: bool) -> AssessedBody:
        """Confirm a level as it stands."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [self._home_of(person)]):
            made = reconfirm(self._register, self._access, person, skill, dry_run=dry_run)
        return AssessedBody.of(made, self._register.state.framework, dry_run=dry_run)

    def _home_of(self, person: str) -> str:
        return read_kept(self._register, person, self._access).organisation

    def endorsements(self, organisation: str) -> EndorsementsBody:
        """What an organisation's people asked others to endorse."""
        found = read_endorsements(self._register, self._access, organisation)
        return EndorsementsBody(items=[EndorsementBody.of(one) for one in found])

    def calibration(self, question: CalibrationQuestion) -> CalibrationBody:
        """How what people say of themselves differs from what others say."""
        return CalibrationBody.of(calibrate(self._register, self._access, question), self._register.state.framework)

    def erase(self, organisation: str, person: str, *, dry_run: bool) -> ErasedBody:
        """Erase a person of an organisation, or say what would go."""
        with nullcontext() if dry_run else self._witness.doing(Action.ERASE, [organisation]):
            return ErasedBody.of(erase(self._register, self._access, organisation, person, dry_run=dry_run))

    def retain(self, as_of: datetime.date | None, *, dry_run: bool) -> RetentionBody:
        """Take away what has had its time by that day."""
        with nullcontext() if dry_run else self._witness.doing(Action.ERASE, sorted(self._access.keeps)):
            return RetentionBody.of(retention.run(self._register, self._access, as_of=as_of, dry_run=dry_run))

    def kept_for(self) -> KeptForBody:
        """How long things are kept."""
        return KeptForBody.of(self._register, self._access)

    def keep_for(self, organisation: str, kind: retention.Kind, months: int | None) -> MonthsBody:
        """Choose how long an organisation keeps things of a kind."""
        with self._witness.doing(Action.CHANGE, [organisation]):
            chosen = retention.choose(self._register, self._access, organisation, {kind: months})
        return MonthsBody(organisation=organisation, months=chosen)

    def rebuild(self) -> int:
        """Derive the views anew."""
        with self._witness.doing(Action.CHANGE, things=[VIEW]):
            return self._register.rebuild()

    def backup(self, target: Path, keys: Sequence[str]) -> BackupBody:
        """Write a backup, encrypted for these public keys if any."""
        with self._witness.doing(Action.BACKUP):
            return BackupBody.of(self._register.backup(target, keys))


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
            "fresh": question.fresh,
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

    def capability(self, question: CapabilityQuestion) -> CapabilityBody:
        """What an organisation can do."""
        return self._get(_of(question.organisation, "capability"), _asked(question), CapabilityBody)

    def capability_report(self, question: CapabilityQuestion, form: ReportForm) -> bytes:
        """What an organisation can do, as a file."""
        given = {name: str(value) for name, value in _asked(question).items() if value is not None}
        path = _of(question.organisation, "capability")
        response = self._client.get(path, params={**given, "format": form.value})
        _raise(response)
        return response.content

    def coverage(self, question: CoverageQuestion) -> CoverageBody:
        """How much is mapped of which organisations."""
        asked = {"concept": question.concept, "groups": question.groups, "as_of": question.as_of}
        organisations = ",".join(question.organisations) or None
        return self._get("/api/v1/coverage", {**asked, "organisations": organisations}, CoverageBody)

    def trend(self, question: TrendQuestion) -> TrendBody:
        """The numbers of several days."""
        days = ",".join(map(str, question.days)) or None
        asked = {"concept": question.concept, "days": days, "known_at": question.known_at}
        return self._get(_of(question.organisation, "trend"), asked, TrendBody)

    def units(self, organisation: str) -> UnitsBody:
        """An organisation's tree of units."""
        return self._get(_of(organisation, "units"), {}, UnitsBody)

    def place_unit(self, organisation: str, asked: Mapping[str, Any], *, move: bool, dry_run: bool) -> UnitsBody:
        """Say where a unit hangs, or move it: `name`, `under`, `since` and `until`."""
        said = {name: str(value) if value is not None else None for name, value in asked.items()}
        response = self._client.post(
            _of(organisation, "units"), params={"dry_run": dry_run}, json={**said, "move": move}
        )
        return self._read(response, UnitsBody)

    def targets(self, organisation: str) -> TargetsBody:
        """An organisation's targets."""
        return self._get(_of(organisation, "targets"), {}, TargetsBody)

    def add_target(self, organisation: str, wanted: Wanted, *, dry_run: bool) -> TargetBody:
        """Set a target."""
        asked = {
            "concept": wanted.concept,
            "level": wanted.level.label,
            "people": wanted.people,
            "by": wanted.by.isoformat(),
            "essential": wanted.essential,
            "unit": wanted.unit,
        }
        response = self._client.post(_of(organisation, "targets"), params={"dry_run": dry_run}, json=asked)
        return self._read(response, TargetBody)

    def drop_target(self, organisation: str, identifier: str, *, dry_run: bool) -> TargetBody:
        """Drop a target."""
        path = f"{_of(organisation, 'targets')}/{quote(identifier, safe='')}"
        return self._read(self._client.delete(path, params={"dry_run": dry_run}), TargetBody)

    def gap(self, person: str, role: str | None) -> GapBody:
        """What a role needs and a person lacks; without a role the next above their own."""
        return self._get(f"/api/v1/people/{quote(person, safe='')}/gap", {"role": role}, GapBody)

    def pathways(self, person: str, limit: int, scheme: str) -> PathwaysBody:
        """Where a person's skills lead."""
        asked = {"limit": limit, "scheme": scheme}
        return self._get(f"/api/v1/people/{quote(person, safe='')}/pathways", asked, PathwaysBody)

    def plan(self, person: str) -> PlanBody:
        """A person's development plan."""
        return self._get(f"/api/v1/people/{quote(person, safe='')}/plan", {}, PlanBody)

    def add_goal(self, person: str, asked: Mapping[str, Any], *, dry_run: bool) -> PlanBody:
        """Set a goal, given as the API takes it."""
        path = f"/api/v1/people/{quote(person, safe='')}/plan"
        return self._read(self._client.post(path, params={"dry_run": dry_run}, json=_days_as_text(asked)), PlanBody)

    def change_goal(self, person: str, asked: Mapping[str, Any], *, version: str, dry_run: bool) -> PlanBody:
        """Change a goal, given as the API takes it, of the plan of that version."""
        path, headers = f"/api/v1/people/{quote(person, safe='')}/plan", {"If-Match": f'"{version}"'}
        given = _days_as_text(asked)
        return self._read(self._client.patch(path, params={"dry_run": dry_run}, json=given, headers=headers), PlanBody)

    def role_classes(self, asked: Mapping[str, str]) -> str:
        """The roles that `roles` finds as OWL classes, in Turtle."""
        response = self._client.get("/operator/role-classes", params=dict(asked))
        _raise(response)
        return response.text

    def sharing(self, organisation: str) -> SharingBody:
        """Whom an organisation's records reach."""
        return self._get(f"/api/v1/organisations/{quote(organisation, safe='')}/sharing", {}, SharingBody)

    def share(self, organisation: str, asked: Mapping[str, Any], *, dry_run: bool) -> MovedBody:
        """Choose whom they reach: `default`, and by name `branches` and `people`."""
        path = f"/api/v1/organisations/{quote(organisation, safe='')}/sharing"
        return self._read(self._client.patch(path, params={"dry_run": dry_run}, json=asked), MovedBody)

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

    def apply_mappings(self, source: Path, *, reviewed: bool, dry_run: bool) -> MappingAppliedBody:
        """Bring in a mapping set; `reviewed` says that somebody looked at every row of it."""
        asked = {"source": str(source.absolute()), "reviewed": reviewed, "dry_run": dry_run}
        return self._read(self._client.post("/operator/mappings", json=asked), MappingAppliedBody)

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

    def dossier(self, person: str, form: Form | None) -> bytes:
        """Everything that is kept of a person, in a form; None for JSON as the API has it."""
        asked = {"format": "json" if form is None else form.value}
        response = self._client.get(f"/api/v1/people/{quote(person, safe='')}/record", params=asked)
        _raise(response)
        return response.content

    def complaints(self) -> ComplaintsBody:
        """All complaints."""
        return self._get("/operator/complaints", {}, ComplaintsBody)

    def acknowledge(self, reference: str) -> ComplaintBody:
        """Say that a complaint was read."""
        path = f"/operator/complaints/{quote(reference, safe='')}/acknowledgement"
        return self._read(self._client.post(path), ComplaintBody)

    def answer_complaint(self, reference: str, text: str) -> ComplaintBody:
        """Answer a complaint."""
        path = f"/operator/complaints/{quote(reference, safe='')}/answer"
        return self._read(self._client.post(path, json={"text": text}), ComplaintBody)

    def corrections(self, organisation: str) -> CorrectionsBody:
        """The requests for correction to an organisation."""
        return self._get(f"/api/v1/organisations/{quote(organisation, safe='')}/corrections", {}, CorrectionsBody)

    def settle(
        self, organisation: str, identifier: str, outcome: Outcome, reason: str, *, dry_run: bool
    ) -> CorrectionBody:
        """Settle a request for correction."""
        path = f"/api/v1/organisations/{quote(organisation, safe='')}/corrections/{quote(identifier, safe='')}"
        asked = {"outcome": outcome.value, "reason": reason}
        return self._read(self._client.post(path, params={"dry_run": dry_run}, json=asked), CorrectionBody)

    def assess(self, person: str, judgement: Judgement, *, dry_run: bool) -> AssessedBody:
        """Record what somebody judged of a person's level."""
        asked = {
            "skill": judgement.skill,
            "level": judgement.level.label,
            "basis": judgement.basis.name.lower(),
            "assessed_on": judgement.day.isoformat() if judgement.day else None,
            "evidence": list(judgement.evidence),
        }
        path = f"/api/v1/people/{quote(person, safe='')}/assessments"
        return self._read(self._client.post(path, params={"dry_run": dry_run}, json=asked), AssessedBody)

    def reconfirm(self, person: str, skill: str, *, dry_run: bool) -> AssessedBody:
        """Confirm a level as it stands."""
        path = f"/api/v1/people/{quote(person, safe='')}/confirmations"
        return self._read(self._client.post(path, params={"dry_run": dry_run}, json={"skill": skill}), AssessedBody)

    def endorsements(self, organisation: str) -> EndorsementsBody:
        """What an organisation's people asked others to endorse."""
        return self._get(f"/api/v1/organisations/{quote(organisation, safe='')}/endorsements", {}, EndorsementsBody)

    def calibration(self, question: CalibrationQuestion) -> CalibrationBody:
        """How what people say of themselves differs from what others say."""
        asked = {"against": question.against.name.lower(), "concept": question.concept}
        path = f"/api/v1/organisations/{quote(question.organisation, safe='')}/calibration"
        return self._get(path, asked, CalibrationBody)

    def erase(self, organisation: str, person: str, *, dry_run: bool) -> ErasedBody:
        """Erase a person of an organisation, or say what would go."""
        asked = {"organisation": organisation, "person": person, "dry_run": dry_run}
        return self._read(self._client.post("/operator/erasures", json=asked), ErasedBody)

    def retain(self, as_of: datetime.date | None, *, dry_run: bool) -> RetentionBody:
        """Take away what has had its time by that day."""
        asked = {"dry_run": str(dry_run)} | ({"as_of": as_of.isoformat()} if as_of else {})
        return self._read(self._client.post("/operator/retention", params=asked), RetentionBody)

    def kept_for(self) -> KeptForBody:
        """How long things are kept."""
        return self._get("/operator/retention", {}, KeptForBody)

    def keep_for(self, organisation: str, kind: retention.Kind, months: int | None) -> MonthsBody:
        """Choose how long an organisation keeps things of a kind."""
        asked = {"organisation": organisation, "kind": kind.value, "months": months}
        return self._read(self._client.post("/operator/retention/choices", json=asked), MonthsBody)

    def rebuild(self) -> int:
        """Derive the views anew."""
        return int(_raise(self._client.post("/operator/rebuild"))["statements"])

    def backup(self, target: Path, keys: Sequence[str]) -> BackupBody:
        """Write a backup, encrypted for these public keys if any."""
        asked = {"target": str(target.absolute()), "keys": list(keys)}
        return self._read(self._client.post("/operator/backup", json=asked), BackupBody)

    def _get(self, path: str, asked: Mapping[str, Any], shape: type[Answer]) -> Answer:
        given = {name: str(value) for name, value in asked.items() if value is not None}
        return self._read(self._client.get(path, params=given), shape)

    def _read(self, response: httpx.Response, shape: type[Answer]) -> Answer:
        return shape.model_validate(_raise(response))


def _days_as_text(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime.date) else value for name, value in asked.items()}


def _of(organisation: str, part: str) -> str:
    """The address of a part of an organisation."""
    return f"/api/v1/organisations/{quote(organisation, safe='')}/{part}"


def _asked(question: CapabilityQuestion) -> dict[str, Any]:
    return {
        "unit": question.unit,
        "concept": question.concept,
        "as_of": question.as_of,
        "fragility": question.fragile,
    }


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


def ask(client: httpx.Client, method: str, path: str, asked: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401
    """What the service answers, as JSON says it; a problem becomes the error that it was at the other end."""
    return _raise(client.request(method, path, json=asked))


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
        412: errors.ConflictError,
        413: errors.TooLargeError,
        507: errors.LimitError,
    }
    others = errors.UnavailableError if response.is_server_error else errors.InputError
    kind = kinds.get(response.status_code, others)
    known = {"type", "title", "status", "detail", "rule", "remedy"}
    extra = {name: value for name, value in problem.items() if name not in known}
    raise kind(detail, rule=rule, remedy=str(problem.get("remedy", "")), extra=extra)


@contextmanager
def open_session(
    data: Path | None, progress: Callable[[int], None] = lambda done: None, purpose: str = ""
) -> Iterator[Session]:
    """The session for a data folder; raises UnavailableError (rule `service-gone`) when its service leaves midway."""
    settings = settings_for(data)
    with reached(settings.data, purpose) as client:
        if client is not None:
            yield ServiceSession(client)
            return
    with Register.open(settings) as register:
        yield LocalSession(register, progress, purpose)


@contextmanager
def reached(folder: Path, purpose: str = "") -> Iterator[httpx.Client | None]:
    """A client of the service that runs on a data folder, None when none does; raises like `open_session`."""
    client = _service(folder)
    if client is None:
        yield None
        return
    if purpose:
        client.headers[PURPOSE_HEADER] = quote(purpose)
    try:
        with closing(client):
            yield client
    except httpx.TransportError as error:
        raise errors.UnavailableError(
            f"The service that holds {folder} does not answer any more: {error}",
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
