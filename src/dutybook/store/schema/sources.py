"""Sources that are watched: what is asked, how far each has come, and which items it gave."""

from __future__ import annotations

STEP: tuple[str, ...] = ()

PEOPLE: tuple[str, ...] = ()
