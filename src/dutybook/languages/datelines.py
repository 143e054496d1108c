"""Parses datelines: lines around an article that state the day on which it was published; their words are in ``datelines.toml``.

A dateline is a day with little else on its line: a label ("Published", "Publié le"), a time, a name, a place, a section. A
sentence that mentions a day is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel.core import UnknownLocaleError
from babel.dates import get_day_names, get_month_names

from dutybook.languages.data import Section, Words, load_data
from dutybook.languages.pack import available, temporal
from dutybook.records.dates import make_iso_date

#: No dateline is longer, and none has more words beside its days.
LONGEST_DATELINE = 170
_MOST_WORDS = 12


class Label(StrEnum):
    """What a dateline says of its day; ``as_of`` is "Stand:", which most sites use for either."""

    PUBLISHED = "published"
    UPDATED = "updated"
    AS_OF = "as of"
    NONE = ""


class DatelineWords(Section):
    """The words of one language."""

    published: Words
    updated: Words
    by: Words
    minutes: Words
    source: Words
    advertisement: Words
    as_of: Words = ()


class _DatelineFile(Section):
    links: Words
    starts: Words
    clock: Words
    agencies: dict[str, str]
    languages: dict[str, DatelineWords]


@dataclass(frozen=True, slots=True)
class Dateline:
    """A day that a line states (ISO), what it says the day is, and what else stands on the line before and after it."""

    day: str
    label: Label
    before: str
    after: str
    has_time: bool
    words: str


@cache
def _weekdays() -> frozenset[str]:
    names: set[str] = set()
    for code in available():
        for context in ("format", "stand-alone"):
            names |= {str(name).lower() for name in get_day_names("wide", context=context, locale=code).values()}
            names |= {str(name).lower() for name in get_day_names("abbreviated", context=context, locale=code).values()}
    return frozenset(names)


def is_weekday(word: str) -> bool:
    """Whether a word is the name of a day of the week, or its abbreviation, in one of the languages."""
    return word.lower().strip(".,") in {name.strip(".") for name in _weekdays()}


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day as it is written in a line: from where to where, and its ISO date; empty where it may be one of two days."""

    start: int
    end: int
    day: str


@cache
def _file() -> _DatelineFile:
    return load_data("datelines.toml", _DatelineFile)


def dateline_words() -> dict[str, DatelineWords]:
    """The words of datelines by language."""
    return _file().languages


def agencies() -> dict[str, str]:
    """The names of news agencies by their signs in small letters."""
    return _file().agencies


def parse_dateline(line: str, language: str = "") -> Dateline | None:
    """The day that a dateline states; None for all other lines.

    Of several days the one that is labelled as that of publication counts, else the first that is not labelled as
    that of an update.

    Args:
        line: one paragraph or line of a text.
        language: of the text (ISO 639-1), where it is known: it decides which month a name means.

    >>> parse_dateline("Publié le 3 juil. 2031 à 08:01 Mis à jour le 4 juil. 2031").day
    '2031-07-03'
    >>> parse_dateline("It entered into force on 3 July 2031 in all states.")
    """
    plain = " ".join(line.split())
    if len(plain) > LONGEST_DATELINE or not re.search(r"\d", plain):
        return None
    found = list(_datelines(plain, language))
    for label in (Label.PUBLISHED, Label.AS_OF, Label.NONE, Label.UPDATED):
        if (first := next((each for each in found if each.label is label), None)) is not None:
            return first
    return None


def _datelines(plain: str, language: str) -> Iterator[Dateline]:
    """A dateline for each day of a line whose words all may stand in one."""
    days = list(written_days(plain, language))
    if not days or len(days) > 3 or _NUMBER.search(plain):
        return
    rest = [_rest(plain[at:to]) for at, to in _between(days, len(plain))]
    words = [word for piece in rest for word in re.findall(r"[^\W_]+", piece)]
    if len(words) > _MOST_WORDS:
        return
    previous = 0
    for number, day in enumerate(days):
        before, after = (
            plain[previous : day.start],
            plain[day.end : days[number + 1].start if number + 1 < len(days) else len(plain)],
        )
        previous = day.end
        label, name = _take_label(before)
        if label is Label.NONE and not (_may_precede(before) and _may_follow(after)):
            return
        if day.day:
            yield Dateline(day.day, label, name, _rest(after), _TIME.search(after) is not None, plain)


