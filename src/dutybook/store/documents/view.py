"""A document as its readers see it: provisions as a tree, pages, and lists of what was found or rejected in it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dutybook.reasons import Reason, from_json
from dutybook.records.findings import Doubt, doubts_of
from dutybook.store.database.connection import translated
from dutybook.store.findings import FACT, with_evidence
from dutybook.store.judgements.record_rows import anything, records_of
from dutybook.store.rows import FactRow, PenaltyRow, RejectedRow, rows
from dutybook.store.search.filters import named_document
from dutybook.store.sql import Sql, compose, count_of

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: Where the findings are looked for: pages (first and last), or characters of the text (half-open).
PAGES, TEXT = "pages", "text"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A provision: ``start`` and ``end`` are a half-open range of characters of the document's text, ``parent`` is another one's id."""

    id: str
    parent: str | None
    kind: str
    number: str
    heading: str
    place: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A page (``number`` from 1) in points; ``note`` and ``reasons`` say what was wrong with it, empty where nothing was."""

    number: int
    width: float
    height: float
    note: str
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedNorm:
    """A norm where it stands. ``boxes`` are dicts ``page, x0, top, x1, bottom`` (points); ``due`` is its first computed day (ISO 8601).

    ``dismissed``: somebody said that it is none. ``doubts`` are the fields that may be wrong.
    """

    id: str
    place: str
    modality: str
    strength: str
    bearer: str
    quote: str
    page: int | None
    start: int
    end: int
    boxes: tuple[dict[str, float], ...]
    due: str
    dismissed: bool
    quoted: bool
    legal_status: str | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkedRejection:
    """A candidate that was rejected, where it stands; boxes as in :class:`MarkedNorm`."""

    id: str
    place: str
    reason: str
    quote: str
    page: int | None
    start: int
    end: int
    boxes: tuple[dict[str, float], ...]


_PLACES = """SELECT id, parent, kind, number, heading, place, page, span_start, span_end FROM provisions WHERE document = ?
    ORDER BY position"""
_SHEETS = "SELECT number, width, height, note, reasons FROM pages WHERE document = ? ORDER BY number"
_NORMS_MARKED = """SELECT n.id, n.place, n.modality, n.strength, coalesce(n.bearer, ''), n.quote, n.page, n.span_start, n.span_end, n.boxes,
    substr(coalesce((SELECT min(y.due) FROM deadlines y WHERE y.norm = n.id), ''), 1, 10),
    EXISTS (SELECT 1 FROM corrected c WHERE c.norm = n.id AND c.field = 'finding'), n.quoted, n.legal_status, coalesce(e.fields, '{{}}')
    FROM norms n LEFT JOIN evidence e ON e.document = n.document AND e.kind = 'norms' AND e.finding = n.id WHERE n.document = ?1 AND {within}
    AND (?4 = '[]' OR n.modality IN (SELECT value FROM json_each(?4))) ORDER BY n.position LIMIT ?5"""
_REJECTIONS = compose(
    """SELECT r.id, r.place, r.reason, r.quote, r.page, r.span_start, r.span_end, r.boxes FROM rejected r
    WHERE r.document = ?1 AND r.id NOT IN (SELECT rejected FROM added_norms)"""
)


def _within(where: str, finding: Sql) -> Sql:
    """The condition on findings, an alias, that they are there (``where`` is PAGES or TEXT), from ``?2`` to ``?3``."""
    if where == PAGES:
        return compose("{finding}.page BETWEEN ?2 AND ?3", finding=finding)
    # What begins before and reaches into the stretch belongs to it, too.
    return compose("{finding}.span_end > ?2 AND {finding}.span_start < ?3", finding=finding)


def places(register: Register, document: str) -> list[PlaceRow]:
    """The provisions of a document (full id), in order; those inside another come after it."""
    return [PlaceRow(*row) for row in register._select(_PLACES, document)]


def sheets(register: Register, document: str) -> list[SheetRow]:
    """The pages of a document (full id); none where the format has none."""
    found = register._select(_SHEETS, document)
    return [SheetRow(number, width, height, note, from_json(why)) for number, width, height, note, why in found]


def stretch(register: Register, document: str, start: int, end: int) -> str:
    """Characters ``start`` to ``end`` (half-open) of the text of a document (full id)."""
    sql = "SELECT substr(text, ?, ?) FROM texts WHERE document = ?"
    found = register._select(sql, start + 1, max(end - start, 0), document)
    return str(found[0][0]) if found else ""


def norms_in(
    register: Register,
    document: str,
    where: str,
    first: int,
    last: int,
    modalities: Sequence[str] = (),
    limit: int = 500,
) -> list[MarkedNorm]:
    """The norms on pages of a document or in a stretch of its text.

    Args:
        register: the register.
        document: the document's full id.
        where: PAGES, or TEXT.
        first: the first page, or the first offset.
        last: the last page, or the offset behind the last one.
        modalities: only norms of these; all if there are none.
        limit: so many at most.
    """
    kinds = json.dumps(list(modalities))
    sql = compose(_NORMS_MARKED, within=_within(where, compose("n")))
    rows = register._select(sql, document, first, last, kinds, limit)
    with translated(register.path):
        candidates = [row[0] for row in rows if row[-1] != "{}"] if anything(register._connection) else []
        records = records_of(register._connection, candidates) if candidates else {}
    judged = {norm for norm, record in records.items() if record.finding}
    made = [MarkedNorm(*_with_boxes(row[:-1], 9)) for row in rows]
    doubtful = [() if row[0] in judged else doubts_of(json.loads(row[-1])) for row in rows]
    return [replace(row, doubts=doubts) for row, doubts in zip(made, doubtful, strict=True)]


def rejections_in(
    register: Register, document: str, where: str, first: int, last: int, limit: int = 200
) -> list[MarkedRejection]:
    """The candidates that were rejected on pages of a document or in a stretch of its text; parameters as for :func:`norms_in`."""
    within = _within(where, compose("r"))
    sql = compose("{dropped} AND {within} ORDER BY r.position LIMIT ?4", dropped=_REJECTIONS, within=within)
    rows = register._select(sql, document, first, last, limit)
    return [MarkedRejection(*_with_boxes(row, 7)) for row in rows]


def rejections(
    register: Register, document: str, limit: int, offset: int = 0, reason: str = ""
) -> list[MarkedRejection]:
    """What was rejected in a document (full id), for a reason (for any if it is empty), in order."""
    sql = compose("{dropped} AND ?4 IN ('', r.reason) ORDER BY r.position LIMIT ?2 OFFSET ?3", dropped=_REJECTIONS)
    rows = register._select(sql, document, limit, offset, reason)
    return [MarkedRejection(*_with_boxes(row, 7)) for row in rows]


def counts(register: Register, document: str) -> tuple[dict[str, int], int]:
    """How many norms of each modality a document (full id) has, and how many candidates were rejected."""
    by = register._select("SELECT modality, count(*) FROM norms WHERE document = ? GROUP BY modality", document)
    return dict(by), sum(number for _, number in reasons(register, document))


def reasons(register: Register, document: str) -> list[tuple[str, int]]:
    """The reasons for which candidates of a document (full id) were rejected, each with how many there are, the most frequent first."""
    sql = """SELECT reason, count(*) FROM rejected WHERE document = ?1 AND id NOT IN (SELECT rejected FROM added_norms)
        GROUP BY reason ORDER BY 2 DESC, 1"""
    return register._select(sql, document)


def _with_boxes(row: Sequence[Any], at: int) -> list[Any]:
    """The columns of a row, that of the boxes read."""
    return [*row[:at], tuple(json.loads(row[at])), *row[at + 1 :]]


#: A provision that is its own forefather stands this deep.
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class ProvisionRow:
    """A provision; ``depth`` is how many provisions it stands in, ``norms`` are ids. ``start``, ``end``: half-open, characters of the text."""

    id: str
    parent: str | None
    kind: str
    number: str
    heading: str
    place: str
    zone: str
    page: int | None
    start: int
    end: int
    depth: int
    norms: tuple[str, ...]


def provisions(register: Register, document: str, limit: int = -1, offset: int = 0) -> tuple[list[ProvisionRow], int]:
    """A part of the provisions of a document (full id), and how many it has."""
    connection = register._connection
    with translated(register.path):
        parents = dict(connection.execute("SELECT id, parent FROM provisions WHERE document = ?", (document,)))
        found = connection.execute(
            "SELECT id, parent, kind, number, heading, place, zone, page, span_start, span_end FROM provisions"
            " WHERE document = ? ORDER BY position LIMIT ? OFFSET ?",
            (document, limit, offset),
        ).fetchall()
        norms: dict[str, list[str]] = defaultdict(list)
        for provision, norm in connection.execute(
            "SELECT provision, id FROM norms WHERE provision IN (SELECT value FROM json_each(?)) ORDER BY position",
            (json.dumps([row[0] for row in found]),),
        ):
            norms[provision].append(norm)
    return [ProvisionRow(*(*row, _depth(parents, row[0]), tuple(norms[row[0]]))) for row in found], len(parents)


def _depth(parents: dict[str, str | None], provision: str) -> int:
    depth, at = 0, parents.get(provision)
    while at is not None and depth < _DEEPEST:
        depth, at = depth + 1, parents.get(at)
    return depth


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, as far as whoever sent its file has to know of it."""

    id: str
    source: str
    sha256: str
    title: str
    language: str
    status: str
    norms: int
    pages: int


