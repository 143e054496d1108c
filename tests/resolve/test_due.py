"""A deadline whose event is known ends on a day, or says why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.errors import NotFound
from dutybook.records import DeadlineKind, Direction, Part, Span
from dutybook.resolve.calendar import compute_due
from dutybook.resolve.due import Returns, Wording, due_of, parse_event, str_of
from dutybook.resolve.periods import Period, parse_period


@dataclass(frozen=True)
class D:
    kind: str
    value: str | None
    direction: str | None = None
    anchor: Part | str | None = None
    due: date | None = None
    steps: tuple[str, ...] = ()
    reason: str = ""


FRIDAY = date(2026, 3, 27)
HOURS = D("period", "PT72H", "after", "after having noticed it")


def test_hours_run_by_the_clocks_of_the_place() -> None:
    made = due_of(HOURS, datetime(2026, 3, 27, 14, 10), law="reg1182", place="DE-BY")
    # 72 hours from 15:00, over the night in which clocks go forward
    assert made.due == datetime(2026, 3, 30, 16, 0, tzinfo=timezone(timedelta(hours=2)))
    assert made.steps[0] == "the event: 2026-03-27 14:10 CET (Friday)"
    assert any("clocks change" in step for step in made.steps)
    assert made.begun
    assert not any("public holidays" in step for step in made.steps), "hours run on days off"
    plain = due_of(HOURS, datetime(2026, 3, 27, 14, 10), law="reg1182")
    assert plain.due == datetime(2026, 3, 30, 15, 0)


def test_a_moment_elsewhere_is_taken_to_the_place() -> None:
    made = due_of(D("period", "P1D", "after"), datetime(2026, 3, 23, 23, 30, tzinfo=UTC), law="reg1182", place="FI")
    assert made.due == date(2026, 3, 25), "in Helsinki it was Tuesday already"


def test_days_off_by_decree_do_not_prolong_periods_of_union_law() -> None:
    """2 May 2025 was a day off in Hungary for a Saturday worked later: no public holiday by statute."""
    period = D("period", "P1D", "after", "after receipt")
    made = due_of(period, date(2025, 5, 1), law="reg1182", place="HU")
    assert made.due == date(2025, 5, 2)
    assert any("list in the Official Journal: it would be 2025-05-05 then" in step for step in made.steps)
    plain = due_of(period, date(2025, 5, 5), law="reg1182", place="HU")
    assert "Official Journal" not in " ".join(plain.steps)


def test_minutes_need_the_time_and_pass_as_they_are() -> None:
    period = D("period", "PT30M", "after", "after receipt")
    assert due_of(period, datetime(2026, 3, 5, 14, 20), law="reg1182").due == datetime(2026, 3, 5, 14, 50)
    assert "need the time" in due_of(period, FRIDAY, law="reg1182").reason
    assert str_of(parse_period("PT15M"), 3) == "PT45M"


def test_holidays_of_the_place_are_days_off() -> None:
    period = D("period", "P1W", "after", "after receipt")
    event = date(2026, 5, 28)
    assert due_of(period, event, law="reg1182", place="DE-BE").due == date(2026, 6, 4)
    made = due_of(period, event, law="reg1182", place="DE-BY")
    assert made.due == date(2026, 6, 5), "Corpus Christi"
    assert made.steps[-1] == "public holidays are those of DE-BY"
    assert due_of(period, event, law="reg1182").steps[-1] == "public holidays are not taken into account"


def test_years_without_known_holidays_are_named() -> None:
    made = due_of(D("period", "P200Y", "after"), date(2026, 5, 28), law="reg1182", place="DE-BY")
    assert made.steps[-1] == "public holidays are those of DE-BY; those of 2226 are not known"


def test_before_an_event() -> None:
    made = due_of(D("period", "P14D", "before", "before the change"), date(2026, 6, 25), law="reg1182")
    assert made.due == compute_due("P14D", Direction.BEFORE, date(2026, 6, 25), law="reg1182")[0]
    assert made.due < date(2026, 6, 12)


def test_what_must_be_kept_does_not_wait_for_a_working_day() -> None:
    made = due_of(D("duration", "P6M"), date(2026, 2, 28), law="reg1182")
    assert made.due == date(2026, 8, 28)
    saturday = due_of(D("duration", "P1M"), date(2026, 2, 28), law="reg1182")
    assert saturday.due == date(2026, 3, 28)
    assert "kept until that day has ended" in saturday.steps[-1]


def test_what_returns_counts_each_time_from_the_event() -> None:
    made = due_of(D("recurring", "R/P1M"), date(2026, 1, 31), law="reg1182", returns=Returns(count=4))
    # 28 February is a Saturday; the month of 30 days ends with its last; nothing drifts
    assert made.dates == (date(2026, 3, 2), date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 1))
    assert made.due == made.dates[0]
    later = due_of(D("recurring", "R/P2Y"), date(2020, 5, 4), law="reg1182", returns=Returns(date(2026, 1, 1), 2))
    assert later.dates == (date(2026, 5, 4), date(2028, 5, 4))
    assert later.steps[1] == "return number 3 of R/P2Y"


def test_a_day_of_each_month_does_not_count_from_an_event() -> None:
    made = due_of(D("recurring", "R/P1M"), FRIDAY, law="reg1182", wording=Wording(names_day=True))
    assert made.due is None
    assert "on a day that its words name" in made.reason
    assert due_of(D("recurring", "--03-31"), FRIDAY, law="reg1182", wording=Wording(names_day=True)).due == date(
        2026, 3, 31
    )


def test_a_day_of_every_year() -> None:
    made = due_of(D("recurring", "--03-31"), date(2026, 3, 31), law="reg1182", returns=Returns(count=2))
    assert made.dates == (date(2027, 3, 31), date(2028, 3, 31)), "the next ones after the day given"
    assert due_of(D("recurring", "--03-31"), date(2026, 3, 30), law=None).due == date(2026, 3, 31)
    # § 193 BGB moves a fixed day, Art 3(4) Reg. 1182/71 only periods
    assert due_of(D("recurring", "--02-28"), date(2026, 1, 1), law="bgb").due == date(2026, 3, 2)
    assert due_of(D("recurring", "--02-29"), date(2026, 1, 1), law="reg1182", returns=Returns(count=3)).dates == (
        date(2026, 2, 28),
        date(2027, 2, 28),
        date(2028, 2, 29),
    )


def test_what_the_text_fixes_needs_no_event() -> None:
    fixed = D("fixed", "2027-08-02", due=date(2027, 8, 2), steps=("as written",))
    for event in (None, FRIDAY):
        made = due_of(fixed, event, law="reg1182")
        assert (made.due, made.steps, made.begun) == (date(2027, 8, 2), ("as written",), False)


@pytest.mark.parametrize(
    ("deadline", "event", "reason"),
    [
        (HOURS, None, "needs the date of: after having noticed it"),
        (D("period", "P1M", "after", Part("of\n  receipt", Span(0, 12))), None, "needs the date of: of receipt"),
        (D("period", "P1M", reason="needs the date of the event that starts it"), None, "needs the date of the event"),
        (D("duration", "P10Y"), None, "needs the date on which it begins"),
        (D("recurring", "R/P1Y"), None, "needs the day it counts from"),
        (D("recurring", "--03-31"), None, "needs a day from which to look on"),
        (D("immediate", "immediate"), FRIDAY, "at once"),
        (D("vague", None), FRIDAY, "no day and no length"),
        (D("fixed", "2027-08", reason="only a month is given"), FRIDAY, "only a month is given"),
        (HOURS, FRIDAY, "72 hours need the time of the event"),
        (D("recurring", "R/PT4H"), FRIDAY, "need the time of the event"),
        (D("period", "soon", "after"), FRIDAY, "no period"),
        (D("period", "P0D", "after"), FRIDAY, "no length"),
        (D("period", "P9999Y", "after"), FRIDAY, "out of the calendar"),
        (D("recurring", "R/P1Y"), date(9999, 1, 1), "out of the calendar"),
        (D("recurring", "--13-01"), FRIDAY, "no period"),
    ],
)
def test_without_a_day_there_is_a_reason(deadline: D, event: date | None, reason: str) -> None:
    made = due_of(deadline, event, law="reg1182")
    assert made.due is None
    assert made.dates == ()
    assert not made.begun
    assert reason in made.reason


def test_a_law_is_needed_and_a_wrong_one_is_said() -> None:
    assert "which law" in due_of(D("period", "P1M", "after"), FRIDAY, law=None).reason
    with pytest.raises(NotFound, match="reg1182"):
        due_of(D("period", "P1M", "after"), FRIDAY, law="common sense")
    with pytest.raises(NotFound, match="DE-BY"):
        due_of(D("period", "P1M", "after"), FRIDAY, law="reg1182", place="DE-BX")


def test_a_place_with_several_clocks() -> None:
    with pytest.raises(ValueError, match="region"):
        due_of(HOURS, datetime(2026, 3, 27, 14, 10), law="reg1182", place="US")
    assert due_of(D("period", "P1D", "after"), datetime(2026, 3, 23, 14), law="reg1182", place="US").due == date(
        2026, 3, 24
    )


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "2026-03-02 25:00", "02.03.2026", "2026-03", "tomorrow at 2"]
)
def test_what_is_no_date_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="Write year-month-day"):
        parse_event(text)


def test_moments_with_their_offset() -> None:
    assert parse_event(" 2026-03-02 ") == date(2026, 3, 2)
    assert parse_event("2026-03-02T14:00Z") == datetime(2026, 3, 2, 14, tzinfo=UTC)


PERIODS = st.one_of(
    st.builds(
        Period, years=st.integers(0, 30), months=st.integers(0, 40), weeks=st.integers(0, 60), days=st.integers(0, 400)
    ),
    st.builds(Period, working_days=st.integers(1, 90)),
    st.builds(Period, hours=st.integers(1, 900)),
).filter(lambda period: period != Period())


@settings(deadline=None)
@given(PERIODS)
def test_a_period_is_written_as_it_is_read(period: Period) -> None:
    assert parse_period(str_of(period)) == period


@settings(deadline=None)
@given(PERIODS, st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from(["period", "recurring", "duration"]))
def test_after_an_event_nothing_ends_before_it(period: Period, day: date, kind: str) -> None:
    event = datetime(day.year, day.month, day.day, 13, 30)
    value = str_of(period)
    made = due_of(
        D(kind, f"R/{value}" if kind == "recurring" else value, "after"), event, law="reg1182", returns=Returns(count=3)
    )
    assert made.due is not None
    days = [d.date() if isinstance(d, datetime) else d for d in made.dates]
    assert days == sorted(days)
    assert days[0] >= day
    assert made.begun
    assert DeadlineKind(kind)
    assert made == due_of(
        D(kind, f"R/{value}" if kind == "recurring" else value, "after"), event, law="reg1182", returns=Returns(count=3)
    )
