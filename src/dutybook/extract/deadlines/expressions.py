"""Expressions of time in a sentence, and the masked text in which each of them is a single character."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dutybook.extract.deadlines.stretches import Kind, Stretch, iso_period, of_value, unit_of
from dutybook.languages.patterns import NEVER, SLOTS, alternatives, at_end, bounded, cached_by_identity
from dutybook.languages.temporal import Reading, Temporal, Unit

_MOST = 10**12
_DAY = re.compile(r"(?<!\d)(?:[12]\d|3[01]|0?[1-9])(?!\d)")
_GAP = re.compile(r"[\s-]+")


_Tree = dict[str, "_Tree"]
"""The pieces that words may begin with, each with those that may follow; an empty piece where a word may end."""
_PIECES = re.compile(r"ss|.", re.DOTALL)
_PIECE_PATTERNS = {" ": r"[\s-]+", "ss": "(?:ss|ß)"}
"""A folded word has "ss" for the "ß" that the text may write."""


class Numbers:
    """The number words of one language. ``source`` is a regular expression for one number in words."""

    def __init__(self, temporal: Temporal) -> None:
        self._values = {_plain_number(word): value for word, value in temporal.numbers.items()}
        self._scales = {_plain_number(word): value for word, value in temporal.scales.items()}
        self._glue = _plain_number(temporal.number_glue)
        single = join_words({**self._values, **self._scales})
        glue = f"(?:{re.escape(self._glue)})?" if self._glue else ""
        words = self._linked(temporal.tens_links, temporal.ones_links) + single
        self.source = rf"(?:{words})(?:(?:\s+|-)?{glue}(?:{words})){{0,6}}"
        links = [*temporal.tens_links, *temporal.ones_links, *filter(None, (self._glue,))]
        self._piece = re.compile(rf"\s*({'|'.join((single, *map(re.escape, links)))})")

    def _linked(self, tens_links: Iterable[str], ones_links: Iterable[str]) -> str:
        """Alternatives for tens and ones with a word between them; two numbers ("two and thirty") are none of them."""
        tens = join_words(
            {word: value for word, value in self._values.items() if 20 <= value < 100 and value % 10 == 0}
        )
        ones = join_words({word: value for word, value in self._values.items() if 1 <= value < 20})
        pairs = [(tens, ones, link) for link in tens_links] + [(ones, tens, link) for link in ones_links]
        return "".join(rf"(?:{a})[\s-]+{re.escape(link)}[\s-]+(?:{b})(?!\w)|" for a, b, link in pairs)

    def value(self, written: str) -> int | None:
        """The number that ``written`` (digits, or words of the language) stands for; None where it is none."""
        plain = _plain_number(written)
        if re.fullmatch(r"\d{1,12}", plain):
            return int(plain)
        longer = self._end_of_range(written)
        if longer is not None:
            return longer
        total = current = at = 0
        while at < len(plain):
            match = self._piece.match(plain, at)
            if match is None:
                return None
            word, at = match[1], match.end()
            scale = self._scales.get(word, 0)
            if scale >= 1000:
                total, current = total + max(current, 1) * scale, 0
            elif scale:
                current = max(current, 1) * scale
            else:
                current += self._values.get(word, 0)
            if total > _MOST:
                return None
        return total + current

    def _end_of_range(self, written: str) -> int | None:
        """3 for "two-three"; None for "twenty-three", "quatre-vingt" and all that has no hyphen."""
        low, hyphen, high = written.partition("-")
        first, last = (self.value(low), self.value(high)) if hyphen else (None, None)
        return last if first is not None and last is not None and 0 < first < last <= 10 else None


def _plain_number(written: str) -> str:
    return _GAP.sub(" ", written).strip().casefold()


numbers_of = cached_by_identity(Numbers)
"""The number words of a pack's section, built once a section."""

_YEAR = r"(?P<y>(?:19|20|21)\d\d)"
_MORE_OF_A_NUMBER = r"[\d/–-]|[.,]\d|\s?%"
YEAR = f"{_YEAR}(?!{_MORE_OF_A_NUMBER})"


def year_in_cases(cases: tuple[str, ...]) -> str:
    """A year, perhaps with an ending that a hyphen joins to it ("2033-tól"); the ending is not part of the match."""
    return f"{_YEAR}(?:(?=-(?:{alternatives(cases)})(?!\\w))|(?!{_MORE_OF_A_NUMBER}))" if cases else YEAR


