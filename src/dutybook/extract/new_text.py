"""The new text of an instruction as provisions, without the quotation marks around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dutybook.records import Provision, ProvisionKind, Span
from dutybook.records.trees import CLOSING_MARKS, COUNTED, OPENING_MARKS, Node, build_tree, match_label, plain_number

_ENDS = re.compile(rf"\s?[{re.escape(CLOSING_MARKS)}]\s?[.;,)]*$")
_BEGINS = re.compile(rf"^\s*[{re.escape(OPENING_MARKS)}]\s*")
#: Numbers that a line of new text without a provision of its own may begin with.
_NUMBERED = re.compile(r"\(?(\d{1,3}[a-z]{0,2}|[a-z]{1,2})[.)]\)?\s")


def read_new_text(text: str, provisions: Sequence[Provision], span: Span) -> tuple[Node, ...]:
    """The provisions of new text that begin inside a span, without quotation marks.

    Args:
        text: of the amending act.
        provisions: its provisions; those of new text have places with quotation marks in them.
        span: from the end of an instruction to the next one.
    """
    own = next(
        (p.span.start for p in provisions if span.start < p.span.start < span.end and not is_quoted(p)),
        span.end,
    )
    return unquote(build_tree(text, [p for p in provisions if is_quoted(p) and span.start <= p.span.start < own]))


def is_quoted(provision: Provision) -> bool:
    """Whether a provision is new text for another act; its place says so where the record was stored without the mark."""
    return provision.quoted or "“" in provision.place


def unquote(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """New text without the marks that open and close it."""
    if not nodes:
        return ()
    first = next(nodes[0].lines(), "")
    opening = _BEGINS.match(first)
    nodes = (_without_opening(nodes[0]), *nodes[1:])
    whole = "\n".join(line for node in nodes for line in node.lines())
    if _is_closed(whole, opening[0].strip() if opening else ""):
        nodes = (*nodes[:-1], _without_closing(nodes[-1]))
    return tuple(map(_numbered, nodes))


# A closing mark, and the marks that it closes.
_OPENED_BY = {"’": "‘‚", "”": "“„", "“": "„", "‘": "‚", "»": "«", "«": "»", "›": "‹", '"': '"', "'": "'"}


def _is_closed(text: str, opening: str) -> bool:
    """Whether the last mark closes the new text, and nothing that was opened in it; ``opening``: the mark before it, if that was kept."""
    found = _ENDS.search(text)
    if not found:
        return False
    mark = found[0].strip()[0]
    openers = _OPENED_BY.get(mark, "")
    if opening and opening not in openers:
        return False
    if mark == openers:
        return bool(text.count(mark) % 2)
    opened = sum(text.count(each) for each in openers)
    # Between letters it is an apostrophe.
    closed = len(re.findall(rf"{re.escape(mark)}(?!\w)", text))
    last = text.rsplit("\n", 1)[-1]
    return closed > opened or not any(each in last for each in openers)


def _without_opening(node: Node) -> Node:
    if node.label:
        return replace(node, label=_BEGINS.sub("", node.label))
    if node.heading and _BEGINS.match(node.heading):
        return replace(node, heading=_BEGINS.sub("", node.heading))
    first = node.parts[0] if node.parts else ""
    if isinstance(first, Node):
        return replace(node, parts=(_without_opening(first), *node.parts[1:]))
    return replace(node, parts=(_BEGINS.sub("", first), *node.parts[1:])) if first else node


def _without_closing(node: Node) -> Node:
    if not node.parts:
        return replace(node, heading=_ENDS.sub("", node.heading))
    last = node.parts[-1]
    cut = _without_closing(last) if isinstance(last, Node) else _ENDS.sub("", last)
    return replace(node, parts=(*node.parts[:-1], *([cut] if cut else [])))


def _numbered(node: Node) -> Node:
    """New text in one line that begins with a number is a provision with that number."""
    first = node.parts[0] if node.parts else None
    if node.kind not in COUNTED or node.number or not isinstance(first, str):
        return replace(node, number="") if node.kind in COUNTED else node
    found = _NUMBERED.match(first)
    if not found:
        return node
    label = match_label(first, found[1])
    kind = ProvisionKind.PARAGRAPH if label.startswith("(") and found[1][0].isdigit() else ProvisionKind.POINT
    return Node(kind, plain_number(found[1]), label.strip(), "", (first[len(label) :].strip(), *node.parts[1:]))
