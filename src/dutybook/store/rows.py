"""What the reader hands out: frozen dataclasses with plain values, one a table row or a joined row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from dutybook.reasons import Reason, from_json
from dutybook.records.findings import Doubt, doubts_of
from dutybook.records.norm_fields import NORM_FIELDS, FieldKind, ListPoint, NormFields
from dutybook.store.database.protocols import Cursor
from dutybook.store.judgements.record import Record

if TYPE_CHECKING:
    from dutybook.store.judgements.record import Record

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _NormPlace:
    """Where a norm stands, as the first fields of its row."""

    id: str
    document: str
    document_title: str
    source: str
    work: str | None
    work_title: str | None
    place: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NormRow(NormFields[str, str], _NormPlace):
    """A norm with its document, work and deadlines. ``boxes`` are dicts ``page, x0, top, x1, bottom`` (points).

    ``span`` is a half-open range of characters of the document's text. ``cell`` is its place in a table (``table``, ``row``,
    ``column``, from 1; ``column_header``, ``row_header``), None outside of tables. ``penalty``: the words of the penalties that
    sanction the norm, one a line. ``applies_from`` and ``applies_until`` are moved where a later act moves them. ``depends_on`` says, one a
    line, what else the day depends on (a day and for whom or what it is); ``applies_earliest`` is then the earliest of all days
    that are possible.
    """

    confidence: float
    span: tuple[int, int]
    boxes: tuple[dict[str, float], ...]
    deadlines: tuple[DeadlineRow, ...] = ()
    cell: dict[str, Any] | None = None
    penalty: str | None = None
    applies_earliest: date | None = None
    depends_on: str | None = None

    @property
    def duty(self) -> str:
        """The words of the norm; of an item of a list, those before the list come first."""
        return f"{self.stem} {self.quote}" if self.stem else self.quote

    @property
    def due(self) -> date | None:
        """The earliest computed date of its deadlines, those from stored events included."""
        return min((due for d in self.deadlines if (due := d.first_due)), default=None)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document; ``reasons`` (``reason``: in one line) say why it is unreadable or only partly read, ``published_by`` what says when it was published;
    ``genre_probability`` how surely its genre is right; ``author``, ``place`` and
    ``publisher`` are as an article names them; ``searched`` of ``operative`` characters were searched for norms, ``gaps`` is how many stretches were not."""

    id: str
    work: str | None
    work_title: str | None
    title: str
    language: str
    genre: str
    status: str
    reason: str
    version_date: str | None
    published: str | None
    pages: int
    characters: int
    norms: int
    problems: tuple[str, ...]
    source: str
    sha256: str
    analyser: str
    published_by: str = ""
    reasons: tuple[Reason, ...] = ()
    genre_probability: float = 0.0
    author: str = ""
    place: str = ""
    publisher: str = ""
    operative: int = 0
    searched: int = 0
    gaps: int = 0

    @property
    def state(self) -> str:
        """``read``, ``read with gaps``, ``partly read`` or ``unreadable``."""
        return "read with gaps" if self.status == "read" and self.gaps else self.status

    @property
    def share_searched(self) -> float | None:
        """The share of the operative text that was searched for norms, 0 to 1; None without any."""
        return self.searched / self.operative if self.operative else None


