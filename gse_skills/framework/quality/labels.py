"""Rules about names and words: each concept has them, once, in a language, and apart from those of others."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from gse_skills.framework.quality.rule import Fault
from gse_skills.framework.quality.statements import LABELS, Statements, Text
from gse_skills.vocabulary import SKOS

_DOCUMENTATION = frozenset(
    SKOS[name] for name in ("note", "changeNote", "definition", "editorialNote", "example", "historyNote", "scopeNote")
)
# RFC 5646 as far as it can be told without the registry of tags: a language has two or three letters there.
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*|[xi](-[a-z0-9]{1,8})+")
_UNPRINTABLE = ("Cc", "Zl", "Zp")


def _quoted(label: Text) -> str:
    return f'"{label.text}"' + (f"@{label.language}" if label.language else "")


def _listed(labels: set[Text]) -> str:
    return ", ".join(map(_quoted, sorted(labels)))


def _labels(s: Statements) -> Iterator[tuple[int, set[Text]]]:
    """All labels of everything that has one."""
    for number in sorted(set().union(*(s.labels[name] for name in LABELS))):
        yield number, set().union(*(s.labels[name].get(number, ()) for name in LABELS))


def not_disjoint(s: Statements) -> Iterator[Fault]:
    """SKOS S13."""
    for one, other in combinations(LABELS, 2):
        for number in s.labels[one].keys() & s.labels[other].keys():
            if both := s.labels[one][number] & s.labels[other][number]:
                yield Fault(number, f"skos:{one} and skos:{other} are both {_listed(both)}.")


def preferred_twice(s: Statements) -> Iterator[Fault]:
    """SKOS S14; those without a language count as one."""
    for number, found in s.labels["prefLabel"].items():
        if len({label.language for label in found}) < len(found):
            yield Fault(number, f"Its preferred labels are {_listed(found)}.")


def missing(s: Statements) -> Iterator[Fault]:
    """Concepts without a preferred label."""
    for number in s.concepts - s.labels["prefLabel"].keys():
        yield Fault(number, "It has no skos:prefLabel.")


def empty(s: Statements) -> Iterator[Fault]:
    """Labels of nothing, or of nothing but spaces."""
    for number, found in _labels(s):
        if any(not label.text.strip() for label in found):
            yield Fault(number, "One of its labels is empty.")


def unprintable(s: Statements) -> Iterator[Fault]:
    """Labels with control characters or line breaks."""
    for number, found in _labels(s):
        for label in sorted(found):
            if odd := [char for char in label.text if unicodedata.category(char) in _UNPRINTABLE]:
                told = ", ".join(f"U+{ord(char):04X}" for char in odd)
                yield Fault(number, f"The label {label.text!a} holds {told}.")


def without_language(s: Statements) -> Iterator[Fault]:
    """Labels without a language tag."""
    for number, found in _labels(s):
        if untold := {label for label in found if not label.language}:
            yield Fault(number, f"No language: {_listed(untold)}.")


def malformed_language(s: Statements) -> Iterator[Fault]:
    """Labels with a tag that no language has."""
    for number, found in _labels(s):
        if odd := {label for label in found if label.language and not _LANGUAGE_TAG.fullmatch(label.language)}:
            yield Fault(number, f"No language has that tag: {_listed(odd)}.")


def language_gap(s: Statements) -> Iterator[Fault]:
    """One finding a scheme and language, since a scheme that is half translated would have thousands.

    Concepts without any preferred label are left to `missing`.
    """
    for scheme, members in s.members.items():
        told: dict[str, set[int]] = defaultdict(set)
        labelled = members & s.labels["prefLabel"].keys()
        for number in labelled:
            for label in s.labels["prefLabel"][number]:
                told[label.language].add(number)
        for language in sorted(told.keys() - {""}):
            if lacking := labelled - told[language]:
                count = f"{len(lacking):,} of {len(labelled):,} concepts"
                yield Fault(scheme, f"No preferred label in {language}: {count}.", tuple(lacking))


def undocumented(s: Statements) -> Iterator[Fault]:
    """Concepts with none of the documentation properties of SKOS."""
    for number in s.concepts:
        if not s.predicates[number] & _DOCUMENTATION:
            yield Fault(number, "It has neither a definition nor any other note.")


def ambiguous(s: Statements) -> Iterator[Fault]:
    """Preferred labels that several concepts of a scheme bear."""
    return _shared(s, _bearers(s, ("prefLabel",)))


def overlapping(s: Statements) -> Iterator[Fault]:
    """Those left out that `ambiguous` finds, so that nothing is told twice."""
    preferred = _bearers(s, ("prefLabel",))
    shared = {
        label: bearers
        for label, bearers in _bearers(s, LABELS[:2]).items()
        if not (bearers <= preferred.get(label, set()))
    }
    return _shared(s, shared)


def _bearers(s: Statements, names: tuple[str, ...]) -> Mapping[Text, set[int]]:
    """The concepts in use that bear a label, without regard to case."""
    found: dict[Text, set[int]] = defaultdict(set)
    for name in names:
        for number, labels in s.labels[name].items():
            if number in s.concepts and number not in s.deprecated:
                for label in labels:
                    if label.text.strip():
                        found[_folded(label)].add(number)
    return found


def _folded(label: Text) -> Text:
    return Text(label.text.strip().casefold(), label.language)


def _shared(s: Statements, bearers: Mapping[Text, set[int]]) -> Iterator[Fault]:
    """What several concepts of one scheme bear; those in no scheme count as being in one."""
    for label in sorted(bearers):
        if len(bearers[label]) < 2:
            continue
        together: dict[int | None, set[int]] = defaultdict(set)
        for number in bearers[label]:
            for scheme in s.schemes_of.get(number, (None,)):
                together[scheme].add(number)
        for group in {frozenset(group) for group in together.values() if len(group) > 1}:
            first, *others = s.by_iri(group)
            spelt = min(own for name in LABELS for own in s.labels[name].get(first, ()) if _folded(own) == label)
            yield Fault(first, f"{_quoted(spelt)} is a label of {', '.join(map(s.show, others))} too.", tuple(others))
