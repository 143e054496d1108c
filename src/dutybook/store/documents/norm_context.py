"""The context of a norm: where its parts stand, its wording in other versions and languages, and what it refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dutybook.records.norm_fields import PARTS, QUOTE
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.findings import evidence_of
from dutybook.store.rows import CitationRow, EvidenceRow
from dutybook.store.sql import ROWS_OF, compose, names

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a norm. Days are ISO 8601: ``valid_from`` None where not known, ``valid_until`` None while the version stands.

    ``current``: of the newest version in its language.
    """

    norm: str
    document: str
    language: str
    place: str
    modality: str
    stem: str
    quote: str
    valid_from: str | None
    valid_until: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a citation leads: to a norm, to a place in a document, to an act, or (all empty) out of the register.

    ``title`` is the act's in the language of the norm, else in English, empty where it is the norm's own act.
    """

    citation: CitationRow
    norm: str = ""
    document: str = ""
    place: str = ""
    work: str = ""
    title: str = ""
    quote: str = ""

    @property
    def here(self) -> bool:
        return bool(self.norm or self.document or self.work)


@dataclass(frozen=True, slots=True)
class PenaltyPlace:
    """Where a penalty stands, and what spoke for it."""

    place: str
    evidence: EvidenceRow | None


#: Provisions "Art 4-7" are followed to the first of them.
_RANGE = re.compile(r"(\d+)-\d+$")
# Of copies of one version the preferred one speaks; a document of no act is its only version.
_TEXTS = compose(
    """SELECT n.id, n.document, n.language, n.place, n.modality, coalesce(n.stem, ''), n.quote, v.valid_from, v.valid_until,
    coalesce(v.current, 1) FROM norms n LEFT JOIN versions v ON v.document = n.document
    WHERE n.row IN ({rows}) AND (coalesce(v.preferred, 1) OR n.id = ?2)
    ORDER BY n.language, coalesce(v.valid_from, ''), n.document, n.position""",
    rows=ROWS_OF,
)
# The text that a reader of the language would open: standing, preferred, in the language, else in English, else in any.
_OPENED = """SELECT v.document FROM versions v JOIN documents d ON d.id = v.document WHERE v.work = ? AND d.status <> 'unreadable'
    AND d.version_kind <> 'corrigendum' ORDER BY v.document = ? DESC, NOT v.current, NOT v.preferred, v.language <> ?, v.language <> 'en',
    v.language, v.document LIMIT 1"""
_NORM_AT = "SELECT id, quote FROM norms WHERE document = ? AND place = ? ORDER BY position LIMIT 2"
_PLACE_AT = """SELECT p.place, substr(t.text, p.span_start + 1, 240) FROM provisions p JOIN texts t ON t.document = p.document
    WHERE p.document = ? AND p.place = ? ORDER BY p.position LIMIT 1"""
_TITLE = """SELECT short_title FROM work_names WHERE work = ? AND short_title <> '' ORDER BY language <> ?, language <> 'en', language,
    document LIMIT 1"""
_SANCTIONED = "SELECT s.penalty, n.id, n.place FROM sanctions s JOIN norms n ON n.id = s.norm WHERE s.document = ? ORDER BY n.position"
_PENALTY = """SELECT coalesce((SELECT v.place FROM provisions v WHERE v.document = p.document AND v.span_start <= p.span_start
    AND v.span_end >= p.span_end ORDER BY v.span_end - v.span_start, v.position LIMIT 1), '') FROM penalties p WHERE p.id = ?"""


def texts(register: Register, norm: str) -> list[TextRow]:
    """All texts of a norm (full id), its own among them, by language and time."""
    row = register._select_first("SELECT identity FROM norm_ties WHERE norm = ?", norm)
    identity = row[0] if row else norm
    found = register._select(_TEXTS, json.dumps([identity]), norm)
    made = [TextRow(*row[:9], *map(bool, row[9:])) for row in found]
    return _one_a_version(made, norm)


def _one_a_version(rows: Sequence[TextRow], norm: str) -> list[TextRow]:
    """A sentence that stands twice in one document is told once, as the norm itself if it is one of them."""
    kept: dict[str, TextRow] = {}
    for row in rows:
        if row.norm == norm or row.document not in kept:
            kept[row.document] = row
    return list(kept.values())


def followed(register: Register, citations: Sequence[CitationRow], document: str, language: str) -> list[Followed]:
    """Where the citations of a norm in a document lead. One that stands in the norm twice is told once."""
    once = {(c.as_written, c.work, c.place): c for c in citations}
    with translated(register.path):
        connection = register._connection
        own = connection.execute("SELECT work FROM documents WHERE id = ?", (document,)).fetchone()[0]
        return [_follow(register, c, document, own, language) for c in once.values()]


def _follow(register: Register, citation: CitationRow, document: str, own: str | None, language: str) -> Followed:
    connection = register._connection
    work = citation.work or (own if citation.place else None)
    if work is None and not citation.place:
        return Followed(citation)
    title, opened = "", document
    if work is not None and work != own:
        title = _title(connection, work, language)
        found = connection.execute(_OPENED, (work, document, language)).fetchone()
        if found is None:
            known = connection.execute("SELECT 1 FROM works WHERE id = ?", (work,)).fetchone()
            return Followed(citation, work=work if known and title else "", title=title)
        opened = str(found[0])
    if not citation.place:
        return Followed(citation, work=work or "", title=title)
    return _follow_into(register, citation, opened, title) or Followed(
        citation, work=work if title and work else "", title=title
    )


def _title(connection: Connection, work: str, language: str) -> str:
    """What an act is called in a language, else in English, else in any; empty where it has no name."""
    named = connection.execute(_TITLE, (work, language)).fetchone()
    return str(named[0]) if named else ""


def _follow_into(register: Register, citation: CitationRow, document: str, title: str) -> Followed | None:
    """The place that is cited in a document: its norm, if it has one alone, or its words; None where there is no such place."""
    at = _RANGE.sub(r"\1", citation.place or "")
    norms = register._connection.execute(_NORM_AT, (document, at)).fetchall()
    if len(norms) == 1:
        return Followed(citation, norm=norms[0][0], place=at, title=title, quote=norms[0][1])
    place = register._connection.execute(_PLACE_AT, (document, at)).fetchone()
    return Followed(citation, document=document, place=place[0], title=title, quote=place[1]) if place else None


def penalty_place(register: Register, penalty: str) -> PenaltyPlace:
    """Where a penalty (full id) stands, and what spoke for it."""
    with translated(register.path):
        connection = register._connection
        place = connection.execute(_PENALTY, (penalty,)).fetchone()
        evidence = evidence_of(connection, "penalties", [penalty]).get(penalty)
    return PenaltyPlace(str(place[0]) if place else "", evidence)


def sanctioned_norms(register: Register, document: str) -> dict[str, list[tuple[str, str]]]:
    """By the penalties of a document (full ids) the norms that each sanctions: ids and places, in the order of the text."""
    found: dict[str, list[tuple[str, str]]] = {}
    with translated(register.path):
        for penalty, norm, place in register._connection.execute(_SANCTIONED, (document,)):
            found.setdefault(penalty, []).append((norm, place))
    return found


@dataclass(frozen=True, slots=True)
class PageSize:
    """Of a page (``number`` from 1) in points."""

    number: int
    width: float
    height: float


def parts_of(register: Register, norm: str) -> list[tuple[str, int, int]]:
    """The parts of a norm (full id) that stand within its quote: name and half-open range of characters of the quote, in order.

    Names are those of :data:`~dutybook.records.norm_fields.PARTS`, and deadline. A bearer that stands elsewhere (a pronoun's antecedent,
    the stem of a list) is left out.
    """
    with translated(register.path):
        connection = register._connection
        corrected = {row[0] for row in connection.execute(_CORRECTED_FIELDS, (norm,))}
        if corrected.intersection((*PARTS, QUOTE)):
            return _corrected_parts(connection, norm, corrected)
        parts, start, end = connection.execute(
            "SELECT parts, span_start, span_end FROM norms WHERE id = ?", (norm,)
        ).fetchone()
        # A stem is shown before the quote, also where it stands within it.
        found = [(name, first, last) for name, (first, last) in json.loads(parts).items() if name != "stem"]
        found += [
            ("deadline", first, last)
            for first, last in connection.execute("SELECT span_start, span_end FROM deadlines WHERE norm = ?", (norm,))
        ]
    # What runs beyond the quote (an action shared by two commands) is shown as far as the quote goes.
    inside = [
        (name, first - start, min(last, end) - start) for name, first, last in found if start <= first < min(last, end)
    ]
    return sorted(inside, key=lambda part: (part[1], -part[2], part[0]))


_CORRECTED_FIELDS = "SELECT field FROM corrected WHERE norm = ? AND deadline = ''"


def _corrected_parts(connection: Connection, norm: str, corrected: set[str]) -> list[tuple[str, int, int]]:
    """The parts of a norm that people corrected: where the words now stand in the words that the norm now has."""
    sql = compose("SELECT {columns} FROM norms WHERE id = ?", columns=names((QUOTE, "parts", *PARTS)))
    quote, places, *values = connection.execute(sql, (norm,)).fetchone()
    known = json.loads(places)
    words = [(name, value) for name, value in zip(PARTS, values, strict=True) if value]
    # A part that stands elsewhere (a pronoun's antecedent) is left out, unless it was corrected to words of the quote.
    words = [(name, value) for name, value in words if name in known or name in corrected]
    words += [("deadline", row[0]) for row in connection.execute("SELECT quote FROM deadlines WHERE norm = ?", (norm,))]
    found = []
    for name, value in words:
        pattern = r"\s+".join(re.escape(word) for word in str(value).split())
        if match := re.search(rf"(?<!\w){pattern}(?!\w)", quote, re.IGNORECASE):
            found.append((name, *match.span()))
    return sorted(found, key=lambda part: (part[1], -part[2], part[0]))


def page_size(register: Register, document: str, number: int) -> PageSize | None:
    """The size of a page of a document (full id); None where the format has no pages."""
    row = register._select_first(
        "SELECT number, width, height FROM pages WHERE document = ? AND number = ?", document, number
    )
    return PageSize(*row) if row else None


def identity_of(register: Register, norm: str) -> str:
    """The identity of a norm (full id): what its versions and languages have in common, or its own id where it has none."""
    tied = register._select_first("SELECT identity FROM norm_ties WHERE norm = ?", norm)
    return str(tied[0]) if tied else norm
