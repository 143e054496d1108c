"""A ``tokenizers`` tokenizer over some of the pieces of the source."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from encoder.e5s1 import Source

START, PADDING, END, UNKNOWN, MASK = "<s>", "<pad>", "</s>", "<unk>", "<mask>"
SPECIAL = (START, PADDING, END, UNKNOWN, MASK)


def tokenizer(source: Source, kept: NDArray[np.int64]) -> Any:
    """The tokenizer that knows the pieces ``kept`` (ids of the source, ascending); a piece's new id is its place there.

    Offsets of its encodings are characters of the text as given.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    pieces = [(source.pieces[i], round(float(source.scores[i]), 5)) for i in kept]
    ids = {piece: n for n, (piece, _) in enumerate(pieces)}
    made = Tokenizer(models.Unigram(pieces, unk_id=ids[UNKNOWN], byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing(
        single=f"{START} $A {END}",
        pair=f"{START} $A {END} {END} $B {END}",
        special_tokens=[(START, ids[START]), (END, ids[END])],
    )
    made.add_special_tokens([AddedToken(t, normalized=False, special=True, lstrip=t == MASK) for t in SPECIAL])
    return made


def settings(length: int) -> dict[str, Any]:
    """What ``transformers`` asks of a tokenizer's folder; ``length`` in pieces."""
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": length,
        "bos_token": START,
        "cls_token": START,
        "eos_token": END,
        "sep_token": END,
        "pad_token": PADDING,
        "unk_token": UNKNOWN,
        "mask_token": MASK,
        "clean_up_tokenization_spaces": False,
    }


def everything(source: Source) -> NDArray[np.int64]:
    """All pieces."""
    return np.arange(len(source.pieces), dtype=np.int64)


def counted(source: Source, texts: Iterable[str]) -> NDArray[np.int64]:
    """How often each piece of the source is needed by the texts."""
    whole = tokenizer(source, everything(source))
    found = np.zeros(len(source.pieces), dtype=np.int64)
    for text in texts:
        found += np.bincount(whole.encode(text, add_special_tokens=False).ids, minlength=len(found))
    return found
