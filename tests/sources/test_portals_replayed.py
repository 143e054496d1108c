"""Portals over a real connection: the polite fetcher asks a server here that replays what the services answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from portal_cases import CASES
from portal_fakes import Asked, Case, FakeResponse, Site
from replay import Answer, Replay, Request, redirect

from dutybook.errors import SourceError
from dutybook.ingest.fetcher import PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Fetcher, Known, Response


class Rerouted:
    """Asks the server on this machine in place of the host that is named: ``https://host/path`` is its ``/host/path``."""

    def __init__(self, fetcher: PoliteFetcher, server: Replay) -> None:
        self._fetcher, self._server = fetcher, server

    def _there(self, url: str) -> str:
        return self._server.url("/" + url.partition("://")[2])

    def _back(self, answer: Response) -> Response:
        return replace(answer, url="https://" + answer.url.partition(self._server.url("/"))[2])

    def get(self, url: str, **given: Any) -> Response:
        return self._back(self._fetcher.get(self._there(url), **given))

    def follow(self, page: Response, url: str, **given: Any) -> Response:
        return self._back(self._fetcher.follow(replace(page, url=self._there(page.url)), self._there(url), **given))

    def post(self, url: str, **given: Any) -> Response:
        return self._back(self._fetcher.post(self._there(url), **given))


def _answer(response: FakeResponse | SourceError) -> Answer:
    if isinstance(response, SourceError):
        return Answer(str(response), status=503)
    return Answer(response.data, response.status, response.type, dict(response.headers), etag=response.etag)


def _serve(server: Replay, site: Site) -> None:
    for url, routes in site.routes.items():
        path = "/" + url.partition("://")[2]
        route = routes[0]
        server.route(path, _asked(route) if callable(route) else _answer(route))


def _asked(route: Callable[[Asked], FakeResponse | SourceError]) -> Callable[[Request], Answer]:
    return lambda request: _answer(
        route(
            Asked(request.method, f"https:/{request.path}?{urlencode(request.query)}", None, None, False, request.form)
        )
    )


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def test_listed_fetched_and_not_fetched_again(case: Case, server: Replay, fetcher: PoliteFetcher) -> None:
    _serve(server, case.site())
    through: Fetcher = Rerouted(fetcher, server)
    source = source_of(case.kind)
    options = source.check(case.target, case.options)
    listing = source.list(options, {}, through, case.now)
    assert sorted(item.key for item in listing.items) == sorted(case.keys)
    item = next(item for item in listing.items if item.key == case.keys[0])
    fetched = source.fetch(item, options, Known(), through)
    assert (fetched.data or b"").startswith(case.fetched)
    again = source.fetch(item, options, Known(fetched.etag, fetched.modified), through)
    assert again.data is None


def test_documents_that_break_off_lead_in_circles_or_are_busy(
    case: Case, server: Replay, make: Callable[..., PoliteFetcher]
) -> None:
    site = case.site()
    _serve(server, site)
    through: Fetcher = Rerouted(make(tries=1), server)
    source = source_of(case.kind)
    options = source.check(case.target, case.options)
    item = next(i for i in source.list(options, {}, through, case.now).items if i.key == case.keys[0])
    documents = [url for url in site.routes if not url.startswith(case.lists)]
    for bad in (
        Answer(b"<?xml version='1.0'?><html>" + b"x" * 5000, cut=900, type="application/xml"),
        Answer(b"PK\x03\x04" + b"x" * 5000, length=90_000),
        Answer(b"busy", status=429, headers={"Retry-After": "3600"}),
        Answer(b"", status=202, headers={"x-amzn-waf-action": "challenge"}),
        Answer(b"gone", status=410),
    ):
        for url in documents:
            server.route("/" + url.partition("://")[2], bad)
        with pytest.raises(SourceError):
            source.fetch(item, options, Known(), through)
    for url in documents:
        path = "/" + urlsplit(url).netloc + urlsplit(url).path
        server.route("/" + url.partition("://")[2], redirect(server.url(path + "?round=1")))
        server.route(path + "?round=1", redirect(server.url(path + "?round=2")))
        server.route(path + "?round=2", redirect(server.url(path + "?round=1")))
    with pytest.raises(SourceError, match=r"circle|there"):
        source.fetch(item, options, Known(), through)


def test_a_list_that_is_busy_says_when_to_come_again(
    case: Case, server: Replay, make: Callable[..., PoliteFetcher]
) -> None:
    site = case.site()
    for url in [each for each in site.routes if each.startswith(case.lists)]:
        server.route("/" + url.partition("://")[2], Answer(b"busy", status=503, headers={"Retry-After": "600"}))
    source = source_of(case.kind)
    with pytest.raises(SourceError) as caught:
        source.list(
            source.check(case.target, case.options), {"since": "2031-03-03"}, Rerouted(make(tries=1), server), case.now
        )
    assert caught.value.retry_after == 600.0
