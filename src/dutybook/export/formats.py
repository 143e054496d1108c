"""The export formats: ours and those that other packages bring through an entry point."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path

from dutybook.errors import BadRequest
from dutybook.export.rows import Content

Writer = Callable[[Content, Path], int]
"""Writes the content to a path that it may create or overwrite; returns how many rows (or events) it wrote."""

GROUP = "dutybook.exports"
"""Entry-point group: the name is the extension without its dot, the object a :data:`Writer`."""

# Modules are named, not imported: each brings a library that only its own format needs.
_OURS = {"csv": "dutybook.export.csv", "ics": "dutybook.export.ics", "jsonl": "dutybook.export.jsonl"}
_OURS["xlsx"] = "dutybook.export.xlsx"


def known() -> tuple[str, ...]:
    """Extensions that can be written, with their dot, sorted."""
    names = set(_OURS) | {point.name.lower() for point in metadata.entry_points(group=GROUP)}
    return tuple(sorted(f".{name}" for name in names))


def writer_for(path: Path) -> Writer:
    """The writer for a path's extension. Ours come first: an installed package cannot replace one silently.

    Raises:
        BadRequest: no format has this extension, or the package that brings it cannot be loaded.
    """
    name = path.suffix.lower().removeprefix(".")
    if name in _OURS:
        writer: Writer = import_module(_OURS[name]).write
        return writer
    for point in metadata.entry_points(group=GROUP):
        if point.name.lower() == name:
            return _load(point)
    asked = f"the extension {path.suffix!r}" if name else "a name without an extension"
    raise BadRequest(f"cannot export to {asked} ({path.name}); use one of: {', '.join(known())}")


def _load(point: metadata.EntryPoint) -> Writer:
    try:
        writer: Writer = point.load()
    except Exception as error:  # a stranger's import may raise anything, and none of it is our defect
        raise BadRequest(
            f"the export format .{point.name} comes from {point.value}, which cannot be loaded: {error}; "
            "update or remove that package"
        ) from error
    if not callable(writer):
        raise BadRequest(f"the export format .{point.name} comes from {point.value}, which is no function")
    return writer
