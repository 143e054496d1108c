#!/usr/bin/env python3
"""Trains the transformer and writes its folder: model, tokenizer, config, card.

    python models/transformer/train.py ../shared [--out models/norms-transformer] [--resume]
    python models/transformer/train.py --only-own --passes 320 320 320 320 --out build/tried     # to try the command; a few minutes
    python models/transformer/train.py ../shared --resume --only teacher                         # a part of it; others beside it

Builds the encoder out of the installed package (``models/encoder/build.py``), reads the language versions of acts beside the
repository, our own sentences and annotated texts, and trains:

* to measure with, networks that do not see the annotated acts and documents beside the repository, the lessons, Czech and Swedish: a
  ``teacher`` of twelve layers, a network of six by labels alone (``plain``), and one that the teacher's softened answers
  teach besides (``student``). The better of both is weighed against the rules;
* ``fold-0`` to ``fold-3``, smaller: each never sees six of the languages, to measure what is said of a language nobody learned from;
* the one that is ``shipped``: the better measuring network, which goes on with all that it did not see.

A GPU is used where there is one. The seed is fixed. Never reads the AI Act.
"""

from __future__ import annotations

import argparse
import pickle
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from encoder import bert, e5s1  # noqa: E402
from encoder.build import LAYERS, build  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from transformers import BertModel  # noqa: E402

from dutybook.extract.norms.transformer.model import FILES, NAME  # noqa: E402
from transformer import card, fitting, folds, measuring  # noqa: E402
from transformer.examples import Example, every_example  # noqa: E402
from transformer.export import agreement, export, own_units  # noqa: E402
from transformer.network import NormsModel  # noqa: E402
from transformer.teaching import Teaching  # noqa: E402

VERSION = "3"
#: What ``--only`` names.
PARTS = ("teacher", "plain", "student", "before", "measured")
FOLDS = tuple(f"fold-{n}" for n in range(len(folds.GROUPS)))


def examples_from(shared: Path | None, encoder: Callable[[], Path], kept: Path | None) -> list[Example]:
    """All examples; ``kept`` is a file of an earlier run of this machine. ``encoder``: the whole one."""
    if kept is not None and kept.is_file():
        return list(pickle.loads(kept.read_bytes()))

    def vectors(texts: Sequence[str]) -> NDArray[np.float32]:
        folder = encoder()
        network = BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True).eval()
        return bert.vectors(network, fitting.tokenizer_of(folder), [f"query: {text}" for text in texts])

    made = every_example(shared, vectors)
    if kept is not None:
        kept.write_bytes(pickle.dumps(made))
    return made


@dataclass(frozen=True, slots=True)
class Passes:
    """Sentences shown to each kind of network."""

    teacher: int
    plain: int
    student: int
    fold: int


