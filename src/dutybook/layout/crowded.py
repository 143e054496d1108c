"""Elements with thousands of attributes, which no document has: parsers and readers take the square of their number."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from dutybook.errors import TooLarge
from dutybook.reasons import Why, because

MOST = 2000
_ANY = etree.XPath(f"boolean(//@*[position() > {MOST}])")
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{4 * MOST},}}")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_ATTRIBUTE = re.compile(r"[^\s/=]+")
# What is embedded in the markup itself: pictures and fonts.
_EMBEDDED = re.compile(r"(?<=[\"'(])data:[^\"'()<>]{1000,}", re.IGNORECASE)


def refuse_crowded(root: Any, what: str) -> None:
    """Bound the attributes of each element of a parsed tree; ``what`` is the file in words.

    Raises:
        TooLarge: an element has more than :data:`MOST`.
    """
    if _ANY(root):
        raise _too_many(what)


def refuse_crowded_tags(markup: str, what: str) -> None:
    """The same for markup that is still to be parsed: libxml2 compares each attribute of HTML with all before it.

    Raises:
        TooLarge: a tag has more than :data:`MOST`.
    """
    for tag in _LONG_TAG.finditer(markup):
        bare = _QUOTED.sub(" ", tag.group())
        if sum(1 for _ in zip(_ATTRIBUTE.finditer(bare), range(2 * MOST + 1), strict=False)) > 2 * MOST:
            raise _too_many(what)


def without_embedded(markup: str) -> str:
    """Markup without the pictures and fonts in it (``data:`` addresses): long ones are refused by libxml2, with all else."""
    return _EMBEDDED.sub("", markup)


def _too_many(what: str) -> TooLarge:
    return TooLarge(
        because(
            Why.TOO_MANY_PARTS,
            "an element of the {what} has more than {limit:,} attributes, as none in a document has: it is not read",
            what=what,
            limit=MOST,
        )
    )
