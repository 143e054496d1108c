"""Tells a text layer that means nothing from one that does, whatever the language.

Fonts without a usable character map give letters that stand for others (``7KH &RXQFLO`` is "The Council", each letter
29 places off), and fonts of another code page give accents only (``Ôï ðáñüí``). Neither shows in single characters; the
pairs of letters do: in no language of the Union is *rx* followed by *qf*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import numpy as np

from dutybook.reasons import Reason, Why, because

_ENOUGH = 80
"""So many pairs of letters tell."""
_SAMPLE = 60
_LEAST = 1.5
"""The mean weight of pairs below which they are of no language. Whole languages lie above 2.8 (Polish), each of them
moved by any number of places below 0.9 (Dutch by 7), pages of chemical names or of slides above 2.1."""
_ACCENTS = 0.5
"""No language writes so large a share of its Latin letters with accents."""

# How much more often than by chance a pair of letters stands in the language it is most usual in, of 22 of the Union
# (letters without their accents): one row for each first letter, one column for each second, a = 2^-6 to l = 2^5.
_TABLE = (
    "jikjgikhlijkikjihkkkjihehj",
    "ihgdjadihfchcficahfehdaahd",
    "jbhajaakjhigchjadhihicaahj",
    "kgehlefikhfgfikeahhhiggagi",
    "lhijkgjikijkjlhhelkkiihggi",
    "haaeigdgidagaajaaheghaaada",
    "kfgfjdhiieehhhidahhgiegdje",
    "kdegkfaeigggghjfahgjigfafa",
    "jhjjlhiiijkjikjihlkjjhfeaj",
    "jddfkdacjehefgjcaahfifdadd",
    "kfffjabfjdhhhfkcahiiieeaid",
    "kffhkeggjihjhhjeaehikgdaie",
    "jheejedjjgefhgihaehfhbaagf",
    "kfijkgjhkihfeijedijjifgdih",
    "hijjhjjhkjikjkjhdkkijkkeei",
    "jbfdjfehifehdejiajfgheaded",
    "faaaaaaaaaaaaaaaaahajaaaaa",
    "kggikfhfkhhhhhjgehikihfahj",
    "jfjekgfhjgkhghihegjkihgagk",
    "lfeckeeklfggfhkdajijjhhaig",
    "hghijghhihhjjjihejjiihfgfh",
    "jaeejadajfegbhicaggehdaaif",
    "iafdiaagjaeeahiaaehhfabaid",
    "eaeaeaaafdaaaaddaaaecaaaaa",
    "igigidfhhgghhggfahhhgggagf",
    "jffgjdfeijggfiifafghhggaij",
)
_OTHER = len(_TABLE)
_NONE = 100
"""Stands for the weight of two characters that are no pair of letters."""
_PLACES = np.full(128, _OTHER, np.intp)
_PLACES[97 : 97 + _OTHER] = range(_OTHER)
_WEIGHTS = np.full((_OTHER + 1, _OTHER + 1), _NONE, np.intp)
_WEIGHTS[:_OTHER, :_OTHER] = [[ord(letter) - 103 for letter in row] for row in _TABLE]
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f]+")
_FOLDED = str.maketrans(
    {"ß": "s", "æ": "e", "œ": "e", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "þ": "t"}
)

_WORD = re.compile(r"[^\W\d_]{3,}")
_SIGNS = re.compile(r"[^\w\s.,:;()\[\]/*•·|§–—_-]")
_RARE = re.compile("[\u3400-\u4dbf\U00020000-\U0003ffff]")
"""Characters of dictionaries: a text that consists of them was never written."""

ODD = because(Why.PAGE_ODD, "its letters stand for others (a font without a usable character map)")
FOREIGN = because(Why.PAGE_FOREIGN, "its letters are those of another code page")


def meaningless(words: Sequence[str]) -> Reason | Literal[""]:
    """What is wrong with the letters of a page's words; empty where nothing is, or too few letters stand on it."""
    step = max(len(words) // _SAMPLE, 1)
    text = " ".join(words[::step])
    if not text.isascii():
        plain = "".join(_LATIN.findall(text))
        if len(plain) > _ENOUGH and sum(letter > "\x7f" for letter in plain) > _ACCENTS * len(plain):
            return FOREIGN
        if 2 * len(_RARE.findall(text)) > sum(map(str.isalpha, text)):
            return ODD
    weight = weight_of(text)
    if weight is None:
        return ODD if _is_signs(text) else ""
    return ODD if weight < _LEAST else ""


def _is_signs(text: str) -> bool:
    """Whether the few characters of a page are mostly signs that no page consists of."""
    if len(text) > 2 * _ENOUGH or _WORD.search(text):
        return False
    return len(set(_SIGNS.findall(text))) > 2 and 2 * sum(map(str.isalnum, text)) < len(text)


def weight_of(text: str) -> float | None:
    """The mean weight of the pairs of Latin letters in a text; None where there are too few."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFD", text.translate(_FOLDED))
        text = "".join([letter for letter in text if not unicodedata.combining(letter)])
    places = _PLACES[np.frombuffer(text.encode("ascii", "replace"), np.uint8)]
    weights = _WEIGHTS[places[:-1], places[1:]]
    found = weights[weights != _NONE]
    return int(found.sum()) / len(found) if len(found) >= _ENOUGH else None
