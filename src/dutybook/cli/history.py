"""``dutybook audit``: the history of reviews and controls, one line a change, and whether it is whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database
from dutybook.cli.output import count, print_json, print_line, print_text
from dutybook.errors import BadRequest

if TYPE_CHECKING:
    from dutybook.store.judgements.history import HistoryRow

#: A head of the history: its number of rows and its hash.
_HEAD = r"\d{1,12}:[0-9a-f]{64}"


def audit(
    context: typer.Context,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that no row was changed, taken out or put in.")
    ] = False,
    head: Annotated[
        str | None,
        typer.Option(
            "--head", help="With --verify: a head that it printed earlier must still be there.", metavar="HEAD"
        ),
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="From this day on (UTC).", metavar="YYYY-MM-DD")] = None,
    by: Annotated[str | None, typer.Option("--by", help="What this person changed.", metavar="NAME")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show the last so many; 0: all.")] = 50,
    as_json: options.Json = False,
) -> None:
    """Show the history of reviews and controls, one line a change (times are UTC), or check it. Exit code 2 if it was altered.

    Rows are chained by hashes: a row that is changed, taken out or put in shows, also at the end. Only a rewrite of
    the whole history cannot be detected from inside the file: keep the head that --verify prints elsewhere, and give it again.

    \b
    Example: dutybook audit --verify
    """
    from dutybook.store.judgements import reviews
    from dutybook.store.search.filters import as_date

    as_date(since, "since")
    if head is not None and (not verify or not re.fullmatch(_HEAD, head)):
        raise BadRequest("a head is what `dutybook audit --verify` prints, ROWS:HASH. Give it with --verify.")
    with open_database(context) as register:
        if verify:
            verdict = reviews.verify_history(register, head)
            if as_json:
                print_json({"rows": verdict.rows, "head": verdict.head, "broken": verdict.broken, "says": verdict.says})
            elif verdict.broken is None:
                print_text(("whole", "green"), f"  {count(verdict.rows, 'row')}")
                print_text(("head   ", "dim"), verdict.head)
            else:
                print_text(("broken", "bold red"), f"  {verdict.says}")
            raise typer.Exit(0 if verdict.broken is None else 2)
        rows = reviews.read_history(register, since=since, by=by, limit=limit or None)
        if as_json:
            print_json(list(rows))
        else:
            print_rows(rows)


def print_rows(rows: Iterable[HistoryRow]) -> None:
    """Print one line a change, like ``12  2026-03-02 14:00  anna  3fa9…  status: applicable → compliant (why)``.

    Notes and quotes may have several lines: here they have one, and a terminal cuts it at its edge (``--json`` has all).
    """
    number = 0
    for row in rows:
        number += 1
        moment = row.at.replace("T", " ")[:16]
        words = " ".join(_words(row).split())
        print_line(
            (f"{row.seq:>5}  {moment}  ", "dim"), (row.by, "cyan"), (f"  {(row.norm or row.item)[:8]}  ", "dim"), words
        )
    print_text((count(number, "row"), "dim"))


def _words(row: HistoryRow) -> str:
    """What was done, and why."""
    return _change_words(row) + (f" ({row.why})" if row.why else "")


def _change_words(row: HistoryRow) -> str:
    """What was done: the action and the thing that it was done to, or a field and its values before and after."""
    thing = _thing_words(row)
    if thing is not None:
        return f"{row.action}: {thing}"
    if row.action == "compared":
        return f"compared with the version of {json.loads(row.new or '{}')['stands'] or 'no date'}"
    if row.item and row.field == "control":
        return f"{row.action} control: {row.new or row.old or ''}"
    action = "" if row.action == "set" else f"{row.action} "
    return f"{action}{row.field.replace('_', ' ')}: {row.old or '(none)'} → {row.new or '(none)'}"


def _thing_words(row: HistoryRow) -> str | None:
    """The norm, proposal, note, evidence or addition that a row is about; None where it is about a control, or the value of a field."""
    if row.field == "proposal":
        # Of a decision the new value is who proposed the change.
        return row.old or row.new or ""
    value = row.new or row.old or ""
    match row.action:
        case "opened" | "carried" | "tied" | "joined":
            return _tie_words(json.loads(row.new or "{}"))
        case "noted" | "unnoted":
            return value
        case "added":
            values = json.loads(row.new or "{}")
            return str(values.get("title") or values.get("name") or row.field.replace("_", " "))
        case "linked" | "unlinked" if not (row.item and row.field == "control"):
            return " ".join(json.loads(value or "[]")).strip()
    return None


def _tie_words(tie: dict[str, str]) -> str:
    version = f", version of {tie['version']}" if tie["version"] else ""
    return f"{tie['place']} of {tie['title']} ({tie['language']}{version})"
