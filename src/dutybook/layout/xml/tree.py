"""XML bytes to an element tree: no entity is expanded, nothing is fetched, size and depth are bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from lxml import etree

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.layout.decoding import declared_charset, decode
from dutybook.layout.limits import refuse_crowded
from dutybook.reasons import Reason, Why, because

# lxml has no type stubs that mypy could use here.
Node = Any

MAX_ELEMENTS = 3_000_000
# The deepest of the acts we have seen has 42 levels; readers walk by recursion, a few frames a level.
MAX_DEPTH = 150

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"""<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:(SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(r"&([A-Za-z][\w.]{0,40});")
# Of a document type declaration, with what it declares.
_LONGEST_TYPE = 300_000
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_HIDDEN = "the file hides text behind names (entity “{name}”) that stand for {what}; such files are not read"


def parse(data: bytes) -> tuple[Node, tuple[Reason, ...]]:
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
        root = etree.fromstring(source, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        root = _repaired(source, error)
        damage = because(
            Why.PART_MARKUP, "the markup is damaged ({why}); what could be made out was read", why=_message(error)
        )
        problems = (*problems, damage)
    except ValueError as error:
        raise BrokenDocument(
            because(Why.MARKUP, "the markup cannot be read ({why}); get the file again", why=str(error))
        ) from error
    if root is None or not isinstance(root.tag, str):
        raise BrokenDocument(because(Why.MARKUP, "the file holds no markup that could be read; get it again"))
    _check(root)
    return root, problems


def _parser(*, recover: bool) -> Any:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
        encoding="utf-8",
    )


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
        return etree.fromstring(source, _parser(recover=True))
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


def _check(root: Node) -> None:
    """Bound the walks that follow."""
    count = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            depth += 1
            count += 1
            if depth > MAX_DEPTH:
                raise TooLarge(
                    because(
                        Why.NESTED,
                        "the file nests elements more than {limit} levels deep; it is not read",
                        limit=MAX_DEPTH,
                    )
                )
            if count > MAX_ELEMENTS:
                raise TooLarge(
                    because(
                        Why.TOO_MANY_PARTS,
                        "the file has more than {limit:,} elements; it is not read: split it",
                        limit=MAX_ELEMENTS,
                    )
                )
        else:
            depth -= 1
    refuse_crowded(root, "file")


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
