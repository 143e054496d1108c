"""Acts of the Union by their numbers, in all of its languages: "Regulation (EU) 2031/777", "2013/77/EU irányelv"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dutybook.languages.pack import LanguagePack

# "(EU) 2016/679", "(UE) n.º 575/2013", "(ΕΕ) αριθ. 596/2014", "(EG, Euratom) Nr. 2988/95", "2013/34/EU", "95/46/ES"
_NUMBER = re.compile(
    r"\([^\W\d_]{2,3}(?:, ?[^\W\d_]{7,9})?\)\s*(?P<no>[^\W\d]{1,5}\.?[:º°]?\w?\s+)?(?P<a>\d{1,4})/(?P<b>\d{1,4})(?![\d/])"
    r"|(?<![\d/])(?P<year>\d{2,4})/(?P<number>\d{1,4})/[^\W\d_]{2,4}(?:, ?[^\W\d_]{7,9})?\b"
)
#: Its kind stands so far before a number ("rozporządzenie Parlamentu Europejskiego i Rady (UE) 2031/777"), and behind it.
_BEFORE, _BEHIND = 90, 24


@dataclass(frozen=True, slots=True)
class NumberedAct:
    """Where a line names an act (its number alone, half-open), and its CELEX number."""

    start: int
    end: int
    celex: str


def numbered_acts(line: str, pack: LanguagePack) -> Iterator[NumberedAct]:
    """The acts of a line; in a list ("Directives 2013/77/EU and 2013/78/EU") the kind is that of the one before.

    Until 2014 regulations were numbered number/year after "No", directives year/number; since 2015 all acts are
    year/number (Interinstitutional style guide, 1.3.3.3).

    >>> from dutybook.languages import load
    >>> [act.celex for act in numbered_acts("Regulation (EC) No 1049/2001 and Directive 95/46/EC", load("en"))]
    ['32001R1049', '31995L0046']
    """
    kinds, last, kind = _kinds(pack.code), 0, ""
    for number in _NUMBER.finditer(line):
        before = line[max(last, number.start() - _BEFORE) : number.start()]
        behind = line[number.end() : number.end() + _BEHIND].split(" (", 1)[0]
        named = list(kinds.finditer(before))
        after = kinds.search(behind)
        # Directly behind it stands the number's own kind, as in Hungarian; in titles farther off if nothing before names one.
        own = after is not None and after.start() <= 1
        found = after if own or not named else named[-1]
        kind = _letter(pack, found[0]) if found else kind
        last = number.end()
        if kind and (celex := _celex(kind, number)):
            yield NumberedAct(number.start(), number.end(), celex)


def _letter(pack: LanguagePack, word: str) -> str:
    folded = word.casefold()
    return next(letter for letter, words in pack.structure.act_kinds.items() if folded in words)


@cache
def _kinds(code: str) -> re.Pattern[str]:
    from dutybook.languages.pack import load

    words = [word for kinds in load(code).structure.act_kinds.values() for word in kinds]
    return re.compile(
        "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w))) or "(?!)", re.IGNORECASE
    )


def _celex(kind: str, number: re.Match[str]) -> str | None:
    if number["year"]:
        return _numbered(kind, int(number["year"]), int(number["number"]))
    first, second = int(number["a"]), int(number["b"])
    by_year = not number["no"] and _year(first) is not None
    return _numbered(kind, first, second) if by_year else _numbered(kind, second, first)


def _numbered(kind: str, year: int, number: int) -> str | None:
    full = _year(year)
    return f"3{full}{kind}{number:04d}" if full is not None and 0 < number <= 9999 else None


def _year(number: int) -> int | None:
    full = number + 1900 if 50 <= number <= 99 else number
    return full if 1952 <= full <= 2099 else None
