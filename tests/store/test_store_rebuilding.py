"""Derived rows are made anew for a whole register: whole or not at all for who reads, resumed, and shared by processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.records import Work
from dutybook.store import open_register
from dutybook.store.documents import writer
from dutybook.store.maintenance import rebuilding
from dutybook.store.maintenance.rebuilding import Part


def fill(path: Path, works: int) -> None:
    with open_register(path) as register:
        for number in range(works):
            act = Work(f"3203{number:02}R0001", "regulation", "EU", None, f"Act {number}", None)
            norm = N(f"Operator {number} shall wait.", bearer="Operator")
            register.add(make_analysis([norm], salt=str(number), work=act, source=f"{number}.txt"))


def test_a_new_register_has_nothing_to_make(tmp_path: Path) -> None:
    fill(tmp_path / "a.db", 1)
    with open_register(tmp_path / "a.db", read_only=True) as register:
        assert rebuilding.stale(register._connection) == ()
        kept = dict(register._connection.execute("SELECT key, value FROM meta"))
        assert set(kept) - {"register_id"} == {f"made:{part.name}" for part in rebuilding.parts()}


def test_a_new_step_runs_for_all_works_when_the_register_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path / "a.db", 5)
    seen: list[str] = []

    def count(connection: sqlite3.Connection, works: Iterable[str]) -> None:
        seen.extend(works)

    monkeypatch.setattr(writer, "STEPS", (*writer.STEPS, count))
    # Opened for reading only: what is missing is made first.
    with open_register(tmp_path / "a.db", read_only=True) as register:
        assert register.read_only
    assert seen == [f"3203{number:02}R0001" for number in range(5)]
    with open_register(tmp_path / "a.db"):
        assert len(seen) == 5


def test_what_is_cut_off_is_taken_up_where_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "a.db", 6)
    made: list[str] = []

    def step(connection: sqlite3.Connection, units: Sequence[str]) -> None:
        if len(made) == 4 and units and not broken:
            broken.append(1)
            raise RuntimeError("the power is gone")
        made.extend(units)

    broken: list[int] = []
    part = Part("test", "2", rebuilding.WORKS, step)
    monkeypatch.setattr(rebuilding, "_UNITS", 2)
    monkeypatch.setattr(rebuilding, "parts", lambda: (part,))
    with pytest.raises(RuntimeError, match="power"):
        open_register(tmp_path / "a.db")
    monkeypatch.setattr(rebuilding, "parts", lambda: ())
    with open_register(tmp_path / "a.db", read_only=True) as register:
        noted = register._connection.execute("SELECT key FROM meta WHERE key IN ('making:test', 'made:test')")
        assert noted.fetchall() == [("making:test",)]
    monkeypatch.setattr(rebuilding, "parts", lambda: (part,))
    with open_register(tmp_path / "a.db") as register:
        assert rebuilding.stale(register._connection) == ()
    assert len(made) == len(set(made)) == 6


def test_what_builds_on_a_part_is_made_anew_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "a.db", 2)
    calls: list[str] = []

    def maker(name: str) -> object:
        return lambda _connection, units: calls.extend(f"{name}{len(units)}" for _ in units)

    def three(version: str) -> tuple[Part, ...]:
        versions = {"a": "1", "b": version, "c": "1"}
        return tuple(Part(n, v, rebuilding.DOCUMENTS, maker(n)) for n, v in versions.items())  # type: ignore[arg-type]

    with open_register(tmp_path / "a.db") as register:
        monkeypatch.setattr(rebuilding, "parts", lambda: three("1"))
        assert rebuilding.rebuild(register._connection)
        assert not rebuilding.rebuild(register._connection)
        assert calls == ["a1"] * 2 + ["b1"] * 2 + ["c1"] * 2
        monkeypatch.setattr(rebuilding, "parts", lambda: three("2"))
        assert [part.name for part in rebuilding.stale(register._connection)] == ["b", "c"]
        assert rebuilding.rebuild(register._connection)
        assert calls[6:] == ["b1"] * 2 + ["c1"] * 2


def test_two_processes_share_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path / "a.db", 9)
    made: list[str] = []
    part = Part("test", "2", rebuilding.WORKS, lambda _connection, units: made.extend(units))
    with open_register(tmp_path / "a.db") as one, open_register(tmp_path / "a.db") as other:
        monkeypatch.setattr(rebuilding, "parts", lambda: (part,))
        monkeypatch.setattr(rebuilding, "_UNITS", 3)
        both: list[bool] = []

        def meanwhile(_name: str, _done: int) -> None:
            if not both:
                both.append(True)
                assert rebuilding.rebuild(other._connection)

        assert rebuilding.rebuild(one._connection, meanwhile)
    assert len(made) == len(set(made)) == 9
