"""The answers as JSON: one shape for the command line's `--json` and for the API."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from gse_skills.access import User
from gse_skills.access.token import Token
from gse_skills.audit import Excerpt, Verdict
from gse_skills.experts import ExpertsAnswer, Hit, Split, Step
from gse_skills.framework import SKILL_KINDS, Concept, Framework, RoleProfile, Scheme, Suggestion, family_of, page_of
from gse_skills.framework.difference import Named, sentence
from gse_skills.framework.quality import Finding, Report
from gse_skills.imports.finding import letter
from gse_skills.imports.staging import Outcome
from gse_skills.organisation import Organisation
from gse_skills.people import PersonAnswer
from gse_skills.proposals import Decision, DecisionOutcome, Proposal, ProposalKind, Queue, Status, Term
from gse_skills.register import State
from gse_skills.release import Catalogue, Impact, Installed, Rehearsal, write_sheet
from gse_skills.sheet_import import ImportResult
from gse_skills.vocabulary import ID


class Body(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class ConceptRef(Body):
    """A concept by name."""

    iri: str = Field(examples=["https://w3id.org/gse-skills/framework/LIF-VIR"])
    notation: str | None = Field(examples=["LIF-VIR"])
    label: str = Field(examples=["Virology"])
    kind: str = Field(examples=["group"])
    scheme: str = Field(examples=["gse"])

    @classmethod
    def of(cls, concept: Concept) -> Self:
        """A reference to `concept`."""
        return cls(
            iri=concept.iri,
            notation=concept.notation,
            label=concept.pref_label,
            kind=concept.kind,
            scheme=concept.scheme,
        )


class SkillBody(ConceptRef):
    """A concept in full."""

    alt_labels: list[str]
    definition: str
    scope_note: str
    level_descriptions: list[str]
    broader: list[ConceptRef]
    narrower: list[ConceptRef]
    related: list[ConceptRef]
    deprecated: bool
    replaced_by: list[str]

    @classmethod
    def full(cls, concept: Concept, framework: Framework) -> Self:
        """`concept` with its neighbours."""

        def refs(iris: tuple[str, ...]) -> list[ConceptRef]:
            return [ConceptRef.of(framework.concept(iri)) for iri in iris if iri in framework]

        return cls(
            **ConceptRef.of(concept).model_dump(),
            alt_labels=list(concept.alt_labels),
            definition=concept.definition,
            scope_note=concept.scope_note,
            level_descriptions=list(concept.level_descriptions),
            broader=refs(concept.broader),
            narrower=refs(concept.narrower),
            related=refs(concept.related),
            deprecated=concept.deprecated,
            replaced_by=list(concept.replaced_by),
        )


class SuggestionBody(ConceptRef):
    """A concept that a search found."""

    matched_label: str = Field(description="The label that matched.", examples=["virus science"])
    score: float = Field(ge=0, le=1, examples=[0.93])

    @classmethod
    def found(cls, suggestion: Suggestion, framework: Framework) -> Self:
        """A suggestion of `framework`."""
        concept = framework.concept(suggestion.concept)
        return cls(
            **ConceptRef.of(concept).model_dump(),
            matched_label=suggestion.label,
            score=round(float(suggestion.score), 4),
        )


class SkillsBody(Body):
    """What a search found, best first."""

    query: str
    items: list[SuggestionBody]


class RoleRef(ConceptRef):
    """A role or occupation by name, with its place."""

    category: str | None = Field(description="Professional category; null where its scheme knows none.")
    grade: str | None = Field(description="Typical grade; null where its scheme knows none.", examples=["HEO"])
    family: ConceptRef | None = Field(description="The topmost concept above it.")

    @classmethod
    def placed(cls, role: RoleProfile, framework: Framework) -> Self:
        """A role of `framework`."""
        family = family_of(role, framework)
        return cls(
            **ConceptRef.of(framework.concept(role.iri)).model_dump(),
            category=role.category and role.category.label,
            grade=role.grade and role.grade.notation,
            family=family and ConceptRef.of(family),
        )


class RolesBody(Body):
    """Roles, by likeness to the words asked for, or else by scheme, family, grade and label."""

    total: int = Field(description="How many there are, over all pages.")
    items: list[RoleRef]
    next_cursor: str | None

    @classmethod
    def of(cls, found: Sequence[RoleProfile], framework: Framework, limit: int, cursor: str | None) -> Self:
        """A page of what was found; raises what `page_of` raises."""
        page, following = page_of(found, limit, cursor)
        items = [RoleRef.placed(role, framework) for role in page]
        return cls(total=len(found), items=items, next_cursor=following)


class RequirementBody(Body):
    """A skill that a role needs."""

    skill: ConceptRef
    level: str | None = Field(description="Null where the scheme gives none, as ESCO.", examples=["Practitioner"])
    essential: bool = Field(description="False: desirable.")


class RoleBody(RoleRef):
    """A role in full."""

    alt_labels: list[str]
    definition: str
    next: list[RoleRef] = Field(description="The roles one step up the ladder.")
    previous: list[RoleRef] = Field(description="The roles one step down the ladder.")
    requirements: list[RequirementBody] = Field(description="The essential ones first.")

    @classmethod
    def full(cls, role: RoleProfile, framework: Framework) -> Self:
        """`role` with its requirements and the steps of its ladder."""

        def steps(iris: Iterable[str]) -> list[RoleRef]:
            return [RoleRef.placed(framework.role(iri), framework) for iri in iris if iri in framework.roles]

        concept = framework.concept(role.iri)
        return cls(
            **RoleRef.placed(role, framework).model_dump(),
            alt_labels=list(concept.alt_labels),
            definition=concept.definition,
            next=steps(role.next),
            previous=steps(framework.roles_before.get(role.iri, ())),
            requirements=[
                RequirementBody(
                    skill=ConceptRef.of(framework.concept(need.skill)),
                    level=need.level and need.level.label,
                    essential=need.essential,
                )
                for need in role.requirements
                if need.skill in framework
            ],
        )


class StepBody(Body):
    """One link of the chain that explains a hit."""

    kind: str = Field(examples=["stated"])
    label: str
    iri: str | None

    @classmethod
    def of(cls, step: Step) -> Self:
        """A step."""
        return cls(kind=step.kind, label=step.label, iri=step.iri)


class HitBody(Body):
    """A person who has the skill."""

    person: str = Field(description="IRI; it says nothing of whom it names.")
    name: str
    organisation: str = Field(description="Slug of the organisation.")
    unit: str | None
    grade: str | None
    site: str | None
    available: bool | None = Field(description="Null when nobody has said.")
    level: str = Field(examples=["Expert"])
    basis: str = Field(examples=["Manager"])
    assessed_on: datetime.date
    age_days: int
    skill: str = Field(description="IRI of the concept recorded, which may be narrower than the one asked for.")
    why: list[StepBody]

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """A hit."""
        card = hit.card
        return cls(
            person=card.person,
            name=card.name,
            organisation=card.organisation,
            unit=card.unit,
            grade=card.grade,
            site=card.site,
            available=card.available,
            level=hit.level.label,
            basis=hit.basis.label,
            assessed_on=hit.assessed_on,
            age_days=hit.age_days,
            skill=hit.skill,
            why=[StepBody.of(step) for step in hit.why],
        )


class SplitBody(Body):
    """The people of an organisation by what is known; unknown is not none."""

    organisation: str
    has: int
    below: int = Field(description="Assessed, below the level asked.")
    without: int = Field(description="Mapped in this branch of the framework, without this skill.")
    not_mapped: int = Field(description="Nothing recorded in this branch: as far as is known, nobody has asked.")

    @classmethod
    def of(cls, split: Split) -> Self:
        """A split."""
        return cls(
            organisation=split.organisation,
            has=split.has,
            below=split.below,
            without=split.without,
            not_mapped=split.not_mapped,
        )


class ExpertsBody(Body):
    """Who has which skill."""

    concept: ConceptRef
    branch: list[str] = Field(description="The branch within which people count as mapped.")
    min_level: str
    as_of: datetime.date | None
    total: int = Field(description="How many people have it, over all pages.")
    items: list[HitBody]
    organisations: list[SplitBody]
    next_cursor: str | None

    @classmethod
    def of(cls, answer: ExpertsAnswer) -> Self:
        """An answer."""
        return cls(
            concept=ConceptRef.of(answer.concept),
            branch=list(answer.branch),
            min_level=answer.question.min_level.label,
            as_of=answer.question.as_of,
            total=answer.total,
            items=[HitBody.of(hit) for hit in answer.hits],
            organisations=[SplitBody.of(split) for split in answer.splits],
            next_cursor=answer.next_cursor,
        )


class OrganisationBody(Body):
    """An organisation of the alliance."""

    iri: str
    slug: str = Field(examples=["larkmoor"])
    name: str

    @classmethod
    def of(cls, organisation: Organisation) -> Self:
        """An organisation."""
        return cls(iri=organisation.iri, slug=organisation.slug, name=organisation.name)


class OrganisationsBody(Body):
    """The organisations, by slug."""

    items: list[OrganisationBody]


class HeldSkillBody(Body):
    """A current record."""

    skill: ConceptRef
    level: str
    basis: str
    assessed_on: datetime.date


class PersonBody(Body):
    """A person with the current records that the caller may see."""

    person: str
    name: str
    organisation: str
    unit: str | None
    grade: str | None
    site: str | None
    available: bool | None
    skills: list[HeldSkillBody]

    @classmethod
    def of(cls, answer: PersonAnswer, framework: Framework) -> Self:
        """A person."""
        card = answer.card
        return cls(
            person=card.person,
            name=card.name,
            organisation=card.organisation,
            unit=card.unit,
            grade=card.grade,
            site=card.site,
            available=card.available,
            skills=[
                HeldSkillBody(
                    skill=ConceptRef.of(framework.concept(held.skill)),
                    level=held.level.label,
                    basis=held.basis.label,
                    assessed_on=held.assessed_on,
                )
                for held in answer.skills
            ],
        )


class OutcomeBody(Body):
    """What happened to a cell or row of an imported sheet."""

    row: int = Field(description="As the spreadsheet numbers it; 0 for the file.")
    column: str | None = Field(description="Letter of the column; null for a whole row.", examples=["C"])
    status: str = Field(examples=["refused"])
    rule: str = Field(examples=["level-out-of-range"])
    value: str
    message: str
    remedy: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """An outcome."""
        return cls(
            row=outcome.row,
            column=None if outcome.column < 0 else letter(outcome.column),
            status=outcome.status,
            rule=outcome.rule,
            value=outcome.value,
            message=outcome.detail,
            remedy=outcome.remedy,
        )

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"{self.column or ''}{self.row}" if self.row else "file"


class UnmatchedBody(Body):
    """A phrase that no skill bears, or several."""

    phrase: str
    rule: str
    cells: int
    nearest: list[SuggestionBody]
    verdict: str = Field(description="What the framework's owner decided on it, and why; empty while nothing is.")


class ImportBody(Body):
    """What an import did, or would do."""

    organisation: str
    source_name: str
    dry_run: bool
    full: bool
    changed: bool
    rows: int
    shape: str = Field(examples=["long"])
    recognised: dict[str, str] = Field(description="What each column was read as, by its letter.")
    headings: dict[str, str] = Field(description="The heading of each column that is read or left out, by its letter.")
    counts: dict[str, int] = Field(description="Cells by what happened to them, and people by what happened to them.")
    outcomes: list[OutcomeBody] = Field(description="What was refused or noted, the first 200.")
    unmatched: list[UnmatchedBody]
    kept_terms: int = Field(description="How many of the unmatched phrases it keeps for the framework's owner.")
    digest: str = Field(description="Give it as `expected` with the real run, to make sure that just this happens.")
    report_url: str | None = Field(None, description="Where the annotated copy of the sheet lies for an hour.")

    @classmethod
    def of(cls, result: ImportResult, framework: Framework, report_url: str | None = None) -> Self:
        """A result."""
        columns = result.columns
        recognised = {letter(column): role.label for role, column in columns.columns.items()}
        recognised |= {letter(column): f"skill: {phrase}" for column, phrase in columns.skills.items()}
        recognised |= {letter(column): "left out" for column in columns.ignored}
        return cls(
            organisation=result.options.organisation,
            source_name=result.options.source_name,
            dry_run=result.dry_run,
            full=result.options.full,
            changed=result.commit is not None,
            rows=result.rows,
            shape=columns.shape.value,
            recognised=dict(sorted(recognised.items(), key=lambda pair: (len(pair[0]), pair[0]))),
            headings={letter(column): text for column, text in sorted({**columns.ignored, **columns.headings}.items())},
            counts=result.counts,
            outcomes=[OutcomeBody.of(outcome) for outcome in result.outcomes],
            unmatched=[
                UnmatchedBody(
                    phrase=one.text,
                    rule=one.rule,
                    cells=one.cells,
                    nearest=[SuggestionBody.found(suggestion, framework) for suggestion in one.nearest],
                    verdict=one.verdict,
                )
                for one in result.unmatched
            ],
            kept_terms=result.kept_terms,
            digest=result.digest,
            report_url=report_url,
        )


class SchemeBody(Body):
    """A concept scheme that was brought in."""

    slug: str
    title: str
    statements: int
    changed: int
    notes: list[str]

    @classmethod
    def of(cls, scheme: Scheme, changed: int) -> Self:
        """A scheme, and how many statements changed."""
        return cls(
            slug=scheme.slug,
            title=scheme.title,
            statements=len(scheme.triples),
            changed=changed,
            notes=list(scheme.notes),
        )


class FindingBody(Body):
    """One fault of a concept scheme; `concept` is empty when the fault is of the whole."""

    rule: str = Field(examples=["broader-cycle"])
    severity: str = Field(examples=["error"])
    title: str
    link: str
    remedy: str
    concept: str
    label: str
    message: str
    others: list[str]

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding with its rule."""
        rule = finding.rule
        return cls(
            rule=rule.slug,
            severity=rule.severity.label,
            title=rule.title,
            link=rule.link,
            remedy=rule.remedy,
            concept=finding.concept,
            label=finding.label,
            message=finding.message,
            others=list(finding.others),
        )


