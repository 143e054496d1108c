"""Tiny random models of our own, made in a second: a tokenizer of letters, an encoder of one layer, heads."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def tokenizer() -> Any:
    """A unigram tokenizer that knows letters, signs and a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    letters = [(c, -5.0) for c in f"▁{string.ascii_letters}{string.digits}.,;:’'éà|_"]
    words = [(w, -3.0) for w in ("▁the", "▁operator", "▁shall", "▁notify", "▁delays", "▁authority")]
    made = Tokenizer(models.Unigram([*special, *letters, *words], unk_id=3, byte_fallback=False))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.add_special_tokens([t for t, _ in special])
    return made


def sizes(**more: Any) -> Any:
    """A BERT of one layer."""
    from transformers import BertConfig

    return BertConfig(
        vocab_size=tokenizer().get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=256,
        pad_token_id=1,
        **more,
    )


def encoder(folder: Path) -> Path:
    """An encoder's folder."""
    import torch
    from transformers import BertModel

    torch.manual_seed(7)
    BertModel(sizes(), add_pooling_layer=False).save_pretrained(folder)
    tokenizer().save(str(folder / "tokenizer.json"))
    return folder


def classifier(folder: Path, labels: Sequence[str], *, tokens: bool = False, sure: str = "") -> Path:
    """A classifier in Hugging Face layout; ``sure``: the label that it always gives."""
    import torch
    from transformers import BertForSequenceClassification, BertForTokenClassification, PreTrainedTokenizerFast

    torch.manual_seed(7)
    kind = BertForTokenClassification if tokens else BertForSequenceClassification
    named = dict(enumerate(labels))
    model = kind(sizes(id2label=named, label2id={v: k for k, v in named.items()}))
    if sure:
        with torch.no_grad():
            model.classifier.weight.zero_()
            model.classifier.bias.fill_(-4.0)
            model.classifier.bias[list(labels).index(sure)] = 4.0
    model.save_pretrained(folder)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(), pad_token="<pad>", unk_token="<unk>", cls_token="<s>", sep_token="</s>"
    )
    fast.save_pretrained(folder)
    return folder
