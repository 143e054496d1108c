"""Finds dates and quantities of time in a sentence and masks each of them with one character, for the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain

from dutybook.extract.deadlines.expressions import (
    YEAR,
    Expression,
    Masked,
    Words,
    apart,
    compile_bounded,
    join_words,
    year_in_cases,
)
from dutybook.extract.deadlines.phrases import Phrases
from dutybook.extract.deadlines.stretches import (
    Part,
    Stretch,
    iso_period,
    month_of,
    nearest_year,
    of_value,
    part_of,
    relative_value,
    unit_of,
)
from dutybook.languages.patterns import (
    SLOTS,
    alternatives,
    anywhere,
    cached_by_identity,
    find_needed_pieces,
    fragment,
    without_slots,
)
from dutybook.languages.temporal import Temporal
from dutybook.records.dates import make_iso_date

_HAS_YEAR = re.compile(r"(?:19|20|21)\d\d")
_HAS_FIGURES = re.compile(r"\d\s?[./-]\s?\d|\d{4} \d\d \d\d(?!\d)")
_NAMES = {"weekday", "weekdays", "void"}
_YEAR_OF = re.compile(r"\d{4}|-(?=-)")
"""The year of a day or month, or what stands for it."""
_ORDER = "HDWMY"
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_PARTS: dict[str, Part] = {"end": "late", "ending": "late", "mid": "mid", "beg": "early"}


class Scanner:
    """Finds the expressions of one language with patterns compiled from its pack."""

    def __init__(self, temporal: Temporal) -> None:
        self._pack = temporal
        self.words = words = Words(temporal)
        self.unit_forms = words.unit_forms
        forms = Forms(words)
        self._dates = [forms.date(form) for form in temporal.dates if not forms.in_figures(form)]
        self._figures = [forms.date(form) for form in temporal.dates if forms.in_figures(form)]
        self._days = [forms.date(form) for form in temporal.days]
        self._month_years = [forms.month_year(form) for form in temporal.month_years]
        self._year, self._month, self._weekday = forms.year(), forms.month(), forms.weekday()
        self._month_end = forms.month_end()
        self._month_end_pieces = find_needed_pieces((*temporal.end_of, *temporal.end_behind))
        self._quarters = [forms.quarter(form) for form in temporal.quarters]
        self._relative = [(anywhere(r.phrases), r) for r in temporal.relative]
        self._quantity, self._loose_quantity = forms.quantity(), forms.quantity(loose=True)
        self._uncounted, self._compound, self._ordinal = forms.uncounted(), forms.compound(), forms.ordinal()
        links = alternatives(temporal.date_links) or "(?!)"
        self._year_link = re.compile(rf"\s+(?:(?:{links})\s*)?", re.IGNORECASE)
        self._in_acts, self._in_news, self._in_text = (Phrases(words, use) for use in ("acts", "news", "text"))

    def mask(self, text: str, relative_to: date | None, *, weekdays: bool = False) -> Masked:
        """The text with all expressions masked. Months alone and relative dates only with ``relative_to``.

        ``weekdays``: those that stand alone, too.
        """
        plain, relative_to = without_slots(text), _usable(relative_to)
        found = self._scan(plain, relative_to)
        if relative_to is not None or _HAS_YEAR.search(plain):
            found = chain(found, self._weekday_names(plain))
        taken = self._with_years(plain, self._joined(plain, apart(found)))
        read = (self._in_news if relative_to else self._in_acts).read(plain, taken, relative_to)
        kept = _NAMES - {"weekday"} if weekdays else _NAMES
        return Masked(plain, (e for e in read if e.slot not in kept))

    def phrases(self, text: str, relative_to: date | None) -> list[Expression]:
        """All expressions, including those that are too weak for a deadline: "the 15th", a weekday, "last year"."""
        plain, relative_to = without_slots(text), _usable(relative_to)
        found = self._scan(plain, relative_to, quantity=self._loose_quantity, phrases=False)
        taken = self._joined(plain, apart(chain(found, self._weekday_names(plain))), loose=True)
        return self._in_text.read(plain, taken, relative_to)

    def unit_value(self, form: str) -> str | None:
        """The period of one unit, ``P1Y`` for "year"."""
        unit = self.words.unit(form)
        return iso_period(unit.times, unit.iso, working=unit.working) if unit else None

    def _scan(
        self, text: str, relative_to: date | None, quantity: re.Pattern[str] | None = None, *, phrases: bool = True
    ) -> Iterator[Expression]:
        numeric = any(c.isdigit() for c in text)
        dated = numeric and _HAS_YEAR.search(text) is not None
        if dated:
            yield from self._read_full_dates(text)
        if relative_to:
            yield from self._relatives(text, relative_to, phrases)
        if numeric or not phrases:
            yearly = bool(anywhere(self._pack.yearly).search(text))
            for form in self._days:
                for match in form.finditer(text):
                    yield from self._day(match, None if yearly else relative_to, void=not phrases)
        periods = [(self._compound, self._compound_value), (quantity or self._quantity, self._quantity_value)]
        for pattern, value_of in periods if phrases else reversed(periods):
            yield from self._read(pattern, text, value_of, "quantity")
        if phrases:  # else "third" and "week" are read apart
            yield from self._read(self._uncounted, text, self._uncounted_value, "quantity")
            yield from self._read(self._ordinal, text, self._ordinal_value, "ordinal")
        if relative_to is None and self._may_end_month(text):
            yield from self._ends_of_months(text)
        if dated:
            for match in self._year.finditer(text):
                yield self._year_expression(match)
        if relative_to:
            yield from self._months_alone(text, relative_to)

    def _read_full_dates(self, text: str) -> Iterator[Expression]:
        """Days, quarters and months with their year."""
        for form in (*self._dates, *(self._figures if _HAS_FIGURES.search(text) else ())):
            yield from self._read(form, text, self._full_date, "date")
        for form in self._quarters:
            yield from self._read_quarters(form, text)
        for form in self._month_years:
            yield from self._read(form, text, self._month_year_value, "date")

    def _read(
        self, pattern: re.Pattern[str], text: str, value_of: Callable[[re.Match[str]], str | None], slot: str
    ) -> Iterator[Expression]:
        for match in pattern.finditer(text):
            value = value_of(match)
            if value:
                yield Expression(
                    slot, match.start(), match.end(), value, _part(match, value) if slot == "date" else None
                )

    def _month_number(self, match: re.Match[str]) -> int | None:
        groups = match.groupdict()
        return int(groups["m"]) if groups.get("m") else self.words.month(match["month"])

    def _day_number(self, match: re.Match[str]) -> int:
        groups = match.groupdict()
        return int(groups["d"]) if groups.get("d") else self.words.ordinal_number(groups.get("od") or "") or 0

    def _full_date(self, match: re.Match[str]) -> str | None:
        month = self._month_number(match)
        return make_iso_date(int(match["y"]), month, self._day_number(match)) if month else None

    def _day(self, match: re.Match[str], relative_to: date | None, *, void: bool) -> Iterator[Expression]:
        month, number = self._month_number(match), self._day_number(match)
        if not month:
            return
        if not make_iso_date(2024, month, number):
            if void:
                yield Expression("void", match.start(), match.end(), "")
            return
        if relative_to is None:
            yield Expression("day", match.start(), match.end(), f"--{month:02}-{number:02}", open_year=True)
            return
        value = make_iso_date(nearest_year(relative_to, month, number), month, number)
        if value:
            yield Expression("date", match.start(), match.end(), value, of_value(value), open_year=True)

    def _month_year_value(self, match: re.Match[str]) -> str | None:
        month = self._month_number(match)
        return month_of(int(match["y"]), month) if month and month <= 12 else None

    def _year_expression(self, match: re.Match[str]) -> Expression:
        groups = match.groupdict()
        if groups.get("end") or groups.get("ending"):
            slot, value = "date", f"{match['y']}-12-31"
        else:
            slot, value = ("date" if groups.get("mid") or groups.get("beg") else "year"), match["y"]
        return Expression(slot, match.start(), match.end(), value, _part(match, match["y"]))

    def _read_quarters(self, form: re.Pattern[str], text: str) -> Iterator[Expression]:
        for match in form.finditer(text):
            groups = match.groupdict()
            number = int(groups["q"]) if groups.get("q") else self.words.ordinal_number(groups.get("o") or "")
            number = _ROMAN.get((groups.get("roman") or "").upper(), number)
            if number and number <= 4:
                year = int(match["y"])
                days = unit_of(date(year, number * 3, 1), "Q")
                yield Expression("date", match.start(), match.end(), month_of(year, number * 3), days)

    def _relatives(self, text: str, relative_to: date, phrases: bool) -> Iterator[Expression]:
        for pattern, relative in self._relative:
            if phrases or relative.unit == "D":
                on = relative_value(relative_to, relative.unit, relative.shift, relative.end)
                yield from (
                    Expression("relative", m.start(), m.end(), on, of_value(on)) for m in pattern.finditer(text)
                )

    def _months_alone(self, text: str, relative_to: date) -> Iterator[Expression]:
        for match in self._month.finditer(text):
            month = self.words.month(match["month"])
            if month:
                groups = match.groupdict()
                slot = "date" if any(groups.get(name) for name in _PARTS) else "month"
                value = month_of(nearest_year(relative_to, month), month)
                yield Expression(slot, match.start(), match.end(), value, _part(match, value), open_year=True)

    def _may_end_month(self, text: str) -> bool:
        """Whether a word for the end of a month may be in the text: a quick check."""
        pieces = self._month_end_pieces
        small = text.lower()
        return pieces is None or any(piece in small for piece in pieces)

    def _ends_of_months(self, text: str) -> Iterator[Expression]:
        """ "End of March" without a year and without a day of writing: the month's last day in any year."""
        for match in self._month_end.finditer(text):
            month = self.words.month(match["month"] or match["named"])
            if month:
                last = unit_of(date(2025, month, 1), "M").last.day
                yield Expression("day", match.start(), match.end(), f"--{month:02}-{last:02}", open_year=True)

    def _weekday_names(self, text: str) -> Iterator[Expression]:
        for match in self._weekday.finditer(text):
            number = self.words.weekday(text, match.span("day"), returning=bool(match["many"]))
            if number:
                slot = "weekdays" if match["many"] else "weekday"
                yield Expression(slot, match.start(), match.end(), f"-W-{number}")

    def _compound_value(self, match: re.Match[str]) -> str | None:
        units = self._pack.compounds
        unit = next((unit for i, unit in enumerate(units) if match[f"c{i}"] is not None), None)
        return self.words.period(match["n"], unit)

    def _quantity_value(self, match: re.Match[str]) -> str | None:
        number = match["n"]
        if _HAS_YEAR.fullmatch(number):
            return None  # "2027 metų": a year
        if self.words.is_article(number) and self.words.counts_times(
            match.string[max(0, match.start() - 40) : match.start()]
        ):
            return None
        unit = self.words.unit(match["unit"])
        if _HAS_YEAR.fullmatch(number) and unit is not None and unit.iso == "Y" and unit.times == 1:
            return None  # "roku 2032", "2032 roku" is a year, no time of 2032 years
        groups = match.groupdict()
        half = bool(groups.get("half") or groups.get("half2"))
        more = self.words.more(groups.get("more"))
        return self.words.period(number, unit, half=half, more=more)

    def _uncounted_value(self, match: re.Match[str]) -> str | None:
        unit = self.words.unit(match["alone"] or match["unit"])
        return iso_period(unit.times + 0.5 * bool(match["half"]), unit.iso, working=unit.working) if unit else None

    def _ordinal_value(self, match: re.Match[str]) -> str | None:
        number, unit = self.words.ordinal_number(match["o"]), self.words.unit(match["unit"])
        if not number or unit is None:
            return None
        number += self.words.more(match.groupdict().get("more"))
        return iso_period(number * unit.times, unit.iso, working=unit.working)

    def _with_years(self, text: str, found: list[Expression]) -> list[Expression]:
        """ "1 July next year" and "July of next year" as one: the year beside a day or month is its year."""
        dated: list[Expression] = []
        for now in found:
            last = dated[-1] if dated else None
            if last is not None and self._year_link.fullmatch(text, last.end, now.start):
                written, year = (last, now) if last.open_year else (now, last)
                value = year.value + _YEAR_OF.sub("", written.value, count=1)
                days = of_value(value) if written.open_year and _is_a_year(year) else None
                if days is not None:
                    dated[-1] = Expression("date", last.start, now.end, value, days)
                    continue
            dated.append(now)
        return dated

    def _joined(self, text: str, found: list[Expression], *, loose: bool = False) -> list[Expression]:
        """ "two years and six months" as one quantity, with ``loose`` also "two years, six months" and in any order."""
        if not self._pack.quantity_joiner:
            return found
        links = rf"\s+(?:{fragment(self._pack.quantity_joiner)})\s+" + (r"|,?\s+" if loose else "")
        joiner = re.compile(links, re.IGNORECASE)
        joined: list[Expression] = []
        for now in found:
            last = joined[-1] if joined else None
            value = None
            if last is not None and last.slot == now.slot == "quantity" and joiner.fullmatch(text, last.end, now.start):
                value = _sum(last.value, now.value, any_order=loose)
            if last is not None and value:
                joined[-1] = Expression("quantity", last.start, now.end, value)
            else:
                joined.append(now)
        return joined


