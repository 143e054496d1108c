"""What is particular about the open data of the Riksdag."""

from __future__ import annotations

from datetime import UTC, datetime

from portal_cases import RIKSDAG, riksdag, riksdag_document, riksdag_page
from portal_fakes import Site

from dutybook.ingest.sources.riksdag import SOURCE

NOW = datetime(2031, 3, 5, tzinfo=UTC)
LIST = f"{RIKSDAG}/dokumentlista/"


def test_what_changed_is_listed_oldest_first_until_what_is_known() -> None:
    site = riksdag()
    options = SOURCE.check("sfs", {"from": "2031-03-01", "ministry": "Hamn*"})
    found = SOURCE.list(options, {}, site, NOW)
    assert [item.key for item in found.items] == ["sfs-2029-5", "sfs-2030-9", "sfs-2031-77"]
    assert found.cursor == {"since": "2031-03-04 05:00:00"}
    assert "org=Hamn%2A" in site.log[0].url
    again = riksdag()
    later = SOURCE.list(options, found.cursor, again, NOW)
    assert [item.key for item in later.items] == ["sfs-2031-77"]
    assert len(again.log) == 1


def test_a_limit_goes_on_next_time_and_never_splits_a_moment() -> None:
    same = [riksdag_document(f"2031:{n}", "2031-03-02 05:00:00") for n in (1, 2, 3)]
    site = Site({LIST: riksdag_page([riksdag_document("2031:9", "2031-03-03 05:00:00"), *same])})
    options = SOURCE.check("sfs", {"from": "2031-03-01", "limit": "1"})
    found = SOURCE.list(options, {}, site, NOW)
    assert [item.key for item in found.items] == ["sfs-2031-1", "sfs-2031-2", "sfs-2031-3"]
    assert "goes on from 2031-03-02 05:00:00" in found.problems[0]
    rest = SOURCE.list({**options, "limit": 9}, found.cursor, site, NOW)
    assert "sfs-2031-9" in [item.key for item in rest.items]


def test_an_act_by_its_number() -> None:
    site = Site({LIST: riksdag_page([riksdag_document("2031:77", "2031-03-04 05:00:00")])})
    found = SOURCE.list(SOURCE.check("2031:77, 2031:78", {}), {}, site, NOW)
    assert [(item.key, item.url) for item in found.items] == [("sfs-2031-77", f"{RIKSDAG}/dokument/sfs-2031-77.html")]
    assert "2031:78 is not among" in found.problems[0]
    assert "rm=2031&nr=77" in site.log[0].url


def test_entries_that_cannot_be_used() -> None:
    wrong = [
        riksdag_document("2031:1", "2031-03-02 05:00:00", dok_id="../../etc"),
        riksdag_document("2031:2", "2031-03-02 05:00:00", dokument_url_html="//evil.example/x", dokument_url_text=""),
        riksdag_document("2031:3", "yesterday", titel=None),
    ]
    found = SOURCE.list(SOURCE.check("sfs", {}), {}, Site({LIST: riksdag_page(wrong)}), NOW)
    assert [(item.key, item.stamp, item.title) for item in found.items] == [("sfs-2031-3", None, "")]
    assert len(found.problems) == 3
