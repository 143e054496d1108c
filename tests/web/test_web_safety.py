"""Safe by default: who comes in, what a document or another site can do, what every answer says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dutybook.store import open_register
from dutybook.web.access import COOKIE, MAX_BODY, Access
from dutybook.web.drawing import Drawer

PAGES = (
    "/",
    "/acts",
    "/acts/x/changes",
    "/acts/x/timeline.svg",
    "/calendar",
    "/calendar.ics",
    "/news",
    "/documents",
    "/about",
    "/norms/abcd",
    "/documents/x/pages/1.png",
    "/language/de",
)


@pytest.mark.parametrize("path", PAGES)
def test_without_the_link_nothing_is_shown(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "dutybook serve" in answer.text
    assert "Harbour" not in answer.text


def test_a_link_works_once(stranger: TestClient, access: Access) -> None:
    key = access.key
    assert stranger.get("/enter?key=wrong").status_code == 401
    assert stranger.get(f"/enter?key={key}").status_code == 303
    assert access.key != key
    stranger.cookies.clear()
    assert stranger.get(f"/enter?key={key}").status_code == 401
    stranger.cookies.set(COOKIE, "guessed")
    assert stranger.get("/").status_code == 401


def test_the_cookie_is_for_this_site_alone_and_for_no_script(stranger: TestClient, access: Access) -> None:
    said = stranger.get(f"/enter?key={access.key}").headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said


def test_sessions_are_few(access: Access) -> None:
    sessions = [access.enter(access.key) for _ in range(120)]
    assert not access.knows(sessions[0])
    assert access.knows(sessions[-1])
    assert not access.knows(None)
    assert not access.knows("")


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", ""])
def test_a_name_that_somebody_pointed_here_is_not_served(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8765", "127.0.0.1", "[::1]:8765"])
def test_our_own_names_are(client: TestClient, host: str) -> None:
    assert client.get("/about", headers={"host": host}).status_code == 200


def post(client: TestClient, database: Path, data: dict[str, str], **headers: str) -> int:
    with open_register(database, read_only=True) as register:
        norm = register._connection.execute("SELECT id FROM norms LIMIT 1").fetchone()[0]
    return client.post(f"/norms/{norm}/review", data=data, headers=headers).status_code


def test_a_change_needs_the_session_s_own_token(client: TestClient, access: Access, database: Path) -> None:
    session = client.cookies[COOKIE]
    good = access.token(session)
    assert post(client, database, {"owner": "x"}) == 403
    assert post(client, database, {"owner": "x", "token": "0" * 64}) == 403
    assert post(client, database, {"owner": "x", "token": Access().token(session)}) == 403
    assert post(client, database, {"owner": "x", "token": good}, origin="https://evil.example") == 403
    assert post(client, database, {"owner": "x", "token": good}, origin="null") == 403
    with open_register(database, read_only=True) as register:
        assert register._connection.execute("SELECT count(*) FROM reviews").fetchone()[0] == 0
    assert post(client, database, {"owner": "x", "token": good}, origin="http://127.0.0.1:8765") == 303


def test_a_form_is_small(client: TestClient, access: Access, database: Path) -> None:
    token = access.token(client.cookies[COOKIE])
    assert post(client, database, {"token": token, "note": "x" * MAX_BODY}) == 413


def test_every_answer_has_its_headers(client: TestClient, stranger: TestClient) -> None:
    for path in ("/", "/static/app.css", "/nothing", "/enter?key=x"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/").headers["cache-control"] == "no-store"


def test_no_page_has_inline_code_or_anything_from_elsewhere(client: TestClient, database: Path) -> None:
    with open_register(database, read_only=True) as register:
        norms = [row[0] for row in register._connection.execute("SELECT id FROM norms WHERE page IS NOT NULL LIMIT 1")]
    for path in ("/", "/documents", "/about", *(f"/norms/{norm}" for norm in norms)):
        text = client.get(path).text
        assert not re.search(r"<[^<>]*\s(?:style|on\w+)=|<style|=.javascript:", text), path
        for address in re.findall(r'(?:src|href|action)="([^"]*)"', text):
            assert address.startswith(("/", "#")), (path, address)
            assert not address.startswith("//")
        assert re.findall(r"<script[^>]*>([^<]*)</script>", text) == ["", ""], path


def test_what_a_document_says_never_becomes_markup(client: TestClient, database: Path) -> None:
    with open_register(database, read_only=True) as register:
        document, norm = register._connection.execute(
            "SELECT d.id, n.id FROM documents d JOIN norms n ON n.document = d.id WHERE d.source LIKE 'quay<%'"
        ).fetchone()
    paths = (
        "/search?words=alert",
        f"/norms/{norm}",
        f"/documents/{document}",
        "/documents",
        "/search?words=%3Cscript%3Ealert(9)%3C/script%3E",
    )
    for path in paths:
        text = client.get(path).text
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path
        assert "&lt;" in text, path
    # Nor does it become a template.
    assert "{{ 7*7 }}" in client.get(f"/norms/{norm}").text


def test_no_file_but_a_document_s_own_is_shown(client: TestClient, database: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG secret")
    with open_register(database) as register:
        document = register._connection.execute("SELECT id FROM documents WHERE source LIKE '%.en.pdf'").fetchone()[0]
        # The file is another one than was read.
        register._connection.execute("UPDATE documents SET source = ? WHERE id = ?", (str(secret), document))
    answer = client.get(f"/documents/{document}/pages/1.png")
    assert answer.status_code == 404
    assert "changed since it was read" in answer.text
    for number in ("0", "-1", "1e9", "999999999999"):
        assert client.get(f"/documents/{document}/pages/{number}.png").status_code in (404, 422)


@pytest.mark.usefixtures("true_workers")
def test_a_page_that_kills_its_drawer_stops_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from dutybook.errors import NotFound
    from dutybook.web import drawing

    monkeypatch.setattr(drawing, "SECONDS", 0.0)
    drawer = Drawer()
    with pytest.raises(NotFound, match="too long"):
        drawer.page(tmp_path / "x.pdf", "0" * 64, 1)
    monkeypatch.undo()
    with pytest.raises(NotFound, match="no such file"):
        drawer.page(tmp_path / "x.pdf", "0" * 64, 1)
    drawer.close()
