"""Job "query" of the sandbox: one query on one snapshot, from the pre-check to the last byte of its answer."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import IO, cast

from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, Store, Triple, serialize

from gse_skills.errors import GseSkillsError, InputError, LimitError, UnavailableError
from gse_skills.sparql.dataset import Dataset, narrow
from gse_skills.sparql.grammar import table
from gse_skills.sparql.negotiation import GRAPHS, RESULTS, not_acceptable
from gse_skills.sparql.precheck import Checked, check
from gse_skills.sparql.rows import Counter, counter
from gse_skills.vocabulary.namespace import PREFIXES

_CHUNK = 1 << 16
_PREFIXES = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_PLACE = re.compile(r"error at (\d+):(\d+): ")

table()  # built in the nursery once, not in each child


def run(args: dict[str, object], emit: Callable[[bytes], None]) -> None:
    """Answer a query. Emits first a header, JSON with "media_type" and "form" ("SELECT", ...), then the answer's bytes.

    `args`: "query"; "snapshot", the path of a store's backup; "views", the IRIs of the graphs that the caller may see;
    "default_graphs" and "named_graphs" of the request; "results" and "graph", the media types for either kind of answer
    (None where the client takes none); "rows", how many rows or triples at most. Of these only "query", "snapshot" and
    "views" must be there. "unchecked" leaves the pre-check out, for tests of what lies behind it.

    Raises what `check` and `narrow` raise, InputError ("not-acceptable", "query-failed"), LimitError ("row-limit") and
    UnavailableError ("snapshot-unreadable").
    """
    query = str(args["query"])
    checked = Checked("", (), ()) if args.get("unchecked") else check(query)
    dataset = narrow(
        _texts(args["views"]),
        Dataset(_texts(args.get("default_graphs", ())), _texts(args.get("named_graphs", ()))),
        Dataset(checked.default_graphs, checked.named_graphs),
    )
    media_type = chosen_type(args, checked.form)
    rows = cast("int", args.get("rows", 1 << 62))
    try:
        _answer(Store.read_only(str(args["snapshot"])), query, dataset, checked.form, media_type, rows, emit)
    except SyntaxError as error:
        raise _syntax(str(error)) from None
    except OSError as error:
        raise UnavailableError(
            "The data cannot be read just now.", rule="snapshot-unreadable", remedy="Try again."
        ) from error
    except (RuntimeError, ValueError) as error:
        remedy = "Use what SPARQL 1.1 itself has."
        raise InputError(f"The engine cannot do this: {error}.", rule="query-failed", remedy=remedy) from None


def _texts(values: object) -> tuple[str, ...]:
    return tuple(map(str, cast("list[str]", values)))


def chosen_type(args: dict[str, object], form: str) -> str:
    """The media type of the answer to a query of that form; raises InputError ("not-acceptable")."""
    graph = form in ("CONSTRUCT", "DESCRIBE")
    offered = GRAPHS if graph else RESULTS
    chosen = args.get("graph" if graph else "results", next(iter(offered)))
    if chosen is None:
        raise not_acceptable(f"A {form} query can be answered as {', '.join(offered)}.")
    return str(chosen)


def _answer(
    store: Store, query: str, dataset: Dataset, form: str, media_type: str, rows: int, emit: Callable[[bytes], None]
) -> None:
    # Both sides are always given: with only one of them the engine opens the other to every graph.
    results = store.query(
        query,
        prefixes=_PREFIXES,
        default_graph=[NamedNode(graph) for graph in dataset.default_graphs],
        named_graphs=[NamedNode(graph) for graph in dataset.named_graphs],
    )
    emit(json.dumps({"media_type": media_type, "form": form}).encode())
    if isinstance(results, QueryTriples):
        output = _Output(emit)
        serialize(_at_most(rows, results), cast("IO[bytes]", output), GRAPHS[media_type], prefixes=_PREFIXES)
    else:
        kind = RESULTS[media_type]
        output = _Output(emit, None if isinstance(results, QueryBoolean) else counter(kind), rows)
        results.serialize(cast("IO[bytes]", output), kind)
    output.flush()


def _at_most(rows: int, triples: QueryTriples) -> Iterator[Triple]:
    for number, triple in enumerate(triples):
        if number == rows:
            raise _too_many(rows)
        yield triple


class _Output(io.RawIOBase):
    """Where the library writes: gathers chunks, counts rows."""

    def __init__(self, emit: Callable[[bytes], None], count: Counter | None = None, rows: int = 0) -> None:
        super().__init__()
        self._emit = emit
        self._count = count
        self._rows = rows
        self._held = bytearray()

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]  # the library hands over bytes only
        """Take a piece; raises LimitError ("row-limit")."""
        if self._count is not None and self._count(piece) > self._rows:
            raise _too_many(self._rows)
        self._held += piece
        if len(self._held) >= _CHUNK:
            self.flush()
        return len(piece)

    def flush(self) -> None:
        """Emit what is held."""
        self._emit(bytes(self._held))
        self._held.clear()


def _too_many(rows: int) -> LimitError:
    return LimitError(
        f"The answer has more than {rows:,} rows.", rule="row-limit", remedy="Page through it with LIMIT and OFFSET."
    )


def _syntax(said: str) -> GseSkillsError:
    """The engine's complaint, which lists every word that it would have liked, cut down to what helps."""
    place = _PLACE.match(said)
    extra = {"line": int(place[1]), "column": int(place[2])} if place else {}
    where = f"line {place[1]}, column {place[2]}" if place else "somewhere"
    spoken = [part for part in re.split(r", |expected (?:one of )?", said) if part.count(" ") > 2 and part[0].isalpha()]
    why = f": {spoken[-1].strip().rstrip('.')}" if spoken and not spoken[-1].startswith("error at") else ""
    return InputError(
        f"Not a SPARQL 1.1 query: {where}{why}.", rule="syntax", remedy="Mend the query there.", extra=extra
    )
