"""``dutybook watch service``: configuration with which a machine runs the watches on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State

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


def command(
    context: typer.Context,
    every: Annotated[str, typer.Option("--every", help="How often it is asked what is due.", metavar="TIME")] = "15s",
) -> None:
    """Print a systemd unit, a timer and a cron line that run the watches of this database.

    Nothing is installed. Each watch still has its own --every; this says how often it is asked which are due, which costs next to
    nothing (cron and the timer ask once a minute at most).

    \b
    Example: dutybook watch service > ~/.config/systemd/user/dutybook-watch.service
    """
    from dutybook.cli.who import who
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
    import shlex

    # Cron takes a percent sign for the end of the line.
    line = shlex.join(run).replace("%", "\\%")
    typer.echo(_CRON.format(schedule=_schedule(seconds), command=line), nl=False)


def _program() -> str:
    """The path of this program, wherever it is installed."""
    import shutil
    import sys
    from pathlib import Path

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
