"""``dutybook export``, ``import`` and ``schema``: the register for other programs, and back."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import By, State, open_database, who
from dutybook.cli.output import count, print_json, print_table, print_text, row_to_dict, shorten
from dutybook.errors import BadFilter, NotFound, RegisterUnwritable
from dutybook.suggestions import did_you_mean
from dutybook.workbook_import.records import Take

if TYPE_CHECKING:
    from dutybook.export.ics import Calendar
    from dutybook.store import Register
    from dutybook.workbook_import.records import Conflict, Edit, Report

_NONE = "(none)"
_PIPE = Path("-")
#: Formats that a terminal can show.
_TEXTS = frozenset({"csv", "html", "ics", "json", "jsonl", "md", "ttl", "yaml"})
#: Characters of a value in a table.
_WIDTH = 44


@options.taking(filters=options.FILTERS)
def export_file(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            allow_dash=True,
            help="What to write: .xlsx, .csv, .jsonl, .parquet, .zip (a Data Package), .ics, .yaml (CISO Assistant), .json (OSCAL),"
            " .ttl (RDF), .html, .md or .pdf,"
            " .soa.xlsx or .soa.pdf (statement of applicability); - writes to a pipe.",
        ),
    ],
    words: Annotated[str, typer.Option("--words", help="Only norms with these words, as in search.")] = "",
    alarm: Annotated[
        list[str] | None,
        typer.Option(
            "--alarm", help="Remind so long before (.ics): 30d, 2w, 12h, none. Given twice, twice.", metavar="TIME"
        ),
    ] = None,
    reader: Annotated[
        str,
        typer.Option(
            "--reader",
            help="Language of headings and labels (.xlsx, .ics, reports): en, de, fr.",
            metavar="CODE",
            autocompletion=completion.readers,
        ),
    ] = "en",
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Between the cells of .csv: ; or , or tab.", metavar="SIGN")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Title of a report or a requirements library.", metavar="WORDS")
    ] = None,
    version: Annotated[
        int | None,
        typer.Option(
            "--library-version",
            min=1,
            help="Lowest version of a requirements library, where CISO Assistant has a later one than this register knows.",
            metavar="NUMBER",
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="Of what goes to a pipe (FILE is -): csv, jsonl …",
            metavar="NAME",
            autocompletion=completion.formats,
        ),
    ] = None,
    training: Annotated[
        bool,
        typer.Option("--training", help="FILE is a folder: write what people judged as gold, to train a model with."),
    ] = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Write the register, or what the filters leave of it, to a file; its extension names the format.

    With - for the file it goes to standard output, in the format that --format names.

    \b
    Example: dutybook export duties.ics --deadline-after 2027-01-01 --language de
    Example: dutybook export act.pdf --work 32031R0777 --language en --reader de
    To a pipe: dutybook export - --format jsonl --modality prohibition | head
    To train:  dutybook export judged --training
    """
    if training:
        _export_training(context, file, [name for name, value in {"words": words, **filters}.items() if value])
        return
    from dutybook.export import export
    from dutybook.export.exporting import VERSIONED, options_of_format
    from dutybook.public_address import public_address
    from dutybook.store import Filters

    chosen = {name: value for name, value in {"words": words, **filters}.items() if value}
    to_pipe = file == _PIPE
    file = _file_of(file, form)
    now, address = datetime.now(UTC), public_address()
    calendar = _calendar_of(file, alarm, now, address)
    remembers = calendar is not None or file.suffix.lower() in VERSIONED
    options: dict[str, object] = {
        name: value
        for name, value in {"delimiter": delimiter, "title": title, "library_version": version}.items()
        if value is not None
    }
    # Formats that state when and where they were made.
    made: dict[str, object] = {"today": date.today(), "now": now, "address": address}
    options |= {name: value for name, value in made.items() if name in options_of_format(file)}
    with _opened(context, remembers=remembers) as register, _place(file, to_pipe=to_pipe) as place:
        rows = export(register, place, chosen, reader=reader.lower(), options=options, calendar=calendar)
        hints = [] if rows else register.missing_values(Filters(**chosen))
    print_text(f"{'-' if to_pipe else file}: {count(rows, 'event' if calendar else 'row')}", stderr=to_pipe)
    for hint in hints:
        print_text((hint, "yellow"), stderr=True)
    if remembers and register.read_only:
        what = "this calendar was given" if calendar else "version this library has"
        says = f"the database cannot be written, so it does not remember what {what}: changes are counted anew"
        print_text((f"note: {says}", "yellow"), stderr=True)


def _export_training(context: typer.Context, folder: Path, given: Sequence[str]) -> None:
    """Write the judged norms into a folder.

    Raises:
        BadFilter: the folder is none, or filters were given, too.
    """
    from dutybook.export.training import write_training

    if folder == _PIPE or given:
        raise BadFilter("--training writes all that was judged into a folder: name one, without filters")
    with open_database(context) as register:
        documents, judged = write_training(register, folder)
    print_text(f"{folder}: {count(judged, 'judged norm')} of {count(documents, 'document')}")


