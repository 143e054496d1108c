"""What the text layer of a page is worth: text, letters without meaning, a scan's, or none because the page is blank.

Fonts without a usable character map give letters that stand for others (``7KH &RXQFLO`` is "The Council", each letter
29 places off), and fonts of another code page give accents only (``Ôï ðáñüí``). Neither shows in single characters; the
pairs of letters do: in no language of the Union is *rx* followed by *qf*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
import pypdfium2.raw as raw

from dutybook.layout.pdf.pdfium import PageObjects, bounds_of, object_at, render_mode
from dutybook.layout.pdf.words import Frame, PageText, Word
from dutybook.reasons import Reason, Why, because

# A few lines and rectangles are decoration; letters drawn as outlines are many.
_FEW_PATHS = 40
# The note of such a page.
BLANK = because(Why.PAGE_BLANK, "blank")


def is_blank(objects: PageObjects) -> bool:
    """Whether a page without words has nothing to read: no image, no form, no letters without meaning, hardly any drawing."""
    return objects.count <= _FEW_PATHS and all(kind == raw.FPDF_PAGEOBJ_PATH for kind in objects.kinds)


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
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]+")
_FOLDED = str.maketrans(
    {"ß": "s", "æ": "e", "œ": "e", "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "þ": "t"}
)

_WORD = re.compile(r"[^\W\d_]{3,}")
_SIGNS = re.compile(r"[^\w\s.,:;()\[\]/*•·|§–—_-]")
_RARE = re.compile("[\u3400-\u4dbf\U00020000-\U0003ffff]")
"""Characters of dictionaries: a text that consists of them was never written."""

_HANGUL = re.compile("[\uac00-\ud7a3]")
_USUAL_HANGUL = frozenset(
    "이다는의을를에가한하고로지기은사자도서시해어인아대정그나리일부전수들있것게제라유상주보여으었관과안국성원조화당러와장생계법동음공"
    "민용만구간문경면등항규때날"
)
"""Syllables of Korean endings, particles and usual words: half of any Korean text, a hundredth of what chance makes."""
_LEAST_USUAL = 0.15

ODD = because(Why.PAGE_ODD, "its letters stand for others (a font without a usable character map)")
FOREIGN = because(Why.PAGE_FOREIGN, "its letters are those of another code page")


def explain_gibberish(words: Sequence[str]) -> Reason | Literal[""]:
    """What is wrong with the letters of a page's words; empty where nothing is, or too few letters stand on it."""
    step = max(len(words) // _SAMPLE, 1)
    text = " ".join(words[::step])
    if not text.isascii():
        plain = "".join(_LATIN.findall(text))
        if len(plain) > _ENOUGH and sum(letter > "\x7f" for letter in plain) > _ACCENTS * len(plain):
            return FOREIGN
        letters = sum(map(str.isalpha, text))
        if 2 * len(_RARE.findall(text)) > letters:
            return ODD
        hangul = _HANGUL.findall(text)
        if len(hangul) > _ENOUGH / 2 and 2 * len(hangul) > letters:
            return ODD if sum(s in _USUAL_HANGUL for s in hangul) < _LEAST_USUAL * len(hangul) else ""
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


GARBAGE = 0.3
"""A text layer with this share of characters without meaning is unreadable."""
PARTLY = 0.04
"""From this share on, a page that is read is reported as partly garbled."""
_FILLS = 0.65
"""An image over this share of the page may hold the page's text."""
_FEW = 12
"""A scan may bear so many words of a text layer: a stamp, a page number, a signature."""
_MARGIN = 0.09
_ASKED = 40
"""So many text objects of a page over an image are asked whether they are drawn."""
EARLIER = because(Why.PAGE_EARLIER, "its text was recognised earlier, by another program")
UNDRAWN = because(Why.PAGE_UNDRAWN, "words of its text layer are not drawn on the page")
_GARBLED = because(Why.PAGE_WITHOUT_SENSE, "its text layer is garbled (characters without meaning)")
_PARTLY_GARBLED = because(Why.PAGE_PARTLY, "part of its text layer is garbled (characters without meaning)")
_SAMPLED = 40
"""So many objects of a page, spread over it, are asked whether they are words that nobody sees."""
_MOST_UNDRAWN = 0.05


class Kind(StrEnum):
    """``text``; ``blank`` (nothing is on the page); ``image`` (no words); ``garbled`` (words without meaning); ``partly``
    (some of them); ``stamped`` (few words over an image that fills the page); ``earlier`` (a scan with the words that
    another program recognised); ``undrawn`` (words that are not drawn, and no image that shows them).
    """

    TEXT = "text"
    BLANK = "blank"
    IMAGE = "image"
    GARBLED = "garbled"
    PARTLY = "partly"
    STAMPED = "stamped"
    EARLIER = "earlier"
    UNDRAWN = "undrawn"


class Verdict(NamedTuple):
    """What a page is, and why."""

    kind: Kind
    note: Reason | Literal[""] = ""


_TEXT = Verdict(Kind.TEXT)


def judge_page(frame: Frame, read: PageText, objects: PageObjects) -> Verdict:
    """What an open page is, by its words and images."""
    words = read.words
    if not words:
        return Verdict(Kind.BLANK if not read.garbage and is_blank(objects) else Kind.IMAGE)
    if read.garbage > GARBAGE:
        return Verdict(Kind.GARBLED, _GARBLED)
    if note := explain_gibberish(words.texts):
        return Verdict(Kind.GARBLED, because(Why.PAGE_GARBLED, "its text layer is garbled: {why}", why=note))
    if read.garbage > PARTLY:
        return Verdict(Kind.PARTLY, _PARTLY_GARBLED)
    if _is_filled(objects, frame):
        if len(words) <= _FEW or in_margins(words, *frame.size):
            return Verdict(Kind.STAMPED)
        if _is_hidden(objects):
            return Verdict(Kind.EARLIER, EARLIER)
    elif _is_undrawn(objects):
        return Verdict(Kind.UNDRAWN, UNDRAWN)
    return _TEXT


def _is_filled(objects: PageObjects, frame: Frame) -> bool:
    """Whether an image fills an open page; several pieces of a scan count together."""
    whole = (frame.right - frame.left) * (frame.top - frame.bottom)
    covered = 0.0
    for item in objects.images():
        left, bottom, right, top = bounds_of(item)
        wide = min(right, frame.right) - max(left, frame.left)
        high = min(top, frame.top) - max(bottom, frame.bottom)
        if wide > 0 and high > 0:
            covered += wide * high
            if covered >= _FILLS * whole:
                return True
    return False


def in_margins(words: Iterable[Word], width: float, height: float) -> bool:
    """Whether all words stand in the outer margins of a page: then they say nothing of its text."""
    return all(
        word.bottom < _MARGIN * height
        or word.top > (1 - _MARGIN) * height
        or word.x1 < _MARGIN * width
        or word.x0 > (1 - _MARGIN) * width
        for word in words
    )


def _is_hidden(objects: PageObjects) -> bool:
    """Whether the text of an open page is there without being drawn."""
    asked = list(islice(objects.of_kind(raw.FPDF_PAGEOBJ_TEXT, range(objects.count)), _ASKED))
    hidden = sum(render_mode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE for item in asked)
    return bool(hidden > 0.8 * len(asked) > 0)


def _is_undrawn(objects: PageObjects) -> bool:
    """Whether words of an open page are not drawn and no image stands where they do; a sample of its objects tells."""
    sample = range(0, objects.count, -(-objects.count // _SAMPLED) or 1)
    asked = list(objects.of_kind(raw.FPDF_PAGEOBJ_TEXT, sample))
    hidden = [bounds_of(object_at(item)) for item in asked if render_mode(item) == raw.FPDF_TEXTRENDERMODE_INVISIBLE]
    if not hidden:
        return False
    images = [bounds_of(item) for item in objects.images()]
    bare = 0
    for left, bottom, right, top in hidden:
        x, y = (left + right) / 2, (bottom + top) / 2
        covered = any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in images)
        # Spaces set apart are nothing to see in any case.
        bare += not covered and right - left > top - bottom > 0
    return bare > _MOST_UNDRAWN * len(asked)
