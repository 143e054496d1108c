"""Reading order: columns of text are found by the gutters between them, region by region down the page."""

from __future__ import annotations

import itertools

from dutybook.layout.pdf.lines import Line, joined, rows_of

MIN_GUTTER = 0.7
"""Narrowest gutter, in ems of the text beside it."""
MIN_ROWS = 4
"""So many rows must have text on both sides of a gutter."""
MIN_COLUMN = 0.18
"""Narrowest column, as a share of the page's text width: a column of markers is narrower."""

Gaps = list[tuple[float, float]]


def in_order(runs: list[Line]) -> list[Line]:
    """The lines of a page in reading order; each knows the edges of its column.

    A region of the page is in columns when the same gutter stays free of text over many rows and the text on
    both sides fills its width; rows that cross the gutter (titles, tables across the page) end the region.
    """
    rows = rows_of(runs)
    if not rows:
        return []
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    lines: list[Line] = []
    column = 0
    for region, gutters in _regions(rows, left, right):
        edges = [left, *gutters, right]
        for start, end in itertools.pairwise(edges):
            part = [
                [run for run in row if start <= (run.x0 + run.x1) / 2 < end or (end == right and run.x0 >= start)]
                for row in region
            ]
            made = [joined(row) for row in part if row]
            if not made:
                continue
            if gutters:
                # A column's rows are its own: baselines beside each other need not agree.
                made = [joined(row) for row in rows_of([run for row in part for run in row])]
            x0, x1 = min(line.x0 for line in made), max(line.x1 for line in made)
            for line in made:
                line.left, line.right, line.column = (x0, x1, column) if gutters else (left, right, column)
            lines.extend(made)
            column += 1
    return lines


def _regions(rows: list[list[Line]], left: float, right: float) -> list[tuple[list[list[Line]], list[float]]]:
    """Consecutive rows with the x of the gutters between their columns (none: one column)."""
    found: list[tuple[list[list[Line]], list[float]]] = []
    plain: list[list[Line]] = []
    at = 0
    while at < len(rows):
        stop, gutters = _columns_from(rows, at, left, right)
        if gutters:
            if plain:
                found.append((plain, []))
                plain = []
            found.append((rows[at:stop], gutters))
            at = stop
        else:
            plain.append(rows[at])
            at += 1
    if plain:
        found.append((plain, []))
    return found


def _columns_from(rows: list[list[Line]], at: int, left: float, right: float) -> tuple[int, list[float]]:
    """The longest region in columns that starts at a row, and its gutters."""
    width = right - left
    gaps: Gaps = [(left + MIN_COLUMN * width, right - MIN_COLUMN * width)]
    stop = at
    best: Gaps = []
    while stop < len(rows):
        size = max(run.size for run in rows[stop])
        narrowed = _free(gaps, rows[stop], MIN_GUTTER * size)
        if not narrowed:
            break
        gaps = narrowed
        best = gaps
        stop += 1
    if stop - at < MIN_ROWS:
        return at, []
    gutters = [(a + b) / 2 for a, b in best]
    return stop, _proven(rows[at:stop], gutters, left, right)


def _free(gaps: Gaps, row: list[Line], least: float) -> Gaps:
    """What of the gaps stays free when a row is laid over them."""
    for run in row:
        cut: Gaps = []
        for a, b in gaps:
            if run.x1 <= a or run.x0 >= b:
                cut.append((a, b))
                continue
            if run.x0 - a >= least:
                cut.append((a, run.x0))
            if b - run.x1 >= least:
                cut.append((run.x1, b))
        gaps = cut
        if not gaps:
            break
    return gaps


def _proven(region: list[list[Line]], gutters: list[float], left: float, right: float) -> list[float]:
    """The gutters that part columns of running text; those beside short entries part a table or a list."""
    kept: list[float] = []
    edges = [left, *gutters, right]
    for index, gutter in enumerate(gutters):
        sides = []
        for start, end in ((kept[-1] if kept else left, gutter), (gutter, edges[index + 2])):
            sides.append([run for row in region for run in row if start <= (run.x0 + run.x1) / 2 < end])
        if all(_is_column(side, right - left) for side in sides):
            kept.append(gutter)
    return kept


def _is_column(side: list[Line], width: float) -> bool:
    lines = [joined(row) for row in rows_of(side)]
    if len(lines) < MIN_ROWS:
        return False
    measure = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    if measure < MIN_COLUMN * width:
        return False
    filled = sum(line.x1 - line.x0 > 0.6 * measure for line in lines)
    return filled >= 0.5 * len(lines)
