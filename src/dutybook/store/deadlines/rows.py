"""What the reader hands out of deadlines: their own dates, and those that follow from events that people entered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from dutybook.records.doubts import Doubt, doubts_of

if TYPE_CHECKING:
    from dutybook.store.judgements.record import Record


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

    ``happened`` and ``dates`` are ISO 8601, with time and offset where they were known and hours count; ``due`` is the day
    of the first of ``dates``. ``place`` and ``law`` are by whose days off and rules it was counted. The words of the
    deadline and its norm are kept, so that it can be read when ``orphan``: the register has its deadline no more.
    """

    id: str
    deadline: str
    norm: str
    document: str
    happened: str
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
    def said(self) -> str:
        """Where its dates come from: ``from event of 2026-03-02 14:00 (note)``."""
        moment = self.happened.replace("T", " ")
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
        """It once a day on which it is due: as the text says, then as each event says, that event alone in ``events``."""
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
