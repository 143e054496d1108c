"""Days of each month in the agenda."""

from __future__ import annotations

from datetime import date

from dutybook.store.deadlines.agenda import _days


def test_a_day_of_each_month_falls_on_the_last_one_where_a_month_lacks_it() -> None:
    assert list(_days("---31", date(2027, 1, 15), date(2027, 4, 1))) == ["2027-01-31", "2027-02-28", "2027-03-31"]


def test_a_day_of_each_year_is_as_it_was() -> None:
    assert list(_days("--03-31", date(2027, 1, 1), date(2028, 12, 31))) == ["2027-03-31", "2028-03-31"]
