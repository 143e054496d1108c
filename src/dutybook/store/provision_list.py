"""The provisions of a document as a tree in its order, with the norms that stand in each."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

from dutybook.store.connection import translated
from dutybook.store.register import Register

#: A provision that is its own forefather stands this deep.
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class ProvisionRow:
    """A provision; ``depth`` is how many provisions it stands in, ``norms`` are ids. ``start``, ``end``: half-open, characters of the text."""

    id: str
    parent: str | None
    kind: str
    number: str
    heading: str
    place: str
    zone: str
    page: int | None
    start: int
    end: int
    depth: int
    norms: tuple[str, ...]


def provisions(register: Register, document: str, limit: int = -1, offset: int = 0) -> tuple[list[ProvisionRow], int]:
    """A part of the provisions of a document (full id), and how many it has."""
    connection = register.connection
    with translated(register.path):
        parents = dict(connection.execute("SELECT id, parent FROM provisions WHERE document = ?", (document,)))
        found = connection.execute(
            "SELECT id, parent, kind, number, heading, place, zone, page, span_start, span_end FROM provisions"
            " WHERE document = ? ORDER BY position LIMIT ? OFFSET ?",
            (document, limit, offset),
        ).fetchall()
        norms: dict[str, list[str]] = defaultdict(list)
        for provision, norm in connection.execute(
            "SELECT provision, id FROM norms WHERE provision IN (SELECT value FROM json_each(?)) ORDER BY position",
            (json.dumps([row[0] for row in found]),),
        ):
            norms[provision].append(norm)
    return [ProvisionRow(*(*row, _depth(parents, row[0]), tuple(norms[row[0]]))) for row in found], len(parents)


def _depth(parents: dict[str, str | None], provision: str) -> int:
    depth, at = 0, parents.get(provision)
    while at is not None and depth < _DEEPEST:
        depth, at = depth + 1, parents.get(at)
    return depth
