#!/usr/bin/env python3
"""Is anything lost or doubled when an ingest is killed, or when many processes use one register at once?

    python benchmarks/crash.py [--kills 30] [--writers 3] [--readers 2] [--copies 4] [--seed 1] [--in-a-row]

**Kills.** Copies of our sample documents, whose bytes differ, go into a register by a real ``dutybook ingest``. At a random
moment of its work the process and its children are killed with SIGKILL; the file is examined, the same command is run again
to its end, and what the register then holds is compared row by row with that of a run that nobody killed. Each kill has a
fresh copy of a register in which a document was read and somebody entered an event and a review; with ``--in-a-row`` all of them hit the
same register, and it is finished after the last one.

**Together.** ``--writers`` processes ingest overlapping parts of the same documents into one register while ``--readers``
processes open it again and again, search, and see whether each document is there with all its norms or not at all.

Printed are errors (a process that failed, a file that is not sound, a half document that a reader saw), rows lost and rows
doubled or added, and people's rows changed. Exit code 1 if any of them is not 0.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dutybook.store import Register, open_register, schema
from dutybook.store.deadlines import events
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.maintenance.copies import rows_digest

SAMPLES = Path(__file__).resolve().parents[1] / "corpora" / "samples"
FIRST = "seehafendatengesetz.de.md"
#: Small documents of all genres: a kill hits another document each time.
QUICK = (FIRST, "essay-lighthouses.en.txt", "hafenprogramm-morgenroete.de.txt", "news-crane-control.de.html",
         "news-ports-atlantiques.fr.txt", "news-shipping-banks.en.html")  # fmt: skip

#: How many of the kills come after a run has stored something.
_STORED = 0.8

READER = """
import sys, time
from dutybook.searching import search
from dutybook.store import open_register
seen = 0
while sys.stdin.readable():
    with open_register(sys.argv[1], read_only=True) as register:
        rows = register._connection.execute(
            "SELECT d.id, d.norms, (SELECT count(*) FROM norms n WHERE n.document = d.id) FROM documents d").fetchall()
        half = [row for row in rows if row[1] != row[2]]
        if half:
            sys.exit(f"half a document: {half}")
        for hit in search(register, "Hafen* OR harbour", limit=3):
            register.norm(hit.id)
        seen += 1
    print(seen, flush=True)
    time.sleep(0.05)
