"""Runs watches: fetches what is new at each source, ingests it, and sends alerts, once or again and again as a service.

Several processes may run watches at once: each watch is claimed by one of them.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from dutybook.alerts.collection import collect
from dutybook.alerts.sending import send
from dutybook.database_address import DatabaseName, database_named
from dutybook.errors import BadRequest, DutybookError, SourceError
from dutybook.ingest import sources
from dutybook.ingest.containers import SEPARATOR
from dutybook.ingest.fetcher import FetchPolicy, PoliteFetcher
from dutybook.ingest.sources import source_of
from dutybook.pipeline import batch
from dutybook.pipeline.batch import IngestReport, Progress
from dutybook.pipeline.config import Config
from dutybook.pipeline.reading import ReadingOptions
from dutybook.pipeline.watching.definition import check_watch
from dutybook.pipeline.watching.item_fetcher import Clock, ItemFetcher, RunReport, Step, WatchReport, back_off
from dutybook.reasons import Reason, Why, because, join_reasons
from dutybook.store import Register, open_register
from dutybook.store.register import MEMORY
from dutybook.store.watches import watch_items, watches
from dutybook.store.watches.watch_items import WatchFile
from dutybook.store.watches.watches import Watch, as_json


def this_process() -> str:
    """Host, process id and start time of this process, which together identify it."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def may_be_alive(holder: str) -> bool:
    """Whether the process that claimed a watch may be alive. One on another machine may, until its claim expires."""
    host, _, rest = holder.partition(" ")
    written, _, started = rest.partition(" ")
    # On Windows there is no way to ask that does no harm.
    if host != socket.gethostname() or not written.isdigit() or os.name == "nt":
        return True
    number = int(written)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return not started or _started(number) in ("", started)


def _started(number: int) -> str:
    """The start time of a process in ticks, since ids are reused; empty where the system has none."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # Field 22 of the whole line; the first two are gone. A process that ended and waits for its parent is a zombie (Z).
    return "ended" if fields[0] in "ZX" else fields[19]


#: What a watch may set for reading: settings of :class:`Config`, and the limits of a document.
SETTINGS = ("language", "model", "tables", "ocr", "ocr_seconds")


def ingest_fetched_files(
    register: Register,
    claimed: list[tuple[Watch, WatchReport]],
    options: ReadingOptions,
    progress: Callable[[Step], None],
) -> list[IngestReport]:
    """Ingest the waiting files of some watches; those with the same settings together."""
    groups: dict[str, list[tuple[Watch, WatchReport]]] = defaultdict(list)
    for watch, report in claimed:
        groups[as_json(watch.reading)].append((watch, report))
    folder = database_named(register.path).absolute().parent
    reports = []
    for group in groups.values():
        waiting: dict[str, list[tuple[WatchFile, WatchReport]]] = defaultdict(list)
        for watch, report in group:
            for file in watch_items.to_read(register, watch.id):
                waiting[os.path.abspath(folder / file.file)].append((file, report))
        if not waiting:
            continue
        names = ", ".join(watch.name for watch, _ in group)

        def show(step: Progress, names: str = names) -> None:
            progress(Step("reading", names, step.source, step.done, step.total))

        # The watches of a group have the same settings.
        config = Config(**{name: value for name, value in watch.reading.items() if name in SETTINGS})
        ingested = batch.ingest(list(waiting), register.path, options, progress=show, config=config)
        reports.append(ingested)
        _note(register, waiting, ingested)
    return reports


def _note(
    register: Register, waiting: Mapping[str, list[tuple[WatchFile, WatchReport]]], ingested: IngestReport
) -> None:
    """Record the outcome of each file. A container gets the worst outcome of its members."""
    worst: dict[str, tuple[str, tuple[Reason, ...]]] = {}
    for unread in ingested.unread:
        path = unread.source.split(SEPARATOR)[0]
        if worst.get(path, ("", ()))[0] != "unreadable":
            worst[path] = (
                unread.status,
                unread.reasons if path == unread.source else tuple(_inside(unread.source, r) for r in unread.reasons),
            )
    missing = [str(problem) for problem in ingested.problems]
    results = []
    for path, files in waiting.items():
        status, reasons = worst.get(path, ("read", ()))
        if gone := next((problem for problem in missing if path in problem), ""):
            status, reasons = "unreadable", (because(Why.GONE, "{why}", why=gone),)
        state = "unread" if status == "unreadable" else status
        for file, report in files:
            results.append((file.id, state, reasons))
            report.read += state != "unread"
            report.unread += state == "unread"
            if reasons:
                report.problems.append(f"{status}: {file.url}: {join_reasons(reasons)}")
    watch_items.done(register, results)


def _inside(source: str, reason: Reason) -> Reason:
    return because(
        Why.INSIDE, "{source}: {kind}{why}", source=source, kind=f"{reason.kind}: " if reason.kind else "", why=reason
    )


#: How much the time between two runs is varied, so that many machines do not ask at the same moment.
JITTER = 0.05


class Stopped(KeyboardInterrupt):
    """Somebody stopped the service. What was done is stored, and the next run does the rest."""


def serve(once: Callable[[], None], every: float) -> None:
    """Call ``once`` every so many seconds. SIGTERM and SIGINT end it at once, whatever it is doing."""
    stopped = threading.Event()

    def handle(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals call
        stopped.set()
        raise Stopped

    kept: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        kept = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        while not stopped.is_set():
            once()
            stopped.wait(every * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
    except Stopped:
        return
    finally:
        for number, before in kept.items():
            signal.signal(number, before)


#: How long a process that cannot be asked (on another machine, in another container) may be silent before its watches are taken
#: over, in seconds; it says that it lives so often.
HOLD = 300
_HOLD_AGAIN = 60.0
#: Seconds that a run waits for a server that restarts.
RESTART_SECONDS = 60.0

Progressing = Callable[[Step], None]


def current_time() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run does.

    ``dry_run``: only list, and store nothing. ``again``: also try items that were given up. ``tell_idle``: run alerts even
    if no watch was due.
    """

    dry_run: bool = False
    again: bool = False
    tell_idle: bool = True


