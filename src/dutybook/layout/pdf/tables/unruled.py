"""Tables without any line: three columns at least, whose entries are short and stand on common baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from dutybook.layout.pdf.lines import Line, rows_of
from dutybook.layout.pdf.tables.aligned import (
    Row,
    columns_of,
    gutters,
    is_aligned,
    is_marker_column,
    is_number,
    is_running,
    starts,
)
from dutybook.layout.pdf.tables.grid import Grid, grid_of, renumber
from dutybook.layout.pdf.tables.ruled import text_boxes

LEAST_ROWS = 3
_MAX_SHARE = 0.5
"""No column of such a table takes more of its width."""


def may_hold(runs: Sequence[Line]) -> bool:
    """A cheap test: whether enough baselines of a page have three runs of words or more."""
    if len(runs) < 3 * LEAST_ROWS:
        return False
    beside = Counter(round(run.base) for run in runs)
    return sum(count >= 3 for count in beside.values()) >= LEAST_ROWS


def unruled_grids(page: int, runs: list[Line]) -> list[Grid]:
    """The tables among runs that stand in no other table."""
    rows = rows_of(runs)
    found: list[Grid] = []
    at = 0
    while at < len(rows):
        if len(rows[at]) < 3:
            at += 1
            continue
        stop = at + 1
        while stop < len(rows) and _near(rows[stop - 1], rows[stop]):
            stop += 1
        end, grid = _longest(page, rows, at, stop)
        if grid is not None:
            found.append(grid)
            at = end
        else:
            at += 1
    return found


def _near(above: Row, row: Row) -> bool:
    return 0 < row[0].base - above[0].base < 3.2 * max(row[0].size, above[0].size)


def _longest(page: int, rows: list[Row], at: int, stop: int) -> tuple[int, Grid | None]:
    """The longest table from a row on; rows at its end that are not in columns are left out."""
    while stop - at >= LEAST_ROWS:
        while stop > at and len(rows[stop - 1]) < 2:
            stop -= 1
        part = rows[at:stop]
        grid = _table(page, part) if _hopeful(part) else None
        if grid is not None:
            return stop, grid
        # What breaks the columns is cut off: the first row whose text crosses most of them.
        cut = next((n for n in range(at + LEAST_ROWS, stop) if len(rows[n]) == 1), stop - max(1, (stop - at) // 6))
        stop = min(cut, stop - 1)
    return at + 1, None


def _hopeful(part: list[Row]) -> bool:
    """A cheap test: rows enough with figures beside other text, or a head set in bold."""
    if len(part) < LEAST_ROWS:
        return False
    if all(run.share("bold") > 0.8 for run in part[0]):
        return True
    return sum(any(is_number(run.text) for run in row[1:]) for row in part) >= LEAST_ROWS


def _table(page: int, rows: list[Row]) -> Grid | None:
    left, right = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    inner = gutters(rows, left - 1, right + 1)
    if len(inner) < 2 or is_running(rows, inner, left, right):
        return None
    begins = starts(rows, inner)
    if len(begins) < LEAST_ROWS:
        return None
    filled = Counter(columns_of(run, inner) for row in rows for run in row)
    columns = len(inner) + 1
    if any(filled[column, column] < 0.5 * len(begins) for column in range(columns)):
        return None
    if sum(count for (a, b), count in filled.items() if a != b) > 0.15 * sum(filled.values()):
        return None
    bounds = [left - 1, *inner, right + 1]
    widths = [
        max(r.x1 for r in _column(rows, inner, c)) - min(r.x0 for r in _column(rows, inner, c)) for c in range(columns)
    ]
    if max(widths) > _MAX_SHARE * (right - left):
        return None
    if not _proven(rows, inner, columns, len(begins)):
        return None
    top = min(run.top for run in rows[0])
    bottom = max(run.bottom for run in rows[-1])
    grid = grid_of(page, text_boxes(rows, inner, bounds, top, bottom, True))
    grid.rows = renumber(grid.rows)
    return grid


def _proven(rows: list[Row], inner: Sequence[float], columns: int, begins: int) -> bool:
    """Whether entries are too short for running text, and figures or a head set in bold say that it is a table."""
    entries = [_column(rows, inner, column) for column in range(columns)]
    if not all(is_aligned(rows, inner, column) for column in range(columns)):
        return False
    if max(sum(run.count for run in column) for column in entries) > 6 * begins:
        return False
    gaps = [b.x0 - a.x1 for row in rows for a, b in pairwise(row)]
    if min(gaps) < 0.9 * rows[0][0].size:
        return False
    figures = sum(_numeric(column) for column in entries[1:])
    headed = all(run.share("bold") > 0.8 for run in rows[0]) and not all(r.share("bold") > 0.8 for r in rows[-1])
    markers = sum(is_marker_column(rows, inner, column) for column in range(columns))
    return (figures > 0 and markers - figures < 2) or (headed and markers < columns - 1)


def _column(rows: list[Row], inner: Sequence[float], column: int) -> list[Line]:
    return [run for row in rows for run in row if columns_of(run, inner) == (column, column)]


def _numeric(runs: list[Line]) -> bool:
    return sum(is_number(run.text) for run in runs) >= 0.7 * len(runs)
