"""Alerts: detects what has changed in the register, decides who asked for it, and sends each message exactly once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dutybook.alerts.collection import Collected
    from dutybook.alerts.sending import Sent
    from dutybook.store import Register


def collect(register: Register, *, now: datetime) -> Collected:
    """See :func:`dutybook.alerts.collection.collect`."""
    from dutybook.alerts import collection

    return collection.collect(register, now=now)


def send(register_path: str | Path, *, now: datetime, alert: str | None = None) -> Sent:
    """See :func:`dutybook.alerts.sending.send`."""
    from dutybook.alerts import sending

    return sending.send(register_path, now=now, alert=alert)


__all__ = ["collect", "send"]
