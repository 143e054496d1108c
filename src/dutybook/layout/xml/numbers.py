"""The bare number of a provision, from the words that the act prints: ``Article 5a`` → ``5a``, ``§ 30`` → ``30``."""

from __future__ import annotations

import re

from dutybook.layout.drafts import squeeze

# Articles put in later: 5a, 5 a, 2-bis, 3 ter, 7 quater decies; the Latin numerals end in -ies from five on.
_LATIN = r"(?:[-\s]?(?:bis|ter|quater|[a-z]{2,8}ies)(?:[-\s]?(?:decies|vicies))?\b)"
_ARABIC = re.compile(
    rf"(?:\b[A-Z]\*{{0,2}}\.?\s?)?\d+(?:[.:/–-]\d+)*(?:[a-z]{{1,2}}\b|\s[a-z]\b(?<![eoiuy])|[A-Z]{{1,3}}\b)?{_LATIN}?",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"\b(?=[IVXLCDM])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})(?:[a-z]|[A-Z])?\b")
_LONE = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}(?![^\W\d_])")
# What stands in the brackets of a point: a few letters, a Roman numeral.
_ITEM = re.compile(r"[^\W\d_]{1,3}|[ivxlcdm]+|[IVXLCDM]+")
_EDGES = " \u00a0()[]{}.,;:§\"'“”„«»‘’‚–—-°º*"
_FIRST = re.compile(r"\b(?:premier|première|primo|prima|primero|primera|first|erster?|erstes|eerste)\b", re.IGNORECASE)


def bare_number(label: str) -> str:
    """``5``, ``a``, ``2a``, ``III``, ``2-bis``, ``164.404`` of a label; empty where it has none.

    >>> bare_number("Article 5a"), bare_number("(aa)"), bare_number("KAPITEL IV"), bare_number("3 §")
    ('5a', 'aa', 'IV', '3')
    """
    text = squeeze(label)
    core = text.strip(_EDGES)
    if not core:
        return ""
    if _ITEM.fullmatch(core):
        return core
    arabic = _ARABIC.search(core)
    if arabic:
        found = arabic.group().strip(_EDGES)
        # "5 a §" and "5a" are one number; "1er" is the first.
        found = re.sub(r"(?<=\d)\s(?=[a-z]$)", "", found)
        return re.sub(r"(?<=\b1)(?:er|re)$", "", found)
    roman = [m.group() for m in _ROMAN.finditer(core) if m.group()]
    if roman:
        return roman[-1]
    if _FIRST.search(core):
        return "1"
    lone = _LONE.findall(core)
    return str(lone[-1]) if lone and " " in core else ""
