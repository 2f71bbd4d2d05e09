"""Static files: hashed names, linked to each other, compressed, kept for ever by browsers."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from gse_skills.errors import NotFoundError, UnavailableError
from gse_skills_service.pages.assets import FOLDER, PREFIX, Assets

BUDGET = 150_000
"""Bytes that a first visit may transfer."""


class Client:
    """Asks the static files as a browser would."""

    def __init__(self, assets: Assets) -> None:
        self._transport = httpx.ASGITransport(Starlette(routes=[Mount("/assets", assets)]))

    def ask(self, method: str, path: str, accept_encoding: str = "gzip") -> httpx.Response:
        async def asking() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://service.test") as client:
                return await client.request(method, path, headers={"Accept-Encoding": accept_encoding})

        return asyncio.run(asking())

    def get(self, path: str, accept_encoding: str = "gzip") -> httpx.Response:
        return self.ask("GET", path, accept_encoding)


@pytest.fixture(scope="module")
def client(assets: Assets) -> Client:
    return Client(assets)


def _folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_names_hold_the_hash_of_what_is_sent(assets: Assets) -> None:
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in {".css", ".js", ".svg"}:
            asset = assets.find(assets.url(path.relative_to(FOLDER).as_posix()).removeprefix(PREFIX))
            assert asset is not None
            assert hashlib.sha256(asset.body).hexdigest()[:12] in asset.path
            assert gzip.decompress(asset.gzipped) == asset.body


def test_a_module_names_the_hashed_file(assets: Assets, client: Client) -> None:
    main = client.get(assets.url("js/main.js")).text
    name = Path(assets.url("vendor/govuk-frontend.min.js")).name
    assert f'from "../vendor/{name}"' in main


def test_a_change_below_changes_the_names_above(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        vendor__a_js="1",
        js__b_js='import {x} from "../vendor/a.js";',
        css__c_css="a{background:url(./d.svg)}",
        css__d_svg="<svg/>",
    )
    before = Assets.from_folder(folder)
    (folder / "vendor/a.js").write_text("2")
    (folder / "css/d.svg").write_text("<svg></svg>")
    after = Assets.from_folder(folder)
    for name in ("vendor/a.js", "js/b.js", "css/c.css", "css/d.svg"):
        assert before.url(name) != after.url(name)
    sheet = after.find(after.url("css/c.css").removeprefix(PREFIX))
    assert sheet is not None
    assert sheet.body.decode() == f"a{{background:url(./{Path(after.url('css/d.svg')).name})}}"


def test_a_file_that_names_one_that_is_not_there(tmp_path: Path) -> None:
    folder = _folder(tmp_path, vendor__a_js='export {x} from "./gone.js"')
    with pytest.raises(UnavailableError, match=r"vendor/gone\.js") as err:
        Assets.from_folder(folder)
    assert err.value.rule == "assets-missing"


def test_without_the_front_end_files(tmp_path: Path) -> None:
    folder = _folder(tmp_path, js__a_js="1")
    with pytest.raises(UnavailableError, match="pip install") as err:
        Assets.from_folder(folder)
    assert err.value.rule == "assets-missing"


def test_an_unknown_name(assets: Assets) -> None:
    with pytest.raises(NotFoundError) as err:
        assets.url("js/nothing.js")
    assert err.value.rule == "asset-unknown"


def test_kept_for_ever(assets: Assets, client: Client) -> None:
    answer = client.get(assets.url("css/app.css"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("accepted", "coding"), [("gzip", "gzip"), ("br, *;q=0.5", "gzip"), ("gzip;q=0.0, br", None)])
def test_compressed_when_accepted(assets: Assets, client: Client, accepted: str, coding: str | None) -> None:
    address = assets.url("vendor/govuk-frontend.min.css")
    answer = client.get(address, accepted)
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    asset = assets.find(address.removeprefix(PREFIX))
    assert asset is not None
    assert answer.content == asset.body


def test_head_has_no_body(assets: Assets, client: Client) -> None:
    answer = client.ask("HEAD", assets.url("js/main.js"))
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("path", ["css/app.css", "vendor/STAMP", "../pages/assets.py", "%2e%2e/pages/assets.py", ""])
def test_nothing_else_is_served(client: Client, path: str) -> None:
    assert client.get(PREFIX + path).status_code == 404


def test_reading_only(assets: Assets, client: Client) -> None:
    answer = client.ask("POST", assets.url("css/app.css"))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_nothing_that_only_gov_uk_may_use(assets: Assets) -> None:
    sheet = (FOLDER / "vendor/govuk-frontend.min.css").read_text()
    assert not re.search("transport|crest|@font-face|url\\(", sheet, re.IGNORECASE)
    assert "font-family:Arial,sans-serif" in sheet
    assert not [path.name for path in FOLDER.rglob("*") if path.suffix in {".woff", ".woff2", ".ico", ".png"}]


def test_licences_come_along() -> None:
    notice = (FOLDER / "vendor/LICENCES.txt").read_text()
    for name in (
        "govuk-frontend 6.3.",
        "accessible-autocomplete 3.",
        "preact",
        "core-js",
        "WITHOUT WARRANTY",
        "@zazuko/yasqe 4.",
        "codemirror",
        "Apache License",
    ):
        assert name in notice


def test_first_visit_fits_its_budget(
    name: str, assets: Assets, rendered: dict[str, str], documents: dict[str, Element]
) -> None:
    size = len(gzip.compress(rendered[name].encode()))
    for element in documents[name].iter():
        address = element.get("src") or (element.get("href") if element.tag == "link" else None)
        if address:
            asset = assets.find(address.removeprefix(PREFIX))
            assert asset is not None, f"{address} is not one of ours"
            size += len(asset.gzipped)
    imported = assets.find(assets.url("vendor/govuk-frontend.min.js").removeprefix(PREFIX))
    assert imported is not None
    assert size + len(imported.gzipped) < BUDGET
