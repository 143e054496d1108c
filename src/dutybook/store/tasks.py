"""What somebody has to do by a day: duties of incidents, changes to assess, norms with a day or an owner of their own."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.records.incidents import DATED_STATES
from dutybook.store.assessments import list_assessments
from dutybook.store.incidents.counting import count_incident
from dutybook.store.incidents.incidents import OPEN, StoredIncident, incidents, last_revision

if TYPE_CHECKING:
    from dutybook.records.incidents import CountedDuty
    from dutybook.store.register import Register

INCIDENT, ASSESSMENT, NORM = "incident", "assessment", "norm"
KINDS = (INCIDENT, ASSESSMENT, NORM)
_DONE = ("compliant", "not applicable")


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done. ``id`` never changes; ``source`` is the id of the incident, assessment or norm that the task comes from.

    ``due`` is ISO 8601: a day, or a moment; empty where none is set. ``path`` is its page in the browser. ``revision`` rises with each change.
    """

    id: str
    kind: str
    source: str
    title: str
    description: str
    due: str
    owner: str = ""
    priority: str = ""
    work: str = ""
    place: str = ""
    language: str = "en"
    path: str = ""
    revision: int = 0
    tags: tuple[str, ...] = ()


def open_tasks(register: Register, *, now: datetime, kinds: Collection[str] = KINDS, owner: str = "") -> list[Task]:
    """All open tasks, those that are due first in front and those without a day last; ``owner``: part of a name."""
    found: list[Task] = []
    if INCIDENT in kinds:
        found += _of_incidents(register, now)
    if ASSESSMENT in kinds:
        found += _of_assessments(register)
    if NORM in kinds:
        found += _of_norms(register)
    wanted = owner.casefold()
    chosen = [task for task in found if wanted in task.owner.casefold()]
    return sorted(chosen, key=lambda task: (not task.due, task.due, task.id))


def _of_incidents(register: Register, now: datetime) -> Iterator[Task]:
    for incident in incidents(register, status=OPEN):
        revision = last_revision(register, incident)
        for row in count_incident(register, incident, now=now):
            if row.state in DATED_STATES and row.due is not None:
                yield _of_duty(incident, row, revision)


def _of_duty(incident: StoredIncident, row: CountedDuty, revision: int) -> Task:
    duty = row.duty
    due = row.due.isoformat() if row.due else ""
    about = [f"To: {duty.recipient}" if duty.recipient else "", duty.quote, *(f"- {item}" for item in duty.contents)]
    return Task(
        id=f"incident-{incident.id[:16]}-{duty.id[:16]}",
        kind=INCIDENT,
        source=incident.id,
        title=f"{incident.title or 'Incident'}: {duty.title} {duty.place}"[:250],
        description="\n".join(filter(None, about)),
        due=due,
        priority="high",
        work=duty.work or "",
        place=duty.place,
        language=duty.language,
        path=f"/incidents/{incident.id}#duty-{duty.id[:12]}",
        revision=revision,
        tags=("incident", *incident.kind_names),
    )


def _of_assessments(register: Register) -> Iterator[Task]:
    for item in list_assessments(register, open_only=True):
        since = f" ({item.day})" if item.day else ""
        yield Task(
            id=f"assessment-{item.id[:16]}",
            kind=ASSESSMENT,
            source=item.id,
            title=f"Assess: {item.title}{since}"[:250],
            description=item.reason,
            due=item.due,
            owner=item.owner,
            work=item.work,
            language=item.language or "en",
            path=f"/assessments/{item.id}",
            revision=item.revision,
            tags=("assessment", item.kind),
        )


_NORMS = """SELECT r.id, r.norm, r.due, r.owner, r.priority, r.revision, r.tags, b.work, b.title, b.place, b.language, b.quote FROM reviews r
    JOIN review_norms b ON b.review = r.id AND b.norm = r.norm
    WHERE (r.due <> '' OR r.owner <> '') AND r.status NOT IN (SELECT value FROM json_each(?)) AND r.applicability <> 'no' AND r.finding <> 'rejected'"""


def _of_norms(register: Register) -> Iterator[Task]:
    """Norms that somebody took on: with a day of their own, or an owner."""
    for row in register._select(_NORMS, json.dumps(_DONE)):
        review, norm, due, owner, priority, revision, tags, work, title, place, language, quote = row
        yield Task(
            id=f"norm-{str(review)[:16]}",
            kind=NORM,
            source=norm,
            title=f"{title} {place}".strip()[:250],
            description=quote,
            due=due,
            owner=owner,
            priority=priority,
            work=work,
            place=place,
            language=language,
            path=f"/norms/{norm}",
            revision=int(revision),
            tags=tuple(tag.strip() for tag in str(tags).split(",") if tag.strip()),
        )


@dataclass(frozen=True, slots=True)
class TaskDelivery:
    """That a task was sent to a service: its ``revision``, when (UTC), and the number or address that the service answered with."""

    task: str
    target: str
    revision: int
    sent: str
    link: str


def task_deliveries(register: Register, target: str | None = None) -> list[TaskDelivery]:
    """What was sent, to one service or to all."""
    sql = "SELECT task, target, revision, sent, link FROM task_deliveries WHERE ?1 IS NULL OR target = ?1 ORDER BY target, task"
    return register._select_as(TaskDelivery, sql, target)


def task_links(register: Register) -> dict[str, list[str]]:
    """By the key of a task, its numbers or addresses in the services that it was sent to."""
    links: dict[str, list[str]] = {}
    for delivery in task_deliveries(register):
        if delivery.link:
            links.setdefault(delivery.task, []).append(delivery.link)
    return links


def note_delivery(register: Register, delivery: TaskDelivery) -> None:
    """Keep that a task was sent; a link that is known stays where the service answered with none."""
    with register.transaction():
        register._connection.execute(
            """INSERT INTO task_deliveries (task, target, revision, sent, link) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (task, target) DO UPDATE SET revision = excluded.revision, sent = excluded.sent,
            link = CASE WHEN excluded.link = '' THEN task_deliveries.link ELSE excluded.link END""",
            (delivery.task, delivery.target, delivery.revision, delivery.sent, delivery.link),
        )
