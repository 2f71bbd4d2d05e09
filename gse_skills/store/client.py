"""A client of the SPARQL 1.1 Protocol that never passes off part of an answer as the whole.

Requests are made by SPARQLWrapper and sent here: its own sending would put the password into an opener for the whole
process, and would follow redirects, which turns an update into a GET that does nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    HTTPRedirectHandler,
    OpenerDirector,
    Request,
    build_opener,
)

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from gse_skills.errors import InputError, UnavailableError
from gse_skills.store.query import Row

_SUSPECT = 1_000
"""Rows from which an answer is counted: some endpoints cut answers short at a round number and say nothing."""
_CAP = "X-SPARQL-MaxRows"
"""Virtuoso's way to say at how many rows it cut, or would have cut, the answer."""
_STATE = "X-SQL-State"
"""Virtuoso's way to say that its time was up and the answer holds what it had by then."""
_PROLOGUE = re.compile(r"(?:\s+|#[^\n]*|(?:PREFIX\s+\S+|BASE)\s*<[^>]*>)*", re.IGNORECASE)
_ESCAPE = re.compile(r"\\\\([uU])|\\.", re.DOTALL)


class Client:
    """Sends queries to one address and updates to another."""

    def __init__(
        self,
        query_url: str,
        update_url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        digest: bool = False,
        timeout: float = 600.0,
    ) -> None:
        """Log in with `user` and `password`, by HTTP Digest or Basic; `timeout` is in seconds a request.

        Raises InputError (rule `bad-store-url`) for an address that is not of HTTP.
        """
        for url in (query_url, update_url):
            if urlsplit(url).scheme not in {"http", "https"}:
                raise InputError(
                    f"{url} is not the address of a SPARQL endpoint.",
                    rule="bad-store-url",
                    remedy="Give an address that begins with https:// or http://.",
                )
        self._query_url = query_url
        self._update_url = update_url
        self._login = (user, password) if user and password else None
        self._digest = digest
        self._timeout = timeout

    def select(self, text: str) -> Iterator[Row]:
        """All solutions of a SELECT query, as they come.

        Raises UnavailableError: `store-unreachable`, `store-refused`, and, also after many rows, `truncated` when the
        endpoint sent only part of the answer.
        """
        return self._whole(text, self._ask(text))

    def select_by_pages(self, text: str, order: str) -> Iterator[Row]:
        """All solutions of a SELECT query, also where the endpoint caps them.

        `order` is what ORDER BY takes; it must leave no order open but that of equal rows.

        Raises UnavailableError as `select` does.
        """
        response = self._ask(text)
        if (cap := response.headers.get(_CAP)) is None:
            yield from self._whole(text, response)
            return
        response.close()
        total, seen = self._count(text), 0
        for offset in range(0, total, int(cap)):
            # The sub-select, since Virtuoso limits what ORDER BY with OFFSET and LIMIT in one may sort.
            page = _within(text, "SELECT * WHERE { {", f"ORDER BY {order} }} }} OFFSET {offset} LIMIT {cap}")
            for row in _rows(self._ask(page)):
                seen += 1
                yield row
        if seen < total:
            raise _truncated(f"{seen} of {total} rows came")

    def update(self, text: str) -> None:
        """Send an update; raises UnavailableError (rules `store-unreachable`, `store-refused`)."""
        with closing(self._send(self._update_url, text)) as response:
            response.read()

    def _whole(self, text: str, response: HTTPResponse) -> Iterator[Row]:
        seen = 0
        for row in _rows(response):
            seen += 1
            yield row
        if seen >= _SUSPECT and seen < (total := self._count(text)):
            raise _truncated(f"{seen} of {total} rows came")

    def _count(self, text: str) -> int:
        rows = _rows(self._ask(_within(text, "SELECT (COUNT(*) AS ?n) WHERE { {", "} }")))
        return int(next(rows)[0].value)

    def _ask(self, text: str) -> HTTPResponse:
        response = self._send(self._query_url, text)
        if response.headers.get(_STATE):
            response.close()
            raise _truncated("its time limit was over before the query was done")
        return response

    def _send(self, url: str, text: str) -> HTTPResponse:
        wrapper = SPARQLWrapper(url)
        wrapper.setMethod(POST)
        wrapper.setReturnFormat(JSON)
        if self._login and not self._digest:
            wrapper.setCredentials(*self._login)
        wrapper.setQuery(guarded(text))
        try:
            return cast(HTTPResponse, self._opener().open(wrapper._createRequest(), timeout=self._timeout))
        except HTTPError as error:
            with closing(error):
                reason = error.read(2_000).decode("utf-8", "replace").strip()
            # The first line only: some engines quote the query, and with it personal data.
            raise UnavailableError(
                f"The store at {url} answered {error.code}: {reason.splitlines()[0] if reason else error.reason}",
                rule="store-refused",
                remedy="Check the address and credentials of the store, and what its log says.",
            ) from error
        except (OSError, HTTPException) as error:
            raise _unreachable(url, error) from error

    def _opener(self) -> OpenerDirector:
        # One a request: the digest handler counts its attempts in itself, which threads must not share.
        handlers = [_NoRedirects()]
        if self._login and self._digest:
            passwords = HTTPPasswordMgrWithDefaultRealm()
            for url in (self._query_url, self._update_url):
                passwords.add_password(None, url, *self._login)
            return build_opener(*handlers, _Digest(passwords))
        return build_opener(*handlers)


class _Digest(HTTPDigestAuthHandler):
    def http_error_401(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage
    ) -> HTTPResponse | None:
        # urllib leaves the socket of the first answer to the garbage collector.
        fp.close()
        return cast(HTTPResponse | None, super().http_error_401(req, fp, code, msg, headers))


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def guarded(text: str) -> str:
    r"""SPARQL text in which an escaped backslash before a u cannot be taken for a codepoint escape.

    SPARQL 1.1 (section 19.2) has engines replace codepoint escapes before they parse, so that one which is careless
    about the backslash before it would read `"\\u0022"`, a backslash and `u0022`, as the end of the literal.

    >>> print(guarded(r'"\\u0022" "\u0022" "\\\u0022" "\n"'))
    "\\\u00750022" "\u0022" "\\\u0022" "\n"
    """
    return _ESCAPE.sub(lambda match: rf"\\\u{ord(match[1]):04X}" if match[1] else match[0], text)


def _within(text: str, before: str, after: str) -> str:
    """The query `text` as part of another, of which `before` and `after` are the rest; its prologue goes first."""
    prologue = _PROLOGUE.match(text)
    end = prologue.end() if prologue else 0
    return f"{text[:end]}{before} {text[end:]}\n{after}"


def _rows(response: HTTPResponse) -> Iterator[Row]:
    with closing(response):
        try:
            solutions = ox.parse_query_results(response, format=ox.QueryResultsFormat.JSON)
            assert isinstance(solutions, ox.QuerySolutions)
            yield from map(tuple, solutions)
        except (SyntaxError, ValueError) as error:
            raise _truncated(str(error)) from error
        except (OSError, HTTPException) as error:
            raise _unreachable(response.url, error) from error


def _truncated(why: str) -> UnavailableError:
    return UnavailableError(
        f"The store sent only part of an answer: {why}.",
        rule="truncated",
        remedy="Raise the row and time limits of that endpoint (in Virtuoso: ResultSetMaxRows, MaxQueryExecutionTime).",
    )


def _unreachable(url: str, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"The store at {url} does not answer: {error}",
        rule="store-unreachable",
        remedy="Check that the endpoint runs and that its address is right.",
    )
