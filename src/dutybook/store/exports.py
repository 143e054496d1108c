"""What exports and reports read in bulk beyond the norms: evidence, headings, acts with their names and days, terms, changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from dutybook.store import schema
from dutybook.store.database.connection import translated
from dutybook.store.database.engines import smaller_cache
from dutybook.store.database.protocols import Connection
from dutybook.store.documents.works import find_works
from dutybook.store.findings import REJECTED, evidence_of, with_evidence
from dutybook.store.judgements.history import COLUMNS, HistoryRow
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.record_rows import anything, records_of, reviewed
from dutybook.store.profiles.proposals import NormProposal, proposals_of
from dutybook.store.rows import (
    CitationRow,
    DefinitionRow,
    DocumentRow,
    EvidenceRow,
    NormRow,
    RejectedRow,
    rows,
    stored_day,
)
from dutybook.store.search.candidates import led
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, as_date, conditions_of, where
from dutybook.store.sql import all_of, compose, english_role_of, names, upsert_into
from dutybook.store.versions import in_force
from dutybook.store.versions.differences import Difference

if TYPE_CHECKING:
    from dutybook.store.register import Register

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
# Documents lead to their norms: a database that goes by how many rows it expects would go through all norms for those of a few acts.
_IDS = """SELECT f.norm FROM {tables} JOIN document_rows t ON t.document = f.document
    WHERE {passing} ORDER BY t.title, t.document, f.row"""
_CITATIONS = """SELECT c.id, c.document, c.norm, c.as_written, c.work, c.place, c.resolved, c.page FROM norms n
    JOIN citations c ON c.document = n.document AND c.norm = n.id WHERE n.id IN (SELECT value FROM json_each(?)) ORDER BY c.document, c.position"""
_TOPICS = "SELECT id, topics FROM norms WHERE topics <> '' AND id IN (SELECT value FROM json_each(?))"
_REJECTED = compose("{rejected} WHERE r.document = ? ORDER BY r.position", rejected=REJECTED)


@dataclass(frozen=True, slots=True)
class Supplement:
    """What belongs to a norm and is stored elsewhere: the nearest heading above it, who found it, what people said of it.

    ``cites`` is what its words refer to, ``topics`` the names of what it is about, ``proposals`` whether it applies to each profile.
    """

    heading: str
    evidence: EvidenceRow | None
    review: Record | None = None
    cites: tuple[CitationRow, ...] = ()
    topics: tuple[str, ...] = ()
    proposals: tuple[NormProposal, ...] = ()


@contextmanager
def snapshot(register: Register) -> Iterator[None]:
    """One state of the register for everything read inside, whatever another process writes meanwhile."""
    connection = register._connection
    if connection.in_transaction:
        yield
        return
    with ExitStack() as reading:
        with translated(register.path):
            # Everything is read once, in order: a large cache would only fill memory.
            reading.enter_context(smaller_cache(connection, _CACHE_KIB))
            connection.execute("BEGIN")
        try:
            yield
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")


def supplemented(
    register: Register, filters: Filters, *, places: bool = True, with_deadlines: bool = False
) -> Iterator[tuple[NormRow, Supplement]]:
    """The norms of :meth:`Register.norms`, in its order, each with its supplement; memory does not grow with them.

    Without ``places``, spans and boxes are empty. ``with_deadlines``: only norms that have some, or a day of people's own.
    """
    for chunk in _chunks(register, filters, places=places, with_deadlines=with_deadlines):
        ids = [norm.id for norm in chunk]
        with translated(register.path):
            given = (json.dumps(ids),)
            headings = dict(register._connection.execute(_HEADINGS, given).fetchall())
            evidence = evidence_of(register._connection, "norms", ids, places=places)
            records = records_of(register._connection, ids) if anything(register._connection) else {}
            cites = _citations(register._connection, ids)
            topics = dict(register._connection.execute(_TOPICS, given).fetchall())
        proposed = proposals_of(register, ids)
        for norm in chunk:
            own = norm.id
            about = tuple((topics.get(own) or "").split())
            yield (
                norm,
                Supplement(
                    *(headings.get(own, ""), evidence.get(own), records.get(own), tuple(cites.get(own, ())), about),
                    tuple(proposed.get(own, ())),
                ),
            )


def _chunks(register: Register, filters: Filters, *, places: bool, with_deadlines: bool) -> Iterator[list[NormRow]]:
    """The norms of :meth:`Register.norms`, in its order: only their ids are sorted, not all of their words."""
    tables, passing, values = led(filters, conditions_of(filters, match=True))
    if with_deadlines:
        own = reviewed(compose("r.due <> ''"))
        dated = compose("(EXISTS (SELECT 1 FROM deadlines x WHERE x.norm = f.norm) OR f.norm IN ({own}))", own=own)
        passing = all_of([passing, dated])
    with translated(register.path):
        ids = register._connection.execute(compose(_IDS, tables=tables, passing=passing), values)
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
    return dict(register._select("SELECT id, number FROM works WHERE number IS NOT NULL"))


def _citations(connection: Connection, norms: Sequence[str]) -> dict[str, list[CitationRow]]:
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
    """The headings of the parts of its act that each norm stands in, outermost first, by the norm's full id."""
    found: dict[str, list[Heading]] = defaultdict(list)
    given = (json.dumps(list(norms)), json.dumps(_STRUCTURE))
    for norm, *heading in register._select(_ABOVE, *given):
        found[norm].append(Heading(*heading))
    return {norm: tuple(headings) for norm, headings in found.items()}


