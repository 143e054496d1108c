"""Findings in recognised text are less sure and say so; what could not be recognised is tried again when it can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import N, make_analysis
from dutybook.layout.ocr.engine import Tesseract, how_to_install
from dutybook.layout.ocr.scans import too_late
from dutybook.pipeline import batch
from dutybook.pipeline.analyse import recognition_of, with_doubt
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.pipeline.batch import is_possible_now
from dutybook.pipeline.config import Config
from dutybook.reasons import Why, because, reason_without_code
from dutybook.records import Analysis, Page


@pytest.fixture
def found() -> Analysis:
    return make_analysis([N("The keeper shall report a failure within two hours.", place="Art 2", bearer="keeper")])


def on(found: Analysis, source: str, confidence: float | None) -> Analysis:
    assert found.layout
    page = Page(1, 595, 842, source, confidence=confidence)
    return replace(found, layout=replace(found.layout, pages=(page,)))


def test_text_layers_leave_findings_as_they_are(found: Analysis) -> None:
    same = on(found, "text", None)
    assert with_doubt(same) is same
    assert "recognised" not in analysis_to_dict(same)


@pytest.mark.parametrize(("confidence", "left"), [(0.8, 0.8), (None, 0.9)])
def test_recognised_words_lower_the_confidence(found: Analysis, confidence: float | None, left: float) -> None:
    before = found.norms[0].evidence
    evidence = with_doubt(on(found, "ocr", confidence)).norms[0].evidence
    assert evidence.confidence == pytest.approx(before.confidence * left)
    assert "recognised in an image (page 1" in evidence.why
    record = analysis_to_dict(on(found, "ocr", confidence))
    assert record["recognised"] == [{"page": 1, "confidence": confidence}]


def test_what_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = because(Why.OCR_ABSENT, "{how}", how=how_to_install())
    missing = [because(Why.PICTURES_ONLY, "the PDF has no text layer: {why}", why=absent).of_kind("no text")]
    without_data = [because(Why.OCR_WITHOUT_DATA, "text was recognised without data", language="pl", how="")]
    monkeypatch.setattr(batch, "installed", lambda: None)
    assert not is_possible_now(missing, Config())
    monkeypatch.setattr(batch, "installed", lambda: Tesseract("t", "5", frozenset({"eng"})))
    assert is_possible_now(missing, Config())
    assert not is_possible_now(missing, Config(ocr=False))
    assert not is_possible_now(without_data, Config())
    monkeypatch.setattr(batch, "installed", lambda: Tesseract("t", "5", frozenset({"eng", "pol"})))
    assert is_possible_now(without_data, Config())
    assert not is_possible_now([reason_without_code("the file is damaged").of_kind("broken")], Config())


def test_more_time_is_another_try() -> None:
    reason = because(Why.PART_NO_TEXT_ON, "no text on pages 9-12 (images or drawings: {why})", why=too_late(25))
    assert not is_possible_now([reason], Config(ocr_seconds=25))
    assert is_possible_now([reason], Config(ocr_seconds=90))


def test_settings() -> None:
    assert recognition_of(Config(ocr=False)) is None
    made = recognition_of(Config(language="fr", ocr_seconds=7, workers=3))
    assert made is not None
    assert (made.language, made.seconds, made.processes) == ("fr", 7, 3)
