"""Reads uploaded batches one after the other, and reports the state of each at any time."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dutybook.database_address import DatabaseName
from dutybook.errors import DutybookError
from dutybook.ingest.containers import SEPARATOR
from dutybook.pipeline.watching.runner import may_be_alive, this_process
from dutybook.reasons import Why, because
from dutybook.web.error_responses import TranslatedError, Wrong
from dutybook.web.jobs import JobRunner
from dutybook.web.settings import Quota
from dutybook.web.uploads import storage
from dutybook.web.uploads.multipart import Arrived
from dutybook.web.uploads.storage import MOST_PARTS, OPEN, Batch, Part, UploadStorage

#: The displayed state of a batch that no process works on any more, though its own state is open.
INTERRUPTED = "interrupted"
#: What came of a file counts for the worst of its parts.
_WORST = ("unreadable", "partly read", "read", "unchanged", "duplicate")

_DAY = timedelta(days=1)
#: So many seconds the processes that read wait for the next upload: starting them takes longer than reading an article.
_STAY = 300.0

Clock = Callable[[], datetime]


class QuotaExceeded(TranslatedError, DutybookError):
    """Somebody has sent what one person may send within a day; ``after`` are the seconds until there is room again."""

    def __init__(self, code: str, after: float, **values: object) -> None:
        DutybookError.__init__(self, self._word(f"upload.{code}", values))
        self.after = after


class UploadQueue:
    """Takes batches in, reads them one after the other, and reports their states."""

    def __init__(
        self,
        database: DatabaseName,
        clock: Clock = lambda: datetime.now(UTC),
        more: Mapping[str, Any] | None = None,
        quota: Quota | None = None,
    ) -> None:
        self.database = database.absolute()
        self.shelf = UploadStorage(database)
        self.clock = clock
        self.quota = quota or Quota()
        #: Passed on to :func:`dutybook.pipeline.batch.ingest`, for tests.
        self.more = dict(more or {})
        self._runner = JobRunner(_STAY)
        self._us = this_process()
        self._passwords: dict[str, str] = {}

    def take(self, arrived: Arrived, by: str) -> Batch:
        """Store and queue what was received.

        Raises:
            BadRequest: nothing was received, or a value is impossible.
            NoSpace: the disk is full.
            QuotaExceeded: it is more than one person may send within a day.
        """
        if not arrived.files:
            raise Wrong("upload.no_file")
        language = _language(arrived.fields.get("language", ""))
        published = _to_iso_date(arrived.fields.get("published", ""))
        with self.shelf.lock:
            # Two batches that arrive at once are counted one after the other.
            self.check_quota(by, sum(sent.size for sent, _ in arrived.files), len(arrived.files))
            batch = self.shelf.new(by, self.clock())
            batch.language, batch.published = language, published
            self._keep(batch, arrived)
        return batch

    def check_quota(self, by: str, size: int, files: int = 1) -> None:
        """Check that somebody may send so many more bytes and files now; QuotaExceeded if not."""
        if not (self.quota.size or self.quota.files):
            return
        now = self.clock()
        batches = self.shelf.batches_since(now - _DAY, by)
        for code, limit, wanted, counts in (
            ("quota_size", self.quota.size, size, [batch.size for batch in batches]),
            ("quota_files", self.quota.files, files, [len(batch.files) for batch in batches]),
        ):
            if limit and sum(counts) + wanted > limit:
                # What a batch had counted is free again a day after it was sent.
                free = next((n for n in range(len(counts)) if sum(counts[n + 1 :]) + wanted <= limit), len(counts) - 1)
                after = datetime.fromisoformat(batches[free].created) + _DAY - now if batches else _DAY
                amount = {"size": limit} if code == "quota_size" else {"number": limit}
                hours = max(1, math.ceil(after / timedelta(hours=1)))
                raise QuotaExceeded(code, after.total_seconds(), hours=hours, **amount)

    def _keep(self, batch: Batch, arrived: Arrived) -> None:
        """Store and queue the files of a batch."""
        for sent, path in arrived.files:
            if path is not None:
                sent.file = self.shelf.put(path, sent.sha256, storage.stored_name(sent.name))
            batch.files.append(sent)
        password = arrived.fields.get("password", "")
        batch.locked = bool(password)
        if password:
            # Never written down: what is interrupted is asked for again.
            self._passwords[batch.id] = password
        if not batch.kept:
            batch.state = "done"
            self.shelf.write(batch)
            return
        self._queue(batch)

    def resume(self, identity: str) -> Batch:
        """Go on reading a batch that was interrupted, cancelled or failed. Files that were read are not read again.

        Raises:
            NotFound: there is no such batch.
            BadRequest: it is being read, or nothing is left to read.
        """
        with self.shelf.lock:
            batch = self.shelf.read(identity)
            if self.state(batch) in (*OPEN, "done"):
                raise Wrong("upload.going")
            for sent in batch.kept:
                sent.state, sent.reasons, sent.norms, sent.parts, sent.further = "waiting", [], 0, [], 0
            cleared = replace(batch, started="", ended="", problem="", done=0, total=0, norms=0)
            self._queue(cleared)
            return cleared

    def cancel(self, identity: str) -> Batch:
        """Stop reading a batch; NotFound if there is none. What was read stays in the register."""
        self.shelf.read(identity)
        self._runner.cancel(identity)
        with self.shelf.lock:
            batch = self.shelf.read(identity)
            if batch.state in OPEN:
                self._close(batch, "cancelled")
                for sent in batch.kept:
                    if sent.state == "waiting":
                        sent.state = "cancelled"
                self.shelf.write(batch)
        self._passwords.pop(identity, None)
        return batch

    def state(self, batch: Batch) -> str:
        """The current state of a batch. One that no process works on any more is interrupted."""
        if batch.state not in OPEN or self._runner.has(batch.id):
            return batch.state
        return batch.state if batch.holder != self._us and batch.holder and may_be_alive(batch.holder) else INTERRUPTED

    def before(self, batch: Batch) -> int:
        """How many batches are read before this one."""
        return max(0, self._runner.before(batch.id) - self._runner.has(_WarmUp.key))

    def warm_up(self) -> None:
        """Start the processes that read, unless they are there: whoever opens the page will soon send something."""
        if self._runner.idle:
            self._runner.add(_WarmUp(self.more))

    def close(self) -> None:
        """Stop reading. Batches that are not done are interrupted."""
        self._runner.close()

    def _queue(self, batch: Batch) -> None:
        batch.state, batch.holder = "waiting", self._us
        self.shelf.write(batch)
        self._runner.add(_Reading(self, batch.id))

    def _close(self, batch: Batch, state: str, problem: str = "") -> None:
        batch.state, batch.problem = state, problem
        batch.ended = self.clock().isoformat(timespec="seconds")


class _WarmUp:
    """The task of starting the processes that read, for a job runner. Nobody waits for it, and what goes wrong shows in the first upload."""

    key = "warm-up"

    def __init__(self, more: Mapping[str, Any]) -> None:
        self._more = more

    def begin(self) -> Mapping[str, Any]:
        return {"verb": "warm_up", "more": self._more}

    def report_progress(self, what: Mapping[str, Any]) -> None:
        """Starting processes reports no progress."""

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        """Nothing is kept of it."""


class _Reading:
    """The task of reading one batch, for a job runner."""

    def __init__(self, queue: UploadQueue, identity: str) -> None:
        self.queue = queue
        self.key = identity
        self._places: dict[str, int] = {}

    def begin(self) -> Mapping[str, Any]:
        queue = self.queue
        with queue.shelf.lock:
            batch = queue.shelf.read(self.key)
            batch.state, batch.started = "reading", queue.clock().isoformat(timespec="seconds")
            queue.shelf.write(batch)
        files: dict[str, None] = {}
        for number, sent in enumerate(batch.files):
            if sent.file:
                path = os.path.abspath(queue.shelf.path(sent.file))
                if path in files:
                    # The very same file is read once.
                    continue
                files[path] = None
                self._places[path] = number
        return {
            "verb": "ingest",
            "database": str(queue.database),
            "files": list(files),
            "language": batch.language or None,
            "published": batch.published or None,
            "password": queue._passwords.get(self.key),
            "more": queue.more,
        }

    def report_progress(self, what: Mapping[str, Any]) -> None:
        with self.queue.shelf.lock:
            batch = self.queue.shelf.read(self.key)
            batch.done, batch.total = int(what["done"]), int(what["total"])
            self._note(batch, str(what["source"]), str(what["outcome"]), int(what["norms"]), what["reasons"])
            self.queue.shelf.write(batch)

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        self.queue._passwords.pop(self.key, None)
        with self.queue.shelf.lock:
            batch = self.queue.shelf.read(self.key)
            if result is None:
                self.queue._close(batch, "failed", problem)
            else:
                self._finish(batch, result)
            self.queue.shelf.write(batch)

    def _note(
        self, batch: Batch, source: str, outcome: str, norms: int, reasons: Any, *, known_only: bool = False
    ) -> None:
        """Record the outcome of a file, or of a document inside it."""
        path, _, inner = source.partition(SEPARATOR)
        place = self._places.get(path)
        if place is None:
            return
        sent = batch.files[place]
        reasons = self._with_sent_names(batch, reasons)
        batch.norms += norms if outcome in ("read", "partly read") else 0
        if not inner:
            sent.state, sent.reasons, sent.norms = outcome, reasons, sent.norms + norms
            return
        sent.norms += norms
        known = next((part for part in sent.parts if part.name == inner), None)
        if known is not None:
            known.state, known.norms, known.reasons = outcome, norms, reasons
        elif known_only:
            return
        elif len(sent.parts) < MOST_PARTS:
            sent.parts.append(Part(inner, outcome, norms, reasons))
        else:
            sent.further += 1

    def _finish(self, batch: Batch, result: Mapping[str, Any]) -> None:
        """Record what is known only at the end: partly read files, what is left out, archives, and duplicates."""
        for source, status, reasons in result["unread"]:
            self._note(batch, source, status, 0, reasons, known_only=True)
        for source, reason in result["left_out"]:
            self._note(batch, source, "left out", 0, [reason])
        first: dict[str, str] = {}
        for sent in batch.kept:
            if sent.sha256 in first:
                same = because(Why.SAME_BYTES, "the same bytes as {name}", name=first[sent.sha256])
                sent.state, sent.reasons = "duplicate", [same.plain()]
            elif sent.state == "waiting":
                # An archive is what its worst part is; one that holds nothing else to tell of was read.
                states = {part.state for part in sent.parts}
                sent.state = next((state for state in _WORST if state in states), "read")
            first.setdefault(sent.sha256, sent.name)
        self.queue._close(batch, "done", "; ".join(result["problems"]))

    def _with_sent_names(self, batch: Batch, content: Any) -> Any:
        """Reasons (text, list or mapping) in which the sender's file names replace the paths on this machine."""
        if isinstance(content, list):
            return [self._with_sent_names(batch, each) for each in content]
        if isinstance(content, dict):
            return {name: self._with_sent_names(batch, value) for name, value in content.items()}
        if not isinstance(content, str):
            return content
        for path, place in self._places.items():
            if path in content:
                content = content.replace(path, batch.files[place].name)
        for sent in batch.kept:
            kept = sent.file.rpartition("/")[2]
            if kept != sent.name and kept in content:
                content = content.replace(kept, sent.name)
        return content


def _language(text: str) -> str:
    """The code of a language; empty for none."""
    code = text.strip().lower()
    if code and not (len(code) in (2, 3) and code.isascii() and code.isalpha()):
        raise Wrong("upload.language", text=text[:40])
    return code


def _to_iso_date(text: str) -> str:
    """A day as an ISO date; empty for none."""
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Wrong("upload.day", text=text[:40]) from None
