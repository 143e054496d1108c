#!/usr/bin/env python3
"""What becomes of broken, encrypted, scanned and huge files: outcome, reason, seconds and peak memory of each.

    python benchmarks/hostile.py FOLDER [--seconds 30] [--memory 3072]

Every file is read by a process of its own (``dutybook extract``, whose reading child counts in the peak). A file fails
that takes longer, needs more memory, shows a traceback, gives no line of JSON, or is unread without a reason. Then all
are taken into one register at once: each must have its row. Passwords of a ``MANIFEST.tsv`` beside the files (columns
``file`` and ``password``) are tried in a second reading.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Outcome:
    """One file: how it ended, in how many seconds, with how many megabytes at the most; ``faults`` is empty if all is well."""

    status: str
    reason: str
    seconds: float
    megabytes: float
    code: int
    faults: list[str]


def read(file: Path, seconds: float, memory: float, password: str = "") -> Outcome:
    command = [sys.executable, "-m", "dutybook", "extract", "--format", "jsonl", str(file)]
    if password:
        command += ["--password", password]
    faults = []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        lines, words = out.read().decode().splitlines(), err.read().decode("utf-8", "replace")
    megabytes = usage.ru_maxrss / 1024
    if "Traceback" in words:
        faults.append("a traceback")
    if process.returncode not in (0, 2):
        faults.append(f"exit code {process.returncode}")
    if took > seconds:
        faults.append(f"{took:.0f} s")
    if megabytes > memory:
        faults.append(f"{megabytes:.0f} MB")
    if not lines:
        faults.append("no line")
        return Outcome("none", words.strip()[-200:], took, megabytes, process.returncode, faults)
    first = json.loads(lines[0])
    status_, reason = first["status"], first.get("reason", "")
    if status_ != "read" and not reason:
        faults.append("no reason")
    if (status_ == "read") != (process.returncode == 0) and len(lines) == 1:
        faults.append(f"{status_}, but exit code {process.returncode}")
    if "internal error" in reason or "crashed" in reason or "ended by" in reason:
        faults.append("a defect")
    return Outcome(status_, reason, took, megabytes, process.returncode, faults)


def passwords(folder: Path) -> dict[str, str]:
    manifest = folder / "MANIFEST.tsv"
    if not manifest.is_file():
        return {}
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return {row["file"]: row["password"] for row in rows if row.get("password") and row["password"] != "?"}


def in_one_register(files: list[Path]) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        database = Path(scratch) / "register.db"
        command = [sys.executable, "-m", "dutybook", "--database", str(database), "ingest", *map(str, files)]
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        took = time.monotonic() - started
        rows = sqlite3.connect(database).execute("select source, status from documents").fetchall()
    sources = {Path(source).name for source, _ in rows}
    missing = [file.name for file in files if file.name not in sources]
    print(f"\none ingest of {len(files)} files: {took:.0f} s, exit code {done.returncode}, {len(rows)} rows,", end=" ")
    print(", ".join(f"{n} {s}" for s, n in sorted(Counter(s for _, s in rows).items())))
    faults = [f"no row for {name}" for name in missing]
    return faults + (["a traceback in the ingest"] if "Traceback" in done.stderr + done.stdout else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--memory", type=float, default=3072.0, help="megabytes of resident memory")
    options = parser.parse_args()
    files = sorted(p for p in options.folder.iterdir() if p.is_file() and p.suffix != ".tsv")
    known, faults = passwords(options.folder), []
    print(f"{'file':<40}{'status':<13}{'s':>6}{'MB':>6}  reason")
    for file in files:
        for password in ("", known[file.name]) if file.name in known else ("",):
            found = read(file, options.seconds, options.memory, password)
            name = file.name + (" +pw" if password else "")
            wrong = "".join(f" !! {fault}" for fault in found.faults)
            line = f"{name[:39]:<40}{found.status:<13}{found.seconds:>6.1f}{found.megabytes:>6.0f}"
            print(f"{line}  {found.reason[:110]}{wrong}", flush=True)
            faults += [f"{name}: {fault}" for fault in found.faults]
    faults += in_one_register(files)
    print("\n" + ("\n".join(faults) if faults else "no faults"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
