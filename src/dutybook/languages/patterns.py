"""Compiles the patterns of language packs to regular expressions (``languages/temporal`` describes the
pattern language).

Each expression of time is replaced with one private-use character before a rule is applied to a sentence, so a rule
is a short regular expression over words and slots, and does not need to know how dates are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from itertools import count
from typing import TypeVar

Section = TypeVar("Section")
Made = TypeVar("Made")

SLOTS = {
    "quantity": "\ue000",
    "date": "\ue001",
    "year": "\ue002",
    "day": "\ue003",
    "month": "\ue004",
    "ordinal": "\ue005",
    "relative": "\ue006",
    "weekday": "\ue007",
    "range": "\ue008",
    "recurring": "\ue009",
    "weekdays": "\ue00a",
    "void": "\ue00b",
}
NEVER = re.compile(r"(?!)")
_ANY_SLOT = re.compile("[\ue000-\ue0ff]")


def cached_by_identity(make: Callable[[Section], Made]) -> Callable[[Section], Made]:
    """A function of one section of a pack, which cannot be hashed: what was made of it is kept."""
    known: dict[int, tuple[Section, Made]] = {}

    @wraps(make, updated=())
    def remembered(section: Section) -> Made:
        if id(section) not in known:
            known[id(section)] = (section, make(section))
        return known[id(section)][1]

    return remembered


def without_slots(text: str) -> str:
    """``text`` with every character that could be mistaken for a slot replaced, at the same length."""
    return _ANY_SLOT.sub("�", text) if _ANY_SLOT.search(text) else text


# An apostrophe, or a set of characters, in which another set cannot stand.
_APOSTROPHE = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|'")


def _either_apostrophe(found: re.Match[str]) -> str:
    piece = found[0]
    return "['’]" if piece == "'" else piece.replace("'", "'’") if piece[0] == "[" else piece


def fragment(pattern: str) -> str:
    """One pack pattern as source of a regular expression, with slots filled in, without boundaries."""
    source = _APOSTROPHE.sub(_either_apostrophe, pattern).replace(" ?", r"\s*").replace(" ", r"\s+")
    for name, char in SLOTS.items():
        source = source.replace("{" + name + "}", char)
    return source


def bounded(source: str) -> str:
    """``source`` as whole words: no letter or digit directly before or after, unless it ends in an apostrophe."""
    return rf"(?:(?<!\w)|(?!\w))(?:{source})(?:(?!\w)|(?<=['’]))"


def alternatives(patterns: Iterable[str]) -> str:
    """The patterns as one alternation, longest first, so that a longer phrase is tried before its beginning."""
    return "|".join(fragment(p) for p in sorted(patterns, key=len, reverse=True))


@lru_cache(maxsize=4096)
def anywhere(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for one of the phrases as whole words; without phrases it never matches."""
    return re.compile(bounded(alternatives(patterns)), re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=4096)
