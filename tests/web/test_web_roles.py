"""Every address of the application: none without signing in, none that changes anything for who may only read."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest
from starlette.routing import Mount, Route
from web_office import Office, hidden

#: Who may only read may do this: what is one's own.
OWN = {
    "/export/making/{key}/cancel",
    "/calendar/feed",
    "/account/tokens",
    "/account/tokens/revoke",
    "/account/password",
    "/account/sessions",
    "/account/sign-out",
}
#: What stands open, and changes nothing but who is inside.
OPEN = {"/sign-in", "/join", "/language/{code}", "/static"}
#: What only administrators see.
ADMINISTRATION = {"/people", "/people/log"}
SAFE = {"GET", "HEAD", "OPTIONS"}


def routes(office: Office) -> Iterator[tuple[str, str]]:
    """Methods and paths of all routes, wherever they were included."""
    pending = [(route, "") for route in office.app.routes]
    while pending:
        route, before = pending.pop()
        if isinstance(route, Mount):
            yield "GET", before + route.path
            pending += [(below, before + route.path) for below in route.routes or ()]
        elif isinstance(route, Route) or hasattr(route, "methods"):
            for method in route.methods or ():
                yield method, before + route.path
        else:
            # A router that was included whole.
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            assert inner is not None, f"a route of a kind this test does not know: {route!r}"
            pending += [(below, before + getattr(route, "prefix", "")) for below in inner.routes]


def filled(path: str) -> str:
    """A path with something in its braces."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: "1" if found[1] in ("number", "id") else "x", path)


def dump(path: object) -> list[str]:
    with sqlite3.connect(str(path)) as connection:
        return [line for line in connection.iterdump() if "INSERT INTO" in line and "fts" not in line]


def test_the_walk_finds_what_is_there(office: Office) -> None:
    found = set(routes(office))
    for known in (
        ("GET", "/"),
        ("POST", "/norms/{identity}/review"),
        ("POST", "/people"),
        ("POST", "/account/password"),
        ("POST", "/sign-in"),
        ("GET", "/documents/{identity}/pages/{number}.png"),
    ):
        assert known in found


def test_nothing_is_there_for_who_has_not_signed_in(office: Office) -> None:
    stranger = office.browser()
    for method, path in sorted(routes(office)):
        if path in OPEN:
            continue
        answer = stranger.request(method, filled(path))
        expected = {303, 401} if method in SAFE else {401}
        assert answer.status_code in expected, (method, path, answer.status_code)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in")
        assert "Quay" not in answer.text


def test_who_may_only_read_changes_nothing(office: Office) -> None:
    anna = office.signed_in("Anna")
    token = hidden(anna.get("/account").text)["token"]
    before = dump(office.database)
    refused = []
    for method, path in sorted(routes(office)):
        if method in SAFE or path in OWN | OPEN:
            continue
        headers = {"x-dutybook-token": token, "if-match": "*"}
        if path.startswith("/api/"):
            # Nobody learns from a refusal which parameters and which body the operation takes.
            address = f"{filled(path)}?unknown=1"
            status = anna.request(method, address, headers=headers, content="no JSON").status_code
        else:
            status = anna.request(method, filled(path), headers=headers, data={"token": token}).status_code
        refused.append((status, method, path))
    others = [found for found in refused if found[0] != 403]
    assert others == []
    assert len(refused) > 5
    assert dump(office.database) == before


def test_reading_changes_nothing(office: Office) -> None:
    anna = office.signed_in("Anna")
    before = dump(office.database)
    for method, path in sorted(routes(office)):
        if method == "GET" and path not in OPEN:
            status = anna.get(filled(path)).status_code
            assert status == 403 if path in ADMINISTRATION else status < 500, (path, status)
    assert dump(office.database) == before


@pytest.mark.parametrize("path", sorted(OWN - {"/account/sign-out"}))
def test_one_s_own_is_nobody_else_s(office: Office, path: str) -> None:
    # What everybody may do needs a session and its form all the same.
    anna, emil = office.signed_in("Anna"), office.signed_in("Emil")
    foreign = hidden(emil.get("/account").text)["token"]
    assert anna.post(path, data={"token": foreign}).status_code == 403
    assert anna.post(path).status_code == 403


def test_forms_are_there_for_who_may_use_them(office: Office) -> None:
    norm = re.search(r'href="(/norms/\w+)"', office.signed_in("Anna").get("/search").text)
    assert norm
    for name, sees in (("Anna", False), ("Emil", True)):
        browser = office.signed_in(name)
        for path in (norm[1], "/review"):
            assert ('method="post"' in browser.get(path).text) == sees, (name, path)
    assert 'href="/people"' not in office.signed_in("Emil").get("/account").text
    assert 'href="/people"' in office.signed_in("Ada").get("/account").text
    assert 'value="write"' not in office.signed_in("Anna").get("/account").text
    assert 'value="write"' in office.signed_in("Emil").get("/account").text
