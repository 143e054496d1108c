"""Norms that a control may serve, by what both mean; people decide, and what they decline is not suggested again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dutybook.searching import meaning
from dutybook.store import Filters, NormRow, Register
from dutybook.store.controls import controls
from dutybook.store.judgements import reviews

if TYPE_CHECKING:
    from dutybook.store.controls.controls import Control

#: Less near in meaning (a cosine) is no suggestion: what a control does and what a duty asks for are worded differently.
#: ``benchmarks/control_suggestions.py`` says what each value wins and loses with the encoder ``quick``; ``wide`` is not measured.
LEAST_SIMILAR = 0.25
#: So many norms are looked at for each control.
NEAREST = 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A control may serve a norm; ``similarity`` is how near the two are in meaning, up to 1."""

    control: Control
    norm: NormRow
    similarity: float


def suggestions(
    register: Register, wanted: Sequence[Control] | None = None, filters: Filters | None = None
) -> list[Suggestion]:
    """What may be linked, the nearest first: obligations and prohibitions that pass the filters, for all controls that are not retired.

    Norms that are linked, declined, rejected or said not to apply are left out.

    Raises:
        NotFound: the register has no vectors; the message says how to make them.
        MissingExtra, BadRequest: what made the vectors is not installed, or in another version.
    """
    if wanted is None:
        wanted = [row.control for row in controls.list_controls(register)]
    if wanted and (problem := meaning.why_not(register)):
        raise problem
    asked = filters or Filters()
    if not asked.modality:
        asked = replace(asked, modality=("obligation", "prohibition"))
    found: dict[tuple[str, str], float] = {}
    for control in wanted:
        text = f"{control.title}. {control.description}"
        identities: set[str] = set()
        for meant in meaning.nearest(register, replace(asked, words=text), NEAREST, related=False):
            # A duty in several languages or copies is suggested once.
            if meant.similarity >= LEAST_SIMILAR and meant.identity not in identities:
                identities.add(meant.identity)
                found[control.id, meant.norm] = meant.similarity
    return _open(register, wanted, found)


def _open(register: Register, wanted: Sequence[Control], found: dict[tuple[str, str], float]) -> list[Suggestion]:
    """Those that nobody has decided yet."""
    ids = list(dict.fromkeys(norm for _, norm in found))
    norms = {norm.id: norm for norm in register.norms_by_id(ids)}
    records = reviews.records(register, ids)
    named = {control.id: control for control in wanted}
    made = []
    for (control, norm), similarity in found.items():
        record = records.get(norm)
        decided = record is not None and (
            record.applicability == "no"
            or record.status == "not applicable"
            or any(link.control == control for link in (*record.controls, *record.declined))
        )
        if norm in norms and not decided:
            made.append(Suggestion(named[control], norms[norm], similarity))
    return sorted(made, key=lambda one: (-one.similarity, one.control.label, one.norm.id))
