"""Indexes that make storing and searching a large register quicker."""

from __future__ import annotations

STEP: tuple[str, ...] = ()
