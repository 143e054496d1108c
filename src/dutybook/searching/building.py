"""Making the vectors of a register: what is missing, in pieces that are stored one by one, so that a run may be cut off."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from dutybook.database_address import database_named
from dutybook.errors import BadRequest
from dutybook.searching import vector_index
from dutybook.searching.meaning import Encoder, encoder_named, name_of, why_not
from dutybook.searching.vector_index import to_bytes
from dutybook.store.retries import retry_while_busy
from dutybook.store.search.vectors import key_of

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.search.vectors import Wanting

_PIECE = 256
#: A further process loads the encoder first, which takes it as long as some thousand norms.
_WORTH_PROCESSES = 4_000
#: The approximate index is made anew when so large a part of the vectors has come since: those are looked at one by one.
_STALE = 0.1


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run did: norms that got a vector, texts that had to be encoded, whether the approximate index was made."""

    norms: int
    encoded: int
    approximate: bool


@dataclass(frozen=True, slots=True)
class Status:
    """How far search by meaning has come. ``model`` is None where it was never set up; ``problem`` says why it cannot be
    used here, if it cannot. ``behind``: vectors that the approximate index does not hold; None where there is none. ``compared_by``: who finds
    the nearest (see :meth:`dutybook.store.search.vectors.Vectors.compared_by`).
    """

    model: str | None
    norms: int
    with_vector: int
    vectors: int
    behind: int | None
    problem: str | None
    compared_by: str = "here"


def status(register: Register) -> Status:
    """How far search by meaning has come."""
    vectors_of = register.vectors
    model = vectors_of.model()
    norms, with_vector, vectors = vectors_of.counts()
    behind = vectors_of.count_after(model.index_last) if model and model.index_token else None
    problem = why_not(register)
    name, reason = model.model if model else None, str(problem) if problem else None
    return Status(name, norms, with_vector, vectors, behind, reason, vectors_of.compared_by())


def update(
    register: Register,
    encoder: Encoder | None = None,
    *,
    rebuild: bool = False,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> IndexReport:
    """Give every norm without a vector its own; ``progress`` is told how many of how many have been dealt with.

    ``encoder``: that of the register if not given, else ``quick``. Another one than the register's drops all its vectors
    first, ``rebuild`` does so with the same one. Each piece is one transaction: what a run that was cut off has made stays.

    Raises:
        MissingExtra: the encoder is not installed.
        RegisterError: the database cannot be used.
    """
    vectors = register.vectors
    known = vectors.model()
    if encoder is None:
        encoder = encoder_named(name_of(known.model) if known else "quick")
    vectors.prepare()
    vectors.begin(encoder.model, encoder.dimensions, rebuild=rebuild)
    norms, with_vector, _ = vectors.counts()
    missing = norms - with_vector
    done = encoded = 0
    for piece, made in _encoded(register, encoder, workers if missing >= _WORTH_PROCESSES else 1):
        done += len(piece)
        encoded += len(made)
        _put(register, encoder.model, made, [(norm.norm, key_of(encoder.model, norm.text)) for norm in piece])
        if progress:
            progress(done, max(missing, done))
    return IndexReport(done, encoded, _approximate(register))


Piece = tuple["list[Wanting]", dict[str, bytes]]


def _encoded(register: Register, encoder: Encoder, workers: int) -> Iterator[Piece]:
    """Norms without a vector, in pieces, with the vectors of those of their texts that have none."""
    if workers < 2:
        for piece, texts in _pieces(register, encoder.model):
            yield piece, dict(zip(texts, to_bytes(encoder.encode(list(texts.values()))), strict=True)) if texts else {}
        return
    # Spawned, as a fork would inherit the open database.
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        waiting: deque[tuple[list[Wanting], list[str], Future[list[bytes]]]] = deque()
        for piece, texts in _pieces(register, encoder.model):
            waiting.append((piece, list(texts), pool.submit(encode_elsewhere, encoder.name, list(texts.values()))))
            if len(waiting) > 2 * workers:
                yield _first(waiting)
        while waiting:
            yield _first(waiting)


def _first(waiting: deque[tuple[list[Wanting], list[str], Future[list[bytes]]]]) -> Piece:
    piece, keys, future = waiting.popleft()
    return piece, dict(zip(keys, future.result(), strict=True))


def encode_elsewhere(name: str, texts: list[str]) -> list[bytes]:
    """Vectors as bytes; what a further process does."""
    return to_bytes(encoder_named(name).encode(texts)) if texts else []


def _pieces(register: Register, model: str) -> Iterator[tuple[list[Wanting], dict[str, str]]]:
    """Norms without a vector, and their texts by key where the register has no vector of the text either."""
    last = 0
    while piece := register.vectors.wanting(last, _PIECE):
        last = piece[-1].row
        texts = {key_of(model, norm.text): norm.text for norm in piece}
        known = register.vectors.known(texts)
        yield piece, {key: text for key, text in texts.items() if key not in known}


def _put(register: Register, model: str, made: dict[str, bytes], norms: list[tuple[str, str]]) -> None:
    if not retry_while_busy(lambda: register.vectors.put(model, made, norms)):
        raise BadRequest("another run has set this register up for another encoder in the meantime; nothing was lost")


def _approximate(register: Register) -> bool:
    """Make the approximate index if it is worth its while and not there, or too much has come since; True if so."""
    vectors = register.vectors
    model = vectors.model()
    if vectors.compared_by() != "here":
        return vectors.index()
    if model is None or register.in_memory:
        return False
    database = database_named(register.path)
    count = vectors.counts()[2]
    wanted = count >= vector_index.APPROXIMATE_FROM
    if wanted and model.index_token and vector_index.is_sound(database, model.index_token):
        if vectors.count_after(model.index_last) <= _STALE * count:
            return False
    elif not wanted and not model.index_token:
        return False
    token = last = None
    if wanted:
        step = max(1, count // vector_index.TRAINED_ON)
        sample = (vector for place, (_, vector) in enumerate(vectors.after(0)) if place % step == 0)
        cells, last = vector_index.build(vectors.after(0), sample, model.dimensions)
        token = vector_index.write(cells, database)
    if vectors.set_index(model.generation, token, last):
        vector_index.tidy(database, token)
    return token is not None
