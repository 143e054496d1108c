"""Loads a user's own sequence or token classifier in place of the shipped model, from a folder in Hugging Face format.

It is read with ``transformers`` from the folder alone: no hub, no code from the folder, no pickle (only safetensors).
Its labels are understood by their names in ``id2label`` (``obligation``, ``B-bearer``), or by the file
``dutybook-labels.json`` in the folder, which maps each name to one of ours: ``{"LABEL_0": "none", "LABEL_1":
"obligation"}``. The labels of a token classifier may be modalities, which mark a norm, and parts.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from dutybook.errors import BadFilter, DamagedModel, MissingExtra
from dutybook.extract.norms.model.inputs import HEADS, PARTS, STATEMENTS, TAGS, Floats, Offsets, UnitInput
from dutybook.extract.norms.model.reader import Answer
from dutybook.records import Span

EXTRA = "train"
MAPPING = "dutybook-labels.json"
NONE, OUTSIDE = STATEMENTS[0], "O"
_PACKAGES = ("transformers", "torch", "safetensors")
_LONGEST = 256
_LARGEST_JSON = 1_000_000
_LEAST = 1e-6
_BATCH = 16


@dataclass(frozen=True, slots=True)
class ForeignModel:
    """A loaded classifier. ``labels`` are our labels by the index of its own; ``tokens``: it labels each token."""

    name: str
    version: str
    network: Any
    tokenizer: Any
    labels: tuple[str, ...]
    tokens: bool

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """The answer for each unit, from the words of the unit alone."""
        order = sorted(range(len(units)), key=lambda n: units[n].span.end - units[n].span.start)
        found: dict[int, Answer] = {}
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            found.update(zip(batch, self._ask([units[n] for n in batch], text), strict=True))
        return [found[n] for n in range(len(units))]

    @property
    def decisions(self) -> Mapping[str, Any]:
        """No decisions were fitted to its answers, so they are used as they are."""
        return {}

    def _ask(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        import torch

        longest = min(_LONGEST, int(getattr(self.network.config, "max_position_embeddings", _LONGEST)))
        words = [unit.span.of(text) for unit in units]
        given = self.tokenizer(
            words, return_tensors="pt", padding=True, truncation=True, max_length=longest, return_offsets_mapping=True
        )
        offsets = given.pop("offset_mapping").tolist()
        with torch.inference_mode():
            values = self.network(**given).logits.float().softmax(-1).numpy()
        return [self._answer(v, o, unit.span) for v, o, unit in zip(values, offsets, units, strict=True)]

    def _answer(self, values: Floats, offsets: Sequence[Sequence[int]], span: Span) -> Answer:
        statement = np.zeros(len(STATEMENTS), dtype=np.float32)
        if not self.tokens:
            for label, value in zip(self.labels, values.tolist(), strict=True):
                statement[STATEMENTS.index(label)] += value
            return _make_answer(statement, np.zeros((0, len(TAGS)), dtype=np.float32), ())
        kept = [n for n, (a, b) in enumerate(offsets) if b > a]
        tags = np.full((len(kept), len(TAGS)), _LEAST, dtype=np.float32)
        for row, n in enumerate(kept):
            for label, value in zip(self.labels, values[n].tolist(), strict=True):
                kind = label[2:]
                if kind in STATEMENTS:
                    statement[STATEMENTS.index(kind)] = max(statement[STATEMENTS.index(kind)], value)
                elif label in TAGS:
                    tags[row, TAGS.index(label)] += value
        statement[0] = max(0.0, 1.0 - float(statement[1:].max()))
        places = tuple((offsets[n][0] + span.start, offsets[n][1] + span.start) for n in kept)
        return _make_answer(statement, tags, places)


def _make_answer(statement: Floats, tags: Floats, offsets: Offsets) -> Answer:
    """An answer from what the classifier knows. For questions that it cannot answer, all labels are equally probable."""
    heads = {name: np.log(np.full(len(labels), 1 / len(labels), dtype=np.float32)) for name, labels in HEADS.items()}
    heads["statement"] = np.log(np.maximum(statement / max(float(statement.sum()), _LEAST), _LEAST))
    heads["list"] = np.log(np.array([1 - _LEAST, _LEAST], dtype=np.float32))
    heads["strength"] = np.log(np.array([1 - _LEAST, _LEAST], dtype=np.float32))
    tags = np.log(np.maximum(tags / np.maximum(tags.sum(-1, keepdims=True), _LEAST), _LEAST))
    extents = np.log(np.tile(np.array([_LEAST, _LEAST, 1 - _LEAST], dtype=np.float32), (len(tags), 1)))
    none = np.zeros((0, len(TAGS)), dtype=np.float32)
    return Answer(heads, tags, extents, offsets, none, ())


@cache
def load_foreign(folder: Path) -> ForeignModel:
    """Load the classifier in a folder.

    Raises:
        MissingExtra: the library that reads it is not installed.
        BadFilter: it is no sequence or token classifier, or its labels are not understood.
        DamagedModel: its files cannot be read.
    """
    if any(find_spec(package) is None for package in _PACKAGES):
        raise MissingExtra("a model of your own", EXTRA)
    config = _json(folder / "config.json")
    named = config.get("architectures")
    kinds = [str(k) for k in named] if isinstance(named, list) else []
    tokens = any(k.endswith("ForTokenClassification") for k in kinds)
    if not tokens and not any(k.endswith("ForSequenceClassification") for k in kinds):
        raise BadFilter(
            f"{folder} holds {', '.join(kinds) or 'no named architecture'}: a sequence or token classifier is needed"
        )
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise BadFilter(
            f"{folder} has no *.safetensors: other weights (pickles) are not read; save the model as safetensors"
        )
    # Set before transformers is imported: it asks no hub whatever a file names.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    only = {"local_files_only": True, "trust_remote_code": False}
    try:
        from transformers import AutoConfig

        # Names that are the usual ones (LABEL_0) are not written down.
        names = dict(AutoConfig.from_pretrained(folder, **only).id2label)
    except Exception as error:  # transformers raises whatever its parts raise
        raise DamagedModel(f"the model in {folder} cannot be read: {error}") from error
    labels = _labels(folder, [str(names[n]) for n in sorted(names)], tokens)
    try:
        from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

        kind = AutoModelForTokenClassification if tokens else AutoModelForSequenceClassification
        network = kind.from_pretrained(folder, use_safetensors=True, **only).eval()
        tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=True, **only)
    except Exception as error:
        raise DamagedModel(f"the model in {folder} cannot be read: {error}") from error
    if not tokenizer.is_fast:
        raise BadFilter(f"{folder} has no tokenizer.json: offsets into the text cannot be determined")
    digest = hashlib.sha256()
    for file in weights:
        digest.update(file.read_bytes())
    return ForeignModel(folder.name, digest.hexdigest()[:12], network, tokenizer, labels, tokens)


def _labels(folder: Path, names: Sequence[str], tokens: bool) -> tuple[str, ...]:
    mapping = _json(folder / MAPPING) if (folder / MAPPING).is_file() else {}
    made = [_ours(str(mapping.get(name, name)), tokens) for name in names]
    unknown = [name for name, ours in zip(names, made, strict=True) if not ours]
    kinds = (*STATEMENTS[1:], *(PARTS if tokens else ()))
    if unknown or not made:
        allowed = f"O, B- or I- with {', '.join(kinds)}" if tokens else ", ".join(STATEMENTS)
        raise BadFilter(
            f"labels of {folder} that are not understood: {', '.join(unknown[:8]) or 'it names none'}. "
            f"Map each in {folder / MAPPING} to one of: {allowed}"
        )
    if not any(label.removeprefix("B-").removeprefix("I-") in STATEMENTS[1:] for label in made):
        raise BadFilter(
            f"no label of {folder} is a modality ({', '.join(STATEMENTS[1:])}): it cannot tell what is a norm"
        )
    return tuple(made)


def _ours(name: str, tokens: bool) -> str:
    """Our name of a label; empty where there is none."""
    bare = name.strip().casefold()
    if not tokens:
        return bare if bare in STATEMENTS else ""
    if bare in {"o", NONE}:
        return OUTSIDE
    mark, _, kind = bare.partition("-") if bare[:2] in {"b-", "i-"} else ("i", "", bare)
    return f"{mark.upper()}-{kind}" if kind in (*STATEMENTS[1:], *PARTS) else ""


def _json(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST_JSON:
            raise ValueError("it is too large")
        found = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no JSON object")
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedModel(f"{file} cannot be read: {error}") from error
    return found
