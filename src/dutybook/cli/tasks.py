"""``dutybook tasks``: what somebody has to do, listed, as a file for other programs, and sent to services that keep tasks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import many, one, open_database
from dutybook.cli.output import count, print_json, print_table, print_text, row_to_dict, shorten
from dutybook.errors import BadFilter, BadRequest, DeliveryError

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.tasks import Task

HELP = "Open tasks: duties of incidents, changes to assess, norms with a day or an owner. Listed, exported, sent."
_WHICH: options.Choices = {
    "kind": many("kind", "incident, assessment or norm; all if not given.", "KIND"),
    "owner": one("owner", "Part of the name of who has to do it.", "NAME"),
}


def _tasks(register: Register, which: dict[str, Any], now: datetime) -> list[Task]:
    from dutybook.store.tasks import KINDS, open_tasks

    given = which["kind"]
    kinds = (given,) if isinstance(given, str) else given or KINDS
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise BadFilter(f"{unknown[0]!r} is no kind of task: {', '.join(KINDS)}")
    return open_tasks(register, now=now, kinds=kinds, owner=which["owner"] or "")


@options.taking(which=_WHICH)
def list_tasks(context: typer.Context, *, which: dict[str, Any], as_json: options.Json = False) -> None:
    """List open tasks, what is due first in front, with their numbers in services that they were sent to."""
    from dutybook.store.tasks import task_links

    with open_database(context) as register:
        found = _tasks(register, which, datetime.now(UTC))
        links = task_links(register)
    if as_json:
        print_json([row_to_dict(task) | {"links": links.get(task.id, [])} for task in found])
        return
    if found:
        print_table(
            ("due", "kind", "task", "owner", "sent as", "key"),
            (
                (
                    task.due.replace("T", " ")[:16],
                    task.kind,
                    shorten(task.title, 60),
                    task.owner,
                    ", ".join(links.get(task.id, ())),
                    task.id,
                )
                for task in found
            ),
        )
    print_text((count(len(found), "open task"), "dim"))


@options.taking(which=_WHICH)
def export_tasks(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="tasks.csv for Jira's import, tasks.ics for a calendar's to-do list.")
    ],
    *,
    which: dict[str, Any],
) -> None:
    """Write open tasks to a file: CSV that Jira imports, or to-dos (VTODO) of a calendar.

    \b
    Example: dutybook tasks export tasks.csv --owner ben
    """
    from dutybook.export.exporting import replacing
    from dutybook.export.tasks import jira_csv, todo_calendar
    from dutybook.public_address import public_address

    now, base = datetime.now(UTC), public_address()
    if file.suffix.lower() not in (".csv", ".ics"):
        raise BadFilter(f"tasks are written as .csv (Jira) or .ics (calendar), not as {file.name}")
    with open_database(context) as register:
        found = _tasks(register, which, now)
    made = jira_csv(found, base) if file.suffix.lower() == ".csv" else todo_calendar(found, now=now, base=base)
    with replacing(file) as part:
        part.write_bytes(made)
    print_text(f"{file}: {count(len(found), 'task')}")


@options.taking(which=_WHICH)
def send(
    context: typer.Context,
    *,
    to: Annotated[
        str,
        typer.Option("--to", help="A webhook: https://HOST/PATH#auth=env:NAME, or webhook:env:NAME.", metavar="TARGET"),
    ],
    template: Annotated[
        str, typer.Option("--template", help="jira, servicenow, planner or plain.", metavar="NAME")
    ] = "plain",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="An option of the template: project=DUTY, plan=…, group=….", metavar="NAME=VALUE"),
    ] = None,
    dry: Annotated[bool, typer.Option("--dry", help="Print what would be sent instead.")] = False,
    which: dict[str, Any],
) -> None:
    """Send tasks that are new or changed to a service; what was sent already is not sent again.

    \b
    Example: dutybook tasks send --to "https://example.atlassian.net/rest/api/2/issue#auth=env:JIRA" --template jira --set project=DUTY
    """
    from dutybook.alerts.channels.web import Webhook
    from dutybook.alerts.tasks import send_tasks, webhook_target
    from dutybook.export.tasks import link_in, task_body
    from dutybook.public_address import public_address

    now, base = datetime.now(UTC), public_address()
    given = dict(_pair(text) for text in settings or ())
    target = webhook_target(to)
    place = "".join(f" {name}={value}" for name, value in sorted(given.items()))
    service = f"{template}{place}: {Webhook().describe_target(target)}"
    with open_database(context, writes=not dry) as register:
        found = _tasks(register, which, now)
        if dry:
            for task in found:
                print_text(task_body(template, task, base, given).decode())
            return
        report = send_tasks(
            register,
            found,
            target,
            service=service,
            now=now,
            make_body=lambda task: task_body(template, task, base, given),
            read_link=link_in,
        )
    print_text(f"{count(len(report.sent), 'task')} sent to {service}, {report.unchanged} there already")
    if report.failed:
        raise DeliveryError("; ".join(f"{task}: {why}" for task, why in report.failed))


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark or not name.strip():
        raise BadRequest(f"write an option as name=value, not {text!r}")
    return name.strip(), value.strip()
