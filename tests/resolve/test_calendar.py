"""Periods end where Regulation 1182/71 and the BGB say, and the steps say why."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutybook.records import Direction
from dutybook.resolve.calendar import compute_due, reckon
from dutybook.resolve.periods import Period, parse_period

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE


@pytest.mark.parametrize(
    ("value", "event", "due"),
    [
        ("P14D", "2026-03-02", "2026-03-16"),
        ("P2W", "2026-03-02", "2026-03-16"),
        ("P1D", "2026-03-06", "2026-03-09"),  # the Saturday moves to Monday
        ("P1M", "2027-01-31", "2027-03-01"),  # 28 February 2027 is a Sunday
        ("P1Y", "2028-02-29", "2029-02-28"),
        ("P24M", "2026-03-02", "2028-03-02"),
        ("P5BD", "2026-03-05", "2026-03-12"),
        ("P2D", "2026-03-06", "2026-03-10"),  # Sunday moves to Monday, and two working days are due
    ],
)
def test_union_law(value: str, event: str, due: str) -> None:
    found, steps = compute_due(value, AFTER, date.fromisoformat(event), law="reg1182")
    assert str(found) == due
    assert all("1182/71" in s or "left out" in s for s in steps)


def test_steps_name_the_rules() -> None:
    _, steps = compute_due("P2D", AFTER, date(2026, 3, 6), law="reg1182")
    for step, source in zip(steps, ("Art 3(1)", "Art 3(2)(b)", "Art 3(4)", "Art 3(5)"), strict=True):
        assert step.endswith(f"({source} Reg. 1182/71)")
    _, steps = compute_due("P1M", AFTER, date(2026, 1, 31), law="bgb")
    assert "§ 188 Abs. 3 BGB" in steps[1]
    assert "§ 193 BGB" in steps[2]


def test_hours_begin_with_the_next_full_hour_and_run_on_days_off() -> None:
    due, steps = compute_due("PT72H", AFTER, datetime(2026, 3, 6, 14, 20), law="reg1182")
    assert due == datetime(2026, 3, 9, 15)
    assert "hour of the event" in steps[0]
    due, _ = compute_due("PT24H", BEFORE, datetime(2026, 3, 6, 14, 20), law="reg1182")
    assert due == datetime(2026, 3, 5, 14)


def test_hours_need_a_moment() -> None:
    with pytest.raises(ValueError, match="needs the time"):
        compute_due("PT72H", AFTER, date(2026, 3, 6), law="reg1182")


@pytest.mark.parametrize(
    ("value", "event", "due"),
    [
        ("P7D", "2026-03-09", "2026-03-01"),  # a Sunday, and it stays
        ("P1M", "2027-03-31", "2027-02-27"),  # a Saturday: complete when the last of February begins
        ("P2BD", "2026-03-11", "2026-03-08"),
        ("P2W", "2026-03-16", "2026-03-01"),
    ],
)
@pytest.mark.parametrize("law", ["reg1182", "bgb"])
def test_periods_that_run_back_do_not_move(value: str, event: str, due: str, law: str) -> None:
    found, steps = compute_due(value, BEFORE, date.fromisoformat(event), law=law)
    assert str(found) == due
    assert "runs back" in " ".join(steps)


def test_holidays_are_days_off() -> None:
    off = frozenset({date(2026, 5, 1)})
    assert compute_due("P1D", AFTER, date(2026, 4, 30), law="reg1182", holidays=off)[0] == date(2026, 5, 4)
    assert compute_due("P1BD", AFTER, date(2026, 4, 30), law="bgb", holidays=off)[0] == date(2026, 5, 4)
    assert "public holidays" in " ".join(compute_due("P1BD", BEFORE, date(2026, 5, 4), law="bgb", holidays=off)[1])


def test_beginning_periods_count_their_first_day() -> None:
    assert compute_due("P14D", AFTER, date(2026, 3, 9), law="bgb", begins=True, moves=False)[0] == date(2026, 3, 22)
    assert compute_due("P1M", AFTER, date(2026, 3, 1), law="bgb", begins=True, moves=False)[0] == date(2026, 3, 31)
    assert compute_due("P1M", AFTER, date(2027, 1, 31), law="bgb", begins=True, moves=False)[0] == date(2027, 2, 28)
    with pytest.raises(ValueError, match="§ 187"):
        compute_due("P14D", AFTER, date(2026, 3, 9), law="reg1182", begins=True)


def test_fixed_dates_move_in_german_law_only() -> None:
    sunday = date(2026, 8, 2)
    assert compute_due("2026-08-02", None, sunday, law="reg1182")[0] == sunday
    assert compute_due("2026-08-02", None, sunday, law="bgb")[0] == date(2026, 8, 3)
    assert compute_due("2026-08-02", None, sunday, law="bgb", moves=False)[0] == sunday


@pytest.mark.parametrize("value", ["", "P", "PT", "2026-08", "2026-02-30", "P1X", "R/P1Y", "P2DT3H", "P1M5BD", "P-1D"])
def test_what_is_no_period_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compute_due(value, AFTER, date(2026, 1, 1), law="bgb")


@pytest.mark.parametrize(("value", "direction"), [("P9999Y", AFTER), ("P9999Y", BEFORE), ("P9999M", BEFORE)])
def test_out_of_the_calendar_is_refused(value: str, direction: Direction) -> None:
    with pytest.raises(ValueError, match="calendar"):
        compute_due(value, direction, date(700, 1, 1), law="bgb")


def test_periods_are_read_and_named() -> None:
    assert parse_period("P1Y6M") == Period(years=1, months=6)
    assert str(parse_period("P1Y6M")) == "1 year and 6 months"
    assert str(parse_period("P5BD")) == "5 working days"
    assert str(parse_period("P0D")) == "0 days"


_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
_VALUES = st.builds(lambda n, unit: f"P{n}{unit}", st.integers(1, 40), st.sampled_from(["D", "W", "M", "Y", "BD"]))
_OFF = st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=40)
_RULES = st.sampled_from(["reg1182", "bgb"])


@given(_VALUES, _RULES, _OFF, _DAYS, _DAYS, st.sampled_from([AFTER, BEFORE]))
def test_a_later_event_never_ends_earlier(
    value: str, law: str, off: frozenset[date], first: date, second: date, direction: Direction
) -> None:
    early, late = sorted((first, second))
    before, _ = compute_due(value, direction, early, law=law, holidays=off)
    after, _ = compute_due(value, direction, late, law=law, holidays=off)
    assert before <= after


@given(st.integers(1, 60), st.sampled_from(["D", "W", "M", "Y", "BD"]), _RULES, _OFF, _DAYS)
def test_a_longer_period_never_ends_earlier(n: int, unit: str, law: str, off: frozenset[date], event: date) -> None:
    short, _ = compute_due(f"P{n}{unit}", AFTER, event, law=law, holidays=off)
    longer, _ = compute_due(f"P{n + 1}{unit}", AFTER, event, law=law, holidays=off)
    assert event < short <= longer


@given(_VALUES, _RULES, _OFF, _DAYS)
def test_forward_periods_end_on_working_days(value: str, law: str, off: frozenset[date], event: date) -> None:
    due, steps = compute_due(value, AFTER, event, law=law, holidays=off)
    assert due.weekday() < 5
    assert due not in off
    assert str(due) in steps[-1]


def _period_cases(shared: Path, name: str) -> list[dict[str, Any]]:
    return list(json.loads((shared / "cases" / name).read_text(encoding="utf-8")))


@pytest.mark.shared
def test_published_cases_of_union_law(shared: Path) -> None:
    units = {"days": "P{}D", "weeks": "P{}W", "months": "P{}M", "years": "P{}Y", "working-days": "P{}BD"}
    wrong = []
    for case in _period_cases(shared, "periods-reg-1182-71.json"):
        file = shared / "cases" / "holidays-2025-2026" / f"{case['holidays']}.json"
        years = json.loads(file.read_text(encoding="utf-8"))
        off = frozenset(date.fromisoformat(d) for days in years.values() for d in days)
        event = datetime.fromisoformat(case["event"].removesuffix("Z"))
        expected = datetime.fromisoformat(case["expected_end"].removesuffix("Z"))
        value = {"hours": "PT{}H", **units}[case["unit"]].format(abs(case["n"]))
        ends = reckon(value, AFTER if case["n"] > 0 else BEFORE, event, law="reg1182", holidays=off).ends
        # A period ends when its last millisecond is over; one that runs back, when its first day begins.
        if ends != expected + timedelta(milliseconds=1 if case["n"] > 0 else 0):
            wrong.append((case["fn"], value, str(ends), str(expected)))
    assert wrong == []


@pytest.mark.shared
def test_published_cases_of_the_bgb(shared: Path) -> None:
    letters = {"jahre": "Y", "monate": "M", "wochen": "W", "tage": "D"}
    wrong = []
    for case in _period_cases(shared, "periods-bgb-187-193.json"):
        value = "P" + "".join(f"{case['dauer'][unit]}{sign}" for unit, sign in letters.items() if unit in case["dauer"])
        years = json.loads((shared / "cases" / "holidays-2025-2026" / "DE.json").read_text(encoding="utf-8"))
        off = frozenset(date.fromisoformat(d) for days in years.values() for d in days)
        due, _ = compute_due(
            value,
            AFTER,
            date.fromisoformat(case["event"]),
            law="bgb",
            holidays=off,
            begins=case["fristart"] == "BEGINNFRIST",
            moves=case["section193"],
        )
        if str(due) != case["expected_end"]:
            wrong.append((case["event"], value, str(due), case["expected_end"]))
    assert wrong == []
