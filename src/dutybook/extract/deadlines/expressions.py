"""Finds dates and quantities of time in a sentence and masks them, one character each, for the rules."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from dutybook.extract.deadlines.numbers import numbers_of
from dutybook.extract.deadlines.patterns import (
    NEVER,
    SLOTS,
    alternatives,
    anywhere,
    at_end,
    bounded,
    fragment,
    without_slots,
)
from dutybook.extract.deadlines.values import iso_date, iso_period, month_of, nearest_year, relative_value
from dutybook.languages.sections.temporal import Temporal, Unit

_YEAR = r"(?P<y>(?:19|20|21)\d\d)(?![\d/–-]|[.,]\d|\s?%)"
_ORDER = "HDWMY"


@dataclass(frozen=True, slots=True)
class Expression:
    """A date or quantity: which slot it fills, where it stands, and its value."""

    slot: str
    start: int
    end: int
    value: str


class Masked:
    """A text in which each expression is one slot character; :meth:`origin` leads back to the text's offsets."""

    __slots__ = ("_starts", "expressions", "text")

    def __init__(self, text: str, expressions: list[Expression]) -> None:
        self.expressions: dict[int, Expression] = {}
        self._starts: list[tuple[int, int]] = [(0, 0)]
        parts: list[str] = []
        at = length = 0
        for expression in expressions:
            parts += (text[at : expression.start], SLOTS[expression.slot])
            length += expression.start - at
            self.expressions[length] = expression
            length += 1
            at = expression.end
            self._starts.append((length, at))
        parts.append(text[at:])
        self.text = "".join(parts)

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the unmasked text of ``[start, end)`` in the masked one."""
        return self._point(start), self._point(end)

    def _point(self, at: int) -> int:
        masked, origin = self._starts[bisect_right(self._starts, (at, 1 << 60)) - 1]
        return origin + at - masked

    def inside(self, start: int, end: int) -> Expression | None:
        """The first expression in ``[start, end)`` of the masked text."""
        return next((e for at, e in self.expressions.items() if start <= at < end), None)


class Scanner:
    """The expressions of one language, compiled from its pack."""

    def __init__(self, temporal: Temporal) -> None:
        self._pack = temporal
        self._numbers = numbers_of(temporal)
        self._months = {name.casefold(): number for name, number in temporal.months.items()}
        self._ordinals = {word.casefold(): number for word, number in temporal.ordinals.items()}
        self._articles = {word.casefold(): number for word, number in temporal.articles.items()}
        self._units = [(re.compile(f"(?:{alternatives(unit.forms)})", re.IGNORECASE), unit) for unit in temporal.units]
        self.unit_forms = "|".join(alternatives(unit.forms) for unit in temporal.units) or "(?!)"
        self._dates = [self._date(form) for form in temporal.dates]
        self._days = [self._date(form) for form in temporal.days]
        words = f"(?:(?:{alternatives(temporal.year_words)})\\s+)?" if temporal.year_words else ""
        self._month_years = [
            _compile(rf"(?:{self._prefix()})?{self._source(form)}", bool(self._months)) for form in temporal.month_years
        ]
        self._year = _compile(rf"(?:{self._prefix()})?{words}{_YEAR}", True, before=r"(?<![\w/.,–-])")
        self._month = _compile(rf"(?:{self._prefix()})?(?P<month>{_words(self._months)})", bool(self._months))
        self._quarters = [_compile(self._quarter(form), True) for form in temporal.quarters]
        self._relative = [(anywhere(r.phrases), r) for r in temporal.relative]
        self._quantity = _compile(self._quantity_source(), bool(temporal.units))
        self._compounds = [(_compile(self._compound_source(c), True), c) for c in temporal.compounds]
        self._ordinal = _compile(self._ordinal_source(), bool(temporal.units and temporal.ordinals))

    def mask(self, text: str, relative_to: date | None) -> Masked:
        """All expressions of ``text``, masked. Months alone and relative dates only with ``relative_to``."""
        plain = without_slots(text)
        taken: list[Expression] = []
        for expression in self._scan(plain, relative_to):
            if not any(expression.start < t.end and t.start < expression.end for t in taken):
                taken.append(expression)
        taken.sort(key=lambda e: e.start)
        return Masked(plain, self._joined(plain, taken))

    def unit_value(self, form: str) -> str | None:
        """The period of one unit, ``P1Y`` for "year"."""
        unit = self._unit(form)
        return iso_period(unit.times, unit.iso, working=unit.working) if unit else None

    # sources of expressions -------------------------------------------------------------------------------

    def _source(self, form: str) -> str:
        source = fragment(form)
        fields = {
            "{d}": r"(?P<d>\d{1,2})",
            "{m}": r"(?P<m>\d{1,2})",
            "{y}": _YEAR,
            "{month}": rf"(?P<month>{_words(self._months)})(?:\.(?=\s*\d))?",
            "{ordinal_day}": f"(?P<od>{_words({w: n for w, n in self._ordinals.items() if n <= 31})})",
        }
        source = source.replace(SLOTS["month"], fields["{month}"])
        for field, pattern in fields.items():
            source = source.replace(field, pattern)
        return source

    def _date(self, form: str) -> re.Pattern[str]:
        weekday = f"(?:(?:{alternatives(self._pack.weekdays)}),?\\s+)?" if self._pack.weekdays else ""
        return _compile(weekday + self._source(form), True, before=r"(?<![\w/.,-])")

    def _prefix(self) -> str:
        pack = self._pack
        kinds = (("end", pack.end_of), ("mid", pack.middle_of), ("beg", pack.start_of))
        return "|".join(f"(?P<{name}>{alternatives(words)})\\s*" for name, words in kinds if words) or "(?!)"

    def _quarter(self, form: str) -> str:
        ordinals = {word: number for word, number in self._ordinals.items() if number <= 4}
        ordinal = rf"(?P<o>{_words(ordinals)}|\d(?:{self._pack.ordinal_digits}))" if ordinals else "(?!)"
        source = fragment(form).replace(SLOTS["ordinal"], ordinal).replace("{q}", "(?P<q>[1-4])").replace("{y}", _YEAR)
        return rf"(?:{self._prefix()})?{source}"

    def _quantity_source(self) -> str:
        pack = self._pack
        number = rf"\d{{1,4}}|{self._numbers.source}"
        articles = f"|{_words(self._articles)}" if self._articles else ""
        ranges = (
            rf"(?:(?:\d{{1,4}}\s*|(?:{self._numbers.source})\s+)(?:{alternatives(pack.ranges)})\s*)?"
            if pack.ranges
            else ""
        )
        before = rf"(?:(?:{alternatives(pack.before_number)})\s+)?" if pack.before_number else ""
        filler = rf"(?:(?:{alternatives(pack.before_unit)})\s+){{0,2}}" if pack.before_unit else ""
        after = rf"(?:\s+(?:{alternatives(pack.after_unit)}))?" if pack.after_unit else ""
        return (
            rf"{before}{ranges}(?P<n>{number}{articles})(?:\s*\([^()]{{1,30}}\))?"
            rf"(?:\s+|(?<=\d)\s*[-‑]?){filler}(?P<unit>{self.unit_forms}){after}"
        )

    def _compound_source(self, compound: Unit) -> str:
        number = rf"\d{{1,4}}|{self._numbers.source}"
        return rf"(?P<n>{number})[\s-]?(?:{alternatives(compound.forms)})(?![-‑]\w)"

    def _ordinal_source(self) -> str:
        pack = self._pack
        digits = rf"|\d{{1,3}}\s?(?:{pack.ordinal_digits})" if pack.ordinal_digits else ""
        filler = rf"(?:(?:{alternatives(pack.before_unit)})\s+)?" if pack.before_unit else ""
        return rf"(?P<o>{_words(self._ordinals)}{digits})\s+{filler}(?P<unit>{self.unit_forms})"

    # reading ------------------------------------------------------------------------------------------------

    def _scan(self, text: str, relative_to: date | None) -> Iterator[Expression]:
        numeric = any(c.isdigit() for c in text)
        if numeric:
            for form in self._dates:
                yield from self._read(form, text, self._full_date, "date")
            for form in self._quarters:
                yield from self._read(form, text, self._quarter_value, "date")
            for form in self._month_years:
                yield from self._read(form, text, self._month_year_value, "date")
        if relative_to:
            for pattern, relative in self._relative:
                on = relative_value(relative_to, relative.unit, relative.shift, relative.end)
                yield from (Expression("relative", m.start(), m.end(), on) for m in pattern.finditer(text))
        for pattern, compound in self._compounds:
            yield from self._read(pattern, text, partial(self._period, unit=compound), "quantity")
        yield from self._read(self._quantity, text, self._quantity_value, "quantity")
        yield from self._read(self._ordinal, text, self._ordinal_value, "ordinal")
        if numeric:
            yearly = bool(anywhere(self._pack.yearly).search(text))
            for form in self._days:
                for match in form.finditer(text):
                    value = self._day_value(match, None if yearly else relative_to)
                    if value:
                        yield Expression("day" if value.startswith("--") else "date", match.start(), match.end(), value)
            for match in self._year.finditer(text):
                yield self._year_expression(match)
        if relative_to:
            yield from self._months_alone(text, relative_to)

    def _read(
        self,
        pattern: re.Pattern[str],
        text: str,
        value_of: Callable[[re.Match[str]], str | None],
        slot: str,
    ) -> Iterator[Expression]:
        for match in pattern.finditer(text):
            value = value_of(match)
            if value:
                yield Expression(slot, match.start(), match.end(), value)

    def _month_number(self, match: re.Match[str]) -> int | None:
        groups = match.groupdict()
        if groups.get("m"):
            return int(groups["m"])
        word = match["month"]
        if self._pack.months_capitalised and not word[0].isupper():
            return None
        return self._months.get(" ".join(word.split()).casefold())

    def _day_number(self, match: re.Match[str]) -> int:
        groups = match.groupdict()
        return int(groups["d"]) if groups.get("d") else self._ordinals.get((groups.get("od") or "").casefold(), 0)

    def _full_date(self, match: re.Match[str]) -> str | None:
        month = self._month_number(match)
        return iso_date(int(match["y"]), month, self._day_number(match)) if month else None

    def _day_value(self, match: re.Match[str], relative_to: date | None) -> str | None:
        month, day = self._month_number(match), self._day_number(match)
        if not month or not iso_date(2024, month, day):
            return None
        if relative_to is None:
            return f"--{month:02}-{day:02}"
        return iso_date(nearest_year(relative_to, month, day), month, day)

    def _month_year_value(self, match: re.Match[str]) -> str | None:
        month = self._month_number(match)
        return month_of(int(match["y"]), month) if month and month <= 12 else None

    def _year_expression(self, match: re.Match[str]) -> Expression:
        groups = match.groupdict()
        if groups.get("end"):
            return Expression("date", match.start(), match.end(), f"{match['y']}-12-31")
        return Expression(
            "date" if groups.get("mid") or groups.get("beg") else "year", match.start(), match.end(), match["y"]
        )

    def _quarter_value(self, match: re.Match[str]) -> str | None:
        groups = match.groupdict()
        number = int(groups["q"]) if groups.get("q") else self._ordinal_number(groups.get("o") or "")
        return month_of(int(match["y"]), number * 3) if number and number <= 4 else None

    def _months_alone(self, text: str, relative_to: date) -> Iterator[Expression]:
        for match in self._month.finditer(text):
            month = self._month_number(match)
            if month:
                groups = match.groupdict()
                slot = "date" if groups.get("end") or groups.get("mid") or groups.get("beg") else "month"
                yield Expression(slot, match.start(), match.end(), month_of(nearest_year(relative_to, month), month))

    def _unit(self, form: str) -> Unit | None:
        plain = " ".join(form.split())
        return next((unit for pattern, unit in self._units if pattern.fullmatch(plain)), None)

    def _period(self, match: re.Match[str], unit: Unit | None) -> str | None:
        word = " ".join(match["n"].split()).casefold()
        number = self._articles.get(word) or self._numbers.value(word)
        if not number or unit is None:
            return None
        return iso_period(number * unit.times, unit.iso, working=unit.working)

    def _quantity_value(self, match: re.Match[str]) -> str | None:
        if match["n"].casefold() in self._articles:  # "once a year" is no period
            before = match.string[max(0, match.start() - 40) : match.start()]
            if at_end(self._pack.frequencies).search(before):
                return None
        return self._period(match, self._unit(match["unit"]))

    def _ordinal_number(self, written: str) -> int | None:
        word = " ".join(written.split()).casefold()
        digits = re.match(r"\d+", word)
        return int(digits[0]) if digits else self._ordinals.get(word)

    def _ordinal_value(self, match: re.Match[str]) -> str | None:
        number, unit = self._ordinal_number(match["o"]), self._unit(match["unit"])
        return iso_period(number * unit.times, unit.iso, working=unit.working) if number and unit else None

    def _joined(self, text: str, found: list[Expression]) -> list[Expression]:
        """ "two years and six months" as one quantity."""
        if not self._pack.quantity_joiner:
            return found
        joiner = re.compile(rf"\s+(?:{fragment(self._pack.quantity_joiner)})\s+", re.IGNORECASE)
        joined: list[Expression] = []
        for now in found:
            last = joined[-1] if joined else None
            if (
                last is not None
                and last.slot == now.slot == "quantity"
                and joiner.fullmatch(text, last.end, now.start)
                and "B" not in last.value + now.value
                and "T" not in last.value + now.value
                and _ORDER.index(last.value[-1]) > _ORDER.index(now.value[-1])
            ):
                joined[-1] = Expression("quantity", last.start, now.end, last.value + now.value[1:])
            else:
                joined.append(now)
        return joined


def _words(words: dict[str, int]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest) or "(?!)"


def _compile(source: str, usable: bool, before: str = r"(?<![\w/.,])") -> re.Pattern[str]:
    return re.compile(before + bounded(source), re.IGNORECASE) if usable else NEVER


_CACHE: dict[int, tuple[Temporal, Scanner]] = {}


def scanner_of(temporal: Temporal) -> Scanner:
    """The scanner of a pack's section, built once a section."""
    known = _CACHE.get(id(temporal))
    if known is None or known[0] is not temporal:
        known = _CACHE[id(temporal)] = (temporal, Scanner(temporal))
    return known[1]
