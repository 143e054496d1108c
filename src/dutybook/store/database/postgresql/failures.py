"""What an error of PostgreSQL means to whoever works with a register: one of our errors, which says what to do, or one of SQLite's."""

from __future__ import annotations

import sqlite3

import psycopg
from psycopg import errors

from dutybook.errors import RegisterBusy, RegisterError, RegisterUnreachable, RegisterUnwritable

#: Errors of a server that shuts down, or is not ready yet.
_SHUTTING_DOWN = frozenset({"57P01", "57P02", "57P03", "57P05"})


def explain(error: psycopg.Error, database: str, *, is_closed: bool) -> Exception:
    """The error to raise in place of one of psycopg.

    Args:
        error: what psycopg raised.
        database: the name of the database, for messages.
        is_closed: whether the connection is gone.

    Returns:
        An error of the store; of SQLite where a statement was wrong or broke a rule of the tables.
    """
    says = str(error).strip().partition("\n")[0]
    match error:
        case psycopg.IntegrityError() | errors.RaiseException():
            return sqlite3.IntegrityError(says)
        case errors.LockNotAvailable() | errors.DeadlockDetected() | errors.SerializationFailure():
            return RegisterBusy(
                f"the database {database} is being written by another process. Wait until it has finished and try again."
            )
        case errors.DiskFull() | errors.OutOfMemory():
            return RegisterUnwritable(
                f"no space is left for the database {database} ({says}). What was stored before is safe: make room on its "
                "server and run the same command again; it goes on where it stopped."
            )
        case errors.ReadOnlySqlTransaction() | errors.InsufficientPrivilege():
            return RegisterUnwritable(
                f"the database {database} cannot be written ({says}). Check the rights of its user."
            )
        case errors.TooManyConnections():
            return RegisterBusy(f"the database {database} takes no more connections ({says}). Try again in a moment.")
    state = error.sqlstate or ""
    if is_closed or (
        isinstance(error, psycopg.OperationalError) and (not state or state[:2] == "08" or state in _SHUTTING_DOWN)
    ):
        return explain_loss(says, database)
    match state[:2]:
        case "28" | "3D":
            return RegisterError(f"the database {database} cannot be opened: {says}")
        case "57":
            return RegisterError(
                f"the server of the database {database} cancelled a query ({says}). Ask for less, or allow more time (statement_timeout)."
            )
        case "53" | "58" | "XX":
            return RegisterError(
                f"the server of the database {database} reports an error of its own ({says}). Look at its log and its disk, then "
                "run the same command again."
            )
    return sqlite3.OperationalError(says)


def explain_loss(says: str, database: str) -> RegisterUnreachable:
    """The error where the connection is lost; ``says`` is why."""
    return RegisterUnreachable(
        f"the database {database} does not answer ({says}). What was stored before is safe: see that its server "
        "runs and can be reached, then run the same command again; it goes on where it stopped."
    )
