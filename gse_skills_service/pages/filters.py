"""What narrows the question "who has which skill": choices as boxes, with how many people each would find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from gse_skills.index import Facets
from gse_skills.vocabulary import Basis
from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views import ExpertiseForm, Facet, Filters

Places = Mapping[str, Mapping[str, int]]
"""How many people there are at each site, by organisation."""
_MOST = 30
"""How many values of a kind are offered as boxes: the most frequent."""
_NAMED = 2
"""How many organisations of a site are named."""


def filters_of(facets: Facets, form: ExpertiseForm, names: Mapping[str, str], places: Places) -> Filters:
    """What narrows the answer; sites also where nobody was found, since another may have somebody."""
    elsewhere = {
        site: 0
        for site, of_site in places.items()
        if site and site not in facets.sites and (not form.org or form.org in of_site)
    }
    basis = {one.name.lower(): count for one, count in facets.basis.items()}
    judged = {one.name.lower(): wording.assessors(one) for one in Basis}
    return Filters(
        tuple(Option(slug, f"{name} ({facets.organisations.get(slug, 0):,})") for slug, name in names.items()),
        facets.available.get(True, 0),
        facets.fresh,
        (
            _facet(FieldName.SITE, "Site", facets.sites | elsewhere, form.sites, _located(places, names)),
            _facet(FieldName.GRADE, "Grade", facets.grades, form.grades),
            _facet(FieldName.UNIT, "Unit", facets.units, form.units),
            _facet(FieldName.BASIS, "Who judged the level", basis, form.basis, judged),
        ),
    )


def sites_facet(places: Places, form: ExpertiseForm, names: Mapping[str, str]) -> Facet:
    """The sites before anything was asked, of one organisation together."""
    counts = {site: sum(of_site.values()) for site, of_site in places.items()}
    most = sorted(counts, key=lambda site: (-counts[site], site))[:_MOST]

    def order(site: str) -> tuple[bool, list[str], str]:
        return not site, [names.get(slug, slug) for slug in places.get(site, ())], site

    ordered = {site: counts.get(site, 0) for site in sorted({*most, *form.sites}, key=order)}
    return _facet(FieldName.SITE, "Site", ordered, form.sites, _located(places, names), len(counts))


def named_sites(places: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
    """Of what was said and names no skill, what names a site: the site by its text."""
    known = {site.casefold(): site for site in places}
    return {text: known[text.casefold()] for text in texts if text and text.casefold() in known}


def _located(places: Places, names: Mapping[str, str]) -> dict[str, str]:
    """Each site with the organisations that are there, in words."""
    return {
        site: f"{site}, {_either([names.get(slug, slug) for slug in places[site]])}" if site else "" for site in places
    }


def _either(names: Sequence[str]) -> str:
    return " and ".join(names) if len(names) <= _NAMED else f"{names[0]} and {len(names) - 1} others"


def _facet(
    name: FieldName,
    legend: str,
    counts: dict[str, int],
    chosen: tuple[str, ...],
    words: Mapping[str, str] | None = None,
    among: int = 0,
) -> Facet:
    shown = {**dict(list(counts.items())[:_MOST]), **{value: counts.get(value, 0) for value in chosen}}
    among = among or len(counts)
    note = f"The {_MOST} with the most people of {among:,}." if among > _MOST else ""
    texts = words or {}
    options = (Option(value, f"{texts.get(value, value) or 'Not said'} ({count:,})") for value, count in shown.items())
    return Facet(name, legend, tuple(options), chosen, note)
