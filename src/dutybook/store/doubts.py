"""What is still doubtful of a norm: not what somebody has corrected, and nothing once somebody has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutybook.records.doubts import Doubt, doubts_of
from dutybook.store.review_state import Record

#: Fields of corrections that evidence calls otherwise.
_NAMES: Final = {"bearer_class": "class"}


def open_doubts(fields: Mapping[str, float], norm: str, record: Record | None) -> tuple[Doubt, ...]:
    """The doubts about a norm (full id) by the probabilities of its ``fields``, and what people said of it."""
    if record is None or not fields:
        return doubts_of(fields)
    if record.finding == "confirmed":
        return ()
    return doubts_of(fields, {_NAMES.get(c.field, c.field) for c in record.corrections if c.norm == norm})
