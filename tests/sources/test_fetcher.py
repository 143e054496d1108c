"""The fetcher against a server that behaves in every way it can."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from replay import Answer, Replay, bomb, redirect

from dutybook.errors import Refused, SourceError
from dutybook.ingest.addresses import Address, parse
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.robots import Robots, Rules
from dutybook.ingest.sources.interface import Known

Make = Callable[..., PoliteFetcher]


def test_an_answer_with_its_headers(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer("Grüße", etag='"1"', modified=1_700_000_000))
    answer = fetcher.get(server.url("/a?q=a+b&p=%C3%BC"), accept="text/html", language="de")
    assert (answer.status, answer.body.decode(), answer.media_type) == (200, "Grüße", "text/html")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["last-modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    asked = server.log[-1]
    assert asked.query == {"q": "a b", "p": "ü"}
    assert asked.headers["accept"] == "text/html"
    assert asked.headers["accept-language"] == "de"
    assert asked.headers["user-agent"].startswith("Dutybook/")
    assert "cookie" not in asked.headers


def test_who_asks_may_say_how_to_reach_them(server: Replay, make: Make) -> None:
    server.route("/a", Answer("x"))
    make(contact="duty@example.org").get(server.url("/a"))
    assert "duty@example.org" in server.log[-1].headers["user-agent"]


def test_not_modified(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer("x", etag='W/"1"', modified=1_700_000_000))
    first = fetcher.get(server.url("/a"))
    for again in (
        fetcher.get(server.url("/a"), known=Known(etag=first.headers["etag"])),
        fetcher.get(server.url("/a"), known=Known(modified=first.headers["last-modified"])),
    ):
        assert (again.not_modified, again.body, again.status) == (True, b"", 304)
    assert not fetcher.get(server.url("/a"), known=Known('"2"')).not_modified
    # What a site once sent as an ETag is not believed to be one.
    assert fetcher.get(server.url("/a"), known=Known('"1"\r\nX-Evil: 1', "☃")).status == 200


def test_a_304_that_nobody_asked_for_is_none(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer(status=304))
    with pytest.raises(SourceError, match="does not answer as asked"):
        fetcher.get(server.url("/a"))


def test_no_cookies_are_kept(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer("x", headers={"Set-Cookie": "s=1"}))
    fetcher.get(server.url("/a"))
    fetcher.get(server.url("/a"))
    assert "cookie" not in server.log[-1].headers


# robots.txt and pauses


def test_robots_are_heeded_once_a_run(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", Answer("User-agent: *\nDisallow: /private\nDisallow: /*?print=\n", type="text/plain"))
    server.route("/open", Answer("x"))
    server.route("/private/a", Answer("x"))
    fetcher.get(server.url("/open"))
    for path in ("/private/a", "/open?print=1"):
        with pytest.raises(Refused, match=r"robots\.txt"):
            fetcher.get(server.url(path))
    assert fetcher.get(server.url("/private/a"), robots=False).body == b"x"
    assert server.asked("/robots.txt") == 1


def test_rules_for_us_come_before_those_for_all(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", Answer("User-agent: *\nDisallow: /\n\nUser-agent: Dutybook\nDisallow: /b\n"))
    server.route("/a", Answer("x"))
    fetcher.get(server.url("/a"))
    with pytest.raises(Refused):
        fetcher.get(server.url("/b"))


def test_rules_are_asked_for_in_vain_only_so_often() -> None:
    fetched: list[str] = []

    def fetch(address: Address) -> Rules:
        fetched.append(address.url)
        raise SourceError(f"no rules, attempt {len(fetched)}")

    robots = Robots(fetch, tries=2)
    for attempt in (1, 2, 2):
        with pytest.raises(SourceError, match=f"attempt {attempt}"):
            robots.heed(parse("https://quay.example/ropes"))
    assert len(fetched) == 2
    assert robots.delay(parse("https://quay.example/")) == 0.0


@pytest.mark.parametrize("status", [403, 404, 410])
def test_no_robots_is_no_rule(server: Replay, fetcher: PoliteFetcher, status: int) -> None:
    server.route("/robots.txt", Answer(status=status))
    server.route("/a", Answer("x"))
    assert fetcher.get(server.url("/a")).body == b"x"


def test_robots_that_cannot_be_had_forbid_for_now(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", Answer(status=503))
    server.route("/a", Answer("x"))
    for _ in range(3):
        with pytest.raises(SourceError, match=r"its robots\.txt cannot be had") as raised:
            fetcher.get(server.url("/a"))
        assert not raised.value.lasting
    assert (server.asked("/a"), server.asked("/robots.txt")) == (0, 3)


def test_robots_behind_a_redirect_and_without_sense(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", redirect("/rules.txt"))
    server.route("/rules.txt", Answer(b"\xff\xfe\0rubbish\nUser-agent: *\nDisallow: /no\nCrawl-delay: soon\n"))
    server.route("/a", Answer("x"))
    fetcher.get(server.url("/a"))
    with pytest.raises(Refused):
        fetcher.get(server.url("/no"))


def test_robots_of_where_a_redirect_leads(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/robots.txt", Answer("User-agent: *\nDisallow: /no\n"))
    server.route("/a", redirect("/no/b"))
    server.route("/no/b", Answer("x"))
    with pytest.raises(Refused, match=r"robots\.txt"):
        fetcher.get(server.url("/a"))
    assert server.asked("/no/b") == 0


def test_a_pause_between_requests_to_a_host(server: Replay, make: Make, slept: list[float]) -> None:
    server.route("/robots.txt", Answer("User-agent: *\nCrawl-delay: 7\n"))
    server.route("/a", Answer("x"))
    fetcher = make(pause=2.0)
    fetcher.get(server.url("/a"))
    fetcher.get(server.url("/a"))
    assert [round(seconds) for seconds in slept] == [7, 7]
    slept.clear()
    server.route("/robots.txt", Answer("User-agent: *\nCrawl-delay: 86400\n"))
    fetcher = make(pause=2.0)
    fetcher.get(server.url("/a"))
    assert [round(seconds) for seconds in slept] == [30]


# Trying again


def test_passing_trouble_is_tried_again(server: Replay, fetcher: PoliteFetcher, slept: list[float]) -> None:
    server.route("/a", Answer(status=500), Answer("half", length=900), Answer("whole"))
    assert fetcher.get(server.url("/a")).body == b"whole"
    assert len(slept) == 2
    assert 1.4 <= slept[0] <= 2.6 < 4.2 <= slept[1] <= 7.8


def test_what_lasts_is_not_tried_again(server: Replay, fetcher: PoliteFetcher, slept: list[float]) -> None:
    for status, words in ((404, "not there"), (403, "does not let us in"), (410, "removed"), (451, "legal reasons")):
        server.route(f"/{status}", Answer(status=status))
        with pytest.raises(SourceError, match=words) as raised:
            fetcher.get(server.url(f"/{status}"))
        assert raised.value.lasting
        assert server.asked(f"/{status}") == 1
    assert not slept


def test_retry_after_in_seconds_and_as_a_date(server: Replay, make: Make, slept: list[float]) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=20), usegmt=True)
    server.route(
        "/a",
        Answer(status=429, headers={"Retry-After": "3"}),
        Answer(status=503, headers={"Retry-After": date}),
        Answer("x"),
    )
    assert make(now=lambda: now).get(server.url("/a")).body == b"x"
    assert slept == [3.0, 20.0]


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("7200", 7200), ("Sun, 01 Mar 2026 14:00:00 GMT", 7200), ("9" * 50, 2592000)]
)
def test_a_long_wait_is_told(server: Replay, make: Make, slept: list[float], retry_after: str, seconds: int) -> None:
    server.route("/a", Answer(status=429, headers={"Retry-After": retry_after}))
    with pytest.raises(SourceError, match="less often") as raised:
        make(now=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC)).get(server.url("/a"))
    assert (raised.value.retry_after, raised.value.lasting) == (seconds, False)
    assert server.asked("/a") == 1
    assert not slept


def test_an_old_date_and_nonsense_as_retry_after(server: Replay, make: Make, slept: list[float]) -> None:
    answers = [Answer(status=503, headers={"Retry-After": s}) for s in ("Sun, 01 Mar 1990 14:00:00 GMT", "soon")]
    server.route("/a", *answers, Answer("x"))
    assert make().get(server.url("/a")).body == b"x"
    assert slept[0] == 0.0
    assert slept[1] > 1


# Limits


def test_time_limits(server: Replay, make: Make) -> None:
    server.route("/slow", Answer("x", delay=30))
    server.route("/drip", Answer("x" * 100, drip=0.05, piece=1))
    server.route("/head", Answer("x", drip_head=0.05))
    began = time.monotonic()
    with pytest.raises(SourceError, match="too long"):
        make(tries=1, read=0.2).get(server.url("/slow"))
    # None of their steps is slow, all of them together are.
    for path in ("/drip", "/head"):
        with pytest.raises(SourceError, match="too long"):
            make(tries=1, whole=0.4).get(server.url(path), robots=False)
    assert time.monotonic() - began < 4


def test_limits_of_size(server: Replay, make: Make) -> None:
    server.route("/endless", Answer("x" * 1000, endless=True))
    server.route("/big", Answer("x" * 5000))
    server.route("/liar", Answer("x" * 5000, length=10**15))
    server.route("/bomb", bomb(20_000_000))
    fetcher = make(max_bytes=4000)
    for path in ("/endless", "/big", "/liar", "/bomb"):
        with pytest.raises(Refused, match=r"more than 0\.004 MB"):
            fetcher.get(server.url(path))
    with pytest.raises(Refused, match=r"more than 0\.001 MB"):
        fetcher.get(server.url("/big"), max_bytes=1000)


def test_a_bomb_in_a_bomb(server: Replay, make: Make) -> None:
    twice = gzip.compress(gzip.compress(b" " * 20_000_000))
    server.route("/a", Answer(twice, headers={"Content-Encoding": "gzip, gzip"}))
    with pytest.raises(Refused, match="more than"):
        make(max_bytes=1_000_000).get(server.url("/a"))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"words", mtime=0)),
        ("x-gzip", gzip.compress(b"wo", mtime=0) + gzip.compress(b"rds", mtime=0)),
        ("deflate", zlib.compress(b"words")),
        ("deflate", zlib.compress(b"words", wbits=-15)),
        ("identity", b"words"),
    ],
)
def test_packed_answers(server: Replay, fetcher: PoliteFetcher, coding: str, packed: bytes) -> None:
    server.route("/a", Answer(packed, headers={"Content-Encoding": coding}))
    assert fetcher.get(server.url("/a")).body == b"words"


@pytest.mark.parametrize(
    ("coding", "packed", "words"),
    [
        ("gzip", b"no gzip", "damaged"),
        ("gzip", gzip.compress(b"words" * 99, mtime=0)[:-20], "incomplete"),
        ("br", b"x", "not asked for"),
    ],
)
def test_badly_packed_answers(server: Replay, make: Make, coding: str, packed: bytes, words: str) -> None:
    server.route("/a", Answer(packed, headers={"Content-Encoding": coding}))
    with pytest.raises(SourceError, match=words):
        make(tries=1).get(server.url("/a"))


def test_cut_off(server: Replay, make: Make) -> None:
    server.route("/a", Answer("x" * 5000, cut=100))
    server.route("/b", Answer("x" * 50, length=20))
    with pytest.raises(SourceError, match=r"did not come whole|cut off"):
        make(tries=1).get(server.url("/a"))
    # More than was announced: what was announced is what there is.
    assert make(tries=1).get(server.url("/b"), robots=False).body == b"x" * 20


def test_nobody_there(make: Make) -> None:
    with Replay() as gone:
        url = gone.url("/a")
    with pytest.raises(SourceError, match="cannot be reached") as raised:
        make(tries=1).get(url)
    assert not raised.value.lasting


def test_a_page_that_wants_a_browser(server: Replay, make: Make) -> None:
    server.route("/a", Answer(status=202))
    with pytest.raises(SourceError, match="browser"):
        make(tries=1).get(server.url("/a"))


# Redirects


def test_redirects_are_followed(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", redirect("b/c?d=ü#part", 301))
    server.route("/b/c", redirect(server.url("/e"), 307))
    server.route("/e", Answer("x"))
    answer = fetcher.get(server.url("/a"))
    assert (answer.body, answer.url) == (b"x", server.url("/e"))


def test_redirects_that_do_not_end(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", redirect("/b"))
    server.route("/b", redirect("/a"))
    with pytest.raises(SourceError, match="circle"):
        fetcher.get(server.url("/a"))
    for number in range(20):
        server.route(f"/{number}", redirect(f"/{number + 1}"))
    with pytest.raises(SourceError, match="more than 10"):
        fetcher.get(server.url("/0"))
    assert server.asked("/11") == 0


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "http://user:word@example.org/",
        "http://[::1",
    ],
)
def test_redirects_to_where_we_do_not_go(server: Replay, fetcher: PoliteFetcher, to: str) -> None:
    server.route("/a", redirect(to))
    with pytest.raises(Refused):
        fetcher.get(server.url("/a"))


def test_a_redirect_to_nowhere(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer(status=302))
    with pytest.raises(SourceError, match="without saying where"):
        fetcher.get(server.url("/a"))


# Asking by form


def test_a_form(server: Replay, fetcher: PoliteFetcher, slept: list[float]) -> None:
    server.route("/sparql", Answer(status=503), Answer("{}", type="application/json"))
    answer = fetcher.post(server.url("/sparql"), form={"query": "SELECT ?é"}, accept="application/json")
    assert answer.body == b"{}"
    assert server.log[-1].form == {"query": "SELECT ?é"}
    assert server.asked("/robots.txt") == 0
    assert len(slept) == 1


def test_a_form_that_may_have_been_taken_in_is_not_sent_again(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", Answer(status=500), Answer("x"))
    server.route("/b", Answer("x", delay=5))
    with pytest.raises(SourceError):
        fetcher.post(server.url("/a"), form={"q": "1"})
    assert server.asked("/a") == 1


def test_a_form_and_redirects(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/a", redirect("/b", 303))
    server.route("/b", Answer("x"))
    server.route("/c", redirect("/b", 308))
    assert fetcher.post(server.url("/a"), form={"q": "1"}).body == b"x"
    assert server.log[-1].method == "GET"
    with pytest.raises(SourceError, match="has moved"):
        fetcher.post(server.url("/c"), form={"q": "1"})


# Asking by JSON, and with the cookies of a page


def test_an_object_as_json(server: Replay, fetcher: PoliteFetcher) -> None:
    server.route("/search", Answer("{}", type="application/json"))
    fetcher.post(server.url("/search"), data={"word": "señal", "page": {"n": 1}})
    asked = server.log[-1]
    assert (asked.headers["content-type"], json.loads(asked.body)) == (
        "application/json",
        {"word": "señal", "page": {"n": 1}},
    )


def test_a_link_is_followed_with_the_cookies_of_its_page_on_the_same_site_alone(
    server: Replay, fetcher: PoliteFetcher
) -> None:
    header = "id=a1; Path=/; Expires=Thu, 01 Jan 2032 00:00:00 GMT, way=b2"
    server.route("/page", Answer("x", headers={"Set-Cookie": header}))
    server.route("/text", Answer("y"))
    page = fetcher.get(server.url("/page"))
    assert fetcher.follow(page, server.url("/text")).body == b"y"
    assert server.log[-1].headers["cookie"] == "id=a1; way=b2"
    assert server.log[-1].headers["referer"] == page.url
    fetcher.get(server.url("/text"))
    assert "cookie" not in server.log[-1].headers
    elsewhere = replace(page, url=server.url("/page").replace("127.0.0.1", "localhost"))
    fetcher.follow(elsewhere, server.url("/text"))
    assert "cookie" not in server.log[-1].headers


# Credentials


def test_credentials_come_from_the_environment_and_stay_with_the_host(server: Replay, make: Make) -> None:
    with Replay() as other:
        server.route("/a", redirect("/b"))
        server.route("/b", redirect(other.url("/c")))
        other.route("/c", Answer("x"))
        url = server.url("/a").replace("http://", "http://env:PORTAL@")
        answer = make(environment={"PORTAL": "ann:word"}).get(url)
        assert "PORTAL" not in answer.url
        assert [request.headers.get("authorization") for request in server.log if request.path != "/robots.txt"] == [
            "Basic YW5uOndvcmQ=",
            "Basic YW5uOndvcmQ=",
        ]
        assert all("authorization" not in request.headers for request in other.log)
        make(environment={"PORTAL": "t0ken"}).get(url)
        assert server.log[-1].headers["authorization"] == "Bearer t0ken"
        with pytest.raises(SourceError, match="PORTAL"):
            make(environment={}).get(url)
