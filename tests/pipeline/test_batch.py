"""Many files into one register, whatever some of them, or somebody, does to the processes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from dutybook.errors import Defect, NotFound, NothingToRead, RegisterUnwritable
from dutybook.pipeline.batch import IngestReport, Progress, ingest, version_of
from dutybook.pipeline.config import Config
from dutybook.pipeline.extraction import extract
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.reasons import BEFORE, Reason
from dutybook.store import Register, open_register

FAKE = "batch_fakes:analyse"
HERE = Path(__file__).resolve().parent
#: The import path of processes that are to find the fakes, and else what this one finds.
FAKES = os.pathsep.join([str(HERE), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
SHORT = Limits(seconds=5.0, memory=2 << 30)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def folder(path: Path, *words: str) -> Path:
    path.mkdir()
    for number, text in enumerate(words):
        (path / f"{number:02}.txt").write_text(text)
    return path


def run(paths: list[Path], database: Path, **more: object) -> IngestReport:
    reading = {name: more.pop(name) for name in ("workers", "password", "limits") if name in more}
    options = replace(ReadingOptions(limits=SHORT, analyse=FAKE, version="fake"), **reading)  # type: ignore[arg-type]
    return ingest(paths, database, options, **more)  # type: ignore[arg-type]


def content(database: Path) -> list[str]:
    with open_register(database, create=False) as register:
        assert register.check() == []
        return list(register.content())


def test_each_file_ends_where_it_belongs(tmp_path: Path) -> None:
    files = folder(
        tmp_path / "in",
        "ok alpha beta",
        "crash",
        "hang",
        "exit",
        "eat",
        "scan",
        "locked x",
        "bug",
        "print gamma",
        "ok alpha beta",
    )
    (files / "empty.pdf").touch()
    (files / "sheet.ods").touch()
    steps: list[Progress] = []
    database = tmp_path / "a.db"
    report = run([files, tmp_path / "nowhere"], database, workers=2, progress=steps.append)
    assert (report.files, report.read, report.duplicates, report.norms) == (11, 2, 1, 3)
    reasons = {Path(u.source).name: u.reason for u in report.unread}
    assert reasons == {
        "01.txt": "broken: the process that read it was ended by SIGSEGV",
        "02.txt": f"too large: reading it took longer than {SHORT.seconds:g} seconds: split it, or allow more (--time-limit)",
        "03.txt": "broken: the process that read it crashed (exit code 3)",
        "04.txt": "too large: it needs more than 2.0 GiB of memory",
        "05.txt": "no text: the pages are images",
        "06.txt": "encrypted: it needs a password: give it with --password",
        "07.txt": "defect: internal error, please report it: ValueError: off by one",
        "empty.pdf": "empty: empty.pdf is empty: it has no bytes",
    }
    assert [type(p) for p in report.problems] == [NotFound]
    assert [(each.source, each.kind) for each in report.left_out] == [(str(files / "sheet.ods"), ".ods")]
    assert report.exit_code == 2
    assert any("off by one" in details for details in report.details)
    assert [step.done for step in steps] == list(range(1, 12))
    assert {step.total for step in steps} == {11}
    with open_register(database) as register:
        listed = {Path(d.source).name: d.reason for d in register.summary().unreadable}
        assert listed == reasons
        (diary,) = register.runs()
        assert (diary.files, diary.added, diary.unread) == (11, 2, 9)
        assert diary.finished


@pytest.mark.usefixtures("reads_here")
def test_a_second_run_changes_nothing_and_says_so(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "ok alpha", "scan", "print beta")
    database = tmp_path / "a.db"
    assert run([files], database).read == 2
    before = content(database)
    steps: list[Progress] = []
    # An analyser that cannot even start: it is not needed.
    report = ingest(
        [files], database, ReadingOptions(analyse="batch_fakes:broken_start", version="fake"), progress=steps.append
    )
    assert (report.read, report.unchanged, report.norms) == (0, 2, 0)
    assert [u.reason for u in report.unread] == ["no text: the pages are images"]
    assert sorted(step.outcome for step in steps) == ["unchanged", "unchanged", "unreadable"]
    assert content(database) == before


@pytest.mark.usefixtures("reads_here")
def test_a_newer_analyser_reads_again(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "ok alpha")
    database = tmp_path / "a.db"
    run([files], database)
    report = ingest([files], database, ReadingOptions(analyse=FAKE, version="newer"))
    assert report.read == 1
    assert version_of("1", Config(password="x")) == "1"
    assert version_of("1", Config(language="de")) == "1; language=de"


@pytest.mark.usefixtures("reads_here")
def test_a_password_opens_what_was_locked(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "locked alpha")
    database = tmp_path / "a.db"
    assert run([files], database).exit_code == 2
    report = run([files], database, password="sesame")
    assert (report.read, report.exit_code) == (1, 0)
    with open_register(database) as register:
        assert [d.status for d in register.documents()] == ["read"]


@pytest.mark.usefixtures("reads_here")
def test_what_an_earlier_dutybook_said_without_a_code_is_read_again_once(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "ok alpha", "scan")
    database = tmp_path / "a.db"
    run([files], database)
    reasons = [reason.plain() for reason in read_of(database)]
    assert [reason["code"] for reason in reasons] == ["without_code"]
    with closing(sqlite3.connect(database)) as connection, connection:
        before = json.dumps([{**reasons[0], "code": BEFORE}])
        connection.execute("UPDATE documents SET reasons = ?, digest = '' WHERE reason <> ''", (before,))
    steps: list[Progress] = []
    run([files], database, progress=steps.append)
    assert [reason.plain() for reason in read_of(database)] == reasons
    assert sorted((step.outcome, [r.code for r in step.reasons]) for step in steps) == [
        ("unchanged", []),
        ("unreadable", ["without_code"]),
    ]


def read_of(database: Path) -> list[Reason]:
    with open_register(database) as register:
        return [reason for row in register.documents() for reason in row.reasons]


def test_what_failed_for_want_of_time_is_tried_again(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "slow alpha")
    database = tmp_path / "a.db"
    assert run([files], database, limits=Limits(seconds=0.05)).exit_code == 2
    assert run([files], database).read == 1


def test_workers_do_not_change_the_result(tmp_path: Path, slow_files: Path, whole: list[str]) -> None:
    """Two made ``whole``."""
    for workers in (1, 3):
        run([slow_files], tmp_path / f"{workers}.db", workers=workers)
        assert content(tmp_path / f"{workers}.db") == whole


INGEST = """
import sys
from dutybook.pipeline.batch import ingest
from dutybook.pipeline.reading import ReadingOptions
options = ReadingOptions(workers=2, analyse="batch_fakes:analyse", version="fake")
ingest([sys.argv[1]], sys.argv[2], options)
"""


@pytest.fixture(scope="module")
def slow_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("slow") / "in", *(f"slow word{n} other" for n in range(10)), "scan")


@pytest.fixture(scope="module")
def whole(slow_files: Path) -> list[str]:
    """What a register has of them that was never cut off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE))
        run([slow_files], slow_files.parent / "whole.db", workers=2)
    return content(slow_files.parent / "whole.db")


