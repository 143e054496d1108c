"""Which quotes are list items, told from the reference text and the place alone, for gold and predictions alike.

A quote is a list item where one of these holds:

- its place ends in a point: ``Nr. 3``, ``Buchst. a``, or two numbers and more after an article or §, the last of them a
  letter, a roman or (in the languages whose points are numbers) a number: ``Art 5(1)(a)``, ``§ 4(1)(2)``;
- what stands before it, its own number or letter left out, ends in a colon or a long dash;
- it has a number or letter of its own, and the first item of that list (``a)`` for ``c)``, ``1.`` for ``3.``) comes after
  a colon, a long dash or a comma.

All other quotes are sentences, also those after a number with a dash ("2 — O explorador …"). A paragraph with a number ("2. The operator shall …") is a sentence: its first
paragraph follows a heading or a full stop.
"""

from __future__ import annotations

import re
import unicodedata

_POINT_PLACE = re.compile(
    r"(?:\b(?:Nr|Buchst|lit|indent)\.? ?\w+|(?:Art|§) ?[\w-]+\(\w+\)\((?:[a-z]+|\d+)\)(?:\(\w+\))*)$"
)
_FIRST_LETTER_PLACE = re.compile(r"^Art \w+\([a-z]\)$")
_MARK = re.compile(r"(?:^|(?<=\s))(\(?)([a-z]{1,4}|\d{1,2})([.)°]+)\s*$|(?:^|(?<=\s))([-–•])\s*$")
_DASHED_NUMBER = re.compile(r"(?:^|\n)\s*(?:\d{1,3}|[IVX]+)\.?\s*[—–-]\s*$")
_STEM_END = (":", "—", "–")


class ItemTeller:
    """Tells the list items of one reference text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._raw: list[int] = []
        for at, character in enumerate(text):
            letters = sum(c.isalnum() for c in unicodedata.normalize("NFKC", character).lower())
            self._raw.extend([at] * letters)

    def is_item(self, place: str | None, squeezed_start: int) -> bool:
        """Whether the quote at an offset into the squeezed text (the scorer's ``locate``) is a list item."""
        if place and (_POINT_PLACE.search(place) or _FIRST_LETTER_PLACE.match(place)):
            return True
        before = self.text[: self._raw[min(squeezed_start, len(self._raw) - 1)]]
        if _DASHED_NUMBER.search(before[-12:]):
            return False
        mark = _MARK.search(before[-12:])
        if mark is None:
            return before.rstrip("\"'«„“‘( \t\n\u00a0").endswith(_STEM_END)
        stem = self._before_first(mark, squeezed_start)
        return stem.endswith((*_STEM_END, ","))

    def _before_first(self, mark: re.Match[str], squeezed_start: int) -> str:
        """The text before the first item of the list that a mark belongs to."""
        head = self.text[: self._raw[squeezed_start]].rstrip()
        if mark[4]:
            lines = head.split("\n")
            while len(lines) > 1 and lines[-1].lstrip().startswith(mark[4]):
                lines.pop()
            return "\n".join(lines).rstrip()
        first = "1" if mark[2].isdigit() else "i" if len(mark[2]) > 1 else "a"
        opening = re.escape(f"{mark[1]}{first}{mark[3]}")
        starts = [m.start() for m in re.finditer(rf"(?:^|(?<=\s)){opening}(?=\s|$)", head)]
        return head[: starts[-1]].rstrip() if starts else ""
