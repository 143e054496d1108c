"""Finds the dates of a language's fact frames in a sentence whose expressions of time are masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dutybook.languages.patterns import (
    SLOTS,
    Pieces,
    alternatives,
    anywhere,
    at_end,
    at_start,
    cached_by_identity,
    find_needed_pieces,
    group,
    quoting,
)
from dutybook.languages.sections import FactFrame, Facts
from dutybook.records import FactType, Family

WINDOW = 160
FAR = 10_000
"""The distance of a cue that stands in the list's stem."""
_COLON_OF_TIME = re.compile(r"(?<=\d):(?=\d\d(?!\d))")
_DOT_OF_DATE = re.compile(r"(?<=\d)\.|(?<=\d[ \u00a0]\w)\.")
_COLON = re.compile(r"[:–]\s?\w{0,12}\s?\d")
_LABEL = re.compile(r"\w\s?:\s*$")
_LABELS = re.compile(rf"(?:\s\w{{1,4}})?\s?:\s*(?={SLOTS['date']})")
_AFTER_LABEL = "(?: \\w{1,4})? ?[:–] ?«{date}»"
"""A colon and the day; before them may stand the word that leads to it ("Entrata in vigore *il*: 1 maggio 2031")."""
_HEAD = 60
"""How far into a sentence of guidance a year stands with which it opens, or nearly so."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_SLOT = re.compile(f"[{''.join(SLOTS.values())}]")
CUE_DISTANCE = 80
"""How far a period may be from its cue."""
RIGHT_AFTER = 2
"""How far the period for which an act says that it applies itself may be: what it applies to may have a period of its own."""
_LASTING = frozenset({Family.NEWS, Family.GUIDANCE})
"""Families that state for which period a measure applies; in acts such a period is mostly that of what they are about, unless the act is what applies."""
_LASTS = frozenset({FactType.APPLICATION})
_BEGINNINGS = _LASTS | {FactType.ENTRY_INTO_FORCE}
"""What lasts for a period, from its first day to its last; of an act also its force ("effective from 1 May through 3 June")."""
_SPECIFIC = frozenset(
    {FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.TRANSPOSITION, FactType.COMMENT_PERIOD}
)
_CAPTION = r"(?:(?-i:[A-Z]{4,20}):\s)?"
"""What may stand before the subject of a sentence: a caption in capitals."""
_OPENING = re.compile(r"\W*(?:\w{1,4}[.)]\W*)?")
"""What may stand before a date that opens a sentence: a number or letter of its own."""


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """The position of a frame's date in the masked sentence, and its distance from the cue.

    ``cue`` is None where it stands in the stem, or nowhere (``bare``). ``opening``: the date opens the sentence. ``period``: it has
    both its ends.
    """

    frame: FactFrame
    start: int
    end: int
    distance: int
    cue: tuple[int, int] | None
    bare: bool = False
    opening: bool = False
    period: bool = False

    @property
    def is_specific(self) -> bool:
        """Whether a cue in the sentence names what happens to an act, rather than that something happens."""
        return self.cue is not None and not self.frame.commanded and self.frame.type in _SPECIFIC

    def is_farther_than(self, other: FrameMatch) -> bool:
        """Whether the other is a nearer date with the same cue."""
        same = self.cue is not None and (self.frame.name, self.cue) == (other.frame.name, other.cue)
        return same and self.distance > other.distance


@dataclass(frozen=True, slots=True)
class Cue:
    """The position of a cue, and where the date stands that it is the label of, if it is one."""

    start: int
    end: int
    labels: int | None


@dataclass(frozen=True, slots=True)
class _Sought:
    """A frame whose dates are sought in a masked sentence, and where its cues stand there.

    ``without_cue``: a date needs none in the sentence, since the stem has it, or none is needed at all (``bare``).
    """

    frame: FactFrame
    line: str
    cues: tuple[Cue, ...]
    without_cue: bool
    bare: bool

    def opens_with(self, start: int) -> bool:
        """Whether the sentence begins at ``start``, a number or letter of its own aside."""
        return _OPENING.fullmatch(self.line, 0, start) is not None


class Frames:
    """The fact frames of one language."""

    def __init__(self, facts: Facts) -> None:
        frames = [frame.model_copy(update={"when": _when(frame)}) for frame in facts.frames]
        self._frames = [
            (frame, anywhere(frame.cue), quoting(frame.when), find_needed_pieces(frame.when)) for frame in frames
        ]
        # Without an expression of time only these can match: "on the day after publication".
        self._timeless = [row for row in self._frames if any(not _slotted(when) for when in row[0].when)]
        cues = tuple(
            dict.fromkeys(cue for frame in facts.frames if not frame.label for cue in frame.cue if not _slotted(cue))
        )
        sure = tuple(cue for cue in cues if find_needed_pieces((cue,)) is not None)
        self._labels = anywhere(tuple(cue for frame in facts.frames if frame.label for cue in frame.cue))
        self._any, self._any_pieces = anywhere(sure), find_needed_pieces(sure)
        self._any_other = anywhere(tuple(cue for cue in cues if cue not in sure))
        self._not_before = at_end((*facts.cited_before, *facts.denied_before))
        self._not_after = at_start((*facts.cited_after, *facts.denied_after))
        self._periods = quoting((*facts.periods, "{range}"))
        self._act = at_start(tuple(rf"{_CAPTION}\W*{phrase}" for phrase in facts.scope.act))
        self._slotted = any(_slotted(cue) for frame in facts.frames for cue in frame.cue)

    def may_speak(self, text: str, family: Family) -> bool:
        """Whether ``text`` contains a cue: a quick check before the sentence is parsed."""
        text = _without_times(text)
        if family is Family.NEWS or self._slotted or (family is Family.GUIDANCE and _YEAR.search(text, 0, _HEAD)):
            return True
        if _COLON.search(text) and self._labels.search(text):
            return True
        # The dots of dates ("30. Juni") are none of those that end a sentence, where the words of a cue may not go on.
        texts = (text, _DOT_OF_DATE.sub("", text)) if _DOT_OF_DATE.search(text) else (text,)
        if _has_any(self._any_pieces, text.lower()) and any(self._any.search(each) for each in texts):
            return True
        return any(self._any_other.search(each) for each in texts)

    def matches(
        self, line: str, stem: str, family: Family, *, heading: str = "", labels_only: bool = False
    ) -> Iterator[FrameMatch]:
        """Matches in ``line``; a frame's cue may stand in ``stem`` instead. ``heading``: of the provision.

        Bare ones have no cue at all: a day ahead of news may be announced without one, and what is commanded from a day
        on has its cue in the command. Whoever reads the value decides on these.
        """
        line, stem = _without_times(line), _without_times(stem)
        small = line.lower()
        lasting_act = family not in _LASTING and self._act.match(line) is not None
        periods = list(self._periods.finditer(line)) if family in _LASTING or lasting_act else []
        for frame, cue, when, pieces in self._frames if _SLOT.search(line) else self._timeless:
            lasting = periods if frame.type in (_BEGINNINGS if lasting_act else _LASTS) and not frame.label else []
            if not _is_open(frame, family, heading, labels_only=labels_only) or not (
                lasting or _has_any(pieces, small)
            ):
                continue
            sought = _seek(frame, cue, line, stem, family)
            if sought is not None:
                yield from self._find_periods(sought, lasting, RIGHT_AFTER if lasting_act else CUE_DISTANCE)
                yield from self._find_dates(sought, when, opening=family in frame.opening_families)

    def _find_periods(self, sought: _Sought, periods: Iterable[re.Match[str]], near: int) -> Iterator[FrameMatch]:
        """The periods with both their ends that stand no farther than ``near`` from a cue, or need none."""
        for match in periods:
            found = _near(sought, *match.span())
            if found is None or (not sought.bare and found.distance > near):
                continue
            if not self._vetoed(sought, *match.span(), whole=True):
                yield replace(found, bare=sought.bare, opening=sought.opens_with(match.start()), period=True)

    def _find_dates(self, sought: _Sought, when: re.Pattern[str], *, opening: bool) -> Iterator[FrameMatch]:
        """The dates of a frame; where ``opening``, only one that opens the sentence."""
        for match in when.finditer(sought.line):
            start, end = group(match, "q") or match.span()
            begins = sought.opens_with(start)
            if (opening and not begins) or self._vetoed(sought, start, end):
                continue
            if found := _near(sought, start, end):
                yield replace(found, bare=True, opening=begins) if sought.bare else found

    def _vetoed(self, sought: _Sought, start: int, end: int, *, whole: bool = False) -> bool:
        frame = sought.frame
        before, after = sought.line[max(0, start - WINDOW) : start], sought.line[end : end + WINDOW]
        if self._not_before.search(before) or self._not_after.match(after):
            return True
        if frame.unless_before and at_end(frame.unless_before).search(before):
            return True
        return bool(not whole and frame.unless_after and at_start(frame.unless_after).match(after))


def _without_times(text: str) -> str:
    """The text with points in times of day ("06.00"): elsewhere a colon parts clauses, and no cue goes on behind it."""
    return _COLON_OF_TIME.sub(".", text)


def _when(frame: FactFrame) -> tuple[str, ...]:
    """The patterns for a frame's date; that of a label opens the line, or what follows another date, a number or a full stop."""
    if frame.when or not frame.label:
        return frame.when
    return (rf"(?:^|(?<=[{{date}}.;|\d]))\W*(?:{alternatives(frame.cue)}){_AFTER_LABEL}",)


