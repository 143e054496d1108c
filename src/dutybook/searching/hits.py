"""A search result: all that a row of a result list shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from dutybook.store import DeadlineRow, NormRow
from dutybook.store.search.terms import forms_of, tag_of, word_places

_SNIPPET = 240


@dataclass(frozen=True, slots=True)
class Hit:
    """One norm that was found. ``rank`` is lower for better matches, 0.0 where no words were asked for.

    ``languages`` are those that the norm is there in, ``others`` its other texts: (language, id) each. ``identity`` ties them.
    ``marks`` are half-open ranges of characters of ``quote`` that the words met. ``page`` counts from 1; None for
    formats without pages. ``found_by``: ``words`` or ``meaning``, empty where only filters were given; ``similarity`` is
    how near it is in meaning, up to 1.0, where that is what found it.
    """

    id: str
    place: str
    document: str
    document_title: str
    source: str
    page: int | None
    quote: str
    modality: str
    strength: str
    bearer: str | None
    bearer_class: str
    deadlines: tuple[DeadlineRow, ...]
    language: str
    work: str | None
    work_title: str | None
    confidence: float
    stem: str | None
    role: str | None
    applies_from: date | None
    applies_until: date | None
    rank: float
    marks: tuple[tuple[int, int], ...]
    identity: str = ""
    languages: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    found_by: tuple[str, ...] = ()
    similarity: float | None = None

    @property
    def due(self) -> date | None:
        """The earliest computed date of its deadlines, those from stored events included."""
        return min((due for d in self.deadlines if (due := d.first_due)), default=None)

    @property
    def snippet(self) -> str:
        """About 240 characters of the quote around the first word met, ``…`` where something is left out."""
        if len(self.quote) <= _SNIPPET:
            return self.quote
        first = self.marks[0][0] if self.marks else 0
        start = 0 if first < _SNIPPET // 2 else self.quote.rfind(" ", 0, first - _SNIPPET // 4) + 1
        end = self.quote.rfind(" ", start + 1, start + _SNIPPET)
        if start + _SNIPPET >= len(self.quote) or end < 0:
            end = len(self.quote)
        return ("… " if start else "") + self.quote[start:end] + (" …" if end < len(self.quote) else "")


# What a result has of its norm.
_TAKEN = frozenset(f.name for f in fields(Hit)) & frozenset(f.name for f in fields(NormRow))


def to_hit(norm: NormRow, rank: float, needles: tuple[str, ...]) -> Hit:
    """A norm as a result; ``needles`` as in :class:`dutybook.store.Query`."""
    taken: dict[str, Any] = {name: getattr(norm, name) for name in _TAKEN}
    return Hit(**taken, rank=rank, marks=tuple(_marks(norm.quote, needles, norm.language)))


def _marks(quote: str, needles: tuple[str, ...], language: str) -> Iterator[tuple[int, int]]:
    if not needles:
        return
    tag = tag_of(language)
    whole = {needle for needle in needles if not needle.endswith("*")}
    inflected = {needle for needle in whole if tag and needle.startswith(tag)}
    prefixes = tuple(needle[:-1] for needle in needles if needle.endswith("*"))
    for word, start, end in word_places(quote):
        if (
            word in whole
            or (prefixes and word.startswith(prefixes))
            or (inflected and not inflected.isdisjoint(forms_of(quote[start:end], language)))
        ):
            yield start, end
