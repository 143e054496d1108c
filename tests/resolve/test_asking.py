"""A question holds all that its answer depends on: asked again, it has the same answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.errors import NotFound
from dutybook.languages.period_laws import period_laws
from dutybook.records import Direction
from dutybook.resolve.asking import Question, answer
from dutybook.resolve.holidays import holidays_of

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE


def test_the_holidays_of_the_place_count_and_are_named() -> None:
    found = answer(Question("P1M", AFTER, date(2026, 3, 3), "bgb", "DE-NW"))
    assert found.due == date(2026, 4, 7)  # Good Friday, Saturday, Easter Sunday, Easter Monday
    assert any("Good Friday" in step for step in found.steps)
    assert found.steps[-1] == "public holidays are those of DE-NW"
    corpus = Question("P1D", AFTER, date(2026, 6, 3), "bgb", "DE-BE")
    assert answer(corpus).due == date(2026, 6, 4)
    assert answer(Question("P1D", AFTER, date(2026, 6, 3), "bgb", "DE-BY")).due == date(2026, 6, 5)


def test_without_a_place_holidays_are_not_known() -> None:
    found = answer(Question("P1D", AFTER, date(2026, 4, 30), "reg1182"))
    assert found.due == date(2026, 5, 1)
    assert found.steps[-1] == "public holidays are not taken into account"


def test_years_that_an_institution_has_not_published_are_named() -> None:
    found = answer(Question("P5BD", AFTER, date(2026, 12, 28), "reg1182", "EU-COM"))
    assert found.due == date(2027, 1, 7)  # New Year's Day of 2027 is not known to be a holiday, and is not made one
    assert found.steps[-1].endswith("those of 2027 are not known and were not taken into account")


def test_hours_run_on_the_clock_of_the_place() -> None:
    found = answer(Question("PT24H", AFTER, datetime(2026, 3, 28, 14, 20), "reg1182", "DE"))
    assert found.due == datetime(2026, 3, 29, 16, tzinfo=ZoneInfo("Europe/Berlin"))
    assert "clocks in DE (Europe/Berlin)" in found.steps[0]
    assert any("clocks change" in step for step in found.steps)
    several = answer(Question("PT24H", AFTER, datetime(2026, 3, 28, 14, 20), "reg1182", "US"))
    assert several.due == datetime(2026, 3, 29, 15)
    assert any("without a time zone" in step for step in several.steps)


def test_the_day_of_an_event_is_its_day_at_the_place() -> None:
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    found = answer(Question("P1D", AFTER, late, "bgb", "DE"))
    assert found.due == date(2026, 3, 5)
    assert "2026-03-04 00:30" in found.steps[0]
    assert answer(Question("P1D", AFTER, late, "uk", "GB-ENG")).due == date(2026, 3, 4)


def test_unknown_places_and_laws_are_refused() -> None:
    with pytest.raises(NotFound, match="DE-BY"):
        answer(Question("P1D", AFTER, date(2026, 3, 3), "bgb", "DE-BX"))
    with pytest.raises(NotFound, match="reg1182"):
        answer(Question("P1D", AFTER, date(2026, 3, 3), "brussels", "DE"))


_PLACES = st.sampled_from(["DE-BY", "FR", "ES-MD", "IT", "GB-SCT", "US", "NL", "PL", "EU-COM"])
_VALUES = st.builds(lambda n, unit: f"P{n}{unit}", st.integers(1, 40), st.sampled_from(["D", "W", "M", "BD"]))


@settings(deadline=None)  # the first of them waits for the library
@given(
    _VALUES,
    st.sampled_from([AFTER, BEFORE]),
    st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    st.sampled_from(sorted(period_laws())),
    _PLACES,
)
def test_the_same_question_has_the_same_answer(
    value: str, direction: Direction, event: date, law: str, place: str
) -> None:
    asked = Question(value, direction, event, law, place)
    first = answer(asked)
    assert answer(asked) == first
    assert isinstance(first.due, date)
    if direction is AFTER and law not in {"uk", "es-civil", "nl"}:
        assert first.due not in holidays_of(place, first.due.year, first.due.year)
