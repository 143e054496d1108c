"""Makes the registers of this folder: each by the code that was current when its format was, from two of our samples.

    python tests/store/released/make.py [FORMAT …]

The one of format 9 was brought up from that of format 8 by the code of format 9.

Needs git, the whole history, and an environment in which the old code runs (that of the development extra).
"""

from __future__ import annotations

import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SAMPLES = ("seehafendatengesetz.de.md", "circular-outsourcing.en.pdf")

#: Format and the last commit that had it.
COMMITS = {
    1: "182bea0",
    2: "6007912",
    3: "e8fd5d5",
    4: "37dcb01",
    5: "1991c27",
    6: "fec101d",
    7: "eda6046",
    8: "2383ed7",
    9: "018caa2",
}

#: The first format that has what people enter.
EVENTS = 6


def main() -> None:
    for format in map(int, sys.argv[1:] or COMMITS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tree = folder / "tree"
            subprocess.run(
                ["git", "-C", str(ROOT), "worktree", "add", "--quiet", "--detach", tree, COMMITS[format]], check=True
            )
            try:
                made = make(tree, folder, format)
            finally:
                subprocess.run(["git", "-C", str(ROOT), "worktree", "remove", "--force", tree], check=True)
            target = HERE / f"format-{format}.db.xz"
            target.write_bytes(lzma.compress(made.read_bytes(), preset=9 | lzma.PRESET_EXTREME))
            print(f"{target.name}: {target.stat().st_size:,} bytes")


def make(tree: Path, folder: Path, format: int) -> Path:
    database = folder / "register.db"

    def call(*arguments: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(tree / "src"), "PYTHONWARNINGS": "ignore"}
        command = [sys.executable, "-m", "dutybook.cli", "--database", str(database), *arguments]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    texts = folder / "regulations"
    texts.mkdir()
    for sample in SAMPLES:
        (texts / sample).write_bytes((ROOT / "corpora" / "samples" / sample).read_bytes())
    call("ingest", str(texts), "--workers", "1")
    if format >= EVENTS:
        with closing(sqlite3.connect(database)) as connection:
            deadlines = [row[0] for row in connection.execute("SELECT id FROM deadlines ORDER BY kind <> 'period', id")]
        for deadline in deadlines[:2]:
            call(
                "due", deadline, "--event", "2033-10-28 20:20", "--place", "DE-BY", "--note", "entered by us", "--store"
            )
        call("export", "dates.ics")
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == format
        # No path of the machine on which this ran.
        connection.execute("UPDATE documents SET source = replace(source, ?, '')", (str(folder),))
        connection.execute(
            "UPDATE runs SET paths = ?, problems = replace(problems, ?, '')",
            (json.dumps(["/regulations"]), str(folder)),
        )
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")
        print(
            {
                t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]
                for t in (
                    "documents",
                    "norms",
                    "deadlines",
                    *(("events", "calendar_entries") if format >= EVENTS else ()),
                )
            }
        )
    assert str(folder).encode() not in database.read_bytes()
    return database


if __name__ == "__main__":
    main()
