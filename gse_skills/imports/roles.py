"""What a column can hold, and the headings by which people call it.

A heading is recognised by being in a list, never by resembling one: what is not listed is asked about, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from gse_skills.imports.text import fold_heading


class Role(Enum):
    """What a column of a sheet holds."""

    PERSON_ID = "person_id"
    EMAIL = "email"
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    SKILL = "skill"
    LEVEL = "level"
    ASSESSED_ON = "assessed_on"
    BASIS = "basis"
    AUDIENCE = "audience"
    UNIT = "unit"
    GRADE = "grade"
    SITE = "site"
    OWN_ROLE = "own_role"
    LEAVES_ON = "leaves_on"
    AVAILABLE = "available"
    NOTE = "note"

    @property
    def label(self) -> str:
        """The role in words for people.

        >>> Role.PERSON_ID.label
        'the staff number'
        """
        return _LABELS[self]


_LABELS = {
    Role.PERSON_ID: "the staff number",
    Role.EMAIL: "the email address",
    Role.NAME: "the name of the person",
    Role.GIVEN_NAME: "the given name",
    Role.FAMILY_NAME: "the family name",
    Role.SKILL: "the skill",
    Role.LEVEL: "the level",
    Role.ASSESSED_ON: "the date of assessment",
    Role.BASIS: "who judged the level",
    Role.AUDIENCE: "whom the record may reach",
    Role.UNIT: "the unit",
    Role.GRADE: "the grade",
    Role.SITE: "the site",
    Role.OWN_ROLE: "the person's own role",
    Role.LEAVES_ON: "the day on which the person leaves",
    Role.AVAILABLE: "whether the person is available",
    Role.NOTE: "a note, which is not imported",
}
PERSON_ROLES = frozenset({Role.PERSON_ID, Role.EMAIL, Role.NAME, Role.GIVEN_NAME, Role.FAMILY_NAME})
"""The roles of which a sheet must have at least one."""
FACT_ROLES = frozenset({Role.UNIT, Role.GRADE, Role.SITE, Role.OWN_ROLE, Role.LEAVES_ON, Role.AVAILABLE})
"""The other roles that speak of the person."""

HEADINGS: Mapping[Role, tuple[str, ...]] = {
    Role.PERSON_ID: (
        "staff no", "staff number", "staff id", "staff num", "staff ref", "employee no", "employee number",
        "employee id", "emp no", "emp id", "employee", "personnel number", "personnel no", "personnel id",
        "payroll", "payroll no", "payroll number", "person id", "person number", "person no", "id",
        "id number", "identifier", "service number", "uin", "user id", "oracle number", "sop number",
        "sap number", "hr number", "hr id",
    ),
    Role.EMAIL: (
        "email", "e mail", "email address", "e mail address", "work email", "mail", "contact email",
        "staff email",
    ),
    Role.NAME: (
        "name", "full name", "person", "person name", "staff name", "employee name", "staff member", "staff",
        "member of staff", "team member", "officer", "scientist", "scientist name", "display name",
        "name of person", "who", "individual", "colleague", "holder",
    ),
    Role.GIVEN_NAME: (
        "first name", "forename", "forenames", "given name", "given names", "first names", "christian name",
        "known as",
    ),
    Role.FAMILY_NAME: ("surname", "last name", "family name", "second name"),
    Role.SKILL: (
        "skill", "skills", "skill name", "skill title", "skill area", "skill code", "skill id",
        "skill notation", "competency", "competence", "competencies", "competency name", "capability",
        "capabilities", "capability name", "expertise", "area of expertise", "technique", "discipline",
        "specialism", "subject", "topic", "framework skill", "technical skill", "technical area",
    ),
    Role.LEVEL: (
        "level", "skill level", "competency level", "competence level", "capability level", "proficiency",
        "proficiency level", "rating", "skill rating", "score", "skill score", "current level",
        "assessed level", "level of proficiency", "level of skill", "level of expertise", "attainment",
        "level achieved", "level held", "how good",
    ),
    Role.ASSESSED_ON: (
        "date assessed", "assessed", "assessed on", "assessment date", "date of assessment", "date",
        "last reviewed", "review date", "date reviewed", "reviewed", "reviewed on", "last assessed",
        "last review", "date of review", "last updated", "updated", "updated on", "date updated", "as at",
        "as of", "as at date", "date recorded", "date achieved", "valid from", "date last assessed",
        "date signed off", "last looked at", "looked at", "last checked",
    ),
    Role.BASIS: (
        "basis", "assessed by", "assessment basis", "basis of assessment", "assessor", "assessment type",
        "assessment method", "type of assessment", "source", "judged by", "rated by", "reviewed by",
        "signed off by", "evidence type", "how assessed", "method", "verified by", "validated by",
        "who assessed",
    ),
    Role.AUDIENCE: (
        "audience", "visibility", "visible to", "share with", "shared with", "sharing", "may be seen by",
        "who may see", "releasable to",
    ),
    Role.UNIT: (
        "unit", "team", "team name", "directorate", "division", "department", "dept", "branch", "section",
        "group", "business unit", "business area", "organisational unit", "org unit", "organisation unit",
        "function", "laboratory", "lab", "office", "area", "team or unit", "cost centre name", "service area",
    ),
    Role.GRADE: (
        "grade", "band", "pay band", "payband", "pay grade", "job grade", "civil service grade",
        "responsibility level", "rank grade", "substantive grade", "grd",
    ),
    Role.SITE: (
        "site", "location", "base", "work location", "office location", "base location", "place of work",
        "workplace", "city", "building", "campus", "primary location", "main site",
    ),
    Role.OWN_ROLE: (
        "role", "own role", "current role", "job role", "role profile", "role title", "role name", "profession role",
        "professional role", "digital and data role", "ddat role", "gse role", "framework role",
    ),
    Role.LEAVES_ON: (
        "leaving date", "leaves on", "leaving on", "leaves", "leave date", "date of leaving", "date leaving",
        "planned leaving date", "expected leaving date", "end date", "contract end", "contract end date",
        "contract ends", "end of contract", "secondment end", "secondment end date", "end of secondment",
        "posting end date", "retirement date", "date of retirement", "planned retirement date", "retires on",
        "last day", "last working day", "last day of service",
    ),
    Role.AVAILABLE: (
        "available", "availability", "available for deployment", "deployable", "can deploy", "can be deployed",
        "available now", "available in an emergency", "emergency availability", "on call",
        "surge availability", "available for loan", "available for secondment", "free", "free now",
    ),
    Role.NOTE: (
        "note", "notes", "comment", "comments", "remarks", "evidence", "description", "details",
        "further details",
    ),
}  # fmt: skip

NOT_SKILLS = (
    "line manager", "manager", "manager name", "reporting manager", "phone", "telephone", "tel", "mobile", "extension",
    "phone number", "job title", "job", "post", "position", "post title", "profession", "category", "fte",
    "hours", "working pattern", "contract", "contract type", "start date", "joined", "date joined",
    "date of birth", "dob", "age", "gender", "sex", "ethnicity", "disability", "religion", "nationality", "health",
    "clearance", "security clearance", "vetting", "total", "totals", "count", "average", "sum", "max", "min",
    "row", "no", "s no", "serial", "years", "years of experience", "years experience", "length of service", "title",
    "salutation", "status", "action", "actions", "next review", "next review date", "expiry", "expiry date",
    "what happened", "detail", "remedy", "marking", "cost centre", "salary", "domain", "skill group", "skill domain",
    "skill category", "target level", "required level", "desired level", "target", "gap", "previous level",
)  # fmt: skip
"""Headings of columns that are known and left out; some of them hold what has no place in a skill record."""

_ROLES = {heading: role for role, headings in HEADINGS.items() for heading in headings}
_LEFT_OUT = frozenset(NOT_SKILLS)


def role_of(heading: str) -> Role | None:
    """The role that a heading names; None when it names none.

    >>> role_of("Staff No."), role_of("DATE ASSESSED (dd/mm/yyyy)"), role_of("Virology")
    (<Role.PERSON_ID: 'person_id'>, <Role.ASSESSED_ON: 'assessed_on'>, None)
    >>> role_of("Skill / competence"), role_of("Name / team")
    (<Role.SKILL: 'skill'>, None)
    """
    for folded in fold_heading(heading):
        if folded in _ROLES:
            return _ROLES[folded]
    # Two words for one thing, as people write them for those who know only one of the two.
    said = {_ROLES.get(fold_heading(part)[1]) for part in heading.split("/")} if "/" in heading else set()
    return said.pop() if len(said) == 1 else None


def is_left_out(heading: str) -> bool:
    """Whether a heading is known to be of something else.

    >>> is_left_out("Line manager"), is_left_out("Virology")
    (True, False)
    """
    return any(folded in _LEFT_OUT for folded in fold_heading(heading))
