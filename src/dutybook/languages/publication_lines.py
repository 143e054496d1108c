"""Parses lines that state the day of a text's publication, of its enactment or of its version; patterns in ``gazettes.toml``,
``enactment_lines.toml`` and ``version_lines.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from dutybook.languages.data import LinePattern, Section, load_data, load_line_patterns
from dutybook.languages.pack import available, temporal
from dutybook.records.dates import make_iso_date, parse_day

Where = Literal["header", "title", "head", "tail"]
LONGEST_LINE = 300
#: No day is written with more characters.
_LONGEST_DATE = 90
_BULLETS = "•·▪◦‣–— -"
_YEAR = re.compile(r"(?:19|20)\d\d")
# As the Official Journal printed its days in the last century: "2. 4. 85".
_OLD_DAY = re.compile(r"(?<!\d)(?P<d>\d{1,2})\s?\.\s?(?P<m>\d{1,2})\s?\.\s?(?P<y>[5-9]\d)(?!\d)")


class Gazette(Section):
    """A gazette: ``patterns`` match whole lines, ``openings`` the beginning of a paragraph. ``words`` are names in
    them. What ``news`` say of themselves is no gazette; unless it is ``for_acts``, it is not when an act was published.
    """

    name: str
    where: tuple[Where, ...]
    patterns: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    words: dict[str, str] = Field(default_factory=dict)
    news: bool = False
    for_acts: bool = True


class _GazetteFile(Section):
    names: tuple[str, ...]
    gazettes: tuple[Gazette, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """The day of publication (ISO), the words that state it, and the gazette's name (empty for news).

    Of an act it is the day only if ``for_acts``: the place and the day before its first sentence are where and when it was signed.
    """

    day: str
    words: str
    gazette: str
    for_acts: bool = True


@cache
def gazettes() -> tuple[Gazette, ...]:
    return load_data("gazettes.toml", _GazetteFile).gazettes


@cache
def _gazette_names() -> re.Pattern[str]:
    names = load_data("gazettes.toml", _GazetteFile).names
    return re.compile(r"(?<!\w)(?:" + "|".join(names) + r")(?!\w)", re.IGNORECASE)


def names_gazette(lines: Iterable[str]) -> bool:
    """Whether one of these lines, such as running headers, names a gazette.

    >>> names_gazette(["12.3.2031", "DE", "Amtsblatt der Europäischen Union"]), names_gazette(["Fassung vom 12.3.2031"])
    (True, False)
    """
    return any(_gazette_names().search(" ".join(line.split())) for line in lines)


def published_in(line: str, where: Where) -> Publication | None:
    """The publication that a line of a document states; None for all other lines.

    >>> published_in("Bundesgesetzblatt Jahrgang 2031 Teil I Nr. 7, ausgegeben zu Bonn am 3. März 2031", "header").day
    '2031-03-03'
    """
    plain = " ".join(line.split()).lstrip(_BULLETS)
    if not _YEAR.search(plain, 0, LONGEST_LINE) and not _OLD_DAY.search(plain, 0, LONGEST_LINE):
        return None
    for gazette, whole, pattern in _gazette_patterns():
        if where not in gazette.where or (whole and len(plain) > LONGEST_LINE):
            continue
        match = pattern.fullmatch(plain) if whole else pattern.match(plain)
        if match and (stated := _stated_day(match)):
            name = "" if gazette.news else gazette.name
            return Publication(stated, match[0].rstrip(" –—-"), name, gazette.for_acts)
    return None


def _stated_day(match: re.Match[str]) -> str | None:
    """The day in the groups of a match: a date, or a day and a month whose ``year`` stands elsewhere."""
    found = match.groupdict()
    written = next((words for words in match.groups() if words and words != found.get("year")), "")
    if "year" in found:
        written = f"{written} {found['year']}"
    written = written.replace("’", "'")
    if old := _OLD_DAY.fullmatch(written):
        return make_iso_date(1900 + int(old["y"]), int(old["m"]), int(old["d"]))
    day = parse_day(written)
    return day.isoformat() if day else parse_day_line(written) or _day_in_words(written)


_IN_WORDS = re.compile(r"(?P<d>[^\W\d_]+) (?P<m>[^\W\d_]+) (?P<y>(?:19|20)\d\d)")


def _day_in_words(written: str) -> str | None:
    """The ISO date of a day that is an ordinal in words, as the Dutch Staatsblad has it ("de derde maart 2031")."""
    match = _IN_WORDS.fullmatch(written)
    day = _ordinals().get(match["d"].casefold()) if match else None
    return parse_day_line(f"{day} {match['m']} {match['y']}") if match and day else None


@cache
def _ordinals() -> dict[str, int]:
    return {word: day for code in available() for word, day in temporal(code).ordinals.items() if " " not in word}


@cache
def _gazette_patterns() -> tuple[tuple[Gazette, bool, DatedPattern], ...]:
    made = []
    for gazette in gazettes():
        for whole, patterns in ((True, gazette.patterns), (False, gazette.openings)):
            for pattern in patterns:
                source = pattern
                for name, words in gazette.words.items():
                    source = source.replace("{" + name + "}", words)
                source = source.replace("'", "['’]")
                # An opening's capital is what tells a place from other words.
                made.append((gazette, whole, DatedPattern(source, re.IGNORECASE if whole else re.NOFLAG)))
    return tuple(made)


class DatedPattern:
    """A regular expression in which ``{date}`` stands for a date in the words of any language, as a group, and ``{day}`` for one
    without its year.

    With the months of all languages an expression takes twenty milliseconds to compile, and almost no line of a
    document needs it. So a line is first compared with an expression in which ``{date}`` stands for any few words.
    """

    def __init__(self, source: str, flags: re.RegexFlag) -> None:
        self._source, self._flags = source, flags
        self._loose = re.compile(re.sub(r"\{da(?:te|y)\}", f"(.{{1,{_LONGEST_DATE}}})", source), flags)
        self._strict: re.Pattern[str] | None = None

    @property
    def groups(self) -> int:
        """The number of groups: 0 without a date."""
        return self._loose.groups

    def match(self, text: str) -> re.Match[str] | None:
        """As :meth:`re.Pattern.match`."""
        return self._compile_strict().match(text) if self._loose.match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """As :meth:`re.Pattern.fullmatch`."""
        return self._compile_strict().fullmatch(text) if self._loose.fullmatch(text) else None

    def _compile_strict(self) -> re.Pattern[str]:
        if self._strict is None:
            exact = self._source.replace("{date}", f"({date_pattern()})").replace("{day}", f"({_day_and_month()})")
            self._strict = re.compile(exact, self._flags)
        return self._strict


@cache
def date_pattern() -> str:
    """A pattern for a date in figures, or with its month in the words of any language."""
    named = _any_month()
    weekday = r"(?:[^\W\d_]{3,12}(?:-feira)?,? )?"
    words = (
        rf"{weekday}\d{{1,2}}(?:\.|º|er|st|nd|rd|th| päivänä)?,? (?:de |d'|ta['’] ?)?{named}\.?,? (?:de |del )?\d{{4}}"
        rf"|{weekday}{named} \d{{1,2}}, \d{{4}}"
        rf"|\d{{4}}(?:\.(?: gada)?| ?m\.) (?:{named} \d{{1,2}}|\d{{1,2}}\. {named})(?: ?d\.|\.)?"
    )
    in_words = rf"[^\W\d_]{{3,20}} {named} \d{{4}}"
    return rf"{words}|\d{{1,2}}[./-] ?\d{{1,2}}[./-] ?\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|{in_words}"


@cache
def _any_month() -> str:
    return f"(?i:{_any(re.escape(name) for code in available() for name in temporal(code).months)})"


@cache
def _day_and_month() -> str:
    return rf"\d{{1,2}}(?:\.|º|er)? (?:de |d')?{_any_month()}"


# The header of a consolidated text of the Union: number, language, day.
_UNION = re.compile(
    r"0(?P<body>\d{4}[A-Z]{1,2}\d{4}) ?[—–-] ?[A-Z]{2} ?[—–-] ?(?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{4})(?!\d)"
)


def version_lines() -> tuple[LinePattern, ...]:
    """Patterns of the lines that state as of which day an act's text stands."""
    return load_line_patterns("version_lines.toml")


