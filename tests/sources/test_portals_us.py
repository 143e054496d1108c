"""The Federal Register: searches, pages and their window, formats."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from portal_cases import FR, federal_register, fr_document, fr_page
from portal_fakes import Asked, FakeResponse, Site

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import federal_register as module
from dutybook.ingest.sources import federal_register as search
from dutybook.ingest.sources.interface import Known, Listing

NOW = datetime(2031, 4, 1, 12, tzinfo=UTC)
LIST = f"{FR}/api/v1/documents.json"
SOURCE = module.SOURCE


def _list(site: Site, target: str = "all", cursor: dict[str, Any] | None = None, **options: Any) -> Listing:
    return SOURCE.list(SOURCE.check(target, options), cursor or {}, site, NOW)


def _json(text: str) -> FakeResponse:
    return FakeResponse(text, type="application/json; charset=utf-8")


class Api:
    """The API over some documents: a page at a time, oldest first, nothing behind the window, 404 where there is nothing."""

    def __init__(self, documents: list[dict[str, Any]], window: int = 2_000) -> None:
        self.documents = sorted(documents, key=lambda d: (d["publication_date"], d["document_number"]))
        self.window = window

    def __call__(self, asked: Asked) -> FakeResponse | SourceError:
        query = dict(parse_qsl(urlsplit(asked.url).query))
        since, page, size = (
            query["conditions[publication_date][gte]"],
            int(query.get("page", "1")),
            int(query["per_page"]),
        )
        assert query["order"] == "oldest"
        found = [d for d in self.documents if d["publication_date"] >= since]
        if page * size > self.window:
            return SourceError(f"{asked.url} does not answer as asked [400]", lasting=True)
        part = found[(page - 1) * size : page * size]
        if not found:
            return SourceError(f"{asked.url} is not there (any more). Check the address [404]", lasting=True)
        base = "&".join(f"{k}={v}" for k, v in query.items() if k != "page")
        following = f"{LIST}?{base}&page={page + 1}" if page * size < len(found) else None
        return _json(fr_page(part, following, len(found)))


def test_the_search_says_all_that_is_wanted() -> None:
    site = federal_register()
    _list(
        site,
        'harbor "depth"',
        agencies="Bureau of Harbors,coast-guard",
        type="rule,proposed",
        cfr="51 CFR 77",
        **{"from": "2031-03-01"},
    )
    query = parse_qsl(urlsplit(site.log[0].url).query)
    assert ("conditions[term]", 'harbor "depth"') in query
    assert [v for k, v in query if k == "conditions[agencies][]"] == ["bureau-of-harbors", "coast-guard"]
    assert [v for k, v in query if k == "conditions[type][]"] == ["RULE", "PRORULE"]
    assert ("conditions[cfr][title]", "51") in query
    assert ("conditions[cfr][part]", "77") in query
    assert ("conditions[publication_date][gte]", "2031-03-01") in query
    assert ("fields[]", "full_text_xml_url") in query
    assert not site.log[0].robots


def test_a_search_of_the_user_stays_one_value() -> None:
    site = federal_register()
    _list(site, "x&conditions[type][]=NOTICE#&per_page=1")
    query = parse_qsl(urlsplit(site.log[0].url).query)
    assert ("conditions[term]", "x&conditions[type][]=NOTICE#&per_page=1") in query
    assert not [v for k, v in query if k == "conditions[type][]"]


def test_what_a_document_says_of_itself() -> None:
    item = next(i for i in _list(federal_register()).items if i.key == "2031-06431")
    assert item.title == "Depth Reporting by Harbor Operators"
    assert item.published == "2031-03-28"
    assert item.url == f"{FR}/documents/2031/03/28/2031-06431/depth-reporting-by-harbor-operators"
    assert item.stamp == "2031-03-28 xml 0"


def _days(count: int, a_day: int) -> list[dict[str, Any]]:
    start = date(2031, 3, 1)
    return [fr_document(f"2031-{10_000 + n}", (start + timedelta(days=n // a_day)).isoformat()) for n in range(count)]


def test_more_than_the_window_of_the_api_is_listed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_PAGE", 20)
    monkeypatch.setattr(search, "_WINDOW", 100)
    site = Site({LIST: Api(_days(450, 15), window=100)})
    listing = _list(site, limit="5000", **{"from": "2031-03-01"})
    assert len(listing.items) == 450
    assert not listing.problems
    assert listing.cursor == {"since": "2031-03-29"}


def test_more_on_one_day_than_the_window_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_PAGE", 20)
    monkeypatch.setattr(search, "_WINDOW", 100)
    documents = [*_days(150, 150), fr_document("2031-20000", "2031-03-02")]
    listing = _list(Site({LIST: Api(documents, window=100)}), limit="5000", **{"from": "2031-03-01"})
    assert "2031-03-01: there are more documents" in " ".join(listing.problems)
    assert "2031-20000" in {item.key for item in listing.items}


def test_a_cap_goes_on_at_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_PAGE", 20)
    site = Site({LIST: Api(_days(200, 7))})
    found: set[str] = set()
    cursor: dict[str, Any] = {}
    for _ in range(20):
        listing = _list(site, cursor=cursor, limit="40", **{"from": "2031-03-01"})
        found |= {item.key for item in listing.items}
        if dict(listing.cursor) == cursor or not listing.problems:
            break
        cursor = dict(listing.cursor)
    assert len(found) == 200


def test_a_search_without_results_is_empty_and_goes_on() -> None:
    listing = _list(Site({LIST: Api([])}), cursor={"since": "2031-03-20"})
    assert (listing.items, dict(listing.cursor)) == ((), {"since": "2031-03-29"})
    empty = _list(Site({LIST: _json('{"count": 0, "description": "no documents", "total_pages": 0}')}))
    assert not empty.items


def test_a_second_page_that_fails_keeps_the_first_and_the_day() -> None:
    one = fr_document("2031-06431", "2031-03-28")
    following = f"{LIST}?page=2"
    site = Site({LIST: _json(fr_page([one], following)), following: SourceError("does not answer now [502]")})
    listing = _list(site, cursor={"since": "2031-03-20"})
    assert [item.key for item in listing.items] == ["2031-06431"]
    assert listing.cursor == {"since": "2031-03-28"}
    assert "broke off" in listing.problems[0]


@pytest.mark.parametrize(
    "following",
    ["https://evil.example/page2", "http://169.254.169.254/latest", "javascript:alert(1)", "//evil.example/x"],
)
def test_a_next_page_elsewhere_is_not_asked(following: str) -> None:
    site = Site({LIST: _json(fr_page([fr_document("2031-06431", "2031-03-28")], following))})
    listing = _list(site, cursor={"since": "2031-03-20"})
    assert "not followed" in listing.problems[0]
    assert len(site.log) == 1


def test_a_next_page_that_is_this_one_ends() -> None:
    following = f"{LIST}?page=2"
    page = _json(fr_page([fr_document("2031-06431", "2031-03-28")], following))
    listing = _list(Site({LIST: page, following: page}))
    assert "leads back to itself" in listing.problems[0]


def test_the_api_says_what_it_does_not_take() -> None:
    site = Site({LIST: _json(json.dumps({"errors": {"agencies": "harbor is not a valid agency"}}))})
    with pytest.raises(SourceError, match="agencies: harbor is not a valid agency"):
        _list(site)


def test_odd_documents_are_left_out_and_said() -> None:
    odd = [
        {"document_number": None, "title": "?"},
        {"document_number": "../../etc/passwd"},
        fr_document(
            "2031-00001",
            "2031-03-28",
            full_text_xml_url="https://evil.example/x.xml",
            body_html_url=None,
            raw_text_url=None,
            pdf_url=None,
        ),
        fr_document(
            "2031-00002",
            "2031-03-28",
            publication_date="kein Datum",
            title=["no", "text"],
            html_url="javascript:alert(1)",
            agencies=None,
            corrections=None,
        ),
        "no object",
    ]
    listing = _list(Site({LIST: _json(fr_page(odd))}))  # type: ignore[arg-type]
    assert [item.key for item in listing.items] == ["2031-00002"]
    assert listing.items[0].url == f"{FR}/d/2031-00002"
    assert listing.items[0].published is None
    assert len(listing.problems) == 3


def test_the_next_form_is_taken_where_one_is_missing() -> None:
    site = federal_register()
    document = fr_document("2031-06431", "2031-03-28")
    item = next(i for i in _list(site).items if i.key == "2031-06431")
    del site.routes[document["full_text_xml_url"]]
    site.route(
        document["body_html_url"],
        FakeResponse(b"<div class='body-column'><p>A harbor operator must report.</p></div>", type="text/html"),
    )
    assert SOURCE.fetch(item, {}, Known(), site).extension == ".html"
    # A page for people in place of the text: the site asks for a browser.
    site.route(
        document["full_text_xml_url"],
        FakeResponse(b"<!DOCTYPE html><html><head><title>Request Access</title></head></html>", type="text/html"),
    )
    with pytest.raises(SourceError, match="Request Access"):
        SOURCE.fetch(item, {}, Known(), site)
    pdf = SOURCE.check("2031-06431", {"formats": "pdf"})
    site.route(f"{FR}/api/v1/documents/2031-06431.json", _json(json.dumps(document)))
    site.route(document["pdf_url"], FakeResponse(b"%PDF-1.4 ..."))
    one = SOURCE.list(pdf, {}, site, NOW).items[0]
    assert SOURCE.fetch(one, pdf, Known(), site).extension == ".pdf"
    assert site.log[-1].url.startswith("https://www.govinfo.gov/")


def test_a_text_that_comes_later_changes_the_stamp() -> None:
    def stamp(**more: Any) -> str | None:
        return _list(Site({LIST: _json(fr_page([fr_document("2031-06431", "2031-03-28", **more)]))})).items[0].stamp

    assert (
        len({stamp(), stamp(full_text_xml_url=None), stamp(corrections=[f"{FR}/api/v1/documents/C1-2031-06431"])}) == 3
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("agencies", "a/b?c"), ("type", "law"), ("cfr", "part 77"), ("formats", "docx"), ("from", "yesterday")],
)
def test_options_that_cannot_be_meant(name: str, value: str) -> None:
    with pytest.raises(BadRequest):
        SOURCE.check("all", {name: value})
