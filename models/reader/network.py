"""The network: an encoder, heads for the unit as a whole, and heads for each of its pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from dutybook.extract.norms.model.inputs import HEADS, LOWEST_LAYERS, PIECE_HEADS, WORD_CLASSES

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
        return self.answer(self.encode_lowest(ids, attention), attention, sentence)

    def encode_lowest(self, ids: Tensor, attention: Tensor) -> Tensor:
        """What the lowest layers make of the pieces: (batch, pieces, width)."""
        return self._pass(self.encoder.embeddings(input_ids=ids), attention, 0, LOWEST_LAYERS)

    def answer(self, lowest: Tensor, attention: Tensor, sentence: Tensor) -> dict[str, Tensor]:
        """The answers of the heads, from what the ``lowest`` layers made of the pieces."""
        hidden = self._pass(lowest, attention, LOWEST_LAYERS, len(self.encoder.encoder.layer))
        mask = sentence.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        pooled = self.dropout(torch.cat([hidden[:, 0], mean], dim=-1))
        found = {name: head(pooled) for name, head in self.unit.items()}
        dropped = self.dropout(hidden)
        found |= {name: head(dropped) for name, head in self.piece.items() if name != WORD_CLASSES}
        return found | {WORD_CLASSES: self.piece[WORD_CLASSES](lowest)}

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
