"""HTML pages: EUR-Lex by its classes, all others by their main content."""

from __future__ import annotations

import re

from dutybook.errors import BadDocument
from dutybook.layout.drafts import Draft, squeeze
from dutybook.layout.html_eurlex import is_eurlex, read_eurlex
from dutybook.layout.html_page import PageWalker, read_page
from dutybook.layout.html_tree import Element, parse
from dutybook.records import Layout


def read_html(data: bytes) -> Layout:
    """Read a page: the text in reading order, a block for each paragraph, heading, list item and table cell.

    ``meta`` has ``title``, ``language``, ``published``, and on EUR-Lex pages ``celex``, ``eli``, ``version_date``,
    each only where the page says so; all dates are ISO. What the hints of the blocks mean is explained in
    :mod:`dutybook.layout.html_eurlex` and :mod:`dutybook.layout.html_page`. No link is followed.

    Raises:
        EmptyDocument: no bytes, or white space only.
        NoText: markup without text.
        TooLarge: over the bounds on size, elements or depth.
        BrokenDocument: no markup could be made out.
    """
    root = parse(data)
    return read_eurlex(root) if is_eurlex(root) else read_page(root)


# An end tag, or an empty element, of a name that HTML has.
_TAG = re.compile(
    r"</(?:p|div|span|b|i|u|em|strong|a|li|ul|ol|td|tr|table|h[1-6]|sup|sub|var|font|dl|dd|dt|section)\s*>|<(?:br|hr)\s*/?>",
    re.IGNORECASE,
)


def is_markup(text: str) -> bool:
    """Whether a text is HTML as text."""
    return "<" in text and _TAG.search(text) is not None


def fragment(markup: str) -> Element | None:
    """The body of a piece of HTML; None where nothing can be made out."""
    try:
        root = parse(f"<html><body>{markup}</body></html>".encode("utf-8", "replace"))
    except BadDocument:
        return None
    return root.find("body")


def read_fragment(markup: str) -> PageWalker:
    """The drafts and tables of a piece of HTML, all of it; as one paragraph where it cannot be parsed."""
    body = fragment(markup)
    if body is None:
        empty = PageWalker(parse(b"<html><body></body></html>"))
        empty.drafts.append(Draft(squeeze(re.sub(r"<[^<>]{0,500}>", " ", markup))))
        return empty
    walker = PageWalker(body, keep_all=True)
    walker.walk(body)
    walker.flush()
    return walker
