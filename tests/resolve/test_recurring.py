"""Rules for calendars return on the days that the calendar of the law names."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.resolve.periods import monthly_day, nominal, recurrence_of, yearly_day


def expanded(start: date, rule: dict[str, object], count: int) -> list[date]:
    """The first days of a rule, by the library that calendars use."""
    from dateutil.rrule import rrulestr

    text = ";".join(f"{k}={','.join(map(str, v)) if isinstance(v, list) else v}" for k, v in rule.items())
    return [d.date() for d in islice(rrulestr(text, dtstart=datetime(start.year, start.month, start.day)), count)]


VALUES = st.one_of(
    st.integers(1, 30).map("R/P{}M".format),
    st.integers(1, 6).map("R/P{}Y".format),
    st.integers(1, 60).map("R/P{}W".format),
    st.integers(1, 400).map("R/P{}D".format),
    st.dates(date(2000, 1, 1), date(2000, 12, 31)).map("--{:%m-%d}".format),
)


@settings(deadline=None)
@given(VALUES, st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_a_rule_returns_on_the_nominal_days(value: str, event: date) -> None:
    made = recurrence_of(value, event)
    assert made is not None
    assert isinstance(made.start, date)
    assert expanded(made.start, dict(made.rule), 5) == [nominal(value, event, n) for n in range(1, 6)]


def test_hours_and_working_days() -> None:
    moment = datetime(2026, 3, 2, 14, 0)
    made = recurrence_of("R/PT24H", moment)
    assert made is not None
    assert (made.start, made.rule) == (datetime(2026, 3, 3, 14, 0), {"FREQ": "HOURLY", "INTERVAL": 24})
    assert recurrence_of("R/PT24H", date(2026, 3, 2)) is None, "no time, no rule"
    assert recurrence_of("R/P5BD", moment) is None, "calendars know no working days"
    assert recurrence_of("R/PT30M", moment) is None
    assert recurrence_of("R/P1M10D", moment) is None
    for value in ("R/PT30M", "R/PT24H", "R/P5BD"):
        with pytest.raises(ValueError, match="whole days"):
            nominal(value, date(2026, 3, 2), 1)


@pytest.mark.parametrize("value", ["---15", "---31"])
def test_a_day_of_every_month_returns_as_calendars_say(value: str) -> None:
    for event in (date(2027, 1, 15), date(2027, 1, 31), date(2027, 2, 1)):
        made = recurrence_of(value, event)
        assert made is not None
        days = [nominal(value, event, n) for n in range(1, 6)]
        assert days[0] == made.start > event
        assert expanded(made.start, dict(made.rule), 5) == days
    assert not monthly_day("---32")


@pytest.mark.parametrize("value", ["---32", "R/P0D", "P1Y", "--13-01", "--02-30", "R/", "annually"])
def test_what_does_not_return(value: str) -> None:
    assert not yearly_day(value)
    with pytest.raises(ValueError, match=r"."):
        recurrence_of(value, date(2026, 1, 1))
