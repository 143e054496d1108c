"""The words of time and numbers of one language: regular expressions for them, and their values."""

from __future__ import annotations

import re
import unicodedata

from dutybook.extract.deadlines.stretches import iso_period
from dutybook.languages.patterns import NEVER, alternatives, at_end, bounded
from dutybook.languages.sections.temporal import Temporal, Unit

_MOST = 10**12
_GAP = re.compile(r"[\s-]+")


class Numbers:
    """The number words of one language. ``source`` is a regular expression for one number in words."""

    def __init__(self, temporal: Temporal) -> None:
        self._values = {_plain_number(word): value for word, value in temporal.numbers.items()}
        self._scales = {_plain_number(word): value for word, value in temporal.scales.items()}
        self._glue = _plain_number(temporal.number_glue)
        known = sorted({*self._values, *self._scales}, key=len, reverse=True)
        words = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in known) or "(?!)"
        glue = f"(?:{re.escape(self._glue)})?" if self._glue else ""
        self.source = rf"(?:{words})(?:[\s-]?{glue}(?:{words})){{0,6}}"
        self._piece = re.compile(rf"\s*({words}{'|' + re.escape(self._glue) if self._glue else ''})")

    def value(self, written: str) -> int | None:
        """The number that ``written`` (digits, or words of the language) stands for; None where it is none."""
        plain = _plain_number(written)
        if re.fullmatch(r"\d{1,12}", plain):
            return int(plain)
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


def _plain_number(written: str) -> str:
    return _GAP.sub(" ", written).strip().casefold()


_NUMBERS: dict[int, tuple[Temporal, Numbers]] = {}


def numbers_of(temporal: Temporal) -> Numbers:
    """The number words of a pack's section, built once a section."""
    known = _NUMBERS.get(id(temporal))
    if known is None or known[0] is not temporal:
        known = _NUMBERS[id(temporal)] = (temporal, Numbers(temporal))
    return known[1]


YEAR = r"(?P<y>(?:19|20|21)\d\d)(?![\d/–-]|[.,]\d|\s?%)"


class Words:
    """Months, weekdays, numbers, ordinals and units of a pack's section, compiled."""

    def __init__(self, temporal: Temporal) -> None:
        self.pack = temporal
        self._numbers = numbers_of(temporal)
        self._months = {_folded(name): number for name, number in temporal.months.items()}
        self._ordinals = {_plain(word): number for word, number in temporal.ordinals.items()}
        self._articles = {word.casefold(): number for word, number in temporal.articles.items()}
        self._counters = {
            " ".join(w.split()).casefold(): n for w, n in (temporal.fractions | temporal.counters).items()
        }
        self._weekdays = [(compile_word(name), number) for name, number in temporal.weekdays.items()]
        self._shifts = [(compile_word(word), by) for word, by in temporal.shifts.items()]
        self._units = [(re.compile(f"(?:{alternatives(unit.forms)})", re.IGNORECASE), unit) for unit in temporal.units]
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

    def is_article(self, word: str) -> bool:
        return word.casefold() in self._articles

    def unit(self, form: str) -> Unit | None:
        plain = " ".join(form.split())
        return next((unit for pattern, unit in self._units if pattern.fullmatch(plain)), None)

    def period(self, number: str, unit: Unit | None, *, half: bool = False) -> str | None:
        """``P2W`` for a number and a unit, half a unit more with ``half``."""
        count = self.count(number)
        if not count or unit is None:
            return None
        return iso_period((count + 0.5 * half) * unit.times, unit.iso, working=unit.working)

    def counts_times(self, before: str) -> bool:
        """Whether a frequency ends the text before an article: "once a year" is no period."""
        return at_end(self.pack.frequencies).search(before) is not None


def join_words(words: dict[str, int] | dict[str, float]) -> str:
    """The words as an alternation, longest first; matches nothing where there are none."""
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest) or "(?!)"


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
