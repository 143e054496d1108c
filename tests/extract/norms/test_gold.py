"""Norms through the whole pipeline, measured by the scorer beside the gold files."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dutybook.pipeline.analyse import analyse, read
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.records import Analysis

pytestmark = pytest.mark.shared


@cache
def _scorer(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("gold_scorer", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _source(shared: Path, gold: dict[str, Any]) -> Path:
    name = Path(gold["file"]).name
    return next(p for folder in ("docs", "gold") for p in sorted((shared / folder).rglob(name)))


@cache
def _analysis(path: Path) -> Analysis:
    return analyse(read(path))


@pytest.fixture(scope="module")
def scored(shared: Path) -> Callable[[str], tuple[Any, list[Any], Analysis]]:
    """Tallies by measure, errors and the analysis of a gold document, by its name."""

    def score(name: str) -> tuple[Any, list[Any], Analysis]:
        scorer = _scorer(shared / "gold" / "score.py")
        gold = json.loads((shared / "gold" / f"{name}.json").read_text(encoding="utf-8"))
        text = (shared / "gold" / f"{name}.txt").read_text(encoding="utf-8")
        analysis = _analysis(_source(shared, gold))
        errors: list[Any] = []
        tallies = _Tallies(scorer)
        scorer.score(gold, text, json.loads(json.dumps(analysis_to_dict(analysis))), tallies, errors)
        return tallies, errors, analysis

    return score


class _Tallies(dict[str, Any]):
    def __init__(self, scorer: ModuleType) -> None:
        super().__init__()
        self.scorer = scorer

    def __missing__(self, key: str) -> Any:
        self[key] = self.scorer.Tally()
        return self[key]


@pytest.mark.parametrize(
    ("name", "norm", "modality", "bearer"),
    [
        ("gdpr.en", 0.93, 0.90, 0.90),
        ("gdpr.de", 0.93, 0.90, 0.80),
        ("gdpr.fr", 0.85, 0.80, 0.80),
        ("gwg.de", 0.85, 0.80, 0.70),
    ],
)
def test_scores(scored: Callable[..., Any], name: str, norm: float, modality: float, bearer: float) -> None:
    tallies, errors, _ = scored(name)
    shown = "\n".join(" | ".join(map(str, e)) for e in errors if e[0] != "deadline")
    assert tallies["norm"].prf[2] >= norm, shown
    assert tallies["modality"].prf[2] >= modality, shown
    assert tallies["bearer"].prf[2] >= bearer


def test_a_text_without_norms_has_hardly_any(scored: Callable[..., Any]) -> None:
    _, _, analysis = scored("negative-spd.de")
    assert len(analysis.norms) <= 2, [analysis.quote(n.span) for n in analysis.norms]


@pytest.mark.parametrize("name", ["gdpr.en", "gdpr.de", "gwg.de"])
def test_norms_of_real_acts_are_verbatim_apart_and_explained(scored: Callable[..., Any], name: str) -> None:
    _, _, analysis = scored(name)
    text = analysis.document.text
    zones = {p.id: p.zone for p in analysis.provisions}
    for norm in analysis.norms:
        for part in (norm.bearer, norm.action, norm.recipient, norm.condition, norm.exception):
            assert part is None or part.span.of(text) == part.text
        assert zones[norm.provision] not in {"recital", "definition", "footnote", "signature", "contents"}
        assert norm.evidence.why
        assert norm.place
    assert max(Counter(n.id for n in analysis.norms).values()) == 1
    order = [(n.span.start, n.span.end) for n in analysis.norms]
    assert order == sorted(order)
