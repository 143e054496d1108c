"""Bounds on what one hostile or huge file may cost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from dutybook.errors import TooLarge
from dutybook.reasons import Why, because

TABLES = ("fast", "pdfplumber")
"""Who may find the cells of ruled tables."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost at most; a reader that meets a bound raises ``TooLarge`` or reports a problem.

    ``max_bytes`` is of the file, ``max_pages`` of its pages (more pages: those up to the bound are read and the
    rest is reported), ``max_seconds`` wall clock of reading it, ``max_text_chars`` of the text that comes out,
    ``max_page_chars`` of one page's text layer, ``max_rulings`` of lines on a page that are looked at for tables.
    ``workers`` processes may share the pages of one large file; the result does not depend on it.
    ``tables`` says who finds the cells of ruled tables in a PDF: ``fast`` (our own steps) or ``pdfplumber`` (slower).
    """

    max_bytes: int = 256 * 1024 * 1024
    max_pages: int = 5000
    max_seconds: float = 180.0
    max_text_chars: int = 25_000_000
    max_page_chars: int = 400_000
    max_rulings: int = 1500
    workers: int = 1
    tables: str = "fast"

    def __post_init__(self) -> None:
        for name in (
            "max_bytes",
            "max_pages",
            "max_seconds",
            "max_text_chars",
            "max_page_chars",
            "max_rulings",
            "workers",
        ):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above zero")
        if self.tables not in TABLES:
            raise ValueError(f"tables must be one of {', '.join(TABLES)}")


MOST_ATTRIBUTES = 2000
_ANY = etree.XPath(f"boolean(//@*[position() > {MOST_ATTRIBUTES}])")
_LONG_TAG = re.compile(rf"<[A-Za-z][^<>]{{{4 * MOST_ATTRIBUTES},}}")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_ATTRIBUTE = re.compile(r"[^\s/=]+")
# What is embedded in the markup itself: pictures and fonts.
_EMBEDDED = re.compile(r"(?<=[\"'(])data:[^\"'()<>]{1000,}", re.IGNORECASE)


def refuse_crowded(root: Any, what: str) -> None:
    """Bound the attributes of each element of a parsed tree; ``what`` is the file in words.

    Raises:
        TooLarge: an element has more than :data:`MOST_ATTRIBUTES`.
    """
    if _ANY(root):
        raise _too_many(what)


def refuse_crowded_tags(markup: str, what: str) -> None:
    """The same for markup that is still to be parsed: libxml2 compares each attribute of HTML with all before it.

    Raises:
        TooLarge: a tag has more than :data:`MOST_ATTRIBUTES`.
    """
    for tag in _LONG_TAG.finditer(markup):
        bare = _QUOTED.sub(" ", tag.group())
        if (
            sum(1 for _ in zip(_ATTRIBUTE.finditer(bare), range(2 * MOST_ATTRIBUTES + 1), strict=False))
            > 2 * MOST_ATTRIBUTES
        ):
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
            limit=MOST_ATTRIBUTES,
        )
    )
