"""Norms with the parts of the act that they stand in, for formats that show an act as its readers know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from dutybook.export.rows import Content, ObligationRow
from dutybook.store.exports.supplement import Heading

_CHUNK = 400


def outlined(content: Content, rows: Iterable[ObligationRow]) -> Iterator[tuple[ObligationRow, tuple[Heading, ...]]]:
    """Each norm with the headings above it, outermost first; the act's own title is none of them."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        above = content.above([row.norm.id for row in chunk])
        for row in chunk:
            yield row, tuple(h for h in above.get(row.norm.id, ()) if not _is_title(h, row))


def _is_title(heading: Heading, row: ObligationRow) -> bool:
    if heading.number or heading.kind != "heading":
        return False
    own = _letters(heading.words or heading.place)
    return own in {_letters(row.document.title), _letters(row.document.work_title or "")}


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
