"""``dutybook remove``: documents leave the register with all that was found in them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database
from dutybook.cli.output import count, print_json, print_text, shorten
from dutybook.errors import BadRequest, NotFound

if TYPE_CHECKING:
    from dutybook.store import DocumentRow, Register
    from dutybook.store.maintenance.removal import Removal


def remove(
    context: typer.Context,
    documents: Annotated[
        list[str] | None, typer.Argument(metavar="[DOC]...", help="Ids, or parts of titles or file names.")
    ] = None,
    *,
    before: Annotated[str, typer.Option("--before", help="All that came before this day.", metavar="YYYY-MM-DD")] = "",
    older_than: Annotated[
        int | None, typer.Option("--older-than", min=1, help="All that came longer ago.", metavar="DAYS")
    ] = None,
    genre: Annotated[
        str | None, typer.Option("--genre", help="Of these only one genre: news, guidance …", metavar="GENRE")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this, what would go is only listed.")] = False,
    as_json: options.Json = False,
) -> None:
    """Remove documents with everything that was found in them, and the files that were uploaded or fetched for them.

    Freed space is overwritten. What people wrote about norms stays, with the sentence that it is about; so do your own
    files, which the next ingest of their folder would read again, and backups.

    \b
    Examples:
      dutybook remove 3fa9
      dutybook remove --older-than 730 --genre news --yes
    """
    from dutybook.store.maintenance.removal import plan_removal, remove_documents

    day = _day(before, older_than)
    if bool(documents) == bool(day) or (genre and not day):
        raise BadRequest("name documents, or an age with --before or --older-than (and then a genre, if you like)")
    with open_database(context, writes=yes) as register:
        chosen = _chosen(register, documents or [], day, genre)
        removal = remove_documents(register, chosen) if yes else plan_removal(register, chosen)
    if as_json:
        print_json(
            {
                "removed": yes,
                "documents": [row.id for row in removal.documents],
                "norms": removal.norms,
                "records": removal.records,
                "files": [str(file) for file in removal.files],
            }
        )
        return
    _print(removal, done=yes)


def _day(before: str, older_than: int | None) -> str:
    """The day before which documents came, or empty."""
    if before and older_than:
        raise BadRequest("give --before or --older-than, not both")
    if older_than:
        return (date.today() - timedelta(days=older_than)).isoformat()
    try:
        return date.fromisoformat(before).isoformat() if before else ""
    except ValueError:
        raise BadRequest(f"--before takes a day such as 2026-08-02, not {before!r}") from None


def _chosen(register: Register, named: list[str], day: str, genre: str | None) -> list[DocumentRow]:
    from dutybook.store.maintenance.removal import documents_before

    if day:
        return documents_before(register, day, genre)
    found: dict[str, DocumentRow] = {}
    for name in named:
        rows = register.documents(name)
        if not rows:
            raise NotFound(f"no document in the register matches {name!r}. `dutybook documents` lists them all.")
        if len(rows) > 1:
            some = ", ".join(f"{row.id[:8]} ({shorten(row.title or row.source, 40)})" for row in rows[:5])
            raise BadRequest(f"{name!r} names {len(rows)} documents: {some}. Name one by its id.")
        found[rows[0].id] = rows[0]
    return list(found.values())


def _print(removal: Removal, *, done: bool) -> None:
    for row in removal.documents:
        print_text((row.id[:8], "dim"), f"  {shorten(row.title or row.source)}")
    what = f"{count(len(removal.documents), 'document')} with {count(removal.norms, 'norm')}"
    if removal.files:
        what += f" and {count(len(removal.files), 'stored file')}"
    print_text(f"{what} {'removed' if done else 'would be removed; to do it, add --yes'}")
    if removal.records:
        print_text(
            f"{count(removal.records, 'record')} of what people wrote about these norms stays, with the sentences in question"
        )
