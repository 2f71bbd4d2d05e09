"""Rules about schemes, what is in them, and the names and terms that they use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from gse_skills.framework.quality.rule import Fault
from gse_skills.framework.quality.statements import MAPPING, SEMANTIC, Statements
from gse_skills.vocabulary import DCTERMS, RDFS, SKOS

_DC = "http://purl.org/dc/elements/1.1/"
_TITLES = frozenset((DCTERMS["title"], f"{_DC}title", RDFS.label, SKOS.prefLabel))
_DESCRIPTIONS = frozenset(
    (
        DCTERMS.description,
        DCTERMS.abstract,
        f"{_DC}description",
        RDFS.comment,
        SKOS.definition,
        SKOS.note,
        SKOS.scopeNote,
    )
)
_LICENCES = frozenset(
    (
        DCTERMS.license,
        DCTERMS.rights,
        f"{_DC}rights",
        "http://creativecommons.org/ns#license",
        "http://schema.org/license",
        "https://schema.org/license",
    )
)


def concept_and_scheme(s: Statements) -> Iterator[Fault]:
    """What relations lead from and to counts as a concept, by SKOS S19 and S20; top concepts by S6."""
    related = set(chain.from_iterable(chain.from_iterable(s.links[name] for name in (*SEMANTIC, *MAPPING))))
    tops = set(chain.from_iterable(s.tops.values()))
    for number in (s.typed_concepts | related | tops) & s.schemes:
        yield Fault(number, "It is a concept and a concept scheme.")


def concept_and_collection(s: Statements) -> Iterator[Fault]:
    """SKOS S37."""
    for number in (s.typed_concepts | s.schemes) & s.collections:
        other = "concept" if number in s.typed_concepts else "concept scheme"
        yield Fault(number, f"It is a collection and a {other}.")


def no_scheme(s: Statements) -> Iterator[Fault]:
    """Concepts without any scheme."""
    if not s.schemes:
        yield Fault(None, f"None of {len(s.concepts):,} concepts is in a skos:ConceptScheme.")


def in_no_scheme(s: Statements) -> Iterator[Fault]:
    """Concepts that are in none of the schemes."""
    if s.schemes:
        for number in s.concepts - s.schemes_of.keys():
            yield Fault(number, "Nothing says which scheme it is in.")


def untitled(s: Statements) -> Iterator[Fault]:
    """Schemes without a title."""
    return _lacking(s, _TITLES, "It has no title.")


def undescribed(s: Statements) -> Iterator[Fault]:
    """Schemes without a description."""
    return _lacking(s, _DESCRIPTIONS, "It does not say what it is.")


def unlicensed(s: Statements) -> Iterator[Fault]:
    """Schemes without a licence."""
    return _lacking(s, _LICENCES, "It does not say how it may be used.")


def _lacking(s: Statements, wanted: Iterable[str], message: str) -> Iterator[Fault]:
    for scheme in s.schemes:
        if not s.predicates.get(scheme, set()).intersection(wanted):
            yield Fault(scheme, message)


def without_top(s: Statements) -> Iterator[Fault]:
    """Schemes without a top concept."""
    for scheme in s.schemes - s.tops.keys():
        yield Fault(scheme, f"None of its {len(s.members.get(scheme, ())):,} concepts is a top concept.")


def tops_disagree(s: Statements) -> Iterator[Fault]:
    """Only where a scheme states both ways: to state one way throughout is a style."""
    downward = s.links["hasTopConcept"]
    upward = {(scheme, concept) for concept, scheme in s.links["topConceptOf"]}
    both = {scheme for scheme, _ in downward} & {scheme for scheme, _ in upward}
    for scheme, concept in downward ^ upward:
        if scheme in both:
            told, untold = ("hasTopConcept", "topConceptOf")[:: 1 if (scheme, concept) in downward else -1]
            yield Fault(concept, f"skos:{told} says it of {s.show(scheme)}, skos:{untold} does not.", (scheme,))


def top_with_broader(s: Statements) -> Iterator[Fault]:
    """A broader concept of another scheme alone does no harm; one in no scheme may well be of this."""
    for scheme, tops in s.tops.items():
        for top in tops:
            for broad in s.parents.get(top, ()):
                if scheme in s.schemes_of.get(broad, (scheme,)):
                    message = f"It is a top concept of {s.show(scheme)}, and {s.show(broad)} is broader."
                    yield Fault(top, message, (scheme, broad))


def root_not_top(s: Statements) -> Iterator[Fault]:
    """Concepts that others are under, and that are no top concepts though nothing is broader."""
    for scheme, tops in s.tops.items():
        for number in s.members.get(scheme, frozenset()) & s.children.keys() - s.parents.keys() - tops - s.deprecated:
            yield Fault(number, f"Nothing is broader, but it is no top concept of {s.show(scheme)}.", (scheme,))


def notation_ambiguous(s: Statements) -> Iterator[Fault]:
    """Notations that several concepts of a scheme have."""
    for scheme, members in s.members.items():
        bearers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for number in members:
            for notation in s.notations.get(number, ()):
                bearers[notation].add(number)
        for (text, _), found in bearers.items():
            if len(found) > 1:
                first, *others = s.by_iri(found)
                shown = ", ".join(map(s.show, others))
                yield Fault(first, f"{text!r} is the notation of {shown} too, in {s.show(scheme)}.", tuple(others))


def notation_twice(s: Statements) -> Iterator[Fault]:
    """Concepts with several notations of one datatype."""
    for number in s.concepts:
        found = s.notations.get(number, set())
        if len({datatype for _, datatype in found}) < len(found):
            yield Fault(number, f"Its notations are {', '.join(sorted(text for text, _ in found))}.")


def term_undefined(s: Statements) -> Iterator[Fault]:
    """Terms of the SKOS namespace that SKOS does not define."""
    for term in sorted(s.undefined):
        using = s.by_iri(s.undefined[term])
        yield Fault(using[0], f"SKOS has no {term} ({len(using):,} uses).", tuple(using))


def not_on_the_web(s: Statements) -> Iterator[Fault]:
    """Concepts and schemes that no web address names."""
    for number in s.concepts | s.schemes:
        if not s.iris[number].startswith(("http://", "https://")):
            yield Fault(number, "Its name is no address on the web.")
