"""Releases of the framework to take away, in every form, open to everybody.

A file is made once: it is kept in memory as long as the concept schemes stay as they are.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Request
from fastapi.responses import Response

from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework
from gse_skills.framework.export import STYLE_DIGEST, Form, export
from gse_skills.register import Register
from gse_skills.release import Installed
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Registered, get_caller

ROOM = 256 << 20
"""Bytes of files that are kept."""
_POLICY = f"default-src 'none'; style-src '{STYLE_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The document brings its own style, which the policy of the pages would keep from it."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file, with its entity tag."""

    content: bytes
    tag: str


class Downloads:
    """The files made so far; thread-safe, and one file is made at a time, since each takes a core for seconds."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, Form], Download] = OrderedDict()
        self._framework: Framework | None = None
        self._making = threading.Lock()

    def get(self, register: Register, release: Installed, form: Form) -> Download:
        """The file of a release in a form."""
        with self._making:
            # Bringing in a scheme makes a new framework; importing records does not.
            framework = register.state.framework
            if framework is not self._framework:
                self._files.clear()
                self._framework = framework
            key = (release.graph, form)
            if key not in self._files:
                self._files[key] = _made(register, release, form)
                while len(self._files) > 1 and sum(len(file.content) for file in self._files.values()) > ROOM:
                    self._files.popitem(last=False)
            self._files.move_to_end(key)
            return self._files[key]


def _made(register: Register, release: Installed, form: Form) -> Download:
    content = export(register.store.triples(release.graph), form, register.settings.marking)
    return Download(content, f'"{hashlib.sha256(content).hexdigest()[:24]}"')


def install(app: FastAPI) -> None:
    """Give `app` the downloads."""
    app.state.downloads = Downloads()
    app.include_router(router)


router = APIRouter(tags=["Framework"], dependencies=[Depends(get_caller)], responses=problems(401, 422))
_CONTENT = {form.media_type.partition(";")[0]: {"schema": {"type": "string"}} for form in Form}


@router.get(
    "/downloads/{name:path}.{form}",
    response_class=Response,
    responses={200: {"description": "The file", "content": _CONTENT}, **problems(400, 404, 413)},
    summary="A release of the framework as a file",
)
def download(
    request: Request,
    register: Registered,
    name: Annotated[str, Path(description="Slug of a scheme, or slug@version for one release.", examples=["gse"])],
    form: Annotated[str, Path(description=f"One of {', '.join(one.value for one in Form)}.", examples=["ttl"])],
) -> Response:
    """A concept scheme as RDF, as the spreadsheet template that `framework load` takes, or as a printable document."""
    release = register.state.releases.meant(name)
    chosen = _form(form)
    file: Download = request.app.state.downloads.get(register, release, chosen)
    headers = {"ETag": file.tag, "Cache-Control": "public, no-cache"}
    known = {value.strip().removeprefix("W/") for value in request.headers.get("if-none-match", "").split(",")}
    if known & {file.tag, "*"}:
        return Response(status_code=304, headers=headers)
    way = "inline" if chosen is Form.HTML else "attachment"
    headers["Content-Disposition"] = f'{way}; filename="{file_name(release, chosen)}"'
    if chosen is Form.HTML:
        headers["Content-Security-Policy"] = _POLICY
    return Response(file.content, media_type=chosen.media_type, headers=headers)


def _form(text: str) -> Form:
    try:
        return Form(text)
    except ValueError:
        choices = [form.value for form in Form]
        remedy = f"Ask for one of: {', '.join(choices)}."
        raise NotFoundError(
            f"There is no form “{text}”.", rule="unknown-form", remedy=remedy, extra={"forms": choices}
        ) from None


def file_name(release: Installed, form: Form) -> str:
    """The name under which a browser keeps the file, which says which release it is."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", release.name).strip("-")
    return f"{stem}.{form.value}"
