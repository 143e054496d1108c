"""Exports of the web application: each is written by a child process with limits, so that no click costs the server its memory.

Reports for paper wait for each other; all other formats have a queue of their own. Who asks for what is being made already
gets the same file.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from typing import Any

from dutybook import errors
from dutybook.database_address import DatabaseName
from dutybook.errors import BadRequest, DutybookError, MissingExtra
from dutybook.web.jobs import JobRunner
from dutybook.web.registers import hide_database

#: Bytes of address space, and seconds, that a child process may take. Of the space, much is only reserved.
MEMORY, SECONDS = 4 << 30, 180
#: So many exports may wait or be kept, and a file is kept for so many seconds.
_MOST_WAITING, _MOST_KEPT, _KEPT_SECONDS = 20, 20, 900
_PAPER = ".pdf"


@dataclass(slots=True)
class ExportJob:
    """A file that is made: ``state`` is waiting, running, done, failed or cancelled; ``users`` are requests for it."""

    key: str
    name: str
    order: Mapping[str, Any]
    folder: TemporaryDirectory[str]
    state: str = "waiting"
    done: int = 0
    error: DutybookError | None = None
    users: int = 0
    started: float = field(default_factory=time.monotonic)
    over: Event = field(default_factory=Event)

    @property
    def going(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def path(self) -> Path:
        return Path(self.folder.name, self.name)

    @property
    def seconds(self) -> int:
        """Whole seconds since it was asked for."""
        return round(time.monotonic() - self.started)

    def begin(self) -> Mapping[str, Any]:
        self.state = "running"
        return self.order

    def report_progress(self, what: Mapping[str, Any]) -> None:
        self.done = int(what["rows"])

    def ended(self, result: Mapping[str, Any] | None, problem: str) -> None:
        if not self.order["folders"]:
            database = Path(self.order["database"])
            problem = hide_database(problem, database)
            if result is not None and "refused" in result:
                given = [hide_database(one, database) if isinstance(one, str) else one for one in result["given"]]
                result = {**result, "given": given}
        if result is None:
            self.error = BadRequest(
                f"the file could not be made ({problem}): choose fewer norms, or another format, such as .html for .pdf"
            )
        elif "refused" in result:
            self.error = _error_of(str(result["refused"]), list(result["given"]))
        self.state = "failed" if self.error else "done"
        self.over.set()


class ExportJobs:
    """The exports of one application; files are deleted once they were sent, or after a quarter of an hour.

    Without ``folders`` they do not say in which folders of this machine documents are.
    """

    def __init__(self, database: DatabaseName, *, folders: bool = True) -> None:
        self._database = database.absolute()
        self._folders = folders
        self._lock = Lock()
        self._runners = {True: JobRunner(), False: JobRunner()}
        self._known: dict[str, ExportJob] = {}

    def start(self, name: str, filters: Mapping[str, object], reader: str, options: Mapping[str, object]) -> ExportJob:
        """Start making a file, unless the same one is being made; its extension names the format.

        Raises:
            BadRequest: too many others wait.
        """
        what = {"filters": dict(filters), "reader": reader, "options": dict(options)}
        same = {**what, "options": {key: value for key, value in options.items() if key != "now"}}
        key = sha256(json.dumps([name, same], default=str, sort_keys=True).encode()).hexdigest()
        with self._lock:
            self._sweep()
            going = next((job for job in self._known.values() if job.going and job.order["same"] == key), None)
            if going is not None:
                going.users += 1
                return going
            if sum(job.going for job in self._known.values()) >= _MOST_WAITING:
                raise BadRequest(f"{_MOST_WAITING} exports are being made: try again in a minute")
            folder = TemporaryDirectory(prefix="dutybook-export-", ignore_cleanup_errors=True)
            order = {
                **json.loads(json.dumps(what, default=str)),
                "verb": "export",
                "database": str(self._database),
                "folders": self._folders,
                "target": str(Path(folder.name, name)),
                "same": key,
                "memory": MEMORY,
                "seconds": SECONDS,
            }
            job = ExportJob(secrets.token_urlsafe(16), name, order, folder, users=1)
            self._known[job.key] = job
            self._runners[name.endswith(_PAPER)].add(job)
            return job

    def job(self, key: str) -> ExportJob | None:
        """The export of this key; None if there is none, or its file is deleted."""
        return self._known.get(key)

    def keep(self, job: ExportJob) -> None:
        """Keep the file for somebody who comes for it later."""
        job.users = -1_000_000

    def release(self, job: ExportJob) -> None:
        """The file was sent to one of those who asked for it; after the last, it is deleted."""
        with self._lock:
            job.users -= 1
            if job.users == 0 and not job.going:
                self._forget(job)

    def cancel(self, job: ExportJob) -> None:
        """Stop making a file; whoever waits for it is told."""
        self._runners[job.name.endswith(_PAPER)].cancel(job.key)
        if job.going:
            job.state, job.error = "cancelled", BadRequest("making the file was cancelled")
            job.over.set()

    def close(self) -> None:
        """Stop all, and delete the files."""
        for runner in self._runners.values():
            runner.close()
        with self._lock:
            for job in list(self._known.values()):
                if job.going:
                    job.state, job.error = "cancelled", BadRequest("the server is being stopped")
                    job.over.set()
                self._forget(job)

    def _sweep(self) -> None:
        over = [job for job in self._known.values() if not job.going]
        old = [job for job in over if job.seconds > _KEPT_SECONDS]
        for job in {job.key: job for job in [*old, *over[: max(0, len(over) - _MOST_KEPT)]]}.values():
            self._forget(job)

    def _forget(self, job: ExportJob) -> None:
        self._known.pop(job.key, None)
        job.folder.cleanup()


def _error_of(name: str, given: list[Any]) -> DutybookError:
    """The error that a child process named."""
    kind = getattr(errors, name, BadRequest)
    return MissingExtra(*given) if kind is MissingExtra else kind(given[0])
