"""What people say of norms, and the history of who said what when."""

from __future__ import annotations

STEP: tuple[str, ...] = ()

PEOPLE: tuple[str, ...] = ()
