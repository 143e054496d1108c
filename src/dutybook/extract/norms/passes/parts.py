"""Extracts the parts of each norm: bearer, action, recipient, condition, exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from dutybook.extract.norms.exceptions import find_exception
from dutybook.extract.norms.model.inputs import PARTS, TAGS, Floats, decode_tags, find_parts
from dutybook.extract.norms.unit import NONE, Discourse, Mention, Unit
from dutybook.records import Span

NAME = "parts"
READS = frozenset({"sentence", "span", "answer", "cues", "label", "carries"})
WRITES = frozenset({"parts"})
UNIT, BEFORE, STEM = "unit", "before", "stem"
#: What stands between a part and the exception behind it.
_JOINING = " \t\n,;:(–—"
#: Kinds of part that a norm has besides its bearer.
KINDS = ("action", "recipient", "condition", "exception")


def cut_parts(units: tuple[Unit, ...], discourse: Discourse) -> tuple[Unit, ...]:
    """The units that state or introduce a norm with their parts, the most probable one of each kind."""
    made = []
    for unit in units:
        if unit.answer is None or (unit.label == NONE and unit.carries < 0.5):
            made.append(unit)
            continue
        found = best_of(unit.answer.tags, unit.answer.offsets, discourse.text, UNIT, unit.answer.classes)
        before = best_of(
            unit.answer.before_tags, unit.answer.before_offsets, discourse.text, BEFORE, unit.answer.before_classes
        )
        if "bearer" in before and "bearer" not in found:
            found["bearer"] = before["bearer"]
        made.append(replace(unit, parts=_with_exception(_with_ending(found), unit, discourse)))
    return tuple(made)


def _with_exception(parts: dict[str, Mention], unit: Unit, discourse: Discourse) -> dict[str, Mention]:
    """The parts with the exception that words of the language open, in place of what the network takes for one; other
    parts end where it begins.
    """
    kept = {kind: mention for kind, mention in parts.items() if kind != "exception"}
    words = discourse.pack_for(unit.sentence.language).norms.exceptions
    assert unit.span is not None
    others = [cue.span.start for cue in unit.cues] + [m.span.start for m in kept.values() if m.span is not None]
    own = find_exception(discourse.text, unit.span, words, others)
    if own is None:
        stem = unit.sentence.stem
        led = find_exception(discourse.text, discourse.sentences[stem].span, words) if stem is not None else None
        return kept if led is None else kept | {"exception": Mention(led, STEM, 1.0)}
    for kind, mention in tuple(kept.items()):
        if kind != "bearer" and mention.source == UNIT and mention.span is not None and mention.span.overlaps(own):
            if mention.span.start < own.start:
                words_before = discourse.text[mention.span.start : own.start].rstrip(_JOINING)
                kept[kind] = replace(mention, span=Span(mention.span.start, mention.span.start + len(words_before)))
            elif kind == "condition":
                del kept[kind]
    return kept | {"exception": Mention(own, UNIT, 1.0)}


def _with_ending(parts: dict[str, Mention]) -> dict[str, Mention]:
    """The parts, with the recipient that ends the action included in it ("notify *the board*"): a piece has one tag,
    that of the narrower part.
    """
    action, recipient = parts.get("action"), parts.get("recipient")
    if action is None or recipient is None or action.span is None or recipient.span is None:
        return parts
    if 0 <= recipient.span.start - action.span.end <= 1:
        return parts | {"action": replace(action, span=Span(action.span.start, recipient.span.end))}
    return parts


def best_of(
    values: Floats, offsets: Sequence[tuple[int, int]], text: str, source: str, classes: Floats
) -> dict[str, Mention]:
    """The most probable part of each kind that tags mark."""
    if not len(offsets):
        return {}
    best: dict[str, Mention] = {}
    for kind, start, end, first, last in find_parts(decode_tags(values, offsets, text), offsets, text):
        begins = TAGS.index(f"B-{kind}")
        sure = float(np.exp(values[first:last, begins : begins + 2]).sum(-1).mean())
        if kind in PARTS[:-1] and (kind not in best or sure > best[kind].probability):
            best[kind] = Mention(Span(start, end), source, sure, classes_of(classes, first, last))
    return best


def classes_of(classes: Floats, first: int, last: int) -> tuple[float, ...]:
    """The classes of a bearer with the pieces ``[first, last)``: the mean of their log-probabilities; empty if there
    are none.
    """
    if len(classes) < last:
        return ()
    return tuple(float(value) for value in classes[first:last].mean(0))
