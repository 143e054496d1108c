#!/usr/bin/env python3
"""Scores Dutybook against gold annotations, with their own scorer.

    python benchmarks/score.py ../shared [DOC ...] [--heldout] [--errors N] [--out FILE.json]

Runs the pipeline on every document that has gold in ``../shared/gold`` and in ``corpora/gold``, and prints the scorer's
table for each folder, then one table by genre and one by language over both. ``--heldout`` adds ``corpora/heldout``, in tables of
its own: nothing may be trained or tuned on what it shows. The gold in ``../shared`` stays where it is: nothing of it is copied.

Genres come from ``kind``: regulation, directive and decision are EU acts unless the document is national (most of its
places begin with §), law is national law, circular is guidance. Lists and sentences: ``list_items.py`` says which is which;
gold items meet predicted items only, gold sentences predicted sentences.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from list_items import ItemTeller
from score_report import examples, figures, markdown

from dutybook.languages.artefacts import OTHER_ARTEFACTS

ROOT = Path(__file__).resolve().parents[1]
EU_KINDS = {"regulation", "directive", "decision"}
GENRES = {"law": "national law", "circular": "guidance", "guideline": "guidance", "news": "news"}
COLUMNS = ("norm", "modality", "bearer", "bearer_class", "deadline", "fact", "penalty", "list items", "sentences")
MODALITIES = ("obligation", "prohibition", "permission", "exemption")
PARTS = ("list items", "sentences")

Tallies = dict[str, Any]


@dataclass(slots=True)
class Scored:
    """A document's gold and its tallies by measure; those for its list items and sentences are measures of their own."""

    gold: dict[str, Any]
    tallies: Tallies = field(default_factory=dict)

    @property
    def genre(self) -> str:
        kind, places = self.gold["kind"], [n["place"] for n in self.gold["norms"]]
        if kind in EU_KINDS:
            return "national law" if sum(p.startswith("§") for p in places) * 2 > len(places) else "EU act"
        return GENRES.get(kind, "other")


def source_of(gold: Path, shared: Path) -> Path | None:
    """The file that a gold annotation is of: by name in the documents, else its own reference text."""
    name = Path(json.loads(gold.read_text(encoding="utf-8"))["file"]).name
    for folder in (shared / "docs", ROOT / "corpora" / "samples", gold.parent):
        found = next(iter(sorted(folder.rglob(name))), None)
        if found is not None:
            return found
    return None


def predict(sources: list[Path], out: Path, *, model: str = "auto") -> None:
    """Write a line of findings for each source, as the command line prints them with this model."""
    # Findings are measured here, not speed: on a busy machine a long act must not count as unread.
    command = [
        sys.executable,
        "-m",
        "dutybook",
        "extract",
        "--format",
        "jsonl",
        "--time-limit",
        "3600",
        "--model",
        model,
        *map(str, sources),
    ]
    with out.open("w", encoding="utf-8") as file:
        # A model of a fold brings what else has not seen that fold's documents.
        environment = os.environ | ({OTHER_ARTEFACTS: model} if Path(model).is_dir() else {})
        subprocess.run(command, stdout=file, check=False, env=environment)


def load_scorer(file: Path) -> ModuleType:
    """The scorer that lies beside the gold, as a module.

    Raises:
        ImportError: the file is no Python module.
    """
    spec = importlib.util.spec_from_file_location("gold_scorer", file)
    if spec is None or spec.loader is None:
        raise ImportError(str(file))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def evaluate(scorer: ModuleType, path: Path, prediction: dict[str, Any]) -> Scored:
    """Score one document, then its list items and its sentences each for themselves."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_suffix(".txt").read_text(encoding="utf-8")
    scored = Scored(gold, defaultdict(scorer.Tally))
    scorer.score(gold, text, prediction, scored.tallies, [])
    norms, found = gold["norms"], prediction.get("norms", [])
    marks, found_marks = item_marks(scorer, text, norms, found)
    for part, wanted in zip(PARTS, (True, False), strict=True):
        some = {**gold, "norms": [n for n, mark in zip(norms, marks, strict=True) if mark is wanted]}
        theirs = [n for n, mark in zip(found, found_marks, strict=True) if mark is wanted]
        tallies: Tallies = defaultdict(scorer.Tally)
        scorer.score(some, text, {"norms": theirs}, tallies, [])
        scored.tallies[part] = tallies["norm"]
    return scored


def item_marks(
    scorer: ModuleType, text: str, norms: list[dict[str, Any]], found: list[dict[str, Any]]
) -> tuple[list[bool], list[bool]]:
    """Of gold norms and of those found, whether each is a list item; what is found at a gold norm is what that one is."""
    squeezed, teller = scorer.squeeze(text), ItemTeller(text)

    def located(some: list[dict[str, Any]]) -> list[tuple[int, int] | None]:
        places: list[tuple[int, int] | None] = scorer.in_order([scorer.locate(squeezed, n["quote"]) for n in some])
        return places

    def mark(norm: dict[str, Any], place: tuple[int, int] | None) -> bool:
        return place is not None and teller.is_item(norm.get("place"), place[0])

    places = located(norms)
    marks = [mark(n, place) for n, place in zip(norms, places, strict=True)]
    found_marks = []
    for norm, place in zip(found, located(found), strict=True):
        meeting = [(scorer.overlap(place, p), m) for p, m in zip(places, marks, strict=True) if place and p]
        best = max(meeting, default=(0.0, False))
        found_marks.append(best[1] if best[0] >= scorer.MIN_OVERLAP else mark(norm, place))
    return marks, found_marks


def total(scorer: ModuleType, documents: Iterable[Scored]) -> Tallies:
    """The sums of the documents' tallies."""
    sums: Tallies = defaultdict(scorer.Tally)
    for document in documents:
        for key, tally in document.tallies.items():
            sums[key].add(tally.hit, tally.gold, tally.pred)
    return sums


