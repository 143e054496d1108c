"""Saved searches, what they find, and alerts on them with the channels that they tell."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadFilter, BadRequest, Conflict, NotFound
from dutybook.records.dates import utc_text
from dutybook.store.database.connection import immediate, translated, translates_errors
from dutybook.store.database.protocols import Connection
from dutybook.store.search.filters import Filters, where
from dutybook.store.sql import compose
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

ACTIVE, PAUSED = "active", "paused"


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with a name; ``reader`` is the language that results are shown in, empty: as they are. ``created`` is UTC, ISO.
    ``view`` is how the browser shows them: part of an address, empty for a list.

    ``broken`` says why it cannot be understood any more; it finds nothing then.
    """

    name: str
    filters: Filters
    reader: str = ""
    created: str = ""
    created_by: str = ""
    broken: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """Where an alert is told: ``kind`` of channel, ``target`` and ``options`` as the channel made them canonical, without secrets."""

    kind: str
    target: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert; columns as in the table ``alerts``. ``days`` are sorted, the longest first."""

    id: str
    name: str
    search: SavedSearch
    kinds: frozenset[str]
    days: tuple[int, ...]
    schedule: str
    zone: str
    reader: str
    state: str
    since: str
    collected: str
    problem: str
    created: str
    created_by: str
    channels: tuple[ChannelRow, ...] = ()


_FIELDS = {field.name for field in fields(Filters)} - {"words", "today"}
_ALERT = compose(
    """SELECT id, name, search, kinds, days, schedule, zone, reader, state, since, collected, problem, created, created_by
    FROM alerts"""
)
_ALERTS = compose("{alerts} ORDER BY name", alerts=_ALERT)
_ALERT_NAMED = compose("{alerts} WHERE name = ?1 OR id = ?1 ORDER BY name = ?1 DESC", alerts=_ALERT)


def filters_as_json(filters: Filters) -> str:
    """The filters of a search that are set, as JSON; its words are kept beside them."""
    plain = {name: value for name in sorted(_FIELDS) if (value := getattr(filters, name))}
    return json.dumps(plain, ensure_ascii=False, default=str, sort_keys=True)


def filters_of(words: str, text: str) -> Filters:
    """A search from its words and JSON.

    Raises:
        BadFilter: it holds what is no filter (a newer Dutybook wrote it, or somebody else).
    """
    given: Any = json.loads(text)
    if not isinstance(given, dict) or not set(given) <= _FIELDS:
        raise BadFilter("a saved search has filters that this Dutybook does not know: save it again")
    fields_of: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in given.items()}
    return Filters(words=words, **fields_of)


def save_search(register: Register, search: SavedSearch, *, now: datetime, by: str = "", anew: bool = False) -> None:
    """Keep a search under its name; ``anew`` puts it in place of one of the same name.

    Raises:
        BadRequest: the name is empty.
        Conflict: there is one of this name.
    """
    with translated(register.path), immediate(register._connection):
        put_search(register, search, now=now, by=by, anew=anew)


@translates_errors
def put_search(register: Register, search: SavedSearch, *, now: datetime, by: str = "", anew: bool = False) -> None:
    """Keep a search as :func:`save_search` does, within the caller's transaction."""
    check_name(search.name)
    row = (search.filters.words, filters_as_json(search.filters), search.reader, search.view)
    if anew:
        sql = "UPDATE saved_searches SET words = ?, filters = ?, reader = ?, view = ? WHERE name = ?"
        if register._connection.execute(sql, (*row, search.name)).rowcount:
            return
    try:
        register._connection.execute(
            "INSERT INTO saved_searches (name, words, filters, reader, view, created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (search.name, *row, utc_text(now), by),
        )
    except sqlite3.IntegrityError as error:
        raise Conflict(f"there is a saved search {search.name!r} already: take another name") from error


def check_name(name: str) -> None:
    """Raises BadRequest for a name that cannot be typed or shown."""
    if not name.strip() or name != name.strip() or len(name) > 80 or not name.isprintable():
        raise BadRequest(f"{name!r} is no name: give up to 80 printable characters")


