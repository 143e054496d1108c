"""Heads of official texts in plain text: the Official Journal's page header, and a rule's head in the Federal Register."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.layout.drafts import iso_date

_DOTTED_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.((?:19|20)\d\d)$")
_SERIES = re.compile(r"[LC]\s?\d{1,4}/\d{1,4}$|\d{4}/\d{3,5}$")
FLAT_HEADER = re.compile(
    r"\s*(?:[LC]_\d{7,12}[A-Z]{2}\.\S+\s+)?(\d{1,2}\.\d{1,2}\.(?:19|20)\d\d)\s+([A-Z]{2})\s+\D{5,60}?\s([LC]\s?\d{1,4}/\d{1,4})\s+"
)
"""The Official Journal's header where a text has no lines; its groups are what :func:`note_header` takes."""
# The head of a rule in the Federal Register's own text files.
_REGISTER = re.compile(r"\[Federal Register Volume \d+, Number \d+ \(.{10,40}\)\]$")
_REGISTER_RULES = "[Rules and Regulations]"


def read_journal_header(lines: list[str], meta: dict[str, str]) -> tuple[list[str], list[str]]:
    """Take the Official Journal's header over several lines: date, language, name, series and page in any order.

    Args:
        lines: of the whole text.
        meta: takes the day, the language and the series.

    Returns:
        The lines without the header, and those of the header.
    """
    filled = [(i, line.strip()) for i, line in enumerate(lines[:60]) if line.strip()][:14]
    at = next((n for n, (_, line) in enumerate(filled) if _DOTTED_DATE.match(line)), None)
    if at is None:
        return lines, []
    window = range(max(at - 3, 0), min(at + 4, len(filled)))
    series = [n for n in window if _SERIES.match(filled[n][1])]
    codes = [n for n in window if re.fullmatch(r"[A-Z]{2}", filled[n][1])]
    if not series or not codes:
        return lines, []
    first, last = min(at, *series, *codes), max(at, *series, *codes)
    note_header(meta, [filled[at][1], filled[codes[0]][1], filled[series[0]][1]])
    # What stands before it are the links of the web page, if it is little.
    start = 0 if all(len(line) <= 60 for _, line in filled[:first]) else filled[first][0]
    end = filled[last][0] + 1
    return [*lines[:start], *lines[end:]], list(filter(None, map(str.strip, lines[start:end])))


def is_register_rule(lines: Sequence[str]) -> bool:
    """Whether the first lines are the head of a rule in the Federal Register."""
    filled = [line.strip() for line in lines[:30] if line.strip()][:4]
    return any(_REGISTER.match(line) for line in filled) and _REGISTER_RULES in filled


def note_header(meta: dict[str, str], parts: list[str]) -> None:
    """Put the day, the language and the series of a journal's header into ``meta``."""
    day, language, series = parts
    found = _DOTTED_DATE.match(day)
    if found and "published" not in meta:
        published = iso_date(found[3], found[2], found[1])
        meta |= {"published": published} if published else {}
    meta["language"] = language.lower()
    meta["journal"] = series
