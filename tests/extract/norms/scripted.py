"""A stand-in for the network: a test writes a small document together with what the network is to say of it.

Each line is a sentence. Brackets say where it stands and what is answered; the marks say which words are which::

    [stem obligation list=items@0.9] The <bearer>ferry master</bearer> shall:
    [item=0 obligation@0.8 class=business] <action>keep a log</action>;
    [permission] <norm obligation>He reports it</norm> and <norm permission>he may rest</norm>.

* A word in brackets is a label of :data:`STATEMENTS` (``@`` and a number: how sure, else :data:`SURE`), a role (``stem``; ``item=N``
  and ``tail=N`` name the line of their stem), a zone, or ``cut``. ``list=``, ``strength=``, ``class=`` answer the other questions;
  ``language=``, ``under="…"`` (its heading) and ``quoted`` (new text for another act) are the sentence's own. ``before="…"`` are words in what goes before that the network takes for
  the bearer.
* ``<bearer>``, ``<action>`` … are the tags of the words within (``<bearer p=0.6>``: how sure; ``<bearer class=person>``: of which class a
  bearer of such words is). ``<norm LABEL …>`` is where a norm
  begins and ends; with more than one of them, its attributes answer when the reader asks about that part alone. A line without
  ``<norm>`` is one norm as a whole, or none.

Pieces are runs of up to four letters, and signs, so that a long word has several.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dutybook.extract.norms.model.inputs import (
    CLASSES,
    EXTENTS,
    HEADS,
    LISTS,
    STATEMENTS,
    STRENGTHS,
    TAGS,
    Floats,
    UnitInput,
    find_first_items,
)
from dutybook.extract.norms.model.reader import Answer
from dutybook.extract.norms.pipeline import PASSES
from dutybook.extract.norms.unit import Discourse, Unit
from dutybook.records import Family, Sentence, SentenceRole, Span, Zone
from dutybook.structure.build import pack_for

#: How sure the network is of what a line does not say otherwise.
SURE = 0.9

_LINE = re.compile(r"\[(?P<attributes>[^\]]*)\]\s+(?P<body>.+)")
_TAG = re.compile(r"<(?P<close>/)?(?P<name>[a-z]+)(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r"(?P<key>[\w]+)(?:=(?:\"(?P<quoted>[^\"]*)\"|(?P<value>[\w.]+)))?(?:@(?P<sure>[\d.]+))?")
_PIECE = re.compile(r"[^\W_]{1,4}|[^\w\s]")


@dataclass(frozen=True)
class Mark:
    """Marked words, as offsets into the document's text, and how sure the network is of them."""

    kind: str
    span: Span
    sure: float
    attributes: Mapping[str, tuple[str, float]]


@dataclass(frozen=True)
class Line:
    """A sentence with what is answered of it."""

    span: Span
    attributes: Mapping[str, tuple[str, float]]
    marks: tuple[Mark, ...]

    @property
    def norms(self) -> list[Mark]:
        """Where its norms begin and end, if that is marked."""
        return [m for m in self.marks if m.kind == "norm"]


@dataclass
class ScriptedReader:
    """Answers as the lines say; ``asked`` keeps the units of each call."""

    lines: Sequence[Line]
    decisions: Mapping[str, Any] = field(default_factory=dict)
    name: str = "scripted"
    version: str = "1"
    asked: list[list[UnitInput]] = field(default_factory=list)

    def answer(self, units: Sequence[UnitInput], text: str) -> list[Answer]:
        """What the lines say of each unit."""
        self.asked.append(list(units))
        return [self._answer(unit, text) for unit in units]

    def _answer(self, unit: UnitInput, text: str) -> Answer:
        line = next(x for x in self.lines if x.span.contains(unit.span))
        whole = unit.span == line.span
        attributes = (
            line.attributes
            if whole
            else next((m.attributes for m in line.norms if m.span.overlaps(unit.span)), line.attributes)
        )
        offsets = cut_pieces(text, unit.span)
        tags = _spread(len(offsets), TAGS)
        extents = _spread(len(offsets), EXTENTS)
        label = _label_of(attributes)
        for mark in sorted(line.marks, key=lambda m: -len(m.span)):
            if mark.kind != "norm":
                _mark(tags, offsets, mark.span, mark.kind, mark.sure)
        norms = line.norms if whole else [Mark("norm", unit.span, SURE, {})]
        for norm in norms or ([Mark("norm", unit.span, SURE, {})] if label != "none" else []):
            inside = [n for n, (a, b) in enumerate(offsets) if norm.span.start <= a and b <= norm.span.end]
            for n in inside:
                extents[n] = _sure(EXTENTS, "B" if n == inside[0] else "I", norm.sure)
        before = tuple(piece for span in unit.before for piece in cut_pieces(text, span))
        before_tags = _spread(len(before), TAGS)
        words, sure = attributes.get("before", ("", 0.0))
        if words:
            place = next(s for s in unit.before if words in s.of(text))
            start = text.index(words, place.start)
            _mark(before_tags, before, Span(start, start + len(words)), "bearer", sure)
        heads = {"statement": _sure(STATEMENTS, label, _sure_of(attributes, label))}
        for head, default in (("list", LISTS[0]), ("strength", STRENGTHS[0]), ("class", CLASSES[0])):
            heads[head] = _sure(HEADS[head], *attributes.get(head, (default, SURE)))
        logs = {head: np.log(np.maximum(values, 1e-12)) for head, values in heads.items()}
        classes = np.tile(_sure(CLASSES, CLASSES[0], 1 / len(CLASSES)), (len(offsets), 1))
        for mark in line.marks:
            if "class" in mark.attributes and mark.kind == "bearer":
                inside = [n for n, (a, b) in enumerate(offsets) if mark.span.start <= a and b <= mark.span.end]
                classes[inside] = _sure(CLASSES, *mark.attributes["class"])
        answered = (logs, np.log(tags), np.log(extents), offsets, np.log(before_tags), before, "cut" in attributes)
        return Answer(*answered, classes=np.log(classes))


