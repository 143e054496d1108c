"""What an amending act does to an act's text, read so far that it can be applied, and what stands in the way of that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutybook.records.dates import AmendmentKind
from dutybook.records.trees import Node


class Part(StrEnum):
    """What an instruction is about: whole provisions with numbers of their own, or a part of one."""

    WHOLE = "whole"
    SUBPARAGRAPH = "subparagraph"
    SENTENCE = "sentence"
    HEADING = "heading"
    INTRODUCTION = "introduction"
    WORDS = "words"


class Obstacle(StrEnum):
    """Why an instruction is not applied.

    ``no_place``, ``no_text``, ``language``, ``unclear``: it could not be read with certainty: its place, its new text, a language whose
    words for parts are not known, or anything else in it. ``not_found``, ``several``: the provision or the words that it names stand nowhere
    in the act, or more than once. ``exists``: what it inserts is there already. ``no_day``: the day from which it applies is not known.
    """

    NO_PLACE = "no_place"
    NO_TEXT = "no_text"
    LANGUAGE = "language"
    UNCLEAR = "unclear"
    NOT_FOUND = "not_found"
    SEVERAL = "several"
    EXISTS = "exists"
    NO_DAY = "no_day"


class Side(StrEnum):
    """Where new text goes, next to what an instruction names."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class WordChange:
    """Words that take the place of others. ``side``: they go next to ``old``, which stays. ``everywhere``: wherever ``old`` stands;
    ``at_end``: where it ends the provision.
    """

    old: str
    new: str
    side: Side | None = None
    everywhere: bool = False
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """Subparagraphs or sentences by their numbers, from 1; -1 is the last. Without numbers: new ones, at the end."""

    part: Part
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction of an amending act, as far as it could be read.

    Args:
        amendment: the id of the :class:`~dutybook.records.Amendment` that it is.
        kind: what it does.
        work: the id of the amended act, None where it is not clear.
        act: the act as the text names it.
        place: where the instruction stands in the amending act.
        quote: its words.
        targets: the places in the amended act that it is about; for inserted provisions the first of them.
        part: what of the target it is about.
        counted: the subparagraph in which, or the sentence or subparagraph to which it is done, from the outside.
        side: new parts go next to the last of ``counted``.
        words: the changes of single words.
        new: the new text.
        renumbered: the places that the targets get.
        obstacle: why it cannot be applied, None where it may be.
    """

    amendment: str
    kind: AmendmentKind
    work: str | None
    act: str
    place: str
    quote: str
    targets: tuple[str, ...] = ()
    part: Part = Part.WHOLE
    counted: tuple[Counted, ...] = ()
    side: Side | None = None
    words: tuple[WordChange, ...] = ()
    new: tuple[Node, ...] = ()
    renumbered: tuple[str, ...] = ()
    obstacle: Obstacle | None = None
