"""The one verb: a register, or the part of it that filters leave, into a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.export.files import replacing
from dutybook.export.formats import check_options, writer_for
from dutybook.export.rows import Content, RegisterContent
from dutybook.memory import no_collection
from dutybook.store import Register
from dutybook.store.exports.supplement import snapshot

if TYPE_CHECKING:
    from dutybook.export.ics import Calendar


def export(
    register: Register,
    path: Path | str,
    filters: Mapping[str, object] | None = None,
    *,
    reader: str = "en",
    options: Mapping[str, object] | None = None,
    calendar: Calendar | None = None,
) -> int:
    """Write the norms that meet ``filters`` to ``path`` in the format of its extension; returns how many rows.

    Rows are the norms in register order, for a calendar its events. ``filters`` are those of a search, by name (see
    :class:`dutybook.store.Filters`). The file appears whole or not at all, and shows one state of the register.
    ``reader`` is the language of headings and labels where a format has some for readers (ISO 639-1); the law's own words stay.
    ``options`` are what the format can be told: ``delimiter`` of a table, ``title`` of a report; ``now``, the
    moment that a workbook says it was made, and ``base``, the folder from which documents with relative paths were read, for its links (:data:`dutybook.export.formats.Writer`).
    ``calendar`` says how a calendar is written (see :class:`dutybook.export.ics.Calendar`).

    Raises:
        BadFilter: a filter is unknown, cannot be meant, or names nothing in the register; the format has no such option.
        BadRequest: unknown extension, a place that cannot be written to, a full disk, more than the format holds.
    """
    target = Path(path)
    writer = writer_for(target)  # a wrong extension is said before the register is read
    given = dict(options or {})
    check_options(target, given)
    if writer.__module__ == "dutybook.export.ics":
        from dutybook.export.ics import export_calendar

        return export_calendar(register, target, dict(filters or {}), calendar, reader)
    with snapshot(register):
        return write_content(RegisterContent(register, filters, reader, places=not is_workbook(target)), target, given)


def is_workbook(path: Path) -> bool:
    """Whether places of words on pages are of no use in a format: a workbook shows none."""
    return path.suffix.lower() == ".xlsx"


def write_content(content: Content, path: Path, options: Mapping[str, object] | None = None) -> int:
    """Write ``content``, from wherever it comes, as :func:`export` does."""
    writer = writer_for(path)
    check_options(path, options or {})
    # Rows make no cycles: looking for some takes a twentieth of the time.
    with replacing(path) as part, no_collection():
        return writer(content, part, **(options or {}))
