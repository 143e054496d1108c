"""What the picture of a timeline says of itself, in the reader's language; the law's own words stay as they are."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel.dates import format_date

from dutybook.languages.reader import FALLBACK, reader_words


class TimelineWords:
    """Labels of the picture and of its table for one reader."""

    def __init__(self, reader: str) -> None:
        self._say = reader_words("timeline", reader)
        self.language = self._say("language")

    def __call__(self, key: str, /, **values: object) -> str:
        return self._say(key, **values)

    def fact(self, kind: str) -> str:
        """A date of an act, by the type of its fact: ``Enters into force``."""
        return self._say.get(f"fact.{kind}", kind.replace("_", " ").capitalize())

    def day(self, day: date) -> str:
        """A day as the picture writes it.

        >>> timeline_words("en").day(date(2026, 8, 2)), timeline_words("de").day(date(2026, 8, 2))
        ('2 Aug 2026', '2. Aug. 2026')
        """
        return str(format_date(day, self._say("form.day"), self.language))

    def month(self, day: date) -> str:
        return str(format_date(day, self._say("form.month"), self.language))


@cache
def timeline_words(reader: str = FALLBACK) -> TimelineWords:
    """The labels for a reader of a language (ISO 639-1), in English where it has none."""
    return TimelineWords(reader)
