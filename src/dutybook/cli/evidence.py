"""``dutybook evidence``: links and files that show that duties are met, and until when they count."""

from __future__ import annotations

from datetime import date, timedelta
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
    from dutybook.store.controls.evidence import EvidenceItem

HELP = """Evidence that duties are met: links, and files that are copied into the folder of the register, with the day until which they count.

\b
Examples:
  dutybook evidence add "Recovery test 2031" --file report.pdf --valid-until 2032-03-31 --norm 3fa9 --control BC-3
  dutybook evidence add "Outsourcing policy" --link https://intranet.example/policy
  dutybook evidence list --expires-within 60
"""
Name = Annotated[str, typer.Argument(metavar="EVIDENCE", help="Title or id.")]
Norms = Annotated[
    list[str] | None, typer.Option("--norm", help="Of which norm, by its id; again for more.", metavar="ID")
]
Controls = Annotated[
    list[str] | None, typer.Option("--control", help="Of which control; again for more.", metavar="CONTROL")
]
_FIELDS: options.Choices = {
    "valid_until": one("valid-until", "The last day on which it counts; empty: it does not end.", "YYYY-MM-DD"),
    "remind_days": (
        Annotated[
            int | None,
            typer.Option(
                "--remind", min=0, max=3650, help="So many days before, alerts remind of its end.", metavar="DAYS"
            ),
        ],
        None,
    ),
    "owner": one("owner", "Who renews it.", "NAME"),
    "description": one("description", "More about it.", "TEXT"),
}


@options.taking(fields=_FIELDS)
def add(
    context: typer.Context,
    title: Annotated[
        str | None, typer.Argument(metavar="[TITLE]", help="What it shows; of a file its name if left out.")
    ] = None,
    *,
    link: Annotated[
        str | None, typer.Option("--link", help="An address or path; never opened.", metavar="ADDRESS")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file, which is copied.", metavar="FILE")] = None,
    norms: Norms = None,
    control: Controls = None,
    by: By = None,
    as_json: options.Json = False,
    fields: dict[str, Any],
) -> None:
    """Keep a link or a file as evidence, of norms and controls where they are named.

    \b
    Example: dutybook evidence add "Recovery test 2031" --file report.pdf --valid-until 2032-03-31 --norm 3fa9
    """
    from dutybook.store.controls import evidence

    if (link is None) == (file is None):
        raise BadRequest("say what the evidence is: --link ADDRESS or --file FILE.")
    wanted = evidence.EvidenceChange(title=title, target=link, **fields)
    name = who(by)
    with open_database(context, writes=True) as register:
        # What is misspelt is said before anything is kept.
        ids = evidence.find_targets(register, norms or (), control or ())
        made = (
            evidence.add_file(register, file, wanted, by=name) if file else evidence.add_link(register, wanted, by=name)
        )
        evidence.link(register, made.id, *ids, by=name)
        _print_evidence(register, made, as_json=as_json)


@options.taking(
    fields={
        "title": one("title", "What it shows.", "TEXT"),
        "target": one("link", "Its address.", "ADDRESS"),
        **_FIELDS,
    }
)
def change(
    context: typer.Context, name: Name, *, by: By = None, as_json: options.Json = False, fields: dict[str, Any]
) -> None:
    """Change evidence, such as the day until which it counts. Norms that name it follow.

    \b
    Example: dutybook evidence change "Recovery test 2031" --valid-until 2033-03-31
    """
    from dutybook.store.controls import evidence

    wanted = evidence.EvidenceChange(**fields)
    if not wanted.values:
        raise BadRequest("say what to change: --title, --valid-until, --owner …")
    with open_database(context, writes=True) as register:
        item = evidence.find_evidence(register, name)
        made = evidence.change_evidence(register, item.id, wanted, by=who(by))
        _print_evidence(register, made, as_json=as_json)


def link(context: typer.Context, name: Name, norms: Norms = None, control: Controls = None, by: By = None) -> None:
    """Say of which norms and controls it is evidence. `dutybook review ID --undo` takes a norm back.

    \b
    Example: dutybook evidence link "Recovery test 2031" --norm 3fa9 --control BC-3
    """
    from dutybook.store.controls import evidence

    if not norms and not control:
        raise BadRequest("say of what it is evidence: --norm ID, --control CONTROL.")
    with open_database(context, writes=True) as register:
        item = evidence.find_evidence(register, name)
        ids = evidence.find_targets(register, norms or (), control or ())
        made = evidence.link(register, item.id, *ids, by=who(by))
    print_text(f"{item.title}: {made:,} linked")


def unlink(context: typer.Context, name: Name, norms: Norms = None, control: Controls = None, by: By = None) -> None:
    """Say of which norms and controls it is not evidence any more.

    \b
    Example: dutybook evidence unlink "Recovery test 2031" --norm 3fa9 --control BC-3
    """
    from dutybook.store.controls import evidence

    if not norms and not control:
        raise BadRequest("say of what it is not evidence: --norm ID, --control CONTROL.")
    with open_database(context, writes=True) as register:
        item = evidence.find_evidence(register, name)
        ids, linked = evidence.find_targets(register, norms or (), control or ())
        made = evidence.unlink_norms(register, item.id, ids, by=who(by))
        made += sum(evidence.set_control(register, item.id, one, there=False, by=who(by)) for one in linked)
    print_text(f"{item.title}: {made:,} unlinked")


def remove(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, what would go is only listed.")] = False,
    by: By = None,
) -> None:
    """Remove evidence with its links and, unless other evidence has the same one, its file. Its history stays.

    \b
    Example: dutybook evidence remove "Recovery test 2031" --yes
    """
    from dutybook.store.controls import evidence

    with open_database(context, writes=yes) as register:
        item = evidence.find_evidence(register, name)
        norms = len(evidence.linked_norms(register, item.id))
        linked = len(evidence.linked_controls(register, item.id))
        if yes:
            evidence.remove_evidence(register, item.id, by=who(by))
    verb = "removed" if yes else "would be removed; to do it, add --yes"
    print_text(f"{item.title} (of {count(norms, 'norm')} and {count(linked, 'control')}): {verb}")


def list_evidence(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="[WORDS]", help="Part of title, description or address.")] = "",
    expires_within: Annotated[
        int | None,
        typer.Option(
            "--expires-within",
            min=0,
            max=3650,
            help="Only what ends within so many days, or has ended.",
            metavar="DAYS",
        ),
    ] = None,
    today: Annotated[str | None, typer.Option("--today", help="As of this day.", metavar="YYYY-MM-DD")] = None,
    as_json: options.Json = False,
) -> None:
    """List evidence, what ends first coming first.

    \b
    Example: dutybook evidence list --expires-within 60
    """
    from dutybook.store.controls import evidence
    from dutybook.store.search.filters import as_date

    day = as_date(today, "today") or date.today()
    until = day + timedelta(days=expires_within) if expires_within is not None else None
    with open_database(context) as register:
        found = evidence.list_evidence(register, words=words, until=until)
    if as_json:
        print_json([{**row_to_dict(item), "state": item.state(day)} for item in found])
        return
    if found:
        print_table(
            ("title", "kind", "valid until", "state", "owner", "where", "id"),
            (
                (
                    shorten(item.title, 50),
                    item.kind,
                    item.valid_until,
                    item.state(day),
                    item.owner,
                    shorten(item.target, 50),
                    item.id[:8],
                )
                for item in found
            ),
        )
    print_text((count(len(found), "piece of evidence", "pieces of evidence"), "dim"))


