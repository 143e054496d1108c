"""The network: an encoder, a head for the sentence, one for the list it leads, one tag a piece."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertModel

from dutybook.extract.norms.transformer.encoding import LISTS, STATEMENTS, TAGS


class NormsModel(nn.Module):
    """Heads over an encoder. All three answers are logits: (batch, 5), (batch, 2), (batch, pieces, 13)."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.statement = nn.Sequential(
            nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, len(STATEMENTS))
        )
        self.list = nn.Linear(2 * width, len(LISTS))
        self.tags = nn.Linear(width, len(TAGS))

    @classmethod
    def over(cls, folder: Path) -> NormsModel:
        """New heads over the encoder of a folder. Within the encoder nothing is dropped: few sentences are shown twice, and it costs a third of the time."""
        still = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
        return cls(BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True, **still))

    def forward(self, ids: Tensor, attention: Tensor, sentence: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """``ids``, ``attention`` and ``sentence`` (1 at pieces of the sentence) are (batch, pieces)."""
        hidden = self.encoder(input_ids=ids, attention_mask=attention).last_hidden_state
        mask = sentence.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        pooled = self.dropout(torch.cat([hidden[:, 0], mean], dim=-1))
        return self.statement(pooled), self.list(pooled), self.tags(self.dropout(hidden))
