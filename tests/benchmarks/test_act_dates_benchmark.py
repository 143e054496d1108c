"""How dates are marked against those read by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from dutybook.resolve.act_dates import DateAssertion, DateStatus
from loading import script

act_dates = script(Path(__file__).parents[2] / "benchmarks" / "act_dates.py", "act_dates_benchmark")


def date_assertion(kind: str, day: str | None, *, sure: bool = True) -> DateAssertion:
    return DateAssertion(kind, date.fromisoformat(day) if day else None, DateStatus.STATED, "f", "words", sure=sure)


def marks(
    listed: list[tuple[str, str]], found: list[DateAssertion], country: str = "EU", **act: Any
) -> list[tuple[str, str]]:
    dates = [{"kind": kind, "day": day, "part": ""} for kind, day in listed]
    given = {"country": country, "dates": dates, "open": [], **act}
    return [(kind, mark) for kind, mark, _ in act_dates.judge(given, tuple(found))]


def test_a_day_is_right_unresolved_wrong_or_silent() -> None:
    listed = [("application", "2031-01-01")]
    assert marks(listed, [date_assertion("application", "2031-01-01")]) == [("application", "right")]
    assert marks(listed, [date_assertion("application", None)]) == [("application", "unresolved")]
    assert marks(listed, [date_assertion("review", "2031-01-01", sure=False)]) == [("application", "silent")]
    wrong = [("application", "wrong"), ("application", "extra"), ("application", "sure")]
    assert marks(listed, [date_assertion("application", "2032-01-01")]) == wrong


def test_national_acts_apply_when_they_are_in_force() -> None:
    listed, found = [("entry_into_force", "2031-01-01")], [date_assertion("application", "2031-01-01")]
    assert marks(listed, found, "US") == [("entry_into_force", "right")]
    assert ("entry_into_force", "right") not in marks(listed, found, "EU")


def test_of_an_open_kind_only_the_listed_days_are_missed() -> None:
    assert marks([], [date_assertion("review", "2031-01-01")], open=["review"]) == []
    assert marks([], [date_assertion("review", "2031-01-01")]) == [("review", "extra"), ("review", "sure")]
