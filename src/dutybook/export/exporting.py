"""Exports a register, or the part of it that filters leave, to a file whose extension names the format."""

from __future__ import annotations

import errno
import inspect
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from dutybook.errors import BadFilter, BadRequest
from dutybook.export.content import Content
from dutybook.memory import no_collection
from dutybook.store import Register
from dutybook.store.exports import snapshot
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.export.ics import Calendar

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} if hasattr(errno, "EDQUOT") else {errno.ENOSPC, errno.EFBIG}


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path next to ``path``, which replaces ``path`` when the block ends without an error.

    A reader sees either the old file or the new one. A link is followed, so that its target is replaced. The
    permissions of an existing file are kept.

    Raises:
        BadRequest: the place cannot be written to, or the disk is full; the old file, if any, is untouched.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise BadRequest(f"cannot write {path}: it is a folder; give the name of a file")
    if not target.parent.is_dir():
        raise BadRequest(f"cannot write {path}: the folder {target.parent} does not exist; make it first")
    # The name ends as the target does (writers may look at it) and cannot outgrow the file system's limit.
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part{target.suffix[:20]}")
    try:
        # Not tempfile: its files are private to the user, while an export gets the permissions the user asks for.
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        if target.exists():
            part.chmod(target.stat().st_mode & 0o777)
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise BadRequest(_explain(path, error)) from error
    finally:
        part.unlink(missing_ok=True)


def _explain(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"cannot write {path}: the disk is full; free some space or choose another place. Nothing was changed"
    if isinstance(error, PermissionError):
        return (
            f"cannot write {path}: permission denied; close it if another program has it open, or choose another "
            "place. Nothing was changed"
        )
    return f"cannot write {path}: {error.strerror or error}. Nothing was changed"


#: Formats of which the register keeps the version that it wrote last, so they are written in a transaction.
VERSIONED = frozenset({".yaml"})


@contextmanager
def one_state(register: Register) -> Iterator[None]:
    """A transaction over one state of the register, for writing if the register can be written."""
    if register.read_only:
        with snapshot(register):
            yield
    else:
        with register.transaction():
            yield


Writer = Callable[..., int]
"""``write(content, path)`` to a path that it may create or overwrite; returns how many rows (or events) it wrote.

Further options of a format are the keyword-only parameters of its writer, such as ``delimiter``. An error for an option that the
format does not have names the formats that have it.
"""

GROUP = "dutybook.exports"
"""Entry-point group: the name is the extension without its dot, the object a :data:`Writer`."""

# Functions are named, not imported: each module brings a library that only its own format needs.
_OURS = {
    "csv": "dutybook.export.tables:write_csv",
    "html": "dutybook.export.report.files:write_html",
    "ics": "dutybook.export.ics:export_calendar",
    "json": "dutybook.export.oscal:write",
    "jsonl": "dutybook.export.tables:write_jsonl",
    "md": "dutybook.export.report.files:write_markdown",
    "parquet": "dutybook.export.tables:write_parquet",
    "pdf": "dutybook.export.report.files:write_pdf",
    "soa.pdf": "dutybook.export.statement:write_pdf",
    "soa.xlsx": "dutybook.export.statement:write_workbook",
    "ttl": "dutybook.export.rdf:write",
    "xlsx": "dutybook.export.xlsx:write",
    "yaml": "dutybook.export.ciso:write",
    "zip": "dutybook.export.data_package:write",
}


def known_formats() -> tuple[str, ...]:
    """The extensions of all formats, with their dot, sorted."""
    names = set(_OURS) | {point.name.lower() for point in metadata.entry_points(group=GROUP)}
    return tuple(sorted(f".{name}" for name in names))


def extension_of(path: Path) -> str:
    """The extension that names the format: of two parts where there is such a format, else the last one.

    >>> extension_of(Path("x.SOA.xlsx")), extension_of(Path("report.2031.pdf"))
    ('.soa.xlsx', '.pdf')
    """
    double = "".join(path.suffixes[-2:]).lower()
    return double if double.removeprefix(".") in _OURS else path.suffix.lower()


def writer_for(path: Path) -> Writer:
    """The writer for a path's extension. Built-in formats come first, so an installed package cannot replace one
    silently.

    Raises:
        BadRequest: no format has this extension, or the package that adds it cannot be loaded.
    """
    name = extension_of(path).removeprefix(".")
    if name in _OURS:
        writer: Writer = resolve_name(_OURS[name])
        return writer
    for point in metadata.entry_points(group=GROUP):
        if point.name.lower() == name:
            return _load(point)
    asked = f"the extension {path.suffix!r}" if name else "a name without an extension"
    meant = did_you_mean(path.suffix, known_formats()) if name else ""
    raise BadRequest(f"cannot export to {asked} ({path.name}); use one of: {', '.join(known_formats())}.{meant}")


def options_of_format(path: Path) -> frozenset[str]:
    """The options of the format: the names of its writer's keyword-only parameters.

    Raises:
        BadRequest: as :func:`writer_for`.
    """
    parameters = inspect.signature(writer_for(path)).parameters.values()
    return frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def check_options(path: Path, options: Mapping[str, object]) -> None:
    """Check that the format of a path's extension has all of these options.

    Raises:
        BadFilter: it does not have one of them.
    """
    takes = options_of_format(path)
    for name in options:
        if name not in takes:
            having = [extension for extension in known_formats() if name in _options_of_writer(extension)]
            only = f"only {', '.join(having)} {'has' if len(having) == 1 else 'have'}" if having else "no format has"
            raise BadFilter(f"{only} an option {name.replace('_', ' ')!r}: leave it out for {path.name}")


def _options_of_writer(extension: str) -> frozenset[str]:
    with suppress(
        BadRequest, TypeError, ValueError
    ):  # another package's format is broken: that is not what is asked here
        return options_of_format(Path(f"x{extension}"))
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


def export(
    register: Register,
    path: Path | str,
    filters: Mapping[str, object] | None = None,
    *,
    reader: str = "en",
    options: Mapping[str, object] | None = None,
    calendar: Calendar | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the norms that meet ``filters`` to ``path`` in the format of its extension. Returns the number of rows.

    Rows are the norms in register order; those of a calendar are its events. The file appears completely or not at
    all, and shows one state of the register.

    Args:
        register: the register.
        path: the file to write.
        filters: those of a search, by name (see :class:`dutybook.store.Filters`).
        reader: the language (ISO 639-1) of headings and labels, where the format has any. The text of the law is
            unchanged.
        options: those of the format: ``delimiter`` of a table, ``title`` of a report; ``now``, the time of writing
            that a workbook states, and ``address``, that of the register's pages, for links
            (:data:`dutybook.export.exporting.Writer`).
        progress: is called now and then with the number of norms that were read.
        calendar: how a calendar is written (see :class:`dutybook.export.ics.Calendar`).

    Raises:
        BadFilter: a filter is unknown, impossible, or names nothing in the register; the format has no such option.
        BadRequest: unknown extension, a place that cannot be written to, a full disk, more than the format can hold.
    """
    target = Path(path)
    writer = writer_for(target)  # an unknown extension is reported before the register is read
    given = dict(options or {})
    check_options(target, given)
    extension = extension_of(target)
    if extension == ".ics":
        return writer(register, target, dict(filters or {}), calendar, reader)
    # A workbook does not show the positions of words on pages.
    with one_state(register) if extension in VERSIONED else snapshot(register):
        content = Content(register, filters, reader, places=not extension.endswith(".xlsx"), progress=progress)
        # Rows make no cycles: looking for some takes a twentieth of the time.
        with replacing(target) as part, no_collection():
            return writer(content, part, **given)
