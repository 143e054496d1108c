"""Watches: one run fetches what is new at each source, ingests it, compares it with the register, and sends alerts."""

from __future__ import annotations

from dutybook.pipeline.watching.item_fetcher import RunReport, Step, WatchReport
from dutybook.pipeline.watching.runner import RunOptions, run

__all__ = ["RunOptions", "RunReport", "Step", "WatchReport", "run"]