_SPOKEN = """SELECT id FROM (SELECT n.id, rank() OVER (PARTITION BY f.identity ORDER BY f.language <> ?, f.language <> 'en', f.language) AS nth
    FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document WHERE {passing}) WHERE nth = 1"""


def in_one_language(register: Register, filters: Filters, reader: str) -> set[str]:
    """The norms (full ids) that pass the filters, each in one language: the reader's, else English, else the first."""
    passing, values = where(filters)
    return {str(row[0]) for row in register._select(compose(_SPOKEN, passing=passing), reader, *values)}


def identities(register: Register, norms: Sequence[str]) -> dict[str, str]:
    """What norms by their full ids are through versions, copies and languages; a norm of no known act is itself."""
    tied = register._select(_IDENTITIES, json.dumps(list(norms)))
    return {norm: norm for norm in norms} | dict(tied)


_JUDGED = """SELECT n.id, NOT EXISTS (SELECT 1 FROM corrected c WHERE c.norm = n.id AND c.field = 'finding')
    FROM norms n WHERE n.id IN (SELECT b.norm FROM review_norms b JOIN reviews r ON r.id = b.review
        WHERE r.finding IN ('confirmed', 'corrected', 'rejected'))
    AND (EXISTS (SELECT 1 FROM corrected c WHERE c.norm = n.id)
        OR EXISTS (SELECT 1 FROM reviews r WHERE r.norm = n.id AND r.finding = 'confirmed'))"""


def judged_norms(register: Register) -> dict[str, bool]:
    """The norms (full ids) whose finding somebody confirmed, corrected or rejected, and whether they say that it is one."""
    return {str(norm): bool(holds) for norm, holds in register._select(_JUDGED)}


def text_of(register: Register, document: str) -> str:
    """The whole text of a document (full id)."""
    return str(register._select_value("SELECT text FROM texts WHERE document = ?", document))


def definitions(register: Register, document: str) -> list[DefinitionRow]:
    """The defined terms of one document (full id), in its order; without their English names."""
    return register._select_as(DefinitionRow, _DEFINITIONS, document)


def rejected_number(register: Register, document: str) -> int:
    """How many candidates of one document (full id) were rejected."""
    return int(register._select_value(_NUMBER_REJECTED, document))


def change(register: Register, document: str) -> Difference | None:
    """What changed from the version before to this document (full id); None where it is the first."""
    with translated(register.path):
        own = register.differences.document(document)
        before = register.differences.previous(own)
        return register.differences.between(before, own) if before and before.language == own.language else None


_ACT = """SELECT w.jurisdiction, w.issuer, w.kind, d.version_kind, v.valid_from, v.valid_until FROM documents d
    LEFT JOIN work_names w ON w.document = d.id LEFT JOIN versions v ON v.document = d.id WHERE d.id = ?"""
_NUMBERS = "SELECT scheme, number FROM work_numbers WHERE document = ? ORDER BY scheme, number"
_DAYS = """SELECT f.type, min(CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END) FROM facts f LEFT JOIN moved_facts m ON m.fact = f.id
    WHERE f.document = ? AND f.reach = 'whole' AND f.type IN ('entry_into_force', 'application', 'expiry') GROUP BY f.type"""

