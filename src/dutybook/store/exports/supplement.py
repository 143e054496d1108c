"""What exports and reports read in bulk beyond the norms: evidence, headings, definitions and numbers of works."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice

from dutybook.store.database.connection import cache_of, translated
from dutybook.store.documents.works import find_works
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.record_rows import anything, records_of
from dutybook.store.reader import evidence_of, where, with_evidence
from dutybook.store.register import Register
from dutybook.store.rows import CitationRow, DefinitionRow, DocumentRow, EvidenceRow, NormRow, RejectedRow, rows
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, as_date
from dutybook.store.sql import all_of, compose
from dutybook.store.versions import in_force
from dutybook.store.versions.differences import Difference

_CHUNK = 400
_CACHE_KIB = 16_384

# The nearest heading above a norm, its own provision's first. The depth guards against a parent that is its own.
_HEADINGS = """WITH RECURSIVE up(norm, document, parent, heading, depth) AS (
        SELECT n.id, n.document, p.parent, p.heading, 0 FROM norms n
        JOIN provisions p ON p.document = n.document AND p.id = n.provision WHERE n.id IN (SELECT value FROM json_each(?))
        UNION ALL SELECT up.norm, up.document, p.parent, p.heading, up.depth + 1 FROM up
        JOIN provisions p ON p.document = up.document AND p.id = up.parent
        WHERE up.heading = '' AND up.depth < 32)
    SELECT norm, heading FROM up WHERE heading <> ''"""
_IDS = """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE {passing} ORDER BY d.title, d.id, n.position"""
_CITATIONS = """SELECT c.id, c.document, c.norm, c.as_written, c.work, c.place, c.resolved, c.page FROM norms n
    JOIN citations c ON c.document = n.document AND c.norm = n.id WHERE n.id IN (SELECT value FROM json_each(?)) ORDER BY c.document, c.position"""
_TOPICS = "SELECT id, topics FROM norms WHERE topics <> '' AND id IN (SELECT value FROM json_each(?))"
_REJECTED = """SELECT r.id, r.document, d.title AS document_title, d.source, r.place, r.quote, r.reason, r.page, r.boxes
    FROM rejected r JOIN documents d ON d.id = r.document WHERE r.document = ? ORDER BY r.position"""


@dataclass(frozen=True, slots=True)
class Supplement:
    """What belongs to a norm and is stored elsewhere: the nearest heading above it, who found it, what people said of it.

    ``cites`` is what its words refer to, ``topics`` the names of what it is about.
    """

    heading: str
    evidence: EvidenceRow | None
    review: Record | None = None
    cites: tuple[CitationRow, ...] = ()
    topics: tuple[str, ...] = ()


@contextmanager
def snapshot(register: Register) -> Iterator[None]:
    """One state of the register for everything read inside, whatever another process writes meanwhile."""
    connection = register._connection
    if connection.in_transaction:
        yield
        return
    with translated(register.path):
        cache = connection.execute("PRAGMA cache_size").fetchone()[0]
        # Everything is read once, in order: a large cache would only fill memory.
        cache_of(connection, _CACHE_KIB)
        connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute(compose("PRAGMA cache_size = {cache}", cache=int(cache)))
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def supplemented(
    register: Register, filters: Filters, *, places: bool = True, with_deadlines: bool = False
) -> Iterator[tuple[NormRow, Supplement]]:
    """The norms of :meth:`Register.norms`, in its order, each with its supplement; memory does not grow with them.

    Without ``places``, spans and boxes are empty. ``with_deadlines``: only norms that have some.
    """
    for chunk in _chunks(register, filters, places=places, with_deadlines=with_deadlines):
        ids = [norm.id for norm in chunk]
        with translated(register.path):
            given = (json.dumps(ids),)
            headings = dict(register._connection.execute(_HEADINGS, given).fetchall())
            evidence = evidence_of(register._connection, "norms", ids, places=places)
            said = records_of(register._connection, ids) if anything(register._connection) else {}
            cites = _citations(register._connection, ids)
            topics = dict(register._connection.execute(_TOPICS, given).fetchall())
        for norm in chunk:
            own = norm.id
            about = tuple((topics.get(own) or "").split())
            yield (
                norm,
                Supplement(headings.get(own, ""), evidence.get(own), said.get(own), tuple(cites.get(own, ())), about),
            )


def _chunks(register: Register, filters: Filters, *, places: bool, with_deadlines: bool) -> Iterator[list[NormRow]]:
    """The norms of :meth:`Register.norms`, in its order: only their ids are sorted, not all of their words."""
    passing, values = where(filters)
    if with_deadlines:
        dated = compose("EXISTS (SELECT 1 FROM deadlines x WHERE x.norm = n.id)")
        passing = all_of([passing, dated])
    with translated(register.path):
        ids = register._connection.execute(compose(_IDS, passing=passing), values)
        while chunk := [str(row[0]) for row in ids.fetchmany(_CHUNK)]:
            yield register.norms_by_id(chunk, places=places)


def rejected(register: Register, document: str) -> Iterator[RejectedRow]:
    """The rejected candidates of one document (full id) in its order."""
    with translated(register.path):
        found = rows(RejectedRow, register._connection.execute(_REJECTED, (document,)))
        while chunk := list(islice(found, _CHUNK)):
            yield from with_evidence(register._connection, "rejected", chunk)


def documents(register: Register, filters: Filters) -> list[DocumentRow]:
    """Documents that pass what ``filters`` say of documents: work, document, language, and which versions count."""
    found = register.documents(filters.document)
    if filters.language:
        languages = {language.lower() for language in values_of(filters.language)}
        found = [row for row in found if row.language in languages]
    if filters.work:
        works = find_works(register, values_of(filters.work))
        found = [row for row in found if row.work in works]
    if filters.as_of or not (filters.all_versions or filters.document):
        with translated(register.path):
            left = in_force.left_out(
                register._connection, as_date(filters.as_of, "as_of"), filters.today or date.today()
            )
        found = [row for row in found if row.id not in left]
    return found


def work_numbers(register: Register) -> dict[str, str]:
    """Official numbers by work id, for works that have one."""
    with translated(register.path):
        return dict(register._connection.execute("SELECT id, number FROM works WHERE number IS NOT NULL").fetchall())


def _citations(connection: sqlite3.Connection, norms: Sequence[str]) -> dict[str, list[CitationRow]]:
    found: dict[str, list[CitationRow]] = defaultdict(list)
    for row in rows(CitationRow, connection.execute(_CITATIONS, (json.dumps(list(norms)),))):
        found[row.norm or ""].append(row)
    return found


# What readers find their way by; paragraphs and points are in the place of a norm already.
_STRUCTURE = ("title", "part", "chapter", "section", "subsection", "article", "annex", "heading")
# The depth guards against a parent that is its own.
_ABOVE = """WITH RECURSIVE up(norm, document, id, parent, kind, number, place, heading, depth) AS (
        SELECT n.id, p.document, p.id, p.parent, p.kind, p.number, p.place, p.heading, 0
        FROM norms n JOIN provisions p ON p.document = n.document AND p.id = n.provision WHERE n.id IN (SELECT value FROM json_each(?1))
        UNION ALL SELECT up.norm, p.document, p.id, p.parent, p.kind, p.number, p.place, p.heading, up.depth + 1
        FROM up JOIN provisions p ON p.document = up.document AND p.id = up.parent WHERE up.depth < 32)
    SELECT norm, id, kind, number, place, heading FROM up WHERE kind IN (SELECT value FROM json_each(?2)) ORDER BY norm, depth DESC"""
_DEFINITIONS = """SELECT d.id, d.document, d.term, NULL AS role, d.actor, d.place, d.quote, d.language, d.page FROM definitions d
    WHERE d.document = ? ORDER BY d.position"""
_IDENTITIES = "SELECT norm, identity FROM norm_identities WHERE norm IN (SELECT value FROM json_each(?))"
_NUMBER_REJECTED = "SELECT count(*) FROM rejected WHERE document = ?"


@dataclass(frozen=True, slots=True)
class Heading:
    """A part of an act that holds norms: ``kind``, ``number`` and ``place`` as in provisions, ``words`` its heading (may be empty)."""

    id: str
    kind: str
    number: str
    place: str
    words: str


def above(register: Register, norms: Sequence[str]) -> dict[str, tuple[Heading, ...]]:
    """For norms by their full ids the parts of the act that they stand in, outermost first; none where it has none."""
    found: dict[str, list[Heading]] = defaultdict(list)
    given = (json.dumps(list(norms)), json.dumps(_STRUCTURE))
    with translated(register.path):
        for norm, *heading in register._connection.execute(_ABOVE, given):
            found[norm].append(Heading(*heading))
    return {norm: tuple(headings) for norm, headings in found.items()}


def identities(register: Register, norms: Sequence[str]) -> dict[str, str]:
    """What norms by their full ids are through versions, copies and languages; a norm of no known act is itself."""
    with translated(register.path):
        tied = register._connection.execute(_IDENTITIES, (json.dumps(list(norms)),)).fetchall()
    return {norm: norm for norm in norms} | dict(tied)


def definitions(register: Register, document: str) -> list[DefinitionRow]:
    """The defined terms of one document (full id), in its order; without their English names."""
    with translated(register.path):
        return list(rows(DefinitionRow, register._connection.execute(_DEFINITIONS, (document,))))


def rejected_number(register: Register, document: str) -> int:
    """How many candidates of one document (full id) were rejected."""
    with translated(register.path):
        return int(register._connection.execute(_NUMBER_REJECTED, (document,)).fetchone()[0])


def change(register: Register, document: str) -> Difference | None:
    """What changed from the version before to this document (full id); None where it is the first."""
    with translated(register.path):
        own = register.differences.document(document)
        before = register.differences.previous(own)
        return register.differences.between(before, own) if before and before.language == own.language else None
