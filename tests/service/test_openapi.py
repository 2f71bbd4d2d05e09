"""The API's description of itself: valid, complete and true. That it is kept to, `policy/test_policy_fuzz.py` shows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import schemathesis

from gse_skills_service.exchanges import exchanges

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
        "get /api/v1/organisations/{slug}/comparison",
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


def has_example(described: dict[str, Any]) -> bool:
    return bool({"example", "examples"} & {*described, *described.get("schema", {})})


def example_of(parameter: dict[str, Any]) -> Any:
    return parameter["example"] if "example" in parameter else parameter["schema"]["examples"][0]


def examples_in(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], object]]:
    """What is told by example, where, and the schema that it has to keep to: parameters, bodies, answers."""
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        for example in (*([parameter["example"]] if "example" in parameter else ()), *schema.get("examples", ())):
            yield f"parameter {parameter['name']}", schema, example
    answers = [one for status, one in operation["responses"].items() if status.startswith("2")]
    for where, said in (("body", operation.get("requestBody", {})), *(("answer", one) for one in answers)):
        for media_type, content in said.get("content", {}).items():
            told = [one["value"] for one in content.get("examples", {}).values()]
            for example in (*told, *([content["example"]] if "example" in content else ())):
                yield f"{where} {media_type}", content.get("schema", {}), example


def without_example(operation: dict[str, Any]) -> Iterator[str]:
    """Required parameters, bodies, and a good answer, of which nothing is shown."""
    for parameter in operation.get("parameters", []):
        if parameter.get("required") and not has_example(parameter):
            yield parameter["name"]
    bodies = operation.get("requestBody", {}).get("content", {})
    yield from (media_type for media_type, content in bodies.items() if not has_example(content))
    good = [one.get("content", {}) for status, one in operation["responses"].items() if status in ("200", "201")]
    if not all(any(map(has_example, content.values())) for content in good):
        yield "answer"


def test_no_operation_is_without_an_example(description: dict[str, Any]) -> None:
    lacking = {f"{method} {path}": list(without_example(said)) for method, path, said in operations(description)}
    assert {operation: what for operation, what in lacking.items() if what} == {}
    told = {f"{method} {path}" for method, path, _ in operations(description)}
    assert exchanges().keys() == told, "an exchange is of no operation, or an operation has none"
    # What would be found if one were taken away.
    skill = deepcopy(description["paths"]["/api/v1/skills/{name}"]["get"])
    del skill["responses"]["200"]["content"]["application/json"]["examples"]
    assert list(without_example(skill)) == ["answer"]


def test_every_example_keeps_to_its_schema(description: dict[str, Any]) -> None:
    counted = Counter[str]()
    for method, path, operation in operations(description):
        for where, schema, example in examples_in(operation):
            whole = {**schema, "components": description["components"]}
            found = [error.message for error in jsonschema_rs.Draft202012Validator(whole).iter_errors(example)]
            assert found == [], f"{method} {path}, {where}"
            counted[where.split()[0]] += 1
    assert counted["answer"] == len(exchanges()) - 2  # two answer with nothing
    assert min(counted["body"], counted["parameter"]) > 30


def test_everybody_in_an_example_is_invented(alliance: Service) -> None:
    told = json.dumps(dict(exchanges()), ensure_ascii=False)
    slugs = {one.slug for one in alliance.register.state.organisations} | {"fenwick-moss"}
    assert set(re.findall(r"[\w.]+@(?:[\w-]+\.)+([a-z]+)", told)) == {"example"}
    assert set(re.findall(r'"(?:organisation|host|home)": "([^"]+)"', told)) <= slugs
    assert set(re.findall(r"gse_[\w-]{20,}", told)) == {"gse_only-shown-once-when-it-is-made"}


def test_every_example_of_a_question_is_true(description: dict[str, Any], alliance: Service) -> None:
    """Asked of another alliance of the same kind, by the same sort of caller; digits that chance gave are its own."""
    steward = alliance.by("steward:larkmoor")
    close = steward.get("/api/v1/candidates", params={"role": "ROL-LIF-01", "limit": 50}).json()["close"]
    person = next(one["person"] for one in close if one["organisation"] == "larkmoor")
    digits = {
        "/api/v1/people/": person,
        "/api/v1/opportunities/": steward.get("/api/v1/opportunities").json()["items"][0]["id"],
        "/api/v1/applications/": steward.get("/api/v1/applications").json()["items"][0]["id"],
    }
    tried = 0
    for method, path, operation in operations(description):
        if method != "get" or path == "/api/v1/imports/{name}/report.{form}":  # nothing was sent that it could report
            continue
        exchange = exchanges()[f"get {path}"]
        shown = {one["name"]: one for one in operation.get("parameters", [])}
        assert exchange["parameters"].keys() <= shown.keys()
        asked = {name: example_of(one) for name, one in shown.items() if has_example(one)}
        if thing := next((start for start in digits if path.startswith(start + "{identifier}")), None):
            asked["identifier"] = digits[thing]
        in_path = {name: asked.pop(name) for name in list(asked) if shown.get(name, {}).get("in") == "path"}
        caller, colon, _ = exchange["caller"].partition("person:larkmoor/")
        client = alliance.by(f"person:larkmoor/{person}" if colon else caller)
        for parameters in (asked, {**exchange["parameters"], **in_path}):
            query = {name: value for name, value in parameters.items() if name not in in_path}
            response = client.get(path.format(**in_path), params=query, follow_redirects=True)
            assert response.status_code == 200, (path, query, response.text)
            tried += 1
    assert tried > 100


def test_every_example_of_a_query_by_post_is_true(description: dict[str, Any], service: Service) -> None:
    bodies = description["paths"]["/sparql"]["post"]["requestBody"]["content"]
    for media_type, body in bodies.items():
        example = body["example"]
        sent = {"data": example} if isinstance(example, dict) else {"content": example}
        response = service.by("anonymous").post("/sparql", headers={"Content-Type": media_type}, **sent)
        assert response.json()["boolean"] is True
    assert len(bodies) == 2


def test_examples_of_a_concept_are_of_one_concept(description: dict[str, Any], service: Service) -> None:
    properties = description["components"]["schemas"]["ConceptRef"]["properties"]
    told = {name: schema["examples"][0] for name, schema in properties.items()}
    found = service.by("anonymous").get(f"/api/v1/skills/{told['notation']}").json()
    assert {name: found[name] for name in told} == told


def test_every_method_described_is_allowed(service: Service, description: dict[str, Any]) -> None:
    for path, methods in description["paths"].items():
        response = service.by("anonymous").request("TRACE", re.sub(r"\{[^}]+\}", "x", path))
        assert response.status_code == 405, path
        assert set(response.headers["allow"].split(", ")) >= {method.upper() for method in methods}, path


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
