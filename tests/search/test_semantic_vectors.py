"""Vectors follow the norms: through second readings, kills, other writers and damaged files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from concepts import Concepts
from hypothesis import given
from hypothesis import strategies as st

from builders import make_analysis
from dutybook.searching import Filters, building, search, vector_index
from dutybook.searching.building import status, update
from dutybook.searching.vector_index import SCALE, from_bytes, to_bytes
from dutybook.store import Register, open_register

TEXTS = [f"Operator {number} shall notify each breach." for number in range(12)]


def numbers(register: Register) -> tuple[int, int, int]:
    return register.vectors.counts()


def test_a_text_is_encoded_once(concepts: Concepts) -> None:
    with open_register() as register:
        register.add(make_analysis(TEXTS), "1")
        assert update(register, concepts) == building.IndexReport(12, 12, False)
        # A copy, a second version with one new norm, and a second reading bring their vectors along.
        register.add(make_analysis(TEXTS, source="copy.txt", salt="copy"), "1")
        register.add(make_analysis([*TEXTS, "A ship shall keep a record."], source="v2.txt", salt="v2"), "1")
        register.add(make_analysis(TEXTS), "2")
        assert numbers(register) == (37, 36, 12)
        assert update(register).encoded == 1
        assert len(concepts.encoded) == 13
        assert update(register) == building.IndexReport(0, 0, False)


def test_vectors_go_with_the_last_norm_that_has_them(concepts: Concepts) -> None:
    with open_register() as register:
        first, copy = make_analysis(TEXTS), make_analysis(TEXTS, source="copy.txt", salt="copy")
        register.add(first, "1")
        register.add(copy, "1")
        update(register, concepts)
        register.remove(first.document.id)
        assert numbers(register) == (12, 12, 12)
        register.remove(copy.document.id)
        assert numbers(register) == (0, 0, 0)


def test_the_heading_is_part_of_the_text(concepts: Concepts) -> None:
    with open_register() as register:
        register.add(make_analysis(["It shall be notified."]), "1")
        update(register, concepts)
    assert concepts.encoded == ["Duties. It shall be notified."]


def test_rebuild_encodes_all_again(concepts: Concepts) -> None:
    with open_register() as register:
        register.add(make_analysis(TEXTS), "1")
        update(register, concepts)
        assert search(register, "breach", semantic="only")
        assert update(register, rebuild=True).encoded == 12
        assert len(search(register, "breach", semantic="only")) == 12
        assert status(register).model == concepts.model


_KILLED = """
import os, signal, sys
sys.path[:0] = {path!r}
from concepts import Concepts
from dutybook.searching import building
from dutybook.store import open_register
building._PIECE = 2
class Mortal(Concepts):
    def encode(self, texts):
        if len(self.encoded) >= 6:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)
with open_register({database!r}) as register:
    building.update(register, Mortal())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
