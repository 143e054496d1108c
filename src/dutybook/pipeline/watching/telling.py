"""Alerts on what a run brought: collected from the register, then sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from dutybook.errors import DutybookError
from dutybook.pipeline.watching.report import RunReport
from dutybook.store import Register


def tell(register: Register, now: datetime, report: RunReport) -> None:
    """Collect and send what is due. What cannot be told now stays in the outbox, and is said."""
    from dutybook import alerts

    collect, send = getattr(alerts, "collect", None), getattr(alerts, "send", None)
    if collect is None or send is None:
        return
    try:
        _say(collect(register, now=now), report)
        _say(send(Path(register.path), now=now), report)
    except DutybookError as error:
        report.problems.append(f"alerts: {error}")


def _say(result: Any, report: RunReport) -> None:
    """A line of what alerts say of themselves, if they do."""
    for problem in getattr(result, "problems", ()):
        report.problems.append(f"alerts: {problem}")
    said = str(getattr(result, "line", "") or "")
    if said:
        report.alerts = f"{report.alerts}; {said}" if report.alerts else said
