"""Open tasks for other programs: CSV that Jira imports, VTODO for calendars, and bodies of requests that make a task elsewhere.

Each task has a key that never changes, so that importing or sending again updates it where the other side can.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dutybook.errors import BadRequest
from dutybook.export.content import VERSION
from dutybook.export.tables import guard
from dutybook.records.dates import in_utc, parse_moment
from dutybook.store.tasks import Task

#: Jira's own priorities (the default scheme), ServiceNow's and Planner's numbers for ours.
_JIRA = {"high": "High", "medium": "Medium", "low": "Low"}
_SERVICENOW = {"high": "2", "medium": "3", "low": "4"}
_PLANNER = {"high": 1, "medium": 5, "low": 9}
_COLUMNS = (
    "Summary",
    "Issue Type",
    "Description",
    "Due Date",
    "Priority",
    "Assignee",
    "External issue ID",
    "External issue URL",
)
#: Columns for labels: Jira takes as many of one name as there are.
_LABELS = 4
_LONGEST = 30_000
_TODO_PRIORITY = {"high": 1, "medium": 5, "low": 9}


def describe_task(task: Task, base: str) -> str:
    """The text of a task, with the address of its page at the end; ``base`` is the public address, which may be empty."""
    return "\n\n".join(filter(None, [task.description, address_of(task, base)]))[:_LONGEST]


def address_of(task: Task, base: str) -> str:
    """The address of the task's page; empty without a public address."""
    return f"{base}{task.path}" if base else ""


def jira_csv(tasks: Sequence[Task], base: str = "") -> bytes:
    """CSV for Jira's import (UTF-8 with a mark, comma, dates as ``yyyy-MM-dd HH:mm``); cells that a program would execute are escaped."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*_COLUMNS, *["Labels"] * _LABELS])
    for task in tasks:
        labels = ["dutybook", *(tag.replace(" ", "-") for tag in task.tags)][:_LABELS]
        cells = {
            "Summary": task.title,
            "Issue Type": "Task",
            "Description": describe_task(task, base),
            "Due Date": _jira_moment(task.due),
            "Priority": _JIRA.get(task.priority, "Medium"),
            "Assignee": task.owner,
            "External issue ID": task.id,
            "External issue URL": address_of(task, base),
        }
        padding = [""] * (_LABELS - len(labels))
        writer.writerow([guard(cell) for cell in (*(cells[name] for name in _COLUMNS), *labels, *padding)])
    return file.getvalue().encode("utf-8-sig")


def _jira_moment(due: str) -> str:
    if not due:
        return ""
    moment = parse_moment(due)
    return moment.strftime("%Y-%m-%d %H:%M") if isinstance(moment, datetime) else f"{moment} 00:00"


def todo_calendar(tasks: Sequence[Task], *, now: datetime, base: str = "") -> bytes:
    """The tasks as VTODO (RFC 5545, 3.6.2); SEQUENCE rises with each change, so a newer file updates an older one."""
    from icalendar import Calendar, Todo

    calendar = Calendar()
    calendar.add("prodid", f"-//Dutybook//{VERSION}//EN")
    calendar.add("version", "2.0")
    for task in tasks:
        todo = Todo()
        todo.add("uid", f"{task.id}@dutybook")
        todo.add("dtstamp", now.astimezone(UTC))
        todo.add("sequence", task.revision)
        todo.add("summary", task.title)
        todo.add("description", describe_task(task, base))
        todo.add("status", "NEEDS-ACTION")
        if task.due:
            todo.add("due", in_utc(parse_moment(task.due)))
        if task.priority in _TODO_PRIORITY:
            todo.add("priority", _TODO_PRIORITY[task.priority])
        todo.add("categories", ["Dutybook", *task.tags])
        if url := address_of(task, base):
            todo.add("url", url)
        calendar.add_component(todo)
    return bytes(calendar.to_ical())


def jira_body(task: Task, base: str, options: Mapping[str, str]) -> dict[str, Any]:
    """``POST /rest/api/2/issue`` of Jira: option ``project`` (its key), ``type`` (Task)."""
    fields: dict[str, Any] = {
        "project": {"key": _needed(options, "project", "the key of the Jira project")},
        "issuetype": {"name": options.get("type", "Task")},
        "summary": task.title,
        "description": describe_task(task, base),
        "labels": ["dutybook", task.id, *(tag.replace(" ", "-") for tag in task.tags)],
    }
    if task.due:
        fields["duedate"] = task.due[:10]
    if task.priority:
        fields["priority"] = {"name": _JIRA[task.priority]}
    return {"fields": fields}


def servicenow_body(task: Task, base: str, options: Mapping[str, str]) -> dict[str, Any]:
    """``POST /api/now/table/task`` of ServiceNow, or an import set: ``correlation_id`` is the task's key, on which a transform coalesces."""
    made = {
        "short_description": task.title[:160],
        "description": describe_task(task, base),
        "correlation_id": task.id,
        "correlation_display": "dutybook",
        "priority": _SERVICENOW.get(task.priority, "4"),
    }
    if task.due:
        made["due_date"] = f"{task.due[:10]} {task.due[11:16] or '23:59'}:00"
    if "group" in options:
        made["assignment_group"] = options["group"]
    return made


