"""The regular expressions for dates and quantities of one language, from the forms in its pack."""

from __future__ import annotations

import re

from dutybook.extract.deadlines.expressions.words import YEAR, Words, compiled, listed
from dutybook.extract.deadlines.patterns import SLOTS, alternatives, fragment


class Forms:
    """Builds the patterns; their groups are read by the scanner."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._pack = words.pack

    @staticmethod
    def in_figures(form: str) -> bool:
        """Whether a form of dates has its month in figures."""
        return "{m}" in form

    def date(self, form: str) -> re.Pattern[str]:
        """A form of ``dates`` or ``days``, a weekday before it allowed."""
        link = self._maybe(self._pack.after_weekday)
        weekday = f"(?:(?:{self._words.weekdays}),?\\s+{link})?" if self._pack.weekdays else ""
        before = r"(?<![\w/.,])(?<!\d-)" if self._pack.hyphened else r"(?<![\w/.,-])"
        return compiled(weekday + self._source(form), before=before)

    def month_year(self, form: str) -> re.Pattern[str]:
        return compiled(rf"(?:{self._part()})?{self._source(form)}{self._behind()}", bool(self._pack.months))

    def year(self) -> re.Pattern[str]:
        words = self._maybe(self._pack.year_words)
        return compiled(
            rf"(?:{self._part()})?{words}{YEAR}{self._behind()}",
            before=r"(?<![\w/.,–])(?<!\d-)" if self._pack.hyphened else r"(?<![\w/.,–-])",
        )

    def month(self) -> re.Pattern[str]:
        return compiled(rf"(?:{self._part()})?(?P<month>{self._words.months}){self._behind()}", bool(self._pack.months))

    def weekday(self) -> re.Pattern[str]:
        many = self._pack.weekday_plural or "(?!)"
        return compiled(rf"(?P<day>{self._words.weekdays})(?P<many>{many})?", bool(self._pack.weekdays))

    def quarter(self, form: str) -> re.Pattern[str]:
        ordinals = {word: number for word, number in self._pack.ordinals.items() if number <= 4}
        ordinal = rf"(?P<o>{listed(ordinals)}|\d(?:{self._pack.ordinal_digits}))" if ordinals else "(?!)"
        source = fragment(form).replace(SLOTS["ordinal"], ordinal).replace("{q}", "(?P<q>[1-4])").replace("{y}", YEAR)
        return compiled(rf"(?:{self._part()})?{source}")

    def quantity(self, *, loose: bool = False) -> re.Pattern[str]:
        """A number and a unit; with ``loose`` also "all day", and without the words before it that a phrase reads."""
        pack, words = self._pack, self._words
        ranges = (
            rf"(?:(?:\d{{1,4}}\s*|(?:{words.number_words})\s+)(?:{alternatives(pack.ranges)})\s*)?"
            if pack.ranges
            else ""
        )
        before = "" if loose else self._maybe(pack.before_number)
        filler = rf"(?:(?:{alternatives(pack.before_unit)})\s+){{0,2}}" if pack.before_unit else ""
        after = rf"(?:\s+(?:{alternatives(pack.after_unit)}))?" if pack.after_unit else ""
        half = f"(?:(?P<half>{words.half}))?" if pack.and_half else ""
        half_after = f"(?:(?P<half2>{words.half}))?" if pack.and_half else ""
        hyphen = "[-‑]|(?<=['’])|" if loose else ""  # "all-day", "l'année"
        return compiled(
            rf"{before}{ranges}(?:\(\d{{1,4}}\)\s*)?(?P<n>{words.quantity_numbers(loose=loose)}){half}(?:\s*\([^()]{{1,30}}\))?"
            rf"(?:\s+|{hyphen}(?<=\d)\s*[-‑]?){filler}(?P<unit>{words.unit_forms}){after}{half_after}",
            bool(pack.units),
        )

    def compound(self) -> re.Pattern[str]:
        """A number glued to its unit; group ``c0`` is the first of the pack's compounds."""
        units = "|".join(f"(?P<c{i}>{alternatives(c.forms)})" for i, c in enumerate(self._pack.compounds))
        return compiled(rf"(?P<n>{self._words.number})[\s-]?(?:{units})(?![-‑]\w)", bool(self._pack.compounds))

    def ordinal(self) -> re.Pattern[str]:
        filler = self._maybe(self._pack.before_unit)
        return compiled(
            rf"(?P<o>{self._words.ordinal(999)})\s+{filler}(?P<unit>{self._words.unit_forms})",
            bool(self._pack.units and self._pack.ordinals),
        )

    def _source(self, form: str) -> str:
        source = fragment(form)
        if source.startswith("{y}"):  # what may not follow a year at the end of a date does follow this one
            source = r"(?P<y>(?:19|20|21)\d\d)" + source.removeprefix("{y}")
        month = rf"(?P<month>{self._words.months})(?:\.(?=\s*\d))?"
        fields = {
            "{d}": r"(?P<d>\d{1,2})",
            "{m}": r"(?P<m>\d{1,2})",
            "{y}": YEAR,
            SLOTS["month"]: month,
            "{ordinal_day}": f"(?P<od>{self._words.ordinal_words(31)})",
        }
        for field, pattern in fields.items():
            source = source.replace(field, pattern)
        return source

    def _part(self) -> str:
        """ "End of", "mid", "early" in groups of their own, with the white space after them."""
        pack = self._pack
        kinds = (("end", pack.end_of), ("mid", pack.middle_of), ("beg", pack.start_of))
        return "|".join(f"(?P<{name}>{alternatives(words)})\\s*" for name, words in kinds if words) or "(?!)"

    def _behind(self) -> str:
        """What says, behind a year or month, that its end is meant, with the white space before it."""
        words = self._pack.end_behind
        return rf"(?:\s*(?P<ending>{alternatives(words)}))?" if words else ""

    @staticmethod
    def _maybe(words: tuple[str, ...]) -> str:
        return rf"(?:(?:{alternatives(words)})\s+)?" if words else ""
