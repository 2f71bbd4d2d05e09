"""The guards, each by its effect, in a process of its own; the same deeds without guards are the control."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gse_skills.sandbox import guards

SCRIPT = """
import io, json, os, socket, sys, threading, xml.sax
from pathlib import Path

home, port, guarded = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "guarded"
remote = f"http://127.0.0.1:{port}"
import pyoxigraph, pyshacl, rdflib
rdflib.plugin.get("json-ld", rdflib.parser.Parser)
out = os.dup(1)
if guarded:
    from gse_skills.sandbox import Limits, guards
    guards.apply(Limits())

def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)

def thread():
    seen = []
    one = threading.Thread(target=lambda: seen.append(1))
    one.start()
    one.join()
    assert seen

def connect():
    socket.create_connection(("127.0.0.1", port)).close()

def service():
    list(pyoxigraph.Store().query("SELECT * { SERVICE <%s/service> { ?s ?p ?o } }" % remote))

def load():
    pyoxigraph.Store().update("LOAD <%s/load>" % remote)

def service_in_update():
    pyoxigraph.Store().update("INSERT { ?s ?p ?o } WHERE { SERVICE <%s/update> { ?s ?p ?o } }" % remote)

def json_ld_context():
    rdflib.Graph().parse(data='{"@context": "%s/context", "a": 1}' % remote, format="json-ld")

def owl_imports():
    ontology = "<urn:o> a owl:Ontology ; owl:imports <%s/imports> ." % remote
    graph = rdflib.Graph().parse(data="@prefix owl: <http://www.w3.org/2002/07/owl#> . " + ontology)
    pyshacl.validate(graph, shacl_graph=graph, do_owl_imports=True)

def rdflib_service():
    list(rdflib.Graph().query("SELECT * { SERVICE <%s/rdflib> { ?s ?p ?o } }" % remote))

def rdflib_from():
    list(rdflib.Dataset().query("SELECT * FROM <%s/from> { ?s ?p ?o }" % remote))

def shacl_sparql():
    # A rule, since pyshacl itself refuses SERVICE in a constraint.
    shape = '''@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:s> a sh:NodeShape ; sh:targetNode <urn:n> ;
        sh:rule [ a sh:SPARQLRule ; sh:construct
        "CONSTRUCT { $this <urn:p> 1 } WHERE { SERVICE <%s/shacl> { ?s ?p ?o } }" ] .''' % remote
    data = rdflib.Graph().parse(data="<urn:n> a <urn:T> .")
    pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(data=shape), advanced=True)

def xml_entities():
    parser = xml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_external_ges, True)
    parser.parse(io.StringIO('<!DOCTYPE x [<!ENTITY e SYSTEM "%s/entity">]><x>&e;</x>' % remote))

deeds = {
    "socket": lambda: socket.socket().close(),
    "socketpair": lambda: [end.close() for end in socket.socketpair()],
    "connect": connect,
    "fork": fork,
    "program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "signal": lambda: os.kill(os.getppid(), 0),
    "group": lambda: os.setpgid(0, os.getppid()),
    "write": lambda: (home / "new").write_text("x"),
    "remove": lambda: (home / "old").unlink(),
    "read": lambda: (home / "kept").read_text(),
    "thread": thread,
    "memory": lambda: bytearray(2 << 30),
    "service": service, "load": load, "service_in_update": service_in_update,
    "json_ld_context": json_ld_context, "owl_imports": owl_imports,
    "rdflib_service": rdflib_service, "rdflib_from": rdflib_from, "shacl": shacl_sparql, "xml_entities": xml_entities,
}
told = {}
for name, deed in deeds.items():
    try:
        deed()
        told[name] = "done"
    except BaseException as error:
        told[name] = type(error).__name__
os.write(out, b"\\n" + json.dumps(told).encode())
os._exit(0)
"""
GOES_OUT = {
    *("connect", "service", "load", "service_in_update", "rdflib_service"),
    *("json_ld_context", "owl_imports", "shacl", "xml_entities"),
}
REFUSED = {"socket", "socketpair", "connect", "fork", "program", "signal", "group", "write", "remove"}


class Canary:
    """A server on the loopback that counts who comes and hangs up."""

    def __init__(self) -> None:
        self.visits = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.visits += 1
                connection.close()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def canary() -> Iterator[Canary]:
    bird = Canary()
    yield bird
    bird.close()


def do(home: Path, canary: Canary, how: str) -> dict[str, str]:
    for name in ("old", "kept"):
        (home / name).write_text("x")
    script = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(home), str(canary.port), how]
    output = subprocess.run(script, capture_output=True, check=True, text=True).stdout
    told: dict[str, str] = json.loads(output.splitlines()[-1])
    return told


def test_without_guards_the_deeds_succeed_and_the_canary_hears_of_them(tmp_path: Path, canary: Canary) -> None:
    told = do(tmp_path, canary, "free")
    assert {name for name in REFUSED | {"read", "thread", "memory"} if told[name] != "done"} == {"group"}
    assert canary.visits >= len(GOES_OUT)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all the guards")
def test_with_guards_nothing_gets_out_and_nothing_is_changed(tmp_path: Path, canary: Canary) -> None:
    told = do(tmp_path, canary, "guarded")
    assert canary.visits == 0
    assert {name: told[name] for name in REFUSED} == dict.fromkeys(REFUSED, "PermissionError")
    assert told["memory"] == "MemoryError"
    assert (told["read"], told["thread"]) == ("done", "done")
    assert {told[name] for name in GOES_OUT}.isdisjoint({"done"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "old"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all the guards")
def test_linux_misses_none() -> None:
    # In a process of its own, since the guards are tried in a fork, which wants a process of one thread.
    code = "from gse_skills.sandbox import guards; print(*guards.missing())"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split() == []


def test_a_guard_that_is_known_to_be_missing_is_left_out() -> None:
    code = "from gse_skills.sandbox import Limits, guards; guards.apply(Limits(), guards.ALL); open('/dev/null', 'w')"
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0
    assert "system-calls" in guards.ALL
