#!/usr/bin/env python3
"""What it costs to bring a workbook back: CPU seconds and memory of a dry run and of an import.

    python benchmarks/importing.py [--norms 100000] [--said 30000] [--folder /tmp]

A register of made-up norms (``generate.py``), of ``--said`` of which somebody is the owner, is exported; then that owner gets another
name in all those rows, and one in ten of them a note. CPU seconds are those of both processes; the wall clock is told beside them.
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))

import generate

from dutybook.export import export
from dutybook.store import open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

_SHEET = "xl/worksheets/sheet1.xml"


def fill(path: Path, norms: int, judged: int) -> None:
    """A register with records; norms that are one through languages have one record, so there may be fewer."""
    with open_register(path) as register:
        for flat in generate.flats(norms):
            register.write(flat)
        ids = [row[0] for row in register._connection.execute("SELECT id FROM norms ORDER BY row LIMIT ?", (judged,))]
        for start in range(0, len(ids), 5_000):
            reviews.change(register, ids[start : start + 5_000], Change(owner="anna", status="applicable"), by="anna")


def edited(path: Path, other: Path) -> None:
    """The same workbook with another owner in all rows that have one."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == _SHEET:
                data = re.sub(rb"(<t[^>]*>)anna</t>", rb"\1ben</t>", data)
            new.writestr(name, data)


def timed(what: str, arguments: list[str]) -> None:
    """Run the command line and print what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    command = [sys.executable, "-m", "dutybook", *arguments, "--limit", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what:<36} {cpu:7.1f} s CPU {wall:7.1f} s wall  {after.ru_maxrss / 1024:6.0f} MB at most")
    print("   ", "; ".join(done.stdout.strip().splitlines()[-2:]) or done.stderr.strip(), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--norms", type=int, default=100_000)
    parser.add_argument("--said", dest="judged", metavar="SAID", type=int, default=30_000)
    parser.add_argument("--folder", type=Path, help="Where to work; a gigabyte is needed.")
    given = parser.parse_args()
    with TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        database, workbook, other = folder / "a.db", folder / "a.xlsx", folder / "b.xlsx"
        fill(database, given.norms, given.judged)
        with open_register(database, read_only=True) as register:
            rows = export(register, workbook, {"all_versions": True}, options={"now": datetime.now(UTC)})
        edited(workbook, other)
        print(f"{rows:,} rows, {workbook.stat().st_size / 1e6:.0f} MB")
        base = ["--database", str(database), "import"]
        timed("dry run, nothing edited", [*base, str(workbook), "--dry-run"])
        timed("dry run, edited", [*base, str(other), "--dry-run"])
        timed("import", [*base, str(other), "--by", "ben"])
        timed("the same once more", [*base, str(other), "--by", "ben"])


if __name__ == "__main__":
    main()
