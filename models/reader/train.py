#!/usr/bin/env python3
"""Trains the reader of norms and writes its folder: network, tokenizer, fitted decisions, card.

    python models/reader/train.py ../shared                       # all parts, one after the other; each is kept in build/reader
    python models/reader/train.py ../shared --only fold-3         # one part, beside others
    python models/reader/train.py ../shared --judged judged       # also what people judged (dutybook export judged --training)

Parts, each within ninety minutes on two cores: ``ours`` (our own annotated texts, sentences and documents written for it, and passages
of acts), ``real`` (real documents that people annotated, and general news), ``base`` (the network of ``models/norms-transformer`` goes on
with ``ours``; it does not wait for ``real``), ``lowest`` (what its lowest layers make of every example; some 6 GB), ``fold-0`` to
``fold-4`` (each goes on with the real documents of the other four folds), ``read-0`` to ``read-4`` (what each fold's network says of
its own fold), ``final`` (the shipped one: with all real documents), ``decisions`` (fitted to what was read), ``export`` (the shipped
folder, and a folder for each fold in ``build/reader/folds``).

Two parts at a time with ``OMP_NUM_THREADS=1`` show more examples a second than one part on two cores.

A GPU is used where there is one. The seed is fixed. Never reads the AI Act.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import torch  # noqa: E402
from reader.deciding import DecisionFitter, Read, calibration_points, fit_confidence  # noqa: E402
from reader.examples import FOLDS, Example, GoldReader, Text, examples_of, fold_of, gold_documents, read_text  # noqa: E402
from reader.export import export, measure_agreement, own_units, unpack_start, write_config  # noqa: E402
from reader.fitting import fit, tokenizer_of  # noqa: E402
from reader.lessons import document_examples, lesson_examples  # noqa: E402
from reader.lowest import read_lowest, write_lowest  # noqa: E402
from reader.measuring import TorchReader, cut_to_regions, read_units  # noqa: E402
from reader.network import ReaderNetwork  # noqa: E402
from reader.passages import Passage, is_of_fold, read_passages  # noqa: E402
from reader.wording import bearer_vectors, fit_word_classes  # noqa: E402
from score import load_scorer  # noqa: E402

from dutybook.extract.norms.model.reader import CONFIG, Decision  # noqa: E402
from dutybook.extract.norms.passes.confidence import FIELDS  # noqa: E402
from dutybook.languages.artefacts import OTHER_ARTEFACTS  # noqa: E402
from dutybook.records import Span  # noqa: E402

VERSION = "9"
BUILD = ROOT / "build" / "reader"
PROCESSES = 2
#: What a child fits to.
_GIVEN: list[Any] = []
#: Examples shown: to the base, to each fold's network after it, and to the shipped one after it.
BASE, FOLD, FINAL = 50_000, 40_000, 46_000
#: What multiplies the learning rates of all but the base.
PACE = 0.75
#: How the names of lessons end that teach where polarity comes from ("may not refuse"): rare in acts, so all of them are shown.
POLARITY = ".polarity.txt"
PARTS = (
    *("ours", "real", "base", "lowest"),
    *(f"fold-{n}" for n in range(FOLDS)),
    *(f"read-{n}" for n in range(FOLDS)),
    *("final", "decisions", "export"),
)


#: Annotated norms, the text, the same norms where they stand in it, and the annotated regions; nothing is annotated in general news.
Annotated = tuple[list[dict[str, Any]], Text, list[Any], list[Span]]


@dataclass(frozen=True, slots=True)
class Ours:
    """Examples by source of all that is no real document, and the passages of acts, which decisions are fitted to as well."""

    examples: dict[str, list[Example]]
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class Real:
    """Examples of real documents and of general news, and these documents themselves: decisions are fitted to them."""

    examples: dict[str, list[Example]]
    documents: list[Annotated]


class Training:
    """The parts of the training; each reads what those before it kept."""

    def __init__(self, shared: Path, judged: Path | None = None) -> None:
        self.shared = shared
        self.judged = judged
        self.scorer = load_scorer(shared / "gold" / "score.py")
        BUILD.mkdir(parents=True, exist_ok=True)

    def run(self, part: str) -> None:
        """Run one part."""
        if part.startswith("fold-"):
            self.fold(int(part[-1]))
            return
        if part.startswith("read-"):
            self.read(int(part[-1]))
            return
        steps: dict[str, Callable[[], None]] = {
            "ours": self.gather_ours,
            "real": self.gather_real,
            "base": self.base,
            "lowest": self.lowest,
            "final": self.final,
            "decisions": self.decisions,
            "export": self.export,
        }
        steps[part]()

    def gather_ours(self) -> None:
        """Examples of our own texts, lessons and documents, and of passages of acts."""
        _use_artefacts_of(None)
        examples: dict[str, list[Example]] = {"own": [], "public": [], "tuning": []}
        for source, folder in (
            ("public", self.shared / "gold"),
            ("own", ROOT / "corpora" / "gold"),
            ("tuning", ROOT / "corpora" / "tuning"),
            *([("own", self.judged)] if self.judged else []),
        ):
            for gold, path in gold_documents(folder, self._source_of):
                text = read_text(path, gold["doc"], gold["language"], quoted=bool(gold.get("quoted_text")))
                wanted, regions, _ = GoldReader(self.scorer).read(gold, text)
                examples[source] += examples_of(text, wanted, regions, source)
        examples["spec"] = list(lesson_examples(sorted((ROOT / "tests" / "specs").glob("*/norms.txt")), "spec"))
        lessons = ROOT / "models" / "reader" / "lessons"
        polarity = sorted(lessons.glob(f"*{POLARITY}"))
        others = sorted(set(lessons.glob("*.txt")) - set(polarity))
        examples["lesson"] = list(lesson_examples(others, "lesson"))
        examples["polarity"] = list(lesson_examples(polarity, "lesson"))
        examples["document"] = list(document_examples(sorted((lessons / "documents").glob("*.txt"))))
        passages = list(read_passages(self.shared))
        examples["passage"] = [e for p in passages for e in examples_of(p.text, p.wanted, p.regions, "passage")]
        (BUILD / "ours.pkl").write_bytes(pickle.dumps(Ours(examples, passages)))
        print({source: len(found) for source, found in examples.items()})

    def gather_real(self) -> None:
        """Examples of annotated real documents and of general news, each read by classifiers that did not see it."""
        examples: dict[str, list[Example]] = {"real": [], "general": []}
        documents: list[Annotated] = []
        for gold, path in gold_documents(self.shared / "gold" / "real", self._source_of):
            _use_artefacts_of(fold_of(gold["doc"]))
            text = read_text(path, gold["doc"], None, quoted=bool(gold.get("quoted_text")))
            wanted, regions, kept = GoldReader(self.scorer).read(gold, text)
            examples["real"] += examples_of(text, wanted, regions, "real")
            documents.append((kept, text, wanted, regions))
        for path in sorted((self.shared / "docs" / "news-general").glob("*.html.gz")):
            _use_artefacts_of(fold_of(path.name))
            text = read_text(path, path.name)
            documents.append(([], text, [], []))
            examples["general"] += examples_of(text, [], [Span(0, len(text.text))], "general")
        _use_artefacts_of(None)
        (BUILD / "real.pkl").write_bytes(pickle.dumps(Real(examples, documents)))
        print({source: len(found) for source, found in examples.items()})

    def _source_of(self, file: Path, gold: dict[str, Any]) -> Path | None:
        name = Path(gold["file"]).name
        found = next(iter(sorted((self.shared / "docs").rglob(name))), None)
        plain = file.with_suffix(".txt")
        return found or (plain if plain.is_file() else None)

    @cached_property
    def ours(self) -> Ours:
        """What :meth:`gather_ours` kept."""
        found: Ours = pickle.loads((BUILD / "ours.pkl").read_bytes())
        return found

    @cached_property
    def real(self) -> Real:
        """What :meth:`gather_real` kept."""
        found: Real = pickle.loads((BUILD / "real.pkl").read_bytes())
        return found

    @cached_property
    def encoder(self) -> Path:
        """The encoder and tokenizer that the start's weights are of."""
        return unpack_start(ROOT / "models" / "norms-transformer", BUILD / "encoder")

    def base(self) -> None:
        """The older network goes on with all that is of no fold; all its layers are trained, and its new heads begin here."""
        some = self.ours.examples
        ours = some["own"] + some["tuning"] + some["public"]
        acts = [e for e in some["passage"] if not any(is_of_fold(e.document, fold) for fold in range(FOLDS))]
        marked, unmarked = _by_statement(acts)

        def pick(chance: random.Random) -> list[Example]:
            found = ours + pick_some(some["lesson"], chance, 3000) + pick_some(some["spec"], chance, 2500)
            found += some["document"] + marked + pick_some(unmarked, chance, len(unmarked) // 2) + some["polarity"]
            return _shuffled(found, chance)

        torch.manual_seed(7)
        network = ReaderNetwork.over(self.encoder)
        network.load_older_heads(self.encoder / "heads.safetensors")
        self._keep("base", fit(network, self.encoder, pick, BASE, lowest=0))

    def lowest(self) -> None:
        """What the lowest layers of the base make of every example, once for all networks that go on from it."""
        write_lowest(self._kept("base"), self.encoder, self._every_example(), BUILD / "lowest")

    def _every_example(self) -> list[Example]:
        return [e for some in (self.ours.examples, self.real.examples) for found in some.values() for e in found]

    def fold(self, number: int) -> None:
        """The network of a fold: of real documents it has seen those of the other folds."""
        self._keep(f"fold-{number}", self._on_real(number))

    def final(self) -> None:
        """The shipped network: it has seen all real documents."""
        self._keep("final", self._on_real(None))

    def read(self, number: int) -> None:
        """What the network of a fold says of the documents of that fold, which it has not seen."""
        reader = TorchReader(self._kept(f"fold-{number}"), tokenizer_of(self.encoder))
        read = []
        for kept, whole, wanted, regions in self.real.documents:
            if fold_of(whole.name) == number:
                text = cut_to_regions(whole, regions)
                read.append(Read(text.name, number, text, read_units(text, reader), wanted, regions, kept))
        for passage in self.ours.passages:
            name = passage.text.name
            if passage.wanted and is_of_fold(name, number):
                text = cut_to_regions(passage.text, passage.regions)
                read.append(Read(name, number, text, read_units(text, reader), passage.wanted, passage.regions, ()))
        (BUILD / f"read-{number}.pkl").write_bytes(pickle.dumps(read))

    def _on_real(self, fold: int | None) -> ReaderNetwork:
        """The base goes on with real documents and passages that are not of ``fold``; its lowest layers stay as they are."""
        some = self.ours.examples | self.real.examples
        real, general, passages = (
            [e for e in some[s] if not is_of_fold(e.document, fold)] for s in ("real", "general", "passage")
        )
        ours = some["own"] + some["tuning"] + some["public"]
        marked, unmarked = _by_statement(passages)

        def pick(chance: random.Random) -> list[Example]:
            # What people annotated is shown twice as often; of units without a norm a third will do: there are more of them than of others.
            found = real + real + marked + pick_some(unmarked, chance, len(unmarked) // 3) + some["polarity"]
            found += pick_some(some["document"], chance, 1500) + pick_some(some["lesson"], chance, 400)
            return _shuffled(found + pick_some(ours, chance, 300) + pick_some(general, chance, 600), chance)

        example_count = FINAL if fold is None else FOLD
        kept = read_lowest(self._every_example(), BUILD / "lowest")
        network = fit(self._kept("base"), self.encoder, pick, example_count, pace=PACE, kept=kept)
        named = [e for s in ("own", "tuning", "public", "lesson", "polarity", "document") for e in some[s]] + passages
        fit_word_classes(network, *bearer_vectors(real + named, tokenizer_of(self.encoder), kept))
        return network

    def decisions(self) -> None:
        """Decisions for each fold that was read, fitted to the others, and for the shipped network, fitted to all of them."""
        read: list[Read] = []
        # A network of each fold takes half an hour: decisions are fitted to those that there are.
        numbers = [number for number in range(FOLDS) if (BUILD / f"read-{number}.pkl").is_file()]
        for number in numbers:
            of_fold: list[Read] = pickle.loads((BUILD / f"read-{number}.pkl").read_bytes())
            refuse_strays(of_fold, number)
            read += of_fold
        made: dict[str, dict[str, Any]] = {}
        rows: dict[int, list[Any]] = {}
        # Forked children share what was read: it is large.
        with get_context("fork").Pool(PROCESSES, _GIVEN.extend, ((DecisionFitter(self.scorer), read),)) as pool:
            for number, decided, own in pool.imap(_fit_without, [None, *numbers]):
                made["final" if number is None else f"fold-{number}"] = decided
                if number is not None:
                    rows[number] = own
        for name, decided in made.items():
            seen = {n: found for n, found in rows.items() if name != f"fold-{n}"}
            decided["confidence"] = _calibrated(seen)
        (BUILD / "decisions.json").write_text(json.dumps(made), encoding="utf-8")

    def export(self) -> None:
        """The shipped folder, and one for each fold."""
        made = json.loads((BUILD / "decisions.json").read_text(encoding="utf-8"))
        units = own_units()
        for name, decisions in made.items():
            out = ROOT / "models" / "norms" if name == "final" else BUILD / "folds" / name
            about = {"version": VERSION if name == "final" else f"{VERSION}-{name}", "decisions": decisions}
            network = self._kept(name)
            export(network, self.encoder, out, about, units)
            if name == "final":
                # The card says it; fold models are like the shipped one.
                agreement = measure_agreement(network, out, units)
                write_config(out, {**json.loads((out / CONFIG).read_text(encoding="utf-8")), "agreement": agreement})
            print(out)

    def _keep(self, name: str, network: ReaderNetwork) -> None:
        torch.save(network.state_dict(), BUILD / f"{name}.pt")

    def _kept(self, name: str) -> ReaderNetwork:
        network = ReaderNetwork.over(self.encoder)
        # weights_only: a file of tensors, never a pickle of anything else.
        network.load_state_dict(torch.load(BUILD / f"{name}.pt", map_location="cpu", weights_only=True))
        return network.eval()


def refuse_strays(read: Sequence[Read], fold: int) -> None:
    """Raise ValueError if a document is not of the fold: decisions fitted to it would be measured on what they know."""
    strays = [r.name for r in read if r.fold != fold or not is_of_fold(r.name, fold)]
    if strays:
        raise ValueError(f"not of fold {fold}: {', '.join(strays[:3])}")


def _fit_without(fold: int | None) -> tuple[int | None, dict[str, Any], list[Any]]:
    """In a child: the decisions fitted to the documents of other folds, and how they do on those of ``fold``."""
    fitter, read = _GIVEN
    decided = fitter.fit([r for r in read if r.fold != fold])
    return fold, decided, fitter.rows([r for r in read if r.fold == fold], decided)


def pick_some(examples: Sequence[Example], chance: random.Random, most: int) -> list[Example]:
    """So many examples at random, or all where there are fewer."""
    return chance.sample(list(examples), min(most, len(examples)))


def _by_statement(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """The examples that state a norm, and those that state none."""
    return [e for e in examples if e.statement != "none"], [e for e in examples if e.statement == "none"]


def _shuffled(found: list[Example], chance: random.Random) -> list[Example]:
    made = list(found)
    chance.shuffle(made)
    return made


def _calibrated(rows: dict[int, list[Any]]) -> dict[str, Any]:
    """Regressions for row and fields, each with a line fitted to what regressions of the other folds say of a fold."""
    raw: dict[str, list[tuple[float, bool]]] = {name: [] for name in ("row", *FIELDS)}
    for number, own in rows.items():
        others = fit_confidence([row for n, found in rows.items() if n != number for row in found])
        for name, fitted in others.items():
            decision = Decision(fitted)
            raw[name] += [
                (decision.probabilities(features)["right"], bool(right[name]))
                for features, right in own
                if right[name] is not None
            ]
    made = fit_confidence([row for found in rows.values() for row in found])
    for name, pairs in raw.items():
        if name in made and pairs:
            made[name]["points"] = calibration_points([p for p, _ in pairs], [r for _, r in pairs])
    return made


def _use_artefacts_of(fold: int | None) -> None:
    """Have documents read by classifiers that did not see their fold, where there are some (``models/genre/train.py --folds``)."""
    os.environ.pop(OTHER_ARTEFACTS, None)
    if fold is not None:
        os.environ[OTHER_ARTEFACTS] = str(BUILD / "folds" / f"fold-{fold}")


def _parts_to_run(only: Sequence[str]) -> Iterator[str]:
    """The parts that are asked for, or all whose result is not there yet."""
    kept = {
        "ours": "ours.pkl",
        "real": "real.pkl",
        "base": "base.pt",
        "lowest": "lowest/about.json",
        "final": "final.pt",
    }
    for part in PARTS:
        name = kept.get(part, "")
        if part.startswith(("fold-", "read-")):
            name = f"{part}.pt" if part.startswith("fold-") else f"{part}.pkl"
        if part in only or (not only and not (name and (BUILD / name).is_file())):
            yield part


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--judged", type=Path, help="a folder with gold that people made by judging findings")
    parser.add_argument("--only", nargs="*", default=[], choices=PARTS)
    options = parser.parse_args()
    training = Training(options.shared, options.judged)
    for part in _parts_to_run(options.only):
        print(part, flush=True)
        training.run(part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
