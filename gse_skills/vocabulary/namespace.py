"""Namespaces of the vocabularies in use, and the prefixes under which every door knows them.

>>> GSE.Skill
'https://w3id.org/gse-skills/ontology#Skill'
>>> SKOS["broader"]
'http://www.w3.org/2004/02/skos/core#broader'
"""

from __future__ import annotations


class Namespace(str):
    """An IRI prefix whose attributes and items are the IRIs of its terms, as plain strings."""

    __slots__ = ()

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{self!s}{name}"

    def __getitem__(self, name: object) -> str:
        return f"{self!s}{name}"


GSE = Namespace("https://w3id.org/gse-skills/ontology#")
FRAMEWORK = Namespace("https://w3id.org/gse-skills/framework/")
ID = Namespace("https://w3id.org/gse-skills/id/")
GRAPH = Namespace("https://w3id.org/gse-skills/graph/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
PROV = Namespace("http://www.w3.org/ns/prov#")
ORG = Namespace("http://www.w3.org/ns/org#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
SCHEMA = Namespace("https://schema.org/")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: dict[str, Namespace] = {
    "gse": GSE,
    "fw": FRAMEWORK,
    "id": ID,
    "graph": GRAPH,
    "skos": SKOS,
    "prov": PROV,
    "org": ORG,
    "foaf": FOAF,
    "dcterms": DCTERMS,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
}
