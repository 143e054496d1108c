"""The check of a row says whether cells were changed, not how a spreadsheet writes them."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.export.columns import Checks, normalise_cell, row_check

SCALARS = st.one_of(st.none(), st.text(), st.dates(), st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6))


def as_saved_again(value: object) -> object:
    """A value as another program gives it back: floats for whole numbers, moments for days, other line ends and compositions."""
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value.replace("\n", "\r\n"))
    if isinstance(value, int):
        return float(value)
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else value


@given(st.dictionaries(st.sampled_from("abcdef"), SCALARS))
def test_it_outlives_another_program(values: dict[str, object]) -> None:
    assert row_check(values) == row_check({name: as_saved_again(value) for name, value in values.items()})


@given(st.lists(st.lists(SCALARS, min_size=4, max_size=4), max_size=6))
def test_many_rows_at_once_have_the_checks_of_each(rows: list[list[object]]) -> None:
    places = {"d": 0, "a": 3, "b": 1}
    checks = Checks(places)
    for row in rows:
        assert checks.row_check(row) == row_check({name: row[at] for name, at in places.items()})


@pytest.mark.parametrize(
    "changed",
    [
        {"place": "Art 6"},
        {"page": 4},
        {"due": date(2027, 5, 2)},
        {"place": None},
        {"quote": "Art 5"},
        {"place": "Art5"},
    ],
)
def test_what_was_changed_shows(changed: dict[str, object]) -> None:
    values = {"place": "Art 5", "page": 3, "due": date(2027, 5, 1)}
    assert row_check(values | changed) != row_check(values)


def test_the_check_is_what_it_was() -> None:
    """Files that people have were made by it: another one would call all of their rows changed."""
    values = {
        "place": "Art 5(2)",
        "page": 3,
        "due": date(2027, 5, 1),
        "confidence": 0.9,
        "quote": "Ä  b\nc",
        "stem": None,
    }
    assert row_check(values) == "25ffde0733ffeb5c"


def test_a_number_is_short_and_a_moment_keeps_its_time() -> None:
    assert normalise_cell(0.1 + 0.2) == "0.3"
    assert normalise_cell(5.0) == "5"
    assert normalise_cell(datetime(2027, 5, 1, 14, 30)) == "2027-05-01T14:30:00"
