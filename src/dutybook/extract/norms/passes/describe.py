"""Makes a unit of each sentence that can hold a norm."""

from __future__ import annotations

from dutybook.extract.norms.model.inputs import can_hold_norms, describe_unit
from dutybook.extract.norms.unit import Discourse, Unit

NAME = "describe"
READS: frozenset[str] = frozenset()
WRITES = frozenset({"index", "sentence", "input"})


def make_units(discourse: Discourse) -> tuple[Unit, ...]:
    """The units of a document, in order, without sentences that are too short or in zones that contain no norms."""
    return tuple(
        Unit(
            n, s, describe_unit(discourse.sentences, n, discourse.family, discourse.first_items.get(n), discourse.title)
        )
        for n, s in enumerate(discourse.sentences)
        if can_hold_norms(s)
    )
