"""Sends open tasks to services that keep tasks: each task once a change, with a key by which the service recognises it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dutybook.alerts.channels import Attempt, Target, parse_target
from dutybook.alerts.channels.web import Webhook
from dutybook.errors import BadRequest, DeliveryError
from dutybook.store import Register
from dutybook.store.alerts.outbox import stamp
from dutybook.store.tasks import Task, TaskDelivery, note_delivery, task_deliveries


@dataclass(slots=True)
class SendReport:
    """The result of sending: the keys of the tasks ``sent``, how many the service has ``unchanged``, and the keys that ``failed`` with the reason."""

    sent: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def webhook_target(text: str) -> Target:
    """The webhook that a text names: ``https://HOST/PATH#auth=env:NAME`` or ``webhook:env:NAME``.

    Raises:
        BadRequest: it names no webhook, or several.
    """
    targets = parse_target(text)
    if len(targets) != 1 or targets[0].kind != "webhook":
        raise BadRequest(f"tasks go to a webhook: {Webhook.help}")
    return targets[0]


def send_tasks(
    register: Register,
    tasks: Sequence[Task],
    target: Target,
    *,
    service: str,
    now: datetime,
    make_body: Callable[[Task], bytes],
    read_link: Callable[[bytes], str],
) -> SendReport:
    """Send the tasks that are new or have changed since they were last sent to this service.

    The header ``Idempotency-Key`` has the task's key with its revision, so that a service that heeds it makes nothing twice when a
    request is repeated. A task that cannot be sent does not keep the others from being sent.

    Args:
        service: the name under which deliveries are kept, without secrets.
        make_body: makes the body of the request for a task.
        read_link: reads the number or address of the task in the service's answer.
    """
    channel = Webhook()
    known = {one.task: one for one in task_deliveries(register, service)}
    report = SendReport()
    for task in tasks:
        before = known.get(task.id)
        if before is not None and before.revision >= task.revision:
            report.unchanged += 1
            continue
        try:
            answer = channel.post(target, make_body(task), f"{task.id}-{task.revision}", Attempt())
        except DeliveryError as error:
            report.failed.append((task.id, str(error)))
            continue
        note_delivery(register, TaskDelivery(task.id, service, task.revision, stamp(now), read_link(answer)))
        report.sent.append(task.id)
    return report
