"""How far the rules of a language agree with those of English, unit by unit, over the language versions of acts.

    python models/agree.py /work/shared da sv fi

The norms of the English version, found by the English rules, are laid on the aligned units of the other version (no
recitals). Two figures a language: F1 of what is a norm, and micro-F1 of the modality. ``--errors`` lists what differs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

from training.acts import ACTS, PARALLEL, versions  # noqa: E402
from training.aligning import align  # noqa: E402
from training.parallel import languages_of, read_parallel  # noqa: E402
from training.recording import Record, labels_of, record  # noqa: E402
from training.rows import _SURE, _SURE_BLIND, _without_recitals  # noqa: E402
from training.units import in_language, read_text, units_of  # noqa: E402

from dutybook.languages import available  # noqa: E402

NONE = "none"


@dataclass(frozen=True)
class Compared:
    """One aligned unit: what English says, what the language's own rules say, and both texts."""

    english: str
    own: str
    english_text: str
    text: str


def compared(english: Record, labels: dict[int, str], other: Record, floor: float) -> Iterator[Compared]:
    """The units of ``other`` that have a counterpart with a label, in order."""
    own, _ = labels_of(other)
    said = {
        s.span.start: n.modality.value for n in other.norms for s in other.text.sentences if s.span.contains(n.span)
    }
    for pair in align(units_of(english.text, english.norms), units_of(other.text)):
        if pair.score < floor or pair.first.role != pair.second.role or pair.first.index not in labels:
            continue
        start = other.text.sentences[pair.second.index].span.start
        mine = own.get(pair.second.index) or said.get(start, NONE)
        yield Compared(labels[pair.first.index], mine, pair.first.text, pair.second.text)


def scores(rows: list[Compared]) -> tuple[float, float]:
    """F1 of norms, and micro-F1 of their modality."""
    wanted = sum(r.english != NONE for r in rows)
    found = sum(r.own != NONE for r in rows)
    both = sum(r.english != NONE and r.own != NONE for r in rows)
    same = sum(r.english == r.own != NONE for r in rows)
    total = wanted + found
    return (2 * both / total, 2 * same / total) if total else (0.0, 0.0)


def of_act(shared: Path, act: str, code: str, floor: float | None = None) -> list[Compared]:
    """The compared units of an act; P2B's extracts have lost their headings. ``floor``: the least score of a pair."""
    files = {v.language: v.file for v in reversed(list(versions(shared, act)))}
    if code not in files:
        return []
    made = {c: record(in_language(read_text(files[c].name, files[c].read_bytes(), None), c)) for c in ("en", code)}
    labels, _ = labels_of(made["en"])
    if act == "P2B":
        labels = _without_recitals(made["en"], labels)
    floor = floor or (_SURE_BLIND if act == "P2B" else _SURE)
    return list(compared(made["en"], labels, made[code], floor))


def of_parallel(path: Path, code: str) -> list[Compared]:
    """The compared units of a parallel file."""
    english, other = (record(read_parallel(path, c)) for c in ("en", code))
    return list(compared(english, labels_of(english)[0], other, _SURE))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("languages", nargs="*", default=[])
    parser.add_argument("--acts", nargs="*", default=["P2B"])
    parser.add_argument("--parallel", action="store_true", help="parallel files, too")
    parser.add_argument("--floor", type=float, help="the least score of an aligned pair, 0 to 1")
    parser.add_argument("--errors", action="store_true", help="list the units that differ")
    options = parser.parse_args()
    for code in options.languages or available():
        acts = [act for act in options.acts if act in ACTS and code != "en"]
        sets = {act: of_act(options.shared, act, code, options.floor) for act in acts}
        if options.parallel:
            files = {n: options.shared / p for n, (p, _) in PARALLEL.items() if (options.shared / p).is_file()}
            sets |= {n: of_parallel(f, code) for n, f in files.items() if code in languages_of(f)}
        for name, rows in sets.items():
            norm, modality = scores(rows)
            print(f"{code}  {name:<10} units {len(rows):>4}  norm {norm:.3f}  modality {modality:.3f}")
            for row in rows if options.errors else ():
                if row.english != row.own:
                    print(f"   {row.english} / {row.own}\n      {row.english_text[:240]}\n      {row.text[:400]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
