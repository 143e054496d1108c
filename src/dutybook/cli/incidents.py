"""``dutybook incident`` and ``incidents``: all clocks of one incident, and the incidents that were stored."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import many, one, open_database, who
from dutybook.cli.output import count, print_fields, print_json, print_table, print_text, shorten
from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from dutybook.records.incidents import CountedDuty
    from dutybook.store import Register
    from dutybook.store.incidents.incidents import StoredIncident

HELP = "Incidents that were stored: what is due for each, what was submitted, and when they were closed."
_STYLE = {"missed": "bold red", "late": "red", "open": "bold yellow", "met": "green", "waiting": "cyan"}
#: Doubts of a duty in words.
DOUBTS = {
    "bearer": "who is bound is not sure",
    "kind": "which kind of incident is meant is not sure",
    "recipient": "to whom is not said in this sentence",
    "moment": "what starts the period is not sure",
    "applies": "whether it applies to the profile has to be asked",
    "state": "binds through the law of the state",
}
_MOMENT = '2026-11-29, or "2026-11-29 20:20" where hours count.'
MOMENTS: options.Choices = {
    "occurred": one("occurred", f"When it happened: {_MOMENT}", "WHEN"),
    "classified": one("classified", "When it was classified as major.", "WHEN"),
    "measure": one("measure", "When a corrective measure was available.", "WHEN"),
    "handled": one("handled", "When it was handled.", "WHEN"),
}
COUNTING: options.Choices = {
    "place": one("place", "Whose public holidays and clocks count: DE, DE-BY, FR …", "PLACE"),
    "law": one("law", "How periods count in acts of which that is not known: reg1182, bgb …", "LAW", completion.laws),
}
FILTERS: options.Choices = {
    "profile": one("profile", "Only what may apply to this profile (dutybook profile list).", "NAME"),
} | {
    name: options.FILTERS[name]
    for name in ("work", "language", "jurisdiction", "bearer", "bearer_class", "bearer_role", "applicability", "tag")
}
Duty = Annotated[str, typer.Argument(metavar="DUTY", help="The duty: its place, or its id as the list has it.")]
Identity = Annotated[str, typer.Argument(metavar="ID", help="The incident's id; 4 characters will do.")]


@options.taking(
    kinds={"kind": many("kind", "Kind of incident; all if not given.", "KIND", completion.incident_kinds)},
    moments=MOMENTS,
    counting=COUNTING,
    filters=FILTERS,
)
def incident(
    context: typer.Context,
    aware: Annotated[str, typer.Argument(metavar="WHEN", help=f"When it was noticed: {_MOMENT}")],
    *,
    kinds: dict[str, Any],
    moments: dict[str, Any],
    counting: dict[str, Any],
    filters: dict[str, Any],
    title: Annotated[str, typer.Option("--title", help="What it is called.", metavar="TEXT")] = "",
    store: Annotated[bool, typer.Option("--store", help="Keep it, to say what was submitted when.")] = False,
    by: options.By = None,
    as_json: options.Json = False,
) -> None:
    """Show whom to notify of an incident by when: every act of the register that asks for it, in one table.

    \b
    Example: dutybook incident "2026-11-29 20:20" --kind personal-data --place BE
    Keep it: dutybook incident "2026-11-29 20:20" --kind cybersecurity --store --title "Mail server"
    See all: dutybook incidents list
    """
    from dutybook.pipeline import incidents
    from dutybook.store.incidents.counting import duty_to_dict

    named = kinds["kind"]
    chosen = (named,) if isinstance(named, str) else named or ()
    kept = {name: value for name, value in filters.items() if value}
    now = datetime.now(UTC)
    with open_database(context, writes=store) as register:
        wanted = incidents.incident_change(
            {"aware": aware, "title": title, "kinds": chosen, "filters": kept, **moments, **counting}
        )
        if store:
            stored = incidents.store_incident(register, wanted, by=who(by), now=now)
            _show(register, stored, now, as_json=as_json)
            return
        rows = incidents.preview_incident(register, wanted, incidents.IncidentQuery(chosen, kept), now=now)
    print_json([duty_to_dict(row) for row in rows]) if as_json else _print_duties(rows)


def list_incidents(
    context: typer.Context,
    *,
    status: Annotated[str | None, typer.Option("--status", help="open or closed.", metavar="STATUS")] = None,
    as_json: options.Json = False,
) -> None:
    """List the incidents, what was noticed last in front, with what is open and missed."""
    from dutybook.store.incidents.counting import count_incident, incident_to_dict
    from dutybook.store.incidents.incidents import STATUSES, incidents

    if status is not None and status not in STATUSES:
        raise BadFilter(f"{status!r} is no status of an incident: {' or '.join(STATUSES)}")
    now = datetime.now(UTC)
    with open_database(context) as register:
        found = [(one, count_incident(register, one, now=now)) for one in incidents(register, status=status)]
    if as_json:
        print_json([incident_to_dict(one, rows) for one, rows in found])
        return
    if found:
        print_table(
            ("noticed", "title", "kind", "status", "missed", "open", "next", "id"),
            (
                (
                    one.aware.replace("T", " "),
                    shorten(one.title, 40),
                    ", ".join(one.kind_names),
                    one.status,
                    sum(row.state == "missed" for row in rows),
                    sum(row.state == "open" for row in rows),
                    next((_format_due(row) for row in rows if row.state == "open"), ""),
                    one.id[:8],
                )
                for one, rows in found
            ),
        )
    print_text((count(len(found), "incident"), "dim"))


def show(context: typer.Context, identity: Identity, *, as_json: options.Json = False) -> None:
    """Show an incident: its duties with their clocks, and what was submitted."""
    from dutybook.store.incidents.incidents import incident_named

    with open_database(context) as register:
        _show(register, incident_named(register, identity), datetime.now(UTC), as_json=as_json)


@options.taking(moments={"aware": one("aware", "When it was noticed.", "WHEN"), **MOMENTS}, counting=COUNTING)
def set_moments(
    context: typer.Context,
    identity: Identity,
    *,
    moments: dict[str, Any],
    counting: dict[str, Any],
    title: Annotated[str | None, typer.Option("--title", help="What it is called.", metavar="TEXT")] = None,
    note: Annotated[str | None, typer.Option("--note", help="A note.", metavar="TEXT")] = None,
    search: Annotated[bool, typer.Option("--search", help="Add duties that the register has since.")] = False,
    by: options.By = None,
) -> None:
    """Say more of an incident: when it was classified, when it was handled; what follows is counted anew.

    \b
    Example: dutybook incidents set 3fa9 --classified "2026-11-30 01:00"
    """
    from dutybook.pipeline.incidents import incident_change, search_again
    from dutybook.store.incidents.incidents import change_incident, incident_named

    now = datetime.now(UTC)
    with open_database(context, writes=True) as register:
        known = incident_named(register, identity)
        wanted = incident_change({"title": title, "note": note, **moments, **counting})
        changed = change_incident(register, known.id, wanted, by=who(by), now=now)
        if search:
            print_text(f"{count(search_again(register, changed, by=who(by), now=now), 'duty', 'duties')} added")
        _show(register, changed, now, as_json=False)


def submit(
    context: typer.Context,
    identity: Identity,
    duty: Duty,
    when: Annotated[str, typer.Argument(metavar="WHEN", help="When it was submitted; empty takes it back.")],
    *,
    evidence: Annotated[
        str | None, typer.Option("--evidence", help="Where the evidence is: a path or address.", metavar="LINK")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A note.", metavar="TEXT")] = None,
    by: options.By = None,
) -> None:
    """Say that a notification was submitted: clocks that its submission starts begin to run.

    \b
    Example: dutybook incidents submit 3fa9 "Art 23(4)(b)" "2026-12-01 15:00" --evidence receipt.pdf
    """
    from dutybook.pipeline.due_dates import normalise_event
    from dutybook.store.incidents.incidents import ReportChange

    submitted = normalise_event(when) if when.strip() else ""
    _report(context, identity, duty, ReportChange(submitted=submitted, evidence=evidence, note=note), by)


def drop(
    context: typer.Context,
    identity: Identity,
    duty: Duty,
    *,
    why: Annotated[str, typer.Option("--why", help="Why it is none of yours.", metavar="TEXT")] = "",
    back: Annotated[bool, typer.Option("--back", help="It is yours after all.")] = False,
    by: options.By = None,
) -> None:
    """Say that a duty is none of yours, and why."""
    from dutybook.store.incidents.incidents import ReportChange

    wanted = ReportChange(dropped=False) if back else ReportChange(dropped=True, note=why)
    _report(context, identity, duty, wanted, by)


def _report(context: typer.Context, identity: str, duty: str, wanted: Any, by: str | None) -> None:
    from dutybook.store.incidents.incidents import incident_named, report_duty

    now = datetime.now(UTC)
    with open_database(context, writes=True) as register:
        known = incident_named(register, identity)
        report_duty(register, known.id, duty, wanted, by=who(by), now=now)
        _show(register, known, now, as_json=False)


def close(context: typer.Context, identity: Identity, *, by: options.By = None) -> None:
    """Close an incident: its duties leave calendars and lists of open work."""
    _set_status(context, identity, "closed", by)


def reopen(context: typer.Context, identity: Identity, *, by: options.By = None) -> None:
    """Open a closed incident again."""
    _set_status(context, identity, "open", by)


def _set_status(context: typer.Context, identity: str, status: str, by: str | None) -> None:
    from dutybook.store.incidents.incidents import IncidentChange, change_incident, incident_named

    with open_database(context, writes=True) as register:
        known = incident_named(register, identity)
        change_incident(register, known.id, IncidentChange(status=status), by=who(by))
    print_text(f"{known.id[:8]} {known.title}: {status}")


def write_calendar(
    context: typer.Context,
    identity: Identity,
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="The calendar to write.")],
) -> None:
    """Write the dates of an incident as a calendar; importing a newer one updates its entries."""
    from dutybook.export.exporting import replacing
    from dutybook.export.incident_calendar import incident_calendar
    from dutybook.store.incidents.incidents import incident_named

    if file.suffix.lower() != ".ics":
        raise BadFilter(f"a calendar is a file that ends in .ics, not {file.name}")
    now = datetime.now(UTC)
    with open_database(context) as register:
        written, number = incident_calendar(register, [incident_named(register, identity)], now=now)
    with replacing(file) as part:
        part.write_bytes(written)
    print_text(f"{file}: {count(number, 'date')}")


def _show(register: Register, one: StoredIncident, now: datetime, *, as_json: bool) -> None:
    from dutybook.store.incidents.counting import count_incident, incident_to_dict
    from dutybook.store.incidents.incidents import incident_named

    one = incident_named(register, one.id)
    rows = count_incident(register, one, now=now)
    if as_json:
        print_json(incident_to_dict(one, rows))
        return
    print_text((one.title or "Incident", "bold"), f"  {one.status}  ", (one.id[:8], "dim"))
    known = [(name, value.replace("T", " ")) for name, value in one.moments.items()]
    print_fields([("kind", ", ".join(one.kind_names) or "all"), *known, ("place", one.place), ("note", one.note)])
    _print_duties(rows)


def _format_due(row: CountedDuty) -> str:
    if row.due is None:
        return ""
    return f"{row.due:%Y-%m-%d %H:%M}" if isinstance(row.due, datetime) else f"{row.due:%Y-%m-%d}"


def _print_duties(rows: Sequence[CountedDuty]) -> None:
    from dutybook.cli.output import text

    names = {row.duty.id: row.duty.place for row in rows}
    if rows:
        print_table(
            ("due", "state", "what", "to whom", "act", "id"),
            (
                (
                    _format_due(row) or text(("; ".join(dict.fromkeys(_waits(row, names))), "dim")),
                    text((row.state.value, _STYLE.get(row.state.value, ""))),
                    shorten(row.duty.stage or row.duty.quote, 40),
                    shorten(row.duty.recipient, 40),
                    f"{row.duty.place}, {shorten(row.duty.title, 40)}",
                    row.duty.id[:8],
                )
                for row in rows
            ),
        )
    print_text((count(len(rows), "duty", "duties"), "dim"))
    doubtful = {doubt for row in rows for doubt in row.duty.doubts}
    for doubt in sorted(doubtful):
        places = ", ".join(dict.fromkeys(row.duty.place for row in rows if doubt in row.duty.doubts))
        print_text((f"{DOUBTS[doubt]}: {places}", "yellow"))


def _waits(row: CountedDuty, names: dict[str, str]) -> list[str]:
    """What a duty without an instant waits for, or the words of its text."""
    if not row.clocks:
        return ["no time in the text"]
    waits = []
    for counted in row.clocks:
        after = names.get(counted.clock.after)
        waits.append(f"{counted.clock.quote} after submission of {after}" if after else counted.clock.quote)
    return waits
