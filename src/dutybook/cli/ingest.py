"""``dutybook ingest``: files and folders into the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.pipeline.batch import IngestReport

NAME = "ingest"
#: The most versions with changes that are listed one by one.
_MOST_CHANGED = 8


@options.taking(options.READING)
def command(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    semantic: Annotated[
        bool | None,
        typer.Option(
            "--semantic/--no-semantic",
            help="Make new norms searchable by meaning at once; by default where the register has been indexed.",
        ),
    ] = None,
    *,
    reading: dict[str, Any],
) -> None:
    """Read files and folders into the register.

    What is in it already is left alone; a run that was cut off goes on where it stopped; a file that cannot be read is
    listed with its reason and stops nothing.

    \b
    Example: dutybook ingest regulations/ news/report.html --workers 4
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from dutybook.cli.output import console, printable
    from dutybook.pipeline import batch

    state: State = context.obj
    errors = console(stderr=True)
    config, limits = options.settings(reading)
    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}"),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("reading", total=None, name="")

        def show(step: batch.Progress) -> None:
            name = printable(step.source.rpartition("/")[2])
            bar.update(task, completed=step.done, total=step.total, name=name[:40])

        reading_options = batch.ReadingOptions(reading["workers"], reading["password"], limits)
        report = batch.ingest(paths, state.database, reading_options, progress=show, config=config, semantic=semantic)
    _tell(report, state)
    raise typer.Exit(report.exit_code)


def _tell(report: IngestReport, state: State) -> None:
    from dutybook.cli.output import console, count, text

    out, errors = console(), console(stderr=True)
    for unread in report.unread:
        errors.print(text((f"{unread.status}: ", "bold red"), f"{unread.source}: {unread.reason}"))
    for problem in report.problems:
        errors.print(text(("not found: ", "bold red"), str(problem)))
    if state.debug:
        for details in report.details:
            errors.print(text(details))
    if report.left_out:
        kinds = ", ".join(f"{number} {kind}" for kind, number in report.left_out.items())
        errors.print(text(f"left out, of kinds that are not read: {kinds}"))
    if not report.files:
        return
    parts = [f"{report.read:,} read", f"{report.unchanged:,} unchanged"]
    if report.duplicates:
        parts.append(count(report.duplicates, "duplicate"))
    parts.append(f"{report.unreadable:,} unreadable")
    found = f"; {count(report.norms, 'norm')} found" if report.read else "; nothing has changed"
    out.print(
        text(f"{count(report.files, 'file')}: {', '.join(parts)}{found} ({state.database}, {report.seconds:.1f} s)")
    )
    for version, brought in report.changed[:_MOST_CHANGED]:
        counts = ", ".join(f"{number} {kind}" for kind, number in brought.items())
        since = f" since {version.valid_from}" if version.valid_from else ""
        out.print(text(f"{version.work} ({version.language}){since}: {counts}: dutybook diff {version.document[:8]}"))
    if (more := len(report.changed) - _MOST_CHANGED) > 0:
        out.print(text(f"… and {count(more, 'more version')} with changes: dutybook diff ACT"))
