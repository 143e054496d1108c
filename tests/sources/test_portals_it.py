"""What is particular about Normattiva."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from portal_fakes import Asked, FakeResponse, Site
from portal_normattiva import API, SITE, act, acts, export, normattiva, page, text

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Item, Known, Listing
from dutybook.ingest.sources.normattiva import SOURCE

NOW = datetime(2031, 3, 25, tzinfo=UTC)
URN = "urn:nir:stato:legge:2031-03-03;77"


def _listed(site: Site, target: str = "changed", cursor: Any = None, **options: str) -> Listing:
    return SOURCE.list(SOURCE.check(target, options), cursor or {}, site, NOW)


def _keys(items: Iterable[Item]) -> list[str]:
    return [item.key for item in items]


def test_amended_acts_are_asked_for_a_month_at_a_time() -> None:
    site = normattiva()
    found = _listed(site, **{"from": "2031-01-10"})
    assert [tuple(each.data.values()) for each in site.log] == [
        ("2031-01-10T00:00:00.000Z", "2031-02-09T00:00:00.000Z"),
        ("2031-02-09T00:00:00.000Z", "2031-03-11T00:00:00.000Z"),
        ("2031-03-11T00:00:00.000Z", "2031-03-25T00:00:00.000Z"),
    ]
    first = found.items[0]
    assert (first.title, first.stamp) == (
        "LEGGE 3 marzo 2031, n. 77: Disposizioni in materia di dati dei porti. (31G00077)",
        "2031-03-20 31G00101 31G00102",
    )
    assert found.cursor == {"since": "2031-03-23T00:00:00+00:00"}


def test_what_is_wanted() -> None:
    assert _keys(_listed(normattiva(), type="decreto-legge").items) == ["stato:decreto.legge:2031-03-03;78"]
    assert not _listed(normattiva(), title="banche").items


def test_published_acts_by_pages() -> None:
    def listed(asked: Asked) -> FakeResponse:
        return acts(act(str(70 + asked.data["paginazione"]["paginaCorrente"])), pages=3)

    site = Site({f"{API}/avanzata": listed})
    found = _listed(site, "new", **{"from": "2031-03-01"})
    assert _keys(found.items) == [f"stato:legge:2031-03-03;{number}" for number in (71, 72, 73)]
    assert site.log[0].data["dataInizioPubProvvedimento"] == "2031-03-01"
    cut = _listed(site, "new", limit="1", **{"from": "2031-03-01"})
    assert cut.cursor == {"since": "2031-03-01", "until": "2031-03-25", "page": 2}
    assert _keys(_listed(site, "new", cut.cursor).items) == ["stato:legge:2031-03-03;72", "stato:legge:2031-03-03;73"]


def test_an_act_by_its_urn_is_listed_once_and_then_when_it_was_amended() -> None:
    site = normattiva()
    first = _listed(site, f"{URN},urn:nir:stato:legge:1990-08-07;241")
    assert _keys(first.items) == ["stato:legge:2031-03-03;77", "stato:legge:1990-08-07;241"]
    assert not site.log
    second = _listed(site, f"{URN},urn:nir:stato:legge:1990-08-07;241", first.cursor)
    assert _keys(second.items) == ["stato:legge:2031-03-03;77"]
    assert not second.problems


def test_acts_that_cannot_be_used() -> None:
    wrong = (
        act("1", denominazioneAtto="DETERMINAZIONE INTERCOMMISSARIALE", descrizioneAtto="DETERMINAZIONE n. 1"),
        act("2", annoProvvedimento="MMXXXI"),
        act("../3"),
        act("4", giornoProvvedimento=None),
    )
    found = _listed(Site({f"{API}/aggiornati": acts(*wrong, pages=2)}))
    assert not found.items
    assert len(found.problems) == 5


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ('{"message": "periodo di esportazione superiore a 12 mesi", "code": "1501"}', "superiore a 12 mesi"),
        ("{}", "nothing that is a list"),
    ],
)
def test_faults_of_the_service(answer: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        _listed(Site({f"{API}/aggiornati": FakeResponse(answer)}))


def test_the_text_is_what_the_page_links_to() -> None:
    site = normattiva()
    item = _listed(site).items[0]
    SOURCE.fetch(item, {}, Known(), site)
    assert (site.log[-1].url, site.log[-1].page) == (SITE + export("31G00077"), item.url)
    assert all(each.robots for each in site.log[1:])


@pytest.mark.parametrize(
    ("link", "answer", "message"),
    [
        ("https://evil.example/do/atto/caricaAKN?x=1", None, "no link"),
        ("/atto/altro", None, "no link"),
        (export("31G00077"), FakeResponse(b"<html><title>Errore</title></html>", type="text/html"), "“Errore”"),
        (export("31G00077"), text("1999-01-01"), "the day of the act is not in it"),
        (export("31G00077"), FakeResponse(b"<NIR/>", type="application/xml"), "its root is <NIR>"),
    ],
)
def test_texts_that_cannot_be_had(link: str, answer: FakeResponse | None, message: str) -> None:
    site = normattiva()
    item = _listed(site).items[0]
    site.route(item.url, page(link))
    if answer:
        site.route(SITE + export("31G00077"), answer)
    with pytest.raises(SourceError, match=message):
        SOURCE.fetch(item, {}, Known(), site)