class QualityBody(Body):
    """What a check of a concept scheme found, the worst first."""

    title: str
    concepts: int
    schemes: int
    statements: int
    counts: dict[str, int]
    findings: list[FindingBody]
    notes: list[str]
    skipped: list[str]

    @classmethod
    def of(cls, report: Report) -> Self:
        """A report in full."""
        return cls(
            title=report.title,
            concepts=report.concepts,
            schemes=report.schemes,
            statements=report.statements,
            counts={severity.label: count for severity, count in report.counts.items()},
            findings=[FindingBody.of(finding) for finding in report.findings],
            notes=list(report.notes),
            skipped=list(report.skipped),
        )


def person_digits(iri: str) -> str:
    """The sixteen digits by which the API names a person.

    >>> person_digits("https://w3id.org/gse-skills/id/person/00000000000000ff")
    '00000000000000ff'
    """
    return iri.removeprefix(f"{ID!s}person/")


class NamedBody(Body):
    """A concept or role, by IRI, notation and label."""

    iri: str
    notation: str
    label: str

    @classmethod
    def of(cls, named: Named) -> Self:
        """A named thing."""
        return cls(iri=named.iri, notation=named.notation, label=named.label)


class ImpactBody(Body):
    """What a release means for what hangs on one concept."""

    concept: NamedBody
    changes: list[str]
    records: dict[str, int]
    """Current records by organisation."""
    roles: list[NamedBody]
    decision: str = Field(examples=["migrate"])
    targets: list[str]
    choices: list[NamedBody]

    @classmethod
    def of(cls, impact: Impact) -> Self:
        """An impact."""
        return cls(
            concept=NamedBody.of(impact.concept),
            changes=[sentence(change) for change in impact.changes],
            records=dict(impact.records),
            roles=list(map(NamedBody.of, impact.roles)),
            decision=impact.prefilled.action.value,
            targets=list(impact.prefilled.targets),
            choices=list(map(NamedBody.of, impact.choices)),
        )


