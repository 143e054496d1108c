#!/usr/bin/env python3
"""Damages small documents of every format at random and reads them: nothing may crash, hang, or end as an internal error.

    python benchmarks/fuzz.py [--seconds 600] [--seed 1] [--keep DIR]

It starts from the samples of ``tests/layout``, one a format, from the XML files beside them and from ``corpora/samples``. Files that are
archives are damaged inside as well: a member is damaged and packed again. What is found is written to DIR under the name of its
mutation, to become a test. Exit code 1 if anything was found. ``make fuzz`` runs it for ten minutes.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from dutybook.ingest.containers import SEPARATOR
from dutybook.pipeline.extraction import extract
from dutybook.reasons import Why

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "layout"))

from format_samples import ENDINGS, SAMPLES  # noqa: E402 - of the tests

#: So many files are read by one pool.
_BATCH = 60
#: Larger seeds are left out: they only make mutations rarer.
_LARGEST = 300_000
_NUMBERS = (b"0", b"-1", b"65536", b"4294967295", b"99999999999999999999", b"1e308", b"nan", b"0.0000001")
_PIECES = (
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"\\",
    b"(",
    b"endobj",
    b"stream",
    b"\r\n\r\n",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    given = parser.parse_args()
    chance, seeds = random.Random(given.seed), read_seeds()
    ends, count, faults = time.monotonic() + given.seconds, 0, 0
    outcomes: Counter[str] = Counter()
    while time.monotonic() < ends:
        with tempfile.TemporaryDirectory() as folder:
            files = {}
            for _ in range(_BATCH):
                name, data = chance.choice(seeds)
                how, damaged = mutate(data, chance)
                count += 1
                files[str(Path(folder) / f"{count}-{name}")] = (how, damaged)
            for path, (_, damaged) in files.items():
                Path(path).write_bytes(damaged)
            found = dict.fromkeys(files, "no line")
            for line in extract(list(files)):
                path = line.source.split(SEPARATOR)[0]
                fault = find_fault(line.reason)
                found[path] = fault and f"{fault}: {line.reason} {line.details[-400:]}"
                outcomes[fault or line.status] += 1
            for path, fault in found.items():
                if fault:
                    faults += 1
                    how, damaged = files[path]
                    given.keep.mkdir(parents=True, exist_ok=True)
                    kept = given.keep / f"{how}-{Path(path).name}"
                    kept.write_bytes(damaged)
                    print(f"{kept}: {fault}")
    print(f"{count} files, seed {given.seed}: " + ", ".join(f"{n} {name}" for name, n in outcomes.most_common()))
    return 1 if faults else 0


def find_fault(reason: str) -> str:
    """What is wrong with an outcome, by its reason; empty for a file that was read or refused for what is in it."""
    if "internal error" in reason:
        return "defect"
    code = getattr(reason, "code", "")
    if code in (Why.CRASHED, Why.SLOW, Why.MEMORY) or "ended by" in reason or "took longer" in reason:
        return "crash, time or memory"
    return ""


def read_seeds() -> list[tuple[str, bytes]]:
    """Names and bytes of what is damaged."""
    seeds = [(f"order.{ENDINGS.get(kind, kind)}", data) for kind, data in SAMPLES.items()]
    folders = (ROOT / "tests" / "layout" / "xml" / "fixtures", ROOT / "corpora" / "samples")
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix != ".tsv"]
    return seeds + [(file.name, file.read_bytes()) for file in files if file.stat().st_size <= _LARGEST]


def mutate(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The name of a mutation, and the damaged bytes."""
    if data[:2] == b"PK" and chance.random() < 0.8:
        how, damaged = mutate_member(data, chance)
        return f"member-{how}", damaged
    how = chance.choice(list(MUTATIONS))
    damaged = data
    for _ in range(chance.choice((1, 1, 2, 5))):
        damaged = MUTATIONS[how](damaged, chance)
    return how, damaged


def mutate_member(data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """An archive with one damaged member."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        names = archive.namelist()
        chosen = chance.choice(names)
        how = chance.choice(list(MUTATIONS))
        for member in names:
            content = archive.read(member)
            packed.writestr(member, MUTATIONS[how](content, chance) if member == chosen else content)
    return how, out.getvalue()


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 4, 32))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut_end(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def delete_piece(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 10, 200)) :]


def repeat_piece(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((5, 50, 500))]
    return data[:start] + piece * chance.choice((2, 50, 2000)) + data[start:]


def change_number(data: bytes, chance: random.Random) -> bytes:
    places = list(_digits(data))
    if not places:
        return data
    start, end = chance.choice(places)
    return data[:start] + chance.choice(_NUMBERS) + data[end:]


def insert_piece(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return data[:at] + chance.choice(_PIECES) * chance.choice((1, 3, 400)) + data[at:]


def swap_pieces(data: bytes, chance: random.Random) -> bytes:
    first, second, third = sorted(chance.randrange(len(data) + 1) for _ in range(3))
    return data[:first] + data[second:third] + data[first:second] + data[third:]


def _digits(data: bytes) -> Iterator[tuple[int, int]]:
    start = None
    for at, byte in enumerate(data[:100_000]):
        if 48 <= byte <= 57:
            start = at if start is None else start
        elif start is not None:
            yield start, at
            start = None


MUTATIONS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "flip": flip_bytes,
    "cut": cut_end,
    "delete": delete_piece,
    "repeat": repeat_piece,
    "number": change_number,
    "insert": insert_piece,
    "swap": swap_pieces,
}


if __name__ == "__main__":
    sys.exit(main())