def saved_search(register: Register, name: str) -> SavedSearch:
    """A saved search by its name.

    Raises:
        NotFound: there is none.
    """
    with translated(register.path):
        return _search(register._connection, name)


def _none_named(what: str, name: str, known: list[str]) -> str:
    return f"there is no {what} {name!r}. There are: {', '.join(known[:8]) or 'none yet'}.{did_you_mean(name, known)}"


def _search(connection: Connection, name: str) -> SavedSearch:
    row = connection.execute(
        "SELECT name, words, filters, reader, view, created, created_by FROM saved_searches WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        known = [str(r[0]) for r in connection.execute("SELECT name FROM saved_searches ORDER BY name")]
        raise NotFound(_none_named("saved search", name, known))
    name, words, filters, reader, view, created, by = row
    return SavedSearch(name, filters_of(words, filters), reader, created, by, view=view)


def saved_searches(register: Register) -> list[SavedSearch]:
    """All saved searches by name."""
    with translated(register.path):
        names = [r[0] for r in register._connection.execute("SELECT name FROM saved_searches ORDER BY name")]
        return [_search(register._connection, name) for name in names]


def forget_search(register: Register, name: str) -> None:
    """Remove a saved search.

    Raises:
        NotFound: there is none.
        Conflict: an alert rests on it.
    """
    with translated(register.path), immediate(register._connection):
        _search(register._connection, name)
        used = register._connection.execute("SELECT name FROM alerts WHERE search = ?", (name,)).fetchone()
        if used:
            raise Conflict(f"the alert {used[0]!r} rests on the saved search {name!r}: remove the alert first")
        register._connection.execute("DELETE FROM saved_searches WHERE name = ?", (name,))


def exist(register: Register) -> bool:
    """Whether there is any alert: all that storing documents pays where there is none."""
    return register._select_first("SELECT 1 FROM alerts LIMIT 1") is not None


@translates_errors
def put_alert(register: Register, alert: AlertRow) -> None:
    """Store an alert and its channels within the caller's transaction; its search is there already.

    Raises:
        Conflict: there is one of this name.
    """
    try:
        register._connection.execute(
            "INSERT INTO alerts (id, name, search, kinds, days, schedule, zone, reader, state, since, collected, problem,"
            " created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(alert.id, alert.name, alert.search.name, " ".join(sorted(alert.kinds))),
                *(" ".join(map(str, alert.days)), alert.schedule, alert.zone, alert.reader, alert.state, alert.since),
                *(alert.collected, alert.problem, alert.created, alert.created_by),
            ),
        )
    except sqlite3.IntegrityError as error:
        raise Conflict(
            f"there is an alert {alert.name!r} already: dutybook alerts remove it, or take another name"
        ) from error
    register._connection.executemany(
        "INSERT INTO alert_channels (alert, position, kind, target, options) VALUES (?, ?, ?, ?, ?)",
        [
            (alert.id, position, c.kind, c.target, json.dumps(dict(c.options), sort_keys=True))
            for position, c in enumerate(alert.channels)
        ],
    )


def new_id() -> str:
    """An id for an alert: no other register has the same, since receivers tell messages apart by it."""
    return secrets.token_hex(8)


def all_alerts(register: Register) -> list[AlertRow]:
    """All alerts by name. One whose search cannot be understood any more says so in ``problem`` and matches nothing."""
    with translated(register.path):
        return [_alert(register._connection, row) for row in register._connection.execute(_ALERTS).fetchall()]


def alert_named(register: Register, name: str) -> AlertRow:
    """An alert by its name or the beginning of its id.

    Raises:
        NotFound: there is none.
    """
    with translated(register.path):
        row = register._connection.execute(_ALERT_NAMED, (name,)).fetchone()
        if row is None:
            known = [str(r[0]) for r in register._connection.execute("SELECT name FROM alerts ORDER BY name")]
            raise NotFound(_none_named("alert", name, known))
        return _alert(register._connection, row)