def version_in(line: str) -> tuple[str, str] | None:
    """The ISO date and the CELEX number of the version that a line states, each empty if it has none.

    >>> version_in("02031R0777 — DE — 03.03.2032 — 001.001 — 1")
    ('2032-03-03', '02031R0777-20320303')
    """
    plain = " ".join(line.split())
    if not _YEAR.search(plain, 0, LONGEST_LINE):
        return ("", "") if any(p.fullmatch(plain) for p in _version_patterns() if not p.groups) else None
    if found := _UNION.match(plain):
        day = parse_day_line(f"{found['d']}.{found['m']}.{found['y']}")
        return (day, f"0{found['body']}-{day.replace('-', '')}") if day else None
    if len(plain) > LONGEST_LINE:
        return None
    for pattern in _version_patterns():
        match = pattern.fullmatch(plain) if pattern.groups else None
        if match and (day := parse_day_line(match[1])):
            return day, ""
    return None


def enactment_lines() -> tuple[LinePattern, ...]:
    """Patterns of the lines that state on which day an act was enacted, signed or made."""
    return load_line_patterns("enactment_lines.toml")


def enacted_in(line: str) -> str | None:
    """The ISO date on which an act was enacted, signed or made, if that is all that a line states.

    >>> enacted_in("[3rd March 2031]"), enacted_in("It was made on 3 March 2031.")
    ('2031-03-03', None)
    """
    plain = " ".join(line.split())
    if len(plain) > LONGEST_LINE or not _YEAR.search(plain):
        return None
    matches = (pattern.fullmatch(plain) for pattern in _enactment_patterns())
    return next((day for match in matches if match and (day := parse_day_line(match[1]))), None)


