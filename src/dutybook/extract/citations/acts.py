"""Finds EU acts by number: "Regulation (EC) No 1049/2001" is CELEX 32001R1049."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.languages.patterns import alternatives
from dutybook.languages.sections.findings import Citations

FIRST_YEAR, LAST_YEAR = 1952, 2099


@dataclass(frozen=True, slots=True)
class Act:
    """An act named in the text: its position and its work id. ``work`` is None if the name is not sufficient."""

    start: int
    end: int
    work: str | None


def celex(letter: str, first: int, second: int, *, number_first: bool) -> str | None:
    """The CELEX number of an act; None if its number does not reveal a year.

    Until 2014 regulations were numbered number/year after "No", directives year/number; since 2015 all acts are
    year/number (see the Interinstitutional style guide, 1.3.3.3).

    >>> celex("R", 1049, 2001, number_first=True), celex("L", 95, 46, number_first=False)
    ('32001R1049', '31995L0046')
    """
    pairs = [(second, first), (first, second)] if number_first else [(first, second), (second, first)]
    for year, number in pairs:
        full = year + 1900 if 50 <= year <= 99 else year
        if FIRST_YEAR <= full <= LAST_YEAR and 0 < number <= 9999:
            return f"3{full}{letter}{number:04}"
    return None


class ActReader:
    """Finds numbered EU acts in one language."""

    def __init__(self, words: Citations) -> None:
        self._letters: list[tuple[re.Pattern[str], str]] = [
            (re.compile(alternatives(kind.words), re.IGNORECASE), kind.letter) for kind in words.act_kinds
        ]
        bodies = alternatives(words.act_bodies) or "(?!)"
        no = f"(?:(?P<no>{alternatives(words.act_numbers)})\\s*)?" if words.act_numbers else "(?P<no>(?!))?"
        body = rf"(?:\((?:{bodies})(?:[,;]\s*(?:{bodies})){{0,3}}\)\s*)?"
        number = rf"(?P<all>{body}{no}(?P<a>\d{{1,4}})/(?P<b>\d{{1,4}})(?!\d|/\d)(?:/(?:{bodies})(?!\w))?)"
        kinds = alternatives(tuple(w for kind in words.act_kinds for w in kind.words))
        qualifiers = f"(?:(?:{alternatives(words.act_qualifiers)})\\s+){{0,4}}" if words.act_qualifiers else ""
        tail = f"(?:\\s+(?:{alternatives(words.act_qualifiers)})){{0,4}}" if words.act_qualifiers else ""
        joiner = alternatives(words.joiners) or ","
        source = rf"(?<!\w){qualifiers}(?P<kind>{kinds}){tail}\s+{number}"
        if words.act_kind_last:
            source = rf"(?<![\w(]){number}\.?,?\s+{qualifiers}(?P<kind>{kinds})(?!\w)"
        self._act = re.compile(source, re.IGNORECASE) if words.act_kinds else None
        self._next = re.compile(rf"\s*(?:(?:{joiner})\s*){{1,3}}(?P<kind>{kinds or '(?!)'})?\s*{number}", re.IGNORECASE)

    def find(self, line: str) -> list[Act]:
        """The acts in ``line``, in text order."""
        found: list[Act] = []
        if self._act is None or "/" not in line:
            return found
        at = 0
        while match := self._act.search(line, at):
            letter = self._letter(match["kind"])
            if letter is None:
                at = match.end()
                continue
            found.append(Act(match.start(), match.end(), self._work(letter, match)))
            at = match.end()
            while more := self._next.match(line, at):
                kind = more["kind"]
                letter = (self._letter(kind) if kind else None) or letter
                start = more.start("kind") if kind else more.start("all")
                found.append(Act(start, more.end(), self._work(letter, more)))
                at = more.end()
        return found

    def last_of_kind(self, words: str, acts: Sequence[Act]) -> str | None:
        """The work of the last of ``acts`` that is of the kind named in ``words`` ("of that Regulation")."""
        letter = next((letter for pattern, letter in self._letters if pattern.search(words)), None)
        for act in reversed(acts):
            if letter is None or (act.work is not None and act.work[5:6] == letter):
                return act.work
        return None

    def _letter(self, kind: str) -> str | None:
        plain = " ".join(kind.split())
        return next((letter for pattern, letter in self._letters if pattern.fullmatch(plain)), None)

    @staticmethod
    def _work(letter: str, match: re.Match[str]) -> str | None:
        return celex(letter, int(match["a"]), int(match["b"]), number_first=bool(match["no"]))
