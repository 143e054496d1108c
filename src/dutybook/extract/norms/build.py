"""Makes norms and rejections from units after all passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dutybook.extract.norms.passes.parts import KINDS
from dutybook.extract.norms.unit import NONE, Discourse, Mention, Unit
from dutybook.extract.norms.why import write_chain
from dutybook.records import (
    Evidence,
    Modality,
    Norm,
    Part,
    Provision,
    Rejection,
    Span,
    Strength,
    content_id,
)

#: A unit that was as likely a norm as this, or more, is listed among what was rejected.
DOUBTFUL = 0.15
#: A norm is a recommendation from this probability on.
_SHOULD = 0.5


def build_norms(
    units: Sequence[Unit], discourse: Discourse, provisions: Sequence[Provision], document_id: str, by: tuple[str, str]
) -> tuple[Norm, ...]:
    """The norms that units state, in document order. ``by`` is the name and version of the network."""
    places = {p.id: p.place for p in provisions}
    seen: dict[tuple[str, str], int] = {}
    made = []
    for unit in sorted((u for u in units if u.label != NONE), key=lambda u: _span_of(u)):
        span, sentence = _span_of(unit), unit.sentence
        place = places.get(sentence.provision, "")
        quote = " ".join(span.of(discourse.text).split())
        seen[(place, quote)] = nth = seen.get((place, quote), 0) + 1
        parts = {kind: part_of(unit.parts.get(kind), discourse.text) for kind in KINDS}
        stem = sentence.stem
        made.append(
            Norm(
                id=content_id(document_id, place, quote, nth),
                provision=sentence.provision,
                place=sentence.place or place,
                span=span,
                modality=Modality(unit.label),
                strength=Strength.SHOULD if unit.should >= _SHOULD else Strength.MUST,
                bearer=part_of(unit.bearer, discourse.text),
                bearer_class=unit.bearer_class,
                evidence=Evidence(*by, _cue_of(unit), unit.confidence, write_chain(unit.trace), _rounded(unit.fields)),
                language=sentence.language,
                stem=discourse.sentences[stem].span if stem is not None else None,
                action=parts["action"],
                recipient=parts["recipient"],
                condition=parts["condition"],
                exception=parts["exception"],
            )
        )
    return tuple(made)


def build_rejections(units: Iterable[Unit], document_id: str, by: tuple[str, str]) -> tuple[Rejection, ...]:
    """The rejected candidates: units about which the network was unsure, and those with words that command."""
    made = []
    for unit in units:
        if unit.label != NONE or unit.part > 0:
            continue
        norm = 1.0 - unit.labels.get(NONE, 1.0)
        if norm < DOUBTFUL and not unit.cues:
            continue
        code = next((s.code for s in reversed(unit.trace) if s.name == "decide"), "label_none")
        span = unit.input.span
        evidence = Evidence(*by, _cue_of(unit), 1.0 - norm, write_chain(unit.trace))
        made.append(
            Rejection(content_id(document_id, "rejected", span.start), unit.sentence.provision, span, code, evidence)
        )
    return tuple(made)


def part_of(mention: Mention | None, text: str) -> Part | None:
    """The words of a mention; None without one."""
    if mention is None or mention.span is None:
        return None
    return Part(mention.span.of(text), mention.span)


def _span_of(unit: Unit) -> Span:
    return unit.span or unit.input.span


def _cue_of(unit: Unit) -> Span | None:
    """The words that express the norm: the first cue of the chosen label, else the first cue of any."""
    own = [c for c in unit.cues if c.label == unit.label]
    found = next(iter(own or unit.cues), None)
    return found.span if found else None


def _rounded(fields: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(value, 4)) for name, value in sorted(fields.items()))


__all__ = ["build_norms", "build_rejections", "part_of"]
