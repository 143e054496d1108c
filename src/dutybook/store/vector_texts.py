"""The texts that stand for norms in search by meaning, and how vectors follow the norms when a document comes or goes."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

#: What :func:`text_of` makes; part of the name of what vectors are made by, since another text wants another vector.
TEXT_VERSION = "1"

# The nearest heading above a norm.
_HEADING = """(WITH RECURSIVE up(parent, heading, depth) AS (
        SELECT p.parent, p.heading, 0 FROM provisions p WHERE p.document = n.document AND p.id = n.provision
        UNION ALL SELECT p.parent, p.heading, up.depth + 1 FROM up JOIN provisions p ON p.document = n.document AND p.id = up.parent
        WHERE up.heading = '' AND up.depth < 32)
    SELECT heading FROM up WHERE heading <> '' LIMIT 1)"""
TEXT_SQL = f"SELECT n.row, n.id, {_HEADING}, n.stem, n.quote FROM norms n"  # noqa: S608 - constants only


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


def model_of(connection: sqlite3.Connection) -> VectorModel | None:
    """What made the vectors of a register, if it has any."""
    row = connection.execute(
        "SELECT model, dimensions, generation, index_token, coalesce(index_last, 0) FROM vector_model"
    ).fetchone()
    return VectorModel(*row) if row else None


# Inside the transaction that replaces or removes a document.


def of_documents(connection: sqlite3.Connection, documents: Iterable[str]) -> set[int]:
    """The vectors of the norms of documents that are about to go."""
    sql = "SELECT DISTINCT v.vector FROM norms n JOIN norm_vectors v ON v.norm = n.id WHERE n.document = ?"
    return {row[0] for document in documents for row in connection.execute(sql, (document,))}


def settle(connection: sqlite3.Connection, left: set[int], document: str | None = None) -> None:
    """Give the norms of a new document the vectors that are known for their texts; then drop those of ``left`` (what the
    document's forerunners had) that stand for nothing any more.
    """
    model = model_of(connection)
    if model and document:
        texts = connection.execute(f"{TEXT_SQL} WHERE n.document = ?", (document,)).fetchall()
        connection.executemany(
            "INSERT OR IGNORE INTO norm_vectors SELECT ?, id FROM vectors WHERE key = ?",
            [(norm, key_of(model.model, text_of(heading, stem, quote))) for _, norm, heading, stem, quote in texts],
        )
    connection.executemany(
        "DELETE FROM vectors WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM norm_vectors WHERE vector = ?1)",
        [(vector,) for vector in left],
    )