def _may_be_bare(frame: FactFrame, family: Family) -> bool:
    """Whether texts of a family may state what a frame is about without any of its cues."""
    return family in frame.families and (frame.commanded or frame.type is FactType.EXPECTED)


def _is_open(frame: FactFrame, family: Family, heading: str, *, labels_only: bool) -> bool:
    """Whether a frame may be used in a provision of a family with a heading."""
    of_family = not frame.families or family in (*frame.families, *frame.opening_families)
    under = not frame.under or anywhere(frame.under).search(heading) is not None
    return of_family and under and (frame.label or not labels_only)


def _seek(frame: FactFrame, cue: re.Pattern[str], line: str, stem: str, family: Family) -> _Sought | None:
    """What a frame is sought with: its cues in the line or above it; None where it needs one, or is ruled out."""
    cues = tuple(Cue(*m.span(), _labelled(line, m.end())) for m in cue.finditer(line))
    above = bool(stem) and cue.search(stem) is not None
    bare = not (cues or above)
    if (bare and not _may_be_bare(frame, family)) or anywhere(frame.unless).search(line):
        return None
    return _Sought(frame, line, cues, above or bare, bare)


def _has_any(pieces: Pieces | None, small: str) -> bool:
    """Whether a lower-case text has one of the pieces that a pattern needs; they are found sooner than the pattern."""
    return pieces is None or any(piece in small for piece in pieces)


