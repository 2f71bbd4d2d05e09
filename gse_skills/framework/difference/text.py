"""A difference for people: counts first, then kind by kind and domain by domain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from gse_skills.framework.difference.change import Change, ChangeKind, Difference, Named, Revision
from gse_skills.framework.difference.wording import TITLES, sentence

ALONE = "Under no domain"
"""The heading of concepts with nothing above or beneath them."""

NAMELESS = "a scheme without a name"

_Told = tuple[Revision, Change]


def lines(difference: Difference) -> Iterator[str]:
    """The difference line by line, without line ends."""
    yield f"Old: {str(difference.old) or NAMELESS}"
    yield f"New: {str(difference.new) or NAMELESS}"
    if difference.old.scheme != difference.new.scheme:
        yield f"These are different schemes: {difference.old.scheme or 'none'} and {difference.new.scheme or 'none'}."
    yield ""
    if difference.same:
        yield "Nothing changed."
        return
    yield from _counts(difference)
    yield from _faults(difference)
    yield from _things("The scheme itself", difference.schemes)
    for kind in difference.counts():
        yield from _kind(kind, [*difference.of(kind)])
    yield from _things("Other things described", difference.resources)


def _counts(difference: Difference) -> Iterator[str]:
    counts = difference.counts()
    width = max((len(TITLES[kind]) for kind in counts), default=0)
    yield f"Concepts with changes: {len(difference.concepts):,}"
    for kind, count in counts.items():
        yield f"  {TITLES[kind]:<{width}}  {count:,}"


def _faults(difference: Difference) -> Iterator[str]:
    for rule, group in groupby(difference.faults, key=lambda fault: fault.rule):
        found = [*group]
        yield ""
        yield f"Against the rules of the framework: {rule}"
        yield f"  {found[0].message} {found[0].remedy}"
        for fault in found:
            yield f"    {fault.subject}"


def _kind(kind: ChangeKind, told: Iterable[_Told]) -> Iterator[str]:
    yield ""
    yield TITLES[kind]
    for _, group in groupby(sorted(told, key=_place), key=lambda one: one[0].domain):
        found = [*group]
        domain = found[0][0].domain
        yield f"  {domain or ALONE}"
        for revision, change in found:
            yield f"    {revision.subject}: {sentence(change)}"


def _things(heading: str, revisions: Iterable[Revision]) -> Iterator[str]:
    for number, one in enumerate(revisions):
        if number == 0:
            yield ""
            yield heading
        yield f"  {one.subject}"
        for change in one.changes:
            yield f"    {sentence(change)}"


def _place(told: _Told) -> tuple[bool, tuple[str, str, str], tuple[str, str, str]]:
    """By domain, those without one last; within it by notation. Changes of one concept keep their order."""
    revision, _ = told
    domain = revision.domain
    return domain is None, _order(domain or revision.subject) if domain else ("", "", ""), _order(revision.subject)


def _order(named: Named) -> tuple[str, str, str]:
    return named.notation, named.label.casefold(), named.iri
