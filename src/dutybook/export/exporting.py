"""The one verb: a register, or the part of it that filters leave, into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.export.files import replacing
from dutybook.export.formats import writer_for
from dutybook.export.rows import Content, RegisterContent
from dutybook.store import Register
from dutybook.store.reader_export import snapshot

if TYPE_CHECKING:
    from dutybook.export.ics import Calendar


def export(
    register: Register,
    path: Path | str,
    filters: Mapping[str, object] | None = None,
    *,
    calendar: Calendar | None = None,
) -> int:
    """Write the norms that meet ``filters`` to ``path`` in the format of its extension; returns how many rows.

    Rows are the norms in register order, for a calendar its events. ``filters`` are those of a search, by name (see
    :class:`dutybook.store.Filters`). The file appears whole or not at all, and shows one state of the register.
    ``calendar`` says how a calendar is written (see :class:`dutybook.export.ics.Calendar`).

    Raises:
        BadFilter: a filter is unknown, cannot be meant, or names nothing in the register.
        BadRequest: unknown extension, a place that cannot be written to, a full disk, more than the format holds.
    """
    target = Path(path)
    writer = writer_for(target)  # a wrong extension is said before the register is read
    if writer.__module__ == "dutybook.export.ics":
        from dutybook.export.ics import export_calendar

        return export_calendar(register, target, dict(filters or {}), calendar)
    with snapshot(register):
        return write_content(RegisterContent(register, filters), target)


def write_content(content: Content, path: Path) -> int:
    """Write ``content``, from wherever it comes, as :func:`export` does."""
    writer = writer_for(path)
    with replacing(path) as part:
        return writer(content, part)
