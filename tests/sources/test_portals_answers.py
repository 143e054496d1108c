"""Answers and addresses of strangers: whatever comes, nothing but an answer or a SourceError."""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutybook.errors import SourceError
from dutybook.ingest.sources import responses
from dutybook.ingest.sources.documents import extract_act, pack
from dutybook.ingest.sources.interface import Response
from dutybook.ingest.sources.responses import own_address, split_address

_HOSTS = frozenset({"www.boe.es", "boe.es"})
_PIECES = st.sampled_from(
    [b"<?xml version='1.0' encoding='utf-16'?>", b"<feed>", b"</feed>", b"<!DOCTYPE a [", b"<!ENTITY x 'y'>", b"]>", b"&x;", b"\xff\xfe", b"\x00", b'{"a":', b"[", b"]", b"}", b'"', b"\\", b"\xe9", b"<html", b"1e999", b"null", b" "]
)  # fmt: skip


def _response(data: bytes, status: int = 200, **headers: str) -> Response:
    return Response("https://x.example/", status, headers, data)


@given(st.one_of(st.binary(max_size=400), st.lists(_PIECES, max_size=30).map(b"".join)))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_an_answer_or_said(data: bytes) -> None:
    for read in (
        lambda: responses.parse_xml(_response(data), "x", "feed"),
        lambda: responses.parsed_json(_response(data), "x"),
        lambda: responses.expect_root(data, "x", "feed"),
        lambda: extract_act(data, "x", (".xml",)),
    ):
        with suppress(SourceError):
            read()


@pytest.mark.parametrize("status", [206, 301, 404, 500, 202])
def test_another_status_is_no_answer(status: int) -> None:
    with pytest.raises(SourceError):
        responses.check_body(_response(b"half", status), "x")


def test_entities_are_refused_and_document_types_are_not_fetched() -> None:
    swollen = b'<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><f>&b;</f>'
    with pytest.raises(SourceError, match="entities"):
        responses.parse_xml(_response(swollen), "x", "f")
    outside = b'<!DOCTYPE items SYSTEM "http://169.254.169.254/x.dtd"><items><item/></items>'
    root, problems = responses.parse_xml(_response(outside), "x", "items")
    assert responses.local_name(root) == "items"
    assert not problems


def test_sizes_are_bounded() -> None:
    with pytest.raises(SourceError, match="MB"):
        responses.parse_xml(_response(b"<f>" + b" " * 2_000_000 + b"</f>"), "x", "f", limit=1_000_000)
    with pytest.raises(SourceError, match="elements"):
        responses.parse_xml(_response(b"<f>" + b"<a/>" * 1_000_001 + b"</f>"), "x", "f")


def test_pages_in_place_of_data_are_told_by_their_titles() -> None:
    page = b"\n<!-- x --><!DOCTYPE html><html><head><title>\nService  unavailable </title>"
    with pytest.raises(SourceError, match="“Service unavailable”"):
        responses.parsed_json(_response(page), "the list")


@pytest.mark.parametrize(
    ("written", "is_own"),
    [
        ("https://www.boe.es/a?b=c", True),
        ("http://WWW.BOE.ES:80/a", True),
        ("//boe.es/a", True),
        ("/a/b", True),
        ("https://www.boe.es./a", True),
        ("https://www.boe.es.evil.example/a", False),
        ("https://evil.example/www.boe.es", False),
        ("https://www.boe.es@evil.example/", False),
        ("https://user:pw@www.boe.es/", False),
        ("https://www.boe.es:8443/", False),
        ("javascript:alert(1)//www.boe.es", False),
        ("file://www.boe.es/etc/passwd", False),
        ("https://[::1]/", False),
        ("https://[broken", False),
        ("https://www.boe.es/a b", False),
        ("https://www.boe.es/\r\nHost: evil", False),
        ("https://www.boe.es\\@evil.example/", False),
        ("", False),
        ("https://www.boe.es/" + "a" * 3000, False),
    ],
)
def test_addresses_stay_with_their_service(written: str, *, is_own: bool) -> None:
    found = own_address(written, _HOSTS, "https://www.boe.es/list")
    assert (found is not None) is is_own
    if found:
        assert found.startswith("https://")


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_no_text_leads_elsewhere(text: str) -> None:
    for written in (text, "https://www.boe.es" + text, "https://" + text):
        found = own_address(written, _HOSTS)
        assert found is None or urlsplit(found).hostname in _HOSTS
        split_address(written, "www.boe.es")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3),
        max_leaves=6,
    )
)
@settings(max_examples=200)
def test_values_of_any_kind_are_lines_days_and_lists(value: object) -> None:
    text = responses.clean_line(value)
    assert "\n" not in text
    assert len(text) <= 2000
    responses.to_iso_date(value)
    responses.moment(value)
    assert isinstance(responses.as_list(value), list)


def test_days_and_moments() -> None:
    assert [
        responses.to_iso_date(v) for v in ("20310303", "2031-03-03T10:00:00Z", "20310230", "3.3.2031", 20310303)
    ] == [
        "2031-03-03",
        "2031-03-03",
        None,
        None,
        "2031-03-03",
    ]
    assert responses.moment("20310303T101112Z") == responses.moment("2031-03-03T11:11:12+01:00")
    assert responses.moment("2031-03-03T10:00:00") is None
    assert responses.moment("2031-03-03T09:10:26.804+01:00") is not None


def test_archives_have_the_same_bytes_each_time() -> None:
    assert pack({"b": b"1", "a": b"2"}) == pack({"a": b"2", "b": b"1"})
    assert extract_act(pack({"a.xml": b"<a/>", "../../b.xml": b"<b/>"}), "x", (".xml",)) == (
        pack({"a.xml": b"<a/>", "b.xml": b"<b/>"}),
        ".zip",
    )


def test_deep_json_is_refused_before_it_is_read() -> None:
    deep = json.dumps({"a": "[[[[" * 100}).encode()
    assert responses.parsed_json(_response(deep), "x")[0]["a"].startswith("[[[[")
    with pytest.raises(SourceError, match="deep"):
        responses.parsed_json(_response(b'{"a":' + b"[" * 100_000), "x")
