"""Watches a folder: new, changed and removed files, which are read where they are."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from dutybook.errors import BadRequest, Defect, SourceError
from dutybook.ingest.files import DENIED, count_kinds, survey
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options

#: A file is read once its size and times have stood still for so long (seconds), looked at so often at most.
SETTLE = 0.5
_LOOKS = 6
_MOST_REPORTED = 20


class Folder:
    """A folder of this machine, or a mounted folder of the network."""

    kind = "folder"
    help = "a folder and all below it: new and changed files are read where they lie"
    every = 15
    written = "the path of a folder: regulations/"
    options: Mapping[str, str] = {"settle": f"seconds for which a file must stand still before it is read ({SETTLE:g})"}

    def check(self, target: str, options: Options) -> Options:
        """Check that the folder exists. It is stored as an absolute path."""
        option_values.known_only(options, self.options, self.kind)
        try:
            path = Path(target).expanduser()
            what = "" if path.is_dir() and target.strip() else "is a file" if path.is_file() else "is not there"
        except (OSError, ValueError, RuntimeError):
            what = "is no path"
        if what:
            raise BadRequest(f"{target[:200]!r} {what}. Name a folder: dutybook watch add folder regulations/")
        return {"folder": os.path.abspath(path), "settle": _settle(options)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """All supported files. The cursor is the newest time of a file, by the clock of that disk."""
        root = Path(str(options["folder"]))
        if not root.is_dir():
            raise SourceError(f"the folder {root} is not there. Is its disk connected, and may this user read it?")
        found = survey([root])
        before = cursor.get("newest")
        states = {path: state for path in found.files if (state := _state(path))}
        # Whoever writes into a file gives it a time after the newest that was seen to stand still.
        fresh = [path for path, state in states.items() if before is None or max(state[1:]) > before]
        moving = set(_moving(fresh, states, float(options.get("settle", SETTLE))))
        problems = [
            f"{path} is still being written: it is read with the next run" for path in sorted(moving)[:_MOST_REPORTED]
        ]
        if hidden := count_kinds(found.left_out).get(DENIED):
            problems.append(f"{hidden} folders in {root} cannot be looked into: allow this user to read them")
        newest = max((max(state[1:]) for path, state in states.items() if path not in moving), default=before)
        items = tuple(
            Item(
                key=path.relative_to(root).as_posix(),
                url=path.as_uri(),
                title=path.name,
                stamp=f"{state[0]}-{state[1]}",
                path=str(path),
            )
            for path, state in states.items()
            if path not in moving
        )
        return Listing(
            items=items,
            cursor={"newest": newest} if newest is not None else {},
            problems=tuple(problems),
            complete=not hidden and not moving,
        )

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """Never called, since the files are on this machine."""
        raise Defect(f"{item.key} is a file and is not fetched")


def _settle(options: Options) -> float:
    written = str(options.get("settle", SETTLE))
    try:
        seconds = float(written)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise BadRequest(f"settle {written!r} is no number from 0 to 60: so many seconds must a file stand still")
    return seconds


def _state(path: Path) -> tuple[int, int, int] | None:
    """The size and times (nanoseconds) of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _moving(
    paths: list[Path],
    states: dict[Path, tuple[int, int, int]],
    settle: float,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Path]:
    """The files that are still being written; ``states`` is updated."""
    moving = paths
    for _ in range(_LOOKS):
        if not moving or not settle:
            return []
        sleep(settle)
        now = {path: _state(path) for path in moving}
        moving = [path for path in moving if now[path] != states[path]]
        for path in moving:
            state = now[path]
            if state is None:
                del states[path]
            else:
                states[path] = state
        moving = [path for path in moving if path in states]
    return moving


SOURCE = Folder()
