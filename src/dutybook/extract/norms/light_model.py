"""A linear model on hashed features, read from a folder: one matrix a question, numpy alone, no network.

A folder holds ``config.json`` (name, version, thresholds, what the weights were learned from), ``weights.npz`` (only the
rows that are not zero, in half precision, no pickles) and ``card.md`` (scores). ``models/train.py`` writes all three.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.errors import DamagedModel
from dutybook.extract.norms.seen import FEATURES_VERSION, Features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "norms-light"
# Scores beyond it are as good as certain.
_SURE = 60.0
_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Head:
    """One question: ``labels`` are its answers, ``weights`` a row a hashed feature and a column a label."""

    labels: tuple[str, ...]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LightModel:
    """A loaded model. ``settings`` are the thresholds of ``config.json``."""

    name: str
    version: str
    heads: dict[str, Head]
    settings: dict[str, Any] = field(default_factory=dict)

    def probabilities(self, head: str, features: Features) -> dict[str, float]:
        """The probability of each label of a head."""
        asked = self.heads[head]
        marks, words = hashed(features, len(asked.weights))
        scores = asked.bias + asked.weights[marks].sum(axis=0)
        if words:
            scores = scores + asked.weights[words].sum(axis=0) * word_weight(len(words))
        # A sentence of the same words a thousand times over sums up to what no exponential can hold.
        values = [1.0 / (1.0 + math.exp(-max(-_SURE, min(s, _SURE)))) for s in scores.tolist()]
        total = sum(values)
        return dict(zip(asked.labels, (v / total for v in values), strict=True))


def hashed(features: Features, rows: int) -> tuple[list[int], list[int]]:
    """The rows of a feature's marks and words; ``rows`` is a power of two."""
    mask = rows - 1
    return (
        [zlib.crc32(f.encode()) & mask for f in features.marks],
        [zlib.crc32(f.encode()) & mask for f in features.words],
    )


def word_weight(count: int) -> float:
    """How much each of ``count`` words counts beside a mark."""
    return 1.0 / math.sqrt(count)


def folder_of(name: str = NAME) -> Path:
    """Where a shipped model lies: in the installed package, or in the checkout."""
    installed = Path(__file__).parents[2] / "_data" / "models" / name
    return installed if installed.is_dir() else Path(__file__).parents[4] / "models" / name


@cache
def load_model(folder: Path | None = None) -> LightModel:
    """The model in a folder; the shipped one where none is named.

    Raises:
        DamagedModel: the folder is incomplete or damaged, or was trained for other features.
    """
    config, data = verified(folder)
    try:
        heads = {name: _head(name, made, data) for name, made in config["heads"].items()}
        return LightModel(config["name"], config["version"], heads, config["settings"])
    except _DAMAGE as error:
        raise _damaged(folder or folder_of(), error) from error


def verified(folder: Path | None = None) -> tuple[dict[str, Any], bytes]:
    """The config of a model and its weights as bytes, which are those that the config describes.

    Raises:
        DamagedModel: they are not, or were made for other features.
    """
    home = folder or folder_of()
    try:
        config = json.loads((home / "config.json").read_text(encoding="utf-8"))
        data = (home / "weights.npz").read_bytes()
        if hashlib.sha256(data).hexdigest() != config["sha256"]:
            raise ValueError("weights.npz is not the file that config.json describes")
        if config["features"] != FEATURES_VERSION:
            raise ValueError(f"it was trained for features {config['features']}, not {FEATURES_VERSION}")
    except _DAMAGE as error:
        raise _damaged(home, error) from error
    return config, data


def _damaged(home: Path, error: Exception) -> DamagedModel:
    return DamagedModel(
        f"the model in {home} cannot be used ({error}); install Dutybook again, or go on with --model rules"
    )


def _head(name: str, made: dict[str, Any], data: bytes) -> Head:
    import numpy as np

    with np.load(BytesIO(data), allow_pickle=False) as arrays:
        labels = tuple(made["labels"])
        weights = np.zeros((1 << made["bits"], len(labels)), dtype=np.float32)
        weights[arrays[f"{name}.rows"]] = arrays[f"{name}.values"]
        return Head(labels, weights, arrays[f"{name}.bias"].astype(np.float32))


def save_model(folder: Path, config: dict[str, Any], heads: dict[str, Head]) -> None:
    """Write a model's folder; the same weights give the same bytes."""
    import numpy as np

    arrays: dict[str, Any] = {}
    for name, head in sorted(heads.items()):
        small = head.weights.astype(np.float16)
        rows = np.flatnonzero(np.any(small != 0, axis=1)).astype(np.uint32)
        arrays |= {f"{name}.rows": rows, f"{name}.values": small[rows], f"{name}.bias": head.bias.astype(np.float32)}
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    data = buffer.getvalue()
    described = {n: {"labels": list(h.labels), "bits": len(h.weights).bit_length() - 1} for n, h in heads.items()}
    whole = {**config, "features": FEATURES_VERSION, "heads": described, "sha256": hashlib.sha256(data).hexdigest()}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "weights.npz").write_bytes(data)
    (folder / "config.json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