def _between(days: list[WrittenDay], length: int) -> Iterator[tuple[int, int]]:
    at = 0
    for day in days:
        yield at, day.start
        at = day.end
    yield at, length


# "Nr. 14", "č. 3/2031": the day of an act or of a file, with its number.
_NUMBER = re.compile(r"(?<![^\W\d_])(?:nr|no|n[°º]|num|núm|č|poz|zl|br|št|sp)\.? ?[\w-]{0,6}\d", re.IGNORECASE)
_SEPARATORS = " \t,;:.|•·–—‒-/()[]»«›‹>*⋅∙●■▪"
_TIME = re.compile(
    r"(?<!\d)\d{1,2}(?:[:.]\d{2}){1,2}(?!\d)|(?<!\d)\d{1,2} ?h ?\d{2}(?!\d)|(?<!\d)\d{1,2} ?(?:am|pm|Uhr|h)\b",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b(?:GMT|UTC|CES?T|MES?Z|BST|E[SD]?T|P[SD]?T)(?: ?[+-] ?\d{1,2}(?::\d\d)?)?\b")


def _rest(piece: str) -> str:
    """What is left of a piece without times, time zones, labels and reading times."""
    piece = _ZONE.sub(" ", _TIME.sub(" ", piece))
    piece = _labels_pattern().sub(" ", piece)
    piece = _minutes_pattern().sub(" ", piece)
    words = [w for w in piece.split() if w.casefold().strip("().,") not in _clock()]
    while words and words[-1].strip(_SEPARATORS).casefold() in _links():
        words.pop()
    while words and words[0].strip(_SEPARATORS).casefold() in _links() and words[0].islower():
        words.pop(0)
    return " ".join(words).strip(_SEPARATORS)


def _take_label(before: str) -> tuple[Label, str]:
    """What the words before a day say it is, and what stands before these."""
    found = _label_pattern().search(before)
    if found is None:
        return Label.NONE, _rest(before)
    word = " ".join(found["label"].casefold().split())
    return _label_of()[word], _rest(before[: found.start()])


def _may_precede(before: str) -> bool:
    """Whether words may stand before an unlabelled day: none, a name or a place, but no "on" in the middle of a sentence."""
    bare = _minutes_pattern().sub(" ", before).strip()
    if not bare:
        return True
    if re.search(r"\d ?[-–/.]$|[„“\"'(]$", bare):
        # "17.-20.06.2031": the end of a span of days.
        return False
    if bare[-1] in ":;":
        # "Deadline: 3 May 2031" is labelled as something else; "Frankfurt, " and "Von N. N." are not.
        return _by_pattern().match(bare) is not None
    last = bare.strip(_SEPARATORS).split()[-1:] or [""]
    if _by_pattern().match(bare) and len(bare.split()) <= 5:
        return True
    if bare[-1] in _SEPARATORS:
        # "Urteil v. 3.5.2031" is the day of something else.
        return not _is_prose(bare) and not (bare[-1] == "." and last[0][:1].islower())
    if last[0].casefold() in _links():
        place = bare[: -len(last[0])].rstrip()
        if not place:
            return last[0].casefold() in _file().starts
        return place.endswith((",", "–", "-", "|")) and place[0].isupper() and not _is_prose(place)
    return not last[0][:1].islower() or (len(bare.split()) == 1 and is_weekday(last[0]))


def _is_prose(bare: str) -> bool:
    """Whether words read like a sentence: mostly small ones, and more than a few."""
    words = re.findall(r"[^\W\d_]+", bare)
    small = sum(word[0].islower() for word in words)
    return len(words) >= 5 and small * 2 > len(words) and _by_pattern().match(bare) is None


def _may_follow(after: str) -> bool:
    """Whether words may stand after an unlabelled day: a time, a place, a section, but not the rest of a sentence."""
    rest = _rest(after)
    timed = _TIME.search(after) is not None
    return not (rest[:1].islower() and (len(rest.split()) > 4 or not timed)) and not (
        rest.endswith(".") and len(rest.split()) > 5
    )


@cache
def _links() -> frozenset[str]:
    return frozenset(link.rstrip(".") for link in _file().links) | frozenset(_file().links)


@cache
def _clock() -> frozenset[str]:
    return frozenset(_file().clock)


@cache
def _label_of() -> dict[str, Label]:
    made: dict[str, Label] = {}
    for words in dateline_words().values():
        made |= {word: Label.PUBLISHED for word in words.published if word not in made}
    for words in dateline_words().values():
        made |= dict.fromkeys(words.updated, Label.UPDATED) | dict.fromkeys(words.as_of, Label.AS_OF)
    return made


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(set(words), key=lambda w: (-len(w), w)))


