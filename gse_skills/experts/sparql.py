"""The same question in SPARQL, for the query endpoint: the same caller gets the same people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gse_skills.experts.answer import Asked
from gse_skills.experts.question import ExpertsQuestion
from gse_skills.index import Match
from gse_skills.records import organisation_iri
from gse_skills.store import term
from gse_skills.vocabulary import GSE, Level
from gse_skills.vocabulary.namespace import PREFIXES

_PREFIXES = ("gse", "skos", "foaf", "org")


def as_sparql(question: ExpertsQuestion, asked: Sequence[Asked]) -> str:
    """`question` about the concepts `asked` as a SELECT of person, name and organisation, in the order of names.

    Empty for what the published views do not hold: another day, and by when a level is to be confirmed.
    """
    if question.as_of is not None or question.fresh:
        return ""
    having = [_having(one, question) for one in asked]
    if question.match is Match.ANY and len(having) > 1:
        having = ["  {\n  " + "\n  } UNION {\n  ".join(one.replace("\n", "\n  ") for one in having) + "\n  }"]
    used = (*having, *_narrowing(question))
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]!s}>\n" for name in _PREFIXES if _uses(name, used))
    return (
        f"{prefixes}\nSELECT DISTINCT ?person ?name ?organisation WHERE {{\n"
        + "\n".join((*having, "  ?person foaf:name ?name ; org:memberOf ?organisation .", *_narrowing(question)))
        + "\n}\nORDER BY ?name ?person"
    )


def _uses(prefix: str, lines: Sequence[str]) -> bool:
    return prefix in ("foaf", "org") or any(f"{prefix}:" in line for line in lines)


def _having(asked: Asked, question: ExpertsQuestion) -> str:
    concept = f"<{asked.concept.iri}>"
    if not question.basis:
        return f"  ?person gse:{asked.min_level.shortcut.removeprefix(GSE)} {concept} ."
    levels = " ".join(f"gse:{level.label}" for level in Level if level >= asked.min_level)
    basis = " ".join(f"gse:{one.iri.removeprefix(GSE)}" for one in question.basis)
    # In braces, since the names of the record are its own.
    return (
        "  {\n    SELECT DISTINCT ?person WHERE {\n"
        f"      VALUES ?level {{ {levels} }}\n      VALUES ?basis {{ {basis} }}\n"
        f"      ?skill skos:broader* {concept} .\n"
        "      ?record gse:skill ?skill ; gse:holder ?person ; gse:level ?level ; gse:basis ?basis .\n"
        "    }\n  }"
    )


def _narrowing(question: ExpertsQuestion) -> Iterator[str]:
    if question.organisation is not None:
        yield f"  FILTER(?organisation = {term.iri(organisation_iri(question.organisation))})"
    if question.available is not None:
        yield f"  ?person gse:availability gse:{'Available' if question.available else 'Unavailable'} ."
    for name, values in (("unit", question.units), ("site", question.sites), ("grade", question.grades)):
        if values:
            listed = ", ".join(term.literal(value) for value in values)
            yield f'  OPTIONAL {{ ?person gse:{name} ?{name} }}\n  FILTER(COALESCE(?{name}, "") IN ({listed}))'
