"""Lowers the confidence of findings in text that was recognised in images, and marks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from dutybook.layout.ocr import Recognition, installed
from dutybook.layout.ocr.engine import code_of
from dutybook.pipeline.config import Config
from dutybook.reasons import Reason, Why
from dutybook.records import Analysis, Citation, Deadline, Fact, Layout, Norm, Penalty, Rejection, Span
from dutybook.structure.language import identify

Finding = TypeVar("Finding", Norm, Deadline, Fact, Penalty, Citation, Rejection)

_UNKNOWN = 0.9
"""How sure words are that another program recognised: such files do not say."""


def recognition_of(config: Config) -> Recognition | None:
    """How the layout stage is to recognise text; None if it is not."""
    if not config.ocr:
        return None
    return Recognition(
        language=config.language, identify=identify, seconds=config.ocr_seconds, processes=config.workers
    )


def is_possible_now(reasons: Iterable[Reason], config: Config) -> bool:
    """Whether what prevented recognition is gone: the missing program, missing data of a language, or the time limit."""
    if not config.ocr:
        return False
    every = [each for reason in reasons for each in reason.each()]
    if any(config.ocr_seconds > float(r.values["seconds"]) for r in every if r.code == Why.OCR_LATE):
        return True
    missing = [str(r.values["language"]) for r in every if r.code == Why.OCR_WITHOUT_DATA]
    if not missing and not any(r.code == Why.OCR_ABSENT for r in every):
        return False
    engine = installed()
    return engine is not None and all(code_of(language) in engine.languages for language in missing)


def with_doubt(analysis: Analysis) -> Analysis:
    """The analysis with its findings on recognised pages marked and their confidence multiplied by that of the pages'
    words.
    """
    layout = analysis.layout
    pages = {page.number: page.confidence for page in layout.pages if page.source == "ocr"} if layout else {}
    if layout is None or not pages:
        return analysis
    return replace(
        analysis,
        norms=_doubted(analysis.norms, layout, pages),
        deadlines=_doubted(analysis.deadlines, layout, pages),
        facts=_doubted(analysis.facts, layout, pages),
        penalties=_doubted(analysis.penalties, layout, pages),
        citations=_doubted(analysis.citations, layout, pages),
        rejections=_doubted(analysis.rejections, layout, pages),
    )


def _doubted(findings: Iterable[Finding], layout: Layout, pages: Mapping[int, float | None]) -> tuple[Finding, ...]:
    made = []
    for finding in findings:
        touched = [page for page in _pages(layout, finding.span) if page in pages]
        if touched:
            sure = min(_UNKNOWN if (certainty := pages[page]) is None else certainty for page in touched)
            why = f"its words were recognised in an image (page {', '.join(map(str, touched))}, {sure:.0%} sure)"
            evidence = finding.evidence
            because = f"{evidence.why}; {why}" if evidence.why else why
            evidence = replace(evidence, confidence=round(evidence.confidence * sure, 4), why=because)
            finding = replace(finding, evidence=evidence)
        made.append(finding)
    return tuple(made)


def _pages(layout: Layout, span: Span) -> list[int]:
    return sorted({box.page for box in layout.boxes_for(span)})
