"""Periods that others computed, and official lists of holidays; they lie beside the repository."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutybook.records import Direction
from dutybook.resolve.calendar import CountingTerms, compute_due
from dutybook.resolve.holidays import HolidaysAt, holidays_for

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE


def _cases(shared: Path, name: str) -> list[dict[str, Any]]:
    cases = list(json.loads((shared / "cases" / name).read_text(encoding="utf-8")))
    assert cases
    return cases


def _official(shared: Path, name: str) -> frozenset[date]:
    years = json.loads((shared / "cases" / "holidays-2025-2026" / f"{name}.json").read_text(encoding="utf-8"))
    return frozenset(date.fromisoformat(d) for days in years.values() for d in days)


_PLACES = {"EP": "EU-EP", "EC": "EU-COM"}


def _end(due: date) -> datetime:
    """The moment at which a period ends: the midnight after its last day, or its last moment."""
    return due if isinstance(due, datetime) else datetime.combine(due + timedelta(days=1), time.min)


@pytest.mark.shared
def test_published_cases_of_union_law(shared: Path) -> None:
    units = {
        "hours": "PT{}H",
        "days": "P{}D",
        "weeks": "P{}W",
        "months": "P{}M",
        "years": "P{}Y",
        "working-days": "P{}BD",
    }
    wrong = []
    for case in _cases(shared, "periods-reg-1182-71.json"):
        event = datetime.fromisoformat(case["event"].removesuffix("Z"))
        expected = datetime.fromisoformat(case["expected_end"].removesuffix("Z"))
        # A period ends when its last millisecond is over; one that runs back, when its first day begins.
        ends = expected + timedelta(milliseconds=1 if case["n"] > 0 else 0)
        value = units[case["unit"]].format(abs(case["n"]))
        direction = AFTER if case["n"] > 0 else BEFORE
        ours = _end(
            compute_due(value, direction, event, law="reg1182", holidays=_official(shared, case["holidays"]))[0]
        )
        # The same with the holidays that Dutybook knows itself.
        place = _PLACES.get(case["holidays"], case["holidays"])
        alone = _end(compute_due(value, direction, event, law="reg1182", holidays=holidays_for("reg1182", place))[0])
        if (ours, alone) != (ends, ends):
            wrong.append((case["fn"], value, str(ours), str(alone), str(ends)))
    assert wrong == []


@pytest.mark.shared
def test_published_cases_of_the_bgb(shared: Path) -> None:
    letters = {"jahre": "Y", "monate": "M", "wochen": "W", "tage": "D"}
    wrong = []
    for case in _cases(shared, "periods-bgb-187-193.json"):
        value = "P" + "".join(f"{case['dauer'][unit]}{sign}" for unit, sign in letters.items() if unit in case["dauer"])
        event = date.fromisoformat(case["event"])
        begins = case["fristart"] == "BEGINNFRIST"
        off = holidays_for("bgb", f"DE-{case['bundesland']}")
        due, _ = compute_due(
            value, AFTER, event, law="bgb", holidays=off, terms=CountingTerms(begins=begins, moves=case["section193"])
        )
        unmoved, _ = compute_due(value, AFTER, event, law="bgb", terms=CountingTerms(begins=begins, moves=False))
        found = (str(due), str(unmoved))
        if found != (case["expected_end"], case.get("raw_end", case["expected_end"])):
            wrong.append((case["event"], value, found, case["expected_end"]))
    assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize(("name", "place"), [("EC", "EU-COM"), ("EP", "EU-EP"), ("DE", "DE"), ("AT", "AT")])
def test_holidays_are_the_official_ones(shared: Path, name: str, place: str) -> None:
    """All 27 states are compared by ``benchmarks/public_holidays.py``, which lists where lists and library differ, and why."""
    official = {day for day in _official(shared, name) if day.year in {2025, 2026}}
    known = HolidaysAt(place)
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(2 * 365))
    assert official == {day for day in days if day in known}
