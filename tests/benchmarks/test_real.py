"""The measure on real documents: folds, groups, contrary readings, faults, confidence; on made-up harbours and ski lifts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import general_news
import real
import real_report
from score import load_scorer

TEXT = "The pilot shall report the ship within 2 hours. Skippers may not anchor here. The harbour is old."
REPORT = "The pilot shall report the ship within 2 hours."
ANCHOR = "Skippers may not anchor here."


def _norm(quote: str, modality: str, **more: Any) -> dict[str, Any]:
    norm = {"quote": quote, "modality": modality, "strength": "must", "bearer": None, "bearer_class": "business"}
    return norm | {"deadlines": [], "place": "¶ 1"} | more


def _scored(doc: str, met: Sequence[real.Met] = (), extra: Sequence[dict[str, Any]] = (), **more: Any) -> real.Scored:
    fields: dict[str, Any] = {
        "language": "en",
        "group": "law",
        "format": "txt",
        "amending": False,
        "tallies": {},
    } | more
    return real.Scored(doc, met=list(met), extra=list(extra), **fields)


def _met(gold: str, found: str, *faults: str, **evidence: Any) -> real.Met:
    return real.Met(_norm("x", gold), _norm("x", found, evidence=evidence), frozenset(faults))


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("law", "law"),
        ("decree-law", "law"),
        ("municipal", "law"),
        ("municipal ordinance", "law"),
        ("municipal list", "guidance"),
        ("circular", "guidance"),
        ("FAQ", "guidance"),
        ("rules of a ski club", "guidance"),
        ("", "guidance"),
        ("news", "news"),
        ("press release", "news"),
    ],
)
def test_a_kind_belongs_to_one_group(kind: str, group: str) -> None:
    assert real.group_of(kind) == group


def test_the_fold_depends_on_the_name_alone() -> None:
    folds = [real.fold_of(f"harbour-{number}.en") for number in range(200)]
    assert set(folds) == {0, 1, 2, 3, 4}
    assert folds == [real.fold_of(f"harbour-{number}.en") for number in range(200)]
    assert real.fold_of(real.document_name(Path("docs/harbour-7.en.pdf"))) == folds[7]


@pytest.mark.parametrize(
    ("gold", "found", "contrary"),
    [
        ("obligation", "prohibition", True),
        ("prohibition", "permission", True),
        ("permission", "prohibition", True),
        ("exemption", "obligation", True),
        ("obligation", "permission", False),
        ("prohibition", "exemption", False),
        ("permission", "exemption", False),
        ("prohibition", "prohibition", False),
        ("obligation", None, False),
    ],
)
def test_the_contrary_forbids_what_is_demanded_or_frees_from_it(gold: str, found: str | None, contrary: bool) -> None:
    assert real.is_contrary(gold, found) is contrary


def test_the_unread_fold_shows_no_mistake() -> None:
    names = [f"harbour-{number}.en" for number in range(50)]
    documents = [_scored(name, [_met("obligation", "prohibition", "modality")]) for name in names]
    lines = real.mistakes(documents)
    assert set(lines) == {"contrary", "modality"}
    document_names = {line.partition(" | ")[0] for line in lines["contrary"]}
    assert document_names == {name for name in names if real.fold_of(name) != real.UNREAD_FOLD}


def test_faults_are_counted_with_others_and_alone() -> None:
    met = [
        _met("obligation", "obligation"),
        _met("obligation", "permission", "modality", "class"),
        _met("permission", "permission", "class"),
    ]
    made = real_report.faults(met)
    assert made["wrong"] == 2
    assert (made["any"]["class"], made["only"]["class"]) == (2, 1)
    assert (made["any"]["modality"], made["only"]["modality"]) == (1, 0)
    assert made["confused"]["modality"] == {"obligation -> permission": 1}


def test_bins_have_equal_counts_and_the_order_of_equals_decides_nothing() -> None:
    found = [(0.5, 0.0)] * 10 + [(0.5, 1.0)] * 10
    even = real_report.spread(found)
    assert even == real_report.spread(found[::-1])
    assert [n for _, _, n in real_report.reliability(even)] == [2] * 10
    assert real_report.calibration_error(real_report.reliability(even)) == pytest.approx(0.0)
    assert real_report.wrong_in_least_sure(even) == pytest.approx(0.2)


def test_the_calibration_error_is_the_distance_of_promise_and_truth() -> None:
    boastful = real_report.spread([(0.9, 0.0), (0.9, 1.0), (0.9, 1.0), (0.9, 0.0)])
    assert real_report.calibration_error(real_report.reliability(boastful, bins=2)) == pytest.approx(0.4)
    assert real_report.calibration_error([]) == 0.0


def test_wrong_rows_are_sought_among_the_least_sure() -> None:
    found = real_report.spread([(0.1 * number, 0.0 if number < 3 else 1.0) for number in range(10)])
    assert real_report.wrong_in_least_sure(found) == pytest.approx(2 / 3)
    assert real_report.wrong_in_least_sure([(0.9, 1.0)]) == 0.0


def test_confidence_of_rows_counts_what_matches_nothing_and_that_of_fields_does_not() -> None:
    met = [
        _met("obligation", "obligation", confidence=0.9, fields={"modality": 0.95, "class": 0.4}),
        _met("obligation", "obligation", "class", confidence=0.8, fields={"modality": 0.9, "class": 0.3}),
    ]
    extra = [_norm("x", "permission", evidence={"confidence": 0.2, "fields": {"modality": 0.1}})]
    made = real_report.confidence([_scored("a.en", met, extra)])
    assert made["row"]["findings"] == 3
    assert made["row"]["right"] == pytest.approx(1 / 3, abs=1e-3)
    assert (made["modality"]["findings"], made["modality"]["right"]) == (2, 1.0)
    assert made["class"]["right"] == 0.5


def test_the_report_tells_loudly_what_has_been_seen(tmp_path: Path) -> None:
    seen = real.parse([str(tmp_path)])
    assert "HAS SEEN" in real.provenance(seen)
    assert "HAS SEEN" not in real.provenance(real.parse([str(tmp_path), "--folds", str(tmp_path)]))
    ready = real.parse([str(tmp_path), "--predictions", str(tmp_path / "a.jsonl")])
    assert "HAS SEEN" in real.provenance(ready)
    assert str(tmp_path) not in real.command_of(ready), "a report names no folder of a machine"


def test_what_is_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert real.main([str(tmp_path), "--folds", str(tmp_path / "models")]) == 2
    assert "fold-0" in capsys.readouterr().err


def test_documents_of_a_fold_without_a_model_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harbours = [Path(f"harbour-{number}.en.txt") for number in range(20)]
    in_fold = {one.name for one in harbours if real.fold_of(real.document_name(one)) == 2}
    _model(tmp_path / "fold-2")

    def read_all(sources: list[Path], out: Path, *, model: str) -> None:
        lines = (json.dumps({"source": str(one), "norms": []}) + "\n" for one in sources)
        out.write_text("".join(lines), encoding="utf-8")

    monkeypatch.setattr(real, "predict", read_all)
    assert in_fold
    assert set(real.extract(harbours, tmp_path, "auto", tmp_path)) == in_fold
    words = real.provenance(real.parse([str(tmp_path), "--folds", str(tmp_path)]))
    assert "fold-2" in words
    assert "left out" in words


def _model(folder: Path) -> None:
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")


def _harbour(shared: Path, found: list[dict[str, Any]]) -> real.Scored:
    scorer = load_scorer(shared / "gold" / "score.py")
    deadline = {"kind": "period", "value": "PT2H"}
    gold = {
        "doc": "harbour.en",
        "file": "docs/real/harbour.en.txt",
        "language": "en",
        "kind": "law",
        "regions": [{"from": "The pilot", "to": "harbour is old."}],
        "norms": [_norm(REPORT, "obligation", bearer="pilot", deadlines=[deadline]), _norm(ANCHOR, "prohibition")],
        "facts": [],
        "penalties": [],
    }
    return real.evaluate(scorer, gold, TEXT, {"norms": found})


@pytest.mark.shared
def test_the_scorer_tells_what_meets_and_what_does_not(shared: Path) -> None:
    deadline = {"kind": "period", "value": "PT2H"}
    right = _norm(REPORT, "obligation", bearer="the pilot", deadlines=[deadline])
    wrong = _norm(ANCHOR, "permission", bearer="Skippers", strength="should")
    scored = _harbour(shared, [right, wrong, _norm("The harbour is old.", "obligation")])
    assert [sorted(m.faults) for m in sorted(scored.met, key=lambda m: m.gold["modality"])] == [
        [],
        ["bearer", "modality", "strength"],
    ]
    assert [n["quote"] for n in scored.extra] == ["The harbour is old."]
    assert scored.missed == []
    assert (scored.tallies["row"].hit, scored.tallies["contrary"].hit, scored.tallies["strength"].hit) == (1, 1, 1)
    figures: dict[str, Any] = {"command": "x", "unseen": True} | real_report.as_json([scored])
    assert figures["tables"]["group"]["law"]["recall"] == 1.0
    assert figures["contrary"] == {"norms": 1, "of": 2}
    page = real_report.markdown(figures, "by nobody")
    assert "pilot" not in page, "the page shows no text of a document"


@pytest.mark.shared
def test_a_document_that_nobody_read_misses_all(shared: Path) -> None:
    scored = _harbour(shared, [])
    assert [n["quote"] for n in scored.missed] == [REPORT, ANCHOR]
    assert real_report.row([scored])["norm"] == 0.0


def test_a_model_that_reads_nothing_is_no_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def read_first(sources: list[Path], out: Path, *, model: str) -> None:
        asked.append(Path(model).name)
        out.write_text(json.dumps({"source": str(sources[0]), "norms": []}) + "\n", encoding="utf-8")

    monkeypatch.setattr(real, "predict", read_first)
    one = Path("harbour-1.en.txt")
    _model(tmp_path / f"fold-{real.fold_of('harbour-1.en')}")
    assert set(real.extract([one], tmp_path, "auto", tmp_path)) == {one.name}
    assert asked == [f"fold-{real.fold_of('harbour-1.en')}"]
    with pytest.raises(RuntimeError, match="1 of 2"):
        real.extract([one, Path("harbour-2.en.txt")], None, "auto", tmp_path)


def test_predictions_are_found_by_base_name(tmp_path: Path) -> None:
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for file in files:
        file.write_text(json.dumps({"source": f"/far/{file.stem}.txt", "norms": []}) + "\n\n", encoding="utf-8")
    assert set(real.read_predictions(files)) == {"a.txt", "b.txt"}


def test_norms_in_general_news_are_counted_by_page() -> None:
    pages: list[dict[str, Any]] = [{"norms": [_norm("x", "permission")] * 3, "genre": "news"}, {"norms": []}, {}]
    counts = general_news.count(pages)
    assert (counts["norms a page"], counts["pages with any"]) == (1.0, 0.333)
    assert "| permission |     3 |" in general_news.markdown(counts, "x")
    assert general_news.count([])["norms a page"] == 0.0
