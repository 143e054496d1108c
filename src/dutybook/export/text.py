"""Text that may stand in a cell or a calendar line: hostile characters out, over-long text cut with a note."""

from __future__ import annotations

import re

# Characters that XML 1.0 or a spreadsheet cannot hold: C0 and C1 controls but tab and line feed, lone surrogates,
# and the two non-characters (XML 1.0, production 2). The next-line control U+0085 is a line break, not noise.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029")

_NOTE = "… [shortened here: the text has {characters} characters]"

CELL_LIMIT = 32_767
"""Characters a spreadsheet cell holds, counted in UTF-16 units (Excel specifications and limits)."""


def clean(text: str) -> str:
    """``text`` without control characters; every kind of line break becomes ``\\n``.

    >>> clean("a\\x00b\\r\\nc")
    'ab\\nc'
    """
    return _UNFIT.sub("", _BREAKS.sub("\n", text))


def units(text: str) -> int:
    """Length in UTF-16 units, which is how spreadsheets count."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(text: str, limit: int = CELL_LIMIT, note: str | None = None) -> str:
    """``text`` if it fits ``limit`` UTF-16 units, else its beginning with an ellipsis and a note of its real length.

    ``note`` is the note in another language, with ``{characters}`` where the length stands.

    >>> fit("x" * 100, 60)
    'xxxxxxxxxxxxx… [shortened here: the text has 100 characters]'
    """
    if len(text) <= limit // 2 or units(text) <= limit:
        return text
    said = (note or _NOTE).replace("{characters}", f"{len(text):,}")
    room = limit - len(said)
    kept = text[:room]
    while units(kept) > room:
        kept = kept[: -(-(units(kept) - room) // 2) * -1]
    return kept + said
