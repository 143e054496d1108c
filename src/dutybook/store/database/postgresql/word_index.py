"""Keeps the full-text indexes of a register in PostgreSQL, and weighs the words of a search.

The store changes them by statements for SQLite's indexes. Here the words of a norm are a row of ``norms_fts``, with its narrow columns
beside them, and ``norm_words`` counts in how many norms each word stands.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dutybook.store.database.postgresql import text_index
from dutybook.store.sql import compose, names

if TYPE_CHECKING:
    from dutybook.store.database.postgresql.connection import PostgresConnection

#: How statements for the full-text indexes begin.
INDEXING = ("INSERT INTO norms_fts(", "INSERT INTO articles_fts(")
#: What names a table of the index of norms' words.
_OF_NORMS = ("norms_fts", "norm_words")
#: Counts words of norms that came into the index, or left it.
_LEARN = """INSERT INTO norm_words (term, doc) SELECT * FROM unnest(%s::text[], %s::bigint[])
    ON CONFLICT (term) DO UPDATE SET doc = norm_words.doc + excluded.doc"""
_UNLEARN = """UPDATE norm_words SET doc = norm_words.doc - w.doc FROM unnest(%s::text[], %s::bigint[]) w(term, doc)
    WHERE norm_words.term = w.term"""
_NARROW = "SELECT row, {columns} FROM norm_facets WHERE row IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
_COUNT = "UPDATE register_state SET norms = norms + %s, words = words + %s"


class Changed:
    """How many rows were written."""

    description = None

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount


class WordIndex:
    """The full-text indexes behind a connection.

    Norms wait for the end of the transaction, or until the index is asked: only then is settled what stands beside their words.
    """

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Any]] = []

    def change(self, statement: str, given: Any, *, wait: bool) -> Any:
        """Put norms or articles into their index, or take them out, as a statement for SQLite's index says.

        Args:
            statement: one that begins as one of :data:`INDEXING`.
            given: the values of its parameters, by name.
            wait: whether norms may wait for the end of a transaction.
        """
        if "SELECT" not in statement:
            # Merging what was written in parts: the server does so by itself.
            return Changed(0)
        chosen = statement[statement.index("SELECT") :]
        if statement.startswith(INDEXING[1]):
            return self._change_articles(chosen, given)
        if "'delete'" in chosen:
            return self._take_out(chosen, given)
        self._waiting.append((chosen, given))
        if not wait:
            self.index_waiting()
        return Changed(0)

    def concerns(self, statement: str) -> bool:
        """Whether norms wait that a statement asks about."""
        return bool(self._waiting) and any(table in statement for table in _OF_NORMS)

    def index_waiting(self) -> None:
        """Index the norms that wait."""
        waiting, self._waiting = self._waiting, []
        columns = tuple(text_index.narrow_columns())
        narrow = compose(_NARROW, columns=names(columns))
        for chosen, given in waiting:
            found = self._connection.execute(chosen, given).fetchall()
            indexed = text_index.Indexed(found)
            numbers = json.dumps([row[0] for row in found])
            narrow_values = {
                number: values for number, *values in self._connection.execute(narrow, (numbers,)).fetchall()
            }
            rows = ((row, length, forms, *narrow_values[row], words) for row, length, forms, words in indexed)
            self._connection.copy_rows("norms_fts", ("rowid", "length", "forms", *columns, "words"), rows)
            self._count_words(indexed, 1)

    def forget_waiting(self) -> None:
        """Index nothing of what waits: its transaction is undone."""
        self._waiting.clear()

    def _take_out(self, chosen: str, given: Any) -> Any:
        self.index_waiting()
        indexed = text_index.Indexed(row[1:] for row in self._connection.execute(chosen, given).fetchall())
        rows = [row for row, *_ in indexed]
        changed = self._connection.run("DELETE FROM norms_fts WHERE rowid = ANY(%s)", (rows,))
        self._count_words(indexed, -1)
        return changed

    def _count_words(self, indexed: text_index.Indexed, sign: int) -> None:
        """Count the words of norms that came into the index, or (-1) left it."""
        # In one order, so that neighbours are written together.
        words = sorted(indexed.words)
        self._connection.run(_LEARN if sign > 0 else _UNLEARN, (words, [indexed.words[word] for word in words]))
        self._connection.run(_COUNT, (sign * indexed.norms, sign * indexed.length))
        if sign < 0:
            self._connection.run("DELETE FROM norm_words WHERE term = ANY(%s) AND doc <= 0", (words,))

    def _change_articles(self, chosen: str, given: Any) -> Any:
        found = self._connection.execute(chosen, given).fetchall()
        if "'delete'" in chosen:
            return self._connection.run("DELETE FROM articles_fts WHERE rowid = ANY(%s)", ([row[1] for row in found],))
        articles = ((row, text_index.bag_of(words)) for row, words in found)
        return Changed(self._connection.copy_rows("articles_fts", ("rowid", "words"), articles))

    def counts_any(self, expression: str) -> bool:
        """Whether norms have a word that alone is what a full-text expression asks for, by the counts of words.

        For a word that many norms have the index would find all of them before it gives the first.
        """
        self.index_waiting()
        words = text_index.alternatives(text_index.match_of(expression).query)
        return bool(words) and bool(self._connection.run_prepared(text_index.ANY_COUNTED, {"words": words}).fetchone())

    def rank(self, phrases: Sequence[str]) -> text_index.Rank:
        """The rank of hits by phrases, of which the rare ones count more."""
        alone = text_index.words_alone(phrases)
        ask = self._connection.run_prepared
        norms, length, known = ask(text_index.SIZES, {"words": list(alone.values())}).fetchone()
        counted = {phrase: known.get(word, 0) for phrase, word in alone.items()}
        others = [phrase for phrase in phrases if phrase not in alone]
        if others and len(phrases) == 1:
            # How much a phrase weighs changes no order where there is no other one.
            counted |= dict.fromkeys(others, 1)
        elif others:
            (found,) = ask(text_index.COUNTS, {"phrases": others, "most": text_index.MOST_COUNTED}).fetchone()
            counted |= dict(zip(others, found, strict=True))
        return text_index.rank([(phrase, counted[phrase]) for phrase in phrases], norms, length)
