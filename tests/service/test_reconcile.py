"""The reconciliation service, asked as OpenRefine asks it: manifest, a column in batches, suggest, preview, extend.

The shapes below say what version 0.2 of the specification requires of each answer, in JSON Schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx
import jsonschema_rs
import pytest

if TYPE_CHECKING:
    from tests.service.conftest import Service

FW = "https://w3id.org/gse-skills/framework/"
GSE = "https://w3id.org/gse-skills/ontology#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
ELSEWHERE = {"Origin": "https://openrefine.example.org", "Sec-Fetch-Site": "cross-site"}


def thing(required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


def map_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": schema}


def list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


TEXT = {"type": "string"}
TEMPLATE = thing(["url"], url={"type": "string", "pattern": r"\{\{id\}\}"})
NAMED = thing(["id", "name"], id=TEXT, name=TEXT, description=TEXT)
PLACE = thing(["service_url", "service_path"], service_url={"pattern": "^http.*[^/]$"}, service_path={"pattern": "^/"})
MANIFEST = thing(
    ["versions", "name", "identifierSpace", "schemaSpace"],
    versions={"type": "array", "contains": {"const": "0.2"}},
    name=TEXT,
    identifierSpace={"pattern": "^https://"},
    schemaSpace={"pattern": "^https://"},
    defaultTypes={**list_of(NAMED), "uniqueItems": True, "minItems": 1},
    view=TEMPLATE,
    preview={**TEMPLATE, "required": ["url", "width", "height"]},
    suggest=thing(["entity", "type", "property"], entity=PLACE, type=PLACE, property=PLACE),
    extend=thing(["propose_properties"], propose_properties=PLACE),
)
CANDIDATE = thing(
    ["id", "name", "score", "match", "type"],
    id={"pattern": "^https?://"},
    name=TEXT,
    description=TEXT,
    score={"type": "number", "minimum": 0, "maximum": 100},
    match={"type": "boolean"},
    type=list_of(NAMED),
    features=list_of(thing(["id", "value"], id=TEXT, value={"type": ["boolean", "number"]})),
)
RESULTS = map_of(thing(["result"], result=list_of(CANDIDATE)))
SUGGESTIONS = thing(["result"], result=list_of(NAMED))
CELL = {
    "oneOf": [
        {**thing(["id", "name"], id=TEXT, name=TEXT), "additionalProperties": False},
        {**thing(["str"], str=TEXT), "additionalProperties": False},
    ]
}
EXTENSION = thing(["meta", "rows"], meta=list_of(NAMED), rows=map_of(map_of(list_of(CELL))))

COLUMN = {
    "Virology": "LIF-VIR", " virology ": "LIF-VIR", "VIROLOGY": "LIF-VIR", "LIF-VIR": "LIF-VIR", "lif vir 02": "LIF-VIR-02",
    f"{FW}LIF-VIR-03": "LIF-VIR-03", "COVID PCR testing": "", "Viral serology": "LIF-VIR-", "virolgy": None,
    "virus stuff": None, "Deep learning": "DAT-MLG-", "deep-learning": "DAT-MLG-", "machine lerning": None,
    "Twin studies": None, "Epidemiology": "LIF-EPI", "epidemiolgy modelling": None, "genome sequencing": None,
    "Quantum": None, "gas chromatography": None, "HPLC": None, "python": None, "stats": None, "project mgmt": None,
    "Spectroscopy!": None, "fire safety": None, "lasers": None, "satelite imagery": None, "X-ray": None,
    "zzzz qqqq": None, "Feiroleg": None,
}  # fmt: skip
"""Terms of a department, and what the notation of the match begins with: empty for any, None where nothing is said."""


class Refine:
    """OpenRefine, as far as its reconciliation client goes: it knows an address, and all else from the manifest."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.manifest = self.get("/reconcile", MANIFEST)

    def get(self, address: str, schema: dict[str, Any], **parameters: str) -> Any:
        response = self._client.get(address, params=parameters or None, headers=ELSEWHERE)
        return self._read(response, schema)

    def _read(self, response: httpx.Response, schema: dict[str, Any]) -> Any:
        assert response.status_code == 200, response.text
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers
        found = response.json()
        jsonschema_rs.validate(schema, found)
        return found

    def post(self, schema: dict[str, Any], **form: object) -> Any:
        sent = {name: json.dumps(value) for name, value in form.items()}
        return self._read(self._client.post("/reconcile", data=sent, headers=ELSEWHERE), schema)

    def reconcile(self, column: Sequence[str], **more: object) -> Iterator[list[dict[str, Any]]]:
        """The candidates of each cell, asked ten at a time."""
        for start in range(0, len(column), 10):
            cells = column[start : start + 10]
            queries = {f"q{number}": {"query": cell, "limit": 5, **more} for number, cell in enumerate(cells)}
            results = self.post(RESULTS, queries=queries)
            assert list(results) == list(queries)
            yield from (results[key]["result"] for key in queries)

    def suggest(self, what: str, prefix: str, **more: str) -> list[dict[str, Any]]:
        place = self.manifest["suggest"][what]
        found = self.get(place["service_url"] + place["service_path"], SUGGESTIONS, prefix=prefix, **more)
        return list(found["result"])


