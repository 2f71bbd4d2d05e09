"""`gse-skills organisation`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_an_organisation_is_added_and_listed(cli: Cli, data: Path) -> None:
    made = cli("organisation", "add", "cedar", "Cedar Observatory", data=data)
    assert (made.code, made.err) == (0, "")
    assert made.out == "Added Cedar Observatory (cedar); its records reach: private.\n"
    listed = cli("organisation", "list", data=data)
    assert [line.split("  ", 1)[0] for line in listed.out.splitlines()] == ["short name", "alder", "birch", "cedar"]
    assert cli("organisation", "list", "--json", data=data).body["items"][2] == {
        "iri": "https://w3id.org/gse-skills/id/organisation/cedar",
        "slug": "cedar",
        "name": "Cedar Observatory",
    }


def test_a_short_name_is_given_once_and_well_formed(cli: Cli, data: Path) -> None:
    before = cli("organisation", "list", data=data)
    cli("organisation", "add", "alder", "Another", data=data).refused("organisation-exists")
    for slug in ("Big Letters", "", "../alder"):
        cli("organisation", "add", slug, "Name", data=data).refused("bad-slug")
    assert cli("organisation", "list", data=data) == before
