"""The releases of concept schemes that an installation has had: the newest of each, and those kept beside it.

A release is named by the version IRI of its scheme, or by one minted from slug and version. The newest lies in the
scheme's source graph, `graph/scheme/SLUG`. One that it took the place of stays in a named graph of its own,
`graph/release/SLUG/VERSION`, which everybody may read; it is in nobody's default graph, so that a query without GRAPH
sees each concept as it is now. `graph/changes/SLUG/VERSION` holds what a release changed, as SKOS change notes.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from gse_skills.errors import NotFoundError
from gse_skills.framework.difference import Release
from gse_skills.store import Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, OWL, PROV, RDF

RELEASES = GRAPH["releases"]
SCHEME, ARCHIVE, CHANGES = GRAPH["scheme/"], GRAPH["release/"], GRAPH["changes/"]
_MINTED = "https://w3id.org/gse-skills/release/"
_NOT_FOR_AN_IRI = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Installed:
    """A release that is or was in force here."""

    iri: str
    slug: str
    version: str
    title: str
    scheme: str
    """IRI of the concept scheme, or empty."""
    since: datetime.datetime
    """When it was brought in."""
    graph: str
    """Where it lies."""
    revision_of: str = ""
    """IRI of the release whose place it took, or empty."""

    @property
    def name(self) -> str:
        """What a command line calls it: slug@version."""
        return f"{self.slug}@{self.version}"

    @property
    def current(self) -> bool:
        """Whether it is the one in force."""
        return self.graph == SCHEME + self.slug

    @property
    def changes(self) -> str:
        """The graph of what it changed."""
        return f"{CHANGES}{self.slug}/{_safe(self.version)}"

    @property
    def archive(self) -> str:
        """The graph that keeps it once it is no longer in force."""
        return f"{ARCHIVE}{self.slug}/{_safe(self.version)}"

    def statements(self) -> Iterator[str]:
        """What the catalogue says of it, as triples in N-Triples syntax without the full stop."""
        said = [
            (RDF.type, term.iri(GSE.FrameworkRelease)),
            (DCTERMS.identifier, term.literal(self.slug)),
            (OWL.versionInfo, term.literal(self.version)),
            (DCTERMS["title"], term.literal(self.title)),
            (PROV.generatedAtTime, term.date_time(self.since)),
            (GSE.graph, term.iri(self.graph)),
        ]
        if self.scheme:
            said.append((DCTERMS.isVersionOf, term.iri(self.scheme)))
        if self.revision_of:
            said.append((PROV.wasRevisionOf, term.iri(self.revision_of)))
        yield from (f"{term.iri(self.iri)} {term.iri(predicate)} {value}" for predicate, value in said)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All releases, by slug and then from the oldest to the newest."""

    releases: tuple[Installed, ...] = ()

    @classmethod
    def read(cls, store: Store) -> Catalogue:
        """The catalogue of a store."""
        rows = store.select(Query("releases"), graph=ox.NamedNode(RELEASES))
        values = ([value.value if value else "" for value in row] for row in rows)
        found = (
            Installed(iri, slug, version, title, scheme, datetime.datetime.fromisoformat(since), graph, former)
            for iri, slug, version, title, scheme, since, graph, former in values
        )
        return cls(tuple(sorted(found, key=_place)))

    def of(self, slug: str) -> tuple[Installed, ...]:
        """The releases of one scheme, the oldest first."""
        return tuple(one for one in self.releases if one.slug == slug)

    @property
    def shelf(self) -> tuple[str, ...]:
        """The graphs of the releases that are no longer in force; everybody may read them."""
        return tuple(one.graph for one in self.releases if not one.current)

    def named(self, name: str) -> Installed:
        """The release called slug@version; raises NotFoundError (rule `unknown-release`)."""
        for one in self.releases:
            if one.name == name:
                return one
        raise NotFoundError(
            f"There is no release {name}.",
            rule="unknown-release",
            remedy="See `gse-skills framework releases`.",
            extra={"releases": [one.name for one in self.releases]},
        )

    def meant(self, name: str) -> Installed:
        """The release called slug@version, or by the slug alone the one in force; raises what `named` raises."""
        return self.newest(name) or self.named(name)

    def newest(self, slug: str) -> Installed | None:
        """The release of a scheme that is in force, None when none was ever brought in."""
        return next((one for one in self.releases if one.slug == slug and one.current), None)

    def entered(self, slug: str, release: Release, title: str, now: datetime.datetime) -> Catalogue:
        """The catalogue with a release in force from now on, and what it takes the place of on the shelf.

        The same release again, changed or not, takes the place of itself and changes nothing here. A release that was
        in force before and comes back is entered with the time at which it does.
        """
        before = self.newest(slug)
        iri = release.version_iri or f"{_MINTED}{slug}/{_safe(release.version)}"
        if before is not None and before.iri == iri:
            return self
        shelved = [replace(one, graph=one.archive) if one == before else one for one in self.releases if one.iri != iri]
        former = before.iri if before else ""
        new = Installed(iri, slug, release.version, title, release.scheme, now, SCHEME + slug, former)
        return Catalogue(tuple(sorted([*shelved, new], key=_place)))

    def statements(self) -> Iterable[str]:
        """Everything that the catalogue says, as triples in N-Triples syntax without the full stop."""
        return (line for one in self.releases for line in one.statements())


def _place(one: Installed) -> tuple[str, datetime.datetime, bool, str]:
    """Times are kept to the second: of two releases of one second, the one in force is the newer."""
    return one.slug, one.since, one.current, one.iri


def _safe(version: str) -> str:
    """A version as the last part of an IRI.

    >>> _safe("1.1.1 (draft)")
    '1.1.1-draft'
    """
    return _NOT_FOR_AN_IRI.sub("-", version).strip("-") or "unversioned"
