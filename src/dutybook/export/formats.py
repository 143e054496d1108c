"""The export formats: ours and those that other packages bring through an entry point."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module, metadata
from pathlib import Path

from dutybook.errors import BadFilter, BadRequest

Writer = Callable[..., int]
"""``write(content, path)`` to a path that it may create or overwrite; returns how many rows (or events) it wrote.

What a format can be told beyond that are the keyword-only parameters of its writer, such as ``delimiter``: whoever asks for
one that it has not is told which formats have it.
"""

GROUP = "dutybook.exports"
"""Entry-point group: the name is the extension without its dot, the object a :data:`Writer`."""

# Modules are named, not imported: each brings a library that only its own format needs.
_OURS = {
    "csv": "dutybook.export.csv",
    "html": "dutybook.export.report.html",
    "ics": "dutybook.export.ics",
    "jsonl": "dutybook.export.jsonl",
    "md": "dutybook.export.report.markdown",
    "parquet": "dutybook.export.parquet",
    "pdf": "dutybook.export.report.pdf",
    "xlsx": "dutybook.export.xlsx",
    "yaml": "dutybook.export.ciso",
}


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


def taken(path: Path) -> frozenset[str]:
    """What the format of a path's extension can be told: the names of its writer's keyword-only parameters.

    Raises:
        BadRequest: as :func:`writer_for`.
    """
    parameters = inspect.signature(writer_for(path)).parameters.values()
    return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def check_options(path: Path, options: Mapping[str, object]) -> None:
    """Raises BadFilter where the format of a path's extension has no use for one of the options."""
    takes = taken(path)
    for name in options:
        if name not in takes:
            having = [extension for extension in known() if name in _taken_by(extension)]
            only = f"only {', '.join(having)} {'has' if len(having) == 1 else 'have'}" if having else "no format has"
            raise BadFilter(f"{only} an option {name.replace('_', ' ')!r}: leave it out for {path.name}")


def _taken_by(extension: str) -> frozenset[str]:
    with suppress(
        BadRequest, TypeError, ValueError
    ):  # another package's format is broken: that is not what is asked here
        return taken(Path(f"x{extension}"))
    return frozenset()


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
