"""Whether what is set in a heading's style is a heading: lawyers set whole clauses so, to have them numbered."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dutybook.layout.drafts import Draft
from dutybook.records import BlockRole

#: Longer than any title.
_LONGEST = 250
# "Duties of keepers." is a title with a full stop; a sentence has more words.
_SENTENCE_WORDS = 7
_SHORT = 40
_INNER = re.compile(r"[;:]\s|[.?!]\s+\S+\s+\S+\s+\S+\s+\S")
_LABEL = re.compile(r"^\S{0,12}\d\S{0,6}\s+|^\(?\w{1,3}[.)]\s+")


def is_clause(text: str) -> bool:
    """Whether a text is a sentence or a part of one, and no title."""
    if len(text) > _LONGEST:
        return True
    if len(text) > _SHORT and text[-1] in ";:,":
        return True
    return text[-1] == "." and len(_LABEL.sub("", text).split()) >= _SENTENCE_WORDS


def settle(groups: Iterable[list[Draft]]) -> None:
    """Make body text of clauses among headings; ``groups`` are the headings of one style and level each.

    Where more than half of a group are clauses, or look like pieces of one, all of it is.
    """
    for group in groups:
        all_clauses = sum(_weight(d.text) for d in group) > len(group) / 2
        for draft in group:
            if all_clauses or is_clause(draft.text):
                draft.role, draft.level = BlockRole.BODY, 0
                draft.hint = "p"


def _weight(text: str) -> float:
    """How sure it is that a text is a clause or a piece of one; a few words and a full stop may be either."""
    bare = _LABEL.sub("", text)
    if is_clause(text) or text[-1] in ";," or _INNER.search(bare):
        return 1.0
    return 0.5 if text[-1] in ".:" and len(bare.split()) >= 3 else 0.0