"""


@dataclass
class Outcome:
    """What was counted."""

    kills: int = 0
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    people: int = 0
    documents: int = 0
    norms: int = 0
    reads: int = 0
    seconds: float = 0.0
    found_after_kill: Counter[int] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not (self.errors or self.lost or self.doubled or self.people)


def corpus(folder: Path, copies: int, names: tuple[str, ...] = QUICK) -> Path:
    """``copies`` of each sample, with another last line each."""
    folder.mkdir()
    for number in range(copies):
        for name in names:
            made = (SAMPLES / name).read_bytes()
            if number:
                made += (
                    f"\n<!-- {number} -->\n".encode() if name.endswith((".html", ".md")) else f"\n{number}\n".encode()
                )
            (folder / f"{number:02}-{names.index(name)}-{name}").write_bytes(made)
    return folder


def command(database: Path) -> list[str]:
    """What is run; paths follow. Tests put something quicker in its place."""
    return [sys.executable, "-m", "dutybook", "--database", str(database), "ingest", "--workers", "1"]


def start(database: Path, *paths: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*command(database), *map(str, paths)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(database: Path, outcome: Outcome, *paths: Path) -> None:
    process = start(database, *paths)
    error = process.communicate(timeout=600)[1]
    if process.returncode != 0:
        outcome.errors.append(f"ingest ended with {process.returncode}: {error.strip()[-300:]}")


def base(database: Path, texts: Path) -> None:
    """A register with one document, of which somebody has entered an event."""
    wrong = Outcome()
    finish(database, wrong, min(texts.iterdir()))
    assert wrong.good, wrong.errors
    with open_register(database) as register:
        norm = next(row for row in register.norms() if row.deadlines)
        event = events.event_of(
            norm, norm.deadlines[0], events.Counted(occurred_at="2033-01-10", dates=["2033-02-10"], steps=["entered"])
        )
        events.store(register, [event])
        judgement = Change(
            status="applicable", owner="Anna", note="asked the pilots", due="2033-05-01", finding="confirmed"
        )
        reviews.change(register, [norm.id], judgement, by="Ben")


def content(register: Register) -> Counter[str]:
    return Counter(register.content())


def people(register: Register) -> dict[str, tuple[int, int]]:
    return {table: rows_digest(register._connection, table) for table in schema.PEOPLE_TABLES}


def compare(database: Path, want: Counter[str], want_people: dict[str, tuple[int, int]], outcome: Outcome) -> None:
    """Count what differs from the register that nobody disturbed."""
    with open_register(database) as register:
        outcome.errors += register.check()
        have = content(register)
        outcome.lost += sum((want - have).values())
        outcome.doubled += sum((have - want).values())
        outcome.people += sum(want_people[table] != digest for table, digest in people(register).items())
        summary = register.summary()
        outcome.documents, outcome.norms = summary.documents, summary.norms


def state(database: Path) -> tuple[int, int]:
    """Runs begun and documents stored, as a reader sees them; (0, 0) before there is a register."""
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as raw:
            return tuple(raw.execute("SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM documents)").fetchone())
    except sqlite3.OperationalError:
        return (0, 0)


def begin(database: Path, texts: Path, *, stored: bool) -> subprocess.Popen[str]:
    """An ingest that has just noted its run in the register, or ``stored`` its first document."""
    before = state(database)
    process = start(database, texts)
    while state(database)[stored] == before[stored] and process.poll() is None:
        time.sleep(0.01)
    return process


def kill(database: Path, texts: Path, wait: float, outcome: Outcome, *, stored: bool) -> None:
    """Ingest, and kill everything ``wait`` seconds after it began to read or has ``stored`` something."""
    process = begin(database, texts, stored=stored)
    time.sleep(wait)
    if process.poll() is None:
        outcome.kills += 1
    # It may have ended by itself just now.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    outcome.found_after_kill[state(database)[1]] += 1
    # As the next process finds it, with its log.
    with closing(sqlite3.connect(database)) as raw:
        sound = [row[0] for row in raw.execute("PRAGMA integrity_check")]
        half = raw.execute(
            "SELECT count(*) FROM documents d WHERE d.norms <> (SELECT count(*) FROM norms n WHERE n.document = d.id)"
        ).fetchone()[0]
    if sound != ["ok"] or half:
        outcome.errors.append(f"after a kill: {sound}, {half} half documents")


def kills(folder: Path, texts: Path, number: int, seed: int, *, in_a_row: bool) -> Outcome:
    """Kill ``number`` ingests of ``texts``; ``in_a_row``: all of one register."""
    outcome = Outcome()
    begun = time.monotonic()
    fresh, want_in, database = folder / "fresh.db", folder / "want.db", folder / "killed.db"
    base(fresh, texts)
    shutil.copy(fresh, want_in)
    process = begin(want_in, texts, stored=True)
    started = time.monotonic()
    process.communicate(timeout=600)
    if process.returncode:
        outcome.errors.append("the run that nobody killed failed")
    length = time.monotonic() - started
    with open_register(want_in) as register:
        want, want_people = content(register), people(register)
    moments = random.Random(seed)
    while outcome.kills < number:
        if not database.exists():
            shutil.copy(fresh, database)
        # In a row each run has less to do than the one before.
        wait = moments.uniform(0, length / number * 2 if in_a_row else length)
        killed = outcome.kills
        # Some before anything is stored, most while documents come in.
        kill(database, texts, wait, outcome, stored=moments.random() < _STORED)
        if in_a_row and killed < outcome.kills < number:
            continue
        finish(database, outcome, texts)
        compare(database, want, want_people, outcome)
        for end in ("", "-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
    outcome.seconds = time.monotonic() - begun
    return outcome


def together(folder: Path, texts: Path, writers: int, readers: int) -> Outcome:
    """Many processes on one register at once."""
    outcome = Outcome()
    begun = time.monotonic()
    want_in, database = folder / "alone.db", folder / "together.db"
    base(want_in, texts)
    shutil.copy(want_in, database)
    finish(want_in, outcome, texts)
    with open_register(want_in) as register:
        want, want_people = content(register), people(register)
    files = sorted(texts.iterdir())
    reading = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(database)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(readers)
    ]
    for process in reading:
        # Who reads is there before anybody writes.
        assert process.stdout
        process.stdout.readline()
    # Each writer has two thirds of the documents: every one is read by two of three.
    writing = [start(database, *_share(files, number, writers)) for number in range(writers)]
    for process in writing:
        error = process.communicate(timeout=600)[1]
        if process.returncode != 0:
            outcome.errors.append(f"a writer ended with {process.returncode}: {error.strip()[-300:]}")
    for process in reading:
        if process.poll() is not None:
            outcome.errors.append(f"a reader ended with {process.returncode}")
        process.kill()
        output, error = process.communicate()
        outcome.reads += int(output.split()[-1]) if output.split() else 1
        if error.strip():
            outcome.errors.append(f"a reader said: {error.strip()[-300:]}")
    compare(database, want, want_people, outcome)
    outcome.seconds = time.monotonic() - begun
    return outcome


def _share(files: list[Path], number: int, writers: int) -> Iterator[Path]:
    return (file for at, file in enumerate(files) if writers == 1 or at % writers != number)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--copies", type=int, default=4, help="of each of six samples")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--in-a-row", action="store_true", help="kill runs of one register one after the other")
    given = parser.parse_args()
    print(f"{date.today()}, {given.copies * len(QUICK)} documents")
    good = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = corpus(folder / "texts", given.copies)
        if given.kills:
            one = kills(folder, texts, given.kills, given.seed, in_a_row=given.in_a_row)
            good &= print_outcome(f"{one.kills} x kill -9", one)
            spread = ", ".join(f"{found}: {times}" for found, times in sorted(one.found_after_kill.items()))
            print(f"  documents in the register after the kills (documents: kills) {spread}")
        if given.writers:
            two = together(folder, texts, given.writers, given.readers)
            good &= print_outcome(f"{given.writers} writers, {given.readers} readers", two)
            print(f"  {two.reads} openings with searches by readers meanwhile")
    return 0 if good else 1


def print_outcome(what: str, outcome: Outcome) -> bool:
    print(
        f"{what}: {len(outcome.errors)} errors, {outcome.lost} rows lost, {outcome.doubled} doubled, {outcome.people} of "
        f"people changed; {outcome.documents} documents, {outcome.norms:,} norms, {outcome.seconds:.0f} s"
    )
    for error in outcome.errors[:5]:
        print(f"  {error}")
    return outcome.good


if __name__ == "__main__":
    sys.exit(main())
