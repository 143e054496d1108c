"""``dutybook ingest``, ``extract`` and ``page-image``: files and folders are read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import State, open_database
from dutybook.cli.output import count, print_json, print_text, progress_bar
from dutybook.errors import BadFilter, BadRequest

if TYPE_CHECKING:
    from dutybook.ingest.files import LeftOut
    from dutybook.pipeline.batch import IngestReport


#: The most versions with changes that are listed one by one.
_MOST_CHANGED = 8


@options.taking(reading=options.READING)
def ingest(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    semantic: Annotated[
        bool | None,
        typer.Option(
            "--semantic/--no-semantic",
            help="Make new norms searchable by meaning at once; by default where the register has been indexed.",
        ),
    ] = None,
    cluster: Annotated[
        str,
        typer.Option(
            "--cluster",
            help="Read on the workers of this Dask scheduler (tcp://host:8786), or of one for this run on this machine (local).",
            metavar="ADDRESS",
            envvar="DUTYBOOK_CLUSTER",
        ),
    ] = "",
    as_json: options.Json = False,
    *,
    reading: dict[str, Any],
) -> None:
    """Read files and folders into the register.

    What is in it already is left alone; a run that was cut off goes on where it stopped; a file that cannot be read is
    listed with its reason and stops nothing. So is each that is left out of a folder or archive, as no document.

    \b
    Example: dutybook ingest regulations/ news/report.html --workers 4
    """
    from dutybook.pipeline import batch
    from dutybook.pipeline.reading import ReadingOptions

    state: State = context.obj
    config, limits = options.settings(reading)
    reading_options = ReadingOptions(reading["workers"], reading["password"], limits, cluster=cluster)
    with progress_bar("reading") as tell:

        def show(step: batch.Progress) -> None:
            tell(step.done, step.total, step.source.rpartition("/")[2])

        report = batch.ingest(paths, state.database, reading_options, progress=show, config=config, semantic=semantic)
    if as_json:
        print_json(_report_to_dict(report))
    else:
        _print_report(report, state)
    raise typer.Exit(report.exit_code)


def _report_to_dict(report: IngestReport) -> dict[str, Any]:
    """What an ingest did, with each file that was not read, not wholly, or left out."""
    from dutybook.ingest.files import count_kinds

    numbers = ("files", "read", "unchanged", "duplicates", "unreadable", "norms", "with_gaps")
    return {
        **{name: getattr(report, name) for name in numbers},
        "seconds": round(report.seconds, 1),
        "stored": report.stored,
        "unread": [{"source": u.source, "status": u.status, "reason": u.reason} for u in report.unread],
        "problems": [str(problem) for problem in report.problems],
        "left_out": [{"source": o.source, "kind": o.kind, "reason": str(o.reason)} for o in report.left_out],
        "left_out_by_kind": count_kinds(report.left_out),
    }


def _print_left_out(others: Sequence[LeftOut]) -> None:
    """Each file that was left out with its reason, and how many of each kind there are."""
    from dutybook.ingest.files import count_kinds

    for other in others:
        print_text(("left out: ", "yellow"), f"{other.source}: {other.reason}", stderr=True)
    if others:
        kinds = ", ".join(f"{number:,} {kind}" for kind, number in count_kinds(others).items())
        print_text(f"{count(len(others), 'file')} left out: {kinds}", stderr=True)


def _print_report(report: IngestReport, state: State) -> None:

    for unread in report.unread:
        print_text((f"{unread.status}: ", "bold red"), f"{unread.source}: {unread.reason}", stderr=True)
    for problem in report.problems:
        print_text(("not found: ", "bold red"), str(problem), stderr=True)
    if state.debug:
        for details in report.details:
            print_text(details, stderr=True)
    _print_left_out(report.left_out)
    if not report.files:
        return
    twice = f"{count(report.duplicates, 'duplicate')}, " if report.duplicates else ""
    parts = f"{report.read:,} read, {report.unchanged:,} unchanged, {twice}{report.unreadable:,} unreadable"
    found = f"; {count(report.norms, 'norm')} found" if report.read else "; nothing has changed"
    print_text(f"{count(report.files, 'file')}: {parts}{found} ({state.database}, {report.seconds:.1f} s)")
    if report.with_gaps:
        print_text((f"{count(report.with_gaps, 'document')} read with gaps", "yellow"), ": dutybook documents --gaps")
    for version, brought in report.changed[:_MOST_CHANGED]:
        counts = ", ".join(f"{number} {kind}" for kind, number in brought.items())
        since = f" since {version.valid_from}" if version.valid_from else ""
        print_text(f"{version.work} ({version.language}){since}: {counts}: dutybook diff {version.document[:8]}")
    if (more := len(report.changed) - _MOST_CHANGED) > 0:
        print_text(f"… and {count(more, 'more version')} with changes: dutybook diff ACT")
    for compared in report.compared[:_MOST_CHANGED]:
        whole = compared.same + len(compared.differences)
        print_text(
            f"{compared.document[:8]}: {compared.same:,} of {count(whole, 'provision')} are what the amending acts here make of the text before: "
            f"dutybook amended {compared.work} --against {compared.document[:8]}"
        )


@options.taking(reading=options.READING)
def extract(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    form: Annotated[str, typer.Option("--format", help="jsonl: one JSON object a document and line.")] = "jsonl",
    *,
    reading: dict[str, Any],
) -> None:
    """Print what is in files and folders as JSON lines; no database is used.

    A file that cannot be read gets a line too, with its reason, and so does one that is left out of a folder or archive,
    as no document (status “left out”).

    \b
    Example: dutybook extract act.pdf --format jsonl | jq '.norms[].quote'
    """
    from dutybook.pipeline import extraction
    from dutybook.pipeline.as_json import left_out_to_dict, to_line

    if form != "jsonl":
        raise BadFilter(f"{form!r} is no format of extract. There is: jsonl. For others, ingest and then export.")
    state: State = context.obj
    config, limits = options.settings(reading)
    unread = 0

    def problem(error: BadRequest) -> None:
        nonlocal unread
        unread += 1
        print_text(("not found: ", "bold red"), str(error), stderr=True)

    others: list[LeftOut] = []

    def note_left_out(other: LeftOut) -> None:
        others.append(other)
        sys.stdout.write(to_line(left_out_to_dict(other.source, other.reason)) + "\n")

    given = {name: reading[name] for name in ("workers", "password")}
    for document in extraction.extract(
        paths, **given, config=config, limits=limits, problem=problem, left_out=note_left_out
    ):
        sys.stdout.write(document.line + "\n")
        sys.stdout.flush()
        if document.status != "read":
            unread += 1
            print_text((f"{document.status}: ", "bold red"), f"{document.source}: {document.reason}", stderr=True)
        if state.debug and document.details:
            print_text(document.details, stderr=True)
    _print_left_out(others)
    raise typer.Exit(2 if unread else 0)


def draw_page(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF or a picture.")],
    page: Annotated[int, typer.Argument(metavar="PAGE", help="The page's number, from 1.", min=1)],
    target: Annotated[Path, typer.Argument(metavar="OUT.png", help="The picture to write.")],
    norm: Annotated[
        str | None, typer.Option("--norm", help="Mark the words of this norm of the register.", metavar="ID")
    ] = None,
    dpi: Annotated[float, typer.Option("--dpi", min=10, max=600, help="Dots an inch.")] = 110.0,
    password: options.Password = None,
) -> None:
    """Draw a page of a PDF or picture as PNG, to look at the evidence.

    \b
    Example: dutybook page-image act.pdf 33 page.png --norm 3fa9
    """
    from dutybook.layout.pictures import page_image
    from dutybook.pipeline.analyse import read
    from dutybook.records import Box

    boxes: list[Box] = []
    if norm is not None:
        with open_database(context) as register:
            kind, full = register.kind_of(norm)
            found = register.norm(full).norm if kind == "norms" else register.rejection(full)
            boxes = [Box(int(b["page"]), b["x0"], b["top"], b["x1"], b["bottom"]) for b in found.boxes]
    image = page_image(read(file), page, dpi=dpi, password=password, boxes=boxes)
    try:
        target.write_bytes(image)
    except OSError as error:
        raise BadRequest(f"{target} cannot be written ({error.strerror}): choose another place") from error
