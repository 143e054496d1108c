"""Reads the sums and shares of a sentence about fines, and which of them are fines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from dutybook.extract.deadlines.expressions import Numbers, numbers_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import NEVER, alternatives, anywhere, at_end, at_start, bounded, cached_by_identity
from dutybook.languages.sections import Penalties
from dutybook.records import Amount

_SPACE = "    "
_DIGITS = rf"\d{{1,3}}(?:[.,'’\s{_SPACE}]\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d{{1,12}}(?:[.,]\d{{1,4}})?"
_WORD = r"[^\W\d]+\s+"
NEAR = 80
"""Characters after a word that only may mean a fine ("sanction"), or a verb for fining, within which the amount must
begin."""
MAX_GAP = 260
"""Characters after a percentage within which its base ("of the total annual turnover") is looked for, and after a word
for a fine within which a percentage of something else must begin."""
YEARS = 1900, 2100
"""Numbers that are taken for years."""
_OPENINGS = "n1", "n4", "f4", "o4"
"""Groups with which the second of two amounts begins."""
BEFORE = 120
"""Characters before an amount in which the words stand that say what it is."""


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount where it stands. ``words`` is where its own words begin: in "from 5 to 9 euros" the 9 opens with "to"."""

    start: int
    end: int
    amount: Amount
    words: int

    @property
    def is_bare(self) -> bool:
        """Whether it is a sum without a currency ("3 million")."""
        return self.amount.amount is not None and self.amount.currency is None