@pytest.fixture(scope="module")
def refine(service: Service) -> Refine:
    return Refine(service.by("anonymous"))


def one(refine: Refine, text: str, **more: object) -> list[dict[str, Any]]:
    return next(refine.reconcile([text], **more))


def test_a_column_is_reconciled(refine: Refine, service: Service) -> None:
    matched = 0
    for cell, found in zip(COLUMN, refine.reconcile(list(COLUMN)), strict=True):
        assert len(found) <= 5
        matches = [candidate for candidate in found if candidate["match"]]
        assert matches == found[: len(matches)]
        assert len(matches) <= 1, cell
        assert [candidate["score"] for candidate in found[len(matches) :]] == sorted(
            (candidate["score"] for candidate in found[len(matches) :]), reverse=True
        )
        expected = COLUMN[cell]
        if expected is not None:
            assert matches, cell
            assert matches[0]["id"].startswith(FW + expected), cell
        named = service.by("anonymous").get(f"/api/v1/skills/{quote(cell.strip(), safe='')}")
        assert bool(matches) == (named.status_code == 200), cell
        if matches:
            assert matches[0]["id"] == named.json()["iri"]
        matched += bool(matches)
    assert matched >= 12
    assert one(refine, "virolgy")[0]["id"] == f"{FW}LIF-VIR"


def test_an_ambiguous_name_is_never_a_match(refine: Refine) -> None:
    found = one(refine, "Twin studies")
    assert [candidate["name"] for candidate in found[:2]] == ["Twin studies", "Twin studies"]
    assert not any(candidate["match"] for candidate in found)


def test_types_narrow(refine: Refine) -> None:
    (kind,) = [found["id"] for found in refine.suggest("type", "domain")]
    assert kind == f"{GSE}SkillDomain"
    for candidate in one(refine, "life sciences", type=kind):
        assert candidate["type"][0]["id"] == kind
    (twins,) = [found["id"] for found in refine.suggest("type", "twins")]
    found = one(refine, "twin", type=[twins, f"{SKOS}Concept"])
    assert {candidate["id"] for candidate in found} == {"https://example.org/twins/a", "https://example.org/twins/b"}
    assert {candidate["type"][1]["id"] for candidate in found} == {twins}
    roles = one(refine, "Virologist", type=f"{GSE}RoleProfile")
    assert (roles[0]["name"], roles[0]["match"]) == ("Virologist", True)
    assert [candidate["match"] for candidate in one(refine, "Virology", type=kind)].count(True) == 0


def test_properties_narrow(refine: Refine) -> None:
    found = one(refine, "Twin studies", properties=[{"pid": f"{SKOS}notation", "v": "tw-b"}])
    assert [candidate["id"] for candidate in found] == ["https://example.org/twins/b"]
    beneath = one(refine, "virus", properties=[{"pid": f"{SKOS}broader", "v": {"id": f"{FW}LIF-VIR", "name": "x"}}])
    assert beneath
    assert all(candidate["id"].startswith(f"{FW}LIF-VIR-") for candidate in beneath)
    queries = {"q": {"properties": [{"pid": f"{SKOS}notation", "v": ["LIF-VIR-02", 7]}]}}
    (candidate,) = refine.post(RESULTS, queries=queries)["q"]["result"]
    assert (candidate["id"], candidate["match"]) == (f"{FW}LIF-VIR-02", True)


def test_a_limit_is_kept(refine: Refine) -> None:
    assert len(one(refine, "virus", limit=2)) == 2
    assert len(one(refine, "science", limit=1000)) == 50
    assert one(refine, " ") == []


def test_a_query_by_get_is_answered_alike(refine: Refine) -> None:
    queries = {"a": {"query": "Virology"}}
    asked = refine.get("/reconcile", RESULTS, queries=json.dumps(queries))
    assert asked == refine.post(RESULTS, queries=queries)


def test_entities_are_suggested(refine: Refine) -> None:
    found = refine.suggest("entity", "virol")
    assert found[0]["id"] == f"{FW}LIF-VIR"
    assert refine.suggest("entity", f"{FW}LIF-VIR-02")[0]["id"] == f"{FW}LIF-VIR-02"
    assert refine.suggest("entity", "virol", cursor="1")[0] == found[1]
    assert {one_["notable"][0]["id"] for one_ in refine.suggest("entity", "virol", type=f"{GSE}Skill")} == {
        f"{GSE}Skill"
    }


