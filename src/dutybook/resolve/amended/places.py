"""Finds and changes provisions of a tree by their places; a place leads to one provision, to none or to several."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from dutybook.languages.letters import roman_value
from dutybook.records import ProvisionKind
from dutybook.records.trees import COUNTED, Node, plain_number

#: Where a provision stands: which of the parts of the root, which of the parts of that one, and so on.
Way = tuple[int, ...]

_HEADS = {
    "annex": ProvisionKind.ANNEX,
    "chapter": ProvisionKind.CHAPTER,
    "part": ProvisionKind.PART,
    "title": ProvisionKind.TITLE,
}
_HEAD = re.compile(
    r"(?P<word>§§?|[^\W\d_]+\.?) (?P<number>[^\s()]+(?: (?:bis|ter|quater|quinquies|sexies|septies)\b)?)"
)
_STEP = re.compile(r"\s?\((?P<bracketed>[^()]*)\)|\s(?P<word>[^\W\d_]+)\.? (?P<number>[^\s()]+)")
_COUNTED_WORDS = frozenset({"subpara", "satz", "sentence", "indent", "s"})
#: Kinds that are passed through on the way to what a place names.
_PASSED = COUNTED | {ProvisionKind.HEADING}


def split_place(place: str) -> tuple[ProvisionKind, tuple[str, ...]] | None:
    """The kind of provision that a place begins with, and the numbers from there down; None for places of another form.

    >>> split_place("Art 2(17)(a)"), split_place("§ 4 Abs. 1 Nr. 3")
    ((<ProvisionKind.ARTICLE: 'article'>, ('2', '17', 'a')), (<ProvisionKind.ARTICLE: 'article'>, ('4', '1', '3')))
    """
    head = _HEAD.match(place)
    if head is None:
        return None
    numbers = [plain_number(head["number"])]
    at = head.end()
    while at < len(place):
        step = _STEP.match(place, at)
        if step is None or (step["word"] or "").casefold() in _COUNTED_WORDS:
            return None
        numbers.append(plain_number(step["bracketed"] or step["number"] or ""))
        at = step.end()
    return _HEADS.get(head["word"].casefold(), ProvisionKind.ARTICLE), tuple(numbers)


def outer_place(place: str) -> str:
    """The place around a place; empty for an article.

    >>> outer_place("Art 2(17)(a)"), outer_place("§ 4 Abs. 1"), outer_place("Art 5")
    ('Art 2(17)', '§ 4', '')
    """
    head = _HEAD.match(place)
    steps = list(_STEP.finditer(place, head.end())) if head else []
    return place[: steps[-1].start()] if steps else ""


def locate(root: Node, place: str) -> list[Way]:
    """Where the provisions stand that a place may mean, in text order."""
    parts = split_place(place)
    if parts is None:
        return []
    kind, numbers = parts
    found = [way for way, node in walk(root) if node.kind is kind and node.number == numbers[0]]
    for number in numbers[1:]:
        found = [
            (*way, *inner)
            for way in found
            for inner, node in _below(at(root, way))
            if node.number == number and node.kind not in COUNTED
        ]
    return found


def walk(node: Node, way: Way = ()) -> Iterator[tuple[Way, Node]]:
    """All provisions in a node with where they stand, in text order."""
    for index, part in enumerate(node.parts):
        if isinstance(part, Node):
            yield (*way, index), part
            yield from walk(part, (*way, index))


def _below(node: Node) -> Iterator[tuple[Way, Node]]:
    """The provisions in a node that a step of a place may lead to: its own, and those of unnumbered parts of it."""
    for index, part in enumerate(node.parts):
        if isinstance(part, Node):
            yield (index,), part
            if part.kind in _PASSED:
                yield from (((index, *way), inner) for way, inner in _below(part))


def at(root: Node, way: Way) -> Node:
    """The provision that stands there."""
    node = root
    for index in way:
        part = node.parts[index]
        assert isinstance(part, Node)
        node = part
    return node


def change(root: Node, way: Way, make: Callable[[Node], Node]) -> Node:
    """The tree with another provision there."""
    if not way:
        return make(root)
    part = root.parts[way[0]]
    assert isinstance(part, Node)
    return with_parts(root, way[0], [change(part, way[1:], make)])


def remove(root: Node, way: Way) -> Node:
    """The tree without the provision there."""
    return change(root, way[:-1], lambda parent: with_parts(parent, way[-1], []))


def with_parts(node: Node, index: int, parts: Sequence[str | Node], *, until: int | None = None) -> Node:
    """The node with other parts in place of those from ``index`` to before ``until``, of the one there without it."""
    end = index + 1 if until is None else until
    return replace(node, parts=(*node.parts[:index], *parts, *node.parts[end:]))


_LATIN = {name: n for n, name in enumerate(("", "bis", "ter", "quater", "quinquies", "sexies", "septies"))}
_ROMAN = re.compile(r"(x{0,3}(?:ix|iv|v?i{0,3}))([a-z]?)")


def order_numbers(numbers: Sequence[str]) -> list[tuple[int, int, str]]:
    """Keys by which the numbers of neighbours are in order: figures, Roman figures or letters, each with what was inserted behind.

    >>> order_numbers(["2", "2a", "10"]) == sorted(order_numbers(["2", "2a", "10"]))
    True
    >>> order_numbers(["i", "ii", "iv"]) == sorted(order_numbers(["i", "ii", "iv"]))
    True
    """
    is_roman = bool(numbers) and numbers[0] == "i" and all(_roman(number) for number in numbers)
    return [_roman(number) or (0, 0, number) if is_roman else _order(number) for number in numbers]


def _order(number: str) -> tuple[int, int, str]:
    found = re.fullmatch(r"(\d+)(.*)", number)
    if not found:
        return (0, 0, number)
    return (int(found[1]), _LATIN.get(found[2], 0), "" if found[2] in _LATIN else found[2])


def _roman(number: str) -> tuple[int, int, str] | None:
    found = _ROMAN.fullmatch(number)
    value = roman_value(found[1]) if found else None
    return (value, 0, found[2]) if found and value else None
