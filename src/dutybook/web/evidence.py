"""Finds where a norm stands in its source: on a page, with boxes around its words, or in the text, with its
surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass

from dutybook.store import NormRow, Register
from dutybook.store.documents.norm_context import PageSize, page_size
from dutybook.store.documents.view import stretch

#: Characters of the text that are shown on either side of a norm.
_AROUND = 400


@dataclass(frozen=True, slots=True)
class Evidence:
    """The place of a norm.

    ``size`` is that of the page (None where the source has no pages) and ``boxes`` those on it; ``before``, ``words``
    and ``after`` are the text around and in the norm.
    """

    document: str
    size: PageSize | None
    boxes: tuple[dict[str, float], ...]
    before: str
    words: str
    after: str


def evidence_of(register: Register, norm: NormRow) -> Evidence:
    """The place of a norm in its source."""
    size = page_size(register, norm.document, norm.page) if norm.page else None
    if size:
        boxes = tuple(box for box in norm.boxes if box["page"] == size.number)
        return Evidence(norm.document, size, boxes, "", "", "")
    start, end = norm.span
    first = max(start - _AROUND, 0)
    text = stretch(register, norm.document, first, end + _AROUND)
    before, after = text[: start - first], text[end - first :]
    # Words that are cut off in the middle are left out.
    if first:
        before = "… " + before.partition(" ")[2]
    if len(after) == _AROUND:
        after = after.rpartition(" ")[0] + " …"
    return Evidence(norm.document, None, (), before, text[start - first : end - first], after)
