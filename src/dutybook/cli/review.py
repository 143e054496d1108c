"""``dutybook review``: records judgements about norms, and lists those that are still to be reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.who import By, who

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.store import Filters, Register
    from dutybook.store.judgements.change import Change

NAME = "review"

_MINE = ("status", "owner")
_FILTERS = {name: choice for name, choice in options.FILTERS.items() if name not in _MINE}


@options.taking(_FILTERS)
def command(
    context: typer.Context,
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A norm's id; its first four characters are enough.")
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            help="unassessed, requires review, not applicable, applicable, compliant, non-compliant. Without ID: list these.",
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Who looks after it. Without ID: list theirs.", metavar="NAME")
    ] = None,
    reviewer: Annotated[str | None, typer.Option("--reviewer", help="Who checks that.", metavar="NAME")] = None,
    due: Annotated[
        str | None, typer.Option("--due", help="Your own date for it; empty takes it away.", metavar="YYYY-MM-DD")
    ] = None,
    review_date: Annotated[
        str | None, typer.Option("--review-date", help="When to look at it again.", metavar="YYYY-MM-DD")
    ] = None,
    applicability: Annotated[
        str | None, typer.Option("--applicability", help="Does it apply to you: yes, partly, no (with --reason).")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option("--reason", help="Why: it does not apply, is no finding, is corrected.", metavar="TEXT"),
    ] = None,
    control: Annotated[
        str | None, typer.Option("--control", help="What makes sure that it is done.", metavar="TEXT")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="Add a note.", metavar="TEXT")] = None,
    link: Annotated[
        list[str] | None,
        typer.Option("--link", help="Add evidence: a path or address; never opened.", metavar="[LABEL=]ADDRESS"),
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="The finding is right.")] = False,
    reject: Annotated[
        bool, typer.Option("--reject", help="It is no finding (with --reason): searches hide it.")
    ] = False,
    correct: Annotated[
        list[str] | None,
        typer.Option(
            "--correct",
            help="What it should be: modality, bearer, condition … (a wrong name lists them all), deadline (its value), due"
            " (with --reason).",
            metavar="FIELD=VALUE",
        ),
    ] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", help="Which deadline is corrected, by its words.", metavar="WORDS")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the last change of the record.")] = False,
    history: Annotated[bool, typer.Option("--history", help="Show the history of the record.")] = False,
    orphans: Annotated[
        bool, typer.Option("--orphans", help="List records of norms that are no longer in the register.")
    ] = False,
    every: Annotated[bool, typer.Option("--all", help="Say it of all norms that the filters leave.")] = False,
    words: Annotated[str, typer.Option("--words", help="Filter: words, as for search.", metavar="WORDS")] = "",
    with_status: Annotated[
        str | None, typer.Option("--with-status", help="Filter for --all: those of this status.", metavar="STATUS")
    ] = None,
    with_owner: Annotated[
        str | None, typer.Option("--with-owner", help="Filter for --all: those of this owner.", metavar="NAME")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what --all would change.")] = False,
    unchanged_since: Annotated[
        str | None,
        typer.Option(
            "--if-unchanged-since",
            help="Write only if nobody changed it after this moment (UTC) or row of the history.",
            metavar="MOMENT",
        ),
    ] = None,
    by: By = None,
    limit: options.Limit = 20,
    as_json: options.Json = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Say what a norm means for you, judge what was found, and see what is left: without ID the least sure findings first.

    \b
    Examples:
      dutybook review                                  what nobody looked at yet
      dutybook review 3fa9 --status applicable --owner anna --due 2026-08-02 --note "asked the supplier"
      dutybook review 3fa9 --applicability no --reason "we run no such systems"
      dutybook review 3fa9 --correct modality=permission --reason "may, not shall"
      dutybook review --all --bearer importer --status "not applicable" --dry-run
      dutybook review --status "requires review"       what changed under your feet
    """
    from dutybook.cli import review_output as output
    from dutybook.errors import BadRequest
    from dutybook.store import Filters, open_register
    from dutybook.store.judgements import review_queue, reviews
    from dutybook.store.judgements.change import Change

    state: State = context.obj
    modes = [
        name for name, on in (("--undo", undo), ("--history", history), ("--orphans", orphans), ("--all", every)) if on
    ]
    if len(modes) > 1:
        raise BadRequest(f"{' and '.join(modes)} do not go together. Give one of them.")
    if every and identity is not None:
        raise BadRequest("give an id, or --all with filters, not both.")
    if (undo or history) and identity is None:
        raise BadRequest(f"say of which norm: dutybook review ID {modes[0]}")
    listing = identity is None and not every
    wanted = Change(
        status=None if listing else status,
        owner=None if listing else owner,
        reviewer=reviewer,
        due=due,
        review_date=review_date,
        applicability=applicability,
        reason=reason,
        control=control,
        note=note,
        links=tuple(_link(text) for text in link or []),
        finding="confirmed" if confirm else "rejected" if reject else None,
        correct=dict(_field(text) for text in correct or []),
        deadline=deadline,
    )
    if confirm and reject:
        raise BadRequest("a finding is confirmed, rejected or corrected: give one of them")
    chosen = Filters(
        words=words, status=status if listing else with_status, owner=owner if listing else with_owner, **filters
    )
    writes = undo or not (wanted.says_nothing or dry_run)
    if listing and writes:
        raise BadRequest("say of which norm: give its id, or --all with filters.")
    if every and wanted.says_nothing:
        raise BadRequest("say what to change: --status, --owner, --confirm … (`dutybook review --help` lists all).")
    with open_register(state.database, read_only=not writes, create=False) as register:
        if orphans:
            output.orphans(reviews.orphans(register), as_json=as_json)
        elif history and identity is not None:
            output.history(*reviews.history_of(register, identity), as_json=as_json)
        elif listing:
            found, total = review_queue.queue(register, chosen, limit=limit)
            output.queue(register, found, total, as_json=as_json)
        elif every:
            _bulk(register, chosen, wanted, by, unchanged_since, dry_run=dry_run, limit=limit, as_json=as_json)
        elif undo:
            done = reviews.undo(register, register.norm(identity or "").norm.id, by=who(by))
            output.done([done], as_json=as_json)
        else:
            norm = register.norm(identity or "").norm.id
            if wanted.says_nothing or dry_run:
                output.record(reviews.record(register, norm), norm, as_json=as_json)
                return
            made = reviews.change(register, [norm], wanted, by=who(by), unchanged_since=unchanged_since)
            output.done(made, as_json=as_json)