@cache
def _label_pattern() -> re.Pattern[str]:
    links = _any(_file().links)
    return re.compile(
        rf"(?<!\w)(?P<label>{_any(_label_of())})\s*[:.,]?\s*(?:(?:{links})\s*)?(?:[^\W\d_]{{2,12}}\.?,\s*)?(?:(?:kl\.?|klo)\s)?(?:\d{{1,2}}[:.]\d\d\s?\w{{0,4}}(?:\s[A-Z]{{2,4}})?,\s*)?\(?$",
        re.IGNORECASE,
    )


@cache
def _labels_pattern() -> re.Pattern[str]:
    links = _any(_file().links)
    return re.compile(rf"(?<!\w)(?:{_any(_label_of())})\s*:?(?:\s*(?:{links})(?!\w))?(?!\w)", re.IGNORECASE)


@cache
def _minutes_pattern() -> re.Pattern[str]:
    words = _any(word for each in dateline_words().values() for word in each.minutes)
    return re.compile(rf"(?<!\w)\d{{0,4}}\s?(?:{words})(?!\w)(?:\s*:?\s*\d{{1,4}})?", re.IGNORECASE)


@cache
def _by_pattern() -> re.Pattern[str]:
    words = _any(word for each in dateline_words().values() for word in each.by)
    return re.compile(rf"(?:{words})(?!\w)\s*:?\s*(?=\S)", re.IGNORECASE)


# Days -----------------------------------------------------------------------------------------------------------

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
        year = int(match["y3"]) if len(match["y3"]) == 4 else 2000 + int(match["y3"])
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
    number = next(match[name] for name in ("d", "d2", "d3", "d4") if match[name])
    day = make_iso_date(int(year), min(numbers), int(number))
    if day is None:
        return None
    return WrittenDay(*match.span(), day if len(numbers) == 1 else "")


_DAY_AND_MORE = re.compile(
    r"\d{1,2}\.?\s(?P<month>[^\W\d_]{3,15})\.?(?P<year>\s(?:19|20)\d\d)?[\s,.]+(?=[^\W\d_])(?P<next>.)"
)


def goes_on_with_day(line: str) -> bool:
    """Whether a line begins with a day and goes on in small letters, as one in the middle of a sentence does.

    >>> goes_on_with_day("1. Jänner 2031 in Kraft."), goes_on_with_day("3. Mai 2031"), goes_on_with_day("1. Scope of this part")
    (True, False, False)
    """
    found = _DAY_AND_MORE.match(line)
    if found is None or not found["next"].islower() or found["month"].lower() not in month_numbers():
        return False
    # "1 may be left out": a month in small letters has its year.
    return found["year"] is not None or found["month"][0].isupper()


