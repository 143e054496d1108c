"""News about a watched act, what became of announced dates, and dates that another act moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from telling import DAY, HOUR, NOW, N, act, alert

from builders import HARBOUR
from dutybook.alerts.collection import collect
from dutybook.records import Genre, Span, Work, content_id
from dutybook.records.dates import DateChange
from dutybook.store import Filters, Register, open_register


@pytest.fixture
def register() -> Iterator[Register]:
    NEWS_ITEMS.clear()
    with open_register(":memory:") as made:
        made.add(act([N("Operators shall weigh crates.", "Art 2"), N("Ports shall be lit.", "Art 3")]))
        yield made


def item(
    register: Register, title: str, day: str, *, entry: str | None = None, work: str = HARBOUR.id, language: str = "en"
) -> str:
    """An item of news that speaks of an act, with the rows that say so."""
    made = act(
        [N(f"{title} was told.", norm=False)],
        work=None,
        title=title,
        genre=Genre.NEWS,
        source=f"https://news.test/{len(title)}{title[:6]}",
        salt=title,
        language=language,
    )
    made = replace(made, document=replace(made.document, published=day))
    register.add(made)
    document = made.document.id
    NEWS_ITEMS[document] = (title, entry or document, day, work)
    # What is derived of items is made anew with each document: what these say stands in its place.
    register._connection.execute("DELETE FROM news_links")
    register._connection.execute("DELETE FROM news_entries")
    for one, (words, of, when, about) in NEWS_ITEMS.items():
        link(register, one, words, entry=of, day=when, work=about)
    return document


# What the items of one test say, by document.
NEWS_ITEMS: dict[str, tuple[str, str, str, str]] = {}


def link(register: Register, document: str, quote: str, *, entry: str, day: str, work: str = HARBOUR.id) -> None:
    run = register._connection.execute
    run(
        "INSERT OR REPLACE INTO news_links (id, document, position, work, identity, norm, place, quote, span_start, span_end, page, how)"
        " VALUES (?, ?, 0, ?, NULL, NULL, 'Art 2', ?, 0, 5, NULL, 'citation')",
        (content_id(document, work), document, work, quote),
    )
    run("INSERT OR REPLACE INTO news_entries (document, entry, day) VALUES (?, ?, ?)", (document, entry, day))


def outbox_titles(register: Register, name: str = "quays", sort: str = "news") -> list[str]:
    rows = register._connection.execute(
        "SELECT (SELECT json_extract(t.value, '$.title') FROM json_each(h.data, '$.texts') t LIMIT 1) FROM outbox o"
        " JOIN alerts a ON a.id = o.alert JOIN alert_events h ON h.id = o.event WHERE a.name = ? AND h.sort = ? ORDER BY h.seq",
        (name, sort),
    )
    return [row[0] for row in rows]


def test_news_about_a_watched_act_is_told_once_whatever_the_items(register: Register) -> None:
    old = item(register, "Harbours before", "2032-03-28")
    alert(register, on="news", filters=Filters(work=HARBOUR.id))
    alert(register, on="news", name="others", filters=Filters(words="zeppelin"))
    collect(register, now=NOW)
    assert outbox_titles(register) == []
    one = item(register, "Harbours must weigh more", "2032-04-01")
    item(register, "Weighing in harbours", "2032-04-01", entry=one)
    collect(register, now=NOW + HOUR)
    assert outbox_titles(register) == ["Harbours must weigh more"]
    item(register, "Häfen wiegen mehr", "2032-04-02", entry=one, language="de")
    collect(register, now=NOW + DAY)
    assert len(outbox_titles(register)) == 1
    # An earlier item is found later, and the entry has its id then; derived rows are made anew.
    register._connection.execute("UPDATE news_entries SET entry = ? WHERE document <> ?", ("earlier", old))
    collect(register, now=NOW + DAY)
    assert len(outbox_titles(register)) == 1
    assert outbox_titles(register, "others") == []


def test_old_news_is_no_news(register: Register) -> None:
    alert(register, on="news")
    item(register, "Harbours long ago", "2030-04-01")
    collect(register, now=NOW)
    assert outbox_titles(register) == []


def test_news_of_an_act_whose_text_is_not_here(register: Register) -> None:
    alert(register, on="news", filters=Filters(work="32031R0777"))
    register._connection.execute('UPDATE saved_searches SET filters = \'{"work": "32099R0001"}\'')
    item(register, "An act to come", "2032-04-01", work="32099R0001")
    collect(register, now=NOW)
    assert outbox_titles(register) == ["An act to come"]


def test_an_announced_date_that_is_confirmed_or_contradicted(register: Register) -> None:
    alert(register, on="claims")
    document = item(register, "Application in 2033", "2032-03-20")
    run = register._connection.execute
    given = {
        "id": "f1",
        "document": document,
        "type": "expected",
        "quote": "in 2033",
        "position": 0,
        "span_start": 0,
        "span_end": 3,
    }
    given |= {"steps": "[]", "place": "", "scope": "[]", "outside": "[]", "reach": "whole", "about": ""}
    run(
        f"INSERT INTO facts ({', '.join(given)}) VALUES ({', '.join('?' * len(given))})",
        list(given.values()),
    )
    run(
        "INSERT INTO claims (fact, document, work, type, due, state) VALUES ('f1', ?, ?, 'application', '2033', 'expected')",
        (document, HARBOUR.id),
    )
    collect(register, now=NOW)
    assert outbox_titles(register, sort="claim") == []
    run("UPDATE claims SET state = 'contradicted', actual = '2034-01-01'")
    collect(register, now=NOW)
    collect(register, now=NOW)
    assert outbox_titles(register, sort="claim") == ["Application in 2033"]


def test_a_date_that_another_act_moves(register: Register) -> None:
    made = act(
        [
            N(
                "This Act shall apply from 1 May 2033.",
                "Art 9",
                norm=False,
                fact=("application", "1 May 2033", "2033-05-01"),
            )
        ],
        "2031-09-01",
        salt="f",
    )
    fact = replace(made.facts[0], due=date(2033, 5, 1), place="Art 9")
    register.add(replace(made, facts=(fact,)))
    alert(register, on="deadline-moved")
    amending = Work("32032R0099", "regulation", "EU", "32032R0099", "Harbour Delay Act")
    later = act(
        [N("In Article 9 1 May 2033 is replaced by 1 May 2034.", "Art 1", norm=False)],
        work=amending,
        salt="g",
        source="/law/delay.html",
    )
    change = DateChange(
        *(content_id("c"), later.provisions[0].id, "Art 1", Span(0, 5), HARBOUR.id, "Art 9"),
        *(date(2033, 5, 1), date(2034, 5, 1)),
    )
    later = replace(later, document=replace(later.document, published="2032-03-30"))
    register.add(replace(later, date_changes=(change,)))
    collect(register, now=NOW)
    collect(register, now=NOW)
    rows = register._connection.execute(
        "SELECT sort, json_extract(data, '$.old'), json_extract(data, '$.new') FROM alert_events WHERE sort = 'date'"
    ).fetchall()
    assert rows == [("date", "2033-05-01", "2034-05-01")]
