"""Pages and documents under an address, and what they link to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from replay import Answer, Replay

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Item, Known

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = source_of("page")
INDEX = """<!doctype html><title>Circulars</title><base href="/docs/">
<a href="one.pdf">Circular 1</a> <a href="TWO.PDF?v=2#p3">Circular 2</a> <a href="one.pdf#p2">again</a>
<a href="http://elsewhere.example/three.pdf">3</a> <a href="mailto:x@y.example">m</a> <a href="javascript:x.pdf">j</a>
<a href="file:///etc/four.pdf">4</a> <a href="#a.pdf">here</a> <a href="http://[bad.pdf">5</a> <a>6</a> <a href="note.html">7</a>"""


def test_a_page_is_one_item_that_only_fetching_knows_more_of(server: Replay, fetcher: PoliteFetcher) -> None:
    url = server.url("/rules")
    server.route("/rules", Answer("<!doctype html><p>Rules", etag='"1"', modified=1_700_000_000))
    options = PAGE.check(url, {"language": "de"})
    found = PAGE.list(options, {}, fetcher, NOW)
    assert (found.items, server.log) == ((Item(url, url),), [])
    fetched = PAGE.fetch(found.items[0], options, Known(), fetcher)
    assert (fetched.data, fetched.extension, fetched.etag) == (b"<!doctype html><p>Rules", ".html", '"1"')
    assert server.log[-1].headers["accept-language"] == "de"
    again = PAGE.fetch(found.items[0], options, Known(fetched.etag, fetched.modified), fetcher)
    assert (again.data, again.etag, again.modified) == (None, '"1"', "Tue, 14 Nov 2023 22:13:20 GMT")


@pytest.mark.parametrize(
    ("path", "type", "body", "extension"),
    [
        ("/a", "application/pdf", b"%PDF-1.7", ".pdf"),
        ("/a", "text/html", b"%PDF-1.7", ".pdf"),
        ("/a.docx", "application/octet-stream", b"PK\3\4", ".docx"),
        ("/a.msg", "application/octet-stream", b"\xd0\xcf\x11\xe0", ".msg"),
        ("/a", "application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0", ".msg"),
        ("/a.md", "text/plain", b"# Rules", ".md"),
        ("/a", "text/plain; charset=utf-8", b"Rules", ".txt"),
        ("/a.php", "application/xhtml+xml", b"<html/>", ".xhtml"),
        ("/a", "application/akn+xml", b"<akomaNtoso/>", ".xml"),
        ("/a.cgi", "", b"\xef\xbb\xbf <!DOCTYPE HTML><p>x", ".html"),
        ("/a", "application/x-unknown", b"<?xml version='1.0'?><a/>", ".xml"),
        ("/a", "text/plain", b"{\\rtf1 x}", ".rtf"),
    ],
)
def test_what_a_file_is_called_by(
    server: Replay, fetcher: PoliteFetcher, path: str, type: str, body: bytes, extension: str
) -> None:
    server.route(path, Answer(body, type=type))
    assert PAGE.fetch(Item("k", server.url(path)), {}, Known(), fetcher).extension == extension


@pytest.mark.parametrize(
    ("type", "body", "words"), [("image/gif", b"GIF89a", "not read"), ("text/html", b" \n", "empty")]
)
def test_what_is_no_document(server: Replay, fetcher: PoliteFetcher, type: str, body: bytes, words: str) -> None:
    server.route("/a", Answer(body, type=type))
    with pytest.raises(SourceError, match=words):
        PAGE.fetch(Item("k", server.url("/a")), {}, Known(), fetcher)


def test_links_are_taken_if_the_user_wants_them(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/index", Answer(INDEX, etag='"1"'))
    options = PAGE.check(server.url("/index"), {"links": "*.pdf"})
    found = PAGE.list(options, {}, fetcher, NOW)
    assert [(item.url, item.title) for item in found.items] == [
        (server.url("/index"), ""),
        (server.url("/docs/one.pdf"), "Circular 1"),
        (server.url("/docs/TWO.PDF?v=2"), "Circular 2"),
    ]
    assert found.complete
    again = PAGE.list(options, found.cursor, fetcher, NOW)
    assert server.log[-1].headers["if-none-match"] == '"1"'
    assert (again.items, again.cursor) == (found.items, found.cursor)


def test_links_are_capped_and_the_page_may_be_left(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/index", Answer("<p>" + "".join(f'<a href="/d/{n}.html">{n}</a>' for n in range(300))))
    options = PAGE.check(server.url("/index"), {"links": "/d/*", "limit": "20", "page": "no"})
    found = PAGE.list(options, {}, fetcher, NOW)
    assert len(found.items) == 20
    assert "280 more links" in found.problems[0]


@pytest.mark.parametrize(
    "body", [b"", b"\0\xff\xfe" * 50, b"<a" * 50_000, b"<div>" * 30_000 + b"<a href='x.pdf'>x</a>"]
)
def test_hostile_pages(server: Replay, fetcher: PoliteFetcher, body: bytes) -> None:
    server.route("/index", Answer(body))
    try:
        found = PAGE.list(PAGE.check(server.url("/index"), {"links": "*.pdf"}), {}, fetcher, NOW)
    except SourceError:
        return
    assert len(found.items) <= 2


def test_a_document_has_no_links(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer(b"%PDF-1.7", type="application/pdf"))
    with pytest.raises(SourceError, match="no page with links"):
        PAGE.list(PAGE.check(server.url("/a"), {"links": "*.pdf"}), {}, fetcher, NOW)


def test_what_users_give() -> None:
    assert PAGE.check("harbour.example/x", {}) == {"url": "https://harbour.example/x"}
    for target, options in (
        ("/etc/passwd", {}),
        ("file:///etc/passwd", {}),
        ("https://x.example/", {"page": "no"}),
        ("", {}),
    ):
        with pytest.raises(BadRequest):
            PAGE.check(target, options)
