"""``dutybook documents``, ``works`` and ``summary``: what is in the register."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.amended import print_amendment
from dutybook.cli.options import State, open_database
from dutybook.cli.output import MODALITY_STYLE, count, print_json, print_table, print_text, row_to_dict, shorten
from dutybook.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dutybook.store import DeadlineRow, DocumentRow, NormRow, Summary
    from dutybook.store.documents.works import RelationRow, VersionRow, WorkRow
    from dutybook.store.rows import GapRow
    from dutybook.store.versions.amended import KnownAmendment


def list_documents(
    context: typer.Context,
    document: Annotated[
        str | None, typer.Argument(metavar="[DOC]", help="Part of a title or file name, or an id; all if left out.")
    ] = None,
    unread: Annotated[bool, typer.Option("--unread", help="Only those that were not read whole.")] = False,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="What of their operative text was not searched for norms, by page.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """List the documents of the register, those that could not be read with their reason.

    \b
    Example: dutybook documents --unread
    """
    from dutybook.store.watches import watch_items

    with open_database(context) as register:
        rows = register.documents(document)
        came_from = watch_items.addresses(register)
    if document is not None and not rows:
        raise NotFound(f"no document in the register matches {document!r}. `dutybook documents` lists them all.")
    if unread:
        rows = [row for row in rows if row.status != "read"]
    if gaps:
        with open_database(context) as register:
            _print_gaps([(row, register.gaps(row.id)) for row in rows if row.gaps], as_json=as_json)
        return
    if as_json:
        addresses = {row.id: {"address": came_from[row.id]} for row in rows if row.id in came_from}
        print_json([row_to_dict(row) | addresses.get(row.id, {}) for row in rows])
        return
    print_table(
        ("id", "title", "act", "language", "pages", "norms", "status", "source"),
        (
            (
                row.id[:8],
                shorten(row.title) or "–",
                shorten(row.work_title or "", 40) if row.work_title != row.title else "",
                row.language,
                row.pages or "",
                f"{row.norms:,}",
                row.state + (f" ({shorten(row.reason, 90)})" if row.reason else ""),
                came_from.get(row.id) or row.source.rpartition("/")[2],
            )
            for row in rows
        ),
        right=(4, 5),
    )
    print_text((count(len(rows), "document"), "dim"))


def _print_gaps(found: Sequence[tuple[DocumentRow, Sequence[GapRow]]], *, as_json: bool) -> None:
    """For each document how much of its operative text was searched, and each stretch that was not."""
    from dutybook.languages.reader import reader_words

    if as_json:
        print_json([{"document": row.id, "searched": row.share_searched, "gaps": each} for row, each in found])
        return
    words = reader_words("document_page", "en")
    for row, each in found:
        share = "" if row.share_searched is None else f": {row.share_searched:.0%} of its operative text was searched"
        print_text((shorten(row.title or row.source), "bold"), share, (f"  {row.id[:8]}", "dim"))
        for gap in each:
            where = ", ".join([*([f"page {gap.page}"] if gap.page else []), *([gap.place] if gap.place else [])])
            print_text("  ", (where or "(no place)", "bold"), f"  {words(f'gap.{gap.kind}')}")
            if gap.quote:
                print_text("    ", (shorten(gap.quote, 160), "dim"))
    print_text((f"{count(len(found), 'document')} read with gaps", "dim"))


_ACTIVE = {
    "amends": "amends",
    "corrects": "corrects",
    "repeals": "repeals",
    "implements": "implements",
    "transposes": "transposes",
}
_PASSIVE = {
    "amends": "amended by",
    "corrects": "corrected by",
    "repeals": "repealed by",
    "implements": "implemented by",
    "transposes": "transposed by",
}


def list_works(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(
            metavar="[WORK]", help="An official number (CELEX, ELI, OJ, national) or part of a short title."
        ),
    ] = None,
    named: Annotated[
        bool,
        typer.Option(
            "--named", help="List acts instead that news and guidance name and nothing more is known of, as bills."
        ),
    ] = False,
    as_json: options.Json = False,
) -> None:
    """List the acts of the register; for one that is named its numbers, versions by language, copies and relations.

    Language versions, formats and consolidated versions of one act are one work; a corrigendum is a work of its own.

    \b
    Example: dutybook works
    One act: dutybook works 32019R2088
    Bills and other acts known by name alone: dutybook works --named
    By the Official Journal: dutybook works "OJ L 317, 9.12.2019, p. 1"
    """
    from dutybook.store.documents.works import works
    from dutybook.store.versions.amended import known_amendments

    if named:
        _list_named(context, work or "", as_json)
        return
    with open_database(context) as register:
        found = works(register, work)
        # Of one that is named only: the instructions of each amending act are read anew.
        amended = {row.id: known_amendments(register, row.id) for row in found} if work is not None else {}
    if as_json:
        print_json(
            [
                {**row_to_dict(row), "languages": list(row.languages), "amendments": amended.get(row.id, [])}
                for row in found
            ]
        )
        return
    if work is not None:
        for row in found:
            _print_work(row, amended[row.id])
        return
    print_table(
        ("work", "title", "of", "versions", "languages", "documents", "newest from"),
        (
            (
                row.id,
                shorten(row.title) or "–",
                row.jurisdiction,
                len(row.stages),
                " ".join(row.languages),
                len(row.versions),
                max(row.stages, default="") or "–",
            )
            for row in found
        ),
        right=(3, 5),
    )
    print_text((count(len(found), "work"), "dim"))


def _list_named(context: typer.Context, words: str, as_json: bool) -> None:
    """Print the acts that are known by name alone."""
    from dutybook.store.news.coming_acts import coming_acts

    with open_database(context) as register:
        found, _ = coming_acts(register, words, every=True, limit=10_000)
    if as_json:
        print_json(found)
        return
    print_table(
        ("name", "language", "draft", "named since", "documents", "act"),
        (
            (
                shorten(act.name),
                act.language,
                "draft" if act.draft else "",
                act.since or "–",
                act.documents,
                act.work or act.id,
            )
            for act in found
        ),
        right=(4,),
    )
    print_text((count(len(found), "act"), "dim"))


def _print_work(row: WorkRow, amended: list[KnownAmendment]) -> None:

    whose = " ".join(part for part in (row.jurisdiction, row.kind) if part)
    print_text((row.title or row.id, "bold"), "  ", (row.id, "dim"), "  ", whose)
    for scheme, numbers in row.numbers.items():
        print_text("  ", (f"{scheme}: ", "yellow"), "; ".join(numbers))
    for language in row.languages:
        print_text("  ", (language, "bold"))
        for version, copies in _texts(row, language):
            print_text("    ", _described(version), "  ", (version.document[:8], "dim"))
            for copy in copies:
                print_text(("      copy: " + _file(copy) + f"  {copy.document[:8]}", "dim"))
    for known in amended:
        if not known.included:
            print_amendment(known)
    printed = {known.work for known in amended if not known.included}
    for relation in row.relations:
        if relation.kind == "amends" and relation.related == row.id and relation.work in printed:
            continue
        print_text("  ", (_relation_words(row, relation), "yellow"), f" {_other(row, relation)}")
        print_text(("      " + (f"{relation.place}: " if relation.place else "") + f"“{relation.quote}”", "dim"))
    print_text()


def _texts(row: WorkRow, language: str) -> Iterator[tuple[VersionRow, list[VersionRow]]]:
    """Each text in order of time with its copies."""
    own = [v for v in row.versions if v.language == language]
    for version in own:
        if version.preferred:
            yield version, [v for v in own if v.expression == version.expression and v is not version]


def _described(version: VersionRow) -> str:
    days = f"from {version.valid_from}" if version.valid_from else "from a day unknown"
    if version.valid_from and version.valid_until and version.valid_until < version.valid_from:
        days = f"replaced on its first day, {version.valid_from}"
    elif version.valid_until:
        days += f" until {version.valid_until}"
    now = ", newest" if version.current else ""
    return f"{version.kind or 'text'} {days}{now}: {_file(version)}"


def _file(version: VersionRow) -> str:
    return f"{version.source.rpartition('/')[2]} ({version.format or 'unknown'}, {version.norms:,} norms)"


def _relation_words(row: WorkRow, relation: RelationRow) -> str:
    names = _ACTIVE if relation.work == row.id else _PASSIVE
    return names.get(relation.kind, relation.kind)


def _other(row: WorkRow, relation: RelationRow) -> str:
    own = relation.work == row.id
    identity, title = (relation.related, relation.related_title) if own else (relation.work, relation.work_title)
    return f"{identity} {title}".strip()


_COUNTS = ("documents", "works", "pages", "norms", "deadlines", "dated", "rejected")


def summarise(
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
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    day = as_date(today, "today") or date.today()
    with open_database(context) as register:
        summary = register.summary()
        documents = register.documents()
        upcoming = register.upcoming(day, deadlines)
    if as_json:
        counts = {name: getattr(summary, name) for name in _COUNTS}
        by = [{"modality": m, "language": lang, "norms": n} for (m, lang), n in summary.by_modality.items()]
        due = [
            {"due": str(d.due), "quote": d.quote, "event": d.events[0] if d.events else None, "norm": norm}
            for d, norm in upcoming
        ]
        unread = [*summary.unreadable, *summary.partly_read]
        print_json({**counts, "by_modality": by, "upcoming": due, "unread": unread})
        return
    _print_summary(summary, documents, upcoming, str(state.database), day.isoformat())


def _print_upcoming(upcoming: list[tuple[DeadlineRow, NormRow]], today: str) -> None:
    print_table(
        (f"due from {today}", "deadline", "who", "where", "document", "id"),
        (
            (
                d.due,
                f"{d.quote} {d.events[0].origin}" if d.events else d.quote,
                n.bearer or "–",
                n.place,
                shorten(n.work_title or n.document_title, 40),
                n.id[:8],
            )
            for d, n in upcoming
        ),
    )


def _print_summary(
    summary: Summary, documents: list[DocumentRow], upcoming: list[tuple[DeadlineRow, NormRow]], name: str, today: str
) -> None:

    print_text(
        (name, "bold"),
        f": {count(summary.documents, 'document')} of {count(summary.works, 'act')}, {count(summary.norms, 'norm')}, "
        f"{count(summary.deadlines, 'deadline')} ({summary.dated:,} with a date), "
        f"{count(summary.rejected, 'candidate')} rejected",
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
            print_text((f"… and {count(len(read) - len(listed), 'document')} more: dutybook documents", "dim"))
    if summary.by_modality:
        languages = sorted({language for _, language in summary.by_modality})
        numbers = [[summary.by_modality.get((m, lang), 0) for lang in languages] for m in MODALITY_STYLE]
        rows = [
            [modality, *(f"{number:,}" if number else "–" for number in (*row, sum(row)))]
            for modality, row in zip(MODALITY_STYLE, numbers, strict=True)
        ]
        print_table(("norms", *languages, "all"), rows, right=tuple(range(1, len(languages) + 2)))
    if upcoming:
        _print_upcoming(upcoming, today)
    elif summary.norms:
        print_text((f"no deadline with a date from {today} on", "dim"))
    for row in (*summary.unreadable, *summary.partly_read):
        print_text((f"{row.status}: ", "bold red"), f"{row.source}: {row.reason}")
