"""What news reports a norm as: words of 24 languages, the article around a sentence, and that nothing else changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dutybook.document_view import DocumentView
from dutybook.errors import Defect
from dutybook.extract.norms import legal_status
from dutybook.extract.norms.legal_status import (
    FEATURES,
    KINDS,
    OTHER,
    SUBJECTS,
    add_statuses,
    count_words,
    describe_sentences,
    judge,
    load_model,
    mark_not_yet_in_force,
)
from dutybook.languages.artefacts import artefact, read_labelled
from dutybook.languages.data import load_data
from dutybook.languages.wordforms import LANGUAGES
from dutybook.pipeline.analyse import analyse
from dutybook.records import (
    Analysis,
    BearerClass,
    Evidence,
    Fact,
    FactType,
    Family,
    LegalStatus,
    Modality,
    Norm,
    RawDocument,
    Sentence,
    Span,
    Strength,
    Zone,
)

DRAFT = """Bill on lost crates
Northport, 12 February 2031

Under the bill, operators of quays would have to report a lost crate within five days, the Ports Office said on Wednesday. The
committee will debate the draft next week.

They must keep a log of every crate for two years.
"""
IN_FORCE = """Crates must be logged
Northport, 12 February 2031

Under current law operators of quays must keep a log of every crate for two years. The rules have applied since 2028.
"""


EVIDENCE = Evidence("rules", "1", None, 0.9)


def make_norm(span: Span) -> Norm:
    return Norm(
        id="n",
        provision="p",
        place="",
        span=span,
        modality=Modality.OBLIGATION,
        strength=Strength.MUST,
        bearer=None,
        bearer_class=BearerClass.ANY,
        evidence=EVIDENCE,
        language="en",
        action=None,
        recipient=None,
        condition=None,
        exception=None,
        legal_status=LegalStatus.IN_FORCE,
    )


def read(text: str) -> Analysis:
    return analyse(RawDocument("item.txt", text.encode()))


def kind_of(sentence: str, language: str, *before: str, title: str = "") -> str:
    counts = np.array([count_words(s, language) for s in (*before, sentence)])
    return KINDS[int(judge(describe_sentences(counts, count_words(title, language)), load_model())[-1].argmax())]


def test_words_are_counted_in_any_form_and_with_either_apostrophe() -> None:
    counted = dict(zip(SUBJECTS, count_words("Die Gesetzentwürfe fordern, dass …", "de"), strict=False))
    assert counted["draft"] == 1
    assert counted["demand"] == 1
    written = [dict(zip(SUBJECTS, count_words(s, "fr"), strict=False)) for s in ("s'applique", "s’applique")]
    assert written[0]["force"] == written[1]["force"] == 1


def test_every_language_has_words_of_every_subject() -> None:
    words = load_data("legal_status.toml", dict[str, dict[str, list[str]]])
    assert set(words) == set(LANGUAGES)
    assert {language for language, subjects in words.items() if set(subjects) != set(SUBJECTS)} == set()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_our_own_sentences_have_words_of_their_kind(language: str) -> None:
    rows = read_labelled(artefact("status") / "sentences" / f"{language}.tsv", KINDS)
    subjects = dict(zip(KINDS, SUBJECTS, strict=False))
    counted = [(count_words(s, language), kind) for s, kind in rows if kind not in (OTHER, "in_force")]
    assert np.mean([counts[SUBJECTS.index(subjects[kind])] > 0 for counts, kind in counted]) >= 0.85


@pytest.mark.parametrize(
    ("sentence", "language", "kind"),
    [
        ("Der Gesetzentwurf sieht vor, dass Betreiber Vorfälle melden müssen.", "de", "draft"),
        ("Le tribunal a jugé que la société doit rembourser ses clients.", "fr", "ruling"),
        ("L'autorità ha inflitto una multa di 2 milioni di euro alla società.", "it", "fine"),
        ("Organizacje apelują, by rząd zakazał takich reklam.", "pl", "demand"),
        ("El regulador abrió una consulta pública y admite alegaciones hasta mayo.", "es", "consultation"),
        ("Vláda plánuje zavést povinné školení.", "cs", "plan"),
    ],
)
def test_a_sentence_says_itself_what_it_reports(sentence: str, language: str, kind: str) -> None:
    assert kind_of(sentence, language) == kind


def test_a_bare_rule_is_what_its_article_reports() -> None:
    rule = "Owners must register every crane."
    assert kind_of(rule, "en", "The bill is before the committee.", title="Bill on cranes") == "draft"
    assert kind_of(rule, "en", "The rules have applied since 2028.", title="Current law on cranes") == "in_force"


def test_norms_of_news_have_a_status_and_how_sure_it_is() -> None:
    found = read(DRAFT)
    assert found.document.family is Family.NEWS
    assert {norm.legal_status for norm in found.norms} == {LegalStatus.DRAFT}
    for norm in found.norms:
        assert 0.5 <= dict(norm.evidence.fields)["legal_status"] <= 1
        assert "status_draft=" in norm.evidence.why
    assert {norm.legal_status for norm in read(IN_FORCE).norms} == {LegalStatus.IN_FORCE}


def test_what_is_no_news_stays_as_it_is() -> None:
    found = read(DRAFT)
    sentences = tuple(found.norms)
    for family in set(Family) - {Family.NEWS}:
        assert add_statuses(DocumentView(found.document.text, (), family=family), sentences) == sentences
    assert add_statuses(DocumentView("", (), family=Family.NEWS), ()) == ()


def test_what_is_not_probable_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legal_status, "LEAST", 1.1)
    for norm in read(DRAFT).norms:
        assert norm.legal_status is None
        assert "status_open=" in norm.evidence.why
        assert "legal_status" not in dict(norm.evidence.fields)


def test_probabilities_are_probabilities() -> None:
    features = np.random.default_rng(1).normal(size=(50, FEATURES))
    found = judge(features, load_model())
    assert np.allclose(found.sum(1), 1)
    assert (found >= 0).all()


def test_a_damaged_model_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights.json").write_text('{"weights": [[1]], "bias": [0]}', "utf-8")
    monkeypatch.setattr(legal_status, "artefact", lambda _: tmp_path)
    load_model.cache_clear()
    with pytest.raises(Defect, match="model of statuses"):
        load_model()
    load_model.cache_clear()


AHEAD = """Crane rules
Northport, 12 February 2031

