#!/usr/bin/env python3
"""Scores Dutybook on real annotated documents, each read by a model that has not seen it.

    python benchmarks/real.py ../shared --folds MODELS --out models/scores/real.json --report models/scores/real.md
    python benchmarks/real.py ../shared --predictions FOUND.jsonl [...] [--unseen]

Every document of ``../shared/gold/real`` belongs to one of five folds, by its name. ``MODELS/fold-K`` is a model that was
taught without fold K; it reads the documents of fold K. Without ``--folds`` the shipped model reads all of them, and the
report says that it has seen them. ``--predictions`` scores what ``dutybook extract`` has already printed.

The scorer beside the gold decides what matches and what is right. Amending acts (``quoted_text``) have a row of their own
and are in no other row. ``--errors N`` lists N mistakes of each sort; it never shows a document of the last fold, so that
one fold remains which nobody has read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from real_report import as_json, markdown
from score import load_scorer, predict

from dutybook.extract.norms.model.reader import CONFIG

FOLDS = 5
#: The fold whose documents and mistakes are never shown.
UNREAD_FOLD = 4
#: Last words of a gold ``kind`` that make a document law or news; every other kind is guidance.
LAW = {"act", "code", "decision", "decree", "decree-law", "directive", "law", "motion", "municipal", "order"}
LAW |= {"ordinance", "regulation", "resolution", "ruling", "statute"}
NEWS = {"bulletin", "news", "press", "release", "speech", "summary", "transcript"}
DUTIES = {"obligation", "permission"}

Norm = dict[str, Any]


@dataclass(slots=True)
class Met:
    """A gold norm, the prediction that matches it, and what is wrong with the prediction."""

    gold: Norm
    found: Norm
    faults: frozenset[str]

    @property
    def contrary(self) -> bool:
        return is_contrary(self.gold["modality"], self.found.get("modality"))


@dataclass(slots=True)
class Scored:
    """A document with the scorer's tallies, its matched norms, what is too much and what is missing."""

    doc: str
    language: str
    group: str
    format: str
    amending: bool
    tallies: dict[str, Any]
    read: bool = True
    met: list[Met] = field(default_factory=list)
    extra: list[Norm] = field(default_factory=list)
    missed: list[Norm] = field(default_factory=list)

    @property
    def fold(self) -> int:
        return fold_of(self.doc)


def fold_of(doc: str) -> int:
    """The fold of a document, from 0 to 4; only its name decides."""
    return int(hashlib.sha256(doc.encode()).hexdigest(), 16) % FOLDS


def group_of(kind: str) -> str:
    """Whether a gold ``kind`` is ``law``, ``guidance`` or ``news``."""
    words = kind.lower().split()
    if not words:
        return "guidance"
    if words[-1] in NEWS:
        return "news"
    return "law" if words[-1] in LAW else "guidance"


def is_contrary(gold: str, found: str | None) -> bool:
    """Whether one label forbids what the other demands or allows, or frees from what the other demands."""
    labels = {gold, found}
    return ("prohibition" in labels and bool(labels & DUTIES)) or labels == {"obligation", "exemption"}


def faults_of(scorer: Any, gold: tuple[Norm, Any], found: tuple[Norm, Any]) -> frozenset[str]:
    """What a reader would have to correct in a matched norm; the row is right where this is empty."""
    (g, at), (f, there) = gold, found
    wrong = {
        "quote": scorer.overlap(at, there) < scorer.WHOLE,
        "modality": g.get("modality") != f.get("modality"),
        "strength": g.get("strength") != f.get("strength"),
        "bearer": not scorer.same_party(g["bearer"], f.get("bearer")),
        "class": g.get("bearer_class") != f.get("bearer_class"),
        "deadline": scorer.bag(g["deadlines"], "kind", "value") != scorer.bag(f.get("deadlines", []), "kind", "value"),
    }
    return frozenset(name for name, is_wrong in wrong.items() if is_wrong)


