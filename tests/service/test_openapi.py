"""The API's description of itself: valid, complete and true. That it is kept to, `policy/test_policy_fuzz.py` shows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis

if TYPE_CHECKING:
    from tests.service.conftest import Service

OPENAPI = "/api/v1/openapi.json"


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
        "post /api/v1/skills/in-text",
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
        "get /api/v1/organisations/{slug}/coverage",
        "post /api/v1/organisations/{slug}/coverage",
        "get /api/v1/organisations/{slug}/units",
        "post /api/v1/organisations/{slug}/units",
        "post /api/v1/organisations/{slug}/units/end",
        "get /api/v1/organisations/{slug}/targets",
        "post /api/v1/organisations/{slug}/targets",
        "delete /api/v1/organisations/{slug}/targets/{identifier}",
        "get /api/v1/organisations/{slug}/sharing",
        "patch /api/v1/organisations/{slug}/sharing",
        "get /api/v1/organisations/{slug}/retention",
        "put /api/v1/organisations/{slug}/retention",
        "get /api/v1/retention",
        "post /api/v1/retention/runs",
        "post /api/v1/organisations/{slug}/imports",
        "get /api/v1/organisations/{slug}/imports",
        "post /api/v1/organisations/{slug}/imports/{identifier}/undo",
        "get /api/v1/imports/{name}/report.{form}",
        "get /api/v1/people/{identifier}",
        "get /api/v1/people/{identifier}/record",
        "get /api/v1/me",
        "get /api/v1/me/corrections",
        "post /api/v1/me/corrections",
        "get /api/v1/organisations/{slug}/corrections",
        "post /api/v1/organisations/{slug}/corrections/{identifier}",
        "post /api/v1/people/{identifier}/assessments",
        "post /api/v1/people/{identifier}/confirmations",
        "get /api/v1/me/endorsements",
        "post /api/v1/me/endorsements",
        "post /api/v1/me/endorsements/{identifier}",
        "get /api/v1/organisations/{slug}/endorsements",
        "get /api/v1/organisations/{slug}/calibration",
        "delete /api/v1/people/{identifier}",
        "get /api/v1/opportunities",
        "post /api/v1/opportunities",
        "get /api/v1/opportunities/{identifier}",
        "post /api/v1/opportunities/{identifier}/confirmation",
        "post /api/v1/opportunities/{identifier}/withdrawal",
        "post /api/v1/opportunities/{identifier}/applications",
        "get /api/v1/applications",
        "get /api/v1/applications/{identifier}",
        "post /api/v1/applications/{identifier}/{step}",
        "get /api/v1/people/{identifier}/opportunities",
        "get /opportunities.atom",
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
    client = alliance.by("steward:larkmoor")
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
    assert len(tried) == 31


def test_examples_of_a_concept_are_of_one_concept(description: dict[str, Any], service: Service) -> None:
    properties = description["components"]["schemas"]["ConceptRef"]["properties"]
    told = {name: schema["examples"][0] for name, schema in properties.items()}
    found = service.by("anonymous").get(f"/api/v1/skills/{told['notation']}").json()
    assert {name: found[name] for name in told} == told


def test_a_parameter_that_is_not_described_is_refused(service: Service, description: dict[str, Any]) -> None:
    for method, path, operation in operations(description):
        if not path.startswith("/api/v1/"):
            continue
        described = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        address = re.sub(r"\{[^}]+\}", "x", path)
        response = service.by("steward:alder").request(method, address, params={"as_off": "2025-12-31"})
        body = response.json()
        assert (response.status_code, body["rule"], body["unknown"]) == (400, "unknown-parameter", ["as_off"]), path
        assert set(body["known"]) == described, path
        assert ("“as_of”" in body["remedy"]) == ("as_of" in described), path
