"""What is particular about Finlex's open data."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from portal_fakes import Asked, FakeResponse, Site, asked_of
from portal_finlex import FINLEX, LIST, finlex, page, text

from dutybook.errors import SourceError
from dutybook.ingest.sources.finlex import SOURCE
from dutybook.ingest.sources.interface import Known

NOW = datetime(2031, 3, 5, tzinfo=UTC)


def test_the_service_is_asked_for_what_changed_since_the_last_run() -> None:
    site = finlex()
    options = SOURCE.check("consolidated", {"from": "2031-03-01", "type": "act", "title": "satamat"})
    found = SOURCE.list(options, {}, site, NOW)
    assert [asked_of(each) for each in site.log] == [
        {
            "format": "json",
            "page": number,
            "limit": "10",
            "publishedSince": "2031-03-01T00:00:00Z",
            "titleContains": "satamat",
            "typeStatute": "act",
        }
        for number in ("1", "2")
    ]
    assert found.cursor == {"since": "2031-03-04T23:00:00Z"}
    later = SOURCE.list(options, found.cursor, site, datetime(2031, 3, 6, tzinfo=UTC))
    assert (later.items, later.cursor) == ((), {"since": "2031-03-05T23:00:00Z"})


def test_old_versions_and_other_languages_are_left_out() -> None:
    keys = {
        language: [
            item.key
            for item in SOURCE.list(
                SOURCE.check("consolidated", {"from": "2031-03-01", "languages": language}), {}, finlex(), NOW
            ).items
        ]
        for language in ("sv", "fi,sv")
    }
    assert keys["sv"] == ["2030/77/swe@20310012"]
    assert set(keys["fi,sv"]) == {
        "2030/77/fin@20310012", "2030/77/swe@20310012", "2031/5/fin@", "1999/9-001/fin@20310012",
    }  # fmt: skip


def test_a_limit_goes_on_at_the_next_page() -> None:
    site = finlex()
    options = SOURCE.check("consolidated", {"from": "2031-03-01", "limit": "1"})
    first = SOURCE.list(options, {}, site, NOW)
    assert first.cursor == {"since": "2031-03-01T00:00:00Z", "started": "2031-03-05T00:00:00Z", "page": 2}
    second = SOURCE.list(options, first.cursor, site, datetime(2031, 3, 5, 6, tzinfo=UTC))
    assert [item.key for item in second.items] == ["1999/9-001/fin@20310012"]
    assert second.cursor == {"since": "2031-03-04T23:00:00Z"}


def test_an_act_by_its_number_is_its_latest_version() -> None:
    versions = ["fin@", "fin@20290900", "swe@20310012", "fin@20310012", "fin@20300001"]
    site = Site({LIST: page("2030/78/fin@20320001", *(f"2030/77/{each}" for each in versions))})
    found = SOURCE.list(SOURCE.check("77/2030", {"languages": "fi,sv"}), {}, site, NOW)
    assert [(item.key, item.language) for item in found.items] == [
        ("2030/77/fin@20310012", "fi"),
        ("2030/77/swe@20310012", "sv"),
    ]
    given = asked_of(site.log[0])
    assert (given["startYear"], given["endYear"], given["documentNumber"]) == ("2030", "2030", "77")


def test_an_act_that_is_not_consolidated_is_the_act_as_published() -> None:
    as_published = FakeResponse(f'[{{"akn_uri": "{FINLEX}/statute/2031/12/fin@", "status": "NEW"}}]')
    site = Site({LIST: page(), f"{FINLEX}/statute/list": as_published})
    found = SOURCE.list(SOURCE.check("12/2031", {}), {}, site, NOW)
    assert [item.key for item in found.items] == ["statute/2031/12/fin@"]
    gone = SOURCE.list(SOURCE.check("13/2031", {}), {}, site, NOW)
    assert (gone.items, gone.problems) == ((), ("13/2031 is not in Finlex in fi; look at its number",))


def test_a_search_that_is_not_understood_ends() -> None:
    def everything(asked: Asked) -> FakeResponse:
        start = int(asked_of(asked)["page"]) * 10
        return page(*(f"2030/{number}/fin@" for number in range(start, start + 10)))

    site = Site({LIST: everything, f"{FINLEX}/statute/list": page()})
    assert not SOURCE.list(SOURCE.check("9999/2030", {}), {}, site, NOW).items
    assert len(site.log) == 2


def test_entries_that_cannot_be_used() -> None:
    entries = f"""[{{"akn_uri": "https://evil.example/akn/fi/act/statute-consolidated/2030/77/fin@"}},
        {{"akn_uri": "{FINLEX}/../../etc/2030/77/fin@"}}, {{"akn_uri": 7}}, 5,
        {{"akn_uri": "{FINLEX}/statute-translated/2030/77/eng@"}}, {{"akn_uri": "{FINLEX}/statute/2031/12/fin@", "status": null}}]"""
    found = SOURCE.list(SOURCE.check("statutes", {}), {}, Site({f"{FINLEX}/statute/list": FakeResponse(entries)}), NOW)
    assert [item.key for item in found.items] == ["statute/2031/12/fin@"]
    assert len(found.problems) == 4
    with pytest.raises(SourceError, match="no addresses"):
        SOURCE.list(SOURCE.check("statutes", {}), {}, Site({f"{FINLEX}/statute/list": FakeResponse('[{"a": 1}]')}), NOW)


def test_an_act_that_exists_only_in_print_is_its_pdf() -> None:
    site = Site({LIST: page("2031/5/fin@")})
    item = SOURCE.list(SOURCE.check("5/2031", {}), {}, site, NOW).items[0]
    site.route(item.url, FakeResponse(b"<akomaNtoso><act><meta/></act></akomaNtoso>", type="application/xml"))
    with pytest.raises(SourceError, match="404"):
        SOURCE.fetch(item, {}, Known(), site)
    site.route(f"{item.url}/main.pdf", FakeResponse(b"%PDF-1.7 x", type="application/pdf"))
    assert SOURCE.fetch(item, {}, Known(), site).extension == ".pdf"
    site.route(item.url, text())
    assert SOURCE.fetch(item, {}, Known(), site).extension == ".xml"