def show(
    context: typer.Context,
    name: Name,
    history: options.History = False,
    as_json: options.Json = False,
) -> None:
    """Show evidence with the norms and controls that it is of.

    \b
    Example: dutybook evidence show "Recovery test 2031"
    """
    from dutybook.store.controls import evidence
    from dutybook.store.controls.items import item_history

    with open_database(context) as register:
        item = evidence.find_evidence(register, name)
        if not history:
            _print_evidence(register, item, as_json=as_json)
            return
        rows = item_history(register, item.id)
    if as_json:
        print_json(rows)
    else:
        print_rows(rows)


def _print_evidence(register: Register, item: EvidenceItem, *, as_json: bool) -> None:
    from dutybook.store.controls import controls, evidence

    norms = evidence.linked_norms(register, item.id)
    linked = controls.controls_by_id(register, evidence.linked_controls(register, item.id))
    if as_json:
        named = [{"norm": norm, "place": place, "title": title} for norm, place, title in norms]
        print_json({**row_to_dict(item), "norms": named, "controls": linked})
        return
    print_text((item.title, "bold"), (f"  {item.id[:8]}", "dim"))
    until = f"{item.valid_until} ({item.state(date.today())}; reminder {item.remind_days} days before)"
    print_fields(
        [
            ("where", item.target),
            ("valid until", until if item.valid_until else ""),
            ("owner", item.owner),
            ("what", item.description),
            ("sha256", item.sha256),
            *(("control", control.label) for control in linked),
            *(("norm", f"{place} {shorten(title, 50)}  {norm[:8]}") for norm, place, title in norms),
            ("changed", f"{item.changed} by {item.changed_by} (row {item.revision})"),
        ]
    )
