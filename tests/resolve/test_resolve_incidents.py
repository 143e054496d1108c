"""Which duty starts the clock of which, when each ends, and what state that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dutybook.records.incidents import Clock, Duty, DutyState, Report
from dutybook.resolve.incidents import count_duties, link_duties, parts_of_place

AWARE = {"aware": "2026-11-29 20:20"}
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def duty(name: str, place: str, *clocks: Clock, stage: str = "") -> Duty:
    return Duty(
        name,
        name,
        "act",
        None,
        "Locks Act",
        place,
        "en",
        "",
        "operator",
        "authority",
        "authority",
        stage,
        law="reg1182",
        clocks=clocks,
    )


def within(value: str, moment: str, anchor: str = "") -> Clock:
    return Clock(f"within {value}", "period", value, "after", anchor, moment)


EARLY = duty("early", "Art 7(1)(a)", Clock("without delay", "immediate"), within("PT24H", "aware"), stage="early")
FIRST = duty("first", "Art 7(1)(b)", within("PT72H", "aware"), stage="first")
FINAL = duty("final", "Art 7(1)(c)", within("P1M", "submitted", "after the submission under point (b)"), stage="final")


def states(reports: dict[str, Report] | None = None, now: datetime = NOW, **moments: str) -> dict[str, tuple[str, str]]:
    rows = count_duties(link_duties([EARLY, FIRST, FINAL]), AWARE | moments, reports or {}, now=now, place="BE")
    return {row.duty.id: (row.due.isoformat()[:16] if row.due else "", row.state.value) for row in rows}


def test_hours_leave_out_the_hour_of_the_event_and_the_final_report_waits() -> None:
    assert states() == {
        "early": ("2026-11-30T21:00", "open"),
        "first": ("2026-12-02T21:00", "open"),
        "final": ("", "waiting"),
    }


def test_a_submission_starts_the_clock_that_hangs_on_it_and_holidays_move_its_end() -> None:
    found = states({"first": Report("2026-12-01 15:00")})
    assert found["first"][1] == "met"
    assert found["final"] == ("2027-01-04", "open"), "1 January is a holiday, 2 and 3 January a weekend"


def test_what_is_past_is_missed_or_late_and_what_is_dropped_is_neither() -> None:
    late = datetime(2026, 12, 5, tzinfo=UTC)
    found = states({"first": Report("2026-12-03 09:00")}, late)
    assert (found["early"][1], found["first"][1]) == ("missed", "late")
    assert states({"early": Report(dropped=True, note="not essential")}, late)["early"][1] == "dropped"


def test_a_day_is_over_at_the_midnight_after_it() -> None:
    reports = {"first": Report("2026-12-01 15:00")}
    assert states(reports, datetime(2027, 1, 4, 22, 59, tzinfo=UTC))["final"][1] == "open"
    assert states(reports, datetime(2027, 1, 4, 23, 1, tzinfo=UTC))["final"][1] == "missed"


@pytest.mark.parametrize(
    ("anchor", "after", "doubts"),
    [
        ("after the submission under point (b)", "first", ()),
        ("from the submission of the initial report", "first", ()),
        ("of the submission of the early warning", "early", ()),
        ("after that submission", "first", ("moment",)),
    ],
)
def test_the_words_of_an_anchor_say_which_submission_is_meant(anchor: str, after: str, doubts: tuple[str, ...]) -> None:
    final = replace(FINAL, clocks=(within("P1M", "submitted", anchor),))
    linked = link_duties([EARLY, FIRST, final])[-1]
    assert (linked.clocks[0].after, linked.doubts) == (after, doubts)


def test_what_is_due_first_comes_first_and_what_has_no_time_last() -> None:
    prompt = duty("prompt", "Art 7(2)", Clock("at once", "immediate"))
    rows = count_duties([prompt, FIRST, EARLY], AWARE, {}, now=NOW, place="BE")
    assert [row.duty.id for row in rows] == ["early", "first", "prompt"]
    assert rows[-1].state is DutyState.PROMPT


def test_a_law_that_is_given_counts_where_the_act_has_none() -> None:
    strange = replace(FIRST, law=None)
    without = count_duties([strange], AWARE, {}, now=NOW, place="DE")
    assert without[0].due is None
    assert "which law" in without[0].clocks[0].reason
    counted = count_duties([strange], AWARE, {}, now=NOW, place="DE", law="bgb")[0]
    assert counted.due is not None
    assert counted.due.isoformat()[:16] == "2026-12-02T21:00"


def test_places_have_parts_in_every_way_of_citing() -> None:
    assert parts_of_place("§ 4 Abs. 1 Satz 2") == ("4", "1", "2")
    assert parts_of_place("Art 23(4)(d)(ii)") == ("23", "4", "d", "ii")
