"""The filters beside the results: chips, reset, days, all values of a facet; and the overview."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.store import Filters, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.news.procedures import ProcedureRow
from dutybook.web.reader import Reader
from dutybook.web.search_address import SearchAddress


def links(page: str, css: str) -> list[str]:
    """The addresses of links within the first element of a class."""
    part = page.partition(f'class="{css}"')[2]
    return [html.unescape(found) for found in re.findall(r'<a [^>]*?href="([^"]*)"', part)]


def test_an_address_is_changed_value_by_value() -> None:
    address = SearchAddress.of(
        [("words", "log"), ("modality", "obligation"), ("offset", "25"), ("evil", "1"), ("view", "table")]
    )
    assert str(address) == "/search?words=log&modality=obligation&view=table"
    assert str(address.toggled("modality", "permission")).count("modality") == 2
    assert str(address.toggled("modality", "obligation")) == "/search?words=log&view=table"
    assert str(address.having(owner="anna").toggled("owner", "ben")) == f"{address}&owner=ben"
    assert str(address.reset()) == "/search?words=log&view=table"
    assert address.query == "words=log&modality=obligation"


def test_each_filter_has_a_chip_that_takes_it_away(client: TestClient) -> None:
    page = client.get(
        "/search?words=operator&modality=obligation&modality=permission&applies_on=2033-02-01&bearer=operator"
    ).text
    chips = links(page, "plain chosen-filters")[:5]
    assert chips[0] == "/search?words=operator&modality=permission&applies_on=2033-02-01&bearer=operator"
    assert chips[2] == "/search?words=operator&modality=obligation&modality=permission&bearer=operator"
    assert chips[4] == "/search?words=operator"
    assert "1 Feb 2033" in page or "Feb 1, 2033" in page


def test_filters_stay_where_nothing_is_found(client: TestClient) -> None:
    page = client.get("/search?words=nosuchword&modality=obligation").text
    assert "Nothing found" in page
    assert 'id="facets"' in page
    assert links(page, "plain chosen-filters")[0] == "/search?words=nosuchword"


@pytest.mark.parametrize("name", ["applies_on", "as_of", "deadline_after", "deadline_before"])
def test_days_are_chosen_with_the_mouse(client: TestClient, name: str) -> None:
    page = client.get(f"/search?{name}=2033-02-01&topic=security").text
    assert re.search(rf'<input type="date" name="{name}" value="2033-02-01"', page)
    form = page.partition('class="days"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="topic" value="security">' in form


def test_all_values_of_a_facet_can_be_looked_through(client: TestClient) -> None:
    whole = client.get("/search/values?facet=bearer_role&modality=obligation")
    assert "<h1>Bearer: all values</h1>" in whole.text
    assert 'href="/search?modality=obligation&amp;bearer_role=operator"' in whole.text
    some = client.get("/search/values?facet=bearer_role&q=OPERAT", headers={"hx-request": "true"}).text
    assert "<html" not in some
    assert "operator</span>" in some
    assert "data holder" not in some
    assert client.get("/search/values?facet=nosuch").status_code == 404
    assert client.get("/search/values?facet=topic&work=no+such+act").status_code == 400


def test_classes_of_bearers_are_offered_with_their_numbers(client: TestClient) -> None:
    page = client.get("/search?words=operator").text
    links = re.findall(r'href="([^"]*bearer_class=[^"]*)">\s*<span>[^<]*</span><span class="count">(\d+)</span>', page)
    assert links
    for address, number in links:
        found = client.get(html.unescape(address).replace("/search", "/api/v1/norms")).json()
        assert found["total"] == int(number) > 0
    assert "bearer_class" not in client.get("/search?words=nosuchword").text.partition('id="facets"')[2]


def test_facets_that_are_not_counted_at_once_are_looked_up(client: TestClient) -> None:
    page = client.get("/search").text
    assert 'hx-get="/search/values?facet=status"' in page
    assert "unassessed</span>" in client.get("/search/values?facet=status").text


@pytest.mark.parametrize(
    ("language", "kind", "value", "text"),
    [
        ("en", "period", "P15D", "15 days"),
        ("de", "period", "P10BD", "10 Arbeitstage"),
        ("en", "recurring", "R/P1Y", "every year"),
        ("fr", "recurring", "R/P2W", "toutes les 2\xa0semaines"),
        ("de", "duration", "P3Y", "für 3 Jahre"),
        ("en_GB", "fixed", "2031-12-31", "31 Dec 2031"),
        ("de", "fixed", "--08-28", "jährlich am 28. August"),
        ("en", "immediate", "immediate", "at once"),
        ("en", "vague", None, "in good time"),
        ("en", "period", "no period", "no period"),
    ],
)
def test_a_deadline_is_written_in_few_words(language: str, kind: str, value: str | None, text: str) -> None:
    assert Reader(language[:2], language).deadline(kind, value, "in good time") == text


def test_rows_show_deadline_act_and_doubt(client: TestClient, database: Path) -> None:
    page = client.get("/search?words=log&language=en").text
    assert "for 3 years" in page
    assert "Harbour Data Regulation</span>" in page
    with open_register(database, read_only=True) as register:
        doubts = register.doubts([n.id for n in register.norms(Filters(language="en"))])
    assert any(doubts.values())
    assert 'class="doubt' in client.get("/search?language=en").text


def test_the_overview_has_what_is_mine_and_what_came(client: TestClient, database: Path) -> None:
    page = client.get("/").text
    assert "Nothing is marked as applicable yet" in page
    assert "Nothing is assigned to you" in page
    assert "in the last 14 days" in page
    with open_register(database) as register:
        norm = next(n for n in register.norms(Filters(language="en")) if n.deadlines)
        reviews.change(register, [norm.id], Change(owner="anna", due="2999-05-01"), by="berta")
    page = client.get("/").text
    assert "1 open norm<" in page
    assert page.count(f'href="/norms/{norm.id}"') >= 2
    assert "berta" in page
    assert "Nothing is marked as applicable" not in page


def test_the_overview_has_acts_in_the_making(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [
        ProcedureRow("name:lock act", "Lock Act", "trilogue", "2031-05-01", "2031-06-30", ()),
        ProcedureRow("32031R0418", "Harbour Data Regulation", "adopted", "", None, ()),
    ]
    monkeypatch.setattr("dutybook.web.pages.home.procedures", lambda *_, **__: made)
    page = client.get("/").text
    assert 'href="/procedures">Lock Act' in page
    assert "consultation open until" in page
    assert 'href="/acts/32031R0418">Harbour Data Regulation' in page


def test_a_visit_ends_after_a_pause(client: TestClient, database: Path) -> None:
    from datetime import UTC, datetime, timedelta

    seen = client.app.state.last_seen  # type: ignore[attr-defined]
    now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
    assert seen.visit("anna", now) is None
    assert seen.visit("anna", now + timedelta(minutes=10)) is None
    assert seen.visit("anna", now + timedelta(hours=3)) == now + timedelta(minutes=10)
    assert seen.visit("anna", now + timedelta(hours=3, minutes=5)) == now + timedelta(minutes=10)
    assert seen.visit("berta", now) is None


def test_documents_are_brought_in_from_every_page(client: TestClient) -> None:
    for path in ("/", "/search", "/calendar", "/documents"):
        menu = client.get(path).text.partition('class="menu add"')[2].partition("</details>")[0]
        assert 'href="/upload"' in menu, path
        assert 'href="/import"' in menu, path
