#!/usr/bin/env python3
"""Trains the light model and writes its folder: config, weights, card.

    python models/train.py ../shared [--out models/norms-light] [--only-own] [--no-card]

Reads the language versions of acts that lie beside the repository and our own marked-up texts, labels each unit with what
the English version states, fits two linear models on hashed features, and measures: on documents left out, on languages
left out, on annotated documents. ``--only-own`` learns from our own texts alone (seconds; to try the command). The seed
is fixed: the same texts and packs give the same weights.
"""

from __future__ import annotations

import argparse
import pickle
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
from score import source_of  # noqa: E402
from training import golds  # noqa: E402
from training.acts import ACTS, PARALLEL  # noqa: E402
from training.card import card, pair, units_table  # noqa: E402
from training.crossing import Crossed, crossed, folds_of  # noqa: E402
from training.fitting import BITS, SEED, fit, matrix  # noqa: E402
from training.own import gold_rows, spec_rows  # noqa: E402
from training.rows import Row, act_rows  # noqa: E402
from training.tuning import scores, together, tuned  # noqa: E402

from dutybook.extract.norms.light_judge import LightJudge  # noqa: E402
from dutybook.extract.norms.light_model import NAME, LightModel, save_model  # noqa: E402

QUESTIONS = ("statement", "list")
VERSION = "1"


def rows_from(shared: Path | None) -> list[Row]:
    """All rows, in a fixed order."""
    own = [replace(r, group=golds.group_of(r.group)) for r in gold_rows()]
    return [*(act_rows(shared) if shared else ()), *spec_rows(), *own]


def settings_of(rows: dict[str, list[Row]], left_out: dict[str, Crossed]) -> dict[str, Any]:
    """Thresholds by genre, and the languages in which rules and model did not measure better than rules alone."""
    acts = {*ACTS, *(act for _, act in PARALLEL.values())}

    def counts(row: Row) -> bool:
        """English labels of acts come from the English rules: only annotated English texts can show a gain."""
        return row.language != "en" or row.group not in acts

    settings: dict[str, Any] = {"genres": {}}
    for genre in sorted({r.genre for r in rows["statement"]}):
        made: dict[str, Any] = {"rules_alone": {q: [] for q in QUESTIONS}}
        settings["genres"][genre] = made
        for q in QUESTIONS:
            chosen = [n for n, r in enumerate(rows[q]) if r.genre == genre and counts(r)]
            of_genre, values = [rows[q][n] for n in chosen], left_out[q].values[chosen]
            made[q] = tuned(q, genre, of_genre, values) if chosen else {}
            if genre == "eu_act" and chosen:
                gains: Counter[str] = Counter({r.language: 0 for r in rows["statement"]})
                for row, said in zip(of_genre, together(q, of_genre, values, settings), strict=True):
                    gains[row.language] += (said == row.label) - (row.seen.rules == row.label)
                made["rules_alone"][q] = sorted(c for c, gain in gains.items() if gain <= 0)
        if not any(made[q] for q in QUESTIONS):
            del settings["genres"][genre]
    return settings


def by(rows: Sequence[Row], question: str, made: Crossed, settings: dict[str, Any], key: str) -> dict[str, Any]:
    """Scores by an attribute of the rows; texts of ours apart."""
    found = {}
    for value in sorted({getattr(r, key) for r in rows}):
        chosen = [n for n, r in enumerate(rows) if getattr(r, key) == value and not np.isnan(made.values[n][0])]
        if len(chosen) >= 10:
            found[value] = scores(question, [rows[n] for n in chosen], made.values[chosen], settings)
    return found


def gold_table(
    shared: Path | None, folds: dict[str, int], parts: dict[str, Crossed], settings: dict[str, Any]
) -> list[list[str]]:
    """Rules, model alone and both on annotated documents."""
    if shared is None:
        return []
    scoring = golds.scorer(shared)
    lines = []
    for folder in (shared / "gold", ROOT / "corpora" / "gold"):
        for document in golds.documents(folder, lambda file: source_of(file, shared)):
            fold = str(folds.get(document.group, 0))
            heads = {question: parts[question].heads[fold] for question in QUESTIONS}
            model = LightModel(NAME, VERSION, heads, settings)
            judges = (None, LightJudge(model, alone=True), LightJudge(model))
            lines.append([document.name, *(pair(golds.score(scoring, document, judge)) for judge in judges)])
    return lines


def train(shared: Path | None, out: Path, measure: bool = True, kept: Path | None = None) -> None:
    """Fit, measure, write."""
    started = time.monotonic()
    every = rows_from(shared) if kept is None or not kept.is_file() else list(pickle.loads(kept.read_bytes()))
    if kept is not None and not kept.is_file():
        kept.write_bytes(pickle.dumps(every))
    print(f"{len(every)} rows in {time.monotonic() - started:.0f} s", flush=True)
    folds = folds_of(every)
    rows = {question: [r for r in every if r.question == question] for question in QUESTIONS}
    parts: dict[str, Crossed] = {}
    tables: dict[str, str] = {}
    heads = {}
    for question in QUESTIONS:
        asked = [str(n) for n in sorted(set(folds.values()))]
        parts[question] = crossed(question, rows[question], lambda r: str(folds[r.group]), asked)
    settings = settings_of(rows, parts)
    print(f"documents left out after {time.monotonic() - started:.0f} s: {settings}", flush=True)
    for question in QUESTIONS:
        what = "Sentences and stems" if question == "statement" else "Lists"
        for key in ("language", "genre", "group"):
            found = by(rows[question], question, parts[question], settings, key)
            tables[f"{what}, documents left out, by {key}"] = units_table(found, key)
        if measure:
            languages = sorted({r.language for r in rows[question]} - {"en"})
            alone = crossed(question, rows[question], lambda r: r.language, languages)
            found = by(rows[question], question, alone, settings, "language")
            tables[f"{what}, one language left out"] = units_table(found, "language")
        heads[question] = fit(question, rows[question], matrix([r.features for r in rows[question]], BITS[question]))
    print(f"fitted after {time.monotonic() - started:.0f} s", flush=True)
    gold = gold_table(shared, folds, parts, settings) if measure else []
    config = {"name": NAME, "version": VERSION, "seed": SEED, "settings": settings}
    save_model(out, config, heads)
    text = card(config, every, tables, gold, time.monotonic() - started)
    (out / "card.md").write_text(text, encoding="utf-8")
    print(f"{out} written after {time.monotonic() - started:.0f} s")


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / NAME)
    parser.add_argument("--only-own", action="store_true")
    parser.add_argument(
        "--no-card", action="store_true", help="do not measure languages left out, nor annotated documents"
    )
    parser.add_argument("--rows", type=Path, help="keep the rows here, and take them from here where they are kept")
    options = parser.parse_args()
    if not options.only_own and not (options.shared and (options.shared / "docs").is_dir()):
        print(f"{options.shared} is not here: the acts are not part of the repository (--only-own)", file=sys.stderr)
        return 2
    train(None if options.only_own else options.shared, options.out, measure=not options.no_card, kept=options.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
