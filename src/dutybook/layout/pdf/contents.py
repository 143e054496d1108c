"""Tables of contents without dot leaders: entries whose page numbers stand in one column at the right and rise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.layout.pdf.paragraphs import Paragraph

LEAST = 4
"""So many entries must follow each other."""
BETWEEN = 2
"""So many paragraphs without a page number may stand between two entries (titles of parts)."""

_PAGE = re.compile(r"^\d{1,4}$")


def contents_among(paragraphs: Sequence[Paragraph], pages: int) -> set[int]:
    """The indexes of the paragraphs that are such entries, and of the titles between them.

    ``pages`` is the length of the document: a number that is no page of it (a fee, a year) is no page number.
    """
    found: set[int] = set()
    series: list[int] = []
    last = (0, 0.0)
    for index in range(len(paragraphs) + 1):
        entry = _entry(paragraphs[index], pages) if index < len(paragraphs) else None
        follows = (
            entry is not None
            and series
            and index - series[-1] <= BETWEEN + 1
            and entry[0] >= last[0]
            and abs(entry[1] - last[1]) < 4
        )
        if series and index < len(paragraphs) and entry is None and index - series[-1] <= BETWEEN:
            continue
        if series and not follows:
            if len(series) >= LEAST and last[0] > (_entry(paragraphs[series[0]], pages) or last)[0]:
                found.update(range(series[0], series[-1] + 1))
            series = []
        if entry is not None:
            series.append(index)
            last = entry
    return found


def _entry(paragraph: Paragraph, pages: int) -> tuple[int, float] | None:
    """The page number a paragraph ends with and the x it ends at; None where it ends otherwise."""
    last = paragraph.lines[-1]
    if len(paragraph.lines) > 3 or last.count < 2 or not _PAGE.match(last.last_text):
        return None
    number = int(last.last_text)
    x0, x1 = last.sides(-1)
    if number > 1.2 * pages + 10 or x0 - last.sides(-2)[1] < 0.9 * last.size:
        return None
    return number, x1
