"""Tables of a page, by three readers behind one function: lines first, then rules with text, then text alone.

A router decides which of them look at a page at all: few pages have two level rules outside of header and footer,
fewer have three runs of words on one baseline again and again.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile
from statistics import median

from dutybook.layout.pdf.grids import (
    Grid,
    Row,
    columns_of,
    fill,
    grid_of,
    middle,
    stands_in,
    starts,
    text_boxes,
)
from dutybook.layout.pdf.lines import Line, rows_of
from dutybook.layout.pdf.rulings import FAST, TOLERANCE, Edge, Finder, Ruling, closed, edges_of, lattices, stacks
from dutybook.layout.pdf.words import Bounds

_MAX_UPRIGHTS = 500


def take_tables(
    page: int, runs: list[Line], rulings: list[Ruling], top: float, bottom: float, finder: Finder = FAST
) -> tuple[list[Grid], list[Line]]:
    """The tables between ``top`` and ``bottom`` (the page without header and footer), and the runs that stay.

    A table has two columns and two rows of cells at least; a frame around text, a rule under a header or above
    the footnotes, columns of running text, numbers next to paragraphs are none.
    """
    found: list[Grid] = []
    inside = [ruling for ruling in rulings if ruling.bottom > top and ruling.top < bottom]
    if sum(ruling.level for ruling in inside) >= 2:
        inside = [ruling for ruling in inside if not ruling.level or not _underlines(ruling, runs)]
        # Only above all else of its page may a row of cells go on with the table of the page before.
        first = min((run.base for run in runs if run.base > top), default=math.inf)
        found = [grid for grid in ruled_grids(page, inside, runs, finder) if not grid.partial or first >= grid.box[1]]
        runs = fill(found, runs)
    if may_hold(runs):
        more = unruled_grids(page, runs)
        runs = fill(more, runs)
        found.extend(more)
    found.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    return found, runs


def ruled_runs(runs: list[Line], rulings: list[Ruling]) -> list[Line]:
    """The runs that upright rules part into cells: three of them, apart from each other, cross the run's line."""
    uprights = [ruling for ruling in rulings if not ruling.level and ruling.bottom - ruling.top > 6]
    if not 3 <= len(uprights) <= _MAX_UPRIGHTS:
        return []
    found = []
    for run in runs:
        y = run.base - 0.3 * run.size
        across = sorted(ruling.x0 for ruling in uprights if ruling.top <= y <= ruling.bottom)
        apart = sum(b - a > 12 for a, b in pairwise(across))
        if apart >= 2 and across[0] - 2 <= run.x0 and run.x1 <= across[-1] + 2:
            found.append(run)
    return found


def _underlines(ruling: Ruling, runs: list[Line]) -> bool:
    """Whether a rule only underlines words: it stands right below a baseline, from one word's start to one's end."""
    y = (ruling.top + ruling.bottom) / 2
    for run in runs:
        if not -0.4 * run.size <= y - run.base <= 0.3 * run.size:
            continue
        if ruling.x0 < run.x0 - 2 or ruling.x1 > run.x1 + 2:
            continue
        if any(abs(x0 - ruling.x0) < 2 for x0 in run.x0s) and any(abs(x1 - ruling.x1) < 2 for x1 in run.x1s):
            return True
    return False


_Band = tuple[float, float, list[Row]]
"""What stands between two rules: the y of both, and the rows of text."""
MAX_BANDS = 200
"""A page with more rules of one extent is a form, a drawing or a staff."""
_MOST_TRIED = 6
"""So many bands without common columns are looked at before the first of them is given up."""


def ruled_grids(page: int, rulings: list[Ruling], runs: list[Line], finder: Finder = FAST) -> list[Grid]:
    """The grids of a page from its lines, from top to bottom, none inside another."""

    def on(edge: Edge, box: Bounds) -> bool:
        return bool(box[1] - 2 <= edge["top"] <= box[3] + 2 and edge["x0"] < box[2] and edge["x1"] > box[0])

    found = _lattice_grids(page, rulings, finder)
    shades = [ruling for ruling in rulings if ruling.edge and ruling.level]
    for grid in found:
        grid.headers = _shaded(grid, shades)
    free = [run for run in runs if not any(stands_in(run, grid.box) for grid in found)]
    level = edges_of([ruling for ruling in rulings if ruling.level], finder)
    level = [edge for edge in level if not any(on(edge, grid.box) for grid in found)]
    for stack in stacks(level):
        if len(stack) > 2:
            found.extend(_between(page, stack, free))
    found.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    return found


