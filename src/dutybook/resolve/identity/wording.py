"""Words of a text without its layout, and what differs between two wordings."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_DROPPED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]|[▼►][A-Z]{0,2}\\d{0,3}|◄")
# Brackets and full stops between digits tell "5(1)" from "51" and "2.5" from "25"; a thousand's blank is layout.
_LETTERS = re.compile(r"[^\W_]+|(?<=\d)[(.,/](?=\d)|[%€$£§]")
_WORD = re.compile(r"\d+(?:[.,/]\d+)*|[^\W\d_]+|[%€$£§]")
_THOUSANDS = re.compile(r"[ \u00a0\u2009\u202f](?<=\d[ \u00a0\u2009\u202f])(?=\d{3}(?!\d))")
# A break of lines after a hyphen, of which nobody knows whether it belongs to the word.
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
# The word that joins the last but one point of a list to the last one (", and", "; oder") comes and goes with points.
_JOINING = re.compile(r"[;,]\s*[^\W\d_]{1,5}\s*$")


def _plain(text: str) -> str:
    # Half of all that storing a norm costs was spent here: what cannot occur in a text is not looked for.
    if "-" in text and "\n" in text:
        text = _BROKEN.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _DROPPED.sub("", text))
    return _THOUSANDS.sub("", text.casefold())


def letters_and_digits(text: str) -> str:
    """Letters and digits alone: equal for texts that only blanks, hyphens, quotation marks or dashes tell apart.

    >>> letters_and_digits("The »co-operator«  shall pay EUR 5 000.") == letters_and_digits("the co-\\noperator shall pay EUR 5000")
    True
    >>> letters_and_digits("Article 5(1)") == letters_and_digits("Article 51")
    False
    """
    # Norms are compared with many others: their letters are kept, those of whole documents are not.
    return _letters(text) if len(text) < _SHORT else _read(text)


#: Texts of fewer characters are norms and paragraphs.
_SHORT = 4_000


@lru_cache(maxsize=8_000)
def _letters(text: str) -> str:
    return _read(text)


def _read(text: str) -> str:
    return "".join(_LETTERS.findall(_JOINING.sub("", _plain(text))))


@lru_cache(maxsize=8_000)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of a text, casefolded."""
    return tuple(_WORD.findall(_JOINING.sub("", _plain(text))))


@lru_cache(maxsize=4_000)
def _grams(text: str) -> Counter[str]:
    found = words(text)
    return Counter(found) + Counter(f"{a} {b}" for a, b in itertools.pairwise(found))


def similarity(one: str, other: str) -> float:
    """How alike two wordings are, 0 to 1: Dice's coefficient over words and pairs of words (Dice 1945). Symmetrical."""
    a, b = _grams(one), _grams(other)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that both have (``old`` equals ``new``), or words of one that stand for those of the other."""

    old: str
    new: str

    @property
    def same(self) -> bool:
        return self.old == self.new


def word_diff(old: str, new: str) -> tuple[Piece, ...]:
    """What differs word by word, in reading order; differences of layout are none.

    >>> [(p.old, p.new) for p in word_diff("within 5 days", "within 10 days") if not p.same]
    [('5', '10')]
    """
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(
        None, [letters_and_digits(w) or w for w in before], [letters_and_digits(w) or w for w in after], autojunk=False
    )
    pieces: list[Piece] = []
    for tag, i, j, k, n in matcher.get_opcodes():
        left, right = " ".join(before[i:j]), " ".join(after[k:n])
        if tag == "equal" or letters_and_digits(left) == letters_and_digits(right):
            left = right
        last = pieces[-1] if pieces else None
        if last is not None and last.same and left == right:
            pieces[-1] = Piece(f"{last.old} {left}".strip(), f"{last.new} {right}".strip())
        elif left or right:
            pieces.append(Piece(left, right))
    return tuple(pieces)


def differing(old: str, new: str) -> tuple[Counter[str], Counter[str]]:
    """Words that only the old text has, and those that only the new one has."""
    before, after = Counter(words(old)), Counter(words(new))
    return before - after, after - before


def contains(text: str, part: str) -> bool:
    """Whether all words of ``part`` stand in ``text``, in order and whatever the layout; nothing is nowhere."""
    wanted = letters_and_digits(part)
    return bool(wanted) and wanted in letters_and_digits(text)


def akin(one: str, other: str) -> bool:
    """Whether two words look like forms of one: they begin alike, and only their endings differ.

    >>> akin("authority", "authorities"), akin("provider", "processor")
    (True, False)
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    alike = next((k for k, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return alike >= max(4, len(short) - 3) and len(long) - alike <= 4
