"""Where several people work, no page, answer of the API, export or message names a folder of the server."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.testclient import TestClient
from web_office import Office

from dutybook.alerts.collection import collect
from dutybook.alerts.management import Wanted, add
from dutybook.alerts.settings import parse_kinds
from dutybook.export import known_formats
from dutybook.store import Filters, open_register
from dutybook.store.folders import hide_folder, hide_folder_in

#: Pages of each kind that a walk opens.
EACH = 2
#: Formats that name acts and no files.
NO_FILES = (".ics", ".soa.xlsx", ".ttl")
FORMATS = [name for name in known_formats() if name not in (".pdf", ".docx")]


@pytest.fixture
def office(database: Path, tmp_path: Path) -> Office:
    """Anna reads; every document was read from a folder of the server, some inside of an archive."""
    law = tmp_path / "law" / "of the house"
    with sqlite3.connect(database) as connection:
        connection.execute(
            "UPDATE documents SET source = ? || '/' || source WHERE source NOT LIKE '%://%'", (str(law),)
        )
        archived = f"{law}/archive.zip!/inner/act.html"
        connection.execute(
            "UPDATE documents SET source = ? WHERE id = (SELECT min(id) FROM documents WHERE status = 'read')",
            (archived,),
        )
        reason = f"the file {law}/broken.pdf is damaged"
        connection.execute(
            "UPDATE documents SET source = ?, reason = ?, reasons = replace(reasons, 'no page tree', ?)"
            " WHERE status = 'unreadable'",
            (f"{law}/broken.pdf", reason, reason),
        )
    connection.close()
    with open_register(database) as register:
        wanted = Wanted(
            name="all",
            to=(f"file:{tmp_path / 'told.jsonl'}",),
            filters=Filters(),
            every="now",
            kinds=parse_kinds(["all"]),
        )
        add(register, wanted, now=datetime(2031, 1, 1, tzinfo=UTC))
        collect(register, now=datetime(2031, 5, 6, tzinfo=UTC))
    made = Office(database, watch_roots=(tmp_path,))
    for name, role in (("Anna", "reader"), ("Emil", "editor"), ("Ada", "admin")):
        made.account(name, role)
    return made


@pytest.fixture
def secret(tmp_path: Path) -> tuple[str, ...]:
    return (str(tmp_path), str(tmp_path.parent), str(Path.home()) + "/", str(Path.cwd()), "/site-packages")


def texts(answer: Any) -> Iterator[str]:
    """The content of an answer, that of archives unpacked, and its headers."""
    yield str(answer.headers)
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
    else:
        yield unescape(answer.content.decode("utf-8", "replace"))


def check(answer: Any, secret: tuple[str, ...]) -> None:
    for text in texts(answer):
        for one in secret:
            at = text.find(one)
            assert at < 0, f"{answer.request.url}: …{text[max(0, at - 80) : at + 120]}…"


def kinds_of(path: str) -> set[str]:
    """What a link is an example of: its page, and its page with each parameter. Pages with several are too many to count as kinds."""
    page, _, query = re.sub(r"[0-9a-f]{10,}|\d+", "#", path).partition("?")
    return {page, *(f"{page}?{name}" for name, _ in parse_qsl(query, keep_blank_values=True))}


def test_pages(office: Office, secret: tuple[str, ...]) -> None:
    """Some pages of each kind that links lead to."""
    reader = office.signed_in("Anna")
    waiting, seen, kinds = (
        ["/", "/about", "/documents", "/alerts", "/watches", "/news", "/changes"],
        set[str](),
        Counter[str](),
    )
    while waiting:
        path = waiting.pop(0)
        if path in seen or all(kinds[kind] >= EACH for kind in kinds_of(path)):
            continue
        seen.add(path)
        kinds.update(kinds_of(path))
        answer = reader.get(path)
        check(answer, secret)
        if "text/html" in answer.headers.get("content-type", ""):
            found = re.findall(r'(?:href|hx-get|src)="(/[^"#]*)', answer.text)
            waiting += [
                unescape(link) for link in found if not link.startswith(("/static", "/export", "//", "/language"))
            ]
    assert len(kinds) > 15, kinds
    assert {"/documents/#", "/norms/#"} <= kinds.keys()


@pytest.mark.parametrize("ending", FORMATS)
def test_exports(office: Office, secret: tuple[str, ...], ending: str) -> None:
    reader = office.signed_in("Anna")
    answer = reader.get(f"/export/register{ending}", follow_redirects=True)
    assert answer.status_code == 200, answer.text[:300]
    check(answer, secret)
    assert ending in NO_FILES or any(re.search(r"\w\.(pdf|html|txt)", text) for text in texts(answer))


def api_answers(client: TestClient) -> Iterator[Any]:
    """Answers of all reading operations, to good requests and to bad ones."""
    ids = {
        "documents": [one["id"] for one in client.get("/api/v1/documents").json()["items"]],
        "norms": [one["id"] for one in client.get("/api/v1/norms").json()["items"]][:5],
        "works": [one["id"] for one in client.get("/api/v1/acts").json()["items"]],
    }
    described = client.get("/api/v1/openapi.json").json()
    for path, operations in described["paths"].items():
        if "get" not in operations:
            continue
        kind = next((part for part in path.split("/") if part in ids), "")
        for one in [*ids.get(kind, []), "x"] if "{" in path else [""]:
            address = re.sub(r"\{\w+\}", one, path)
            yield client.get(address if address.startswith("/api") else f"/api/v1{address}")
        names = [p["name"] for p in operations["get"].get("parameters", ()) if p.get("in") == "query"]
        for name in names:
            yield client.get(
                re.sub(r"\{\w+\}", "x", path if path.startswith("/api") else f"/api/v1{path}"), params={name: "../\x01"}
            )


def test_answers_of_the_api(office: Office, secret: tuple[str, ...]) -> None:
    answers = list(api_answers(office.signed_in("Anna")))
    for answer in answers:
        check(answer, secret)
    assert sum(answer.status_code == 200 for answer in answers) > 20
    assert sum(answer.status_code >= 400 for answer in answers) > 20


@pytest.mark.parametrize("damage", ["removed", "overwritten", "replaced by a folder"])
def test_a_register_that_fails(office: Office, secret: tuple[str, ...], database: Path, damage: str) -> None:
    """Not even what a broken register is answered with names its place."""
    reader = office.signed_in("Anna")
    for path in (database, database.with_name(database.name + "-wal"), database.with_name(database.name + "-shm")):
        path.unlink(missing_ok=True)
    if damage == "overwritten":
        database.write_bytes(b"no database at all" * 100)
    elif damage != "removed":
        database.mkdir()
    for path in ("/", "/documents", "/about", "/api/v1/norms", "/api/v1/documents", "/export/register.csv"):
        answer = reader.get(path, follow_redirects=True)
        assert answer.status_code >= 400, path
        check(answer, secret)


def test_who_works_alone_sees_where_files_are(client: TestClient, database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE documents SET source = '/home/x/law/a.html' WHERE status = 'read'")
    connection.close()
    documents = client.get("/api/v1/documents").json()["items"]
    assert "/home/x/law/a.html" in {one["source"] for one in documents}


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("/home/x/law/a.pdf", "a.pdf"),
        ("/home/x/law/a.zip!/inner/b.pdf", "a.zip!/inner/b.pdf"),
        ("C:\\law\\a.pdf", "a.pdf"),
        ("\\\\server\\law\\a.pdf", "a.pdf"),
        ("law/a.pdf", "law/a.pdf"),
        ("https://example.org/x/a.pdf", "https://example.org/x/a.pdf"),
        ("", ""),
    ],
)
def test_what_is_left_of_a_path(source: str, shown: str) -> None:
    assert hide_folder(source) == shown


def test_what_is_left_of_a_path_in_a_sentence() -> None:
    assert hide_folder_in("the file /law/of us/a.pdf ends early", "/law/of us/a.pdf") == "the file a.pdf ends early"
    assert hide_folder_in("and/or", "a.pdf") == "and/or"
