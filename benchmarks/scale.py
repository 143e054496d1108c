#!/usr/bin/env python3
"""How fast one machine searches and stores at ten thousand, a hundred thousand and a million norms.

    python benchmarks/scale.py --norms 10000 100000 1000000 --plot benchmarks/scale.svg [--json scale.json] [--folder /tmp]

One register of made-up norms (``generate.py``) grows from size to size; the rows are made by a second process, and only what
``Register.write`` takes is counted as storing. At each size a process of its own reads: mixed searches (words, phrases,
prefixes, boolean ones, filters, places), common words, counts of three facets, a results page with them. Each query is asked
several times and the median is taken, since other programs disturb; CPU seconds are told beside the wall clock for the same
reason. A million norms need about 5 GB in ``--folder``.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import generate

from dutybook.searching import Filters, facets, page
from dutybook.store import Flat, open_register
from dutybook.store.documents import writer

REPEATS = 3
#: Queries of each kind in a mixed set.
EACH = 16
THREE = ("modality", "topic", "work")
#: What we want to stay below, in milliseconds, on two cores.
GOALS = {"mixed": 50, "common word": 150, "three facets": 200, "results page": 200}
INSERT_GOAL = 3_000


def queries(seed: int = generate.SEED) -> dict[str, list[Filters]]:
    """What people type, by kind, in the languages of the register; the same for every size."""
    rng = Random(seed)
    file = generate.words_file()
    languages: list[str] = file["languages"]
    made: dict[str, list[Filters]] = defaultdict(list)
    for number in range(EACH):
        at = number % len(languages)
        language = languages[at]
        nouns = generate.vocabulary(language)
        rare = nouns[rng.randrange(60, 4000)]
        often = nouns[rng.randrange(5, 30)]
        action = [w for w in rng.choice(file["actions"])["text"][at].replace("'", " ").split() if len(w) > 4]
        phrase = " ".join(rng.choice(file["actions"])["text"][at].split()[:3])
        made["words"].append(Filters(words=" ".join(rng.sample(action, min(2, len(action))) + [rare][: number % 2])))
        made["phrase"].append(Filters(words=f'"{phrase}" {often}'))
        made["prefix"].append(Filters(words=f"{rare[:5]}*"))
        made["boolean"].append(Filters(words=f"{rare} OR {nouns[rng.randrange(60, 4000)]} -{often}"))
        kind = number % 4
        made["filters"].append(
            Filters(
                words=f"{action[0]} {often}",
                language=language if kind == 0 else None,
                modality="prohibition" if kind == 1 else None,
                topic="security" if kind == 2 else None,
                due_window="365" if kind == 3 else None,
            )
        )
        made["place"].append(Filters(words=rare, place=f"Art {rng.randrange(1, 40)}"))
    return made


def common() -> list[Filters]:
    """The most frequent noun of each language."""
    return [Filters(words=generate.vocabulary(language)[0]) for language in generate.words_file()["languages"]]


def read(database: Path) -> dict[str, Any]:
    """Milliseconds (wall, CPU) of each query by kind, and the process's peak memory in MiB."""
    with open_register(database, read_only=True, create=False) as register:
        times: dict[str, list[tuple[float, float]]] = {}
        for kind, chosen in queries().items():
            times[kind] = [_time(lambda f=f: page(register, f, limit=20)) for f in chosen]
        times["mixed"] = [pair for pairs in list(times.values()) for pair in pairs]
        words = common()
        times["common word"] = [_time(lambda f=f: page(register, f, limit=20)) for f in words]
        times["three facets"] = [_time(lambda f=f: facets(register, f, THREE)) for f in [*words, Filters()]]
        times["results page"] = [
            _time(lambda f=f: page(register, f, limit=20, facets=THREE))
            for f in [*words, *queries()["words"], Filters()]
        ]
        times["filters alone"] = [
            _time(lambda f=f: page(register, f, limit=20))
            for f in (Filters(modality="exemption"), Filters(topic="security", language="pt"), Filters(due_window="30"))
        ]
    return {"times": times, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _time(ask: Callable[[], object]) -> tuple[float, float]:
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - wall) * 1000)
        cpus.append((time.process_time() - cpu) * 1000)
    return statistics.median(walls), statistics.median(cpus)


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def documents(seed: int) -> Generator[Flat, None, None]:
    """Documents without end, made in another process a few ahead of the writer."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        plans = generate.plans(seed)
        waiting = [pool.apply_async(generate.flat, (plan,)) for plan in islice(plans, 4)]
        while True:
            made = waiting.pop(0).get()
            waiting.append(pool.apply_async(generate.flat, (next(plans),)))
            yield made


class Writing:
    """Fills a register and keeps count of what storing takes, by step of what is derived."""

    def __init__(self, database: Path, seed: int) -> None:
        self.register = open_register(database)
        self.documents = documents(seed)
        self.norms = 0
        self.steps: Counter[str] = Counter()
        writer.STEPS = tuple(self._timed(step) for step in writer.STEPS)
        writer.JUDGEMENT_STEPS = tuple(self._timed(step) for step in writer.JUDGEMENT_STEPS)

    def until(self, norms: int) -> dict[str, Any]:
        """Store documents until there are ``norms``; norms a second of wall clock and of CPU since the last call."""
        before, wall, cpu = self.norms, 0.0, 0.0
        self.steps.clear()
        while self.norms < norms:
            made = next(self.documents)
            begun, used = time.perf_counter(), time.process_time()
            self.register.write(made)
            wall += time.perf_counter() - begun
            cpu += time.process_time() - used
            self.norms += made.norms
        stored = self.norms - before
        # What the file holds, the log with it.
        self.register._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return {
            "stored": stored,
            "wall": stored / wall,
            "cpu": stored / cpu,
            "steps": {name: 1e6 * seconds / stored for name, seconds in self.steps.most_common()},
            "others": 1e6 * (cpu - sum(self.steps.values())) / stored,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def _timed(self, step: writer.Step) -> writer.Step:
        name = f"{step.__module__.rpartition('.')[2]}.{step.__name__}"

        @functools.wraps(step)
        def run(connection: Any, works: Any) -> object:
            used = time.process_time()
            try:
                return step(connection, works)
            finally:
                self.steps[name] += time.process_time() - used

        return run


def report(results: dict[int, dict[str, Any]]) -> None:
    for norms, result in results.items():
        written, times = result["written"], result["read"]["times"]
        print(f"\n{norms:,} norms, {result['documents']:,} documents, {result['size'] / 2**20:,.0f} MiB")
        print(
            f"  storing {written['wall']:,.0f} norms/s (CPU {written['cpu']:,.0f}), goal {INSERT_GOAL:,};"
            f" rows, terms and full text {written['others']:.0f} us a norm, derived: "
            + ", ".join(f"{name} {used:.0f} us" for name, used in written["steps"].items() if used >= 1)
        )
        print(f"  peak memory: writer {written['memory']:,.0f} MiB, reader {result['read']['memory']:,.0f} MiB")
        print(f"  {'':<16}{'p50 ms':>9}{'p95 ms':>9}{'CPU p50':>9}{'CPU p95':>9}{'goal':>7}")
        for kind, pairs in times.items():
            walls, cpus = [p[0] for p in pairs], [p[1] for p in pairs]
            figures = [percentile(values, share) for values in (walls, cpus) for share in (0.5, 0.95)]
            print(f"  {kind:<16}" + "".join(f"{f:>9.1f}" for f in figures) + f"{GOALS.get(kind, ''):>7}")


def plot(results: dict[int, dict[str, Any]], target: Path) -> None:
    """Latency by size, with the goals, and norms stored a second."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = list(results)
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.5), width_ratios=(3, 2))
    for colour, (kind, goal) in enumerate(GOALS.items()):
        for place, share, style in ((0, 0.95, "-"), (1, 0.95, ":")):
            values = [percentile([p[place] for p in r["read"]["times"][kind]], share) for r in results.values()]
            label = f"{kind}, p95 {'CPU' if place else 'wall'} (goal {goal} ms)"
            left.plot(sizes, values, style, marker="o", color=f"C{colour}", label=label if not place else None)
    left.set(xscale="log", yscale="log", xlabel="norms in the register", ylabel="milliseconds (dotted: CPU)")
    left.legend(fontsize=8)
    for place, style in (("wall", "-"), ("cpu", ":")):
        right.plot(sizes, [r["written"][place] for r in results.values()], style, marker="o", color="C0", label=place)
    right.axhline(INSERT_GOAL, color="grey", linewidth=0.8)
    right.set(xscale="log", xlabel="norms in the register", ylabel="norms stored a second", ylim=(0, None))
    right.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(target)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--norms", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="where the register is made and removed again")
    parser.add_argument("--seed", type=int, default=generate.SEED)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        print(json.dumps(read(given.read)))
        return 0
    results: dict[int, dict[str, Any]] = {}
    with TemporaryDirectory(dir=given.folder) as folder:
        database = Path(folder) / "scale.db"
        writing = Writing(database, given.seed)
        for norms in sorted(given.norms):
            written = writing.until(norms)
            documents = writing.register._connection.execute("SELECT count(*) FROM documents").fetchone()[0]
            asked = [sys.executable, __file__, "--read", str(database)]
            done = subprocess.run(asked, capture_output=True, text=True, check=True)
            size = database.stat().st_size
            seen = json.loads(done.stdout)
            results[norms] = {"written": written, "documents": documents, "size": size, "read": seen}
            report({norms: results[norms]})
            sys.stdout.flush()
        writing.register.close()
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if given.plot:
        plot(results, given.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
