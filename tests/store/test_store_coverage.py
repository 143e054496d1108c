"""Duties are covered, planned, gaps or not for us, each counted once whatever its languages."""

from __future__ import annotations

from datetime import UTC, datetime

from builders import N, make_analysis
from dutybook.store import Filters, open_register
from dutybook.store.controls import controls
from dutybook.store.controls.controls import ControlChange
from dutybook.store.controls.coverage import coverage, norms_in_state
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def test_each_duty_is_in_one_state() -> None:
    register = open_register()
    register.add(
        make_analysis(
            [N(f"Pilots must keep book {n}.", place=f"Art {n}") for n in range(1, 7)]
            + [N("A port may close.", place="Art 9", modality="permission")]
        )
    )
    at = {norm.place: norm.id for norm in register.norms()}
    active = controls.add_control(register, ControlChange(title="Books", status="active"), by="anna", now=NOW)
    plan = controls.add_control(register, ControlChange(title="Later"), by="anna", now=NOW)
    gone = controls.add_control(register, ControlChange(title="Old", status="retired"), by="anna", now=NOW)
    controls.link_norms(register, active.id, [at["Art 1"]], by="anna", now=NOW)
    controls.link_norms(register, plan.id, [at["Art 1"], at["Art 2"]], by="anna", now=NOW)
    controls.link_norms(register, gone.id, [at["Art 5"]], by="anna", now=NOW)
    for place, answer in (("Art 3", "yes"), ("Art 4", "no"), ("Art 5", "partly")):
        reviews.change(register, [at[place]], Change(applicability=answer, reason="so"), by="anna", now=NOW)
    (act,) = coverage(register)
    assert (act.work, dict(act.states)) == (
        "32031R0777",
        {"covered": 1, "planned": 1, "gap": 2, "not applicable": 1, "unassessed": 1},
    )
    assert (act.applicable, act.share) == (4, 0.25)
    assert norms_in_state(register, ["gap"]) == [at["Art 3"], at["Art 5"]]
    assert norms_in_state(register, ["gap"], Filters(place="Art 5")) == [at["Art 5"]]


def test_languages_and_copies_count_once() -> None:
    register = open_register()
    register.add(make_analysis([N("Pilots must keep a book.", place="Art 1")]))
    register.add(
        make_analysis([N("Lotsen müssen ein Buch führen.", place="Art 1")], language="de", salt="de", source="de.txt")
    )
    (act,) = coverage(register)
    assert sum(act.states.values()) == len(set(norms_in_state(register, ["unassessed"])))