def states_day(line: str) -> bool:
    """Whether a line is a label with a day and nothing else: it says something, as no heading does.

    >>> states_day("In force: 1 August 2031"), states_day("Harbours: what changes in 2031")
    (True, False)
    """
    if ":" not in line:
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
    names = _any(name for name in month_numbers() if len(name) > 2 or name.isalpha())
    words = [temporal(code) for code in available()]
    links = _any({link for each in words for link in each.date_links} | {"de", "of", "ta'", "ta’", "d'", "d’"})
    link = rf"(?:(?:{links})\s?)?"
    ordinal = "|".join(sorted({each.ordinal_digits for each in words if each.ordinal_digits}, key=len, reverse=True))
    return re.compile(
        rf"(?<![\d./])(?<!\d-)(?P<d>\d{{1,2}})(?:{ordinal}|\.)?[\s-]?{link}(?P<m>{names})(?![^\W\d_])\.?,?[\s-]?{link}(?P<y>(?:19|20)\d\d){_END}"
        rf"|(?<![^\W\d_])?(?P<m2>{names})(?![^\W\d_])\.?\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th|\.)?,?\s(?P<y2>(?:19|20)\d\d){_END}"
        rf"|(?<!\d)(?P<y3>(?:19|20)\d\d)(?:\.|\s?m\.|\.?\sgada)?\s(?:(?P<m3>{names})(?![^\W\d_])\s(?P<d3>\d{{1,2}})\.?(?!\d)"
        rf"|(?P<d4>\d{{1,2}})\.\s(?P<m4>{names})(?![^\W\d_]))",
        re.IGNORECASE,
    )


# Lines around an article -----------------------------------------------------------------------------------------------

_NAME_WORDS = 8


def is_advertisement_label(line: str) -> bool:
    """Whether a line only says that an advertisement follows.

    >>> is_advertisement_label("- Anzeige -"), is_advertisement_label("Anzeige erstattet")
    (True, False)
    """
    return " ".join(line.split()).strip(_SEPARATORS).casefold() in _advertisements()


@cache
def _advertisements() -> frozenset[str]:
    return frozenset(word.casefold() for each in dateline_words().values() for word in each.advertisement)


def is_byline(line: str) -> bool:
    """Whether a line says who wrote the text: a word such as "By" and a name."""
    return parse_byline(line) != ""


def is_byline_word(line: str) -> bool:
    """Whether a line is only the word before an author's name ("Von")."""
    return line.strip(_SEPARATORS).casefold() in _by_words()


@cache
def _by_words() -> frozenset[str]:
    return frozenset(word for each in dateline_words().values() for word in each.by)


def parse_byline(line: str) -> str:
    """The names that a byline gives, without the word before them and without an agency in brackets; empty for all other lines.

    >>> parse_byline("Von Mara Quell und Jon Aster"), parse_byline("By the end of the year")
    ('Mara Quell und Jon Aster', '')
    """
    plain = " ".join(line.split())
    found = _by_pattern().match(plain)
    if found is None or len(plain) > LONGEST_DATELINE or plain.endswith((".", "!", "?", ";")):
        return ""
    name = _rest(plain[found.end() :])
    return name if is_name(name) else ""


def is_name(text: str) -> bool:
    """Whether a text can be the name of a person or of several: some words, all but the linking ones with a capital."""
    words = re.findall(r"[^\W\d_][^\W_]*(?:[-.'’][^\W_]+)*\.?", text)
    if not 1 < len(words) <= _NAME_WORDS or re.search(r"\d|[!?:;]", text):
        return False
    small = [word for word in words if word[0].islower()]
    return len(words) - len(small) >= 2 and all(len(word) <= 4 for word in small)


_SITE = re.compile(r"(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,12})(?:/\S*)?", re.IGNORECASE)


def parse_source_line(line: str) -> str:
    """The source that a line of its own names ("Quelle: …", "@ example.org"); empty for all other lines.

    >>> parse_source_line("@ blatt.example"), parse_source_line("Quelle: Amt für Häfen")
    ('blatt.example', 'Amt für Häfen')
    """
    plain = " ".join(line.split())
    if len(plain) > 90:
        return ""
    if plain.startswith("@ ") and (site := _SITE.fullmatch(plain[2:].strip())):
        return site[1]
    found = _source_pattern().fullmatch(plain)
    if found is None or len(found["name"].split()) > 6:
        return ""
    site = _SITE.fullmatch(found["name"])
    return site[1] if site else found["name"].strip(_SEPARATORS)


@cache
def _source_pattern() -> re.Pattern[str]:
    words = _any(word for each in dateline_words().values() for word in each.source)
    return re.compile(rf"\(?(?:{words})\s*:\s*(?P<name>[^:]{{2,70}}?)\)?", re.IGNORECASE)
