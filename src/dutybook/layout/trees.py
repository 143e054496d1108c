"""Bytes of HTML and XML to trees of elements, and questions to these; office files hold XML, too.

No entity is expanded, nothing is fetched, size and depth are bounded. Names of HTML are in lower case; those of XML keep
their namespaces, and questions are asked by local names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from itertools import islice
from typing import Any

from lxml import etree

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.decoding import declared_charset, decode
from dutybook.layout.drafts import names, squeeze
from dutybook.reasons import Reason, Why, because, error_words

# lxml has no type stubs that mypy could use here.
Node = Any

# Of a page, and of an act in XML. The deepest of the acts we have seen has 42 levels; readers walk by recursion, a few
# frames a level.
MAX_PAGE_BYTES = 64 * 1024 * 1024
MAX_PAGE_ELEMENTS, MAX_PAGE_DEPTH = 1_000_000, 256
MAX_ELEMENTS, MAX_DEPTH = 3_000_000, 150

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def xml_parser(*, recover: bool = False, encoding: str | None = None) -> Any:
    """A parser that follows no entity, DTD or schema, and drops comments and instructions."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        encoding=encoding,
    )


def _check(root: Node, what: str, max_elements: int, max_depth: int) -> None:
    """Bound the walks that follow."""
    count = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        count += 1
        if depth > max_depth:
            text = f"the {what} nests elements more than {{limit}} levels deep; it is not read"
            raise TooLarge(because(Why.NESTED, text, limit=max_depth))
        if count > max_elements:
            text = f"the {what} has more than {{limit:,}} elements; it is not read: split it"
            raise TooLarge(because(Why.TOO_MANY_PARTS, text, limit=max_elements))
    refuse_crowded(root, what)


# -- attributes --------------------------------------------------------------------------------------------------------

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


def _refuse_crowded_tags(markup: str, what: str) -> None:
    """The same for markup that is still to be parsed: libxml2 compares each attribute of HTML with all before it.

    Raises:
        TooLarge: a tag has more than :data:`MOST_ATTRIBUTES`.
    """
    for tag in _LONG_TAG.finditer(markup):
        bare = _QUOTED.sub(" ", tag.group())
        if sum(1 for _ in islice(_ATTRIBUTE.finditer(bare), 2 * MOST_ATTRIBUTES + 1)) > 2 * MOST_ATTRIBUTES:
            raise _too_many(what)


def _without_embedded(markup: str) -> str:
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


# -- HTML -------------------------------------------------------------------------------------------------------------

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

_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)


def parse_html(data: bytes) -> Node:
    """The root element of an HTML or XHTML page, without comments, scripts and styles, all names in lower case.

    Raises:
        EmptyDocument: no text at all.
        TooLarge: more bytes, elements or levels than any page has.
        BrokenDocument: no markup could be made out.
    """
    if len(data) > MAX_PAGE_BYTES:
        text = "the page has {size} MB; pages over {limit} MB are not read: split it"
        raise TooLarge(because(Why.LARGER, text, size=len(data) >> 20, limit=MAX_PAGE_BYTES >> 20))
    text = _without_embedded(decode(data, declared_charset(data))[0])
    _refuse_crowded_tags(text, "page")
    head = text[:2000]
    root = _as_xml(text) if "<?xml" in head[:200] or "http://www.w3.org/1999/xhtml" in head else None
    if root is None:
        root = _as_html(text)
    _check(root, "page", MAX_PAGE_ELEMENTS, MAX_PAGE_DEPTH)
    return root


def _as_xml(text: str) -> Node | None:
    """Well-formed XHTML is parsed as what it is, since empty elements mean something else in HTML."""
    body = _DOCTYPE.sub("", _DECLARATION.sub("", text, count=1), count=1)
    try:
        root = etree.fromstring(body.encode("utf-8"), xml_parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or etree.QName(root).localname.lower() != "html":
        return None
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname.lower()
    return root


def _as_html(text: str) -> Node:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=True
    )
    body = _DECLARATION.sub("", text, count=1)
    try:
        root = etree.fromstring(body.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError, AssertionError) as error:
        damage = "the page's markup cannot be read ({why}); open and save it again in a browser"
        raise BrokenDocument(because(Why.MARKUP, damage, why=error_words(error))) from error
    if root is None:
        raise BrokenDocument(because(Why.MARKUP, "the page holds no markup; open and save it again in a browser"))
    return root


