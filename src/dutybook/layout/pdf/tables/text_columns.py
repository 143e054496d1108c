"""Columns and rows of text alone: columns where rows leave the same gap free, rows where no entry just wraps.

Both questions are asked of tables that are ruled in one direction only and of tables without any line; what
counts as proof that there is a table at all differs, see :mod:`.detection`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.words import Bounds

Row = list[Line]
"""The runs of words on one baseline, from left to right."""
MIN_GAP = 0.6
"""Narrowest gap between columns, in ems."""
LEADING = 1.7
"""Lines of one entry stand closer than this many times the usual distance of lines."""
_MARKER = re.compile(r"(?:\W{0,2}[\w.]{1,7}\W{0,2}|[\d.]{1,12}[A-Z]?|\W)$")
_NUMBER = re.compile(r"[\W\d]*\d[\W\d]*(?:\w{1,4}\W?)?$|[–—-]$")


def gutters(rows: Sequence[Row], left: float, right: float) -> list[float]:
    """The x of the gaps between columns: free of text in all rows, but for a few that span columns."""
    if len(rows) < 2 or right - left < 20:
        return []
    size = median(row[0].size for row in rows)
    allowed = 0 if len(rows) < 4 else max(1, len(rows) // 8)
    steps = [0] * (int(right - left) + 3)
    for row in rows:
        for run in row:
            start = min(max(int(run.x0 - left), 0), len(steps) - 2)
            steps[start] += 1
            steps[min(max(int(run.x1 - left) + 1, start + 1), len(steps) - 1)] -= 1
    found: list[float] = []
    covered, begin = 0, -1
    for at, step in enumerate(steps):
        covered += step
        if covered <= allowed:
            begin = at if begin < 0 else begin
        elif begin >= 0:
            if begin > 0 and at - begin >= MIN_GAP * size:
                found.append(left + (begin + at) / 2)
            begin = -1
    return [x for x in found if _parts(x, rows)]


def _parts(x: float, rows: Sequence[Row]) -> bool:
    """Whether a gap has text on both sides in enough rows."""
    both = sum(any(run.x1 <= x for run in row) and any(run.x0 >= x for run in row) for row in rows)
    return both >= max(2, 0.3 * len(rows))


def columns_of(run: Line, inner: Sequence[float]) -> tuple[int, int]:
    """The first and the last column that a run stands in; ``inner`` are the x between the columns."""
    return bisect_right(inner, run.x0 + 1), bisect_right(inner, run.x1 - 1)


def starts(rows: Sequence[Row], inner: Sequence[float]) -> list[int]:
    """The indexes of the lines at which rows of the table begin.

    A line goes on with the row above if its entries only wrap (their first words would not have fitted above),
    or if it has no entry in the first column and only one in another.
    """
    edges = _right_edges(rows, inner)
    apart = sorted(after[0].base - before[0].base for before, after in pairwise(rows))
    usual = apart[len(apart) // 4] if apart else 0.0
    found = [0] if rows else []
    above: dict[int, Line] = {}
    for index, row in enumerate(rows):
        here = {columns_of(run, inner)[0]: run for run in row}
        if index:
            far = row[0].base - rows[index - 1][0].base > LEADING * max(usual, 1.1 * row[0].size)
            fresh = [not _wraps(above.get(column), run, edges.get(column, run.x1), far) for column, run in here.items()]
            first, last = columns_of(row[0], inner)
            whole = len(here) == 1 and last > first
            if (any(fresh) or whole) if 0 in here else all(fresh) and len(here) > 1:
                found.append(index)
        above = here
    return found


def _right_edges(rows: Sequence[Row], inner: Sequence[float]) -> dict[int, float]:
    """The right edge of each column's entries."""
    edges: dict[int, float] = {}
    for row in rows:
        for run in row:
            first, last = columns_of(run, inner)
            if first == last:
                edges[first] = max(edges.get(first, 0.0), run.x1)
    return edges


def _wraps(above: Line | None, run: Line, edge: float, far: bool) -> bool:
    """Whether an entry's line goes on with the line above it in its column."""
    if above is None or far:
        return False
    text = run.text
    if not any(map(str.isalpha, text)):
        return False
    if text[0].islower() or above.ends_soft:
        return True
    x0, x1 = run.sides(0)
    return edge - above.x1 < x1 - x0 + 0.2 * run.size


def is_aligned(rows: Sequence[Row], inner: Sequence[float], column: int) -> bool:
    """Whether most entries of a column begin at one x, end at one x, or are centred on one."""
    runs = [run for row in rows for run in row if columns_of(run, inner) == (column, column)]
    if not runs:
        return True
    for place in ([r.x0 for r in runs], [r.x1 for r in runs], [(r.x0 + r.x1) / 2 for r in runs]):
        usual = median(place)
        if sum(abs(x - usual) < 3 for x in place) >= 0.6 * len(runs):
            return True
    return False


def is_running(rows: Sequence[Row], inner: Sequence[float], left: float, right: float) -> bool:
    """Whether the columns hold text that runs on from line to line, as columns of a page do."""
    bounds = [left, *inner, right]
    running = 0
    for column in range(len(bounds) - 1):
        runs = [run for row in rows for run in row if columns_of(run, inner) == (column, column)]
        if len(runs) < 4:
            continue
        measure = max(run.x1 for run in runs) - min(run.x0 for run in runs)
        full = sum(run.x1 - run.x0 > 0.75 * measure for run in runs)
        running += full > 0.6 * len(runs) and measure > 12 * runs[0].size
    return running >= 2


def is_marker_column(rows: Sequence[Row], inner: Sequence[float], column: int) -> bool:
    """Whether a column holds nothing but list markers, paragraph numbers, rule letters."""
    texts = [run.text for row in rows for run in row if columns_of(run, inner)[0] == column]
    return bool(texts) and sum(bool(_MARKER.match(text)) for text in texts) >= 0.9 * len(texts)


def is_number(text: str) -> bool:
    """Whether an entry is a number, an amount, a percentage, or stands for none."""
    return bool(_NUMBER.match(text))


def text_boxes(
    rows: list[Row], inner: Sequence[float], bounds: Sequence[float], top: float, bottom: float, split: bool
) -> list[Bounds]:
    """The boxes of a band's cells: a row for the whole band, or one from each line at which a row begins."""
    begins = starts(rows, inner) if split else [0]
    made: list[Bounds] = []
    upper = top
    for index, begin in enumerate(begins):
        end = begins[index + 1] if index + 1 < len(begins) else len(rows)
        lower = bottom
        if end < len(rows):
            lower = (max(run.bottom for run in rows[end - 1]) + min(run.top for run in rows[end])) / 2
        wide = [columns_of(run, inner) for row in rows[begin:end] for run in row]
        column = 0
        while column < len(bounds) - 1:
            last = max((b for a, b in wide if a == column), default=column)
            # A wide entry spans columns only where nothing else stands in them.
            if last > column and any(column < a <= last for a, _ in wide):
                last = column
            made.append((bounds[column], upper, bounds[last + 1], lower))
            column = last + 1
        upper = lower
    return made
