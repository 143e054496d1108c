"""The data of a report, independent of file formats, and the words of its reader: dates, numbers, and text made safe.

``lang`` is an ISO 639-1 code; empty: the reader's. ``state`` of a day is past, soon or later, or empty if no days
are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dutybook.export.content import clean
from dutybook.languages.reader import date_locale, reader_words
from dutybook.languages.reader.places import write_place


@dataclass(frozen=True, slots=True)
class Line:
    """A label with its text."""

    label: str
    text: str
    lang: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: its words, the formatted day (empty: none), and how it was computed or why there is no date (in
    English).
    """

    quote: str
    lang: str
    day: str = ""
    state: str = ""
    left: str = ""
    how: str = ""
    event: str = ""


@dataclass(frozen=True, slots=True)
class NormView:
    """A norm. ``modality`` is the stored value, ``kind`` the reader's word for it, ``should`` marks a recommendation."""

    id: str
    place: str
    where: str
    modality: str
    kind: str
    should: str
    bearer: str
    quote: str
    stem: str
    lang: str
    url: str | None
    found: str
    deadlines: tuple[Due, ...] = ()
    lines: tuple[Line, ...] = ()
    people: tuple[Line, ...] = ()


@dataclass(slots=True)
class Title:
    """A heading of the act, level 1 to 4."""

    level: int
    text: str
    lang: str
    anchor: str


@dataclass(slots=True)
class Group:
    """Norms under the same headings. ``titles`` are the headings that the group before did not have."""

    titles: tuple[Title, ...]
    norms: list[NormView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DateView:
    """A row of the table of dates. ``norm`` is the id of the norm that it links to; empty for dates of the act."""

    iso: str
    day: str
    state: str
    left: str
    what: str
    lang: str
    kind: str
    place: str
    modality: str = ""
    returns: str = ""
    norm: str = ""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A norm that changed: the ``kinds`` of change, and its words before and now (empty for none)."""

    kinds: tuple[str, ...]
    place: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class TermView:
    term: str
    quote: str
    place: str


@dataclass(slots=True)
class ActView:
    """A document with everything about it. ``title`` is the name for readers, ``full`` the whole title."""

    anchor: str
    title: str
    full: str
    lang: str
    lines: tuple[Line, ...]
    counts: list[str] = field(default_factory=list)
    dates: list[DateView] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    changes_since: str = ""
    changes: list[ChangeView] = field(default_factory=list)
    terms: list[TermView] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tally:
    modality: str
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class Unread:
    title: str
    source: str
    reason: str


@dataclass(slots=True)
class Report:
    """A whole report. ``number`` counts the norms; ``labels`` are the texts that templates need, by key."""

    title: str
    language: str
    made: str
    as_of: str
    filters: tuple[str, ...]
    number: int
    tallies: tuple[Tally, ...]
    counts: tuple[str, ...]
    acts: list[ActView]
    unread: list[Unread]
    labels: dict[str, str]


_WHOLE_DAY = len("2026-03-02")
_MANY_DAYS = 120


class Speech:
    """Words, dates and numbers for one reader. ``today`` is the day from which days are counted; None for no
    counting.
    """

    def __init__(self, language: str, today: date | None = None) -> None:
        self.language = language
        self.today = today
        self.words = reader_words("report", language)
        self._values = reader_words("values", language)

    @cached_property
    def _locale(self) -> Any:
        from babel import Locale, UnknownLocaleError

        try:
            return Locale.parse(self.language.replace("-", "_"))
        except (UnknownLocaleError, ValueError, TypeError):
            return Locale("en", "GB")

    def day(self, written: date | str | None) -> str:
        """A formatted day. A month or a year alone stays as it is written."""
        from babel.dates import format_date

        if isinstance(written, str):
            try:
                written = date.fromisoformat(written) if len(written) == _WHOLE_DAY else written
            except ValueError:
                return inline(str(written))
        if not isinstance(written, date):
            return inline(written or "")
        return str(format_date(written, "long", locale=date_locale(self.language)))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=self._locale))

    def count(self, what: str, number: int) -> str:
        """``3 norms``, in the reader's language."""
        return self.words(f"count.{what}", count=number, number=self.number(number))

    def value(self, kind: str, value: str) -> str:
        """The label of a stored value; an unknown value is returned with spaces for underscores."""
        return self._values.get(f"{kind}.{value}", value.replace("_", " "))

    def left(self, day: date) -> str:
        """``in 3 days``, ``in 2 years``; empty if no days are counted."""
        if self.today is None:
            return ""
        days = (day - self.today).days
        if days == 0:
            return self.words("days.today")
        if abs(days) > _MANY_DAYS:
            from babel.dates import format_timedelta

            # Whole months, from two years on whole years: what is not yet over is not counted.
            many, of = (int(abs(days) / 365.25), 365) if abs(days) > 2 * 366 else (abs(days) // 30, 30)
            span = timedelta(days=(many * of) * (1 if days > 0 else -1))
            return str(format_timedelta(span, threshold=2, add_direction=True, locale=self._locale))
        return self.words(f"days.{'left' if days > 0 else 'past'}", count=abs(days), number=self.number(abs(days)))

    def where(self, place: str, page: int | None) -> str:
        """``Art 5, page 3``: the place, the page, or both, as far as they are known."""
        if not page:
            return self.place(place)
        return (
            self.words("place_page", place=self.place(place), number=page) if place else self.words("page", number=page)
        )

    def place(self, place: str) -> str:
        """A place as readers of the language cite it."""
        return inline(write_place(place, self.language))

    def language_name(self, code: str) -> str:
        """``German``; the code if it is not the code of a language."""
        from babel import Locale, UnknownLocaleError

        try:
            return str(Locale.parse(code).get_display_name(self._locale) or code)
        except (UnknownLocaleError, ValueError):
            return code

    def state(self, day: date | None) -> str:
        """``past``, ``soon`` (within 30 days) or ``later``; empty if no days are counted."""
        if self.today is None or day is None:
            return ""
        days = (day - self.today).days
        return "past" if days < 0 else "soon" if days <= 30 else "later"


def inline(text: str) -> str:
    """Words for a single line: without control characters and line breaks."""
    return " ".join(clean(text).split())
