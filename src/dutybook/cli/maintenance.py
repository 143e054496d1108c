"""``dutybook backup``, ``restore``, ``doctor`` and ``languages``: the database file and the installation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import State
from dutybook.cli.output import count, print_json, print_table, print_text
from dutybook.database_address import database_named, file_needed
from dutybook.errors import NotFound

if TYPE_CHECKING:
    from dutybook.pipeline.capabilities import Ability, LanguageRow, Scored
    from dutybook.store.maintenance.copies import CompanionFiles


def back_up(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(metavar="[FILE|FOLDER]", help="Where to; a folder “backups” next to the database if left out."),
    ] = None,
    *,
    keep: Annotated[
        int | None,
        typer.Option("--keep", metavar="N", help="Keep the newest N backups in the folder, remove older ones."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there already.")] = False,
) -> None:
    """Copy the register into one file, checked before it gets its name, while others may go on writing.

    Beside it come the accounts of those who sign in (FILE.accounts), files that were sent and still wait to be read (a folder
    that ends in .uploads) and files of evidence (.evidence). Files that were read already stay where they are: copy them yourself to see their pages elsewhere.
    In a folder the copy is named after the database and the time. Only its owner may read it. Put it back with
    “dutybook restore”.

    \b
    Example: dutybook backup
    Example: dutybook backup /media/stick/register.db --force
    Example: dutybook backup backups/ --keep 14
    """
    from dutybook.store.maintenance import backups

    state: State = context.obj
    made = backups.back_up(file_needed(state.database, "a backup"), target, force=force, keep=keep)
    copy = made.copy
    size = f"{copy.bytes / 1e6:,.1f} MB, {count(copy.rows, 'row')}"
    print_text(f"{copy.path}: {size}, format {copy.format}, checked", (f" (sha256 {copy.sha256})", "dim"))
    if made.companions.accounts:
        print_text(f"{made.companions.accounts}: who may sign in, with their passwords and tokens as digests")
    if made.companions.files:
        print_text(
            f"{count(made.companions.files, 'file')} that {'wait' if made.companions.files > 1 else 'waits'} to be read"
        )
    _print_evidence(made.companions)
    for file in made.removed:
        print_text(f"removed the older backup {file}")


def restore(
    context: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that “dutybook backup” made.")],
    *,
    accounts: Annotated[
        bool,
        typer.Option(
            "--accounts",
            help="Take the accounts of the backup though there are some; those are kept under another name.",
        ),
    ] = False,
) -> None:
    """Put a backup in the place of the register.

    The backup is checked first and stays as it is; the register that was there is kept under another name.
    While another program has the register open, nothing is done. Accounts come back where there are none; those that are there
    may be newer and stay. Uploads that waited to be read are there again, to be gone on with, and so are files of evidence.

    \b
    Example: dutybook restore backups/dutybook.20330102-080000.db
    """
    from dutybook.store.maintenance import backups

    state: State = context.obj
    done = backups.restore(file_needed(state.database, "restoring a backup"), backup, accounts=accounts)
    print_text(f"{state.database} is what {backup} holds: {count(done.copy.rows, 'row')}, checked")
    if done.kept:
        print_text(f"what was there before is kept in {done.kept}")
    if done.companions.accounts:
        print_text(f"{done.companions.accounts} is that of the backup: everybody signs in again")
    if done.companions.kept:
        print_text(f"the accounts that were there before are kept in {done.companions.kept}")
    if done.companions.left:
        print_text("the accounts that are here stay as they are; to take those of the backup: --accounts")
    if done.companions.files:
        print_text(
            f"{count(done.companions.files, 'file')} that was sent and not read: go on with it on the page Upload"
        )
    _print_evidence(done.companions)


def _print_evidence(companions: CompanionFiles) -> None:
    """Print how many files of evidence were copied, and which ones could not be."""
    if companions.evidence:
        print_text(f"{count(companions.evidence, 'file')} of evidence")
    for title in companions.damaged:
        print_text(
            ("not copied ", "bold red"),
            f"the file of the evidence {title!r}: it is missing, or was changed since it was added",
        )


DB_HELP = """Where the register is kept: a file, or a database in PostgreSQL."""


def copy_database(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The register's file, or postgresql://…")],
    target: Annotated[str, typer.Argument(metavar="TO", help="A new file, or an empty database: postgresql://…")],
) -> None:
    """Copy a register from one database to another, from a file to a server or back, and check each row.

    What was found, what people said, its history, watches and alerts are the same there; the search index is made anew. The copy is
    whole or not made. Accounts come along, while whoever is signed in signs in again. Uploads and fetched files stay where they are.

    \b
    Example: dutybook db copy dutybook.db postgresql://anna@db.example/duties
    Example: dutybook db copy postgresql://anna@db.example/duties copy.db
    """
    from dutybook.store.maintenance import moving

    moved = moving.copy_register(database_named(source), database_named(target))
    print_text(f"{count(moved.rows, 'row')} in {moved.tables} tables copied and checked")
    if moved.people:
        print_text(f"{count(moved.people, 'account')} came along, with passwords and tokens as digests")


def check(
    context: typer.Context,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make indexes, views and derived rows anew; a copy is kept first.")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Look at all derived rows, however long it takes.")] = False,
    as_json: options.Json = False,
) -> None:
    """Check the installation, the language packs, the database and the disk. Exit code 1 if something is wrong.

    \b
    Example: dutybook doctor
    Example: dutybook doctor --repair
    """
    from dutybook.pipeline.doctor import examine

    state: State = context.obj
    if repair:
        from dutybook.store.maintenance import health

        for line in health.repair(file_needed(state.database, "a repair")):
            print_text(line, stderr=as_json)
    findings = list(examine(state.database, deep=deep))
    if as_json:
        print_json(findings)
    else:
        styles = {"ok": "green", "note": "yellow", "bad": "bold red"}
        for finding in findings:
            print_text((f"{finding.state:>4}", styles[finding.state]), f"  {finding.what}: {finding.says}")
    raise typer.Exit(1 if any(finding.state == "bad" for finding in findings) else 0)


def list_languages(
    code: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LANGUAGE]...", help="Codes of languages (cs, de …), “others” for what happens in all others."
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """List the languages: what is read in each, how well it was measured, and what cannot be done.

    Scores are F1 of texts that nobody tuned or trained on, in brackets the number of norms behind them; for the bearer the share of
    right ones. A named language is listed in full.

    \b
    Example: dutybook languages
    One of them: dutybook languages cs
    """
    from dutybook.languages.artefacts import measured
    from dutybook.pipeline.capabilities import languages, languages_as_json

    rows = {row.code: row for row in languages()}
    wanted = [c.casefold() for c in code or ()]
    for unknown in (c for c in wanted if c not in rows):
        raise NotFound(f"{unknown!r} is none of the languages with a pack; there are: {', '.join(rows)}")
    chosen = [rows[c] for c in wanted] or list(rows.values())
    if as_json:
        print_json(languages_as_json(chosen, measured().command, "en"))
    elif wanted:
        for row in chosen:
            _print_whole(row)
    else:
        _print_all(chosen)


def _print_all(rows: list[LanguageRow]) -> None:
    from dutybook.languages.artefacts import measured
    from dutybook.languages.reader import reader_words
    from dutybook.pipeline.capabilities import OTHERS, SECTION, describe_capability

    words = reader_words(SECTION, "en")

    table = []
    for row in rows:
        if row.code != OTHERS:
            first, second = row.score("held out"), row.score("open")
            by = [a.what for a in row.abilities if a.what in {"network", "cues"} and a.can]
            scores = [_number(first, m) for m in ("modality", "bearer", "deadline", "fact")]
            table.append(
                (row.code, row.name, " ".join(by), _norms(first), *scores, _norms(second), str(len(row.cannot)))
            )
    head = ("code", "language", "norms by", "norms", "kind", "bearer", "deadlines", "dates", "in the making", "lacks")
    print_table(head, table, right=tuple(range(3, len(head))))
    for row in rows:
        lacks = [describe_capability(lack, "en") for lack in row.cannot]
        print_text("\n", (row.name or words("others"), "bold"), f": {' '.join(lacks) or words('nothing_lacks')}")
    if measured().command:
        print_text("\n", (f"Scores: {measured().command}", "dim"))


def _print_whole(row: LanguageRow) -> None:
    from dutybook.languages.reader import reader_words
    from dutybook.pipeline.capabilities import MEASURES, SECTION, describe_capability

    words = reader_words(SECTION, "en")
    print_text((row.name or words("others"), "bold"), f" ({row.code})")
    for ability in row.abilities:
        mark, style = ("yes", "green") if ability.can else ("no", "yellow")
        print_text((f"  {mark:>3}", style), f"  {describe_capability(ability, 'en')}{_behind(ability)}")
    for scored in row.scores:
        measures = [f"{words(f'measure.{m}')} {scored.measures[m]:.2f}" for m in MEASURES if m in scored.measures]
        print_text(f"  {words(f'texts.{scored.texts}')} ({scored.norms} norms): {', '.join(measures)}")
    if row.specs:
        print_text(f"  specified by examples: {', '.join(f'{n} {kind}' for kind, n in row.specs.items())}")
    for lack in row.cannot:
        print_text(("   – ", "yellow"), describe_capability(lack, "en"))


def _behind(ability: Ability) -> str:
    details = [str(ability.number)] if ability.number and ability.what != "states" else []
    details += [", ".join(ability.of)] if ability.of else []
    return f" ({'; '.join(details)})" if details else ""


def _norms(scored: Scored | None) -> str:
    return f"{_number(scored, 'norm')} ({scored.norms})" if scored else "–"


def _number(scored: Scored | None, measure: str) -> str:
    return f"{scored.measures[measure]:.2f}" if scored and measure in scored.measures else "–"
