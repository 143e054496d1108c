"""Writes a tree as Akoma Ntoso, the format in which a version that was made is read, kept and given to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from dutybook.records import ProvisionKind
from dutybook.records.trees import Node


@dataclass(frozen=True, slots=True)
class Heading:
    """What a rendered version says of itself: ``day`` is its first one (ISO 8601), ``sources`` the acts that it was made from."""

    title: str
    language: str
    day: str
    sources: tuple[str, ...] = ()


_K = ProvisionKind
_ELEMENTS = {
    _K.TITLE: "title",
    _K.PART: "part",
    _K.CHAPTER: "chapter",
    _K.SECTION: "section",
    _K.SUBSECTION: "subsection",
    _K.ARTICLE: "article",
    _K.PARAGRAPH: "paragraph",
    _K.MARGIN_NUMBER: "paragraph",
    _K.POINT: "point",
    _K.INDENT: "indent",
    _K.ANNEX: "annex",
    _K.SUBPARAGRAPH: "alinea",
}
#: What is not part of the text that is amended: it says something of the version that it stood in.
_LEFT_OUT = frozenset({_K.CONTENTS, _K.FOOTNOTE, _K.SIGNATURE})


def render_akoma_ntoso(tree: Sequence[Node], heading: Heading) -> str:
    """The tree as a file; reading it gives the same provisions.

    Contents, footnotes and signatures are left out, and what stands before the enacting terms but for recitals.
    """
    body = "".join(_render(node) for node in _body(tree))
    recitals = "".join(_recital(node) for top in tree for node in top.walk() if node.kind is _K.RECITAL)
    sources = "".join(f"<source value={quoteattr(source)}/>" for source in heading.sources)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act name="act"><meta><identification source="#dutybook">'
        f'<FRBRExpression><FRBRdate date={quoteattr(heading.day)} name="consolidation"/>'
        f"<FRBRlanguage language={quoteattr(heading.language)}/></FRBRExpression></identification>"
        f'<proprietary source="#dutybook">{sources}</proprietary></meta>'
        f"<preface><longTitle><p><docTitle>{escape(heading.title)}</docTitle></p></longTitle></preface>"
        f"{f'<preamble><recitals>{recitals}</recitals></preamble>' if recitals else ''}<body>{body}</body></act></akomaNtoso>\n"
    )


def _body(nodes: Sequence[Node]) -> Iterator[Node]:
    """The provisions of the enacting terms and the annexes; headings that hold articles are passed through."""
    for node in nodes:
        if node.kind in (_K.HEADING, _K.TEXT, _K.PREAMBLE):
            yield from _body(node.children)
        elif node.kind in _ELEMENTS and node.kind is not _K.SUBPARAGRAPH:
            yield node


def _recital(node: Node) -> str:
    label, words = node.label or f"({node.number})", node.words
    return f"<recital><num>{escape(label)}</num><p>{escape(words)}</p></recital>"


def _render(node: Node) -> str:
    if node.kind in _LEFT_OUT:
        return ""
    name = _ELEMENTS.get(node.kind)
    inner = _parts(node)
    if name is None:
        return inner
    number = f"<num>{escape(node.label)}</num>" if node.label else ""
    title = f"<heading>{escape(node.heading)}</heading>" if node.heading else ""
    return f"<{name}>{number}{title}{inner}</{name}>"


def _parts(node: Node) -> str:
    """What stands in a provision; where its later subparagraphs have elements, the first one gets one, too."""
    counted = [i for i, p in enumerate(node.parts) if isinstance(p, Node) and p.kind is _K.SUBPARAGRAPH]
    made = [_render(p) if isinstance(p, Node) else f"<content><p>{escape(p)}</p></content>" for p in node.parts]
    if not counted or counted[0] == 0:
        return "".join(made)
    first = "".join(made[: counted[0]])
    return f"<alinea>{first}</alinea>" + "".join(made[counted[0] :])
