"""Sends the deliveries that are due, several side by side, within a total time.

One process sends each delivery; failed or interrupted ones are tried again. What hangs is given up, and holds nothing else up.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

from dutybook.alerts.channels import Attempt, Channel, Message, Target, channel_of, cut
from dutybook.alerts.messages import message_of
from dutybook.errors import DeliveryError, DutybookError
from dutybook.public_address import public_address
from dutybook.store import Register, open_register
from dutybook.store.alerts import outbox
from dutybook.store.alerts.outbox import Delivery
from dutybook.store.retries import retry_while_busy

_LOG = logging.getLogger(__name__)

#: Deliveries that are under way at once.
AT_ONCE = 8
#: Seconds that one attempt may take in all, whatever its channel does, and after which a run begins no further one.
ATTEMPT, RUN = 120.0, 300.0
#: Seconds that a server may take to restart, so that what was sent is noted as sent.
RESTART_SECONDS = 60.0
#: A claim holds for so long: longer than an attempt.
LEASE = timedelta(minutes=10)


@dataclass(slots=True)
class Sent:
    """The result of a run: ``sent`` arrived, ``waiting`` failed and will be tried again, ``dead`` failed for good.

    ``problems`` are one line each, without secrets.
    """

    sent: int = 0
    waiting: int = 0
    dead: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        return 2 if self.problems else 0


def send(
    register_path: str | Path,
    *,
    now: datetime,
    alert: str | None = None,
    address: str | None = None,
    step: Callable[[str], None] | None = None,
) -> Sent:
    """Send what is due now (UTC), of one alert (full id) or of all.

    Several processes may do so at once: none sends what another one is sending. ``address`` is that of the register in a
    browser; by default the one that the environment names. ``step`` is called with the progress,
    for tests that kill the process there.

    Raises:
        RegisterError: the database cannot be used.
    """
    with open_register(register_path, create=False) as register:
        register.wait_for_server(RESTART_SECONDS)
        return _Sender(register, now, step or (lambda _: None), public_address() if address is None else address).run(
            alert
        )


class _Sender:
    def __init__(self, register: Register, now: datetime, step: Callable[[str], None], address: str) -> None:
        self.register = register
        self.address = address
        self.begun = (now, time.monotonic())
        self.step = step
        self.by = f"{os.getpid()}-{secrets.token_hex(6)}"
        self.under_way: dict[str, _UnderWay] = {}
        self.outcomes: SimpleQueue[tuple[str, Exception | None]] = SimpleQueue()

    def now(self) -> datetime:
        """The given time plus the time that has really passed since then."""
        return self.begun[0] + timedelta(seconds=time.monotonic() - self.begun[1])

    def run(self, alert: str | None) -> Sent:
        result = Sent()
        retry_while_busy(lambda: outbox.gather(self.register, self.now(), alert))
        self.step("gathered")
        ends = time.monotonic() + RUN
        while True:
            while len(self.under_way) < AT_ONCE and time.monotonic() < ends:
                delivery = retry_while_busy(self._claim_of(alert))
                if delivery is None:
                    break
                self.step("claimed")
                self._begin(delivery, result)
            if not self.under_way:
                break
            self._end_one(result)
        if time.monotonic() >= ends and outbox.is_due(self.register, self.now(), alert):
            result.problems.append(f"after {RUN:g} s no further message was begun: the next run sends what is left")
        return result

    def _claim_of(self, alert: str | None) -> Callable[[], Delivery | None]:
        return lambda: outbox.claim(self.register, self.now(), self.now() + LEASE, self.by, alert)

    def _begin(self, delivery: Delivery, result: Sent) -> None:
        """Compose the message, and have a thread of its own deliver it."""
        target = Target(delivery.kind, delivery.target, delivery.options)
        where = delivery.kind
        try:
            channel = channel_of(delivery.kind)
            where = channel.describe_target(target)
            message = message_of(self.register, delivery, self.address)
        except Exception as error:
            self._failed(delivery, error, where, result)
            return
        self.step("composed")
        ends = time.monotonic() + ATTEMPT
        self.under_way[delivery.id] = _UnderWay(delivery, where, ends)
        attempt = Attempt(delivery.doubtful, _hold_until(ends), self.step)
        given = (delivery.id, channel, target, message, attempt)
        # A thread that hangs must not keep the process from ending.
        threading.Thread(target=self._deliver, args=given, name="dutybook-delivery", daemon=True).start()

    def _deliver(self, identity: str, channel: Channel, target: Target, message: Message, attempt: Attempt) -> None:
        error: Exception | None = None
        try:
            channel.deliver(target, message, attempt)
        except Exception as raised:
            error = raised
        self.outcomes.put((identity, error))

    def _end_one(self, result: Sent) -> None:
        """Wait until a delivery has ended, or has taken so long that it is given up, and keep the result."""
        first = min(self.under_way.values(), key=lambda one: one.ends)
        try:
            identity, error = self.outcomes.get(timeout=max(0.0, first.ends - time.monotonic()))
        except Empty:
            late = DeliveryError(f"it took longer than {ATTEMPT:g} s in all", doubtful=True)
            identity, error = first.delivery.id, late
        ended = self.under_way.pop(identity, None)
        if ended is None:
            # It was given up before.
            return
        if error is not None:
            self._failed(ended.delivery, error, ended.where, result)
            return
        self.step("sent")
        retry_while_busy(lambda: outbox.mark_sent(self.register, ended.delivery, self.by, self.now()))
        self.step("noted")
        result.sent += 1

    def _failed(self, delivery: Delivery, error: Exception, where: str, result: Sent) -> None:
        if not isinstance(error, DutybookError):
            # A third party's channel may raise anything; its words may hold what is secret.
            _LOG.debug("delivery %s", delivery.id, exc_info=error)
            error = DeliveryError(f"internal error ({type(error).__name__})", doubtful=True)
        problem = cut(str(error), 400)
        failure = outbox.Failure(problem, lasting=False)
        if isinstance(error, DeliveryError):
            failure = outbox.Failure(problem, error.lasting, error.retry_after, error.doubtful)
        state = retry_while_busy(lambda: outbox.mark_failed(self.register, delivery, self.by, self.now(), failure))
        self.step("failed")
        result.dead += state == "dead"
        result.waiting += state == "waiting"
        result.problems.append(f"{delivery.name}: {where}: {problem}" + (" (given up)" if state == "dead" else ""))


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A delivery that a thread works on. ``ends`` is when it is given up (monotonic clock), ``where`` the target in words."""

    delivery: Delivery
    where: str
    ends: float


def _hold_until(ends: float) -> Callable[[], None]:
    def hold() -> None:
        if time.monotonic() > ends:
            raise DeliveryError("it took so long that another sender may have it now")

    return hold
