"""Vectors of norms in the register: which texts want one, storing them, and which norms have them.

A vector belongs to a text, not to a norm: copies, versions and a second reading of a document share it. What a vector is
made by is of no interest here: it is ``bytes``, one signed byte a dimension.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.search.candidates import BY_DOCUMENTS
from dutybook.store.search.conditions import BY_DOCUMENT, NARROW
from dutybook.store.search.filters import Filters, where
from dutybook.store.sql import ROWS_OF, compose

#: What :func:`text_of` makes; part of the name of what vectors are made by, since another text wants another vector.
TEXT_VERSION = "1"

# The nearest heading above a norm.
_HEADING = compose(
    """(WITH RECURSIVE up(parent, heading, depth) AS (
        SELECT p.parent, p.heading, 0 FROM provisions p WHERE p.document = n.document AND p.id = n.provision
        UNION ALL SELECT p.parent, p.heading, up.depth + 1 FROM up JOIN provisions p ON p.document = n.document AND p.id = up.parent
        WHERE up.heading = '' AND up.depth < 32)
    SELECT heading FROM up WHERE heading <> '' LIMIT 1)"""
)
TEXT_SQL = compose("SELECT n.row, n.id, {heading}, n.stem, n.quote FROM norms n", heading=_HEADING)
_OF_DOCUMENT = compose("{texts} WHERE n.document = ?", texts=TEXT_SQL)
_WANTING = compose(
    "{texts} WHERE n.row > ? AND n.id NOT IN (SELECT norm FROM norm_vectors) ORDER BY n.row LIMIT ?", texts=TEXT_SQL
)


@dataclass(frozen=True, slots=True)
class VectorModel:
    """What made the vectors of a register, and the file of its approximate index, if there is one."""

    model: str
    dimensions: int
    generation: str
    index_token: str | None
    index_last: int


def text_of(heading: str | None, stem: str | None, quote: str) -> str:
    """What is encoded for a norm: the heading above it, the stem of its list, its words.

    The heading names the subject that a clause of three words does not ("notify the authority of it").
    """
    return ". ".join(part for part in (heading, stem, quote) if part)


def key_of(model: str, text: str) -> str:
    """The key of a text's vector."""
    return hashlib.sha256(f"{model}\0{text}".encode()).hexdigest()


def model_of(connection: Connection) -> VectorModel | None:
    """What made the vectors of a register, if it has any."""
    row = connection.execute(
        "SELECT model, dimensions, generation, index_token, coalesce(index_last, 0) FROM vector_model"
    ).fetchone()
    return VectorModel(*row) if row else None


# Inside the transaction that replaces or removes a document.


def of_documents(connection: Connection, documents: Iterable[str]) -> set[int]:
    """The vectors of the norms of documents that are about to go."""
    sql = "SELECT DISTINCT v.vector FROM norms n JOIN norm_vectors v ON v.norm = n.id WHERE n.document = ?"
    return {row[0] for document in documents for row in connection.execute(sql, (document,))}


def settle(connection: Connection, left: set[int], document: str | None = None) -> None:
    """Give the norms of a new document the vectors that are known for their texts; then drop those of ``left`` (what the
    document's forerunners had) that stand for nothing any more.
    """
    model = model_of(connection)
    if model and document:
        texts = connection.execute(_OF_DOCUMENT, (document,)).fetchall()
        connection.executemany(
            "INSERT OR IGNORE INTO norm_vectors SELECT ?, id FROM vectors WHERE key = ?",
            [(norm, key_of(model.model, text_of(heading, stem, quote))) for _, norm, heading, stem, quote in texts],
        )
    connection.executemany(
        "DELETE FROM vectors WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM norm_vectors WHERE vector = ?1)",
        [(vector,) for vector in left],
    )


@dataclass(frozen=True, slots=True)
class Wanting:
    """A norm without a vector: its number in the register, its id, the text to encode."""

    row: int
    norm: str
    text: str


