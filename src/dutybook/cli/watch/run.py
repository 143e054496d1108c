"""``dutybook watch run``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dutybook.cli.app import State
    from dutybook.pipeline.watching import RunReport, Step, WatchReport

_READING = {name: options.READING[name] for name in ("workers", "password", "time_limit", "memory_limit")}
_MOST_WANTED = 50
# A service that finds nothing due looks after alerts so often (their hours come), and says once an hour that it lives.
_TELL_AGAIN, _LOG_AGAIN = 60.0, 3600.0


@options.taking(_READING)
def command(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Watches; those that are due if left out.")
    ] = None,
    every: Annotated[
        str | None,
        typer.Option("--every", help="Go on as a service, and look so often what is due: 15s.", metavar="TIME"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be fetched.")] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Also try once more what was given up, and read once more what could not be read."
        ),
    ] = False,
    *,
    reading: dict[str, Any],
) -> None:
    """Look at the watches that are due: fetch, read, compare, alert.

    What failed is listed and stops nothing (exit code 2). A run that was cut off goes on with the next one; several at once
    do nothing twice. As a service it ends cleanly on SIGTERM and Ctrl-C; “dutybook watch service” prints what systemd needs.

    \b
    Example: dutybook watch run
    Example: dutybook watch run feed-authority-example --dry-run
    Example: dutybook watch run --every 15s
    """
    from dutybook.errors import BadRequest

    if every is None:
        report = _once(context.obj, names or [], reading, dry_run=dry_run, again=again)
        _tell(report, context.obj)
        raise typer.Exit(report.exit_code)
    if dry_run or names:
        raise BadRequest("--every looks at all watches that are due: leave names and --dry-run out")
    _serve(context.obj, every, reading, again=again)


def _once(
    state: State,
    names: list[str],
    reading: dict[str, Any],
    *,
    dry_run: bool = False,
    again: bool = False,
    tell_idle: bool = True,
) -> RunReport:
    from dutybook.pipeline import watching
    from dutybook.pipeline.batch import ReadingOptions
    from dutybook.pipeline.pool import Limits

    limits = Limits(seconds=reading["time_limit"], memory=int(reading["memory_limit"] * 2**30))
    with _showing() as show:
        return watching.run(
            state.database,
            names,
            watching.RunOptions(dry_run=dry_run, again=again, tell_idle=tell_idle),
            reading=ReadingOptions(reading["workers"], reading["password"], limits),
            progress=show,
        )


def _serve(state: State, every: str, reading: dict[str, Any], *, again: bool) -> None:
    import time

    from dutybook.errors import DutybookError, NotFound
    from dutybook.pipeline.watching.definition import LEAST_FOLDER, parse_interval
    from dutybook.pipeline.watching.runner import Service

    seconds = parse_interval(every, LEAST_FOLDER)

    reported = logged = float("-inf")

    def once() -> None:
        nonlocal reported, logged
        idle = time.monotonic() - reported >= _TELL_AGAIN
        try:
            report = _once(state, [], reading, again=again, tell_idle=idle)
        except NotFound:
            raise
        except DutybookError as error:
            # The disk may be full, or another process busy, for a while.
            _log(f"nothing was done: {error}")
            return
        if idle or report.watches:
            reported = time.monotonic()
        for line in _problems(report):
            _log(line)
        happened = report.exit_code or report.alerts or any(w.files or w.gone for w in report.watches)
        if happened or time.monotonic() - logged >= _LOG_AGAIN:
            logged = time.monotonic()
            _log(_line(report))

    _log(f"watching with {state.database}, every {every}")
    Service(once, seconds).run()
    _log("stopped")


def _log(line: str) -> None:
    """Print a line with the time at once, since the log of a service is read while it runs."""
    from datetime import UTC, datetime

    from dutybook.cli.output import printable

    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z {printable(line)}", flush=True)


def _showing() -> Any:
    """A line on a terminal that shows the current step."""
    from contextlib import contextmanager

    from dutybook.cli.output import console, printable, shorten

    @contextmanager
    def showing() -> Iterator[Callable[[Step], None]]:
        errors = console(stderr=True)
        if not errors.is_terminal:
            yield lambda step: None  # noqa: ARG005
            return
        with errors.status("") as status:

            def show(step: Step) -> None:
                of = f" {step.done + 1}/{step.total}" if step.total else ""
                status.update(printable(f"{step.doing}{of} {step.watch} {shorten(step.what, 80)}"))

            yield show

    return showing()


def _tell(report: RunReport, state: State) -> None:
    from dutybook.cli.output import console, text

    out, errors = console(), console(stderr=True)
    for line in _problems(report):
        errors.print(text(("not done: ", "bold red"), line))
    if state.debug:
        for ingest in report.ingests:
            for details in ingest.details:
                errors.print(text(details))
    for watch in report.watches:
        out.print(text((watch.name, "bold"), f": {_describe_run(watch)}"))
        for title, url in watch.wanted[:_MOST_WANTED]:
            out.print(text(f"  would look at {title}" + (f" ({url})" if url != title else "")))
        if (more := len(watch.wanted) - _MOST_WANTED) > 0:
            out.print(text(f"  … and {more:,} more"))
    out.print(text(_line(report)))


def _problems(report: RunReport) -> list[str]:
    lines = []
    for watch in report.watches:
        lines += [f"{watch.name}: {line}" for line in ([watch.error] if watch.error else []) + watch.problems]
    return lines + report.problems


def _describe_run(watch: WatchReport) -> str:
    if watch.busy:
        return "another run is at it"
    if watch.error and not watch.listed:
        return "could not be had"
    parts = [f"{watch.listed:,} listed", f"{watch.new:,} new", f"{watch.changed:,} changed"]
    if watch.gone:
        parts.append(f"{watch.gone:,} gone")
    if watch.files:
        parts.append(f"{watch.files:,} fetched")
    if watch.read or watch.unread:
        parts.append(f"{watch.read:,} read")
    if watch.unread:
        parts.append(f"{watch.unread:,} unread")
    return ", ".join(parts)


def _line(report: RunReport) -> str:
    """The report of a run in one line."""
    from dutybook.cli.output import count

    looked = [watch for watch in report.watches if not watch.busy]
    norms = sum(ingest.norms for ingest in report.ingests)
    parts = [
        f"{count(len(looked), 'watch', 'watches')} looked at",
        f"{report.resting:,} not due" if report.resting else "",
        f"{sum(watch.read for watch in looked):,} read",
        f"{sum(watch.unread for watch in looked):,} unread" if any(watch.unread for watch in looked) else "",
        f"{count(norms, 'norm')} found" if norms else "",
        report.alerts,
        f"{count(len(_problems(report)), 'problem')}" if _problems(report) else "",
    ]
    return f"{', '.join(part for part in parts if part)} ({report.seconds:.1f} s)"