def test_what_a_killed_run_has_made_stays(tmp_path: Path, concepts: Concepts) -> None:
    database = str(tmp_path / "r.db")
    with open_register(database) as register:
        register.add(make_analysis(TEXTS), "1")
    code = _KILLED.format(path=[str(Path(__file__).parent)], database=database)
    killed = subprocess.run([sys.executable, "-c", code], env={**os.environ}, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    with open_register(database) as register:
        assert numbers(register) == (12, 6, 6)
        assert update(register, concepts).encoded == 6
        assert register.check() == []


def test_a_writer_a_reader_and_two_indexers_at_once(tmp_path: Path, concepts: Concepts, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(building, "_PIECE", 3)
    database = tmp_path / "r.db"
    with open_register(database) as register:
        register.add(make_analysis(TEXTS), "1")
        update(register, concepts)
    problems: list[Exception] = []
    done = threading.Event()

    def run(work: object) -> None:
        try:
            with open_register(database) as register:
                work(register)  # type: ignore[operator]
        except Exception as error:
            problems.append(error)

    def write(register: Register) -> None:
        for number in range(12):
            text = f"Ship {number % 5} shall keep a record."
            register.add(make_analysis([text, f"Master {number} shall notify."], source=f"{number % 4}.txt", salt=str(number)), "1")  # fmt: skip
        done.set()

    def index_on(register: Register) -> None:
        while not done.is_set():
            update(register)

    def read(register: Register) -> None:
        while not done.is_set():
            assert search(register, "breach", semantic="only")

    threads = [threading.Thread(target=run, args=(work,)) for work in (write, index_on, index_on, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    with open_register(database) as register:
        update(register)
        norms, with_vector, vectors = numbers(register)
        assert norms == with_vector
        assert vectors == register._connection.execute("SELECT count(DISTINCT vector) FROM norm_vectors").fetchone()[0]


@pytest.fixture
def large(tmp_path: Path, concepts: Concepts, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A register with an approximate index."""
    monkeypatch.setattr(vector_index, "APPROXIMATE_FROM", 100)
    monkeypatch.setattr(vector_index, "CELLS", 2)
    database = tmp_path / "r.db"
    with open_register(database) as register:
        register.add(make_analysis([f"Operator {number} shall notify each breach." for number in range(120)]), "1")
        register.add(make_analysis(["A ship shall keep a record."], source="ship.txt"), "1")
        assert update(register, concepts).approximate
    return database


def first(database: Path) -> str:
    with open_register(database, read_only=True) as register:
        return search(register, "keep record of ships", semantic="only")[0].quote


def files(database: Path) -> list[Path]:
    return sorted(database.parent.glob("*.vectors"))


def test_the_approximate_index_finds_the_same(large: Path) -> None:
    assert len(files(large)) == 1
    assert first(large) == "A ship shall keep a record."
    with open_register(large) as register:
        assert [hit.quote for hit in search(register, Filters("keep record", document="ship.txt"), semantic="only")] == ["A ship shall keep a record."]  # fmt: skip
        assert status(register).behind == 0
        assert not update(register).approximate


@pytest.mark.parametrize("damage", ["cut off", "gone", "other bytes"])
def test_a_damaged_index_breaks_nothing_and_is_made_anew(large: Path, damage: str) -> None:
    (file,) = files(large)
    whole = file.read_bytes()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(whole[:1000] if damage == "cut off" else b"\xff" * len(whole))
    assert first(large) == "A ship shall keep a record."
    with open_register(large) as register:
        assert update(register).approximate
    assert len(files(large)) == 1
    assert files(large) != [file]
    assert files(large)[0].read_bytes() == whole
    assert first(large) == "A ship shall keep a record."


def test_rows_since_the_index_are_found_and_many_make_it_anew(large: Path) -> None:
    before = files(large)
    with open_register(large) as register:
        register.add(make_analysis(["Le navire tient un registre."], language="fr", source="f.txt", work=None), "1")
        assert not update(register).approximate
        assert status(register).behind == 1
        assert "fr" in {hit.language for hit in search(register, "keep record of ships", semantic="only")[:2]}
        register.add(make_analysis([f"Master {n} shall notify a violation." for n in range(30)], source="m.txt"), "1")
        assert update(register).approximate
        assert status(register).behind == 0
    assert len(files(large)) == 1
    assert files(large) != before


def test_an_index_of_another_state_is_not_used(large: Path) -> None:
    """A database restored from before the index was made names no file, or another one."""
    with open_register(large) as register:
        register._connection.execute("UPDATE vector_model SET index_token = NULL, index_last = NULL")
        assert search(register, "keep record of ships", semantic="only")[0].quote == "A ship shall keep a record."
        assert update(register).approximate
    assert len(files(large)) == 1


@given(st.lists(st.floats(-1, 1), min_size=8, max_size=8).filter(lambda row: sum(x * x for x in row) > 0.01))
def test_bytes_keep_vectors(row: list[float]) -> None:
    # Long enough that no dimension is larger than the scale allows for.
    vector = np.tile(np.array(row, np.float32), 32)
    vector /= np.linalg.norm(vector)
    back = from_bytes(to_bytes(vector[None]), len(vector)).astype(np.float32) / SCALE
    assert np.abs(back - vector).max() <= 0.5 / SCALE + 1e-6
