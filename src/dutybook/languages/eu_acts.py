"""Reads CELEX numbers, and numbers of EU acts in all languages ("Regulation (EU) 2031/777", "2013/77/EU irányelv")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from dutybook.languages.pack import LanguagePack
from dutybook.languages.publication_lines import parse_day_line

# "(EU) 2016/679", "(UE) n.º 575/2013", "(ΕΕ) αριθ. 596/2014", "(EG, Euratom) Nr. 2988/95", "2013/34/EU", "95/46/ES"
_NUMBER = re.compile(
    r"\([^\W\d_]{2,3}(?:, ?[^\W\d_]{7,9})?\)\s*(?P<no>[^\W\d]{1,5}\.?[:º°]?\w?\s+)?(?P<a>\d{1,4})/(?P<b>\d{1,4})(?![\d/])"
    r"|(?<![\d/])(?P<year>\d{2,4})/(?P<number>\d{1,4})/[^\W\d_]{2,4}(?:, ?[^\W\d_]{7,9})?\b"
)
#: Its kind stands so far before a number ("rozporządzenie Parlamentu Europejskiego i Rady (UE) 2031/777"), and behind it.
_BEFORE, _BEHIND = 90, 24
#: Longer words in capitals are no abbreviations.
_SHOUTED = 4


@dataclass(frozen=True, slots=True)
class NumberedAct:
    """The range of an act's number in a line (half-open), and its CELEX number."""

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


CELEX = re.compile(r"(?P<sector>[0-9CE])(?P<body>\d{4}[A-Z]{1,2}\d{4})(?P<part>R\(\d+\))?(?:-(?P<date>\d{8}))?")
_TREATY = re.compile(r"1\d{4}[A-Z]{1,2}(?:/TXT)?")
# ``32016R0679``, ``02016R0679-20160504``, ``32024R2847R02`` as part of a file's name.
_IN_NAME = re.compile(
    r"(?<![0-9A-Za-z])(?P<sector>[03])(?P<body>\d{4}[RLDF]\d{4})(?:R\(?(?P<part>\d\d)\)?)?(?![0-9A-Za-z])"
)
_ELI = re.compile(
    r"(?:^|/)eli/(?P<kind>reg|dir|dec|reco)(?:_[a-z]+)*/(?P<year>(?:19|20)\d\d)/(?P<number>\d{1,4})(?P<rest>/[\w/.-]*)?"
)
_LETTERS = {"reg": "R", "dir": "L", "dec": "D", "reco": "H"}
_JOURNALS = r"(?:OJ|ABl\.?|JO|DO|GU|PB|Dz\.\s?U\.|EUT|EÜT|EYVL|EUVL|HL|OV|OL|ÚV|Úř\.\s?věst\.|Ú\. v\. (?:EÚ|ES)|UL|SL|ĠU|IO|ΕΕ|ОВ)"
_DAY = r"(?P<date>\d{1,2}[./]\s?\d{1,2}[./]\s?\d{4}|\d{4}-\d\d-\d\d|\d{1,2}\.? [^\W\d]+ \d{4})"
_PAGE = r"(?:,? ?[^\W\d]{1,4}\.? ?(?P<page>\d{1,4}))?"
_JOURNAL = re.compile(
    rf"{_JOURNALS}\s?(?P<series>[LC])\s?(?:(?P<issue>\d{{1,4}}[A-Z]?)|,\s?(?P<year>(?:19|20)\d\d)/(?P<number>\d{{1,5}}))"
    rf"(?:[,;]?(?: (?:of|vom|du|de|del|van|z dnia|z|av|af|ze dne|zo dňa))? ?{_DAY})?{_PAGE}",
    re.IGNORECASE,
)


