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
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import count
from pathlib import Path
from random import Random
from statistics import fmean, linear_regression
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import fast_clock
import web
import web_server
from fast_clock import FastClock

#: How far memory may rise in a day, and be from its mean.
FLAT = 0.05
#: Looks at both processes, of which the first quarter is warm-up.
SAMPLES = 96
#: Documents with pages, beside the made-up norms.
SAMPLES_READ = web_server.SAMPLES[2:3]
PEOPLE = 5
MINUTE, HOUR = 60.0, 3600.0
#: Changes after which the site of the feed is down until the next one.
DOWN = (1, 6, 7)
#: Real seconds for which children that do one thing may work on before a sample is taken all the same.
_CALM = 30.0
#: Seconds by the fast clock, after which idle connections and threads are gone.
_IDLE = 20.0
_MARK = "DUTYBOOK_ENDURANCE"


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process has after so many hours: MiB resident with and without its children (those that search stay all day), open
    files and those of them that are the register's, threads, children."""

    hour: float
    memory: float
    alone: float
    files: int
    register: int
    threads: int
    children: int


@dataclass
class Course:
    """A process over the day. ``kinds`` counts its open files by what they are, after the warm-up and at the end."""

    name: str
    samples: list[Sample] = field(default_factory=list)
    kinds: list[Counter[str]] = field(default_factory=list)

    def look(self, pid: int, hour: float, register: Path) -> None:
        """Take a sample."""
        family = list(fast_clock.descendants([pid]))
        memory = [resident(each) for each in family]
        kinds = Counter(open_files(pid))
        self.kinds.append(kinds)
        own = sum(number for kind, number in kinds.items() if kind.startswith(str(register)))
        threads = len(fast_clock.threads_of(pid))
        self.samples.append(Sample(hour, sum(memory), memory[0], kinds.total(), own, threads, len(family) - 1))

    @property
    def counted(self) -> list[Sample]:
        """The samples after the warm-up."""
        return self.samples[len(self.samples) // 4 :]

    @property
    def rise(self) -> float:
        """By what share of its mean memory rises in 24 hours, by the line of least squares."""
        memory = [sample.memory for sample in self.counted]
        return linear_regression([sample.hour for sample in self.counted], memory).slope * 24 / fmean(memory)

    @property
    def deviation(self) -> float:
        """The greatest distance of memory from its mean, as a share of that."""
        memory = [sample.memory for sample in self.counted]
        return max(abs(value / fmean(memory) - 1) for value in memory)

    def gained(self, what: str) -> int:
        """How many more of something there are at the least in the last quarter than in the second."""
        third = max(1, len(self.counted) // 3)
        least = [min(getattr(sample, what) for sample in part) for part in (self.counted[:third], self.counted[-third:])]
        return int(least[1] - least[0])

    @property
    def lost(self) -> dict[str, int]:
        """What is gained of all that is to be given back."""
        return {what: self.gained(what) for what in ("files", "register", "threads", "children")}

    @property
    def good(self) -> bool:
        return abs(self.rise) <= FLAT and self.deviation <= FLAT and not any(lost > 0 for lost in self.lost.values())

    def line(self) -> str:
        first, start, end = self.samples[0], self.counted[0], self.counted[-1]
        lost = ", ".join(
            f"{getattr(end, what)} {words} ({number:+d})"
            for (what, number), words in zip(
                self.lost.items(), ("open files", "of the register", "threads", "children"), strict=True
            )
        )
        return (
            f"{self.name}: {first.memory:.0f} MiB at first, {start.memory:.1f} after the warm-up, {end.memory:.1f} at the end;"
            f" {100 * self.rise:+.1f} % a day, at most {100 * self.deviation:.1f} % from the mean; {lost}"
        )


def resident(pid: int) -> float:
    """MiB of a process that are in memory."""
    pages = fast_clock.read(f"/proc/{pid}/statm").split()
    return int(pages[1]) * os.sysconf("SC_PAGESIZE") / 2**20 if pages else 0.0


def passes(pid: int) -> bool:
    """Whether a process does one thing and ends, as children do that read, export or send; those that search stay."""
    command = fast_clock.read(f"/proc/{pid}/cmdline")
    return "main()" in command and "multiprocessing" not in command


def open_files(pid: int) -> Iterator[str]:
    """What each open file of a process is; of pipes and connections only that they are some."""
    folder = f"/proc/{pid}/fd"
    for number in os.listdir(folder):
        try:
            yield os.readlink(f"{folder}/{number}").partition(":[")[0]
        except OSError:
            # Closed meanwhile.
            continue


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

    def __init__(self, folder: Path, norms: int, tell: Callable[[Day], None] | None = None) -> None:
        self.folder, self.rules, self.tell = folder, folder / "rules", tell
        self.database = web_server.make(folder, norms, SAMPLES_READ)
        self.asked = web.addresses(self.database, 20, seed=1)
        self.rng = Random(1)
        self.clock = FastClock(folder)
        self.site, self.stack = Site(), ExitStack()
        self.stack.callback(self.site.close)
        self.answers: Counter[str] = Counter()
        self.problems: list[str] = []
        self.courses = {name: Course(name) for name in ("serve", "watch run")}
        self.mark = secrets.token_hex(8)
        self.environment = {**self.clock.environment, _MARK: self.mark}
        self._prepare()
        self.token = self._make_token()
        self._start()

    def _prepare(self) -> None:
        """Watches, alerts and people."""
        self.rules.mkdir()
        (self.rules / "order-0.txt").write_text(f"Pilot Order 0\n\n{duties(0, 'pilot boat')}\n", encoding="utf-8")
        self.site.publish()
        late = self.folder / "late"
        late.mkdir()
        for command in (
            ("watch", "add", "folder", str(self.rules), "--every", "60s"),
            ("watch", "add", "feed", f"{self.site.address}/feed", "--every", "15m", "--allow-private"),
            ("alerts", "add", "at-once", "--on", "all", "--every", "now", "--to", f"file:{self.folder}/at-once.jsonl"),
            ("alerts", "add", "daily", "--on", "all", "--every", "daily 07:30", "--to", f"atom:{self.folder}/daily.xml"),
            ("alerts", "add", "late", "--on", "all", "--every", "now", "--to", f"file:{late}/late.jsonl"),
        ):
            self._run(*command)
        late.rmdir()

    def _run(self, *command: str) -> None:
        base = [sys.executable, "-m", "dutybook", "--database", str(self.database)]
        subprocess.run([*base, *command], check=True, capture_output=True, cwd=self.folder)

    def _make_token(self) -> str:
        from dutybook.store.accounts import accounts_of, sessions

        self.names = web_server.make_people(self.database, PEOPLE)
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
        self.stack.callback(_end, self.watching)
        self.roots = {"serve": self.server.process.pid, "watch run": self.watching.pid}
        self.browsers = [web_server.Browser(self.server.address) for _ in self.names]
        for number in range(len(self.names)):
            self._sign_in(number)

    def _sign_in(self, number: int) -> None:
        self.browsers[number].cookie = self.server.sign_in(self.names[number])
        self.answers["sign in"] += 1

    def run(self, hours: float) -> None:
        """Live through so many hours."""
        end = hours * HOUR
        things: list[tuple[float, float, Callable[[int], None]]] = [
            (0.0, end / SAMPLES, self.look),
            (5.0, 100.0, self.visit),
            (35.0, 10 * MINUTE, self.judge),
            (95.0, 3 * HOUR, self.paste),
            (20 * MINUTE, 1.5 * HOUR, self.change),
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
        while time.monotonic() - begun < _CALM and any(map(passes, fast_clock.descendants(list(self.roots.values())))):
            time.sleep(0.05)
        for name, pid in self.roots.items():
            self.courses[name].look(pid, self.clock.elapsed / HOUR, self.database)
        if self.tell is not None:
            self.tell(self)

    def visit(self, number: int) -> None:
        """Everybody asks for something at the same moment."""
        kinds = list(self.asked)
        with ThreadPoolExecutor(PEOPLE) as pool:
            for person in range(PEOPLE):
                kind = kinds[(number + person * 5) % len(kinds)]
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
        said = {"note": f"Seen for the {number}th time.", "owner": f"Owner {number % 7}"}
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        with closing(web_server.Browser(self.server.address)) as program:
            program.connection.request("PATCH", path, json.dumps(said), headers)
            answer = program.connection.getresponse()
            answer.read()
        self._count("judgement", answer.status, path)

    def paste(self, number: int) -> None:
        """Somebody pastes a text, which a child of the server reads."""
        browser = self.browsers[number % PEOPLE]
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
        self.stack.close()
        if self.watching.returncode:
            self.problems.append(f"watch run ended with exit code {self.watching.returncode}")
        if self.server.process.returncode:
            self.problems.append(f"serve ended with exit code {self.server.process.returncode}")
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


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Result:
    """A day: the courses of both processes, what was done, and what went wrong."""

    hours: float
    wall: float
    courses: list[Course]
    figures: Mapping[str, int]
    answers: Mapping[str, int]
    problems: Sequence[str]
    left: Sequence[str]

    @property
    def good(self) -> bool:
        return all(course.good for course in self.courses) and not self.problems and not self.left

    def as_json(self) -> dict[str, Any]:
        made = {name: getattr(self, name) for name in ("hours", "wall", "figures", "answers", "problems", "left")}
        courses = {
            course.name: {
                "rise": round(course.rise, 4),
                "deviation": round(course.deviation, 4),
                "lost": course.lost,
                "samples": [[round(value, 2) for value in asdict(sample).values()] for sample in course.samples],
            }
            for course in self.courses
        }
        return {**made, "columns": list(Sample.__dataclass_fields__), "courses": courses}


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        kept.mkdir(parents=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="endurance-") as made:
        yield Path(made)


def measure(folder: Path, hours: float, norms: int, tell: Callable[[Day], None] | None = None) -> Result:
    """Simulate so many hours in an empty folder; ``tell`` is called after each sample."""
    begun = time.monotonic()
    day = Day(folder, norms, tell)
    try:
        day.run(hours)
    finally:
        left = day.close()
    wall = round(time.monotonic() - begun)
    return Result(hours, wall, list(day.courses.values()), day.figures(), dict(day.answers), day.problems, left)


def print_sample(day: Day) -> None:
    """The sample that was just taken, in a line, for whoever waits."""
    last = {name: course.samples[-1] for name, course in day.courses.items()}
    print(
        *(f"{name} {s.memory:.1f} MiB, {s.files} files, {s.threads} threads, {s.children} children;" for name, s in last.items()),
        f"{last['serve'].hour:.2f} h, {len(day.problems)} errors",
        file=sys.stderr,
        flush=True,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--norms", type=int, default=2_000, help="made-up norms in the register")
    parser.add_argument("--keep", type=Path, help="a new folder for the register and the log")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with _folder(given.keep) as folder:
        result = measure(folder.absolute(), given.hours, given.norms, print_sample)
    print(f"{result.hours:g} hours in {result.wall / 60:.1f} minutes: " + ", ".join(f"{n} {w}" for w, n in result.figures.items()))
    for course in result.courses:
        print(course.line())
    print(f"{len(result.problems)} errors {result.problems[:5]}; {len(result.left)} processes left behind {result.left[:5]}")
    if given.json:
        given.json.write_text(json.dumps(result.as_json(), indent=1) + "\n", encoding="utf-8")
    return 0 if result.good else 1


if __name__ == "__main__":
    sys.exit(main())
