"""What the lowest layers of the base make of each example, computed once for the networks of all folds.

These layers are not trained on real documents, so their output is the same for every network that goes on from the base.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from reader.examples import Example
from reader.fitting import encode_example, make_tensors, tokenizer_of
from reader.network import ReaderNetwork
from torch import Tensor

#: Examples encoded at a time.
_BATCH = 48
_ABOUT = "about.json"


def write_lowest(model: ReaderNetwork, encoder: Path, examples: Sequence[Example], folder: Path) -> None:
    """Write the outputs for ``examples``, one after the other, to ``folder``: (pieces, width) each, in 16 bits.

    Args:
        model: the base.
        encoder: the folder that its tokenizer lies in.
        examples: in the order in which :func:`read_lowest` is given them.
        folder: made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tokenizer_of(encoder)
    encoded = [encode_example(e, tokenizer) for e in examples]
    sizes = [len(e.pieces.ids) for e in encoded]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    width = model.encoder.config.hidden_size
    made = np.lib.format.open_memmap(folder / "lowest.npy", "w+", np.int16, (int(starts[-1]), width))
    order = sorted(range(len(encoded)), key=lambda n: sizes[n])
    for at in range(0, len(order), _BATCH):
        batch = order[at : at + _BATCH]
        given = make_tensors([encoded[n] for n in batch])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            found = model.encode_lowest(given["ids"], given["attention"]).to(torch.bfloat16).view(torch.int16).numpy()
        for row, n in enumerate(batch):
            made[starts[n] : starts[n + 1]] = found[row, : sizes[n]]
    made.flush()
    about = {"examples": _digest_of(examples), "sizes": sizes}
    (folder / _ABOUT).write_text(json.dumps(about), encoding="utf-8")


def read_lowest(examples: Sequence[Example], folder: Path) -> dict[int, Tensor]:
    """The output for each example, by its identity. The file is mapped: processes share its pages.

    Raises:
        ValueError: the folder was written for other examples.
    """
    about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    if about["examples"] != _digest_of(examples):
        raise ValueError(f"{folder} was written for other examples: run the part `lowest` again")
    values: NDArray[np.int16] = np.load(folder / "lowest.npy", mmap_mode="c")
    whole = torch.from_numpy(values).view(torch.bfloat16)
    return {id(e): own for e, own in zip(examples, whole.split(about["sizes"]), strict=True)}


def _digest_of(examples: Sequence[Example]) -> str:
    """What tells these examples, in this order, from others: outputs of others would be taken for theirs without an error."""
    found = hashlib.sha256()
    for example in examples:
        found.update(f"{example.document}\n{example.unit}\n".encode())
    return found.hexdigest()