def _bulk(
    register: Register,
    chosen: Filters,
    wanted: Change,
    by: str | None,
    unchanged_since: str | None,
    *,
    dry_run: bool,
    limit: int,
    as_json: bool,
) -> None:
    from dutybook.cli import review_output as output
    from dutybook.errors import BadRequest
    from dutybook.store.judgements import review_queue, reviews

    if not chosen.narrows:
        raise BadRequest(
            "--all without a filter would change the whole register. Give filters: --work, --bearer, --words …"
        )
    norms = review_queue.matching(register, chosen)
    if dry_run:
        output.would_change(register, norms, limit=limit, as_json=as_json)
        return
    made = reviews.change(register, norms, wanted, by=who(by), unchanged_since=unchanged_since)
    output.done(made, as_json=as_json, limit=limit)


def _link(text: str) -> tuple[str, str]:
    """The label and the address of a link. The text before the first "=" is the label unless it is part of an
    address.
    """
    label, sign, target = text.partition("=")
    if not sign or "/" in label or "\\" in label or ":" in label:
        return "", text.strip()
    return label.strip(), target.strip()


def _field(text: str) -> tuple[str, str]:
    from dutybook.errors import BadRequest

    name, sign, value = text.partition("=")
    if not sign:
        raise BadRequest(f"{text!r} says no value. Write FIELD=VALUE, such as modality=permission.")
    return name.strip().lower().replace("-", "_"), value.strip()


__all__ = ["NAME", "command"]
