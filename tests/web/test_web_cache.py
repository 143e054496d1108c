"""What is remembered of the register is true: until somebody writes, from whatever process."""

from __future__ import annotations

import gc
import os
import pickle
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dutybook.errors import BadRequest, MissingExtra, NotFound
from dutybook.searching import Filters, Page
from dutybook.store import Register
from dutybook.web.access import Access
from dutybook.web.app import create_app
from dutybook.web.registers import AnswerCache, Registers, SearchPool
from dutybook.web.settings import Settings


def test_made_once_until_forgotten() -> None:
    kept, made = AnswerCache(), []
    ask = lambda key: kept.once(key, lambda: made.append(key) or len(made))  # noqa: E731
    assert [ask("a"), ask("a"), ask("b"), ask("a")] == [1, 1, 2, 1]
    kept.forget()
    assert ask("a") == 3


def test_the_least_lately_asked_is_dropped() -> None:
    kept, made = AnswerCache(most=2), []
    for key in "abacab":
        kept.once(key, lambda key=key: made.append(key))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]


def test_what_fails_is_asked_again() -> None:
    kept = AnswerCache()
    with pytest.raises(ZeroDivisionError):
        kept.once("a", lambda: 1 / 0)
    assert kept.once("a", lambda: 1) == 1


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    kept, begun, go, made = AnswerCache(), threading.Event(), threading.Event(), []

    def slow() -> str:
        made.append(1)
        begun.set()
        go.wait(5)
        return "slow"

    got: list[str] = []
    threads = [threading.Thread(target=lambda: got.append(kept.once("a", slow))) for _ in range(2)]
    threads[0].start()
    begun.wait(5)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join(5)
    assert (got, len(made)) == (["slow", "slow"], 1)


def test_what_is_being_made_while_somebody_writes_is_not_kept() -> None:
    kept = AnswerCache()

    def while_written() -> str:
        kept.forget()
        return "old"

    assert kept.once("a", while_written) == "old"
    assert kept.once("a", lambda: "new") == "new"


def test_a_write_of_another_connection_is_seen(database: Path) -> None:
    registers = Registers(database)

    def number() -> int:
        with registers.reading() as register:
            return registers.once(
                "documents", lambda: register._connection.execute("SELECT count(*) FROM documents").fetchone()[0]
            )

    before = number()
    with sqlite3.connect(database) as other:
        other.execute("PRAGMA foreign_keys = OFF")
        other.execute("DELETE FROM documents WHERE id = (SELECT min(id) FROM documents)")
    assert number() == before - 1


def test_a_thread_that_comes_later_reads_what_was_written_before(database: Path) -> None:
    registers = Registers(database)

    def title() -> str:
        with registers.reading() as register:
            sql = "SELECT max(title) FROM documents"
            return str(registers.once("title", lambda: register._connection.execute(sql).fetchone()[0]))

    title()
    with sqlite3.connect(database) as other:
        other.execute("UPDATE documents SET title = 'zzz'")
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(title()))
    thread.start()
    thread.join()
    assert seen == ["zzz"]


@pytest.mark.parametrize("processes", [0, 1])
def test_searching_here_or_in_a_process_finds_the_same(database: Path, processes: int) -> None:
    from dutybook.searching import page

    registers = Registers(database)
    finder = SearchPool(registers, processes)
    try:
        with registers.reading() as register:
            for words in ("", "shall"):
                filters = Filters(words=words)
                wanted = page(register, filters, limit=5, reader="en", facets=("modality", "work"))
                found = finder.page(register, filters, limit=5, reader="en", facets=("modality", "work"))
                assert found == wanted
                assert finder.page(register, filters, limit=5, reader="en", facets=("modality", "work")) is found
    finally:
        finder.close()


def test_what_a_search_process_cannot_do_is_said_and_it_goes_on(database: Path) -> None:
    finder = SearchPool(Registers(database), 1)
    try:
        with finder._registers.reading() as register:
            for semantic in ("only", "nonsense"):
                with pytest.raises((BadRequest, NotFound)) as raised:
                    finder.page(register, Filters(words="shall"), limit=5, semantic=semantic)
                assert str(raised.value)
            assert finder._pool is not None
            assert finder.page(register, Filters(words="shall"), limit=5).hits
    finally:
        finder.close()


def test_a_missing_part_is_told_from_one_process_to_another() -> None:
    error = MissingExtra("search by meaning", "semantic")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_long_pages_are_not_remembered(database: Path) -> None:
    registers = Registers(database)
    finder = SearchPool(registers)
    with registers.reading() as register:
        for limit, same in ((50, True), (200, False)):
            found = finder.page(register, Filters(), limit=limit)
            assert (finder.page(register, Filters(), limit=limit) is found) is same


@pytest.mark.parametrize("address", ["/api/v1/norms?words=shall&facet=modality", "/api/v1/facets?words=shall"])
def test_programs_search_where_pages_do(client: TestClient, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    finder: SearchPool = client.app.state.search_pool  # type: ignore[attr-defined]
    asked: list[Filters] = []
    page = finder.page

    def seen(register: Register, filters: Filters, **more: Any) -> Page:
        asked.append(filters)
        return page(register, filters, **more)

    monkeypatch.setattr(finder, "page", seen)
    assert client.get(address).json()["total"]
    assert [filters.words for filters in asked] == ["shall"]


def test_a_search_process_that_dies_is_replaced(database: Path) -> None:
    registers = Registers(database)
    finder = SearchPool(registers, 1)
    try:
        with registers.reading() as register:
            first = finder.page(register, Filters(), limit=5)
            assert finder._pool is not None
            for process in finder._pool._processes.values():
                process.kill()
                process.join()
            assert finder.page(register, Filters(), limit=4).hits == first.hits[:4]
            assert finder.page(register, Filters(), limit=3).hits == first.hits[:3]
    finally:
        finder.close()


def test_pages_change_with_the_register(database: Path, access: Access) -> None:
    app = create_app(Settings(database, "anna", Path.cwd()), access)
    with TestClient(app, base_url="http://127.0.0.1:8765", headers={"accept-language": "en"}) as client:
        client.get(f"/enter?key={access.key}")
        first = client.get("/search")
        assert "Zzz quay" not in first.text
        with sqlite3.connect(database) as other:
            other.execute("UPDATE documents SET title = 'Zzz quay'")
        assert "Zzz quay" in client.get("/search").text


@pytest.mark.sqlite_only
@pytest.mark.skipif(sys.platform != "linux", reason="open files are listed in /proc")
def test_what_a_thread_opened_is_closed_with_it(database: Path) -> None:
    registers = Registers(database)

    def read() -> None:
        with registers.reading() as register:
            register.number(Filters())

    def opened() -> int:
        names = (Path("/proc/self/fd", number) for number in os.listdir("/proc/self/fd"))
        return sum(name.exists() and os.readlink(name).startswith(str(database)) for name in names)

    # A connection refers to itself, so that only a search for garbage would find it.
    gc.disable()
    try:
        before = opened()
        for _ in range(3):
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()
        assert opened() == before
    finally:
        gc.enable()
