"""``dutybook summary``: the register at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.store import DeadlineRow, DocumentRow, NormRow, Summary

NAME = "summary"


def command(
    context: typer.Context,
    deadlines: Annotated[int, typer.Option("--deadlines", min=0, help="How many of the next deadlines.")] = 10,
    today: Annotated[
        str | None, typer.Option("--today", help="Count deadlines from this day instead.", metavar="YYYY-MM-DD")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show how many documents and norms there are, what is due next, and what could not be read.

    \b
    Example: dutybook summary --deadlines 20
    """
    from datetime import date

    from dutybook.cli.output import print_json
    from dutybook.cli.show import plain
    from dutybook.store import open_register
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    day = as_date(today, "today") or date.today()
    with open_register(state.database, read_only=True, create=False) as register:
        summary = register.summary()
        documents = register.documents()
        upcoming = register.upcoming(day, deadlines)
    if as_json:
        counts = {name: getattr(summary, name) for name in _COUNTS}
        by = [{"modality": m, "language": lang, "norms": n} for (m, lang), n in summary.by_modality.items()]
        due = [
            {
                "due": str(d.due),
                "quote": d.quote,
                "event": plain(d.events[0]) if d.events else None,
                "norm": plain(norm),
            }
            for d, norm in upcoming
        ]
        unread = [plain(row) for row in (*summary.unreadable, *summary.partly_read)]
        print_json({**counts, "by_modality": by, "upcoming": due, "unread": unread})
        return
    _print(summary, documents, upcoming, str(state.database), day.isoformat())


_COUNTS = ("documents", "works", "pages", "norms", "deadlines", "dated", "rejected")


def _print(
    summary: Summary, documents: list[DocumentRow], upcoming: list[tuple[DeadlineRow, NormRow]], name: str, today: str
) -> None:
    from dutybook.cli.output import MODALITY_STYLE, console, count, print_table, shorten, text

    out = console()
    out.print(
        text(
            (name, "bold"),
            f": {count(summary.documents, 'document')} of {count(summary.works, 'act')}, {count(summary.norms, 'norm')}, "
            f"{count(summary.deadlines, 'deadline')} ({summary.dated:,} with a date), "
            f"{count(summary.rejected, 'candidate')} rejected",
        )
    )
    read = [d for d in documents if d.status != "unreadable"]
    if read:
        listed = read[:20]
        print_table(
            ("document", "language", "pages", "norms"),
            (
                (shorten(d.title) or d.source.rpartition("/")[2], d.language, d.pages or "", f"{d.norms:,}")
                for d in listed
            ),
            right=(2, 3),
        )
        if len(read) > len(listed):
            out.print(text((f"… and {count(len(read) - len(listed), 'document')} more: dutybook documents", "dim")))
    if summary.by_modality:
        languages = sorted({language for _, language in summary.by_modality})
        rows = [
            [m, *(_number(summary.by_modality.get((m, lang))) for lang in languages), _number(_total(summary, m))]
            for m in MODALITY_STYLE
        ]
        print_table(("norms", *languages, "all"), rows, right=tuple(range(1, len(languages) + 2)))
    if upcoming:
        print_table(
            (f"due from {today}", "deadline", "who", "where", "document", "id"),
            (
                (
                    d.due,
                    f"{d.quote} {d.events[0].said}" if d.events else d.quote,
                    n.bearer or "–",
                    n.place,
                    shorten(n.work_title or n.document_title, 40),
                    n.id[:8],
                )
                for d, n in upcoming
            ),
        )
    elif summary.norms:
        out.print(text((f"no deadline with a date from {today} on", "dim")))
    for row in (*summary.unreadable, *summary.partly_read):
        out.print(text((f"{row.status}: ", "bold red"), f"{row.source}: {row.reason}"))


def _number(number: int | None) -> str:
    return f"{number:,}" if number else "–"


def _total(summary: Summary, modality: str) -> int:
    return sum(number for (m, _), number in summary.by_modality.items() if m == modality)
