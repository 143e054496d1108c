"""Footnotes: smaller lines at the foot of a column that begin with a mark."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.paragraphs import has_leader, note_mark

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
    foot = max(line.base for line in lines)
    kept: list[Line] = []
    before = len(notes)
    for _, group in groupby(lines, key=lambda line: line.column):
        column = list(group)
        cut = len(column)
        continues = bool(notes) and notes[-1].page == column[0].page - 1
        if column[-1].base > foot - 60 or column[-1].base > 0.8 * foot:
            cut = _begin(column, body_size, continues)
        kept.extend(column[:cut])
        _add_notes(column[cut:], notes, continues)
    _raise_flat_marks(kept, notes[before:])
    return kept


def _add_notes(lines: list[Line], notes: list[Note], continues: bool) -> None:
    """Add the footnote lines of a column; ``continues``: the first may go on with the last note of the page before."""
    model = next((line for line in lines if start_mark(line) is not None), None)
    for index, line in enumerate(lines):
        mark = start_mark(line)
        if mark is not None and model is not None and not _alike(line, model):
            mark = None  # a number that only begins a line of a note
        if mark is not None or not notes or (index == 0 and not continues):
            notes.append(Note(mark or "", line.page))
        notes[-1].lines.append(line)


def _raise_flat_marks(kept: list[Line], notes: list[Note]) -> None:
    """Tell marks in figures of the line's own height (``(1)``) from numbers: by the notes of the page that need one."""
    for note in notes:
        head = f"({note.mark})"
        if 0 in note.lines[0].raised or note.lines[0].first_text != head:
            continue
        # A word of a line may be the mark if nothing but stops follows it.
        found = [
            (line, index)
            for line in kept
            if head in line.text
            for index, text in enumerate(line.texts)
            if index and index not in line.raised and text.startswith(head) and not text[len(head) :].strip(_STOPS)
        ]
        if len(found) > 1:  # a mark follows a name more often than a number does
            found = [(line, index) for line, index in found if not line.texts[index - 1][0].islower()]
        if len(found) == 1:
            _raise(*found[0], len(head))


def _raise(line: Line, index: int, length: int) -> None:
    """Make the first ``length`` characters of a word a raised mark, what follows them a word glued to it."""
    words = line.words
    word = words[index]
    head, rest = word.text[:length], word.text[length:]
    if rest:
        edge = word.x1 - (word.x1 - word.x0) * len(rest) / len(word.text)
        parts = replace(word, text=head, x1=edge, soft=False), replace(word, text=rest, x0=edge, glued=True)
        line.put([*words[:index], *parts, *words[index + 1 :]])
        line.raised = {place + (place > index) for place in line.raised}
    line.raised |= {index}


def _begin(group: list[Line], body_size: float, continues: bool) -> int:
    """The index of a column's first footnote line; its length where it has none."""
    none, start = len(group), _small_print_start(group, body_size)
    first = next((index for index in range(start, none) if start_mark(group[index]) is not None), None)
    goes_on = 0 < start < none and _apart(group, start)
    if first is None:
        return start if continues and goes_on else none
    if first > start:
        unmarked = first - start <= _UNMARKED and 0 in group[first].raised
        if goes_on and (continues or unmarked):
            return start
    return first if first == start > 0 or _apart(group, first) else none


def _small_print_start(group: list[Line], body_size: float) -> int:
    """Where the small print at a column's end begins; the column's length where it has none, or a table of contents."""
    start = len(group)
    while start > 0 and group[start - 1].size <= SMALLER * body_size:
        start -= 1
    leaders = sum(has_leader(line.text) for line in group[start:])
    return start if leaders <= 0.3 * (len(group) - start) else len(group)


def _alike(line: Line, model: Line) -> bool:
    """Whether two lines begin with marks of one kind in one place."""
    kinds = [0 in each.raised or each.first_text[0] in "(*†‡" for each in (line, model)]
    return kinds[0] == kinds[1] and line.x0 < model.x0 + 1.5 * model.size


def _apart(group: list[Line], index: int) -> bool:
    """Whether more than a line's distance lies above a line that has one above it."""
    return index > 0 and group[index].base - group[index - 1].base > 1.35 * group[index].size


def start_mark(line: Line) -> str | None:
    """The mark a footnote line begins with, or None."""
    words = line.texts
    head = words[0]
    if 0 not in line.raised:
        if head == "(" and len(words) > 2 and words[2].startswith(")"):
            return note_mark(words[1])
        if head == "[" and 1 in line.raised:
            return note_mark(words[1])
        if not head.startswith(("(", "*", "†", "‡")) and not (head.isdigit() and len(words) > 1):
            return None
    return note_mark(head)
