"""The network: an encoder, heads for the unit as a whole, and heads for each of its pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from dutybook.extract.norms.model.encoding import HEADS, PIECE_HEADS

#: Heads with a layer of their own before the last one.
DEEP = ("statement", "class")


class ReaderNetwork(nn.Module):
    """Heads over an encoder; every answer is logits: (batch, labels) for a unit, (batch, pieces, labels) for pieces."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.unit = nn.ModuleDict({name: self._head(name, width, len(labels)) for name, labels in HEADS.items()})
        self.piece = nn.ModuleDict({name: nn.Linear(width, len(labels)) for name, labels in PIECE_HEADS.items()})

    @staticmethod
    def _head(name: str, width: int, labels: int) -> nn.Module:
        if name not in DEEP:
            return nn.Linear(2 * width, labels)
        return nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, labels))

    @classmethod
    def over(cls, folder: Path) -> ReaderNetwork:
        """New heads over the encoder of a folder. Nothing is dropped within the encoder: it costs a third of the time."""
        still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        return cls(BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True, **still))

    def forward(self, ids: Tensor, attention: Tensor, sentence: Tensor) -> dict[str, Tensor]:
        """``ids``, ``attention`` and ``sentence`` (1 at pieces of the unit itself) are (batch, pieces)."""
        return self.answer(self.encode(ids, attention, len(self.encoder.encoder.layer)), attention, sentence)

    def encode(self, ids: Tensor, attention: Tensor, layers: int) -> Tensor:
        """What the lowest layers make of the pieces: (batch, pieces, width)."""
        hidden = self.encoder.embeddings(input_ids=ids)
        return self._pass(hidden, attention, 0, layers)

    def answer(self, hidden: Tensor, attention: Tensor, sentence: Tensor, layers: int | None = None) -> dict[str, Tensor]:
        """The answers of the heads; ``hidden`` has gone through so many ``layers``, all where none is named."""
        if layers is not None:
            hidden = self._pass(hidden, attention, layers, len(self.encoder.encoder.layer))
        mask = sentence.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        pooled = self.dropout(torch.cat([hidden[:, 0], mean], dim=-1))
        found = {name: head(pooled) for name, head in self.unit.items()}
        dropped = self.dropout(hidden)
        return found | {name: head(dropped) for name, head in self.piece.items()}

    def _pass(self, hidden: Tensor, attention: Tensor, first: int, last: int) -> Tensor:
        hidden_from = (1.0 - attention[:, None, None, :].to(hidden.dtype)) * -1e4
        for layer in self.encoder.encoder.layer[first:last]:
            hidden = layer(hidden, hidden_from.to(hidden.dtype))
        return hidden

    def load_older_heads(self, file: Path) -> None:
        """Take over the heads of the network before this one, which asked less: statement, list and tags."""
        from safetensors.torch import load_file

        names = {"statement": "unit.statement", "list": "unit.list", "tags": "piece.tags"}
        state = {}
        for name, values in load_file(file).items():
            head, _, rest = name.partition(".")
            state[f"{names[head]}.{rest}"] = values
        _, unexpected = self.load_state_dict(state, strict=False)
        if unexpected:
            raise ValueError(f"heads and network do not fit: {unexpected}")