def _file_of(file: Path, form: str | None) -> Path:
    """The file to write, or for a pipe a name whose extension says the format.

    Raises:
        BadFilter: the format is missing, unknown or given twice, or a terminal would have to show bytes that are no text.
    """
    from dutybook.export.exporting import known_formats

    if file != _PIPE:
        if form:
            raise BadFilter(f"the name of a file says its format: leave --format out for {file.name}, or write to -")
        return file
    known = [extension.removeprefix(".") for extension in known_formats()]
    name = (form or "").lower().removeprefix(".")
    if name not in known:
        says = (
            f"{form!r} is no format of exports." if form else "say in which format it goes to the pipe: --format csv."
        )
        raise BadFilter(f"{says} There are: {', '.join(known)}.{did_you_mean(name, known)}")
    if name not in _TEXTS and sys.stdout.isatty():
        raise BadFilter(
            f"{name} is no text, so a terminal cannot show it: name a file, or send it into a pipe or a file with >"
        )
    return Path(f"export.{name}")


def _calendar_of(file: Path, alarm: Sequence[str] | None, now: datetime, address: str) -> Calendar | None:
    """How a calendar is made, with its alarms; None for a file of another format.

    Raises:
        BadFilter: another format was to have alarms, or a time of one makes no sense.
    """
    from dutybook.export.ics import ALARMS, Calendar, alarms_of

    if file.suffix.lower() == ".ics":
        return Calendar(alarms_of(alarm) if alarm else ALARMS, now, address)
    if alarm:
        raise BadFilter(
            f"only calendars have alarms: name a file that ends in .ics, or leave --alarm out for {file.name}"
        )
    return None