@pytest.mark.parametrize("after", [1, 4])
def test_kill_in_the_middle_loses_nothing(tmp_path: Path, slow_files: Path, whole: list[str], after: int) -> None:
    files, cut = slow_files, tmp_path / "cut.db"
    environment = {**os.environ, "PYTHONPATH": FAKES}
    process = subprocess.Popen([sys.executable, "-c", INGEST, str(files), str(cut)], env=environment)
    stored = 0
    for _ in range(1000):
        time.sleep(0.01)
        if cut.exists() and cut.stat().st_size:
            with open_register(cut, read_only=True) as register:
                stored = register.summary().documents
        if stored >= after:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with open_register(cut) as register:
        assert register.check() == []
        assert after <= register.summary().documents < 11
        assert register.runs()[0].finished is None
    report = run([files], cut, workers=2)
    assert report.unchanged >= after
    assert report.read == 10 - report.unchanged
    assert content(cut) == whole


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "hang")
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    environment = {**os.environ, "PYTHONPATH": FAKES, "DUTYBOOK_TEST_MARK": mark}
    process = subprocess.Popen([sys.executable, "-c", INGEST, str(files), str(tmp_path / "a.db")], env=environment)
    assert _until(lambda: len(_marked(mark)) == 2), "the child did not start"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert _until(lambda: not _marked(mark)), "the child outlives its parent"


def _marked(mark: str) -> list[int]:
    """Processes with ``mark`` in their environment."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _until(condition: object) -> bool:
    for _ in range(500):
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.02)
    return False


def test_children_that_cannot_start_are_a_defect(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "ok alpha")
    with pytest.raises(Defect, match="no_such_module"):
        ingest([files], tmp_path / "a.db", ReadingOptions(analyse="no_such_module:analyse", version="fake"))
    with open_register(tmp_path / "a.db") as register:
        assert register.documents() == []


def test_nothing_to_read_makes_no_database(tmp_path: Path) -> None:
    empty = tmp_path / "in"
    empty.mkdir()
    report = run([empty], tmp_path / "a.db")
    assert [type(p) for p in report.problems] == [NothingToRead]
    assert report.exit_code == 2
    assert not (tmp_path / "a.db").exists()


@pytest.mark.usefixtures("reads_here")
def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = folder(tmp_path / "in", "ok alpha", "ok " + " ".join(f"word{n}" for n in range(400)))
    database, real = tmp_path / "a.db", Register.begin_run

    def begin_run(register: Register, version: str, paths: list[str]) -> int:
        (pages,) = register._connection.execute("PRAGMA page_count").fetchone()
        register._connection.execute(f"PRAGMA max_page_count = {pages + 12}")
        return real(register, version, paths)

    with monkeypatch.context() as patch:
        patch.setattr(Register, "begin_run", begin_run)
        with pytest.raises(RegisterUnwritable, match="goes on where it stopped"):
            run([files], database, workers=1, limits=Limits(seconds=60))
    report = run([files], database, workers=1, limits=Limits(seconds=60))
    assert (report.read, report.unchanged) == (1, 1)
    assert len(content(database)) > 400


@pytest.mark.usefixtures("reads_here")
def test_a_file_that_became_readable(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "scan")
    database = tmp_path / "a.db"
    run([files], database)
    (files / "00.txt").write_text("ok alpha")
    assert run([files], database).exit_code == 0
    with open_register(database) as register:
        assert [d.status for d in register.documents()] == ["read"]


def test_lines_come_in_the_order_of_the_files(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", "slow alpha beta", "ok gamma", "scan", "crash", "ok delta")
    problems: list[Exception] = []
    nowhere = tmp_path / "nowhere"
    lines = list(extract([files, nowhere], analyse=FAKE, limits=SHORT, workers=2, problem=problems.append))
    assert [str(nowhere) in str(p) for p in problems] == [True]
    assert [Path(line.source).name for line in lines] == [f"{n:02}.txt" for n in range(5)]
    assert [line.status for line in lines] == ["read", "read", "unreadable", "unreadable", "read"]
    assert lines[2].reason == "no text: the pages are images"
