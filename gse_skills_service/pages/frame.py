"""What surrounds every page: who is looking, what they may switch to, markings and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SERVICE_NAME = "GSE Skills"
SKILLS_API = "/api/v1/skills"
"""Where the search box gets its suggestions: `?q=…&limit=…` gives `{"items": [{"notation", "label", "iri",
"matched_label", "scheme"}, …]}`."""


class Section(StrEnum):
    """The parts of the service that the navigation names; the value is the address of the part's first page."""

    FIND = "/expertise"
    FRAMEWORK = "/framework"
    ORGANISATIONS = "/organisations"
    IMPORT = "/import"
    OPPORTUNITIES = "/opportunities"
    QUERY = "/query"

    @property
    def label(self) -> str:
        """The text of the navigation link."""
        labels = {"FIND": "Find expertise"}
        return labels.get(self.name, self.name.capitalize())


class FieldName(StrEnum):
    """The names of the form fields, the same in templates, routes and error messages."""

    SKILL = "skill"
    """One or several, each by any of its names, or in a sentence."""
    CONCEPT = "concept"
    """IRIs of the concepts chosen from suggestions for `skill`, with spaces between: of several of one name, these are
    meant."""
    MIN_LEVEL = "min_level"
    """The name of a level, such as "Practitioner", as in the API."""
    ORG = "org"
    """Slug; empty for all."""
    AVAILABLE = "available"
    """"true" or absent."""
    AS_OF = "as_of"
    KNOWN_AT = "known_at"
    AHEAD = "ahead"
    UNIT = "unit"
    SITE = "site"
    MATCH = "match"
    """"any" of several skills, or all of them."""
    FRESH = "fresh"
    """"true" or absent."""
    ALL = "all"
    """"true" or absent: everybody on one page, as far as one holds them."""
    SEARCH = "q"
    CATEGORY = "category"
    """Of roles: the label of a professional category."""
    GRADE = "grade"
    SCHEME = "scheme"
    """Slug of a concept scheme; empty for all."""
    FIRST = "a"
    SECOND = "b"
    """Two skills to compare, by any of their names."""
    QUERY = "query"
    PAGE = "page"
    SHEET = "sheet"
    FULL = "full"
    """"true" or absent."""
    ASSESSED_ON = "assessed_on"
    """Sent as `assessed_on-day`, `assessed_on-month` and `assessed_on-year`."""
    BASIS = "basis"
    """The name of a basis, such as "Manager"."""
    MAPPING = "mapping"
    COLUMNS = "columns"
    """Of what the columns of a sheet are taken for: sent as `column-` and the number of each."""
    HEADER_ROW = "header_row"
    KEEP = "keep"
    """"true" or absent."""
    WORD = "word"
    """Sent as `word-` and a number, with the skill that it means as `skill-` and the same, or written as `other-`."""
    KIND = "kind"
    CONCEPTS = "concepts"
    """Several, each by any of its names, one a line."""
    TEXT = "text"
    OUTCOME = "outcome"
    REASON = "reason"
    FACT = "fact"
    VALUE = "value"
    CONTACT = "contact"
    STATUS = "status"
    PURPOSE = "purpose"
    OTHER = "other"
    """A purpose that is none of those offered."""
    SINCE = "since"
    UNTIL = "until"
    ACTION = "action"
    REFERENCE = "reference"
    HOURS = "hours"
    DRILL = "drill"
    """"true" or absent."""
    SURE = "sure"
    """"true" or absent."""
    NAME = "name"
    CALLER = "caller"
    TITLE = "title"
    STARTS = "starts"
    ENDS = "ends"
    PLACE = "place"
    PLACES = "places"
    REMOTE = "remote"
    """"true" or absent, as is the next."""
    TWO_WAY = "two_way"
    FROM_LEVEL = "from_level"
    AUDIENCE = "audience"
    RELEASING_EMPLOYER = "releasing_employer"
    PAYMENT = "payment"
    STEP = "step"
    ON_DAY = "on_day"
    NEXT = "next"
    ROLE = "role"
    LEVEL = "level"
    BEGINS = "begins"
    BY = "by"
    """Both sent as day, month and year, as `assessed_on` is."""
    HOW = "how"
    EVIDENCE = "evidence"
    OPPORTUNITY = "opportunity"
    """Sixteen digits, or an address that ends with them."""
    COLLEAGUE = "colleague"
    STATE = "state"
    GOAL = "goal"
    VERSION = "version"
    SLUG = "slug"
    """The short name of an organisation that is to be added."""
    PERSON = "person"
    """A name, or sixteen digits, or an address that ends with them."""
    CHOSEN = "chosen"
    """The digits of one of the people whom a name may mean."""
    NOTE = "note"
    DAYS = "days"
    MONTHS = "months"
    EXPECTED = "expected"
    """The digest of what a trial showed."""
    SCOPE = "scope"
    """What an audience is chosen for: "default", "branch" or "person"."""
    PEOPLE = "people"
    """How many."""
    MAPPED = "mapped"
    """How many people were asked about a part of the framework."""
    WANTED = "wanted"
    """"true" or absent."""
    CSRF = "csrf_token"


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its text and its address."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a select."""

    value: str
    text: str
    group: str = ""
    """Under what heading it stands, where they have any."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that every page tells of, such as an incident."""

    title: str
    text: str
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class ViewAs:
    """The demo's form to look at the service as somebody else: posts `caller` and `next` to `action`."""

    action: str
    options: tuple[Option, ...]
    selected: str
    back: str
    """The path to return to, sent as `next`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of a page."""

    section: Section | None = None
    caller: str = "Anonymous"
    """Who is looking, in words: "Anonymous", "Member of Northfield Laboratory"."""
    demo: bool = False
    view_as: ViewAs | None = None
    sign_in: Link | None = None
    """To sign in, where nobody has."""
    sign_out: str = ""
    """The address to which the form posts that signs out."""
    csrf: str = ""
    """The token that every form which changes something sends back as `csrf_token`."""
    marking: str = "OFFICIAL"
    notices: tuple[Notice, ...] = ()
    """What whoever is looking is told on every page; the first before the others."""
    purpose: str = ""
    """Why they look, as they said it."""
    purpose_href: str = ""
    """The page where they say it; empty for whoever sees nobody of another organisation."""
    desk: Link | None = None
    """To what is theirs, and what they handle."""
