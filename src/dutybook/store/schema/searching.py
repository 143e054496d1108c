"""What search and facets need beside the norms themselves."""

from __future__ import annotations

STEP: tuple[str, ...] = ()

DERIVED: tuple[str, ...] = ()