class RehearsalBody(Body):
    """A release tried against what is recorded; `sheet` is the sheet of decisions as CSV."""

    slug: str
    old: str
    new: str
    counts: dict[str, int]
    """How many concepts have a change of each kind."""
    impacts: list[ImpactBody]
    sheet: str

    @classmethod
    def of(cls, rehearsal: Rehearsal) -> Self:
        """A rehearsal."""
        found = rehearsal.difference
        return cls(
            slug=rehearsal.slug,
            old=str(found.old),
            new=str(found.new),
            counts={kind.value: count for kind, count in found.counts().items()},
            impacts=list(map(ImpactBody.of, rehearsal.impacts)),
            sheet=write_sheet(impact.row() for impact in rehearsal.impacts),
        )


class ReleaseBody(Body):
    """A release of a concept scheme that is or was in force."""

    name: str = Field(examples=["gse@0.1.0"])
    iri: str
    slug: str
    version: str
    title: str
    since: datetime.datetime
    current: bool
    graph: str

    @classmethod
    def of(cls, one: Installed) -> Self:
        """A release."""
        return cls(
            name=one.name,
            iri=one.iri,
            slug=one.slug,
            version=one.version,
            title=one.title,
            since=one.since,
            current=one.current,
            graph=one.graph,
        )


