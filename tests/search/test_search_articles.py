"""Articles as a whole: words that stand in several sentences of one, the order of the first results, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from concepts import Concepts

import postgres_server
from builders import N, make_analysis
from dutybook.database_address import Address
from dutybook.records import Analysis, Provision, ProvisionKind, content_id
from dutybook.searching import Filters, count, page, search
from dutybook.searching.building import update
from dutybook.searching.reranking import Candidate, in_order, rerank, weights
from dutybook.store import Register, open_register
from dutybook.store.search.articles import NormFacts, words_of_article
from dutybook.store.search.query import plain_words


def in_articles(analysis: Analysis) -> Analysis:
    """Each place "Art 3(2)" becomes a paragraph of an article that reaches up to the next one."""
    made: dict[str, Provision] = {}
    whole: dict[str, str] = {}
    for own in analysis.provisions:
        place = own.place.partition("(")[0]
        if place not in whole:
            whole[place] = content_id(analysis.document.id, place)
            made[whole[place]] = replace(own, id=whole[place], place=place, kind=ProvisionKind.ARTICLE)
        else:
            article = made[whole[place]]
            made[whole[place]] = replace(article, span=replace(article.span, end=own.span.end))
        made[own.id] = replace(own, parent=whole[place], kind=ProvisionKind.PARAGRAPH)
    return replace(analysis, provisions=tuple(made.values()))


@pytest.fixture
def register() -> Register:
    made = open_register()
    norms = [
        N("The harbour master shall keep a list of all vessels.", place="Art 3(1)"),
        N("Entries must be deleted after five years.", place="Art 3(2)"),
        N("The pilot shall report each storm.", place="Art 4(1)"),
        N("Fees must be paid within five days.", place="Art 5(1)"),
    ]
    made.add(in_articles(make_analysis(norms)), "1")
    return made


def test_an_article_is_found_by_words_that_no_norm_has_together(register: Register) -> None:
    found = page(register, Filters("master vessels deleted years"))
    assert [(hit.place, hit.found_by) for hit in found.hits] == [("Art 3(1)", ("article",))]
    assert count(register, Filters("master vessels deleted years")) == found.total == 1


def test_an_article_in_two_languages_counts_once() -> None:
    with open_register() as register:
        for language, first, second in (
            ("en", "The EIOPA shall keep the Solvency register.", "The template SFCR must be deleted."),
            ("de", "Die EIOPA muss das Solvency Register führen.", "Das Template SFCR muss gelöscht werden."),
        ):
            norms = [N(first, place="Art 3(1)"), N(second, place="Art 3(2)")]
            register.add(in_articles(make_analysis(norms, language=language, source=f"act.{language}.txt")), "1")
        found = page(register, Filters("eiopa solvency template sfcr"))
        assert [hit.found_by for hit in found.hits] == [("article",)]
        assert count(register, Filters("eiopa solvency template sfcr")) == found.total == 1


def test_a_server_finds_articles_too() -> None:
    postgres_server.needed()
    with open_register(Address(postgres_server.database_for(":memory:"))) as server:
        norms = [N("The master shall keep a list.", place="Art 3(1)"), N("Entries must be deleted.", place="Art 3(2)")]
        server.add(in_articles(make_analysis([*norms, N("Fees must be paid.", place="Art 4(1)")])), "1")
        assert [hit.found_by for hit in search(server, "master list deleted entries")] == [("article",)]
        (document,) = server.documents()
        server.remove(document.id)
        assert server._connection.execute("SELECT count(*) FROM articles_fts").fetchone()[0] == 0


def test_one_word_and_exact_words_find_norms_alone(register: Register) -> None:
    assert [hit.place for hit in search(register, "vessels")] == ["Art 3(1)"]
    assert search(register, '"harbour master" years') == []
    assert search(register, "vessels -list") == []


def test_filters_hold_for_articles(register: Register) -> None:
    assert search(register, Filters("master vessels deleted years", modality="permission")) == []


def test_pages_of_a_list_fit_together(register: Register, concepts: Concepts) -> None:
    update(register, concepts)
    whole = [hit.id for hit in search(register, "master vessels deleted years")]
    assert [
        hit.id
        for at in range(len(whole))
        for hit in search(register, "master vessels deleted years", limit=1, offset=at)
    ] == whole
    assert len(set(whole)) == len(whole)


def test_articles_go_with_their_document(register: Register) -> None:
    (document,) = register.documents()
    assert register._connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)
    assert register.check() == []
    register.remove(document.id)
    assert register._connection.execute("SELECT count(*) FROM articles").fetchone() == (0,)
    found = register._connection.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", ('"vessel"',))
    assert found.fetchall() == []


def test_the_words_of_an_article_are_kept_once() -> None:
    assert words_of_article("The master keeps the list. The list rests.", "").split() == [
        *("master", "keeps", "list", "rests")
    ]
    assert "\ue005vessel" in words_of_article("vessels", "en")


@pytest.mark.parametrize(
    ("words", "number"), [("the list of vessels", 2), ("list list", 1), ('"list"', 0), ("a OR b", 0), ("list -b", 0)]
)
def test_plain_words(words: str, number: int) -> None:
    assert len(plain_words(words, ("en",))) == number


def facts(norm: str, article: int, **others: object) -> NormFacts:
    made = NormFacts(norm, norm, article, 0.0, 0.0, 0.0, False, False, False)
    return replace(made, **others)  # type: ignore[arg-type]


def test_the_order_follows_weights_and_spreads_articles() -> None:
    near = Candidate(facts("near", 1), similarity=0.9)
    worded = Candidate(facts("worded", 2, share=1.0), words=1.0)
    assert rerank([worded, near], {"similarity": 2.0, "words": 1.0})[0] is near
    assert rerank([near, worded], {"similarity": 1.0, "words": 1.0})[0] is worded
    assert in_order([1.0, 0.9, 0.8], [1, 1, 2]) == [0, 2, 1]
    assert in_order([], []) == []


def test_weights_are_there_for_both_ways_to_search() -> None:
    assert set(weights()) == {"words", "meaning"}
    assert weights()["meaning"]["similarity"] > 0
    assert "similarity" not in weights()["words"]
