"""Folders: what is new, what has changed, what has gone, what is still being written."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import source_of
from dutybook.ingest.sources.interface import Listing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FOLDER = source_of("folder")


def listed(folder: Path, cursor: Any = None, **options: Any) -> Listing:
    return FOLDER.list(FOLDER.check(str(folder), {"settle": 0.05, **options}), cursor or {}, None, NOW)  # type: ignore[arg-type]


def test_files_are_read_where_they_lie(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.txt", "sub/ä #1.pdf", "sub/order.msg", ".hidden.txt", "tool.exe"):
        (tmp_path / name).write_text("x")
    found = listed(tmp_path)
    assert [(item.key, item.path) for item in found.items] == [
        ("b.txt", str(tmp_path / "b.txt")),
        ("sub/order.msg", str(tmp_path / "sub/order.msg")),
        ("sub/ä #1.pdf", str(tmp_path / "sub/ä #1.pdf")),
    ]
    assert found.items[2].url.endswith("/sub/%C3%A4%20%231.pdf")
    assert found.complete


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("one")
    first = listed(tmp_path)
    assert listed(tmp_path, first.cursor).items == first.items
    os.utime(file, ns=(1, 1))
    assert listed(tmp_path, first.cursor).items[0].stamp != first.items[0].stamp


def test_an_empty_folder_and_one_that_is_not_there(tmp_path: Path) -> None:
    assert listed(tmp_path) == Listing((), complete=True)
    options = FOLDER.check(str(tmp_path), {})
    tmp_path.rmdir()
    with pytest.raises(SourceError, match="disk connected"):
        FOLDER.list(options, {}, None, NOW)  # type: ignore[arg-type]


def test_nothing_waits_for_files_that_were_seen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    cursor = listed(tmp_path).cursor
    began = time.monotonic()
    listed(tmp_path, cursor, settle=20)
    assert time.monotonic() - began < 5


def test_a_file_that_is_being_written_waits_for_the_next_run(tmp_path: Path) -> None:
    (tmp_path / "done.txt").write_text("one")
    writing = threading.Event()

    def write() -> None:
        with (tmp_path / "part.txt").open("w") as file:
            while not writing.wait(0.005):
                file.write("more ")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        time.sleep(0.05)
        found = listed(tmp_path)
    finally:
        writing.set()
        writer.join()
    assert [item.key for item in found.items] == ["done.txt"]
    assert "still being written" in found.problems[0]
    assert not found.complete
    after = listed(tmp_path, found.cursor)
    assert [item.key for item in after.items] == ["done.txt", "part.txt"]
    assert after.complete


def test_a_file_that_stops_growing_while_it_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "part.txt"
    file.write_text("one")
    timer = threading.Timer(0.1, lambda: file.write_text("one and two"))
    timer.start()
    found = listed(tmp_path, settle=0.15)
    timer.join()
    assert found.items[0].stamp is not None
    assert found.items[0].stamp.startswith("11-")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    found = listed(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert not found.complete
    assert "cannot be looked into" in found.problems[0]


def test_what_users_give(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    assert FOLDER.check(str(tmp_path), {})["folder"] == str(tmp_path)
    for target, options in (
        (str(file), {}),
        (str(tmp_path / "no"), {}),
        (str(tmp_path), {"settle": "x"}),
        (str(tmp_path), {"a": 1}),
    ):
        with pytest.raises(BadRequest):
            FOLDER.check(target, options)
