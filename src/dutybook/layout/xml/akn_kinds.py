"""What provision an element of Akoma Ntoso is, by its name, its number and what stands around it."""

from __future__ import annotations

from dutybook.layout.xml.counting import Positions
from dutybook.layout.xml.numbers import bare_number
from dutybook.layout.xml.tree import Node, attribute, child, children, local, plain
from dutybook.records import ProvisionKind

_K = ProvisionKind
# About the file, or no more in the act.
SILENT = frozenset({"meta", "del", "foreign"})
# Names that always mean the same.
KINDS = {
    "book": _K.PART,
    "tome": _K.PART,
    "part": _K.PART,
    "title": _K.TITLE,
    "subtitle": _K.SUBSECTION,
    "chapter": _K.CHAPTER,
    "subpart": _K.SECTION,
    "subchapter": _K.SECTION,
    "division": _K.SECTION,
    "subdivision": _K.SUBSECTION,
    "article": _K.ARTICLE,
    "regulation": _K.ARTICLE,
    "rule": _K.ARTICLE,
    "point": _K.POINT,
    "item": _K.POINT,
    "subparagraph": _K.POINT,
    "subclause": _K.POINT,
    "clause": _K.PARAGRAPH,
    "indent": _K.INDENT,
    "annex": _K.ANNEX,
    "schedule": _K.ANNEX,
    "appendix": _K.ANNEX,
    "attachment": _K.ANNEX,
    "crossheading": _K.HEADING,
    "transitional": _K.PARAGRAPH,
}
# These depend on what stands around them.
RELATIVE = frozenset({"section", "subsection", "paragraph", "alinea", "hcontainer", "level", "proviso"})
DIVISIONS = frozenset({_K.PART, _K.TITLE, _K.CHAPTER, _K.SECTION, _K.SUBSECTION, _K.ANNEX, _K.HEADING})
DASHES = frozenset("—–-−•·*▪●◦‒―")
_LONGEST_TITLE = 200
_UNNUMBERED = frozenset({"item", "point", "indent", "subparagraph", "clause", "subclause"})
_ITEMS = frozenset({"item", "point", "indent"})


def kind_of(
    node: Node, words: str, around: tuple[ProvisionKind, ...], positions: Positions, *, articles: bool, quoting: bool
) -> ProvisionKind | None:
    """The kind of a provision; None where an element is none: a wrapper, or an article's only, unnumbered paragraph.

    ``words`` are its number as printed, ``around`` the kinds of the provisions it stands in. ``articles``: the act has
    articles, so that its sections are divisions; ``quoting``: it is new text for another act.
    """
    name = local(node)
    if name == "hcontainer":
        name = attribute(node, "name").lower().replace("_", "").replace("-", "")
        if name not in KINDS and name not in RELATIVE:
            return _K.HEADING if child(node, "heading") is not None else _K.POINT if words else None
    if words in DASHES and name not in ("article", "section"):
        return _K.INDENT
    if name == "section":
        return _K.SECTION if articles and "§" not in words else _K.ARTICLE
    inside = _article_inside(around)
    if name == "subsection":
        if inside is None and not quoting:
            return _K.SUBSECTION
        return _K.PARAGRAPH if words or positions.count(node) > 1 else None
    if name in ("paragraph", "alinea"):
        if not bare_number(words):
            return _K.SUBPARAGRAPH if name == "alinea" and around and positions.of(node) > 1 else None
        return _K.POINT if _K.PARAGRAPH in (inside or around) else _K.PARAGRAPH
    if name in ("level", "proviso"):
        # The marginal titles of Swiss acts, and what stands behind their articles.
        return _K.HEADING if child(node, "heading") is not None else _K.POINT if words else None
    if name == "attachment":
        return _K.ANNEX if any(local(each) not in SILENT and plain(each) for each in children(node)) else None
    if name in _UNNUMBERED and not words:
        return _K.INDENT if name in _ITEMS else None
    return KINDS.get(name)


def _article_inside(kinds: tuple[ProvisionKind, ...]) -> tuple[ProvisionKind, ...] | None:
    """The open kinds from the innermost article or annex on; None outside of both."""
    for index in range(len(kinds) - 1, -1, -1):
        if kinds[index] in (_K.ARTICLE, _K.ANNEX):
            return kinds[index:]
    return None


def rubric_of(node: Node) -> Node | None:
    """An article's title that stands where its first paragraph should be (Normattiva): unnumbered, before numbered ones."""
    if local(node) != "article" or plain(child(node, "heading")):
        return None
    paragraphs = list(children(node, "paragraph"))
    if len(paragraphs) < 2 or plain(child(paragraphs[0], "num")) or not plain(child(paragraphs[1], "num")):
        return None
    text = plain(paragraphs[0])
    enclosed = text.startswith("(") and text.endswith((")", ")."))
    return paragraphs[0] if 0 < len(text) < _LONGEST_TITLE and (enclosed or text[-1] not in ".:;") else None
