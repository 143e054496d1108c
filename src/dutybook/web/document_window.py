"""The part of a document that a page shows, with the findings next to their places, and its provisions as a tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from markupsafe import Markup, escape

from dutybook.records.findings import Doubt
from dutybook.store import Register
from dutybook.store.documents.view import (
    PAGES,
    TEXT,
    MarkedNorm,
    MarkedRejection,
    PlaceRow,
    SheetRow,
    norms_in,
    rejections_in,
    stretch,
)

#: Pages of a window, characters of one, the longest piece that stands together, and the notes after which no further page is begun.
SHEETS, CHARACTERS, PIECE, NOTES = 5, 7_000, 3_000, 30
REJECTED = "rejected"
_HEADED = frozenset({"annex", "article", "chapter", "heading", "part", "section", "title"})
_QUOTED = 180


@dataclass(frozen=True, slots=True)
class Note:
    """A note in the margin: a norm or (``kind`` REJECTED) a candidate, ``top`` points below the top of its page."""

    id: str
    kind: str
    place: str
    text: str
    bearer: str = ""
    strength: str = ""
    due: str = ""
    dismissed: bool = False
    top: float = 0.0
    doubts: Mapping[str, Doubt] = field(default_factory=dict)
    quoted: bool = False
    legal_status: str | None = None


@dataclass(frozen=True, slots=True)
class MarkedBox:
    """A rectangle on a page in points. It belongs to the note with this id."""

    note: str
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Leaf:
    """A page with its boxes and notes; ``anchors`` are the places that begin on it."""

    sheet: SheetRow
    boxes: list[MarkedBox] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Piece:
    """The text of a provision up to the next one: ``head`` is its heading, ``body`` the rest with findings marked."""

    anchor: str
    kind: str
    head: str
    body: Markup
    notes: list[Note]


def build_leaves(
    register: Register,
    document: str,
    sheets: Sequence[SheetRow],
    places: Sequence[PlaceRow],
    first: int,
    chosen: Sequence[str],
    *,
    rejected: bool,
) -> list[Leaf]:
    """The pages of a window, with the findings on each.

    Args:
        register: the register.
        document: the document's full id.
        sheets: all its pages, in their order.
        places: all its provisions.
        first: the number of the first page; as many follow as fit.
        chosen: modalities whose norms are marked; all if there are none.
        rejected: whether rejected candidates are marked, too.
    """
    window = [sheet for sheet in sheets if first <= sheet.number < first + SHEETS]
    if not window:
        return []
    last = window[-1].number
    # A norm that runs over the end of a page has a box on the next one, but its note is where it begins.
    found = norms_in(register, document, PAGES, first - 1, last, chosen)
    gone = rejections_in(register, document, PAGES, first - 1, last) if rejected else []
    made = {sheet.number: Leaf(sheet) for sheet in window}
    every: list[MarkedNorm | MarkedRejection] = [*found, *gone]
    for row in every:
        note = _note(row)
        for box in row.boxes:
            leaf = made.get(int(box["page"]))
            if leaf:
                width, height = box["x1"] - box["x0"], box["bottom"] - box["top"]
                leaf.boxes.append(MarkedBox(note.id, note.kind, box["x0"], box["top"], width, height))
        if row.page in made:
            made[row.page].notes.append(note)
    for place in places:
        if place.page in made and (anchor := make_slug(place.place)):
            made[place.page].anchors.append(anchor)
    visible: list[Leaf] = []
    seen: set[str] = set()
    for leaf in made.values():
        if visible and sum(len(s.notes) for s in visible) + len(leaf.notes) > NOTES:
            break
        leaf.notes.sort(key=lambda note: note.top)
        leaf.anchors = [a for a in dict.fromkeys(leaf.anchors) if a not in seen]
        seen.update(leaf.anchors)
        visible.append(leaf)
    return visible


def find_cuts(register: Register, document: str, places: Sequence[PlaceRow], length: int) -> list[int]:
    """The offsets at which the pieces of a text begin: at provisions, and inside provisions that are too long."""
    starts = sorted({0, *(p.start for p in places if 0 <= p.start < length)})
    made: list[int] = []
    for start, end in zip(starts, [*starts[1:], length], strict=True):
        made.append(start)
        if end - start > PIECE:
            text = stretch(register, document, start, end)
            at = 0
            while len(text) - at > PIECE:
                cut = max(text.rfind("\n", at + 1, at + PIECE), 0) or max(text.rfind(" ", at + 1, at + PIECE), 0)
                at = cut + 1 if cut > at else at + PIECE
                made.append(start + at)
    return made


def find_window(starts: Sequence[int], length: int, at: int) -> tuple[int, int, int]:
    """Where the window with character ``at`` begins and ends, and where the one before begins (-1: there is none)."""
    first = max(bisect_right(starts, at) - 1, 0)
    begin = starts[first] if starts else 0
    end = next((s for s in starts[first + 1 :] if s - begin >= CHARACTERS), length)
    before = -1
    if first:
        before = next((s for s in starts[:first] if begin - s <= CHARACTERS), starts[first - 1])
    return begin, end, before


def build_pieces(
    register: Register,
    document: str,
    places: Sequence[PlaceRow],
    starts: Sequence[int],
    span: tuple[int, int],
    chosen: Sequence[str],
    *,
    rejected: bool,
) -> list[Piece]:
    """A range of the text in pieces that stand together, with the findings in each.

    Args:
        register: the register.
        document: the document's full id.
        places: all its provisions.
        starts: offsets at which pieces begin, ascending (:func:`find_cuts`).
        span: the first offset of the range, and the one behind its last.
        chosen: modalities whose norms are marked; all if there are none.
        rejected: whether rejected candidates are marked, too.
    """
    begin, end = span
    text = stretch(register, document, begin, end)
    found: list[MarkedNorm | MarkedRejection] = [*norms_in(register, document, TEXT, begin, end, chosen)]
    if rejected:
        found += rejections_in(register, document, TEXT, begin, end)
    found.sort(key=lambda row: (row.start, -row.end))
    # Of provisions that begin together the outermost one has the heading, the innermost one the place.
    outer: dict[int, PlaceRow] = {}
    inner: dict[int, PlaceRow] = {}
    for place in places:
        outer.setdefault(place.start, place)
        inner[place.start] = place
    here = [s for s in starts if begin <= s < end]
    if not here:
        return []
    made: list[Piece] = []
    seen: set[str] = set()
    for start, stop in zip(here, [*here[1:], end], strict=True):
        own = outer.get(start)
        words = text[start - begin : stop - begin]
        head = _head(own, words) if own else 0
        marks = [(row, max(row.start, start + head) - start - head, min(row.end, stop) - start - head) for row in found]
        anchor = make_slug(own.place) if own else ""
        kind = inner[start].kind if start in inner else "more"
        made.append(
            Piece(
                anchor if anchor not in seen else "",
                kind.replace(" ", "-"),
                words[:head].strip(),
                link_findings(words[head:].strip("\n"), marks, len(words[head:]) - len(words[head:].lstrip("\n"))),
                [_note(row) for row in found if start <= row.start < stop],
            )
        )
        seen.add(anchor)
    return made


def link_findings(text: str, marks: Iterable[tuple[MarkedNorm | MarkedRejection, int, int]], shift: int = 0) -> Markup:
    """``text`` in which findings link to their notes; of two findings at one place, the one that begins later."""
    inside = [(row, max(s - shift, 0), min(e - shift, len(text))) for row, s, e in marks]
    inside = [m for m in inside if m[1] < m[2]]
    bounds = sorted({0, len(text), *(b for _, s, e in inside for b in (s, e))})
    made: list[Markup] = []
    for start, end in pairwise(bounds):
        over = [row for row, s, e in inside if s <= start and end <= e]
        words = escape(text[start:end])
        if over:
            row = max(over, key=lambda r: (r.start, isinstance(r, MarkedNorm)))
            kind = row.modality if isinstance(row, MarkedNorm) else REJECTED
            words = Markup('<a class="found {}" href="#n-{}">{}</a>').format(kind, row.id, words)
        made.append(words)
    return Markup("").join(made)


def _head(place: PlaceRow, words: str) -> int:
    """How many characters of a piece are its heading: the lines down to the one with the name of the provision."""
    if place.kind not in _HEADED:
        return 0
    lines = words.split("\n")[:6]
    wanted = place.heading.strip()[:30]
    at = next((n for n, line in enumerate(lines) if wanted and wanted in line), 0)
    return min(sum(len(line) + 1 for line in lines[: at + 1]), len(words))


def _note(row: MarkedNorm | MarkedRejection) -> Note:
    top = min((box["top"] for box in row.boxes if box["page"] == row.page), default=0.0)
    text = " ".join(row.quote.split())
    text = text if len(text) <= _QUOTED else text[:_QUOTED].rsplit(" ", 1)[0] + " …"
    if isinstance(row, MarkedNorm):
        doubts = {doubt.field: doubt for doubt in row.doubts}
        return Note(
            *(row.id, row.modality, row.place, text, row.bearer, row.strength, row.due, row.dismissed, top),
            doubts,
            row.quoted,
            row.legal_status,
        )
    return Note(row.id, REJECTED, row.place, text, bearer=row.reason, top=top)


#: Of these a reader looks for no entry: they have no name, or nobody cites them.
_UNNAMED = frozenset({"contents", "footnote", "indent", "preamble", "signature", "subparagraph", "text"})
#: Sections with a name of their own; others are called by their number.
_TITLED = frozenset({"annex", "article", "chapter", "heading", "part", "recital", "section", "title", "margin number"})
#: The most siblings that are listed one by one. More of them are put into groups.
_MOST, _GROUP = 80, 50
_LONGEST_NAME = 90


@dataclass(slots=True)
class Node:
    """An entry of the tree; ``slug`` is its place as in addresses, ``expanded`` says whether ``children`` are drawn.

    A group of siblings has the ``number`` of its first one and is ``until`` that of its last.
    """

    id: str
    slug: str
    number: str
    name: str
    start: int
    end: int
    children: list[Node] = field(default_factory=list)
    until: str = ""
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
    signing = _signatories(rows)
    nodes = {row.id: _node(row) for row in rows if row.id not in signing and _named(row)}
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


def _signatories(rows: Sequence[PlaceRow]) -> set[str]:
    """The ids of headings that are lines of the signature ("For the Council", "The President", a name): they follow one and hold nothing."""
    parents = {row.id: row.parent for row in rows}
    signed, found, holding = False, set[str](), set[str | None]()
    for row in rows:
        if row.kind == "signature":
            signed = True
        elif row.kind == "heading" and signed:
            found.add(row.id)
        else:
            signed = signed and row.kind in _UNNAMED
            above = row.parent
            while above is not None and above not in holding:
                holding.add(above)
                above = parents.get(above)
    return found - holding


def _named(row: PlaceRow) -> bool:
    return row.kind not in _UNNAMED and bool(row.number or row.heading) and bool(make_slug(row.place))


def _node(row: PlaceRow) -> Node:
    titled = row.kind in _TITLED
    number = "" if row.kind == "heading" else row.place if titled else f"({row.number})"
    return Node(row.id, make_slug(row.place), number, row.heading[:_LONGEST_NAME] if titled else "", row.start, row.end)


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
    since, until = first.number or first.name, last.number or last.name
    # Ids of provisions are hexadecimal: no group has the id of one.
    return Node(f"g{first.id}", first.slug, since, "", first.start, last.end, nodes, until)


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
