"""When a document was published, and what says so: its own header or first lines, a dateline, the file's metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from dutybook.languages.publication_lines import LONGEST_LINE, Publication, Where, published_in
from dutybook.records import Layout

_LINES = 30
_PIECES = 200
_TOGETHER = 6
_METADATA = "the file's metadata"


def with_publication(layout: Layout) -> Layout:
    """The layout with ``published`` where the text says it, and ``published_by``: the words, or that it is metadata.

    What a reader of the format found is kept; a date of a gazette comes with the gazette's name in ``gazette``.
    """
    known = layout.meta.get("published", "")
    if known:
        said = layout.meta.get("published_by") or _words_for(known, layout) or _METADATA
        return replace(layout, meta={**layout.meta, "published_by": said})
    found = _first(layout)
    if found is None:
        return layout
    meta = {**layout.meta, "published": found.day, "published_by": f"“{found.words}”"}
    return replace(layout, meta=meta | ({"gazette": found.gazette} if found.gazette else {}))


def _first(layout: Layout) -> Publication | None:
    for line, where in _lines(layout):
        found = published_in(line, where)
        if found is not None:
            return found
    return None


def _lines(layout: Layout) -> Iterator[tuple[str, Where]]:
    """What may say it: running headers, the first paragraphs, the last ones."""
    headers = dict.fromkeys(piece.text for piece in layout.furniture[:_PIECES])
    yield from ((line, "header") for line in headers)
    blocks = layout.blocks
    for block in islice(blocks, _LINES):
        yield _beginning(block.span.of(layout.text)), "head"
    for block in blocks[-_LINES:]:
        yield _beginning(block.span.of(layout.text)), "tail"


def _beginning(words: str) -> str:
    return words if len(words) <= 2 * LONGEST_LINE else words[: 2 * LONGEST_LINE]


def _words_for(day: str, layout: Layout) -> str:
    """The words for a date that the reader of the format found, quoted."""
    pieces = [piece.text for piece in layout.furniture[:_PIECES]]
    for line, where in _lines(layout):
        found = published_in(line, where)
        if found is not None and found.day == day:
            return f"“{found.words}”"
    forms = _forms(day)
    for index, piece in enumerate(pieces):
        if any(form in piece for form in forms):
            # A header may come in pieces: number, language, name, date.
            around = piece if len(piece) > _TOGETHER * 4 else " ".join(_near(pieces, index))
            return f"“{' '.join(around.split())[:LONGEST_LINE]}”"
    return ""


def _near(pieces: list[str], index: int) -> Iterable[str]:
    return [p for p in pieces[max(0, index - _TOGETHER) : index + _TOGETHER] if len(p) <= 80]


def _forms(day: str) -> tuple[str, ...]:
    year, month, number = day.split("-")
    short = f"{int(number)}.{int(month)}.{year}"
    return day, short, f"{number}.{month}.{year}", f"{int(number)}/{int(month)}/{year}", f"{number}/{month}/{year}"
