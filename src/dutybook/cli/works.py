"""``dutybook works``: the acts of the register with their versions, languages and relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dutybook.cli.app import State
    from dutybook.store.documents.works import RelationRow, VersionRow, WorkRow

NAME = "works"

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


def command(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(
            metavar="[WORK]", help="An official number (CELEX, ELI, OJ, national) or part of a short title."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List the acts of the register; for one that is named its numbers, versions by language, copies and relations.

    Language versions, formats and consolidated versions of one act are one work; a corrigendum is a work of its own.

    \b
    Example: dutybook works
    One act: dutybook works 32019R2088
    By the Official Journal: dutybook works "OJ L 317, 9.12.2019, p. 1"
    """
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.store import open_register
    from dutybook.store.documents.works import works

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        found = works(register, work)
    if as_json:
        print_json([_plain(row) for row in found])
        return
    if work is not None:
        for row in found:
            _print(row)
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
    console().print(text((count(len(found), "work"), "dim")))


def _print(row: WorkRow) -> None:
    from dutybook.cli.output import console, text

    out = console()
    head = text((row.title or row.id, "bold"), "  ", (row.id, "dim"))
    out.print(head.append_text(text("  ", " ".join(part for part in (row.jurisdiction, row.kind) if part))))
    for scheme, numbers in row.numbers.items():
        out.print(text("  ", (f"{scheme}: ", "yellow"), "; ".join(numbers)))
    for language in row.languages:
        out.print(text("  ", (language, "bold")))
        for version, copies in _texts(row, language):
            out.print(text("    ", _described(version), "  ", (version.document[:8], "dim")))
            for copy in copies:
                out.print(text(("      copy: " + _file(copy) + f"  {copy.document[:8]}", "dim")))
    for relation in row.relations:
        out.print(text("  ", (_relation_words(row, relation), "yellow"), f" {_other(row, relation)}"))
        out.print(text(("      " + (f"{relation.place}: " if relation.place else "") + f"“{relation.quote}”", "dim")))
    out.print()


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


def _plain(row: WorkRow) -> dict[str, Any]:
    from dutybook.cli.show import plain

    return {**plain(row), "languages": list(row.languages)}
