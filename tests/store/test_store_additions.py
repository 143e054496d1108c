"""A rejected sentence becomes a norm when somebody says so, and stays one when its document is read again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest, NotFound
from dutybook.store import Filters, Register, open_register
from dutybook.store.documents.flatten import flatten
from dutybook.store.documents.view import counts, reasons, rejections
from dutybook.store.judgements import reviews
from dutybook.store.judgements.additions import Addition, add_norm, take_back
from dutybook.store.judgements.change import Change

REPORT = N("Each pilot shall report a fog within an hour.", place="Art 1", bearer="pilot", action="report a fog")
LATER = N("The keeper shall lock the gate.", place="Art 3", bearer="keeper")
DROPPED = N("Ropes shall be coiled by the crew.", place="Art 2", rejected="duty_word")
OTHER = N("A quay shall be deemed dry.", place="Art 4", rejected="label_none")
ANALYSIS = make_analysis([REPORT, DROPPED, LATER, OTHER])


def filled() -> Register:
    register = open_register()
    register.add(ANALYSIS, "1")
    register.add(make_analysis([REPORT], salt="another"), "1")
    return register


def quotes(register: Register, words: str = "") -> list[str]:
    return [norm.quote for norm in register.norms(Filters(words, document=ANALYSIS.document.id))]


def test_a_sentence_that_is_taken_in_is_a_norm_like_others() -> None:
    register = filled()
    (sentence,) = (row for row in register.rejected() if row.quote == DROPPED.text)
    norm = add_norm(register, sentence.id[:10], Addition("prohibition", "crew", why="the crew must"), by="anna")
    detail = register.norm(norm)
    assert (detail.norm.quote, detail.norm.modality, detail.norm.bearer) == (DROPPED.text, "prohibition", "crew")
    assert detail.evidence
    assert (detail.evidence.name, detail.evidence.why) == ("reviewer", "taken_in")
    assert detail.review
    assert (detail.review.finding, detail.review.finding_reason) == ("confirmed", "the crew must")
    assert quotes(register) == [REPORT.text, DROPPED.text, LATER.text]
    assert quotes(register, words="coiled") == [DROPPED.text]
    assert [row.quote for row in register.rejected()] == [OTHER.text]
    assert counts(register, ANALYSIS.document.id)[1] == 1
    assert len(list(register.norms(Filters()))) == 3
    with pytest.raises(BadRequest, match="added before"):
        add_norm(register, sentence.id, Addition(), by="anna")


def test_it_stays_when_its_document_is_read_again_and_goes_when_it_is_taken_back() -> None:
    register = filled()
    (sentence,) = (row for row in register.rejected() if row.quote == DROPPED.text)
    norm = add_norm(register, sentence.id, Addition(), by="anna")
    reviews.change(register, [norm], Change(correct={"bearer": "deck crew"}, reason="so"), by="anna")
    again = replace(ANALYSIS, document=replace(ANALYSIS.document, title="Other title"))
    assert register.write(flatten(again))
    assert quotes(register) == [REPORT.text, DROPPED.text, LATER.text]
    assert register.norm(norm).norm.bearer == "deck crew"
    assert take_back(register, norm[:8]) == sentence.id
    assert quotes(register) == [REPORT.text, LATER.text]
    assert DROPPED.text in [row.quote for row in register.rejected()]
    with pytest.raises(NotFound, match="no norm that somebody added"):
        take_back(register, norm)


def test_corrections_of_other_norms_survive() -> None:
    register = filled()
    norm = next(n.id for n in register.norms(Filters(document=ANALYSIS.document.id)) if n.quote == LATER.text)
    reviews.change(register, [norm], Change(correct={"bearer": "gatekeeper"}, reason="so"), by="anna")
    (sentence,) = (row for row in register.rejected() if row.quote == DROPPED.text)
    add_norm(register, sentence.id, Addition(), by="ben")
    detail = register.norm(norm)
    assert detail.norm.bearer == "gatekeeper"
    assert detail.review
    assert detail.review.corrections[0].extracted == "keeper"


def test_reasons_are_counted_and_what_cannot_be_is_refused() -> None:
    register = filled()
    document = ANALYSIS.document.id
    assert reasons(register, document) == [("duty_word", 1), ("label_none", 1)]
    assert [row.quote for row in rejections(register, document, 9, reason="duty_word")] == [DROPPED.text]
    (sentence, _) = register.rejected()
    with pytest.raises(BadRequest, match="who you are"):
        add_norm(register, sentence.id, Addition(), by=" ")
    with pytest.raises(BadRequest, match="'wish' is no modality"):
        add_norm(register, sentence.id, Addition("wish"), by="anna")
    with pytest.raises(NotFound):
        add_norm(register, "ffffffff", Addition(), by="anna")
