"""A register's tables as sqlite-utils has them: looked into, filled and mended by name.

Rows come by the thousand in :mod:`dutybook.store.documents.writer`, by statements of its own; everything else that is done by the names of
tables and columns is done here.
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_NOT_NEEDED = frozenset({"pandas", "numpy"})
_LOADING = threading.Lock()


def tables(connection: sqlite3.Connection) -> Database:
    """The register behind a connection; whoever writes through it holds the transaction."""
    # Here, so that reading commands do not pay for the import.
    if "sqlite_utils.db" not in sys.modules:
        with _without(_NOT_NEEDED):
            importlib.import_module("sqlite_utils")
    from sqlite_utils import Database

    return Database(connection, recursive_triggers=False, execute_plugins=False)


@contextmanager
def _without(names: frozenset[str]) -> Iterator[None]:
    """This thread imports none of ``names`` by :func:`importlib.import_module`, unless they are there already.

    Where pandas is installed sqlite-utils loads it with numpy, for types that no register has: half a second and 80 MB at
    the start of each ingest.
    """
    with _LOADING:
        ours, load = threading.get_ident(), importlib.import_module

        def without(name: str, package: str | None = None) -> ModuleType:
            if name in names and name not in sys.modules and threading.get_ident() == ours:
                raise ImportError(f"{name} is not needed")
            return load(name, package)

        importlib.import_module = without
        try:
            yield
        finally:
            importlib.import_module = load
