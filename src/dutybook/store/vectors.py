"""Vectors of norms in the register: which texts want one, storing them, and which norms have them.

A vector belongs to a text, not to a norm: copies, versions and a second reading of a document share it. What a vector is
made by is of no interest here: it is ``bytes``, one signed byte a dimension.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dutybook.store.candidates import BY_DOCUMENTS, beside, narrow
from dutybook.store.connection import translated
from dutybook.store.filters import Filters
from dutybook.store.reader import where
from dutybook.store.ties import ROWS_OF
from dutybook.store.vector_texts import TEXT_SQL, VectorModel, model_of, text_of
from dutybook.store.writer import immediate


@dataclass(frozen=True, slots=True)
class Wanting:
    """A norm without a vector: its number in the register, its id, the text to encode."""

    row: int
    norm: str
    text: str


class Vectors:
    """The vectors of one register; ``name`` is the database's, for messages."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
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
            self.connection.execute("DELETE FROM norm_vectors")
            self.connection.execute("DELETE FROM vectors")
            self.connection.execute(
                "INSERT OR REPLACE INTO vector_model VALUES (1, ?, ?, ?, NULL, NULL)",
                (model, dimensions, secrets.token_hex(8)),
            )

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
        sql = f"{TEXT_SQL} WHERE n.row > ? AND n.id NOT IN (SELECT norm FROM norm_vectors) ORDER BY n.row LIMIT ?"  # noqa: S608 - constants only
        with translated(self.name):
            found = self.connection.execute(sql, (after, limit)).fetchall()
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
                "INSERT OR REPLACE INTO norm_vectors SELECT n.id, v.id FROM norms n, vectors v WHERE n.id = ? AND v.key = ?",
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

    def count_after(self, last: int) -> int:
        """How many vectors stand behind number ``last``."""
        with translated(self.name):
            return self._number("SELECT count(*) FROM vectors WHERE id > ?", last)

    def alive(self, vectors: Sequence[int]) -> int:
        """How many of these vectors are still there."""
        sql = "SELECT count(*) FROM vectors WHERE id IN (SELECT value FROM json_each(?))"
        with translated(self.name):
            return self._number(sql, json.dumps(vectors))

    def norms(self, vectors: Sequence[int], filters: Filters) -> list[tuple[str, str, int]]:
        """Norms with one of these vectors that pass the filters, apart from words that must occur: id, identity, vector."""
        conditions, values = where(filters, match=False)
        conditions = narrow(conditions)
        documents = " CROSS JOIN documents d ON d.id = f.document" if "d." in conditions else ""
        sql = (
            "SELECT f.norm, f.identity, v.vector FROM json_each(?) j CROSS JOIN norm_vectors v ON v.vector = j.value"  # noqa: S608
            " CROSS JOIN norms n ON n.id = v.norm CROSS JOIN norm_facets f ON f.row = n.row"
            f" CROSS JOIN document_rows r ON r.document = f.document{documents}"
            f" WHERE {conditions} ORDER BY j.key, r.title, r.document, f.row"
        )
        with translated(self.name):
            return self.connection.execute(sql, (json.dumps(vectors), *values)).fetchall()

    def passing(self, filters: Filters) -> list[int]:
        """The vectors of all norms that pass the filters, apart from words that must occur."""
        conditions, values = where(filters, match=False)
        conditions = narrow(conditions)
        sql = (
            f"SELECT DISTINCT v.vector FROM {BY_DOCUMENTS}{beside(conditions)} CROSS JOIN norm_vectors v ON v.norm = f.norm"  # noqa: S608
            f" WHERE {conditions.replace('f.document', 'r.document')}"
        )
        with translated(self.name):
            return [row[0] for row in self.connection.execute(sql, values)]

    def with_words(self, identities: Sequence[str], filters: Filters) -> set[str]:
        """Those of the identities (ids of norms where all versions are asked for) of which a text passes and holds the words."""
        match = filters.query.match
        if not match:
            return set()
        conditions, values = where(filters, match=False)
        own, rows = ("n.id", "SELECT row FROM norms WHERE id IN (SELECT value FROM json_each(?1))")
        if not filters.all_versions:
            own, rows = "f.identity", ROWS_OF
        sql = (
            f"SELECT {own} FROM norm_facets f CROSS JOIN norms n ON n.row = f.row CROSS JOIN documents d"  # noqa: S608
            f" ON d.id = n.document WHERE f.row IN ({rows}) AND {own} IN (SELECT value FROM json_each(?1)) AND {conditions}"
            " AND EXISTS (SELECT 1 FROM norms_fts WHERE norms_fts.rowid = f.row AND norms_fts MATCH ?)"
        )
        with translated(self.name):
            return {row[0] for row in self.connection.execute(sql, (json.dumps(identities), *values, match))}

    def _number(self, sql: str, *values: object) -> int:
        return int(self.connection.execute(sql, values).fetchone()[0])
