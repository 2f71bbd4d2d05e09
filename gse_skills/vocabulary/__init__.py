"""The words of the domain, written once: namespaces, terms, levels, bases, audiences, categories and identifiers."""

from gse_skills.vocabulary.audience import Audience
from gse_skills.vocabulary.basis import Basis, BasisName
from gse_skills.vocabulary.category import Category
from gse_skills.vocabulary.identifier import Identifier
from gse_skills.vocabulary.level import Level, LevelLabel
from gse_skills.vocabulary.namespace import (
    DCTERMS,
    FOAF,
    FRAMEWORK,
    GRAPH,
    GSE,
    ID,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    XSD,
)

__all__ = [
    "DCTERMS",
    "FOAF",
    "FRAMEWORK",
    "GRAPH",
    "GSE",
    "ID",
    "ORG",
    "OWL",
    "PROV",
    "RDF",
    "RDFS",
    "SCHEMA",
    "SKOS",
    "XSD",
    "Audience",
    "Basis",
    "BasisName",
    "Category",
    "Identifier",
    "Level",
    "LevelLabel",
]
