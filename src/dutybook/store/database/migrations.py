"""Bringing a register to the current version: forward only, all missing steps in one transaction, a copy of the old file first."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dutybook.errors import RegisterUnwritable
from dutybook.store import schema
from dutybook.store.maintenance import copies

_LOG = logging.getLogger(__name__)

#: Set to 1, a register is brought up without a copy: for who has one and no space for another.
NO_COPY = "DUTYBOOK_MIGRATE_WITHOUT_COPY"

#: Step ``n`` (from 0) takes a register from version ``n`` to ``n + 1``. Steps are never edited once released.
STEPS: tuple[tuple[str, ...], ...] = (
    *(schema.V1, schema.V2, schema.V3, schema.V4, schema.V5, schema.V6, schema.V7, schema.V8, schema.V9, schema.V10),
)

#: The version this Dutybook writes, kept in ``PRAGMA user_version``.
CURRENT = len(STEPS)


def migrate(connection: sqlite3.Connection, path: Path | None = None) -> int:
    """Apply what is missing and return how many steps that was.

    The version is read again under the write lock, so two processes may open a new file at the same time. A register that
    has something in it is copied first, beside its file ``path``, under a name with its format and the time; the copy is
    the user's to delete.

    Raises:
        RegisterUnwritable: there is no space for the copy.
    """
    if _version(connection) >= CURRENT:
        return 0
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version < CURRENT:
            if version and path:
                _keep(path, version)
            with _editable(connection):
                for steps in STEPS[version:]:
                    for statement in steps:
                        connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {CURRENT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return max(0, CURRENT - version)


@contextmanager
def _editable(connection: sqlite3.Connection) -> Iterator[None]:
    """Inside, steps may take constraints out of the schema, which a connection that distrusts the file cannot."""
    if sys.version_info < (3, 12):
        yield
        return
    guarded = connection.getconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE)
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)
    try:
        yield
    finally:
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, guarded)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _keep(path: Path, version: int) -> None:
    """Copy the register as it is now. Ours is the only process that may write; a second connection reads."""
    if os.environ.get(NO_COPY) == "1":
        return
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{path.stem}.format-{version}.{now}"
    target = path.with_name(f"{name}{path.suffix}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{name}-{number}{path.suffix}")
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as reading:
            copies.copy(reading, target, thorough=False)
    except RegisterUnwritable as error:
        raise RegisterUnwritable(
            f"the database {path} has format {version} and is to be brought to format {CURRENT}; {error} Without a copy: "
            f"{NO_COPY}=1. Nothing was changed."
        ) from error
    _LOG.info("%s is brought from format %d to %d; as it was, it is kept in %s", path, version, CURRENT, target)
