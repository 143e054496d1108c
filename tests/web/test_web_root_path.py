"""Below a path of another site: every address that goes out stands below it, whoever wrote the page."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.testclient import TestClient
from web_office import Office, hidden, sign_in

from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.middleware import RootPathMiddleware
from dutybook.web.settings import Settings

ROOT = "/dutybook"
LEADING = re.compile(
    r"\s(href|src|srcset|action|formaction|poster|xlink:href|hx-[\w-]+|data-(?:url|address|src|href))=[\"']([^\"']*)[\"']"
)
#: Values of these that are no addresses.
PLAIN = {"hx-target", "hx-select", "hx-swap", "hx-trigger", "hx-vals", "hx-indicator", "hx-include", "hx-sync"}


@pytest.fixture
def below(database: Path, access: Access) -> Iterator[TestClient]:
    app = create_app(Settings(database, "anna", Path.cwd(), root_path=ROOT), access)
    with TestClient(
        app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"}, follow_redirects=False
    ) as client:
        entered = client.get(f"{ROOT}/enter?key={access.key}")
        assert entered.headers["location"] == f"{ROOT}/"
        yield client


def addresses(text: str, page: str) -> list[str]:
    found = []
    for name, value in LEADING.findall(text):
        if name in PLAIN or value.startswith("#") or value in ("true", "false"):
            continue
        # "?at=…" is of the page itself.
        value = urljoin(page, value)
        assert value.startswith(f"{ROOT}/"), (name, value)
        assert not value.startswith(f"{ROOT}{ROOT}"), (name, value)
        found.append(html.unescape(value))
    return found


def test_every_page_leads_to_others_below(below: TestClient) -> None:
    pending, seen = [f"{ROOT}/"], set()
    kinds: Counter[str] = Counter()
    while pending:
        address = pending.pop(0)
        kind = re.sub(r"/[0-9a-f]{12,}|%[0-9A-F]{2}.*|/\d+", "/*", address.partition("?")[0])
        # Of each kind of page a few: they have the same templates.
        if address in seen or kinds[kind] >= 6:
            continue
        seen.add(address)
        kinds[kind] += 1
        if "/export/" in address or address.endswith(".png"):
            continue
        answer = below.get(address)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith(f"{ROOT}/"), address
            continue
        assert answer.status_code in (200, 404, 405), (address, answer.status_code)
        if answer.headers["content-type"].startswith(("text/html", "image/svg")):
            pending += addresses(answer.text, address)
    assert {f"{ROOT}/", f"{ROOT}/acts", f"{ROOT}/norms/*", f"{ROOT}/static/app.css", f"{ROOT}/account"} <= set(kinds)


def test_a_proxy_may_take_the_path_away_itself(below: TestClient) -> None:
    assert below.get("/acts").text == below.get(f"{ROOT}/acts").text
    assert below.get(ROOT).text == below.get(f"{ROOT}/").text
    assert below.get("/dutybooks").status_code == 404


def test_a_form_works_below(database: Path) -> None:
    office = Office(database, root_path=ROOT)
    office.account("Emil", "editor")
    browser = office.browser()
    away = browser.get(f"{ROOT}/acts?words=x")
    assert away.headers["location"] == f"{ROOT}/sign-in?next=%2Facts%3Fwords%3Dx"
    # A cookie of its own, where several are below one host.
    answer = sign_in(browser, "Emil", next="/acts?words=x")
    assert answer.headers["location"] == f"{ROOT}/acts?words=x"
    assert "dutybook-dutybook" in browser.cookies
    assert browser.get("/", headers={"hx-request": "1", "cookie": ""}).headers["hx-redirect"] == f"{ROOT}/sign-in"


def test_addresses_in_answers_of_the_api_lead_below(below: TestClient) -> None:
    answer = below.get(f"{ROOT}/api/v1/norms?limit=1")
    following = answer.json()["next"]
    assert following.startswith(f"{ROOT}/api/v1/norms?")
    assert f"<{following}>" in answer.headers["link"]
    assert below.get(following).status_code == 200


def test_a_feed_s_address_is_whole(below: TestClient) -> None:
    made = below.post(f"{ROOT}/calendar/feed", data=hidden(below.get(f"{ROOT}/calendar").text)).text
    assert f">http://127.0.0.1:8765{ROOT}/feeds/calendar.ics?" in made


@pytest.fixture
def anything() -> TestClient:
    answers = {
        "/html": HTMLResponse(
            '<a href="/x">/y href="/z"</a><form action=\'/x\'><img src="//other/x"><i data-url="/x" data-key="/">'
            '<meta http-equiv="refresh" content="2; url=/x"><p title="href=&#34;/x&#34;"><a href="https://other/x"><a href="x">'
        ),
        "/json": JSONResponse({"next": "/x", "html": ' href="/x"'}),
        "/away": RedirectResponse("https://other.example/x"),
        "/own": RedirectResponse("http://h/x?y=1"),
        "/there": RedirectResponse("http://h/dutybook/x"),
        "/link": Response(
            "", headers={"link": "</x>; rel=next, </dutybook/y>; rel=prev", "hx-push-url": "/x", "hx-location": "/x"}
        ),
    }

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        await answers[scope["path"]](scope, receive, send)

    return TestClient(RootPathMiddleware(app, ROOT), base_url="http://h", follow_redirects=False)


def test_only_addresses_are_rewritten(anything: TestClient) -> None:
    text = anything.get("/dutybook/html").text
    assert text.count("/dutybook/") == 5
    for kept in ('src="//other/x"', 'data-key="/"', 'title="href=&#34;/x&#34;"', 'href="https://other/x"', 'href="x"'):
        assert kept in text
    assert anything.get("/json").json()["html"] == ' href="/x"'


def test_headers_lead_below_too(anything: TestClient) -> None:
    assert anything.get("/away").headers["location"] == "https://other.example/x"
    assert anything.get("/own").headers["location"] == "http://h/dutybook/x?y=1"
    assert anything.get("/there").headers["location"] == "http://h/dutybook/x"
    headers = anything.get("/link").headers
    assert [headers[name] for name in ("link", "hx-push-url", "hx-location")] == [
        *("</dutybook/x>; rel=next, </dutybook/y>; rel=prev", "/dutybook/x", "/dutybook/x")
    ]
