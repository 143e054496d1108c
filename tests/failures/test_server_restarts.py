"""The server is stopped, or breaks down, and starts again while documents are read and people work: they go on, or are told why not."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from wire import Wire

import postgres_server
from dutybook.database_address import Address
from dutybook.pipeline import batch
from dutybook.store import open_register
from dutybook.store.judgements import reviews

pytest.importorskip("fastapi", reason="the extra web is not installed")
from starlette.testclient import TestClient

from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

Read = Callable[..., batch.IngestReport]


@pytest.fixture(scope="module")
def server() -> Iterator[postgres_server.Server]:
    with postgres_server.own_server() as running:
        yield running


@pytest.fixture
def address(
    server: postgres_server.Server, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Address:
    """A new database of the server."""
    monkeypatch.setenv("DUTYBOOK_FILES", str(tmp_path / "beside"))
    import psycopg

    name = f"restarts_{abs(hash(request.node.name))}"
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return Address(server.address(name))


def restart(server: postgres_server.Server, mode: str) -> None:
    server.stop(mode)
    server.start()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_an_ingest_goes_on(
    server: postgres_server.Server, address: Address, read: Read, content: Callable[[Any], None], mode: str
) -> None:
    threads: list[threading.Thread] = []

    def look(step: batch.Progress) -> None:
        if step.done == 2:
            threads.append(threading.Thread(target=restart, args=(server, mode)))
            threads[0].start()

    report = read(address, progress=look)
    threads[0].join()
    assert (report.read, report.exit_code) == (6, 0)
    content(address)


@contextmanager
def browser(database: Address) -> Iterator[TestClient]:
    """Somebody who uses the register in a browser."""
    access = Access()
    app = create_app(Settings(database, "anna", Path.cwd()), access)
    with TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False) as client:
        assert client.get(f"/enter?key={access.key}").status_code == 303
        yield client


def test_people_are_told_and_go_on(server: postgres_server.Server, address: Address, read: Read) -> None:
    read(address)
    seen: set[int] = set()
    done = threading.Event()
    with browser(address) as client:

        def look() -> None:
            while not done.is_set():
                seen.add(client.get("/search?words=harbour1").status_code)

        others = threading.Thread(target=look)
        others.start()
        server.stop("immediate")
        try:
            answer = client.get("/search?words=quay2")
            assert answer.status_code == 503
            assert "does not answer" in answer.text
            answer = client.get("/api/v1/norms")
            assert (answer.status_code, answer.json()["status"]) == (503, 503)
            assert int(answer.headers["retry-after"]) > 0
        finally:
            server.start()
            done.set()
            others.join()
        assert [client.get(f"/search?words={word}").status_code for word in ("harbour1", "quay2")] == [200, 200]
    assert seen <= {200, 503}
    with open_register(address) as register:
        assert register.check() == []


def test_a_request_in_whose_middle_the_connection_goes(address: Address, read: Read) -> None:
    read(address)
    with open_register(address, read_only=True) as register:
        norm = next(iter(register.norms())).id
    with Wire(address) as wire, browser(Address(wire.address)) as client:
        # Between questions it is made anew, unseen.
        wire.cut()
        assert "harbour1" in client.get("/search?words=harbour1").text
        page = client.get(f"/norms/{norm}").text
        form = dict(re.findall(r'<input type="hidden" name="(token|since)" value="([^"]*)"', page))
        form |= {"owner": "berta"}
        wire.cut_at(b"COMMIT")
        answer = client.post(f"/norms/{norm}/review", data=form)
        assert answer.status_code == 503
        assert "What was stored before is safe" in answer.text
        # The same form again, whose answer alone is lost: the server knows that it was stored.
        wire.cut_at(b"COMMIT", answered=True)
        assert client.post(f"/norms/{norm}/review", data=form).status_code == 303
        assert "berta" in client.get(f"/norms/{norm}").text
        assert wire.cuts == 3
    with open_register(address) as register:
        assert [entry.new for entry in reviews.read_history(register) if entry.field == "owner"] == ["berta"]
        assert register.check() == []
