"""What a client sends: batches of queries, and requests for the properties of concepts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from gse_skills.errors import InputError, TooLargeError

MAX_QUERIES = 100
"""Queries in a batch; OpenRefine sends ten."""
MAX_IDS = 500
MAX_PROPERTIES = 50
MAX_TEXT = 500
MAX_RESULTS = 50
DEFAULT_RESULTS = 10

Text = Annotated[str, Field(max_length=MAX_TEXT)]
Iri = Annotated[str, Field(max_length=2000)]


class Reference(BaseModel):
    """A value that is a concept, reconciled before."""

    model_config = ConfigDict(strict=True)

    id: Iri
    name: Text | None = None


Value = Reference | Text | bool | int | float


class PropertyValue(BaseModel):
    """A property that a candidate must have, with one value or any of several."""

    model_config = ConfigDict(strict=True)

    pid: Iri
    v: Value | Annotated[list[Value], Field(max_length=MAX_PROPERTIES)]

    @property
    def texts(self) -> list[str]:
        """The values as they are written, that of a concept its IRI."""
        values = self.v if isinstance(self.v, list) else [self.v]
        return [value.id if isinstance(value, Reference) else str(value) for value in values]


class ReconciliationQuery(BaseModel):
    """One query of a batch."""

    model_config = ConfigDict(strict=True, extra="forbid")

    query: Text = ""
    type: Iri | Annotated[list[Iri], Field(max_length=MAX_PROPERTIES)] = []
    limit: float = Field(DEFAULT_RESULTS, gt=0)
    properties: list[PropertyValue] = Field([], max_length=MAX_PROPERTIES)
    type_strict: Literal["any", "should", "all"] = "any"
    """Taken and not looked at, as in OpenRefine: what it means is unclear in the specification itself."""

    @model_validator(mode="after")
    def _asks(self) -> ReconciliationQuery:
        if "query" not in self.model_fields_set and not self.properties:
            msg = "a query needs “query” or “properties”"
            raise ValueError(msg)
        return self

    @property
    def types(self) -> list[str]:
        """The types asked for, none for any."""
        return [self.type] if isinstance(self.type, str) else self.type

    @property
    def count(self) -> int:
        """How many candidates at most."""
        return min(max(1, int(self.limit)), MAX_RESULTS)


class PropertyAsked(BaseModel):
    """A property to fetch; it has no settings."""

    id: Iri


class ExtensionQuery(BaseModel):
    """A data extension query."""

    ids: list[Iri]
    properties: list[PropertyAsked] = Field(max_length=MAX_PROPERTIES)


_BATCH: TypeAdapter[dict[str, ReconciliationQuery]] = TypeAdapter(dict[str, ReconciliationQuery])


def read_batch(text: str) -> dict[str, ReconciliationQuery]:
    """The queries of a batch, by their keys.

    Raises InputError (rule `bad-queries`) and TooLargeError (rule `batch-too-large`).
    """
    try:
        batch = _BATCH.validate_json(text)
    except ValidationError as error:
        raise _bad("queries", error) from None
    _within(len(batch), MAX_QUERIES, "queries")
    return batch


def read_extension(text: str) -> ExtensionQuery:
    """A data extension query; raises InputError (rule `bad-extend`) and TooLargeError (rule `batch-too-large`)."""
    try:
        asked = ExtensionQuery.model_validate_json(text)
    except ValidationError as error:
        raise _bad("extend", error) from None
    _within(len(asked.ids), MAX_IDS, "identifiers")
    return asked


def _within(size: int, limit: int, what: str) -> None:
    if size > limit:
        raise TooLargeError(
            f"There are {size} {what} in the batch.", rule="batch-too-large", remedy=f"Send at most {limit} at a time."
        )


def _bad(name: str, error: ValidationError) -> InputError:
    faults = [
        {"at": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors(include_url=False)
    ][:10]
    told = "; ".join(f"{fault['at']}: {fault['message']}" if fault["at"] else fault["message"] for fault in faults)
    return InputError(
        f"“{name}” is not as the Reconciliation Service API 0.2 has it: {told}.",
        rule=f"bad-{name}",
        remedy="See the JSON schemas of the specification.",
        extra={"faults": faults},
    )
