"""ESCO, the European classification of skills and occupations, from the Commission's own CSV download.

The result uses ESCO's real IRIs and, for what SKOS has no words for, ESCO's own model
(`http://data.europa.eu/esco/model#`), so that it reads like the Commission's linked data: `esco:skillType`,
`esco:skillReuseLevel`, and from an occupation (or skill) straight to the skills it needs
`esco:relatedEssentialSkill` and `esco:relatedOptionalSkill`. ESCO states no levels, so there are none here.

Skills and knowledge are also `gse:Skill`; skill groups and ISCO groups are `skos:Concept` and nothing else. A
download holds one language; several in one folder give labels in each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gse_skills.errors import InputError
from gse_skills.framework.gather import ESCO
from gse_skills.framework.scheme import Pen, Scheme
from gse_skills.framework.table import Row, Table
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, SKOS, XSD

BASE = "http://data.europa.eu/esco/"
SKILLS = f"{BASE}concept-scheme/skills"
OCCUPATIONS = f"{BASE}concept-scheme/occupations"
TITLE = "ESCO"
ATTRIBUTION = "This service uses the ESCO classification of the European Commission."
LICENCE = "http://data.europa.eu/eli/dec/2011/833/oj"

_SKILLS_TABLE = re.compile(r"skills_([a-z]{2}(?:-[A-Z]{2})?)\.csv")
_RELATIONS = (
    "broaderRelationsSkillPillar.csv",
    "broaderRelationsOccPillar.csv",
    "occupationSkillRelations.csv",
    "skillSkillRelations.csv",
)
_CONCEPTS = {  # table, and the types of what it lists
    "skills": (SKOS.Concept, GSE.Skill, ESCO.Skill),
    "skillGroups": (SKOS.Concept,),
    "occupations": (SKOS.Concept, ESCO.Occupation),
    "ISCOGroups": (SKOS.Concept,),
}
_NEEDED = {"essential": ESCO.relatedEssentialSkill, "optional": ESCO.relatedOptionalSkill}


def languages(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """The languages of the ESCO download that these tables are; empty when they are none."""
    found = (_SKILLS_TABLE.fullmatch(name) for name in tables)
    return tuple(sorted(match[1] for match in found if match and f"skillGroups_{match[1]}.csv" in tables))


def read(source: Path, tables: Mapping[str, Table]) -> Scheme:
    """The concept scheme that an ESCO download holds; `source` is looked at for the version in its name only.

    Raises InputError: "esco-incomplete" when a table is missing, "bad-iri", and those of Table.rows.
    """
    told = languages(tables)
    wanted = [f"{name}_{language}.csv" for name in _CONCEPTS for language in told] + list(_RELATIONS)
    if missing := [name for name in wanted if name not in tables]:
        message = f"The ESCO download lacks {', '.join(missing)}."
        remedy = "Put the classification and the relations (two ZIP files, or their contents) into one folder."
        raise InputError(message, rule="esco-incomplete", remedy=remedy, extra={"missing": missing})
    reader = _Reader(tables)
    for language in told:
        reader.concepts(language)
        reader.hierarchy(language)
    reader.relations()
    version = _version(source, tables)
    reader.schemes(told, version)
    title = f"{TITLE} v{version}" if version else TITLE
    return Scheme("esco", title, reader.pen.triples, tuple(reader.notes()))


def _version(source: Path, tables: Mapping[str, Table]) -> str:
    for path in (source, *(table.path for table in tables.values())):
        if found := re.search(r"v(\d+(?:\.\d+)+)", path.name):
            return found[1]
    return ""


class _Reader:
    """Collects triples, and what the download says twice, leaves out or says of things that it does not list."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.pen = Pen()
        self._tables = tables
        self._known: dict[str, str] = {}  # IRI of each concept, and the table that lists it
        self._members: dict[str, None] = {}  # concept schemes that concepts are in
        self._repeated = 0
        self._unlisted: dict[str, None] = {}
        self._filled: dict[str, None] = {}
        self._broader: set[tuple[str, str]] = set()

    def concepts(self, language: str) -> None:
        for name, types in _CONCEPTS.items():
            columns = ("conceptUri", "preferredLabel", "altLabels", "description", "inScheme")
            for _, row in self._tables[f"{name}_{language}.csv"].rows(*columns):
                iri = row["conceptUri"]
                self._known[iri] = name
                for kind in types:
                    self.pen.link(iri, RDF.type, kind)
                self._describe(iri, row, language)
                self._classify(iri, row)

    def _describe(self, iri: str, row: Row, language: str) -> None:
        preferred = row["preferredLabel"].strip()
        self.pen.text(iri, SKOS.prefLabel, preferred, language)
        for column, predicate in (("altLabels", SKOS.altLabel), ("hiddenLabels", SKOS.hiddenLabel)):
            for label in row.get(column, "").split("\n"):
                if label.strip() == preferred:
                    self._repeated += 1  # SKOS S13: the preferred label is no other label besides
                else:
                    self.pen.text(iri, predicate, label, language)
        self.pen.text(iri, SKOS.definition, row["description"], language)
        self.pen.text(iri, SKOS.note, row.get("definition", ""), language)
        self.pen.text(iri, SKOS.scopeNote, row.get("scopeNote", ""), language)
        self.pen.text(iri, SKOS.notation, row.get("code", ""))

    def _classify(self, iri: str, row: Row) -> None:
        for scheme in re.split(r"[,\s]+", row["inScheme"]):
            if scheme:
                self._members[scheme] = None
                self.pen.link(iri, SKOS.inScheme, scheme)
        if modified := row.get("modifiedDate"):
            self.pen.typed(iri, DCTERMS.modified, modified, XSD.dateTime)
        if kind := row.get("skillType"):
            self.pen.link(iri, ESCO.skillType, f"{BASE}skill-type/{kind.partition('/')[0]}")
        if reuse := row.get("reuseLevel"):
            self.pen.link(iri, ESCO.skillReuseLevel, f"{BASE}skill-reuse-level/{reuse}")

    def hierarchy(self, language: str) -> None:
        """Fills in the groups that the list of groups leaves out, and the codes that only this table has."""
        table = self._tables.get(f"skillsHierarchy_{language}.csv")
        for _, row in table.rows("Level 0 URI", "Level 0 preferred term") if table else ():
            level = max(level for level in range(4) if row.get(f"Level {level} URI"))
            iri = row[f"Level {level} URI"]
            if self._known.get(iri) == "skillGroups":
                self.pen.text(iri, SKOS.notation, row.get(f"Level {level} code", ""))
            if iri in self._known and iri not in self._filled:
                continue
            self._known[iri] = "skillGroups"
            self._filled[iri] = None
            self._members[SKILLS] = None
            self.pen.link(iri, RDF.type, SKOS.Concept)
            self.pen.link(iri, SKOS.inScheme, SKILLS)
            self.pen.text(iri, SKOS.prefLabel, row[f"Level {level} preferred term"], language)
            self.pen.text(iri, SKOS.definition, row.get("Description", ""), language)
            self.pen.text(iri, SKOS.scopeNote, row.get("Scope note", ""), language)
            self.pen.text(iri, SKOS.notation, row.get(f"Level {level} code", ""))

    def relations(self) -> None:
        for name in _RELATIONS[:2]:
            for _, row in self._tables[name].rows("conceptUri", "broaderUri"):
                self._edge(row["conceptUri"], SKOS.broader, row["broaderUri"])
                self._broader.add((row["conceptUri"], row["broaderUri"]))
        for _, row in self._tables[_RELATIONS[2]].rows("occupationUri", "relationType", "skillUri"):
            self._edge(row["occupationUri"], _needed(row), row["skillUri"])
        for _, row in self._tables[_RELATIONS[3]].rows("originalSkillUri", "relationType", "relatedSkillUri"):
            one, other = row["originalSkillUri"], row["relatedSkillUri"]
            self._edge(one, _needed(row), other)
            if (one, other) not in self._broader and (other, one) not in self._broader:
                self._edge(one, SKOS.related, other)  # SKOS S27: related is not broader

    def _edge(self, one: str, predicate: str, other: str) -> None:
        unlisted = [iri for iri in (one, other) if iri not in self._known]
        if unlisted:
            self._unlisted |= dict.fromkeys(unlisted)
        else:
            self.pen.link(one, predicate, other)

    def schemes(self, told: tuple[str, ...], version: str) -> None:
        self._members |= dict.fromkeys((SKILLS, OCCUPATIONS))
        for scheme in self._members:
            self.pen.link(scheme, RDF.type, SKOS.ConceptScheme)
            self.pen.text(scheme, DCTERMS.rights, ATTRIBUTION, "en")
            self.pen.link(scheme, DCTERMS.license, LICENCE)
            self.pen.text(scheme, OWL.versionInfo, version)
        for language in told:
            table = self._tables.get(f"conceptSchemes_{language}.csv")
            for _, row in table.rows("conceptSchemeUri", "preferredLabel") if table else ():
                if row["conceptSchemeUri"] in self._members:
                    self.pen.text(row["conceptSchemeUri"], SKOS.prefLabel, row["preferredLabel"], language)
                    self.pen.text(row["conceptSchemeUri"], DCTERMS["title"], row["preferredLabel"], language)
                    self.pen.text(row["conceptSchemeUri"], DCTERMS.description, row.get("description", ""), language)

    def notes(self) -> Iterator[str]:
        if self._repeated:
            yield f"{self._repeated} alternative labels only repeat the preferred label; left out (SKOS S13)."
        if self._filled:
            yield f"{_named(self._filled)}: not in the list of skill groups, taken from the skills hierarchy."
        if self._unlisted:
            yield f"{_named(self._unlisted)}: named in relations but listed nowhere; those relations are left out."


def _needed(row: Row) -> str:
    try:
        return _NEEDED[row["relationType"]]
    except KeyError:
        message = f"ESCO relates skills as essential or optional, not as {row['relationType']!r}."
        raise InputError(message, rule="bad-relation-type", remedy="Give the files as they were published.") from None


def _named(iris: Mapping[str, None]) -> str:
    return f"{len(iris)} ({', '.join(list(iris)[:10])}{', ...' if len(iris) > 10 else ''})"
