"""Which act a document is an expression of: official number from what the file says of itself and from its title."""

from __future__ import annotations

import re

from dutybook.languages import LanguagePack
from dutybook.languages.states import state_of
from dutybook.records import Genre, Work, content_id

_CELEX = re.compile(r"^[0-9CE]\d{4}[A-Z]{1,2}\d{4}(?:R\(\d+\))?(?:-\d{8})?$")
_EU_NUMBER = re.compile(
    r"\((?:EU|UE|EG|EC|CE|EWG|CEE|EEC|EEG|EF|EY|WE|ES|EK|EÜ|EL|AE|UE,? Euratom|EU,? Euratom)(?:, Euratom)?\)\s*"
    r"(?:(?P<no>Nr\.?|No\.?|n[o°º]|núm\.?|nr\.?|č\.|št\.|br\.)\s*)?(?P<first>\d{1,4})/(?P<second>\d{1,4})"
)
_ABBREVIATION = re.compile(r"\((?:[^()]*[–—-]\s*)?([A-ZÄÖÜ][A-Za-zÄÖÜäöü0-9]{1,14})\)")


def identify_work(
    title: str, genre: Genre, language: str, meta: dict[str, str], pack: LanguagePack, text: str = ""
) -> Work | None:
    """The work, or None for texts that are no act (news).

    EU acts get their CELEX number (sector 3, year, type, number, as in ``32016R0679``; source: EUR-Lex, "How CELEX
    numbers are composed"); others an identifier from their abbreviation or title. Whose law they are the file says, or
    else what the ``text`` cites; the jurisdiction is empty where neither does.
    """
    if genre is Genre.NEWS:
        return None
    celex = meta.get("celex", "").strip()
    if not _CELEX.match(celex):
        celex = celex_from_title(title, pack) or ""
    if celex:
        base = _base_celex(celex)
        return Work(base, _kind(base), "EU", base, short_title(title))
    own = "EU" if genre is Genre.EU_ACT else state_of(text, language) or ""
    jurisdiction = meta.get("jurisdiction") or own
    abbreviation = _ABBREVIATION.search(title) if genre is Genre.STATUTE else None
    if abbreviation:
        code = abbreviation.group(1)
        return Work(f"{language}:{code.casefold()}", "statute", jurisdiction, code, short_title(title))
    if not title:
        return None
    return Work(content_id(title.casefold()), genre.value, jurisdiction, None, short_title(title))


def version_kind(work: Work | None, meta: dict[str, str]) -> str:
    """``consolidated`` for an act's text with later changes, ``original`` for one as published, empty where not known."""
    if work is None:
        return ""
    if meta.get("celex", "").startswith("0"):
        return "consolidated"
    return "original" if work.number and _CELEX.match(work.number) and not meta.get("version_date") else ""


def _base_celex(celex: str) -> str:
    """A consolidated version (0…-date) and a corrigendum (…R(01)) are expressions of the act itself."""
    base = celex.split("-")[0]
    base = re.sub(r"R\(\d+\)$", "", base)
    return "3" + base[1:] if base.startswith("0") else base


def _kind(celex: str) -> str:
    return {"R": "regulation", "L": "directive", "D": "decision"}.get(celex[5:6], "act")


def celex_from_title(title: str, pack: LanguagePack) -> str | None:
    """The CELEX number that an EU act's own title states, or None."""
    head = title[:160]
    number = _EU_NUMBER.search(head)
    if not number:
        return None
    lead = head[: number.start()].casefold()
    kind = next((k for k, words in pack.structure.act_kinds.items() if any(w in lead for w in words)), None)
    if kind is None:
        return None
    first, second = number.group("first"), number.group("second")
    # Since 2015 acts are numbered year/number; before, regulations were number/year ("No 648/2012").
    by_year = len(first) == 4 and not number.group("no") and 1950 < int(first) < 2100
    year, serial = (first, second) if by_year else (second, first)
    if len(year) == 2:
        year = "19" + year
    return f"3{year}{kind}{int(serial):04d}" if len(year) == 4 else None


def short_title(title: str) -> str:
    """The name in the last brackets of a title ("… (General Data Protection Regulation)"), else its beginning."""
    brackets: list[str] = re.findall(r"\(([^()]{4,80})\)", title)
    named = [b for b in brackets if not re.search(r"\d|EWR|EEA|EEE|Text ", b)]
    if named:
        return named[-1].strip()
    return title if len(title) <= 120 else title[:117].rsplit(" ", 1)[0] + "…"
