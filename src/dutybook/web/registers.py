"""Open registers for requests: read-only ones are kept a thread, writing ones last as long as a change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import local

from dutybook.store import Register, open_register


class Registers:
    """The register of an application, for its worker threads."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._own = local()

    @contextmanager
    def reading(self) -> Iterator[Register]:
        """The register as it is now. A file that was replaced (restored from a backup, say) is opened anew."""
        status = self.database.stat() if self.database.exists() else None
        known = (status.st_dev, status.st_ino) if status else None
        kept: tuple[object, Register] | None = getattr(self._own, "kept", None)
        if kept is not None and kept[0] != known:
            kept[1].close()
            kept = self._own.kept = None
        if kept is None:
            kept = self._own.kept = (known, open_register(self.database, read_only=True, create=False))
        yield kept[1]

    @contextmanager
    def writing(self) -> Iterator[Register]:
        with open_register(self.database, create=False) as register:
            yield register