_DEFAULTS, _READING = RunOptions(), ReadingOptions()


def run(
    database: str | DatabaseName,
    names: Sequence[str] = (),
    options: RunOptions = _DEFAULTS,
    *,
    reading: ReadingOptions = _READING,
    clock: Clock = current_time,
    progress: Progressing = lambda _: None,
    fetcher: Callable[[FetchPolicy], PoliteFetcher] | None = None,
) -> RunReport:
    """Run the watches with these names, or those that are due.

    One bad source or item does not stop the others; failures are in the report. A run may be killed at any point, and
    the next run continues: an item is listed, then fetched into a file, then read, and each step is recorded before
    the next. Two simultaneous runs do nothing twice.

    Args:
        options: what the run does.
        reading: passed on to :func:`dutybook.pipeline.batch.ingest`.

    Raises:
        NotFound: there is no such database or watch.
        RegisterError: the database cannot be used.
    """
    if str(database) == MEMORY:
        raise BadRequest("watches need a database in a file: --database FILE")
    started = time.monotonic()
    report = RunReport()
    with open_register(database, create=False) as register:
        register.wait_for_server(RESTART_SECONDS)
        every = (
            watches.watches(register) if not names else [watches.named(register, name) for name in dict.fromkeys(names)]
        )
        chosen = [watch for watch in every if names or watch.due(clock()) or (watch.waiting and not watch.paused)]
        report.resting = len(every) - len(chosen)
        one = _Run(register, report, clock, progress, fetcher or PoliteFetcher, again=options.again)
        if options.dry_run:
            for watch in chosen:
                one.look(watch)
        else:
            with one.holding(chosen) as claims:
                for each, _, own in claims:
                    one.gather(each, own)
                fetched = [(each, own) for each, _, own in claims]
                report.ingests = ingest_fetched_files(register, fetched, reading, progress)
                one.end(claims)
            if chosen or options.tell_idle:
                progress(Step("alerting", ""))
                send_alerts(register, clock(), report)
    report.seconds = time.monotonic() - started
    return report


Claims = list[tuple[Watch, int, WatchReport]]


