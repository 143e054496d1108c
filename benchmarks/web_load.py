"""For ``web.py``: people at once, in a process of its own, each with a connection of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Barrier, Event, Thread
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from web_server import Browser, Server

#: What everybody does in turn; "back" is the search once more.
STEPS = ("search", "norm", "image", "back")


@dataclass(frozen=True, slots=True)
class Load:
    """What people felt, in milliseconds; ``cores``: how many the server used; ``memory``: the most MiB that it held."""

    how: str
    users: int
    seconds: float
    think: float
    requests: int
    errors: int
    rate: float
    p50: float
    p95: float
    most: float
    cores: float
    memory: float
    steps: dict[str, tuple[float, float]]


def run(
    server: Server, cookies: list[str], asked: dict[str, list[str]], seconds: float, think: float, how: str
) -> Load:
    """Let as many people as there are cookies use the server for some seconds."""
    plan = {
        "address": server.address,
        "cookies": cookies,
        "seconds": seconds,
        "think": think,
        "search": [*asked["results"], *asked["results, 3 facets chosen"]],
        "norm": asked["norm"],
        "image": asked["image, cached"],
    }
    used = server.cpu_of_all()
    done = subprocess.run(
        [sys.executable, __file__], input=json.dumps(plan), capture_output=True, text=True, check=True
    )
    used = server.cpu_of_all() - used
    output = json.loads(done.stdout)
    if output["errors"]:
        print("  errors:", *output["some"], sep="\n    ", file=sys.stderr)
    every = sorted(took for times in output["times"].values() for took in times)
    steps = {what: (_at(sorted(times), 0.5), _at(sorted(times), 0.95)) for what, times in output["times"].items()}
    return Load(
        *(how, len(cookies), seconds, think, len(every), output["errors"], len(every) / output["wall"]),
        *(_at(every, 0.5), _at(every, 0.95), every[-1] if every else 0.0),
        *(used / 1000 / output["wall"], server.memory(), steps),
    )


class Ingest:
    """A context in which documents are read into a register, one ``dutybook ingest`` after the other.

    ``read`` counts them, ``errors`` are the words of ingests that failed.
    """

    #: Documents of one ingest.
    AT_ONCE = 5

    def __init__(self, database: Path) -> None:
        self._database = database
        self.read = 0
        self.errors: list[str] = []
        self._stopped = Event()
        self._thread = Thread(target=self._work)

    def __enter__(self) -> Ingest:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _work(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            while not self._stopped.is_set():
                files = [self._write(Path(folder), self.read + number) for number in range(self.AT_ONCE)]
                command = [sys.executable, "-m", "dutybook", "--database", str(self._database.absolute()), "ingest"]
                done = subprocess.run([*command, *files, "--workers", "1"], capture_output=True, text=True, check=False)
                if done.returncode:
                    self.errors.append(done.stderr.strip()[-300:])
                self.read += self.AT_ONCE

    @staticmethod
    def _write(folder: Path, number: int) -> str:
        file = folder / f"order-{number}.txt"
        duties = "\n".join(
            f"({n}) The keeper of lighthouse {number}-{n} shall report the hours of fog within {n} days."
            for n in range(1, 20)
        )
        file.write_text(f"Lighthouse Order {number} of 2031\n\nArticle 1\n\n{duties}\n", encoding="utf-8")
        return str(file)


def _at(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def _person(
    plan: dict[str, Any], number: int, begin: Barrier, times: dict[str, list[float]], errors: list[str]
) -> None:
    rng = Random(number)
    browser = Browser(plan["address"], plan["cookies"][number])
    begin.wait()
    until = time.monotonic() + plan["seconds"]
    time.sleep(rng.random() * plan["think"])
    while time.monotonic() < until:
        search = rng.choice(plan["search"])
        for what in STEPS:
            if plan["think"]:
                time.sleep(rng.expovariate(1 / plan["think"]))
            if time.monotonic() >= until:
                break
            if what == "image" and not plan["image"]:
                continue
            address = search if what in ("search", "back") else rng.choice(plan[what])
            try:
                answer = browser.get(address, compressed=True)
            except OSError as error:
                errors.append(f"{address}: {error}")
                continue
            times[what].append(answer.took)
            if answer.status != 200:
                errors.append(f"{address}: {answer.status}")
    browser.close()


def main() -> int:
    plan = json.loads(sys.stdin.read())
    many = len(plan["cookies"])
    begin = Barrier(many + 1)
    times: list[dict[str, list[float]]] = [defaultdict(list) for _ in range(many)]
    errors: list[str] = []
    threads = [Thread(target=_person, args=(plan, n, begin, times[n], errors)) for n in range(many)]
    for thread in threads:
        thread.start()
    begin.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - begun
    merged = {what: [took for own in times for took in own[what]] for what in STEPS}
    print(json.dumps({"times": merged, "errors": len(errors), "some": errors[:5], "wall": wall}))
    print("\n".join(errors[:5]), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
