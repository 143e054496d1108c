#!/usr/bin/env python3
"""How fast one machine searches and stores at ten thousand, a hundred thousand and a million norms.

    python benchmarks/scale.py --norms 10000 100000 1000000 --plot benchmarks/scale.svg [--json scale.json] [--folder /tmp]

One register of made-up norms (``generate.py``) grows from size to size; the rows are made by a second process, and only what
``Register.write`` takes is counted as storing. At each size a process of its own reads: mixed searches (words, phrases,
prefixes, boolean ones, filters, places), common words, counts of three facets, a results page with them. Each query is asked
several times and the median is taken, since other programs disturb; CPU seconds are told beside the wall clock for the same
reason. A million norms need about 5 GB in ``--folder``.

    python benchmarks/scale.py --compare --norms 10000 100000 [--server postgresql://…] [--register R.db] [--json scale.json]

copies the register at each size into PostgreSQL, too (``dutybook db copy``: a server of its own with its data in ``--folder`` and
the cache that a file has, or a new database on ``--server``), and asks both the same, in turns and in one process, so that what
else the machine does slows both: searches, pages of results, norms' pages as the browser gets them, exports of 10,000 rows. Ratios are of
PostgreSQL's percentiles over SQLite's. On a busy machine the clock says how long each waits for a processor, PostgreSQL twice, since it has a process
of its own: there the ratio of processor time (this process and the server's) says more.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).parent))

import generate

from dutybook.database_address import DatabaseName, database_named
from dutybook.searching import Filters, facets, page
from dutybook.store import Flat, Register, open_register
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


#: The cache of the server: as much as :data:`dutybook.store.database.connection.CACHE_KIB` gives to a file; one processor for a query, as SQLite has.
_SERVER = "-c shared_buffers=128MB -c max_wal_size=4GB -c checkpoint_timeout=30min -c max_parallel_workers_per_gather=0"
#: Rows of an export, and how often one is made and a page of a norm is asked for.
EXPORTED, EXPORTS, PAGES = 10_000, 3, 40
#: PostgreSQL's 95th percentile is to be at most so many times SQLite's.
RATIO_GOAL = 2.0
Ask = Callable[[], object]
#: Milliseconds of one call: wall clock, and processor time of this process and of the server's.
Took = tuple[float, float]


def no_hits() -> list[Filters]:
    """Words of which at least one is in no norm, some with a word that is like one that is."""
    nouns = [generate.vocabulary(language)[40] for language in generate.words_file()["languages"]]
    return [Filters(words=words) for noun in nouns for words in (f"{noun}qx {noun}", f"xq{noun[::-1]}zv")]


def searches_of(register: Register) -> dict[str, list[Ask]]:
    """Searches of a register by kind, as calls."""
    asked = {**queries(), "no hit": no_hits(), "common word": common()}
    asked["filters alone"] = [
        Filters(**given)  # type: ignore[arg-type]
        for language in ("pt", "de", "en")
        for given in (
            {"modality": "exemption", "language": language},
            {"topic": "security", "language": language},
            {"due_window": "30", "language": language},
        )
    ]
    made: dict[str, list[Ask]] = {
        kind: [functools.partial(page, register, one, limit=20) for one in chosen] for kind, chosen in asked.items()
    }
    page_filters = [*common(), *queries()["words"], *asked["filters alone"], Filters()]
    made["results page"] = [functools.partial(page, register, one, limit=20, facets=THREE) for one in page_filters]
    return made


class Browser:
    """Somebody who looks at pages of a register, in this process."""

    def __init__(self, database: DatabaseName) -> None:
        from starlette.testclient import TestClient

        from dutybook.web.access import Access
        from dutybook.web.app import create_app
        from dutybook.web.settings import Settings

        access = Access()
        settings = Settings(database, "anna", Path.cwd())
        self._client = TestClient(create_app(settings, access), base_url="http://127.0.0.1", follow_redirects=False)
        self._client.__enter__()
        assert self._client.get(f"/enter?key={access.key}").status_code == 303

    def open(self, address: str) -> None:
        answer = self._client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"

    def close(self) -> None:
        self._client.__exit__(None, None, None)


def export_rows(register: Register, works: list[str], folder: Path) -> None:
    from dutybook.export import export

    export(register, folder / "rows.csv", {"work": works, "all_versions": True})


def compare(file: Path, server: DatabaseName) -> Iterator[tuple[str, list[tuple[Took, Took]]]]:
    """What each query takes by kind in SQLite and in PostgreSQL, asked in turns."""
    with (
        open_register(file, read_only=True, create=False) as own,
        open_register(server, read_only=True, create=False) as other,
        TemporaryDirectory() as folder,
    ):
        sides = [searches_of(own), searches_of(other)]
        used = Server(server)
        mixed: list[tuple[Took, Took]] = []
        for kind in sides[0]:
            pairs = [_in_turns(*asks, used) for asks in zip(*(side[kind] for side in sides), strict=True)]
            mixed += pairs if kind in queries() else []
            yield kind, pairs
        yield "mixed", mixed
        rows = own._connection.execute(
            "SELECT id FROM norms WHERE row % (SELECT max(row) / ? FROM norms) = 0 LIMIT ?", (PAGES, PAGES)
        ).fetchall()
        browsers = [Browser(file), Browser(server)]
        yield (
            "norm's page",
            [_in_turns(*(functools.partial(one.open, f"/norms/{norm}") for one in browsers), used) for (norm,) in rows],
        )
        for browser in browsers:
            browser.close()
        works, left = [], EXPORTED
        asked = "SELECT work, sum(norms) FROM documents GROUP BY work HAVING sum(norms) > 0 ORDER BY work"
        for work, norms in own._connection.execute(asked):
            if left > 0:
                works.append(work)
                left -= norms
        exports = [functools.partial(export_rows, one, works, Path(folder)) for one in (own, other)]
        yield f"export of {EXPORTED - left:,} rows", [_in_turns(*exports, used, 1) for _ in range(EXPORTS)]


class Server:
    """What processes of the server that work for a database have used of processors; nothing is known of another machine's."""

    def __init__(self, database: DatabaseName) -> None:
        import psycopg

        self._connection = psycopg.connect(str(database), autocommit=True)

    def used(self) -> float:
        """Milliseconds so far."""
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        total = 0
        for (pid,) in self._connection.execute(asked).fetchall():
            with suppress(OSError):
                total += int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0])
        return total / 1e6


