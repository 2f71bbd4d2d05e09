"""The example queries: documented, sound, and answered on a small data set as they say."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest

from gse_skills.examples import Example, examples
from gse_skills.framework import Framework, ddat, shipped
from gse_skills.framework.table import tables
from gse_skills.records.view import shortcuts
from gse_skills.resources import folder
from gse_skills.sparql.precheck import check
from gse_skills.vocabulary import DCTERMS, FOAF, FRAMEWORK, GSE, ID, ORG, RDF, SKOS, XSD, Level
