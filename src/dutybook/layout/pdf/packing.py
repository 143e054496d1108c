"""What was read of pages, as columns in one string of bytes: small, and quick to hand from process to process."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.lines import UNSET, Line
from dutybook.layout.pdf.reading import Reading
from dutybook.layout.pdf.wordrows import Row, together


def pack(reading: Reading) -> bytes:
    """A reading as bytes. Single objects (a pickle of them) would take five times the space and ten times the time.

    Each page is packed by itself, so that never more than one is unpacked at a time.
    """
    pages = [_packed(page) for page in reading.runs]
    return pickle.dumps((replace(reading, runs=[]), pages), protocol=pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes) -> Reading:
    """What :func:`pack` was given. Only for bytes from our own processes."""
    reading: Reading
    reading, pages = pickle.loads(data)  # noqa: S301 - from our own child
    reading.runs.extend(map(_unpacked, pages))
    return reading


def _packed(page: PageRuns) -> bytes:
    rows = [line.row() for line in page.runs]
    lines = _columns(Line, page.runs, without=("words", "folded"))
    texts = [(row.text, row.count, row.style, row.parted) for row in rows]
    columns = together(rows) if rows else None
    return pickle.dumps((replace(page, runs=[]), lines, texts, columns), protocol=pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes) -> PageRuns:
    page: PageRuns
    page, lines, texts, columns = pickle.loads(data)  # noqa: S301 - from our own child
    lines["words"] = [UNSET] * len(texts)
    page.runs = _objects(Line, lines)
    begin = 0
    for line, (text, count, style, parted) in zip(page.runs, texts, strict=True):
        line.hold(Row(text, columns, begin, begin + count, style, parted))
        begin += count
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
