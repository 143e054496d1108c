"""Makes a unit of each sentence that can hold a norm."""

from __future__ import annotations

from dutybook.extract.norms.model.inputs import can_hold_norms, describe_unit
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.languages.page_notices import is_page_notice
from dutybook.records import Family, Sentence

NAME = "describe"
READS: frozenset[str] = frozenset()
WRITES = frozenset({"index", "sentence", "input"})
_ACTS = frozenset({Family.EU_ACT, Family.STATUTE})


def make_units(discourse: Discourse) -> tuple[Unit, ...]:
    """The units of a document, in order, without sentences that are too short, in zones that contain no norms, or notices of a page."""
    return tuple(
        Unit(
            n, s, describe_unit(discourse.sentences, n, discourse.family, discourse.first_items.get(n), discourse.title)
        )
        for n, s in enumerate(discourse.sentences)
        if can_hold_norms(s) and not is_notice(s, discourse)
    )


def is_notice(sentence: Sentence, discourse: Discourse) -> bool:
    """Whether a sentence of anything but an act is a notice of the page: who may comment, copy, subscribe."""
    return discourse.family not in _ACTS and is_page_notice(sentence.span.of(discourse.text), sentence.language)
