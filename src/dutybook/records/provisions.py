"""The act's own structure: provisions, and the sentences and list items in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutybook.records.documents import Family, Genre
from dutybook.records.spans import Span


class ProvisionKind(StrEnum):
    TITLE = "title"
    PART = "part"
    CHAPTER = "chapter"
    SECTION = "section"
    SUBSECTION = "subsection"
    ARTICLE = "article"
    PARAGRAPH = "paragraph"
    SUBPARAGRAPH = "subparagraph"
    POINT = "point"
    INDENT = "indent"
    ANNEX = "annex"
    RECITAL = "recital"
    PREAMBLE = "preamble"
    HEADING = "heading"
    MARGIN_NUMBER = "margin number"
    TABLE = "table"
    CONTENTS = "contents"
    SIGNATURE = "signature"
    FOOTNOTE = "footnote"
    TEXT = "text"


class Zone(StrEnum):
    """In which part of a document a passage stands. Only some zones can hold norms."""

    TITLE = "title"
    CONTENTS = "contents"
    PREAMBLE = "preamble"
    RECITAL = "recital"
    ENACTING = "enacting"
    DEFINITION = "definition"
    AMENDMENT = "amendment"
    HEADING = "heading"
    ANNEX = "annex"
    SIGNATURE = "signature"
    FOOTNOTE = "footnote"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Provision:
    """A place in the act. ``span`` covers its children too; ``place`` reads ``Art 5(2)(a)``, ``§ 30 Abs. 2 Nr. 3``.

    ``quoted``: it is new text for another act, which this act amends.
    """

    id: str
    parent: str | None
    kind: ProvisionKind
    number: str
    heading: str
    span: Span
    place: str
    zone: Zone
    quoted: bool = False


def lies_in(place: str, outer: str) -> bool:
    """Whether a place is another one, or stands below it.

    >>> lies_in("Art 1(2)(a)", "Art 1(2)"), lies_in("Art 1", "Art 1"), lies_in("Art 12", "Art 1")
    (True, True, False)
    """
    return place.startswith(outer) and not place[len(outer) :][:1].isalnum()


class SentenceRole(StrEnum):
    SENTENCE = "sentence"
    STEM = "stem"
    ITEM = "item"
    TAIL = "tail"


@dataclass(frozen=True, slots=True)
class Sentence:
    """The unit that extraction looks at: a sentence, a list's stem (up to its colon), an item, or what follows a list.

    ``stem`` is the index of the stem's sentence for items and tails. ``span`` leaves out numbers and letters
    of the item. ``first`` marks the first sentence of its provision. ``place`` is how the sentence is cited where that
    says more than its provision's place ("§ 6 Abs. 1 Satz 3" in a paragraph of several sentences), else empty. ``quoted``: it
    is new text for another act.
    """

    span: Span
    provision: str
    zone: Zone
    language: str
    role: SentenceRole = SentenceRole.SENTENCE
    stem: int | None = None
    depth: int = 0
    first: bool = False
    heading: str = ""
    place: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """What the structure stage finds in a layout.

    ``family`` is what the text was read as; ``genre`` says more closely what it is, or that this is unsure.
    """

    family: Family
    language: str
    title: str
    provisions: tuple[Provision, ...]
    sentences: tuple[Sentence, ...]
    genre: Genre = Genre.UNSURE
    genre_probability: float = 0.0
