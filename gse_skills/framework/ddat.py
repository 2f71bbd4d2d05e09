"""The UK Government Digital and Data Profession Capability Framework, from its two published CSV tables.

The framework has no IRIs of its own; these are minted from names alone, so that the order of rows changes nothing:

    https://w3id.org/gse-skills/ddat                      the scheme of skills
    https://w3id.org/gse-skills/ddat/skill/SKILL          a skill, with what each level means
    https://w3id.org/gse-skills/ddat/roles                the scheme of roles
    https://w3id.org/gse-skills/ddat/family/FAMILY        a family of roles
    https://w3id.org/gse-skills/ddat/role/ROLE            a role
    https://w3id.org/gse-skills/ddat/role/ROLE/LEVEL      a role level: a gse:RoleProfile
    .../requirement/SKILL                                 after a profile's IRI: one of its requirements

Four roles of the Senior Civil Service have no role levels and no skill levels ("NOT IN USE"): there the role itself
is the profile, and its requirements carry no level.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from gse_skills.framework.scheme import Pen, Scheme, slugs
from gse_skills.framework.table import Row, Table
from gse_skills.vocabulary import DCTERMS, GSE, RDF, SKOS, Level

BASE = "https://w3id.org/gse-skills/ddat"
ROLES = f"{BASE}/roles"
TITLE = "Government Digital and Data Profession Capability Framework"
DESCRIPTION = "The skills that digital and data roles in UK government need, with what each of four levels means."
ATTRIBUTION = "Contains public sector information licensed under the Open Government Licence v3.0."
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SOURCE = "https://ddat-capability-framework.service.gov.uk/"

_SKILL_COLUMNS = ("Skill Name", "Skill Description", "Awareness", "Working", "Practitioner", "Expert")
_ROLE_COLUMNS = ("Role Family", "Role", "Role Level", "Skill Name", "Skill Level")
_UNUSED = "NOT IN USE"
_MISSING = ("", "MISSING", _UNUSED)


def recognises(tables: Mapping[str, Table]) -> bool:
    """Whether these are the tables of the framework."""
    return "skills.csv" in tables and "roles.csv" in tables


def read(tables: Mapping[str, Table]) -> Scheme:
    """The concept scheme that the tables hold; what is odd in them is in its notes. Raises those of Table.rows."""
    reader = _Reader(tables)
    reader.schemes()
    reader.skills()
    reader.roles()
    return Scheme("ddat", TITLE, reader.pen.triples, tuple(reader.notes()))


def _clean(row: Row) -> dict[str, str]:
    """Cells without the invisible characters of the source (zero-width spaces, line separators) and spaces around."""
    invisible = str.maketrans({"\u200b": None, "\u2028": "\n", "\u00a0": " "})
    return {column: value.translate(invisible).strip() for column, value in row.items()}


class _Reader:
    """Both tables in memory, 2 MB, since a slug can be given only when all names are known."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self.pen = Pen()
        self._skills = [(number, _clean(row)) for number, row in tables["skills.csv"].rows(*_SKILL_COLUMNS)]
        self._roles = [(number, _clean(row)) for number, row in tables["roles.csv"].rows(*_ROLE_COLUMNS)]
        names = [row["Skill Name"] for _, row in (*self._skills, *self._roles)]
        self._skill = {name: f"{BASE}/skill/{slug}" for name, slug in slugs(names).items()}
        self._family = {name: f"{BASE}/family/{slug}" for name, slug in slugs(self._column("Role Family")).items()}
        self._role = {name: f"{BASE}/role/{slug}" for name, slug in slugs(self._column("Role")).items()}
        self._level = slugs(self._column("Role Level"))
        self._oddities: dict[str, list[int]] = defaultdict(list)

    def _column(self, name: str) -> list[str]:
        return [row[name] for _, row in self._roles]

    def _odd(self, what: str, number: int) -> None:
        self._oddities[what].append(number)

    def schemes(self) -> None:
        for iri, title in ((BASE, TITLE), (ROLES, f"{TITLE}: roles")):
            self.pen.link(iri, RDF.type, SKOS.ConceptScheme)
            self.pen.text(iri, DCTERMS["title"], title, "en")
            self.pen.text(iri, SKOS.prefLabel, title, "en")
            self.pen.text(iri, DCTERMS.description, DESCRIPTION, "en")
            self.pen.text(iri, DCTERMS.rights, ATTRIBUTION, "en")
            self.pen.link(iri, DCTERMS.license, LICENCE)
            self.pen.link(iri, DCTERMS.source, SOURCE)

    def skills(self) -> None:
        described: set[str] = set()
        for number, row in self._skills:
            name = row["Skill Name"]
            if name in described:
                self._odd(f"skills.csv lists the skill {name!r} again; the first row counts", number)
                continue
            described.add(name)
            self._concept(self._skill[name], GSE.Skill, name, BASE)
            if row["Skill Description"] in _MISSING:
                self._odd("skills.csv does not describe the skill", number)
            else:
                self.pen.text(self._skill[name], SKOS.definition, row["Skill Description"], "en")
            told = [level for level in Level if row[level.label] not in _MISSING]
            for level in told:
                predicate = GSE[f"{level.name.lower()}Description"]
                self.pen.text(self._skill[name], predicate, row[level.label], "en")
            if len(told) < len(Level):
                self._odd(f"skills.csv describes {len(told)} of the 4 levels of the skill", number)
        for number, row in self._roles:
            if row["Skill Name"] not in described:
                described.add(row["Skill Name"])
                self._concept(self._skill[row["Skill Name"]], GSE.Skill, row["Skill Name"], BASE)
                self._odd(f"roles.csv needs {row['Skill Name']!r}, which skills.csv does not list", number)

    def _concept(self, iri: str, kind: str, label: str, scheme: str) -> None:
        self.pen.link(iri, RDF.type, SKOS.Concept)
        self.pen.link(iri, RDF.type, kind)
        self.pen.text(iri, SKOS.prefLabel, label, "en")
        self.pen.link(iri, SKOS.inScheme, scheme)

    def roles(self) -> None:
        needs: dict[tuple[str, str], str] = {}
        for number, row in self._roles:
            profile = self._profile(row)
            key = (profile, row["Skill Name"])
            if key not in needs:
                needs[key] = row["Skill Level"]
                self._requirement(profile, row, number)
            elif needs[key] == row["Skill Level"]:
                self._odd("roles.csv repeats a requirement", number)
            else:
                self._odd(f"roles.csv needs {row['Skill Name']!r} at two levels; the first row counts", number)

    def _profile(self, row: Row) -> str:
        """Writes the role, its family and its level, and returns the IRI of the profile."""
        family, role = self._family[row["Role Family"]], self._role[row["Role"]]
        self._concept(family, SKOS.Concept, row["Role Family"], ROLES)
        self._concept(role, SKOS.Concept, row["Role"], ROLES)
        self.pen.link(role, SKOS.broader, family)
        if row.get("Role Description", "") not in _MISSING:
            self.pen.text(role, SKOS.definition, row["Role Description"], "en")
        if row["Role Level"] in _MISSING:
            self.pen.link(role, RDF.type, GSE.RoleProfile)
            return role
        profile = f"{role}/{self._level[row['Role Level']]}"
        self._concept(profile, GSE.RoleProfile, row["Role Level"], ROLES)
        self.pen.link(profile, SKOS.broader, role)
        if row.get("Role Level Description", "") not in _MISSING:
            self.pen.text(profile, SKOS.definition, row["Role Level Description"], "en")
        return profile

    def _requirement(self, profile: str, row: Row, number: int) -> None:
        skill = self._skill[row["Skill Name"]]
        iri = f"{profile}/requirement/{skill.rpartition('/')[2]}"
        self.pen.link(profile, GSE.requires, iri)
        self.pen.link(iri, RDF.type, GSE.Requirement)
        self.pen.link(iri, GSE.skill, skill)
        self.pen.link(iri, GSE.importance, GSE.Essential)
        level = row["Skill Level"].upper()
        if level in Level.__members__:
            self.pen.link(iri, GSE.level, Level[level].iri)
        else:
            self._odd(f"roles.csv gives {row['Skill Level']!r} for a level; the requirement carries none", number)

    def notes(self) -> Iterator[str]:
        for what, numbers in self._oddities.items():
            shown = ", ".join(str(number) for number in numbers[:10])
            yield f"{what}: {len(numbers)} (row {shown}{', ...' if len(numbers) > 10 else ''})."
        yield from self._unlike()

    def _unlike(self) -> Iterator[str]:
        """Where the two tables disagree on which roles need a skill; roles.csv counts."""
        used: dict[str, set[str]] = defaultdict(set)
        for _, row in self._roles:
            used[row["Skill Name"]].add(row["Role"])
        apart: dict[str, list[int]] = defaultdict(list)
        for number, row in self._skills:
            told = {role.strip() for role in row.get("Roles that require Skill", "").split(",")} - {""}
            for role in sorted(told - used[row["Skill Name"]]):
                apart[f"skills.csv says that {role!r} needs the skill, roles.csv does not"].append(number)
            for role in sorted(used[row["Skill Name"]] - told if told else ()):
                apart[f"roles.csv says that {role!r} needs the skill, skills.csv does not"].append(number)
        for what, numbers in apart.items():
            yield f"{what}: {len(numbers)} (row {', '.join(map(str, numbers[:10]))})."
