#!/usr/bin/env python3
"""What a day does to ``serve`` and to ``watch run --every``: memory and open files, with a clock that runs fast.

    python benchmarks/endurance.py [--hours 24] [--only serve,watch]

The application and the watching service run in this process, one after the other, over a register with fictional acts. ``serve``:
each five seconds of the day the service of alerts looks whether there is something to do, each minute somebody opens pages, each hour
a new version of an act arrives, alerts are collected and sent to a file. ``watch``: each minute the watches that are due are run, and
once an hour a file of the watched folder is another one, which is read by a child process.

Memory is that of this process (resident, after a collection), and the open files are those that ``/proc`` lists. The first quarter of the day is
not counted: libraries are loaded, caches fill. Exit code 1 if the median of the last quarter is more than 5 % above that of the second,
or if a file is open at the end that was not at the end of the first quarter.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "pipeline")]

BEGINNING = datetime(2031, 5, 6, tzinfo=UTC)
GROWTH = 1.05
#: Looks at memory and files in a day.
SAMPLES = 96
PAGES = ("/", "/search?words=crane", "/acts", "/calendar", "/documents", "/api/v1/norms?limit=5", "/nothing-here")


@dataclass
class Course:
    """Memory in MiB and open files over the day."""

    name: str
    memory: list[float] = field(default_factory=list)
    files: list[set[str]] = field(default_factory=list)

    def look(self) -> None:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        self.memory.append(pages * os.sysconf("SC_PAGESIZE") / 2**20)
        self.files.append(set(open_files()))

    @property
    def growth(self) -> float:
        """The median memory of the last quarter as a share of that of the second."""
        quarter = max(1, len(self.memory) // 4)
        return median(self.memory[-quarter:]) / median(self.memory[quarter : 2 * quarter])

    @property
    def lost(self) -> int:
        """How many more files are open at the end than after the first quarter."""
        return len(self.files[-1]) - len(self.files[len(self.files) // 4])

    @property
    def good(self) -> bool:
        return self.growth <= GROWTH and self.lost <= 0

    def line(self) -> str:
        quarter = len(self.memory) // 4
        return (
            f"{self.name}: {self.memory[0]:.0f} MiB at first, {self.memory[quarter]:.0f} after a quarter, {self.memory[-1]:.0f} at the end;"
            f" growth {100 * (self.growth - 1):+.1f} %; {len(self.files[-1])} open files, {self.lost:+d}"
        )


def open_files() -> Iterator[str]:
    """What each open file of this process is, with its number."""
    for number in os.listdir("/proc/self/fd"):
        try:
            yield f"{number} {os.readlink(f'/proc/self/fd/{number}')}"
        except OSError:
            # The one that listed them.
            continue


def serve(hours: float, folder: Path) -> Course:
    """A day of the web application."""
    from starlette.testclient import TestClient

    import quay
    from dutybook.alerts.collection import collect
    from dutybook.alerts.management import Wanted, add
    from dutybook.alerts.sending import send
    from dutybook.alerts.settings import parse_kinds
    from dutybook.store import Filters, open_register
    from dutybook.web.access import Access
    from dutybook.web.alert_service import AlertService
    from dutybook.web.app import create_app
    from dutybook.web.settings import Settings

    database, versions = folder / "serve.db", quay.flats()
    with open_register(database) as register:
        register.write(versions[0])
        to = (f"file:{folder / 'told.jsonl'}",)
        add(
            register,
            Wanted(name="day", to=to, filters=Filters(), every="now", kinds=parse_kinds(["all"])),
            now=BEGINNING,
        )
    course, access = Course("serve"), Access()
    app = create_app(Settings(database, "anna", folder), access)
    service = AlertService(app.state.registers, app.state.jobs, "")
    seconds = int(hours * 3600)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.get(f"/enter?key={access.key}")
        for second in range(0, seconds, 5):
            now = BEGINNING + timedelta(seconds=second)
            if second % 3600 == 0:
                with open_register(database) as register:
                    register.write(versions[(second // 3600) % len(versions)])
            with app.state.registers.reading() as register:
                wanted = service.is_wanted(register, now)
            if wanted and second % 60 == 0:
                service._last = now
                with open_register(database) as register:
                    collect(register, now=now)
                send(database, now=now)
            if second % 60 == 0:
                client.get(PAGES[(second // 60) % len(PAGES)])
            if second % max(5, seconds // SAMPLES // 5 * 5) == 0:
                course.look()
    return course


def watch(hours: float, folder: Path) -> Course:
    """A day of ``watch run --every 60s``."""
    from watch_fakes import add

    from dutybook.pipeline import watching
    from dutybook.pipeline.batch import ReadingOptions

    rules, database = folder / "rules", folder / "watch.db"
    rules.mkdir()
    (rules / "order.txt").write_text("ok order 0")
    now = BEGINNING
    add(database, "folder", str(rules), now, options={"settle": 0.0})
    course = Course("watch run")
    reading = ReadingOptions(workers=1, analyse="batch_fakes:analyse", version="fake")
    minutes = int(hours * 60)
    for minute in range(minutes):
        now = BEGINNING + timedelta(minutes=minute)
        if minute % 60 == 0:
            (rules / "order.txt").write_text(f"ok order {minute}")
        watching.run(database, reading=reading, clock=lambda now=now: now)
        if minute % max(1, minutes // SAMPLES) == 0:
            course.look()
    return course


COURSES = {"serve": serve, "watch": watch}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--only", default="serve,watch")
    given = parser.parse_args()
    good = True
    for name in given.only.split(","):
        with tempfile.TemporaryDirectory() as folder:
            course = COURSES[name](given.hours, Path(folder))
        print(course.line(), flush=True)
        good = good and course.good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
