"""Periods in the law of the states: each case with the provision that decides it, its day found by hand."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, datetime
from typing import Any

import pytest

from dutybook.languages.period_laws import period_laws
from dutybook.records import Direction
from dutybook.resolve.calendar import CountingTerms, compute_due

AFTER, BEFORE = Direction.AFTER, Direction.BEFORE

_CASES: list[tuple[str, str, str, str, dict[str, Any], str]] = [
    # law, value, event, due, options, what decides
    ("bgb", "P2W", "2026-03-10", "2026-03-24", {}, "§ 188 Abs. 2 BGB"),
    ("bgb", "P1M", "2026-01-30", "2026-03-02", {}, "§ 188 Abs. 3 BGB"),
    ("bgb", "P1M", "2026-01-30", "2026-02-28", {"moves": False}, "§ 188 Abs. 3 BGB"),
    ("bgb", "P3D", "2026-03-04", "2026-03-09", {}, "§ 193 BGB"),  # a Saturday
    ("bgb", "P14D", "2026-03-09", "2026-03-22", {"begins": True, "moves": False}, "§ 187 Abs. 2 BGB"),
    ("bgb", "P1M", "2026-03-01", "2026-03-31", {"begins": True}, "§ 187 Abs. 2 BGB"),
    ("bgb", "P1M", "2027-01-31", "2027-02-28", {"begins": True, "moves": False}, "§ 188 Abs. 3 BGB"),
    ("bgb", "P1Y", "2026-03-15", "2027-03-14", {"begins": True, "moves": False}, "§ 188 Abs. 2 BGB"),
    ("bgb", "P2BD", "2026-03-05", "2026-03-09", {"days": "werktage"}, "BUrlG"),  # Friday, Saturday: moves to Monday
    ("bgb", "P3BD", "2026-03-05", "2026-03-09", {"days": "werktage"}, "BUrlG"),
    ("bgb", "P3BD", "2026-03-05", "2026-03-10", {}, "§ 193 BGB"),
    ("bgb", "2026-08-02", "2026-08-02", "2026-08-03", {}, "§ 193 BGB"),
    ("bgb", "2026-08-02", "2026-08-02", "2026-08-02", {"moves": False}, "fixed date"),
    ("at", "P1D", "2026-04-02", "2026-04-06", {}, "BGBl. Nr. 37/1961"),  # Good Friday, Easter Monday is not given
    ("at", "P1M", "2026-01-31", "2026-03-02", {}, "§ 902 Abs. 2 ABGB"),
    ("at", "2026-08-02", "2026-08-02", "2026-08-03", {}, "§ 903 ABGB"),
    ("ch", "P2W", "2026-03-07", "2026-03-23", {}, "Art. 78 OR"),
    ("ch", "P1M", "2026-01-31", "2026-03-02", {}, "Ziff. 3 OR"),
    ("fr", "P10D", "2026-03-04", "2026-03-16", {}, "art. 642, al. 2"),  # 14 March is a Saturday
    ("fr", "P1M", "2026-01-31", "2026-03-02", {}, "art. 641, al. 2"),
    ("fr", "P1M10D", "2026-01-31", "2026-03-10", {}, "art. 641, al. 2"),
    ("fr", "P8D", "2026-03-02", "2026-03-11", {"clear": True}, "délai franc"),
    ("fr", "P2M", "2026-05-07", "2026-07-08", {"clear": True}, "délai franc"),
    ("fr", "P3D", "2026-05-05", "2026-05-11", {"clear": True}, "art. 642, al. 2"),  # 9 May is a Saturday
    ("fr", "P3BD", "2026-03-05", "2026-03-09", {}, "C. trav."),  # Friday, Saturday, Monday
    ("fr", "P2BD", "2026-03-05", "2026-03-09", {"days": "ouvrables"}, "art. 642, al. 2"),
    ("fr", "P3BD", "2026-03-05", "2026-03-10", {"days": "ouvres"}, "usage"),
    ("es", "P10D", "2026-03-06", "2026-03-20", {}, "art. 30.2 Ley 39/2015"),
    ("es", "P10D", "2026-03-06", "2026-03-23", {"holidays": {date(2026, 3, 19)}}, "art. 30.2 Ley 39/2015"),
    ("es", "P10BD", "2026-03-06", "2026-03-20", {}, "art. 30.2 Ley 39/2015"),
    ("es", "P9D", "2026-03-06", "2026-03-16", {"days": "calendar"}, "art. 30.5 Ley 39/2015"),
    ("es", "P1M", "2026-01-31", "2026-03-02", {}, "art. 30.4 Ley 39/2015"),
    ("es-civil", "P1M", "2026-01-31", "2026-02-28", {}, "art. 5.2 Código Civil"),
    ("es-civil", "P10D", "2026-03-06", "2026-03-16", {}, "art. 5.1 Código Civil"),
    ("it", "P30D", "2026-01-08", "2026-02-07", {}, "art. 155, primo e terzo comma"),  # a Saturday, and it stays
    ("it", "P31D", "2026-01-08", "2026-02-09", {}, "art. 155, quarto comma"),
    ("it-procedure", "P30D", "2026-01-08", "2026-02-09", {}, "quarto e quinto comma"),
    ("it", "P1M", "2026-01-31", "2026-02-28", {}, "art. 2963, quinto comma"),
    ("it", "P10D", "2026-03-02", "2026-03-13", {"clear": True}, "termine libero"),
    ("it", "P3BD", "2026-03-05", "2026-03-10", {}, "usage"),
    ("it", "P3BD", "2026-03-05", "2026-03-09", {"days": "feriali"}, "usage"),
    ("us", "P14D", "2026-06-20", "2026-07-06", {}, "6(a)(1)(C)"),  # 4 July is a Saturday
    ("us", "P10BD", "2026-06-29", "2026-07-14", {"holidays": {date(2026, 7, 3)}}, "12 CFR 1005.2(d)"),
    ("us", "P3BD", "2026-03-05", "2026-03-09", {"days": "open-saturdays"}, "12 CFR 1005.2(d)"),
    ("uk", "P14D", "2026-03-07", "2026-03-21", {}, "no general rule"),  # a Saturday, and it stays
    ("uk", "P1M", "2026-01-31", "2026-02-28", {}, "Dodds v Walker"),
    ("uk", "P14D", "2026-03-02", "2026-03-17", {"clear": True}, "Companies Act 2006, s 360"),
    ("uk", "P5BD", "2026-03-05", "2026-03-12", {}, "Companies Act 2006, s 1173"),
    ("uk-cpr", "P14D", "2026-03-02", "2026-03-16", {}, "CPR 2.8(2)"),
    ("uk-cpr", "P5D", "2026-03-05", "2026-03-12", {}, "CPR 2.8(4)"),  # up to five days: weekends left out
    ("uk-cpr", "P9D", "2026-03-05", "2026-03-16", {}, "CPR 2.8(5)"),
    ("nl", "P3D", "2026-03-06", "2026-03-10", {}, "art. 2 Algemene termijnenwet"),  # Monday is its only working day
    ("nl", "P3M", "2026-01-03", "2026-04-06", {}, "art. 1, eerste lid"),  # Good Friday
    ("nl", "P4M", "2026-01-02", "2026-05-02", {}, "art. 3 en 4"),  # longer than three months: a Saturday stays
    ("nl", "P2D", "2026-05-03", "2026-05-06", {}, "art. 3"),  # 5 May
    ("lu", "P1M", "2026-01-31", "2026-03-02", {}, "Art. 5 ETS 76"),
    ("lu", "P3BD", "2026-03-05", "2026-03-10", {"days": "ouvres"}, "usage"),
    ("cz", "P1M", "2026-01-31", "2026-03-02", {}, "§ 607 OZ"),
    ("cz", "P10D", "2026-03-02", "2026-03-12", {}, "§ 605 odst. 1 OZ"),
    ("sk", "P1M", "2026-01-31", "2026-03-02", {}, "§ 122 ods. 3 OZ"),
    ("sk", "P2W", "2026-03-04", "2026-03-18", {}, "§ 122 ods. 2 OZ"),
    ("pl", "P1M", "2026-01-31", "2026-03-02", {}, "art. 115 k.c."),
    ("pl", "P5BD", "2026-03-05", "2026-03-12", {}, "art. 115 k.c."),
]


def count(
    law: str, value: str, direction: Direction, event: str, holidays: Container[date] = frozenset(), **terms: Any
) -> tuple[date | datetime, tuple[str, ...]]:
    day = date.fromisoformat(event)
    return compute_due(value, direction, day, law=law, holidays=holidays, terms=CountingTerms(**terms))


@pytest.mark.parametrize(("law", "value", "event", "due", "options", "source"), _CASES)
def test_periods_end_where_the_law_says(
    law: str, value: str, event: str, due: str, options: dict[str, Any], source: str
) -> None:
    found, steps = count(law, value, AFTER, event, **options)
    assert str(found) == due
    assert source in " ".join(steps)


@pytest.mark.parametrize(
    ("law", "value", "event", "due", "options"),
    [
        ("fr", "P15D", "2026-06-25", "2026-06-10", {}),
        ("fr", "P15D", "2026-06-25", "2026-06-09", {"clear": True}),
        ("es", "P5D", "2026-03-16", "2026-03-09", {}),
        ("it", "P20D", "2026-06-22", "2026-06-01", {"holidays": {date(2026, 6, 2)}}),
        ("it", "P10D", "2026-06-22", "2026-06-11", {"clear": True}),
        ("it", "P9D", "2026-06-22", "2026-06-13", {}),  # a Saturday
        ("it-procedure", "P9D", "2026-06-22", "2026-06-12", {}),
        ("us", "P15D", "2026-07-20", "2026-07-02", {"holidays": {date(2026, 7, 3)}}),  # Sunday, Saturday, holiday
        ("uk", "P14D", "2026-06-25", "2026-06-11", {}),
        ("uk", "P14D", "2026-06-25", "2026-06-10", {"clear": True}),
        ("uk-cpr", "P3D", "2026-06-19", "2026-06-15", {}),
        ("uk-cpr", "P10D", "2026-06-19", "2026-06-08", {}),
        ("at", "P14D", "2026-06-25", "2026-06-10", {}),
        ("nl", "P1M", "2026-03-31", "2026-02-27", {}),
    ],
)
def test_periods_that_run_back(law: str, value: str, event: str, due: str, options: dict[str, Any]) -> None:
    assert str(count(law, value, BEFORE, event, **options)[0]) == due


def test_clear_days_after_an_event_are_mostly_a_wait() -> None:
    due, steps = compute_due("P14D", AFTER, date(2026, 3, 2), law="uk", terms=CountingTerms(clear=True))
    assert due == date(2026, 3, 17)
    assert "what must wait" in steps[-1]


def test_an_extension_counts_from_the_end_of_the_period_it_extends() -> None:
    first, _ = compute_due("P1M", AFTER, date(2026, 2, 7), law="bgb")
    assert first == date(2026, 3, 9)  # 7 March is a Saturday; the extension begins after Monday (§ 190 BGB)
    assert compute_due("P1W", AFTER, first, law="bgb")[0] == date(2026, 3, 16)


def test_a_period_that_runs_back_does_not_begin_with_the_day_of_the_event() -> None:
    with pytest.raises(ValueError, match="runs back"):
        compute_due("P1M", BEFORE, date(2026, 3, 1), law="bgb", terms=CountingTerms(begins=True))


def test_every_law_is_tried_here() -> None:
    """A law without a case of its own is a law that nobody has checked."""
    assert {case[0] for case in _CASES} | {"reg1182"} == set(period_laws())


def test_every_kind_of_days_is_tried_here() -> None:
    for law in period_laws().values():
        for kind in law.kinds:
            due, steps = compute_due(
                "P3D", AFTER, datetime(2026, 3, 5, 9, 0), law=law.id, terms=CountingTerms(days=kind)
            )
            # Friday 6, Saturday 7, Sunday 8, Monday 9, Tuesday 10 March
            wanted = {(): 8, ("sundays", "holidays"): 9, ("saturdays", "sundays", "holidays"): 10}
            counted = date(2026, 3, wanted[law.kinds[kind].leaves_out])
            assert str(counted) in steps[1], (law.id, kind)
            assert due >= counted
