"""Profiles and their proposals in the register: entered, changed, removed, made anew with documents, confirmed, checked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadRequest, ChangedSince, Conflict, NotFound
from dutybook.records.profiles import Answer, Verdict
from dutybook.store import Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.profiles.interviews import questions_for
from dutybook.store.profiles.profiles import (
    ProfileChange,
    add_profile,
    change_profile,
    find_profile,
    list_profiles,
    profile_history,
    remove_profile,
)
from dutybook.store.profiles.proposals import acts_for, confirm, proposals_of, proposed_norms

NORMS = [
    N("Payment institutions shall keep a log of the quays.", place="Art 5", bearer="Payment institutions"),
    N("The harbour office shall publish the log.", place="Art 6", bearer="harbour office", bearer_class="authority"),
    N("The log shall be complete.", place="Art 7"),
]
BANK = ProfileChange(
    name="Quay Pay", countries=("de",), employees=40, turnover=9, yes=("Zahlungsinstitut",), complete=True
)


@pytest.fixture
def register() -> Iterator[Register]:
    with open_register(":memory:") as made:
        made.add(make_analysis(NORMS, work=HARBOUR))
        yield made


def by_place(register: Register, profile: str) -> dict[str, str]:
    norms = list(proposed_norms(register, profile, with_assessed=True))
    places = {row.id: row.place for row in register.norms_by_id(norms)}
    found = proposals_of(register, norms)
    return {places[n]: p.proposal.verdict.value for n, made in found.items() for p in made if p.profile == profile}


def test_a_profile_is_entered_with_its_terms_in_any_language(register: Register) -> None:
    made = add_profile(register, BANK, by="anna")
    assert (made.name, made.countries, made.answers) == ("Quay Pay", ("DE",), (Answer("payment institution", True),))
    assert find_profile(register, "quay pay") == find_profile(register, made.id) == made
    assert register.check() == []
    with pytest.raises(Conflict, match="already"):
        add_profile(register, ProfileChange(name="QUAY PAY"), by="anna")
    with pytest.raises(NotFound, match="Did you mean 'Quay Pay'"):
        find_profile(register, "Quay Pai")


@pytest.mark.parametrize(
    "values",
    [
        {"name": " "},
        {"countries": ("Germany",)},
        {"employees": "many"},
        {"turnover": "-1"},
        {"yes": ("a\nb",)},
        {"name": "x" * 200},
    ],
)
def test_what_cannot_be_meant_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        ProfileChange(**values)  # type: ignore[arg-type]


def test_proposals_are_made_with_the_profile_and_with_each_document(register: Register) -> None:
    made = add_profile(register, BANK, by="anna")
    assert by_place(register, made.id) == {"Art 5": "applies", "Art 6": "no", "Art 7": "ask"}
    changed = change_profile(register, "Quay Pay", ProfileChange(forget=("payment institution",)), by="bob")
    assert changed.answers == ()
    assert by_place(register, made.id)["Art 5"] == "no"
    more = [*NORMS, N("Insurance undertakings shall light the quays.", place="Art 8", bearer="Insurance undertakings")]
    register.add(make_analysis(more, work=HARBOUR))
    assert by_place(register, made.id)["Art 8"] == "no"
    assert [(a.work, a.applies, a.no, a.ask) for a in acts_for(register, profile=made.id)] == [("32031R0777", 0, 3, 1)]
    for document in register.documents():
        register.remove(document.id)
    assert list(proposed_norms(register, made.id)) == []
    assert register.check() == []


def test_changes_stand_in_the_chained_history(register: Register) -> None:
    made = add_profile(register, BANK, by="anna")
    change_profile(register, "Quay Pay", ProfileChange(employees="", turnover=12), by="bob", revision=made.revision)
    with pytest.raises(ChangedSince, match="bob"):
        change_profile(register, "Quay Pay", ProfileChange(employees=5), by="anna", revision=made.revision)
    rows = [(r.by, r.action, r.field, r.old, r.new) for r in profile_history(register, "Quay Pay")]
    assert rows[1:] == [("bob", "set", "employees", "40", None), ("bob", "set", "turnover", "9.0", "12.0")]
    assert reviews.verify_history(register).broken is None
    assert register.check() == []
    remove_profile(register, "Quay Pay", by="anna")
    assert (list_profiles(register), register.check()) == ([], [])


def test_a_profile_that_is_not_what_its_history_says_is_found(register: Register) -> None:
    made = add_profile(register, BANK, by="anna")
    register._connection.execute("UPDATE profiles SET employees = 4")
    assert register.check() == [f"profiles: {made.id} is not what its history says"]


def test_what_is_confirmed_stands_in_the_record_with_the_words_of_the_act(register: Register) -> None:
    made = add_profile(register, BANK, by="anna")
    first, office, log = proposed_norms(register, made.id)
    confirm(register, made, {first: "it is one", office: "an office"}, by="bob")
    record = reviews.record(register, first)
    assert record
    assert (record.applicability, record.applicability_reason, record.applicability_by) == (
        "yes",
        "Quay Pay: it is one",
        "bob",
    )
    no = reviews.record(register, office)
    assert no
    assert no.applicability == "no"
    assert list(proposed_norms(register, made.id)) == [log]
    with pytest.raises(BadRequest, match="is to be asked"):
        confirm(register, made, {log: ""}, by="bob")
    confirm(register, made, {log: "we keep none"}, by="bob", verdict=Verdict.NO)
    assert [a.confirmed for a in acts_for(register, profile=made.id)] == [3]
    assert register.check() == []


def test_what_does_not_apply_to_one_profile_and_to_another_does_applies_partly(register: Register) -> None:
    add_profile(register, BANK, by="anna")
    other = add_profile(
        register, ProfileChange(name="Quay Bread", countries=("DE",), yes=("bakery",), complete=True), by="anna"
    )
    first, *_ = proposed_norms(register, other.id)
    confirm(register, other, {first: "bread"}, by="bob")
    record = reviews.record(register, first)
    assert record
    assert record.applicability == "partly"


def test_an_interview_asks_from_the_act_that_is_held(register: Register) -> None:
    made = add_profile(register, ProfileChange(name="Quay Pay"), by="anna")
    topics = [q.topic.value for q in questions_for(register, made, HARBOUR.id)]
    assert topics == ["countries", "role", "complete"]
    with pytest.raises(NotFound):
        questions_for(register, made, "32031R0778")


def test_derived_rows_are_the_same_when_they_are_made_anew(register: Register) -> None:
    from dutybook.store.maintenance.health import differing

    add_profile(register, BANK, by="anna")
    assert differing(register._connection)[0] == []
