"""From ruling lines to cells by pdfplumber itself: a second opinion on our own steps, ten times slower.

Loaded only when it is asked for: its import takes a third of a second and 20 MB.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pdfplumber import table

from dutybook.layout.pdf.tables.lattice import Edge, Finder
from dutybook.layout.pdf.words import Bounds


def _merged(edges: Iterable[Edge], tolerance: float) -> list[Edge]:
    # It keeps widths and heights up to date, which nobody here asks for.
    sized = [{**edge, "width": edge["x1"] - edge["x0"], "height": edge["bottom"] - edge["top"]} for edge in edges]
    found = table.merge_edges(sized, tolerance, tolerance, tolerance, tolerance)
    return [{key: value for key, value in edge.items() if key not in ("width", "height")} for edge in found]


def _crossings_of(edges: Iterable[Edge], tolerance: float) -> Any:
    return table.edges_to_intersections(list(edges), tolerance, tolerance)


def _cells_of(crossings: Any) -> list[Bounds]:
    found: list[Bounds] = table.intersections_to_cells(crossings)
    return found


def _tables_of(cells: Iterable[Bounds]) -> list[list[Bounds]]:
    found: list[list[Bounds]] = table.cells_to_tables(list(cells))
    return found


PDFPLUMBER = Finder(_merged, _crossings_of, _cells_of, _tables_of)
