"""Decides which blocks of a page are the article's body, with the weights of ``models/article``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from dutybook.languages.artefacts import artefact, report_damage
from dutybook.languages.datelines import is_advertisement_label
from dutybook.layout.article.blocks import PageBlock, cohesion, describe, is_sentence, stems_of
from dutybook.records import BlockRole, Layout

_STEPS = (-3, -2, -1, 1, 2, 3)
_WINDOWS = (2, 5)
#: Inside the body a block goes only if more than this speaks against it: a paragraph that is lost costs more than a teaser that stays.
_INSIDE = -1.0
#: A paragraph that shares so much of what it is about with the body is its own, even behind an interruption; in the body a paragraph
#: goes only for stronger reasons than a line.
_AKIN, _AKIN_LOGIT, _AKIN_LENGTH, _LINKED = 0.4, -3.5, 120, 0.3
#: A paragraph right behind the body is its own unless so much speaks against it.
_NEXT = -2.0
#: Logits beyond this are as sure as any.
_SURE = 6.0


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression: a bias and a weight for each feature by name."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """How much speaks for the body; above 0 it is more likely than not."""
        weights = self.weights
        return self.bias + sum(value * weights.get(name, 0.0) for name, value in features.items())


@cache
def _regressions() -> dict[str, tuple[Regression, Regression]]:
    with report_damage("the model of articles"):
        read = json.loads((artefact("article") / "weights.json").read_text("utf-8"))
        pairs = {kind: [Regression(each["bias"], each["weights"]) for each in pair] for kind, pair in read.items()}
        return {kind: (first, second) for kind, (first, second) in pairs.items()}


def blocks_of(layout: Layout) -> list[PageBlock]:
    """The blocks of a text or a PDF."""
    return [
        PageBlock(block.span.of(layout.text), heading=block.role is BlockRole.HEADING, size=block.size)
        for block in layout.blocks
    ]


def body_logits(blocks: Sequence[PageBlock], title: str = "", *, markup: bool = False) -> list[float]:
    """How much speaks for each block being of the article's body; above 0 it is more likely than not.

    Args:
        blocks: all paragraphs of the page, in reading order.
        title: what the file says is its title.
        markup: whether the blocks have links and names, as those of HTML do.
    """
    if not blocks:
        return []
    first, second = _regressions()["html" if markup else "text"]
    features = describe(blocks, title)
    return [second.logit(each) for each in add_neighbours(blocks, features, [first.logit(each) for each in features])]


def add_neighbours(
    blocks: Sequence[PageBlock], features: Sequence[Mapping[str, float]], logits: Sequence[float]
) -> list[dict[str, float]]:
    """The features with what a first regression says of each block and of those around it."""
    chances = [1 / (1 + math.exp(-max(min(logit, _SURE), -_SURE))) for logit in logits]
    shared = cohesion([stems_of(block.text) for block in blocks], chances)
    made = []
    for index, own in enumerate(features):
        more = dict(own)
        more["first"] = max(min(logits[index], _SURE), -_SURE) / _SURE
        more["shared"] = shared[index]
        more["shared paragraph"] = shared[index] * own.get("paragraph", 0.0)
        for step in _STEPS:
            at = index + step
            more[f"chance {step:+}"] = chances[at] if 0 <= at < len(chances) else 0.0
        for window in _WINDOWS:
            before, after = chances[max(index - window, 0) : index], chances[index + 1 : index + 1 + window]
            more[f"chance before {window}"] = sum(before) / window
            more[f"chance after {window}"] = sum(after) / window
            more[f"chance around {window}"] = min(sum(before), sum(after)) / window
        made.append(more)
    return made


def choose_body(blocks: Sequence[PageBlock], logits: Sequence[float]) -> list[bool]:
    """Which blocks are the article's body, given how much speaks for each.

    What follows the label of an advertisement and ends in a call, not in a sentence, is none.
    """
    inside = [index for index, logit in enumerate(logits) if logit > 0]
    if not inside:
        return [False] * len(blocks)
    first, last = inside[0], inside[-1]
    stems = [stems_of(block.text) for block in blocks]
    shared = cohesion(stems, [float(logit > 0) for logit in logits])
    prose = [len(b.text) >= _AKIN_LENGTH and is_sentence(b.text) and b.linked < _LINKED for b in blocks]
    akin = (i for i in range(last, len(blocks)) if prose[i] and shared[i] >= _AKIN and logits[i] > _AKIN_LOGIT)
    last = max(akin, default=last)
    while last + 1 < len(blocks) and prose[last + 1] and logits[last + 1] > _NEXT:
        last += 1
    kept = []
    for index, logit in enumerate(logits):
        inside_least = _AKIN_LOGIT if prose[index] else _INSIDE
        kept.append(logit > (inside_least if first <= index <= last else 0.0))
    for index in _find_advertisements(blocks, first, last):
        kept[index] = False
    return kept


def _find_advertisements(blocks: Sequence[PageBlock], first: int, last: int) -> Iterator[int]:
    """The labels of advertisements within the body, and the call behind each, if it is no sentence."""
    for index in range(first, last):
        if is_advertisement_label(blocks[index].text):
            yield index
            following = blocks[index + 1]
            if not is_sentence(following.text) and not following.heading:
                yield index + 1
