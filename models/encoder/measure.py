#!/usr/bin/env python3
"""Speed and size of the encoder with 12, 6, 4 and 3 layers: fp32 and bf16 in torch, 8 bits in onnxruntime; one thread.

    python models/encoder/measure.py [--sentences 200]

Heads are not trained: they cost the same. Sentences are those of our annotated texts, with their context.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "models" / "encoder")]

import build  # noqa: E402
import torch  # noqa: E402
from reader import export  # noqa: E402
from reader.network import ReaderNetwork  # noqa: E402

from dutybook.extract.norms.model.encoding import encode_unit  # noqa: E402
from dutybook.extract.norms.model.reader import load_reader  # noqa: E402
from encoder import e5s1  # noqa: E402

#: Units that torch is asked about together.
BATCH = 16


def in_torch(network: ReaderNetwork, tokenizer: object, units: list[export.Asked], kind: torch.dtype) -> float:
    """Sentences a CPU-second, tokenizing included, in batches of like length."""
    started = time.process_time()
    made = sorted((encode_unit(unit, text, tokenizer) for unit, text in units), key=lambda p: len(p.ids))
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=kind is torch.bfloat16):
        for at in range(0, len(made), BATCH):
            batch = made[at : at + BATCH]
            width = max(len(p.ids) for p in batch)
            ids = torch.ones(len(batch), width, dtype=torch.long)
            for row, pieces in enumerate(batch):
                ids[row, : len(pieces.ids)] = torch.tensor(pieces.ids)
            network(ids, (ids != 1).long(), (ids != 1).long())
    return len(made) / (time.process_time() - started)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=200)
    options = parser.parse_args()
    torch.set_num_threads(1)
    source = e5s1.read(e5s1.source_file())
    units = export.own_units()[: options.sentences]
    print("| layers | fp32 | bf16 | 8 bits | model.onnx MB | all files MB |\n| --- | --- | --- | --- | --- | --- |")
    for layers in (12, 6, 4, 3):
        with tempfile.TemporaryDirectory() as made:
            folder = build.build(source, layers, Path(made) / "encoder")
            network = ReaderNetwork.over(folder).eval()
            out = export.export(network, folder, Path(made) / "norms", {})
            model = load_reader(out)
            rates = [in_torch(network, model.tokenizer, units, kind) for kind in (torch.float32, torch.bfloat16)]
            started = time.process_time()
            for unit, text in units:
                model.answer([unit], text)
            rates.append(len(units) / (time.process_time() - started))
            sizes = [(out / name).stat().st_size / 1e6 for name in export.FILES]
            rated = " | ".join(f"{rate:.0f}" for rate in rates)
            print(f"| {layers} | {rated} | {sizes[0]:.1f} | {sum(sizes):.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