def _is_a_year(found: Expression) -> bool:
    """Whether an expression is a whole year that counts from the day of writing."""
    return found.slot == "relative" and found.value.isdigit()


def _usable(day: date | None) -> date | None:
    """The day of writing, if its year is plausible; else None."""
    return day if day is not None and 1900 <= day.year < 2200 else None


def _sum(first: str, second: str, *, any_order: bool) -> str | None:
    """``P1Y6M`` for ``P1Y`` and ``P6M``; None where they do not add up to a period."""
    if "B" in first + second or "T" in first + second:
        return None
    if _ORDER.index(first[-1]) > _ORDER.index(second[1:].lstrip("0123456789")[0]):
        return first + second[1:]
    parts = re.findall(r"\d+[DWMY]", first + second)
    if not any_order or len({p[-1] for p in parts}) < len(parts):
        return None
    return "P" + "".join(sorted(parts, key=lambda p: -_ORDER.index(p[-1])))


def _part(match: re.Match[str], value: str) -> Stretch | None:
    """The days of ``value``, or the part of it that the words before it name ("end of")."""
    whole, groups = of_value(value), match.groupdict()
    for name, part in _PARTS.items():
        if whole is not None and groups.get(name):
            return part_of(whole, part, None)
    return whole


scanner_of = cached_by_identity(Scanner)
"""The scanner of a pack's section, built once a section."""