class Words:
    """Months, weekdays, numbers, ordinals and units of a pack's section, compiled."""

    def __init__(self, temporal: Temporal) -> None:
        self.pack = temporal
        self._numbers = numbers_of(temporal)
        self._months = {_folded(name): number for name, number in temporal.months.items()}
        self._ordinals = {_plain(word): number for word, number in temporal.ordinals.items()}
        self._behind = {_plain(word): number for word, number in temporal.numbers_behind.items()}
        self._articles = {word.casefold(): number for word, number in temporal.articles.items()}
        self._counters = {
            " ".join(w.split()).casefold(): n for w, n in (temporal.fractions | temporal.counters).items()
        }
        self._weekdays = [(compile_word(name), number) for name, number in temporal.weekdays.items()]
        self._shifts = [(compile_word(word), by) for word, by in temporal.shifts.items()]
        self._units = [(re.compile(f"(?:{alternatives(unit.forms)})", re.IGNORECASE), unit) for unit in temporal.units]
        self._ordinal_day = compile_bounded(self.ordinal_words(31), bool(self._ordinals))
        self._any_number = compile_bounded(self._numbers.source, bool(temporal.numbers))
        self.unit_forms = "|".join(alternatives(unit.forms) for unit in temporal.units) or "(?!)"

    # regular expressions ------------------------------------------------------------------------------------

    @property
    def months(self) -> str:
        return join_words(self._months)

    @property
    def weekdays(self) -> str:
        return alternatives(self.pack.weekdays) or "(?!)"

    @property
    def shifts(self) -> str:
        return alternatives(self.pack.shifts) or "(?!)"

    @property
    def number(self) -> str:
        """A whole number in digits or words."""
        return rf"\d{{1,4}}|{self._numbers.source}"

    @property
    def number_words(self) -> str:
        return self._numbers.source

    @property
    def articles(self) -> str:
        return join_words(self._articles)

    @property
    def half(self) -> str:
        """What adds a half to the number or unit before it, white space before it included."""
        return rf"\s+(?:{alternatives(self.pack.and_half)})" if self.pack.and_half else "(?!)"

    def ordinal(self, most: int) -> str:
        """An ordinal in words, or digits with the language's mark."""
        words = join_words({word: number for word, number in self._ordinals.items() if number <= most})
        marks = self.pack.ordinal_digits
        return rf"{words}|\d{{1,3}}\s?(?:{marks})" if marks else words

    def ordinal_words(self, most: int) -> str:
        return join_words({word: number for word, number in self._ordinals.items() if number <= most})

    def quantity_numbers(self, *, loose: bool = False) -> str:
        """What counts a unit: a decimal, a number, an article, "half a"; with ``loose`` also "a couple of"."""
        known = [rf"\d{{1,4}}(?:[.,](?:[1-9]|25|75)(?!\d))?|{self._numbers.source}"]
        counters = self.pack.fractions | self.pack.counters if loose else self.pack.fractions
        if counters:
            known.insert(0, join_words(counters))
        if self._articles:
            known.append(self.articles)
        return "|".join(known)

    # meanings -----------------------------------------------------------------------------------------------

    def month(self, word: str) -> int | None:
        """The number of a month; None for a word in small letters where the language writes months with capitals."""
        if self.pack.months_capitalised and not word[:1].isupper():
            return None
        return self._months.get(_folded(" ".join(word.split())))

    def weekday(self, text: str, span: tuple[int, int], *, returning: bool = False) -> int | None:
        """1 for Monday to 7 for Sunday at ``span``; None as for months, but German writes "montags" small."""
        if self.pack.months_capitalised and not returning and not text[span[0]].isupper():
            return None
        return next((number for pattern, number in self._weekdays if pattern.fullmatch(text, *span)), None)

    def shift(self, word: str) -> int | None:
        """1 for "next", 0 for "this", -1 for "last"."""
        plain = " ".join(word.split())
        return next((by for pattern, by in self._shifts if pattern.fullmatch(plain)), None)

    def count(self, word: str) -> float | None:
        """The number that a numeral, a decimal, an article or a fraction stands for."""
        plain = " ".join(word.split()).casefold()
        if re.fullmatch(r"\d+[.,]\d+", plain):
            return float(plain.replace(",", "."))
        known = self._counters.get(plain) or self._articles.get(plain)
        return known if known is not None else self._numbers.value(plain)

    def ordinal_number(self, written: str) -> int | None:
        word = _plain(written)
        digits = re.match(r"\d+", word)
        return int(digits[0]) if digits else self._ordinals.get(word)

    def day_of_month(self, line: str) -> int | None:
        """The day's number that is written in ``line``; None for none, and for several days ("the first five days")."""
        digits = _DAY.findall(line)
        if digits:
            return int(digits[0]) if len(digits) == 1 else None
        found = list(self._ordinal_day.finditer(line))
        if len(found) != 1:
            return None
        word = found[0]
        # "двадесет и пето" has a number in it.
        counted = self._any_number.search(line[: word.start()]) or self._any_number.search(line[word.end() :])
        return None if counted else self._ordinals[_plain(word.group())]

    def is_article(self, word: str) -> bool:
        return word.casefold() in self._articles

    def unit(self, form: str) -> Unit | None:
        plain = " ".join(form.split())
        return next((unit for pattern, unit in self._units if pattern.fullmatch(plain)), None)

    @property
    def behind(self) -> str:
        """What adds to a number behind its unit, white space before it included."""
        return rf"\s+(?:{join_words(self.pack.numbers_behind)})" if self.pack.numbers_behind else "(?!)"

    def more(self, written: str | None) -> int:
        """The number that ``written``, words behind a unit, adds to the one before it; 0 for None."""
        return self._behind.get(_plain(written), 0) if written else 0

    def period(self, number: str, unit: Unit | None, *, half: bool = False, more: int = 0) -> str | None:
        """``P2W`` for a number and a unit, half a unit more with ``half``, ``more`` units more."""
        count = self.count(number)
        if not count or unit is None:
            return None
        return iso_period((count + more + 0.5 * half) * unit.times, unit.iso, working=unit.working)

    def counts_times(self, before: str) -> bool:
        """Whether a frequency ends the text before an article: "once a year" is no period."""
        return at_end(self.pack.frequencies).search(before) is not None