def source_of(register: Register, document: str) -> tuple[str, str] | None:
    """The whole source of a document (full id) and the SHA-256 of its bytes; None where the register does not have it."""
    row = register._select_first("SELECT source, sha256 FROM main.documents WHERE id = ?", document)
    return (str(row[0]), str(row[1])) if row else None


def documents_from(register: Register, sources: Sequence[str], digests: Sequence[str]) -> list[Kept]:
    """Documents that were read from these files (full sources), or have the bytes of one of them (SHA-256)."""
    sql = """SELECT id, source, sha256, title, language, status, norms, pages FROM main.documents
        WHERE source IN (SELECT value FROM json_each(?1))
        UNION SELECT id, source, sha256, title, language, status, norms, pages FROM main.documents
        WHERE sha256 IN (SELECT value FROM json_each(?2)) AND sha256 <> '' ORDER BY 2, 1"""
    return [Kept(*row) for row in register._select(sql, json.dumps(sources), json.dumps(digests))]


def rejected(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[RejectedRow], int]:
    """Rejected candidates in document order; ``document`` as in ``Filters``."""
    with translated(register.path):
        found = register.rejected(document, limit, offset)
        return found, number(register, "rejected", document)


def facts(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[FactRow], int]:
    """Dates of acts in document order; ``document`` as in ``Filters``."""
    chosen, values = named_document(document)
    sql = compose(
        """{facts} JOIN documents d ON d.id = f.document WHERE {chosen}
        ORDER BY d.title, d.id, f.position LIMIT ? OFFSET ?""",
        facts=FACT,
        chosen=chosen,
    )
    with translated(register.path):
        found = list(rows(FactRow, register._connection.execute(sql, (*values, limit, offset))))
        return with_evidence(register._connection, "facts", found), number(register, "facts", document)


def penalties(register: Register, document: str | None, limit: int, offset: int = 0) -> tuple[list[PenaltyRow], int]:
    """Penalties in document order; ``document`` as in ``Filters``."""
    chosen, values = named_document(document)
    sql = compose(
        """SELECT p.id FROM penalties p JOIN documents d ON d.id = p.document WHERE {chosen}
        ORDER BY d.title, d.id, p.position LIMIT ? OFFSET ?""",
        chosen=chosen,
    )
    ids = [str(row[0]) for row in register._select(sql, *values, limit, offset)]
    found = {p.id: p for p in register.penalties_by_id(ids)}
    return [found[i] for i in ids], number(register, "penalties", document)


def number(register: Register, kind: str, document: str | None = None) -> int:
    """How many rows of a table of findings (facts, penalties, provisions, rejected) the documents have that are named."""
    chosen, values = named_document(document)
    sql = count_of(kind)
    if document is not None:
        sql = compose("{all} x JOIN documents d ON d.id = x.document WHERE {chosen}", all=sql, chosen=chosen)
    return int(register._select_value(sql, *values))
