"""HTML pages: EUR-Lex by its classes, all others by their main content."""

from __future__ import annotations

from dutybook.layout.html_eurlex import is_eurlex, read_eurlex
from dutybook.layout.html_page import read_page
from dutybook.layout.html_tree import parse
from dutybook.records import Layout


def read_html(data: bytes) -> Layout:
    """Read a page: the text in reading order, a block for each paragraph, heading, list item and table cell.

    ``meta`` has ``title``, ``language``, ``published``, and on EUR-Lex pages ``celex``, ``eli``, ``version_date``,
    each only where the page says so; all dates are ISO. What the hints of the blocks mean is said in
    :mod:`dutybook.layout.html_eurlex` and :mod:`dutybook.layout.html_page`. No link is followed.

    Raises:
        EmptyDocument: no bytes, or white space only.
        NoText: markup without text.
        TooLarge: over the bounds on size, elements or depth.
        BrokenDocument: no markup could be made out.
    """
    root = parse(data)
    return read_eurlex(root) if is_eurlex(root) else read_page(root)
