"""The numbers, letters and dashes that paragraphs begin with, in any language."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKER = re.compile(
    r"""(?:
      [„“"«'‘‚»”]?\(\s?(?:\d{1,3}[a-z]{0,2}|[^\W\d_]|[ivxlc]{2,6}|[IVXL]{2,5}|([a-zα-ωа-я])\1{1,2}|[a-zα-ω]{2}|\*+\d?)\s?\)
    | [„“"«'‘‚»]?(?:\d{1,3}[a-z]?|[^\W\d_]|[ivx]{1,5}|[a-z]{2})\)        # 1) a) aa) iv)
    | [„“"«'‘‚»]?\d{1,3}[a-z]?\.                                      # 1.
    | [„“"«'‘‚»]?\d{1,3}[.°º][°ºªoa]?-?                                # 1.º 1.°
    | \d{1,2}(?:\.\d{1,3}){1,4}\.?[A-Z]?                            # 1.1  3.2.4  1.1.1R
    | (?:[IVX]{1,6}|[^\W\d_]|στ|[ivx]{2,5})\.                          # IV.  B.  α.  ii.
    | [—–•‣▪●◦■□·\uf0b7-]                                           # dashes and bullets
    | [„“"«'‘‚»]?§{1,2}                                               # § 5
    )$""",
    re.VERBOSE,
)
_ONLY_NUMBER = re.compile(
    r"^[„“\"«]?(?:§\s*\d+[a-z]?|\d{1,3}\.?[ºª°]?\s+[^\W\d_]{2,12}|[^\W\d_]{2,12}\.?\s+(?:[IVXLC]+|\d{1,3}|[A-Z])[a-z]{0,3}[.º°:]?(?:er|re)?)$"
)
_WORD_NUMBER = re.compile(r"^[„“\"«]?[^\W\d_]{2,12}\.?\s+(?:\d{1,4}[a-z]{0,3}|[IVXLC]+)[.º°:)—–-]*(?:\s|$)")
_NOTE_MARK = re.compile(r"^\(?\s?(\d{1,3}|\*{1,4}\d?|[†‡§]|[a-z])\s?\)?[.:]?$")
_LEADER = re.compile(r"(?:(?:\.\s?){4,}|(?:…\s?){2,}|_{5,}|(?:·\s?){4,})\s*(?:[\d]{1,4}|[ivxlc]{1,6})?\s*$")
_LEADER_INSIDE = re.compile(r"(?:\.\s?){5,}|(?:…\s?){2,}")
CONJUNCTIONS = frozenset(
    [
        "und",
        "oder",
        "bzw",
        "sowie",
        "bis",
        "en",
        "of",
        "and",
        "or",
        "et",
        "ou",
        "och",
        "eller",
        "og",
        "ja",
        "tai",
        "y",
        "e",
        "o",
        "i",
        "a",
        "ali",
        "lub",
        "oraz",
        "nebo",
        "alebo",
        "és",
        "vagy",
        "και",
        "ή",
        "и",
        "или",
    ]
)
"""Words that join the last items of a list, and parts of compounds, in the languages of Europe."""
_STOPPED = re.compile(rf"(?:[.;:!?…][\"“”»’)\]]*|;\s\w{{1,4}}|,\s(?:{'|'.join(sorted(CONJUNCTIONS))}))$")


def marker_words(words: Sequence[str]) -> int:
    """How many of a line's first words are its marker: 0, 1, or 2 for ``§ 5`` and ``( 1 )``."""
    if not words:
        return 0
    first = words[0]
    if first.strip('„“"«') in ("§", "§§"):
        return 2 if len(words) > 1 and words[1][:1].isdigit() else 0
    if _MARKER.match(first):
        return 1
    if first == "(" and len(words) > 2 and words[2].startswith(")") and len(words[1]) < 4:
        return 3
    return 0


def is_bullet(word: str) -> bool:
    """Whether a word is a dash or a bullet."""
    return len(word) == 1 and word in "—–•‣▪●◦■□·\uf0b7-"


def is_number_line(text: str) -> bool:
    """A line that is nothing but a division's number: ``Article 5``, ``CHAPTER II``, ``3. cikk``, ``§ 4``."""
    return len(text) < 28 and _ONLY_NUMBER.match(text) is not None


def is_word_number(text: str) -> bool:
    """A line that begins with a word and a number: ``Article 5 Right of access``."""
    return _WORD_NUMBER.match(text) is not None


def note_mark(text: str) -> str | None:
    """The mark of a footnote without parentheses, or None where ``text`` is none."""
    match = _NOTE_MARK.match(text)
    return match.group(1) if match else None


def has_leader(text: str) -> bool:
    """Whether a line is one of a table of contents: it ends with dot leaders, a page number after them or not."""
    return _has_dots(text) and _LEADER.search(text) is not None


def holds_leader(text: str) -> bool:
    """Whether dot leaders stand anywhere in ``text``."""
    return _has_dots(text) and _LEADER_INSIDE.search(text) is not None


def _has_dots(text: str) -> bool:
    """A quick look: asked of every line."""
    return ".." in text or ". ." in text or "…" in text or "__" in text or "··" in text or "· ·" in text


def is_stopped(text: str) -> bool:
    """Whether a paragraph or list item can end with ``text``."""
    return _STOPPED.search(text) is not None
