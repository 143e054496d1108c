"""Pack section ``[temporal]``: how a language writes dates, periods and deadlines."""

from __future__ import annotations

from dutybook.languages.sections.base import Section


class Temporal(Section):
    """Months, number words, units and the words around a deadline."""
