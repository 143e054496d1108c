"""Cells between ruling lines are those that pdfplumber finds."""

from __future__ import annotations

import pdfplumber.table as plumber
from hypothesis import given
from hypothesis import strategies as st

from dutybook.layout.pdf.rulings import Edge, cells_of, crossings_of, merged, tables_of

NEAR = 3.0
places = st.one_of(st.sampled_from([50.0, 52.5, 90.0, 120.0, 121.0, 200.0]), st.floats(40, 300))


def edge(level: bool, place: float, begin: float, end: float) -> Edge:
    begin, end = sorted((begin, end))
    if level:
        return {"x0": begin, "x1": end, "top": place, "bottom": place, "orientation": "h"}
    return {"x0": place, "x1": place, "top": begin, "bottom": end, "orientation": "v"}


edges = st.lists(st.builds(edge, st.booleans(), places, places, places), max_size=24)


def theirs(edges: list[Edge]) -> list[Edge]:
    """pdfplumber's edges have more to keep up to date."""
    sized = [{**e, "width": e["x1"] - e["x0"], "height": e["bottom"] - e["top"]} for e in edges]
    return plumber.merge_edges(sized, NEAR, NEAR, NEAR, NEAR)


def bare(edges: list[Edge]) -> list[Edge]:
    return [{key: value for key, value in e.items() if key not in ("width", "height")} for e in edges]


@given(edges)
def test_cells_are_those_of_pdfplumber(drawn: list[Edge]) -> None:
    whole = merged(drawn, NEAR)
    assert whole == bare(theirs(drawn))
    crossings = plumber.edges_to_intersections(whole, NEAR, NEAR)
    assert crossings_of(whole, NEAR).keys() == crossings.keys()
    cells = plumber.intersections_to_cells(crossings)
    assert cells_of(crossings_of(whole, NEAR)) == cells
    assert tables_of(cells) == plumber.cells_to_tables(cells)


@given(st.lists(places, min_size=2, max_size=6), st.lists(places, min_size=2, max_size=6))
def test_a_whole_grid(across: list[float], down: list[float]) -> None:
    drawn = [edge(False, x, 40, 300) for x in across] + [edge(True, y, 40, 300) for y in down]
    whole = merged(drawn, NEAR)
    assert whole == bare(theirs(drawn))
    found = cells_of(crossings_of(whole, NEAR))
    assert found == plumber.intersections_to_cells(plumber.edges_to_intersections(whole, NEAR, NEAR))
