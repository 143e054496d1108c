"""Sends the deliveries that are due. One process sends each; failed or interrupted ones are tried again."""

from __future__ import annotations

import logging
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from dutybook.alerts.channels import Attempt, Message, Target, channel_of
from dutybook.alerts.digest import compose
from dutybook.alerts.retry import retry_while_busy
from dutybook.alerts.text_safety import cut
from dutybook.errors import DeliveryError, DutybookError
from dutybook.store import Register, open_register
from dutybook.store.alerts import alert_events, outbox
from dutybook.store.alerts.outbox import Delivery

_LOG = logging.getLogger(__name__)

#: A claim holds for so long: longer than all that a channel may wait for, one after the other.
LEASE = timedelta(minutes=10)
#: What cannot be taken back is begun only while the claim holds for so much longer.
_MARGIN = timedelta(minutes=2)


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
    step: Callable[[str], None] | None = None,
) -> Sent:
    """Send what is due now (UTC), of one alert (full id) or of all.

    Several processes may do so at once: none sends what another one is sending. ``step`` is called with the progress,
    for tests that kill the process there.

    Raises:
        RegisterError: the database cannot be used.
    """
    with open_register(register_path, create=False) as register:
        return _Sender(register, now, step or (lambda _: None)).run(alert)


class _Sender:
    def __init__(self, register: Register, now: datetime, step: Callable[[str], None]) -> None:
        self.register = register
        self.begun = (now, time.monotonic())
        self.step = step
        self.by = f"{os.getpid()}-{secrets.token_hex(6)}"

    def now(self) -> datetime:
        """The given time plus the time that has really passed since then."""
        return self.begun[0] + timedelta(seconds=time.monotonic() - self.begun[1])

    def run(self, alert: str | None) -> Sent:
        result = Sent()
        retry_while_busy(lambda: outbox.gather(self.register, self.now(), alert))
        self.step("gathered")
        while delivery := retry_while_busy(self._claim_of(alert)):
            self.step("claimed")
            self._one(delivery, result)
        return result

    def _claim_of(self, alert: str | None) -> Callable[[], Delivery | None]:
        return lambda: outbox.claim(self.register, self.now(), self.now() + LEASE, self.by, alert)

    def _one(self, delivery: Delivery, result: Sent) -> None:
        until = self.now() + LEASE - _MARGIN
        target = Target(delivery.kind, delivery.target, delivery.options)
        where = delivery.kind
        try:
            channel = channel_of(delivery.kind)
            where = channel.describe_target(target)
            message = message_of(self.register, delivery)
            self.step("composed")
            channel.deliver(target, message, Attempt(delivery.doubtful, self._hold_of(until), self.step))
        except DutybookError as error:
            self._failed(delivery, error, where, result)
            return
        except Exception as error:
            # A third party's channel may raise anything; its words may hold what is secret.
            _LOG.debug("delivery %s", delivery.id, exc_info=True)
            wrong = DeliveryError(f"internal error ({type(error).__name__})", doubtful=True)
            self._failed(delivery, wrong, where, result)
            return
        self.step("sent")
        retry_while_busy(lambda: outbox.sent(self.register, delivery, self.by, self.now()))
        self.step("noted")
        result.sent += 1

    def _hold_of(self, until: datetime) -> Callable[[], None]:
        def hold() -> None:
            if self.now() > until:
                raise DeliveryError("it took so long that another sender may have it now")

        return hold

    def _failed(self, delivery: Delivery, error: DutybookError, where: str, result: Sent) -> None:
        problem = cut(str(error), 400)
        failure = outbox.Failure(problem, lasting=False)
        if isinstance(error, DeliveryError):
            failure = outbox.Failure(problem, error.lasting, error.retry_after, error.doubtful)
        state = retry_while_busy(lambda: outbox.failed(self.register, delivery, self.by, self.now(), failure))
        self.step("failed")
        result.dead += state == "dead"
        result.waiting += state == "waiting"
        result.problems.append(f"{delivery.name}: {where}: {problem}" + (" (given up)" if state == "dead" else ""))


def message_of(register: Register, delivery: Delivery) -> Message:
    """The message of a delivery: the same each time."""
    happened = alert_events.of_delivery(register, delivery.id)
    created = datetime.fromisoformat(delivery.created).replace(microsecond=0)
    return compose(delivery.id, delivery.name, delivery.reader, delivery.zone, created, happened)