@dataclass(frozen=True, slots=True)
class GapRow:
    """Operative text that was not searched for norms, or not surely (:class:`~dutybook.records.Gap`)."""

    kind: str
    place: str
    quote: str
    page: int | None
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A date in the life of the act; ``due`` is moved where a later act moves it, the last of ``steps`` then says so.

    ``scope``, ``outside``, ``reach``, ``about`` as in :class:`~dutybook.records.Fact`. ``status`` says how the day is known: ``stated``,
    ``computed``, ``announced``, ``derived`` from a later act, or ``changed`` by one in a way that yields no day. ``supersedes`` is the day
    before the later act, whose document is ``by_document``.
    """

    id: str
    document: str
    type: str
    quote: str
    value: str | None
    due: date | None
    steps: tuple[str, ...]
    page: int | None
    place: str = ""
    scope: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    reach: str = "whole"
    about: str = ""
    status: str = "stated"
    supersedes: date | None = None
    by_document: str | None = None
    evidence: EvidenceRow | None = None


@dataclass(frozen=True, slots=True)
class AmountRow:
    amount: float | None
    currency: str | None
    percent: float | None
    of: str | None


@dataclass(frozen=True, slots=True)
class PenaltyRow:
    """A sanction; ``imposed``: the text tells that it was imposed in a single case."""

    id: str
    document: str
    quote: str
    imposed: bool
    page: int | None
    amounts: tuple[AmountRow, ...]


@dataclass(frozen=True, slots=True)
class CitationRow:
    id: str
    document: str
    norm: str | None
    as_written: str
    work: str | None
    place: str | None
    resolved: bool
    page: int | None


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """What looked like a norm and was none."""

    id: str
    document: str
    document_title: str
    source: str
    place: str
    quote: str
    reason: str
    page: int | None
    boxes: tuple[dict[str, float], ...]
    evidence: EvidenceRow | None = None


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A defined term, the words that define it, and where; ``role`` is its English name where the register knows it."""

    id: str
    document: str
    term: str
    role: str | None
    actor: str | None
    place: str
    quote: str
    language: str
    page: int | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A time from which a norm may apply: its days, for whom or what, and the fact that says so with how its day is known."""

    applies_from: date | None
    applies_until: date | None
    about: str
    fact: str
    status: str
    quote: str
    place: str
    page: int | None
    by_document: str | None


@dataclass(frozen=True, slots=True)
class NormDetail:
    """All that the register knows about one norm. ``headings`` are those above it, outermost first.

    ``dates`` are the facts that say from when and until when it applies, ``times`` from when it may apply where it
    is not one day for all cases, ``review`` what people said of it.
    """

    norm: NormRow
    evidence: EvidenceRow | None
    citations: tuple[CitationRow, ...]
    headings: tuple[str, ...]
    definitions: tuple[DefinitionRow, ...] = ()
    penalties: tuple[PenaltyRow, ...] = ()
    dates: tuple[FactRow, ...] = ()
    times: tuple[PeriodRow, ...] = ()
    review: Record | None = None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """The fields that may be wrong, the least probable first."""
        return self.evidence.doubts(self.review) if self.evidence else ()


@dataclass(frozen=True, slots=True)
class RunRow:
    """One ingest: times are ISO 8601 in UTC, ``finished`` is None for one that was cut off."""

    id: int
    started: str
    finished: str | None
    version: str
    files: int
    added: int
    unchanged: int
    unread: int
    paths: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over the whole register. ``by_modality`` maps (modality, language) to a number of norms."""

    documents: int
    works: int
    pages: int
    norms: int
    deadlines: int
    dated: int
    rejected: int
    by_modality: dict[tuple[str, str], int]
    unreadable: tuple[DocumentRow, ...]
    partly_read: tuple[DocumentRow, ...]


