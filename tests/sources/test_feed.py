"""Feeds as they come: RSS, Atom, JSON; broken, hostile, or no feeds at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from replay import Answer, Replay

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Item, Known, Listing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = source_of("feed")

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour Board</title><link>https://harbour.example/</link><language>en-gb</language>
<item><title>Berth fees &amp;amp; dues</title><link>/news/1</link><guid isPermaLink="false">hb-1</guid>
  <pubDate>Mon, 02 Feb 2026 09:30:00 +0100</pubDate><description>Short.</description></item>
<item><title>Circular 7</title><link>https://harbour.example/news/2</link><guid>https://harbour.example/news/2</guid>
  <enclosure url="circular-7.pdf" length="9" type="application/pdf"/><enclosure url="jingle.mp3" type="audio/mpeg"/></item>
<item><title>Whole text</title><guid>hb-3</guid><pubDate>Tue, 03 Feb 2026 10:00:00 GMT</pubDate>
  <content:encoded><![CDATA[<p>Operators shall keep a berth log.</p><script>alert(1)</script>]]></content:encoded></item>
<item><title>Nothing</title><guid isPermaLink="false">hb-4</guid></item>
<item><title>Mail us</title><link>mailto:a@harbour.example</link></item>
<item><title>Inside</title><link>http://user:word@harbour.example/</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Amtsblatt</title><id>urn:x</id><updated>2026-02-01T00:00:00Z</updated>
<entry><id>urn:a:1</id><title>Verordnung über Kräne</title><link rel="alternate" href="/a/1"/>
<published>2026-01-05T08:00:00+01:00</published><updated>2026-02-01T08:00:00Z</updated><summary>Kurz.</summary></entry></feed>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Port",
    "language": "fr",
    "items": [
        {
            "id": "1",
            "url": "/n/1",
            "title": "Arrêté",
            "date_published": "2026-02-03T08:00:00+01:00",
            "summary": "Bref <b>",
        },
        {"id": 2, "content_text": "Chaque exploitant tient un registre.\n\n<b>Fin</b>", "title": "Texte"},
        {"id": "3", "url": "javascript:alert(1)", "attachments": [{"url": "/d.pdf", "mime_type": "application/pdf"}]},
        "rubbish",
    ],
}


def listed(
    server: Replay, fetcher: PoliteFetcher, body: str | bytes, type: str = "application/xml", **options: Any
) -> Listing:
    server.route("/feed", Answer(body, type=type, etag='"1"'))
    return FEED.list(FEED.check(server.url("/feed"), options), {}, fetcher, NOW)


def test_rss(server: Replay, fetcher: PoliteFetcher) -> None:
    found = listed(server, fetcher, RSS)
    keys = [
        "hb-1",
        "https://harbour.example/news/2",
        "https://harbour.example/news/2 " + server.url("/circular-7.pdf"),
        server.url("/hb-3"),
    ]
    assert [item.key for item in found.items] == keys
    first, second, attached, whole = found.items
    assert (first.url, first.title, first.published) == (
        server.url("/news/1"),
        "Berth fees & dues",
        "2026-02-02T08:30:00+00:00",
    )
    assert first.language == "en-gb"
    assert (second.url, second.published) == ("https://harbour.example/news/2", None)
    assert attached.url == server.url("/circular-7.pdf")
    assert "script" not in whole.more["content"]
    assert "berth log" in whole.more["content"]
    assert len([problem for problem in found.problems if "neither a link" in problem]) == 3
    assert not found.complete
    assert found.cursor == {"etag": '"1"'}


def test_an_entry_with_a_text_of_its_own_becomes_a_page(server: Replay, fetcher: PoliteFetcher) -> None:
    whole = listed(server, fetcher, RSS.replace("Whole text", "A &lt;b&gt; c")).items[3]
    fetched = FEED.fetch(whole, {}, Known(), fetcher)
    page = (fetched.data or b"").decode()
    assert fetched.extension == ".html"
    assert "<p>Operators shall keep a berth log.</p>" in page
    assert '<meta name="date" content="2026-02-03T10:00:00+00:00">' in page
    assert "script" not in page
    hostile = Item(
        "k", 'https://a.example/"><script>', title="</title><script>x</script>", more={"content": "<p>x</p>"}
    )
    assert b"<script>" not in (FEED.fetch(hostile, {}, Known(), fetcher).data or b"")


def test_atom(server: Replay, fetcher: PoliteFetcher) -> None:
    (item,) = listed(server, fetcher, ATOM).items
    assert (item.key, item.url, item.language) == ("urn:a:1", server.url("/a/1"), "de")
    assert (item.published, item.stamp) == ("2026-01-05T07:00:00+00:00", "2026-02-01T08:00:00+00:00")
    later = ATOM.replace("2026-02-01T08:00:00Z", "2026-02-09T08:00:00Z")
    assert listed(server, fetcher, later).items[0].stamp != item.stamp


def test_without_a_time_the_words_tell_a_change(server: Replay, fetcher: PoliteFetcher) -> None:
    first, again = listed(server, fetcher, RSS).items, listed(server, fetcher, RSS.replace("Short.", "Shorter.")).items
    assert first[0].stamp != again[0].stamp
    assert first[1].stamp == again[1].stamp
    other = listed(server, fetcher, RSS.replace("Circular 7", "Circular 7a")).items
    assert first[1].stamp != other[1].stamp


def test_json(server: Replay, fetcher: PoliteFetcher) -> None:
    found = listed(server, fetcher, json.dumps(JSON), "application/feed+json", take="auto")
    first, text, attached = found.items
    assert (first.key, first.url, first.published, first.language) == (
        *("1", server.url("/n/1")),
        *("2026-02-03T08:00:00+01:00", "fr"),
    )
    assert text.more["content"] == "<p>Chaque exploitant tient un registre.</p>\n<p>&lt;b&gt;Fin&lt;/b&gt;</p>\n"
    assert attached.url == server.url("/d.pdf")
    assert any("not all of its entries" in problem for problem in found.problems)


def test_what_is_taken(server: Replay, fetcher: PoliteFetcher) -> None:
    long = RSS.replace("<guid>hb-3</guid>", "<guid>hb-3</guid><link>/news/3</link>")
    assert not listed(server, fetcher, long).items[3].more
    assert listed(server, fetcher, long, take="entry").items[3].more
    longer = long.replace("berth log.", "berth log." + " And so on." * 300)
    assert listed(server, fetcher, longer).items[3].more
    assert not listed(server, fetcher, longer, take="link").items[3].more
    assert listed(server, fetcher, RSS, title="circular, nothing").items[0].key.endswith("/news/2")
    found = listed(server, fetcher, RSS, limit="2")
    assert len(found.items) == 2
    assert any("the first 2 are taken" in problem for problem in found.problems)


def test_not_modified(server: Replay, fetcher: PoliteFetcher) -> None:
    found = listed(server, fetcher, ATOM)
    again = FEED.list(FEED.check(server.url("/feed"), {}), found.cursor, fetcher, NOW)
    assert (again.items, again.cursor) == ((), found.cursor)
    assert server.log[-1].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize(
    ("body", "entries"),
    [
        (RSS[: RSS.index("<item><title>Whole")], 2),
        (RSS.replace("</item>", "", 1), 4),
        (RSS.replace("&amp;amp;", "& &nbsp;"), 3),
        (RSS.replace("Circular 7", "Circular \x0c7"), 3),
        (ATOM.encode("latin-1"), 1),
    ],
)
def test_broken_feeds_are_read_and_said_so(
    server: Replay, fetcher: PoliteFetcher, body: str | bytes, entries: int
) -> None:
    found = listed(server, fetcher, body)
    assert len(found.items) >= entries
    assert isinstance(body, bytes) or "is broken" in found.problems[0]


@pytest.mark.parametrize(
    ("body", "type", "words"),
    [
        ("<!doctype html><html><title>Sign in</title>", "text/html", "web page"),
        ("", "text/xml", "no feed"),
        ("plain words", "text/plain", "no feed"),
        (b"\0\1\2" * 99, "application/octet-stream", "no feed"),
        ("{", "application/json", "no JSON"),
        ('{"items": []}', "application/json", "no JSON feed"),
        ("[" * 5000, "application/json", "nested"),
        ('<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel/></rss>', "text/xml", "entities"),
        (
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel/></rss>',
            "text/xml",
            "entities",
        ),
    ],
)
def test_what_is_no_feed(server: Replay, fetcher: PoliteFetcher, body: str, type: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        listed(server, fetcher, body, type)


def test_many_and_deep(server: Replay, fetcher: PoliteFetcher) -> None:
    items = "".join(f"<item><title>{n}</title><guid>g{n}</guid><link>/n/{n}</link></item>" for n in range(700))
    found = listed(server, fetcher, f'<rss version="2.0"><channel>{items}</channel></rss>')
    assert len(found.items) == 500
    deep = f'<rss version="2.0"><channel>{"<a>" * 4_000}{"</a>" * 4_000}<item><title>x</title><link>/x</link></item></channel></rss>'
    assert len(listed(server, fetcher, deep).items) == 1


def test_what_users_give() -> None:
    assert FEED.check("harbour.example/feed", {})["url"] == "https://harbour.example/feed"
    assert FEED.check("https://env:KEY@harbour.example/f", {})["url"] == "https://env:KEY@harbour.example/f"
    for target, options in (
        ("", {}),
        ("ftp://harbour.example/", {}),
        ("https://ann:word@harbour.example/", {}),
        ("https://harbour.example/", {"take": "all"}),
        ("https://harbour.example/", {"colour": "red"}),
        ("https://harbour.example/", {"limit": "0"}),
    ):
        with pytest.raises(BadRequest):
            FEED.check(target, options)
