"""A register's tables as sqlite-utils has them: looked into, filled and mended by name.

Rows come by the thousand in :mod:`dutybook.store.writer`, by statements of its own; everything else that is done by the names of
tables and columns is done here.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database


def tables(connection: sqlite3.Connection) -> Database:
    """The register behind a connection; whoever writes through it holds the transaction."""
    # Here, so that reading commands do not pay for the import.
    from sqlite_utils import Database

    return Database(connection, recursive_triggers=False, execute_plugins=False)
