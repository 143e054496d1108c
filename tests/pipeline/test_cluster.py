"""Documents read on a Dask cluster: the same register as by this machine's processes, whatever becomes of the workers."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_clusters import content, distributed, folder, two_workers

from dutybook.errors import BadRequest, Defect
from dutybook.pipeline import cluster
from dutybook.pipeline.batch import IngestReport, ingest
from dutybook.pipeline.pool import Limits
from dutybook.pipeline.reading import ReadingOptions
from dutybook.store import open_register

pytestmark = pytest.mark.slow
HERE = Path(__file__).resolve().parent
LIMITS = Limits(seconds=120.0, memory=2 << 30)
OPTIONS = ReadingOptions(limits=LIMITS, analyse="batch_fakes:analyse", version="fake", cluster="local")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


@pytest.fixture(scope="module")
def office() -> Iterator[object]:
    """Two workers that all tests of this module share."""
    with two_workers() as running:
        yield running


def run(files: list[Path], database: Path, **more: Any) -> IngestReport:
    return ingest(files, database, replace(OPTIONS, **more))


WORDS = ["ok alpha", "scan", "bug", "exit", "ok beta gamma", "print delta", *(f"slow w{n}" for n in range(6))]


def test_workers_and_order_change_nothing(tmp_path: Path, office: Any) -> None:
    files = folder(tmp_path / "in", WORDS)
    here = run(files, tmp_path / "here.db", cluster="", workers=1)
    for workers in (1, 4, 2):
        office.scale(workers)
        database = tmp_path / f"{workers}.db"
        # Which of two equal files is kept depends on the order in which they are given; there are none here.
        random.Random(workers).shuffle(files)
        there = run(files, database, cluster=office.scheduler_address)
        assert content(tmp_path / "here.db") == content(database)
        same = ("files", "read", "norms", "unreadable", "exit_code")
        assert [getattr(here, name) for name in same] == [getattr(there, name) for name in same]
    again = run(files, tmp_path / "2.db", cluster=office.scheduler_address)
    assert (again.read, again.unchanged) == (0, here.read)


def test_workers_that_are_killed_cost_nothing(tmp_path: Path, office: Any) -> None:
    files = folder(tmp_path / "in", [f"slow word{n} more{n}" for n in range(24)])
    killed: list[int] = []

    def kill_three() -> None:
        with distributed.Client(office, set_as_default=False) as client:
            while len(killed) < 3:
                time.sleep(0.5)
                pids = set(client.run(os.getpid, on_error="ignore").values()) - set(killed)
                if pids:
                    killed.append(min(pids))
                    os.kill(killed[-1], signal.SIGKILL)

    thread = threading.Thread(target=kill_three)
    thread.start()
    report = run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    thread.join()
    assert len(killed) == 3
    assert (report.read, report.norms, report.exit_code) == (24, 48, 0)
    run(files, tmp_path / "b.db", cluster="", workers=2)
    assert content(tmp_path / "a.db") == content(tmp_path / "b.db")


def test_files_that_workers_do_not_find_are_sent(tmp_path: Path, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files = folder(tmp_path / "in", ["ok alpha", "ok beta"])
    # The workers look for another file than the one that is here.
    found = cluster._File.of

    def another(path: Path) -> cluster._File | None:
        file = found(path)
        return file and replace(file, modified=1)

    monkeypatch.setattr(cluster._File, "of", another)
    report = run(files, tmp_path / "a.db", cluster=office.scheduler_address)
    assert (report.read, report.norms) == (2, 2)
    with open_register(tmp_path / "a.db") as register:
        assert sorted(row.source for row in register.documents()) == [str(file) for file in files]


def test_no_worker_holds_more_than_its_share(tmp_path: Path, office: Any) -> None:
    files = folder(tmp_path / "in", [f"slow w{n}" for n in range(12)])
    most = 0

    def look(_: object) -> None:
        nonlocal most
        most = max(most, len(office.scheduler.tasks))

    ingest(files, tmp_path / "a.db", replace(OPTIONS, cluster=office.scheduler_address), progress=look)
    assert 0 < most <= cluster.AHEAD * 2


def test_a_cluster_that_cannot_work_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = folder(tmp_path / "in", ["ok alpha"])
    monkeypatch.setattr(cluster, "CONNECT", 0.5)
    with pytest.raises(BadRequest, match="no Dask scheduler answers"):
        run(files, tmp_path / "a.db", cluster="tcp://127.0.0.1:9")
    monkeypatch.setattr(cluster, "CONNECT", 10.0)
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS", 0.5)
    with (
        distributed.LocalCluster(
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(BadRequest, match="has no workers"),
    ):
        run(files, tmp_path / "a.db", cluster=empty.scheduler_address)


def test_another_version_is_refused(tmp_path: Path, office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANALYSER_VERSION", "0.0.0")
    with pytest.raises(BadRequest, match="another version"):
        run(folder(tmp_path / "in", ["ok alpha"]), tmp_path / "a.db", cluster=office.scheduler_address)


def test_a_scheduler_that_ends_leaves_what_was_read(tmp_path: Path) -> None:
    files = folder(tmp_path / "in", [f"slow w{n}" for n in range(16)])
    office = distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=50,
    )

    def end(step: object) -> None:
        if getattr(step, "done", 0) == 4:
            office.close()

    with pytest.raises(BadRequest, match="went away"):
        ingest(files, tmp_path / "a.db", replace(OPTIONS, cluster=office.scheduler_address), progress=end)
    with open_register(tmp_path / "a.db") as register:
        assert len(register.documents()) >= 4
    assert run(files, tmp_path / "a.db", cluster="").read <= 12
    run(files, tmp_path / "b.db", cluster="")
    assert content(tmp_path / "a.db") == content(tmp_path / "b.db")


def test_a_reader_that_cannot_start_is_a_defect(tmp_path: Path, office: Any) -> None:
    files = folder(tmp_path / "in", ["ok alpha"])
    with pytest.raises(Defect):
        run(files, tmp_path / "a.db", cluster=office.scheduler_address, analyse="no_such_module:analyse")