def join_words(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest that is there; matches nothing where there are none.

    Words share the beginnings that they have in common, so that a text is not compared with each of a hundred numbers.

    >>> join_words(["two", "twelve", "ten"])
    't(?:w(?:o|elve)|en)'
    """
    tree: _Tree = {}
    for word in words:
        below = tree
        for piece in _PIECES.findall(word):
            below = below.setdefault(piece, {})
        below[""] = {}
    return _join_branches(tree) or "(?!)"


def _join_branches(tree: _Tree) -> str:
    longest_first = sorted((piece for piece in tree if piece), key=len, reverse=True)
    return "|".join(_PIECE_PATTERNS.get(piece, re.escape(piece)) + _join_rest(tree[piece]) for piece in longest_first)


def _join_rest(below: _Tree) -> str:
    branches = _join_branches(below)
    if not branches or (len(below) == 1 and "" not in below):
        return branches
    return f"(?:{branches})" + ("?" if "" in below else "")


def _folded(word: str) -> str:
    """Case-folded, accents composed again ("Μαΐου")."""
    return unicodedata.normalize("NFC", word.casefold())


def _plain(word: str) -> str:
    """ "Twenty-First" as "twenty first"."""
    return " ".join(word.replace("-", " ").split()).casefold()


def compile_bounded(source: str, usable: bool = True, before: str = r"(?<![\w/.,])") -> re.Pattern[str]:
    """A pattern for whole words that ``before`` precedes; one that never matches if it is not ``usable``."""
    return re.compile(before + bounded(source), re.IGNORECASE) if usable else NEVER


def compile_word(word: str) -> re.Pattern[str]:
    """A pattern for one word or phrase, ignoring case."""
    return re.compile(alternatives((word,)), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expression:
    """A date, range or quantity: the slot that it fills, its position, and its value.

    ``value`` is the value of a deadline with it: for a range, the last day. ``stretch`` has the days it covers,
    where they are known; ``open_year`` says that the year was not written; ``ends`` are the two ends of a range;
    ``period`` is the period that was counted to it ("in three days").
    """

    slot: str
    start: int
    end: int
    value: str
    stretch: Stretch | None = None
    open_year: bool = False
    ends: tuple[Stretch, Stretch] | None = None
    period: str | None = None

    def overlaps(self, other: Expression) -> bool:
        return self.start < other.end and other.start < self.end


class Masked:
    """A text in which each expression is one slot character. :meth:`origin` maps back to offsets in the text."""

    __slots__ = ("_starts", "expressions", "text")

    def __init__(self, text: str, expressions: Iterable[Expression]) -> None:
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

    def all_inside(self, start: int, end: int) -> list[Expression]:
        """The expressions in ``[start, end)`` of the masked text, in text order."""
        return [e for at, e in self.expressions.items() if start <= at < end]


def apart(found: Iterable[Expression]) -> list[Expression]:
    """In text order, the expressions that overlap no earlier one of ``found``."""
    taken: list[Expression] = []
    for expression in found:
        start, end = expression.start, expression.end
        if not any(start < t.end and t.start < end for t in taken):
            taken.append(expression)
    return sorted(taken, key=lambda e: e.start)


DATED = ("date", "day", "year", "month", "relative", "range")
_KINDS: dict[tuple[str, int], Kind] = {
    ("D", 1): "D",
    ("W", 1): "W",
    ("M", 1): "M",
    ("M", 3): "Q",
    ("M", 6): "H",
    ("Y", 1): "Y",
}


class Phrase:
    """One match of a reading's pattern."""

    def __init__(
        self, match: re.Match[str], inside: Sequence[Expression], reading: Reading, words: Words, today: date | None
    ) -> None:
        self.reading = reading
        self.today = today
        self.groups = {name: text for name, text in match.groupdict().items() if text}
        self.dated = [e for e in inside if e.slot in DATED]
        self.inside = list(inside)
        self._match = match
        self._words = words

    @property
    def span(self) -> Stretch | None:
        """The days in which the phrase counts: its last dated expression."""
        return self.dated[-1].stretch if self.dated else None

    @property
    def weekday(self) -> int | None:
        return next((int(e.value[-1]) for e in self.inside if e.slot in ("weekday", "weekdays")), None)

    @property
    def quantity(self) -> str | None:
        found = next((e.value for e in self.inside if e.slot == "quantity"), None)
        if found is None and "n" in self.groups and "unit" in self.groups:  # "les trois dernières semaines"
            return self._words.period(self.groups["n"], self.unit)
        return found

    @property
    def shift(self) -> int | None:
        """How many units forward: from the reading, else from its word."""
        if self.reading.shift is not None or "shift" not in self.groups:
            return self.reading.shift
        return self._words.shift(self.groups["shift"])

    @property
    def unit(self) -> Unit | None:
        return self._words.unit(self.groups["unit"]) if "unit" in self.groups else None

    @property
    def kind(self) -> Kind | None:
        """The unit of days that the phrase names."""
        return self.reading.unit if self.reading.unit is not None else self.unit_kind

    @property
    def unit_kind(self) -> Kind | None:
        """The unit of days, from ``{unit}`` alone."""
        unit = self.unit
        return _KINDS.get((unit.iso, unit.times)) if unit else None

    @property
    def number(self) -> int | None:
        """``{n}``, ``{d}``, ``{o}`` or ``{od}``."""
        for name in ("n", "d"):
            if name in self.groups:
                count = self._words.count(self.groups[name])
                return int(count) if count else None
        return self._words.ordinal_number(self.groups.get("o") or self.groups.get("od") or "")

    @property
    def month(self) -> int | None:
        if "m" in self.groups:
            return int(self.groups["m"])
        if "monthname" in self.groups:
            return self._words.month(self.groups["monthname"])
        return next((e.stretch.first.month for e in self.dated if e.slot == "month" and e.stretch), None)

    def this(self, kind: Kind) -> Stretch | None:
        """The unit that contains the day of writing."""
        return unit_of(self.today, kind) if self.today else None

    def end(self, name: str) -> Expression | int | None:
        """``{a}`` or ``{b}``: the expression, or the number of a day."""
        if name not in self._match.groupdict():
            return self.number if name == "a" and self.number else self.dated[-1 if name == "b" else 0]
        digits, ordinal = self.groups.get(f"{name}_d"), self.groups.get(f"{name}_o")
        year = self.groups.get(f"{name}_y")
        if year:
            return Expression("year", 0, 0, year, of_value(year))
        if digits or ordinal:
            return int(digits) if digits else self._words.ordinal_number(ordinal or "")
        at = self._match.start(name)
        before = sum(1 for c in self._match.string[self._match.start() : at] if c >= "\ue000" and c <= "\ue0ff")
        return self.inside[before] if before < len(self.inside) else None