def planner_body(task: Task, base: str, options: Mapping[str, str]) -> dict[str, Any]:
    """``POST /planner/tasks`` of Microsoft Graph, or a flow that makes a Planner task: options ``plan`` and ``bucket`` (ids)."""
    made: dict[str, Any] = {
        "planId": _needed(options, "plan", "the id of the plan"),
        "title": task.title[:255],
        "priority": _PLANNER.get(task.priority, 5),
        "details": {"description": describe_task(task, base)},
    }
    if "bucket" in options:
        made["bucketId"] = options["bucket"]
    if task.due:
        moment = in_utc(parse_moment(task.due))
        made["dueDateTime"] = (
            moment.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(moment, datetime) else f"{moment}T12:00:00Z"
        )
    return made


def plain_body(task: Task, base: str, options: Mapping[str, str]) -> dict[str, Any]:  # noqa: ARG001 - as the others
    """The task as it is, with the address of its page, for a program of one's own."""
    names = ("id", "kind", "title", "description", "due", "owner", "priority", "place", "revision")
    return {name: getattr(task, name) for name in names} | {"tags": list(task.tags), "url": address_of(task, base)}


#: What makes the body for a service.
TEMPLATES = {"jira": jira_body, "servicenow": servicenow_body, "planner": planner_body, "plain": plain_body}


def task_body(template: str, task: Task, base: str, options: Mapping[str, str]) -> bytes:
    """The body of a request that makes or updates a task in a service.

    Raises:
        BadRequest: there is no such template, or it needs an option.
    """
    if template not in TEMPLATES:
        raise BadRequest(f"there is no template {template!r}. There are: {', '.join(TEMPLATES)}")
    return json.dumps(TEMPLATES[template](task, base, options), ensure_ascii=False).encode("utf-8", "replace")


def _needed(options: Mapping[str, str], name: str, what: str) -> str:
    if not options.get(name):
        raise BadRequest(f"say {what}: --set {name}=…")
    return options[name]


def link_in(answer: bytes) -> str:
    """The number or address of the task in a service's answer; empty where it has none."""
    try:
        found = json.loads(answer)
    except (ValueError, UnicodeDecodeError):
        return ""
    if isinstance(found, dict) and isinstance(found.get("result"), dict):
        found = found["result"]
    if not isinstance(found, dict):
        return ""
    names = ("url", "key", "number", "self", "id", "sys_id")
    link = next((found[name] for name in names if isinstance(found.get(name), str)), "")
    return "".join(char for char in link if char.isprintable())[:500]
