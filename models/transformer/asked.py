"""A network in training as the model that a judge asks, so that annotated documents are scored before anything is shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS, decoded, encoded, spans, sureness
from dutybook.extract.norms.transformer.inputs import UnitText
from dutybook.extract.norms.transformer.model import Marked, Said
from transformer.network import NormsModel

_BATCH = 32


@dataclass
class Asked:
    """The protocol of a judge's model over a network; ``temperature`` divides the logits of the statement."""

    network: NormsModel
    tokenizer: Any
    settings: dict[str, Any]
    temperature: float = 1.0
    name: str = "in-training"
    version: str = "0"
    known: dict[UnitText, Said] = field(default_factory=dict)

    def answers(self, units: Sequence[UnitText]) -> list[Said]:
        """What the network says of each unit; it is asked once."""
        new = sorted({u for u in units if u not in self.known}, key=lambda u: len(u.text))
        for at in range(0, len(new), _BATCH):
            self._ask(new[at : at + _BATCH])
        return [self.known[u] for u in units]

    def _ask(self, units: Sequence[UnitText]) -> None:
        made = [encoded(u, self.tokenizer) for u in units]
        width = max(len(p.ids) for p in made)
        ids = torch.ones(len(made), width, dtype=torch.long)
        attention, sentence = torch.zeros_like(ids), torch.zeros_like(ids)
        for row, pieces in enumerate(made):
            ids[row, : len(pieces.ids)] = torch.tensor(pieces.ids)
            attention[row, : len(pieces.ids)] = 1
            sentence[row, pieces.start : pieces.end] = 1
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            said, listed, tagged = self.network(ids, attention, sentence)
        statements = (said.float() / self.temperature).softmax(-1)
        lists, tags = listed.float().softmax(-1), tagged.float().log_softmax(-1)
        for row, (unit, pieces) in enumerate(zip(units, made, strict=True)):
            own = tags[row, pieces.start : pieces.end].exp().numpy()
            named = tuple(
                TAGS[n] for n in decoded(tags[row, pieces.start : pieces.end].numpy(), pieces.offsets, unit.text)
            )
            parts = tuple(
                Marked(kind, start, end, sureness(own[first:last], kind))
                for kind, start, end, first, last in spans(named, pieces.offsets, unit.text)
            )
            self.known[unit] = Said(
                dict(zip(STATEMENTS, statements[row].tolist(), strict=True)),
                dict(zip(LISTS, lists[row].tolist(), strict=True)),
                parts,
                named,
            )
