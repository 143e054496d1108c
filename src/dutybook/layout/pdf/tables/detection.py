"""Where tables are: rows between level rules, grids of lines, and columns of short entries without any line."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

from dutybook.layout.pdf.lines import Line, rows_of
from dutybook.layout.pdf.tables.grid import Grid, grid_of, renumber
from dutybook.layout.pdf.tables.lattice import FAST, TOLERANCE, Edge, Finder, closed, edges_of, lattices, stacks
from dutybook.layout.pdf.tables.rulings import Ruling
from dutybook.layout.pdf.tables.text_columns import (
    Row,
    columns_of,
    gutters,
    is_aligned,
    is_marker_column,
    is_number,
    is_running,
    starts,
    text_boxes,
)
from dutybook.layout.pdf.words import Bounds

_Band = tuple[float, float, list[Row]]
"""What stands between two rules: the y of both, and the rows of text."""
MAX_BANDS = 200
"""A page with more rules of one extent is a form, a drawing or a staff."""
_MOST_TRIED = 6
"""So many bands without common columns are looked at before the first of them is given up."""


def ruled_grids(page: int, rulings: list[Ruling], runs: list[Line], finder: Finder = FAST) -> list[Grid]:
    """The grids of a page from its lines, from top to bottom, none inside another."""
    found = _lattice_grids(page, rulings, finder)
    shades = [ruling for ruling in rulings if ruling.edge and ruling.level]
    for grid in found:
        grid.headers = _shaded(grid, shades)
    free = [run for run in runs if not any(_inside(run, grid.box) for grid in found)]
    level = edges_of([ruling for ruling in rulings if ruling.level], finder)
    level = [edge for edge in level if not any(_on(edge, grid.box) for grid in found)]
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
    inside = [run for run in runs if levels[0] < _middle(run) < levels[-1]]
    return [
        (top, bottom, rows_of(run for run in inside if top < _middle(run) < bottom)) for top, bottom in pairwise(levels)
    ]


def _above(runs: list[Line], top: float, inner: list[float], left: float, right: float) -> list[Row]:
    """The head that stands above the first rule: up to three lines right above it that keep to the columns."""
    rows = rows_of(r for r in runs if r.x0 >= left - 4 and r.x1 <= right + 4 and _middle(r) < top)
    return _fitting(rows[::-1][:3], top, inner)[::-1]


def _below(runs: list[Line], bottom: float, inner: list[float], left: float, right: float) -> list[Row]:
    """The last row, where no rule closes it: lines below the last rule that keep to the columns."""
    rows = rows_of(r for r in runs if r.x0 >= left - 4 and r.x1 <= right + 4 and _middle(r) > bottom)
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
    grid.rows = renumber(grid.rows)
    grid.textual = True
    if len(bands) < 6 and tall > 3 and tall > 0.5 * total and len(bands[0][2]) < tall:
        grid.headers = 1
    return grid


def _middle(run: Line) -> float:
    return run.base - 0.3 * run.size


def _inside(run: Line, box: Bounds) -> bool:
    x = (run.x0 + run.x1) / 2
    return box[0] - 2 <= x <= box[2] + 2 and box[1] - 1 <= _middle(run) <= box[3] + 1


def _on(edge: Edge, box: Bounds) -> bool:
    return bool(box[1] - 2 <= edge["top"] <= box[3] + 2 and edge["x0"] < box[2] and edge["x1"] > box[0])


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
    """A cheap test: rows enough with figures next to other text, or a head set in bold."""
    if len(part) < LEAST_ROWS:
        return False
    if _is_bold(part[0]):
        return True
    return sum(any(is_number(run.text) for run in row[1:]) for row in part) >= LEAST_ROWS


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
    if max(map(_width, entries)) > _MAX_SHARE * (right - left) or not _is_proven(rows, inner, entries, len(begins)):
        return None
    top = min(run.top for run in rows[0])
    bottom = max(run.bottom for run in rows[-1])
    grid = grid_of(page, text_boxes(rows, inner, [left - 1, *inner, right + 1], top, bottom, True))
    grid.rows = renumber(grid.rows)
    return grid


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
    figures = sum(map(_numeric, entries[1:]))
    headed = _is_bold(rows[0]) and not _is_bold(rows[-1])
    markers = sum(is_marker_column(rows, inner, column) for column in columns)
    return (figures > 0 and markers - figures < 2) or (headed and markers < len(entries) - 1)


def _width(runs: list[Line]) -> float:
    return max(run.x1 for run in runs) - min(run.x0 for run in runs)


def _is_bold(row: Row) -> bool:
    return all(run.share("bold") > 0.8 for run in row)


def _column(rows: list[Row], inner: Sequence[float], column: int) -> list[Line]:
    return [run for row in rows for run in row if columns_of(run, inner) == (column, column)]


def _numeric(runs: list[Line]) -> bool:
    return sum(is_number(run.text) for run in runs) >= 0.7 * len(runs)
