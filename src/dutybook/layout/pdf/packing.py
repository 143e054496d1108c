"""What was read of pages, as columns in one string of bytes: small, and quick to hand from process to process."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Sequence
from dataclasses import fields, replace
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import Any

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.glyphs import Word
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.reading import Reading


def pack(reading: Reading) -> bytes:
    """A reading as bytes. Single objects (a pickle of them) would take five times the space and ten times the time."""
    lines = [line for page in reading.runs for line in page.runs]
    words = [word for line in lines for word in line.words]
    known: dict[str, str] = {}
    columns = _columns(Word, words)
    # One string for all words that read the same.
    columns["text"] = [known.setdefault(text, text) for text in columns["text"]]
    return pickle.dumps(
        (
            replace(reading, runs=[]),
            _columns(PageRuns, reading.runs, without="runs"),
            [len(page.runs) for page in reading.runs],
            _columns(Line, lines, without="words"),
            [len(line.words) for line in lines],
            columns,
        ),
        protocol=pickle.HIGHEST_PROTOCOL,
    )


def unpack(data: bytes) -> Reading:
    """What :func:`pack` was given. Only for bytes from our own processes."""
    reading: Reading
    reading, pages, page_lines, lines, line_words, words = pickle.loads(data)  # noqa: S301 - from our own child
    all_words = _objects(Word, words)
    lines["words"] = [all_words[start:stop] for start, stop in pairwise(accumulate(line_words, initial=0))]
    all_lines = _objects(Line, lines)
    pages["runs"] = [all_lines[start:stop] for start, stop in pairwise(accumulate(page_lines, initial=0))]
    reading.runs = _objects(PageRuns, pages)
    return reading


def joined(readings: Sequence[Reading]) -> Reading:
    """The readings of consecutive ranges of pages as one."""
    made = Reading()
    for reading in readings:
        for each in fields(Reading):
            ours, theirs = getattr(made, each.name), getattr(reading, each.name)
            if isinstance(ours, list):
                ours.extend(theirs)
            elif isinstance(ours, dict):
                ours.update(theirs)
            else:
                setattr(made, each.name, ours + theirs)
    return made


def _columns(kind: type[Any], items: Sequence[Any], without: str = "") -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in fields(kind):
        if each.name != without:
            values = list(map(attrgetter(each.name), items))
            made[each.name] = array("d", values) if each.type == "float" else values
    return made


def _objects(kind: type[Any], columns: dict[str, Any]) -> list[Any]:
    values = [columns[each.name] for each in fields(kind)]
    return list(map(kind, *(column.tolist() if isinstance(column, array) else column for column in values)))
