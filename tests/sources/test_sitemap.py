"""Sites by their sitemaps: plain ones, indexes, those that robots.txt names, and broken ones."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from replay import Answer, Replay, bomb

from dutybook.errors import BadRequest, DutybookError, SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Item, Known, Listing

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
SITEMAP = source_of("sitemap")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def urlset(*entries: tuple[str, str], more: str = "") -> str:
    """A sitemap of addresses with times of change; without one where that is empty."""
    urls = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}<priority>0.5</priority></url>"
        for url, changed in entries
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{NAMESPACE}">{urls}{more}</urlset>'


def index(*addresses: str) -> str:
    parts = "".join(f"<sitemap><loc>{each}</loc></sitemap>" for each in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="{NAMESPACE}">{parts}</sitemapindex>'


def xml(body: str) -> Answer:
    return Answer(body, type="application/xml")


def listed(fetcher: PoliteFetcher, url: str, **options: str) -> Listing:
    return SITEMAP.list(SITEMAP.check(url, options), {}, fetcher, NOW)


def test_a_sitemap_lists_what_changed_last_first(server: Replay, fetcher: PoliteFetcher) -> None:
    at = server.url
    server.route(
        "/sitemap-main.xml",
        xml(
            urlset(
                (at("/circulars/1"), "2031-01-05"),
                (at("/about"), ""),
                (at("/circulars/2?a=1&amp;b=2"), "2031-02-07T09:00:00+01:00"),
                (at("/circulars/3"), "2031-02-07T08:30:00Z"),
                (at("/circulars/1"), "2031-01-05"),
                (at("/circulars/4"), "yesterday"),
            )
        ),
    )
    found = listed(fetcher, at("/sitemap-main.xml"))
    assert [(item.key, item.stamp) for item in found.items] == [
        (at("/circulars/3"), "2031-02-07T08:30:00Z"),
        (at("/circulars/2?a=1&b=2"), "2031-02-07T09:00:00+01:00"),
        (at("/circulars/1"), "2031-01-05"),
        (at("/about"), None),
        (at("/circulars/4"), None),
    ]
    assert found.complete
    assert not found.problems


def test_patterns_and_a_first_day(server: Replay, fetcher: PoliteFetcher) -> None:
    at = server.url
    paths = ("/circulars/1.PDF", "/circulars/archive/0.pdf", "/news/1", "/circulars/2.pdf")
    server.route("/s.xml", xml(urlset(*((at(path), f"2031-01-0{n}") for n, path in enumerate(paths, 1)))))
    found = listed(fetcher, at("/s.xml"), match="*/circulars/*.pdf", without="*/archive/*")
    assert [item.url for item in found.items] == [at("/circulars/2.pdf"), at("/circulars/1.PDF")]
    found = listed(fetcher, at("/s.xml"), **{"from": "2031-01-03"})
    assert [item.url for item in found.items] == [at("/circulars/2.pdf"), at("/news/1")]
    assert not found.complete
    found = listed(fetcher, at("/s.xml"), limit="1")
    assert [item.url for item in found.items] == [at("/circulars/2.pdf")]
    assert "4 addresses that fit" in found.problems[0]
    assert not found.complete


def test_a_site_says_in_robots_txt_where_its_sitemaps_are(server: Replay, fetcher: PoliteFetcher) -> None:
    at = server.url
    server.route(
        "/robots.txt",
        Answer(
            f"User-agent: *\nDisallow: /secret\nSITEMAP: {at('/index.xml')}\nSitemap: javascript:1", type="text/plain"
        ),
    )
    server.route(
        "/index.xml", xml(index(at("/a.xml"), at("/b.xml.gz"), at("/gone.xml"), at("/index.xml"), at("/c.txt")))
    )
    server.route("/a.xml", xml(urlset((at("/1"), ""))))
    server.route("/b.xml.gz", Answer(gzip.compress(urlset((at("/2"), "")).encode()), type="application/gzip"))
    server.route("/c.txt", Answer(f"{at('/3')}\n\n{at('/4')}\n", type="text/plain"))
    found = listed(fetcher, at("/"))
    assert [item.url for item in found.items] == [at("/1"), at("/2"), at("/3"), at("/4")]
    assert not found.complete
    assert len(found.problems) == 1
    assert "a sitemap was left out" in found.problems[0]
    assert server.asked("/index.xml") == 1


def test_a_site_without_robots_txt_has_the_usual_sitemap(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/sitemap.xml", xml(urlset((server.url("/1"), ""))))
    assert [item.url for item in listed(fetcher, server.url("/")).items] == [server.url("/1")]


def test_what_leads_elsewhere_is_left_out(server: Replay, fetcher: PoliteFetcher) -> None:
    at = server.url
    wrong = ("https://evil.example/1", "file:///etc/passwd", "https://env:HOME@127.0.0.1/", "", "/relative")
    server.route("/s.xml", xml(urlset((at("/1"), ""), *((url, "") for url in wrong))))
    found = listed(fetcher, at("/s.xml"))
    assert [item.url for item in found.items] == [at("/1")]
    assert "5 entries that lead elsewhere" in found.problems[0]


def test_a_news_sitemap_has_titles_and_dates(server: Replay, fetcher: PoliteFetcher) -> None:
    news = (
        f"<url><loc>{server.url('/n')}</loc><n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        "<n:publication_date>2031-02-03T10:00:00+01:00</n:publication_date><n:title>Quay\n fees rise</n:title></n:news></url>"
    )
    server.route("/s.xml", xml(urlset(more=news)))
    [item] = listed(fetcher, server.url("/s.xml")).items
    assert (item.title, item.published) == ("Quay fees rise", "2031-02-03T09:00:00+00:00")


def test_a_page_is_fetched_as_pages_are(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/1", Answer("<!doctype html><p>Circular", etag='"1"'))
    options = SITEMAP.check(server.url("/s.xml"), {"language": "de"})
    item = Item(server.url("/1"), server.url("/1"))
    fetched = SITEMAP.fetch(item, options, Known(), fetcher)
    assert (fetched.data, fetched.extension) == (b"<!doctype html><p>Circular", ".html")
    assert SITEMAP.fetch(item, options, Known(fetched.etag), fetcher).data is None


@pytest.mark.parametrize(
    "answer",
    [
        xml(""),
        xml("<urlset>" * 3000),
        xml("<urlset><url><loc>http"),
        xml('<!DOCTYPE urlset [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>'),
        xml("<rss/>"),
        Answer("<!doctype html><title>Maintenance</title>"),
        Answer("just words\n", type="text/plain"),
        Answer(b"\0\xff" * 100),
        Answer(b"\x1f\x8b\x08broken", type="application/gzip"),
        Answer(gzip.compress(b" " * 50_000_000), type="application/gzip"),
        bomb(50_000_000),
        Answer(status=503),
    ],
)
def test_hostile_sitemaps(server: Replay, fetcher: PoliteFetcher, answer: Answer) -> None:
    server.route("/s.xml", answer)
    with pytest.raises(DutybookError) as caught:
        listed(fetcher, server.url("/s.xml"))
    assert "Traceback" not in str(caught.value)


def test_indexes_without_end(server: Replay, fetcher: PoliteFetcher) -> None:
    at = server.url
    for level in range(6):
        server.route(f"/{level}.xml", xml(index(at(f"/{level + 1}.xml"))))
    found = listed(fetcher, at("/0.xml"))
    assert "index within indexes" in found.problems[0]
    server.route("/wide.xml", xml(index(*(at(f"/w{n}.xml") for n in range(300)))))
    for n in range(300):
        server.route(f"/w{n}.xml", xml(urlset((at(f"/{n}"), ""))))
    found = listed(fetcher, at("/wide.xml"))
    assert len(found.items) == 99
    assert not found.complete


def test_an_empty_sitemap_is_not_the_end_of_all_pages(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/s.xml", xml(urlset()))
    assert not listed(fetcher, server.url("/s.xml")).complete


def test_a_site_that_is_down_is_an_error(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", Answer(status=500))
    with pytest.raises(SourceError):
        listed(fetcher, server.url("/"))


def test_what_users_give() -> None:
    assert SITEMAP.check("EBA", {}) == {"url": "https://www.eba.europa.eu/", "limit": 500}
    assert source_of("feed").check("edpb", {})["url"] == "https://www.edpb.europa.eu/feed/news_en"
    for target, options in (
        ("", {}),
        ("/etc/passwd", {}),
        ("https://x.example/", {"match": "x" * 400}),
        ("https://x.example/", {"from": "yesterday"}),
        ("https://x.example/", {"limit": "0"}),
    ):
        with pytest.raises(BadRequest):
            SITEMAP.check(target, options)
