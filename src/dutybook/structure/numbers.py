"""Numbers of articles and divisions as acts write them: ``5a``, ``12 bis``, ``L. 123-4``, ``VIII.3``, ``1er``, ``5.º-A``."""

from __future__ import annotations

import re

_ADVERBS = (
    "bis",
    "ter",
    "quater",
    "quinquies",
    "sexies",
    "septies",
    "octies",
    "nonies",
    "novies",
    "decies",
    "undecies",
    "duodecies",
    "terdecies",
    "quaterdecies",
    "quindecies",
    "sexdecies",
    "septdecies",
    "octodecies",
    "novodecies",
    "vicies",
)
_RANK = {word: rank for rank, word in enumerate(_ADVERBS, 2)} | {"novies": 9, "decies": 10}
ADVERB = rf"(?:quinquiès|{'|'.join(sorted(_ADVERBS, key=len, reverse=True))})"
# The sign that makes a number an ordinal, in print ("5.º") and as a type-setter without it writes it ("1er", "2o").
ORDINAL_SIGN = r"(?:\.?\s?[º°ª]|\.[oa](?!\w)|(?<=1)(?:er|ER|re|ère)(?![\w]))"
# Inserted provisions of Estonian, Latvian, Polish and Romanian acts: "11¹", in plain type "11^1".
RAISED = r"(?:\^\d{1,2}(?!\d)|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
_RAISED = re.compile(RAISED)
_FROM_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_PREFIX = r"(?:[LRDA]\.?\s?\*?\s?(?=\d)|\*\s?(?=\d))"
# Articles: prefix of a French code, roman or arabic, inner hyphens and full stops, what was inserted later.
ARTICLE = (
    rf"(?:{_PREFIX}?\d+{ORDINAL_SIGN}?(?:[-.:]\d+)*(?:/\d+)?|[IVXL]+(?:[.-]\d+)*(?:/\d+)?)"
    rf"(?:{RAISED}|[a-zα-ωа-я]{{1,2}}(?![a-zα-ωа-я])|[\s-]?{ADVERB}(?!\w)(?:\.\d+)?|-[A-Z]{{1,2}}(?!\w))?"
)
# Divisions: "II", "1er", "2.ª", "IV bis", "3a", "B", "I-A".
DIVISION = rf"(?:[IVXLCΙΧІХС]+(?:er|ER)?|\d+{ORDINAL_SIGN}?[a-zα-ωа-я]{{0,2}}|[A-ZΑ-ΩА-Я])[΄'’ʹ]?(?:[\s-]{ADVERB}(?![\w])|-[A-Z](?![\w]))?(?![\w])"
_ORDINAL_SIGN = re.compile(r"\.?\s?[º°ª]|\.o(?!\w)|(?<=1)(?:er|ER|re|ère)$|(?<=I)(?:er|ER)$")
# Greek and Cyrillic capitals typed for roman numerals.
_LIKE_ROMAN = re.compile(r"[IVXLCΙΧІХС]+")
_TO_ROMAN = str.maketrans("ΙΧІХС", "IXIXC")
_CODE = re.compile(r"^([LRDA])\.?\s?(\*?)\s?(?=\d)")
_TOKEN = re.compile(r"\d+|[a-zA-Z]+")
_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


def roman(text: str) -> int | None:
    """The value of a roman numeral in lower case, or None."""
    if not text or not _ROMAN.match(text):
        return None
    total = 0
    for here, after in zip(text, [*text[1:], ""], strict=True):
        value = _VALUES[here]
        total += -value if after and _VALUES[after] > value else value
    return total


def normal(written: str, ordinal_o: bool = False) -> str:
    """The bare number: ``1er`` → ``1``, ``5.º-A`` → ``5-A``, ``L123-4`` → ``L. 123-4``, ``5 a`` → ``5a``; adverbs stay as written.

    ``ordinal_o``: the language writes ``1o`` for ``1º`` where a type-setter lacks the sign.
    """
    text = " ".join(_ORDINAL_SIGN.sub("", written.strip()).split()).rstrip(".")
    if ordinal_o:
        text = re.sub(r"(?<=\d)(?:o|\.a)(?=$|-)", "", text)
    if _LIKE_ROMAN.fullmatch(text):
        text = text.translate(_TO_ROMAN)
    text = _CODE.sub(r"\1. \2", text)
    return re.sub(r"(?<=\d)[ .](?=[^\W\d_A-Z]{1,2}$)", "", text.rstrip("΄'’ʹ"))


def series(number: str) -> str:
    """What numbers counted together have in common: all but their figures (``VIII.3`` goes on ``VIII.2`` and not ``2``)."""
    later = rf"{RAISED}.*$|[\s-]?(?:{ADVERB}|[a-z]{{1,2}}|-[A-Z])(?!\w).*$"
    return re.sub(r"\d+", "0", re.sub(later, "", number))


def key(number: str) -> tuple[int, ...]:
    """What orders numbers of one series: ``5`` < ``5a`` < ``6``, ``5`` < ``5¹`` < ``6``, ``12`` < ``12 bis``, ``L. 123-4`` < ``L. 123-10``."""
    found: list[int] = []
    number = _RAISED.sub(lambda raised: f"^{raised.group().translate(_FROM_RAISED)}", number)
    for token in _TOKEN.findall(_CODE.sub("", number)):
        if token.isdigit():
            found.append(int(token))
        elif token.lower() in _RANK:
            found.append(_RANK[token.lower()])
        elif not found and (value := roman(token.lower())):
            found.append(value)
        else:
            found.extend(ord(letter) - ord("a") + 1 for letter in token.lower()[:3] if letter.isascii())
    return tuple(found)
