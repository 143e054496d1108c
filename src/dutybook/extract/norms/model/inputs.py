"""The input of the network for a unit: its words, its place, and the text before and after it.

A unit is a sentence, the stem of a list, an item, or a part of one of them that states a norm of its own. All spans
are offsets into the document's text, so that every answer of the network can be traced to its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.records import Genre, Sentence, SentenceRole, Span, Zone

OPEN_ZONES = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})
"""Parts of a document that can hold norms."""
SHORTEST = 12
"""Characters of the shortest unit that is read; what is shorter is a number, a heading, a cell."""
_LONGEST_TITLE = 70
_LONGEST_HEADING = 70
_LONGEST_NEXT = 80


@dataclass(frozen=True, slots=True)
class UnitInput:
    """The input for one unit.

    ``where`` names genre, zone, role, the document's title and the unit's heading. ``before`` are the spans of what
    it depends on: the stems of its lists, the outermost first, or else the previous sentence. ``following`` is the
    beginning of a stem's first item.
    """

    where: str
    before: tuple[Span, ...]
    span: Span
    following: Span | None = None


def can_hold_norms(sentence: Sentence) -> bool:
    """Whether a sentence is given to the network: its zone can contain norms, and it has enough words."""
    return sentence.zone in OPEN_ZONES and sentence.span.end - sentence.span.start >= SHORTEST


def find_first_items(sentences: Sequence[Sentence]) -> dict[int, int]:
    """The index of the first item of each list, by the index of its stem."""
    found: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        if sentence.stem is not None and sentence.role is not SentenceRole.TAIL:
            found.setdefault(sentence.stem, index)
    return found


def describe_unit(
    sentences: Sequence[Sentence], index: int, genre: Genre, item: int | None, title: str = ""
) -> UnitInput:
    """The input of a whole sentence.

    Args:
        sentences: those of the document.
        index: which of them.
        genre: of the document.
        item: the index of its first item, if it leads a list.
        title: of the document; it says whom the document is about.
    """
    sentence = sentences[index]
    named = " ".join(title.split())[:_LONGEST_TITLE]
    heading = " ".join(sentence.heading.split())[:_LONGEST_HEADING]
    where = f"{genre.value} {sentence.zone.value} {sentence.role.value} | {named} | {heading} |"
    following = None
    if item is not None and sentence.role is SentenceRole.STEM:
        span = sentences[item].span
        following = Span(span.start, min(span.end, span.start + _LONGEST_NEXT))
    return UnitInput(where, _find_before(sentences, index), sentence.span, following)


def describe_part(whole: UnitInput, span: Span) -> UnitInput:
    """The input for a part of a unit. The text before the part in its unit becomes part of ``before``."""
    lead = Span(whole.span.start, span.start)
    before = (lead,) if lead.end - lead.start > 1 else whole.before
    return UnitInput(whole.where, before, span, whole.following if span.end >= whole.span.end else None)


def _find_before(sentences: Sequence[Sentence], index: int) -> tuple[Span, ...]:
    stems: list[Span] = []
    stem = sentences[index].stem
    while stem is not None and len(stems) < 3:
        stems.append(sentences[stem].span)
        stem = sentences[stem].stem
    if stems:
        return tuple(reversed(stems))
    if index and sentences[index - 1].zone is sentences[index].zone:
        return (sentences[index - 1].span,)
    return ()
