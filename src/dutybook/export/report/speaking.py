"""How a report speaks: the reader's words, days and numbers, and a document's words made safe to stand among them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from dutybook.export.text import clean
from dutybook.languages.reader import reader_words

_WHOLE_DAY = len("2026-03-02")
_MANY_DAYS = 120


class Speech:
    """The words of a reader. ``today``: the day that days are counted to, None where none is to be counted."""

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
        """A day as the reader writes it; a month or a year alone stays as it is written."""
        from babel.dates import format_date

        if isinstance(written, str):
            try:
                written = date.fromisoformat(written) if len(written) == _WHOLE_DAY else written
            except ValueError:
                return inline(str(written))
        if not isinstance(written, date):
            return inline(written or "")
        return str(format_date(written, "long", locale=self.words("locale.dates")))

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return str(format_decimal(number, locale=self._locale))

    def count(self, what: str, number: int) -> str:
        """``3 norms``, in the reader's language."""
        return self.words(f"count.{what}", count=number, number=self.number(number))

    def value(self, kind: str, value: str) -> str:
        """The label of a value that the register stores; an unknown one as it is, with spaces."""
        return self._values.get(f"{kind}.{value}", value.replace("_", " "))

    def left(self, day: date) -> str:
        """``in 3 days``, ``in 2 years``; empty where no day is counted to."""
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
            return inline(place)
        return self.words("place_page", place=inline(place), number=page) if place else self.words("page", number=page)

    def language_name(self, code: str) -> str:
        """``German``; the code where it is no language's."""
        from babel import Locale, UnknownLocaleError

        try:
            return str(Locale.parse(code).get_display_name(self._locale) or code)
        except (UnknownLocaleError, ValueError):
            return code

    def state(self, day: date | None) -> str:
        """``past``, ``soon`` (within 30 days) or ``later``; empty where no day is counted to."""
        if self.today is None or day is None:
            return ""
        days = (day - self.today).days
        return "past" if days < 0 else "soon" if days <= 30 else "later"


def inline(text: str) -> str:
    """Words that stand in a line: without control characters and line breaks."""
    return " ".join(clean(text).split())
