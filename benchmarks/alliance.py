"""The invented alliance at several sizes: import, start, expert search, SPARQL, memory."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from benchmarks.measure import clock, peak_mib, repeat
from gse_skills.access import OPERATOR, Access, Caller
from gse_skills.demo import alliance
from gse_skills.examples import examples
from gse_skills.experts import ExpertsQuestion, Wanted, as_sparql
from gse_skills.imports import ColumnMapping
from gse_skills.index import Match, build, saved
from gse_skills.register import Register, today
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.sparql import Endpoint, QueryRequest
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import Level
from gse_skills.vocabulary.namespace import PREFIXES

RECORD_NODES = """
SELECT ?person (MAX(?rank) AS ?best) WHERE {{
  ?record gse:holder ?person ; gse:skill ?skill ; gse:level ?level ; gse:assessedOn ?on .
  ?level gse:rank ?rank . FILTER(?rank >= {rank})
  ?skill skos:broader* <{concept}> .
}} GROUP BY ?person ORDER BY DESC(?best) DESC(MAX(?on)) LIMIT 20
"""


def run(people: int, say: Callable[[str], None]) -> None:
    """Measure an alliance of so many people; every figure is said as it is known."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        settings = Settings(data=folder / "data", query_seconds=120)
        with Register.open(settings) as register:
            _import(register, people, folder, say)
            _start(register, say)
            _search(register, say)
            _sparql(register, say)
            say(f"peak memory of the process: {peak_mib():,.0f} MiB")
    finally:
        shutil.rmtree(folder)


def _import(register: Register, people: int, folder: Path, say: Callable[[str], None]) -> None:
    invented = alliance(register.state.framework, people, organisations=40 if people > 10_000 else 8, today=today())
    for organisation in invented.organisations:
        register.add_organisation(organisation)
    access = register.access(OPERATOR)
    sheets = list(invented.sheets(folder / "sheets"))
    assertions = 0
    with clock() as taken:
        for sheet in sheets:
            options = ImportOptions(
                sheet.organisation, sheet.path.name, sheet.full, sheet.snapshot, sheet.default_basis
            )
            if sheet.mapping:
                options = replace(options, mapping=ColumnMapping.load(sheet.mapping))
            result = import_sheet(register, sheet.path, options, access)
            assertions += sum(result.counts.get(s, 0) for s in ("added", "changed", "ended", "unchanged", "refused"))
    index = register.state.index
    say(f"import: {assertions:,} cells in {taken():.1f} s, {assertions / taken():,.0f} a second (promise: 10,000)")
    say(f"index: {len(index):,} records, {index.nbytes / len(index):.1f} bytes a record (promise: 20)")
    with clock() as taken:
        register.store.optimize()
    say(f"optimize: {taken():.1f} s")


def _start(register: Register, say: Callable[[str], None]) -> None:
    state = register.state
    with clock() as taken:
        build(register.store, state.framework, state.rules)
    say(f"index built anew from the store: {taken():.1f} s")
    saved.save(state.index, register.folder.index)
    with clock() as taken:
        saved.load(register.folder.index)
    say(f"index loaded: {taken() * 1000:.0f} ms (promise for a whole start: 5 s)")


def _search(register: Register, say: Callable[[str], None]) -> None:
    organisation = register.state.organisations[0].slug
    access = register.access(Caller.parse(f"member:{organisation}"))
    framework = register.state.framework
    groups = [c.iri for c in framework.concepts if c.kind == "group"]
    skills = [c.iri for c in framework.concepts if c.kind == "skill"]
    domains = [c.iri for c in framework.concepts if c.kind == "domain"]
    timings = {}
    for what, concepts in (("skills", skills), ("groups", groups), ("domains", domains)):
        timings[what] = repeat(_questions(register, concepts, access))
        say(f"expert search, {what}: {timings[what]} (promise: p50 5 ms, p99 20 ms)")
    store = register.store
    assert isinstance(store, EmbeddedStore)
    engine = ox.Store.read_only(str(store.snapshot()))
    graphs = [ox.NamedNode(view) for view in access.views]
    prefixes = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}

    def peers() -> Iterator[Callable[[], object]]:
        for concept in itertools.cycle(groups):
            text = RECORD_NODES.format(rank=int(Level.PRACTITIONER), concept=concept)
            yield partial(_solve, engine, text, prefixes, graphs)

    peer = repeat(peers(), seconds=20, most=30)
    say(f"the same of groups as record-node SPARQL on the same engine: {peer}")
    say(f"ratio: {peer.p50 / timings['groups'].p50:,.0f} times faster (promise: 100)")
    _search_several(register, access, groups, say)


def _search_several(register: Register, access: Access, concepts: list[str], say: Callable[[str], None]) -> None:
    """Three at once, with counts and without, and the same as the page gives it in SPARQL."""
    for match, facets in itertools.product(Match, (False, True)):
        timing = repeat(_questions_of_three(register, concepts, access, match, facets=facets))
        say(f"expert search, {match} of three groups{', with counts' if facets else ''}: {timing}")
    store = register.store
    assert isinstance(store, EmbeddedStore)
    endpoint = Endpoint(register.sandbox, store.snapshot)

    def peers() -> Iterator[Callable[[], object]]:
        for question in _threes(concepts, Match.ALL, facets=False):
            found = register.ask_experts(question, access)
            request = QueryRequest(as_sparql(question, found.asked))
            yield partial(endpoint.answer, request, access.views)

    say(f"the same of all of three as SPARQL at the endpoint: {repeat(peers(), seconds=10, most=30)}")


def _threes(concepts: list[str], match: Match, *, facets: bool) -> Iterator[ExpertsQuestion]:
    for position in itertools.cycle(range(len(concepts) - 2)):
        three = tuple(Wanted(concept) for concept in concepts[position : position + 3])
        yield ExpertsQuestion(three, Level.PRACTITIONER, match=match, facets=facets)


def _questions_of_three(
    register: Register, concepts: list[str], access: Access, match: Match, *, facets: bool
) -> Iterator[Callable[[], object]]:
    for question in _threes(concepts, match, facets=facets):
        yield partial(register.ask_experts, question, access)


def _solve(engine: ox.Store, text: str, prefixes: dict[str, str], graphs: list[ox.NamedNode]) -> None:
    solutions = engine.query(text, prefixes=prefixes, default_graph=[*graphs], named_graphs=[*graphs])
    assert isinstance(solutions, ox.QuerySolutions)
    for _ in solutions:
        pass


def _questions(register: Register, concepts: list[str], access: Access) -> Iterator[Callable[[], object]]:
    for concept in itertools.cycle(concepts):
        question = ExpertsQuestion(concept, Level.PRACTITIONER)
        yield partial(register.ask_experts, question, access)


def _sparql(register: Register, say: Callable[[str], None]) -> None:
    store = register.store
    assert isinstance(store, EmbeddedStore)
    endpoint = Endpoint(register.sandbox, store.snapshot)
    medians = []
    for role in ("member", "steward"):
        access = register.access(Caller.parse(f"{role}:{register.state.organisations[0].slug}"))
        for example in examples():
            request = QueryRequest(example.text)
            asking = partial(endpoint.answer, request, access.views)
            timing = repeat(itertools.repeat(asking), seconds=3, most=20)
            medians.append(timing.p50)
            say(f"/sparql as {role}, {example.slug}: {timing}")
    say(f"documented examples: median of medians {sorted(medians)[len(medians) // 2]:.0f} ms (promise: 100 ms)")