class AmountReader:
    """Parses the amounts of one language."""

    def __init__(self, pack: LanguagePack) -> None:
        words = self._words = pack.penalties
        self._numbers: Numbers = numbers_of(pack.temporal)
        self._currencies = {name.casefold(): code for name, code in words.currencies.items()}
        self._magnitudes = {name.casefold(): size for name, size in words.magnitudes.items()}
        fractions = pack.temporal.fractions | words.fractions
        self._fractions = {name.casefold(): value for name, value in fractions.items()}
        names = _names(self._currencies)
        sizes = _names(self._magnitudes) or "(?!)"
        number = rf"(?:{_DIGITS}|{self._numbers.source})"
        size = rf"(?:[\s-]?(?P<s{{0}}>{sizes})(?!\w))?"
        between = rf"(?:\s*|-)(?:(?:{alternatives(words.links)})\s*)?" if words.links else r"(?:\s*|-)"
        again = r"(?:\s*\((?P<again>\d[\d.,\s]{0,20})\))?"  # "ten thousand (10 000) euros"
        after = rf"(?:{self._in_words(pack, number, sizes)}|(?P<n1>{number})){again}{between}(?P<c1>{names})(?!\w)"
        before = rf"(?P<c2>{names})\s?(?P<n2>{_DIGITS}){size.format(2)}(?!\w)"
        # "86-thousand euros" is no range.
        between_two = rf"\s*(?:{alternatives(words.ranges)})(?!(?:{sizes})(?!\w))\s*"
        first = rf"(?:(?P<n0>{number}){size.format(0)}{between_two})?" if words.ranges else "(?P<n0>(?!))?(?P<s0>(?!))?"
        source = rf"(?<![\w.,])(?:{before}|{first}{after})"
        self._money = re.compile(source, re.IGNORECASE) if names else None
        figures = rf"(?:(?P<before>{names})\s?(?:{_DIGITS})|(?:{_DIGITS})\s?(?P<after>{names}))"
        self._in_figures = re.compile(rf"\s*\(\s*{figures}\s*\)", re.IGNORECASE) if names else NEVER
        longer = _names({name: size for name, size in self._magnitudes.items() if len(name) > 1})
        half = alternatives(pack.temporal.and_half) or "(?!)"
        bare = rf"(?<![\w.,])(?P<n>{number})(?P<h>\s+(?:{half}))?[\s-]?(?P<s>{longer})(?!\w)"
        self._bare = re.compile(bare, re.IGNORECASE) if longer else None
        percent = "|".join(re.escape(p).replace(r"\ ", r"\s*") for p in sorted(words.percent, key=len, reverse=True))
        self._percent = re.compile(
            rf"(?<![\w.,])(?P<n>\d{{1,3}}(?:[.,]\d{{1,3}})?|{self._numbers.source})\s*(?:{percent})(?!\w)",
            re.IGNORECASE,
        )
        of = rf"(?:{alternatives(words.of_turnover)})" if words.of_turnover else "(?!)"
        self._turnover = re.compile(of, re.IGNORECASE)
        a_month = rf"(?:{_names(pack.temporal.months)})(?!\w)" if pack.temporal.months else "(?!)"
        count = rf"(?<![\w.,])(?P<n>{_DIGITS}|{self._numbers.source})\s+(?!{a_month})[^\W\d]"
        self._count = re.compile(count, re.IGNORECASE)

    def read(self, line: str) -> list[Stated]:
        """All amounts of ``line``, fines or not, in text order; those without a currency among them."""
        sums = [*self._sums(line)]
        shares = self._percentages(line)
        taken = [(one.start, one.end) for one in chain(sums, shares)]
        bare = (one for one in self._bare_sums(line) if not any(a <= one.end + 1 and one.start < b for a, b in taken))
        return sorted(chain(sums, shares, bare), key=lambda one: one.start)

    def counts(self, line: str, amounts: Iterable[Stated]) -> bool:
        """Whether ``line`` counts something besides its amounts, from two on: fines, or the firms that are fined."""
        taken = [(one.start, one.end) for one in amounts]
        for match in self._count.finditer(line):
            number = self._value(match["n"]) or 0
            if number >= 2 and not YEARS[0] <= number <= YEARS[1] and not any(a <= match.start() < b for a, b in taken):
                return True
        return False

    def _in_words(self, pack: LanguagePack, number: str, sizes: str) -> str:
        """A pattern for a number with its size: "4 million 200 thousand", "two and a half million", "half a million"."""
        half = alternatives(pack.temporal.and_half) or "(?!)"
        fractions, single = _names(self._fractions) or "(?!)", alternatives(self._words.single) or "(?!)"
        joiner = rf"(?:{re.escape(pack.temporal.quantity_joiner)}\s+)?" if pack.temporal.quantity_joiner else ""
        more = rf"(?:\s+{joiner}(?P<n3>{number})[\s-]?(?P<s3>{sizes})(?!\w))?"
        counted = rf"(?:(?P<n4>{number})(?P<h4>\s+(?:{half})(?!\w))?|(?P<f4>{fractions}))[\s-]?(?P<s4>{sizes})(?!\w)"
        return rf"(?:(?:{counted}|(?P<o4>{single})(?!\w)){more})"

    def _sums(self, line: str) -> Iterable[Stated]:
        for match in self._money.finditer(line) if self._money else ():
            value = self._sum(match)
            currency = self._currencies.get(_plain(match["c1"] or match["c2"]))
            digits = match["n1"] or match["n2"] or match["n4"] or ""
            if value is None or (not digits[:1].isdigit() and self._follows_in_figures(line, match.end(), currency)):
                continue
            start = words = match.start()
            lowest = self._lowest(match, value)
            if lowest is not None:
                yield Stated(start, match.end("n0"), Amount(amount=lowest, currency=currency), start)
                words = next(match.start(name) for name in _OPENINGS if match[name])
            if match["again"]:  # "one million two hundred thousand (1 200 000)": the figures say it whole
                value = self._value(match["again"]) or value
            yield Stated(start, match.end(), Amount(amount=float(value), currency=currency), words)

    def _lowest(self, match: re.Match[str], value: float) -> float | None:
        """The lower end of a range up to ``value``, in the same size unless it has its own: "between 1 and 5 million"."""
        lowest = self._value(match["n0"]) if match["n0"] else None
        if lowest is None:
            return None
        size = match["s4"] or match["o4"] or match["s2"]
        own = match["s0"] or (size if size and lowest < value / self._size(size) else None)
        return float(lowest * self._size(own))

    def _follows_in_figures(self, line: str, at: int, currency: str | None) -> bool:
        """Whether a sum in words is repeated in figures, which are surer: "nine hundred and thirty-one euros (€ 931)"."""
        match = self._in_figures.match(line, at)
        return match is not None and self._currencies.get(_plain(match["before"] or match["after"])) == currency

    def _sum(self, match: re.Match[str]) -> float | None:
        """The sum that a match of money stands for; None where its number is none."""
        plain = match["n1"] or match["n2"]
        if plain:
            value = self._value(plain)
            return None if value is None else value * self._size(match["s2"])
        if match["o4"]:
            value = float(self._size(match["o4"]))
        else:
            counted = self._fractions[_plain(match["f4"])] if match["f4"] else self._value(match["n4"])
            if counted is None:
                return None
            value = (counted + (0.5 if match["h4"] else 0)) * self._size(match["s4"])
        further = self._value(match["n3"]) if match["n3"] else 0
        return None if further is None else value + further * self._size(match["s3"])

    def _size(self, word: str | None) -> int:
        return self._magnitudes[_plain(word)] if word else 1

    def _bare_sums(self, line: str) -> Iterable[Stated]:
        for match in self._bare.finditer(line) if self._bare else ():
            value = self._value(match["n"])
            rest = line[match.end() :]
            # "3 Millionen Kunden", "3 million Swedish crowns", "3 milioni di clienti"
            is_of_others = rest.lstrip()[:1].isupper() or at_start(self._words.links).match(rest) is not None
            if value is not None and not is_of_others:
                amount = Amount(amount=float((value + (0.5 if match["h"] else 0)) * self._size(match["s"])))
                yield Stated(match.start(), match.end(), amount, match.start())

    def _percentages(self, line: str) -> list[Stated]:
        found: list[Stated] = []
        matches = list(self._percent.finditer(line))
        for number, match in enumerate(matches):
            value = self._value(match["n"])
            if value is None or value > 1000:
                continue
            until = matches[number + 1].start() if number + 1 < len(matches) else len(line)
            base = self._turnover.search(line, match.end(), min(until, match.end() + MAX_GAP))
            before = at_end(self._words.of_before).search(line[max(0, match.start() - BEFORE) : match.start()])
            of = "turnover" if base or before else self._base(line[match.end() : until])
            amount = Amount(percent=float(value), of=of)
            found.append(Stated(match.start(), match.end(), amount, match.start()))
        for number in range(len(found) - 2, -1, -1):  # "2 % or 4 % of the turnover": the base serves both
            one, following = found[number], found[number + 1]
            if one.amount.of is None and following.start - one.end < 40 and following.amount.of == "turnover":
                found[number] = replace(one, amount=replace(one.amount, of="turnover"))
        return found

    def _base(self, after: str) -> str | None:
        opening = at_start(self._words.of_words).match(after)
        if opening is None:
            return None
        words = re.match(r"\s*((?:[^\s,;:.]+\s?){1,6})", after[opening.end() :])
        return words[1].strip() if words else None

    def _value(self, written: str) -> float | None:
        if not written[0].isdigit():
            return self._numbers.value(written)
        plain = re.sub(rf"[\s{_SPACE}'’]", "", written)
        grouped = re.fullmatch(r"\d{1,3}((?:[.,]\d{3})+)([.,]\d{1,2})?", plain)
        if grouped and not (grouped[2] and grouped[1].count(".") and grouped[1].count(",")):
            single = len(grouped[1]) == 4 and grouped[2] is None and grouped[1][0] == self._words.decimal
            whole = plain[: len(plain) - len(grouped[2] or "")]
            if not single:
                fraction = (grouped[2] or "").replace(",", ".")
                return float(re.sub(r"[.,]", "", whole) + fraction)
        try:
            return float(plain.replace(",", "."))
        except ValueError:
            return None


