#!/usr/bin/env python3
"""Is an alert lost or told twice when senders are killed, or when several send at once?

    python benchmarks/alerting.py [--rounds 300] [--seed 1] [--together 30]

In each round something happens that an alert tells by mail to two people, to a webhook, to a JSON Lines file, a text file and an
Atom feed. A sender (a process of its own) is killed with SIGKILL: at each named step in turn, at each of its occurrences, and then at
random moments. Clocks go on until the claim has run out, and others send until nothing is left; now and then one of those is killed,
too, servers refuse, or break off after they took the message. ``--together`` rounds have three senders at once and nobody killed.

Printed for each channel: messages that should have arrived, lost, doubled (told under two ids), and how often a server got the same
message again under its own id (Message-ID, Idempotency-Key), which receivers drop. Exit code 1 if anything was lost or doubled, or
repeated where nobody was killed or broken off.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "alerts"))

STEPS = ("gathered", "claimed", "composed", "connected", "sending", "written", "accepted", "sent", "noted")
BEGIN = datetime(2032, 4, 1, 8, tzinfo=UTC)


def zygote() -> None:
    """Forks senders as it is told, so that each is a process of its own and none has to import everything again."""
    import httpx  # noqa: F401 - loaded once for all

    from dutybook.alerts import channels, sending
    from dutybook.alerts.messages import compose
    from dutybook.store.alerts.events import NoticedEvent

    channels.channels()
    compose(
        "x",
        "x",
        "en",
        "UTC",
        BEGIN,
        [NoticedEvent("x", "document", frozenset({"document"}), None, "2032-01-01", "", {"texts": {}})],
    )
    for line in sys.stdin:
        job = json.loads(line)
        children: dict[int, float | None] = {}
        for one in job["senders"]:
            pid = os.fork()
            if not pid:
                code = 1
                try:
                    _send(sending, job["database"], job["now"], one.get("step"), one.get("nth", 1))
                    code = 0
                except Exception:
                    traceback.print_exc()
                finally:
                    os._exit(code)
            children[pid] = one.get("after")
        for pid, after in children.items():
            if after is not None:
                time.sleep(after)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
        print(json.dumps(codes), flush=True)


def _send(sending: Any, database: str, now: str, die_at: str | None, nth: int) -> None:
    seen: Counter[str] = Counter()

    def step(name: str) -> None:
        seen[name] += 1
        if name == die_at and seen[name] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    sending.send(database, now=datetime.fromisoformat(now), step=step)


class Senders:
    """The zygote as a context."""

    def __enter__(self) -> Senders:
        command = [sys.executable, __file__, "--zygote"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)
        assert self.process.stdout
        self.process.stdout.close()

    def run(self, database: Path | str, now: datetime, *senders: dict[str, Any]) -> list[int]:
        assert self.process.stdin
        assert self.process.stdout
        job = {"database": str(database), "now": now.isoformat(), "senders": list(senders or ({},))}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer: list[int] = json.loads(self.process.stdout.readline())
        return answer


@dataclass
class Outcome:
    """What was counted: messages by channel."""

    rounds: int = 0
    kills: int = 0
    wanted: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    repeated: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost.total() or self.doubled.total() or self.wrong)


class Bench:
    """A register with an alert on six places, and the servers behind them."""

    def __init__(self, folder: Path, senders: Senders, seed: int, database: str | None = None) -> None:
        from servers import MailServer, WebServer

        from dutybook.alerts.management import Wanted, add
        from dutybook.alerts.settings import parse_kinds
        from dutybook.store import Filters, open_register

        self.folder, self.senders, self.chance = folder, senders, random.Random(seed)
        self.database: Path | str = database or folder / "register.db"
        self.now = BEGIN
        self.made = 0
        self.recorded_events: list[str] = []
        self.outcome = Outcome()
        self.stack = ExitStack()
        self.mail = self.stack.enter_context(MailServer())
        self.web = self.stack.enter_context(WebServer())
        to = (
            f"mailto:anna@example.org,ben@example.org#smtp=127.0.0.1:{self.mail.port}&tls=none&from=bot@example.org",
            f"http://127.0.0.1:{self.web.port}/hook#private=yes",
            f"file:{folder / 'told.jsonl'}",
            f"file:{folder / 'told.txt'}",
            f"atom:{folder / 'told.xml'}#entries=10000",
        )
        with open_register(self.database) as register:
            wanted = Wanted("duties", Filters(), to, kinds=parse_kinds(["all"]), every="now")
            self.alert = add(register, wanted, now=self.now)[0].id

    def happen(self, number: int) -> None:
        """Put so many new events into the outbox."""
        from dutybook.store import open_register
        from dutybook.store.alerts import events, outbox
        from dutybook.store.alerts.events import AlertEvent
        from dutybook.store.database.connection import immediate

        with open_register(self.database) as register, immediate(register._connection):
            for _ in range(number):
                self.made += 1
                text = {
                    "norm": f"n{self.made}",
                    "place": f"Art {self.made}",
                    "quote": f"Duty-{self.made}-",
                    "title": "Quay Act",
                }
                made = AlertEvent(
                    *("norm", frozenset({"new"}), "W", "2032-01-01", (f"{self.made:016x}",)),
                    data={"texts": {"en": text}, "titles": {}},
                )
                recorded = events.record_event(register, made, self.now)
                assert recorded
                outbox.put_events(register, self.alert, [recorded[0]], self.now, self.now)
                self.recorded_events.append(recorded[0])

    def finish(self) -> None:
        """Let time pass and others send until nothing is left."""
        from dutybook.store import open_register
        from dutybook.store.alerts import outbox

        for _ in range(40):
            self.now += timedelta(minutes=11)
            self.senders.run(self.database, self.now)
            with open_register(self.database, read_only=True) as register:
                counted = outbox.count_deliveries(register)
                if not (counted.get("waiting") or counted.get("sending") or counted.get("outbox")):
                    if counted.get("dead"):
                        self.outcome.wrong.append(f"{counted['dead']} dead")
                    return
        self.outcome.wrong.append("never finished")

    def round(self, *senders: dict[str, Any], number: int = 2) -> list[int]:
        self.outcome.rounds += 1
        self.happen(number)
        codes = self.senders.run(self.database, self.now, *senders)
        self.outcome.kills += sum(code == -signal.SIGKILL for code in codes)
        if bad := [code for code in codes if code not in (0, -signal.SIGKILL)]:
            self.outcome.wrong.append(f"a sender ended with {bad}")
        return codes

    def count(self) -> Outcome:
        """Look at what arrived: every event once under one id in each place."""
        import feedparser

        arrived: dict[str, list[tuple[str, str]]] = {"jsonl": [], "atom": [], "text": [], "webhook": []}
        for key, body in self.web.taken:
            arrived["webhook"] += [(item["id"], key) for item in body["items"]]

        def lines(name: str) -> list[str]:
            path = self.folder / name
            return path.read_text("utf-8").splitlines() if path.exists() else []

        for line in lines("told.jsonl"):
            delivered = json.loads(line)
            arrived["jsonl"].append((delivered["id"], delivered["delivery"]))
        feed = "\n".join(lines("told.xml"))
        # An entry tells of an act, with all that happened to it in a round.
        for entry in feedparser.parse(feed.encode()).entries:
            numbers = {part.split("-")[0] for part in str(entry).split("Duty-")[1:]}
            arrived["atom"] += [(f"{int(number):016x}", entry.id) for number in numbers]
        delivery = ""
        for line in lines("told.txt"):
            if line.startswith("====="):
                delivery = line.split()[1] if not line.endswith(" end") else ""
            elif "Duty-" in line:
                arrived["text"].append((f"{int(line.split('Duty-')[1].split('-')[0]):016x}", delivery or "outside"))
        for who in ("anna@example.org", "ben@example.org"):
            mine = arrived[f"mail {who.partition('@')[0]}"] = []
            for to, message in self.mail.box.taken:
                if to == who:
                    body = message.get_body(("plain",))
                    assert body
                    numbers = [int(part.split("-")[0]) for part in body.get_content().split("Duty-")[1:]]
                    mine += [(f"{number:016x}", str(message["Message-ID"])) for number in numbers]
        for name, found in arrived.items():
            ids: dict[str, set[str]] = {}
            for event, key in found:
                ids.setdefault(event, set()).add(key)
            self.outcome.wanted[name] = len(self.recorded_events)
            self.outcome.lost[name] = len(set(self.recorded_events) - set(ids))
            self.outcome.doubled[name] = sum(len(keys) - 1 for keys in ids.values())
            self.outcome.repeated[name] = len(found) - sum(len(keys) for keys in ids.values())
            if set(ids) - set(self.recorded_events):
                self.outcome.wrong.append(f"{name}: {len(set(ids) - set(self.recorded_events))} that never happened")
        return self.outcome

    def close(self) -> None:
        self.stack.close()


def named(bench: Bench, rounds: int) -> None:
    """Kill at every named step, at each of its first occurrences."""
    for number in range(rounds):
        step, nth = STEPS[number % len(STEPS)], 1 + number // len(STEPS) % 6
        bench.round({"step": step, "nth": nth})
        bench.finish()


def by_chance(bench: Bench, rounds: int) -> None:
    """Kill at random moments, with servers that refuse or break off now and then."""
    for _ in range(rounds):
        bench.web.hang_up = bench.chance.random() < 0.1
        bench.web.answers[0] = bench.chance.choice([204, 204, 204, 503])
        bench.mail.box.after = bench.chance.choice(["", "", "", "451 later"])
        bench.round({"after": bench.chance.random() * 0.25}, {"after": bench.chance.random() * 0.1})
        bench.web.hang_up, bench.web.answers[0], bench.mail.box.after = False, 204, ""
        if bench.chance.random() < 0.3:
            bench.now += timedelta(minutes=11)
            bench.round({"after": bench.chance.random() * 0.2}, number=1)
        bench.finish()


def at_once(bench: Bench, rounds: int) -> None:
    """Three senders at once, nobody killed."""
    for _ in range(rounds):
        bench.round({}, {}, {}, number=3)
        bench.now += timedelta(minutes=1)


def table(title: str, outcome: Outcome) -> None:
    print(f"{title}: {outcome.rounds} rounds, {outcome.kills} kills")
    print(f"  {'place':<12}{'notices':>9}{'lost':>7}{'doubled':>9}{'repeated under the same id':>28}")
    for name in sorted(outcome.wanted):
        row = (outcome.wanted[name], outcome.lost[name], outcome.doubled[name], outcome.repeated[name])
        print(f"  {name:<12}{row[0]:>9}{row[1]:>7}{row[2]:>9}{row[3]:>28}")
    for wrong in outcome.wrong:
        print(f"  wrong: {wrong}")


def measure(senders: Senders, what: Any, rounds: int, seed: int, database: str | None = None) -> Outcome:
    """Count what becomes of so many rounds; in a file of its own, or in an empty ``database`` on a server."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), senders, seed, database)
        try:
            what(bench, rounds)
            bench.finish()
            return bench.count()
        finally:
            bench.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--together", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zygote", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.zygote:
        zygote()
        return 0
    good = True
    with Senders() as senders:
        for title, what, rounds in (
            ("killed at each step", named, given.rounds // 2),
            ("killed at random moments", by_chance, given.rounds - given.rounds // 2),
            ("three at once", at_once, given.together),
        ):
            outcome = measure(senders, what, rounds, given.seed)
            table(title, outcome)
            good = good and outcome.good and (what is not at_once or not outcome.repeated.total())
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
