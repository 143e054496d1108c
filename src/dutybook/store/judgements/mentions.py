"""Who is mentioned in notes: ``@Anna Berg`` in a note on a norm is for Anna Berg, who finds it among her notices.

A mention is read from the words of a note whenever somebody looks, and stored nowhere: a note that is taken back mentions
nobody, and somebody who gets an account later finds what was written to that name before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dutybook.store.register import Register

_SIGN = "@"
#: The notes with such a sign; moments are compared to the second, as they are kept.
_NOTES = """SELECT r.norm, n.text, n.by, n.at FROM review_notes n JOIN reviews r ON r.id = n.review
    WHERE instr(n.text, '@') AND n.at > ? ORDER BY n.at DESC, r.norm, n.position DESC"""
#: After a letter or number the sign is that of a mail address.
_BEFORE = re.compile(r"[\w.+-]$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A note in which somebody is mentioned: the ``norm`` (full id) that it is on, its ``text``, who wrote it when (ISO 8601, UTC)."""

    norm: str
    text: str
    by: str
    at: str


def mentioned(text: str, names: Iterable[str]) -> list[str]:
    """The names that a text mentions, in the order of the text, each once; the longest that fits at each place.

    >>> mentioned("@anna berg, and @Emil: see anna@example.org", ["Anna", "Anna Berg", "Emil"])
    ['Anna Berg', 'Emil']
    """
    known = sorted(((_folded(name), name) for name in names), key=lambda pair: len(pair[0]), reverse=True)
    words, found, at = _folded(text), dict[str, None](), -1
    while (at := words.find(_SIGN, at + 1)) >= 0:
        if _BEFORE.search(words[:at][-1:]):
            continue
        for folded, name in known:
            end = at + 1 + len(folded)
            if folded and words.startswith(folded, at + 1) and not words[end : end + 1].isalnum():
                found[name] = None
                break
    return list(found)


def mentions_of(register: Register, name: str, names: Iterable[str] = (), *, since: str = "") -> list[Mention]:
    """The notes of others in which somebody is mentioned, the latest first.

    Args:
        register: the register.
        name: who that is.
        names: all who could be meant, so that ``@Anna Berg`` is no mention of Anna; read only where a note mentions somebody.
        since: only those after this moment (ISO 8601, UTC).
    """
    noted = list(register._select(_NOTES, since))
    everybody = [*names, name] if noted else []
    own = _folded(name)
    return [
        Mention(*row) for row in noted if _folded(row[2]) != own and own in map(_folded, mentioned(row[1], everybody))
    ]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