class ReleasesBody(Body):
    """All releases, by scheme and then from the oldest to the newest."""

    items: list[ReleaseBody]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """A catalogue."""
        return cls(items=list(map(ReleaseBody.of, catalogue.releases)))


class StatementsBody(Body):
    """How many statements something is about."""

    statements: int


class TokenBody(Body):
    """An API token; `secret` is there once, when it is made."""

    name: str
    caller: str
    expires: str
    note: str
    secret: str | None = None

    @classmethod
    def of(cls, token: Token, secret: str | None = None) -> Self:
        """A token."""
        return cls(name=token.name, caller=token.caller, expires=token.expires, note=token.note, secret=secret)


class TokensBody(Body):
    """All tokens."""

    items: list[TokenBody]


class DecisionBody(Body):
    """What the framework's owner decided on a proposal, and why."""

    outcome: DecisionOutcome
    reason: str
    concept: ConceptRef | None = Field(description="What it is mapped to.")
    decided: datetime.datetime

    @classmethod
    def all(cls, decisions: tuple[Decision, ...], framework: Framework) -> list[Self]:
        """Decisions, the newest first."""
        return [
            cls(
                outcome=one.outcome,
                reason=one.reason,
                concept=ConceptRef.of(framework.concept(one.concept)) if one.concept in framework else None,
                decided=one.decided,
            )
            for one in reversed(decisions)
        ]


