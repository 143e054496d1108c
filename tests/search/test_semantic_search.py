"""Words and meaning together, with an encoder whose vectors can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from concepts import Concepts, OtherConcepts

from builders import N, make_analysis
from dutybook.errors import BadFilter, BadRequest, MissingExtra, NotFound
from dutybook.searching import Filters, count, meaning, search
from dutybook.searching.building import update
from dutybook.searching.ranking import is_exact
from dutybook.store import Register, open_register

EN = "The operator shall notify each breach of data to the authority."
DE = "Der Betreiber muss jede Verletzung der Daten melden."
PL = "Operator musi zgłosić każde naruszenie danych."
FR = "L’exploitant doit tenir un registre des navires."


def filled(path: str | Path = ":memory:") -> Register:
    register = open_register(path)
    register.add(make_analysis([N(EN, place="Art 5"), "The captain shall keep a record of ships."]), "1")
    register.add(make_analysis([N(DE, place="Art 6")], language="de", title="Hafengesetz", source="h.txt"), "1")
    register.add(make_analysis([N(PL, place="Art 7")], language="pl", title="Prawo portowe", source="p.txt"), "1")
    register.add(make_analysis([N(FR, place="Art 8")], language="fr", title="Code du port", source="f.txt"), "1")
    return register


@pytest.fixture
def register(concepts: Concepts) -> Register:
    made = filled()
    update(made, concepts)
    return made


def test_words_lead_and_meaning_adds_what_other_languages_say(register: Register) -> None:
    hits = search(register, "notify breach")
    assert [(hit.language, hit.found_by) for hit in hits[:1]] == [("en", ("words",))]
    assert {hit.language for hit in hits[1:3]} == {"de", "pl"}
    assert all(hit.found_by == ("meaning",) and 0.4 < (hit.similarity or 0) <= 1 for hit in hits[1:3])
    assert len({hit.id for hit in hits}) == len(hits) == count(register, Filters(words="notify breach"))


def test_meaning_alone_and_words_alone(register: Register) -> None:
    assert {hit.language for hit in search(register, "zgłosić naruszenie", semantic="only")[:3]} == {"pl", "de", "en"}
    assert [hit.language for hit in search(register, "breach", semantic="off")] == ["en"]
    assert count(register, Filters(words="breach"), "off") == 1


@pytest.mark.parametrize("words", ['"notify each breach"', "notif*", "breach OR leak", "breach -ship", "Art 33", "§ 5", "72 hours"])  # fmt: skip
def test_exact_questions_are_answered_by_words_alone(register: Register, words: str) -> None:
    assert is_exact(words)
    assert search(register, words) == search(register, words, semantic="off")


def test_filters_hold_for_meaning_too(register: Register) -> None:
    assert [hit.place for hit in search(register, Filters("notify breach", language="de"))] == ["Art 6"]
    assert [hit.place for hit in search(register, Filters("notify breach", document="p.txt"), semantic="only")] == [
        "Art 7"
    ]
    assert search(register, Filters("notify breach", modality="permission")) == []


def test_few_that_pass_the_filters_are_found_behind_many_that_do_not(concepts: Concepts) -> None:
    with open_register() as register:
        crowd = [f"Operator {number} shall notify each breach of data." for number in range(450)]
        register.add(make_analysis(crowd), "1")
        register.add(make_analysis([N(DE)], language="de", source="h.txt"), "1")
        update(register, concepts)
        assert [hit.quote for hit in search(register, Filters("notify breach", language="de"))] == [DE]


def test_pages_of_a_list_fit_together(register: Register) -> None:
    whole = [hit.id for hit in search(register, "breach")]
    assert len(whole) == 3
    assert [hit.id for start in range(len(whole)) for hit in search(register, "breach", limit=1, offset=start)] == whole


def test_without_vectors_search_is_as_before(concepts: Concepts) -> None:
    with filled() as register:
        assert [hit.found_by for hit in search(register, "breach")] == [("words",)]
        with pytest.raises(NotFound, match="dutybook index"):
            search(register, "breach", semantic="only")
        with pytest.raises(BadFilter, match="auto, off, only"):
            search(register, "breach", semantic="always")


def test_without_the_encoder_search_is_as_before(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent() -> Concepts:
        raise MissingExtra("search by meaning", "semantic")

    meaning.encoder_named.cache_clear()
    monkeypatch.setitem(meaning.ENCODERS, "concepts", absent)
    assert [hit.found_by for hit in search(register, "breach")] == [("words",)]
    with pytest.raises(MissingExtra, match=r"pip install .*faiss"):
        search(register, "breach", semantic="only")


def test_vectors_of_another_version_are_not_compared(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    newer = OtherConcepts()
    meaning.encoder_named.cache_clear()
    monkeypatch.setitem(meaning.ENCODERS, "concepts", lambda: newer)
    assert [hit.found_by for hit in search(register, "breach")] == [("words",)]
    with pytest.raises(BadRequest, match="Make them anew: dutybook index"):
        search(register, "breach", semantic="only")
    report = update(register)
    assert (report.norms, report.encoded) == (5, 5)
    assert len(search(register, "notify breach", semantic="only")) > 2


def test_a_search_sees_what_came_and_what_went(register: Register) -> None:
    assert "nl" not in {hit.language for hit in search(register, Filters(words="notify breach"))}
    more = make_analysis(["Rederij must melden: breach van data."], language="nl", source="n.txt")
    register.add(more, "1")
    update(register)
    assert "nl" in {hit.language for hit in search(register, Filters(words="notify breach"), semantic="only")}
    register.remove(more.document.id)
    assert "nl" not in {hit.language for hit in search(register, Filters(words="notify breach"), semantic="only")}
