"""The one verb: a register, or the part of it that filters leave, into a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.export.files import replacing
from dutybook.export.formats import Writer, writer_for
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
    reader: str = "en",
    now: datetime | None = None,
    base: Path | None = None,
) -> int:
    """Write the norms that meet ``filters`` to ``path`` in the format of its extension; returns how many rows.

    Rows are the norms in register order, for a calendar its events. ``filters`` are those of a search, by name (see
    :class:`dutybook.store.Filters`). The file appears whole or not at all, and shows one state of the register.
    ``calendar`` says how a calendar is written (see :class:`dutybook.export.ics.Calendar`). ``reader`` is the language of headings and
    list values in a workbook (ISO 639-1; English where there is none of it), ``now`` the moment that it says it was made (none if not
    given), ``base`` the folder from which documents with relative paths were read, for its links.

    Raises:
        BadFilter: a filter is unknown, cannot be meant, or names nothing in the register.
        BadRequest: unknown extension, a place that cannot be written to, a full disk, more than the format holds.
    """
    target = Path(path)
    writer = writer_for(target)  # a wrong extension is said before the register is read
    if writer.__module__ == "dutybook.export.ics":
        from dutybook.export.ics import export_calendar

        return export_calendar(register, target, dict(filters or {}), calendar)
    is_workbook = writer.__module__ == "dutybook.export.xlsx"
    if is_workbook:
        from dutybook.export import xlsx

        writer = partial(xlsx.write, options=xlsx.Options(reader, now, base))
    with snapshot(register):
        return write_content(RegisterContent(register, filters, places=not is_workbook), target, writer)


def write_content(content: Content, path: Path, writer: Writer | None = None) -> int:
    """Write ``content``, from wherever it comes, as :func:`export` does; ``writer`` is that of its extension if not given."""
    writer = writer or writer_for(path)
    with replacing(path) as part:
        return writer(content, part)
