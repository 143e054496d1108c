"""Feeds of supervisors as other programs describe them, replayed in words of ours: dates, kinds, links, what is attached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from replay import Answer, Replay

from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Known
from dutybook.ingest.sources.publishers import FEEDS, SITES

NOW = datetime(2031, 3, 1, 12, tzinfo=UTC)
FEED = source_of("feed")
ROOT = Path(__file__).resolve().parents[2]
PAGE = "<!doctype html><html><body><main><p>Every keeper shall write down the hours of fog.</p></main></body></html>"
PDF = b"%PDF-1.4\n%fog\n"


@dataclass(frozen=True)
class Case:
    """An entry as a feed has it, and what is expected of it: link, title, time."""

    entry: str
    link: str
    title: str
    published: str | None
    type: str = "application/rss+xml; charset=utf-8"
    head: str = ""


def drupal(link: str, title: str, date: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><description>&lt;p&gt;Keepers note fog.&lt;/p&gt;</description>"
        f'{date}<dc:creator>web editor</dc:creator><guid isPermaLink="false">157 at https://www.harbour.example</guid></item>'
    )


RFC = "<pubDate>Tue, 04 Feb 2031 09:30:00 +0100</pubDate>"
AT = "2031-02-04T08:30:00+00:00"
CASES: dict[str, Case] = {
    "afm": Case(
        f"<item><guid>https://HOST/nl-nl/sector/actueel/2031/feb/mist</guid><title>Register van mist</title>"
        f"<link>https://HOST/nl-nl/sector/actueel/2031/feb/mist</link>{RFC}</item>",
        "/nl-nl/sector/actueel/2031/feb/mist",
        "Register van mist",
        AT,
        type="text/xml; charset=utf-8",
    ),
    "amf": Case(
        f"<item><title>Registre du brouillard</title><link>https://HOST/fr/actualites/brouillard</link>"
        f"<description>Guide professionnel | Phares</description>{RFC}"
        '<enclosure url="https://HOST/sites/vignette.png" length="388000" type="image/png"/></item>',
        "/fr/actualites/brouillard",
        "Registre du brouillard",
        AT,
        head='<atom:link rel="self" href="https://HOST/fr/flux-rss/display/21"/><language>fr</language>',
    ),
    "bafin": Case(
        f"<item><title>Nebel: Allgemeinverf\u00fcgung</title><link>https://HOST/SharedDocs/nebel.html?nn=150166</link>"
        f"<guid>https://HOST/SharedDocs/nebel.html</guid>{RFC}<category>Ma\u00dfnahmen</category></item>",
        "/SharedDocs/nebel.html?nn=150166",
        "Nebel: Allgemeinverf\u00fcgung",
        AT,
    ),
    "cssf": Case(
        f"<item><title>Circular 31/901 on fog signals</title><link>https://HOST/en/Document/circular-31-901/</link>{RFC}"
        '<guid isPermaLink="true">https://HOST/en/Document/circular-31-901/</guid></item>',
        "/en/Document/circular-31-901/",
        "Circular 31/901 on fog signals",
        AT,
    ),
    "eba": Case(
        drupal("https://HOST/news/fog", "E-mail alert: guidelines on fog &amp;amp; lamps", RFC),
        "/news/fog",
        "E-mail alert: guidelines on fog & lamps",
        AT,
    ),
    "ecb-supervision": Case(
        f"<item><title>Guide on fog signals</title><link>https://HOST/ecb/pub/pdf/fog.en.pdf</link>{RFC}"
        "<guid>https://HOST/ecb/pub/pdf/fog.en.pdf</guid></item>",
        "/ecb/pub/pdf/fog.en.pdf",
        "Guide on fog signals",
        AT,
        # A feed under the name and the type of a page.
        type="text/html",
    ),
    "edpb": Case(drupal("/news/fog_en", "Statement on fog", RFC), "/news/fog_en", "Statement on fog", AT),
    "eiopa": Case(
        f"<item><title>Consultation on fog</title><link>https://HOST/consultation-fog-2031-02-04_en</link>{RFC}"
        '<guid isPermaLink="true">https://HOST/consultation-fog-2031-02-04_en</guid></item>',
        "/consultation-fog-2031-02-04_en",
        "Consultation on fog",
        AT,
    ),
    # No entry of this feed has a date.
    "esma": Case(drupal("https://HOST/press-news/fog", "Report on fog", ""), "/press-news/fog", "Report on fog", None),
    # Dates are written out, and without a zone.
    "fca": Case(
        drupal(
            "https://HOST/news/press-releases/fog",
            "Lighthouse fined for missing log",
            "<pubDate>Tuesday, February 4, 2031 - 15:30</pubDate><category>Press Releases</category>",
        ),
        "/news/press-releases/fog",
        "Lighthouse fined for missing log",
        "2031-02-04T15:30:00",
    ),
    "finma": Case(
        f"<item><title>Aktualisierte Sanktionsmeldung: Nebel</title><link>https://HOST/en/news/2031/02/fog/</link>{RFC}</item>",
        "/en/news/2031/02/fog/",
        "Aktualisierte Sanktionsmeldung: Nebel",
        AT,
    ),
}
CASES |= {
    "amf-english": CASES["amf"],
    "bafin-english": CASES["bafin"],
    "ecb-supervision-press": CASES["ecb-supervision"],
    "edpb-publications": CASES["edpb"],
    "edps": CASES["edpb"],
    "fca-publications": CASES["fca"],
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_listed_and_its_entry_fetched(name: str, server: Replay, fetcher: PoliteFetcher) -> None:
    case = CASES[name]
    address = urlsplit(str(FEED.check(name.upper(), {})["url"]))
    path = f"{address.path}?{address.query}" if address.query else address.path
    host = server.url("")
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>News</title><link>https://HOST/</link>{case.head}'
        f"{case.entry}</channel></rss>"
    ).replace("https://HOST", host)
    server.route(path, Answer(body, type=case.type, etag='"1"'))
    is_pdf = case.link.endswith(".pdf")
    server.route(case.link, Answer(PDF, type="application/pdf") if is_pdf else Answer(PAGE))
    options = FEED.check(host + path, {})
    found = FEED.list(options, {}, fetcher, NOW)
    assert not found.problems
    assert [(item.url, item.title, item.published) for item in found.items] == [
        (host + case.link, case.title, case.published)
    ]
    fetched = FEED.fetch(found.items[0], options, Known(), fetcher)
    assert (fetched.data, fetched.extension) == ((PDF, ".pdf") if is_pdf else (PAGE.encode(), ".html"))
    assert FEED.list(options, found.cursor, fetcher, NOW).items == ()


@pytest.mark.parametrize(
    "written", ["Someday, Foo 99, 2031 - 25:61", "February 30, 2031", "x" * 5000, "", "04/02/2031", "Monday, July"]
)
def test_a_date_that_is_none(written: str, server: Replay, fetcher: PoliteFetcher) -> None:
    entry = drupal("/news/fog", "Fog", f"<pubDate>{written}</pubDate>")
    server.route("/f", Answer(f'<rss version="2.0" xmlns:dc="d"><channel>{entry}</channel></rss>', type="text/xml"))
    assert [item.published for item in FEED.list(FEED.check(server.url("/f"), {}), {}, fetcher, NOW).items] == [None]


def test_the_page_about_watches_names_them_all() -> None:
    page = (ROOT / "docs" / "how-to" / "watch.md").read_text("utf-8")
    assert all(f"`{name}`" in page for name in (*FEEDS, *SITES))
