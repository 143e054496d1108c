"""Finds days that are written with their year, in figures or with the month's name in any of the languages."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from babel.core import UnknownLocaleError
from babel.dates import get_month_names

from dutybook.languages.pack import available, temporal
from dutybook.records.dates import make_iso_date


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as it is written in a line: from where to where, and its ISO date; empty where it may be one of two days."""

    start: int
    end: int
    day: str


_FIRST_SHORT_YEAR = 70
"""Years of two digits from this one on are of the last century."""


def full_year(year: int) -> int:
    """The year that its last two digits mean.

    >>> full_year(31), full_year(85)
    (2031, 1985)
    """
    return (1900 if year >= _FIRST_SHORT_YEAR else 2000) + year


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of some words, the longer ones first, with any white space between their parts."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=lambda w: (-len(w), w)))


_YEAR = r"(?P<y>(?:19|20)\d\d)"
# A time may follow without a space: pages lose them when they are pasted ("20232:23 PM").
_END = r"(?!\d(?!\d?[:.]\d\d))"
_FIGURES = re.compile(
    rf"(?<![\d.,/-])(?:{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)(?:T\d\d:\d\d\S*)?(?!\d)"
    r"|(?P<y2>(?:19|20)\d\d)(?P<s2>[./])\s?(?P<m2>\d{1,2})(?P=s2)\s?(?P<d2>\d{1,2})(?!\d)\.?"
    rf"|(?P<d3>\d{{1,2}})(?P<s3>[./-])\s?(?P<m3>\d{{1,2}})(?P=s3)\s?(?P<y3>(?:19|20)\d\d|\d\d(?![\d:.])){_END})"
)


def written_days(line: str, language: str = "") -> Iterator[WrittenDay]:
    """The days that a line names with their year, in figures or with the month's name in any of the languages."""
    found = [_in_figures(match, language) for match in _FIGURES.finditer(line)]
    found += [_in_words(match, language) for match in _words_pattern().finditer(line)]
    end = 0
    for day in sorted((day for day in found if day is not None), key=lambda each: each.start):
        if day.start >= end:
            yield day
            end = day.end


def _in_figures(match: re.Match[str], language: str) -> WrittenDay | None:
    if match["y"]:
        day = make_iso_date(int(match["y"]), int(match["m"]), int(match["d"]))
    elif match["y2"]:
        day = make_iso_date(int(match["y2"]), int(match["m2"]), int(match["d2"]))
    else:
        first, second = int(match["d3"]), int(match["m3"])
        year = int(match["y3"]) if len(match["y3"]) == 4 else full_year(int(match["y3"]))
        if match["s3"] == "/" and language in ("", "en") and first <= 12 and second <= 12 and first != second:
            # The third of April or the fourth of March.
            return WrittenDay(*match.span(), "")
        if second > 12 and match["s3"] in "/-":
            first, second = second, first
        day = make_iso_date(year, second, first)
    return WrittenDay(*match.span(), day) if day else None


def _in_words(match: re.Match[str], language: str) -> WrittenDay | None:
    month = next(match[name] for name in ("m", "m2", "m3", "m4") if match[name])
    months = month_numbers().get(month.lower().rstrip("."), {})
    numbers = {months[language]} if language in months else set(months.values())
    if not numbers:
        return None
    year = next(match[name] for name in ("y", "y2", "y3") if match[name])
    # "Mar 25th '31"
    year = year if year[0].isdigit() else str(full_year(int(year[1:])))
    number = next(match[name] for name in ("d", "d2", "d3", "d4") if match[name])
    day = make_iso_date(int(year), min(numbers), int(number))
    if day is None:
        return None
    return WrittenDay(*match.span(), day if len(numbers) == 1 else "")


_DAY_AND_MORE = re.compile(
    r"\d{1,2}\.?\s(?P<month>[^\W\d_]{3,15})\.?(?P<year>\s(?:19|20)\d\d)?[\s,.]+(?=[^\W\d_])(?P<next>.)"
)


def goes_on_with_day(line: str, months: Container[str] | None = None) -> bool:
    """Whether a line begins with a day and goes on in small letters, as one in the middle of a sentence does.

    Args:
        line: the line.
        months: the names of months in its language, in small letters; where the language is not known, a day counts with its year only.

    >>> goes_on_with_day("1. Jänner 2031 in Kraft."), goes_on_with_day("3. Mai 2031"), goes_on_with_day("1. Scope of this part")
    (True, False, False)
    """
    found = _DAY_AND_MORE.match(line)
    if found is None or not found["next"].islower():
        return False
    month = found["month"]
    if months is None:
        return found["year"] is not None and month.lower() in month_numbers()
    # "1 may be left out": a month in small letters has its year.
    return month.lower() in months and (found["year"] is not None or month[0].isupper())


def states_day(line: str) -> bool:
    """Whether a line is a label with a day and nothing else: it says something, as no heading does.

    >>> states_day("In force: 1 August 2031"), states_day("Harbours: what changes in 2031")
    (True, False)
    """
    # Looked at first, since the names of months in all languages take half a second to load.
    if ":" not in line or not line.rstrip(" .")[-1:].isdigit():
        return False
    *_, day = [None, *written_days(line)]
    return day is not None and line[: day.start].rstrip().endswith(":") and not line[day.end :].strip(" .")


@cache
def month_numbers() -> dict[str, dict[str, int]]:
    """The number that a month's name, or its abbreviation, has in each language that has the name."""
    found: dict[str, dict[str, int]] = {}
    for code in available():
        names = dict(temporal(code).months)
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                names = {**_babel_months(code, width, context), **names}
        for name, number in names.items():
            found.setdefault(name.lower().rstrip("."), {}).setdefault(code, number)
    return found


def _babel_months(code: str, width: str, context: str) -> dict[str, int]:
    try:
        names = get_month_names(width, context=context, locale=code)  # type: ignore[arg-type]
    except UnknownLocaleError:
        return {}
    return {str(name): number for number, name in names.items() if not str(name)[:1].isdigit()}


@cache
def _words_pattern() -> re.Pattern[str]:
    """A day with its month's name: day first, month first, or year first."""
    names = any_of(name for name in month_numbers() if len(name) > 2 or name.isalpha())
    words = [temporal(code) for code in available()]
    links = any_of({link for each in words for link in each.date_links} | {"de", "of", "ta'", "ta’", "d'", "d’"})
    link = rf"(?:(?:{links})\s?)?"
    ordinal = "|".join(sorted({each.ordinal_digits for each in words if each.ordinal_digits}, key=len, reverse=True))
    year = r"(?:19|20)\d\d|(?<=\s)['’]\d\d(?!\w)"
    return re.compile(
        rf"(?<![\d./])(?<!\d-)(?P<d>\d{{1,2}})(?:{ordinal}|\.)?[\s-]?{link}(?P<m>{names})(?![^\W\d_])\.?,?[\s-]?{link}(?P<y>{year}){_END}"
        rf"|(?<![^\W\d_])?(?P<m2>{names})(?![^\W\d_])\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?,?\s(?P<y2>{year}){_END}"
        rf"|(?<!\d)(?P<y3>(?:19|20)\d\d)(?:\.|\s?m\.|\.?\sgada)?\s(?:(?P<m3>{names})(?![^\W\d_])\s(?P<d3>\d{{1,2}})\.?(?!\d)"
        rf"|(?P<d4>\d{{1,2}})\.\s(?P<m4>{names})(?![^\W\d_]))",
        re.IGNORECASE,
    )
