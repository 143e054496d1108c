"""The reader of norms as it is shipped: what the network says is what the exported model says, and it can be unpacked."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from dutybook.errors import DamagedModel
from dutybook.extract.norms.model.inputs import HEADS, PIECE_HEADS, UnitInput
from dutybook.records import Span
from training import needs

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "extract" / "norms"))

pytestmark = needs("onnx", "onnxruntime", "torch", "transformers")

TEXT = "The bee-keeper shall: notify the authority of each swarm. No lift runs in a storm."
UNITS = [
    (UnitInput("eu_act enacting item | Hives |", (Span(0, 21),), Span(22, 57)), TEXT),
    (UnitInput("eu_act enacting stem | Hives |", (), Span(0, 21), Span(22, 40)), TEXT),
    (UnitInput("", (), Span(58, 82)), TEXT),
]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, root: Path) -> tuple[Any, Path]:
    """A network of two layers with the folder that its tokenizer lies in; embeddings are such that 4 bits hold them."""
    sys.path[:0] = [str(root / "models")]
    import tiny_models
    import torch
    from reader.network import ReaderNetwork
    from transformers import BertModel

    folder = tmp_path_factory.mktemp("encoder")
    tiny_models.tokenizer().save(str(folder / "tokenizer.json"))
    torch.manual_seed(7)
    sizes = tiny_models.sizes()
    sizes.num_hidden_layers = 2
    made = ReaderNetwork(BertModel(sizes, add_pooling_layer=False)).eval()
    with torch.no_grad():
        words = made.encoder.embeddings.word_embeddings.weight
        words.copy_((words * 64).round().clamp(-7, 7) / 64)
        words[:, 0] = -8 / 64
        for value in made.parameters():
            if value.ndim == 1:
                value += torch.randn_like(value) / 8
    return made, folder


@pytest.fixture(scope="module")
def exported(network: tuple[Any, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    from reader.export import export

    about = {"version": "3", "decisions": {"add": {"labels": ["no"], "bias": [0.0], "weights": {}}}}
    return export(*network, tmp_path_factory.mktemp("norms"), about, UNITS)


@pytest.mark.parametrize("lossless", [True, False])
def test_the_graph_computes_what_the_network_computes(network: tuple[Any, Path], lossless: bool) -> None:
    import numpy as np
    import onnxruntime
    from reader.export import ask_exactly, encode_all, state_of
    from reader.graph import WORDS, make_graph

    model, folder = network
    state = state_of(model)
    if not lossless:
        state[WORDS] = state[WORDS] + np.float32(0.001)
    made = make_graph(state, 2, 2, model.encoder.config.layer_norm_eps, quantised=False)
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    for pieces in encode_all(UNITS, folder):
        ids = np.array([pieces.ids], np.int32)
        sentence = np.zeros_like(ids)
        sentence[0, pieces.start : pieces.end] = 1
        given = {"ids": ids, "kept": np.arange(ids.size, dtype=np.int32), "sentence": sentence}
        wanted = ask_exactly(model, pieces)
        for name in (*HEADS, *PIECE_HEADS):
            (logits,) = session.run([f"{name}_logits"], given)
            logs = logits[0] - np.log(np.exp(logits[0]).sum(-1, keepdims=True))
            assert logs.shape == wanted[name].shape
            assert np.abs(logs - wanted[name]).max() < (1e-4 if lossless else 0.05), name


def test_eight_bits_say_what_the_network_says(network: tuple[Any, Path], exported: Path) -> None:
    import numpy as np
    from reader.export import ask_exactly, encode_all, measure_agreement

    from dutybook.extract.norms.model.reader import load_reader

    model, folder = network
    assert set(measure_agreement(model, exported, UNITS)) == {*HEADS, "tags", "extents"}
    answers = load_reader(exported).answer([unit for unit, _ in UNITS], TEXT)
    for pieces, answer in zip(encode_all(UNITS, folder), answers, strict=True):
        wanted = ask_exactly(model, pieces)
        for head in HEADS:
            assert np.abs(answer.heads[head] - wanted[head]).max() < 0.1, head
        assert np.abs(answer.tags - wanted["tags"][pieces.start : pieces.end]).max() < 0.2
        assert answer.offsets == pieces.offsets
        assert len(answer.before_tags) == len(answer.before_offsets)


def test_an_answer_depends_on_its_unit_alone(exported: Path) -> None:
    from dutybook.extract.norms.model.reader import load_reader

    reader = load_reader(exported)
    together = reader.answer([unit for unit, _ in UNITS], TEXT)
    for (unit, text), answer in zip(UNITS, together, strict=True):
        (alone,) = reader.answer([unit], text)
        assert all((alone.heads[head] == answer.heads[head]).all() for head in HEADS)
        assert (alone.tags == answer.tags).all()


def test_what_is_unpacked_is_what_was_packed(network: tuple[Any, Path], exported: Path) -> None:
    from reader.export import state_of, unpack
    from reader.graph import WORDS

    before, after = state_of(network[0]), state_of(unpack(exported))
    assert before.keys() == after.keys()
    assert (before[WORDS] == after[WORDS]).all()
    for name, values in after.items():
        assert abs(values - before[name]).max() < 0.001, name


def test_eight_bits_to_go_on_training_from_lose_little(network: tuple[Any, Path]) -> None:
    from reader.export import pack, restore, state_of

    state = state_of(network[0])
    for name, values in restore(pack(state, small=True)).items():
        assert abs(values - state[name]).max() <= abs(state[name]).max() / 100, name


def test_weights_of_another_network_are_not_unpacked(exported: Path, tmp_path: Path) -> None:
    from reader.export import unpack
    from safetensors.numpy import load_file, save_file

    config = (exported / "config.json").read_text(encoding="utf-8")
    (tmp_path / "config.json").write_text(config, encoding="utf-8")
    weights = load_file(exported / "model.safetensors")
    del weights["piece.tags.bias"]
    save_file(weights, tmp_path / "model.safetensors")
    with pytest.raises(ValueError, match=r"piece\.tags\.bias"):
        unpack(tmp_path)


def test_the_config_says_what_the_folder_holds(exported: Path, tmp_path: Path) -> None:
    from dutybook.extract.norms.model.reader import load_reader, verify_model

    config = verify_model(exported)
    assert (config["name"], config["version"], list(config["decisions"])) == ("norms", "3", ["add"])
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes((exported / name).read_bytes())
    (tmp_path / "config.json").write_text(json.dumps({**config, "inputs": 1}), encoding="utf-8")
    with pytest.raises(DamagedModel, match="inputs 1"):
        load_reader(tmp_path)
