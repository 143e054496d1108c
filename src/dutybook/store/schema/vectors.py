"""What search by meaning needs: a vector a norm."""

from __future__ import annotations

STEP: tuple[str, ...] = ()

DERIVED: tuple[str, ...] = ()
