"""Reads annotated documents with a network in training, and lays what it read beside the annotation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from reader.examples import Text
from reader.network import ReaderNetwork

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.norms.model.inputs import PIECE_HEADS, UnitInput, encode_unit, find_first_items
from dutybook.extract.norms.model.reader import Answer, answer_of
from dutybook.extract.norms.pipeline import PASSES, build_norms, run_passes
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.records import Norm, Span
from dutybook.structure.build import pack_for

#: Passes that ask the network; their units are kept, so that decisions can be fitted without asking again.
ASKING = tuple(p for p in PASSES if p.name in ("describe", "network", "split", "cues"))
#: So many sentences around the annotated parts are read, too: a norm's bearer may stand before it.
_NEAR = 80
DECIDING = tuple(p for p in PASSES if p not in ASKING)


@dataclass(slots=True)
class TorchReader:
    """A network in training as the passes ask it."""

    model: ReaderNetwork
    tokenizer: Any
    decisions: Mapping[str, Any] = field(default_factory=dict)
    name: str = "norms"
    version: str = "training"

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """As the shipped network answers."""
        made = [encode_unit(unit, text, self.tokenizer) for unit in units]
        order = sorted(range(len(made)), key=lambda n: len(made[n].ids))
        found: dict[int, Answer] = {}
        for at in range(0, len(order), 32):
            batch = order[at : at + 32]
            width = max(len(made[n].ids) for n in batch)
            ids = torch.ones(len(batch), width, dtype=torch.long)
            attention, sentence = torch.zeros_like(ids), torch.zeros_like(ids)
            for row, n in enumerate(batch):
                pieces = made[n]
                ids[row, : len(pieces.ids)] = torch.tensor(pieces.ids)
                attention[row, : len(pieces.ids)] = 1
                sentence[row, pieces.start : pieces.end] = 1
            with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
                values = {k: v.float().log_softmax(-1).numpy() for k, v in self.model(ids, attention, sentence).items()}
            for row, n in enumerate(batch):
                size = len(made[n].ids)
                own = {k: (v[row, :size] if k in PIECE_HEADS else v[row]).astype(np.float32) for k, v in values.items()}
                found[n] = answer_of(made[n], units[n], own)
        return [found[n] for n in range(len(units))]


@dataclass(frozen=True, slots=True)
class Decided:
    """Fitted decisions alone, for passes that ask no network any more."""

    decisions: Mapping[str, Any]
    name: str = "norms"
    version: str = "training"

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """Nothing is asked any more."""
        raise NotImplementedError(
            f"{len(units)} units of {len(text)} characters are asked about after the asking passes"
        )


def discourse_of(text: Text) -> Discourse:
    """A document as the passes see it."""
    return Discourse(text.text, text.sentences, text.genre, pack_for, find_first_items(text.sentences), text.title)


def read_units(text: Text, reader: TorchReader) -> tuple[Unit, ...]:
    """The units of a document with the network's answers, before anything is decided."""
    return run_passes(discourse_of(text), reader, ASKING)


def cut_to_regions(text: Text, regions: Sequence[Span]) -> Text:
    """A document without the sentences that stand far from its annotated parts; as it is where nothing is annotated."""
    sentences = text.sentences
    inside = [n for n, s in enumerate(sentences) if any(r.start <= s.span.start <= r.end for r in regions)]
    if not inside:
        return text
    first, last = max(inside[0] - _NEAR, 0), min(inside[-1] + _NEAR + 1, len(sentences))
    kept = (
        replace(s, stem=s.stem - first if s.stem is not None and s.stem >= first else None)
        for s in sentences[first:last]
    )
    return replace(text, sentences=tuple(kept))


def decide(
    text: Text, units: tuple[Unit, ...], decisions: Mapping[str, Any], until: str = DECIDING[-1].name
) -> tuple[Unit, ...]:
    """The units after the deciding passes, up to the one named ``until``."""
    discourse = discourse_of(text)
    for step in DECIDING:
        units = step.run(units, discourse, Decided(decisions))
        if step.name == until:
            break
    return units


def prediction_of(text: Text, units: tuple[Unit, ...], source: str) -> dict[str, Any]:
    """What the scorer reads: the norms of a document with their deadlines."""
    norms = build_norms(units, discourse_of(text), (), "0", ("norms", "training"))
    return {"source": source, "norms": [_norm(n, text) for n in norms], "facts": [], "penalties": []}


def _norm(norm: Norm, text: Text) -> dict[str, Any]:
    found = find_deadlines(text.text, norm.span, pack_for(norm.language))
    return {
        "place": norm.place,
        "quote": norm.span.of(text.text),
        "modality": norm.modality.value,
        "strength": norm.strength.value,
        "bearer": norm.bearer.text if norm.bearer else None,
        "bearer_class": norm.bearer_class.value,
        "action": norm.action.text if norm.action else None,
        "recipient": norm.recipient.text if norm.recipient else None,
        "condition": norm.condition.text if norm.condition else None,
        "exception": norm.exception.text if norm.exception else None,
        "deadlines": [{"kind": d.kind.value, "value": d.value} for d in found],
        "evidence": {"confidence": norm.evidence.confidence, "fields": dict(norm.evidence.fields)},
    }


def score_all(scorer: Any, documents: Iterable[tuple[dict[str, Any], str, dict[str, Any]]]) -> dict[str, Any]:
    """Tallies over documents, each an annotation, its reference text and a prediction."""
    total: dict[str, Any] = defaultdict(scorer.Tally)
    for gold, reference, prediction in documents:
        tallies: dict[str, Any] = defaultdict(scorer.Tally)
        scorer.score(gold, reference, prediction, tallies, [])
        for key, tally in tallies.items():
            total[key].add(tally.hit, tally.gold, tally.pred)
    return total
