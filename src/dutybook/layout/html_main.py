"""Finds the main content of a page: what trafilatura takes, unless that leaves out much of the page's long paragraphs."""

from __future__ import annotations

import copy
import logging
import re

from dutybook.layout.drafts import Draft
from dutybook.layout.html_portals import REMARK
from dutybook.layout.html_walk import DROP, Style, Walker, paragraph_hint
from dutybook.layout.trees import Node, classes, page_text
from dutybook.records import BlockRole

# Below this share of the body's long paragraphs, the extraction has dropped text that is not decoration.
_ENOUGH = 0.8
_LONG = 90
_CHROME = re.compile(
    r"cookie|consent|gdpr-|navbar|breadcrumb|skip-?(?:to|link)|share-?bar|social|sidebar|newsletter|site-?(?:header|footer)"
    r"|menu|no-?print|pagination|toolbar|paywall|related|advert|modal|popup",
    re.IGNORECASE,
)
# What a portal notes of an act is no term of it.
_REMARK = Style(BlockRole.FOOTNOTE, 0, "footnote")


def walked(element: Node, *, keep_all: bool = False) -> PageWalker:
    """The drafts and tables of an element; of all of it, or without what calls itself navigation."""
    walker = PageWalker(element, keep_all)
    walker.walk(element)
    walker.flush()
    return walker


class PageWalker(Walker):
    """HTML's own elements and those of trafilatura's tree, which has ``head``, ``list``, ``item``, ``row``, ``cell``."""

    def __init__(self, root: Node, keep_all: bool = False) -> None:
        super().__init__(root)
        self._keep_all = keep_all

    def style(self, element: Node, inherited: Style) -> Style:
        if REMARK.lower() in classes(element):
            return _REMARK
        if self._keep_all:
            return super().style(element, inherited)
        tag = element.tag
        if tag in ("nav", "footer", "aside", "dialog", "form", "menu"):
            # A form may be all of a page; then it has paragraphs.
            return inherited if tag == "form" and len(page_text(element)) > 2000 else DROP
        if element.get("role") in ("navigation", "banner", "contentinfo", "search", "alert", "dialog"):
            return DROP
        named = " ".join([*classes(element), element.get("id") or ""])
        if (
            named
            and tag not in ("body", "html", "main", "article")
            and _CHROME.search(named)
            and not _holds_text(element)
        ):
            return DROP
        made = super().style(element, inherited)
        hint = paragraph_hint(element)
        return Style(inherited.role, inherited.level, hint) if made is inherited and hint else made


def _holds_text(element: Node) -> bool:
    """Whether an element of a suspicious name holds real paragraphs after all."""
    text = page_text(element)
    linked = sum(len(page_text(a)) for a in element.iter("a"))
    return len(text) > 1500 and linked < len(text) / 2


def main_content(root: Node) -> Node | None:
    """The page's main content as HTML elements, or None where none was found."""
    from trafilatura import bare_extraction

    # It reports each page it finds nothing on; our own message says what that means.
    log = logging.getLogger("trafilatura")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    try:
        found = bare_extraction(
            copy.deepcopy(root),
            include_comments=False,
            include_tables=True,
            include_formatting=True,
            favor_recall=True,
            with_metadata=False,
            deduplicate=False,
        )
    except (AttributeError, TypeError, ValueError, IndexError, KeyError, RecursionError):
        # It is a heuristic over hostile input; what it cannot take is read whole.
        return None
    body = getattr(found, "body", None)
    if body is None:
        return None
    for element in body.iter():
        if isinstance(element.tag, str):
            if element.tag == "head":
                level = element.get("rend") or ""
                element.tag = level if re.fullmatch(r"h[1-6]", level) else "h2"
            else:
                element.tag = _AS_HTML.get(element.tag, element.tag)
    body.tag = "body"
    return body


_AS_HTML = {
    "list": "ul",
    "item": "li",
    "row": "tr",
    "cell": "td",
    "quote": "blockquote",
    "code": "pre",
    "lb": "br",
    "hi": "span",
    "ref": "a",
    "del": "span",
    "graphic": "img",
}


def covers(extracted: list[Draft], whole: list[Draft]) -> bool:
    """Whether most characters of the body's long paragraphs are among the extracted ones."""
    have = letters_of(" ".join(d.text for d in extracted))
    total = shared = 0
    for draft in whole:
        if len(draft.text) < _LONG:
            continue
        letters = letters_of(draft.text)
        total += len(letters)
        # The middle of a paragraph stands for all of it: markers and links at its ends come and go.
        middle = letters[len(letters) // 2 - 20 : len(letters) // 2 + 20]
        shared += len(letters) if middle in have else 0
    return bool(have) and shared >= _ENOUGH * total


def trim(whole: list[Draft], extracted: list[Draft]) -> None:
    """Take away short lines before and after all that the extraction found: menus and imprints stand there."""
    have = letters_of(" ".join(d.text for d in extracted))

    def wanted(draft: Draft) -> bool:
        letters = letters_of(draft.text)
        return len(draft.text) >= _LONG or (len(letters) >= 12 and letters in have) or draft.role is BlockRole.HEADING

    inside = [i for i, draft in enumerate(whole) if wanted(draft)]
    if inside:
        whole[:] = whole[inside[0] : inside[-1] + 1]


def letters_of(text: str) -> str:
    """The letters and digits of a text, by which texts are compared that are spaced and punctuated otherwise."""
    return "".join(c for c in text if c.isalnum())
