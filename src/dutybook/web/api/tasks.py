"""The API operation on open tasks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from dutybook.public_address import public_address
from dutybook.store.tasks import KINDS, open_tasks, task_links
from dutybook.web.api.models import Answer, page_of
from dutybook.web.api.parameters import OneOf, Paging, Text, slice_page
from dutybook.web.api.routing import operation, reading

TaskKind = Annotated[str, OneOf(KINDS)]


class OpenTask(Answer):
    """Something to be done: a duty of an incident, a change to assess, a norm with a day or an owner."""

    id: str = Field(description="The key of the task; it never changes.")
    kind: TaskKind
    source: str = Field(description="Id of the incident, assessment or norm.")
    title: str
    description: str
    due: str = Field(description="ISO 8601: a day, or a moment where hours count; empty where none is set.")
    owner: str
    priority: str
    work: str
    place: str
    language: str
    revision: int = Field(description="Rises with each change.")
    tags: list[str]
    url: str = Field(description="Address of its page; only a path where no public address is set.")
    links: list[str] = Field(description="Its numbers or addresses in services that it was sent to.")


OpenTasks = page_of("OpenTasks", OpenTask, "A page of open tasks, what is due first in front.")


class TaskFilter(Paging):
    """The parameters of the list."""

    kind: list[TaskKind] = Field([], description="Kinds of tasks; all if none is given.")
    owner: Text | None = Field(None, description="Part of the name of who has to do it.")


@operation("GET /tasks", "listTasks", "dates", "Open tasks", OpenTasks)
def tasks(request: Request, asked: Annotated[TaskFilter, Query()]) -> dict[str, Any]:
    """What somebody has to do by when: open duties of incidents, changes to assess, norms with a day or an owner."""
    with reading(request) as register:
        found = open_tasks(register, now=datetime.now(UTC), kinds=asked.kind or KINDS, owner=asked.owner or "")
        links = task_links(register)
    base, names = public_address(), [name for name in OpenTask.model_fields if name not in ("url", "links")]
    rows = [
        {name: getattr(task, name) for name in names} | {"url": f"{base}{task.path}", "links": links.get(task.id, [])}
        for task in found
    ]
    return slice_page(request, asked, rows)
