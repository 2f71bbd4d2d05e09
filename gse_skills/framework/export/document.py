"""A concept scheme as a printable document: one HTML file with nothing outside it and no script.

Title page, contents, then every domain with its groups and skills, the role profiles, and what stands elsewhere. Texts
carry their language, so that a screen reader says Welsh in Welsh (WCAG 2.2, 3.1.2).
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from gse_skills.framework.concept import Concept, RoleProfile
from gse_skills.framework.difference import release_of
from gse_skills.framework.framework import ONTOLOGY, Framework
from gse_skills.vocabulary import DCTERMS, FOAF, OWL, SKOS, Level

_SLUG = "document"
_STYLE = """
:root { font: 11pt/1.5 Arial, Helvetica, sans-serif; color: #0b0c0c; background: #fff; }
body { max-width: 50rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 2rem; line-height: 1.2; } h2 { font-size: 1.6rem; margin-top: 2.5rem; }
h3 { font-size: 1.25rem; margin-top: 2rem; } h4 { font-size: 1.05rem; margin-bottom: 0; }
a { color: #1a65a6; } p { margin: .3rem 0; } .code { font-weight: normal; color: #484949; }
.marking { text-align: center; font-weight: bold; } .note { border-left: .3rem solid #b1b4b6; padding-left: 1rem; }
dl { margin: .3rem 0; } dt { font-weight: bold; } dd { margin: 0 0 .3rem 1.5rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { border: 1px solid #b1b4b6; padding: .25rem .5rem; text-align: left; vertical-align: top; }
caption { text-align: left; font-weight: bold; } th[scope=row] { width: 8rem; }
@page { size: A4; margin: 2cm; @bottom-right { content: counter(page); } }
@media print {
  body { max-width: none; padding: 0; } a { color: inherit; text-decoration: none; }
  h2 { break-before: page; } h2, h3, h4 { break-after: avoid; } article, tr { break-inside: avoid; }
}
"""
STYLE_DIGEST = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"
"""How a content security policy names the style of the document."""
_DAY = {DCTERMS.created: "Created", DCTERMS.modified: "Last changed"}


def write_html(triples: Iterable[ox.Triple], tags: Iterable[ox.Triple], marking: str) -> bytes:
    """The document; `tags` name the themes, kinds of emergency and grades that concepts speak of."""
    found = list(triples)
    return "\n".join(_Document(found, tags, marking).lines()).encode() + b"\n"


class _Document:
    def __init__(self, triples: list[ox.Triple], tags: Iterable[ox.Triple], marking: str) -> None:
        self._framework = Framework.from_triples({_SLUG: triples, ONTOLOGY: tags})
        self._release = release_of(triples)
        self._marking = marking
        self._said = _Sayings(triples, self._release.scheme)
        concepts = [concept for concept in self._framework.concepts if concept.scheme == _SLUG]
        self._concepts = {concept.iri: concept for concept in concepts}
        self._roles = [role for role in self._framework.roles.values() if role.scheme == _SLUG]
        role_iris = {role.iri for role in self._roles}
        beneath = {iri for iri in self._concepts if self._below(iri) & role_iris or iri in role_iris}
        self._tops = self._sorted(
            one.iri for one in concepts if not (set(one.broader) & self._concepts.keys()) and one.iri not in beneath
        )
        self._written: set[str] = set()

    def _below(self, iri: str) -> set[str]:
        """The concepts next beneath, and those beneath them."""
        found: set[str] = set()
        queue = [iri]
        while queue:
            for other in self._concepts[queue.pop()].narrower:
                if other in self._concepts and other not in found:
                    found.add(other)
                    queue.append(other)
        return found

    def _sorted(self, iris: Iterable[str]) -> list[Concept]:
        found = [self._concepts[iri] for iri in set(iris) if iri in self._concepts]
        return sorted(found, key=lambda one: (one.notation or "", one.pref_label, one.iri))

    def lines(self) -> Iterator[str]:
        """The lines of the file."""
        title = html.escape(self._release.title or "Concept scheme")
        yield f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<style>{_STYLE}</style>\n</head>\n<body>\n<header>"
        yield from self._title_page(title)
        yield "</header>"
        yield from self._contents()
        yield "<main>"
        for top in self._tops:
            yield from self._domain(top)
        yield from self._role_part()
        yield f'</main>\n<footer><p class="marking">{html.escape(self._marking)}</p></footer>\n</body>\n</html>'

    def _title_page(self, title: str) -> Iterator[str]:
        said = self._said
        yield f'<p class="marking">{html.escape(self._marking)}</p>\n<h1>{title}</h1>'
        if self._release.version:
            yield f"<p>Version {html.escape(self._release.version)}</p>"
        yield from (f'<p class="note"{lang}>{text}</p>' for text, lang in said.texts(DCTERMS.description))
        yield "<dl>"
        for term, values in (
            ("Address", [_link(self._release.scheme)] if self._release.scheme else []),
            ("Address of this release", [_link(iri) for iri in said.links(OWL.versionIRI)]),
            ("Licence", [_link(iri) for iri in said.links(DCTERMS.license)]),
            ("Publisher", said.publisher()),
            *((name, [text for text, _ in said.texts(predicate)]) for predicate, name in _DAY.items()),
            ("How to cite it", _spans(said.texts(DCTERMS.bibliographicCitation))),
            ("How to propose a change", _spans(said.texts(SKOS.note))),
        ):
            if values:
                yield f"<dt>{term}</dt>" + "".join(f"<dd>{value}</dd>" for value in values)
        yield "</dl>"

    def _contents(self) -> Iterator[str]:
        yield '<nav aria-labelledby="contents">\n<h2 id="contents">Contents</h2>\n<ul>'
        for top in self._tops:
            inner = "".join(f"<li>{self._anchor(one)}</li>" for one in self._sorted(top.narrower) if one.narrower)
            yield f"<li>{self._anchor(top)}{f'<ul>{inner}</ul>' if inner else ''}</li>"
        if self._roles:
            yield '<li><a href="#roles">Roles</a></li>'
        yield "</ul>\n</nav>"

    def _domain(self, top: Concept) -> Iterator[str]:
        yield f'<section aria-labelledby="{_id(top)}">'
        yield from self._entry(top, 2)
        yield from self._beneath(top, 3)
        yield "</section>"

    def _beneath(self, above: Concept, depth: int) -> Iterator[str]:
        for concept in self._sorted(above.narrower):
            if concept.iri in self._written:
                yield f"<p>See also {self._anchor(concept)}.</p>"
                continue
            has_more = bool(self._sorted(concept.narrower))
            yield "<section>" if has_more else "<article>"
            yield from self._entry(concept, min(depth, 6))
            yield from self._beneath(concept, depth + 1)
            yield "</section>" if has_more else "</article>"

    def _entry(self, concept: Concept, depth: int) -> Iterator[str]:
        self._written.add(concept.iri)
        code = f' <span class="code">{html.escape(concept.notation)}</span>' if concept.notation else ""
        state = " (out of use)" if concept.deprecated else ""
        own = _lang(concept.language)
        label = f"<span{own}>{html.escape(concept.pref_label)}</span>" if own else html.escape(concept.pref_label)
        yield f'<h{depth} id="{_id(concept)}">{label}{state}{code}</h{depth}>'
        for other in concept.other_labels:
            if other.preferred:
                yield f"<p{_lang(other.language)}>{html.escape(other.text)}</p>"
        if concept.definition:
            yield f"<p{own}>{_text(concept.definition)}</p>"
        if concept.scope_note:
            yield f"<p>Scope: <span{own}>{_text(concept.scope_note)}</span></p>"
        if concept.alt_labels:
            yield f"<p>Also called: <span{own}>{html.escape('; '.join(concept.alt_labels))}</span></p>"
        others = [label for label in concept.other_labels if not label.preferred]
        if others:
            said = _spans((html.escape(one.text), _lang(one.language)) for one in others)
            yield f"<p>In other languages: {'; '.join(said)}</p>"
        for name, iris in (
            ("Replaced by", concept.replaced_by),
            ("Related", concept.related),
            ("Themes", concept.themes),
            ("Emergencies", concept.emergencies),
        ):
            if iris:
                yield f"<p>{name}: {'; '.join(map(self._named, iris))}</p>"
        yield from _levels(concept)

    def _role_part(self) -> Iterator[str]:
        if not self._roles:
            return
        yield '<section aria-labelledby="roles">\n<h2 id="roles">Roles</h2>'
        for role in sorted(self._roles, key=lambda one: (self._notation(one.iri), one.label, one.iri)):
            yield from self._role(role)
        yield "</section>"

    def _notation(self, iri: str) -> str:
        return (self._concepts[iri].notation or "") if iri in self._concepts else ""

    def _role(self, role: RoleProfile) -> Iterator[str]:
        concept = self._concepts.get(role.iri) or Concept(role.iri, _SLUG, "role", pref_label=role.label)
        yield "<article>"
        yield from self._entry(concept, 3)
        posts = [role.category.label if role.category else "", role.grade.label if role.grade else ""]
        if any(posts):
            yield f"<p>{html.escape(', '.join(filter(None, posts)))}</p>"
        if role.next:
            yield f"<p>Next: {'; '.join(map(self._named, role.next))}</p>"
        if role.requirements:
            yield f"<table><caption>What a {html.escape(role.label)} needs</caption>"
            headings = "".join(f'<th scope="col">{name}</th>' for name in ("Skill", "Level", "Need"))
            yield f"<thead><tr>{headings}</tr></thead><tbody>"
            for need in role.requirements:
                level = need.level.label if need.level else ""
                weight = "Essential" if need.essential else "Desirable"
                yield f"<tr><td>{self._named(need.skill)}</td><td>{level}</td><td>{weight}</td></tr>"
            yield "</tbody></table>"
        yield "</article>"

    def _named(self, iri: str) -> str:
        if iri in self._concepts:
            return self._anchor(self._concepts[iri])
        return html.escape(self._framework.concept(iri).pref_label if iri in self._framework else iri)

    def _anchor(self, concept: Concept) -> str:
        code = f"{html.escape(concept.notation)} " if concept.notation else ""
        return f'<a href="#{_id(concept)}">{code}{html.escape(concept.pref_label)}</a>'


class _Sayings:
    """What a scheme says of itself, escaped for HTML."""

    def __init__(self, triples: Iterable[ox.Triple], scheme: str) -> None:
        self._scheme = scheme
        self._triples = [one for one in triples if isinstance(one.subject, ox.NamedNode)]
        self._own = [one for one in self._triples if one.subject == ox.NamedNode(scheme or "urn:none")]

    def texts(self, predicate: str) -> list[tuple[str, str]]:
        """The texts, each with the attribute that says its language; none for English, which the document is in."""
        found = sorted(
            (one.object.language or "", one.object.value)
            for one in self._own
            if one.predicate.value == predicate and isinstance(one.object, ox.Literal)
        )
        return [(_text(text), f' lang="{html.escape(tag)}"' if tag not in ("", "en") else "") for tag, text in found]

    def links(self, predicate: str) -> list[str]:
        """The IRIs."""
        found = (one.object for one in self._own if one.predicate.value == predicate)
        return sorted(term.value for term in found if isinstance(term, ox.NamedNode))

    def publisher(self) -> list[str]:
        """The names of the publishers, or their IRIs."""
        iris = set(self.links(DCTERMS.publisher))
        names = {
            one.subject.value: _text(one.object.value)
            for one in self._triples
            if isinstance(one.subject, ox.NamedNode) and one.subject.value in iris
            if one.predicate.value == FOAF.name and isinstance(one.object, ox.Literal)
        }
        return [names.get(iri) or _link(iri) for iri in sorted(iris)]


def _levels(concept: Concept) -> Iterator[str]:
    if not concept.level_descriptions:
        return
    yield f"<table><caption>Levels of {html.escape(concept.pref_label)}</caption><tbody>"
    for level, text in zip(Level, concept.level_descriptions, strict=True):
        yield f'<tr><th scope="row">{level.label}</th><td>{_text(text)}</td></tr>'
    yield "</tbody></table>"


def _id(concept: Concept) -> str:
    """A name within the page that no two concepts share: the notation may be another's or none, the IRI is not."""
    return "c-" + re.sub(r"[^A-Za-z0-9-]", lambda sign: f"_{ord(sign[0]):x}_", concept.iri)


def _spans(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Texts, each with the attribute that says its language."""
    return [f"<span{language}>{text}</span>" for text, language in texts]


def _lang(language: str) -> str:
    """The attribute that says a language that is not the document's, English."""
    return "" if language.partition("-")[0].lower() in ("", "en") else f' lang="{html.escape(language)}"'


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _link(iri: str) -> str:
    """A link to what the web can open; any other IRI as it is."""
    shown = html.escape(iri)
    return f'<a href="{shown}">{shown}</a>' if re.match(r"https?://", iri) else shown
