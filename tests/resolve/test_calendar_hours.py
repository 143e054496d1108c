"""Periods in hours: the hour that counts first, midnight, days off, and the two days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.records import Direction
from dutybook.resolve.calendar import compute_due

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE
BERLIN, MADRID, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Europe/Madrid"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("law", "value", "event", "due"),
    [
        ("reg1182", "PT72H", "2026-03-06T14:20", "2026-03-09T15:00"),  # begins at 15:00, runs on over the weekend
        ("reg1182", "PT30M", "2026-03-05T14:20", "2026-03-05T14:50"),  # no law rounds minutes
        ("es", "PT90M", "2026-03-06T23:00", "2026-03-09T00:30"),
        ("reg1182", "PT0H", "2026-03-05T14:20", "2026-03-05T15:00"),
        ("reg1182", "PT2H", "2026-03-05T22:30", "2026-03-06T01:00"),
        ("reg1182", "PT2H", "2026-03-05T14:00", "2026-03-05T17:00"),  # the hour that begins is the event's hour
        ("reg1182", "PT24H", "2026-12-31T23:59", "2027-01-02T00:00"),
        ("bgb", "PT24H", "2026-03-05T14:20", "2026-03-06T15:00"),
        ("it", "PT24H", "2026-03-05T14:20", "2026-03-06T15:00"),
        ("fr", "PT24H", "2026-03-05T14:20", "2026-03-06T14:20"),
        ("uk", "PT24H", "2026-03-06T14:20", "2026-03-07T14:20"),
        ("us", "PT72H", "2026-03-04T10:20", "2026-03-09T10:20"),  # Saturday: the same time on Monday
        ("us", "PT24H", "2026-03-04T10:20", "2026-03-05T10:20"),
        ("es", "PT24H", "2026-03-06T18:30", "2026-03-09T18:30"),  # hours of Saturday and Sunday do not count
        ("es", "PT2H", "2026-03-06T23:00", "2026-03-09T01:00"),
        ("es", "PT1H", "2026-03-06T23:00", "2026-03-07T00:00"),  # Friday's last hour is over at midnight
        ("es", "PT1H", "2026-03-07T10:00", "2026-03-09T01:00"),
        ("es", "PT24H", "2026-03-05T00:00", "2026-03-06T00:00"),
    ],
)
def test_hours(law: str, value: str, event: str, due: str) -> None:
    found, steps = compute_due(value, AFTER, datetime.fromisoformat(event), law=law)
    assert found == datetime.fromisoformat(due)
    assert "without a time zone" in steps[-1]


@pytest.mark.parametrize(
    ("law", "value", "event", "due"),
    [
        ("reg1182", "PT24H", "2026-03-06T14:20", "2026-03-05T14:00"),
        ("fr", "PT24H", "2026-03-06T14:20", "2026-03-05T14:20"),
        ("us", "PT48H", "2026-03-10T10:20", "2026-03-06T10:20"),  # Sunday: the same time on Friday
        ("es", "PT24H", "2026-03-09T14:20", "2026-03-06T14:20"),
        ("es", "PT1H", "2026-03-09T00:00", "2026-03-06T23:00"),
        ("es", "PT2H", "2026-03-09T01:00", "2026-03-06T23:00"),
    ],
)
def test_hours_back(law: str, value: str, event: str, due: str) -> None:
    assert compute_due(value, BEFORE, datetime.fromisoformat(event), law=law)[0] == datetime.fromisoformat(due)


def test_hours_of_holidays_do_not_count_in_spain() -> None:
    off = {date(2026, 3, 19)}
    found, _ = compute_due("PT24H", AFTER, datetime(2026, 3, 18, 9, 15), law="es", holidays=off)
    assert found == datetime(2026, 3, 20, 9, 15)


def test_hours_need_a_moment() -> None:
    with pytest.raises(ValueError, match="needs the time"):
        compute_due("PT72H", AFTER, date(2026, 3, 6), law="reg1182")
    with pytest.raises(ValueError, match="in minutes needs the time"):
        compute_due("PT30M", AFTER, date(2026, 3, 6), law="reg1182")


def test_spanish_hours_are_a_day_at_most() -> None:
    with pytest.raises(ValueError, match=r"24 at most \(art. 30.1 Ley 39/2015\)"):
        compute_due("PT72H", AFTER, datetime(2026, 3, 6, 9), law="es")


@pytest.mark.parametrize(
    ("event", "due"),
    [
        # Summer time begins on 29 March 2026: 24 hours end an hour later by the clock.
        (datetime(2026, 3, 28, 14, 20, tzinfo=BERLIN), datetime(2026, 3, 29, 16, 0, tzinfo=BERLIN)),
        # It ends on 25 October 2026: an hour earlier.
        (datetime(2026, 10, 24, 14, 20, tzinfo=BERLIN), datetime(2026, 10, 25, 14, 0, tzinfo=BERLIN)),
        # The event's hour is the last before clocks go from 02:00 to 03:00.
        (datetime(2026, 3, 29, 1, 30, tzinfo=BERLIN), datetime(2026, 3, 30, 3, 0, tzinfo=BERLIN)),
        # 02:30 comes twice: the second time the next full hour is 03:00.
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN), datetime(2026, 10, 26, 3, 0, tzinfo=BERLIN)),
        (datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=BERLIN), datetime(2026, 10, 26, 2, 0, tzinfo=BERLIN)),
    ],
)
def test_twenty_four_hours_are_twenty_four_hours_when_clocks_change(event: datetime, due: datetime) -> None:
    found, steps = compute_due("PT24H", AFTER, event, law="reg1182")
    assert found == due
    assert isinstance(found, datetime)
    assert found.replace(tzinfo=None) == due.replace(tzinfo=None)
    if event.utcoffset() != found.utcoffset():
        assert "clocks change in between" in steps[-1]


def test_no_change_of_clocks_is_no_step() -> None:
    _, steps = compute_due("PT24H", AFTER, datetime(2026, 7, 1, 9, 5, tzinfo=BERLIN), law="reg1182")
    assert "clock" not in steps[-1]
    assert "UTC+02:00" in steps[-1]


def test_american_clocks_change_on_other_days() -> None:
    found, _ = compute_due("PT24H", AFTER, datetime(2026, 3, 7, 14, 20, tzinfo=NEW_YORK), law="uk")
    assert found == datetime(2026, 3, 8, 15, 20, tzinfo=NEW_YORK)


_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31)).map(
    lambda m: m.replace(microsecond=0, tzinfo=UTC)
)
_ZONES = st.sampled_from([BERLIN, MADRID, NEW_YORK, ZoneInfo("Asia/Kathmandu"), UTC])


@given(_MOMENTS, _ZONES, st.integers(0, 2000), st.sampled_from(["fr", "uk", "at", "pl"]))
def test_hours_pass_exactly_and_can_be_counted_back(moment: datetime, zone: ZoneInfo, hours: int, law: str) -> None:
    event = moment.astimezone(zone)
    due, _ = compute_due(f"PT{hours}H", AFTER, event, law=law)
    assert isinstance(due, datetime)
    assert due.astimezone(UTC) - event.astimezone(UTC) == timedelta(hours=hours)
    back, _ = compute_due(f"PT{hours}H", BEFORE, due, law=law)
    assert isinstance(back, datetime)
    assert back.astimezone(UTC) == moment


@given(_MOMENTS, _ZONES, st.integers(1, 2000))
def test_union_hours_leave_less_than_one_more(moment: datetime, zone: ZoneInfo, hours: int) -> None:
    due, _ = compute_due(f"PT{hours}H", AFTER, moment.astimezone(zone), law="reg1182")
    assert isinstance(due, datetime)
    assert timedelta(hours=hours) < due.astimezone(UTC) - moment <= timedelta(hours=hours + 1)
    assert (due.minute, due.second) == (0, 0)


@given(_MOMENTS, _MOMENTS, _ZONES, st.integers(0, 24), st.sampled_from(["reg1182", "es", "it", "uk"]))
def test_a_later_moment_never_ends_earlier(
    first: datetime, second: datetime, zone: ZoneInfo, hours: int, law: str
) -> None:
    early, late = sorted((first, second))
    for direction in (AFTER, BEFORE):
        before, _ = compute_due(f"PT{hours}H", direction, early.astimezone(zone), law=law)
        after, _ = compute_due(f"PT{hours}H", direction, late.astimezone(zone), law=law)
        assert isinstance(before, datetime)
        assert isinstance(after, datetime)
        assert before.astimezone(UTC) <= after.astimezone(UTC)


def test_the_same_time_on_the_next_working_day_can_be_earlier_for_a_later_event() -> None:
    """Fed. R. Civ. P. 6(a)(2)(C) keeps the time of day: Saturday 09:00 becomes Monday 09:00, Sunday 08:00 Monday 08:00."""
    friday, _ = compute_due("PT24H", AFTER, datetime(2026, 3, 6, 9), law="us")
    saturday, _ = compute_due("PT24H", AFTER, datetime(2026, 3, 7, 8), law="us")
    assert (friday, saturday) == (datetime(2026, 3, 9, 9), datetime(2026, 3, 9, 8))


@given(_MOMENTS, st.integers(1, 24), st.frozensets(st.dates(date(2024, 1, 1), date(2027, 12, 31)), max_size=30))
def test_spanish_hours_end_on_working_days(moment: datetime, hours: int, off: frozenset[date]) -> None:
    due, _ = compute_due(f"PT{hours}H", AFTER, moment.astimezone(MADRID), law="es", holidays=off)
    assert isinstance(due, datetime)
    # An end at midnight is the end of the day before.
    day = (due - timedelta(seconds=1)).date()
    assert day.weekday() < 5
    assert day not in off