def _plain(word: str) -> str:
    return " ".join(word.split()).casefold()


def _names(words: Iterable[str]) -> str:
    longest = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)


class Surroundings:
    """What the words around an amount say of it, in one language."""

    def __init__(self, words: Penalties) -> None:
        self._words = words
        nouns = (*words.cues, *words.weak_cues)
        # "multa récord de", "multa por valor de"; without the words between, the amount follows at once ("kara 5 mln")
        amounting = rf"(?:(?:{alternatives(words.amounting)})\s*)?" if words.amounting else ""
        after_noun = rf"{bounded(alternatives(nouns))}\s+(?:{_WORD}(?={alternatives(words.amounting) or '(?!)'}))?"
        self._after_noun = re.compile(rf"{after_noun}{amounting}$", re.IGNORECASE) if nouns else None
        joins = rf"(?:(?:{alternatives(words.joins)})\s*)?" if words.joins else ""
        self._before_noun = (
            re.compile(rf"(?:\s*|-){joins}{bounded(alternatives(nouns))}", re.IGNORECASE) if nouns else None
        )
        self._compound = re.compile(rf"-{bounded(alternatives(nouns))}", re.IGNORECASE) if nouns else None
        self._fined_by, self._total, self._changed_to = map(
            _right_before, (words.fined_by, words.totals, words.changed_to)
        )

    def follows_noun(self, line: str, one: Stated) -> bool:
        """Whether a noun for a fine stands right before the amount."""
        return _found(self._after_noun, _before(line, one.start))

    def precedes_noun(self, line: str, one: Stated) -> bool:
        """Whether a noun for a fine stands right after the amount; one without a currency has to be part of it, since
        "3 million fines" counts them."""
        pattern = self._compound if one.is_bare else self._before_noun
        return pattern is not None and pattern.match(line, one.end) is not None

    def is_of_verb(self, line: str, one: Stated) -> bool:
        """Whether a verb for fining has the amount ("sanctionnée à hauteur de 5 000 euros")."""
        if not _found(self._fined_by, _before(line, one.start)):
            return False
        if one.is_bare and re.match(r"\s+[^\W\d]", line[one.end :]):  # "beboet voor 3 miljoen oude auto's"
            return False
        verbs, above = self._words.fined, line[max(0, one.start - NEAR) : one.start]
        return bool(anywhere(verbs).search(above) or at_start(verbs).match(line[one.end :]))

    def is_new(self, line: str, one: Stated) -> bool:
        """Whether it is the amount to which a fine was changed."""
        return _found(self._changed_to, _before(line, one.words))

    def is_total(self, line: str, one: Stated) -> bool:
        """Whether words say that it sums up."""
        return _found(self._total, _before(line, one.start))

    def is_other(self, line: str, one: Stated) -> bool:
        """Whether it is said to be something else: turnover, the price of shares."""
        words = self._words
        if at_end(words.not_fines).search(_before(line, one.start)) and not self.follows_noun(line, one):
            return True
        if one.amount.of == "turnover":
            return False
        return at_start(words.not_fines_after).match(line[one.end : one.end + BEFORE]) is not None


def _before(line: str, at: int) -> str:
    return line[max(0, at - BEFORE) : at]


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


def _right_before(words: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern for one of the words at the end of a text, with at most another one after it ("with nearly")."""
    if not words:
        return None
    source = rf"(?<!\w)(?:{alternatives(words)})(?:(?<=['’])|\s+)(?:{_WORD})?$"
    return re.compile(source, re.IGNORECASE)


amount_reader = cached_by_identity(AmountReader)
surroundings_of = cached_by_identity(Surroundings)