class Forms:
    """Builds the patterns, whose groups the scanner reads."""

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
        return compile_bounded(weekday + self._source(form), before=before)

    def month_year(self, form: str) -> re.Pattern[str]:
        return compile_bounded(rf"(?:{self._part()})?{self._source(form)}{self._behind()}", bool(self._pack.months))

    def year(self) -> re.Pattern[str]:
        words = self._maybe(self._pack.year_words)
        return compile_bounded(
            rf"(?:{self._part()})?{words}{year_in_cases(self._pack.year_cases)}{self._behind()}",
            before=r"(?<![\w/.,–])(?<!\d-)" if self._pack.hyphened else r"(?<![\w/.,–-])",
        )

    def month(self) -> re.Pattern[str]:
        return compile_bounded(
            rf"(?:{self._part()})?(?P<month>{self._words.months}){self._behind()}", bool(self._pack.months)
        )

    def month_end(self) -> re.Pattern[str]:
        """A month with the words for its end before or behind it, and perhaps the word for "month" between them."""
        pack, months = self._pack, self._words.months
        called = (
            "|".join(alternatives(unit.forms) for unit in pack.units if (unit.iso, unit.times) == ("M", 1)) or "(?!)"
        )
        before = rf"(?:{alternatives(pack.end_of)})\s*(?P<month>{months})" if pack.end_of else "(?P<month>(?!))"
        behind = (
            rf"(?P<named>{months})(?:\s+(?:{called}))?\s*(?:{alternatives(pack.end_behind)})"
            if pack.end_behind
            else "(?P<named>(?!))"
        )
        return compile_bounded(f"(?:{before}|{behind})", bool(pack.months and (pack.end_of or pack.end_behind)))

    def weekday(self) -> re.Pattern[str]:
        many = self._pack.weekday_plural or "(?!)"
        return compile_bounded(rf"(?P<day>{self._words.weekdays})(?P<many>{many})?", bool(self._pack.weekdays))

    def quarter(self, form: str) -> re.Pattern[str]:
        ordinals = {word: number for word, number in self._pack.ordinals.items() if number <= 4}
        ordinal = rf"(?P<o>{join_words(ordinals)}|\d(?:{self._pack.ordinal_digits}))" if ordinals else "(?!)"
        source = fragment(form).replace(SLOTS["ordinal"], ordinal).replace("{q}", "(?P<q>[1-4])").replace("{y}", YEAR)
        source = source.replace("{roman}", "(?P<roman>IV|I{1,3})")
        return compile_bounded(rf"(?:{self._part()})?{source}")

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
        more = self._more()
        hyphen = "[-‑]|(?<=['’])|" if loose else ""  # "all-day", "l'année"
        return compile_bounded(
            rf"{before}{ranges}(?:\(\d{{1,4}}\)\s*)?(?P<n>{words.quantity_numbers(loose=loose)}){half}(?:\s*\([^()]{{1,30}}\))?"
            rf"(?:\s+|(?<=[-'’])|{hyphen}(?<=\d)\s*[-‑]?){filler}(?P<unit>{words.unit_forms}){more}{after}{half_after}",
            bool(pack.units),
        )

    def uncounted(self) -> re.Pattern[str]:
        """A unit without a number, where it needs none ("xahrejn") or a half follows it ("mes y medio")."""
        alone = "|".join(alternatives(unit.forms) for unit in self._pack.units if unit.alone) or "(?!)"
        units, half = self._words.unit_forms, self._words.half
        return compile_bounded(rf"(?:(?P<unit>{units})(?P<half>{half})|(?P<alone>{alone}))", bool(self._pack.units))

    def compound(self) -> re.Pattern[str]:
        """A number glued to its unit; group ``c0`` is the first of the pack's compounds."""
        units = "|".join(f"(?P<c{i}>{alternatives(c.forms)})" for i, c in enumerate(self._pack.compounds))
        return compile_bounded(rf"(?P<n>{self._words.number})[\s-]?(?:{units})(?![-‑]\w)", bool(self._pack.compounds))

    def ordinal(self) -> re.Pattern[str]:
        filler = self._maybe(self._pack.before_unit)
        return compile_bounded(
            rf"(?P<o>{self._words.ordinal(999)})\s+{filler}(?P<unit>{self._words.unit_forms}){self._more()}",
            bool(self._pack.units and self._pack.ordinals),
        )

    def _more(self) -> str:
        """What adds to a number behind its unit, in a group of its own."""
        return f"(?:(?P<more>{self._words.behind}))?" if self._pack.numbers_behind else ""

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
        """The words after a year or month that mean its end, with the white space before them."""
        words = self._pack.end_behind
        return rf"(?:\s*(?P<ending>{alternatives(words)}))?" if words else ""

    @staticmethod
    def _maybe(words: tuple[str, ...]) -> str:
        return rf"(?:(?:{alternatives(words)})\s+)?" if words else ""
