"""What the transformer is given of a sentence or stem: its words, where it stands, what goes before and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.records import Genre, Sentence, SentenceRole

_LONGEST_HEADING = 80
_LONGEST_BEFORE = 160
_LONGEST_NEXT = 60


@dataclass(frozen=True, slots=True)
class UnitText:
    """``context`` and ``following`` are cut short; ``text`` is the sentence as it stands in the document."""

    context: str
    text: str
    following: str = ""


def unit_text(text: str, sentences: Sequence[Sentence], index: int, genre: Genre, item: int | None) -> UnitText:
    """The unit of a sentence; ``item`` is the index of its first item, if it leads a list."""
    sentence = sentences[index]
    before = sentence.stem
    if before is None and index and sentences[index - 1].zone is sentence.zone and not sentence.first:
        before = index - 1
    held = _squeezed(sentences[before].span.of(text))[-_LONGEST_BEFORE:] if before is not None else ""
    where = f"{genre.value} {sentence.zone.value} {sentence.role.value}"
    context = f"{where} | {_squeezed(sentence.heading)[:_LONGEST_HEADING]} | {held}"
    following = ""
    if item is not None and sentence.role is SentenceRole.STEM:
        following = _squeezed(sentences[item].span.of(text))[:_LONGEST_NEXT]
    return UnitText(context, sentence.span.of(text), following)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
