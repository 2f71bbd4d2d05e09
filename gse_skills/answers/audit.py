"""The audit log."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.audit import Excerpt, Verdict


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
    about: str = Field(description="Whose permission changed: the identifier of a user, or the name of a token.")
    grant: str = Field(description="As which caller somebody may act, or went on.", examples=["member:larkmoor"])
    count: int = Field(description="How many of the kind it stands for, where not each has its own entry.")

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
            about=one.about,
            grant=one.grant,
            count=one.count,
        )


class AuditBody(Body):
    """Entries of the audit log, as far as they concern the reader."""

    items: list[AuditEntryBody]
    next_cursor: str | None = Field(None, description="Give it as `cursor` for what is older; null when nothing is.")


class AnchorBody(Body):
    """Where the audit log stands."""

    anchor: str = Field(
        description="Number and hash of the last entry; keep it where the log is not.",
        examples=["4711:5e88" + "0" * 60],
    )


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
