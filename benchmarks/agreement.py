#!/usr/bin/env python3
"""Do the language versions of one act state the same norms? No gold is needed: English and all others are compared.

    python benchmarks/agreement.py ../shared [--only en-es] [--act GDPR] [--show 40] [--cache FOLDER]

Each act is read in each language as users read it; ``parallel/*.jsonl`` go to the norm finder alone, each line as a
provision of a small act. Units (sentences, stems, items) are aligned by place, digits and length
(``models/training/aligning.py``); within two aligned units the norms are matched in order. Per pair of languages:

* norms in A and in B, matched, and ``presence`` = F1 of matched norms (P2B, of which lines are missing in each language,
  counts aligned units only);
* ``modality``: share of the matched that agree in modality; ``agree`` = F1 of norms that agree in place and modality.

``--show N`` prints up to N disagreements a pair with both sentences. ``--only`` takes pairs or one language ("es"),
``--act`` names of acts or of parallel files. Results are kept by the hash of file, code and pack in ``--cache``.
"""

from __future__ import annotations

import argparse
import hashlib
import pickle
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "models"))

from training.acts import ACTS, PARALLEL, versions  # noqa: E402
from training.aligning import align  # noqa: E402
from training.parallel import languages_of, read_parallel  # noqa: E402
from training.units import Found, Unit, in_language, norms_of, read_text, seeks_norms, units_of  # noqa: E402

import dutybook  # noqa: E402


@cache
def code_hash(language: str) -> str:
    """Of the code and the language's pack: the findings of a language do not change with other packs."""
    made = hashlib.sha256()
    home = Path(dutybook.__file__).parent
    files = [
        *home.rglob("*.py"),
        home / "languages" / "packs" / f"{language}.toml",
        *(ROOT / "models").rglob("*.[pn][yp]*"),
    ]
    for file in sorted(f for f in files if f.is_file()):
        made.update(str(file.relative_to(file.parents[2])).encode() + file.read_bytes())
    return made.hexdigest()


class Reader:
    """Units with norms, from the cache where file, code and pack are the same."""

    def __init__(self, folder: Path, model: str) -> None:
        self.folder, self.model = folder, model
        folder.mkdir(parents=True, exist_ok=True)

    def units(self, file: Path, language: str) -> list[Unit]:
        key = hashlib.sha256(file.read_bytes() + f"{language}{self.model}{code_hash(language)}".encode()).hexdigest()[
            :32
        ]
        kept = self.folder / f"{key}.pickle"
        if kept.is_file():
            return list(pickle.loads(kept.read_bytes()))  # our own scratch
        if file.suffix == ".jsonl":
            text = read_parallel(file, language)
        else:
            text = in_language(read_text(file.name, file.read_bytes(), None), language)
        made = units_of(text, norms_of(text, self.model))
        kept.write_bytes(pickle.dumps(made))
        return made


def matched(ours: Sequence[Found], theirs: Sequence[Found]) -> list[tuple[Found | None, Found | None]]:
    """Norms of two aligned units, in order; where one has more, those that agree in modality are matched first."""
    best: dict[tuple[int, int], tuple[float, tuple[tuple[Found | None, Found | None], ...]]] = {}

    def solve(i: int, j: int) -> tuple[float, tuple[tuple[Found | None, Found | None], ...]]:
        if i == len(ours) or j == len(theirs):
            rest = [(o, None) for o in ours[i:]] + [(None, t) for t in theirs[j:]]
            return 0.0, tuple(rest)
        if (i, j) not in best:
            value = 1.1 if ours[i].modality == theirs[j].modality else 1.0
            options = []
            for gain, pair, at in (
                (value, (ours[i], theirs[j]), (i + 1, j + 1)),
                (0.0, (ours[i], None), (i + 1, j)),
                (0.0, (None, theirs[j]), (i, j + 1)),
            ):
                score, tail = solve(*at)
                options.append((gain + score, (pair, *tail)))
            best[i, j] = max(options, key=lambda o: o[0])
        return best[i, j]

    return list(solve(0, 0)[1])


@dataclass(slots=True)
class Row:
    """A pair of versions of one act."""

    name: str
    pair: str
    first: int = 0
    second: int = 0
    both: int = 0
    same: int = 0

    def line(self) -> str:
        total = self.first + self.second
        presence, agree = (2 * n / total if total else 1.0 for n in (self.both, self.same))
        modality = self.same / self.both if self.both else 1.0
        return (
            f"{self.name:<34}{self.pair:<14}{self.first:>7}{self.second:>7}{self.both:>9}"
            f"{presence:>10.3f}{modality:>10.3f}{agree:>8.3f}"
        )


