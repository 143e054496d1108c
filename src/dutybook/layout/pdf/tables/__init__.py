"""Tables of a page, by three readers behind one function: lines first, then rules with text, then text alone.

A router decides which of them look at a page at all: few pages have two level rules outside of header and footer,
fewer have three runs of words on one baseline again and again.
"""

from __future__ import annotations

from itertools import pairwise

from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.tables.detection import may_hold, ruled_grids, unruled_grids
from dutybook.layout.pdf.tables.grid import Grid, GridCell, fill, headers_of, join_tables
from dutybook.layout.pdf.tables.lattice import FAST, Finder, finder_of
from dutybook.layout.pdf.tables.rulings import Ruling, rulings_of

_MAX_UPRIGHTS = 500

__all__ = [
    "Grid",
    "GridCell",
    "Ruling",
    "finder_of",
    "headers_of",
    "join_tables",
    "ruled_runs",
    "rulings_of",
    "take_tables",
]


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
        found = [
            grid for grid in ruled_grids(page, inside, runs, finder) if not grid.partial or _is_first(grid, runs, top)
        ]
        runs = fill(found, runs)
    if may_hold(runs):
        more = unruled_grids(page, runs)
        runs = fill(more, runs)
        found.extend(more)
    found.sort(key=lambda grid: (grid.box[1], grid.box[0]))
    return found, runs


def _is_first(grid: Grid, runs: list[Line], top: float) -> bool:
    """Whether nothing stands on a page above a row of cells: only there it may go on with the table of the page before."""
    return not any(top < run.base < grid.box[1] for run in runs)


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
