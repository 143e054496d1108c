"""The provisions of a document as a tree, of which only the open branches are drawn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dutybook.store.documents.view import PlaceRow

#: Of these a reader looks for no entry: they have no name, or nobody cites them.
_UNNAMED = frozenset({"contents", "footnote", "indent", "preamble", "signature", "subparagraph", "text"})
#: Sections with a name of their own; others are called by their number.
_TITLED = frozenset({"annex", "article", "chapter", "heading", "part", "recital", "section", "title", "margin number"})
#: The most siblings that are listed one by one. More of them are put into groups.
_MOST, _GROUP = 80, 50
_LONGEST = 90


@dataclass(slots=True)
class Node:
    """An entry of the tree: ``slug`` is its place as it stands in addresses, ``expanded`` whether its ``children``
    are drawn.
    """

    id: str
    slug: str
    number: str
    name: str
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    expanded: bool = False
    current: bool = False


def make_slug(place: str) -> str:
    """A place as a fragment of an address.

    >>> make_slug("Art 5(2)(a)")
    'Art-5-2-a'
    """
    return re.sub(r"[^\w]+", "-", place).strip("-")[:80]


def build_tree(rows: Sequence[PlaceRow], at: int | None) -> list[Node]:
    """The roots of the tree, expanded down to the provision at character ``at`` of the text."""
    roots = _grouped(_nested(rows))
    if at is not None:
        _open(roots, at)
    return roots


def find_children(rows: Sequence[PlaceRow], identity: str) -> list[Node]:
    """The entries inside the entry with this id; none if there is no such entry."""
    waiting = _grouped(_nested(rows))
    while waiting:
        node = waiting.pop()
        if node.id == identity:
            return node.children
        waiting += node.children
    return []


def _nested(rows: Sequence[PlaceRow]) -> list[Node]:
    parents = {row.id: row.parent for row in rows}
    nodes = {row.id: _node(row) for row in rows if _named(row)}
    inside: dict[str | None, list[Node]] = defaultdict(list)
    for row in rows:
        if row.id in nodes:
            above = row.parent
            while above is not None and above not in nodes:
                above = parents.get(above)
            inside[above].append(nodes[row.id])
    for identity, children in inside.items():
        if identity is not None:
            nodes[identity].children = children
    return inside[None]


def _named(row: PlaceRow) -> bool:
    return row.kind not in _UNNAMED and bool(row.number or row.heading) and bool(make_slug(row.place))


def _node(row: PlaceRow) -> Node:
    titled = row.kind in _TITLED
    number = "" if row.kind == "heading" else row.place if titled else f"({row.number})"
    return Node(row.id, make_slug(row.place), number, row.heading[:_LONGEST] if titled else "", row.start, row.end)


def _grouped(nodes: list[Node]) -> list[Node]:
    """Put long rows of siblings into groups, and recitals, which come first, into groups of their own."""
    made: list[Node] = []
    for run in _runs(nodes):
        recitals = len(run) > 3 and run[0].slug.startswith("Recital") and len(run) < len(nodes)
        size = len(run) if recitals and len(run) <= _MOST else _GROUP
        if recitals or len(run) > _MOST:
            made += [_group(run[i : i + size]) for i in range(0, len(run), size)]
        else:
            made += run
    for node in made:
        if not node.id.startswith("g"):
            node.children = _grouped(node.children)
    return made


def _runs(nodes: list[Node]) -> Iterable[list[Node]]:
    """Siblings in runs, recitals apart from all others."""
    run: list[Node] = []
    for node in nodes:
        if run and run[-1].slug.startswith("Recital") != node.slug.startswith("Recital"):
            yield run
            run = []
        run.append(node)
    if run:
        yield run


def _group(nodes: list[Node]) -> Node:
    first, last = nodes[0], nodes[-1]
    name = f"{first.number or first.name} – {last.number or last.name}"
    # Ids of provisions are hexadecimal: no group has the id of one.
    return Node(f"g{first.id}", first.slug, name, "", first.start, last.end, nodes)


def _open(nodes: list[Node], at: int) -> None:
    """Expand what encloses the place. The innermost entry becomes the current one."""
    for node in reversed(nodes):
        if node.start <= at < max(node.end, node.start + 1):
            node.expanded = True
            _open(node.children, at)
            if node.id.startswith("g"):
                return
            node.current = not any(child.current or child.expanded for child in node.children)
            return
