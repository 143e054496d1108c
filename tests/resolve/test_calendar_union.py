"""Periods of acts of the Union end where Regulation 1182/71 says, and the steps say why."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dutybook.errors import NotFound
from dutybook.records import Direction
from dutybook.resolve.calendar import CountingTerms, compute_due
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
        ("P1M", "2026-05-31", "2026-06-30"),  # June has no 31st
        ("P1Y6M", "2026-01-15", "2027-07-15"),
        ("P1M14D", "2026-03-02", "2026-04-16"),  # the month first, then the days
        ("P1M2W", "2026-03-02", "2026-04-16"),
        ("P0D", "2026-03-05", "2026-03-05"),
    ],
)
def test_union_law(value: str, event: str, due: str) -> None:
    found, steps = compute_due(value, AFTER, date.fromisoformat(event), law="reg1182")
    assert str(found) == due
    assert all("1182/71" in s for s in steps)


def test_steps_name_the_rules() -> None:
    _, steps = compute_due("P2D", AFTER, date(2026, 3, 6), law="reg1182")
    for step, source in zip(steps, ("Art 3(1)", "Art 3(2)(b)", "Art 3(4)", "Art 3(5)"), strict=True):
        assert step.endswith(f"({source} Reg. 1182/71)")


@pytest.mark.parametrize(
    ("value", "event", "due"),
    [
        ("P7D", "2026-03-11", "2026-03-03"),  # seven whole days, 4 to 10 March, lie between
        ("P7D", "2026-03-09", "2026-03-01"),  # a Sunday, and it stays
        ("P1M", "2027-03-31", "2027-02-27"),  # complete when the last day of February begins
        ("P2BD", "2026-03-11", "2026-03-08"),  # complete when Monday begins
        ("P2W", "2026-03-17", "2026-03-02"),
    ],
)
@pytest.mark.parametrize("law", ["reg1182", "bgb"])
def test_periods_that_run_back_are_whole_and_do_not_move(value: str, event: str, due: str, law: str) -> None:
    found, steps = compute_due(value, BEFORE, date.fromisoformat(event), law=law)
    assert str(found) == due
    assert f"in time until the end of {due}" in " ".join(steps)
    assert ("does not move" in steps[-1]) == (date.fromisoformat(due).weekday() >= 5)


def test_holidays_are_days_off_and_named() -> None:
    off = {date(2026, 5, 1): "Labour Day"}
    due, steps = compute_due("P1D", AFTER, date(2026, 4, 30), law="reg1182", holidays=off)
    assert due == date(2026, 5, 4)
    assert any("2026-05-01 is a public holiday (Labour Day)" in s for s in steps)
    unnamed = compute_due("P1D", AFTER, date(2026, 4, 30), law="reg1182", holidays=frozenset(off))
    assert unnamed[0] == due
    assert any("2026-05-01 is a public holiday:" in s for s in unnamed[1])
    assert compute_due("P1BD", AFTER, date(2026, 4, 30), law="reg1182", holidays=off)[0] == due


def test_working_days_without_holidays_say_so() -> None:
    _, steps = compute_due("P5BD", AFTER, date(2026, 3, 5), law="reg1182")
    assert "public holidays are not known here" in steps[-1]


def test_fixed_dates_stay() -> None:
    sunday = date(2026, 8, 2)
    due, steps = compute_due("2026-08-02", None, sunday, law="reg1182")
    assert (due, steps) == (
        sunday,
        ("“2026-08-02” is a fixed date", "2026-08-02 is a Sunday; a fixed date stays (Art 5 Reg. 1182/71)"),
    )


@pytest.mark.parametrize(
    "value", ["", "P", "PT", "2026-08", "2026-02-30", "P1X", "R/P1Y", "P2DT3H", "PT1H30M", "P1M5BD", "P-1D"]
)
def test_what_is_no_period_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        compute_due(value, AFTER, date(2026, 1, 1), law="reg1182")


@pytest.mark.parametrize(
    ("value", "direction", "event"),
    [
        ("P9999Y", AFTER, date(700, 1, 1)),
        ("P9999Y", BEFORE, date(700, 1, 1)),
        ("P9999M", BEFORE, date(700, 1, 1)),
        ("P1D", AFTER, date(9999, 12, 31)),
        ("P9D", BEFORE, date(1, 1, 1)),
        ("PT99999H", AFTER, datetime(9999, 1, 1)),
    ],
)
def test_out_of_the_calendar_is_refused(value: str, direction: Direction, event: date) -> None:
    with pytest.raises(ValueError, match="calendar"):
        compute_due(value, direction, event, law="reg1182")


def test_holidays_without_an_end_are_refused() -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    with pytest.raises(ValueError, match="check the holidays"):
        compute_due("P1D", AFTER, date(2026, 3, 2), law="reg1182", holidays=Always())


def test_unknown_laws_are_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"'bgbb'.*bgb, .*reg1182"):
        compute_due("P1D", AFTER, date(2026, 3, 2), law="bgbb")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"begins": True}, "§ 187"),
        ({"clear": True}, "clear days"),
        ({"days": "ouvrables"}, "calendar, working"),
    ],
)
def test_what_the_law_does_not_know_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compute_due("P14D", AFTER, date(2026, 3, 9), law="reg1182", terms=CountingTerms(**options))  # type: ignore[arg-type]


def test_months_have_no_kind_of_days() -> None:
    with pytest.raises(ValueError, match="no days to count"):
        compute_due("P1M", AFTER, date(2026, 3, 9), law="reg1182", terms=CountingTerms(days="working"))


def test_periods_are_read_and_named() -> None:
    assert parse_period("P1Y6M") == Period(years=1, months=6)
    assert parse_period("P1Y6M").ends() == "1 year and 6 months end"
    assert parse_period("P1D").ends() == "1 day ends"
    assert str(parse_period("P5BD")) == "5 working days"
    assert str(parse_period("P0D")) == "0 days"
