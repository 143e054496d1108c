"""HTML bytes to a clean element tree: nothing is fetched, no entity is expanded, depth and size are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.decoding import declared_charset, decode
from dutybook.layout.drafts import names, squeeze
from dutybook.layout.limits import refuse_crowded, refuse_crowded_tags, without_embedded
from dutybook.reasons import Why, because

# lxml has no type stubs that mypy could use here.
Element = Any

MAX_BYTES = 64 * 1024 * 1024
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 256

BLOCKS = names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre search section summary table tbody "
    "td tfoot th thead tr ul"
)
# Elements whose content is no text of the page.
SILENT = names(
    "applet area audio base basefont button canvas col colgroup datalist embed frame frameset head iframe img input "
    "link map math meta meter noembed noframes noscript object optgroup option param picture progress script select "
    "source style svg template textarea title track video"
)

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)


def parse(data: bytes) -> Element:
    """The root element of an HTML or XHTML page, without comments, scripts and styles, all names in lower case.

    Raises:
        EmptyDocument: no text at all.
        TooLarge: more bytes, elements or levels than any page has.
        BrokenDocument: no markup could be made out.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(
            because(
                Why.LARGER,
                "the page has {size} MB; pages over {limit} MB are not read: split it",
                size=len(data) >> 20,
                limit=MAX_BYTES >> 20,
            )
        )
    text = without_embedded(decode(data, declared_charset(data))[0])
    refuse_crowded_tags(text, "page")
    root = _as_xml(text) if _xhtml(text) else None
    if root is None:
        root = _as_html(text)
    _check(root)
    return root


def _xhtml(text: str) -> bool:
    head = text[:2000]
    return "<?xml" in head[:200] or "http://www.w3.org/1999/xhtml" in head


def _as_xml(text: str) -> Element | None:
    """Well-formed XHTML is parsed as what it is, since empty elements mean something else in HTML."""
    body = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or etree.QName(root).localname.lower() != "html":
        return None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname.lower()
    return root


def _as_html(text: str) -> Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    body = _DECLARATION.sub("", text, count=1)
    try:
        root = etree.fromstring(body.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError, AssertionError) as error:
        raise BrokenDocument(
            because(
                Why.MARKUP,
                "the page's markup cannot be read ({why}); open and save it again in a browser",
                why=str(error),
            )
        ) from error
    if root is None:
        raise BrokenDocument(because(Why.MARKUP, "the page holds no markup; open and save it again in a browser"))
    return root


def _check(root: Element) -> None:
    """Bound the walks that follow."""
    count = 0
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            count += 1
            if depth > MAX_DEPTH:
                raise TooLarge(
                    because(
                        Why.NESTED,
                        "the page nests elements more than {limit} levels deep; it is not read",
                        limit=MAX_DEPTH,
                    )
                )
            if count > MAX_ELEMENTS:
                raise TooLarge(
                    because(
                        Why.TOO_MANY_PARTS,
                        "the page has more than {limit:,} elements; it is not read: split it",
                        limit=MAX_ELEMENTS,
                    )
                )
        else:
            depth -= 1
    refuse_crowded(root, "page")


def children(element: Element) -> Iterator[Element]:
    """Child elements, leaving out entities, comments and instructions."""
    return (child for child in element if isinstance(child.tag, str))


def classes(element: Element) -> list[str]:
    """The class names of an element, in lower case, without the ``oj-`` of newer Official Journal pages."""
    return [name.removeprefix("oj-") for name in (element.get("class") or "").lower().split()]


def holders(root: Element) -> set[Element]:
    """The elements that have a paragraph, list, table or division of its own somewhere inside."""
    found: set[Element] = set()
    for element in root.iter(etree.Element):
        if element.tag in BLOCKS:
            parent = element.getparent()
            while parent is not None and parent not in found:
                found.add(parent)
                parent = parent.getparent()
    return found


def plain(element: Element) -> str:
    """All text in an element, white space single, silent elements left out."""
    parts: list[str] = []
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:
        node, after = stack.pop()
        block = node.tag in BLOCKS or node.tag == "br"
        if block:
            parts.append(" ")
        if after:
            parts.append(node.tail or "")
        elif isinstance(node.tag, str) and node.tag not in SILENT:
            parts.append(node.text or "")
            for child in reversed(node):
                stack.extend(((child, True), (child, False)))
    return squeeze("".join(parts))
