#!/usr/bin/env python3
"""What the transformer costs: sentences a CPU-second, its load, and pages a CPU-second of ``auto``.

    python benchmarks/transformer.py [--model FOLDER] [--pdf ../shared/docs/eu/AIA_32024R1689_EN_OJ.pdf]

One thread. Sentences are those of our annotated texts, with their context, as documents give them. Without ``--model`` it is the
shipped one; ``models/transformer/export.py --random`` makes one whose heads are not trained, which costs the same. Nothing is
learned or tuned from the PDF: it is read, and the seconds are counted.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

# Before what counts threads is imported.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

from dutybook.extract.norms.light_judge import LightJudge
from dutybook.extract.norms.light_model import load_model
from dutybook.extract.norms.transformer.inputs import UnitText, unit_text
from dutybook.extract.norms.transformer.judge import TransformerJudge, first_items
from dutybook.extract.norms.transformer.model import FILES, NAME, TransformerModel, folder_of, load_transformer
from dutybook.layout.formats import read_layout
from dutybook.records import RawDocument
from dutybook.structure.build import build_structure, pack_for

ROOT = Path(__file__).resolve().parents[1]
MOST = 800
ROUNDS = 3


def units(most: int = MOST) -> list[UnitText]:
    """Sentences of our annotated texts."""
    found: list[UnitText] = []
    for file in sorted((ROOT / "corpora" / "gold").glob("*.txt")):
        layout = read_layout(RawDocument(file.name, file.read_bytes()))
        made = build_structure(layout, "0", None)
        items = first_items(made.sentences)
        found += [
            unit_text(layout.text, made.sentences, n, made.genre, items.get(n)) for n in range(len(made.sentences))
        ]
    return found[:most]


def speed(model: TransformerModel, asked: list[UnitText]) -> float:
    """Sentences a CPU-second, the best of some rounds, tokenizing included."""
    best = 0.0
    for _ in range(ROUNDS):
        started = time.process_time()
        model.answers(asked)
        best = max(best, len(asked) / (time.process_time() - started))
    return best


def pages(model: TransformerModel, pdf: Path, *, everywhere: bool) -> tuple[float, int]:
    """Pages a CPU-second from bytes to norms, and how many sentences were asked.

    ``everywhere``: as if no language had rules that decide alone, so that each sentence that may be asked is asked.
    """
    from dutybook.extract.norms import find_norms

    asked = 0

    class Counted:
        name, version = model.name, model.version
        settings = _all_genres() if everywhere else model.settings

        def answers(self, some: list[UnitText]) -> list[object]:
            nonlocal asked
            asked += len(some)
            return model.answers(some)  # type: ignore[return-value]

    data = pdf.read_bytes()
    started = time.process_time()
    layout = read_layout(RawDocument(pdf.name, data))
    made = build_structure(layout, "0", None)
    judge = TransformerJudge(Counted(), LightJudge(load_model()))  # type: ignore[arg-type]
    find_norms(layout.text, made.sentences, made.provisions, pack_for, made.genre, "0", judge)
    return len(layout.pages) / (time.process_time() - started), asked


def _all_genres() -> dict[str, object]:
    """All revisions are weighed, and none is believed."""
    named = ("add", "drop cue", "change cue", "drop indicative", "change indicative")
    genre = {"rules_alone": {"list": []}, "list": {}, "weighed": named, "least": 1.5}
    return {"genres": dict.fromkeys(("eu_act", "statute", "guidance", "news"), genre), "weights": {}}


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--pdf", type=Path)
    options = parser.parse_args()
    folder = (options.model or folder_of(NAME)).resolve()
    if not folder.is_dir():
        print(f"{folder} is not here: models/transformer/export.py makes one", file=sys.stderr)
        return 2
    wall, cpu = time.perf_counter(), time.process_time()
    model = load_transformer(folder)
    model.answers([UnitText("", "One sentence.")])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    size = sum((folder / name).stat().st_size for name in FILES)
    print(f"{folder.name}: {size / 1e6:.1f} MB; loaded in {cpu:.2f} CPU-seconds ({wall:.2f} by the clock)")
    asked = units()
    lengths = [len(u.text) for u in asked]
    rate = speed(model, asked)
    print(
        f"{rate:.0f} sentences a CPU-second ({len(asked)} of ours, {sum(lengths) / len(lengths):.0f} characters each)"
    )
    if options.pdf:
        for everywhere in (False, True):
            rate, count = pages(model, options.pdf, everywhere=everywhere)
            what = "every sentence may be asked" if everywhere else "what the model's settings weigh is asked"
            print(
                f"{options.pdf.name}: {rate:.1f} pages a CPU-second, bytes to norms; {count} sentences asked ({what})"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