def _in_turns(one: Ask, other: Ask, server: Server, repeats: int = REPEATS) -> tuple[Took, Took]:
    """The median of what two calls take, each made in turn with the other."""
    took: tuple[list[Took], list[Took]] = ([], [])
    for _ in range(repeats):
        for ask, each in zip((one, other), took, strict=True):
            used, begun, cpu = server.used(), time.perf_counter(), time.process_time()
            ask()
            wall, cpu = time.perf_counter() - begun, time.process_time() - cpu
            each.append((1000 * wall, 1000 * cpu + server.used() - used))
    return _median(took[0]), _median(took[1])


def _median(took: list[Took]) -> Took:
    return statistics.median(wall for wall, _ in took), statistics.median(cpu for _, cpu in took)


def copied(file: Path, address: str) -> tuple[DatabaseName, float]:
    """The register in a new database of a server, and the seconds that copying took."""
    import psycopg

    from dutybook.store.maintenance.moving import copy_register

    name = f"dutybook_scale_{os.getpid()}_{time.time_ns()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    target = database_named(urlunsplit(urlsplit(address)._replace(path=f"/{name}")))
    begun = time.perf_counter()
    copy_register(file, target)
    return target, time.perf_counter() - begun


def drop(address: str, database: DatabaseName) -> None:
    """Remove a database that was made by :func:`copied`."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {urlsplit(str(database)).path[1:]} WITH (FORCE)")


def size_of(database: DatabaseName) -> int:
    """Bytes of a database on a server."""
    import psycopg

    with psycopg.connect(str(database)) as connection:
        [(size,)] = connection.execute("SELECT pg_database_size(current_database())").fetchall()
        return int(size)


def report_pairs(kind: str, pairs: list[tuple[Took, Took]]) -> None:
    """Print a line of figures under :data:`HEADINGS`, with a mark where the ratio of processor time is above the goal."""
    figures: list[float] = []
    ratios: list[float] = []
    for measure in (0, 1):
        own, other = (
            [percentile([pair[side][measure] for pair in pairs], share) for share in (0.5, 0.95)] for side in (0, 1)
        )
        figures += own + other
        ratios += [theirs / ours for ours, theirs in zip(own, other, strict=True)]
    numbers = "".join(f"{figure:>9.1f}" for figure in figures) + "".join(f"{ratio:>8.2f}" for ratio in ratios)
    print(f"  {kind:<22}{numbers}{' <' if ratios[-1] > RATIO_GOAL else ''}", flush=True)


#: The columns of :func:`report_pairs`.
HEADINGS = (
    f"  {'milliseconds':<22}{'SQLite wall':>18}{'PostgreSQL wall':>18}{'SQLite CPU':>18}{'PostgreSQL CPU':>18}{'ratio wall':>16}{'ratio CPU':>16}\n"
    f"  {'':<22}" + f"{'p50':>9}{'p95':>9}" * 4 + f"{'p50':>8}{'p95':>8}" * 2
)


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


def compare_all(given: argparse.Namespace) -> int:
    """Make registers of all sizes, or take the one that is there, and compare both engines."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    import postgres_server

    results: dict[int, dict[str, Any]] = {}

    def measure(file: Path, norms: int) -> None:
        database, seconds = (database_named(given.copy), 0.0) if given.copy else copied(file, address)
        try:
            size, other = file.stat().st_size, size_of(database)
            print(
                f"\n{norms:,} norms: {size / 2**20:,.0f} MiB in SQLite, {other / 2**20:,.0f} MiB in PostgreSQL"
                f" ({other / size:.2f})"
                + (f"; copied in {seconds:,.0f} s ({norms / seconds:,.0f} norms/s)" if seconds else "")
            )
            print(HEADINGS)
            times = {}
            for kind, pairs in compare(file, database):
                times[kind] = pairs
                report_pairs(kind, pairs)
            results[norms] = {"times": times, "copied": seconds, "sqlite": size, "postgresql": other}
        finally:
            if not given.copy:
                drop(address, database)

    with TemporaryDirectory(dir=given.folder) as folder:
        # The server's own user has to get there.
        Path(folder).chmod(0o755)
        own = None
        if not given.server and not given.copy:
            programs = postgres_server.programs_folder()
            assert programs, "no PostgreSQL on this machine"
            own = postgres_server.Server(programs, _SERVER, Path(folder))
        address = own.address("postgres") if own else given.server
        try:
            if given.register:
                with open_register(given.register, read_only=True) as register:
                    norms = register.count_texts()
                measure(given.register, norms)
            else:
                writing = Writing(Path(folder) / "scale.db", given.seed)
                for norms in sorted(given.norms):
                    writing.until(norms)
                    measure(Path(folder) / "scale.db", norms)
                writing.register.close()
        finally:
            if own:
                own.remove()
    if given.json:
        given.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--norms", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--folder", type=Path, help="where the register is made and removed again")
    parser.add_argument("--seed", type=int, default=generate.SEED)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--compare", action="store_true", help="with PostgreSQL, too")
    parser.add_argument("--server", help="a database of a server, on which others may be made")
    parser.add_argument("--register", type=Path, help="a register that is there already, in place of one that is made")
    parser.add_argument("--copy", help="the database that a copy of --register is in already, which stays")
    given = parser.parse_args()
    if given.compare:
        return compare_all(given)
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
