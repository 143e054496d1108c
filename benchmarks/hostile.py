#!/usr/bin/env python3
"""What becomes of broken, encrypted, scanned and huge files: outcome, reason, processor time and peak memory of each.

    python benchmarks/hostile.py [FOLDER] [--long] [--only TEXT] [--seconds 62] [--memory 3072] [--each]

Every file is read by a process of its own (``dutybook extract``, whose reading child counts in the peak and in the time). A file fails
that takes more seconds of processor time, needs more memory, shows a traceback, gives no line of JSON, or is unread without a reason.
With ``--long``, files of our own join: up to 1,500 pages, and text without blank lines. Two seconds of the limit are for starting.
Then all are taken into one register at once (not with ``--each``): each must have its row. Passwords of a ``MANIFEST.tsv`` beside the
files (columns ``file`` and ``password``) are tried in a second reading.
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
    command = [sys.executable, "-m", "dutybook", "extract", "--format", "jsonl", "--workers", "1", str(file)]
    if password:
        command += ["--password", password]
    faults = []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        # With the time of all that it waited for: the reading child.
        took = usage.ru_utime + usage.ru_stime
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
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--long", action="store_true", help="also long files of our own")
    parser.add_argument("--each", action="store_true", help="only one by one")
    parser.add_argument("--only", default="", help="only files with this in their names")
    parser.add_argument("--seconds", type=float, default=62.0, help="of processor time")
    parser.add_argument("--memory", type=float, default=3072.0, help="megabytes of resident memory")
    options = parser.parse_args()
    files, known = [], {}
    if options.folder:
        files = sorted(p for p in options.folder.iterdir() if p.is_file() and p.suffix != ".tsv")
        known = passwords(options.folder)
    with tempfile.TemporaryDirectory() as folder:
        if options.long:
            files += write_long_files(Path(folder))
        faults = read_all([file for file in files if options.only in file.name], known, options)
    print("\n" + ("\n".join(faults) if faults else "no faults"))
    return 1 if faults else 0


def read_all(files: list[Path], known: dict[str, str], options: argparse.Namespace) -> list[str]:
    """Read the files one by one, then together; what is wrong."""
    faults = []
    print(f"{'file':<40}{'status':<13}{'s':>6}{'MB':>6}  reason")
    for file in files:
        for password in ("", known[file.name]) if file.name in known else ("",):
            found = read(file, options.seconds, options.memory, password)
            name = file.name + (" +pw" if password else "")
            wrong = "".join(f" !! {fault}" for fault in found.faults)
            line = f"{name[:39]:<40}{found.status:<13}{found.seconds:>6.1f}{found.megabytes:>6.0f}"
            print(f"{line}  {found.reason[:110]}{wrong}", flush=True)
            faults += [f"{name}: {fault}" for fault in found.faults]
    return faults if options.each else faults + in_one_register(files)


#: Sentences of a made-up act: every third states a duty.
SENTENCES = (
    "The operator of a lighthouse shall report every failure of the lamp to the harbour board within {n} days.",
    "Article {n} of this Order concerns the signals that vessels give in fog.",
    "The board consists of {n} members, whom the ministry appoints for four years.",
    "A keeper must not leave the tower during the night unless a deputy has arrived.",
    "Fees are laid down in Annex {n}, which is published each year.",
    "In this Order, “signal” means a sound that is heard at a distance of {n} miles.",
)


def sentences(number: int) -> list[str]:
    """So many sentences, no two of which are the same."""
    return [SENTENCES[n % len(SENTENCES)].format(n=n + 1) for n in range(number)]


def write_long_files(folder: Path) -> list[Path]:
    """Write files of many pages, and such as took time that grows faster than they do."""
    for pages in (300, 600, 1_000, 1_500):
        write_pdf(folder / f"long-{pages}-pages.pdf", pages)
    every = sentences(40_000)
    (folder / "long-400-kB.txt").write_text("\n\n".join(every)[:400_000], encoding="utf-8")
    (folder / "long-3-MB.txt").write_text("\n\n".join(every)[:3_000_000], encoding="utf-8")
    (folder / "no-blank-lines-400-kB.txt").write_text("\n".join(every)[:400_000], encoding="utf-8")
    (folder / "one-line-400-kB.txt").write_text(" ".join(every)[:400_000], encoding="utf-8")
    body = "".join(f"<p>{text}</p>\n" for text in every)[:3_000_000]
    (folder / "long-3-MB.html").write_text(f"<html><h1>Lighthouse Order</h1>{body}</html>", encoding="utf-8")
    return sorted(folder.iterdir())


def write_pdf(path: Path, pages: int, lines: int = 40) -> None:
    """Write a PDF with so many pages of numbered articles."""
    from reportlab.pdfgen.canvas import Canvas

    canvas, texts = Canvas(str(path)), iter(sentences(pages * lines))
    for page in range(pages):
        text = canvas.beginText(60, 780)
        text.setFont("Helvetica", 9)
        text.textLine(f"Article {page + 1}")
        for number in range(1, lines):
            text.textLine(f"({number}) {next(texts)}")
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()


if __name__ == "__main__":
    sys.exit(main())