def evaluate(scorer: Any, gold: dict[str, Any], text: str, prediction: dict[str, Any] | None) -> Scored:
    """Score one document.

    The scorer itself tells which norms it matches: it compares each matched pair with ``row_right``, and names the others by
    their ``place``, for which this puts their number.
    """
    norms, found = gold["norms"], (prediction or {}).get("norms", [])
    tallies: dict[str, Any] = defaultdict(scorer.Tally)
    scored = Scored(
        gold["doc"],
        gold["language"],
        group_of(gold["kind"]),
        Path(gold["file"]).suffix.lstrip("."),
        bool(gold.get("quoted_text")),
        tallies,
        prediction is not None,
    )
    row_right = scorer.row_right

    def remember(one: tuple[Norm, Any], other: tuple[Norm, Any]) -> bool:
        met = Met(norms[one[0]["place"]], found[other[0]["place"]], faults_of(scorer, one, other))
        scored.met.append(met)
        tallies["strength"].add(int("strength" not in met.faults), 1, 1)
        tallies["contrary"].add(int(met.contrary), 1, 1)
        return bool(row_right(one, other))

    errors: list[tuple[Any, ...]] = []
    scorer.row_right = remember
    try:
        scorer.score(gold | _numbered(norms), text, (prediction or {}) | _numbered(found), tallies, errors)
    finally:
        scorer.row_right = row_right
    scored.extra = [found[e[2]] for e in errors if e[0] == "extra"]
    scored.missed = [norms[e[2]] for e in errors if e[0] == "missed"]
    return scored


def _numbered(norms: Sequence[Norm]) -> dict[str, list[Norm]]:
    return {"norms": [norm | {"place": number} for number, norm in enumerate(norms)]}


def read_gold(shared: Path) -> list[tuple[dict[str, Any], str]]:
    """The gold of every real document, with the text that it was annotated on."""
    files = sorted((shared / "gold" / "real").glob("*.json"))
    return [
        (json.loads(f.read_text(encoding="utf-8")), f.with_suffix(".txt").read_text(encoding="utf-8")) for f in files
    ]


