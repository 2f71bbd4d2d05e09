"""Opportunities over HTTP: the whole way through the API and the feed, and what is hidden stays so."""

from __future__ import annotations