def _alert(connection: Connection, row: tuple[Any, ...]) -> AlertRow:
    (identity, name, search, kinds, days, *rest) = row
    channels = connection.execute(
        "SELECT kind, target, options FROM alert_channels WHERE alert = ? ORDER BY position", (identity,)
    )
    wrong = ""
    try:
        found = _search(connection, search)
    except (BadFilter, ValueError) as error:
        wrong, found = str(error), SavedSearch(search, Filters(words="*"), broken=str(error))
    channel_rows = tuple(ChannelRow(kind, target, json.loads(options)) for kind, target, options in channels.fetchall())
    values: list[Any] = [identity, name, found, frozenset(kinds.split()), tuple(int(day) for day in days.split())]
    made = AlertRow(*(*values, *rest, channel_rows))
    return replace(made, problem=wrong) if wrong else made


def change_state(register: Register, alert: str, state: str, since: str | None = None) -> None:
    """Pause or resume an alert (full id); with ``since`` (UTC, ISO) nothing from before is told."""
    with translated(register.path), immediate(register._connection):
        register._connection.execute(
            "UPDATE alerts SET state = ?, since = coalesce(?, since) WHERE id = ?", (state, since, alert)
        )


def forget_alert(register: Register, alert: AlertRow) -> None:
    """Remove an alert with all that waits for it, and its search where that has the alert's name and nobody else uses it."""
    with translated(register.path), immediate(register._connection):
        register._connection.execute("DELETE FROM alerts WHERE id = ?", (alert.id,))
        register._connection.execute(
            "DELETE FROM saved_searches WHERE name = ?1 AND name = ?2 AND NOT EXISTS (SELECT 1 FROM alerts WHERE search = ?1)",
            (alert.search.name, alert.name),
        )


@translates_errors
def note_collected(register: Register, alerts: Iterable[tuple[str, str]], now: datetime) -> None:
    """Note within the caller's transaction that alerts (id and problem) were looked for."""
    register._connection.executemany(
        "UPDATE alerts SET collected = ?, problem = ? WHERE id = ?",
        [(utc_text(now), problem, alert) for alert, problem in alerts],
    )


def rename_search(register: Register, name: str, new: str) -> None:
    """Give a saved search another name; alerts on it follow.

    Raises:
        NotFound: there is none of the name.
        BadRequest: the new name is none, or taken.
    """
    check_name(new)
    if new == name:
        return
    with translated(register.path), immediate(register._connection):
        run = register._connection.execute
        try:
            done = run(
                "INSERT INTO saved_searches (name, words, filters, reader, view, created, created_by)"
                " SELECT ?, words, filters, reader, view, created, created_by FROM saved_searches WHERE name = ?",
                (new, name),
            )
        except sqlite3.IntegrityError as error:
            raise BadRequest(f"there is a saved search {new!r} already: take another name") from error
        if not done.rowcount:
            raise NotFound(f"there is no saved search {name!r}")
        run("UPDATE alerts SET search = ? WHERE search = ?", (new, name))
        run("DELETE FROM saved_searches WHERE name = ?", (name,))


def names(register: Register) -> list[str]:
    """Names of all saved searches, sorted."""
    return [row[0] for row in register._select("SELECT name FROM saved_searches ORDER BY name")]


def resting(register: Register) -> dict[str, list[str]]:
    """By the name of a search the names of alerts that rest on it."""
    found: dict[str, list[str]] = {}
    for search, alert in register._select("SELECT search, name FROM alerts ORDER BY name"):
        found.setdefault(search, []).append(alert)
    return found


def found_by(register: Register, filters: Filters, limit: int) -> list[str]:
    """Identities of what a search finds by its words and filters: a norm in several versions or languages is one. So many at most.

    Raises:
        BadFilter: the search cannot be meant.
    """
    register.check_filters(filters)
    passing, values = where(filters)
    sql = compose(
        """SELECT DISTINCT f.identity FROM norms n JOIN norm_facets f ON f.row = n.row
        JOIN documents d ON d.id = n.document WHERE {passing} LIMIT ?""",
        passing=passing,
    )
    return [row[0] for row in register._select(sql, *values, limit)]
