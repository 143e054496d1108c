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
    """A reading as bytes. Single objects (a pickle of them) would take five times the space and ten times the time.

    Each page is packed by itself, so that never more than one is unpacked at a time.
    """
    pages = [_packed(page) for page in reading.runs]
    return pickle.dumps((replace(reading, runs=[]), pages), protocol=pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Reading:
    """What :func:`pack` was given, lines of later pages folded. Only for bytes from our own processes."""
    reading: Reading
    reading, pages = pickle.loads(data)  # noqa: S301 - from our own child
    for page in pages:
        made = _unpacked(page)
        for line in made.runs:
            line.fold()
        reading.runs.append(made)
    return reading


def _packed(page: PageRuns) -> bytes:
    lines = [line.peek() for line in page.runs]
    words = [word for line in lines for word in line]
    return pickle.dumps(
        (
            replace(page, runs=[]),
            _columns(Line, page.runs, without=("words", "folded")),
            list(map(len, lines)),
            _columns(Word, words),
        ),
        protocol=pickle.HIGHEST_PROTOCOL,
    )


def _unpacked(data: bytes) -> PageRuns:
    page: PageRuns
    page, lines, line_words, words = pickle.loads(data)  # noqa: S301 - from our own child
    all_words = _objects(Word, words)
    lines["words"] = [all_words[start:stop] for start, stop in pairwise(accumulate(line_words, initial=0))]
    page.runs = _objects(Line, lines)
    return page


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


def _columns(kind: type[Any], items: Sequence[Any], without: Sequence[str] = ()) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for each in fields(kind):
        if each.name not in without:
            values = list(map(attrgetter(each.name), items))
            made[each.name] = array("d", values) if each.type == "float" else values
    return made


def _objects(kind: type[Any], columns: dict[str, Any]) -> list[Any]:
    values = [columns[each.name] for each in fields(kind) if each.init]
    return list(map(kind, *(column.tolist() if isinstance(column, array) else column for column in values)))