@dataclass
class Workshop:
    """Fits networks, each once: what an earlier run of this machine left is gone on with where ``resume`` says so."""

    shared: Path | None
    layers: int
    passes: Passes
    work: Path
    resume: bool

    @cached_property
    def encoder(self) -> Path:
        """The student's, with its lowest layers."""
        return self._encoder(self.layers)

    @cached_property
    def deep(self) -> Path:
        """The teacher's, with all."""
        return self._encoder(LAYERS)

    def _encoder(self, layers: int) -> Path:
        return build(e5s1.read(e5s1.source_file()), layers, self.work / f"encoder-{layers}")

    @cached_property
    def examples(self) -> list[Example]:
        """All examples."""
        return examples_from(self.shared, lambda: self.deep, self.work / "examples.pkl" if self.resume else None)

    @cached_property
    def teacher(self) -> Teaching:
        """A network that knows what the measuring ones know: what it says of the rest it did not learn by heart."""
        model = self._fitted("teacher", self.deep, folds.seen(self.examples), self.passes.teacher)
        return Teaching(model, self.deep, self.examples, self.work / "taught.pkl" if self.resume else None)

    @cached_property
    def plain(self) -> NormsModel:
        """Fitted to labels alone."""
        return self._fitted("plain", self.encoder, folds.seen(self.examples), self.passes.plain)

    @cached_property
    def student(self) -> NormsModel:
        """Fitted to the same labels and to the teacher's answers."""
        some = [*folds.seen(self.examples), *folds.unlabelled(self.examples)]
        return self._fitted("student", self.encoder, some, self.passes.student, taught=True)

    def introduced(self, *, taught: bool) -> NormsModel:
        """The better measuring network, to which one act in the languages that it never saw was shown."""
        some = folds.introducing(self.examples, random.Random(fitting.SEED))
        start = self.student if taught else self.plain
        return self._fitted("introduced", self.encoder, some, 3 * len(some), start=start)

    def fold(self, number: int) -> NormsModel:
        """Fitted to all languages but those of the fold."""
        some = folds.without(self.examples, folds.GROUPS[number])
        return self._fitted(f"fold-{number}", self.encoder, some, self.passes.fold)

    def said(self, name: str) -> fitting.Answers:
        """What a network answers to that which it is measured by."""
        kept = self.work / f"said-{name}.pkl"
        if self.resume and kept.is_file():
            return pickle.loads(kept.read_bytes())
        if name in FOLDS:
            number = FOLDS.index(name)
            model, some = self.fold(number), measuring.of_languages(self.examples, folds.GROUPS[number])
        else:
            model = self.teacher.network if name == "teacher" else getattr(self, name)
            some = measuring.left_out(self.examples)
        print(f"{name}: asked for {len(some)} examples", flush=True)
        made = fitting.answers(model, self.deep if name == "teacher" else self.encoder, some)
        kept.write_bytes(pickle.dumps(made))
        return made

    @cached_property
    def before(self) -> measuring.Before:
        """What annotated documents score without the transformer."""
        kept = self.work / "documents.pkl" if self.resume else None
        return measuring.without_it(self.shared, kept) if self.shared is not None else {}

    @cached_property
    def measured(self) -> measuring.Measured:
        """Thresholds, calibration, scores."""
        kept = self.work / "measured.pkl"
        if self.resume and kept.is_file():
            return pickle.loads(kept.read_bytes())
        made = measuring.measure(
            (self.said("plain"), self.said("student")),
            lambda taught: self.student if taught else self.plain,
            lambda taught: self.introduced(taught=taught),
            self.encoder,
            self.examples,
            self.shared,
            self.before,
        )
        made.languages = measuring.languages(self.examples, self.encoder, lambda n: self.said(FOLDS[n]))
        kept.write_bytes(pickle.dumps(made))
        return made

    def shipped(self, *, taught: bool) -> NormsModel:
        """The better measuring network, which goes on with what it did not see."""
        some = folds.further(self.examples, random.Random(fitting.SEED))
        start = self.student if taught else self.plain
        return self._fitted("shipped", self.encoder, some, len(some), start=start)

    def _fitted(
        self,
        name: str,
        encoder: Path,
        examples: list[Example],
        passes: int,
        *,
        taught: bool = False,
        start: NormsModel | None = None,
    ) -> NormsModel:
        kept = self.work / f"{name}.pt"
        if self.resume and kept.is_file():
            model = NormsModel.over(encoder)
            model.load_state_dict(torch.load(kept, map_location="cpu", weights_only=True))
            return model.eval()
        teacher = self.teacher.over(examples) if taught else None
        print(f"{name}: {len(examples)} examples", flush=True)
        model = fitting.fit(encoder, examples, passes, teacher, start)
        torch.save(model.state_dict(), kept)
        return model


def train(shop: Workshop, out: Path) -> None:
    """Measuring networks, folds, the shipped network, export, card."""
    started = time.monotonic()
    examples = shop.examples
    print(f"{len(examples)} examples after {time.monotonic() - started:.0f} s", flush=True)
    measured = shop.measured
    print(measured.summary(), flush=True)
    last = measured.shifted(shop.shipped(taught=measured.taught))
    about = {"version": VERSION, "settings": measured.settings, "temperature": measured.temperature}
    export(last, shop.encoder, out, about)
    same = agreement(last, out, own_units())
    sizes = {name: (out / name).stat().st_size for name in FILES}
    teacher = measuring.scored("the teacher itself", examples, shop.said("teacher"), shop.encoder)
    page = card.card(VERSION, measured, teacher, examples, shop.layers, shop.passes, same, sizes)
    (out / "card.md").write_text(page, encoding="utf-8")
    (out / "reliability.svg").write_text(card.plot(measured), encoding="utf-8")
    print(f"{out}: {sum(sizes.values()) / 1e6:.1f} MB after {time.monotonic() - started:.0f} s")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / NAME)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument(
        "--passes",
        type=int,
        nargs=4,
        default=(20_000, 24_000, 24_000, 5_000),
        metavar=("TEACHER", "PLAIN", "STUDENT", "FOLD"),
        help="sentences shown to each network",
    )
    parser.add_argument("--work", type=Path, default=ROOT / "build")
    parser.add_argument("--resume", action="store_true", help="go on with what an earlier run left in --work")
    parser.add_argument("--only-own", action="store_true", help="without the texts beside the repository")
    parser.add_argument("--only", choices=(*PARTS, *FOLDS, "shipped"), help="make this part of --work and stop")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    if not options.only_own and (options.shared is None or not options.shared.is_dir()):
        parser.error("name the folder with the measuring texts, or say --only-own")
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    shared = None if options.only_own else options.shared
    shop = Workshop(shared, options.layers, Passes(*options.passes), options.work, options.resume)
    if options.only in (*FOLDS, "plain", "student"):
        shop.said(options.only)
    elif options.only == "shipped":
        shop.shipped(taught=shop.measured.taught)
    elif options.only:
        getattr(shop, options.only)
    else:
        train(shop, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
