"""What a file does to the process that reads it ends with that process, its children included, and is said truly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import LEAST_SECONDS, MOST_SECONDS, Limits, Pool
from dutybook.pipeline.worker import Answer, Job, Setup

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and groups of processes")
HERE = Path(__file__).parent


class Hasty(Limits):
    """Two seconds of processor time, whatever the file."""

    def processor(self, job: Job) -> float:
        return 2.0

    def wall(self, job: Job) -> float:
        return 120.0


def read(folder: Path, words: str, limits: Limits) -> Answer:
    file = folder / "act.txt"
    file.write_text(words)
    analyse = "hostile_fakes:analyse"
    setup = Setup(limits.memory, analyse, "dutybook.pipeline.as_json:document_line", Config(), "", limits.max_bytes)
    with Pool(setup, 1, limits) as pool:
        (answer,) = pool.run([Job(0, file, "act.txt")])
    return answer


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def is_running(pid: int) -> bool:
    if sys.platform == "linux":
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return False
    else:
        state = subprocess.run(
            ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
        ).stdout
    return bool(state.strip()) and not state.startswith("Z")


def ends(pid: int, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while is_running(pid):
        if time.monotonic() > end:
            os.kill(pid, signal.SIGKILL)
            return False
        time.sleep(0.05)
    return True


def test_processor_time_is_bounded_even_where_nothing_can_interrupt(tmp_path: Path) -> None:
    answer = read(tmp_path, "spin", Hasty())
    assert answer.reason is not None
    assert answer.reason.kind == "too large"
    assert (
        answer.reason
        == "reading it took longer than 2 seconds of processor time: split it, or allow more (--time-limit)"
    )


def test_the_next_document_has_all_its_time(tmp_path: Path) -> None:
    (tmp_path / "act.txt").write_text("busy 1.5")
    limits = Hasty()
    setup = Setup(limits.memory, "hostile_fakes:analyse", "builtins:max", Config(), "x", limits.max_bytes)
    with Pool(setup, 1, limits) as pool:
        answers = list(pool.run(Job(number, tmp_path / "act.txt", "act.txt") for number in range(2)))
    # Together they take longer than one may.
    assert [answer.reason for answer in answers] == [None, None]


@pytest.mark.skipif(sys.platform == "darwin", reason="memory is not bounded there")
def test_a_library_that_aborts_for_want_of_memory_is_no_crash(tmp_path: Path) -> None:
    # From a process of its own: the system counts what a parent has held as its child's, and this one may have held much.
    code = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from pathlib import Path; from test_hostile_processes import Limits, read\n"
        f"answer = read(Path({str(tmp_path)!r}), 'gorge', Limits(memory=1 << 30)); print(answer.reason.whole)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "too large: it needs more than 1.0 GiB of memory"


def test_an_abort_without_need_is_a_crash(tmp_path: Path) -> None:
    answer = read(tmp_path, "abort", Limits(memory=4 << 30))
    assert answer.reason is not None
    assert answer.reason.whole == "broken: the process that read it was ended by SIGABRT"


@pytest.mark.parametrize("way", ["crash", "hang"])
def test_what_a_child_started_ends_with_it(tmp_path: Path, way: str) -> None:
    note = tmp_path / "pid"
    answer = read(tmp_path, f"start {note} {way}", Limits(seconds=3.0))
    assert answer.reason is not None
    assert answer.reason.kind == {"crash": "broken", "hang": "too large"}[way]
    assert ends(int(note.read_text()))


def test_what_a_child_started_ends_with_a_killed_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        f"import sys; sys.path[:0] = {[str(HERE)]!r}; from pathlib import Path; import test_hostile_processes as t; "
        f"t.read(Path({str(tmp_path)!r}), {f'start {note} hang'!r}, t.Limits(seconds=300.0))"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        end = time.monotonic() + 60
        while not (note.is_file() and note.read_text()) and time.monotonic() < end:
            time.sleep(0.05)
    finally:
        parent.kill()
        parent.wait()
    assert ends(int(note.read_text()))


def test_pages_read_apart_end_with_a_killed_parent() -> None:
    """The process of a page range, whose parent is killed while it is at work."""
    range_ = (
        "import os, sys, threading, time; from dutybook.layout.pdf.pages import _end_with; print(os.getpid(), flush=True); "
        "threading.Thread(target=_end_with, args=(int(sys.argv[1]),), daemon=True).start(); time.sleep(60)"
    )
    code = f"import os, subprocess, sys; subprocess.run([sys.executable, '-c', {range_!r}, str(os.getpid())])"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout
        pid = int(parent.stdout.readline())
    finally:
        parent.kill()
        parent.communicate()
    assert ends(pid)


@pytest.mark.parametrize(
    ("name", "size", "seconds"),
    [
        ("small.pdf", 1_000, LEAST_SECONDS),
        ("usual.pdf", 900_000, LEAST_SECONDS),
        ("large.pdf", 5_000_000, 150.0),
        ("large.txt", 2_000_000, 120.0),
        ("packed.docx", 1_000_000, 300.0),
        ("huge.pdf", 150_000_000, MOST_SECONDS),
    ],
)
def test_time_goes_by_size(tmp_path: Path, name: str, size: int, seconds: float) -> None:
    file = tmp_path / name
    with file.open("wb") as made:
        made.truncate(size)
    job = Job(0, file, name)
    assert Limits().processor(job) == seconds
    assert Limits().wall(job) == 2 * seconds


def test_who_sets_a_limit_gets_it(tmp_path: Path) -> None:
    job = Job(0, tmp_path / "none.pdf", "none.pdf")
    assert (Limits(seconds=7.0).processor(job), Limits(seconds=7.0).wall(job)) == (0.0, 7.0)
