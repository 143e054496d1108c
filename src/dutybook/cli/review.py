"""``dutybook review``: judgements about norms, and those that are still to be made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.history import print_rows
from dutybook.cli.options import By, one, open_database, who
from dutybook.cli.output import count, print_fields, print_json, print_table, print_text, shorten
from dutybook.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from dutybook.store import Filters, Register
    from dutybook.store.judgements.change import Change
    from dutybook.store.judgements.record import Correction, Record
    from dutybook.store.judgements.reviews import Done

#: Fields of the record of a norm.
_RECORD = {
    "status": one(
        "status",
        "unassessed, requires review, not applicable, applicable, compliant, non-compliant. Without ID: list these.",
    ),
    "owner": one("owner", "Who looks after it. Without ID: list theirs.", "NAME"),
    "reviewer": one("reviewer", "Who checks that.", "NAME"),
    "due": one("due", "Your own date for it; empty takes it away.", "YYYY-MM-DD"),
    "review_date": one("review-date", "When to look at it again.", "YYYY-MM-DD"),
    "priority": one("priority", "How urgent it is: high, medium, low; empty takes it away."),
    "applicability": one("applicability", "Does it apply to you: yes, partly, no (with --reason)."),
    "reason": one("reason", "Why: it does not apply, is no finding, is corrected.", "TEXT"),
    "control": one("control", "What makes sure that it is done: controls by name, one per line, or words.", "TEXT"),
    "tags": one("tags", "Tags, parted by commas, in place of those that there are; empty takes them away.", "TAGS"),
    "add_tag": one("add-tag", "One more tag.", "TAG"),
    "note": one("note", "Add a note.", "TEXT"),
}


@options.taking(
    record=_RECORD,
    filters={
        name: choice for name, choice in options.FILTERS.items() if name not in ("status", "owner", "applicability")
    },
)
def review(
    context: typer.Context,
    *,
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A norm's id; its first four characters are enough.")
    ] = None,
    record: dict[str, Any],
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
    approve: Annotated[bool, typer.Option("--approve", help="Approve what somebody else proposed.")] = False,
    refuse: Annotated[
        bool, typer.Option("--refuse", help="Refuse what somebody else proposed (with --reason).")
    ] = False,
    awaiting: Annotated[
        bool, typer.Option("--awaiting", help="List what awaits the approval of a second person.")
    ] = False,
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
    from dutybook.store import Filters
    from dutybook.store.judgements.change import Change

    modes = [
        name
        for name, on in (
            *(("--undo", undo), ("--history", history), ("--orphans", orphans), ("--all", every)),
            *(("--approve", approve), ("--refuse", refuse), ("--awaiting", awaiting)),
        )
        if on
    ]
    _check_modes(modes, identity)
    listing = identity is None and not every
    if listing:
        of_status, of_owner = record["status"], record["owner"]
        record |= {"status": None, "owner": None}
    else:
        of_status, of_owner = with_status, with_owner
    wanted = Change(
        **record,
        links=tuple(map(_link, link or ())),
        finding=_finding(confirm=confirm, reject=reject),
        correct=dict(map(_field, correct or ())),
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
    writes = not _WRITING.isdisjoint(modes) or not asked.only_reads
    if listing and writes:
        raise BadRequest("say of which norm: give its id, or --all with filters.")
    if every and wanted.says_nothing:
        raise BadRequest("say what to change: --status, --owner, --confirm … (`dutybook review --help` lists all).")
    handle = _MODES[modes[0]] if modes else _list_queue if listing else _change_norm
    with open_database(context, writes=writes) as register:
        handle(register, asked)


def _check_modes(modes: list[str], identity: str | None) -> None:
    """Raise BadRequest if options that choose what to do contradict each other, or lack the id of a norm."""

    if len(modes) > 1:
        raise BadRequest(f"{' and '.join(modes)} do not go together. Give one of them.")
    if "--all" in modes and identity is not None:
        raise BadRequest("give an id, or --all with filters, not both.")
    if identity is None and modes in (["--undo"], ["--history"], ["--approve"], ["--refuse"]):
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
    """List the records whose norm is gone."""
    from dutybook.store.judgements import reviews

    records = reviews.orphans(register)
    if asked.as_json:
        print_json(records)
        return
    if records:
        print_table(
            ("status", "owner", "where it was", "what it said", "id"),
            (
                (r.status, r.owner, f"{r.tie.place}, {shorten(r.tie.title, 40)}", shorten(r.tie.quote, 80), r.norm[:8])
                for r in records
            ),
        )
    says = "is in the register no more" if len(records) == 1 else "are in the register no more"
    number = f"{count(len(records), 'record')} whose norm {says}; they are kept until it comes back"
    print_text((number if records else "no record has lost its norm", "dim"))


def _list_awaiting(register: Register, asked: _Request) -> None:
    """List what awaits the approval of a second person."""
    from dutybook.store.judgements import approvals

    found, total = approvals.awaiting(register, limit=asked.limit)
    if asked.as_json:
        print_json(found)
        return
    if found:
        print_table(
            ("proposed", "why", "where", "id"),
            (
                (
                    *(one.proposal.line, one.proposal.reason),
                    *(f"{one.record.tie.place}, {shorten(one.record.tie.title, 40)}", one.proposal.norm[:8]),
                )
                for one in found
            ),
        )
    says = "awaits" if total == 1 else "await"
    print_text((f"{count(total, 'proposal')} {says} the approval of a second person", "dim"))


def _decide(register: Register, asked: _Request, *, approve: bool) -> None:
    """Approve or refuse what others proposed for a norm."""
    from dutybook.store.judgements import approvals

    norm = register.norm(asked.identity).norm.id
    reason = asked.wanted.reason or ""
    done = approvals.decide(register, norm, approve=approve, by=who(asked.by), reason=reason)
    _print_done([done], asked)


def _show_history(register: Register, asked: _Request) -> None:
    from dutybook.store.judgements import reviews

    record, rows = reviews.history_of(register, asked.identity)
    if asked.as_json:
        print_json(rows)
        return
    tie = record.tie
    print_text((tie.place or "(no place)", "bold"), f"  {tie.title}  ", (record.norm[:12], "dim"))
    print_rows(rows)


def _list_queue(register: Register, asked: _Request) -> None:
    """List the norms that are still to be reviewed."""
    from dutybook.store.judgements import review_queue, reviews

    norms, total = review_queue.queue(register, asked.chosen, limit=asked.limit)
    records = reviews.records(register, [norm.id for norm in norms])
    if asked.as_json:
        print_json({"total": total, "norms": [{"norm": norm, "record": records.get(norm.id)} for norm in norms]})
        return
    if norms:
        print_table(
            ("sure", "status", "owner", "where", "what", "id"),
            (
                (
                    f"{norm.confidence:.2f}",
                    _status(records[norm.id]) if norm.id in records else "unassessed",
                    records[norm.id].owner if norm.id in records else "",
                    f"{norm.place}, {shorten(norm.work_title or norm.document_title or norm.source, 30)}",
                    f"{norm.modality}: {shorten(norm.quote, 80)}",
                    norm.id[:8],
                )
                for norm in norms
            ),
        )
    range_text = f", {len(norms):,} shown" if len(norms) < total else ""
    print_text((f"{count(total, 'norm')}{range_text}", "dim"))


def _status(record: Record) -> str:
    return record.status + (f": {record.why}" if record.why else "")


def _undo_change(register: Register, asked: _Request) -> None:
    from dutybook.store.judgements import reviews

    done = reviews.undo(register, register.norm(asked.identity).norm.id, by=who(asked.by))
    _print_done([done], asked)


def _change_norm(register: Register, asked: _Request) -> None:
    """Change the record of one norm, or print it if nothing is to be changed."""
    from dutybook.store.judgements import reviews

    norm = register.norm(asked.identity).norm.id
    if not asked.only_reads:
        made = reviews.change(register, [norm], asked.wanted, by=who(asked.by), unchanged_since=asked.unchanged_since)
        _print_done(made, asked)
        return
    record = reviews.record(register, norm)
    if asked.as_json:
        print_json(record)
    elif record is None:
        print_text(f"there is no record of {norm[:12]} yet")
    else:
        print_fields(fields_of(record, norm))


def _change_all(register: Register, asked: _Request) -> None:
    """Change the records of all norms that the filters leave, or list these norms for ``--dry-run``."""
    from dutybook.store.judgements import review_queue, reviews

    if not asked.chosen.narrows:
        raise BadRequest(
            "--all without a filter would change the whole register. Give filters: --work, --bearer, --words …"
        )
    norms = review_queue.matching(register, asked.chosen)
    if asked.dry_run:
        _print_would_change(register, norms, asked)
        return
    made = reviews.change(register, norms, asked.wanted, by=who(asked.by), unchanged_since=asked.unchanged_since)
    _print_done(made, asked)


def _print_would_change(register: Register, norms: Sequence[str], asked: _Request) -> None:
    if asked.as_json:
        print_json({"total": len(norms), "norms": list(norms)})
        return
    for norm in register.norms_by_id(list(norms[: asked.limit])):
        print_text((norm.id[:12], "dim"), f"  {norm.place}  {norm.modality}  {shorten(norm.quote, 90)}")
    print_text((f"{count(len(norms), 'norm')} would be changed; nothing was", "dim"))


def _print_done(made: Sequence[Done], asked: _Request) -> None:
    """Print what was changed, and which values of other people were overwritten."""

    if asked.as_json:
        print_json([{"norm": row.norm, "changed": row.before != row.after, "record": row.after} for row in made])
        return
    changed = [row for row in made if row.before != row.after]
    if len(made) == 1:
        if not changed:
            print_text(("it says so already", "dim"))
        for line in _overwritten(made[0]):
            print_text((line, "yellow"))
        print_fields(fields_of(made[0].after, made[0].norm))
        return
    for row in changed[: asked.limit]:
        print_text((row.norm[:12], "dim"), f"  {row.after.tie.place}  {row.after.status}")
    more = f", {len(changed) - asked.limit:,} of them not shown" if len(changed) > asked.limit else ""
    print_text((f"{count(len(changed), 'norm')} changed{more}", "dim"))


def _overwritten(row: Done) -> list[str]:
    """The former values, of other people, in the fields that changed."""
    if row.before is None or row.before.changed_by == row.after.changed_by:
        return []
    names = (
        "status",
        "owner",
        "reviewer",
        "due",
        "review_date",
        "priority",
        "applicability",
        "control",
        "tags",
        "finding",
    )
    lines = []
    for name in names:
        old, new = getattr(row.before, name), getattr(row.after, name)
        if old not in ("", "unassessed", new):
            who = f"last change by {row.before.changed_by} at {row.before.changed}"
            lines.append(f"{name.replace('_', ' ')} was {old!r} ({who})")
    return lines


#: The action of each option that chooses one. Without such an option, the norm of an id is changed, or the queue is listed.
_MODES: dict[str, Callable[[Register, _Request], None]] = {
    "--undo": _undo_change,
    "--history": _show_history,
    "--orphans": _list_orphans,
    "--all": _change_all,
    "--approve": partial(_decide, approve=True),
    "--refuse": partial(_decide, approve=False),
    "--awaiting": _list_awaiting,
}
#: Of these options, those that always write; the register is opened for writing with another one only where something is to be changed.
_WRITING = frozenset({"--undo", "--approve", "--refuse"})


def _finding(*, confirm: bool, reject: bool) -> str | None:

    if confirm and reject:
        raise BadRequest("a finding is confirmed, rejected or corrected: give one of them")
    return "confirmed" if confirm else "rejected" if reject else None


def _link(text: str) -> tuple[str, str]:
    """The label and the address of a link. The text before the first "=" is the label unless it is part of an
    address.
    """
    label, sign, target = text.partition("=")
    if not sign or "/" in label or "\\" in label or ":" in label:
        return "", text.strip()
    return label.strip(), target.strip()


def _field(text: str) -> tuple[str, str]:

    name, sign, value = text.partition("=")
    if not sign:
        raise BadRequest(f"{text!r} says no value. Write FIELD=VALUE, such as modality=permission.")
    return name.strip().lower().replace("-", "_"), value.strip()


def fields_of(record: Record, norm: str) -> list[tuple[str, str | None]]:
    """The review record as names and values, for ``show``; ``norm`` (full id) is the one that is printed."""
    fields: list[tuple[str, str | None]] = [("status", record.status + (f" ({record.why})" if record.why else ""))]
    applies = " ".join(part for part in (record.applicability_by, record.applicability_on) if part)
    if record.applicability != "unassessed":
        reason = f": {record.applicability_reason}" if record.applicability_reason else ""
        fields.append(("applies to us", f"{record.applicability}{reason} ({applies})"))
    finding = record.finding + (f": {record.finding_reason}" if record.finding_reason else "")
    fields += [
        ("owner", record.owner),
        ("reviewer", record.reviewer),
        ("own date", record.due),
        ("look again", record.review_date),
        ("priority", record.priority),
        ("control", record.control),
        ("tags", record.tags),
        ("finding", finding if record.finding else None),
    ]
    fields += [("awaits approval", proposal.line) for proposal in record.proposals]
    fields += [("corrected", _correction_words(c)) for c in record.corrections if c.norm == norm]
    fields += [("note", f"{note.at[:10]} {note.by}: {note.text}") for note in record.notes]
    fields += [("evidence", link.line) for link in record.links]
    if record.norm != norm:
        tie = record.tie
        where = f"{tie.place or '(no place)'} of {tie.title} ({tie.language})"
        fields.append(("said of", f"{where}{f', version of {tie.version}' if tie.version else ''}  {record.norm[:12]}"))
    fields.append(("changed", f"{record.changed} by {record.changed_by} (row {record.revision})"))
    return fields


def _correction_words(correction: Correction) -> str:
    """``modality: permission, not obligation (anna 2026-03-02: may, not shall)``."""
    field = correction.field.replace("_", " ")
    if correction.field == "finding":
        return f"no finding ({correction.by} {correction.at[:10]}: {correction.why})"
    was = f", not {correction.extracted}" if correction.extracted else ""
    return f"{field}: {correction.value or '(none)'}{was} ({correction.by} {correction.at[:10]}: {correction.why})"