def read_predictions(files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """What was found in each document, by the base name of its file."""
    found = {}
    for file in files:
        with file.open(encoding="utf-8") as lines:
            documents = (json.loads(line) for line in lines if line.strip())
            found.update({Path(one["source"]).name: one for one in documents})
    return found


def document_name(source: Path) -> str:
    """The name of the gold of a file: the file's name without its format."""
    return source.name.removesuffix(source.suffix)


def extract(
    sources: Iterable[Path],
    models: Path | None,
    model: str,
    out: Path,
    name_of: Callable[[Path], str] = document_name,
) -> dict[str, dict[str, Any]]:
    """Read the documents, each with the model of its fold where there are ``models``, else all with ``model``.

    ``name_of``: by which name a file belongs to a fold. A document of a fold without a model is left out.

    Raises:
        RuntimeError: a document has no line, as when the model cannot be loaded; one that cannot be read has one.
    """
    by_model: dict[str, list[Path]] = defaultdict(list)
    there = folds_in(models) if models else []
    for source in sources:
        fold = fold_of(name_of(source))
        if models is None or fold in there:
            by_model[str(models / f"fold-{fold}") if models else model].append(source)
    files = [out / f"{number}.jsonl" for number in range(len(by_model))]
    for file, (name, some) in zip(files, sorted(by_model.items()), strict=True):
        print(f"{name}: {len(some)} documents", file=sys.stderr, flush=True)
        predict(some, file, model=name)
        if lost := {source.name for source in some} - read_predictions([file]).keys():
            raise RuntimeError(f"{name} left out {len(lost)} of {len(some)} documents")
    return read_predictions(files)


def folds_in(models: Path) -> list[int]:
    """The folds for which there is a model that has not seen them."""
    return [fold for fold in range(FOLDS) if (models / f"fold-{fold}" / CONFIG).is_file()]


def score_all(
    shared: Path, found: dict[str, dict[str, Any]], *, partial: bool = False, scorer: Any = None
) -> list[Scored]:
    """Score all real documents; ``partial`` leaves out those without a prediction, which else count as read empty."""
    scorer = scorer or load_scorer(shared / "gold" / "score.py")
    named = ((gold, text, found.get(Path(gold["file"]).name)) for gold, text in read_gold(shared))
    return [evaluate(scorer, gold, text, one) for gold, text, one in named if one is not None or not partial]


def mistakes(documents: Iterable[Scored]) -> dict[str, list[str]]:
    """A line for each mistake, by sort. The unread fold is left out. A row with one fault only stands under that fault."""
    lines: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        if document.fold != UNREAD_FOLD:
            for sort, line in _mistakes_in(document):
                lines[sort].append(f"{document.doc} | {line}")
    return lines


def _mistakes_in(document: Scored) -> Iterator[tuple[str, str]]:
    for norm in document.missed:
        yield "missed", f"{norm['modality']} | {norm['quote'][:200]}"
    for norm in document.extra:
        yield "extra", f"{norm.get('modality')} | {norm['quote'][:200]}"
    for met in document.met:
        if met.contrary:
            yield "contrary", f"{met.gold['modality']} -> {met.found.get('modality')} | {met.gold['quote'][:200]}"
        if len(met.faults) == 1:
            (fault,) = met.faults
            yield fault, f"{_value(fault, met.gold)} -> {_value(fault, met.found)} | {met.gold['quote'][:200]}"


def _value(fault: str, norm: Norm) -> str:
    if fault == "deadline":
        return str([(d.get("kind"), d.get("value")) for d in norm.get("deadlines", [])])
    return str(norm.get({"class": "bearer_class"}.get(fault, fault)))


def print_mistakes(documents: Iterable[Scored], limit: int, only: Iterable[str]) -> None:
    """Print up to ``limit`` mistakes of each sort, spread over the documents."""
    for sort, lines in sorted(mistakes(documents).items()):
        if not only or sort in only:
            step = max(1, len(lines) // limit)
            print(f"\n{sort}: {len(lines)} outside fold {UNREAD_FOLD}")
            print(*(f"  {line}" for line in lines[::step][:limit]), sep="\n")


def provenance(options: argparse.Namespace) -> str:
    """Who read the documents, and whether it had seen them before."""
    if options.folds:
        there = folds_in(options.folds)
        left_out = (
            "" if len(there) == FOLDS else " Documents of other folds were left out: there is no such model of theirs."
        )
        names = ", ".join(f"`{options.folds}/fold-{fold}`" for fold in there)
        return f"Each document was read by a model that had not seen it ({names}).{left_out}"
    if options.unseen:
        return "Each document was read by a model that had not seen it (predictions made before)."
    who = "what made these predictions" if options.predictions else f"the model `{options.model}`"
    return (
        f"**WARNING: {who} HAS SEEN THESE DOCUMENTS. It was taught with them, so these figures are better than what new "
        "documents will get. Only a run with `--folds` measures that.**"
    )


def command_of(options: argparse.Namespace) -> str:
    """The command line, without the folders of this machine."""
    command = ["python benchmarks/real.py ../shared"]
    if options.folds:
        command.append(f"--folds {options.folds}")
    elif options.predictions:
        command.append(f"--predictions {' '.join(file.name for file in options.predictions)}")
    else:
        command.append(f"--model {options.model}")
    command += ["--unseen"] * options.unseen + [f"--group {options.group}"] * bool(options.group)
    return " ".join(command)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    who = parser.add_mutually_exclusive_group()
    who.add_argument(
        "--folds",
        type=Path,
        metavar="MODELS",
        help="folder of the models fold-0 to fold-4, or some: documents of other folds are left out",
    )
    who.add_argument("--predictions", type=Path, nargs="+", metavar="FILE", help="what extract has printed")
    who.add_argument("--model", default="auto", help="read all documents with this model, which may have seen them")
    parser.add_argument("--unseen", action="store_true", help="the predictions are of models that had not seen them")
    parser.add_argument("--partial", action="store_true", help="leave out documents without a prediction")
    parser.add_argument("--group", choices=["law", "guidance", "news"], help="only documents of this group")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep what was found, for --predictions")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    parser.add_argument("--report", type=Path, help="write the tables as Markdown")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="list N mistakes of each sort")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="SORT", help="sorts to list: contrary, missed, quote …"
    )
    return parser.parse_args(arguments)


def missing(options: argparse.Namespace) -> list[Path]:
    """What the command needs and does not find."""
    needed = [options.shared / "gold" / "score.py", options.shared / "gold" / "real", *(options.predictions or [])]
    if options.folds and not folds_in(options.folds):
        needed.append(options.folds / "fold-0" / CONFIG)
    return [path for path in needed if not path.exists()]


def predictions(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What was found in each document: read from files, or by reading the documents now."""
    if options.predictions:
        return read_predictions(options.predictions)
    names = [
        Path(gold["file"]).name
        for gold, _ in read_gold(options.shared)
        if options.group in (None, group_of(gold["kind"]))
    ]
    with tempfile.TemporaryDirectory() as scratch:
        sources = [options.shared / "docs" / "real" / name for name in names]
        return extract(sources, options.folds, options.model, Path(scratch))


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    if lacking := missing(options):
        print(f"not here: {', '.join(map(str, lacking))}", file=sys.stderr)
        return 2
    found = predictions(options)
    if options.save:
        lines = (json.dumps(one, ensure_ascii=False) + "\n" for one in found.values())
        options.save.write_text("".join(lines), encoding="utf-8")
    documents = score_all(options.shared, found, partial=options.partial or bool(options.group or options.folds))
    documents = [document for document in documents if options.group in (None, document.group)]
    figures = {"command": command_of(options), "unseen": bool(options.folds or options.unseen)} | as_json(documents)
    page = markdown(figures, provenance(options))
    print(page)
    if options.errors:
        print_mistakes(documents, options.errors, options.only)
    for path, content in (
        (options.out, json.dumps(figures, indent=1, ensure_ascii=False) + "\n"),
        (options.report, page),
    ):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
