"""A short day of ``serve`` and of ``watch run``: nothing stays open, memory does not run away, and the counting sees both."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from loading import script

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc"),
    pytest.mark.skipif(not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="a C compiler makes the fast clock"),
]
#: What a process without work does until the test is over.
_SLEEPS = "import time; a = time.monotonic(); time.sleep(3000); print(time.monotonic() - a)"
#: How much longer a second of computing takes by the process's clock than by the kernel's.
_COMPUTES = """
import time
def up(): return float(open("/proc/uptime").read().split()[0])
a, b, used = time.monotonic(), up(), time.process_time()
while time.process_time() - used < 0.5: pass
print(time.monotonic() - a - (up() - b))
"""


@pytest.fixture
def endurance(root: Path) -> Iterator[ModuleType]:
    before = sys.path[:]
    yield script(root / "benchmarks" / "endurance.py", "endurance_benchmark")
    sys.path[:] = before


# In half an hour each kind of page is asked for, and what is due each minute happens 30 times.
def test_a_while_loses_nothing(endurance: ModuleType, tmp_path: Path) -> None:
    day = endurance.measure(tmp_path, endurance.Plan(hours=0.5, norms=100, documents=(), people=2, samples=12))
    assert not day.problems
    assert not day.left
    assert day.figures["requests"] > 30
    assert day.figures["rounds of watches"] > 20
    assert day.figures["files of watches"] == 2
    assert day.figures["notices at once"] > 0
    serve, watch = day.usages
    assert watch.lost["files"] <= 0, watch.kinds[-1]
    assert watch.lost["children"] <= 0
    assert serve.lost["children"] <= 0
    for sample in serve.samples:
        # A thread has at most the register and the accounts open, each with its log; what they share comes once.
        assert sample.register <= 4 * sample.threads + 4, serve.kinds[-1]
    for usage in (serve, watch):
        # Over so short a time caches still fill.
        assert usage.counted[-1].memory < 1.3 * usage.counted[0].memory, usage.line()


def test_what_grows_and_what_stays_open_is_seen(endurance: ModuleType) -> None:
    def usage(memory: float = 0.0, files: int = 0, spike: float = 0.0) -> object:
        made = endurance.ProcessUsage("made")
        for n in range(96):
            value = 100 + memory * n / 4 + spike * (n == 50)
            made.samples.append(endurance.Sample(n / 4, value, 60.0, 20 + files * n // 24, 10, 9, 2))
        return made

    flat = usage()
    assert flat.good
    assert "+0.0 % a day" in flat.line()
    assert flat.lost == {"files": 0, "register": 0, "threads": 0, "children": 0}
    growing = usage(memory=0.5)
    assert growing.rise == pytest.approx(0.5 * 24 / (100 + 0.5 * 14.9), rel=0.01)
    assert not growing.good
    assert not usage(spike=8.0).good
    leaking = usage(files=1)
    assert leaking.lost["files"] == 2
    assert not leaking.good


def test_what_is_due_comes_in_order_with_its_number(endurance: ModuleType) -> None:
    done: list[str] = []
    things = [(0.0, 10.0, lambda n: done.append(f"a{n}")), (5.0, 20.0, lambda n: done.append(f"b{n}"))]
    moments = []
    for moment, do, number in endurance.schedule(things, 30.0):
        moments.append(moment)
        do(number)
    assert moments == [0.0, 5.0, 10.0, 20.0, 25.0]
    assert done == ["a0", "b0", "a1", "a2", "b1"]


def test_open_files_are_listed(endurance: ModuleType, tmp_path: Path) -> None:
    with (tmp_path / "a").open("w"):
        assert str(tmp_path / "a") in list(sys.modules["process_usage"].open_files(os.getpid()))
    assert str(tmp_path / "a") not in list(sys.modules["process_usage"].open_files(os.getpid()))


def _lives(code: str, clock: object) -> subprocess.Popen[str]:
    environment = {**os.environ, **clock.environment}  # type: ignore[attr-defined]
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment)


def test_time_passes_for_who_sleeps_and_stands_still_for_who_computes(endurance: ModuleType, tmp_path: Path) -> None:
    clock = endurance.FastClock(tmp_path)
    begun = time.monotonic()
    with _lives(_SLEEPS, clock) as sleeper:
        # A process that starts up has the seconds of the real clock.
        while sleeper.poll() is None:
            clock.pass_time(clock.elapsed + 100, [sleeper.pid])
        assert sleeper.stdout is not None
        assert float(sleeper.stdout.read()) >= 3000
    assert clock.elapsed >= 3000 > time.monotonic() - begun
    with _lives(_COMPUTES, clock) as worker:
        while worker.poll() is None:
            clock.pass_time(clock.elapsed + 1, [worker.pid])
        assert worker.stdout is not None
        assert float(worker.stdout.read()) < 1.0