def _near(sought: _Sought, start: int, end: int) -> FrameMatch | None:
    """A date with the nearest of a frame's cues, or without one where there may be none; None where no cue belongs to it.

    What follows a label with a colon belongs to that label, and it alone.
    """
    frame, line = sought.frame, sought.line
    labelled = line[start] == SLOTS["date"] and _LABEL.search(line[:start]) is not None
    fitting = [
        cue
        for cue in sought.cues
        if (not frame.date_after_cue or cue.end <= start)
        and (cue.labels == start if labelled or cue.labels is not None else True)
    ]
    if fitting:
        best = min(fitting, key=lambda cue: _gap((cue.start, cue.end), (start, end)))
        span = best.start, best.end
        return FrameMatch(frame, start, end, _gap(span, (start, end)), span)
    return FrameMatch(frame, start, end, FAR, None) if sought.without_cue else None


def _labelled(line: str, end: int) -> int | None:
    """Where the date stands that a word which ends at ``end`` is the label of: "Published: 1 May 2031"."""
    after = _LABELS.match(line, end)
    return after.end() if after else None


def _gap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return max(0, max(a[0], b[0]) - min(a[1], b[1]))


def _slotted(pattern: str) -> bool:
    """Whether a pattern has a place for an expression of time."""
    return any(f"{{{slot}}}" in pattern for slot in SLOTS)


frames_of = cached_by_identity(Frames)
"""The frames of a pack's section, compiled once."""
