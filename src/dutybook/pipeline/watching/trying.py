"""What a watch would bring, before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from dutybook.ingest.fetching import Manners, PoliteFetcher
from dutybook.ingest.sources import known
from dutybook.pipeline.watching import running
from dutybook.pipeline.watching.adding import canonical
from dutybook.pipeline.watching.gathering import Clock
from dutybook.pipeline.watching.report import WatchReport
from dutybook.store import open_register
from dutybook.store.watches.watches import Watch


def look(
    database: str | Path,
    kind: str,
    target: str,
    *,
    options: Mapping[str, Any],
    allow_private: bool = False,
    clock: Clock = running.now,
    fetcher: Callable[[Manners], PoliteFetcher] | None = None,
) -> WatchReport:
    """Ask a source what it has, as a first run of a watch on it would. Nothing is kept.

    Raises:
        BadRequest: it cannot be watched so.
        RegisterError: the database cannot be used.
    """
    checked, manners, where = canonical(kind, target, options, allow_private=allow_private)
    # No watch has this number, so nothing of it is known.
    watch = Watch(
        id=0,
        name=kind,
        kind=kind,
        target=where,
        options=checked,
        manners=manners,
        reading={},
        every=known.every(known.source_of(kind)),
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
        return running.look(register, watch, clock=clock, fetcher=fetcher or PoliteFetcher)
