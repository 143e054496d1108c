"""``dutybook watch run`` and ``service``: looking at the watches that are due, once or all the time."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import State, who
from dutybook.cli.output import console, count, print_text, printable, shorten
from dutybook.errors import BadRequest, DutybookError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dutybook.pipeline.watching import RunReport, Step, WatchReport


_READING = ("workers", "password", "time_limit", "memory_limit")
_MOST_WANTED = 50
# A service that finds nothing due looks after alerts so often (their hours come), and says once an hour that it lives.
_TELL_AGAIN, _LOG_AGAIN = 60.0, 3600.0
_UNIT = """# ~/.config/systemd/user/dutybook-watch.service
#   systemctl --user daemon-reload && systemctl --user enable --now dutybook-watch.service
#   loginctl enable-linger {user}     (it then runs also while nobody is logged in)
[Unit]
Description=Dutybook watches sources for {database}

[Service]
# Passwords and tokens that watches and alerts name as env:NAME, a line NAME=VALUE each; only you should be able to read it.
EnvironmentFile=-%h/.config/dutybook.env
ExecStart={command} watch run --every {every}
Restart=on-failure
RestartSec=60
Nice=10
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
_TIMER = """# Or, in place of a service that keeps running, a timer: ~/.config/systemd/user/dutybook-watch-once.service
[Unit]
Description=Dutybook looks at the sources of {database} that are due

[Service]
Type=oneshot
EnvironmentFile=-%h/.config/dutybook.env
ExecStart={command} watch run
# Something could not be had: it is listed, and tried again.
SuccessExitStatus=2

# ~/.config/systemd/user/dutybook-watch-once.timer
#   systemctl --user daemon-reload && systemctl --user enable --now dutybook-watch-once.timer
[Unit]
Description=Dutybook looks at its sources

[Timer]
OnBootSec=2min
OnUnitActiveSec={every}
RandomizedDelaySec=15

[Install]
WantedBy=timers.target
"""
_CRON = """# Or a line for cron (crontab -e); cron mails what it prints:
{schedule} {command} watch run >/dev/null
"""


@options.taking(reading={name: options.READING[name] for name in _READING})
def run(
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
    from dutybook.pipeline import watching
    from dutybook.pipeline.reading import ReadingOptions

    state: State = context.obj
    how = ReadingOptions(reading["workers"], reading["password"], options.process_limits(reading))

    def look(tell_idle: bool) -> RunReport:
        wanted = watching.RunOptions(dry_run=dry_run, again=again, tell_idle=tell_idle)
        with _showing() as show:
            return watching.run(state.database, names or [], wanted, reading=how, progress=show)

    if every is None:
        report = look(True)
        _print_report(report, state)
        raise typer.Exit(report.exit_code)
    if dry_run or names:
        raise BadRequest("--every looks at all watches that are due: leave names and --dry-run out")
    _serve(state, every, look)


def _serve(state: State, every: str, look: Callable[[bool], RunReport]) -> None:
    from dutybook.pipeline.watching.definition import LEAST_FOLDER, parse_interval
    from dutybook.pipeline.watching.runner import serve

    seconds = parse_interval(every, LEAST_FOLDER)
    reported = logged = float("-inf")

    def once() -> None:
        nonlocal reported, logged
        idle = time.monotonic() - reported >= _TELL_AGAIN
        try:
            report = look(idle)
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
    serve(once, seconds)
    _log("stopped")


def _log(line: str) -> None:
    """Print a line with the time at once, since the log of a service is read while it runs."""

    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z {printable(line)}", flush=True)


@contextmanager
def _showing() -> Iterator[Callable[[Step], None]]:
    """A line on a terminal that shows the current step."""
    errors = console(stderr=True)
    if not errors.is_terminal:
        yield lambda step: None  # noqa: ARG005
        return
    with errors.status("") as status:

        def show(step: Step) -> None:
            of = f" {step.done + 1}/{step.total}" if step.total else ""
            status.update(printable(f"{step.doing}{of} {step.watch} {shorten(step.what, 80)}"))

        yield show


def _print_report(report: RunReport, state: State) -> None:

    for line in _problems(report):
        print_text(("not done: ", "bold red"), line, stderr=True)
    if state.debug:
        for ingest in report.ingests:
            for details in ingest.details:
                print_text(details, stderr=True)
    for watch in report.watches:
        print_text((watch.name, "bold"), f": {_describe_run(watch)}")
        for title, url in watch.wanted[:_MOST_WANTED]:
            print_text(f"  would look at {title}" + (f" ({url})" if url != title else ""))
        if (more := len(watch.wanted) - _MOST_WANTED) > 0:
            print_text(f"  … and {more:,} more")
    print_text(_line(report))


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
    parts = [
        f"{watch.listed:,} listed, {watch.new:,} new, {watch.changed:,} changed",
        f"{watch.gone:,} gone" if watch.gone else "",
        f"{watch.files:,} fetched" if watch.files else "",
        f"{watch.read:,} read" if watch.read or watch.unread else "",
        f"{watch.unread:,} unread" if watch.unread else "",
    ]
    return ", ".join(part for part in parts if part)


def _line(report: RunReport) -> str:
    """The report of a run in one line."""

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


def print_service(
    context: typer.Context,
    every: Annotated[str, typer.Option("--every", help="How often it is asked what is due.", metavar="TIME")] = "15s",
) -> None:
    """Print a systemd unit, a timer and a cron line that run the watches of this database.

    Nothing is installed. Each watch still has its own --every; this says how often it is asked which are due, which costs next to
    nothing (cron and the timer ask once a minute at most).

    \b
    Example: dutybook watch service > ~/.config/systemd/user/dutybook-watch.service
    """
    from dutybook.pipeline.watching.definition import LEAST_FOLDER, parse_interval

    state: State = context.obj
    database = state.database.absolute()
    seconds = parse_interval(every, LEAST_FOLDER)
    values = {
        "user": who(None),
        "database": str(database).replace("%", "%%"),
        "every": f"{max(1, round(seconds / 60))}min",
    }
    run = [_program(), "--database", str(database)]
    unit = " ".join(_quoted(word).replace("%", "%%") for word in run)
    typer.echo(_UNIT.format(**values | {"every": every}, command=unit))
    typer.echo(_TIMER.format(**values, command=unit))
    # Cron takes a percent sign for the end of the line.
    line = shlex.join(run).replace("%", "\\%")
    typer.echo(_CRON.format(schedule=_schedule(seconds), command=line), nl=False)


def _program() -> str:
    """The path of this program, wherever it is installed."""
    installed = Path(sys.executable).with_name("dutybook")
    return str(installed) if installed.exists() else shutil.which("dutybook") or "dutybook"


def _quoted(word: str) -> str:
    """A word for a unit file."""
    safe = all(sign.isalnum() or sign in "/._-+:@%" for sign in word)
    return word if safe else '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _schedule(seconds: int) -> str:
    """The schedule for cron, approximately that often."""
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return f"*/{minutes} * * * *" if minutes > 1 else "* * * * *"
    hours = max(1, round(minutes / 60))
    return f"7 */{hours} * * *" if 1 < hours < 24 else ("7 * * * *" if hours == 1 else "7 6 * * *")
