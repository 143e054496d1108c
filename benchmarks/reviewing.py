"""What people's records cost: storing a document with thousands of reviewed norms, and checking a long history.

    python benchmarks/reviewing.py [--norms 10000] [--rows 100000]

Prints seconds of this machine; compare them with each other rather than with those of another one. The texts are made up.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from builders import N, make_analysis
from dutybook.records import Analysis
from dutybook.store import Filters, Register, flatten, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change


def timed(what: str, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    print(f"{what:<72} {took:8.2f} s")
    return took


def document(norms: int, day: str | None, changed: int = 0) -> Analysis:
    """A made-up act; ``changed`` of its norms say something else."""
    texts = [
        N(
            f"Harbour operator number {n} shall report incident {n} to authority {n % 97} {'at once' if n < changed else 'soon'}.",
            place=f"Art {n}",
            bearer="Harbour operator",
        )
        for n in range(norms)
    ]
    made = make_analysis(texts, source=f"{day}.txt", salt=str(day))
    kind = "consolidated" if day else "original"
    return replace(made, document=replace(made.document, version_date=day, version_kind=kind))


def storing(folder: Path, norms: int) -> None:
    """The same puts with and without records."""
    other = flatten(
        make_analysis([f"Pilots must log voyage {n}." for n in range(200)], work=None, source="x", salt="x"), "1"
    )
    first = document(norms, None)
    again = replace(first, document=replace(first.document, title="Harbour Data Act (again)"))
    later = document(norms, "2031-01-01", changed=norms // 20)
    flats = [flatten(a, "1") for a in (first, again, later)]
    for reviewed in (False, True):
        with open_register(folder / f"{reviewed}.db") as register:
            register.write(flats[0])
            name = f"{norms:,} norms, " + ("all reviewed, one in twenty corrected" if reviewed else "nothing said")
            if reviewed:
                _review(register)
            timed(f"another document of 200 norms; register: {name}", lambda r=register: r.write(other))  # type: ignore[misc]
            timed(f"the same document read again; {name}", lambda r=register: r.write(flats[1]))  # type: ignore[misc]
            timed(f"a later version, one in twenty changed; {name}", lambda r=register: r.write(flats[2]))  # type: ignore[misc]
            if reviewed:
                left = register.count(Filters(status="requires review"))
                print(f"{'marked “requires review”, in both versions':<72} {left:8,}")
                timed(
                    "search by status and owner", lambda r=register: r.count(Filters(status="compliant", owner="ann"))
                )  # type: ignore[misc]


def _review(register: Register) -> None:
    ids = [n.id for n in register.norms()]
    judgement = Change(status="compliant", owner="anna", note="looked at")
    timed(f"say the same of {len(ids):,} norms at once", lambda: reviews.change(register, ids, judgement, by="anna"))
    wrong = Change(correct={"bearer": "quaymaster"}, reason="misread")
    timed(f"correct {len(ids) // 20:,} of them", lambda: reviews.change(register, ids[::20], wrong, by="anna"))


def checking(folder: Path, rows: int) -> None:
    """A history of so many rows."""
    with open_register(folder / "long.db") as register:
        register.write(flatten(document(1000, None), "1"))
        ids = [n.id for n in register.norms()]
        turn = 0
        while reviews.verify_history(register).rows < rows:
            reviews.change(register, ids, Change(owner=f"o{turn}", control=f"c{turn}", reviewer=f"r{turn}"), by="anna")
            turn += 1
        number = reviews.verify_history(register).rows
        timed(f"audit --verify of {number:,} rows", lambda: reviews.verify_history(register))
        timed(f"doctor: everything, with a replay of {number:,} rows", register.check)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--norms", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    with TemporaryDirectory(prefix="dutybook-") as folder:
        storing(Path(folder), given.norms)
        checking(Path(folder), given.rows)


if __name__ == "__main__":
    main()
