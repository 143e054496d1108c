"""Writing documents: one transaction each, all of a document's rows replaced at once, and what follows from them made anew.

Each step is told the works that are touched: it looks at nothing else, so the cost of storing a document does not grow
with the register. What a step makes depends only on the content of the register, never on the order in which documents
arrived.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from dutybook.store.database.connection import immediate
from dutybook.store.database.engines import append_rows, overwriting
from dutybook.store.database.protocols import Connection
from dutybook.store.deadlines.events import adopt
from dutybook.store.documents import checksums
from dutybook.store.documents.additions import stored_rows, with_added_norms
from dutybook.store.documents.columns import COLUMNS
from dutybook.store.documents.flatten import Flat, Row
from dutybook.store.judgements import carry_over, corrections
from dutybook.store.judgements.record_rows import moment
from dutybook.store.news import derivation
from dutybook.store.profiles import making
from dutybook.store.search import articles, terms, vectors
from dutybook.store.sql import compose, marks, names, upsert_into
from dutybook.store.versions import changes, identities, in_force

_FIRST = "SELECT min(at) FROM arrivals WHERE document IN (SELECT value FROM json_each(?))"
_WORK = compose(
    "INSERT OR IGNORE INTO works ({columns}) VALUES ({values})",
    columns=names(COLUMNS["works"]),
    values=marks(len(COLUMNS["works"])),
)
_ARRIVED = upsert_into("arrivals", ("document", "at"), ("document",))


class Writer:
    """Writes flattened documents over a connection that nobody else writes through."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def put(self, flat: Flat) -> bool:
        """Store a document in place of what was stored of the same file; False if nothing would change."""
        with immediate(self.connection):
            stale = self._stale(flat)
            if stale == {flat.document: flat.digest}:
                return False
            self._replace(flat, stale)
        return True

    def rewrite(self, document: str) -> None:
        """Store the rows of a document (full id) anew, with the norms that people added; the caller holds the transaction."""
        corrections.lift_document(self.connection, document)
        flat = stored_rows(self.connection, document)
        self._replace(flat, {document: flat.digest})

    def _replace(self, flat: Flat, stale: dict[str, str]) -> None:
        """Put the rows of a document in place of those of ``stale`` ones (id: digest)."""
        works = {str(row[0]) for row in flat.tables["works"]}
        touched: set[str] = set()
        left = vectors.of_documents(self.connection, stale)
        leaving = [derivation.without(self.connection, document) for document in stale]
        arrived = self._arrival(stale)
        for document in stale:
            touched |= in_force.works_touched(self.connection, document)
            works |= self._delete(document)
        self._insert(with_added_norms(self.connection, flat))
        self.connection.execute(_ARRIVED, (flat.document, arrived))
        checksums.store_checksum(self.connection, flat.document)
        self._name_works(works)
        terms.write(self.connection, flat.document)
        articles.write(self.connection, flat.document)
        derive(self.connection, touched | in_force.works_touched(self.connection, flat.document))
        derivation.follow_document(self.connection, flat.document)
        for left_behind in leaving:
            derivation.settle(self.connection, left_behind)
        vectors.settle(self.connection, left, flat.document)

    def remove(self, document: str) -> bool:
        """Forget a document and all that was found in it; False if there is none with this id."""
        with overwriting(self.connection), immediate(self.connection):
            if not self.connection.execute("SELECT 1 FROM documents WHERE id = ?", (document,)).fetchone():
                return False
            touched = in_force.works_touched(self.connection, document)
            leaving = derivation.without(self.connection, document)
            left = vectors.of_documents(self.connection, [document])
            self._name_works(self._delete(document))
            derive(self.connection, touched)
            derivation.settle(self.connection, leaving)
            vectors.settle(self.connection, left)
        return True

    def _arrival(self, stale: Iterable[str]) -> str:
        """When a document came that replaces others: when the first of them did, else now."""
        found = self.connection.execute(_FIRST, (json.dumps(list(stale)),)).fetchone()[0]
        return str(found) if found else moment()

    def _stale(self, flat: Flat) -> dict[str, str]:
        """Id and digest of what the new rows replace: the same file, and failed attempts at the same place."""
        rows = self.connection.execute(
            "SELECT id, digest FROM documents WHERE id = ?1 OR (sha256 = ?2 AND ?2 <> '')"
            " OR (source = ?3 AND status = 'unreadable')",
            (flat.document, flat.sha256, flat.source),
        )
        return dict(rows.fetchall())

    def _delete(self, document: str) -> set[str]:
        """Remove a document's rows; returns the works it named, which may now be named otherwise or by nobody."""
        works = self.connection.execute("SELECT work FROM work_names WHERE document = ?", (document,)).fetchall()
        terms.forget_document(self.connection, document)
        articles.forget(self.connection, document)
        self.connection.execute("DELETE FROM arrivals WHERE document = ?", (document,))
        self.connection.execute("DELETE FROM documents WHERE id = ?", (document,))
        return {row[0] for row in works}

    def _insert(self, flat: Flat) -> None:
        first = self.connection.execute("SELECT coalesce(max(row), 0) + 1 FROM norms").fetchone()[0]
        for table, columns in COLUMNS.items():
            rows: list[Row] = flat.tables[table]
            if table == "works":
                self.connection.executemany(_WORK, rows)
                continue
            if table == "norms":
                columns = (*columns, "row")
                rows = [(*row, first + number) for number, row in enumerate(rows)]
            append_rows(self.connection, table, columns, rows)
        terms.index_document(self.connection, flat.document)

    def _name_works(self, works: set[str]) -> None:
        for work in sorted(works):
            named = self.connection.execute(
                "SELECT kind, jurisdiction, number, short_title, issuer FROM work_names WHERE work = ?"
                " ORDER BY language, document LIMIT 1",
                (work,),
            ).fetchone()
            if named is None:
                self.connection.execute("DELETE FROM works WHERE id = ?", (work,))
            else:
                self.connection.execute(
                    "UPDATE works SET kind = ?, jurisdiction = ?, number = ?, short_title = ?, issuer = ? WHERE id = ?",
                    (*named, work),
                )


Step = Callable[[Connection, Iterable[str]], object]


def _adopt_events(connection: Connection, _works: Iterable[str]) -> object:
    return adopt(connection)


#: In the order in which they build on each other: versions of works, norms through versions and languages, what changed.
#: The extractor's own values stand in the norms meanwhile.
STEPS: tuple[Step, ...] = (
    *(corrections.lift, in_force.arrange, in_force.move, _adopt_events, identities.identify, changes.correct),
)
#: Then what people said, what search needs of all that, and what is proposed for profiles.
JUDGEMENT_STEPS: tuple[Step, ...] = (carry_over.carry, terms.follow, making.follow)
#: Last, news about these works: it speaks of norms as searches show them.
NEWS_STEPS: tuple[Step, ...] = (derivation.follow,)


def derive(connection: Connection, works: Iterable[str]) -> None:
    """Run all steps for these works."""
    touched = sorted(set(works))
    for step in (*STEPS, *JUDGEMENT_STEPS, *NEWS_STEPS):
        step(connection, touched)


def derive_judgements(connection: Connection, works: Iterable[str]) -> None:
    """Run the steps that follow from what people say, for these works: nothing else depends on it."""
    touched = sorted(set(works))
    for step in JUDGEMENT_STEPS:
        step(connection, touched)
