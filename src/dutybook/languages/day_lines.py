"""Lines that hold a day and nothing else, in the words of any language: "12 de febrero de 2029", "24. September 2029"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import cache

from dutybook.languages.pack import available, temporal

_LONGEST = 60
# Day first, as all over the Union; a month above twelve shows the other order, and then there is no such day.
_NUMBERS = re.compile(r"(?P<d>\d{1,2})([-./])\s?(?P<m>\d{1,2})\2\s?(?P<y>(?:19|20)\d\d)")


def day_in_words(line: str) -> str | None:
    """The ISO date that a line states; None where it is no day, or its month has another number in another language."""
    plain = " ".join(line.split())
    if len(plain) > _LONGEST:
        return None
    numbers = _NUMBERS.fullmatch(plain)
    if numbers is not None:
        return _iso(int(numbers["y"]), int(numbers["m"]), int(numbers["d"]))
    match = _line().fullmatch(plain)
    if match is None:
        return None
    words = (match["place"] or "").split()
    if len(words) > 1 and not (words[0][0].isupper() and words[-1][0].isupper()):
        return None  # "ze dne 3. května 2031" is the day of an act, "Ústí nad Labem 3. května 2031" a place and a day
    months = _months().get((match["m"] or match["m2"]).casefold(), frozenset())
    return _iso(int(match["y"]), min(months), int(match["d"] or match["d2"])) if len(months) == 1 else None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


@cache
def _line() -> re.Pattern[str]:
    """A day by its month's name, in any order: a place may stand before it ("Porto, 4 de junho de 2030"), and a weekday."""
    words = [temporal(code) for code in available()]
    links = _any(re.escape(link) + ("" if link.endswith("'") else " ") for t in words for link in t.date_links)
    ordinal = _any(t.ordinal_digits for t in words)
    ending = _any(
        re.escape(e) if e.startswith(".") else f" {re.escape(e)}" for t in words for e in (".", *t.year_endings)
    )
    return re.compile(
        r"(?:[^\W\d_][\w' -]{1,28}, (?:[^\W\d_]+,? )?|(?P<place>[^\W\d_][\w' -]{1,28} )?(?:[^\W\d_]{3,},? )?)"
        rf"(?:(?P<d>\d{{1,2}})(?:{ordinal})? (?:{links})?(?P<m>[^\W\d_]{{3,}})\.?"
        rf"|(?P<m2>[^\W\d_]{{3,}}) (?P<d2>\d{{1,2}})),? (?:{links})?(?P<y>(?:19|20)\d\d)(?:{ending})?"
    )


def _any(patterns: Iterable[str]) -> str:
    found = sorted({p for p in patterns if p}, key=lambda p: (-len(p), p))
    return "|".join(found) or "(?!)"


@cache
def _months() -> dict[str, frozenset[int]]:
    """The numbers that a month's name has in the languages that know it."""
    found: dict[str, frozenset[int]] = {}
    for code in available():
        for name, number in temporal(code).months.items():
            found[name.casefold()] = found.get(name.casefold(), frozenset()) | {number}
    return found
