"""Reading order: columns of text are found by the gutters between them, region by region down the page."""

from __future__ import annotations

import itertools
from collections import Counter
from operator import sub

import numpy as np

from dutybook.layout.pdf.lines import Line, is_from_right, joined, rows_of
from dutybook.layout.pdf.paragraphs import marker_words
from dutybook.layout.pdf.words import X0

MIN_GUTTER = 0.7
"""Narrowest gutter, in ems of the text next to it."""
MIN_ROWS = 4
"""So many rows must have text on both sides of a gutter."""
MIN_COLUMN = 0.18
"""Narrowest column, as a share of the page's text width: a column of markers is narrower."""
LEAST_STARTS = 6
"""So many runs must start at one x before it is believed to be a column's left edge."""
LEAST_SIGNED, MOST_SIGNED = 3, 8
"""A block of signatures has so many rows."""
INSIDE = 0.3
"""In files written row by row, words of this share of the rows must begin there."""

Gaps = list[tuple[float, float]]


def in_order(runs: list[Line]) -> list[Line]:
    """The lines of a page in reading order; each knows the edges of its column.

    A region of the page is in columns when the same gutter stays free of text over many rows and the text on
    both sides fills its width; rows that cross the gutter (titles, tables across the page) end the region.
    """
    if not runs:
        return []
    left, right = min(run.x0 for run in runs), max(run.x1 for run in runs)
    starts = _starts(runs, left, right)
    if starts:
        # Words of two columns follow each other across a narrow gutter.
        size = Counter(run.size for run in runs).most_common(1)[0][0]
        runs = [piece for run in runs for piece in _cut(run, starts, size)]
    from_right = sum([is_from_right(run.first_text) for run in runs]) > 0.5 * len(runs)
    columns: list[tuple[list[Line], float, float]] = []
    for region, gutters in _regions(rows_of(runs), left, right, starts):
        if not gutters:
            columns.append(([joined(row) for row in region], left, right))
            continue
        parts = _columns_in(region, [left, *gutters, right])
        columns += parts[::-1] if from_right else parts
    for number, (lines, x0, x1) in enumerate(columns):
        for line in lines:
            line.left, line.right, line.column = x0, x1, number
    return [line for lines, _, _ in columns for line in lines]


def _columns_in(region: list[list[Line]], edges: list[float]) -> list[tuple[list[Line], float, float]]:
    """The columns between the edges of a region, from left to right: the lines of each, and its own edges."""
    found = []
    for start, end in itertools.pairwise(edges):
        last = end == edges[-1]
        part = [
            run for row in region for run in row if start <= (run.x0 + run.x1) / 2 < end or (last and run.x0 >= start)
        ]
        if part:
            # A column's rows are its own: baselines of neighbouring columns need not agree.
            lines = [joined(row) for row in rows_of(part)]
            found.append((lines, min(line.x0 for line in lines), max(line.x1 for line in lines)))
    return found


def _starts(runs: list[Line], left: float, right: float) -> list[float]:
    """The left edges of columns inside the page: where many runs start and hardly a word stands across.

    Files written row by row have runs that go on over narrow gutters: there, words are counted.
    """
    least, most = left + MIN_COLUMN * (right - left), right - MIN_COLUMN * (right - left)
    counts = Counter([round(run.x0) for run in runs if least < run.x0 < most])
    inside = _count_words_inside(runs, least)
    found: list[float] = []
    rows = len({round(run.base) for run in runs})
    for x, _ in (*counts.most_common(4), *inside.most_common(6)):
        begun = counts[x - 1] + counts[x] + counts[x + 1]
        near = begun + inside[x - 1] + inside[x] + inside[x + 1]
        if begun < LEAST_STARTS and near < max(LEAST_STARTS, INSIDE * rows):
            continue
        if not least < x < most or any(abs(x - other) < 12 for other in found):
            continue
        over = [zip(run.x0s, run.x1s, strict=True) for run in runs if run.x0 < x - 2 and run.x1 > x + 1]
        if sum(any(x0 < x - 2 and x1 > x + 1 for x0, x1 in sides) for sides in over) < 0.3 * near:
            found.append(min(x0 for run in runs for x0 in run.x0s if abs(x0 - x) < 1.5))
    return found


def _count_words_inside(runs: list[Line], width: float) -> Counter[int]:
    """How many words of the runs that are wider than ``width`` begin at each x, the first of a run aside."""
    counts: Counter[int] = Counter()
    wide = [run for run in runs if run.x1 - run.x0 > width]
    if wide:
        begun = np.concatenate([run.numbers[1:, X0] for run in wide])
        counts.update(np.rint(begun).astype(np.int64).tolist())
    return counts


