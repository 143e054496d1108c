"""Official numbers of acts of the Union: CELEX, ELI and Official Journal, and how one follows from another.

CELEX: sector, year, type, number (``32016R0679``); consolidated texts have sector 0 and a date, corrigenda ``R(01)`` at the
end (EUR-Lex, "How CELEX numbers are composed"). ELI: ``/eli/reg/2016/679/oj`` (Council conclusions 2012/C 325/02).
"""

from __future__ import annotations

import re

from dutybook.languages.day_lines import day_in_words

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
    """The act that a CELEX number is about: of a consolidated version and of a corrigendum the act itself.

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
    """The CELEX number of the act that an ELI of the Union names, None for other addresses.

    >>> celex_of_eli("http://data.europa.eu/eli/reg_del/2024/1772/oj")
    '32024R1772'
    """
    found = _ELI.search(eli)
    return f"3{found['year']}{_LETTERS[found['kind']]}{int(found['number']):04d}" if found else None


def eli_of_union(eli: str) -> str | None:
    """An ELI of the Union in one form: that of the act, without language, format and version; of a corrigendum with its day.

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
    """The CELEX number that a file's name holds: of a consolidated version that of the act."""
    found = _IN_NAME.search(name)
    return f"3{found['body']}" + (f"R({found['part']})" if found["part"] else "") if found else None


def journal_number(text: str) -> str | None:
    """The Official Journal's number in one form, whatever language it is written in; None where a text has none.

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
    return day_in_words(written) if written else None
