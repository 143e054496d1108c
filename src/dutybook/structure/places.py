"""Names places as the field cites them: ``Art 5(2)(a)``, ``§ 30 Abs. 2 Nr. 3``, ``Annex III(1)``, ``Recital 5``."""

from __future__ import annotations

from dutybook.languages import LanguagePack
from dutybook.records import ProvisionKind
from dutybook.structure.markers import Style
from dutybook.structure.nodes import Node

_LABELS = {
    ProvisionKind.PART: "Part",
    ProvisionKind.TITLE: "Title",
    ProvisionKind.CHAPTER: "Chapter",
    ProvisionKind.SECTION: "Section",
    ProvisionKind.SUBSECTION: "Subsection",
    ProvisionKind.ANNEX: "Annex",
    ProvisionKind.RECITAL: "Recital",
    ProvisionKind.PREAMBLE: "Preamble",
    ProvisionKind.CONTENTS: "Contents",
    ProvisionKind.SIGNATURE: "Signature",
    ProvisionKind.FOOTNOTE: "Footnote",
}


def places(nodes: list[Node], pack: LanguagePack) -> dict[int, str]:
    """The place of every node, by ``id(node)``; parents come before their children."""
    found: dict[int, str] = {}
    counters: dict[ProvisionKind, int] = {}
    for node in nodes:
        counters[node.kind] = counters.get(node.kind, 0) + 1
        above = found[id(node.parent)] if node.parent is not None else ""
        found[id(node)] = _place(node, above, counters[node.kind], pack)
    return found


def _place(node: Node, above: str, count: int, pack: LanguagePack) -> str:
    kind = node.kind
    if kind is ProvisionKind.ARTICLE:
        own = f"{node.label or ('§' if node.sign else 'Art')} {node.number}"
        if node.sign and "–" in node.number:
            own = f"§{own}"
        # Articles inside an annex (a convention, a code) are cited with it.
        annex = node.parent is not None and above.startswith("Annex")
        return f"{above} {own}" if annex else own
    if kind is ProvisionKind.HEADING:
        own = node.number or node.heading[:60]
        return f"{above} {own}" if above.startswith("Annex") else own
    if kind is ProvisionKind.TEXT:
        return f"¶ {count}"
    if kind is ProvisionKind.MARGIN_NUMBER:
        if node.dotted:
            return node.number
        words = pack.structure.margin_number
        return f"{words[0] if words else 'para'} {node.number}"
    if kind in _LABELS:
        label = node.label or _LABELS[kind]
        number = node.number or (str(count) if kind is ProvisionKind.FOOTNOTE else "")
        return f"{label} {number}".strip()
    return above + _below(node, pack)


def _below(node: Node, pack: LanguagePack) -> str:
    if node.kind is ProvisionKind.INDENT:
        return f" indent {node.number}"
    if not node.sign:
        return f"({node.number})"
    forms = pack.structure.section_places
    form = {
        Style.ARABIC: forms.arabic,
        Style.LETTER: forms.letter,
        Style.DOUBLE: forms.double,
        Style.ROMAN: forms.roman,
    }.get(node.style or Style.ARABIC, "({})")
    if node.kind is ProvisionKind.PARAGRAPH:
        form = forms.paragraph
    text = form.format(node.number)
    return text if text.startswith("(") else " " + text
