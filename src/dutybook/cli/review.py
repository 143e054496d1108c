"""``dutybook review``: records judgements about norms, and lists those that are still to be reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.who import By, who

if TYPE_CHECKING:
    from collections.abc import Callable

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
    from dutybook.errors import BadRequest
    from dutybook.store import Filters, open_register
    from dutybook.store.judgements.change import Change

    state: State = context.obj
    modes = [
        name for name, on in (("--undo", undo), ("--history", history), ("--orphans", orphans), ("--all", every)) if on
    ]
    _check_modes(modes, identity)
    listing = identity is None and not every
    new_status, new_owner = (None, None) if listing else (status, owner)
    of_status, of_owner = (status, owner) if listing else (with_status, with_owner)
    wanted = Change(
        status=new_status,
        owner=new_owner,
        reviewer=reviewer,
        due=due,
        review_date=review_date,
        applicability=applicability,
        reason=reason,
        control=control,
        note=note,
        links=_links(link),
        finding=_finding(confirm=confirm, reject=reject),
        correct=_corrections(correct),
        deadline=deadline,
    )
    asked = _Request(
        identity or "",
        chosen=Filters(words=words, status=of_status, owner=of_owner, **filters),
        wanted=wanted,
        by=by,
        unchanged_since=unchanged_since,
        dry_run=dry_run,
        limit=limit,
        as_json=as_json,
    )
    writes = undo or not asked.only_reads
    if listing and writes:
        raise BadRequest("say of which norm: give its id, or --all with filters.")
    if every and wanted.says_nothing:
        raise BadRequest("say what to change: --status, --owner, --confirm … (`dutybook review --help` lists all).")
    handle = _MODES[modes[0]] if modes else _list_queue if listing else _change_norm
    with open_register(state.database, read_only=not writes, create=False) as register:
        handle(register, asked)


def _check_modes(modes: list[str], identity: str | None) -> None:
    """Raise BadRequest if options that choose what to do contradict each other, or lack the id of a norm."""
    from dutybook.errors import BadRequest

    if len(modes) > 1:
        raise BadRequest(f"{' and '.join(modes)} do not go together. Give one of them.")
    if "--all" in modes and identity is not None:
        raise BadRequest("give an id, or --all with filters, not both.")
    if identity is None and modes in (["--undo"], ["--history"]):
        raise BadRequest(f"say of which norm: dutybook review ID {modes[0]}")


@dataclass(frozen=True, slots=True)
class _Request:
    """What the options ask for: a change (``wanted``) of the norm ``identity`` or of the norms that ``chosen`` leaves."""

    identity: str
    chosen: Filters
    wanted: Change
    by: str | None
    unchanged_since: str | None
    dry_run: bool
    limit: int
    as_json: bool

    @property
    def only_reads(self) -> bool:
        """Whether the options change nothing."""
        return self.wanted.says_nothing or self.dry_run


def _list_orphans(register: Register, asked: _Request) -> None:
    from dutybook.cli import review_output as output
    from dutybook.store.judgements import reviews

    output.orphans(reviews.orphans(register), as_json=asked.as_json)


def _show_history(register: Register, asked: _Request) -> None:
    from dutybook.cli import review_output as output
    from dutybook.store.judgements import reviews

    output.history(*reviews.history_of(register, asked.identity), as_json=asked.as_json)


def _list_queue(register: Register, asked: _Request) -> None:
    from dutybook.cli import review_output as output
    from dutybook.store.judgements import review_queue

    found, total = review_queue.queue(register, asked.chosen, limit=asked.limit)
    output.queue(register, found, total, as_json=asked.as_json)


def _undo(register: Register, asked: _Request) -> None:
    from dutybook.cli import review_output as output
    from dutybook.store.judgements import reviews

    done = reviews.undo(register, register.norm(asked.identity).norm.id, by=who(asked.by))
    output.done([done], as_json=asked.as_json)


def _change_norm(register: Register, asked: _Request) -> None:
    """Change the record of one norm, or print it if nothing is to be changed."""
    from dutybook.cli import review_output as output
    from dutybook.store.judgements import reviews

    norm = register.norm(asked.identity).norm.id
    if asked.only_reads:
        output.record(reviews.record(register, norm), norm, as_json=asked.as_json)
        return
    made = reviews.change(register, [norm], asked.wanted, by=who(asked.by), unchanged_since=asked.unchanged_since)
    output.done(made, as_json=asked.as_json)


def _change_all(register: Register, asked: _Request) -> None:
    """Change the records of all norms that the filters leave, or list these norms for ``--dry-run``."""
    from dutybook.cli import review_output as output
    from dutybook.errors import BadRequest
    from dutybook.store.judgements import review_queue, reviews

    if not asked.chosen.narrows:
        raise BadRequest(
            "--all without a filter would change the whole register. Give filters: --work, --bearer, --words …"
        )
    norms = review_queue.matching(register, asked.chosen)
    if asked.dry_run:
        output.would_change(register, norms, limit=asked.limit, as_json=asked.as_json)
        return
    made = reviews.change(register, norms, asked.wanted, by=who(asked.by), unchanged_since=asked.unchanged_since)
    output.done(made, as_json=asked.as_json, limit=asked.limit)


#: The action of each option that chooses one. Without such an option, the norm of an id is changed, or the queue is listed.
_MODES: dict[str, Callable[[Register, _Request], None]] = {
    "--undo": _undo,
    "--history": _show_history,
    "--orphans": _list_orphans,
    "--all": _change_all,
}


def _finding(*, confirm: bool, reject: bool) -> str | None:
    from dutybook.errors import BadRequest

    if confirm and reject:
        raise BadRequest("a finding is confirmed, rejected or corrected: give one of them")
    return "confirmed" if confirm else "rejected" if reject else None


def _links(texts: list[str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(_link(text) for text in texts or [])


def _corrections(texts: list[str] | None) -> dict[str, str]:
    return dict(_field(text) for text in texts or [])


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
