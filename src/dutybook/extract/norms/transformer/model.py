"""The transformer at run time: an 8-bit ONNX model on the processor, read from a folder, no network.

A folder holds ``config.json`` (name, version, labels, settings, temperatures, the sha256 of each file), ``model.onnx``,
``tokenizer.json`` and ``model.safetensors`` (to go on training; not read here). ``models/transformer/export.py`` writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from dutybook.errors import DamagedModel, MissingExtra
from dutybook.extract.norms.light_model import folder_of
from dutybook.extract.norms.transformer.encoding import (
    INPUTS_VERSION,
    LISTS,
    PADDING,
    STATEMENTS,
    TAGS,
    Pieces,
    decoded,
    encoded,
    spans,
    sureness,
)
from dutybook.extract.norms.transformer.inputs import UnitText

NAME = "norms-transformer"
EXTRA = "transformer"
CONFIG = "config.json"
FILES = ("model.onnx", "model.safetensors", "tokenizer.json")
#: What is needed to run it.
_RUN = ("model.onnx", "tokenizer.json")
_PACKAGES = ("onnxruntime", "tokenizers")
BATCH = 16
_LEAST = 1e-9
_DAMAGE = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Marked:
    """A part that the model marks: characters ``[start, end)`` of the sentence, and how sure it is."""

    kind: str
    start: int
    end: int
    probability: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the model says of a unit: probabilities by label, the parts, and the tag of each piece."""

    statement: dict[str, float]
    list: dict[str, float]
    parts: tuple[Marked, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransformerModel:
    """A loaded model. ``settings`` are what ``config.json`` says of when to believe it; a temperature divides a head's logits."""

    name: str
    version: str
    session: Any
    tokenizer: Any
    settings: dict[str, Any]
    temperature: dict[str, float]

    def answers(self, units: Sequence[UnitText]) -> list[Said]:
        """What the model says of each unit, in their order. Units of like length are asked together."""
        made = [encoded(unit, self.tokenizer) for unit in units]
        order = sorted(range(len(made)), key=lambda n: len(made[n].ids))
        found: dict[int, Said] = {}
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            found.update(zip(batch, self._asked([made[n] for n in batch], [units[n].text for n in batch]), strict=True))
        return [found[n] for n in range(len(units))]

    def _asked(self, batch: Sequence[Pieces], texts: Sequence[str]) -> list[Said]:
        import numpy as np

        shape = (len(batch), max(len(p.ids) for p in batch))
        ids = np.full(shape, self.tokenizer.token_to_id(PADDING), dtype=np.int32)
        attention, sentence = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
        for row, pieces in enumerate(batch):
            ids[row, : len(pieces.ids)] = pieces.ids
            attention[row, : len(pieces.ids)] = 1
            sentence[row, pieces.start : pieces.end] = 1
        given = {"ids": ids, "attention": attention, "sentence": sentence}
        statements, lists, tags = self.session.run(["statement_logits", "list_logits", "tags_logits"], given)
        statements = _softmax(statements / self.temperature["statement"])
        lists, tags = _softmax(lists / self.temperature["list"]), _softmax(tags)
        made = []
        for row, (pieces, text) in enumerate(zip(batch, texts, strict=True)):
            own = tags[row, pieces.start : pieces.end]
            named = tuple(TAGS[n] for n in decoded(np.log(own + _LEAST), pieces.offsets, text))
            parts = tuple(
                Marked(kind, start, end, sureness(own[first:last], kind))
                for kind, start, end, first, last in spans(named, pieces.offsets, text)
            )
            by_label = dict(zip(STATEMENTS, statements[row].tolist(), strict=True))
            made.append(Said(by_label, dict(zip(LISTS, lists[row].tolist(), strict=True)), parts, named))
        return made


def _softmax(logits: Any) -> Any:
    import numpy as np

    raised = np.exp(logits - logits.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def shipped() -> bool:
    """Whether the model is part of this installation."""
    return (folder_of(NAME) / CONFIG).is_file()


def missing() -> str:
    """Why the shipped model cannot be asked here; empty if it can. Loads nothing."""
    if not shipped():
        return "it is not part of this installation"
    lacking = [package for package in _PACKAGES if find_spec(package) is None]
    return f"{', '.join(lacking)} not installed: pip install 'dutybook[{EXTRA}]'" if lacking else ""


def verified(folder: Path | None = None) -> dict[str, Any]:
    """The config of a model, whose files are those that it describes.

    Raises:
        DamagedModel: they are not, or were made for other inputs.
        MissingExtra: what runs it is not installed.
    """
    home = folder or folder_of(NAME)
    if any(find_spec(package) is None for package in _PACKAGES):
        raise MissingExtra("the transformer", EXTRA)
    try:
        config: dict[str, Any] = json.loads((home / CONFIG).read_text(encoding="utf-8"))
        if config["inputs"] != INPUTS_VERSION:
            raise ValueError(f"it was trained for inputs {config['inputs']}, not {INPUTS_VERSION}")
        wanted = {"statement": list(STATEMENTS), "list": list(LISTS), "tags": list(TAGS)}
        if config["labels"] != wanted:
            raise ValueError("its labels are others")
        for name in _RUN:
            if hashlib.sha256((home / name).read_bytes()).hexdigest() != config["sha256"][name]:
                raise ValueError(f"{name} is not the file that {CONFIG} describes")
    except _DAMAGE as error:
        raise _damaged(home, error) from error
    return config


@cache
def load_transformer(folder: Path | None = None, threads: int = 1) -> TransformerModel:
    """The model in a folder; the shipped one where none is named. ``threads``: how many one batch may use.

    Raises:
        DamagedModel, MissingExtra: as :func:`verified`.
    """
    config = verified(folder)
    home = folder or folder_of(NAME)
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    try:
        data = (home / "model.onnx").read_bytes()
        session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(home / "tokenizer.json"))
        temperature = {head: float(value) for head, value in config["temperature"].items()}
        return TransformerModel(config["name"], config["version"], session, tokenizer, config["settings"], temperature)
    except Exception as error:  # onnxruntime and tokenizers raise their own, without a common base
        raise _damaged(home, error) from error


@dataclass(frozen=True, slots=True)
class WaitingModel:
    """The shipped model, loaded when it is asked for the first time: most documents need no answer of it, and 300 MB less."""

    name: str
    version: str
    settings: dict[str, Any]

    def answers(self, units: Sequence[UnitText]) -> list[Said]:
        """As :meth:`TransformerModel.answers`."""
        return load_transformer().answers(units)


@cache
def waiting_transformer() -> WaitingModel:
    """The shipped model without its weights.

    Raises:
        DamagedModel, MissingExtra: as :func:`verified`.
    """
    config = verified()
    return WaitingModel(config["name"], config["version"], config["settings"])


def _damaged(home: Path, error: Exception) -> DamagedModel:
    return DamagedModel(
        f"the model in {home} cannot be used ({error}); install Dutybook again, or go on with --model rules"
    )
