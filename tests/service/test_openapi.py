"""The API's description of itself: valid, complete, true, and kept to under whatever Schemathesis thinks of."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

OPENAPI = "/api/v1/openapi.json"
FW, SKOS = "https://w3id.org/gse-skills/framework/", "http://www.w3.org/2004/02/skos/core#"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
KNOWN: dict[str, list[str]] = {
    "slug": ["alder", "birch", "cedar"],
    "skill": ["Virology", "LIF", "Deep learning", "Twin studies", "LIF-VIR-02", "virus stuff"],
    "org": ["alder", "cedar"],
    "query": [
        "ASK {}",
        "SELECT * {?s ?p ?o} LIMIT 3",
        "CONSTRUCT WHERE {?s ?p ?o} LIMIT 3",
        "DESCRIBE <urn:x>",
        "SELECT",
    ],
    "accept": ["*/*", "text/csv", "text/turtle", "application/json", "image/png"],
    "path": ["framework/LIF-VIR", "framework/LIF-VIR.ttl", "organisation/alder.rdf", "ontology", "theme/no-such"],
    "iri": [f"{FW}LIF-VIR", "https://example.org/twins/a", "urn:x"],
    "id": [f"{FW}LIF-VIR", "urn:x"],
    "queries": [json.dumps({"q": {"query": "virolgy"}}), "{}", "[]", json.dumps({"q": {"query": "a", "type": "b"}})],
    "extend": [json.dumps({"ids": [f"{FW}LIF"], "properties": [{"id": f"{SKOS}broader"}]}), "{}"],
    "prefix": ["virol", "skill", "note"],
}
"""Values that lead deeper than a refusal at the door; Schemathesis chooses among them."""


@pytest.fixture(scope="module")
def description(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.by("anonymous").get(OPENAPI).json()
    return found


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def test_it_is_openapi_3_1(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(description).validate()
    with pytest.raises(Exception, match="is not of type"):
        schemathesis.openapi.from_dict(description | {"paths": []}).validate()
    named = set(description["components"]["schemas"])
    assert {name.rpartition("/")[2] for name in re.findall(r'"\$ref": "([^"]+)"', json.dumps(description))} == named


def test_every_operation_is_told_in_full(description: dict[str, Any]) -> None:
    told = {f"{method} {path}" for method, path, _ in operations(description)}
    assert told == {
        "get /api/v1/skills",
        "get /api/v1/skills/{name}",
        "get /api/v1/roles",
        "get /api/v1/roles/{name}",
        "get /api/v1/releases",
        "get /downloads/{name}.{form}",
        "get /api/v1/experts",
        "get /api/v1/organisations",
        "get /api/v1/organisations/{slug}",
        "get /api/v1/organisations/{slug}/capability",
        "get /api/v1/organisations/{slug}/progress",
        "get /api/v1/people/{identifier}/gap",
        "get /api/v1/people/{identifier}/pathways",
        "get /api/v1/people/{identifier}/progress",
        "get /api/v1/people/{identifier}/plan",
        "post /api/v1/people/{identifier}/plan",
        "patch /api/v1/people/{identifier}/plan",
        "get /api/v1/candidates",
        "get /api/v1/organisations/{slug}/trend",
        "get /api/v1/coverage",
        "get /api/v1/organisations/{slug}/units",
        "post /api/v1/organisations/{slug}/units",
        "get /api/v1/organisations/{slug}/targets",
        "post /api/v1/organisations/{slug}/targets",
        "delete /api/v1/organisations/{slug}/targets/{identifier}",
        "get /api/v1/organisations/{slug}/sharing",
        "patch /api/v1/organisations/{slug}/sharing",
        "get /api/v1/organisations/{slug}/retention",
        "put /api/v1/organisations/{slug}/retention",
        "post /api/v1/organisations/{slug}/imports",
        "get /api/v1/imports/{name}/report.{form}",
        "get /api/v1/people/{identifier}",
        "get /api/v1/people/{identifier}/record",
        "get /api/v1/me",
        "get /api/v1/me/corrections",
        "post /api/v1/me/corrections",
        "get /api/v1/organisations/{slug}/corrections",
        "post /api/v1/organisations/{slug}/corrections/{identifier}",
        "delete /api/v1/people/{identifier}",
        "get /api/v1/proposals",
        "post /api/v1/proposals",
        "post /api/v1/proposals/{identifier}/decision",
        "get /api/v1/incidents",
        "post /api/v1/incidents",
        "post /api/v1/incidents/{identifier}/close",
        "post /api/v1/incidents/{identifier}/responders",
        "get /api/v1/users",
        "post /api/v1/users",
        "delete /api/v1/users/{identifier}",
        "get /api/v1/tokens",
        "post /api/v1/tokens",
        "delete /api/v1/tokens/{name}",
        "post /api/v1/organisations",
        "get /id",
        "get /id/{path}",
        "get /doc",
        "get /doc/{path}",
        "get /def/",
        "get /dataset",
        "get /.well-known/void",
        "get /reconcile",
        "post /reconcile",
        "get /reconcile/suggest/entity",
        "get /reconcile/suggest/type",
        "get /reconcile/suggest/property",
        "get /reconcile/properties",
        "get /reconcile/preview",
        "get /sparql",
        "post /sparql",
        "get /api/v1/audit",
        "get /api/v1/audit/anchor",
        "get /healthz",
        "get /readyz",
    }
    for method, path, operation in operations(description):
        assert operation["summary"], path
        assert len(operation["description"]) > 20, path
        assert len(operation["tags"]) == 1, path
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                assert list(response["content"]) == ["application/problem+json"], f"{method} {path} {status}"


def test_every_example_is_true(description: dict[str, Any], alliance: Service) -> None:
    tried = Counter[str]()
    client = alliance.by("member:larkmoor")
    for method, path, operation in operations(description):
        parameters = operation.get("parameters", [])
        given_ = {one["name"]: one["example"] for one in parameters if "example" in one}
        given_ |= {one["name"]: one["schema"]["examples"][0] for one in parameters if "examples" in one["schema"]}
        if not given_ or any(one["required"] and one["name"] not in given_ for one in parameters if "required" in one):
            continue
        in_path = {one["name"] for one in parameters if one["in"] == "path"}
        address = path.format(**{name: given_[name] for name in in_path})
        rest = {name: value for name, value in given_.items() if name not in in_path}
        if method == "get":
            assert client.get(address, params=rest, follow_redirects=True).status_code == 200, address
            tried[path] += 1
    for media_type, body in description["paths"]["/sparql"]["post"]["requestBody"]["content"].items():
        example = body["example"]
        sent = {"data": example} if isinstance(example, dict) else {"content": example}
        response = client.post("/sparql", headers={"Content-Type": media_type}, **sent)
        assert response.json()["boolean"] is True
        tried[media_type] += 1
    assert len(tried) == 18


def test_examples_of_a_concept_are_of_one_concept(description: dict[str, Any], service: Service) -> None:
    properties = description["components"]["schemas"]["ConceptRef"]["properties"]
    told = {name: schema["examples"][0] for name, schema in properties.items()}
    found = service.by("anonymous").get(f"/api/v1/skills/{told['notation']}").json()
    assert {name: found[name] for name in told} == told


@pytest.fixture(scope="module")
def fuzzed(serve: Serve) -> Iterator[Service]:
    """A service that may be changed by chance."""
    with serve(query_seconds=5.0) as service:
        yield service


@pytest.mark.parametrize("caller", ["anonymous", "member:alder", "steward:alder"])
def test_no_request_that_it_allows_meets_an_answer_that_it_does_not(
    fuzzed: Service, description: dict[str, Any], caller: str
) -> None:
    statuses = Counter[int]()
    token = {} if caller == "anonymous" else {"Authorization": f"Bearer {fuzzed.token(caller)}"}
    schema = schemathesis.openapi.from_dict(_with_known_values(description))
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(
            max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def asks(case: schemathesis.Case[Any]) -> None:
            response = case.call(base_url=fuzzed.url, headers=token)
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

        asks()
    assert statuses[200] > 30
    assert statuses[403] > 0
    assert statuses[400] + statuses[404] + statuses[409] + statuses[422] > 30
    assert fuzzed.by("anonymous").get("/readyz").status_code == 200


def _with_known_values(description: dict[str, Any]) -> dict[str, Any]:
    def known(parameter: dict[str, Any]) -> dict[str, Any]:
        values = KNOWN.get(parameter["name"])
        return parameter | {"schema": {"type": "string", "enum": values}} if values else parameter

    paths = {
        path: {
            method: operation | {"parameters": [known(one) for one in operation.get("parameters", [])]}
            for method, operation in methods.items()
        }
        for path, methods in description["paths"].items()
    }
    return description | {"paths": paths}
