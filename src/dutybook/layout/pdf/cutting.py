"""The text of a page cut into words: where each begins and ends, and what soft hyphens say of it.

Each code unit is looked up in one table of signs, once: what a page nearly never holds need not be searched for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from dutybook.layout.pdf.glyphs import SOFT_HYPHENS
from dutybook.layout.pdf.wordcolumns import Numbers

# In letter-spaced words a space stands before the hyphen at the line's end.
_WORD = re.compile(rf"[^\s{SOFT_HYPHENS}]+[{SOFT_HYPHENS}]*(?: [{SOFT_HYPHENS}]+(?=\s))?")
_SOFT = re.compile(f"[{SOFT_HYPHENS}]")
_SPACE = re.compile(r"\s")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What makes a word be written in another way than the file has it.
REWRITTEN = re.compile(
    "[\x00\x01\x03-\x08\x0e-\x1b\x7f\u200b-\u200d\u2060\ue000-\uf8ff\ufb00-\ufb06\ufeff\ufffd\U000f0000-\U0010ffff]"
)
PRIVATE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_SYMBOL = re.compile(r"(?<!\S)[\ue000-\uf8ff](?!\S)")
_CONTROL_RUN = re.compile("[\x00\x01\x03-\x08\x0e-\x1f\x7f-\x9f]")
_SPACES, _SOFTS, _ODD, _HALF = 1, 2, 4, 8


@dataclass(slots=True)
class Cut:
    """The words of a page's text as columns: text, indexes of the first and last character, and what follows.

    ``softs`` holds the numbers of the words that a soft hyphen ends, ``glued`` those of the words that one parts from
    the word before, without a space.
    """

    texts: list[str]
    firsts: list[int]
    lasts: list[int]
    softs: list[int]
    glued: list[int]


class PageSigns:
    """The text of a page, from its UTF-16 code units, and what kinds of signs are in it."""

    def __init__(self, units: Numbers) -> None:
        self.text = units.tobytes().decode("utf-16-le", "replace")
        self._marks: Numbers = _table()[units]
        self._found = int(np.bitwise_or.reduce(self._marks))

    @property
    def garbage(self) -> float:
        """What share of its characters has no meaning (0 to 1)."""
        if not self._found & (_ODD | _HALF):
            return 0.0
        # A private character alone is a bullet or a box of a symbol font; only among others it is garbage.
        text = self.text
        count = len(_CONTROL_RUN.findall(text)) + len(PRIVATE.findall(text)) - len(_SYMBOL.findall(text))
        return count / (sum(map(len, text.split())) or 1)

    @property
    def rewritten(self) -> bool:
        """Whether it holds a sign that is written in another way than the file has it."""
        return bool(self._found & (_ODD | _HALF)) and REWRITTEN.search(self.text) is not None

    def cut(self) -> Cut:
        """Its words."""
        if self._found & _HALF:
            return _by_pattern(self.text)  # characters of two units: the units do not count them
        solid = np.zeros(len(self._marks) + 2, np.bool_)
        np.equal(self._marks & _SPACES, 0, out=solid[1:-1])
        edges = np.flatnonzero(solid[1:] != solid[:-1])
        firsts = edges[::2]
        cut = Cut(self.text.split(), firsts.tolist(), (edges[1::2] - 1).tolist(), [], [])
        if self._found & _SOFTS and not _part_at_hyphens(cut, firsts, self._marks):
            return _by_pattern(self.text)
        return cut


@cache
def _table() -> Numbers:
    """For each code unit what it is, as far as that counts."""
    every = "".join(map(chr, range(0x10000)))
    made = np.zeros(len(every), np.uint8)
    kinds = ((_SPACE, _SPACES), (_SOFT, _SOFTS), (REWRITTEN, _ODD), (PRIVATE, _ODD), (_CONTROL_RUN, _ODD))
    for pattern, mark in (*kinds, (_SURROGATE, _HALF)):
        made[[found.start() for found in pattern.finditer(every)]] |= mark
    return made


def _part_at_hyphens(cut: Cut, firsts: Numbers, marks: Numbers) -> bool:
    """Part words at their soft hyphens; False where one stands alone, which may belong to the word before."""
    held = np.searchsorted(firsts, np.flatnonzero(marks & _SOFTS), side="right") - 1
    texts, count = cut.texts, len(cut.texts)
    for place in dict.fromkeys(held.tolist()):
        at = place + len(texts) - count
        inner, begin = _by_pattern(texts[at]), cut.firsts[at]
        if not inner.texts:
            return False
        texts[at : at + 1] = inner.texts
        cut.firsts[at : at + 1] = [begin + first for first in inner.firsts]
        cut.lasts[at : at + 1] = [begin + last for last in inner.lasts]
        cut.softs += [at + soft for soft in inner.softs]
        cut.glued += [at + glued for glued in inner.glued]
    return True


def _by_pattern(text: str) -> Cut:
    """The words of any text."""
    matches = list(_WORD.finditer(text))
    texts = [match.group() for match in matches]
    firsts = [match.start() for match in matches]
    softs = [at for at, shown in enumerate(texts) if shown[-1] in SOFT_HYPHENS]
    glued = [at + 1 for at in softs if at + 1 < len(texts) and firsts[at + 1] == matches[at].end()]
    for at in softs:
        texts[at] = texts[at].rstrip(SOFT_HYPHENS + " ")
    lasts = [first + len(shown) - 1 for first, shown in zip(firsts, texts, strict=True)]
    return Cut(texts, firsts, lasts, softs, glued)
