"""Compiles a pack's frames of facts, and matches them with a masked sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere, at_end, at_start, group, quoting
from dutybook.languages.sections.findings import FactFrame, Facts
from dutybook.records import Genre

WINDOW = 160
FAR = 10_000
"""The distance of a cue that stands in the list's stem."""
_OPENING = re.compile(r"\W*(?:\w{1,4}[.)]\W*)?")
"""What may stand before a date that opens a sentence: a number or letter of its own."""


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """The position of a frame's date in the masked sentence, and its distance from the cue; ``cue`` is None in a
    stem.
    """

    frame: FactFrame
    start: int
    end: int
    distance: int
    cue: tuple[int, int] | None
    value: str | None


class Frames:
    """The fact frames of one language."""

    def __init__(self, facts: Facts) -> None:
        self._frames = [(frame, anywhere(frame.cue), quoting(frame.when)) for frame in facts.frames]
        self._any = anywhere(tuple(cue for frame in facts.frames for cue in frame.cue if not _slotted(cue)))
        self._cited_before, self._cited_after = at_end(facts.cited_before), at_start(facts.cited_after)
        self._slotted = any(_slotted(cue) for frame in facts.frames for cue in frame.cue)

    def may_speak(self, text: str, genre: Genre) -> bool:
        """Whether ``text`` contains a cue: a quick check before the sentence is parsed."""
        return genre is Genre.NEWS or self._slotted or self._any.search(text) is not None

    def matches(self, line: str, stem: str, genre: Genre, *, labels_only: bool = False) -> Iterator[FrameMatch]:
        """Matches in ``line``; a frame's cue may stand in ``stem`` instead."""
        for frame, cue, when in self._frames:
            opening = genre in frame.opening_genres
            if (frame.genres and genre not in frame.genres and not opening) or (labels_only and not frame.label):
                continue
            cues = [m.span() for m in cue.finditer(line)]
            above = cue.search(stem) is not None if stem else False
            if not (cues or above):
                continue
            if frame.unless and anywhere(frame.unless).search(line):
                continue
            for match in when.finditer(line):
                start, end = group(match, "q") or match.span()
                if self._vetoed(frame, line, start, end) or (opening and not _OPENING.fullmatch(line[:start])):
                    continue
                near = [c for c in cues if not frame.date_after_cue or c[1] <= start]
                if near:
                    best = min(near, key=lambda c: _gap(c, (start, end)))
                    yield FrameMatch(frame, start, end, _gap(best, (start, end)), best, frame.value)
                elif above:
                    yield FrameMatch(frame, start, end, FAR, None, frame.value)

    def _vetoed(self, frame: FactFrame, line: str, start: int, end: int) -> bool:
        before, after = line[max(0, start - WINDOW) : start], line[end : end + WINDOW]
        if self._cited_before.search(before) or self._cited_after.match(after):
            return True
        if frame.unless_before and at_end(frame.unless_before).search(before):
            return True
        return bool(frame.unless_after and at_start(frame.unless_after).match(after))


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _slotted(pattern: str) -> bool:
    return re.search(r"\{(?:quantity|date|year|day|month|ordinal|relative)\}", pattern) is not None


_CACHE: dict[int, tuple[Facts, Frames]] = {}


def frames_of(pack: LanguagePack) -> Frames:
    """The frames of a pack, compiled once."""
    known = _CACHE.get(id(pack.facts))
    if known is None or known[0] is not pack.facts:
        known = _CACHE[id(pack.facts)] = (pack.facts, Frames(pack.facts))
    return known[1]
