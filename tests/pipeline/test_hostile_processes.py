"""What a file does to the process that reads it ends with that process, its children included, and is said truly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dutybook.layout.extent import estimate_pages
from dutybook.pipeline.config import Config
from dutybook.pipeline.pool import CLOCK, LEAST_PAGES, LEAST_SECONDS, MOST_SECONDS, KeptPool, Limits, Pool
from dutybook.pipeline.worker import Allowance, Answer, Job, Setup
from dutybook.records import RawDocument

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and groups of processes")
HERE = Path(__file__).parent


class Hasty(Limits):
    """Two seconds of processor time, whatever the file."""

    def allowance(self) -> Allowance:
        return Allowance(2.0, 120.0)


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
    answer = read(tmp_path, f"start {note} {way}", Limits(seconds=60.0 if way == "crash" else 6.0))
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
    ("pages", "seconds"),
    [(1, LEAST_SECONDS), (LEAST_PAGES, LEAST_SECONDS), (2 * LEAST_PAGES, 2 * LEAST_SECONDS), (10**6, MOST_SECONDS)],
)
def test_time_grows_with_the_pages(pages: int, seconds: float) -> None:
    allowed = Limits().allowance().for_pages(pages)
    assert (allowed.seconds, allowed.wall_seconds) == (pytest.approx(seconds), pytest.approx(CLOCK * seconds))


def test_who_sets_a_limit_gets_it() -> None:
    assert Limits(seconds=7.0).allowance() == Allowance(0.0, 7.0)


class Growing(Limits):
    """A second of processor time, and one more for each page."""

    def allowance(self) -> Allowance:
        return Allowance(1.0, 60.0, 1.0, 3.0)


@pytest.mark.parametrize(("words", "limit"), [("spin", 1), ("spin" + " " * 4_500, 2), ("spin" + " " * 90_000, 3)])
def test_a_child_counts_the_pages_itself(tmp_path: Path, words: str, limit: int) -> None:
    answer = read(tmp_path, words, Growing())
    assert f"longer than {limit} seconds" in str(answer.reason)


def pdf_of(pages: int, stated: int | None = None) -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, 3 + pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {stated or pages} /Kids [{kids}] >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>"] * pages,
    ]
    body = "".join(f"{number} 0 obj {text} endobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer << /Root 1 0 R >>\n%%EOF\n".encode()


@pytest.mark.parametrize(
    ("name", "data", "pages"),
    [
        ("a.pdf", pdf_of(5), 5),
        ("lies.pdf", pdf_of(3, stated=10**7), range(1, 20)),
        ("broken.pdf", b"%PDF-1.4 nothing", 1),
        ("a.txt", b"word " * 2_000, 5),
        ("a.html", b"<html><p>" + b"word " * 6_000, 5),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 100_000, 1),
        ("a.docx", b"PK\x03\x04 broken", 1),
    ],
)
def test_pages_are_estimated(name: str, data: bytes, pages: int | range) -> None:
    found = estimate_pages(RawDocument(name, data))
    assert found in (pages if isinstance(pages, range) else (pages,))


class TestKeptPool:
    """Reading processes that outlive a run serve the next one that asks for the same."""

    def read(self, kept: KeptPool, folder: Path, words: str = "busy 0", version: str = "x") -> tuple[int, Answer]:
        """The number of the child that read a file, and its answer."""
        (folder / "act.txt").write_text(words)
        limits = Limits()
        setup = Setup(limits.memory, "hostile_fakes:analyse", "builtins:max", Config(), version, limits.max_bytes)
        with kept.use(setup, 1, limits) as pool:
            (answer,) = pool.run([Job(0, folder / "act.txt", "act.txt")])
            return pool._children[0].process.pid, answer

    def test_the_same_child_reads_again_until_other_settings_are_asked_for(self, tmp_path: Path) -> None:
        kept = KeptPool()
        first, answer = self.read(kept, tmp_path)
        assert answer.reason is None
        assert self.read(kept, tmp_path)[0] == first
        other = self.read(kept, tmp_path, version="y")[0]
        assert other != first
        assert ends(first)
        kept.close()
        assert ends(other)

    def test_of_several_children_one_is_kept(self, tmp_path: Path) -> None:
        kept, limits = KeptPool(), Limits()
        (tmp_path / "act.txt").write_text("busy 1")
        setup = Setup(limits.memory, "hostile_fakes:analyse", "builtins:max", Config(), "x", limits.max_bytes)
        with kept.use(setup, 2, limits) as pool:
            answers = list(pool.run(Job(n, tmp_path / "act.txt", "act.txt") for n in range(2)))
            assert [answer.reason for answer in answers] == [None, None]
            first, second = (child.process.pid for child in pool._children)
        assert ends(second)
        assert is_running(first)
        with kept.use(setup, 2, limits) as pool:
            assert len(list(pool.run(Job(n, tmp_path / "act.txt", "act.txt") for n in range(3)))) == 3
        kept.close()
        assert ends(first)

    def test_a_run_that_failed_leaves_no_child(self, tmp_path: Path) -> None:
        kept = KeptPool()
        first, _ = self.read(kept, tmp_path)
        limits = Limits()
        setup = Setup(limits.memory, "hostile_fakes:analyse", "builtins:max", Config(), "x", limits.max_bytes)
        with pytest.raises(KeyError), kept.use(setup, 1, limits):
            raise KeyError
        assert ends(first)
        assert self.read(kept, tmp_path)[0] != first
        kept.close()

    def test_a_child_that_died_meanwhile_costs_nothing(self, tmp_path: Path) -> None:
        kept = KeptPool()
        first, _ = self.read(kept, tmp_path)
        os.kill(first, signal.SIGKILL)
        assert ends(first)
        (tmp_path / "act.txt").write_text("busy 0")
        limits = Limits()
        setup = Setup(limits.memory, "hostile_fakes:analyse", "builtins:max", Config(), "x", limits.max_bytes)
        with kept.use(setup, 1, limits) as pool:
            (answer,) = pool.run([Job(0, tmp_path / "act.txt", "act.txt")])
        assert answer.reason is None
        kept.close()