class CompanyBody(ConceptRef):
    """A concept that stood in the same sheets as a phrase."""

    imports: int = Field(description="How many of the imports that have the phrase.")


class TermBody(Body):
    """A phrase that was used and nothing matched, counted over what the caller may see."""

    id: str = Field(description="Name it so to decide on it.", examples=["00000000000000ff"])
    phrase: str
    status: Status
    organisations: list[str]
    imports: int
    cells: int = Field(description="Cells in the newest import of each organisation that has the phrase.")
    alongside: list[CompanyBody] = Field(description="Concepts that the same sheets named most often, five at most.")
    nearest: list[SuggestionBody]
    decisions: list[DecisionBody] = Field(description="The newest first; that one is in force.")

    @classmethod
    def of(cls, one: Term, state: State) -> Self:
        """A phrase, with the five nearest skills."""
        framework = state.framework
        return cls(
            id=f"{one.identifier.value:016x}",
            phrase=one.phrase,
            status=one.status,
            organisations=list(one.organisations),
            imports=one.imports,
            cells=one.cells,
            alongside=[
                CompanyBody(**ConceptRef.of(framework.concept(iri)).model_dump(), imports=count)
                for iri, count in one.alongside
                if iri in framework
            ],
            nearest=[
                SuggestionBody.found(near, framework) for near in state.search.search(one.phrase, 5, kinds=SKILL_KINDS)
            ],
            decisions=DecisionBody.all(one.decisions, framework),
        )