def at_end(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for one of the phrases at the end of a text, possibly followed by white space."""
    return re.compile(rf"(?<!\w)(?:{alternatives(patterns)})\s*$", re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=64)
def at_end_of_clause(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for a sequence of such words, each after white space, at the end of a text. The words are taken
    literally. The second half of a word that a hyphen divides is none.
    """
    return re.compile(rf"(?:(?<!-)\s+(?:{'|'.join(words)}))+\s*$") if words else NEVER


@lru_cache(maxsize=4096)
def at_start(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for ``match``: one of the phrases after white space."""
    source = rf"\s*(?:{alternatives(patterns)})(?:(?!\w)|(?<=['’]))"
    return re.compile(source, re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=1024)
def quoting(patterns: tuple[str, ...], unit_forms: str = "") -> re.Pattern[str]:
    """A rule's patterns as one expression, in the pack's order. Groups ``q…`` are quotes, ``u…`` names of units."""
    number = count()

    def numbered(source: str) -> str:
        source = source.replace("«", f"(?P<q{next(number)}>", 1).replace("»", ")", 1)
        return source.replace("{unit}", f"(?P<u{next(number)}>{unit_forms or '(?!)'})")

    return re.compile(bounded("|".join(numbered(fragment(p)) for p in patterns)), re.IGNORECASE)


def group(match: re.Match[str], letter: str) -> tuple[int, int] | None:
    """The range of the matched group in a :func:`quoting` match whose name begins with ``letter``; None without one."""
    for name, value in match.groupdict().items():
        if name[0] == letter and value is not None:
            return match.span(name)
    return None


Pieces = frozenset[str]
SHORTEST_PIECE = 3
_SLOT_WORTH = 6
_OPAQUE_GROUPS = ("(?=", "(?!", "(?<=", "(?<!")


def find_needed_pieces(patterns: Iterable[str]) -> Pieces | None:
    """Lower-case pieces of text, one of which is in everything that ``patterns`` match; None if there are no such
    pieces.

    >>> sorted(find_needed_pieces(("(?:at least )?(?:half-yearly|twice a year)",)))
    ['half-yearly', 'twice']
    >>> find_needed_pieces(("(?:at least )?every {unit}?",))
    frozenset({'every'})
    """
    return _united([_PatternReader(pattern).alternatives() for pattern in patterns])


class _PatternReader:
    """Parses the regular expressions of packs: groups, look-arounds, classes, escapes, quantifiers, alternatives."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> Pieces | None:
        branches = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            branches.append(self._sequence())
        return _united(branches)

    def _sequence(self) -> Pieces | None:
        best: Pieces | None = None
        run = ""
        while (char := self._peek()) and char not in "|)":
            literal, group = self._atom()
            least = self._quantifier()
            if least == 0:
                literal, group = "", None
            run += literal
            if not literal or least is not None:  # what follows is not joined to what stands before
                best, run = _better(_better(best, _piece(run)), group), ""
        return _better(best, _piece(run))

    def _atom(self) -> tuple[str, Pieces | None]:
        """The next atom: its text if it is literal, else the pieces that a group in its place requires."""
        pattern, at = self._pattern, self._at
        char = pattern[at]
        if char == "(":
            return "", self._group()
        if char == "[":
            self._at = pattern.index("]", at + 2) + 1
            return "", None
        if char == "\\":
            self._at = at + 2
            return ("" if pattern[at + 1].isalnum() else pattern[at + 1]), None
        if char == "{":
            end = pattern.index("}", at)
            self._at = end + 1
            slot = SLOTS.get(pattern[at + 1 : end])
            return "", frozenset({slot}) if slot else None
        self._at = at + 1
        return (char.lower() if char.isalnum() or char in "-–,%" else ""), None

    def _group(self) -> Pieces | None:
        opaque = self._pattern.startswith(_OPAQUE_GROUPS, self._at)
        if self._pattern.startswith("(?", self._at):
            colon = next(i for i in range(self._at + 2, len(self._pattern)) if self._pattern[i] in ":=!")
            self._at = colon + 1
        else:
            self._at += 1
        pieces = self.alternatives()
        self._at += 1  # the closing bracket
        return None if opaque else pieces

    def _quantifier(self) -> int | None:
        """How often at least the preceding atom occurs; None without a quantifier (once)."""
        char = self._peek()
        least: int | None = None
        if char in ("?", "*", "+"):
            least = int(char == "+")
            self._at += 1
        elif char == "{" and self._pattern[self._at + 1].isdigit():
            end = self._pattern.index("}", self._at)
            least = int(self._pattern[self._at + 1 : end].split(",")[0])
            self._at = end + 1
        if least is not None and self._peek() == "?":  # reluctant
            self._at += 1
        return least

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]


def _piece(run: str) -> Pieces | None:
    return frozenset({run}) if len(run) >= SHORTEST_PIECE else None


def _worth(pieces: Pieces) -> tuple[int, int]:
    slots = frozenset(SLOTS.values())
    return min(_SLOT_WORTH if piece in slots else len(piece) for piece in pieces), -len(pieces)


def _better(one: Pieces | None, other: Pieces | None) -> Pieces | None:
    if one is None or other is None:
        return one or other
    return max(other, one, key=_worth)  # of two as good the later: a noun is rarer than the preposition before it


def _united(branches: list[Pieces | None]) -> Pieces | None:
    known = [pieces for pieces in branches if pieces is not None]
    return frozenset().union(*known) if known and len(known) == len(branches) else None
