"""Judgements that a second person has to approve: proposed, approved, refused and undone; off by default."""

from __future__ import annotations

import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.approval_rule import needs_second_person, set_second_person
from dutybook.store.judgements.approvals import awaiting, decide
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.record_rows import problems

LOG = N("Pilots must keep a log.", place="Art 6", bearer="Pilots")
LAMP = N("Pilots must light a lamp.", place="Art 7", bearer="Pilots")


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(make_analysis([LOG, LAMP]), "1")
    set_second_person(made, on=True, by="Ada")
    return made


def norm_of(register: Register) -> str:
    return next(n.id for n in register.norms(Filters(review_state="all")) if n.place == "Art 6")


def say(register: Register, by: str = "Emil", **wanted: object) -> Record:
    (done,) = reviews.change(register, [norm_of(register)], Change(**wanted), by=by)  # type: ignore[arg-type]
    return done.after


def test_the_rule_is_off_until_it_is_switched_on_and_its_history_has_it(register: Register) -> None:
    other = open_register()
    assert not needs_second_person(other)
    assert needs_second_person(register)
    set_second_person(register, on=True, by="Ada")
    set_second_person(register, on=False, by="Ada")
    assert not needs_second_person(register)
    rows = list(reviews.read_history(register))
    assert [(row.by, row.field, row.new) for row in rows] == [("Ada", "four_eyes", "on"), ("Ada", "four_eyes", "off")]
    assert say(register, status="applicable").status == "applicable"


def test_a_judgement_waits_for_a_second_person_and_other_fields_do_not(register: Register) -> None:
    record = say(register, status="applicable", owner="Emil", note="asked the harbour")
    assert (record.status, record.owner, len(record.notes)) == ("unassessed", "Emil", 1)
    assert [(p.by, p.values) for p in record.proposals] == [("Emil", [("status", "applicable")])]
    with pytest.raises(BadRequest, match="second person"):
        decide(register, norm_of(register), approve=True, by=" emil ")
    done = decide(register, norm_of(register), approve=True, by="Berta")
    assert (done.after.status, done.after.proposals) == ("applicable", ())
    rows = reviews.history_of(register, norm_of(register))[1]
    assert [(r.by, r.action, r.field) for r in rows][-2:] == [
        ("Berta", "approved", "proposal"),
        ("Berta", "set", "status"),
    ]
    assert list(problems(register._connection)) == []
    assert reviews.verify_history(register).broken is None


def test_what_is_refused_has_a_reason_and_changes_nothing(register: Register) -> None:
    say(register, applicability="no", reason="we have no pilots")
    with pytest.raises(BadRequest, match="say why"):
        decide(register, norm_of(register), approve=False, by="Berta")
    done = decide(register, norm_of(register), approve=False, by="Berta", reason="we have two")
    assert (done.after.applicability, done.after.proposals) == ("unassessed", ())
    assert reviews.history_of(register, norm_of(register))[1][-1].why == "we have two"
    with pytest.raises(BadRequest, match="nothing awaits"):
        decide(register, norm_of(register), approve=True, by="Berta")
    assert list(problems(register._connection)) == []


def test_corrections_and_rejections_take_effect_when_they_are_approved(register: Register) -> None:
    norm = norm_of(register)
    say(register, correct={"bearer": "Harbour pilots"}, reason="as defined")
    assert register.norm(norm).norm.bearer == "Pilots"
    decide(register, norm, approve=True, by="Berta")
    assert register.norm(norm).norm.bearer == "Harbour pilots"
    assert register.norm(norm).review.finding == "corrected"  # type: ignore[union-attr]
    say(register, finding="rejected", reason="no duty")
    assert len(list(register.norms())) == 2
    decide(register, norm, approve=True, by="Berta")
    assert len(list(register.norms())) == 1
    assert list(problems(register._connection)) == []


def test_impossible_corrections_are_refused_when_they_are_proposed(register: Register) -> None:
    with pytest.raises(BadRequest, match="which deadline"):
        say(register, correct={"due": "2031-08-02"}, reason="as printed")


def test_the_queue_asks_nobody_for_what_awaits_approval(register: Register) -> None:
    say(register, finding="confirmed")
    assert [n.place for n in register.norms(Filters(review_state="unreviewed"))] == ["Art 7"]
    found, total = awaiting(register, limit=10)
    assert [(one.proposal.by, one.record.norm) for one in found] == [("Emil", norm_of(register))]
    assert total == 1
    # The same again is no second proposal.
    assert len(say(register, by="Berta", finding="confirmed").proposals) == 1


def test_what_awaits_approval_is_counted_and_paged_by_proposal(register: Register) -> None:
    say(register, status="compliant")
    say(register, by="Berta", finding="confirmed")
    pages = [awaiting(register, limit=1, offset=offset) for offset in (0, 1)]
    assert [(one.proposal.by, total) for found, total in pages for one in found] == [("Emil", 2), ("Berta", 2)]


def test_a_proposal_is_withdrawn_by_who_made_it_and_an_approval_by_nobody_alone(register: Register) -> None:
    norm = norm_of(register)
    say(register, status="compliant")
    with pytest.raises(BadRequest, match="refuse it with a reason"):
        reviews.undo(register, norm, by="Berta")
    assert reviews.undo(register, norm, by="Emil").after.proposals == ()
    say(register, status="compliant")
    decide(register, norm, approve=True, by="Berta")
    with pytest.raises(BadRequest, match="second person"):
        reviews.undo(register, norm, by="Emil")
    assert list(problems(register._connection)) == []


def test_proposals_outlast_a_new_reading(register: Register) -> None:
    say(register, status="compliant")
    register.add(make_analysis([LOG, LAMP]), "2")
    assert decide(register, norm_of(register), approve=True, by="Berta").after.status == "compliant"
