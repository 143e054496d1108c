#!/usr/bin/env python3
"""Damages what comes from elsewhere at random and takes it in: nothing may crash, hang, or end as an internal error.

    python benchmarks/fuzz.py [--seconds 600] [--seed 1] [--only feeds,mail] [--keep DIR]

===========  =========================================================================================================
documents    files of every format, from ``tests/layout``, the XML files beside them and ``corpora/samples``; of archives
             a member is damaged and packed again
streams      PDFs of which one compressed stream is unpacked, damaged and packed again
mail         mails of which a part is decoded, damaged and encoded again, or a header is one that nobody writes; messages of Outlook of
             which a stream is damaged
feeds        RSS, Atom and JSON feeds
workbooks    exported workbooks that come back damaged
api          requests that the description of the API allows, and others that it does not (schemathesis)
===========  =========================================================================================================

All seeds are our own. Each target has its share of the time. What is found is written to DIR under the name of its mutation, to
become a test. Exit code 1 if anything was found. ``make fuzz`` runs it for ten minutes; it is the command for every night.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from dutybook.errors import BadRequest, NotFound, SourceError
from dutybook.ingest.containers import SEPARATOR
from dutybook.pipeline.extraction import extract
from dutybook.reasons import Why

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(Path(__file__).parent), *(str(ROOT / "tests" / part) for part in ("", "layout", "web", "sources"))]

from fuzz_mutations import MUTATIONS as MUTATIONS  # noqa: E402 - beside this file
from fuzz_mutations import make_mail, mutate, mutate_mail, mutate_stream  # noqa: E402

#: So many files are read by one pool.
_BATCH = 60
#: Larger seeds are left out: they only make mutations rarer.
_LARGEST = 300_000
#: Seconds of processor time that one thing may take which is no document (these have a limit of their own).
_LONGEST = 20.0

#: A fault that was found: its name, what is wrong, and the bytes to keep.
Fault = tuple[str, str, bytes]
Target = Callable[[random.Random, Callable[[], bool], Counter[str]], Iterator[Fault]]
Mutator = Callable[[bytes, random.Random], tuple[str, bytes]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help=f"some of {', '.join(TARGETS)}")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    given = parser.parse_args()
    chosen = given.only.split(",") if given.only else list(TARGETS)
    if unknown := [name for name in chosen if name not in TARGETS]:
        parser.error(f"there is no target {unknown[0]}: {', '.join(TARGETS)}")
    faults = 0
    for name in chosen:
        ends, outcomes = time.monotonic() + given.seconds / len(chosen), Counter[str]()

        def goes_on(ends: float = ends) -> bool:
            return time.monotonic() < ends

        for how, fault, data in TARGETS[name](random.Random(given.seed), goes_on, outcomes):
            faults += 1
            given.keep.mkdir(parents=True, exist_ok=True)
            kept = given.keep / f"{name}-{how}"
            kept.write_bytes(data)
            print(f"{kept}: {fault}", flush=True)
        counted = ", ".join(f"{n} {outcome}" for outcome, n in outcomes.most_common())
        print(f"{name}, seed {given.seed}: {sum(outcomes.values())} ({counted})", flush=True)
    return 1 if faults else 0


# Documents, which child processes read


def read_seeds() -> list[tuple[str, bytes]]:
    """Names and bytes of the documents that are damaged."""
    from format_samples import ENDINGS, SAMPLES

    seeds = [(f"order.{ENDINGS.get(kind, kind)}", data) for kind, data in SAMPLES.items()]
    folders = (ROOT / "tests" / "layout" / "xml" / "fixtures", ROOT / "corpora" / "samples")
    files = [file for folder in folders for file in sorted(folder.iterdir()) if file.suffix != ".tsv"]
    return seeds + [(file.name, file.read_bytes()) for file in files if file.stat().st_size <= _LARGEST]


def read_mails() -> list[tuple[str, bytes]]:
    """Names and bytes of the mails that are damaged."""
    import msg_builder
    from format_samples import SAMPLES

    attached = {"order.docx": SAMPLES["docx"], "order.pdf": SAMPLES["pdf"], "order.txt": SAMPLES["text"]}
    small = {"order.html": SAMPLES["html"]}
    rich = msg_builder.packed(r"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}The operator shall report each fog signal.}")
    inner = msg_builder.tree({**msg_builder.REMINDER, msg_builder.RTF: rich}, header=24)
    files = [msg_builder.attachment(name, data) for name, data in attached.items()]
    outlook = msg_builder.msg(msg_builder.REMINDER, *files, msg_builder.inside("Fog", inner))
    mails = [("order.eml", SAMPLES["eml"]), ("files.eml", make_mail(attached)), ("page.eml", make_mail(small))]
    return [*mails, ("files.msg", outlook)]


def documents(mutator: Mutator, seeds: Callable[[], list[tuple[str, bytes]]]) -> Target:
    """Reads files that the mutator damaged."""

    def target(chance: random.Random, goes_on: Callable[[], bool], outcomes: Counter[str]) -> Iterator[Fault]:
        known, count = seeds(), 0
        while goes_on():
            with tempfile.TemporaryDirectory() as folder:
                files: dict[str, tuple[str, bytes]] = {}
                for _ in range(_BATCH):
                    name, data = chance.choice(known)
                    count += 1
                    files[str(Path(folder) / f"{count}-{name}")] = mutator(data, chance)
                for path, (_, damaged) in files.items():
                    Path(path).write_bytes(damaged)
                found = dict.fromkeys(files, "no line")
                for line in extract(list(files)):
                    path = line.source.split(SEPARATOR)[0]
                    fault = find_fault(line.reason)
                    if found[path] in ("", "no line"):
                        found[path] = fault and f"{fault}: {line.reason} {line.details[-400:]}"
                    outcomes[fault or line.status] += 1
                for path, fault in found.items():
                    if fault:
                        how, damaged = files[path]
                        yield f"{how}-{Path(path).name}", fault, damaged

    return target


def find_fault(reason: str) -> str:
    """What is wrong with an outcome, by its reason; empty for a file that was read or refused for what is in it."""
    if "internal error" in reason:
        return "defect"
    code = getattr(reason, "code", "")
    if code in (Why.CRASHED, Why.SLOW, Why.MEMORY) or "ended by" in reason or "took longer" in reason:
        return "crash, time or memory"
    return ""


# What is read in this process


class _Late(BaseException):
    """It took longer than :data:`_LONGEST` seconds of processor time."""


def _stop(_: int, __: FrameType | None) -> None:
    raise _Late


def attempt(call: Callable[[], str], refusals: tuple[type[Exception], ...]) -> tuple[str, str]:
    """How a call ended, and what is wrong with that (empty: nothing)."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _stop)
        signal.setitimer(signal.ITIMER_PROF, _LONGEST)
    try:
        return call(), ""
    except refusals:
        return "refused", ""
    except _Late:
        return "late", f"it took longer than {_LONGEST:g} seconds of processor time"
    except Exception as error:
        return "defect", f"{type(error).__name__}: {error}"[:400]
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)