_ANALYSERS = "SELECT DISTINCT analyser FROM documents WHERE analyser <> '' ORDER BY 1"
# One look into the index a rule, however many norms it found.
_RULES = """WITH RECURSIVE r(name) AS (
        SELECT min(name) FROM evidence WHERE kind = 'norms'
        UNION ALL SELECT (SELECT min(x.name) FROM evidence x WHERE x.kind = 'norms' AND x.name > r.name) FROM r WHERE r.name IS NOT NULL),
    v(name, version) AS (
        SELECT r.name, (SELECT min(x.version) FROM evidence x WHERE x.kind = 'norms' AND x.name = r.name) FROM r WHERE r.name IS NOT NULL
        UNION ALL SELECT v.name, (SELECT min(x.version) FROM evidence x WHERE x.kind = 'norms' AND x.name = v.name AND x.version > v.version)
        FROM v WHERE v.version IS NOT NULL)
    SELECT v.name, v.version FROM v WHERE v.version IS NOT NULL ORDER BY 1, 2"""

#: Identifiers by which an act is cited everywhere, the first that it has.
_CANONICAL = ("celex", "eli", "national", "oj")


@dataclass(frozen=True, slots=True)
class Act:
    """An act in the words of one document: ``numbers`` by scheme (celex, eli, oj, national), days where the text fixes them.

    ``valid_from`` and ``valid_until`` (last day) are the document's as a version of the act.
    """

    jurisdiction: str | None = None
    issuer: str | None = None
    kind: str | None = None
    numbers: tuple[tuple[str, str], ...] = ()
    entry_into_force: date | None = None
    application: date | None = None
    expiry: date | None = None
    version_kind: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def citation(self) -> str:
        """The number that the act is cited by, empty where it has none."""
        first: dict[str, str] = {}
        for scheme, number in self.numbers:
            first.setdefault(scheme, number)
        return next((first[scheme] for scheme in _CANONICAL if scheme in first), "")


def act(register: Register, document: str) -> Act:
    """The act of a document (full id)."""
    with translated(register.path):
        connection = register._connection
        row = connection.execute(_ACT, (document,)).fetchone() or (None,) * 6
        days: dict[str, date | None] = defaultdict(lambda: None)
        days |= {kind: stored_day(day) for kind, day in connection.execute(_DAYS, (document,))}
        jurisdiction, issuer, kind, version_kind, valid_from, valid_until = row
        return Act(
            jurisdiction=jurisdiction,
            issuer=issuer,
            kind=kind,
            numbers=tuple(connection.execute(_NUMBERS, (document,)).fetchall()),
            entry_into_force=days["entry_into_force"],
            application=days["application"],
            expiry=days["expiry"],
            version_kind=version_kind or "",
            valid_from=stored_day(valid_from),
            valid_until=stored_day(valid_until),
        )


@dataclass(frozen=True, slots=True)
class LibraryVersion:
    """What was written last of a requirements library: its language, its number, and the digest of its content."""

    urn: str
    locale: str
    version: int
    digest: str


def library_version(register: Register, urn: str) -> LibraryVersion | None:
    """What was written last under this name; None if nothing was."""
    found = register._select("SELECT urn, locale, version, digest FROM library_versions WHERE urn = ?", urn)
    return next((LibraryVersion(*row) for row in found), None)


def keep_library_version(register: Register, made: LibraryVersion) -> None:
    """Keep what is written of a library now; the caller holds the transaction."""
    register._connection.execute(
        upsert_into("library_versions", ("urn", "locale", "version", "digest"), ("urn",)),
        (made.urn, made.locale, made.version, made.digest),
    )


@dataclass(frozen=True, slots=True)
class About:
    """What a register says of itself: its id (empty where it has none), its format, how long its history is with the last hash.

    ``analysers`` are the versions of Dutybook that read its documents, ``rules`` the rules and models that found norms, each with
    its version.
    """

    register: str = ""
    format: int = 0
    history: int = 0
    head: str = ""
    analysers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def about(register: Register) -> About:
    """What a register says of itself."""
    with translated(register.path):
        connection = register._connection
        identity = connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchone()
        rows, head = connection.execute("SELECT rows, hash FROM history_head").fetchone()
        return About(
            register=str(identity[0]) if identity else "",
            format=schema.VERSION,
            history=int(rows),
            head=str(head),
            analysers=tuple(row[0] for row in connection.execute(_ANALYSERS)),
            rules=tuple(" ".join(row) for row in connection.execute(_RULES)),
        )