def classes(element: Node) -> list[str]:
    """The class names of an element, in lower case, without the ``oj-`` of newer Official Journal pages."""
    return [name.removeprefix("oj-") for name in (element.get("class") or "").lower().split()]


def holders(root: Node) -> set[Node]:
    """The elements that have a paragraph, list, table or division of its own somewhere inside."""
    found: set[Node] = set()
    for element in root.iter(etree.Element):
        if element.tag in BLOCKS:
            parent = element.getparent()
            while parent is not None and parent not in found:
                found.add(parent)
                parent = parent.getparent()
    return found


def page_text(element: Node) -> str:
    """All text in an element, white space single, silent elements left out."""
    parts: list[str] = []
    stack: list[tuple[Node, bool]] = [(element, False)]
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


# -- XML --------------------------------------------------------------------------------------------------------------

_ENTITY = re.compile(r"""<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:(SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&([A-Za-z][\w.]{0,40});")
# Of a document type declaration, with what it declares.
_LONGEST_TYPE = 300_000
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HIDDEN = "the file hides text behind names (entity “{name}”) that stand for {what}; such files are not read"


def parse_xml(data: bytes) -> tuple[Node, tuple[Reason, ...]]:
    """The root element, without comments and instructions, and what was wrong with the file.

    The encoding is the one the bytes are in, whatever the declaration says. Names of characters (``&nbsp;``) become
    the characters. Damaged markup is read as far as it goes, and the damage is reported. No entity, DTD or schema is
    followed.

    Raises:
        EmptyDocument: no text at all.
        TooLarge: more elements or levels than any act has.
        BrokenDocument: no markup could be made out, or the file defines entities that swell or point elsewhere.
    """
    text, _ = decode(data, declared_charset(data))
    body, problems = _without_entities(_DECLARATION.sub("", text, count=1).lstrip())
    source = body.encode("utf-8", "replace")
    try:
        root = etree.fromstring(source, xml_parser(encoding="utf-8"))
    except etree.XMLSyntaxError as error:
        root = _repaired(source, error)
        damage = because(
            Why.PART_MARKUP, "the markup is damaged ({why}); what could be made out was read", why=_message(error)
        )
        problems = (*problems, damage)
    except ValueError as error:
        raise BrokenDocument(
            because(Why.MARKUP, "the markup cannot be read ({why}); get the file again", why=error_words(error))
        ) from error
    if root is None or not isinstance(root.tag, str):
        raise BrokenDocument(because(Why.MARKUP, "the file holds no markup that could be read; get it again"))
    _check(root, "file", MAX_ELEMENTS, MAX_DEPTH)
    return root, problems


def _repaired(source: bytes, error: Any) -> Node:
    """What can be made out of damaged markup; markup that is too deep or too large is not tried again."""
    message = str(error).lower()
    if "depth" in message:
        raise TooLarge(
            because(Why.NESTED, "the file nests elements deeper than any act does; it is not read")
        ) from error
    if "huge" in message or "amplification" in message:
        raise TooLarge(
            because(Why.TOO_MUCH_TEXT, "one text of the file is larger than any act's; it is not read")
        ) from error
    try:
        return etree.fromstring(source, xml_parser(recover=True, encoding="utf-8"))
    except (etree.XMLSyntaxError, ValueError) as again:
        raise BrokenDocument(
            because(Why.MARKUP, "the markup cannot be read ({why}); get the file again", why=_message(error))
        ) from again


def _message(error: Any) -> str:
    return re.sub(r"\s*\(<string>.*", "", str(error)).strip()[:160]


def _read_entities(declared: str) -> tuple[dict[str, str], dict[str, str]]:
    """The values of the entities that a document type declares, and why each of the others is refused, by name."""
    own: dict[str, str] = {}
    refused: dict[str, str] = {}
    for parameter, name, outside, double, single in _ENTITY.findall(declared):
        value = double or single
        if parameter:
            continue
        if outside:
            refused[name] = "something outside of the file"
        elif len(value) > 100 or "&" in value.replace("&#", "") or "<" in value:
            refused[name] = "other names or markup"
        else:
            own[name] = value
    return own, refused


def _without_entities(text: str) -> tuple[str, tuple[Reason, ...]]:
    """The text with its document type taken out and named characters put in.

    Entities that hold other entities or markup, and those that stand outside of the file, are refused where the
    text uses them.
    """
    own: dict[str, str] = {}
    refused: dict[str, str] = {}
    start = _doctype(text)
    if start is not None:
        own, refused = _read_entities(text[start[0] : start[1]])
        text = text[: start[0]] + text[start[1] :]
    if "&" not in text:
        return text, ()
    unknown: list[str] = []

    def put(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in _OWN:
            return found.group()
        if name in refused:
            raise BrokenDocument(because(Why.HIDDEN_TEXT, _HIDDEN, name=name, what=refused[name]))
        if name in own:
            return own[name]
        character = html5.get(name + ";")
        if character is None:
            unknown.append(name)
            return ""
        return character if character not in "<&" else f"&#{ord(character)};"

    text = _REFERENCE.sub(put, text)
    named = ", ".join(dict.fromkeys(unknown[:5]))
    problem = "the file uses names of characters that it does not explain ({names}); they were left out"
    return text, ((because(Why.PART_CHARACTERS, problem, names=named),) if unknown else ())


def _doctype(text: str) -> tuple[int, int] | None:
    """Where the document type declaration begins and ends; it stands before the first element."""
    start = text.find("<!DOCTYPE")
    if start < 0 or re.search(r"<[A-Za-z_]", text[:start]):
        return None
    position, depth, quote = start + 9, 0, ""
    while position < min(len(text), start + _LONGEST_TYPE):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif text.startswith("<!--", position):
            position = max(text.find("-->", position), position)
        elif character == "[":
            depth += 1
        elif character == "]":
            depth -= 1
        elif character == ">" and depth <= 0:
            return start, position + 1
        position += 1
    raise BrokenDocument(
        because(Why.MARKUP, "the file's document type declaration has no end, or one too far off; get the file again")
    )


def local(node: Node | None) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = node.tag if node is not None else None
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(node: Node) -> str:
    """The namespace of an element, empty where it has none."""
    tag = node.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(node: Node | None, *names: str) -> Iterator[Node]:
    """Child elements of a node, if any, all or those of these local names."""
    return (
        child
        for child in (() if node is None else node)
        if isinstance(child.tag, str) and (not names or local(child) in names)
    )


def child(node: Node | None, *names: str) -> Node | None:
    """The first child element of one of these local names."""
    return next(children(node, *names), None)


def find(node: Node | None, *names: str) -> Node | None:
    """The first element below (or the node itself) of one of these local names."""
    return next(findall(node, *names), None)


def findall(node: Node | None, *names: str) -> Iterator[Node]:
    """The elements below (and the node itself) of these local names, in document order."""
    found: Iterator[Node] = iter(()) if node is None else node.iter(*(f"{{*}}{name}" for name in names))
    return found


def attribute(node: Node | None, name: str) -> str:
    """An attribute by its local name, whatever its namespace; empty where there is none."""
    if node is None:
        return ""
    value = node.get(name)
    if value is None:
        value = next((v for k, v in node.attrib.items() if k.rpartition("}")[2] == name), "")
    return str(value).strip()


def plain(node: Node | None) -> str:
    """All text in an element, white space single."""
    return " ".join("".join(node.itertext()).split()) if node is not None else ""
