"""What was read of pages, as columns in one string of bytes: small, and quick to hand from process to process."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Sequence
from dataclasses import fields, replace

from dutybook.layout.pdf.furniture import PageRuns
from dutybook.layout.pdf.lines import Line
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
    """A page's runs as they were found: nothing is known of their columns yet."""
    rows = [line.row() for line in page.runs]
    places = array("d", [each for line in page.runs for each in (line.x0, line.x1, line.base, line.size)])
    raised = [line.raised for line in page.runs]
    texts = [(row.text, row.count, row.style, row.parted) for row in rows]
    columns = together(rows) if rows else None
    return pickle.dumps((replace(page, runs=[]), places, raised, texts, columns), protocol=pickle.HIGHEST_PROTOCOL)


def _unpacked(data: bytes) -> PageRuns:
    page: PageRuns
    page, places, raised, texts, columns = pickle.loads(data)  # noqa: S301 - from our own child
    begin = 0
    fours = zip(*[iter(places.tolist())] * 4, strict=True)
    for (x0, x1, base, size), lifted, (text, count, style, parted) in zip(fours, raised, texts, strict=True):
        row = Row(text, columns, begin, begin + count, style, parted)
        page.runs.append(Line(page.number, row, x0, x1, base, size, lifted))
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