def _lattice_grids(page: int, rulings: list[Ruling], finder: Finder) -> list[Grid]:
    """The grids of cells that rules, or the edges of shaded areas, enclose on all sides."""
    lines = [ruling for ruling in rulings if not ruling.edge]
    areas = [ruling for ruling in rulings if ruling.edge]
    found: list[Grid] = []
    if lines and areas:
        # Shading inside a cell, often line by line, is no cell of its own.
        found = lattices(page, closed(edges_of(lines, finder)), finder)
        areas = [ruling for ruling in areas if all(_parts(ruling, areas, grid) for grid in found)]
    if areas or not found:
        found = lattices(page, closed(edges_of([*lines, *areas], finder)), finder)
    return found


def _covers(box: Bounds, ruling: Ruling) -> bool:
    x, y = (ruling.x0 + ruling.x1) / 2, (ruling.top + ruling.bottom) / 2
    return box[0] - TOLERANCE <= x <= box[2] + TOLERANCE and box[1] - TOLERANCE <= y <= box[3] + TOLERANCE


def _parts(ruling: Ruling, areas: list[Ruling], grid: Grid) -> bool:
    """Whether an area's edge may part cells: it lies outside of the grid, or areas as high as it fill the grid's width."""
    if not _covers(grid.box, ruling):
        return True
    if not ruling.level:
        return False
    y = (ruling.top + ruling.bottom) / 2
    level = sorted((a.x0, a.x1) for a in areas if a.level and abs((a.top + a.bottom) / 2 - y) < 1.5)
    covered, end = 0.0, grid.box[0]
    for x0, x1 in level:
        covered += max(min(x1, grid.box[2]) - max(x0, end), 0.0)
        end = max(end, x1)
    return covered > 0.97 * (grid.box[2] - grid.box[0])


def _shaded(grid: Grid, level: list[Ruling]) -> int:
    """How many rows at a grid's top are shaded over their whole width, if not all of them are."""
    count = 0
    for row in grid.rows:
        middle = (row[0].box[1] + row[0].box[3]) / 2
        wide = grid.box[2] - grid.box[0]
        above = sum(r.x1 - r.x0 for r in level if grid.box[1] - 4 < r.top < middle and _covers(grid.box, r))
        below = sum(r.x1 - r.x0 for r in level if middle < r.top < row[0].box[3] + 4 and _covers(grid.box, r))
        if count >= 3 or min(above, below) < 0.8 * wide:
            break
        count += 1
    return count if count < len(grid.rows) and count < 3 else 0


def _between(page: int, stack: list[Edge], runs: list[Line]) -> list[Grid]:
    """Tables whose rows stand between level rules, their columns found from the text alone."""
    left, right = stack[0]["x0"], stack[0]["x1"]
    bands = _bands_between(stack, [run for run in runs if run.x0 >= left - 4 and run.x1 <= right + 4])
    found, at = [], 0
    while at < len(bands) <= MAX_BANDS:
        stop, inner = _tabular_from(bands, at, left, right)
        if inner:
            part = bands[at:stop]
            if at == 0 and (head := _above(runs, part[0][0], inner, left, right)):
                part = [(head[0][0].top - 2, part[0][0], head), *part]
            if stop == len(bands) and (foot := _below(runs, part[-1][1], inner, left, right)):
                part = [*part, (part[-1][1], max(run.bottom for run in foot[-1]) + 2, foot)]
            found.append(_grid(page, part, inner, left, right))
            at = stop
        else:
            at += 1
    return found


def _bands_between(stack: list[Edge], runs: list[Line]) -> list[_Band]:
    """The bands between rules of one extent, double rules taken as one."""
    levels = [stack[0]["top"]]
    for edge in stack[1:]:
        if edge["top"] - levels[-1] > 4:
            levels.append(edge["top"])
    inside = [run for run in runs if levels[0] < middle(run) < levels[-1]]
    return [
        (top, bottom, rows_of(run for run in inside if top < middle(run) < bottom)) for top, bottom in pairwise(levels)
    ]


