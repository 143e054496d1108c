"""How far an act in the making has come, by documents of different days."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest

from dutybook.records import Step
from dutybook.resolve.claims import ClaimState, Stated, find_reported
from dutybook.resolve.procedures import StepDate, StepStatus, arrange_steps, state_of

REPORTED, ANNOUNCED, STATED = StepStatus.REPORTED, StepStatus.ANNOUNCED, StepStatus.STATED

PLAN = StepDate(Step.PROPOSED, "2031-01", ANNOUNCED, "2030-12-01", "plan", "in January")
BILL = StepDate(Step.PROPOSED, "2031-03-04", REPORTED, "2031-03-05", "bill", "presented on 4 March")
ASKS = StepDate(Step.CONSULTATION, "2031-05-01", REPORTED, "2031-03-06", "asks", "until 1 May")
LONGER = StepDate(Step.CONSULTATION, "2031-06-01", REPORTED, "2031-04-06", "longer", "until 1 June")
COUNCIL = StepDate(Step.GENERAL_APPROACH, None, REPORTED, "2031-07-01", "council", "agreed")
VOTE = StepDate(Step.ADOPTED, "2032-02-01", REPORTED, "2032-02-02", "vote", "adopted")
LAW = StepDate(Step.IN_FORCE, "2032-04-01", STATED, "2032-04-01", "law", "enters into force")
OUT = StepDate(Step.WITHDRAWN, None, REPORTED, "2031-09-01", "out", "withdrawn")


def test_later_documents_replace_what_was_announced_whatever_the_order() -> None:
    wanted = arrange_steps((PLAN, BILL, ASKS, LONGER, COUNCIL))
    for order in permutations((PLAN, BILL, ASKS, LONGER, COUNCIL)):
        assert arrange_steps(order) == wanted
    by_document = {one.document: one for one in wanted}
    assert by_document["plan"].status is StepStatus.SUPERSEDED
    assert by_document["plan"].superseded_by == "bill"
    assert by_document["bill"].supersedes == "2031-01"
    assert (by_document["asks"].superseded_by, by_document["longer"].supersedes) == ("longer", "2031-05-01")


@pytest.mark.parametrize(
    ("today", "step", "since", "until"),
    [
        (date(2031, 1, 15), None, "", None),
        (date(2031, 3, 5), "proposed", "2031-03-04", None),
        (date(2031, 4, 10), "consultation", "2031-04-06", "2031-06-01"),
        (date(2031, 6, 2), "proposed", "2031-03-04", None),
        (date(2031, 7, 2), "general_approach", "2031-07-01", None),
        (date(2032, 2, 3), "adopted", "2032-02-01", None),
        # The act's own text counts from its day.
        (date(2032, 3, 31), "adopted", "2032-02-01", None),
        (date(2032, 4, 1), "in_force", "2032-04-01", None),
    ],
)
def test_the_state_on_a_day(today: date, step: str | None, since: str, until: str | None) -> None:
    state = state_of(arrange_steps((PLAN, BILL, ASKS, LONGER, COUNCIL, VOTE, LAW)), today)
    assert (state.step, state.since, state.open_until) == (step, since, until)


def test_what_is_withdrawn_stays_so_until_it_comes_again() -> None:
    assert state_of(arrange_steps((BILL, COUNCIL, OUT)), date(2031, 10, 1)).step is Step.WITHDRAWN
    assert state_of(arrange_steps((BILL, COUNCIL, OUT, VOTE)), date(2032, 3, 1)).step is Step.ADOPTED


def test_two_reports_of_one_day_stand_side_by_side() -> None:
    twin = StepDate(Step.ADOPTED, "2032-02-01", REPORTED, "2032-02-05", "twin", "adopted, too")
    month = StepDate(Step.ADOPTED, "2032-02", REPORTED, "2032-03-05", "month", "adopted in February")
    assert all(one.status is REPORTED for one in arrange_steps((VOTE, twin, month)))
    corrected = StepDate(Step.ADOPTED, "2032-01-31", REPORTED, "2032-02-09", "right", "adopted on 31 January")
    assert arrange_steps((VOTE, corrected))[0].superseded_by == "right"


def test_an_announced_step_is_confirmed_or_moved_by_a_report() -> None:
    claim = Stated("f", "plan", "2030-12-01", "proposed", "2031-01")
    in_time = Stated("r", "bill", "2031-01-29", "proposed", "2031-01-28")
    late = Stated("s", "late", "2031-03-05", "proposed", "2031-03-04")
    other = Stated("t", "other", "2031-01-29", "adopted", "2031-01-28")
    assert list(find_reported([claim], [late, in_time, other])) == [("f", ClaimState.CONFIRMED, in_time)]
    assert list(find_reported([claim], [late, other])) == [("f", ClaimState.MOVED, late)]
    assert list(find_reported([claim], [other])) == []
