from __future__ import annotations

from datetime import date

import pytest

from builders import N, make_analysis
from dutybook.errors import BadFilter
from dutybook.searching import Filters, count, search
from dutybook.store import Register, open_register


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(
        make_analysis(
            [
                N("The authority may publish figures about reports on an incident, an accident and a spill.", place="Art 9", modality="permission", bearer="authority", bearer_class="authority"),
                N("Each operator shall report an incident by 2 August 2031.", place="Art 5", bearer="operator", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
                N("L’autorité portuaire shall keep the register of Größenangaben.", place="Art 6"),
                N("Nobody shall moor here.", place="Art 7", modality="prohibition"),
            ]
        ),
        "1",
    )  # fmt: skip
    return made


def test_the_best_match_comes_first(register: Register) -> None:
    hits = search(register, "incident")
    assert [h.place for h in hits] == ["Art 5", "Art 9"]
    assert hits[0].rank < hits[1].rank < 0
    hit = hits[0]
    assert [hit.quote[s:e] for s, e in hit.marks] == ["incident"]
    assert (hit.due, hit.document_title, hit.page, hit.source) == (
        date(2031, 8, 2),
        "Harbour Data Act",
        1,
        "harbour.txt",
    )


def test_a_place_weighs_more_than_a_mention(register: Register) -> None:
    register.add(make_analysis([N("Item 9 of the figures shall stay.", place="Art 4")], salt="2"), "1")
    assert search(register, "9")[0].place == "Art 9"


def test_words_are_marked_however_they_are_typed(register: Register) -> None:
    (hit,) = search(register, "l'AUTORITE grossen*")
    assert [hit.quote[s:e] for s, e in hit.marks] == ["autorité", "Größenangaben"]


def test_without_words_the_order_is_that_of_the_document(register: Register) -> None:
    assert [h.place for h in search(register)] == ["Art 9", "Art 5", "Art 6", "Art 7"]
    assert [h.place for h in search(register, limit=2, offset=1)] == ["Art 5", "Art 6"]
    assert {h.rank for h in search(register)} == {0.0}
    assert search(register, limit=0) == []


def test_filters_and_words_together(register: Register) -> None:
    assert [h.place for h in search(register, Filters("incident", bearer_class="authority"))] == ["Art 9"]
    assert [h.place for h in search(register, Filters("incident", deadline_after="2031-01-01"))] == ["Art 5"]
    assert search(register, Filters("incident", modality="prohibition")) == []
    assert count(register, Filters(words="incident")) == 2
    assert [h.place for h in search(register, Filters(words="incident -figures"))] == ["Art 5"]


def test_mistakes_are_said(register: Register) -> None:
    for wrong in ({"limit": -1}, {"offset": -1}, {"limit": 10**9}):
        with pytest.raises(BadFilter):
            search(register, "x", **wrong)  # type: ignore[arg-type]
    for filters in ({"work": "pilotage"}, {"modality": "duty"}):
        with pytest.raises(BadFilter):
            search(register, Filters("x", **filters))  # type: ignore[arg-type]


def test_only_so_many_hits_are_ranked(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.store.search.candidates.MOST", 1)
    assert len(search(register, "shall")) == 1
    # The filter is applied before, so what it leaves is among the ranked.
    assert [h.place for h in search(register, Filters("shall", modality="prohibition"))] == ["Art 7"]
    assert count(register, Filters(words="shall")) == 3
