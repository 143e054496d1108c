"""Saved searches, alerts on them, what was noticed, and the outbox of what is to be told to whom."""

from __future__ import annotations

STEP: tuple[str, ...] = ()

PEOPLE: tuple[str, ...] = ()
