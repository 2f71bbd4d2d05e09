"""From a view to HTML: the Jinja environment and what templates may call.

There are two environments, because the GOV.UK macros count on undefined names being empty and ours must not: a
misspelt field in one of our templates is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.runtime import Macro

from gse_skills.vocabulary import Basis, Level
from gse_skills_service.pages import wording
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.frame import SERVICE_NAME, SKILLS_API, FieldName, Frame, Link, Option, Section
from gse_skills_service.pages.views import Mistake, View

FOLDER = Path(__file__).parent.parent / "templates"

# The GOV.UK macros in use, and the folder that each lies in.
_MACROS = {
    "govukBackLink": "back-link",
    "govukBreadcrumbs": "breadcrumbs",
    "govukButton": "button",
    "govukCheckboxes": "checkboxes",
    "govukDateInput": "date-input",
    "govukErrorSummary": "error-summary",
    "govukFileUpload": "file-upload",
    "govukGenericHeader": "generic-header",
    "govukInput": "input",
    "govukPagination": "pagination",
    "govukPanel": "panel",
    "govukRadios": "radios",
    "govukSelect": "select",
    "govukServiceNavigation": "service-navigation",
    "govukSkipLink": "skip-link",
    "govukTextarea": "textarea",
    "govukWarningText": "warning-text",
}


class Pages:
    """Renders views; make one for the life of the service.

    >>> from gse_skills_service.pages.views import Problem
    >>> problem = Problem(404, "Page not found", "There is no page at this address.", "")
    >>> page = Pages(Assets.from_folder()).render(problem, Frame())
    >>> page.split("<title>")[1].split("</title>")[0].split(" \\N{EN DASH} ")
    ['Page not found', 'GSE Skills']
    """

    def __init__(self, assets: Assets) -> None:
        self._environment = _environment(assets)

    def render(self, view: View, frame: Frame) -> str:
        """The whole HTML page of a view in its frame (who is looking, markings, tokens)."""
        return self._environment.get_template(view.template).render(view=view, frame=frame)


def _environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(
        _govuk_macros(),
        asset=assets.url,
        error_of=error_of,
        error_list=error_list,
        items_of=items_of,
        crumbs_of=crumbs_of,
        level_items=_level_items(),
        basis_items=[{"value": basis.label, "text": wording.assessors(basis)} for basis in Basis],
        names=FieldName,
        sections=list(Section),
        service_name=SERVICE_NAME,
        skills_api=SKILLS_API,
    )
    environment.filters.update(
        day=wording.day,
        number=wording.number,
        plural=wording.plural,
        assessor=wording.assessor,
        at_least=wording.at_least,
        rule=wording.rule,
    )
    return environment


@cache
def _govuk_macros() -> dict[str, Macro]:
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    library = Environment(loader=loader, autoescape=True, undefined=ChainableUndefined, auto_reload=False)
    return {
        name: getattr(library.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module, name)
        for name, folder in _MACROS.items()
    }


def _level_items() -> list[dict[str, str]]:
    """The choices of the level asked for; any level needs no value, which keeps addresses short."""
    words = {level: _capital(wording.at_least(level).removeprefix("at ")) for level in Level}
    return [{"value": "" if level is Level.AWARENESS else level.label, "text": words[level]} for level in Level]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def error_of(mistakes: Sequence[Mistake], field: FieldName) -> dict[str, str] | None:
    """The error message of a field as the GOV.UK macros take it, None when there is none.

    >>> error_of([Mistake(FieldName.SKILL, "Enter a skill")], FieldName.SKILL)
    {'text': 'Enter a skill'}
    """
    messages = [mistake.message for mistake in mistakes if mistake.field == field]
    return {"text": " ".join(messages)} if messages else None


def error_list(mistakes: Iterable[Mistake]) -> list[dict[str, str]]:
    """The entries of the error summary, each linked to its field.

    >>> error_list([Mistake(FieldName.ASSESSED_ON, "Enter a real date")])
    [{'text': 'Enter a real date', 'href': '#assessed_on-day'}]
    """
    first = {
        FieldName.ASSESSED_ON: "assessed_on-day",
        FieldName.SINCE: "since-day",
        FieldName.UNTIL: "until-day",
        FieldName.BEGINS: "begins-day",
        FieldName.BY: "by-day",
        FieldName.AS_OF: "as_of-day",
        FieldName.KNOWN_AT: "known_at-day",
        FieldName.STARTS: "starts-day",
        FieldName.ENDS: "ends-day",
        FieldName.ON_DAY: "on_day-day",
    }
    return [{"text": each.message, "href": f"#{first.get(each.field, each.field)}"} for each in mistakes]


def items_of(options: Iterable[Option], first: str = "") -> list[dict[str, str]]:
    """The items of a select; `first` is the text of the empty choice.

    >>> items_of([Option("porton", "Porton")], "All")
    [{'value': '', 'text': 'All'}, {'value': 'porton', 'text': 'Porton'}]
    """
    empty = [{"value": "", "text": first}] if first else []
    return empty + [{"value": option.value, "text": option.text} for option in options]


def crumbs_of(links: Iterable[Link], here: str) -> list[dict[str, str]]:
    """The items of breadcrumbs, ending with the page itself.

    >>> crumbs_of([Link("Framework", "/framework")], "Virology")
    [{'text': 'Framework', 'href': '/framework'}, {'text': 'Virology'}]
    """
    return [*({"text": link.text, "href": link.href} for link in links), {"text": here}]
