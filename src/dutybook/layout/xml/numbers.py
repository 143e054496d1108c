"""The numbers of provisions, from the words that the act prints or from the attributes that a browser would count by."""

from __future__ import annotations

import re
from functools import cache

from dutybook.languages import LanguagePack, available, load
from dutybook.layout.drafts import squeeze
from dutybook.layout.xml.tree import Node, attribute, local
from dutybook.records import ProvisionKind

# Articles put in later: 5a, 5 a, 2-bis, 3 ter, 7 quater decies; the Latin numerals end in -ies from five on.
_LATIN = r"(?:[-\s]?(?:bis|ter|quater|[a-z]{2,8}ies)(?:[-\s]?(?:decies|vicies))?\b)"
_ARABIC = re.compile(
    rf"(?:\b[A-Z]\*{{0,2}}\.?\s?)?\d+(?:[.:/–-]\d+)*(?:[a-z]{{1,2}}\b|\s[a-z]\b(?<![eoiuy])|[A-Z]{{1,3}}\b)?{_LATIN}?",
    re.IGNORECASE,
)
# Repealed articles share a heading: "Articles 3 à 5".
_RANGE = re.compile(
    r"(?<![\w.])(?P<first>\d+[a-z]?)(?:\s(?:to|à|bis|al|až|do|til|till|tot|t/m)\s|\s?[–—]\s?)(?P<last>\d+[a-z]?)(?![\w.])"
)
_ROMAN = re.compile(r"\b(?=[IVXLCDM])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})(?:[a-z]|[A-Z])?\b")
_LONE = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}(?![^\W\d_])")
# No label is longer.
_LONGEST = 200
# What stands in the brackets of a point: a few letters, a Roman numeral.
_ITEM = re.compile(r"[^\W\d_]{1,3}|[ivxlcdm]+|[IVXLCDM]+")
_EDGES = " \u00a0()[]{}.,;:§\"'“”„«»‘’‚–—-°º*"
_FIRST = re.compile(r"\b(?:premier|première|primo|prima|primero|primera|first|erster?|erstes|eerste)\b", re.IGNORECASE)


_DIVISIONS = {
    "part": ProvisionKind.PART,
    "book": ProvisionKind.PART,
    "title": ProvisionKind.TITLE,
    "chapter": ProvisionKind.CHAPTER,
    "section": ProvisionKind.SECTION,
    "subsection": ProvisionKind.SUBSECTION,
    "subsubsection": ProvisionKind.SUBSECTION,
}
_WORD = re.compile(r"[^\W_]+")


def bare_number(label: str) -> str:
    """``5``, ``a``, ``2a``, ``III``, ``2-bis``, ``164.404`` of a label; empty where it has none.

    >>> bare_number("Article 5a"), bare_number("(aa)"), bare_number("KAPITEL IV"), bare_number("3 §")
    ('5a', 'aa', 'IV', '3')
    """
    text = squeeze(label[:_LONGEST])
    core = text.strip(_EDGES)
    if not core:
        return ""
    if _ITEM.fullmatch(core):
        return core
    several = _RANGE.search(core)
    if several:
        return f"{several['first']}–{several['last']}"
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


@cache
def pack_of(language: str) -> LanguagePack | None:
    """The words of a language (ISO 639-1), None where there is no pack."""
    return load(language) if language in available() else None


def division_kind(label: str, language: str) -> ProvisionKind | None:
    """What a division is called ("CHAPTER II", "2. Abschnitt"); None where no word of the language says it."""
    pack = pack_of(language)
    if pack is None:
        return None
    words = {word.casefold() for word in _WORD.findall(label[:_LONGEST])}
    found = [
        (len(head), _DIVISIONS[name])
        for name, heads in pack.structure.divisions.items()
        for head in heads
        if name in _DIVISIONS and {word.casefold() for word in _WORD.findall(head)} <= words
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def division_number(label: str, language: str) -> str:
    """The number of a division, also where it is written out ("ERSTER TEIL", "PART TWO")."""
    number = bare_number(label)
    pack = pack_of(language)
    if number or pack is None:
        return number
    words = {word.casefold() for word in _WORD.findall(label[:_LONGEST])}
    ordinals = enumerate(pack.structure.division_ordinals, start=1)
    return next((str(n) for n, forms in ordinals if words & set(forms.casefold().split("|"))), "")


_SYMBOL = re.compile(r"(?P<before>[^\w]*)(?P<counter>\d+|[a-zA-Z]+)(?P<after>[^\w]*)")
_STYLES = {"a": "a", "A": "A", "i": "i", "I": "I", "1": "1"}
_ROMAN_DIGITS = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def item_label(item: Node, positions: Positions) -> str:
    """The number of a list's item as it is printed; empty for a list without numbers.

    A ``symbol`` (Legilux) shows the first number of the list with its brackets: ``1°``, ``a)``, ``i.``.
    """
    holder = item.getparent()
    if holder is None or local(holder) != "ol":
        return ""
    start, value = whole_number(attribute(holder, "start")), attribute(item, "value")
    own = whole_number(value)
    number = own if own is not None else positions.of(item) - 1 + (1 if start is None else start)
    if value and own is None:
        return value
    shape = _SYMBOL.fullmatch(attribute(holder, "symbol"))
    if shape is None:
        return f"{counted(number, _STYLES.get(attribute(holder, 'type'), '1'))}."
    return f"{shape['before']}{counted(number, shape['counter'])}{shape['after']}"


def counted(number: int, like: str) -> str:
    """A number in the manner of ``1``, ``a``, ``A``, ``i`` or ``I``."""
    if not 0 < number < 4000 or like.isdigit():
        return str(number)
    if like in ("i", "I"):
        word = ""
        for worth, sign in _ROMAN_DIGITS:
            word += sign * (number // worth)
            number %= worth
        return word.upper() if like.isupper() else word
    first = ord("A" if like.isupper() else "a")
    letter = chr(first + (number - 1) % 26)
    return letter * (1 + (number - 1) // 26)


class Positions:
    """The how manieth of its name an element is among its siblings; each family is counted once."""

    def __init__(self) -> None:
        self._families: dict[tuple[Node, str], dict[Node, int]] = {}

    def of(self, node: Node) -> int:
        """From 1."""
        return self._family(node)[node]

    def count(self, node: Node) -> int:
        """How many siblings have its name, itself counted."""
        return len(self._family(node))

    def _family(self, node: Node) -> dict[Node, int]:
        parent = node.getparent()
        if parent is None:
            return {node: 1}
        key = (parent, node.tag)
        if key not in self._families:
            alike = (each for each in parent if each.tag == node.tag)
            self._families[key] = {each: number for number, each in enumerate(alike, start=1)}
        return self._families[key]


def whole_number(text: str) -> int | None:
    """A number that a list may start with; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 6 else None
