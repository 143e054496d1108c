"""Numbers and letters at the start of a paragraph: ``1.``, ``(2)``, ``(a)``, ``aa)``, ``(iv)``, ``—``, ``§ 5``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from dutybook.languages import letters
from dutybook.structure.numbers import ADVERB, RAISED, normal, roman

__all__ = ["Marker", "Style", "parse", "readings_of", "roman"]


class Style(StrEnum):
    """How a marker is written; a list keeps one style."""

    ARABIC = "arabic"
    LETTER = "letter"
    UPPER = "upper"
    ROMAN = "roman"
    UPPER_ROMAN = "upper roman"
    DOUBLE = "double"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class Marker:
    """``readings`` are the (style, ordinal) pairs it can stand for, most likely first; ``end`` is where the text goes on.

    ``wrap`` is the punctuation around the number (``()``, ``)``, ``.``, ``°``): lists do not mix it.
    """

    raw: str
    number: str
    wrap: str
    readings: tuple[tuple[Style, int], ...]
    end: int


_LATER = re.compile(rf"[\s-]?{ADVERB}$|-[A-Z]$|{RAISED}$")
# Greek and Bulgarian points; paragraphs inserted later ("2α").
_FOREIGN = r"\d{0,3}(?:[α-ωϛ]{1,4}|[а-я]{1,2}|[Α-ΩА-Я])"
_ALSO = rf"(?:[\s-]?{ADVERB}(?!\w)|{RAISED})?"
_MARKER = re.compile(
    rf"""(?P<raw>
        \(\s?(?P<both>\d{{1,3}}(?:[a-z]{{0,2}}|[A-Z]{{1,2}}){_ALSO}|[A-Z]\d{{1,2}}|[ivxlcdm]{{1,7}}|[IVXLCDM]{{1,7}}|[a-z]{{1,3}}|[a-z]{_ALSO}|[A-Z]{{1,2}}|{_FOREIGN})\s?\)
      | (?P<close>\d{{1,3}}[a-z]{{0,2}}{_ALSO}|[ivxlcdm]{{1,7}}|[a-z]{{1,3}}|[a-z]{_ALSO}|[A-Z]|{_FOREIGN})\)
      | (?P<degree>\d{{1,2}})(?:\.?\s?[°º]|o(?=\s))(?P<degree_also>{_ALSO})\)?
      | (?P<dotted>(?:\d{{1,3}}\.){{1,4}}\d{{1,3}}[a-z]?|[A-Z]\.\d{{1,2}}(?:\.\d{{1,2}})*)\.?(?=\s)
      | (?P<dot>\d{{1,4}}(?:[a-zα-ωа-я]{{0,2}}|[A-Z]{{1,2}}){_ALSO}|[IVX]{{1,5}}{_ALSO}|[A-ZΑ-ΩА-Я]|[a-z]{_ALSO}|στ|[α-ω]{{1,2}})\s?\.(?:\s?[–—-])?(?=\s)
      | (?P<dashed>[IVXL]{{1,6}}{_ALSO}(?:-[A-Z])?|\d{{1,3}})\s?[–—-](?=\s[^\W\d_])
      | (?P<dash>[—–•▪■●◦‣·⁃\uf0a0-\uf0ff-]|\u2212)(?=\s)
    )\s*""",
    re.VERBOSE,
)
# A paragraph of an article: "§ 2. ", "§ 1º ", "§ 1er. - "; without a stop after the number it is a citation.
_SECTION = re.compile(
    rf"§\s?(?P<number>\d{{1,3}}(?:er|[º°]|o(?=[\s-]))?[a-z]{{0,2}}(?:-[A-Z](?!\w))?{_ALSO})"
    r"(?:\s?\.(?:\s?[–—-])?|(?<=[º°oA-Z]))(?=\s)\s*"
)


def _ordinal(letters: str) -> int:
    """a → 1, z → 26; after z come aa, bb, … in EU acts and German statutes: the doubled letter counts."""
    return ord(letters[0]) - ord("a") + 1


def readings_of(number: str) -> tuple[tuple[Style, int], ...]:
    """The (style, ordinal) pairs that a bare number can stand for, most likely first."""
    found: list[tuple[Style, int]] = []
    digits = re.match(r"\d+", number)
    if digits:
        return ((Style.ARABIC, int(digits.group())),)
    number = _LATER.sub("", number)
    lower = number.lower()
    if not lower.isascii():
        position = letters.value(lower)
        return ((Style.UPPER if number.isupper() else Style.LETTER, position),) if position else ()
    if number.isupper() and number[-1].isdigit():  # "(A1)" stands before "(1)"
        return ((Style.ARABIC, 0),)
    if number.isupper():
        value = roman(lower)
        if len(number) == 1:
            found.append((Style.UPPER, _ordinal(lower)))
        if value:
            found.append((Style.UPPER_ROMAN, value))
        return tuple(found)
    if len(number) == 1:
        found.append((Style.LETTER, _ordinal(lower)))
    elif len(set(lower)) == 1:
        found.append((Style.DOUBLE, _ordinal(lower)))
    value = roman(lower)
    if value:
        found.append((Style.ROMAN, value))
    if not found and len(number) == 2:  # an inserted point: (ba) after (b)
        found.append((Style.LETTER, _ordinal(lower)))
        before = roman(lower[:-1])
        if before:  # "(ia)" after "(i)"
            found.append((Style.ROMAN, before))
    return tuple(found)


def parse(text: str, at: int = 0, sections: bool = False) -> Marker | None:
    """The marker at ``text[at:]``, or None. ``sections``: ``§`` counts an article's paragraphs, as in Belgium and Brazil."""
    section = _SECTION.match(text, at) if sections else None
    if section:
        number = normal(section.group("number"), ordinal_o=True)
        return Marker(section.group().strip(), number, "§", readings_of(number), section.end())
    match = _MARKER.match(text, at)
    if not match:
        return None
    raw = match.group("raw")
    if match.group("dash"):
        return Marker(raw, "", "-", ((Style.DASH, 0),), match.end())
    for group, wrap in (("both", "()"), ("close", ")"), ("degree", "°"), ("dot", "."), ("dashed", "–")):
        number = match.group(group)
        if number:
            number += match.group("degree_also") or ""
            readings = readings_of(number)
            return Marker(raw, number, wrap, readings, match.end()) if readings else None
    number = match.group("dotted")
    last = re.search(r"(\d+)[a-z]?$", number)
    return Marker(
        raw, number, "." * number.count("."), ((Style.ARABIC, int(last.group(1)) if last else 1),), match.end()
    )
