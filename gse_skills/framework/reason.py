"""Reasoning with OWL 2 DL: is this consistent, and what follows from it?

HermiT does the reasoning (a Java program that owlready2 carries and runs), so a Java runtime is needed. It holds its
whole input in memory and may take long: this is for the ontology, a framework and samples of records, not for live
data, and not for data that a user supplied, which belongs in the sandbox.

Standards: OWL 2 Direct Semantics. OWL 2 has no `xsd:date`, so a date is read as the start of its day (`xsd:dateTime`),
which keeps equal dates equal and different ones different.
"""

from __future__ import annotations

import shutil
import subprocess  # to read the failure of owlready2's own Java process; nothing is started here
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import owlready2
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDFS, XSD

from gse_skills.errors import InputError, LimitError, UnavailableError

Source = Path | Graph
Edge = tuple[str, str, str]

_INPUT_ADDRESS = "file:///"  # how owlready2 names its input on HermiT's command line


@dataclass(frozen=True, slots=True)
class Consistency:
    """Whether statements can all be true together, and the IRIs of the classes that can have no instance."""

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()

    @property
    def coherent(self) -> bool:
        """Whether it is consistent and every class can have an instance."""
        return self.consistent and not self.unsatisfiable


def is_consistent(sources: Iterable[Source]) -> Consistency:
    """Whether the sources together (files in any RDF syntax, or graphs) are consistent, and which classes are empty.

    Raises UnavailableError (`no-java`), LimitError (`reasoner-memory`) or InputError (`not-owl-dl`).
    """
    try:
        with _reasoned(sources, infer_property_values=False) as world:
            empty = {cls.iri for cls in world.inconsistent_classes()} - {str(OWL.Nothing)}
    except owlready2.OwlReadyInconsistentOntologyError:
        return Consistency(consistent=False)
    return Consistency(consistent=True, unsatisfiable=tuple(sorted(empty)))


def infer_edges(sources: Iterable[Source], properties: Iterable[str]) -> frozenset[Edge]:
    """All (subject, property, object) with one of these object properties that the sources state or imply.

    Raises InputError (`inconsistent`: from a contradiction everything follows) besides what `is_consistent` raises.
    """
    try:
        with _reasoned(sources, infer_property_values=True) as world:
            graph = world.as_rdflib_graph()
            # HermiT reports a pair only under the most specific properties; the rest follows from the hierarchy.
            return frozenset(
                (str(subject), wanted, str(object_))
                for wanted in properties
                for narrower in graph.transitive_subjects(RDFS.subPropertyOf, URIRef(wanted))
                for subject, object_ in graph.subject_objects(narrower)
            )
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise _inconsistent() from error


def infer_members(sources: Iterable[Source], classes: Iterable[str]) -> frozenset[tuple[str, str]]:
    """All (individual, class) of these classes that the sources state or imply.

    Raises what `infer_edges` raises.
    """
    try:
        with _reasoned(sources, infer_property_values=False) as world:
            known = {iri: world[iri] for iri in classes}
            return frozenset(
                (one.iri, iri) for iri, cls in known.items() if cls is not None for one in cls.instances(world=world)
            )
    except owlready2.OwlReadyInconsistentOntologyError as error:
        raise _inconsistent() from error


@contextmanager
def _reasoned(sources: Iterable[Source], *, infer_property_values: bool) -> Iterator[owlready2.World]:
    """A fresh world with the sources and what HermiT infers; raises owlready2's own error when inconsistent."""
    if shutil.which(owlready2.JAVA_EXE) is None:
        raise UnavailableError(
            "Reasoning needs Java, and there is none.",
            rule="no-java",
            remedy="Install a Java runtime, such as the package default-jre-headless, so that `java` is found.",
        )
    world = owlready2.World()
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "sources.nt"
            _write(sources, file)
            world.get_ontology(file.as_uri()).load()
        _run_hermit(world, infer_property_values=infer_property_values)
        yield world
    finally:
        world.close()


def _run_hermit(world: owlready2.World, *, infer_property_values: bool) -> None:
    try:
        owlready2.sync_reasoner_hermit(world, infer_property_values=infer_property_values, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError as error:
        _remove_leftover(error)
        raise
    except owlready2.OwlReadyJavaError as error:
        _remove_leftover(error)
        raise _refusal(str(error)) from error


def _write(sources: Iterable[Source], file: Path) -> None:
    """Write the sources to one N-Triples file, with dates as times."""
    merged = Graph()
    for source in sources:
        part = source if isinstance(source, Graph) else Graph().parse(source)
        for subject, predicate, object_ in part:
            merged.add((subject, predicate, _start_of_day(object_) if isinstance(object_, Literal) else object_))
    merged.serialize(file, format="nt", encoding="utf-8")


def _start_of_day(literal: Literal) -> Literal:
    if literal.datatype != XSD.date:
        return literal
    day, zone = str(literal)[:10], str(literal)[10:]
    return Literal(f"{day}T00:00:00{zone}", datatype=XSD.dateTime)


def _remove_leftover(error: BaseException) -> None:
    """Remove the copy of the input that owlready2 leaves in the temporary folder when Java fails."""
    failure = error.__context__
    if isinstance(failure, subprocess.CalledProcessError):
        for word in failure.cmd:
            if word.startswith(_INPUT_ADDRESS):
                Path(word.removeprefix(_INPUT_ADDRESS)).unlink(missing_ok=True)


def _inconsistent() -> InputError:
    return InputError(
        "The statements contradict one another, so nothing can be inferred from them.",
        rule="inconsistent",
        remedy="Find the contradiction with is_consistent on smaller parts.",
    )


def _refusal(output: str) -> InputError | LimitError:
    """What HermiT's output says, as an error of ours."""
    if "OutOfMemoryError" in output:
        return LimitError(
            "The reasoner ran out of memory.",
            rule="reasoner-memory",
            remedy="Reason over a smaller sample.",
        )
    reason = next((line for line in output.splitlines() if "Exception" in line or "Error:" in line), output)
    return InputError(
        f"The reasoner cannot take this: {reason.strip()}",
        rule="not-owl-dl",
        remedy="Keep to OWL 2 DL: simple properties in restrictions, regular property chains, datatypes of OWL 2.",
    )
