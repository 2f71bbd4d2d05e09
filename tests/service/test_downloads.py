"""Releases as files over HTTP, and from the command line through the service."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.framework.export import STYLE_DIGEST, Form, export
from gse_skills.framework.load import read_scheme
from gse_skills_service.downloads import file_name

if TYPE_CHECKING:
    from tests.service.conftest import Service


STARTS = {
    Form.TURTLE: b"PREFIX ",
    Form.RDF_XML: b"<?xml ",
    Form.JSON_LD: b'{\n "@context"',
    Form.N_TRIPLES: b"<http",
    Form.CSV: b"\xef\xbb\xbfSheet,Property,",
    Form.XLSX: b"PK",
    Form.ODS: b"PK",
    Form.HTML: b"<!DOCTYPE html>",
}


def test_a_download_is_the_release(service: Service) -> None:
    release = service.register.state.releases.meant("gse")
    made = export(service.register.store.triples(release.graph), Form.N_TRIPLES)
    answer = service.by("anonymous").get("/downloads/gse.nt")
    assert answer.content == made
    assert answer.headers["content-disposition"].endswith('"gse-0.1.0.nt"')


@pytest.mark.parametrize("form", list(Form))
def test_every_form_of_the_release_in_force(service: Service, form: Form) -> None:
    release = service.register.state.releases.meant("twins")
    client = service.by("anonymous")
    answer = client.get(f"/downloads/twins.{form.value}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == form.media_type
    assert f'filename="{file_name(release, form)}"' in answer.headers["content-disposition"]
    assert answer.content.startswith(STARTS[form])
    tag = answer.headers["etag"]
    known = client.get(f"/downloads/{release.name}.{form.value}", headers={"If-None-Match": tag})
    assert (known.status_code, known.content) == (304, b"")


def test_the_document_may_have_its_style_and_nothing_else(service: Service) -> None:
    policy = service.by("anonymous").get("/downloads/twins.html").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert STYLE_DIGEST in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("path", "rule", "choices"),
    [
        ("/downloads/gse.pdf", "unknown-form", ("forms", "ttl")),
        ("/downloads/gse@9.9.ttl", "unknown-release", ("releases", "gse@0.1.0")),
        ("/downloads/ontology.ttl", "unknown-release", ("releases", "gse@0.1.0")),
        ("/downloads/../gse/x.ttl", "unknown-release", ("releases", "gse@0.1.0")),
    ],
)
def test_what_is_not_there_is_told_with_the_choices(
    service: Service, path: str, rule: str, choices: tuple[str, str]
) -> None:
    answer = service.by("anonymous").get(path.replace("..", "%2E%2E"))
    assert answer.status_code == 404
    body = answer.json()
    assert body["rule"] == rule
    assert choices[1] in body[choices[0]]


def test_a_token_that_is_not_valid_is_told_here_too(service: Service) -> None:
    answer = service.by("anonymous").get("/downloads/gse.nt", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["rule"]) == (401, "bad-token")


def test_the_framework_page_links_to_every_form(service: Service) -> None:
    page = service.by("anonymous").get("/framework", headers={"Accept": "text/html"}).text
    assert all(f'href="/downloads/gse.{form.value}"' in page for form in Form)


def test_a_changed_template_becomes_the_next_release_and_both_can_be_had(changing: Service, tmp_path: Path) -> None:
    client = changing.by("anonymous")
    before = client.get("/downloads/gse.nt").content
    text = client.get("/downloads/gse.csv").content.decode("utf-8-sig")
    path = tmp_path / "next.csv"
    path.write_text(text.replace("release/0.1.0", "release/0.2.0").replace(",0.1.0,", ",0.2.0,"), "utf-8", newline="")
    changing.register.load_scheme(read_scheme(path, changing.register.sandbox))
    newest = client.get("/downloads/gse.nt")
    assert newest.headers["content-disposition"].endswith('"gse-0.2.0.nt"')
    assert b"release/0.2.0" in newest.content
    assert client.get("/downloads/gse@0.1.0.nt").content == before
    assert client.get("/downloads/gse@0.2.0.nt").content == newest.content


def test_the_command_line_writes_what_the_service_gives(service: Service, tmp_path: Path) -> None:
    data, path = service.register.folder.path, tmp_path / "framework.nt"
    command = [sys.executable, "-m", "gse_skills", "framework", "export", str(path), "--data", str(data), "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert (told["name"], told["form"], told["size"]) == ("gse", "nt", path.stat().st_size)
    assert path.read_bytes() == service.by("anonymous").get("/downloads/gse.nt").content