class _Run:
    """One run: what is done with each of its watches."""

    def __init__(
        self,
        register: Register,
        report: RunReport,
        clock: Clock,
        progress: Progressing,
        fetcher: Callable[[FetchPolicy], PoliteFetcher],
        *,
        again: bool,
    ) -> None:
        self.register, self.report, self.clock, self.progress = register, report, clock, progress
        self.fetcher, self.again = fetcher, again
        self.us = this_process()
        self.claimed: list[int] = []
        self.errors: dict[int, SourceError] = {}
        self.lost: set[int] = set()
        self.visits: dict[str, float] = {}

    @contextmanager
    def holding(self, chosen: Sequence[Watch]) -> Iterator[Claims]:
        """Claim those watches that no other process has claimed, and release them at the end."""
        claims: Claims = []
        try:
            for watch in chosen:
                own = WatchReport(watch.name)
                self.report.watches.append(own)
                if not self._claim(watch.id):
                    own.busy = True
                    continue
                self.claimed.append(watch.id)
                # As it is now: another process may have run it since it was read.
                current = watches.named(self.register, watch.name)
                claims.append((current, watches.begin_run(self.register, watch.id, now=self.clock()), own))
            with self._beating():
                yield claims
        finally:
            for number in self.claimed:
                watches.release(self.register, number, self.us)

    def hold(self, number: int) -> None:
        """Check that the claim on a watch still stands.

        Raises:
            SourceError: this process was silent for so long that another one has taken the watch over.
        """
        if number in self.lost:
            raise SourceError("another run has taken this watch over, since this one was silent for too long")

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Renew the claims regularly in the background, since a source or a document may take long."""
        stop = threading.Event()

        def beat() -> None:
            while not stop.wait(_HOLD_AGAIN):
                try:
                    with open_register(self.register.path, create=False) as register:
                        self.lost |= {number for number in list(self.claimed) if not self._claim(number, register)}
                except DutybookError:
                    continue

        beating = threading.Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            stop.set()
            beating.join()

    def _claim(self, number: int, register: Register | None = None) -> bool:
        here = register or self.register
        return watches.claim(here, number, self.us, now=self.clock(), seconds=HOLD, alive=may_be_alive)

    def look(self, watch: Watch) -> None:
        """List what a run would fetch, without storing anything."""
        own = WatchReport(watch.name)
        self.report.watches.append(own)
        with self._noting_errors(watch, own), self._gatherer(watch, own) as gatherer:
            listing = gatherer.list()
            known = {item.listed.key: item for item in watch_items.items(self.register, watch.id)}
            for item in listing.items:
                before = known.get(item.key)
                if before is None or item.stamp is None or before.listed.stamp != item.stamp:
                    own.wanted.append((item.title or item.key, item.url))
                    own.new += before is None
                    own.changed += before is not None and item.stamp is not None
            gone = set(listing.gone) & known.keys()
            if listing.complete:
                gone |= known.keys() - {item.key for item in listing.items}
            own.gone = sum(1 for key in gone if known[key].gone is None)

    def gather(self, watch: Watch, own: WatchReport) -> None:
        """List and fetch one watch. Errors are recorded and stop nothing."""
        if self.again:
            watch_items.try_again(self.register, watch.id)
        with self._noting_errors(watch, own), self._gatherer(watch, own) as gatherer:
            try:
                gatherer.record(gatherer.list())
            except SourceError:
                # What was listed earlier can perhaps be had.
                gatherer.fetch(max_failures=1)
                raise
            gatherer.fetch()

    def end(self, claims: Claims) -> None:
        """Record how the runs ended."""
        for watch, run, own in claims:
            error = self.errors.get(watch.id)
            wait = back_off(watch.failures + 1, error.retry_after) if error else 0.0
            if error and not error.retry_after:
                # A source that is down is asked again with its next turn at the latest.
                wait = min(wait, max(watch.every, 60.0))
            counts = {"listed": own.listed, "fetched": own.files, "read": own.read, "unread": own.unread}
            watches.end_run(
                self.register,
                run,
                counts=counts,
                problems=[*([own.error] if own.error else []), *own.problems],
                error=own.error,
                not_before=self.clock() + timedelta(seconds=wait) if error else None,
                now=self.clock(),
            )

    @contextmanager
    def _noting_errors(self, watch: Watch, own: WatchReport) -> Iterator[None]:
        try:
            yield
        except SourceError as error:
            own.error = str(error)
            self.errors[watch.id] = error
        except BadRequest as error:
            # An option that this version does not know, a part that is not installed.
            own.error = str(error)
            self.errors[watch.id] = SourceError(str(error))

    @contextmanager
    def _gatherer(self, watch: Watch, own: WatchReport) -> Iterator[ItemFetcher]:
        source = source_of(watch.kind)
        with self.fetcher(FetchPolicy(**watch.fetch_options)) as fetcher:
            fetcher.visits = self.visits
            yield ItemFetcher(
                self.register,
                watch,
                source,
                fetcher,
                own,
                clock=self.clock,
                hold=lambda: self.hold(watch.id),
                progress=self.progress,
            )


def send_alerts(register: Register, now: datetime, report: RunReport) -> None:
    """Detect events and send what is due. What cannot be sent stays in the outbox and is reported."""
    try:
        collected = collect(register, now=now)
        report.problems += [f"alerts: {line}" for line in collected.problems]
        sent = send(database_named(register.path), now=now)
        report.problems += [f"alerts: {line}" for line in sent.problems]
    except DutybookError as error:
        report.problems.append(f"alerts: {error}")
        return
    counts = ((sent.sent, "sent"), (sent.waiting, "to be tried again"), (sent.dead, "given up"))
    parts = [f"{number:,} {words}" for number, words in counts if number]
    report.alerts = f"alerts: {', '.join(parts)}" if parts else ""


def preview_watch(database: str | DatabaseName, kind: str, target: str, *, options: Mapping[str, Any]) -> WatchReport:
    """Ask a source what the first run of a watch on it would fetch. Nothing is stored.

    Raises:
        BadRequest: it cannot be watched so.
        RegisterError: the database cannot be used.
    """
    checked, fetch_options, where = check_watch(kind, target, options, allow_private=False)
    # No watch has this number, so nothing of it is known.
    watch = Watch(
        kind, kind, where, checked, fetch_options, {}, sources.default_interval(sources.source_of(kind)), id=0
    )
    report = RunReport()
    with open_register(database, create=False, read_only=True) as register:
        _Run(register, report, current_time, lambda _: None, PoliteFetcher, again=False).look(watch)
    return report.watches[0]
