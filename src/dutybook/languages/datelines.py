"""Parses datelines: lines around an article that state the day on which it was published; their words are in ``datelines.toml``.

A dateline is a day with little else on its line: a label ("Published", "Publié le"), a time, a name, a place, a section. A
sentence that mentions a day is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from babel.dates import get_day_names

from dutybook.languages.data import Section, Words, load_data
from dutybook.languages.pack import available, temporal
from dutybook.languages.written_days import WrittenDay, any_of, written_days

#: No dateline is longer, and none has more words beside its days.
LONGEST_DATELINE = 170
_MOST_WORDS = 12
# A signature is a name and a day, and the name has so many words at most.
_LONGEST_SIGNATURE, _SIGNED_WORDS = 60, 3


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
    governing: Words
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
# Signs that put a section's name behind the day ("3 May 2031 / harbours"), and the words of the longest one.
_DIVIDERS, _SECTION_WORDS = tuple("/|•·●■▪"), 4
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
    last = bare.strip(_SEPARATORS).split()[-1:] or [""]
    if last[0].casefold() in _file().governing:
        # "Text gilt ab: 3.5.2031" says from when.
        return False
    if bare[-1] in ":;":
        # "Deadline: 3 May 2031" is labelled as something else; "Frankfurt, " and "Von N. N." are not.
        return _by_pattern().match(bare) is not None
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
    if after.lstrip().startswith(_DIVIDERS) and len(rest.split()) <= _SECTION_WORDS and not rest.endswith("."):
        return True
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


@cache
def _label_pattern() -> re.Pattern[str]:
    links, weekdays = any_of(_file().links), any_of(_weekdays())
    return re.compile(
        rf"(?<!\w)(?P<label>{any_of(_label_of())})\s*[:.,]?\s*(?:(?:{links})\s*)?(?:(?:{weekdays})\.?\s+|[^\W\d_]{{2,12}}\.?,\s*)?(?:(?:kl\.?|klo)\s)?(?:\d{{1,2}}[:.]\d\d\s?\w{{0,4}}(?:\s[A-Z]{{2,4}})?,\s*)?\(?$",
        re.IGNORECASE,
    )


@cache
def _labels_pattern() -> re.Pattern[str]:
    links = any_of(_file().links)
    return re.compile(rf"(?<!\w)(?:{any_of(_label_of())})\s*:?(?:\s*(?:{links})(?!\w))?(?!\w)", re.IGNORECASE)


@cache
def _minutes_pattern() -> re.Pattern[str]:
    words = any_of(word for each in dateline_words().values() for word in each.minutes)
    return re.compile(rf"(?<!\w)\d{{0,4}}\s?(?:{words})(?!\w)(?:\s*:?\s*\d{{1,4}})?", re.IGNORECASE)


@cache
def _by_pattern() -> re.Pattern[str]:
    words = any_of(word for each in dateline_words().values() for word in each.by)
    return re.compile(rf"(?:{words})(?!\w)\s*:?\s*(?=\S)", re.IGNORECASE)


@cache
def _today() -> re.Pattern[str]:
    """ "Today" in any language at the end of what stands before a day, with a weekday or without one."""
    phrases = "|".join(
        phrase
        for code in available()
        for relative in temporal(code).relative
        if (relative.unit, relative.shift, relative.end) == ("D", 0, False)
        for phrase in relative.phrases
    )
    links, weekdays = any_of(_file().links), any_of(_weekdays())
    return re.compile(rf"(?<!\w)(?:{phrases}),?\s*(?:(?:{weekdays})\.?,?\s*)?\(?(?:(?:{links})\s*)?$", re.IGNORECASE)


def day_of_today(text: str, language: str = "") -> WrittenDay | None:
    """The day that a text calls today ("Today, 3 May 2031, …").

    >>> day_of_today("Der Hafenrat hat heute, 3. Mai 2031, die Gebühren gesenkt.").day
    '2031-05-03'
    """
    days = (day for day in written_days(text, language) if day.day)
    return next((day for day in days if _today().search(text, max(0, day.start - 60), day.start)), None)


def breaks_off(line: str) -> bool:
    """Whether a line ends with a word that a day must follow, which is then no dateline ("Comments are accepted until").

    >>> breaks_off("Stellungnahmen bis zum"), breaks_off("Neue Regeln im Hafen")
    (True, False)
    """
    words = line.split()
    # "5:00 am" ends with no preposition.
    return len(words) > 1 and words[-1] in _governing() and not words[-2][-1].isdigit()


@cache
def _governing() -> frozenset[str]:
    file = _file()
    return frozenset((*file.governing, *file.links))


def parse_signature(line: str, language: str = "") -> tuple[str, WrittenDay] | None:
    """The name and the day of a line such as "Mara Quell am 3. Mai 2031"; it may as well announce an event of that day.

    >>> parse_signature("Mara Quell am 3. Mai 2031")[0], parse_signature("Beginn am 3. Mai 2031")
    ('Mara Quell', None)
    """
    plain = " ".join(line.split())
    days = list(written_days(plain, language)) if len(plain) <= _LONGEST_SIGNATURE else []
    if len(days) != 1 or not days[0].day or _rest(plain[days[0].end :]):
        return None
    name, _, link = plain[: days[0].start].strip().rpartition(" ")
    is_signed = link in _file().starts and is_name(name) and all(word[0].isupper() for word in name.split())
    return (name, days[0]) if is_signed and len(name.split()) <= _SIGNED_WORDS else None


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


def is_credit_line(line: str, language: str = "") -> bool:
    """Whether a line says nothing but when a text was published, by whom, or from where it was taken.

    >>> is_credit_line("Mara Quell | 3. Mai 2031"), is_credit_line("Quelle: Rundschreiben des Hafenamts vom 3. Mai 2031")
    (True, True)
    >>> is_credit_line("Rundschreiben 3. Mai 2031")
    False
    """
    plain = " ".join(line.split())
    if is_byline(plain) or _credit_pattern().match(plain) or parse_signature(plain, language):
        return True
    dateline = parse_dateline(plain, language)
    if dateline is None:
        return False
    pieces = [piece for piece in (dateline.before, dateline.after) if piece and not is_weekday(piece)]
    return all(is_name(piece) or is_byline(piece) for piece in pieces)


@cache
def _credit_pattern() -> re.Pattern[str]:
    words = any_of(word for each in dateline_words().values() for word in each.source)
    return re.compile(rf"\(?(?:{words})\s*:\s*\S", re.IGNORECASE)


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
    words = any_of(word for each in dateline_words().values() for word in each.source)
    return re.compile(rf"\(?(?:{words})\s*:\s*(?P<name>[^:]{{2,70}}?)\)?", re.IGNORECASE)
