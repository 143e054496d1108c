"""Counting in days, weeks, months and parts of them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.extract.deadlines.stretches import (
    Kind,
    Stretch,
    iso_period,
    moved,
    nearest_year,
    nth_unit,
    nth_weekday,
    of_value,
    part_of,
    period_on,
    unit_of,
    weekday_in,
)

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
KINDS: tuple[Kind, ...] = ("D", "W", "M", "Q", "H", "Y")


@given(DAYS, st.sampled_from(KINDS), st.integers(-40, 40))
def test_units_follow_each_other_without_a_gap(on: date, kind: Kind, by: int) -> None:
    here = unit_of(on, kind)
    assert here.first <= on <= here.last
    there = moved(here, by)
    assert moved(there, 1).first.toordinal() == there.last.toordinal() + 1
    assert moved(there, -by) == here


@given(DAYS, st.integers(1, 7))
def test_the_last_weekday_of_a_month_is_its_fourth_or_fifth(on: date, weekday: int) -> None:
    month = unit_of(on, "M")
    last = nth_weekday(month, weekday, -1)
    assert last is not None
    assert last.isoweekday() == weekday
    assert last in (nth_weekday(month, weekday, 4), nth_weekday(month, weekday, 5))
    assert nth_weekday(month, weekday, 6) is None


@pytest.mark.parametrize(
    ("value", "kind", "nth", "first"),
    [
        ("2015", "W", 1, "2014-12-29"),
        ("2015", "W", -1, "2015-12-28"),
        ("2027", "W", 3, "2027-01-18"),
        ("2026-11", "W", 1, "2026-11-02"),
        ("2027", "Q", 3, "2027-07-01"),
        ("2027", "H", 2, "2027-07-01"),
        ("2028-02", "D", -1, "2028-02-29"),
        ("2027", "Q", 5, None),
        ("2027-02", "D", 29, None),
    ],
)
def test_the_nth_unit_of_a_stretch(value: str, kind: Kind, nth: int, first: str | None) -> None:
    stretch = of_value(value)
    assert stretch is not None
    found = nth_unit(stretch, kind, nth)
    assert (found.first.isoformat() if found else None) == first


def test_a_week_has_each_weekday_once() -> None:
    week = unit_of(date(2026, 11, 19), "W")
    days = [weekday_in(week, n) for n in range(1, 8)]
    assert days[0] == week.first
    assert days[-1] == week.last
    assert weekday_in(Stretch(date(2026, 11, 19), date(2026, 11, 20)), 1) is None


@pytest.mark.parametrize(
    ("on", "period", "sign", "there"),
    [
        ("2027-01-31", "P1M", 1, "2027-02-28"),
        ("2026-11-19", "P2Y1M21D", -1, "2024-09-28"),
        ("2026-11-19", "P4BD", 1, "2026-11-25"),
        ("2026-11-23", "P1BD", -1, "2026-11-20"),
        ("2026-11-19", "PT72H", 1, None),
    ],
)
def test_a_period_after_or_before_a_day(on: str, period: str, sign: int, there: str | None) -> None:
    found = period_on(date.fromisoformat(on), period, sign)
    assert (found.isoformat() if found else None) == there


@given(DAYS, st.sampled_from(("W", "M", "Q", "H", "Y")))
def test_halves_make_the_whole(on: date, kind: Kind) -> None:
    whole = unit_of(on, kind)
    early, mid, late = (part_of(whole, part, None) for part in ("early", "mid", "late"))
    assert early is not None
    assert mid is not None
    assert late is not None
    assert (early.first, late.last) == (whole.first, whole.last)
    assert early.last.toordinal() + 1 == late.first.toordinal()
    assert whole.first < mid.first <= mid.last < whole.last


def test_what_is_left_of_a_week_needs_a_day_in_it() -> None:
    week = unit_of(date(2026, 11, 19), "W")
    assert part_of(week, "rest", date(2026, 11, 19)) == Stretch(date(2026, 11, 19), date(2026, 11, 22))
    assert part_of(week, "earlier", date(2026, 11, 16)) is None
    assert part_of(week, "later", date(2026, 12, 1)) is None
    assert part_of(week, "later", None) is None


@pytest.mark.parametrize("value", ["P1Y", "2027-13", "2027-02-30", "--03-31", "immediate", "0000-01"])
def test_what_is_no_date_covers_no_days(value: str) -> None:
    assert of_value(value) is None


@pytest.mark.parametrize(
    ("number", "unit", "period"),
    [
        (1.5, "Y", "P18M"),
        (0.5, "M", "P15D"),
        (1.5, "M", "P1M15D"),
        (2.5, "H", "PT150M"),
        (1.5, "D", "PT36H"),
        (0.5, "W", "PT84H"),
        (1.25, "M", None),
        (0.33, "Y", None),
        (30, "TM", "PT30M"),
        (3, "D", "P3D"),
    ],
)
def test_parts_of_a_unit_are_whole_smaller_units(number: float, unit: str, period: str | None) -> None:
    assert iso_period(number, unit) == period


def test_half_a_working_day_is_no_period() -> None:
    assert iso_period(1.5, "D", working=True) is None


def test_the_29th_of_february_is_the_next_there_is() -> None:
    assert nearest_year(date(2026, 11, 19), 2, 29) == 2028
    assert nearest_year(date(2096, 11, 19), 2, 29) == 2104
