"""Bringing a register to the current version: forward only, one transaction a step."""

from __future__ import annotations

import sqlite3

from dutybook.store import schema

#: Step ``n`` (from 0) takes a register from version ``n`` to ``n + 1``. Steps are never edited once released.
STEPS: tuple[tuple[str, ...], ...] = (schema.V1, schema.V2, schema.V3, schema.V4, schema.V5, schema.V6, schema.V7)

#: The version this Dutybook writes, kept in ``PRAGMA user_version``.
CURRENT = len(STEPS)


def migrate(connection: sqlite3.Connection) -> int:
    """Apply what is missing and return how many steps that was.

    The version is read again under the write lock, so two processes may open a new file at the same time.
    """
    applied = 0
    while connection.execute("PRAGMA user_version").fetchone()[0] < CURRENT:
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version >= CURRENT:
                connection.execute("ROLLBACK")
                break
            for statement in STEPS[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
            applied += 1
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return applied
