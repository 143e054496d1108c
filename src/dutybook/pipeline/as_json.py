"""Converts an analysis to plain values, with the field names of the annotation guidelines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dutybook.reasons import Reason
from dutybook.records import Amount, Analysis, Deadline, Document, Evidence, Fact, Norm, Part, Reach, Span, Status
from dutybook.records.norm_fields import FieldGroup, fields_to_dict


def analysis_to_dict(analysis: Analysis) -> dict[str, Any]:
    """One document with all its findings as JSON values; norms, facts and penalties in document order.

    Quotes have single white space. Dates are ISO 8601. Boxes are in points from the page's top left corner, pages count
    from 1. ``reason`` is there only where something could not be read, ``cell`` only for a norm inside a table
    (:class:`~dutybook.records.CellPlace`), ``recognised`` only where pages are images whose words were recognised: each
    with the mean confidence of its words (null where another program recognised them). ``quoted``, ``amended_act`` and
    ``amended_place`` only for a norm of new text for another act. ``fields`` of evidence is there only where
    the probabilities of single fields are known. A fact has ``scope``, ``outside``,
    ``reach``, ``about`` (:class:`~dutybook.records.Fact`) only where its date is not simply about the whole act. ``amendments``, its
    instructions (:class:`~dutybook.records.Amendment`), and ``date_changes`` are there only for an act that changes others. ``coverage``,
    only where there is operative text, says how much of it was searched (0 to 1) and what was not (:class:`~dutybook.records.Gap`).
    """
    return _Writer(analysis).document()


def document_line(analysis: Analysis, version: str = "") -> tuple[str, str, str]:
    """The document's status, the reason where it was not read whole, and it as one line of JSON."""
    made = analysis_to_dict(analysis)
    if version:
        made["version"] = version
    return analysis.document.status.value, analysis.document.reason, to_line(made)


def unreadable_to_dict(source: str, reason: Reason) -> dict[str, Any]:
    """A file of which nothing could be read, in the form of :func:`analysis_to_dict`."""
    document = Document("", None, source, "", "", "", Status.UNREADABLE, (reason,))
    return analysis_to_dict(Analysis(document=document, work=None, layout=None))


def left_out_to_dict(source: str, reason: Reason) -> dict[str, Any]:
    """A file that was left out of a folder or archive, in the form of :func:`analysis_to_dict`."""
    return {**unreadable_to_dict(source, reason), "status": "left out"}


