"""What is particular about Riigi Teataja."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from portal_fakes import FakeResponse, Site, asked_of
from portal_riigi_teataja import ACTS, API, SEARCH, SHELL, abbreviations, data, riigi_teataja, row, searched, text

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Known, Listing
from dutybook.ingest.sources.riigi_teataja import SOURCE

NOW = datetime(2031, 3, 5, tzinfo=UTC)


def _listed(site: Site, target: str = "all", cursor: Any = None, **options: str) -> Listing:
    return SOURCE.list(SOURCE.check(target, options), cursor or {}, site, NOW)


def test_the_first_run_has_what_was_published_lately_and_later_ones_what_has_another_version() -> None:
    site = riigi_teataja()
    first = _listed(site)
    assert [(item.key, item.published, item.stamp) for item in first.items] == [("SadAS", "2031-03-04", "104032031007")]
    # A version that was published before the last run, and is in force now, is new all the same.
    site.route(f"{API}/lyhendid", abbreviations({**ACTS, "LootS": 102022031009, "UueS": 101012029002}))
    second = _listed(site, cursor=first.cursor)
    assert [item.key for item in second.items] == ["LootS", "UueS"]
    assert not _listed(site, cursor=second.cursor).items


def test_a_limit_goes_on_next_time() -> None:
    site = riigi_teataja()
    options = {"from": "2030-01-01", "limit": "1"}
    first = _listed(site, **options)
    assert [item.key for item in first.items] == ["SadAS"]
    assert "1 more acts" in first.problems[0]
    second = _listed(site, cursor=first.cursor, **options)
    assert [item.key for item in second.items] == ["LootS"]
    assert not _listed(site, cursor=second.cursor, **options).items


def test_acts_by_abbreviation_and_number() -> None:
    site = riigi_teataja()
    site.route(f"{API}/103032029004", data(104032031007))
    site.route(f"{API}/105052025001", data(105052025001, None, kehtivKehtetus=True))
    found = _listed(site, "poiS,103032029004,105052025001,XYZ,999999")
    assert [(item.key, item.more["version"]) for item in found.items] == [
        ("PoiS", "749804"),
        ("990077", "104032031007"),
        ("105052025001", "105052025001"),
    ]
    assert len(found.problems) == 3
    assert "no more in force" in found.problems[0]
    assert [each.url for each in site.log if "leiaKehtiv=true" not in each.url] == [f"{API}/lyhendid"]


def test_acts_by_words_of_their_titles_are_the_latest_versions() -> None:
    rows = (
        row(101012030001, 880, "2030-01-02"),
        row(102022031002, 880, "2031-02-03"),
        row(103032029003, 881, "2029-03-04"),
        row(0, 0, "x", globaalID=None),
    )
    site = Site({SEARCH: searched(*rows, total=612)})
    found = _listed(site, "titles", title="sadam", type="määrus", issuer="Vabariigi Valitsus")
    assert [(item.key, item.stamp) for item in found.items] == [("880", "102022031002"), ("881", "103032029003")]
    assert "612 acts have “sadam”" in found.problems[0]
    assert asked_of(site.log[0]) == {
        "pealkiri": "sadam",
        "dokument": "määrus",
        "valjaandja": "Vabariigi Valitsus",
        "kehtiv": "2031-03-05",
        "leht": "1",
        "limiit": "500",
    }
    assert len(_listed(site, "titles", title="sadam", limit="1").items) == 1


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (SHELL, "a web page .“Riigi Teataja”."),
        (FakeResponse('{"staatus": "VIGA", "teade": "x"}'), "answered: VIGA"),
        (FakeResponse('{"staatus": "OK", "aktid": []}'), "could not be had"),
    ],
)
def test_searches_that_fail(answer: FakeResponse, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        _listed(Site({SEARCH: answer}), "titles", title="sadam")


def test_data_that_name_no_version() -> None:
    with pytest.raises(SourceError, match="name no version"):
        _listed(Site({f"{API}/103032029004": FakeResponse('{"aktiStaatus": "KEHTIV"}')}), "103032029004")


def test_the_text_in_its_two_places() -> None:
    site = riigi_teataja()
    item = _listed(site).items[0]
    place = f"{API}/104032031007"
    SOURCE.fetch(item, {}, Known(), site)
    assert (site.log[-1].url, site.log[-1].accept) == (f"{place}/blob-xml", "application/xml")
    del site.routes[f"{place}/blob-xml"]
    site.route(f"{place}/xml", text())
    assert SOURCE.fetch(item, {}, Known(), site).data
    site.route(f"{place}/xml", SHELL)
    with pytest.raises(SourceError, match="a web page"):
        SOURCE.fetch(item, {}, Known(), site)
    site.route(f"{place}/xml", text(101012030001))
    with pytest.raises(SourceError, match="its number is not in it"):
        SOURCE.fetch(item, {}, Known(), site)
