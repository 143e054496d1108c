"""How much of a document's operative text was searched for norms, and what of it was not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dutybook.records.spans import Span


class GapKind(StrEnum):
    """Why norms may have been missed there.

    ``new_text``: new text for another act whose place there is not clear. ``table``: cells that are no sentences. ``picture``: a page
    whose words were not recognised. ``language``: a language in which norms are not sought. ``duty_word``: a sentence with a word
    that commands or forbids, in which nothing was found.
    """

    NEW_TEXT = "new_text"
    TABLE = "table"
    PICTURE = "picture"
    LANGUAGE = "language"
    DUTY_WORD = "duty_word"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of operative text that was not searched, or not surely. ``page`` is None for formats without pages; ``place`` is empty where
    it has none. The ``span`` of a picture is empty.
    """

    kind: GapKind
    span: Span
    page: int | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """``searched`` of ``operative`` characters were read for norms; recitals, headings, definitions and notes are not operative."""

    operative: int = 0
    searched: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def share(self) -> float | None:
        """The share that was searched, 0 to 1; None without operative text."""
        return self.searched / self.operative if self.operative else None