@contextmanager
def _place(file: Path, *, to_pipe: bool) -> Iterator[Path]:
    """Where an export is written: the file, or a temporary one that then goes to standard output."""
    if not to_pipe:
        yield file
        return
    # Formats need a file: some write it twice, and a failed one must leave nothing behind.
    with TemporaryDirectory(prefix="dutybook-") as folder:
        yield (made := Path(folder) / file.name)
        sys.stdout.flush()
        with made.open("rb") as source:
            shutil.copyfileobj(source, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _opened(context: typer.Context, *, remembers: bool) -> Register:
    """The register, opened for writing if what is written is to be remembered and the file can be written."""
    with suppress(RegisterUnwritable):
        return open_database(context, writes=remembers)
    return open_database(context)


def show_schema(
    context: typer.Context,
    table: Annotated[
        str | None,
        typer.Argument(metavar="[TABLE]", help="A table or view; all if left out.", autocompletion=completion.tables),
    ] = None,
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="The whole schema as a page.")] = False,
    datasette: Annotated[bool, typer.Option("--datasette", help="Metadata for Datasette: titles, facets …")] = False,
    json_lines: Annotated[
        str | None,
        typer.Option(
            "--json-lines",
            help="JSON Schema of the lines of FILE.jsonl (export) or of extract.",
            metavar="export|extract",
        ),
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say what each table, view and column of the register holds, with example queries.

    \b
    Example: dutybook schema
    Example: dutybook schema obligations
    Example: dutybook schema --datasette > metadata.json   (then: datasette dutybook.db -m metadata.json)
    Example: dutybook schema --json-lines export > register-line.schema.json
    """
    from dutybook.store import schema_guide

    state: State = context.obj
    if json_lines is not None:
        from dutybook.export.tables import schema_of

        print_json(schema_of(json_lines))
        return
    if markdown:
        print(schema_guide.markdown())
        return
    if datasette:
        from dutybook.store.datasette import metadata_of

        print_json(metadata_of(state.database.stem))
        return
    tables = [each for each in schema_guide.tables() if table in (None, each.name)]
    if not tables:
        meant = did_you_mean(table or "", [each.name for each in schema_guide.tables()])
        raise NotFound(f"there is no table or view {table!r}. `dutybook schema` lists them all.{meant}")
    if as_json:
        print_json(tables)
        return
    if table is None:
        print_table(("table", "holds", ""), ((each.name, each.holds, each.says) for each in tables))
        print_text("dutybook schema TABLE tells of its columns. Some examples:", "\n")
        for query in schema_guide.queries():
            print_text((query.title, "bold"), f"\n  {query.sql}")
        return
    (one,) = tables
    print_text((one.name, "bold"), f": {one.says}")
    print_table(
        ("column", "type", "leads to", ""),
        ((column.name, column.type.lower(), column.leads_to, column.says) for column in one.columns),
    )


def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A workbook of `dutybook export` (.xlsx; .ods works too).")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    take: Annotated[
        Take | None,
        typer.Option(
            "--take",
            help="Where the register was changed since the export, too: mine takes the workbook's value, theirs leaves the"
            " register's.",
        ),
    ] = None,
    all_or_nothing: Annotated[
        bool, typer.Option("--all-or-nothing", help="Change nothing if anything were left undone.")
    ] = False,
    other_register: Annotated[
        bool, typer.Option("--other-register", help="Also a workbook that was exported from another register.")
    ] = False,
    by: By = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show so many lines of each list; 0: all.")] = 50,
    as_json: options.Json = False,
) -> None:
    """Take over what people wrote into an exported register: all that can be, in one transaction, with its history.

    Looked at are cells that differ from what was exported. Rows may be sorted, filtered and deleted, columns moved. What was
    changed in the register since, and differs, is a conflict: it is listed and left alone. Exit code 2 if something was left undone.

    \b
    Example: dutybook import register.xlsx --dry-run
    """
    from dutybook.workbook_import.importer import Wanted, import_workbook

    name = "" if dry_run else who(by)
    wanted = Wanted(take, other_register, all_or_nothing, dry_run)
    with open_database(context, writes=not dry_run) as register:
        report = import_workbook(register, file, wanted, by=name)
    if as_json:
        print_json({**row_to_dict(report), "norms": report.norms, "whole": report.whole, "dry_run": dry_run})
    else:
        _print_report(report, limit, dry_run=dry_run)
    raise typer.Exit(0 if report.whole else 2)


def _print_report(done: Report, limit: int, *, dry_run: bool) -> None:
    print_text((done.file, "bold"), (f"  sheet {done.sheet}, exported {done.exported or 'at a time not known'}", "dim"))
    not_changed = "would change" if dry_run else "not changed, since something else would be left undone"
    _print_list(
        [("changed" if done.applied else not_changed, "bold green")],
        ("cell", "where", "what", "was", "becomes"),
        [
            (
                *(edit.cell, _where(edit), edit.column, _short(edit.old)),
                shorten(_line(edit.new), _WIDTH) + (f" (over {edit.over})" if edit.over else "") or _NONE,
            )
            for edit in done.edits
        ],
        limit,
        "change",
    )
    _print_list(
        [("conflicts, left as they are", "bold red"), "  (--take mine or --take theirs decides)"],
        ("cell", "where", "what", "was at export", "register now", "changed by", "workbook"),
        [
            (
                *(conflict.cell, _where(conflict), conflict.column),
                "(not known)" if conflict.base is None else _short(conflict.base),
                _short(conflict.now),
                f"{conflict.by} {conflict.at}" if conflict.by else "a new reading",
                _short(conflict.sheet),
            )
            for conflict in done.conflicts
        ],
        limit,
        "conflict",
    )
    _print_list(
        [("cannot be taken as it stands", "bold red")],
        ("cell", "what", "says", "why"),
        [(p.cell or f"row {p.row}", p.column, shorten(_line(p.value), 30), p.message) for p in done.problems],
        limit,
        "problem",
    )
    remarks = done.remarks[:limit] if limit else done.remarks
    for remark in remarks:
        where = f"row {remark.row}: " if remark.row else ""
        print_text(("note   ", "cyan"), f"{where}{remark.message}")
    _more(len(done.remarks) - len(remarks), "note")
    for line in _summary(done, dry_run=dry_run):
        print_text((line, "dim"))


def _print_list(
    title: Sequence[str | tuple[str, str]], headers: Sequence[str], rows: Sequence[Sequence[str]], limit: int, what: str
) -> None:
    if rows:
        listed = rows[:limit] if limit else rows
        print_text(*title)
        print_table(headers, listed)
        _more(len(rows) - len(listed), what)


def _summary(done: Report, *, dry_run: bool) -> list[str]:

    verb = "changed" if done.applied else "would be changed; nothing was" if dry_run else "not changed"
    lines = [f"{count(len(done.edits), 'cell')} of {count(done.norms, 'norm')} {verb}"]
    if not done.edits:
        lines = ["nothing to change"]
    left = [
        count(len(done.conflicts), "conflict") if done.conflicts else "",
        count(len(done.problems), "problem") if done.problems else "",
        f"{count(done.left, 'cell')} left as the register has it" if done.left else "",
    ]
    rows = f"{count(done.rows, 'row')}, {done.untouched:,} of them as exported"
    if done.deleted:
        rows += f"; {count(done.deleted, 'row')} deleted in the sheet: nothing was taken away for that"
    return [", ".join([*lines, *(part for part in left if part)]), rows]


def _more(number: int, what: str) -> None:

    if number > 0:
        print_text((f"… {count(number, what)} more (--limit 0 shows all)", "dim"))


def _where(one: Edit | Conflict) -> str:

    return ", ".join(part for part in (one.place, shorten(one.title, 28)) if part)


def _short(value: str) -> str:
    return shorten(_line(value), _WIDTH) or _NONE


def _line(value: str) -> str:
    return " ".join(value.split())