def _above(runs: list[Line], top: float, inner: list[float], left: float, right: float) -> list[Row]:
    """The head that stands above the first rule: up to three lines right above it that keep to the columns."""
    rows = rows_of(r for r in runs if r.x0 >= left - 4 and r.x1 <= right + 4 and middle(r) < top)
    return _fitting(rows[::-1][:3], top, inner)[::-1]


def _below(runs: list[Line], bottom: float, inner: list[float], left: float, right: float) -> list[Row]:
    """The last row, where no rule closes it: lines below the last rule that keep to the columns."""
    rows = rows_of(r for r in runs if r.x0 >= left - 4 and r.x1 <= right + 4 and middle(r) > bottom)
    return _fitting(rows, bottom, inner)


def _fitting(rows: list[Row], y: float, inner: list[float]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        # A head may be wider than its column's entries; alone on its line it would be a title.
        across = any(a != b for a, b in (columns_of(run, inner) for run in row))
        if abs(row[0].base - y) > 3.4 * row[0].size or (across and len(row) < len(inner) + 1):
            break
        found.append(row)
        y = row[0].base
    most = max((len({bisect_right(inner, (run.x0 + run.x1) / 2) for run in row}) for row in found), default=0)
    return found if most == len(inner) + 1 else []


def _tabular_from(bands: list[_Band], at: int, left: float, right: float) -> tuple[int, list[float]]:
    """The longest run of bands from ``at`` that one set of columns fits, and the x between the columns."""
    best: tuple[int, list[float]] = (at, [])
    for stop in range(at + 2, len(bands) + 1):
        part = [rows for _, _, rows in bands[at:stop]]
        if not part[0] or not part[-1]:
            continue
        inner = _proven_gutters(part, left, right)
        if inner:
            best = (stop, inner)
        elif best[1] or stop - at > _MOST_TRIED:
            break
    return best


def _proven_gutters(part: list[list[Row]], left: float, right: float) -> list[float]:
    """The x between the columns of these bands, if they are a table's rows and no paragraphs between rules."""
    rows = [row for band in part for row in band]
    inner = gutters(rows, left, right)
    if not inner or not _are_columns(part, rows, inner):
        return []
    tall = max(len(band) for band in part)
    if tall > 12 and is_running(rows, inner, left, right) and len(part) < 4:
        return []
    markers = sum(1 for _ in takewhile(lambda column: is_marker_column(rows, inner, column), range(len(inner) + 1)))
    # A number and a text: rows of a table only where each of them has its own rule.
    alone = len(part) >= 3 and not any(len(starts(band, inner)) > 1 for band in part if band)
    return inner if alone or len(inner) + 1 - markers >= 2 else []


def _are_columns(part: list[list[Row]], rows: list[Row], inner: list[float]) -> bool:
    """Whether most bands have entries in several columns, and each column has aligned entries in enough bands."""
    filled = [{columns_of(run, inner) for row in band for run in row} for band in part if band]
    several = sum(len(places) > 1 for places in filled)
    if several < 2 or several < 0.6 * len(filled):
        return False
    return all(
        sum((column, column) in places for places in filled) >= 0.4 * len(filled) and is_aligned(rows, inner, column)
        for column in range(len(inner) + 1)
    )


def _grid(page: int, bands: list[_Band], inner: list[float], left: float, right: float) -> Grid:
    bounds = [left, *inner, right]
    boxes: list[Bounds] = []
    tall = max(len(rows) for _, _, rows in bands)
    total = sum(len(rows) for _, _, rows in bands)
    for top, bottom, rows in bands:
        if not rows:
            continue
        # Where one band holds most of the lines, the rules only set off head and foot: its rows are found from the text.
        split = len(rows) == tall and tall > 3 and tall > 0.5 * total and len(bands) < 6
        boxes.extend(text_boxes(rows, inner, bounds, top, bottom, split))
    grid = grid_of(page, boxes)
    grid.textual = True
    if len(bands) < 6 and tall > 3 and tall > 0.5 * total and len(bands[0][2]) < tall:
        grid.headers = 1
    return grid


LEAST_ROWS = 3
_MAX_SHARE = 0.5
"""No column of such a table takes more of its width."""


def may_hold(runs: Sequence[Line]) -> bool:
    """A cheap test: whether enough baselines of a page have three runs of words or more."""
    if len(runs) < 3 * LEAST_ROWS:
        return False
    baselines = Counter(round(run.base) for run in runs)
    return sum(count >= 3 for count in baselines.values()) >= LEAST_ROWS


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
        while stop < len(rows) and 0 < rows[stop][0].base - rows[stop - 1][0].base < 3.2 * max(
            rows[stop][0].size, rows[stop - 1][0].size
        ):
            stop += 1
        end, grid = _longest(page, rows, at, stop)
        if grid is not None:
            found.append(grid)
            at = end
        else:
            at += 1
    return found


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
    """A cheap test: rows enough with figures next to other text, or a head set in bold."""
    figures = (any(is_number(run.text) for run in row[1:]) for row in part)
    return len(part) >= LEAST_ROWS and (_is_bold(part[0]) or sum(figures) >= LEAST_ROWS)


def _table(page: int, rows: list[Row]) -> Grid | None:
    left, right = min(row[0].x0 for row in rows), max(row[-1].x1 for row in rows)
    inner = gutters(rows, left - 1, right + 1)
    if len(inner) < 2 or is_running(rows, inner, left, right):
        return None
    begins = starts(rows, inner)
    entries = [_column(rows, inner, column) for column in range(len(inner) + 1)]
    total, within = sum(map(len, rows)), sum(map(len, entries))
    if len(begins) < LEAST_ROWS or min(map(len, entries)) < 0.5 * len(begins) or total - within > 0.15 * total:
        return None
    widest = max(max(run.x1 for run in runs) - min(run.x0 for run in runs) for runs in entries)
    if widest > _MAX_SHARE * (right - left) or not _is_proven(rows, inner, entries, len(begins)):
        return None
    top = min(run.top for run in rows[0])
    bottom = max(run.bottom for run in rows[-1])
    return grid_of(page, text_boxes(rows, inner, [left - 1, *inner, right + 1], top, bottom, True))


def _is_proven(rows: list[Row], inner: Sequence[float], entries: list[list[Line]], begins: int) -> bool:
    """Whether entries are too short for running text, and figures or a head set in bold say that it is a table.

    ``entries`` are those of each column, ``begins`` the number of the table's rows.
    """
    columns = range(len(entries))
    if not all(is_aligned(rows, inner, column) for column in columns):
        return False
    if max(sum(run.count for run in column) for column in entries) > 6 * begins:
        return False
    if min(b.x0 - a.x1 for row in rows for a, b in pairwise(row)) < 0.9 * rows[0][0].size:
        return False
    figures = sum(sum(is_number(run.text) for run in runs) >= 0.7 * len(runs) for runs in entries[1:])
    headed = _is_bold(rows[0]) and not _is_bold(rows[-1])
    markers = sum(is_marker_column(rows, inner, column) for column in columns)
    return (figures > 0 and markers - figures < 2) or (headed and markers < len(entries) - 1)


def _is_bold(row: Row) -> bool:
    return all(run.share("bold") > 0.8 for run in row)


def _column(rows: Sequence[Row], inner: Sequence[float], column: int) -> list[Line]:
    return [run for row in rows for run in row if columns_of(run, inner) == (column, column)]


MIN_GAP = 0.6
"""Narrowest gap between columns, in ems."""


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
    # Enough rows have text on both sides.
    return [
        x
        for x in found
        if sum(any(run.x1 <= x for run in row) and any(run.x0 >= x for run in row) for row in rows)
        >= max(2, 0.3 * len(rows))
    ]


def is_aligned(rows: Sequence[Row], inner: Sequence[float], column: int) -> bool:
    """Whether most entries of a column begin at one x, end at one x, or are centred on one."""
    runs = _column(rows, inner, column)

    def agree(places: list[float]) -> bool:
        usual = median(places)
        return sum(abs(x - usual) < 3 for x in places) >= 0.6 * len(runs)

    return not runs or any(map(agree, ([r.x0 for r in runs], [r.x1 for r in runs], [(r.x0 + r.x1) / 2 for r in runs])))


def is_running(rows: Sequence[Row], inner: Sequence[float], left: float, right: float) -> bool:
    """Whether the columns hold text that runs on from line to line, as columns of a page do."""
    bounds = [left, *inner, right]
    running = 0
    for column in range(len(bounds) - 1):
        runs = _column(rows, inner, column)
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
