"""Runs the alerts while the server runs: messages that are to go out at once are sent as soon as a document has been read."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from dutybook.errors import DutybookError
from dutybook.store import Register
from dutybook.store.alerts import alerts, outbox, triggers
from dutybook.web.jobs import Jobs
from dutybook.web.registers import Registers

_LOG = logging.getLogger(__name__)
#: Seconds between two checks, and the time after which alerts are run in any case: deadlines come near without a document.
CHECK_EVERY, AT_LEAST = 5.0, timedelta(hours=1)
#: The key of the job, which the page of alerts displays, too.
JOB = "alerts:run"


class AlertService:
    """A thread that starts the job of alerts whenever it has something to do.

    ``address`` is that of the register in a browser, for links in messages.
    """

    def __init__(self, registers: Registers, jobs: Jobs, address: str, check_every: float = CHECK_EVERY) -> None:
        self._registers = registers
        self._jobs = jobs
        self._address = address
        self._check_every = check_every
        self._stopped = Event()
        self._last: datetime | None = None
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to check."""
        self._thread = Thread(target=self._work, name="dutybook-alerts", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop checking; a job that runs is ended with the others."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def run(self) -> None:
        """Start the job, unless it is running."""
        self._last = datetime.now(UTC)
        order = {"verb": "alerts", "database": str(self._registers.database), "address": self._address}
        self._jobs.start(JOB, order)

    def _work(self) -> None:
        while not self._stopped.wait(self._check_every):
            try:
                with self._registers.reading() as register:
                    wanted = self.is_wanted(register, datetime.now(UTC))
            except DutybookError as error:
                # The register may be missing, busy or replaced: the next check may find it.
                _LOG.debug("alerts: %s", error)
                continue
            if wanted:
                self.run()

    def is_wanted(self, register: Register, now: datetime) -> bool:
        """Whether there is something to do: a document that no run has seen, a message that is due, or a new day."""
        if not alerts.exist(register):
            return False
        outcome = self._jobs.outcome(JOB)
        if outcome is not None and (
            outcome.going or (outcome.problem and not self._is_past(now, timedelta(minutes=1)))
        ):
            return False
        due = outbox.next_moment(register)
        waiting = due is not None and due <= outbox.stamp(now) and self._is_past(now, timedelta(seconds=30))
        return waiting or self._is_past(now, AT_LEAST) or bool(triggers.fresh(register))

    def _is_past(self, now: datetime, time: timedelta) -> bool:
        return self._last is None or now - self._last >= time
