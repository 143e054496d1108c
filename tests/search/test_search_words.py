"""Words in other forms, citations, names of acts and fields, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from relevance_set import MAIN, Pair, norms, pairs

from builders import HARBOUR, N, make_analysis
from dutybook.records import Work
from dutybook.searching import Filters, count, search
from dutybook.store import Register, open_register
from dutybook.store.maintenance.health import problems
from dutybook.store.search.terms import make, stale
from loading import script

GDPR = Work("32016R0679", "regulation", "EU", "32016R0679", "General Data Protection Regulation", None)
BSIG = Work("de:bsig", "statute", "DE", "BSIG", "BSIG", None)


@pytest.fixture(scope="module")
def register() -> Register:
    made = open_register()
    made.add(
        make_analysis(
            [
                N("The keeper shall tell the office of a leak.", place="Art 33(1)"),
                N("The keeper shall keep notes of leaks.", place="Art 33(5)"),
                N("The keeper shall not moor at night.", place="Art 331"),
                N("The keeper shall say which notes it keeps.", place="Art 30(2)"),
            ],
            work=GDPR,
            title="Regulation on notes",
            salt="gdpr",
        )
    )
    made.add(
        make_analysis(
            [
                N("Betreiber melden Störungen.", place="§ 30"),
                N("Betreiber legen Nachweise vor.", place="§ 30 Abs. 2"),
                N("Betreiber zahlen Gebühren.", place="§ 3"),
            ],
            work=BSIG,
            language="de",
            title="Gesetz über Störungen",
            salt="bsig",
        )
    )
    made.add(
        make_analysis(
            [
                N("A pilot who finds a leak under Article 33 shall call the tower.", place="Art 7", cites="Article 33"),
                N("Each operator shall report spills to the providers.", place="Art 33", bearer="operator"),
            ],
            work=HARBOUR,
        )
    )
    return made


def places(register: Register, words: str) -> list[str]:
    return [f"{hit.work_title}: {hit.place}" for hit in search(register, words)]


@pytest.mark.parametrize(
    "typed",
    ["Art 33 GDPR", "art. 33 RGPD", "DSGVO Art. 33", "Article 33 of Regulation (EU) 2016/679", "artykuł 33 RODO"],
)
def test_a_citation_finds_the_provision_of_its_act_first(register: Register, typed: str) -> None:
    found = places(register, typed)
    assert [place.rpartition(": ")[2] for place in found[:2]] == ["Art 33(1)", "Art 33(5)"]
    assert "General Data Protection Regulation: Art 331" not in found
    assert "Harbour Data Act: Art 33" not in found


def test_a_paragraph_narrows(register: Register) -> None:
    assert places(register, "Art 33(5) GDPR") == ["General Data Protection Regulation: Art 33(5)"]
    assert places(register, "§ 30 Abs. 2 BSIG") == places(register, "§30 (2) BSIG") == ["BSIG: § 30 Abs. 2"]
    assert places(register, "§ 30 BSIG") == ["BSIG: § 30", "BSIG: § 30 Abs. 2"]


def test_the_name_or_number_of_an_act_finds_its_norms(register: Register) -> None:
    for typed in (
        "32016R0679",
        "General Data Protection Regulation",
        "Datenschutz-Grundverordnung",
        "dsgvo",
        "2016/679",
    ):
        assert {p.split(":")[0] for p in places(register, typed)} == {"General Data Protection Regulation"}, typed
    assert places(register, "GDPR leaks") == [f"General Data Protection Regulation: Art 33({n})" for n in (1, 5)]


def test_words_beside_a_place_name_an_act_of_the_register(register: Register) -> None:
    assert places(register, "Art 33 Harbour Data Act")[0] == "Harbour Data Act: Art 33"
    assert "General Data Protection Regulation: Art 33(1)" not in places(register, "Art 33 Harbour Data Act")


def test_a_citation_without_an_act_finds_the_place_in_each(register: Register) -> None:
    assert set(places(register, "Article 33")[:3]) == {
        "Harbour Data Act: Art 33",
        "General Data Protection Regulation: Art 33(1)",
        "General Data Protection Regulation: Art 33(5)",
    }


def test_fields(register: Register) -> None:
    assert places(register, "bearer:operators") == ["Harbour Data Act: Art 33"]
    assert places(register, 'place:"Art 33" report') == ["Harbour Data Act: Art 33"]
    assert places(register, 'work:BSIG place:"§ 3"') == ["BSIG: § 3"]
    assert count(register, Filters(words="work:nonsense")) == 0


def test_quoted_words_are_exact(register: Register) -> None:
    assert places(register, "reported spill") == ["Harbour Data Act: Art 33"]
    assert places(register, '"report spills"') == ["Harbour Data Act: Art 33"]
    assert places(register, '"reported spill"') == []


def test_the_form_in_the_text_is_marked(register: Register) -> None:
    (hit,) = search(register, Filters(words="gemeldete Störung"))
    assert [hit.quote[start:end] for start, end in hit.marks] == ["melden", "Störungen"]
    (hit,) = search(register, Filters(words="Störungsmeldung"))
    assert [hit.quote[start:end] for start, end in hit.marks] == ["melden", "Störungen"]


def test_terms_are_made_anew_in_place(register: Register) -> None:
    with open_register() as made:
        made.add(make_analysis([N("The keepers shall tell the offices.")]))
        before = made.count(Filters(words="keeper office"))
        (document,) = [row.id for row in made.documents()]
        made._connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('delete-all')")
        made._connection.execute("UPDATE norms SET terms = 'the keepers shall tell the offices'")
        made._connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('rebuild')")
        assert (before, made.count(Filters(words="keeper office")), stale(made._connection, document)) == (1, 0, 1)
        make(made._connection, [document])
        assert (made.count(Filters(words="keeper office")), stale(made._connection, document)) == (1, 0)
        assert problems(made._connection) == []


# The search set.


def test_every_duty_is_there_in_the_eight_languages() -> None:
    concepts = {language: {n.concept for n in norms() if n.language == language} for language in MAIN}
    assert all(len(found) >= 20 for found in concepts.values())
    assert len({frozenset(found) for found in concepts.values()}) == 1
    assert len({n.language for n in norms()}) == 24


@pytest.mark.parametrize("half", ["tuning", "report"])
def test_the_goals_hold_on_the_search_set(root: Path, half: str) -> None:
    relevance = script(root / "benchmarks" / "relevance.py")
    chosen: list[Pair] = [pair for pair in pairs() if pair.half == half and pair.language in MAIN]
    score = relevance.score(relevance.filled(), chosen)
    assert score.queries >= 100
    assert score.found / score.queries >= 0.90
    assert score.false / score.queries <= 0.10
    assert score.foreign / score.queries <= 0.5
