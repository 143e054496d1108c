"""Which norms come first: headings, the first paragraph of an article; and what is offered where no norm has all the words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from concepts import Concepts
from hypothesis import given
from hypothesis import strategies as st

from builders import N, make_analysis
from dutybook.records import Analysis, Provision, ProvisionKind, content_id
from dutybook.searching import Filters, count, page, search
from dutybook.searching.building import update
from dutybook.searching.ranking import all_but_one
from dutybook.store import Register, open_register
from dutybook.store.search.headings import Place, Places
from dutybook.store.search.spelling import count_mistakes

CHAPTER = ("chapter", None, "chapter", "Pilots")
ARTICLE = ("article", "chapter", "article", "Register of berths")
ROWS = [CHAPTER, ARTICLE, *((f"p{n}", "article", "paragraph", "") for n in (1, 2)), ("a", "p2", "point", "")]


def with_headings(analysis: Analysis, headings: dict[str, str]) -> Analysis:
    """Provisions whose place is given have this heading; "Art 3(2)" becomes the second paragraph of an article."""
    made: dict[str, Provision] = {}
    for own in analysis.provisions:
        place = own.place.partition("(")[0]
        whole = content_id(analysis.document.id, place)
        span = replace(own.span, end=analysis.provisions[-1].span.end) if place not in made else own.span
        made.setdefault(
            place,
            replace(own, id=whole, place=place, heading=headings.get(place, ""), kind=ProvisionKind.ARTICLE, span=span),
        )
        if own.place != place:
            made[own.place] = replace(own, parent=whole, heading="", kind=ProvisionKind.PARAGRAPH)
    return replace(analysis, provisions=tuple(made.values()))


@pytest.fixture
def register() -> Register:
    made = open_register()
    norms = [
        N("Member States may adopt further rules on pilots and their fees.", place="Art 3(2)"),
        N("The master shall inform the pilots of each berth.", place="Art 4(1)"),
        N("The harbour shall keep a list of vessels, with the day of arrival.", place="Art 5(1)"),
        N("The list shall be kept for five years.", place="Art 5(2)"),
        N("Where the harbour closes, the list of vessels shall go to the authority.", place="Art 5(3)"),
    ]
    headings = {"Art 3": "Fees", "Art 4": "Duties of masters", "Art 5": "Register of berths"}
    made.add(with_headings(make_analysis(norms), headings), "1")
    return made


def test_the_place_of_a_norm_is_its_article_and_whether_it_leads() -> None:
    places = Places(ROWS)
    assert places.of("p1") == Place(("Register of berths",), True)
    assert places.of("article") == Place(("Register of berths",), True)
    assert places.of("a") == Place(("Register of berths",), False)
    assert places.of("chapter").nearest == "Pilots"
    assert places.of(None) == places.of("gone") == Place()


def test_provisions_in_a_circle_end() -> None:
    assert Places([("a", "b", "point", ""), ("b", "a", "point", "x")]).of("a").nearest == "x"


def test_words_of_a_heading_find_the_norms_under_it(register: Register) -> None:
    assert [hit.place for hit in search(register, "register berths")] == ["Art 5(1)", "Art 5(2)", "Art 5(3)"]
    assert search(register, "berth registers years")[0].place == "Art 5(2)"


def test_the_first_paragraph_comes_before_the_others(register: Register) -> None:
    assert [hit.place for hit in search(register, "list vessels register")] == ["Art 5(1)", "Art 5(3)"]


def test_a_correction_keeps_the_headings(register: Register) -> None:
    from dutybook.store.judgements import reviews
    from dutybook.store.judgements.change import Change

    norm = search(register, "five years")[0].id
    reviews.change(register, [norm], Change(correct={"bearer": "the harbour master"}, reason="who"), by="anna")
    assert search(register, "register berths harbour master")[0].place == "Art 5(2)"


def test_where_no_norm_has_all_words_those_with_all_but_one_come(register: Register) -> None:
    found = page(register, Filters("inform pilots tugboat"))
    assert [hit.place for hit in found.hits] == ["Art 4(1)"]
    assert found.loosened
    assert count(register, Filters("inform pilots tugboat")) == found.total == 1
    whole = page(register, Filters("register berths"))
    assert (whole.total, whole.loosened) == (3, False)


@pytest.mark.parametrize(
    ("words", "loosened"),
    [
        ("keep a register", "(register) OR (keep)"),
        ("list list vessels", "(vessels) OR (list)"),
        ("list", ""),
        ("of the", ""),
        ('"list of vessels" day', ""),
        ("list OR vessels", ""),
        ("bearer:harbour list", ""),
        ("list -vessels day", ""),
        ("Art 5 list vessels", ""),
        ("(list vessels)", ""),
    ],
)
def test_only_plain_words_are_loosened(words: str, loosened: str) -> None:
    assert all_but_one(words) == loosened


def test_a_word_that_no_norm_has_is_not_among_those_that_are_asked_for() -> None:
    assert all_but_one("list vessels zeppelin", {"zeppelin"}) == "(list vessels)"
    assert all_but_one("list airship zeppelin", {"airship", "zeppelin"}) == ""
    assert all_but_one("list zeppelin", {"zeppelin"}) == ""


def test_all_words_but_a_missing_one_are_found_in_all_their_forms(register: Register) -> None:
    found = page(register, Filters("vessel lists days harbours zeppelin"))
    assert found.loosened
    assert found.hits[0].place == "Art 5(1)"
    assert page(register, Filters("vessels zeppelin"), semantic="off").hits == []


def test_misspelt_words_are_put_right(register: Register) -> None:
    assert page(register, Filters("vesels")).did_you_mean == "vessels"
    assert page(register, Filters("evssels")).did_you_mean == "vessels"
    assert page(register, Filters("authorty pilotes")).did_you_mean == "authority pilotes"  # a form of pilot in French
    assert page(register, Filters("vessels")).did_you_mean == ""
    assert page(register, Filters("zeppelin")).did_you_mean == ""
    assert page(register, Filters('"vesels"')).did_you_mean == ""
    assert page(register, Filters("tug")).did_you_mean == ""


def test_of_words_that_are_as_like_the_one_that_most_norms_have_is_meant() -> None:
    with open_register() as register:
        register.add(make_analysis(["Ships shall carry ports.", "Ports shall wait.", "Posts shall wait."]), "1")
        assert page(register, Filters("porxts")).did_you_mean == "ports"
        assert page(register, Filters("pots")).did_you_mean == "ports"
        assert page(register, Filters("postx")).did_you_mean == "posts"


def _mistakes(one: str, other: str) -> int:
    """The definition that :func:`count_mistakes` is a quick way to follow."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return _mistakes(one[1:], other[1:])
    ways = [_mistakes(one[1:], other), _mistakes(one, other[1:]), _mistakes(one[1:], other[1:])]
    if one[:2] == other[1::-1]:
        ways.append(_mistakes(one[2:], other[2:]))
    return 1 + min(ways)


