"""Objects that people keep beside the norms, such as controls: one row each, and every change a row of the chained history.

What is stored and what a replay of the history gives come from :func:`apply_row` alike, as for the records of norms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dutybook.errors import ChangedSince, Defect
from dutybook.records import content_id
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history
from dutybook.store.judgements.history import COLUMNS, Entry, HistoryRow
from dutybook.store.sql import compose, insert_into, join, name, names

if TYPE_CHECKING:
    from dutybook.store.register import Register

ADDED, REMOVED = "added", "removed"
#: Rows that say of an object that it was linked to another, or unlinked; the link has a table of its own.
LINKING = ("linked", "unlinked")
#: What a row of the history says of an object by its own columns.
_LAST = ("revision", "changed", "changed_by")


@dataclass(frozen=True, slots=True)
class Item:
    """What all objects have: ``revision``, ``changed`` (UTC) and ``changed_by`` are number, time and author of the last change."""

    id: str
    revision: int = 0
    changed: str = ""
    changed_by: str = ""


T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True)
class ItemTable(Generic[T]):
    """The table of one kind of objects. Its columns are the fields of ``make``."""

    kind: str
    table: str
    make: type[T]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self.make))

    def add(self, connection: Connection, values: Mapping[str, Any], *, by: str, at: str) -> T:
        """Make an object in the caller's transaction. Fields that are not given are empty."""
        length = connection.execute("SELECT rows FROM history_head").fetchone()[0]
        identity = content_id(self.kind, length, at, by, json.dumps(dict(values), sort_keys=True))
        values_json = json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
        return self._write(
            connection, self.make(identity), [_entry(identity, by, at, ADDED, self.kind, None, values_json)]
        )

    def change(
        self, connection: Connection, item: T, values: Mapping[str, Any], *, by: str, at: str, why: str = ""
    ) -> T:
        """Set fields of an object in the caller's transaction; what has the value already stays as it is."""
        entries = [
            _entry(item.id, by, at, "set", field, str(old), str(new), why)
            for field, new in values.items()
            if (old := getattr(item, field)) != new
        ]
        return self._write(connection, item, entries) if entries else item

    def link(self, connection: Connection, item: T, other: tuple[str, str], *, there: bool, by: str, at: str) -> T:
        """Note in the history that an object was linked to another (its kind and id), or unlinked."""
        field, identity = other
        values = (None, identity) if there else (identity, None)
        return self._write(connection, item, [_entry(item.id, by, at, LINKING[not there], field, *values)])

    def remove(self, connection: Connection, item: T, called: str, *, by: str, at: str, why: str = "") -> None:
        """Take an object out of its table in the caller's transaction. Its history stays, with what it was called."""
        history.append(connection, [_entry(item.id, by, at, REMOVED, self.kind, called, None, why)])
        connection.execute(compose("DELETE FROM {table} WHERE id = ?", table=name(self.table)), (item.id,))

    def _write(self, connection: Connection, item: T, entries: list[Entry]) -> T:
        for row in history.append(connection, entries):
            item = apply_row(item, row)
        placed = compose(
            "{insert} ON CONFLICT (id) DO UPDATE SET {settings}",
            insert=insert_into(self.table, self.columns),
            settings=join(", ", (compose("{c} = excluded.{c}", c=name(column)) for column in self.columns)),
        )
        connection.execute(placed, [getattr(item, column) for column in self.columns])
        return item

    def load(self, connection: Connection, ids: Iterable[str]) -> dict[str, T]:
        """Objects by their ids, in the order of these."""
        wanted = list(dict.fromkeys(ids))
        sql = compose(
            "SELECT {columns} FROM {table} WHERE id IN (SELECT value FROM json_each(?))",
            columns=names(self.columns),
            table=name(self.table),
        )
        found = {row[0]: self._made(row) for row in connection.execute(sql, (json.dumps(wanted),))}
        return {identity: found[identity] for identity in wanted if identity in found}

    def _made(self, row: Iterable[Any]) -> T:
        return self.make(**dict(zip(self.columns, row, strict=True)))

    def problems(self, connection: Connection) -> Iterator[str]:
        """Where the table and the history disagree, a line each, twenty at most."""
        yield from islice(self._unequal(connection), 20)

    def _unequal(self, connection: Connection) -> Iterator[str]:
        sql = compose(
            """SELECT {columns} FROM history WHERE review = '' AND item IN
            (SELECT item FROM history WHERE review = '' AND item <> '' AND action = ? AND field = ?) ORDER BY item, seq""",
            columns=names(COLUMNS),
        )
        rows = [HistoryRow(*row) for row in connection.execute(sql, (ADDED, self.kind))]
        known = set()
        for identity, own in groupby(rows, key=lambda row: row.item):
            known.add(identity)
            replayed: T | None = self.make(identity)
            try:
                for row in own:
                    replayed = None if row.action == REMOVED or replayed is None else apply_row(replayed, row)
            except (Defect, ValueError, TypeError):
                yield f"history: the rows of the {self.kind} {identity} cannot be replayed"
                continue
            if self.load(connection, [identity]).get(identity) != replayed:
                yield f"{self.table}: {identity} is not what its history says"
        stored = connection.execute(compose("SELECT id FROM {table}", table=name(self.table))).fetchall()
        if extra := len({row[0] for row in stored} - known):
            yield f"{self.table}: {extra} have no history"


def apply_row(item: T, row: HistoryRow) -> T:
    """The object after one more row of its history.

    Raises:
        Defect: the row has an action or a field that there is not.
    """
    known = {field.name for field in fields(item)} - {"id", *_LAST}
    if row.action in LINKING:
        return replace(item, revision=row.seq, changed=row.at, changed_by=row.by)
    values = json.loads(row.new or "{}") if row.action == ADDED else {row.field: row.new}
    if row.action not in (ADDED, "set") or not set(values) <= known:
        raise Defect(f"the history has a row of an unknown kind ({row.action}, {row.field}). Please report this.")
    typed = {field: type(getattr(item, field))(value) for field, value in values.items()}
    return replace(item, **typed, revision=row.seq, changed=row.at, changed_by=row.by)


def given_values(change: Any) -> dict[str, Any]:
    """The fields of a change (a dataclass) that are not None, texts without blanks around them."""
    given = {field.name: getattr(change, field.name) for field in fields(change)}
    return {key: v.strip() if isinstance(v, str) else v for key, v in given.items() if v is not None}


def item_history(register: Register, identity: str) -> list[HistoryRow]:
    """The changes of an object (full id) and of its links, in order."""
    with translated(register.path):
        return list(history.read(register._connection, item=identity))


def check_unchanged(item: Item, revision: int | None) -> None:
    """Raises ChangedSince where somebody changed an object after a revision that was read; None: it does not matter."""
    if revision is not None and item.revision != revision:
        raise ChangedSince(
            f"it was changed since, so nothing was written ({item.changed_by} at {item.changed}). Look at it and say it again."
        )


def _entry(
    item: str, by: str, at: str, action: str, field: str, old: str | None, new: str | None, why: str = ""
) -> Entry:
    return Entry(at, by, "", "", "", action, field, old, new, why, item=item)