def compare(row: Row, ours: list[Unit], theirs: list[Unit], whole: bool) -> Iterator[str]:
    """Counts into ``row``; gives the disagreements."""
    pairs = align(ours, theirs)
    if whole:
        row.first, row.second = (sum(len(u.norms) for u in units) for units in (ours, theirs))
    for pair in pairs:
        if not whole:
            row.first += len(pair.first.norms)
            row.second += len(pair.second.norms)
        for a, b in matched(pair.first.norms, pair.second.norms):
            row.both += a is not None and b is not None
            row.same += a is not None and b is not None and a.modality == b.modality
            if a is None or b is None or a.modality != b.modality:
                labels = f"{a.modality if a else '—'} / {b.modality if b else '—'}"
                yield (
                    f"  {pair.first.place} [{pair.first.role}] {labels}\n    {pair.first.text[:400]}\n"
                    f"    {pair.second.text[:400]}"
                )
    if whole:
        for units, seen in ((ours, {id(p.first) for p in pairs}), (theirs, {id(p.second) for p in pairs})):
            for unit in units:
                if id(unit) not in seen and unit.norms:
                    yield f"  {unit.place} [{unit.role}] no counterpart: {unit.text[:300]}"


def documents(shared: Path, wanted: set[str]) -> Iterator[tuple[str, list[tuple[str, Path]]]]:
    """Acts and parallel files, each with (tag, file)."""
    for act in ACTS:
        if not wanted or act in wanted:
            yield act, [(v.tag, v.file) for v in versions(shared, act)]
    for name, (path, act) in PARALLEL.items():
        file = shared / path
        if file.is_file() and (not wanted or name in wanted or act in wanted):
            yield name, [(code, file) for code in languages_of(file)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="pairs (en-es) or languages (es)")
    parser.add_argument("--act", nargs="*", default=[], help="acts (GDPR) or parallel files (gdpr.en-sv)")
    parser.add_argument("--show", type=int, default=0, help="print so many disagreements a pair")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "dutybook-agreement")
    parser.add_argument("--model", default="rules", help="rules, light or auto; auto has learned from these acts")
    options = parser.parse_args()
    if not (options.shared / "docs").is_dir():
        print(f"{options.shared} is not here: the acts are not part of the repository", file=sys.stderr)
        return 2
    reader = Reader(options.cache, options.model)
    head = f"{'act':<34}{'pair':<14}{'in A':>7}{'in B':>7}{'matched':>9}{'presence':>10}{'modality':>10}{'agree':>8}"
    print(head)
    totals: dict[str, Row] = {}
    skipped: dict[str, list[str]] = {}
    for name, found in documents(options.shared, set(options.act)):
        known = []
        for tag, file in found:
            if seeks_norms(tag[:2]):
                known.append((tag, file))
            else:
                skipped.setdefault(tag[:2], []).append(name)
        for (one, ours), (two, theirs) in combinations(known, 2):
            languages = "-".join(sorted((one[:2], two[:2]), key=lambda c: (c != "en", c)))
            chosen = not options.only or any(o in {languages, one[:2], two[:2], f"{one}-{two}"} for o in options.only)
            # Several files of one language are compared among themselves, and with others by their first file only.
            plain = "-" not in one and "-" not in two
            if (
                not chosen
                or (not plain and one[:2] != two[:2])
                or (plain and not options.only and "en" not in {one, two})
            ):
                continue
            row = Row(name, f"{one} {two}")
            differences = list(compare(row, reader.units(ours, one[:2]), reader.units(theirs, two[:2]), name != "P2B"))
            print(row.line(), flush=True)
            print("\n".join(differences[: options.show]), end="\n" if options.show and differences else "")
            if plain:
                total = totals.setdefault(languages, Row("all", languages))
                for field in ("first", "second", "both", "same"):
                    setattr(total, field, getattr(total, field) + getattr(row, field))
    print("\n" + head)
    for total in sorted(totals.values(), key=lambda t: t.pair):
        print(total.line())
    for language, names in sorted(skipped.items()):
        print(f"skipped: {language} has no norm pack yet ({', '.join(names)})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