_SHORT = st.text("abc", max_size=6)


@given(_SHORT, _SHORT, st.integers(1, 2))
def test_mistakes_are_counted_as_they_are_defined(one: str, other: str, most: int) -> None:
    assert count_mistakes(one, other, most) == min(_mistakes(one, other), most + 1)


@pytest.mark.parametrize("words", ["list vessels", "list vessels wait", "pilots fees rules berth"])
def test_words_are_found_where_each_version_is_a_row_of_its_own(register: Register, words: str) -> None:
    filters = Filters(words, all_versions=True)
    hits = search(register, filters)
    assert hits
    assert len({hit.id for hit in hits}) == len(hits) == count(register, filters)
    assert {hit.id for hit in hits} == {hit.id for hit in search(register, words)}


def test_a_page_says_why_meaning_was_not_searched(register: Register) -> None:
    assert page(register, Filters("vessels")).without_meaning == "not_indexed"
    assert page(register, Filters("vessels"), semantic="off").without_meaning == ""
    assert page(register, Filters('"vessels"')).without_meaning == ""
    assert page(register, Filters()).without_meaning == ""


def test_an_indexed_register_needs_no_note(register: Register, concepts: Concepts) -> None:
    update(register, concepts)
    assert page(register, Filters("vessels")).without_meaning == ""


def test_nothing_less_near_than_the_least_is_found(register: Register, concepts: Concepts) -> None:
    update(register, concepts)
    near = search(register, "ship", semantic="only")
    assert near == []
    concepts.least_similar = -1.0
    assert len(search(register, "ship", semantic="only")) == 5


def test_nothing_is_found_by_meaning_where_even_the_nearest_is_far(
    register: Register, concepts: Concepts, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(register, concepts)
    concepts.least_similar = -1.0
    asked: list[int] = []

    def least_nearest(texts: int) -> float:
        asked.append(texts)
        return 0.9

    monkeypatch.setattr(concepts, "least_nearest", least_nearest)
    assert search(register, "ship", semantic="only") == []
    assert asked == [5]
    assert search(register, "zeppelin") == []
    hits = search(register, "list vessels")
    assert {hit.found_by for hit in hits} == {("words",), ("meaning",)}, "where words are found, meaning adds to them"
