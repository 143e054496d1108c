"""The blocks of a page of HTML with what its markup says of them, for the search for the article among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dutybook.layout.article.blocks import PageBlock, names_in
from dutybook.layout.drafts import Draft, DraftTable, squeeze
from dutybook.layout.html_main import PageWalker, letters_of
from dutybook.layout.html_walk import Reference, Style, Walker, paragraph_hint
from dutybook.layout.trees import Node
from dutybook.records import BlockRole, FurnitureKind

#: So many elements around a paragraph are asked for their names; those farther out are the page's own.
_AROUND = 8
_MIDDLE = 20


class ArticleWalker(PageWalker):
    """Walks all of a page, what calls itself navigation, too, and remembers the element of each draft."""

    def __init__(self, root: Node) -> None:
        super().__init__(root, keep_all=True)
        self.elements: dict[int, Node] = {}

    def style(self, element: Node, inherited: Style) -> Style:
        made = Walker.style(self, element, inherited)
        hint = paragraph_hint(element)
        return Style(inherited.role, inherited.level, hint) if made is inherited and hint else made

    def _paragraph(self, raw: str, references: list[Reference], style: Style, element: Node | None) -> None:
        before = len(self.drafts)
        super()._paragraph(raw, references, style, element)
        if element is not None:
            for draft in self.drafts[before:]:
                self.elements[id(draft)] = element


def page_blocks(walker: ArticleWalker, extracted: list[Draft]) -> list[PageBlock]:
    """A block for each draft of a walker; ``extracted`` are those that the extraction of main content took."""
    have = letters_of(" ".join(draft.text for draft in extracted))
    lines = {letters_of(draft.text) for draft in extracted}

    def is_picked(text: str) -> bool:
        letters = letters_of(text)
        if len(letters) < 3 * _MIDDLE:
            return letters in lines
        return letters[len(letters) // 2 - _MIDDLE : len(letters) // 2 + _MIDDLE] in have

    made = []
    for draft in walker.drafts:
        element = walker.elements.get(id(draft))
        made.append(
            PageBlock(
                draft.text,
                heading=draft.role is BlockRole.HEADING,
                linked=_linked(draft.text, element) if element is not None else 0.0,
                names=_names(element) if element is not None else (frozenset(), frozenset()),
                picked=is_picked(draft.text),
            )
        )
    return made


def _linked(text: str, element: Node) -> float:
    """The share of a paragraph's characters that are links."""
    around = next((a for a in element.iterancestors("a")), None) if element.tag != "a" else element
    if around is not None:
        return 1.0
    texts = {squeeze("".join(link.itertext())) for link in element.iter("a")}
    return min(sum(len(link) for link in texts if link and link in text) / max(len(text), 1), 1.0)


def _names(element: Node) -> tuple[frozenset[str], frozenset[str]]:
    """What an element is called, and what those around it are."""
    outer: set[str] = set()
    for count, around in enumerate(element.iterancestors()):
        if count >= _AROUND or around.tag in ("body", "html"):
            break
        outer |= _named(_words_of(around))
    return _named(_words_of(element)), frozenset(outer)


def _words_of(element: Node) -> str:
    return f"{element.tag} {element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"[:300]


@lru_cache(maxsize=20_000)
def _named(words: str) -> frozenset[str]:
    return names_in(words)


def walk_all(element: Node) -> ArticleWalker:
    """A walker that has walked all of an element."""
    walker = ArticleWalker(element)
    walker.walk(element)
    walker.flush()
    return walker


@dataclass(frozen=True, slots=True)
class Cut:
    """The drafts and tables of a page's article, and all other paragraphs as furniture."""

    drafts: list[Draft]
    tables: list[DraftTable]
    furniture: list[tuple[FurnitureKind, str]]


def kept_drafts(walker: ArticleWalker, kept: Sequence[bool]) -> Cut:
    """The drafts that are kept; a table of which any is kept stays whole."""
    wanted = {id(draft) for draft, keep in zip(walker.drafts, kept, strict=True) if keep}
    tables = []
    for table in walker.tables:
        inner = {id(draft) for row in table for cell in row for draft in cell}
        if inner & wanted:
            wanted |= inner
            tables.append(table)
    drafts = [draft for draft in walker.drafts if id(draft) in wanted]
    return Cut(drafts, tables, _as_furniture(draft for draft in walker.drafts if id(draft) not in wanted))


def left_out(walker: ArticleWalker, chosen: Sequence[Draft]) -> list[tuple[FurnitureKind, str]]:
    """The paragraphs of a page that are not among those chosen."""
    have = letters_of(" ".join(draft.text for draft in chosen))
    return _as_furniture(draft for draft in walker.drafts if letters_of(draft.text) not in have)


def _as_furniture(drafts: Iterable[Draft]) -> list[tuple[FurnitureKind, str]]:
    return [(FurnitureKind.BOILERPLATE, draft.text) for draft in drafts if draft.text]
