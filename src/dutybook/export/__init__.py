"""Exports the register as files for other programs: spreadsheets, tables, JSON Lines, calendars, reports.

A format is a module with a function ``write(content, path) -> int``. Installed packages add further formats through
the entry-point group ``dutybook.exports``.
"""

from dutybook.export.content import Content, ObligationRow
from dutybook.export.exporting import export, known_formats

__all__ = ["Content", "ObligationRow", "export", "known_formats"]
