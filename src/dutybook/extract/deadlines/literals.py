"""What a pack pattern cannot do without: literal text, one piece of which stands in everything the pattern matches.

Looking for a piece of text is many times faster than looking for a pattern, and most rules match nothing in most
sentences: a rule is tried only where one of its pieces is.
"""

from __future__ import annotations

from collections.abc import Iterable

from dutybook.extract.deadlines.patterns import SLOTS

Pieces = frozenset[str]
SHORTEST = 3
_SLOT_WORTH = 6
_OPAQUE_GROUPS = ("(?=", "(?!", "(?<=", "(?<!")


def needed_pieces(patterns: Iterable[str]) -> Pieces | None:
    """Lower-case pieces of text one of which is in all that ``patterns`` match; None where there are no such.

    >>> sorted(needed_pieces(("(?:at least )?(?:half-yearly|twice a year)",)))
    ['half-yearly', 'twice']
    >>> needed_pieces(("(?:at least )?every {unit}?",))
    frozenset({'every'})
    """
    return _united([_Reader(pattern).alternatives() for pattern in patterns])


class _Reader:
    """Reads the regular expressions of packs: groups, look-arounds, classes, escapes, quantifiers, alternatives."""

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
        """The next atom: its text where it is literal, else what a group in its place cannot do without."""
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
        """How often at least the atom before stands there; None where nothing is said (once)."""
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
    return frozenset({run}) if len(run) >= SHORTEST else None


def _worth(pieces: Pieces) -> tuple[int, int]:
    slots = frozenset(SLOTS.values())
    return min(_SLOT_WORTH if piece in slots else len(piece) for piece in pieces), -len(pieces)


def _better(one: Pieces | None, other: Pieces | None) -> Pieces | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=_worth)


def _united(branches: list[Pieces | None]) -> Pieces | None:
    known = [pieces for pieces in branches if pieces is not None]
    return frozenset().union(*known) if known and len(known) == len(branches) else None
