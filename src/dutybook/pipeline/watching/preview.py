"""What a watch would bring, before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dutybook.ingest.fetching import FetchPolicy, PoliteFetcher
from dutybook.ingest.sources import registry
from dutybook.pipeline.watching import runner
from dutybook.pipeline.watching.definition import check_watch
from dutybook.pipeline.watching.item_fetcher import Clock
from dutybook.pipeline.watching.report import WatchReport
from dutybook.store import open_register
from dutybook.store.watches.watches import Watch


def preview_watch(
    database: str | Path,
    kind: str,
    target: str,
    *,
    options: Mapping[str, Any],
    allow_private: bool = False,
    clock: Clock = runner.current_time,
    fetcher: Callable[[FetchPolicy], PoliteFetcher] | None = None,
) -> WatchReport:
    """Ask a source what it has, as a first run of a watch on it would. Nothing is kept.

    Raises:
        BadRequest: it cannot be watched so.
        RegisterError: the database cannot be used.
    """
    checked, manners, where = check_watch(kind, target, options, allow_private=allow_private)
    # No watch has this number, so nothing of it is known.
    watch = Watch(
        id=0,
        name=kind,
        kind=kind,
        target=where,
        options=checked,
        manners=manners,
        reading={},
        every=registry.default_interval(registry.source_of(kind)),
        paused=False,
        created="",
        created_by="",
        cursor={},
        last_run=None,
        last_ok=None,
        error="",
        failures=0,
        not_before=None,
        holder=None,
        held_until=None,
    )
    with open_register(database, create=False, read_only=True) as register:
        return runner.list_new_items(register, watch, clock=clock, fetcher=fetcher or PoliteFetcher)
