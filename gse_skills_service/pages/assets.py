"""Static files under names that hold a hash of their content, so that browsers may keep them for ever.

Everything is read, linked, hashed and compressed once, when the service starts; nothing is read from disk per request.
"""

from __future__ import annotations

import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from gse_skills.errors import NotFoundError, UnavailableError

FOLDER = Path(__file__).parent.parent / "static"
PREFIX = "/assets/"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}

# How a file names another one of ours: always relative, `./` or `../`, in CSS url() and in module imports.
_REFERENCES = {
    ".css": re.compile(r"""url\(["']?(\.{1,2}/[^)"']+)["']?\)"""),
    ".js": re.compile(r"""\bfrom\s*["'](\.{1,2}/[^"']+)["']"""),
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent: its hashed path below `/assets/`, its media type, its bytes as they are and gzipped."""

    path: str
    media_type: str
    body: bytes
    gzipped: bytes


class Assets:
    """The static files by name; also the ASGI application that answers for them.

    Mount it: `app.mount("/assets", assets)`. Bodies are compressed already, and say so; a compressing middleware
    leaves them alone.
    """

    def __init__(self, by_name: Mapping[str, Asset]) -> None:
        self._by_name = MappingProxyType(dict(by_name))
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    @classmethod
    def from_folder(cls, folder: Path = FOLDER) -> Assets:
        """Read every static file of `folder`, and put hashed names where one file names another.

        Raises UnavailableError (rule "assets-missing") when the front-end files that the build brings are not there or
        a file names one that is not.
        """
        sources = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.suffix in _TYPES
        }
        if not any(name.startswith("vendor/") for name in sources):
            raise _missing("vendor/")
        made: dict[str, Asset] = {}

        def make(name: str) -> Asset:
            if name not in made:
                if name not in sources:
                    raise _missing(name)
                made[name] = _asset(name, sources[name], make)
            return made[name]

        for name in sources:
            make(name)
        return cls(made)

    def url(self, name: str) -> str:
        """The address of the file with that name, such as "css/app.css".

        Raises NotFoundError (rule "asset-unknown").
        """
        try:
            return PREFIX + self._by_name[name].path
        except KeyError:
            msg = f"There is no static file called {name}."
            raise NotFoundError(msg, rule="asset-unknown", remedy="Use the name of a file in static/.") from None

    def find(self, path: str) -> Asset | None:
        """The file whose hashed path below `/assets/` is `path`."""
        return self._by_path.get(path)

    def answer(self, method: str, path: str, accept_encoding: str) -> Response:
        """The response to a request for `path` below `/assets/`; 404 for a name that is not there."""
        if method not in {"GET", "HEAD"}:
            return PlainTextResponse("Method not allowed", 405, {"Allow": "GET, HEAD"})
        asset = self.find(path)
        if asset is None:
            return PlainTextResponse("Not found", 404)
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        body = asset.body
        if accepts_gzip(accept_encoding):
            headers["Content-Encoding"] = "gzip"
            body = asset.gzipped
        return Response(body, headers=headers, media_type=asset.media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request below the mount point."""
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        response = self.answer(scope["method"], path, headers.get(b"accept-encoding", ""))
        await response(scope, receive, send)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header (RFC 9110 section 12.5.3) lets the answer be gzipped.

    >>> accepts_gzip("gzip, deflate, br"), accepts_gzip("br;q=1.0, *"), accepts_gzip("gzip;q=0, *"), accepts_gzip("")
    (True, True, False, False)
    """
    weights = {}
    for item in accept_encoding.lower().split(","):
        coding, _, parameter = item.partition(";")
        weight = parameter.strip().removeprefix("q=").strip() or "1"
        weights[coding.strip()] = weight.strip("0.") != ""
    return weights.get("gzip", weights.get("*", False))


def _asset(name: str, source: bytes, make: Callable[[str], Asset]) -> Asset:
    """The asset of one file, its references to others replaced by their hashed names."""
    suffix = posixpath.splitext(name)[1]

    def hashed(match: re.Match[str]) -> str:
        reference = match[1]
        target = make(posixpath.normpath(posixpath.join(posixpath.dirname(name), reference)))
        renamed = posixpath.join(posixpath.dirname(reference), posixpath.basename(target.path))
        return match[0].replace(reference, renamed)

    if suffix in _REFERENCES:
        source = _REFERENCES[suffix].sub(hashed, source.decode()).encode()
    digest = hashlib.sha256(source).hexdigest()[:12]
    path = f"{name.removesuffix(suffix)}.{digest}{suffix}"
    return Asset(path, _TYPES[suffix], source, gzip.compress(source, mtime=0))


def _missing(name: str) -> UnavailableError:
    return UnavailableError(
        f"The static file {name} is not there.",
        rule="assets-missing",
        remedy="Run `pip install .` (or `pip install -e .`), which brings the front-end files.",
    )
