#!/usr/bin/env python3
"""Packs a trained network as the model that Dutybook ships.

    python models/reader/export.py STATE.pt build/encoder-6 --out models/norms [--about FILE.json]
    python models/reader/export.py --random build/encoder-6 --out build/norms-random    # heads untrained, to measure speed

``STATE.pt`` is ``torch.save(model.state_dict())`` of :class:`reader.network.ReaderNetwork` over that encoder. Written are
``model.onnx`` (8 bits, one file), ``model.safetensors``, ``tokenizer.json`` and ``config.json`` with the sha256 of each; the JSON
given as ``--about`` (version, decisions) goes into it. Printed, and kept there: how often the 8-bit model says what the network
says, on our own texts. :func:`unpack` makes the network again, to go on training; its tokenizer lies in the same folder.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from reader.examples import read_text  # noqa: E402
from reader.graph import WORDS, Floats, make_graph  # noqa: E402
from reader.network import ReaderNetwork  # noqa: E402
from reader.packing import four_bits, rows_of_eight_bits, unpacked  # noqa: E402
from safetensors.numpy import load_file, save_file  # noqa: E402

from dutybook.extract.norms.model.inputs import (  # noqa: E402  # noqa: E402
    HEADS,
    INPUTS_VERSION,
    PIECE_HEADS,
    Pieces,
    UnitInput,
    can_hold_norms,
    decode_tags,
    describe_unit,
    encode_unit,
    find_first_items,
)
from dutybook.extract.norms.model.reader import CONFIG, FILES, NAME, Answer, answer_of, load_reader  # noqa: E402

#: All files together, in bytes: over it, the matrices to go on training from are kept in 8 bits instead of 16.
LIMIT = 60_000_000
#: Units of our own texts that the 8 bits are fitted to and measured on.
UNITS = 800

Asked = tuple[UnitInput, str]
"""A unit, and the text that it stands in."""


def export(
    model: ReaderNetwork, encoder: Path, out: Path, about: Mapping[str, Any], units: Sequence[Asked] = ()
) -> Path:
    """Write the folder.

    Args:
        model: the trained network.
        encoder: the folder that its tokenizer lies in.
        out: what to write to.
        about: what else ``config.json`` says: ``version`` and ``decisions``.
        units: what the 8 bits are fitted to, not what agreement is measured on.
    """
    out.mkdir(parents=True, exist_ok=True)
    state, sizes = state_of(model), model.encoder.config
    (out / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
    reach = reach_of(model, encode_all(units, encoder)) if units else None
    made = make_graph(state, sizes.num_hidden_layers, sizes.num_attention_heads, sizes.layer_norm_eps, reach=reach)
    (out / "model.onnx").write_bytes(made.SerializeToString())
    save_file(pack(state, small=False), out / "model.safetensors")
    if sum((out / name).stat().st_size for name in FILES) > LIMIT:
        save_file(pack(state, small=True), out / "model.safetensors")
    write_config(
        out,
        {
            "name": NAME,
            "version": "0",
            "inputs": INPUTS_VERSION,
            "labels": {**HEADS, **PIECE_HEADS},
            "decisions": {},
            **about,
            "encoder": {k: v for k, v in sizes.to_diff_dict().items() if k not in {"transformers_version", "dtype"}},
            "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES},
        },
    )
    return out


def write_config(folder: Path, config: Mapping[str, Any]) -> None:
    """Write a model's ``config.json``."""
    (folder / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unpack(folder: Path) -> ReaderNetwork:
    """The network that was exported to a folder, to go on training.

    Raises:
        ValueError: the folder's weights are not those of such a network.
    """
    from transformers import BertConfig, BertModel

    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    model = ReaderNetwork(BertModel(BertConfig(**config["encoder"]), add_pooling_layer=False))
    state = {name: torch.from_numpy(v) for name, v in restore(load_file(folder / "model.safetensors")).items()}
    if set(state) != set(state_of(model)):
        raise ValueError(f"weights and network do not fit: {sorted(set(state) ^ set(state_of(model)))}")
    model.load_state_dict(state, strict=False)
    return model.eval()


def unpack_start(folder: Path, out: Path) -> Path:
    """The encoder of the network that the training starts from, in Hugging Face layout, and its heads (``heads.safetensors``)."""
    from transformers import BertConfig, BertModel

    if (out / "heads.safetensors").is_file():
        return out
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    state = restore(load_file(folder / "model.safetensors"))
    encoder = BertModel(BertConfig(**config["encoder"]), add_pooling_layer=False)
    inner = {n.removeprefix("encoder."): torch.from_numpy(v) for n, v in state.items() if n.startswith("encoder.")}
    encoder.load_state_dict(inner, strict=False)
    out.mkdir(parents=True, exist_ok=True)
    encoder.save_pretrained(out)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    save_file({n: v for n, v in state.items() if not n.startswith("encoder.")}, out / "heads.safetensors")
    return out


def state_of(model: ReaderNetwork) -> dict[str, Floats]:
    """The weights as arrays of float32."""
    return {n: v.detach().float().numpy() for n, v in model.state_dict().items() if v.dtype.is_floating_point}


def pack(state: Mapping[str, Floats], *, small: bool) -> dict[str, Any]:
    """Tensors to be kept: embeddings in 4 bits where that is lossless, matrices in float16, or, ``small``, in 8 bits."""
    made: dict[str, Any] = {}
    for name, values in state.items():
        blocks = four_bits(values) if name == WORDS else None
        if blocks is not None:
            made |= {f"{name}.q4": blocks[0], f"{name}.scale": blocks[1]}
        elif values.ndim == 2 and (small or name == WORDS):
            made[f"{name}.q8"], made[f"{name}.scale"] = rows_of_eight_bits(values)
        else:
            made[name] = values.astype(np.float16) if values.ndim == 2 else values
    return made


def restore(tensors: Mapping[str, Any]) -> dict[str, Floats]:
    """The weights that :func:`pack` made these of, as float32."""
    made: dict[str, Floats] = {}
    for name, values in tensors.items():
        match name.rpartition(".")[::2]:
            case (bare, "q4"):
                made[bare] = unpacked(values, tensors[f"{bare}.scale"])
            case (bare, "q8"):
                made[bare] = values.astype(np.float32) * tensors[f"{bare}.scale"].astype(np.float32)[:, None]
            case (_, "scale"):
                continue
            case _:
                made[name] = values.astype(np.float32)
    return made


def encode_all(units: Sequence[Asked], folder: Path) -> list[Pieces]:
    """The units as the network reads them, by the tokenizer of a folder."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return [encode_unit(unit, text, tokenizer) for unit, text in units]


def ask_exactly(model: ReaderNetwork, pieces: Pieces) -> dict[str, Floats]:
    """What the network says of one unit in float32, as log-probabilities."""
    ids = torch.tensor([pieces.ids])
    sentence = torch.zeros_like(ids)
    sentence[0, pieces.start : pieces.end] = 1
    with torch.inference_mode():
        logits = model(ids, torch.ones_like(ids), sentence)
    return {name: values[0].float().log_softmax(-1).numpy() for name, values in logits.items()}


def reach_of(model: ReaderNetwork, units: Sequence[Pieces]) -> dict[str, Floats]:
    """How far each number that enters a feed-forward layer goes from zero, over ``units``."""
    found: dict[str, Floats] = {}

    def watch(name: str) -> Any:
        def hook(_layer: Any, inputs: Any, _output: Any) -> None:
            far = inputs[0].detach().abs().amax(dim=(0, 1)).numpy()
            found[name] = np.maximum(found[name], far) if name in found else far

        return hook

    watched = [(n, m) for n, m in model.named_modules() if n.endswith("intermediate.dense")]
    hooks = [module.register_forward_hook(watch(name)) for name, module in watched]
    for pieces in units:
        ask_exactly(model, pieces)
    for hook in hooks:
        hook.remove()
    return found


def measure_agreement(model: ReaderNetwork, folder: Path, units: Sequence[Asked]) -> dict[str, float]:
    """How often the model in ``folder`` gives the label that the network gives: of units, and of pieces."""
    ours = load_reader(folder)
    same = dict.fromkeys((*HEADS, "tags", "extents"), 0)
    pieces = 0
    for (unit, text), made in zip(units, encode_all(units, folder), strict=True):
        wanted = answer_of(made, unit, ask_exactly(model, made))
        (answer,) = ours.answer([unit], text)
        for head in HEADS:
            same[head] += int(wanted.heads[head].argmax() == answer.heads[head].argmax())
        same["tags"] += sum(a == b for a, b in zip(_tags(wanted, text), _tags(answer, text), strict=True))
        same["extents"] += int((wanted.extents.argmax(-1) == answer.extents.argmax(-1)).sum())
        pieces += len(wanted.offsets)
    return {name: round(n / max(pieces if name in PIECE_HEADS else len(units), 1), 4) for name, n in same.items()}


def _tags(answer: Answer, text: str) -> list[int]:
    return decode_tags(answer.tags, answer.offsets, text)


def own_units(most: int = UNITS) -> list[Asked]:
    """Units of our own annotated texts, as the network reads them."""
    files = sorted((ROOT / "corpora" / "gold").glob("*.txt"))
    found: list[Asked] = []
    for file in files:
        made = read_text(file, file.stem, file.suffixes[0].strip("."))
        items = find_first_items(made.sentences)
        open_to = [n for n, sentence in enumerate(made.sentences) if can_hold_norms(sentence)]
        few = open_to[: max(1, most // len(files))]
        found += [(describe_unit(made.sentences, n, made.genre, items.get(n), made.title), made.text) for n in few]
    return found[:most]


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path, nargs="?")
    parser.add_argument("encoder", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / NAME)
    parser.add_argument("--about", type=Path, help="what config.json says besides: version, decisions")
    parser.add_argument("--units", type=int, default=UNITS, help="so many of ours to fit to and to measure on")
    parser.add_argument("--random", type=Path, metavar="ENCODER")
    options = parser.parse_args()
    encoder = options.random or options.encoder
    if encoder is None:
        parser.error("a state and an encoder are needed, or --random")
    torch.manual_seed(7)
    model = ReaderNetwork.over(encoder).eval()
    if options.state and not options.random:
        # weights_only: a file of tensors, never a pickle of anything else.
        model.load_state_dict(torch.load(options.state, map_location="cpu", weights_only=True))
    about = json.loads(options.about.read_text(encoding="utf-8")) if options.about else {}
    units = own_units(options.units)
    out = export(model, encoder, options.out, about, units[0::2])
    found = measure_agreement(model, out, units[1::2])
    write_config(out, {**json.loads((out / CONFIG).read_text(encoding="utf-8")), "agreement": found})
    sizes = {name: (out / name).stat().st_size for name in FILES}
    print(f"{out}: {sum(sizes.values()) / 1e6:.1f} MB ({', '.join(f'{n} {s / 1e6:.1f}' for n, s in sizes.items())})")
    print(f"8 bits say what the network says: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
