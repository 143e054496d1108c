#!/usr/bin/env python3
"""How long it takes from a changed file in a watched folder to the alert in the outbox, and to where it is told.

    python benchmarks/watching.py [--pages 100] [--workers 2] [--folder /tmp/watching]

A fictional act is made as a PDF, read once, and an alert is asked for. ``dutybook watch run --every 15s`` then runs as a service, as
“watch service” sets it up. Its consolidated version, with one duty tightened, one repealed and one added, takes the file's place; what
is counted from then on is the wall clock until the outbox holds what is to be told, and until a file that the alert is sent to has it.
Exit code 1 if the outbox took longer than a minute, or does not hold exactly what changed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from dutybook.store import open_register

GOAL = 60.0
LONGEST = 300.0
WHO = (
    "Operators",
    "Port authorities",
    "Pilots",
    "Crane owners",
    "Terminal managers",
    "Carriers",
    "Inspectors",
    "Agents",
)
WHAT = (
    "keep a log of every movement of the {thing} and store it at the berth",
    "report each failure of the {thing} to the competent authority within 72 hours of becoming aware of it",
    "have the {thing} examined by an independent examiner once a year and publish the result",
    "inform users of the {thing} about its limits in plain language before it is put into use",
    "test the {thing} before each season and keep the results for five years",
)
THINGS = (
    "beacon",
    "winch",
    "mooring line",
    "tide gauge",
    "lock gate",
    "fuel hose",
    "radar mast",
    "slipway",
    "gangway",
    "buoy",
)
HEAD = (
    "Regulation (EU) 2031/777 of the European Parliament and of the Council of 3 March 2031 on harbour equipment "
    "(Harbour Equipment Act)"
)
#: What the consolidated version says otherwise: a duty is tightened, one is repealed, one is new.
TIGHTENED, REPEALED = 3, 5


def act(articles: int, *, later: bool) -> list[tuple[str, str]]:
    """Paragraphs with their style."""
    made = [("Normal", "02031R0777 — EN — 20.01.2033 — 001.001")] if later else []
    made += [
        ("Title", HEAD),
        ("Normal", "Official Journal of the European Union L 2031/777 12.5.2031"),
        ("Normal", "THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,"),
        ("Normal", "HAVE ADOPTED THIS REGULATION:"),
    ]
    for number in range(1, articles + 1):
        thing = f"{THINGS[number % len(THINGS)]} of class {number}"
        made += [("Heading2", f"Article {number}"), ("Heading3", f"Duties concerning the {thing}")]
        for paragraph, what in enumerate(WHAT, 1):
            if later and (number, paragraph) == (REPEALED, 5):
                continue
            who = WHO[(number + paragraph) % len(WHO)]
            text = f"{paragraph}. {who} shall {what.format(thing=thing)}."
            if later and (number, paragraph) == (TIGHTENED, 2):
                text = text.replace("72 hours", "24 hours")
            made.append(("Normal", text))
            made.append(("Normal", f"This applies wherever the {thing} is in use, and whoever has put it there."))
        if later and number == articles:
            made.append(("Normal", f"6. Operators shall mark the {thing} with its number before it is used."))
    made.append(("Heading2", f"Article {articles + 1}"))
    made.append(("Heading3", "Entry into force"))
    made.append(
        (
            "Normal",
            "This Regulation shall enter into force on the twentieth day following that of its publication.",
        )
    )
    made.append(("Normal", "Done at Brussels, 3 March 2031."))
    return made


def write(file: Path, articles: int, *, later: bool) -> int:
    """A PDF of the act; returns its pages."""
    styles = getSampleStyleSheet()
    document = SimpleDocTemplate(str(file), pagesize=A4, title=HEAD, invariant=1)
    flow = []
    for style, text in act(articles, later=later):
        flow += [Paragraph(text, styles[style]), Spacer(1, 6)]
    document.build(flow)
    return int(document.page)


def of_pages(file: Path, pages: int, *, later: bool) -> tuple[int, int]:
    """The act with as many articles as fill so many pages; returns articles and pages."""
    articles = max(1, pages)
    for _ in range(6):
        made = write(file, articles, later=later)
        if made == pages:
            break
        articles = max(1, round(articles * pages / made))
    return articles, made


def dutybook(database: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dutybook", "--database", str(database), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True)


def until(there: Callable[[], bool], service: subprocess.Popen[str]) -> float:
    """Seconds until something is there."""
    began = time.monotonic()
    while not there():
        if service.poll() is not None:
            raise SystemExit(f"the service ended with {service.returncode}")
        if time.monotonic() - began > LONGEST:
            raise SystemExit(f"nothing came within {LONGEST:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began


def waiting(database: Path) -> list[str]:
    """What the outbox holds for the alert: kinds of what happened."""
    with open_register(database, create=False, read_only=True) as register:
        rows = register._connection.execute(
            "SELECT h.kinds FROM outbox o JOIN alert_events h ON h.id = o.event WHERE o.state <> 'known' ORDER BY h.kinds"
        )
        return [row[0] for row in rows]


def measure(folder: Path, pages: int, workers: int) -> bool:
    """Print how long it took; False if that was too long, or something else was told than what changed."""
    rules, database, messages_file = folder / "rules", folder / "r.db", folder / "told.jsonl"
    rules.mkdir(parents=True)
    file, later = rules / "act.pdf", folder / "later.pdf"
    articles, made = of_pages(file, pages, later=False)
    write(later, articles, later=True)
    dutybook(database, "watch", "add", "folder", str(rules), "--name", "rules")
    began = time.monotonic()
    first = dutybook(database, "watch", "run", "--workers", str(workers))
    print(
        f"first reading of {made} pages, {articles} articles: {time.monotonic() - began:.1f} s: {first.stdout.splitlines()[-1]}"
    )
    dutybook(database, "alerts", "add", "all", "--to", f"file:{messages_file}", "--on", "all", "--every", "now")
    service = subprocess.Popen(
        [
            *(sys.executable, "-m", "dutybook", "--database", str(database)),
            *("watch", "run", "--every", "15s", "--workers", str(workers)),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert service.stdout is not None
    try:
        # It has looked at least once, and found nothing new.
        for _ in range(2):
            print("  service:", service.stdout.readline().strip())
        began = time.monotonic()
        os.replace(later, file)
        in_outbox = until(lambda: bool(waiting(database)), service)
        kinds = waiting(database)
        until(lambda: messages_file.exists() and bool(messages_file.read_text().strip()), service)
        sent = time.monotonic() - began
        print("  service:", service.stdout.readline().strip())
    finally:
        service.send_signal(signal.SIGTERM)
        service.communicate(timeout=60)
    messages = [json.loads(line) for line in messages_file.read_text().splitlines()]
    print(
        f"changed file to outbox: {in_outbox:.1f} s; to the file it is told in: {sent:.1f} s ({pages} pages, {workers} workers)"
    )
    print(f"told: {len(kinds)} events ({'; '.join(kinds)}) in {len(messages)} messages")
    exact = [any(word in kind for kind in kinds) for word in ("tightened", "repealed", "new")]
    if len(kinds) != 4 or not all(exact):
        print("expected: the new version as a document, one norm tightened, one repealed, one new")
    return in_outbox <= GOAL and all(exact)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="an empty folder for all that is made; a temporary one if left out")
    given = parser.parse_args()
    if given.folder:
        return 0 if measure(given.folder, given.pages, given.workers) else 1
    with tempfile.TemporaryDirectory() as folder:
        return 0 if measure(Path(folder), given.pages, given.workers) else 1


if __name__ == "__main__":
    sys.exit(main())
