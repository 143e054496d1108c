"""Ingests that are killed, and many processes at once, lose nothing and double nothing: a few of each; `make crash` does many."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from dutybook.store import open_register
from loading import script

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of Unix")


QUICK = """
import sys
from dutybook.pipeline.batch import ingest
from dutybook.pipeline.reading import ReadingOptions
if __name__ == "__main__":
    report = ingest(sys.argv[2:], sys.argv[1], ReadingOptions(1, analyse="batch_fakes:analyse", version="1"))
    sys.exit(report.exit_code)
"""


@pytest.fixture
def crash(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "crash.py")


@pytest.fixture
def quick(crash: ModuleType, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The same with an analyser that makes documents of a few words: batch, processes and register are the real ones."""
    program = tmp_path / "quick.py"
    program.write_text(QUICK)
    places = [str(root / "tests" / "pipeline"), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    monkeypatch.setattr(crash, "command", lambda database: [sys.executable, str(program), str(database)])
    return crash


def texts(tmp_path: Path, number: int) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for at in range(number):
        (folder / f"{at:02}.txt").write_text("slow " + " ".join(f"harbour{at}-{word}" for word in range(8)))
    return folder


@pytest.mark.slow
def test_five_kills_in_a_row(quick: ModuleType, tmp_path: Path) -> None:
    outcome = quick.kills(tmp_path, texts(tmp_path, 12), 5, 1, in_a_row=True)
    assert (outcome.errors, outcome.lost, outcome.doubled, outcome.people) == ([], 0, 0, 0)
    assert outcome.kills == 5
    assert outcome.documents == 12


@pytest.mark.slow
def test_three_writers_and_two_readers(quick: ModuleType, tmp_path: Path) -> None:
    outcome = quick.together(tmp_path, texts(tmp_path, 12), 3, 2)
    assert (outcome.errors, outcome.lost, outcome.doubled, outcome.people) == ([], 0, 0, 0)
    assert outcome.reads > 0
    assert outcome.documents == 12


@pytest.mark.exhaustive
@pytest.mark.parametrize("in_a_row", [False, True])
def test_thirty_kills_of_the_command(crash: ModuleType, tmp_path: Path, in_a_row: bool) -> None:
    outcome = crash.kills(tmp_path, crash.corpus(tmp_path / "texts", 8 if in_a_row else 2), 30, 2, in_a_row=in_a_row)
    assert (outcome.errors, outcome.lost, outcome.doubled, outcome.people) == ([], 0, 0, 0)
    assert len(outcome.found_after_kill) > 2


@pytest.mark.exhaustive
def test_three_commands_and_two_readers(crash: ModuleType, tmp_path: Path) -> None:
    outcome = crash.together(tmp_path, crash.corpus(tmp_path / "texts", 2), 3, 2)
    assert (outcome.errors, outcome.lost, outcome.doubled, outcome.people) == ([], 0, 0, 0)


def test_what_is_lost_or_doubled_is_counted(quick: ModuleType, tmp_path: Path) -> None:
    """The measure itself: rows that go, rows that come and people's rows that change are seen."""
    database = tmp_path / "a.db"
    quick.base(database, texts(tmp_path, 1))
    with open_register(database) as register:
        want, want_people = Counter(register.content()), quick.people(register)
    good = quick.Outcome()
    quick.compare(database, want, want_people, good)
    assert good.good
    with open_register(database) as register:
        register._connection.execute("DELETE FROM deadlines WHERE position = 0")
        changed = register._connection.execute("UPDATE evidence SET why = why || '!'").rowcount
        register._connection.execute("DELETE FROM events")
    bad = quick.Outcome()
    quick.compare(database, want, want_people, bad)
    assert not bad.good
    assert bad.doubled == changed > 0
    assert bad.lost > changed
    assert bad.people == 2
