"""How a command reaches the register: by the API of the service that runs on the data folder, or where none runs by
the same API in the command's own process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar
from urllib.parse import quote

import httpx
import typer
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from gse_skills import errors
from gse_skills.audit import PURPOSE_HEADER
from gse_skills.cli.output import waiting
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.store import service_note

Data = Annotated[
    Path | None, typer.Option("--data", help="The data folder; also GSE_SKILLS_DATA.", show_default="data")
]
Purpose = Annotated[
    str, typer.Option("--purpose", envvar="GSE_SKILLS_PURPOSE", help="Why, for the audit log; no names of people.")
]
Answer = TypeVar("Answer", bound=BaseModel)
Progress = Callable[[int], None]
Asked = Mapping[str, Any]
"""Names and values; days, enumerations and the like are written as the API takes them."""

_KINDS: dict[int, type[errors.GseSkillsError]] = {
    401: errors.RefusedError,
    403: errors.RefusedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    412: errors.ConflictError,
    413: errors.TooLargeError,
    507: errors.LimitError,
}
_MEMBERS = {"type", "title", "status", "detail", "rule", "remedy"}
"""Of a problem; what it has besides are the offending things."""


class Service:
    """The API, asked in the operator's name; every method raises the error that a problem was at the other end."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, shape: type[Answer], asked: Asked | None = None) -> Answer:
        """What is there; of what is `asked`, None counts as not asked."""
        return shape.model_validate(self.send("GET", path, asked).json())

    def post(self, path: str, shape: type[Answer], body: Asked | None = None, asked: Asked | None = None) -> Answer:
        """What came of doing something."""
        return shape.model_validate(self.send("POST", path, asked, body=to_jsonable_python(body)).json())

    def patch(
        self,
        path: str,
        shape: type[Answer],
        body: Asked,
        asked: Asked | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """What came of changing something."""
        response = self.send("PATCH", path, asked, body=to_jsonable_python(body), headers=headers)
        return shape.model_validate(response.json())

    def delete(self, path: str, shape: type[Answer], asked: Asked | None = None) -> Answer:
        """What came of taking something away."""
        return shape.model_validate(self.send("DELETE", path, asked).json())

    def send(
        self,
        method: str,
        path: str,
        asked: Asked | None = None,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, BinaryIO]] | None = None,
    ) -> httpx.Response:
        """The answer as it came, for what is no JSON."""
        given = {name: value for name, value in to_jsonable_python(asked or {}).items() if value is not None}
        response = self._client.request(method, path, params=given, json=body, headers=headers, data=data, files=files)
        if not response.is_success:
            raise _problem(response)
        return response


def address(*parts: str) -> str:
    """The address of a resource of the API.

    >>> address("organisations", "larkmoor", "units")
    '/api/v1/organisations/larkmoor/units'
    >>> address("skills", "PCR testing")
    '/api/v1/skills/PCR%20testing'
    """
    return "/".join(["/api/v1", *(quote(part, safe="") for part in parts)])


def operator_address(*parts: str) -> str:
    """The address of what the operator alone may do.

    >>> operator_address("complaints")
    '/operator/complaints'
    """
    return "/".join(["/operator", *(quote(part, safe="") for part in parts)])


def settings_for(data: Path | None) -> Settings:
    """The settings, with the data folder that the command line names."""
    return Settings() if data is None else Settings(data=data)


@contextmanager
def open_service(data: Path | None, purpose: str = "", progress: Progress = lambda done: None) -> Iterator[Service]:
    """The API over a data folder; `purpose` goes into the audit log, `progress` gets the people of an import.

    Raises what `Register.open` raises, and UnavailableError (rules `service-gone` when the service leaves midway,
    `no-application`).
    """
    settings = settings_for(data)
    headers = {PURPOSE_HEADER: quote(purpose)} if purpose else {}
    client = _running(settings.data)
    if client is None:
        with Register.open(settings) as register, _application()(register, progress) as client:
            client.headers.update(headers)
            yield Service(client)
        return
    with closing(client):
        client.headers.update(headers)
        try:
            yield Service(client)
        except httpx.TransportError as error:
            raise errors.UnavailableError(
                f"The service that holds {settings.data} does not answer any more: {error}",
                rule="service-gone",
                remedy="Do it again; what was done already is not done twice.",
            ) from error


class _Patient(httpx.HTTPTransport):
    """Says on a terminal for how long it has been waiting for the service."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with waiting("Waiting for the service"):
            return super().handle_request(request)


def _running(folder: Path) -> httpx.Client | None:
    """A client of the service that left its note in the data folder, if it answers to the key in it: one that was
    killed leaves its note behind, and perhaps its port to another."""
    note = service_note(folder)
    if note is None:
        return None
    headers = {"Authorization": f"Bearer {note['key']}"}
    # Whatever proxy the environment names, the way to this machine does not lead through it.
    client = httpx.Client(
        base_url=str(note["url"]), headers=headers, timeout=3600.0, trust_env=False, transport=_Patient()
    )
    try:
        # A busy machine may take its time; whatever else holds the port now would have to say nothing at all.
        if client.get("/operator", timeout=30.0).is_success:
            return client
    except httpx.TransportError:
        pass
    client.close()
    return None


@cache
def _application() -> Callable[[Register, Progress], AbstractContextManager[httpx.Client]]:
    """What opens the application in this process; found by name, since the library imports nothing of the service."""
    for entry in entry_points(group="gse_skills.application"):
        opened: Callable[[Register, Progress], AbstractContextManager[httpx.Client]] = entry.load()
        return opened
    raise errors.UnavailableError(
        "The application that answers commands is not installed.",
        rule="no-application",
        remedy="Install GSE Skills again: pip install gse-skills.",
    )


def _problem(response: httpx.Response) -> errors.GseSkillsError:
    """The error that a problem was at the other end."""
    try:
        problem = response.json()
        detail, rule = str(problem["detail"]), str(problem["rule"])
    except (json.JSONDecodeError, KeyError):
        detail, rule, problem = f"The service answered {response.status_code}.", "service-error", {}
    others = errors.UnavailableError if response.is_server_error else errors.InputError
    kind = _KINDS.get(response.status_code, others)
    extra = {name: value for name, value in problem.items() if name not in _MEMBERS}
    return kind(detail, rule=rule, remedy=str(problem.get("remedy", "")), extra=extra)
