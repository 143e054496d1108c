"""A short day of ``serve`` and of ``watch run``: no file stays open, memory does not run away, and the counting sees both."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from loading import script

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")


@pytest.fixture
def endurance(root: Path) -> Iterator[ModuleType]:
    before = sys.path[:]
    yield script(root / "benchmarks" / "endurance.py", "endurance_benchmark")
    sys.path[:] = before


# In a quarter of an hour each page is asked for twice, and what is due each minute happens 15 times.
@pytest.mark.parametrize(("name", "hours"), [("serve", 0.25), ("watch", 0.5)])
def test_a_while_loses_no_file(endurance: ModuleType, tmp_path: Path, name: str, hours: float) -> None:
    course = endurance.COURSES[name](hours, tmp_path)
    assert len(course.memory) > 20
    assert course.lost <= 0, sorted(course.files[-1] - course.files[len(course.files) // 4])
    # Over so short a time caches still fill.
    assert course.growth < 1.2, course.line()


def test_what_grows_and_what_stays_open_is_seen(endurance: ModuleType) -> None:
    flat = endurance.Course("flat", [100.0] * 8, [{"1 a"}] * 8)
    assert flat.good
    assert "+0.0 %" in flat.line()
    growing = endurance.Course("growing", [100.0 + 5 * n for n in range(8)], [{"1 a"}] * 8)
    assert not growing.good
    leaking = endurance.Course("leaking", [100.0] * 8, [{f"{n} a" for n in range(k)} for k in range(1, 9)])
    assert leaking.lost == 5
    assert not leaking.good


def test_open_files_are_listed(endurance: ModuleType, tmp_path: Path) -> None:
    before = set(endurance.open_files())
    with (tmp_path / "a").open("w"):
        assert any(one.endswith("/a") for one in set(endurance.open_files()) - before)
