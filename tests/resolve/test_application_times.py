"""An act that applies by classes, and an amendment that moves its days: what each norm's time depends on."""

from __future__ import annotations

from datetime import date

import pytest

from cranes import ACT, AMENDMENT, read
from dutybook.records import Analysis
from dutybook.searching import Filters, search
from dutybook.store import Register, open_register


@pytest.fixture(scope="module")
def act() -> Analysis:
    return read(ACT, "cranes.md")


def test_a_norm_has_a_list_of_times_where_no_single_day_holds_for_all(act: Analysis) -> None:
    found = {n.place: n for n in act.norms}
    assert found["Art 1"].applies_from == date(2032, 6, 1)
    assert found["Art 2"].applies_from == date(2033, 6, 1)
    assert found["Art 1"].times == found["Art 2"].times == ()
    lamps = found["Art 3"]
    assert lamps.applies_from is None
    assert [(t.begins, t.about) for t in lamps.times] == [
        (date(2032, 6, 1), ""),
        (date(2034, 6, 1), "as regards cranes on rails"),
    ]


def store(act: Analysis, *more: Analysis) -> Register:
    register = open_register()
    for analysis in (act, *more):
        register.add(analysis)
    return register


def applying(register: Register, day: str) -> list[tuple[str, str | None]]:
    filters = Filters(work="32031R0777", applies_on=day)
    return sorted((hit.place, hit.depends_on) for hit in search(register, filters))


def test_what_applies_on_a_day_is_yes_no_or_depends(act: Analysis) -> None:
    with store(act) as register:
        depends = "2032-06-01\n2034-06-01: as regards cranes on rails"
        assert applying(register, "2032-05-31") == []
        assert applying(register, "2032-06-01") == [("Art 1", None), ("Art 3", depends)]
        [lamps] = [n for n in register.norms(Filters(work="32031R0777")) if n.place == "Art 3"]
        assert (lamps.applies_from, lamps.applies_earliest) == (None, date(2032, 6, 1))
        detail = register.norm(lamps.id)
        assert [(t.applies_from, t.status) for t in detail.times] == [
            (date(2032, 6, 1), "stated"),
            (date(2034, 6, 1), "stated"),
        ]


def test_a_day_that_the_amendment_moves_by_class_is_no_longer_sure(act: Analysis) -> None:
    with store(act, read(AMENDMENT, "amendment.md")) as register:
        [brakes] = [n for n in register.norms(Filters(work="32031R0777")) if n.place == "Art 2"]
        assert brakes.applies_from is None
        assert brakes.depends_on == "changed by a later act"
        assert ("Art 2", "changed by a later act") in applying(register, "2033-07-01")
        [fact] = [f for f in register.facts() if f.scope == ("Art 2",)]
        assert (fact.status, fact.due, fact.supersedes) == ("changed", None, date(2033, 6, 1))
