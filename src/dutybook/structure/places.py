"""Names places as the field cites them: ``Art 5(2)(a)``, ``§ 30 Abs. 2 Nr. 3``, ``Annex III(1)``, ``Recital 5``.

The first subparagraph has the place of its paragraph, ``Art 5(1)``; later ones are ``Art 5(1) subpara 2``, and a point
there ``Art 5(1) subpara 2(a)``. Unnumbered paragraphs of an article are counted the same way, ``Art 12 subpara 2``. New
text for another act stands in quotation marks behind what announces it: ``Art 2(1)(b) “Art 19a(1)”``. Letters are
those of the Latin alphabet in every language (``γ`` and ``в`` are ``c``), so that one place has one name.

A provision's place stays without the sentence; a sentence has its own place where its paragraph holds several.
A list and what continues it after its last item are one sentence with their stem.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from dutybook.languages import LanguagePack
from dutybook.languages.letters import latin
from dutybook.languages.sections.structure import SectionPlaces
from dutybook.records import Provision, ProvisionKind, Sentence, SentenceRole
from dutybook.structure.markers import Style
from dutybook.structure.tree_nodes import Node

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


def forms_of(text: str, pack: LanguagePack) -> SectionPlaces:
    """How an act cites what lies below a ``§``: Austria says "Z 3 lit. a" where Germany says "Nr. 3 Buchst. a"."""
    for variant in pack.structure.section_variants:
        own, other = (len(_cited(words).findall(text)) for words in (variant.words, variant.against))
        if own > other:
            return variant
    return pack.structure.section_places


@cache
def _cited(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\s(?:\d|[a-z]\b)")


def name_places(nodes: list[Node], pack: LanguagePack, forms: SectionPlaces | None = None) -> dict[int, str]:
    """The place of every node, by ``id(node)``; parents come before their children. ``forms``: below a ``§``."""
    forms = forms or pack.structure.section_places
    found: dict[int, str] = {}
    counters: Counter[ProvisionKind] = Counter()
    sections = Counter(n.number for n in nodes if n.kind is ProvisionKind.ARTICLE and n.sign and not n.quoted)
    for node in nodes:
        counters[node.kind] += 1
        holder = _holder_of_article(node, sections, pack) if node.kind is ProvisionKind.ARTICLE else node.parent
        if node.quoted:
            found[id(node)] = _quoted(node, holder, found, counters[node.kind], pack, forms)
        else:
            above = found[id(holder)] if holder is not None else ""
            found[id(node)] = _place_of_node(node, above, counters[node.kind], pack, forms)
    return found


def _holder_of_article(node: Node, sections: Counter[str], pack: LanguagePack) -> Node | None:
    """What an article is cited with: its annex (a convention, a code), whatever divisions lie between, or its chapter.

    ``sections`` counts the numbers of the act's sections.
    """
    # A handbook's rule ("SYSC 15A.2.1R") is cited without the instrument's annex that makes it.
    annex = None if node.label and "." in node.number else _annex_of(node)
    # A format that states how a section is cited ("2 kap. §") names its chapter itself.
    if annex is None and pack.structure.sign_last and node.sign and not node.label and sections[node.number] > 1:
        return _chapter_of(node)
    return annex


def _quoted(
    node: Node, holder: Node | None, found: dict[int, str], count: int, pack: LanguagePack, forms: SectionPlaces
) -> str:
    """A place inside a quotation: what announces it, then the place in the other act."""
    outer: Node | None = node
    while outer is not None and outer.quoted:
        outer = outer.parent
    announcing = found[id(outer)] if outer is not None else ""
    inside = holder is not None and holder.quoted
    above = found[id(holder)][len(announcing) :].strip(" “”") if inside and holder is not None else ""
    return f"{announcing} “{_place_of_node(node, above, count, pack, forms)}”".strip()


def _annex_of(node: Node) -> Node | None:
    above = node.parent
    while above is not None and (above.kind is not ProvisionKind.ANNEX or above.quoted < node.quoted):
        above = above.parent
    return above


def _chapter_of(node: Node) -> Node | None:
    """The chapter that counts its sections anew ("2 kap. 4 §")."""
    above = node.parent
    while above is not None and above.kind is not ProvisionKind.CHAPTER:
        above = above.parent
    return above


def _place_of_node(node: Node, above: str, count: int, pack: LanguagePack, forms: SectionPlaces) -> str:
    """The place of a node below the place ``above``; ``count`` is its number among those of its kind in the document."""
    kind = node.kind
    if kind is ProvisionKind.ARTICLE:
        return f"{above} {_name_of_article(node)}".strip()
    if kind is ProvisionKind.TEXT:
        return f"¶ {count}"
    if kind is ProvisionKind.MARGIN_NUMBER:
        words = pack.structure.margin_number or ("para",)
        return node.number if node.dotted else f"{words[0]} {node.number}"
    if kind is ProvisionKind.HEADING:
        own = node.number or node.heading[:60] or "Preamble"
    elif kind in _LABELS:
        number = node.number or (str(count) if kind is ProvisionKind.FOOTNOTE else "")
        own = f"{node.label or _LABELS[kind]} {number}".strip()
    else:
        return above + _below(node, forms)
    # "Annex I Part A": the parts of an annex are counted anew in each.
    return f"{above} {own}" if above.startswith("Annex") and kind is not ProvisionKind.ANNEX else own


def _name_of_article(node: Node) -> str:
    own = f"{node.label or ('§' if node.sign else 'Art')} {latin(node.number)}"
    return f"§{own}" if node.sign and "–" in node.number else own


def _below(node: Node, forms: SectionPlaces) -> str:
    if node.kind is ProvisionKind.INDENT:
        return f" indent {node.number}"
    if node.kind is ProvisionKind.SUBPARAGRAPH:
        return "" if node.number in {"", "1"} else f" subpara {node.number}"
    if not node.sign:
        return f"({latin(node.number)})"
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


_BELOW = frozenset({ProvisionKind.POINT, ProvisionKind.INDENT})


def add_sentence_places(
    sentences: Sequence[Sentence], provisions: Sequence[Provision], text: str, pack: LanguagePack
) -> list[Sentence]:
    """The sentences, those of sections (``§``) with the place by which their own number cites them."""
    form = pack.structure.section_places.sentence
    if not form or not any(p.place.startswith("§") for p in provisions):
        return list(sentences)
    by_id = {p.id: p for p in provisions}
    holders = {p.id: _holder(p, by_id) for p in provisions}
    numbers: list[int] = []
    count: Counter[str] = Counter()
    for sentence in sentences:
        numbers.append(_number(sentence, numbers, holders, count, text))
    return [
        replace(sentence, place=_place_of_sentence(sentence, number, holders, by_id, count, form))
        if number and by_id[sentence.provision].place.startswith("§")
        else sentence
        for sentence, number in zip(sentences, numbers, strict=True)
    ]


def _holder(provision: Provision, by_id: dict[str, Provision]) -> str:
    """The paragraph (or the article without paragraphs) whose sentences are counted."""
    while provision.kind in _BELOW and provision.parent is not None:
        provision = by_id[provision.parent]
    return provision.id


def _number(sentence: Sentence, numbers: list[int], holders: dict[str, str], count: Counter[str], text: str) -> int:
    """The number in the paragraph; items and what continues a list have their stem's. Counts on the way."""
    holder = holders[sentence.provision]
    own = sentence.provision == holder
    continues = sentence.role is SentenceRole.TAIL and sentence.span.of(text)[:1].islower()
    if sentence.stem is not None and (not own or continues):
        return numbers[sentence.stem]
    if own:
        count[holder] += 1
    return count[holder]


def _place_of_sentence(
    sentence: Sentence,
    number: int,
    holders: dict[str, str],
    by_id: dict[str, Provision],
    count: Counter[str],
    form: str,
) -> str:
    holder = by_id[holders[sentence.provision]]
    place = by_id[sentence.provision].place
    if count[holder.id] < 2:
        return ""
    return f"{holder.place} {form.format(number)}{place[len(holder.place) :]}"
