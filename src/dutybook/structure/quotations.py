"""Where new text for another act begins and ends in an amending one: by its quotation marks, or by the act's own list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice

# An opening mark and those that can close it, in the languages of the Union.
_CLOSING = {
    "‘": "’", "“": "”", "«": "»", "„": "”“\"", "‚": "‘’", "»": "«", "”": "”", "’": "’", '"': '"', "'": "'", "‹": "›",
}  # fmt: skip
_OPENS = re.compile(rf"\s*(?P<mark>[{''.join(_CLOSING)}])\s*(?=\S)")
_AFTER = re.compile(r"[\s.;:,)]*(?:\b\w{1,4}\b[\s.;:,]*)?$")
# Longer than the longest amendment; a mark that never closes must not swallow an act.
MOST = 600


def opens(text: str) -> tuple[str, int] | None:
    """The quotation mark a paragraph begins with, and where the quoted text begins."""
    match = _OPENS.match(text)
    return (match.group("mark"), match.end()) if match else None


def closes(text: str, mark: str) -> bool:
    """Whether a paragraph ends with the mark that closes ``mark``, and that one closes nothing opened later."""
    closing = _CLOSING[mark]
    end = max(text.rfind(c) for c in closing)
    if end < 1 or not _AFTER.match(text, end + 1):
        return False
    first = opens(text)
    start = first[1] if first and first[0] == mark else 0
    if mark in closing:
        return text.count(mark, start, end + 1) % 2 == 1
    inner = text.rfind(mark, start, end)
    return inner < 0 or any(c in text[inner + 1 : end] for c in closing)


def extent(paragraphs: Iterable[str], mark: str, continues: Callable[[str], bool]) -> int:
    """How many of the paragraphs, the first of which begins with ``mark``, are the quotation; 0 where nothing ends it.

    ``continues`` says whether a paragraph goes on with the amending act's own list or articles: where the closing mark
    is lost (it may stand in a footnote), that is where the quotation ends.
    """
    own = 0
    for index, text in enumerate(islice(paragraphs, MOST)):
        if index and not own and continues(text):
            own = index
        if own and text.lstrip()[:1] == mark:
            return own
        if closes(text, mark):
            return index + 1
    return own