def test_properties_are_suggested_and_fetched(refine: Refine) -> None:
    (broader,) = [found["id"] for found in refine.suggest("property", "broader")]
    place = refine.manifest["extend"]["propose_properties"]
    proposed = refine.get(
        place["service_url"] + place["service_path"], thing(["properties", "type"]), type=f"{GSE}Skill"
    )
    known = [one_["id"] for one_ in proposed["properties"]]
    assert broader in known
    ids = [f"{FW}LIF-VIR-02", f"{FW}LIF-VIR", f"{FW}NO-SUCH"]
    extended = refine.post(EXTENSION, extend={"ids": ids, "properties": [{"id": iri} for iri in known]})
    assert [meta["id"] for meta in extended["meta"]] == known
    rows = extended["rows"]
    assert list(rows) == ids
    assert rows[ids[0]][broader] == [{"id": f"{FW}LIF-VIR", "name": "Virology"}]
    assert rows[ids[0]][f"{SKOS}notation"] == [{"str": "LIF-VIR-02"}]
    assert rows[ids[0]][f"{GSE}expertDescription"] == rows[ids[1]][f"{GSE}expertDescription"] != []
    assert set(map(str, rows[ids[2]].values())) == {"[]"}


class _Texts(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_concept_is_previewed_and_viewed(refine: Refine, service: Service) -> None:
    client = service.by("anonymous")
    iri = one(refine, "Virology")[0]["id"]
    preview = client.get(refine.manifest["preview"]["url"].replace("{{id}}", quote(iri, safe="")))
    shown = _Texts(preview.text)
    assert "Virology" in shown.text
    assert "LIF-VIR" in shown.text
    assert not shown.tags & {"script", "form", "iframe"}
    assert "frame-ancestors *" in preview.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]
    browser = {"Accept": "text/html"}
    view = client.get(refine.manifest["view"]["url"].replace("{{id}}", quote(iri, safe="")), headers=browser)
    assert (view.status_code, view.headers["location"]) == (303, "/framework/LIF-VIR")
    assert client.get(refine.manifest["preview"]["url"].replace("{{id}}", "urn:x")).status_code == 404


BAD: dict[str, tuple[str, str, int]] = {
    "not json": ("queries", "{", 400),
    "a list": ("queries", "[]", 400),
    "no query": ("queries", '{"q": {}}', 400),
    "no properties": ("queries", '{"q": {"properties": []}}', 400),
    "a word for a number": ("queries", '{"q": {"query": "a", "limit": "5"}}', 400),
    "a limit of none": ("queries", '{"q": {"query": "a", "limit": 0}}', 400),
    "what is not in it": ("queries", '{"q": {"query": "a", "colour": 1}}', 400),
    "a long text": ("queries", json.dumps({"q": {"query": "a" * 501}}), 400),
    "no identifiers": ("extend", '{"properties": []}', 400),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_is_not_as_specified_is_refused(service: Service, fault: str) -> None:
    name, text, status = BAD[fault]
    response = service.by("anonymous").post("/reconcile", data={name: text}, headers=ELSEWHERE)
    assert (response.status_code, response.json()["rule"]) == (status, f"bad-{name}")
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["access-control-allow-origin"] == "*"


def test_limits_and_names_are_told(service: Service) -> None:
    def rule(**form: object) -> str:
        sent = {name: json.dumps(value) for name, value in form.items()}
        return str(service.by("anonymous").post("/reconcile", data=sent).json()["rule"])

    asked = {"query": "a"}
    assert rule(queries={str(n): asked for n in range(101)}) == "batch-too-large"
    assert rule(extend={"ids": [f"{FW}LIF"] * 501, "properties": []}) == "batch-too-large"
    assert rule(queries={"q": asked | {"type": "urn:x"}}) == "unknown-type"
    assert rule(queries={"q": asked | {"properties": [{"pid": "urn:x", "v": "a"}]}}) == "unknown-property"
    assert rule(extend={"ids": [], "properties": [{"id": "urn:x"}]}) == "unknown-property"
    assert rule(queries={}, extend={}) == "one-request"
    assert rule() == "one-request"


def test_only_this_address_is_open_to_all_origins(service: Service) -> None:
    client = service.by("anonymous")
    asked = client.options("/reconcile", headers=ELSEWHERE | {"Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    for path in ("/", "/sparql", "/api/v1/skills?q=a", "/reconciled", "/id/framework/LIF-VIR"):
        assert "access-control-allow-origin" not in client.get(path, headers=ELSEWHERE).headers, path
    refused = client.post("/sparql", data={"query": "ASK {}"}, headers=ELSEWHERE)
    assert (refused.status_code, refused.json()["rule"]) == (403, "cross-origin")


def test_a_script_is_never_given(service: Service) -> None:
    told = service.by("anonymous").get("/reconcile", params={"callback": "run"})
    assert told.headers["content-type"] == "application/json"
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.text.startswith("{")


def test_everybody_gets_the_same(service: Service) -> None:
    queries = {str(n): {"query": text} for n, text in enumerate((*COLUMN, "Eve Birch", "Ann Alder"))}
    answers = set()
    for caller in ("anonymous", "member:alder", "steward:birch", "operator"):
        client = service.by(caller)
        told = [client.post("/reconcile", data={"queries": json.dumps(queries)}).content]
        told += [
            client.get(path).content
            for path in ("/reconcile", "/reconcile/suggest/entity?prefix=eve", f"/reconcile/preview?id={FW}LIF-VIR")
        ]
        answers.add(tuple(told))
    assert len(answers) == 1