def _cut(run: Line, starts: list[float], size: float) -> list[Line]:
    """A run, parted where a word begins at a column's left edge.

    In a title that stands across the columns a word may begin there by chance: it is larger than ``size``, the
    text's, or the gap is as wide as its others.
    """
    if not any(run.x0 < x - 2 < run.x1 for x in starts) or abs(run.size - size) > 0.07 * size:
        return [run]
    x0s = run.x0s
    gaps = list(map(sub, x0s[1:], run.x1s))
    least = min(0.6 * run.size, 1.25 * sorted(gaps)[len(gaps) // 2]) if gaps else 0.0
    begin = 0
    made: list[Line] = []
    for index, gap in enumerate(gaps, 1):
        x0 = x0s[index]
        if gap > least and index not in run.raised and any(abs(x0 - x) < 1.5 for x in starts):
            made.append(_piece(run, begin, index))
            begin = index
    return [*made, _piece(run, begin, run.count)] if made else [run]


def _piece(run: Line, start: int, stop: int) -> Line:
    row = run.part(start, stop)
    made = Line(run.page, row, row.sides(0)[0], max(row.x1s), run.base, run.size)
    if run.raised:
        made.raised = {index - start for index in run.raised if start <= index < stop}
    return made


def _regions(
    rows: list[list[Line]], left: float, right: float, starts: list[float]
) -> list[tuple[list[list[Line]], list[float]]]:
    """Consecutive rows with the x of the gutters between their columns (none: one column)."""
    found: list[tuple[list[list[Line]], list[float]]] = []
    plain: list[list[Line]] = []
    at = 0
    middle = _middle(left, right)
    while at < len(rows):
        row = rows[at]
        if not starts and len(row) == 1 and not _free([middle], row, MIN_GUTTER * row[0].size):
            # Most rows: a line across the page, which neither begins columns nor stands next to a signature.
            plain.append(row)
            at += 1
            continue
        stop, gutters = _columns_from(rows, at, left, right, starts)
        if not gutters:
            stop, gutters = _signatures_from(rows, at)
        if len(gutters) < len(starts) and any(_extent(rows, at, x) == at for x in starts):
            # A title may stand across one gutter only: what comes below it tells how many there are.
            _, below = _columns_from(rows, at + 1, left, right, starts)
            if len(below) > len(gutters):
                gutters = []
                stop = at
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


def _signatures_from(rows: list[list[Line]], at: int) -> tuple[int, list[float]]:
    """Two signatures side by side: offices and names, each centred below the body it signs for."""
    stop = at
    while stop < len(rows) and stop - at < MOST_SIGNED and len(rows[stop]) == 2:
        stop += 1
    sides = [[row[side] for row in rows[at:stop]] for side in (0, 1)]
    if stop - at < LEAST_SIGNED or not all(map(_is_signature, sides)):
        return at, []
    end, start = max(run.x1 for run in sides[0]), min(run.x0 for run in sides[1])
    if start - end < 2 * rows[at][0].size:
        return at, []
    return stop, [(end + start) / 2]


def _is_signature(side: list[Line]) -> bool:
    """Whether lines are centred, all of them better than they stand at one edge, and without figures."""
    values = [run.x0 + run.x1 for run in side], [run.x0 for run in side], [run.x1 for run in side]
    middles, *edges = (max(places) - min(places) for places in values)
    apart, figures = middles / 2, any(map(str.isdigit, "".join(run.text for run in side)))
    return apart < 0.5 * side[0].size and min(edges) > 3 * apart + 1.5 and not figures


def _columns_from(
    rows: list[list[Line]], at: int, left: float, right: float, starts: list[float]
) -> tuple[int, list[float]]:
    """The region in columns that starts at a row, and its gutters: at known left edges, else at what stays free."""
    extents = {x: _extent(rows, at, x) for x in starts}
    for stop in sorted({stop for stop in extents.values() if stop - at >= MIN_ROWS}):
        gutters = sorted(x for x in starts if extents[x] >= stop)
        kept = _proven(rows[at:stop], [x - 0.5 for x in gutters], left, right)
        if any(extents[x] == stop and x - 0.5 in kept for x in gutters):
            return stop, kept
    stop, gaps = _free_gaps_from(rows, at, _middle(left, right))
    if stop - at < MIN_ROWS:
        return at, []
    return stop, _proven(rows[at:stop], [(a + b) / 2 for a, b in gaps], left, right)


def _free_gaps_from(rows: list[list[Line]], at: int, within: tuple[float, float]) -> tuple[int, Gaps]:
    """The row before which the last gap of the rows from ``at`` on closes, and the gaps that are free up to there."""
    gaps: Gaps = [within]
    for stop in range(at, len(rows)):
        narrowed = _free(gaps, rows[stop], MIN_GUTTER * max(run.size for run in rows[stop]))
        if not narrowed:
            return stop, gaps
        gaps = narrowed
    return len(rows), gaps


def _middle(left: float, right: float) -> tuple[float, float]:
    """Where gutters may be: a column is not too narrow."""
    width = right - left
    return left + MIN_COLUMN * width, right - MIN_COLUMN * width


def _extent(rows: list[list[Line]], at: int, x: float) -> int:
    """The first row from ``at`` on that has text across ``x``."""
    for index in range(at, len(rows)):
        if any(run.x0 < x - 2 and run.x1 > x + 1 for run in rows[index]):
            return index
    return len(rows)


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
    """The gutters that part columns of running text; those next to short entries part a table or a list."""
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
    filled = sum(line.x1 - line.x0 > 0.6 * measure for line in lines)
    if measure < MIN_COLUMN * width or filled < 0.5 * len(lines):
        return False
    # A list whose items are parted from their markers or numbers is read across.
    markers = sum(line.count < 5 and marker_words(line.text.split()[:4]) > 0 for line in lines)
    return markers < 0.5 * len(lines)
