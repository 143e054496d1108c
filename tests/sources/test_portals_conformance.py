"""What holds of every portal: checking, listing, fetching, resuming, and what bad answers come to."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from portal_cases import CASES
from portal_fakes import Case, FakeResponse, Site

import dutybook.ingest.sources as package
from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources.interface import Item, Known, Listing

_BROKEN: dict[str, FakeResponse] = {
    "nothing": FakeResponse(b""),
    "spaces": FakeResponse(b"  \n "),
    "a page": FakeResponse(
        b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Try later</body></html>", type="text/html"
    ),
    "a page that calls itself data": FakeResponse(
        b"<html><title>Just a moment...</title></html>", type="application/json"
    ),
    "half": FakeResponse(b'<?xml version="1.0"?><feed><entry><id>http://x', type="application/xml"),
    "half JSON": FakeResponse(b'{"results": [{"document_number": "20', type="application/json"),
    "no such text": FakeResponse(
        b"Virtuoso 42000 Error The estimated execution time 4711 (sec) exceeds the limit", type="text/plain"
    ),
    "deep": FakeResponse(b'{"results":' * 5000, type="application/json"),
    "deep XML": FakeResponse(b"<feed>" * 3000, type="application/xml"),
    "another kind": FakeResponse(b'{"unrelated": true}', type="application/json"),
    "a list": FakeResponse(b"[1, 2, 3]", type="application/json"),
    "another root": FakeResponse(b"<rss><channel/></rss>", type="application/xml"),
    "null bytes": FakeResponse(b"\x00\x01\x02\x03" * 50),
    "entities": FakeResponse(
        b'<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><feed>&a;&c;</feed>',
        type="application/xml",
    ),
    "cut": FakeResponse(b"{}", type="application/json", headers={"content-length": "90000"}),
    "not ready": FakeResponse(b"", status=202),
    "broken numbers": FakeResponse(b'{"data": {"sumario": 1e999}, "results": NaN, "count": ' + b"9" * 5000 + b"}"),
}


def _sources() -> dict[str, Any]:
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        source = getattr(import_module(f"{package.__name__}.{module.name}"), "SOURCE", None)
        if source is not None:
            found[source.kind] = source
    return found


_SOURCES = _sources()


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def _listed(case: Case, site: Site, cursor: dict[str, Any] | None = None) -> Listing:
    source = _SOURCES[case.kind]
    return source.list(source.check(case.target, case.options), cursor or {}, site, case.now)


def test_every_portal_has_a_case() -> None:
    hosted = {
        kind
        for kind, s in _SOURCES.items()
        if hasattr(import_module(type(s).__module__), "HOSTS") or kind in ("eurlex", "oj")
    }
    assert {case.kind for case in CASES} >= hosted


def test_checking_completes_and_does_not_change_what_is_complete(case: Case) -> None:
    source = _SOURCES[case.kind]
    found = source.check(case.target, case.options)
    assert json.loads(json.dumps(found)) == found
    for one, other in case.same:
        assert source.check(one, {}) == source.check(other, {}), (one, other)


def test_what_cannot_be_meant_is_refused_with_how_it_is_written(case: Case) -> None:
    source = _SOURCES[case.kind]
    for wrong in case.wrong:
        with pytest.raises(BadRequest, match=r"(?i)write|watch|needs|missing|title="):
            source.check(wrong, {})
    with pytest.raises(BadRequest, match="options are"):
        source.check(case.target, {**case.options, "nonsense": "1"})
    for limit in ("0", "-1", "viele", "1e9"):
        with pytest.raises(BadRequest, match="limit"):
            source.check(case.target, {**case.options, "limit": limit})


def test_help_is_one_line() -> None:
    for source in _SOURCES.values():
        assert source.help
        assert "\n" not in source.help


def test_options_are_explained_and_are_those_that_are_taken(case: Case) -> None:
    source = _SOURCES[case.kind]
    assert set(case.options) <= set(source.options)
    assert all(source.options.values())
    with pytest.raises(BadRequest) as caught:
        source.check(case.target, {"nonsense": "1"})
    assert all(name in str(caught.value) for name in source.options)
    assert source.written


def test_a_listing_brings_all_each_once(case: Case) -> None:
    listing = _listed(case, case.site())
    keys = [item.key for item in listing.items]
    assert sorted(keys) == sorted(case.keys)
    for item in listing.items:
        assert item.url.startswith("https://")
        assert item.language
        assert item.extension.startswith(".")
        assert json.loads(json.dumps(dict(item.more))) == dict(item.more)
        assert item.published is None or len(item.published) == 10
    assert json.loads(json.dumps(dict(listing.cursor))) == dict(listing.cursor)


def test_listing_again_gives_the_same_stamps(case: Case) -> None:
    first = _listed(case, case.site())
    again = _listed(case, case.site())
    assert {item.key: item.stamp for item in first.items} == {item.key: item.stamp for item in again.items}


def test_listing_on_with_the_cursor_misses_nothing_and_is_no_trouble(case: Case) -> None:
    first = _listed(case, case.site())
    second = _listed(case, case.site(), dict(first.cursor))
    assert {item.key for item in second.items} <= set(case.keys)
    assert dict(second.cursor).keys() == dict(first.cursor).keys()


def test_a_cursor_of_nonsense_is_a_first_time(case: Case) -> None:
    listing = _listed(case, case.site(), {"since": "gestern", "next": "http://evil.example/", "until": 7, "after": ""})
    assert {item.key for item in listing.items} <= set(case.keys)


def test_fetching_and_what_has_not_changed(case: Case) -> None:
    source, site = _SOURCES[case.kind], case.site()
    options = source.check(case.target, case.options)
    item = next(i for i in source.list(options, {}, site, case.now).items if i.key == case.keys[0])
    fetched = source.fetch(item, options, Known(), site)
    assert fetched.data is not None
    assert fetched.data.startswith(case.fetched)
    assert fetched.extension == case.extension == item.extension
    assert fetched.etag
    again = source.fetch(item, options, Known(fetched.etag, fetched.modified), site)
    assert again.data is None
    assert again.etag == fetched.etag


def test_what_a_fetch_brings_is_the_same_bytes_each_time(case: Case) -> None:
    source = _SOURCES[case.kind]
    options = source.check(case.target, case.options)
    bytes_of = set()
    for _ in range(2):
        site = case.site()
        item = next(i for i in source.list(options, {}, site, case.now).items if i.key == case.keys[0])
        bytes_of.add(source.fetch(item, options, Known(), site).data)
    assert len(bytes_of) == 1


@pytest.mark.parametrize("broken", _BROKEN, ids=str)
def test_a_bad_list_is_said_and_moves_nothing(case: Case, broken: str) -> None:
    site = case.site()
    for url in [each for each in site.routes if each.startswith(case.lists)]:
        site.route(url, _BROKEN[broken])
    with pytest.raises(SourceError) as caught:
        _listed(case, site, {"since": "2031-03-02"})
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("broken", [b for b in _BROKEN if b != "cut"], ids=str)
def test_a_bad_document_is_said(case: Case, broken: str) -> None:
    source, site = _SOURCES[case.kind], case.site()
    options = source.check(case.target, case.options)
    item = next(i for i in source.list(options, {}, site, case.now).items if i.key == case.keys[0])
    for url in list(site.routes):
        if not url.startswith(case.lists):
            site.route(url, _BROKEN[broken])
    if broken in ("a page", "a page that calls itself data") and case.kind in ("eurlex", "oj"):
        # A page is what is asked for there: the fetcher and the reader are who can tell.
        return
    with pytest.raises(SourceError):
        source.fetch(item, options, Known(), site)


def test_items_that_were_tampered_with_lead_nowhere_else(case: Case) -> None:
    source, site = _SOURCES[case.kind], case.site()
    options = source.check(case.target, case.options)
    item = source.list(options, {}, site, case.now).items[0]
    evil = "https://evil.example/secret"
    more = {**item.more, "file": evil, "files": [["xml", evil], ["pdf", "file:///etc/passwd"]], "celex": ""}
    asked = len(site.log)
    with pytest.raises(SourceError):
        source.fetch(replace(item, url=evil, more=more), options, Known(), site)
    assert not [each for each in site.log[asked:] if "evil" in each.url or "etc" in each.url]


def test_a_service_that_is_down_keeps_its_words(case: Case) -> None:
    site = case.site()
    down = SourceError("the service does not answer now [503]", retry_after=120.0)
    for url in [each for each in site.routes if each.startswith(case.lists)]:
        site.route(url, down)
    with pytest.raises(SourceError) as caught:
        _listed(case, site, {"since": "2031-03-03"})
    assert caught.value.retry_after == 120.0


def test_an_item_with_a_hostile_title_is_one_line() -> None:
    from dutybook.ingest.sources.responses import clean_line

    assert clean_line("Act\u202e \x00on\r\n\tharbours\u200b " + "x" * 9000) == ("Act on harbours " + "x" * 9000)[:2000]
    assert isinstance(Item("k", "u", clean_line(None)), Item)
