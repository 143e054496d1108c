"""A model's folder: what is damaged is refused before anything is read, and the message says what to do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from dutybook.errors import DamagedModel
from dutybook.extract.norms.model.inputs import END, HEADS, INPUTS_VERSION, PADDING, PIECE_HEADS, START, UnitInput
from dutybook.extract.norms.model.reader import CONFIG, NetworkReader, load_reader, verify_model
from dutybook.records import Span

Damage = Callable[[Path, dict[str, Any]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose files are those that its config describes, though none is a network."""
    files = {"model.onnx": b"no network", "tokenizer.json": b"{}", "model.safetensors": b""}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    config = {
        "name": "harbour",
        "version": "1",
        "inputs": INPUTS_VERSION,
        "labels": {name: list(labels) for name, labels in {**HEADS, **PIECE_HEADS}.items()},
        "decisions": {},
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    (tmp_path / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    return tmp_path


def rewritten(**changes: Any) -> Damage:
    def change(folder: Path, config: dict[str, Any]) -> None:
        (folder / CONFIG).write_text(json.dumps({**config, **changes}), encoding="utf-8")

    return change


def without(key: str) -> Damage:
    def change(folder: Path, config: dict[str, Any]) -> None:
        (folder / CONFIG).write_text(json.dumps({k: v for k, v in config.items() if k != key}), encoding="utf-8")

    return change


def written(name: str, content: bytes) -> Damage:
    return lambda folder, _: (folder / name).write_bytes(content) and None


def missing(name: str) -> Damage:
    return lambda folder, _: (folder / name).unlink()


DAMAGES: dict[str, tuple[Damage, str]] = {
    "a changed network": (written("model.onnx", b"no networl"), "model.onnx is not the file"),
    "a changed tokenizer": (written("tokenizer.json", b"{ }"), "tokenizer.json is not the file"),
    "no network": (missing("model.onnx"), "model.onnx"),
    "no tokenizer": (missing("tokenizer.json"), "tokenizer.json"),
    "no config": (missing(CONFIG), CONFIG),
    "a config that is no JSON": (written(CONFIG, b"{"), "Expecting"),
    "a config that is no text": (written(CONFIG, b"\xff\xfe{}"), "decode"),
    "a config that is a list": (written(CONFIG, b"[1]"), ""),
    "a network for other inputs": (rewritten(inputs=INPUTS_VERSION - 1), f"not {INPUTS_VERSION}"),
    "other labels": (rewritten(labels={"statement": ["none", "duty"]}), "its labels are others"),
    "no labels": (without("labels"), "labels"),
    "no sums": (rewritten(sha256=None), ""),
    "no sum of the network": (rewritten(sha256={}), "model.onnx"),
}


def test_a_whole_folder_is_accepted(folder: Path) -> None:
    assert verify_model(folder)["name"] == "harbour"


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_folder_is_refused(folder: Path, name: str) -> None:
    damage, why = DAMAGES[name]
    damage(folder, json.loads((folder / CONFIG).read_text(encoding="utf-8")))
    with pytest.raises(DamagedModel) as refused:
        verify_model(folder)
    assert str(folder) in str(refused.value)
    assert why in str(refused.value)
    assert "name another folder" in str(refused.value)


def test_weights_to_go_on_training_with_are_not_needed_to_read(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert verify_model(folder)


def test_a_file_that_is_no_network_is_refused_when_it_is_loaded(folder: Path) -> None:
    with pytest.raises(DamagedModel, match="name another folder"):
        load_reader(folder)


class Counting:
    """A session that gives each sequence logits by its length, so that answers can be told apart."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, names: list[str], given: dict[str, Any]) -> list[Any]:
        self.shapes.append(given["ids"].shape)
        rows = given["ids"].shape[0]
        made = []
        for name in names:
            head = name.removesuffix("_logits")
            labels = len({**HEADS, **PIECE_HEADS}[head])
            kept = len(given["kept"])
            values = np.zeros((rows, labels) if head in HEADS else (rows, kept, labels), dtype=np.float32)
            if head in HEADS:
                values[:, 1] = given["sentence"].sum(1)
            made.append(values)
        return made


class TestAnswers:
    """The order of answers and what is asked, with a session that is none."""

    TEXT = "The keeper lights the lamp. " * 30

    def reader(self) -> NetworkReader:
        tokenizer = SimpleNamespace(
            token_to_id={START: 0, PADDING: 1, END: 2}.__getitem__,
            encode=lambda text, **_: SimpleNamespace(
                ids=[5] * len(text.split()), offsets=[(n, n + 1) for n in range(len(text.split()))]
            ),
        )
        return NetworkReader("harbour", "1", {}, Counting(), tokenizer)

    def test_answers_come_in_the_order_of_the_units(self) -> None:
        reader = self.reader()
        units = [UnitInput("", (), Span(0, 28 * n)) for n in (5, 1, 9, 3)]
        sizes = [len(a.offsets) for a in reader.answer(units, self.TEXT)]
        assert sizes == [25, 5, 45, 15]

    def test_units_are_asked_one_by_one_without_padding(self) -> None:
        reader = self.reader()
        units = [UnitInput("", (), Span(0, 28 * (1 + n % 2 * 20))) for n in range(4)]
        reader.answer(units, self.TEXT)
        assert [shape[0] for shape in reader.session.shapes] == [1] * 4
        assert reader.session.shapes[0][1] < reader.session.shapes[1][1]

    def test_values_are_log_probabilities(self) -> None:
        (answer,) = self.reader().answer([UnitInput("", (Span(0, 28),), Span(28, 56))], self.TEXT)
        for values in (*answer.heads.values(), answer.tags, answer.extents, answer.before_tags):
            assert np.exp(values).sum(-1) == pytest.approx(1, abs=1e-5)
        assert len(answer.before_tags) == len(answer.before_offsets)

    def test_no_units_are_no_call(self) -> None:
        reader = self.reader()
        assert reader.answer([], self.TEXT) == []
        assert reader.session.shapes == []

    def test_what_is_longer_than_the_network_reads_is_cut(self) -> None:
        text = "lamp " * 400
        whole = UnitInput("", (), Span(0, len(text)))
        reader = replace(self.reader())
        (answer,) = reader.answer([whole], text)
        assert answer.cut
        assert len(answer.offsets) < 400
