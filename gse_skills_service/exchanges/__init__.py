"""Examples in the API's description: one exchange with the demo for each operation, as it took place.

Everybody in them is invented, and long lists are cut. Each file holds the exchanges of one tag, by method and path: who
asked, the parameters, what was sent, and the answer by media type. What a parameter or a body says of itself stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

_HERE = Path(__file__).parent
Exchange = Mapping[str, Any]
Described = dict[str, Any]


@cache
def exchanges() -> Mapping[str, Exchange]:
    """The exchanges, by method and path.

    >>> exchanges()["get /api/v1/skills"]["parameters"]["q"]
    'virology'
    """
    files = (json.loads(path.read_text("utf-8")) for path in sorted(_HERE.glob("*.json")))
    return {operation: exchange for file in files for operation, exchange in file.items()}


def install(app: FastAPI) -> None:
    """Give what `app` says of itself an example of each operation."""
    described = app.openapi

    @cache
    def with_examples() -> Described:
        description = described()
        for operation, said in _operations(description):
            if exchange := exchanges().get(operation):
                _show(said, exchange)
        return description

    app.openapi = with_examples  # type: ignore[method-assign] # FastAPI's own way to extend what it generates


def _operations(description: Described) -> Iterator[tuple[str, Described]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def _show(operation: Described, exchange: Exchange) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in exchange["parameters"] and not has_example(parameter):
            parameter["example"] = exchange["parameters"][parameter["name"]]
    if "body" in exchange:
        for content in operation["requestBody"]["content"].values():
            if not has_example(content):
                content["example"] = exchange["body"]
    status = next(status for status in operation["responses"] if status.startswith("2"))
    for media_type, body in exchange.get("answer", {}).items():
        content = operation["responses"][status]["content"][media_type]
        content["examples"] = {"demo": {"summary": f"To {exchange['caller']}", "value": body}}


def has_example(described: Described) -> bool:
    """Whether a parameter or a body shows an example, itself or in its schema."""
    return bool({"example", "examples"} & ({*described} | {*described.get("schema", {})}))
