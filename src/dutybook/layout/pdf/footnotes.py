"""Footnotes: smaller lines at the foot of a column that begin with a mark."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.markers import has_leader, note_mark

_STOPS = ".,;:)]»”’"
SMALLER = 0.94
"""Notes are set in at most this share of the body's size."""
_UNMARKED = 3
"""A note without a mark, on where the act was published, of at most so many lines may stand before the first."""


@dataclass(slots=True)
class Note:
    """A footnote: its mark without parentheses (empty if unmarked), where it begins, and its lines."""

    mark: str
    page: int
    lines: list[Line] = field(default_factory=list)


def take_notes(lines: list[Line], body_size: float, notes: list[Note]) -> list[Line]:
    """Move the footnotes of a page from its lines to ``notes``; returns the lines that stay.

    Lines that go on from a note of the page before are added to that note.
    """
    if not lines or not any(line.size <= SMALLER * body_size for line in lines):
        return lines
    groups = [list(group) for _, group in groupby(lines, key=lambda line: line.column)]
    foot = max(line.base for line in lines)
    kept: list[Line] = []
    before = len(notes)
    for group in groups:
        cut = len(group)
        continues = bool(notes) and notes[-1].page == group[0].page - 1
        if group[-1].base > foot - 60 or group[-1].base > 0.8 * foot:
            cut = _begin(group, body_size, continues)
        kept.extend(group[:cut])
        model = next((line for line in group[cut:] if start_mark(line) is not None), None)
        for line in group[cut:]:
            mark = start_mark(line)
            if mark is not None and model is not None and not _alike(line, model):
                mark = None  # a number that only begins a line of a note
            if mark is not None or not notes or (line is group[cut] and not continues):
                notes.append(Note(mark or "", line.page))
            notes[-1].lines.append(line)
    _raise_flat_marks(kept, notes[before:])
    return kept


def _raise_flat_marks(kept: list[Line], notes: list[Note]) -> None:
    """Tell marks in figures of the line's own height (``(1)``) from numbers: by the notes of the page that need one."""
    for note in notes:
        head = f"({note.mark})"
        if 0 in note.lines[0].raised or note.lines[0].first_text != head:
            continue
        found = [
            (line, index)
            for line in kept
            if head in line.text
            for index, word in enumerate(line.peek())
            if index
            and index not in line.raised
            and word.text[: len(head)] == head
            and not word.text[len(head) :].strip(_STOPS)
        ]
        if len(found) > 1:  # a mark follows a name more often than a number does
            found = [(line, index) for line, index in found if not line.texts[index - 1][0].islower()]
        if len(found) != 1:
            continue
        line, index = found[0]
        word = line.words[index]
        rest = word.text[len(head) :]
        if rest:
            edge = word.x1 - (word.x1 - word.x0) * len(rest) / len(word.text)
            line.words.insert(index + 1, replace(word, text=rest, x0=edge, glued=True))
            line.words[index] = replace(word, text=head, x1=edge, soft=False)
            line.raised = {place + (place > index) for place in line.raised}
        line.raised |= {index}


def _begin(group: list[Line], body_size: float, continues: bool) -> int:
    """The index of a column's first footnote line; its length where it has none."""
    start = len(group)
    while start > 0 and group[start - 1].size <= SMALLER * body_size:
        start -= 1
    if start == len(group):
        return start
    if sum(has_leader(line.text) for line in group[start:]) > 0.3 * (len(group) - start):
        return len(group)  # a table of contents in small print
    first = next((index for index in range(start, len(group)) if start_mark(group[index]) is not None), None)
    if first is None:
        return start if continues and start > 0 and _apart(group, start) else len(group)
    if start == 0 and not _apart(group, first):
        return len(group)
    unmarked = first - start <= _UNMARKED and 0 in group[first].raised
    if first > start > 0 and (continues or unmarked) and _apart(group, start):
        return start
    if first > start and not _apart(group, first):
        return len(group)
    return first


def _alike(line: Line, model: Line) -> bool:
    """Whether two lines begin with marks of one kind in one place."""
    kinds = [0 in each.raised or each.first_text[0] in "(*†‡" for each in (line, model)]
    return kinds[0] == kinds[1] and line.x0 < model.x0 + 1.5 * model.size


def _apart(group: list[Line], index: int) -> bool:
    """Whether more than a line's distance lies above a line."""
    if index == 0:
        return False
    return group[index].base - group[index - 1].base > 1.35 * group[index].size


def start_mark(line: Line) -> str | None:
    """The mark a footnote line begins with, or None."""
    words = line.texts
    head = words[0]
    if 0 in line.raised:
        return note_mark(head)
    if head == "(" and len(words) > 2 and words[2].startswith(")"):
        return note_mark(words[1])
    if head.startswith(("(", "*", "†", "‡")) or (head.isdigit() and len(words) > 1):
        return note_mark(head)
    if head == "(" or (len(words) > 1 and 1 in line.raised and head in ("(", "[")):
        return note_mark(words[1])
    return None
