"""What a thread opens of a register or of accounts is closed when the thread ends."""

from __future__ import annotations

from contextlib import suppress
from typing import Generic, Protocol, TypeVar


class _Closable(Protocol):
    def close(self) -> None: ...


C = TypeVar("C", bound=_Closable)


class OwnedByThread(Generic[C]):
    """What a thread has ``opened`` of a ``file``, a connection or a register; kept in a :class:`threading.local`, it is closed when the thread ends.

    A connection of :mod:`sqlite3` refers to itself by its cache of statements. Without being closed it would keep its open files and its memory
    until garbage is searched for among all objects, which a server with little to do puts off for hours.
    """

    def __init__(self, file: object, opened: C) -> None:
        self.file = file
        self.opened = opened

    def __del__(self) -> None:
        # At the end of the process another thread may clear it away, which may not close anything.
        with suppress(Exception):
            self.opened.close()