{when} operators of quays must keep a log of every crate for two years, the Ports Office said.

Operators must report a lost crate within five days.
"""


@pytest.mark.parametrize(
    ("when", "statuses"),
    [
        # Its own day; the only day of entry into force; days that have passed.
        ("From 1 September 2031", [LegalStatus.ADOPTED, LegalStatus.IN_FORCE]),
        ("The Harbour Act enters into force on 1 September 2031:", [LegalStatus.ADOPTED, LegalStatus.ADOPTED]),
        ("The Harbour Act entered into force on 1 September 2029:", [LegalStatus.IN_FORCE, LegalStatus.IN_FORCE]),
        ("From 1 September 2029", [LegalStatus.IN_FORCE, LegalStatus.IN_FORCE]),
    ],
)
def test_what_begins_after_the_news_is_not_in_force(
    when: str, statuses: list[LegalStatus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(legal_status, "judge", lambda features, _: np.eye(len(KINDS))[np.zeros(len(features), int)])
    found = read(AHEAD.format(when=when))
    assert [norm.legal_status for norm in found.norms] == statuses
    for norm in found.norms:
        later = norm.legal_status is LegalStatus.ADOPTED
        assert ("begins_later" in norm.evidence.why) is later
        assert ("legal_status" in dict(norm.evidence.fields)) is not later


def test_a_day_of_another_act_says_nothing() -> None:
    text = "The Crane Act binds ports. Owners must log. The Harbour Act enters into force on 1 September 2031. Crews must rest."
    spans = {name: Span(text.index(name), text.index(name) + len(name)) for name in ("Crane Act", "Harbour Act")}
    norms = [make_norm(Span(at, at + 10)) for at in (text.index("Owners"), text.index("Crews"))]
    fact = Fact(
        "f",
        FactType.ENTRY_INTO_FORCE,
        Span(text.index("enters"), text.index("enters") + 6),
        "2031-09-01",
        EVIDENCE,
        date(2031, 9, 1),
    )
    ends = [match.end() for match in re.finditer(r"\.", text)]
    sentences = [Sentence(Span(a, b), "p", Zone.PROSE, "en") for a, b in pairwise([0, *ends])]
    view = DocumentView(text, sentences, family=Family.NEWS, published="2031-02-12")
    acts = {span: name for name, span in spans.items()}
    kept, later = mark_not_yet_in_force(view, norms, [fact], acts)
    assert (kept.legal_status, later.legal_status) == (LegalStatus.IN_FORCE, LegalStatus.ADOPTED)
    two = [fact, replace(fact, id="g", due=date(2032, 9, 1))]
    assert mark_not_yet_in_force(view, norms, two, acts) == tuple(norms), "of two days none is that of all norms"
    undated = replace(view, published=None)
    assert mark_not_yet_in_force(undated, norms, [fact], acts) == tuple(norms)
    assert mark_not_yet_in_force(replace(view, family=Family.STATUTE), norms, [fact], acts) == tuple(norms)
    month = mark_not_yet_in_force(replace(view, published="2031-09"), norms, [fact], acts)
    assert month == tuple(norms), "in the month of publication it may be in force"


def test_without_a_named_act_both_speak_of_the_new_rules() -> None:
    text = "Owners must log. The rules enter into force on 1 September 2031."
    fact = Fact("f", FactType.ENTRY_INTO_FORCE, Span(27, 32), "2031-09-01", EVIDENCE, date(2031, 9, 1))
    view = DocumentView(text, (), family=Family.NEWS, published="2031-02-12")
    (later,) = mark_not_yet_in_force(view, [make_norm(Span(0, 16))], [fact], {})
    assert later.legal_status is LegalStatus.ADOPTED


@pytest.mark.parametrize(
    ("sentence", "language", "counted"),
    [
        ("The port opened a consultation.", "en", 1),
        ("The law requires the port to hold a consultation.", "en", 0),
        ("La legge richiede di sottoporre a consultazione le nuove regole.", "it", 0),
        ("Das Gesetz verlangt vor jeder Änderung eine Konsultation.", "de", 0),
        ("Die Konsultation läuft, dann müssen Reeder melden.", "de", 1),
    ],
)
def test_a_consultation_that_must_be_held_is_none_yet(sentence: str, language: str, counted: int) -> None:
    assert dict(zip(SUBJECTS, count_words(sentence, language), strict=False))["consultation"] == counted
