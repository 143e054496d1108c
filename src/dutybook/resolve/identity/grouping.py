"""From pairs to identities: norms that are one through versions, copies and languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: How sure a basis is, the surest first.
_SURE = {basis: place for place, basis in enumerate(("text", "place", "renumbered", "language"))}


@dataclass(frozen=True, slots=True)
class Member:
    """A norm of a work; ``rank`` orders all norms of it, the oldest version of the first language first."""

    norm: str
    document: str
    rank: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two norms that were aligned, by what and how surely."""

    one: str
    other: str
    basis: str
    score: float


def _rank(edge: Edge) -> tuple[int, float, str, str]:
    one, other = (edge.one, edge.other) if edge.one < edge.other else (edge.other, edge.one)
    return _SURE[edge.basis], -edge.score, one, other


def group(members: Iterable[Member], edges: Iterable[Edge]) -> dict[str, tuple[str, str]]:
    """Identity and basis of each norm: an identity is the id of its first member, the basis how the norm was tied to others.

    One identity has one norm of a document: an edge that would put two there is left out, weaker ones first. The first member's
    basis is ``first``, that of a norm with no others too. What comes out does not depend on the order of what goes in.
    """
    known = {m.norm: m for m in members}
    parent = {norm: norm for norm in known}
    documents = {norm: {m.document} for norm, m in known.items()}
    tied: dict[str, str] = {}

    def root(norm: str) -> str:
        while parent[norm] != norm:
            parent[norm] = parent[parent[norm]]
            norm = parent[norm]
        return norm

    for edge in sorted(edges, key=_rank):
        if edge.one not in known or edge.other not in known:
            continue
        a, b = root(edge.one), root(edge.other)
        if a != b and documents[a] & documents[b]:
            continue
        for norm in (edge.one, edge.other):
            tied.setdefault(norm, edge.basis)
        if a == b:
            continue
        if known[b].rank < known[a].rank:
            a, b = b, a
        parent[b] = a
        documents[a] |= documents.pop(b)
    found = {}
    for norm in known:
        identity = root(norm)
        found[norm] = (identity, "first" if norm == identity else tied[norm])
    return found
