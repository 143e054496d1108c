"""What must hold of periods under every law, whatever the days: later events, longer periods, days off, the way back."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from dutybook.languages.period_laws import PeriodLaw, period_laws
from dutybook.records import Direction
from dutybook.resolve.calendar import CountingTerms, compute_due

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE
ONE = timedelta(days=1)

_LAWS = list(period_laws().values())
_ANY = st.sampled_from(_LAWS)
_TO_THE_ACT = st.sampled_from([law for law in _LAWS if law.back.last == "act"])
_DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
_UNITS = st.sampled_from(["D", "W", "M", "Y", "BD"])
_VALUES = st.one_of(
    st.builds(lambda n, unit: f"P{n}{unit}", st.integers(1, 40), _UNITS),
    st.builds(lambda m, d: f"P{m}M{d}D", st.integers(1, 20), st.integers(1, 40)),
)
_OFF = st.frozensets(st.dates(date(2025, 1, 1), date(2026, 12, 31)), max_size=40)
_NEAR = st.dates(date(2024, 12, 1), date(2026, 12, 31))


def _off(law: PeriodLaw, day: date, off: frozenset[date]) -> bool:
    weekend = (["saturdays", "sundays"][day.weekday() - 5] in law.end.off) if day.weekday() >= 5 else False
    return weekend or day in off


@given(_VALUES, _ANY, _OFF, _NEAR, st.integers(0, 40), st.sampled_from([AFTER, BEFORE]), st.booleans())
def test_a_later_event_never_ends_earlier(
    value: str, law: PeriodLaw, off: frozenset[date], first: date, later: int, direction: Direction, clear: bool
) -> None:
    terms = CountingTerms(clear=clear and law.clear is not None)
    options = {"law": law.id, "holidays": off, "terms": terms}
    before, _ = compute_due(value, direction, first, **options)  # type: ignore[arg-type]
    after, _ = compute_due(value, direction, first + later * ONE, **options)  # type: ignore[arg-type]
    assert before <= after


# Some laws make a longer period end earlier, and mean it: where short ones leave out weekends, long ones do not move.
_EVEN = st.sampled_from([law for law in _LAWS if law.short is None and law.end.up_to is None])


@given(st.integers(1, 60), _UNITS, _EVEN, _OFF, _NEAR)
def test_a_longer_period_never_ends_earlier(
    n: int, unit: str, law: PeriodLaw, off: frozenset[date], event: date
) -> None:
    short, _ = compute_due(f"P{n}{unit}", AFTER, event, law=law.id, holidays=off)
    longer, _ = compute_due(f"P{n + 1}{unit}", AFTER, event, law=law.id, holidays=off)
    assert event < short <= longer
    early, _ = compute_due(f"P{n + 1}{unit}", BEFORE, event, law=law.id, holidays=off)
    late, _ = compute_due(f"P{n}{unit}", BEFORE, event, law=law.id, holidays=off)
    assert early <= late < event


def test_laws_that_treat_short_periods_otherwise() -> None:
    friday = date(2026, 3, 6)
    assert compute_due("P5D", AFTER, friday, law="uk-cpr")[0] == date(2026, 3, 13)
    assert compute_due("P6D", AFTER, friday, law="uk-cpr")[0] == date(2026, 3, 12)
    assert compute_due("P90D", AFTER, date(2026, 1, 12), law="nl")[0] == date(2026, 4, 13)
    assert compute_due("P91D", AFTER, date(2026, 1, 12), law="nl")[0] == date(2026, 4, 13)
    assert compute_due("P92D", AFTER, date(2026, 1, 16), law="nl")[0] == date(2026, 4, 18)  # a Saturday


@given(_VALUES, _ANY, _OFF, _NEAR, st.booleans())
def test_periods_never_end_on_a_day_off_where_the_law_moves_them(
    value: str, law: PeriodLaw, off: frozenset[date], event: date, clear: bool
) -> None:
    assume("periods" in law.end.moves and law.end.up_to is None)
    due, steps = compute_due(
        value, AFTER, event, law=law.id, holidays=off, terms=CountingTerms(clear=clear and law.clear is not None)
    )
    assert isinstance(due, date)
    assert not _off(law, due, off)
    assert any(str(due) in step for step in steps)


@given(_VALUES, _ANY, _OFF, _NEAR)
def test_ends_before_an_event_never_move_nearer_to_it(
    value: str, law: PeriodLaw, off: frozenset[date], event: date
) -> None:
    due, _ = compute_due(value, BEFORE, event, law=law.id, holidays=off)
    unmoved, _ = compute_due(value, BEFORE, event, law=law.id, holidays=off, terms=CountingTerms(moves=False))
    assert isinstance(due, date)
    assert due <= unmoved
    assert due == unmoved or law.back.earlier
    assert not (law.back.earlier and _off(law, due, off))


@given(st.integers(1, 400), st.sampled_from(["D", "W"]), _ANY, _DAYS, st.booleans())
def test_days_and_weeks_can_be_counted_back(n: int, unit: str, law: PeriodLaw, event: date, clear: bool) -> None:
    """Without days off a period after an event is as long as one before the day that follows it, or its last day."""
    assume(law.short is None)
    clear = clear and law.clear is not None
    days = "calendar" if unit == "D" else None
    options = {"law": law.id, "terms": CountingTerms(moves=False, clear=clear, days=days)}
    due, _ = compute_due(f"P{n}{unit}", AFTER, event, **options)  # type: ignore[arg-type]
    assert isinstance(due, date)
    assert (due - event).days == n * (7 if unit == "W" else 1) + clear
    start = due + ONE if law.back.last == "full" and not clear else due
    assert compute_due(f"P{n}{unit}", BEFORE, start, **options)[0] == event  # type: ignore[arg-type]


@given(st.integers(1, 200), _TO_THE_ACT, _OFF, _NEAR)
def test_working_days_can_be_counted_back_from_one(n: int, law: PeriodLaw, off: frozenset[date], event: date) -> None:
    assume(event.weekday() < 5 and event not in off)
    options = {"law": law.id, "holidays": off, "terms": CountingTerms(moves=False)}
    due, _ = compute_due(f"P{n}BD", AFTER, event, **options)  # type: ignore[arg-type]
    assert compute_due(f"P{n}BD", BEFORE, due, **options)[0] == event  # type: ignore[arg-type]


@given(st.integers(1, 400), _ANY, _DAYS)
def test_months_can_be_counted_back_where_they_have_the_day(n: int, law: PeriodLaw, event: date) -> None:
    assume(event.day <= 28)
    due, _ = compute_due(f"P{n}M", AFTER, event, law=law.id, terms=CountingTerms(moves=False))
    assert isinstance(due, date)
    assert due.day == event.day
    back, _ = compute_due(f"P{n}M", BEFORE, due, law=law.id, terms=CountingTerms(moves=False))
    assert back == (event - ONE if law.back.last == "full" else event)


@given(st.integers(1, 400), _ANY, _DAYS)
def test_months_end_on_the_last_day_where_they_lack_the_day(n: int, law: PeriodLaw, event: date) -> None:
    due, _ = compute_due(f"P{n}M", AFTER, event, law=law.id, terms=CountingTerms(moves=False))
    assert isinstance(due, date)
    assert (due.year * 12 + due.month) - (event.year * 12 + event.month) == n
    assert due.day == event.day or (due.day < event.day and (due + ONE).day == 1)


@given(st.integers(1, 400), _UNITS, _DAYS)
def test_a_period_that_begins_with_a_day_is_one_after_the_day_before(n: int, unit: str, event: date) -> None:
    """§ 187 Abs. 2 BGB; months differ where the day before has another number than its month allows."""
    begun, _ = compute_due(f"P{n}{unit}", AFTER, event, law="bgb", terms=CountingTerms(begins=True, moves=False))
    after, _ = compute_due(f"P{n}{unit}", AFTER, event - ONE, law="bgb", terms=CountingTerms(moves=False))
    if unit in {"D", "W", "BD"} or 1 < event.day <= 28:
        assert begun == after


@given(_VALUES, _ANY, _OFF, _NEAR, st.sampled_from([AFTER, BEFORE, None]))
def test_the_same_question_has_the_same_answer(
    value: str, law: PeriodLaw, off: frozenset[date], event: date, direction: Direction | None
) -> None:
    first = compute_due(value, direction, event, law=law.id, holidays=off)
    assert first == compute_due(value, direction, event, law=law.id, holidays=dict.fromkeys(off, "") | {})
    assert all(step == step.strip() and step for step in first[1])
