"""Watched sources: what is new there is fetched, read, compared and alerted on in one run."""

from __future__ import annotations

from dutybook.pipeline.watching.report import RunReport, Step, WatchReport
from dutybook.pipeline.watching.runner import run

__all__ = ["RunReport", "Step", "WatchReport", "run"]
