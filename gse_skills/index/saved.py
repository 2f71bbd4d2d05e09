"""The index beside the store, for a quick start: one uncompressed numpy archive, written whole or not at all."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import Partition, People, Post
from gse_skills.index.index import Index

_FILE = "index.npz"


@dataclass(frozen=True, slots=True)
class Saved:
    """An index as it was saved."""

    index: Index
    framework: str
    """By what name the framework was kept that its concepts are numbered by; empty where it was not."""


def save(index: Index, folder: Path, framework: str = "") -> None:
    """Write `index` into `folder`, in place of an older one, with the name by which its framework is kept."""
    arrays: dict[str, NDArray[np.generic]] = {f"people.{f.name}": getattr(index.people, f.name) for f in fields(People)}
    views: list[tuple[str, str]] = []
    for side in ("current", "ended", "beside"):
        for view, partition in getattr(index, side).items():
            key = f"{len(views)}"
            views.append((side, view))
            for field in fields(Partition):
                column = getattr(partition, field.name)
                if column is not None:
                    arrays[f"{key}.{field.name}"] = column
    about = {
        "commit": index.commit,
        "fingerprint": index.fingerprint,
        "framework": framework,
        "concepts": index.concepts,
        "organisations": index.organisations,
        "posts": index.posts,
        "views": views,
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    fresh = folder / f"{_FILE}.new"
    with fresh.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    fresh.replace(folder / _FILE)


def discard(folder: Path) -> None:
    """Take away what was saved."""
    for name in (_FILE, f"{_FILE}.new"):
        (folder / name).unlink(missing_ok=True)


def load(folder: Path) -> Saved | None:
    """What was saved in `folder`, or None when there is nothing that can be read."""
    try:
        with (folder / _FILE).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            about = json.loads(bytes(arrays["about"]))
            posts = tuple(Post(*post) for post in about["posts"])
            people = People(*(arrays[f"people.{field.name}"] for field in fields(People)))
            sides: dict[str, dict[str, Partition]] = {"current": {}, "ended": {}, "beside": {}}
            for key, (side, view) in enumerate(about["views"]):
                names = {field.name: f"{key}.{field.name}" for field in fields(Partition)}
                # Only a partition of ended records has ends.
                columns: dict[str, Any] = {n: arrays[at] for n, at in names.items() if n != "until" or at in arrays}
                sides[side][view] = Partition(**{"until": None, **columns})
        index = Index(
            about["commit"],
            about["fingerprint"],
            about["concepts"],
            tuple(about["organisations"]),
            posts,
            people,
            sides["current"],
            sides["ended"],
            sides["beside"],
        )
        return Saved(index, about["framework"])
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        # A saved index is a convenience: whatever is wrong with it, the store can rebuild it.
        return None
