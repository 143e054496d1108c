"""Pack sections ``[facts]``, ``[penalties]`` and ``[citations]``."""

from __future__ import annotations

from dutybook.languages.sections.base import Section


class Facts(Section):
    """How a language states entry into force, application, transposition, expiry, review."""


class Penalties(Section):
    """How a language states fines."""


class Citations(Section):
    """How a language cites provisions and acts."""
