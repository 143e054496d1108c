"""Runs the network: an 8-bit ONNX model on the processor, loaded from a folder. Nothing leaves the machine.

A folder has ``config.json`` (name, version, labels, decisions, the sha256 of each file), ``model.onnx``,
``tokenizer.json`` and ``model.safetensors`` (for further training; not read here). ``models/reader/export.py`` writes
them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dutybook.errors import DamagedModel
from dutybook.extract.norms.model.inputs import (
    CLASSES,
    HEADS,
    INPUTS_VERSION,
    PIECE_HEADS,
    Floats,
    Offsets,
    Pieces,
    UnitInput,
    encode_unit,
)

Features = Mapping[str, float]


class Decision:
    """Probabilities of labels from features. A feature without weights has no effect."""

    def __init__(self, fitted: Mapping[str, Any]) -> None:
        self.labels: tuple[str, ...] = tuple(fitted["labels"])
        self._bias = np.array(fitted["bias"], dtype=np.float64)
        self._weights = {name: np.array(values, dtype=np.float64) for name, values in fitted["weights"].items()}

    @classmethod
    def of(cls, fitted: Mapping[str, Any] | None) -> Decision | None:
        """The decision, if one was fitted."""
        return cls(fitted) if fitted else None

    def probabilities(self, features: Features) -> dict[str, float]:
        """The probability of each label."""
        return dict(zip(self.labels, _share_out(self._scores(features)), strict=True))

    def choice(self, candidates: Iterable[Features]) -> list[float]:
        """The probability of each of several candidates to be the right one: together they are 1.

        Args:
            candidates: their features; the decision has one label, whose score ranks them.
        """
        return _share_out(np.array([self._scores(features)[0] for features in candidates]))

    def _scores(self, features: Features) -> NDArray[np.float64]:
        total: NDArray[np.float64] = self._bias.copy()
        for name, value in features.items():
            weights = self._weights.get(name)
            if weights is not None:
                total += value * weights
        return total


def _share_out(scores: NDArray[np.float64]) -> list[float]:
    """Scores as probabilities."""
    raised = np.exp(scores - scores.max())
    shares: list[float] = (raised / raised.sum()).tolist()
    return shares


def log_odds(probability: float, least: float = 1e-4) -> float:
    """The log-odds of a probability, clipped away from 0 and 1."""
    kept = min(max(probability, least), 1 - least)
    return math.log(kept / (1 - kept))


def interpolate(value: float, points: Sequence[Sequence[float]]) -> float:
    """The calibrated probability for a raw one, on a line through fitted points (raw, calibrated); unchanged without
    points.
    """
    if not points:
        return value
    return float(np.interp(value, [p[0] for p in points], [p[1] for p in points]))


NAME = "norms"
CONFIG = "config.json"
FILES = ("model.onnx", "model.safetensors", "tokenizer.json")
_NEEDED = ("model.onnx", "tokenizer.json")
#: Makes one operation of an addition and a norm; it takes six times as long as the two.
_SLOW = "SkipLayerNormFusion"
_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)

NO_PIECES: Floats = np.zeros((0, len(CLASSES)), dtype=np.float32)
"""Of answers that say nothing of the classes of words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of the network for a unit, in log-probabilities.

    ``heads`` answers each question about the whole unit. ``tags`` (pieces, 13) and ``extents`` (pieces, 3) are
    about the unit's pieces, whose positions in the document's text are ``offsets``; ``before_tags`` are about the
    pieces before it. ``classes`` (pieces, 4) are the classes of a bearer with these words, from the lowest layers. ``cut``: the unit is longer than the network's input.
    """

    heads: Mapping[str, Floats]
    tags: Floats
    extents: Floats
    offsets: Offsets
    before_tags: Floats
    before_offsets: Offsets
    cut: bool = False
    classes: Floats = field(default_factory=lambda: NO_PIECES)
    before_classes: Floats = field(default_factory=lambda: NO_PIECES)


class Reader(Protocol):
    """Anything that gives answers: the shipped network, a network in training, or a stand-in in a test."""

    @property
    def name(self) -> str:
        """Its name in the evidence."""
        ...

    @property
    def version(self) -> str:
        """Its version in the evidence."""
        ...

    @property
    def decisions(self) -> Mapping[str, Any]:
        """The fitted weights of the passes that decide with its answers."""
        ...

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """The answers for the units of a text, in order."""
        ...


def answer_of(pieces: Pieces, unit: UnitInput, values: Mapping[str, Floats]) -> Answer:
    """An answer from log-probabilities: of unit heads (labels), of pieces (pieces of the sequence, labels)."""
    own, before = slice(pieces.start, pieces.end), slice(pieces.first, pieces.last)
    cut = bool(pieces.offsets) and pieces.offsets[-1][1] < unit.span.end - 1
    return Answer(
        {head: values[head] for head in HEADS},
        values["tags"][own],
        values["extents"][own],
        pieces.offsets,
        values["tags"][before],
        pieces.before_offsets,
        cut,
        values["classes"][own],
        values["classes"][before],
    )


@dataclass(frozen=True, slots=True)
class NetworkReader:
    """A loaded network."""

    name: str
    version: str
    decisions: Mapping[str, Any]
    session: Any
    tokenizer: Any

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """The answers for the units. They are computed one by one, so that nothing is padded and each uses the full
        8-bit range.
        """
        found = []
        for unit in units:
            pieces = encode_unit(unit, text, self.tokenizer)
            found.append(answer_of(pieces, unit, self._ask(pieces)))
        return found

    def _ask(self, pieces: Pieces) -> dict[str, Floats]:
        # The network answers about the whole, what goes before, and the unit; where it stands is only read.
        kept = [0, *range(pieces.first, pieces.last), *range(pieces.start, pieces.end)]
        sentence = np.zeros((1, len(kept)), dtype=np.int32)
        sentence[0, len(kept) - (pieces.end - pieces.start) :] = 1
        given = {
            "ids": np.array([pieces.ids], dtype=np.int32),
            "kept": np.array(kept, dtype=np.int32),
            "sentence": sentence,
        }
        names = [*HEADS, *PIECE_HEADS]
        logits = self.session.run([f"{name}_logits" for name in names], given)
        made = {name: _log_softmax(values[0]) for name, values in zip(names, logits, strict=True)}
        for name in PIECE_HEADS:
            every = np.zeros((len(pieces.ids), made[name].shape[1]), dtype=np.float32)
            every[kept] = made[name]
            made[name] = every
        return made


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(-1, keepdims=True)
    made: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return made


def shipped_folder() -> Path:
    """The folder of the shipped network: in the installed package, or in the checkout."""
    package = Path(__file__).resolve().parents[3]
    installed = package / "_data" / "models" / NAME
    return installed if installed.is_dir() else package.parents[1] / "models" / NAME


def verify_model(folder: Path | None = None) -> dict[str, Any]:
    """The config of a model, after a check of its files.

    Raises:
        DamagedModel: a file is not the one that the config describes, or the model is for other inputs.
    """
    home = folder or shipped_folder()
    try:
        config: dict[str, Any] = json.loads((home / CONFIG).read_text(encoding="utf-8"))
        if config["inputs"] != INPUTS_VERSION:
            raise ValueError(f"it was trained for inputs {config['inputs']}, not {INPUTS_VERSION}")
        wanted = {name: list(labels) for name, labels in {**HEADS, **PIECE_HEADS}.items()}
        if config["labels"] != wanted:
            raise ValueError("its labels are others")
        for name in _NEEDED:
            if hashlib.sha256((home / name).read_bytes()).hexdigest() != config["sha256"][name]:
                raise ValueError(f"{name} is not the file that {CONFIG} describes")
    except _DAMAGE as error:
        raise _damaged(home, error) from error
    return config


@cache
def load_reader(folder: Path | None = None, threads: int = 1) -> NetworkReader:
    """Load the network in a folder; by default the shipped one. ``threads``: how many one batch may use.

    Raises:
        DamagedModel: as :func:`verify_model`.
    """
    config = verify_model(folder)
    home = folder or shipped_folder()
    import onnxruntime
    from tokenizers import Tokenizer

    # The variable that the package sets is not read on Windows, where the system collects such reports.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        data = (home / "model.onnx").read_bytes()
        session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOW]
        )
        tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
        return NetworkReader(config["name"], config["version"], config["decisions"], session, tokenizer)
    except Exception as error:  # onnxruntime and tokenizers raise their own, without a common base
        raise _damaged(home, error) from error


def _damaged(home: Path, error: Exception) -> DamagedModel:
    advice = "install Dutybook again" if home == shipped_folder() else "name another folder, or leave --model out"
    return DamagedModel(f"the model in {home} cannot be used ({error}); {advice}")