def feeds(chance: random.Random, goes_on: Callable[[], bool], outcomes: Counter[str]) -> Iterator[Fault]:
    """Parses feeds."""
    import json

    import test_feed as own

    seeds = {"rss.xml": own.RSS.encode(), "atom.xml": own.ATOM.encode(), "feed.json": json.dumps(own.JSON).encode()}
    while goes_on():
        name = chance.choice(list(seeds))
        how, data = mutate(seeds[name], chance)

        def parsed(name: str = name, data: bytes = data) -> str:
            return parse_feed(name, data)

        outcome, fault = attempt(parsed, (SourceError,))
        outcomes[outcome] += 1
        if fault:
            yield f"{how}-{sum(outcomes.values())}-{name}", fault, data


def parse_feed(name: str, data: bytes) -> str:
    """Parse a feed, and check what comes of it: "read", or "partly read" where something was wrong with it.

    Raises:
        SourceError: it is no feed.
        ValueError: an entry has what no entry may have.
    """
    from dutybook.ingest.sources.feed import parse_feed
    from dutybook.ingest.sources.interface import Response

    kind = "application/json" if name.endswith("json") else "application/xml"
    entries, problems = parse_feed(Response("https://harbour.example/feed", 200, {"content-type": kind}, data))
    for entry in entries:
        for address in (entry.link, *entry.enclosures):
            if address and not address.startswith(("https://", "http://")):
                raise ValueError(f"an address that is none: {address[:80]!r}")
        if "\n" in entry.title or not entry.key:
            raise ValueError(f"a title of several lines, or no key: {entry.title[:80]!r}")
    return "partly read" if problems else "read"


def workbooks(chance: random.Random, goes_on: Callable[[], bool], outcomes: Counter[str]) -> Iterator[Fault]:
    """Imports workbooks that were exported."""
    import quay
    from dutybook.export import export
    from dutybook.store import open_register
    from dutybook.workbook_import.importer import Wanted, import_workbook

    with tempfile.TemporaryDirectory() as folder, open_register() as register:
        for flat in quay.flats():
            register.write(flat)
        exported, damaged_file = Path(folder, "exported.xlsx"), Path(folder, "damaged.xlsx")
        export(register, exported, {})
        seed = exported.read_bytes()
        while goes_on():
            how, data = mutate(seed, chance)
            damaged_file.write_bytes(data)

            def imported() -> str:
                report = import_workbook(register, damaged_file, Wanted(dry_run=True), by="fuzz")
                return "read" if report.edits or report.whole else "partly read"

            outcome, fault = attempt(imported, (BadRequest, NotFound))
            outcomes[outcome] += 1
            if fault:
                yield f"{how}-{sum(outcomes.values())}.xlsx", fault, data


def api(chance: random.Random, goes_on: Callable[[], bool], outcomes: Counter[str]) -> Iterator[Fault]:
    """Sends requests, well-formed ones and others, to an API in this process."""
    from schema_run import problems

    import quay
    from dutybook.store import open_register
    from dutybook.web.access import COOKIE, Access
    from dutybook.web.app import create_app
    from dutybook.web.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "register.db")
        with open_register(database) as register:
            for flat in quay.flats():
                register.write(flat)
        access = Access()
        app = create_app(Settings(database, "anna", Path(folder)), access)
        session = access.enter(access.key) or ""
        headers = {"Cookie": f"{COOKIE}={session}", "X-Dutybook-Token": access.token(session), "Host": "127.0.0.1:8765"}
        while goes_on():
            seed = chance.randrange(1 << 30)
            found, requests = problems(app, headers, examples=2, coverage=False, stateful=0, auth=False, seed=seed)
            outcomes["requests"] += requests
            for number, problem in enumerate(found):
                yield f"{seed}-{number}.txt", problem[:600], problem.encode("utf-8", "replace")


TARGETS: dict[str, Target] = {
    "documents": documents(mutate, read_seeds),
    "streams": documents(mutate_stream, lambda: [(name, data) for name, data in read_seeds() if data[:5] == b"%PDF-"]),
    "mail": documents(mutate_mail, read_mails),
    "feeds": feeds,
    "workbooks": workbooks,
    "api": api,
}


if __name__ == "__main__":
    sys.exit(main())
