"""A dossier as tables that anybody can read: what the printable document, the spreadsheet and the terminal show."""

from __future__ import annotations

from dataclasses import dataclass

from gse_skills.dossier.correct import stated
from gse_skills.dossier.dossier import Dossier, Means, Origin, Reach
from gse_skills.dossier.settle import step_of
from gse_skills.vocabulary import Audience

_AVAILABLE = {True: "yes", False: "no", None: "not known"}
_AUDIENCES = {
    Audience.PUBLIC: "everybody",
    Audience.ALLIANCE: "members of the alliance",
    Audience.EMERGENCY: "you, the stewards of your organisation, and responders in an emergency",
    Audience.PRIVATE: "you, and the stewards of your organisation",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: a short name for a file, a title, headings and rows of text."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: str = "Nothing is kept."
    """What to say when there is no row."""
    named_by: int = 0
    """Which column names an entry where each stands by itself."""

    def entry(self, row: tuple[str, ...]) -> str:
        """What an entry is called.

        >>> Table("skills", "Skills", ("skill", "level"), (("Virology", "Expert"),)).entry(("Virology", "Expert"))
        'Virology'
        """
        return row[self.named_by] or self.title


def tables_of(dossier: Dossier) -> tuple[Table, ...]:
    """The tables of a dossier."""
    return (
        _about(dossier),
        _memberships(dossier),
        _records(dossier),
        _undone(dossier),
        _requests(dossier),
        _looks(dossier),
        _accounts(dossier),
        _complaints(dossier),
    )


def reach_in_words(reach: Reach) -> str:
    """Whom something reaches, and why.

    >>> from gse_skills.dossier.dossier import Because
    >>> reach_in_words(Reach(Audience.ALLIANCE, Because.ORGANISATION))
    "members of the alliance (the organisation's default)"
    """
    return f"{_AUDIENCES[reach.audience]} ({reach.because.value})"


def origin_in_words(origin: Origin | None) -> str:
    """How something was learnt."""
    if origin is None:
        return ""
    day = f"{origin.when:%Y-%m-%d %H:%M} UTC"
    match origin.means:
        case Means.IMPORT:
            return f"sheet {origin.file}, imported {day}"
        case Means.MIGRATION:
            return f"a new release of the framework, {day}"
        case Means.ASSESSMENT:
            return f"self-assessment, {day}"
        case Means.SETTLEMENT:
            return f"correction that was asked for and accepted, {day}"
        case Means.ENDORSEMENT:
            return f"endorsement that was asked for and given, {day}"
        case Means.RECORDED:
            return f"recorded by a steward, {day}"
        case Means.UNIT_ENDED:
            return f"the unit ended, {day}"


def _about(dossier: Dossier) -> Table:
    known = dossier.identity
    rows = (
        ("Name", known.name),
        ("Staff number", known.staff_number),
        ("Email address", known.email),
        ("Kept by", dossier.organisation),
        ("Identifier", dossier.person),
        (
            "Your card reaches",
            reach_in_words(known.reach) if dossier.memberships else "nobody: what is kept was undone",
        ),
        ("First learnt from", origin_in_words(known.origin)),
    )
    return Table("about", "About you", ("what", "value"), rows)


def _memberships(dossier: Dossier) -> Table:
    rows = tuple(
        (
            one.since.isoformat() if one.since else "",
            one.until.isoformat() if one.until else "",
            one.unit,
            one.grade,
            one.site,
            one.role_label,
            one.leaves_on.isoformat() if one.leaves_on else "",
            _AVAILABLE[one.available],
            origin_in_words(one.origin),
            origin_in_words(one.ended_by),
        )
        for one in dossier.memberships
    )
    of_work = ("unit", "grade", "site", "role", "leaves on", "available")
    headings = ("from", "until", *of_work, "learnt from", "end learnt from")
    return Table("memberships", "Where you work and worked", headings, rows)


def _records(dossier: Dossier) -> Table:
    rows = tuple(
        (
            one.label,
            one.notation,
            one.level.label,
            one.basis.label,
            one.assessed_on.isoformat(),
            one.until.isoformat() if one.until else "",
            reach_in_words(one.reach),
            one.phrase,
            str(one.row or ""),
            origin_in_words(one.origin),
            origin_in_words(one.ended_by),
            f"{one.disputed_since:%Y-%m-%d}" if one.disputed_since else "",
            "; ".join(one.evidence),
            "another judgement has precedence" if one.until is None and not one.counts else "",
        )
        for one in dossier.records
    )
    headings = (
        "skill",
        "code",
        "level",
        "judged by",
        "from",
        "until",
        "reaches",
        "in your department's words",
        "row",
        "learnt from",
        "end learnt from",
        "disputed since",
        "evidence",
        "does not count",
    )
    return Table("skills", "Skill records, current and ended", headings, rows)


def _undone(dossier: Dossier) -> Table:
    rows = tuple(
        (
            one.what,
            one.said,
            origin_in_words(each.origin),
            f"{each.undone:%Y-%m-%d %H:%M} UTC" if each.undone else "",
            "undone: it holds no more, and nobody is shown it" if each.undone else "kept to undo the last import",
        )
        for each in dossier.withdrawn
        for one in each.said
    )
    headings = ("about", "said", "learnt from", "undone on", "status")
    title = "What imports said of you that were undone"
    return Table("undone", title, headings, rows, "Nothing of that kind is kept.")


def _requests(dossier: Dossier) -> Table:
    rows = []
    for one in dossier.requests:
        step, settled = step_of(dossier, one), one.settlement
        rows.append(
            (
                f"{one.asked:%Y-%m-%d}",
                step.what,
                stated(dossier, one.fact, dossier.record(one.record) if one.record is not None else None),
                one.value or "nothing",
                one.reason,
                one.standing.value,
                f"{settled.settled:%Y-%m-%d}" if settled else "",
                settled.reason if settled else "",
            )
        )
    headings = ("asked", "about", "stands now", "should be", "why", "status", "settled", "answer")
    return Table(
        "requests", "Corrections that you asked for", headings, tuple(rows), "You have asked for none.", named_by=1
    )


def _looks(dossier: Dossier) -> Table:
    rows = tuple(
        (
            f"{one.time:%Y-%m-%d %H:%M:%S} UTC",
            one.caller.role.value,
            one.caller.organisation or "",
            one.action.value,
            one.outcome.value,
            one.purpose,
        )
        for one in dossier.looks
    )
    headings = ("when", "role", "organisation", "what", "outcome", "why")
    return Table("looks", "Who looked at you", headings, rows, "Nobody from beyond your organisation has.")


def _accounts(dossier: Dossier) -> Table:
    rows = tuple((one.name, ", ".join(one.grants)) for one in dossier.accounts)
    headings = ("account", "may act as")
    return Table("accounts", "Your accounts", headings, rows, "You have none, or sign in by your email address alone.")


def _complaints(dossier: Dossier) -> Table:
    rows = tuple(
        (
            f"{one.received:%Y-%m-%d}",
            one.reference,
            one.organisation,
            one.text,
            one.contact,
            one.stage.value,
            one.answer,
        )
        for one in dossier.complaints
    )
    headings = ("received", "reference", "about", "complaint", "answer to", "stage", "answer")
    return Table(
        "complaints", "Your complaints", headings, rows, "None is shown here; one made without signing in is not."
    )
