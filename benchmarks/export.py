#!/usr/bin/env python3
"""How fast a register becomes a file, and how much memory that takes.

    python benchmarks/export.py [--norms 5000] [--formats xlsx csv jsonl] [--register R.db] [--said 1000] [--json out.json]

The register is made of acts that do not exist (``generate.py``), unless one is given. All versions of all documents are exported, so
that there are as many rows as norms. Each format is written by a process of its own: rows a CPU-second of that process (opening
the register included) and the most memory that it held. ``--said``: so many norms get a status, an owner and a note first,
which has Chinese, Greek, Cyrillic and Arabic letters in it. ``--formats all`` (the default) are all formats there are.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

_MEBI = 2**20
_NOTE = "asked the supplier: 供应商已确认 · ο προμηθευτής · поставщик · المورد"


@dataclass(frozen=True, slots=True)
class Measured:
    """One export: CPU and wall seconds, most memory held and size of the file in MiB."""

    format: str
    rows: int
    cpu: float
    wall: float
    memory: float
    size: float

    @property
    def rate(self) -> float:
        return self.rows / self.cpu


def make(path: Path, norms: int, judged: int = 0) -> None:
    """A register of made-up norms; ``judged`` of them have a status, an owner and a note."""
    # Here, since the process that exports has none of it.
    sys.path.insert(0, str(Path(__file__).parent))
    import generate

    from dutybook.store import open_register
    from dutybook.store.judgements.change import Change
    from dutybook.store.judgements.reviews import change

    with open_register(path) as register:
        for made in generate.flats(norms):
            register.write(made)
        ids = [row[0] for row in register._connection.execute("SELECT id FROM norms ORDER BY id LIMIT ?", (judged,))]
        for start in range(0, len(ids), 500):
            wanted = Change(status="applicable", owner="anna", note=_NOTE)
            change(register, ids[start : start + 500], wanted, by="benchmark")


def measure(register: Path, extension: str, reader: str = "en") -> Measured:
    """Export a whole register in a process of its own."""
    with TemporaryDirectory(prefix="dutybook-export-") as folder:
        target = Path(folder) / f"register.{extension}"
        command = [sys.executable, __file__, "--child", str(register), str(target), reader]
        begun = time.perf_counter()
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
        wall = time.perf_counter() - begun
        rows, cpu, memory = json.loads(done.stdout)
        return Measured(extension, rows, cpu, wall, memory, target.stat().st_size / _MEBI)


def _child(register: str, target: str, reader: str) -> None:
    from dutybook.export import export
    from dutybook.store import open_register

    with open_register(register, read_only=True, create=False) as opened:
        rows = export(opened, target, {"all_versions": True}, reader=reader)
    print(json.dumps([rows, time.process_time(), _most_memory()]))


def _formats() -> tuple[str, ...]:
    from dutybook.export import known_formats

    return known_formats()


def _most_memory() -> float:
    """The most memory that this process held, in MiB."""
    try:
        # Not getrusage: what it says includes the process that started this one, until it became another program.
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return used / (_MEBI if sys.platform == "darwin" else 1024)


def main() -> int:
    if sys.argv[1:2] == ["--child"]:
        _child(*sys.argv[2:5])
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--norms", type=int, default=5_000)
    parser.add_argument("--formats", nargs="+", default=["all"])
    parser.add_argument("--register", type=Path)
    parser.add_argument("--reader", default="en")
    parser.add_argument("--said", dest="judged", metavar="SAID", type=int, default=1_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="dutybook-export-") as folder:
        register = given.register or Path(folder) / "register.db"
        if not given.register:
            print(f"making a register of {given.norms:,} norms …", flush=True)
            make(register, given.norms, given.judged)
        formats = given.formats if given.formats != ["all"] else [name[1:] for name in _formats()]
        found = [measure(register, extension, given.reader) for extension in formats]
    print(f"{'format':8}{'rows':>9}{'CPU s':>8}{'rows/CPU-s':>12}{'wall s':>8}{'MiB held':>10}{'file MiB':>10}")
    for m in found:
        print(f"{m.format:8}{m.rows:>9,}{m.cpu:>8.1f}{m.rate:>12,.0f}{m.wall:>8.1f}{m.memory:>10.0f}{m.size:>10.1f}")
    if given.json:
        given.json.write_text(json.dumps([asdict(m) for m in found], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
