"""Norms that mean what was asked, whatever their language and words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dutybook.errors import BadRequest, NotFound
from dutybook.searching.semantic.encoders import encoder_for
from dutybook.searching.semantic.index import VectorIndex, read
from dutybook.store.register import MEMORY

if TYPE_CHECKING:
    from dutybook.searching.semantic.encoders import Encoder, Matrix
    from dutybook.store import Filters, Register
    from dutybook.store.search.vectors import VectorModel

#: So many vectors are looked at first, then so many if too few of their norms pass the filters; then those that pass alone,
#: which takes as long as listing them does.
_FIRST = 200
_THEN = 1_500
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Meant:
    """A norm and how near it is in meaning: a cosine, 1.0 for the same."""

    norm: str
    identity: str
    similarity: float


class _Held:
    """What is in memory of one register: the index, and the last vector that it has."""

    def __init__(self, model: VectorModel, encoder: Encoder, database: str) -> None:
        self.model = model
        self.encoder = encoder
        self.queries: OrderedDict[str, Matrix] = OrderedDict()
        cells = None
        if model.index_token and database != MEMORY:
            cells = read(Path(database), model.index_token, model.dimensions)
        # Without its file every vector is looked at: slower, not wrong.
        self.last = model.index_last if cells is not None else 0
        self.index = VectorIndex(model.dimensions, cells)

    def query(self, text: str) -> Matrix:
        if text not in self.queries:
            self.queries[text] = self.encoder.query(text)
            if len(self.queries) > _REMEMBERED:
                self.queries.popitem(last=False)
        return self.queries[text]


_held: WeakKeyDictionary[Register, _Held] = WeakKeyDictionary()


def why_not(register: Register) -> BadRequest | None:
    """What keeps this register from being searched by meaning, as an error that says what to do; None if nothing does."""
    model = register.vectors.model()
    if model is None:
        return NotFound(
            "this register has no vectors yet, so it cannot be searched by meaning. Make them: dutybook index"
        )
    try:
        encoder_for(model.model)
    except BadRequest as error:
        return error
    return None


def nearest(register: Register, filters: Filters, limit: int) -> list[Meant]:
    """The norms that are nearest in meaning to ``filters.words`` and pass all other filters, the nearest first.

    ``limit`` counts texts: norms with one text (copies, versions) are equally near and stand together, in the order of
    their documents. Norms without a vector yet are not found.

    Raises:
        NotFound: the register has no vectors.
        MissingExtra, BadRequest: the encoder that made them is not installed, or in another version.
    """
    held = _hold(register)
    if not filters.words.strip() or not limit:
        return []
    query = held.query(filters.words)
    count = max(_FIRST, 2 * limit)
    near = held.index.search(query, count)
    if _most_gone(register, near):
        _held.pop(register, None)
        held = _hold(register)
        near = held.index.search(query, count)
    found = _first(register, near, filters, limit)
    # What stands in few documents is listed at once.
    steps = ((count, True),) if filters.document or filters.work else ((_THEN, False), (count, True))
    every = len(near) < count
    for more, allowed in steps:
        if every or _count_texts(found) >= limit:
            break
        near = held.index.search(query, more, register.vectors.passing(filters) if allowed else None)
        found = _first(register, near, filters, limit)
    similar = dict(near)
    kept = set(list(dict.fromkeys(vector for _, _, vector in found))[:limit])
    return [Meant(norm, identity, round(similar[vector], 4)) for norm, identity, vector in found if vector in kept]


def _most_gone(register: Register, near: Sequence[tuple[int, float]]) -> bool:
    """Whether most of what is in memory has gone from the register."""
    return bool(near) and register.vectors.alive([number for number, _ in near]) * 2 < len(near)


def _count_texts(found: Iterable[tuple[str, str, int]]) -> int:
    """How many different texts these norms have: each text has one vector."""
    return len({vector for _, _, vector in found})


def _first(
    register: Register, near: Sequence[tuple[int, float]], filters: Filters, limit: int
) -> list[tuple[str, str, int]]:
    """Norms of the first vectors that pass the filters, until there are ``limit`` vectors: each look at a norm costs time."""
    found: list[tuple[str, str, int]] = []
    start, end = 0, _FIRST
    while start < len(near) and _count_texts(found) < limit:
        found += register.vectors.norms([number for number, _ in near[start:end]], filters)
        # Asking costs time too.
        start, end = end, 2 * end
    return found


def _hold(register: Register) -> _Held:
    model = register.vectors.model()
    if model is None:
        raise why_not(register) or AssertionError("unreachable")
    held = _held.get(register)
    if held is None or held.model != model:
        held = _Held(model, encoder_for(model.model), register.path)
        _held[register] = held
    held.last = held.index.add(register.vectors.after(held.last)) or held.last
    return held