class ProposalBody(Body):
    """A proposal for the framework."""

    id: str = Field(examples=["00000000000000ff"])
    kind: ProposalKind
    text: str
    status: Status
    concepts: list[ConceptRef]
    organisation: str
    proposed: datetime.datetime
    decisions: list[DecisionBody] = Field(description="The newest first; that one is in force.")

    @classmethod
    def of(cls, one: Proposal, state: State) -> Self:
        """A proposal."""
        framework = state.framework
        return cls(
            id=f"{one.identifier.value:016x}",
            kind=one.kind,
            text=one.text,
            status=one.status,
            concepts=[ConceptRef.of(framework.concept(iri)) for iri in one.concepts if iri in framework],
            organisation=one.organisation,
            proposed=one.proposed,
            decisions=DecisionBody.all(one.decisions, framework),
        )


class ProposalsBody(Body):
    """What waits for the framework's owner, as far as the caller may see it."""

    terms_total: int
    terms: list[TermBody] = Field(description="The most used first.")
    proposals_total: int
    proposals: list[ProposalBody] = Field(description="The newest first.")

    @classmethod
    def of(cls, queue: Queue, state: State, limit: int) -> Self:
        """The first of a queue."""
        return cls(
            terms_total=len(queue.terms),
            terms=[TermBody.of(one, state) for one in queue.terms[:limit]],
            proposals_total=len(queue.proposals),
            proposals=[ProposalBody.of(one, state) for one in queue.proposals[:limit]],
        )


def proposed_body(one: Term | Proposal, state: State) -> TermBody | ProposalBody:
    """A phrase or a proposal, whichever it is."""
    return TermBody.of(one, state) if isinstance(one, Term) else ProposalBody.of(one, state)


class AuditEntryBody(Body):
    """What concerns the reader of an entry of the audit log."""

    time: datetime.datetime
    caller: str = Field(description="Role and organisation of who did it.", examples=["member:larkmoor"])
    action: str = Field(examples=["search-experts"])
    outcome: str = Field(examples=["done"])
    rule: str = Field(description="Of the error, when it was refused or failed.")
    people: dict[str, list[str]] = Field(description="Identifiers of people by organisation.")
    organisations: list[str]
    things: list[str] = Field(description="IRIs of concepts, imports, schemes.")
    graphs: list[str] = Field(description="IRIs of the graphs that were queried.")
    digest: str = Field(description="SHA-256 of the query or file.")
    purpose: str
    token: str
    user: str
    request: str = Field(description="Identifier of the request, as in the header of its answer.")

    @classmethod
    def of(cls, one: Excerpt) -> Self:
        """An excerpt."""
        return cls(
            time=one.time,
            caller=str(one.caller),
            action=one.action,
            outcome=one.outcome,
            rule=one.rule,
            people={slug: list(those) for slug, those in one.people.items()},
            organisations=list(one.organisations),
            things=list(one.things),
            graphs=list(one.graphs),
            digest=one.digest,
            purpose=one.purpose,
            token=one.token,
            user=one.user,
            request=one.request,
        )


class AuditBody(Body):
    """Entries of the audit log, the oldest first."""

    items: list[AuditEntryBody]


class AuditFindingBody(Body):
    """One thing that is wrong with the audit log, at an entry or from one entry to another."""

    fault: str = Field(examples=["removed"])
    number: int
    last: int
    message: str


class VerdictBody(Body):
    """Whether the audit log is whole."""

    whole: bool
    entries: int
    anchor: str = Field(description="Number and hash of the last entry.")
    findings: list[AuditFindingBody]
    notes: list[str]

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """A verdict."""
        return cls(
            whole=verdict.whole,
            entries=verdict.entries,
            anchor=str(verdict.anchor),
            findings=[
                AuditFindingBody(fault=one.fault, number=one.number, last=one.last, message=one.message)
                for one in verdict.findings
            ],
            notes=list(verdict.notes),
        )


class UserBody(Body):
    """Somebody who may sign in."""

    name: str
    grants: list[str]

    @classmethod
    def of(cls, user: User) -> Self:
        """A user."""
        return cls(name=user.name, grants=list(user.grants))


class UsersBody(Body):
    """Everybody who may sign in."""

    items: list[UserBody]