def grouped(documents: list[Scored], key: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = defaultdict(list)
    for document in documents:
        groups[key(document)].append(document)
    return dict(sorted(groups.items()))


def cell(tally: Any) -> str:
    return f"{tally.prf[2]:.3f}" if tally.gold or tally.pred else "–"


def print_groups(scorer: ModuleType, title: str, groups: dict[str, list[Scored]]) -> None:
    """A line of F1 for each group, with the gold norms in it."""
    print(f"\n{title:<24}{'norms':>6}" + "".join(f"{c:>13}" for c in COLUMNS))
    for name, documents in groups.items():
        sums = total(scorer, documents)
        print(f"{name:<24}{sums['norm'].gold:>6}" + "".join(f"{cell(sums[c]):>13}" for c in COLUMNS))


def report(scorer: ModuleType, title: str, documents: list[Scored]) -> None:
    """Tables by genre, by language, by both, and precision and recall by modality and by form of the sentence."""
    print_groups(scorer, f"{title}: genre", grouped(documents, lambda d: d.genre))
    print_groups(scorer, f"{title}: language", grouped(documents, lambda d: d.gold["language"]))
    print_groups(scorer, f"{title}: both", grouped(documents, lambda d: f"{d.gold['language']} {d.genre}"))
    sums = total(scorer, documents)
    print(f"\n{title + ': all':<24}{'P':>7}{'R':>7}{'F1':>7}{'gold':>7}{'found':>7}")
    for key in ("norm", "modality", *MODALITIES, *PARTS, "deadline", "fact", "penalty"):
        p, r, f = sums[key].prf
        print(f"{key:<24}{p:>7.3f}{r:>7.3f}{f:>7.3f}{sums[key].gold:>7}{sums[key].pred:>7}")


def as_json(scorer: ModuleType, documents: list[Scored]) -> dict[str, Any]:
    """Precision, recall, F1 and counts by document, genre and language, for ``--out``."""

    def table(tallies: Tallies) -> dict[str, Any]:
        return {k: dict(zip("prf", t.prf, strict=True)) | {"gold": t.gold, "pred": t.pred} for k, t in tallies.items()}

    def groups(key: Callable[[Scored], str]) -> dict[str, Any]:
        return {name: table(total(scorer, some)) for name, some in grouped(documents, key).items()}

    return {
        "documents": {d.gold["doc"]: table(d.tallies) for d in documents},
        "genres": groups(lambda d: d.genre),
        "languages": groups(lambda d: d.gold["language"]),
        "all": table(total(scorer, documents)),
    }


def score_folder(scorer: Path, folder: Path, options: argparse.Namespace) -> list[Scored]:
    """Print the scorer's own table for a folder of gold and return the documents' tallies."""
    golds = [g for g in sorted(folder.glob("*.json")) if not options.docs or g.stem in options.docs]
    pairs = [(g, s) for g in golds if (s := source_of(g, options.shared)) is not None]
    if not pairs:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "predictions.jsonl"
        predict(sorted({s for _, s in pairs}), out)
        command = [sys.executable, str(scorer), "--pred", str(out), "--errors", str(options.errors)]
        print(folder.name if folder.parent == ROOT / "corpora" else "public", flush=True)
        subprocess.run([*command, *(str(g) for g, _ in pairs)], check=False)
        print(flush=True)
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines() if line.strip()]
    found = {Path(p["source"]).name: p for p in lines}
    module = load_scorer(scorer)
    return [evaluate(module, gold, found.get(source.name, {})) for gold, source in pairs]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path)
    parser.add_argument("docs", nargs="*", help="names of gold files, without .json; all where none is named")
    parser.add_argument("--heldout", action="store_true", help="score corpora/heldout too, in tables of its own")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    parser.add_argument("--report", type=Path, help="write the scores as a page of Markdown, and beside it as JSON")
    options = parser.parse_args()
    file = options.shared / "gold" / "score.py"
    if not file.is_file():
        print(f"{file} is not here: the gold is not part of the repository", file=sys.stderr)
        return 2
    corpora = ROOT / "corpora"
    sets = {"open": [options.shared / "gold", corpora / "gold"]}
    if options.heldout:
        sets["held out"] = [corpora / "heldout"]
    scorer, written = load_scorer(file), {}
    for title, folders in sets.items():
        documents = [d for folder in folders for d in score_folder(file, folder, options)]
        if documents:
            report(scorer, title, documents)
            print()
            written[title] = as_json(scorer, documents)
    if options.out:
        options.out.write_text(json.dumps(written, indent=1, ensure_ascii=False), encoding="utf-8")
    if options.report:
        own = [file.stem for file in (corpora / "gold").glob("*.json")]
        command = (
            f"python benchmarks/score.py ../shared{' --heldout' if options.heldout else ''} --report {options.report}"
        )
        options.report.write_text(markdown(written, own, command), encoding="utf-8")
        figures_json = json.dumps(
            figures(written, command, examples(ROOT / "tests" / "specs")), indent=1, ensure_ascii=False
        )
        options.report.with_suffix(".json").write_text(figures_json + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
