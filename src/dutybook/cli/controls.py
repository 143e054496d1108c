"""``dutybook control``: controls and policies, and which norms they serve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.history import print_rows
from dutybook.cli.options import By, one, open_database, who
from dutybook.cli.output import count, print_fields, print_json, print_table, print_text, row_to_dict, shorten
from dutybook.errors import BadRequest

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.controls.controls import Control

HELP = """Controls and policies: what you do so that duties are met, which norms each of them serves, and what is missing.

A control is named by its reference, its title, or its id.

\b
Examples:
  dutybook control add "Yearly recovery test" --reference BC-3 --owner anna
  dutybook control link BC-3 3fa9 77c1
  dutybook control show BC-3          what it serves, and its history with --history
"""
Name = Annotated[str, typer.Argument(metavar="CONTROL", help="Reference, title or id.")]
Norms = Annotated[list[str] | None, typer.Argument(metavar="[NORM]...", help="Ids of norms.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the history.", metavar="TEXT")]
_FIELDS = {
    "reference": one("reference", "Your own number for it.", "TEXT"),
    "description": one("description", "What is done.", "TEXT"),
    "category": one("category", "policy, process, procedure, technical or physical."),
    "status": one("status", "planned, in progress, active, on hold or retired."),
    "owner": one("owner", "Who looks after it.", "NAME"),
    "review_date": one("review-date", "When to look at it again; empty takes it away.", "YYYY-MM-DD"),
}
_FILTERS: options.Choices = {
    "words": (Annotated[str, typer.Option("--words", help="Words of reference, title, description.")], ""),
    "bearer": options.FILTERS["bearer"],
    "modality": options.FILTERS["modality"],
    "language": options.FILTERS["language"],
    "work": options.FILTERS["work"],
    "document": options.FILTERS["document"],
    "place": options.FILTERS["place"],
    "topic": options.FILTERS["topic"],
}


@options.taking(fields=_FIELDS)
def add(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="What it is called.")],
    *,
    by: By = None,
    as_json: options.Json = False,
    fields: dict[str, Any],
) -> None:
    """Enter a control or policy.

    \b
    Example: dutybook control add "Outsourcing policy" --category policy --status active --owner anna
    """
    from dutybook.store.controls import controls

    with open_database(context, writes=True) as register:
        made = controls.add_control(register, controls.ControlChange(title=title, **fields), by=who(by))
        _print_control(register, made, as_json=as_json)


@options.taking(fields={"title": one("title", "What it is called.", "TEXT"), **_FIELDS})
def change(
    context: typer.Context, name: Name, *, by: By = None, as_json: options.Json = False, fields: dict[str, Any]
) -> None:
    """Change a control; a retired one is kept with all it served.

    \b
    Example: dutybook control change BC-3 --status active
    """
    from dutybook.store.controls import controls

    wanted = controls.ControlChange(**fields)
    if not wanted.values:
        raise BadRequest(
            "say what to change: --title, --status, --owner … (`dutybook control change --help` lists all)."
        )
    with open_database(context, writes=True) as register:
        control = controls.find_control(register, name)
        made = controls.change_control(register, control.id, wanted, by=who(by))
        _print_control(register, made, as_json=as_json)


def list_controls(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Words of reference, title or description.")] = "",
    category: Annotated[str, typer.Option("--category", help="policy, process …")] = "",
    status: Annotated[str, typer.Option("--status", help="Without it all but the retired ones.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Part of the name of who looks after it.", metavar="NAME")] = "",
    as_json: options.Json = False,
) -> None:
    """List controls and policies with the number of norms that each serves.

    \b
    Example: dutybook control list --category policy
    """
    from dutybook.store.controls import controls

    with open_database(context) as register:
        found = controls.list_controls(register, words=words, category=category, status=status, owner=owner)
    if as_json:
        print_json([{**row_to_dict(row.control), "norms": row.norms} for row in found])
        return
    if found:
        print_table(
            ("reference", "title", "category", "status", "owner", "norms", "id"),
            (
                (
                    *(row.control.reference, shorten(row.control.title, 60), row.control.category, row.control.status),
                    *(row.control.owner, f"{row.norms:,}", row.control.id[:8]),
                )
                for row in found
            ),
            right=(5,),
        )
    print_text((count(len(found), "control"), "dim"))


def show(
    context: typer.Context,
    name: Name,
    history: options.History = False,
    as_json: options.Json = False,
) -> None:
    """Show a control with the norms that it serves.

    \b
    Example: dutybook control show BC-3 --history
    """
    from dutybook.store.controls import controls
    from dutybook.store.controls.items import item_history

    with open_database(context) as register:
        control = controls.find_control(register, name)
        if not history:
            _print_control(register, control, as_json=as_json)
            return
        rows = item_history(register, control.id)
    if as_json:
        print_json(rows)
    else:
        print_text((control.label, "bold"), (f"  {control.id[:8]}", "dim"))
        print_rows(rows)


@options.taking(filters=_FILTERS)
def link(
    context: typer.Context,
    name: Name,
    norms: Norms = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Link all norms that the filters leave.")] = False,
    why: Why = "",
    by: By = None,
    filters: dict[str, Any],
) -> None:
    """Say that a control serves norms: by their ids, or all that filters leave.

    \b
    Example: dutybook control link BC-3 3fa9 77c1
    Example: dutybook control link BC-3 --all --work DORA --place "Art 11"
    """
    from dutybook.store.controls import controls

    with open_database(context, writes=True) as register:
        control = controls.find_control(register, name)
        chosen = _chosen(register, norms or [], filters, every=every)
        made = controls.link_norms(register, control.id, chosen, by=who(by), why=why)
    print_text(f"{control.label}: {count(made, 'norm')} linked", ("" if made else " (it serves them already)", "dim"))


@options.taking(filters=_FILTERS)
def unlink(
    context: typer.Context,
    name: Name,
    norms: Norms = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Unlink all norms that the filters leave.")] = False,
    why: Why = "",
    by: By = None,
    filters: dict[str, Any],
) -> None:
    """Say that a control does not serve norms any more.

    \b
    Example: dutybook control unlink BC-3 77c1 --reason "the contract has ended"
    """
    from dutybook.store.controls import controls

    with open_database(context, writes=True) as register:
        control = controls.find_control(register, name)
        chosen = _chosen(register, norms or [], filters, every=every)
        made = controls.unlink_norms(register, control.id, chosen, by=who(by), why=why)
    print_text(f"{control.label}: {count(made, 'norm')} unlinked")


def _chosen(register: Register, norms: list[str], filters: dict[str, Any], *, every: bool) -> list[str]:
    """The full ids of the norms that ids or filters name.

    Raises:
        BadRequest: neither is given, or both.
    """
    from dutybook.store import Filters
    from dutybook.store.judgements import review_queue

    chosen = Filters(**filters)
    if bool(norms) == every:
        raise BadRequest("say which norms: their ids, or --all with filters.")
    if every and not chosen.narrows:
        raise BadRequest("--all without a filter would be the whole register. Give filters: --work, --place, --words …")
    return review_queue.matching(register, chosen) if every else [register.norm(norm).norm.id for norm in norms]


def _print_control(register: Register, control: Control, *, as_json: bool) -> None:
    from dutybook.store.controls import controls

    served = controls.served_norms(register, control.id)
    if as_json:
        print_json({**row_to_dict(control), "norms": served})
        return
    print_text((control.label, "bold"), (f"  {control.id[:8]}", "dim"))
    print_fields(
        [
            ("category", control.category),
            ("status", control.status),
            ("owner", control.owner),
            ("look again", control.review_date),
            ("what", control.description),
            ("source", control.source),
            ("changed", f"{control.changed} by {control.changed_by} (row {control.revision})"),
        ]
    )
    if served:
        print_table(
            ("where", "what", "status", "applies", "id"),
            (
                (
                    f"{norm.place}, {shorten(norm.title, 40)}" + (" (not in the register now)" if norm.missing else ""),
                    f"{norm.modality}: {shorten(norm.quote, 70)}",
                    *(norm.status, norm.applicability, norm.norm[:8]),
                )
                for norm in served
            ),
        )
    print_text((f"serves {count(len(served), 'norm')}", "dim"))


def import_list(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A table (.csv, .xlsx, .ods), or a library of CISO Assistant (.yaml, .json)."
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    by: By = None,
    as_json: options.Json = False,
) -> None:
    """Take over a list of controls: new ones are added, known ones (by reference, else title) changed, in one transaction.

    A table needs a column “title” or “name”; reference, description, category, status, owner, next review and norms (ids) are taken
    where they are there. Exit code 2 if a line could not be taken.

    \b
    Example: dutybook control import controls.csv --dry-run
    """
    from dutybook.store.controls.list_import import import_controls
    from dutybook.workbook_import.control_files import read_control_file

    lines = read_control_file(file)
    with open_database(context, writes=True) as register:
        report = import_controls(register, lines, by="dry run" if dry_run else who(by), dry_run=dry_run)
    if as_json:
        print_json(report)
        raise typer.Exit(2 if report.problems else 0)
    for label in report.added:
        print_text(("added    ", "green"), label)
    for edit in report.edits:
        print_text(("changed  ", "green"), f"{edit.control}: {edit.field}: {edit.old or '(none)'} → {edit.new}")
    for number, message in report.problems:
        print_text(("left out ", "bold red"), f"line {number}: {message}")
    verb = "would be added" if dry_run else "added"
    says = f"{count(len(report.added), 'control')} {verb}, {count(len(report.edits), 'field')} changed, {report.unchanged:,} as before"
    print_text((f"{says}, {count(report.linked, 'norm')} linked{'; nothing was written' if dry_run else ''}", "dim"))
    raise typer.Exit(2 if report.problems else 0)


_DUTIES = {name: option for name, option in options.FILTERS.items() if name not in ("modality", "review_state")}


@options.taking(filters={"words": _FILTERS["words"], **_DUTIES})
def show_coverage(
    context: typer.Context,
    *,
    gaps: Annotated[bool, typer.Option("--gaps", help="List the norms that apply and have no control.")] = False,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state", help="List norms that are gap, planned, unassessed, covered or “not applicable”; again for more."
        ),
    ] = None,
    limit: options.Limit = 50,
    as_json: options.Json = False,
    filters: dict[str, Any],
) -> None:
    """Show act by act which duties controls cover, and where the gaps are.

    covered: an active control serves it; planned: only controls that are not active yet; gap: it applies and has none; unassessed: nobody
    said whether it applies.

    \b
    Example: dutybook control coverage --work DORA
    Example: dutybook control coverage --gaps --owner anna
    """
    from dutybook.store import Filters
    from dutybook.store.controls import coverage
    from dutybook.suggestions import check_one_of

    states = [*(state or []), *(["gap"] if gaps else [])]
    for each in states:
        check_one_of("state", each, coverage.STATES)
    chosen = Filters(**filters)
    with open_database(context) as register:
        if states:
            ids = coverage.norms_in_state(register, states, chosen)
            norms = register.norms_by_id(ids[:limit])
        else:
            acts = coverage.coverage(register, chosen)
    if states:
        if as_json:
            print_json({"total": len(ids), "norms": norms})
            return
        for norm in norms:
            where = f"{norm.place}, {shorten(norm.work_title or norm.document_title or norm.source, 40)}"
            print_text((norm.id[:8], "dim"), f"  {where}: {shorten(norm.quote, 90)}")
        listed = f", {len(norms):,} shown" if len(norms) < len(ids) else ""
        print_text((f"{count(len(ids), 'norm')}{listed}", "dim"))
        return
    if as_json:
        print_json(
            [{"work": act.work, "document": act.document, "title": act.title, **dict(act.states)} for act in acts]
        )
        return
    if acts:
        print_table(
            ("act", *coverage.STATES, "covered of applicable"),
            (
                (
                    shorten(act.title, 50),
                    *(f"{act.states[one]:,}" for one in coverage.STATES),
                    "" if act.share is None else f"{act.share:.0%}",
                )
                for act in acts
            ),
            right=tuple(range(1, 7)),
        )
    print_text((count(len(acts), "act"), "dim"))


def suggest(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="[CONTROL]", help="Only for this control.")] = None,
    limit: options.Limit = 20,
    as_json: options.Json = False,
) -> None:
    """List norms that controls may serve, the nearest in meaning first. Take one with `control link`, refuse it with `control decline`.

    Needs vectors: `dutybook index` makes them.

    \b
    Example: dutybook control suggest BC-3
    """
    from dutybook.searching.control_suggestions import suggestions
    from dutybook.store.controls import controls

    with open_database(context) as register:
        wanted = [controls.find_control(register, name)] if name else None
        found = suggestions(register, wanted)
    if as_json:
        print_json(found[:limit])
        return
    if found:
        print_table(
            ("near", "control", "where", "what", "norm"),
            (
                (
                    *(f"{one.similarity:.2f}", shorten(one.control.label, 40)),
                    f"{one.norm.place}, {shorten(one.norm.work_title or one.norm.document_title, 30)}",
                    *(shorten(one.norm.quote, 70), one.norm.id[:8]),
                )
                for one in found[:limit]
            ),
        )
    print_text((count(len(found), "suggestion"), "dim"))


def decline(
    context: typer.Context,
    name: Name,
    norms: Annotated[list[str], typer.Argument(metavar="NORM...", help="Ids of norms.")],
    why: Why = "",
    by: By = None,
) -> None:
    """Say that a control does not serve norms, so that they are not suggested again.

    \b
    Example: dutybook control decline BC-3 77c1
    """
    from dutybook.store.controls import controls

    with open_database(context, writes=True) as register:
        control = controls.find_control(register, name)
        ids = [register.norm(norm).norm.id for norm in norms]
        controls.decline_norms(register, control.id, ids, by=who(by), why=why)
    print_text(f"{control.label}: {count(len(ids), 'norm')} declined")
