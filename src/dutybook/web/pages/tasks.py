"""The page of open tasks, and the same as files: CSV that Jira imports, to-dos for a calendar."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from dutybook.export.tasks import jira_csv, todo_calendar
from dutybook.public_address import public_address
from dutybook.store.tasks import KINDS, Task, open_tasks, task_links
from dutybook.web import render
from dutybook.web.request_values import reading, text_of

router = APIRouter()


def _asked(request: Request) -> tuple[tuple[str, ...], str]:
    chosen = tuple(kind for kind in KINDS if kind in request.query_params.getlist("kind"))
    return chosen or KINDS, text_of(request, "owner")


def _found(request: Request) -> list[Task]:
    kinds, owner = _asked(request)
    with reading(request) as register:
        return open_tasks(register, now=datetime.now(UTC), kinds=kinds, owner=owner)


@router.get("/tasks")
def tasks(request: Request) -> HTMLResponse:
    """Open tasks, what is due first in front, with their numbers in services that they were sent to."""
    kinds, owner = _asked(request)
    with reading(request) as register:
        found = open_tasks(register, now=datetime.now(UTC), kinds=kinds, owner=owner)
        links = task_links(register)
    values = {
        "tasks": found,
        "links": links,
        "kinds": KINDS,
        "chosen": kinds,
        "owner": owner,
        "query": request.url.query,
    }
    return render.page(request, "tasks.html", values, section="tasks")


@router.get("/tasks.csv")
def jira(request: Request) -> Response:
    """Open tasks as CSV that Jira imports."""
    return _file(jira_csv(_found(request), public_address()), "text/csv; charset=utf-8", "tasks.csv")


@router.get("/tasks.ics")
def todos(request: Request) -> Response:
    """Open tasks as to-dos of a calendar."""
    made = todo_calendar(_found(request), now=datetime.now(UTC), base=public_address())
    return _file(made, "text/calendar", "tasks.ics")


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
