"""Keeps uploaded files whose import nobody has confirmed yet, each for the person who uploaded it, for an hour at most."""

from __future__ import annotations

import secrets
import shutil
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Generic, TypeVar

from dutybook.web.error_responses import Denied

#: Files that are kept at most, and for how many seconds.
_MOST, _SECONDS = 20, 3600

R = TypeVar("R")


@dataclass(slots=True)
class WaitingFile(Generic[R]):
    """An uploaded file, the person who uploaded it, and the report of its import (None: it was not applied yet)."""

    key: str
    name: str
    by: str
    folder: Path
    done: R | None = None
    started: float = field(default_factory=time.monotonic)

    @property
    def path(self) -> Path:
        return self.folder / self.name


class WaitingFiles(Generic[R]):
    """The uploaded files of one kind whose import nobody has confirmed yet. They are deleted after an hour."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, WaitingFile[R]] = OrderedDict()

    def add(self, part: Path, name: str, by: str) -> WaitingFile[R]:
        """Keep a file that arrived."""
        folder = Path(mkdtemp(prefix="dutybook-import-"))
        made = WaitingFile[R](secrets.token_urlsafe(16), name, by, folder)
        shutil.move(part, made.path)  # the folder of uploads may be on another disk
        with self._lock:
            self._known[made.key] = made
            old = [key for key, one in self._known.items() if time.monotonic() - one.started > _SECONDS]
            for key in [*old, *list(self._known)[: max(0, len(self._known) - _MOST)]]:
                self._forget(key)
        return made

    def of(self, key: str, by: str) -> WaitingFile[R]:
        """The file of a person.

        Raises:
            Denied: there is none, or it waited too long (404).
        """
        found = self._known.get(key)
        if found is None or found.by != by:
            raise Denied(404, "import.gone")
        return found

    def close(self) -> None:
        """Delete all files."""
        with self._lock:
            for key in list(self._known):
                self._forget(key)

    def _forget(self, key: str) -> None:
        if found := self._known.pop(key, None):
            shutil.rmtree(found.folder, ignore_errors=True)
