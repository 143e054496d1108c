"""How sure each field is comes back from the register, and what of it is still in doubt once people have spoken."""

from __future__ import annotations

import doctest
from dataclasses import replace

import pytest

from builders import make_analysis
from dutybook.records import findings
from dutybook.records.findings import Doubt, doubts_of
from dutybook.store import Filters, NormRow, Register
from dutybook.store.documents.flatten import flatten
from dutybook.store.documents.view import PAGES, TEXT, norms_in
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.review_queue import queue
from quay_doubts import LOG, OLD, REPORT, SIGN, doubtful

BEARER, CLASS = Doubt("bearer", 0.54), Doubt("class", 0.61)


@pytest.fixture
def register() -> Register:
    return doubtful()


def at(register: Register, place: str) -> NormRow:
    return next(norm for norm in register.norms(Filters(review_state="all")) if norm.place == place)


def test_the_examples_hold() -> None:
    assert doctest.testmod(findings).failed == 0


def test_doubts_begin_below_their_thresholds() -> None:
    found = doubts_of({"norm": 0.8, "quote": 0.7999, "class": 0.6, "bearer": 0.5999})
    assert [(d.field, d.strong) for d in found] == [("bearer", True), ("class", False), ("quote", False)]


def test_fields_come_back_as_they_were(register: Register) -> None:
    for norm in (REPORT, LOG, SIGN, OLD):
        detail = register.norm(at(register, norm.place).id)
        assert detail.evidence
        assert detail.evidence.fields == dict(norm.fields)
    assert register.norm(at(register, "Art 3").id).doubts == (BEARER, CLASS)
    assert register.norm(at(register, "Art 4").id).doubts == ()
    assert register.norm(at(register, "Art 6").id).doubts == ()
    assert register.check() == []


def test_a_reading_that_is_surer_is_another_content() -> None:
    surer = replace(REPORT, fields=(("bearer", 0.99),))
    assert flatten(make_analysis([REPORT])).digest != flatten(make_analysis([surer])).digest


def test_what_somebody_judged_is_in_doubt_no_more(register: Register) -> None:
    norm = at(register, "Art 3").id
    reviews.change(register, [norm], Change(correct={"bearer_class": "person"}, reason="masters are people"), by="anna")
    assert register.norm(norm).doubts == ()
    reviews.undo(register, norm, by="anna")
    assert register.norm(norm).doubts == (BEARER, CLASS)
    reviews.change(register, [norm], Change(note="ask the port"), by="anna")
    assert register.norm(norm).doubts == (BEARER, CLASS)
    reviews.change(register, [norm], Change(finding="confirmed"), by="anna")
    assert register.norm(norm).doubts == ()


@pytest.mark.parametrize(("where", "first", "last"), [(PAGES, 1, 1), (TEXT, 0, 10_000)])
def test_a_document_says_it_of_all_its_norms(register: Register, where: str, first: int, last: int) -> None:
    norm = at(register, "Art 3")
    found = norms_in(register, norm.document, where, first, last)
    assert [len(row.doubts) for row in found] == [2, 0, 6, 0]
    assert found[0].doubts == (BEARER, CLASS)
    reviews.change(register, [norm.id], Change(correct={"bearer": "Master"}, reason="shorter"), by="anna")
    assert norms_in(register, norm.document, where, first, last)[0].doubts == ()


def test_the_queue_goes_by_confidence_whatever_the_order_in_the_document(register: Register) -> None:
    rows, total = queue(register, Filters(), limit=10)
    assert [row.place for row in rows] == ["Art 5", "Art 3", "Art 6", "Art 4"]
    assert (total, [row.confidence for row in rows]) == (4, [0.3, 0.5, 0.7, 0.95])
    reviews.change(register, [rows[0].id], Change(finding="confirmed"), by="anna")
    assert [row.place for row in queue(register, Filters(), limit=2)[0]] == ["Art 3", "Art 6"]
