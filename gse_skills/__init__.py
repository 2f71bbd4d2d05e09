"""GSE Skills: a shared skills taxonomy as RDF/OWL, and the skills of people and organisations mapped to it."""

from importlib.metadata import version

__version__ = version("gse-skills")
