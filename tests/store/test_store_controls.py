"""Controls are kept with their history, and their links to norms go where the records of the norms go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest, ChangedSince, Conflict, NotFound
from dutybook.store import Filters, Register, open_register
from dutybook.store.controls import controls
from dutybook.store.controls.controls import ControlChange
from dutybook.store.controls.items import item_history
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
LOG = N("Pilots must keep a log of each passage.", place="Art 6", bearer="Pilots")
WARN = N("Agents shall warn the harbour office at once.", place="Art 8", bearer="Agents")


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(make_analysis([LOG, WARN]), "1")
    return made


def at(register: Register, place: str) -> str:
    return next(n.id for n in register.norms(Filters(review_state="all")) if n.place == place)


def add(register: Register, title: str, reference: str = "", **more: str) -> controls.Control:
    return controls.add_control(register, ControlChange(title=title, reference=reference, **more), by="anna", now=NOW)


def test_a_control_is_added_changed_and_found(register: Register) -> None:
    made = add(register, "Log of passages", "AC-1", category="procedure", owner="Ben")
    assert (made.label, made.status, made.changed_by) == ("AC-1 Log of passages", "planned", "anna")
    changed = controls.change_control(register, made.id, ControlChange(status="active"), by="ben", now=NOW)
    assert (changed.status, changed.changed_by, changed.revision) == ("active", "ben", 2)
    for name in ("ac-1", "log of PASSAGES", "AC-1 Log of passages", made.id[:6]):
        assert controls.find_control(register, name) == changed
    rows = item_history(register, made.id)
    assert [(row.by, row.action, row.field, row.old, row.new) for row in rows[1:]] == [
        ("ben", "set", "status", "planned", "active")
    ]
    assert rows[0].action == "added"
    assert register.check() == []


def test_what_cannot_be_meant_is_refused(register: Register) -> None:
    made = add(register, "Log of passages", "AC-1")
    with pytest.raises(Conflict, match="AC-1"):
        add(register, "Another", "ac-1")
    for wrong in (
        {"title": " "},
        {"status": "done"},
        {"category": "magic"},
        {"review_date": "soon"},
        {"owner": "a\nb"},
    ):
        with pytest.raises(BadRequest):
            ControlChange(**wrong)
    with pytest.raises(BadRequest, match="title"):
        controls.add_control(register, ControlChange(reference="x"), by="anna")
    with pytest.raises(BadRequest, match="characters"):
        ControlChange(title="x" * 301)
    with pytest.raises(ChangedSince):
        controls.change_control(register, made.id, ControlChange(owner="x"), by="ben", revision=made.revision - 1)
    with pytest.raises(NotFound, match="Log of passages"):
        controls.find_control(register, "Log of pasages")
    with pytest.raises(NotFound):
        controls.link_norms(register, "feedfeedfeedfeed", [at(register, "Art 6")], by="anna")


def test_a_control_serves_many_norms_and_a_norm_has_many_controls(register: Register) -> None:
    log, drill = add(register, "Log of passages", "AC-1"), add(register, "Yearly drill")
    both = [at(register, "Art 6"), at(register, "Art 8")]
    assert controls.link_norms(register, log.id, both, by="anna", now=NOW) == 2
    assert controls.link_norms(register, log.id, both, by="ben", now=NOW) == 0
    controls.link_norms(register, drill.id, both[:1], by="ben", now=NOW, why="asked for by the auditor")
    assert [(s.place, s.by) for s in controls.served_norms(register, log.id)] == [("Art 6", "anna"), ("Art 8", "anna")]
    assert reviews.record(register, both[0]).control == "AC-1 Log of passages\nYearly drill"  # type: ignore[union-attr]
    assert [(r.control.label, r.norms) for r in controls.list_controls(register)] == [
        ("AC-1 Log of passages", 2),
        ("Yearly drill", 1),
    ]
    assert controls.unlink_norms(register, log.id, both[1:], by="ben", now=NOW) == 1
    assert controls.unlink_norms(register, log.id, both[1:], by="ben", now=NOW) == 0
    assert [s.place for s in controls.served_norms(register, log.id)] == ["Art 6"]
    _, rows = reviews.history_of(register, both[0])
    linked = [(row.by, row.action, row.new, row.why) for row in rows if row.field == "control"]
    assert linked == [
        ("anna", "linked", "AC-1 Log of passages", ""),
        ("ben", "linked", "Yearly drill", "asked for by the auditor"),
    ]
    assert register.check() == []


def test_a_link_is_taken_back_like_any_other_change(register: Register) -> None:
    log = add(register, "Log of passages")
    norm = at(register, "Art 6")
    controls.link_norms(register, log.id, [norm], by="anna", now=NOW)
    reviews.undo(register, norm, by="anna", now=NOW)
    assert controls.served_norms(register, log.id) == []
    controls.link_norms(register, log.id, [norm], by="anna", now=NOW)
    reviews.change(register, [norm], Change(decline_controls=(log.id,)), by="ben", now=NOW)
    record = reviews.record(register, norm)
    assert record is not None
    assert (record.controls, [link.label for link in record.declined]) == ((), ["Log of passages"])
    reviews.undo(register, norm, by="ben", now=NOW)
    assert [s.place for s in controls.served_norms(register, log.id)] == ["Art 6"]
    assert register.check() == []


def test_text_that_names_a_control_links_it_and_the_rest_stays_words(register: Register) -> None:
    log, drill = add(register, "Log of passages", "AC-1"), add(register, "Yearly drill")
    norm = at(register, "Art 6")

    def say(text: str) -> tuple[set[str], str]:
        (done,) = reviews.change(register, [norm], Change(control=text), by="anna", now=NOW)
        assert done.after.control == text or "ac-1" in text
        return {link.control for link in done.after.controls}, done.after.control_words

    assert say("weekly check\nby the quaymaster") == (set(), "weekly check\nby the quaymaster")
    assert say("ac-1\nweekly check") == ({log.id}, "weekly check")
    assert say("Yearly drill") == ({drill.id}, "")
    controls.change_control(register, drill.id, ControlChange(title="Drill"), by="anna", now=NOW)
    assert reviews.record(register, norm).control == "Drill"  # type: ignore[union-attr]
    # An older workbook has the former name, which still means the same control.
    reviews.change(register, [norm], Change(control="yearly drill"), by="anna", now=NOW)
    assert {link.control for link in reviews.record(register, norm).controls} == {drill.id}  # type: ignore[union-attr]
    assert say("") == (set(), "")
    assert register.check() == []


def test_links_wait_for_a_document_that_is_gone(register: Register) -> None:
    log = add(register, "Log of passages")
    controls.link_norms(register, log.id, [at(register, "Art 6")], by="anna", now=NOW)
    (document,) = register.documents()
    register.remove(document.id)
    (served,) = controls.served_norms(register, log.id)
    assert (served.place, served.missing) == ("Art 6", True)
    register.add(make_analysis([LOG, WARN]), "3")
    (served,) = controls.served_norms(register, log.id)
    assert (served.norm, served.missing) == (at(register, "Art 6"), False)
    assert register.check() == []


def test_links_go_to_the_norm_of_a_later_version() -> None:
    register = open_register()
    old, new = (
        replace(made, document=replace(made.document, version_date=day))
        for made, day in (
            (make_analysis([LOG, WARN]), "2031-01-01"),
            (make_analysis([WARN, replace(LOG, place="Art 7")], salt="2032"), "2032-01-01"),
        )
    )
    register.add(old)
    log = add(register, "Log of passages")
    controls.link_norms(register, log.id, [at(register, "Art 6")], by="anna", now=NOW)
    register.add(new)
    (served,) = controls.served_norms(register, log.id)
    assert served.place == "Art 7"
    assert reviews.record(register, served.norm).control == "Log of passages"  # type: ignore[union-attr]
    assert register.check() == []


def test_lists_are_filtered_and_hide_what_is_retired(register: Register) -> None:
    add(register, "Log of passages", "AC-2", description="Every passage, hour and draught.", owner="Bénédicte")
    add(register, "Travel rules", "AC-1", category="policy", status="retired")
    add(register, "Outsourcing policy", category="policy", status="active")

    def labels(**filters: str) -> list[str]:
        return [row.control.label for row in controls.list_controls(register, **filters)]

    assert labels() == ["AC-2 Log of passages", "Outsourcing policy"]
    assert labels(words="draught LOG") == ["AC-2 Log of passages"]
    assert labels(owner="benedicte") == ["AC-2 Log of passages"]
    assert labels(category="policy") == ["Outsourcing policy"]
    assert labels(status="retired") == ["AC-1 Travel rules"]
    with pytest.raises(BadRequest):
        labels(status="gone")


def test_doctor_sees_a_control_that_is_not_what_its_history_says(register: Register) -> None:
    made = add(register, "Log of passages")
    register._connection.execute("UPDATE controls SET owner = 'eve'")
    assert [p for p in register.check() if made.id in p] == [f"controls: {made.id} is not what its history says"]
