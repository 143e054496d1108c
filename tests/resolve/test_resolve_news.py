"""News beside the law: names of acts in running text, norms by wording, items on one event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from dutybook.resolve.news import (
    ALIKE,
    Candidate,
    Name,
    NewsItem,
    Wordings,
    found_in,
    group_by_event,
    headline_names,
    names_of,
    sample_shingles,
    telling_words,
)


@pytest.mark.parametrize(
    ("short_title", "number", "language", "names"),
    [
        ("Harbour Data Regulation", "32031R0418", "en", ["harbour data regulation"]),
        ("Seehafendatengesetz - SeehDatG", "SeehDatG", "de", ["seehafendatengesetz", "seehdatg"]),
        ("Circular 4/2031 – Outsourcing by marine insurers", None, "en", ["outsourcing by marine insurers"]),
        ("Kranwesengesetz (KrG)", None, "de", ["kranwesengesetz", "krg"]),
        # What could be any word, or is no name but a description, gives none.
        ("Verordnung (EU) 2031/418", None, "de", []),
        ("Law", None, "en", []),
        ("The Act", None, "en", []),
        ("Gesetz", "G", "de", []),
        ("DIRECTIVE (EU) 2032/77 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL of 11 February 2032 on repair passports for…", None, "en", []),
    ],
)  # fmt: skip
def test_names_of_acts(short_title: str, number: str | None, language: str, names: list[str]) -> None:
    assert [name.text for name in names_of(short_title, number, language)] == names


@pytest.mark.parametrize(
    ("text", "title", "language", "words"),
    [
        ("Nach § 3 des Seehafendatengesetzes ist zu melden.", "Seehafendatengesetz", "de", "Seehafendatengesetzes"),
        ("Les règlements sur les données portuaires arrivent.", "règlement sur les données portuaires", "fr", "règlements sur les données portuaires"),
        ("Under the HARBOUR DATA REGULATION ports report.", "Harbour Data Regulation", "en", "HARBOUR DATA REGULATION"),
        ("Das KrG gilt.", "Kranwesengesetz (KrG)", "de", "KrG"),
        # Not so: other letters, a longer name, words apart.
        ("Das KRG gilt.", "Kranwesengesetz (KrG)", "de", None),
        ("The harbour keeps data under a regulation.", "Harbour Data Regulation", "en", None),
        ("seehafendatengesetze", "Seehafendatengesetz", "de", None),
    ],
)  # fmt: skip
def test_names_in_texts(text: str, title: str, language: str, words: str | None) -> None:
    found = [text[start:end] for _, start, end in found_in(text, names_of(title, None, language))]
    assert found == ([words] if words else [])


def test_the_longer_of_two_names_is_meant() -> None:
    names = [Name(("harbour", "data", "regulation"), "en"), Name(("data", "regulation"), "en")]
    assert [name.text for name, _, _ in found_in("The Harbour Data Regulation.", names)] == ["harbour data regulation"]


def norm(identity: str, words: str, modality: str = "obligation", values: str = "") -> Candidate:
    return Candidate(identity, identity, "Art 1", frozenset(words.split()), modality, frozenset(values.split()))


ACT = [
    norm("report", "operator report serious incident authority hour", values="PT24H"),
    norm("log", "operator keep log access year", values="P3Y"),
    norm("sell", "operator sell arrival data", "prohibition"),
    norm("visit", "authority visit harbour hour", "permission"),
]


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        (norm("", "port must report serious incident hour", values="PT24H"), "report"),
        (norm("", "access log keep two year"), "log"),
        (norm("", "vessel arrival data sell", "prohibition"), "sell"),
        # The weather is in no norm, and what every norm has says nothing.
        (norm("", "weather crane storm"), None),
        (norm("", "operator"), None),
    ],
)
def test_the_norm_that_a_sentence_speaks_of(sentence: Candidate, meant: str | None) -> None:
    found = Wordings(ACT).meant(sentence)
    assert (found.identity if found else None) == meant


def test_two_norms_as_near_leave_it_open() -> None:
    twins = [*ACT, norm("again", "operator report serious incident authority hour", values="PT24H")]
    assert Wordings(twins).meant(norm("", "report serious incident hour", values="PT24H")) is None


def test_an_act_without_norms_means_none() -> None:
    assert Wordings([]).meant(norm("", "report")) is None


def news_item(
    identity: str, day: int, text: str, works: str = "act", language: str = "en", values: str = ""
) -> NewsItem:
    words = {w: n for w, n in telling_words(text, language).items() if n}
    return NewsItem(
        identity, date(2031, 2, day), language, words, frozenset(works.split()), frozenset(values.split("|")) - {""}
    )


FIRST = "Ports must report serious incidents within 24 hours, said Maren Oltmann of the Commission on Wednesday in Northport."
SECOND = (
    "Serious incidents have to be reported within 24 hours, Maren Oltmann of the Commission told ports on Wednesday."
)
OTHER = "Eleven cranes stood idle at Eastmouth terminals while unions and owners argued over cameras and shifts."
GERMAN = "Häfen müssen schwere Vorfälle binnen 24 Stunden melden, teilte Maren Oltmann am Mittwoch mit."


def test_items_on_one_event_are_one_entry() -> None:
    items = [
        news_item("a", 12, FIRST, values="PT24H|2031-07-23"),
        news_item("b", 13, SECOND),
        news_item("c", 13, GERMAN, language="de", values="PT24H|2031-07-23"),
        news_item("d", 13, OTHER),
        news_item("e", 28, SECOND),
    ]
    wanted = {"a": "a", "b": "a", "c": "a", "d": "d", "e": "e"}
    assert all(group_by_event(order) == wanted for order in permutations(items))


def test_without_an_act_items_must_be_more_alike() -> None:
    near = [news_item("a", 12, FIRST, works=""), news_item("b", 12, FIRST.replace("Northport", "Southwick"), works="")]
    assert group_by_event(near)["b"] == "a"
    assert not news_item("a", 12, FIRST, works="").tells_same_event(news_item("c", 12, GERMAN, works="", language="de"))


LONG = " ".join(f"Quay {n} was closed after the harbour master found rust at crane {n * 3}." for n in range(40, 70))


def test_a_cut_text_is_a_copy_of_the_whole_and_another_text_is_none() -> None:
    whole, cut = news_item("a", 12, LONG, works=""), news_item("b", 12, LONG[:350], works="")
    made = [
        replace(item, shingles=sample_shingles(text))
        for item, text in ((whole, LONG), (cut, f"Share this. {LONG[:350]}"))
    ]
    assert made[0].alike(made[1]) < ALIKE
    assert made[0].is_copy_of(made[1])
    assert made[1].is_copy_of(made[0])
    assert made[0].tells_same_event(made[1])
    assert not made[0].is_copy_of(replace(whole, shingles=sample_shingles(FIRST)))


def test_a_headline_about_somebody_else_tells_apart_what_is_worded_alike() -> None:
    text = "The data watchdog fined {0} because its clerks copied identity cards, the commissioner said in Eastmouth. {0} may appeal."
    items = []
    for name in ("Lantern Ferries", "Osprey Hotels"):
        item = news_item(name, 12, text.format(name), works="")
        items.append(replace(item, headline=headline_names(f"Watchdog fines {name}", "en")))
    assert items[0].alike(items[1]) >= ALIKE
    assert not items[0].tells_same_event(items[1])
    assert items[0].tells_same_event(replace(items[1], headline=frozenset()))
    assert headline_names("Port pays 250,000 euros", "en") == {"250"}


def test_one_value_in_common_is_no_event() -> None:
    assert not news_item("a", 12, FIRST, values="PT24H").tells_same_event(
        news_item("c", 12, GERMAN, language="de", values="PT24H")
    )


def test_a_chain_of_items_ties_nothing_far_apart() -> None:
    days = [news_item(f"{day:02}", day, FIRST) for day in range(1, 20, 4)]
    assert group_by_event(days) == {"01": "01", "05": "01", "09": "09", "13": "09", "17": "17"}
