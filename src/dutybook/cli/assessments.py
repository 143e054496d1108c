"""``dutybook assessments``: what changes of the law mean for the organisation, one item a change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database, who
from dutybook.cli.output import count, print_fields, print_json, print_table, print_text, shorten

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.assessments import Assessment

HELP = "Changes of the law to assess: norms that changed, new acts, acts amended since; each with a decision and a due date."
_WHY = {"changed": "changed", "new": "new act", "amended": "amended since: text not here"}
Identity = Annotated[str, typer.Argument(metavar="ID", help="The item's id; 4 characters will do.")]


def open_items(
    context: typer.Context,
    *,
    today: Annotated[str | None, typer.Option("--today", help="Take this day as today.", metavar="YYYY-MM-DD")] = None,
    as_json: options.Json = False,
) -> None:
    """Open an item for each change that has none; afterwards each ingest does so by itself.

    The first time, texts of the last year are looked at, and no act counts as new.
    """
    from dutybook.store.assessments import open_assessments
    from dutybook.store.search.filters import as_date

    with open_database(context, writes=True) as register:
        made = open_assessments(register, today=as_date(today, "today") or date.today(), now=datetime.now(UTC))
    print_json(made) if as_json else _print(made, "opened")


def list_items(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Those that are decided, too.")] = False,
    owner: Annotated[str, typer.Option("--owner", help="Part of the name of who decides.", metavar="NAME")] = "",
    as_json: options.Json = False,
) -> None:
    """List what is to be assessed, what is due first in front."""
    from dutybook.store.assessments import list_assessments

    with open_database(context) as register:
        found = list_assessments(register, open_only=not everything, owner=owner)
    print_json(found) if as_json else _print(found, "to assess" if not everything else "")


def show(context: typer.Context, identity: Identity, *, as_json: options.Json = False) -> None:
    """Show an item: what changed in words, the norms, who looks after them, their controls."""
    from dutybook.store.assessments import assessment_named

    with open_database(context) as register:
        _show(register, assessment_named(register, identity), as_json=as_json)


def decide(
    context: typer.Context,
    identity: Identity,
    decision: Annotated[
        str | None, typer.Argument(metavar="DECISION", help='"no effect", "to be adapted" or "adapted".')
    ] = None,
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.", metavar="TEXT")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Who decides or adapts.", metavar="NAME")] = None,
    due: Annotated[str | None, typer.Option("--due", help="By when.", metavar="YYYY-MM-DD")] = None,
    by: options.By = None,
) -> None:
    """Decide on an item, give it to somebody, or move its day.

    \b
    Example: dutybook assessments decide 3fa9 "no effect" --reason "we have no cranes"
    Or ask:  dutybook assessments decide 3fa9 --owner ben --due 2027-01-31
    """
    from dutybook.store.assessments import AssessmentChange, assessment_named, change_assessment

    wanted = AssessmentChange(decision=decision, reason=reason, owner=owner, due=due)
    with open_database(context, writes=True) as register:
        item = assessment_named(register, identity)
        _show(register, change_assessment(register, item.id, wanted, by=who(by), now=datetime.now(UTC)), as_json=False)


def _print(found: list[Assessment], what: str) -> None:
    if found:
        print_table(
            ("due", "act", "why", "from", "owner", "decision", "id"),
            (
                (
                    item.due,
                    shorten(item.title, 50),
                    _WHY[item.kind],
                    item.day,
                    item.owner,
                    item.decision,
                    item.id[:8],
                )
                for item in found
            ),
        )
    print_text((f"{count(len(found), 'item')} {what}".strip(), "dim"))


def _show(register: Register, item: Assessment, *, as_json: bool) -> None:
    from dutybook.store.assessments import affected_norms, assessment_to_dict, owners_and_controls

    affected = affected_norms(register, item)
    if as_json:
        print_json(assessment_to_dict(item, affected))
        return
    owners, controls = owners_and_controls(affected)
    print_text((item.title, "bold"), f"  {_WHY[item.kind]}  ", (item.id[:8], "dim"))
    decided = f"{item.decision or 'open'}{f': {item.reason}' if item.reason else ''}"
    print_fields(
        [
            ("from", item.day),
            ("by", item.document if item.kind == "amended" else ""),
            ("due", item.due),
            ("owner", item.owner),
            ("decision", f"{decided} ({item.changed_by} {item.changed[:10]})"),
            ("owners", ", ".join(owners)),
            ("controls", ", ".join(controls)),
        ]
    )
    for one in affected:
        change = one.change
        print_text()
        print_text(
            (change.kind, "bold yellow"), f"  {change.place}  ", ((change.new_norm or change.old_norm or "")[:8], "dim")
        )
        if change.old_quote and change.old_quote != change.new_quote:
            print_text("  - ", (shorten(change.old_quote, 300), "red"))
        if change.new_quote and change.old_quote != change.new_quote:
            print_text("  + ", (shorten(change.new_quote, 300), "green"))
