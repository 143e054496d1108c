"""Remembers what each person saw last: when they were here, when they read their notices, and what each saved search found then.

It is kept in files next to the database, since it is personal and not part of the register.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.requests import Request

from dutybook.database_address import DatabaseName
from dutybook.errors import DutybookError
from dutybook.store import Register
from dutybook.store.accounts import people
from dutybook.store.alerts import outbox
from dutybook.store.judgements.mentions import Mention, mentions_of
from dutybook.web.access import Person, Role
from dutybook.web.request_values import reading

#: Somebody who never read notices gets those of this many days.
FIRST = timedelta(days=14)
#: So many findings of a search are remembered one by one.
MOST = 5000
_SIGNS = 10
#: Somebody who comes back later than this makes another visit.
_VISIT = timedelta(minutes=30)


class LastSeen:
    """Keeps one private file for each person. If a file cannot be written, nothing is remembered."""

    def __init__(self, database: DatabaseName) -> None:
        self._root: Path = database.absolute().with_name(f"{database.stem}.seen")
        self._lock = Lock()

    def notices(self, person: str, now: datetime) -> datetime:
        """The time until which a person has seen notices."""
        with contextlib.suppress(ValueError, TypeError):
            return datetime.fromisoformat(self._read(person)["notices"]).astimezone(UTC)
        return now - FIRST

    def see_notices(self, person: str, now: datetime) -> None:
        with self._lock:
            self._write(person, self._read(person) | {"notices": now.isoformat(timespec="milliseconds")})

    def visit(self, person: str, now: datetime) -> datetime | None:
        """Remember that the person is here. Returns when their visit before this one ended; None in their first."""
        with self._lock:
            stored = self._read(person)
            before, last = self._visits(stored)
            if last is not None and now - last > _VISIT:
                before = last
            kept = [at.isoformat(timespec="seconds") if at else None for at in (before, now)]
            self._write(person, stored | {"visits": kept})
        return before

    @staticmethod
    def _visits(stored: dict[str, Any]) -> tuple[datetime | None, datetime | None]:
        """When the visit before the last one ended, and when the person was here last."""
        try:
            before, last = (datetime.fromisoformat(at).astimezone(UTC) if at else None for at in stored["visits"])
        except (ValueError, TypeError):
            return None, None
        return before, last

    def new(self, person: str, search: str, found: Iterable[str]) -> tuple[int | None, str]:
        """How many findings are new since the person last opened the search, and when that was; None if never."""
        known = self._read(person)["searches"].get(search)
        if not isinstance(known, dict):
            return None, ""
        there = set(known.get("found", ()))
        return sum(1 for one in found if _short(one) not in there), str(known.get("at", ""))

    def see(self, person: str, search: str, found: Iterable[str], now: datetime) -> None:
        """Remember that the person has seen what a search finds."""
        with self._lock:
            stored = self._read(person)
            kept = {"at": now.isoformat(timespec="seconds"), "found": sorted({_short(one) for one in found})[:MOST]}
            self._write(person, stored | {"searches": stored["searches"] | {search: kept}})

    def rename(self, person: str, search: str, new: str | None) -> None:
        """Follow a saved search to its new name, or forget it if it was removed."""
        with self._lock:
            stored = self._read(person)
            known = stored["searches"].pop(search, None)
            if known and new:
                stored["searches"][new] = known
            if known:
                self._write(person, stored)

    def _path(self, person: str) -> Path:
        return self._root / f"{hashlib.sha256(person.encode('utf-8', 'replace')).hexdigest()[:24]}.json"

    def _read(self, person: str) -> dict[str, Any]:
        found: Any = None
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._path(person).read_bytes())
        found = found if isinstance(found, dict) else {}
        searches = found.get("searches")
        return {
            "notices": found.get("notices"),
            "visits": found.get("visits"),
            "searches": searches if isinstance(searches, dict) else {},
        }

    def _write(self, person: str, stored: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._root.mkdir(mode=0o700, exist_ok=True)
            handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=self._root)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(stored, file)
            os.replace(part, self._path(person))


def _short(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:_SIGNS]


def mentions_for(request: Request, register: Register, since: datetime | None = None) -> list[Mention]:
    """The notes in which the person who asks is mentioned, the latest first."""
    person: Person = request.state.person
    door = request.app.state.access

    def names() -> Iterator[str]:
        if door.several:
            yield from (one.name for one in people.people(door.accounts))

    moment = since.isoformat(timespec="seconds") if since else ""
    return mentions_of(register, person.name, names(), since=moment)


def count_unseen(request: Request) -> int:
    """How many notices and mentions came since the person last read them; 0 if counting fails."""
    person: Person | None = getattr(request.state, "person", None)
    seen: LastSeen | None = getattr(request.app.state, "last_seen", None)
    if person is None or seen is None or request.url.path in ("/notices", "/mentions"):
        return 0
    since = seen.notices(person.name, datetime.now(UTC))
    try:
        with reading(request) as register:
            noticed = outbox.number_since(register, since) if person.role >= Role.EDITOR else 0
            return noticed + len(mentions_for(request, register, since))
    except DutybookError:
        return 0
