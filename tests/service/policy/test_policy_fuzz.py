"""Whatever Schemathesis thinks of, as each kind of caller: no error of ours, no answer outside the description, and no
access outside the table in tests/data/policy/doors.toml.

`GSE_SKILLS_FUZZ` is the number of requests to each operation as each caller; without it there are a few, the same
every time.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

if TYPE_CHECKING:
    from tests.service.policy.conftest import Policy, World

EXAMPLES = int(os.environ.get("GSE_SKILLS_FUZZ", "0"))
FEW = 3
CALLERS = (
    "anonymous",
    "member",
    "person",
    "lead",
    "steward",
    "duty-officer",
    "responder",
    "framework-owner",
    "administrator",
    "operator",
)
FW, SKOS = "https://w3id.org/gse-skills/framework/", "http://www.w3.org/2004/02/skos/core#"
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
KNOWN: dict[str, list[str]] = {
    "slug": ["<slug>", "birch", "nowhere"],
    "identifier": ["<public>", "<private>", "<open>", "<over>", "00000000000000ff"],
    "skill": ["Virology", "LIF", "Deep learning", "Twin studies", "LIF-VIR-02", "virus stuff"],
    "concept": ["LIF", "LIF-VIR", "virus stuff"],
    "role": ["ROL-LIF-01", "no such role"],
    "org": ["alder", "<slug>", "nowhere"],
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


@dataclass(frozen=True, slots=True)
class Described:
    """The description of the interface, and each operation with the requests that Schemathesis thinks of."""

    description: dict[str, Any]
    operations: tuple[tuple[str, SearchStrategy[schemathesis.Case[Any]]], ...]


@pytest.fixture(scope="module")
def described(playground: World) -> Described:
    """What all callers are told alike, made out once."""
    description = playground.client("anonymous").get("/api/v1/openapi.json").json()
    operations = []
    for found in schemathesis.openapi.from_dict(_with_known_values(description, playground)).get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        operations.append((operation.label, operation.as_strategy()))
    return Described(description, tuple(operations))


@pytest.mark.parametrize("caller", CALLERS)
def test_no_request_meets_an_answer_that_is_not_described_or_not_for_its_caller(
    playground: World, policy: Policy, described: Described, caller: str
) -> None:
    statuses, refused = Counter[int](), 0
    client = playground.client(caller)
    assert client.get("/api/v1/openapi.json").json() == described.description
    closed = _closed_to(policy, caller)
    for label, strategy in described.operations:
        refused += label in closed

        @settings(
            max_examples=EXAMPLES or FEW,
            deadline=None,
            derandomize=not EXAMPLES,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def asks(case: schemathesis.Case[Any]) -> None:
            response = case.call(base_url=playground.service.url, headers=dict(client.headers))
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)
            assert response.status_code >= 400 or case.operation.label not in closed, case.as_curl_command()

        asks()
    assert refused == len(closed & _described(described.description)) > (-1 if caller == "operator" else 5)
    assert statuses[200] > 20
    assert caller == "operator" or statuses[403] > 0
    assert statuses[400] + statuses[404] + statuses[409] + statuses[422] > 20
    assert playground.client("anonymous").get("/readyz").status_code == 200


def _described(description: dict[str, Any]) -> set[str]:
    return {f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods}


def _closed_to(policy: Policy, caller: str) -> set[str]:
    """The operations that refuse everybody of that role, whatever is asked, as the description writes them."""

    def role(name: str) -> str:
        return policy.callers[name].partition(":")[0]

    alike = [name for name in policy.callers if role(name) == role(caller)]
    return {
        re.sub(r":path}", "}", route)
        for route, door in policy.doors.items()
        if all(door.expected(name).startswith(("401", "403")) for name in alike)
    }


def _with_known_values(description: dict[str, Any], world: World) -> dict[str, Any]:
    def known(parameter: dict[str, Any]) -> dict[str, Any]:
        values = KNOWN.get(parameter["name"])
        return (
            parameter | {"schema": {"type": "string", "enum": list(map(world.fill, values))}} if values else parameter
        )

    paths = {
        path: {
            method: operation | {"parameters": [known(one) for one in operation.get("parameters", [])]}
            for method, operation in methods.items()
        }
        for path, methods in description["paths"].items()
    }
    return description | {"paths": paths}
