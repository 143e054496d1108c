"""The source's tensors as a ``transformers`` BertModel."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from encoder.e5s1 import Source

_MATRICES = {
    "q": ("attention.self.query", 384, 384),
    "k": ("attention.self.key", 384, 384),
    "v": ("attention.self.value", 384, 384),
    "ao": ("attention.output.dense", 384, 384),
    "fi": ("intermediate.dense", 1536, 384),
    "fo": ("output.dense", 384, 1536),
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def config(source: Source, kept: NDArray[np.int64], layers: int, positions: int) -> Any:
    """The model's sizes. Dropout is that of BERT, for training."""
    from transformers import BertConfig

    sizes = source.sizes
    return BertConfig(
        vocab_size=len(kept),
        hidden_size=sizes.hidden,
        num_hidden_layers=layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.feed_forward,
        hidden_act="gelu",
        max_position_embeddings=positions,
        type_vocab_size=sizes.types,
        layer_norm_eps=sizes.epsilon,
        pad_token_id=int(np.flatnonzero(kept == source.special["<pad>"])[0]),
        bos_token_id=int(np.flatnonzero(kept == source.special["<s>"])[0]),
        eos_token_id=int(np.flatnonzero(kept == source.special["</s>"])[0]),
    )


def model(source: Source, kept: NDArray[np.int64], layers: int, positions: int) -> Any:
    """A BertModel without pooler: the lowest ``layers``, the first ``positions``, the embeddings of ``kept``."""
    import torch
    from transformers import BertModel

    made = BertModel(config(source, kept, layers, positions), add_pooling_layer=False)
    width = source.sizes.hidden
    state = {
        "embeddings.word_embeddings.weight": source.rows("emb.word", kept, width),
        "embeddings.position_embeddings.weight": source.tensor("emb.pos").reshape(-1, width)[:positions],
        "embeddings.token_type_embeddings.weight": source.tensor("emb.type").reshape(-1, width),
        "embeddings.LayerNorm.weight": source.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.tensor("emb.ln.b"),
    }
    for n in range(layers):
        for short, (name, out, into) in _MATRICES.items():
            state[f"encoder.layer.{n}.{name}.weight"] = source.tensor(f"l{n}.{short}.w").reshape(out, into)
            state[f"encoder.layer.{n}.{name}.bias"] = source.tensor(f"l{n}.{short}.b")
        for short, name in _NORMS.items():
            state[f"encoder.layer.{n}.{name}.weight"] = source.tensor(f"l{n}.{short}.w")
            state[f"encoder.layer.{n}.{name}.bias"] = source.tensor(f"l{n}.{short}.b")
    tensors = {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in state.items()}
    missing, unexpected = made.load_state_dict(tensors, strict=False)
    if unexpected or set(missing) - {"embeddings.position_ids", "embeddings.token_type_ids"}:
        raise ValueError(f"tensors and model do not fit: {missing} are missing, {unexpected} have no place")
    return made.eval()


def vectors(made: Any, tokens: Any, texts: list[str]) -> NDArray[np.float32]:
    """Mean of the last layer over a text's pieces, of length 1: what the source's own engine gives."""
    import torch

    found = []
    for text in texts:
        ids = torch.tensor([tokens.encode(text).ids])
        with torch.inference_mode():
            hidden = made(input_ids=ids).last_hidden_state[0].float()
        mean = hidden.mean(dim=0)
        found.append((mean / mean.norm()).numpy())
    return np.stack(found)