@dataclass(frozen=True)
class Written:
    """A document as a test wrote it."""

    discourse: Discourse
    reader: ScriptedReader

    @property
    def text(self) -> str:
        """Its words without marks."""
        return self.discourse.text

    def run(self, until: str, *, cues: bool = False) -> tuple[Unit, ...]:
        """Its units after all passes up to one; cues are sought only where a test wants them."""
        units: tuple[Unit, ...] = ()
        for step in PASSES:
            if step.name != "cues" or cues:
                units = step.run(units, self.discourse, self.reader)
            if step.name == until:
                return units
        raise ValueError(f"no pass is named {until}")

    def words(self, span: Span | None) -> str | None:
        """The words of a span."""
        return span.of(self.text) if span is not None else None


def write(script: str, family: str = "eu_act", decisions: Mapping[str, Any] | None = None) -> Written:
    """The document of a script, and the reader that answers as it says."""
    text = ""
    lines: list[Line] = []
    sentences: list[Sentence] = []
    for number, raw in enumerate(x.strip() for x in script.strip().splitlines() if x.strip()):
        match = _LINE.fullmatch(raw)
        if match is None:
            raise ValueError(f"line {number}: begins with no brackets")
        attributes = _parse_attributes(match["attributes"])
        plain, marks = _parse_body(match["body"], len(text))
        span = Span(len(text), len(text) + len(plain))
        lines.append(Line(span, attributes, marks))
        sentences.append(_sentence(number, span, attributes))
        text += plain + "\n"
    made = tuple(sentences)
    discourse = Discourse(text, made, Family(family), pack_for, find_first_items(made))
    return Written(discourse, ScriptedReader(lines, decisions or {}))


def fitted(labels: Iterable[str], bias: Iterable[float], **weights: Iterable[float]) -> dict[str, Any]:
    """A decision as ``config.json`` keeps it."""
    return {"labels": list(labels), "bias": list(bias), "weights": {name: list(v) for name, v in weights.items()}}


def cut_pieces(text: str, span: Span) -> tuple[tuple[int, int], ...]:
    """The pieces of a passage, as offsets into the text."""
    return tuple((m.start(), m.end()) for m in _PIECE.finditer(text, span.start, span.end))


def _parse_attributes(written: str) -> dict[str, tuple[str, float]]:
    found = {}
    for match in _ATTRIBUTE.finditer(written):
        value = match["quoted"] if match["quoted"] is not None else match["value"] or ""
        found[match["key"]] = (value, float(match["sure"] or SURE))
    return found


def _parse_body(body: str, base: int) -> tuple[str, tuple[Mark, ...]]:
    plain, at = "", 0
    opened: list[tuple[str, int, str]] = []
    marks = []
    for tag in _TAG.finditer(body):
        plain += body[at : tag.start()]
        at = tag.end()
        if not tag["close"]:
            opened.append((tag["name"], len(plain), tag["attributes"]))
            continue
        name, start, raw_attributes = opened.pop()
        if name != tag["name"]:
            raise ValueError(f"<{name}> is closed by </{tag['name']}>")
        attributes = _parse_attributes(raw_attributes)
        sure = float(attributes.pop("p", (str(SURE), 0.0))[0])
        marks.append(Mark(name, Span(base + start, base + len(plain)), sure, attributes))
    return plain + body[at:], tuple(marks)


def _sentence(number: int, span: Span, attributes: Mapping[str, tuple[str, float]]) -> Sentence:
    role = next((r for r in SentenceRole if r.value in attributes), SentenceRole.SENTENCE)
    zone = next((z for z in Zone if z.value in attributes), Zone.ENACTING)
    stem = attributes[role.value][0] if role in (SentenceRole.ITEM, SentenceRole.TAIL) else ""
    of = attributes.get("of", ("", 0.0))[0] or stem
    language, heading = attributes.get("language", ("en", 0.0))[0], attributes.get("under", ("", 0.0))[0]
    stem_of = int(of) if of else None
    about = (span, "p", zone, language, role, stem_of)
    return Sentence(*about, heading=heading, first=not number, quoted="quoted" in attributes)


def _label_of(attributes: Mapping[str, tuple[str, float]]) -> str:
    return next((label for label in STATEMENTS if label in attributes), "none")


def _sure_of(attributes: Mapping[str, tuple[str, float]], label: str) -> float:
    return attributes.get(label, ("", SURE))[1]


def _sure(labels: Sequence[str], label: str, sure: float) -> Floats:
    values = np.full(len(labels), (1 - sure) / (len(labels) - 1), dtype=np.float32)
    values[labels.index(label)] = sure
    return values


def _spread(pieces: int, labels: Sequence[str]) -> Floats:
    return np.tile(_sure(labels, "O", 0.97), (pieces, 1))


def _mark(tags: Floats, offsets: Sequence[tuple[int, int]], span: Span, kind: str, sure: float) -> None:
    inside = [n for n, (a, b) in enumerate(offsets) if span.start <= a and b <= span.end]
    for n in inside:
        tags[n] = _sure(TAGS, f"{'B' if n == inside[0] else 'I'}-{kind}", sure)
