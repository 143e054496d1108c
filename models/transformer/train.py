#!/usr/bin/env python3
"""Trains the transformer and writes its folder: model, tokenizer, config, card.

    python models/transformer/train.py ../shared [--out models/norms-transformer] [--layers 6] [--passes 16000 26000]
    python models/transformer/train.py --only-own --passes 320 320 --out build/tried     # to try the command; a few minutes

Builds the encoder out of the installed package (``models/encoder/build.py``), reads the language versions of acts beside the
repository, our own sentences and annotated texts, and trains twice: first a network that does not see the annotated acts and
documents beside the repository, the lessons, Czech and Swedish, to measure with and to set the thresholds by; then the one
that is shipped, on everything. A GPU is used where there is one. The seed is fixed. Never reads the AI Act.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import torch  # noqa: E402
from encoder import e5s1  # noqa: E402
from encoder.build import build  # noqa: E402

from dutybook.extract.norms.transformer.model import FILES, NAME  # noqa: E402
from transformer import card, fitting, folds, measuring  # noqa: E402
from transformer.examples import Example, every_example  # noqa: E402
from transformer.export import agreement, export, own_units  # noqa: E402
from transformer.network import NormsModel  # noqa: E402

VERSION = "1"


def examples_from(shared: Path | None, kept: Path | None) -> list[Example]:
    """All examples; ``kept`` is a file of an earlier run of this machine."""
    if kept is not None and kept.is_file():
        return list(pickle.loads(kept.read_bytes()))
    made = every_example(shared)
    if kept is not None:
        kept.write_bytes(pickle.dumps(made))
    return made


def network(encoder: Path, examples: list[Example], passes: int, kept: Path | None) -> NormsModel:
    """A trained network, or the state of an earlier run."""
    if kept is not None and kept.is_file():
        model = NormsModel.over(encoder)
        model.load_state_dict(torch.load(kept, map_location="cpu", weights_only=True))
        return model.eval()
    model = fitting.fit(encoder, examples, passes)
    if kept is not None:
        torch.save(model.state_dict(), kept)
    return model


def train(shared: Path | None, out: Path, layers: int, passes: tuple[int, int], work: Path, resume: bool) -> None:
    """Encoder, examples, the measuring network, the shipped one, export, card."""
    started = time.monotonic()
    work.mkdir(parents=True, exist_ok=True)
    encoder = build(e5s1.read(e5s1.source_file()), layers, work / f"encoder-{layers}")
    examples = examples_from(shared, work / "examples.pkl" if resume else None)
    print(f"{len(examples)} examples after {time.monotonic() - started:.0f} s", flush=True)
    first = network(encoder, folds.seen(examples), passes[0], work / "measured.pt" if resume else None)
    measured = measuring.measure(first, encoder, examples, shared)
    print(measured.summary(), flush=True)
    last = network(encoder, examples, passes[1], work / "shipped.pt" if resume else None)
    about = {"version": VERSION, "settings": measured.settings, "temperature": measured.temperature}
    export(last, encoder, out, about)
    same = agreement(last, out, own_units())
    seconds = time.monotonic() - started
    sizes = {name: (out / name).stat().st_size for name in FILES}
    (out / "card.md").write_text(card.card(measured, examples, layers, passes, same, sizes, seconds), encoding="utf-8")
    (out / "reliability.svg").write_text(card.plot(measured), encoding="utf-8")
    print(f"{out}: {sum(sizes.values()) / 1e6:.1f} MB after {seconds:.0f} s")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / NAME)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument(
        "--passes",
        type=int,
        nargs=2,
        default=(16_000, 26_000),
        metavar=("FIRST", "SECOND"),
        help="sentences shown: to the network that is measured with, to the one that is shipped",
    )
    parser.add_argument("--work", type=Path, default=ROOT / "build")
    parser.add_argument("--resume", action="store_true", help="go on with what an earlier run left in --work")
    parser.add_argument("--only-own", action="store_true", help="without the texts beside the repository")
    options = parser.parse_args()
    if not options.only_own and (options.shared is None or not options.shared.is_dir()):
        parser.error("name the folder with the measuring texts, or say --only-own")
    shared = None if options.only_own else options.shared
    train(shared, options.out, options.layers, tuple(options.passes), options.work, options.resume)
    return 0


if __name__ == "__main__":
    sys.exit(main())
