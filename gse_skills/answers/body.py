"""The base of all answers, and those that are only a number."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """The base of all answers."""

    model_config = ConfigDict(frozen=True)


class StatementsBody(Body):
    """How many statements something is about."""

    statements: int