def to_line(value: dict[str, Any]) -> str:
    """One line of JSON; lone surrogates, which no encoding can write, become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


class _Writer:
    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.terms = {d.id: {"term": _words(d.term), "place": d.place} for d in analysis.definitions}
        self.penalties = {p.id: analysis.quote(p.span) for p in analysis.penalties}
        self.deadlines: dict[str, list[Deadline]] = {}
        for deadline in sorted(analysis.deadlines, key=lambda d: (d.span, d.id)):
            self.deadlines.setdefault(deadline.norm, []).append(deadline)

    def document(self) -> dict[str, Any]:
        a, document = self.analysis, self.analysis.document
        return {
            "source": document.source,
            "status": document.status.value,
            **({"reason": document.reason} if document.reason else {}),
            "language": document.language or None,
            "title": document.title or None,
            "work": document.work,
            "id": document.id or None,
            "sha256": document.sha256 or None,
            "genre": document.genre.value,
            "genre_probability": round(document.genre_probability, 3),
            "published": document.published,
            **({"published_by": document.published_by} if document.published_by else {}),
            **{
                name: value
                for name in ("in_force_from", "in_force_until", "author", "place", "publisher")
                if (value := getattr(document, name))
            },
            "version_date": document.version_date,
            "pages": document.pages,
            **self.recognised(),
            "norms": [self.norm(n) for n in _ordered(a.norms)],
            "facts": [
                # without a value it only says that some provisions apply otherwise; the norms say so
                self.fact(f)
                for f in _ordered(a.facts)
                if f.value
            ],
            **self.coverage(),
            **self.amendments(),
            **({"boilerplate": list(document.boilerplate)} if document.boilerplate else {}),
            **self.changes(),
            **self.procedure_steps(),
            "penalties": [
                {
                    "quote": a.quote(p.span),
                    "amounts": [_amount(x) for x in p.amounts],
                    **({"imposed": True} if p.imposed else {}),
                    "page": a.page_of(p.span),
                }
                for p in _ordered(a.penalties)
            ],
            "definitions": [
                {
                    "term": _words(d.term),
                    "place": d.place,
                    "quote": a.quote(d.span),
                    "actor": d.actor.value if d.actor else None,
                    "page": a.page_of(d.span),
                }
                for d in sorted(a.definitions, key=lambda d: (d.span, d.nth, d.id))
            ],
            "citations": [
                {
                    "quote": " ".join(c.as_written.split()),
                    "work": c.work,
                    "place": c.place,
                    "resolved": c.resolved,
                    "page": a.page_of(c.span),
                }
                for c in _ordered(a.citations)
            ],
            **self.named_acts(),
        }

    def recognised(self) -> dict[str, list[dict[str, float | None]]]:
        pages = self.analysis.layout.pages if self.analysis.layout else ()
        found = [{"page": page.number, "confidence": page.confidence} for page in pages if page.source == "ocr"]
        return {"recognised": found} if found else {}

    def coverage(self) -> dict[str, Any]:
        coverage = self.analysis.coverage
        if coverage.share is None:
            return {}
        gaps = [
            {
                "kind": gap.kind.value,
                "page": gap.page,
                "place": gap.place,
                "quote": self.analysis.quote(gap.span) if gap.span else "",
            }
            for gap in coverage.gaps
        ]
        return {"coverage": {"searched": round(coverage.share, 4), "gaps": gaps}}

    def amendments(self) -> dict[str, Any]:
        found = [
            {
                "kind": c.kind.value,
                "act": c.act or None,
                "work": c.work,
                "target": c.target,
                "place": c.place,
                "quote": self.analysis.quote(c.span),
                "page": self.analysis.page_of(c.span),
            }
            for c in _ordered(self.analysis.amendments)
        ]
        return {"amendments": found} if found else {}

    def procedure_steps(self) -> dict[str, Any]:
        found = [
            {
                "step": s.step.value,
                "value": s.value,
                "reached": s.is_reached,
                "words": self.analysis.quote(s.span),
                "quote": self.analysis.quote(s.sentence),
                "page": self.analysis.page_of(s.span),
            }
            for s in _ordered(self.analysis.procedure_steps)
        ]
        return {"procedure_steps": found} if found else {}

    def named_acts(self) -> dict[str, Any]:
        found = [
            {
                "name": n.name,
                "act": n.act,
                "draft": n.is_draft,
                "quote": self.analysis.quote(n.span),
                "page": self.analysis.page_of(n.span),
            }
            for n in _ordered(self.analysis.named_acts)
        ]
        return {"named_acts": found} if found else {}

    def changes(self) -> dict[str, Any]:
        changed = [
            {
                "work": c.work,
                "target": c.target,
                "old": c.old.isoformat() if c.old else None,
                "new": c.new.isoformat() if c.new else None,
                "place": c.place,
                "quote": self.analysis.quote(c.span),
                "page": self.analysis.page_of(c.span),
            }
            for c in _ordered(self.analysis.date_changes)
        ]
        return {"date_changes": changed} if changed else {}

    def fact(self, fact: Fact) -> dict[str, Any]:
        limits = {
            "place": fact.place,
            "scope": list(fact.scope),
            "outside": list(fact.outside),
            "reach": fact.reach.value if fact.reach is not Reach.WHOLE else "",
            "about": fact.about,
        }
        return {
            "type": fact.type.value,
            "quote": self.analysis.quote(fact.span),
            "value": fact.value,
            "due": fact.due.isoformat() if fact.due else None,
            "page": self.analysis.page_of(fact.span),
            **{name: value for name, value in limits.items() if value},
        }

    def norm(self, norm: Norm) -> dict[str, Any]:
        return {
            "id": norm.id,
            "place": norm.place,
            "quote": self.analysis.quote(norm.span),
            **self.fields(norm, FieldGroup.DUTY),
            "deadlines": [self.deadline(d) for d in self.deadlines.get(norm.id, [])],
            **self.fields(norm, FieldGroup.TIMES),
            **self.fields(norm, FieldGroup.PARTS, FieldGroup.WORDING),
            **(self.fields(norm, FieldGroup.NEW_TEXT) if norm.quoted else {}),
            **(self.fields(norm, FieldGroup.NEWS) if norm.legal_status else {}),
            "page": self.analysis.page_of(norm.span),
            "boxes": self.boxes(norm.span),
            **({"cell": asdict(norm.cell)} if norm.cell else {}),
            **({"terms": [self.terms[d] for d in norm.definitions]} if norm.definitions else {}),
            **({"penalties": [self.penalties[p] for p in norm.penalties]} if norm.penalties else {}),
            "evidence": self.evidence(norm.evidence),
        }

    def fields(self, norm: Norm, *groups: FieldGroup) -> dict[str, Any]:
        """Fields of a norm, without empty lists."""
        made = fields_to_dict(norm, *groups, quote=self.analysis.quote)
        return {name: value for name, value in made.items() if value != []}

    def deadline(self, deadline: Deadline) -> dict[str, Any]:
        return {
            "quote": self.analysis.quote(deadline.span),
            "kind": deadline.kind.value,
            "value": deadline.value,
            "direction": deadline.direction.value if deadline.direction else None,
            "anchor": _words(deadline.anchor),
            "due": deadline.due.isoformat() if deadline.due else None,
            **self.starter(deadline),
        }

    def starter(self, deadline: Deadline) -> dict[str, Any]:
        if deadline.starter_kind is None:
            return {}
        return {"starter": {"kind": deadline.starter_kind.value, "words": _words(deadline.starter)}}

    def evidence(self, evidence: Evidence) -> dict[str, Any]:
        return {
            "name": evidence.name,
            "version": evidence.version,
            "cue": self.analysis.quote(evidence.cue) if evidence.cue else None,
            "confidence": round(evidence.confidence, 4),
            "why": evidence.why,
            **({"fields": {name: round(p, 4) for name, p in evidence.fields}} if evidence.fields else {}),
        }

    def boxes(self, span: Span) -> list[dict[str, float]]:
        return [{name: round(value, 2) for name, value in asdict(box).items()} for box in self.analysis.boxes_for(span)]


def _words(part: Part | None) -> str | None:
    return " ".join(part.text.split()) if part else None


def _amount(amount: Amount) -> dict[str, Any]:
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in asdict(amount).items()
        if value is not None
    }


def _ordered(found: Iterable[Any]) -> list[Any]:
    """In document order."""
    return sorted(found, key=lambda each: (each.span, each.id))