def _list(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def _points(text: str) -> tuple[ListPoint, ...]:
    return tuple(ListPoint(**point) for point in _list(text))


def _object(text: str | None) -> dict[str, Any] | None:
    return dict(json.loads(text)) if text else None


def _flag(number: int | None) -> bool | None:
    return None if number is None else bool(number)


def stored_day(text: str | None) -> date | None:
    """The day of a stored date or moment (ISO 8601)."""
    return date.fromisoformat(text[:10]) if text else None


# How the columns that are not shown as they are stored are read.
_READ: dict[str, Callable[[Any], object]] = {
    "boxes": _list,
    "cancelled": bool,
    "cell": _object,
    "dates": _list,
    "applies_earliest": stored_day,
    "due": stored_day,
    "fields": json.loads,
    "imposed": bool,
    "orphan": bool,
    "outside": _list,
    "paths": _list,
    "problems": _list,
    "reasons": from_json,
    "resolved": bool,
    "scope": _list,
    "span": _list,
    "steps": _list,
    "supersedes": stored_day,
}
_READ_KIND: dict[FieldKind, Callable[[Any], object]] = {
    FieldKind.DAY: stored_day,
    FieldKind.TEXTS: _list,
    FieldKind.POINTS: _points,
    FieldKind.FLAG: _flag,
}
_READ |= {field.name: _READ_KIND[field.kind] for field in NORM_FIELDS if field.kind in _READ_KIND}


def rows(
    make: Callable[..., T],
    cursor: Cursor,
    more: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
) -> Iterator[T]:
    """The rows of a query as dataclasses: a column for each field, ``more`` for fields that are not columns."""
    names = [column[0] for column in cursor.description]
    readers = [(name, _READ[name]) for name in names if name in _READ]
    for row in cursor:
        values = dict(zip(names, row, strict=True))
        for name, read in readers:
            values[name] = read(values[name])
        yield make(**values, **more(values)) if more else make(**values)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """Which rule or model spoke (``name``, ``version``), on which words, how surely, and why; where that stands.

    ``why`` may be a chain of codes (:func:`dutybook.languages.reader.describe_chain`); ``fields`` has how probable it is that
    each field is right, by name, where that is known.
    """

    name: str
    version: str
    cue: str | None
    confidence: float
    why: str
    page: int | None
    boxes: tuple[dict[str, float], ...]
    fields: dict[str, float] = field(default_factory=dict)

    def doubts(self, record: Record | None) -> tuple[Doubt, ...]:
        """The fields that may be wrong, the least probable first; none once somebody has judged the finding."""
        return () if record and record.finding else doubts_of(self.fields)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event that somebody entered, and what follows from it for a deadline.

    ``occurred_at`` and ``dates`` are ISO 8601, with time and offset where they were known and hours count; ``due`` is the day
    of the first of ``dates``. ``place`` and ``law`` are by whose days off and rules it was counted. The words of the
    deadline and its norm are kept, so that it can be read when ``orphan``: the register has its deadline no more.
    """

    id: str
    deadline: str
    norm: str
    document: str
    occurred_at: str
    place: str | None
    law: str | None
    due: date
    dates: tuple[str, ...]
    steps: tuple[str, ...]
    note: str
    created: str
    quote: str
    kind: str
    value: str | None
    anchor: str | None
    norm_place: str
    title: str
    work: str | None
    language: str
    orphan: bool = False

    @property
    def origin(self) -> str:
        """Where its dates come from: ``from event of 2026-03-02 14:00 (note)``."""
        moment = self.occurred_at.replace("T", " ")
        return f"from event of {moment}" + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline; ``due`` is None where the text alone does not fix it, ``reason`` then says what is missing.

    ``starter`` are the words for who brings the event about that starts it, ``starter_kind`` whether that is the bearer,
    another party, an authority or the act itself. ``events`` are those that were stored.
    """

    id: str
    norm: str
    quote: str
    kind: str
    value: str | None
    direction: str | None
    anchor: str | None
    due: date | None
    reason: str
    steps: tuple[str, ...]
    page: int | None
    evidence: EvidenceRow | None = None
    starter: str | None = None
    starter_kind: str | None = None
    events: tuple[EventRow, ...] = ()

    def dated(self) -> Iterator[DeadlineRow]:
        """A copy for each day on which it is due: first the day that the text states, then the days of each event, which alone is in ``events``."""
        if self.due:
            yield replace(self, events=())
        for event in self.events:
            for day in event.dates:
                due = date.fromisoformat(day[:10])
                yield replace(self, due=due, steps=event.steps, reason="", events=(event,))

    @property
    def moment(self) -> str | None:
        """``due`` as ISO 8601, with its time where hours count."""
        found = (d for event in self.events for d in event.dates if self.due and d.startswith(self.due.isoformat()))
        return next(found, self.due.isoformat() if self.due else None)

    @property
    def first_due(self) -> date | None:
        """The earliest of its days."""
        return min((d.due for d in self.dated() if d.due), default=None)