@cache
def _enactment_patterns() -> tuple[DatedPattern, ...]:
    return tuple(DatedPattern(line.pattern, re.IGNORECASE) for line in enactment_lines())


@cache
def _version_patterns() -> tuple[DatedPattern, ...]:
    return tuple(DatedPattern(line.pattern, re.IGNORECASE) for line in version_lines())


_LONGEST_DAY = 60
# Day first, as all over the Union; a month above twelve shows the other order, and then there is no such day.
_NUMBERS = re.compile(r"(?P<d>\d{1,2})([-./])\s?(?P<m>\d{1,2})\2\s?(?P<y>(?:19|20)\d\d)")


def parse_day_line(line: str) -> str | None:
    """The ISO date that a line consists of; None if it is none, or if the name of its month is ambiguous between
    languages.
    """
    plain = " ".join(line.split())
    if len(plain) > _LONGEST_DAY:
        return None
    numbers = _NUMBERS.fullmatch(plain)
    if numbers is not None:
        return make_iso_date(int(numbers["y"]), int(numbers["m"]), int(numbers["d"]))
    match = _day_pattern().fullmatch(plain)
    if match is None:
        return None
    words = (match["place"] or "").split()
    if len(words) > 1 and not (words[0][0].isupper() and words[-1][0].isupper()):
        return None  # "ze dne 3. května 2031" is the day of an act, "Ústí nad Labem 3. května 2031" a place and a day
    month, day, year = (next(filter(None, (match[name] for name in names))) for names in _PARTS)
    months = _months().get(month.casefold(), frozenset())
    return make_iso_date(int(year), min(months), int(day)) if len(months) == 1 else None


# The groups of a day's parts, one for each order.
_PARTS = (("m", "m2", "m3", "m4"), ("d", "d2", "d3", "d4"), ("y", "y2"))


@cache
def _day_pattern() -> re.Pattern[str]:
    """A pattern for a date with the month's name, in any order, possibly after a place ("Porto, 4 de junho de 2030")
    and a weekday.
    """
    words = [temporal(code) for code in available()]
    links = _any(re.escape(link) + ("" if link.endswith("'") else " ") for t in words for link in t.date_links)
    ordinal = _any(t.ordinal_digits for t in words)
    ending = _any(
        re.escape(e) if e.startswith(".") else f" {re.escape(e)}" for t in words for e in (".", *t.year_endings)
    )
    return re.compile(
        r"(?:[^\W\d_][\w' -]{1,28}, (?:[^\W\d_]+,? )?|(?P<place>[^\W\d_][\w' -]{1,28} )?(?:[^\W\d_]{3,},? )?)"
        rf"(?:(?P<d>\d{{1,2}})(?:{ordinal})? (?:{links}|ta' )?(?P<m>[^\W\d_]{{3,}})\.?"
        rf"|(?P<m2>[^\W\d_]{{3,}}) (?P<d2>\d{{1,2}})),? (?:{links})?(?P<y>(?:19|20)\d\d)(?:{ending})?"
        # The year first: "2031. gada 3. maijs", "2031 m. gegužės 3 d.", "2031. május 3."
        r"|(?P<y2>(?:19|20)\d\d)(?:\.(?: gada)?| ?m\.) (?:(?P<m3>[^\W\d_]{3,}) (?P<d3>\d{1,2})|(?P<d4>\d{1,2})\. (?P<m4>[^\W\d_]{3,}))(?: ?d\.|\.)?"
    )


def _any(patterns: Iterable[str]) -> str:
    found = sorted({p for p in patterns if p}, key=lambda p: (-len(p), p))
    return "|".join(found) or "(?!)"


@cache
def _months() -> dict[str, frozenset[int]]:
    """The numbers that the name of a month has in the languages that know it."""
    found: dict[str, frozenset[int]] = {}
    for code in available():
        for name, number in temporal(code).months.items():
            found[name.casefold()] = found.get(name.casefold(), frozenset()) | {number}
    return found