_CHANGES = """SELECT c.id, c.kind, c.language, coalesce(v.valid_from, d.version_date, d.published) AS since,
    coalesce(p.valid_from, o.version_date, o.published) AS old_since, c.old_place, c.new_place, c.old_quote, c.new_quote,
    coalesce(n.bearer, m.bearer) AS bearer, CASE WHEN n.id IS NULL THEN m.page ELSE n.page END AS page,
    CASE WHEN n.id IS NULL THEN c.old_document ELSE c.new_document END AS document, c.identity, c.old_norm, c.new_norm, c.detail
    FROM changes c JOIN documents d ON d.id = c.new_document JOIN documents o ON o.id = c.old_document
    LEFT JOIN versions v ON v.document = c.new_document LEFT JOIN versions p ON p.document = c.old_document
    LEFT JOIN norms n ON n.id = c.new_norm LEFT JOIN norms m ON m.id = c.old_norm
    WHERE coalesce(coalesce(v.valid_from, d.version_date, d.published) <= ?, 1)
    ORDER BY coalesce(v.valid_from, d.version_date, d.published, '') DESC, c.work, c.language, c.position, c.kind, c.id"""
_PASSING = """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE {passing}"""
_TERMS = """SELECT x.id, x.document, x.term, {role} AS role, x.actor, x.place, x.quote, x.language, x.page,
    (SELECT count(*) FROM norm_terms t WHERE t.definition = x.id) AS uses
    FROM definitions x WHERE x.document IN (SELECT value FROM json_each(?)) ORDER BY fold(x.term), x.language, x.document, x.position"""


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What changed in a norm between two versions: ``since`` is the day from which the new one stands, ``old_since`` the old one's.

    ``document`` is the version in which it is to be read, the new one where the norm still is there; ``detail`` as in
    :class:`~dutybook.resolve.identity.Change`.
    """

    id: str
    kind: str
    language: str
    since: str | None
    old_since: str | None
    old_place: str | None
    new_place: str | None
    old_quote: str | None
    new_quote: str | None
    bearer: str | None
    page: int | None
    document: str
    identity: str
    old_norm: str | None
    new_norm: str | None
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Term(DefinitionRow):
    """A defined term, and how many norms use it."""

    uses: int


def changes(register: Register, filters: Filters) -> Iterator[ChangeLine]:
    """What changed in the norms that pass the filters, in their old words or their new ones; the newest first.

    Versions that the filters leave out count here: what was repealed stands in an old one only. ``as_of``: changes up to that day.
    """
    until = as_date(filters.as_of, "as_of")
    every = replace(filters, as_of=None, all_versions=True)
    with translated(register.path):
        passing = None
        if replace(every, all_versions=False).narrows:
            condition, values = where(every)
            found = register._connection.execute(compose(_PASSING, passing=condition), values)
            passing = {row[0] for row in found}
        cursor = register._connection.execute(_CHANGES, ((until or date.max).isoformat(),))
        names = [column[0] for column in cursor.description]
        for row in cursor:
            line = dict(zip(names, row, strict=True))
            if passing is None or line["old_norm"] in passing or line["new_norm"] in passing:
                yield ChangeLine(**line | {"detail": json.loads(line["detail"])})


def terms(register: Register, documents: Iterable[str]) -> Iterator[Term]:
    """The terms that documents (full ids) define, in the order of the alphabet."""
    wanted = json.dumps(list(documents))
    sql = compose(_TERMS, role=english_role_of(compose("x.id"), otherwise=compose("NULL")))
    for row in register._select(sql, wanted):
        yield Term(*row)


_HISTORIES = compose(
    "SELECT {columns} FROM history WHERE review IN (SELECT value FROM json_each(?)) ORDER BY review, seq",
    columns=names(COLUMNS),
)


def histories(register: Register, reviews: Iterable[str]) -> dict[str, list[HistoryRow]]:
    """The changes of records (ids), in order."""
    found: dict[str, list[HistoryRow]] = defaultdict(list)
    for row in register._select_as(HistoryRow, _HISTORIES, json.dumps(sorted(reviews))):
        found[row.review].append(row)
    return found
