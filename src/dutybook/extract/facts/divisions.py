"""Divisions of an act as a sentence cites them: "Chapter III, Section 4", "Sections 4 and 5 of Chapter IV", "Titles I to III"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from dutybook.extract.deadlines.patterns import alternatives
from dutybook.languages import LanguagePack

_NUMBER = r"(?:(?-i:[IVXLC]{1,7}|[A-Z])|\d{1,3}[a-z]?)(?![\w(])"


class Row(NamedTuple):
    """One division: where it stands in the line, its place ("Chapter III Section 4"), and the word that names it, if any."""

    start: int
    end: int
    value: str
    head: str = ""


class Divisions:
    """The words of one language for chapters, sections and their like."""

    def __init__(self, pack: LanguagePack) -> None:
        citations = pack.citations
        joint = rf"(?:,|(?:{alternatives(citations.joiners) or ','})(?!\w))"
        self._join = re.compile(
            rf"\s*(?:(?P<range>{alternatives(citations.ranges)})(?!\w)|{joint}(?:\s*{joint})?)\s*", re.IGNORECASE
        )
        self._levels = [
            (kind, re.compile(rf"(?<!\w)(?:{alternatives(words)})\s+(?P<n>{_NUMBER})", re.IGNORECASE))
            for kind, words in pack.facts.scope.divisions.items()
            if words
        ]
        self._number = re.compile(_NUMBER)
        self._of = re.compile(rf"\s+(?:{alternatives(citations.part_links) or '(?!)'})\s+", re.IGNORECASE)

    def find(self, line: str) -> Iterator[Row]:
        """Chapters and sections cited in ``line``, a row each: "Chapter III Section 4", "Sections 4 and 5 of Chapter IV"."""
        at = 0
        while True:
            first = self._first(line, at)
            if first is None:
                return
            found = self._run(line, *first)
            yield from found
            at = found[-1].end

    def _first(self, line: str, at: int) -> tuple[int, re.Match[str]] | None:
        matches = [(m.start(), level, m) for level, (_, p) in enumerate(self._levels) if (m := p.search(line, at))]
        best = min(matches, key=lambda row: row[0], default=None)
        return (best[1], best[2]) if best else None

    def _run(self, line: str, level: int, match: re.Match[str]) -> list[Row]:
        """A division with the numbers of its siblings, those inside it, or the one around it."""
        name = self._levels[level][0].capitalize()
        word = match[0].split()[0]
        found = [Row(match.start(), match.end(), f"{name} {match['n']}", word)]
        inner = self._inside(line, match.end(), level)
        if inner:
            return [
                Row(match.start() if not n else t.start, t.end, f"{found[0].value} {t.value}", "" if n else word)
                for n, t in enumerate(inner)
            ]
        while len(found) < 60:
            joined = self._join.match(line, found[-1].end)
            more = self._number.match(line, joined.end()) if joined else None
            if joined is None or more is None:
                break
            if joined["range"]:
                last = found.pop()
                found.append(Row(last.start, more.end(), f"{last.value}-{more[0]}", last.head))
            else:
                found.append(Row(more.start(), more.end(), f"{name} {more[0]}"))
        around = self._around(line, found[-1].end, level)
        if around:
            outer, end = around
            found = [Row(t.start, t.end, f"{outer} {t.value}", t.head) for t in found]
            last = found[-1]
            found[-1] = Row(last.start, end, last.value, last.head)
        return found

    def _inside(self, line: str, at: int, level: int) -> list[Row]:
        gap = re.compile(r"\s*,?\s*").match(line, at)
        start = gap.end() if gap else at
        for deeper in range(level + 1, len(self._levels)):
            match = self._levels[deeper][1].match(line, start)
            if match:
                return self._run(line, deeper, match)
        return []

    def _around(self, line: str, at: int, level: int) -> tuple[str, int] | None:
        link = self._of.match(line, at)
        if link is None:
            return None
        for higher in range(level):
            match = self._levels[higher][1].match(line, link.end())
            if match:
                return f"{self._levels[higher][0].capitalize()} {match['n']}", match.end()
        return None


@cache
def divisions_of(pack: LanguagePack) -> Divisions:
    """The reader of a pack, made once."""
    return Divisions(pack)
