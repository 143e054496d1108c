#!/usr/bin/env python3
"""What a day does to ``serve`` and to ``watch run --every``: memory, open files, threads and children, with a clock that runs fast.

    python benchmarks/endurance.py [--hours 24] [--norms 2000] [--keep FOLDER] [--json benchmarks/endurance.json]

Both run as they are shipped, over one register: ``dutybook serve --multi-user``, which also sends alerts, and ``dutybook watch run --every 60s``,
which watches a folder and a feed of this machine. Their clock (``fast_clock.py``) skips the time in which neither does
anything. Meanwhile, by that clock:

- every 100 seconds five people ask for a page each, at the same moment: searches, norms, pictures, lists, exports, the API;
- every ten minutes somebody judges a norm through the API, every three hours somebody pastes a text to be read;
- every 90 minutes a file of the folder changes, or cannot be read, and an entry comes to the feed; three times the site is then down;
- an alert is sent at once, one daily, and one to a folder that is missing for the first half of the day.

At equal intervals, when nobody asks and no child works, memory (resident), open files, connections to the register, threads and children
of both are counted. The first quarter of the day is warm-up: libraries are loaded, caches fill. Exit code 1 if memory afterwards
rises by more than 5 % a day or is ever more than 5 % from its mean, if the fewest open files, threads or children of the last quarter are more than those
of the second, if a process is left at the end, or after any error.

Not covered: limits on single requests and documents, which get their real seconds, since the clock stands still for who works; times of
files, which stay those of the disk; PostgreSQL; log files, since a service writes to its standard output, which others keep.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import fast_clock
import web_server
from fast_clock import FastClock
from process_usage import ProcessUsage, Sample, is_transient

import web

MINUTE, HOUR = 60.0, 3600.0
#: Changes after which the site of the feed is down until the next one.
DOWN = (1, 6, 7)
#: Real seconds for which children that do one thing may work on before a sample is taken all the same.
_CALM = 30.0
#: Real seconds in which both have to end.
_END = 60.0
#: Seconds by the fast clock, after which idle connections and threads are gone.
_IDLE = 20.0
_MARK = "DUTYBOOK_ENDURANCE"


@dataclass(frozen=True, slots=True)
class Plan:
    """How long the day is, and what is in it: made-up norms, documents with pages beside them, people, looks at both processes."""

    hours: float = 24.0
    norms: int = 2_000
    documents: Sequence[str] = web_server.SAMPLES[2:3]
    people: int = 5
    samples: int = 96


class Site:
    """A feed on this machine, with an entry more each time :meth:`publish` is called; while ``down`` it answers 503."""

    def __init__(self) -> None:
        self.entries, self.down, self.answered, self._busy = 0, False, 0, 0
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._busy += 1
                try:
                    body = b"" if site.down or self.path == "/robots.txt" else site.body(self.path).encode()
                    self.send_response(503 if site.down else 200 if body else 404)
                    self.send_header("content-type", "application/rss+xml" if self.path == "/feed" else "text/html")
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                    site.answered += 1
                finally:
                    site._busy -= 1

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def publish(self) -> None:
        self.entries += 1

    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._busy > 0

    def body(self, path: str) -> str:
        """The feed, or the page of an entry."""
        if path != "/feed":
            number = int(re.sub(r"\D", "", path) or 0)
            text = "".join(f"<p>{line}</p>" for line in duties(number, "wharf").split("\n\n"))
            return f"<html><body><h1>Wharf Notice {number}</h1>{text}</body></html>"
        items = "".join(
            f"<item><title>Wharf Notice {n}</title><link>{self.address}/notice-{n}.html</link><guid>{n}</guid></item>"
            for n in range(self.entries)
        )
        return f'<rss version="2.0"><channel><title>Notices</title>{items}</channel></rss>'

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def duties(number: int, thing: str) -> str:
    """A short text with norms, another one for each number."""
    return "\n\n".join(
        f"({n}) The keeper of {thing} {number}-{n} shall report the hours of fog within {n + number % 7} days."
        for n in range(1, 6)
    )


class Day:
    """Both processes over a register in ``folder``, the people who use it, and what changes around them."""

    def __init__(self, folder: Path, plan: Plan, tell: Callable[[Day], None] | None = None) -> None:
        self.folder, self.rules, self.plan, self.tell = folder, folder / "rules", plan, tell
        self.database = web_server.make(folder, plan.norms, plan.documents)
        self.asked = web.addresses(self.database, 20, seed=1)
        self.rng = Random(1)
        self.clock = FastClock(folder)
        self.site, self.stack = Site(), ExitStack()
        self.stack.callback(self.site.close)
        self.answers: Counter[str] = Counter()
        self.problems: list[str] = []
        self.usages = {name: ProcessUsage(name) for name in ("serve", "watch run")}
        self.mark = secrets.token_hex(8)
        self.environment = {**self.clock.environment, _MARK: self.mark}
        self._prepare()
        self.token = self._make_token()
        self._start()

    def _prepare(self) -> None:
        """Watches and alerts."""
        from dutybook.alerts import management
        from dutybook.alerts.management import Wanted
        from dutybook.alerts.settings import parse_kinds
        from dutybook.pipeline.watching.definition import WatchDefinition, add_watch
        from dutybook.store import Filters, open_register

        self.rules.mkdir()
        late = self.folder / "late"
        late.mkdir()
        now, kinds = datetime.now(UTC), parse_kinds(["all"])
        for watch in (
            WatchDefinition("folder", str(self.rules), every="60s"),
            WatchDefinition("feed", f"{self.site.address}/feed", every="15m", allow_private=True),
        ):
            add_watch(self.database, watch, by="endurance", now=now)
        with open_register(self.database) as register:
            for name, every, to in (
                ("at-once", "now", f"file:{self.folder}/at-once.jsonl"),
                ("daily", "daily 07:30", f"atom:{self.folder}/daily.xml"),
                ("late", "now", f"file:{late}/late.jsonl"),
            ):
                management.add(register, Wanted(name, Filters(), (to,), kinds, every=every), now=now)
        late.rmdir()

    def _make_token(self) -> str:
        from dutybook.store.accounts import accounts_of, sessions

        self.names = web_server.make_people(self.database, self.plan.people)
        with closing(accounts_of(self.database)) as accounts:
            _, secret = sessions.new_token(accounts, "endurance", "write", datetime.now(UTC), person=self.names[0])
        return str(secret)

    def _start(self) -> None:
        self.server = web_server.Server(self.database, several=True, environment=self.environment)
        self.stack.callback(self.server.stop)
        base = [sys.executable, "-m", "dutybook", "--database", str(self.database)]
        self.log = self.stack.enter_context((self.folder / "watch.log").open("w", encoding="utf-8"))
        self.watching = subprocess.Popen(
            [*base, "watch", "run", "--every", "60s", "--workers", "1"],
            cwd=self.folder,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.environment},
        )
        self.roots = {"serve": self.server.process.pid, "watch run": self.watching.pid}
        self.browsers = [web_server.Browser(self.server.address) for _ in self.names]
        for number in range(len(self.names)):
            self._sign_in(number)

    def _sign_in(self, number: int) -> None:
        self.browsers[number].cookie = self.server.sign_in(self.names[number])
        self.answers["sign in"] += 1

    def run(self) -> None:
        """Live through the day, and take samples at equal intervals."""
        end = self.plan.hours * HOUR
        things: list[tuple[float, float, Callable[[int], None]]] = [
            (0.0, end / self.plan.samples, self.look),
            (5.0, 100.0, self.visit),
            (35.0, 10 * MINUTE, self.judge),
            (HOUR, 3 * HOUR, self.paste),
            (min(20 * MINUTE, end / 8), 1.5 * HOUR, self.change),
            (end / 2 + 1, 2 * end, lambda _: (self.folder / "late").mkdir()),
        ]
        for moment, do, number in schedule(things, end):
            self.pass_time(moment)
            do(number)
        self.pass_time(end)
        self.look(0)

    def pass_time(self, until: float) -> None:
        self.clock.pass_time(until, list(self.roots.values()), self.site.is_busy)
        if self.server.process.poll() is not None or self.watching.poll() is not None:
            raise SystemExit(f"a process has ended too early; see {self.folder}/watch.log")

    def look(self, _: int) -> None:
        """Take a sample of both, when connections and threads that nobody needs are gone and no child works."""
        for browser in self.browsers:
            browser.close()
        self.pass_time(self.clock.elapsed + _IDLE)
        begun = time.monotonic()
        while time.monotonic() - begun < _CALM and any(
            map(is_transient, fast_clock.descendants(list(self.roots.values())))
        ):
            time.sleep(0.05)
        for name, pid in self.roots.items():
            self.usages[name].take_sample(pid, self.clock.elapsed / HOUR, self.database)
        if self.tell is not None:
            self.tell(self)

    def visit(self, number: int) -> None:
        """Everybody asks for something at the same moment."""
        kinds = list(self.asked)
        people = len(self.browsers)
        with ThreadPoolExecutor(people) as pool:
            for person in range(people):
                kind = kinds[(number * people + person) % len(kinds)]
                path = self.rng.choice(self.asked[kind] or ["/"])
                if kind == "export" and number % 5 == 0:
                    path = "/export/register" + self.rng.choice((".csv", ".xlsx", ".json"))
                pool.submit(self._ask, person, kind, path)

    def _ask(self, person: int, kind: str, path: str) -> None:
        try:
            answer = self.browsers[person].get(path)
            if answer.status == 303 and "/sign-in" in answer.headers.get("location", ""):
                # The session has come to its end.
                self._sign_in(person)
                answer = self.browsers[person].get(path)
            self._count(kind, answer.status, path)
        except Exception as error:
            self.problems.append(f"{path}: {type(error).__name__}: {error}")

    def _count(self, kind: str, status: int, path: str, good: int = 200) -> None:
        self.answers[kind] += 1
        if status != good:
            self.problems.append(f"{path}: {status}")

    def judge(self, number: int) -> None:
        """Somebody judges a norm with a program."""
        path = self.rng.choice(self.asked["API norm"]) + "/review"
        judgement = {"note": f"Seen for the {number}th time.", "owner": f"Owner {number % 7}"}
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        with closing(web_server.Browser(self.server.address)) as program:
            program.connection.request("PATCH", path, json.dumps(judgement), headers)
            answer = program.connection.getresponse()
            answer.read()
        self._count("judgement", answer.status, path)

    def paste(self, number: int) -> None:
        """Somebody pastes a text, which a child of the server reads."""
        browser = self.browsers[number % len(self.browsers)]
        page = browser.get("/upload").body.decode()
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
        form = {name: unescape(value) for name, value in hidden}
        text = f"Ferry Order {number}\n\n{duties(number, 'ferry')}"
        answer = browser.post("/upload/text", {**form, "text": text})
        self._count("pasted text", answer.status, "/upload/text", good=303)

    def change(self, number: int) -> None:
        """A file and the feed change; now and then a file cannot be read, and the site is down in some hours."""
        order = self.rules / f"order-{number % 3}.txt"
        order.write_text(f"Pilot Order {number % 3}\n\n{duties(number, 'pilot boat')}\n", encoding="utf-8")
        if number % 8 == 4:
            (self.rules / f"broken-{number}.pdf").write_bytes(b"%PDF-1.7\nnothing else")
        self.site.publish()
        self.site.down = number in DOWN

    def close(self) -> list[str]:
        """Stop both. Returns the commands of processes that were left behind."""
        for browser in self.browsers:
            browser.close()
        for name, process in (("watch run", self.watching), ("serve", self.server.process)):
            process.terminate()
            begun = time.monotonic()
            while process.poll() is None and time.monotonic() - begun < _END:
                # A signal that comes between two slices of a wait is noticed at the end of the wait.
                self.clock.pass_time(self.clock.elapsed + 1, [process.pid])
            if process.poll() is None:
                process.kill()
            if process.wait():
                self.problems.append(f"{name} ended with exit code {process.returncode}")
        self.stack.close()
        time.sleep(0.5)
        left = list(fast_clock.with_environment(_MARK, self.mark))
        return [fast_clock.read(f"/proc/{pid}/cmdline").replace("\0", " ").strip() for pid in left]

    def figures(self) -> dict[str, int]:
        """How much was done."""
        from dutybook.store import open_register

        with open_register(self.database, read_only=True, create=False) as register:
            one = register._connection.execute
            rounds = one("SELECT coalesce(max(id), 0) FROM watch_runs").fetchone()[0]
            read = one("SELECT count(*) FROM watch_files").fetchone()[0]
        sent = [self.folder / name for name in ("at-once.jsonl", "late/late.jsonl")]
        lines = [file.read_text("utf-8").count("\n") if file.exists() else 0 for file in sent]
        return {
            "requests": self.answers.total(),
            "rounds of watches": rounds,
            "files of watches": read,
            "requests to the site": self.site.answered,
            "notices at once": lines[0],
            "notices late": lines[1],
        }


def schedule(
    things: Sequence[tuple[float, float, Callable[[int], None]]], end: float
) -> Iterator[tuple[float, Callable[[int], None], int]]:
    """What is to be done when, in order, with how often it was done before; ``things`` are first moment, interval and function."""
    due = [
        (first + number * interval, place, do, number)
        for place, (first, interval, do) in enumerate(things)
        for number in range(int((end - first) / interval) + 1 if first < end else 0)
    ]
    for moment, _, do, number in sorted(due, key=lambda one: one[:2]):
        if moment < end:
            yield moment, do, number


@dataclass
class Result:
    """A day: the usages of both processes, what was done, and what went wrong."""

    hours: float
    wall: float
    usages: list[ProcessUsage]
    figures: Mapping[str, int]
    answers: Mapping[str, int]
    problems: Sequence[str]
    left: Sequence[str]

    @property
    def good(self) -> bool:
        return all(usage.good for usage in self.usages) and not self.problems and not self.left

    def as_json(self) -> dict[str, Any]:
        made = {name: getattr(self, name) for name in ("hours", "wall", "figures", "answers", "problems", "left")}
        usages = {
            usage.name: {
                "rise": round(usage.rise, 4),
                "deviation": round(usage.deviation, 4),
                "lost": usage.lost,
                "samples": [[round(value, 2) for value in asdict(sample).values()] for sample in usage.samples],
            }
            for usage in self.usages
        }
        return {**made, "columns": list(Sample.__dataclass_fields__), "usages": usages}


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="endurance-") as made:
        yield Path(made)


def measure(folder: Path, plan: Plan, tell: Callable[[Day], None] | None = None) -> Result:
    """Simulate a day in an empty folder; ``tell`` is called after each of the samples."""
    begun = time.monotonic()
    day = Day(folder, plan, tell)
    try:
        day.run()
    finally:
        left = day.close()
    wall = round(time.monotonic() - begun)
    return Result(plan.hours, wall, list(day.usages.values()), day.figures(), dict(day.answers), day.problems, left)


def print_sample(day: Day) -> None:
    """The sample that was just taken, in a line, for whoever waits."""
    last = {name: usage.samples[-1] for name, usage in day.usages.items()}
    print(
        *(
            f"{name} {s.memory:.1f} MiB, {s.files} files, {s.threads} threads, {s.children} children;"
            for name, s in last.items()
        ),
        f"{last['serve'].hour:.2f} h, {len(day.problems)} errors",
        file=sys.stderr,
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=Plan().hours)
    parser.add_argument("--norms", type=int, default=Plan().norms, help="made-up norms in the register")
    parser.add_argument("--keep", type=Path, help="a new folder for the register and the log")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with _folder(given.keep) as folder:
        result = measure(folder.absolute(), Plan(given.hours, given.norms), print_sample)
    print(
        f"{result.hours:g} hours in {result.wall / 60:.1f} minutes: "
        + ", ".join(f"{n} {w}" for w, n in result.figures.items())
    )
    for usage in result.usages:
        print(usage.line())
    print(
        f"{len(result.problems)} errors {result.problems[:5]}; {len(result.left)} processes left behind {result.left[:5]}"
    )
    if given.json:
        # A sample is a line.
        made = re.sub(
            r"\[\s+([-\d.,\s]+)\]", lambda row: f"[{' '.join(row[1].split())}]", json.dumps(result.as_json(), indent=1)
        )
        given.json.write_text(made + "\n", encoding="utf-8")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
