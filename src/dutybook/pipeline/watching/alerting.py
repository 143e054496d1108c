"""Alerts on what a run brought: collected from the register, then sent."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dutybook import alerts
from dutybook.errors import DutybookError
from dutybook.pipeline.watching.report import RunReport
from dutybook.store import Register


def send_alerts(register: Register, now: datetime, report: RunReport) -> None:
    """Collect and send what is due. What cannot be told now stays in the outbox, and is said."""
    try:
        collected = alerts.collect(register, now=now)
        report.problems += [f"alerts: {line}" for line in collected.problems]
        sent = alerts.send(Path(register.path), now=now)
        report.problems += [f"alerts: {line}" for line in sent.problems]
    except DutybookError as error:
        report.problems.append(f"alerts: {error}")
        return
    told = ((sent.sent, "sent"), (sent.waiting, "to be tried again"), (sent.dead, "given up"))
    said = [f"{number:,} {words}" for number, words in told if number]
    report.alerts = f"alerts: {', '.join(said)}" if said else ""