def base_of(celex: str) -> str:
    """The act that a CELEX number is about: for a consolidated version or a corrigendum, the act itself.

    >>> base_of("02016R0679-20160504"), base_of("32016R0679R(02)")
    ('32016R0679', '32016R0679')
    """
    found = CELEX.fullmatch(celex)
    if not found:
        return celex.removesuffix("/TXT")
    return ("3" if found["sector"] == "0" else found["sector"]) + found["body"]


def is_celex(text: str) -> bool:
    """Whether a text is a CELEX number, of an act or of a treaty."""
    return CELEX.fullmatch(text) is not None or _TREATY.fullmatch(text) is not None


def celex_of_eli(eli: str) -> str | None:
    """The CELEX number of the act in an ELI of the Union; None for other addresses.

    >>> celex_of_eli("http://data.europa.eu/eli/reg_del/2024/1772/oj")
    '32024R1772'
    """
    found = _ELI.search(eli)
    return f"3{found['year']}{_LETTERS[found['kind']]}{int(found['number']):04d}" if found else None


def eli_of_union(eli: str) -> str | None:
    """The normal form of an ELI of the Union: that of the act, without language, format and version; for a
    corrigendum with its day.

    >>> eli_of_union("https://eur-lex.europa.eu/eli/reg/2016/679/oj/deu")
    'eli/reg/2016/679'
    """
    found = _ELI.search(eli)
    if not found:
        return None
    whole = found.group().lstrip("/")
    own = whole[: len(whole) - len(found["rest"] or "")]
    corrected = re.match(r"/corrigendum/(\d{4}-\d\d-\d\d)", found["rest"] or "")
    return own + (corrected.group() if corrected else "")


def corrigendum_day(eli: str) -> str | None:
    """The day in the ELI of a corrigendum."""
    found = re.search(r"/corrigendum/(\d{4}-\d\d-\d\d)", eli)
    return found[1] if found else None


def celex_in_name(name: str) -> str | None:
    """The CELEX number in the name of a file; for a consolidated version, that of the act."""
    found = _IN_NAME.search(name)
    return f"3{found['body']}" + (f"R({found['part']})" if found["part"] else "") if found else None


def journal_number(text: str) -> str | None:
    """The normal form of an Official Journal number in any language; None if a text has none.

    >>> journal_number("ABl. L 119 vom 4.5.2016, S. 1"), journal_number("OJ L, 2024/1689, 12.7.2024")
    ('OJ L 119, 2016-05-04, p. 1', 'OJ L, 2024/1689')
    """
    found = _JOURNAL.search(" ".join(text.split()))
    if not found:
        return None
    if found["number"]:
        return f"OJ {found['series'].upper()}, {found['year']}/{found['number']}"
    day = _iso(found["date"] or "")
    if not found["page"] and not day:
        return None
    return journal(found["series"], found["issue"], day, found["page"] or "")


def journal(series: str, issue: str, day: str | None, page: str) -> str:
    """An Official Journal number from its parts; ``day`` is ISO."""
    return f"OJ {series.upper()} {issue}" + (f", {day}" if day else "") + (f", p. {page}" if page else "")


def _iso(written: str) -> str | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", written):
        return written
    parts = re.split(r"[./]\s?", written)
    if len(parts) == 3 and all(p.isdigit() for p in parts):
        return f"{parts[2]}-{int(parts[1]):02}-{int(parts[0]):02}"
    return parse_day_line(written) if written else None


def numbered_name(title: str) -> str | None:
    """An act of the Union as people cite it: its title up to the number, in small letters; None for a title without one.

    >>> numbered_name("DIRECTIVE (EU) 2032/77 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL of 11 February 2032")
    'Directive (EU) 2032/77'
    """
    number = _NUMBER.search(title)
    if number is None or number.start() > _BEFORE:
        return None
    kind = title[: number.start()].split()
    # Brackets are left as they are: "(EU)" is no word that shouts.
    small = [word.capitalize() if word.isupper() and len(word) > _SHOUTED else word for word in kind]
    return " ".join([*small, *number[0].split()])
