"""Changes of the law become items: opened once, decided with a reason, listed as tasks and in the agenda."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dutybook.errors import BadRequest, ChangedSince, Defect, NotFound
from dutybook.store import Register, open_register
from dutybook.store.assessments import (
    AssessmentChange,
    affected_norms,
    assessment_named,
    assessment_to_dict,
    change_assessment,
    list_assessments,
    open_arrived,
    open_assessments,
)
from dutybook.store.controls.items import item_history
from dutybook.store.deadlines.agenda import AgendaQuery, agenda
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance.health import explain_damage
from dutybook.store.tasks import open_tasks
from quay import flats

TODAY = date(2033, 6, 1)
NOW = datetime(2033, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with open_register(tmp_path / "register.db") as opened:
        for flat in flats():
            opened.write(flat)
        yield opened


def test_each_changed_text_is_opened_once(register: Register) -> None:
    assert open_arrived(register, today=TODAY) == [], "nobody has asked for assessments"
    [item] = open_assessments(register, today=TODAY, now=NOW)
    assert (item.kind, item.title, item.day, item.due) == ("changed", "Quay Safety Act", "2033-04-01", "2033-07-01")
    assert open_assessments(register, today=TODAY, now=NOW) == []
    assert open_arrived(register, today=TODAY) == []
    assert register.check() == []


def test_what_changed_long_ago_is_no_item_at_first(register: Register) -> None:
    assert open_assessments(register, today=date(2036, 1, 1), now=NOW) == []


def test_an_act_that_arrives_later_is_new_and_an_old_text_of_it_no_change_to_miss(register: Register) -> None:
    open_assessments(register, today=TODAY, now=datetime(2020, 1, 1, tzinfo=UTC))
    assert {item.kind for item in open_assessments(register, today=TODAY, now=NOW)} == {"new"}, "all arrived since"


def test_an_item_knows_its_norms_owners_and_controls(register: Register) -> None:
    [item] = open_assessments(register, today=TODAY, now=NOW)
    changed = affected_norms(register, item)
    assert {"bearer changed", "renumbered"} <= {one.change.kind for one in changed}
    norm = next(one.change.new_norm for one in changed if one.change.new_norm)
    reviews.change(register, [norm], Change(owner="ben"), by="anna", now=NOW)
    assessment = assessment_to_dict(item, affected_norms(register, item))
    assert assessment["owners"] == ["ben"]
    assert assessment["open"]
    assert next(one["owner"] for one in assessment["norms"] if one["new_norm"] == norm) == "ben"


def test_a_decision_has_a_reason_an_author_and_a_history(register: Register) -> None:
    [item] = open_assessments(register, today=TODAY, now=NOW)
    with pytest.raises(BadRequest):
        AssessmentChange(decision="no effect")
    with pytest.raises(BadRequest):
        AssessmentChange(decision="perhaps", reason="x")
    with pytest.raises(BadRequest):
        AssessmentChange(due="soon")
    given = change_assessment(register, item.id, AssessmentChange(owner="ben", due="2033-06-20"), by="anna", now=NOW)
    with pytest.raises(ChangedSince):
        change_assessment(register, item.id, AssessmentChange(owner="eve"), by="eve", revision=item.revision)
    change = AssessmentChange(decision="no effect", reason="we have no quay")
    done = change_assessment(register, item.id, change, by="ben", now=NOW, revision=given.revision)
    assert (done.is_open, done.changed_by) == (False, "ben")
    assert [row.by for row in item_history(register, item.id)][-2:] == ["ben", "ben"]
    assert list_assessments(register, open_only=True) == []
    assert [one.id for one in list_assessments(register, owner="BEN")] == [item.id]
    assert assessment_named(register, item.id[:6]).reason == "we have no quay"
    assert reviews.verify_history(register).broken is None
    with pytest.raises(NotFound):
        assessment_named(register, "ffff")


def test_an_open_item_is_a_task_and_stands_in_the_agenda(register: Register) -> None:
    [item] = open_assessments(register, today=TODAY, now=NOW)
    [task] = open_tasks(register, now=NOW, kinds=("assessment",))
    assert (task.due, task.path, task.kind) == ("2033-07-01", f"/assessments/{item.id}", "assessment")
    query = AgendaQuery(date(2033, 7, 1), date(2033, 7, 1), reader="en", today=TODAY)
    assert [(row.origin, row.document) for row in agenda(register, query).rows if row.origin == "assessment"] == [
        ("assessment", item.id)
    ]
    change_assessment(register, item.id, AssessmentChange(decision="adapted", reason="done"), by="ben", now=NOW)
    assert open_tasks(register, now=NOW, kinds=("assessment",)) == []


def test_an_error_of_ours_does_not_make_the_file_look_damaged(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    with open_register(path) as register:
        for flat in flats():
            register.write(flat)
        open_assessments(register, today=TODAY, now=NOW)
    assert explain_damage(path, Defect("a mistake in a statement")) is None
