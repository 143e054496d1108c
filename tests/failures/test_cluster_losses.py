"""A cluster that loses its scheduler, or whose workers' disks are full: what was read is kept, and the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_clusters import content, distributed, folder, two_workers

from dutybook.errors import BadRequest
from dutybook.pipeline import batch, cluster
from dutybook.pipeline.batch import IngestReport, ingest
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.reasons import Why
from dutybook.store import open_register

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="limits and signals of Unix")]

OPTIONS = ReadingOptions(
    workers=1, limits=Limits(seconds=120.0, memory=2 << 30), analyse="batch_fakes:analyse", version="fake"
)


def run(files: list[Path], database: Path, **more: Any) -> IngestReport:
    progress = more.pop("progress", None)
    return ingest(files, database, replace(OPTIONS, **more), progress=progress)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler and a worker as `dask scheduler` and `dask worker` start them: the address, and the scheduler's process."""
    file = tmp_path / "scheduler.json"
    more = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    started = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                f"distributed.cli.dask_{kind}",
                "--scheduler-file",
                str(file),
                "--no-dashboard",
                *options,
            ],
            **more,  # type: ignore[call-overload]
        )
        for kind, options in (
            ("scheduler", ["--host", "127.0.0.1", "--port", "0"]),
            ("worker", ["--host", "127.0.0.1", "--nthreads", "1", "--no-nanny"]),
        )
    ]
    end = time.monotonic() + 60
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.1)
    yield json.loads(file.read_text())["address"], started[0]
    for process in started:
        process.kill()
        process.wait()


def test_a_scheduler_that_is_killed(tmp_path: Path, processes: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, scheduler = processes
    files = folder(tmp_path / "in", [f"slow w{number}" for number in range(8)])

    def kill(step: batch.Progress) -> None:
        if step.done == 3:
            scheduler.send_signal(signal.SIGKILL)

    with pytest.raises(BadRequest, match=r"went away.*run the same command again, and it goes on") as ended:
        run(files, tmp_path / "a.db", cluster=address, progress=kill)
    assert ended.value.exit_code == 2
    with open_register(tmp_path / "a.db", create=False) as register:
        stored = len(register.documents())
        assert stored >= 3
    rest = run(files, tmp_path / "a.db")
    assert (rest.read, rest.unchanged) == (8 - stored, stored)
    run(files, tmp_path / "b.db")
    assert content(tmp_path / "a.db") == content(tmp_path / "b.db")


def limit_files(size: int) -> None:
    """No file of this process, and of those that it starts, may become longer: as if the disk were full."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@pytest.fixture
def office() -> Iterator[Any]:
    """Two workers."""
    with two_workers() as running:
        yield running


def fill_disks(office: Any, number: int) -> None:
    with distributed.Client(office, set_as_default=False) as client:
        workers = sorted(client.nthreads())[:number]
        client.run(limit_files, 100, workers=workers)


def test_what_a_full_disk_keeps_one_worker_from_reading_another_reads(tmp_path: Path, office: Any) -> None:
    fill_disks(office, 1)
    files = folder(tmp_path / "in", [f"spool w{number}" for number in range(4)])
    report = run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    assert (report.read, report.unread, report.exit_code) == (4, [], 0)
    run(files, tmp_path / "b.db")
    assert content(tmp_path / "a.db") == content(tmp_path / "b.db")


def about_w1(lines: list[str]) -> list[str]:
    """The text, norms and words of one document. Its path does not count: folders of tests are called "gw1", too."""
    return [line for line in lines if " w1 " in line]


def test_full_disks_everywhere_are_said_and_harm_nothing(
    tmp_path: Path, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = folder(tmp_path / "in", ["ok alpha", "spool w0", "spool w1"])
    # An earlier version has read one of them.
    run(files, tmp_path / "a.db", version="earlier")
    before = content(tmp_path / "a.db")
    fill_disks(office, 2)
    report = run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    assert (report.read, report.exit_code) == (1, 2)
    assert {reason.code for unread in report.unread for reason in unread.reasons} == {Why.SPACE}
    assert "there is no space on" in report.unread[0].reason
    assert about_w1(content(tmp_path / "a.db")) == about_w1(before)
    # Where none can be read, not each is tried.
    monkeypatch.setattr(batch, "MOST_WITHOUT_SPACE", 2)
    with pytest.raises(BadRequest, match=r"2 documents were not read, since there is no space .* it goes on") as ended:
        run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    assert ended.value.exit_code == 2
    again = run(files, tmp_path / "a.db")
    assert (again.read, again.unchanged, again.exit_code) == (2, 1, 0)


def test_a_file_that_is_sent_to_a_full_disk_is_sent_to_another(
    tmp_path: Path, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_disks(office, 1)
    files = folder(tmp_path / "in", [" ".join(["ok", *(f"w{number}{at}" for at in range(40))]) for number in range(4)])
    found = cluster._File.of

    def another(path: Path) -> cluster._File | None:
        file = found(path)
        return file and replace(file, modified=1)

    monkeypatch.setattr(cluster._File, "of", another)
    report = run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    assert (report.read, report.unread, report.exit_code) == (4, [], 0)