class Vectors:
    """The vectors of one register; ``name`` is the database's, for messages."""

    def __init__(self, connection: Connection, name: str) -> None:
        self.connection = connection
        self.name = name

    def model(self) -> VectorModel | None:
        """What made the vectors that are here; None where search by meaning was never set up."""
        with translated(self.name):
            return model_of(self.connection)

    def begin(self, model: str, dimensions: int, *, rebuild: bool = False) -> None:
        """Set up for this model; vectors of another one, or with ``rebuild`` all, are dropped."""
        with translated(self.name), immediate(self.connection):
            known = model_of(self.connection)
            if known and known.model == model and known.dimensions == dimensions and not rebuild:
                return
            if server := self._server():
                server.forget_points()
            self.connection.execute("DELETE FROM norm_vectors")
            self.connection.execute("DELETE FROM vectors")
            self.connection.execute("DELETE FROM vector_model")
            self.connection.execute(
                "INSERT INTO vector_model (one, model, dimensions, generation) VALUES (1, ?, ?, ?)",
                (model, dimensions, secrets.token_hex(8)),
            )

    def prepare(self) -> None:
        """Have the register's server compare vectors from now on, if it can."""
        if keep := getattr(self.connection, "keep_points", None):
            with translated(self.name):
                keep()

    def compared_by(self) -> str:
        """Who finds the nearest vectors: ``here`` (this process), ``server`` (each is looked at), or ``server index``."""
        with translated(self.name):
            server = self._server()
            return ("server index" if server.has_point_index() else "server") if server else "here"

    def nearest(
        self, steps: Sequence[int], count: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, int]]:
        """The ``count`` vectors nearest to one (whole numbers, see :mod:`dutybook.searching.vector_index`), by their sum of products; of ``allowed``
        ones alone if given. For a register whose server compares vectors.
        """
        with translated(self.name):
            found: list[tuple[int, int]] = self._server().nearest_points(steps, count, allowed)
        return found

    def index(self) -> bool:
        """Have the server make its approximate index where that is worth its while; True if it did."""
        with translated(self.name):
            model, server = model_of(self.connection), self._server()
            if not model or not server:
                return False
            return bool(server.index_points(model.dimensions, self._number("SELECT count(*) FROM vectors")))

    def _server(self) -> Any:
        """The connection, if it is one to a server that compares vectors."""
        has = getattr(self.connection, "has_points", None)
        return self.connection if has and has() else None

    def counts(self) -> tuple[int, int, int]:
        """Norms, norms with a vector, and vectors."""
        with translated(self.name):
            return (
                self._number("SELECT count(*) FROM norms"),
                self._number("SELECT count(*) FROM norm_vectors"),
                self._number("SELECT count(*) FROM vectors"),
            )

    def wanting(self, after: int, limit: int) -> list[Wanting]:
        """The next norms without a vector behind number ``after``."""
        with translated(self.name):
            found = self.connection.execute(_WANTING, (after, limit)).fetchall()
        return [Wanting(row, norm, text_of(heading, stem, quote)) for row, norm, heading, stem, quote in found]

    def known(self, keys: Collection[str]) -> set[str]:
        """Those of ``keys`` that have a vector."""
        sql = "SELECT key FROM vectors WHERE key IN (SELECT value FROM json_each(?))"
        with translated(self.name):
            return {row[0] for row in self.connection.execute(sql, (json.dumps(sorted(keys)),))}

    def put(self, model: str, vectors: dict[str, bytes], norms: Iterable[tuple[str, str]]) -> bool:
        """Store vectors by key, and which norm (id, key) has which, in one transaction.

        False, and nothing is stored, if the register is set up for another model by now. A norm that is gone by now is
        left out, and a vector that then stands for nothing.
        """
        with translated(self.name), immediate(self.connection):
            now = model_of(self.connection)
            if now is None or now.model != model:
                return False
            self.connection.executemany("INSERT OR IGNORE INTO vectors(key, vector) VALUES (?, ?)", vectors.items())
            self.connection.executemany(
                "INSERT INTO norm_vectors (norm, vector) SELECT n.id, v.id FROM norms n, vectors v WHERE n.id = ? AND v.key = ?"
                " ON CONFLICT (norm) DO UPDATE SET vector = excluded.vector",
                norms,
            )
            self.connection.executemany(
                "DELETE FROM vectors WHERE key = ? AND id NOT IN (SELECT vector FROM norm_vectors)",
                [(key,) for key in vectors],
            )
        return True

    def set_index(self, generation: str, token: str | None, last: int | None) -> bool:
        """Name the file that holds the approximate index; False if all vectors were made anew in the meantime."""
        with translated(self.name), immediate(self.connection):
            changed = self.connection.execute(
                "UPDATE vector_model SET index_token = ?, index_last = ? WHERE generation = ?",
                (token, last, generation),
            )
            return changed.rowcount == 1

    def after(self, last: int) -> Iterator[tuple[int, bytes]]:
        """Vectors behind number ``last``, in order."""
        with translated(self.name):
            yield from self.connection.execute("SELECT id, vector FROM vectors WHERE id > ? ORDER BY id", (last,))

    def last(self) -> int:
        """The number of the last vector; 0 where there is none."""
        with translated(self.name):
            return self._number("SELECT coalesce(max(id), 0) FROM vectors")

    def count_after(self, last: int) -> int:
        """How many vectors stand behind number ``last``."""
        with translated(self.name):
            return self._number("SELECT count(*) FROM vectors WHERE id > ?", last)

    def alive(self, vectors: Sequence[int]) -> int:
        """How many of these vectors are still there."""
        sql = "SELECT count(*) FROM vectors WHERE id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
        with translated(self.name):
            return self._number(sql, json.dumps(vectors))

    def norms(self, vectors: Sequence[int], filters: Filters) -> list[tuple[str, str, int]]:
        """Norms with one of these vectors that pass the filters, apart from words that must occur: id, identity, vector."""
        passing, values = where(filters, match=False, columns=NARROW)
        sql = compose(
            """SELECT f.norm, f.identity, v.vector FROM json_each(?) j CROSS JOIN norm_vectors v ON v.vector = CAST(j.value AS INTEGER)
            CROSS JOIN norms n ON n.id = v.norm CROSS JOIN norm_facets f ON f.row = n.row
            CROSS JOIN document_rows r ON r.document = f.document
            WHERE {passing} ORDER BY j.key, r.title, r.document, f.row""",
            passing=passing,
        )
        with translated(self.name):
            return self.connection.execute(sql, (json.dumps(vectors), *values)).fetchall()

    def of_norms(self, norms: Sequence[str]) -> list[tuple[str, bytes]]:
        """Those of some norms (full ids) that have a vector, with it."""
        sql = """SELECT x.norm, v.vector FROM json_each(?) j CROSS JOIN norm_vectors x ON x.norm = j.value
            CROSS JOIN vectors v ON v.id = x.vector"""
        with translated(self.name):
            return self.connection.execute(sql, (json.dumps(list(norms)),)).fetchall()

    def passing(self, filters: Filters) -> list[int]:
        """The vectors of all norms that pass the filters, apart from words that must occur."""
        passing, values = where(filters, match=False, columns=BY_DOCUMENT)
        sql = compose(
            "SELECT DISTINCT v.vector FROM {tables} CROSS JOIN norm_vectors v ON v.norm = f.norm WHERE {passing}",
            tables=BY_DOCUMENTS,
            passing=passing,
        )
        with translated(self.name):
            return [row[0] for row in self.connection.execute(sql, values)]

    def with_words(self, identities: Sequence[str], filters: Filters) -> set[str]:
        """Those of the identities (ids of norms where all versions are asked for) of which a text passes and holds the words."""
        match = filters.query.match
        if not match:
            return set()
        passing, values = where(filters, match=False, columns=NARROW)
        own, rows = compose("f.identity"), ROWS_OF
        if filters.all_versions:
            own, rows = (
                compose("f.norm"),
                compose("SELECT row FROM norms WHERE id IN (SELECT value FROM json_each(?1))"),
            )
        sql = compose(
            """SELECT {own} FROM norm_facets f WHERE f.row IN ({rows})
            AND {own} IN (SELECT value FROM json_each(?1)) AND {passing}
            AND EXISTS (SELECT 1 FROM norms_fts WHERE norms_fts.rowid = f.row AND norms_fts MATCH ?)""",
            own=own,
            rows=rows,
            passing=passing,
        )
        with translated(self.name):
            return {row[0] for row in self.connection.execute(sql, (json.dumps(identities), *values, match))}

    def _number(self, sql: str, *values: object) -> int:
        return int(self.connection.execute(sql, values).fetchone()[0])
