#!/usr/bin/env python3
"""Packs a trained network as the model that Dutybook ships, and unpacks one to go on training.

    python models/transformer/export.py STATE.pt build/encoder-6 --out models/norms-transformer [--settings FILE.json]
    python models/transformer/export.py --random build/encoder-6 --out build/norms-random    # heads untrained, to measure speed
    python models/transformer/export.py --unpack models/norms-transformer --out build/norms-6

``STATE.pt`` is ``torch.save(model.state_dict())`` of :class:`transformer.network.NormsModel` over that encoder. Written are
``model.onnx`` (8 bits, one file), ``model.safetensors``, ``tokenizer.json`` and ``config.json`` with the sha256 of each. The settings
hold ``version``, ``settings`` (when to believe it) and ``temperature``. Printed, and kept in ``config.json``: how often the 8-bit model
says what the network says, on our own texts. Unpacked is a folder with the encoder in Hugging Face layout and ``heads.safetensors``.
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
from safetensors.numpy import load_file, save_file  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

from dutybook.extract.norms.transformer.encoding import (  # noqa: E402
    INPUTS_VERSION,
    LISTS,
    STATEMENTS,
    TAGS,
    decoded,
    encoded,
)
from dutybook.extract.norms.transformer.inputs import UnitText  # noqa: E402
from dutybook.extract.norms.transformer.model import CONFIG, FILES, NAME, load_transformer  # noqa: E402
from transformer.graph import graph  # noqa: E402
from transformer.network import NormsModel  # noqa: E402
from transformer.packing import Floats, four_bits, rows_of_eight_bits, unpacked  # noqa: E402

WORDS = "encoder.embeddings.word_embeddings.weight"
#: All files together, in bytes: over it, the matrices to go on training from are kept in 8 bits instead of 16.
LIMIT = 60_000_000
SENTENCES = 800


def state_of(model: NormsModel) -> dict[str, Floats]:
    """The weights as arrays of float32."""
    return {n: v.detach().float().numpy() for n, v in model.state_dict().items() if v.dtype.is_floating_point}


def packed(state: Mapping[str, Floats], *, small: bool) -> dict[str, Any]:
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


def restored(tensors: Mapping[str, Any]) -> dict[str, Floats]:
    """The weights that :func:`packed` made these of, as float32."""
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


def export(
    model: NormsModel, encoder: Path, out: Path, about: Mapping[str, Any], units: Sequence[UnitText] = ()
) -> Path:
    """Write the folder. ``units``: what the 8 bits are fitted to, not what agreement is measured on."""
    out.mkdir(parents=True, exist_ok=True)
    state, sizes = state_of(model), model.encoder.config
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    reach = reach_of(model, tokenizer, units) if units else None
    made = graph(state, sizes.num_hidden_layers, sizes.num_attention_heads, sizes.layer_norm_eps, reach=reach)
    (out / "model.onnx").write_bytes(made.SerializeToString())
    tokens = (encoder / "tokenizer.json").read_bytes()
    (out / "tokenizer.json").write_bytes(tokens)
    save_file(packed(state, small=False), out / "model.safetensors")
    if sum((out / name).stat().st_size for name in FILES) > LIMIT:
        save_file(packed(state, small=True), out / "model.safetensors")
    config = {
        "name": NAME,
        "version": "0",
        "inputs": INPUTS_VERSION,
        "labels": {"statement": STATEMENTS, "list": LISTS, "tags": TAGS},
        "temperature": {"statement": 1.0, "list": 1.0},
        "settings": {"genres": {}},
        **about,
        "encoder": {k: v for k, v in sizes.to_diff_dict().items() if k not in {"transformers_version", "dtype"}},
        "sha256": {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES},
    }
    _write(out, config)
    return out


def _write(out: Path, config: Mapping[str, Any]) -> None:
    (out / CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def reach_of(model: NormsModel, tokenizer: Any, units: Sequence[UnitText]) -> dict[str, Floats]:
    """How far each number that enters a feed-forward layer goes from zero, over ``units``."""
    found: dict[str, Floats] = {}

    def watch(name: str) -> Any:
        def hook(_layer: Any, inputs: Any, _output: Any) -> None:
            far = inputs[0].detach().abs().amax(dim=(0, 1)).numpy()
            found[name] = np.maximum(found[name], far) if name in found else far

        return hook

    watched = [(n, m) for n, m in model.named_modules() if n.endswith("intermediate.dense")]
    hooks = [module.register_forward_hook(watch(name)) for name, module in watched]
    for unit in units:
        ids = torch.tensor([encoded(unit, tokenizer).ids])
        with torch.inference_mode():
            model(ids, torch.ones_like(ids), torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    return found


def agreement(model: NormsModel, folder: Path, units: Sequence[UnitText]) -> dict[str, float]:
    """How often the model in ``folder`` gives the label that the network gives: statements, lists, tags of pieces."""
    ours = load_transformer(folder)
    same = {"statement": 0, "list": 0, "tags": 0}
    pieces = 0
    for unit, said in zip(units, ours.answers(units), strict=True):
        made = encoded(unit, ours.tokenizer)
        ids = torch.tensor([made.ids])
        sentence = torch.zeros_like(ids)
        sentence[0, made.start : made.end] = 1
        with torch.inference_mode():
            statement, listed, tags = model(ids, torch.ones_like(ids), sentence)
        same["statement"] += STATEMENTS[int(statement.argmax())] == max(said.statement, key=said.statement.__getitem__)
        same["list"] += LISTS[int(listed.argmax())] == max(said.list, key=said.list.__getitem__)
        best = decoded(tags[0, made.start : made.end].log_softmax(-1).numpy(), made.offsets, unit.text)
        same["tags"] += sum(TAGS[a] == b for a, b in zip(best, said.tags, strict=True))
        pieces += len(best)
    whole = {"statement": len(units), "list": len(units), "tags": pieces}
    return {k: round(v / max(whole[k], 1), 4) for k, v in same.items()}


def own_units(most: int = SENTENCES) -> list[UnitText]:
    """Sentences of our annotated texts, as the network sees them."""
    from dutybook.extract.norms.transformer.inputs import unit_text
    from dutybook.extract.norms.transformer.judge import first_items
    from dutybook.layout.formats import read_layout
    from dutybook.records import RawDocument
    from dutybook.structure.build import build_structure

    found: list[UnitText] = []
    for file in sorted((ROOT / "corpora" / "gold").glob("*.txt")):
        layout = read_layout(RawDocument(file.name, file.read_bytes()))
        made = build_structure(layout, "0", file.suffixes[0].strip("."))
        items = first_items(made.sentences)
        found += [
            unit_text(layout.text, made.sentences, n, made.genre, items.get(n))
            for n, s in enumerate(made.sentences)
            if len(s.span.of(layout.text)) > 30
        ][: max(1, most // 40)]
    return found[:most]


def unpack(folder: Path, out: Path) -> Path:
    """An encoder in Hugging Face layout, and the heads beside it (``heads.safetensors``)."""
    from transformers import BertConfig, BertModel

    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    state = restored(load_file(folder / "model.safetensors"))
    encoder = BertModel(BertConfig(**config["encoder"]), add_pooling_layer=False)
    inner = {n.removeprefix("encoder."): torch.from_numpy(v) for n, v in state.items() if n.startswith("encoder.")}
    encoder.load_state_dict(inner, strict=False)
    out.mkdir(parents=True, exist_ok=True)
    encoder.save_pretrained(out)
    (out / "tokenizer.json").write_bytes((folder / "tokenizer.json").read_bytes())
    save_file({n: v for n, v in state.items() if not n.startswith("encoder.")}, out / "heads.safetensors")
    return out


def resumed(folder: Path) -> NormsModel:
    """The network of an unpacked folder, to go on training."""
    model = NormsModel.over(folder)
    heads = {n: torch.from_numpy(v) for n, v in load_file(folder / "heads.safetensors").items()}
    _, unexpected = model.load_state_dict(heads, strict=False)
    if unexpected:
        raise ValueError(f"heads and network do not fit: {unexpected}")
    return model


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=Path, nargs="?")
    parser.add_argument("encoder", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / NAME)
    parser.add_argument("--settings", type=Path)
    parser.add_argument("--random", type=Path, metavar="ENCODER")
    parser.add_argument("--unpack", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.unpack:
        print(unpack(options.unpack, options.out))
        return 0
    encoder = options.random or options.encoder
    if encoder is None:
        parser.error("a state and an encoder are needed, or --random, or --unpack")
    torch.manual_seed(7)
    model = NormsModel.over(encoder).eval()
    if options.state:
        # weights_only: a file of tensors, never a pickle of anything else.
        model.load_state_dict(torch.load(options.state, map_location="cpu", weights_only=True))
    about = json.loads(options.settings.read_text(encoding="utf-8")) if options.settings else {}
    units = own_units()
    out = export(model, encoder, options.out, about, units[0::2])
    found = agreement(model, out, units[1::2])
    config = json.loads((out / CONFIG).read_text(encoding="utf-8"))
    _write(out, {**config, "agreement": found})
    sizes = {name: (out / name).stat().st_size for name in FILES}
    print(f"{out}: {sum(sizes.values()) / 1e6:.1f} MB ({', '.join(f'{n} {s / 1e6:.1f}' for n, s in sizes.items())})")
    print(f"8 bits say what the network says: {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
