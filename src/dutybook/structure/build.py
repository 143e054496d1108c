"""The structure stage: a layout in, provisions and sentences out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import overload

from dutybook.languages import LanguagePack, available, load
from dutybook.languages.letters import latin
from dutybook.languages.sections import SectionPlaces
from dutybook.memory import give_back, no_collection
from dutybook.records import (
    Block,
    BlockRole,
    Layout,
    Provision,
    ProvisionKind,
    Sentence,
    SentenceRole,
    Span,
    Structure,
    Zone,
    content_id,
)
from dutybook.structure.genre import classify_document
from dutybook.structure.language import forget, languages_of
from dutybook.structure.markers import Node, Run, Style
from dutybook.structure.quotations import cut_closing_mark
from dutybook.structure.splitting import split_blocks, split_sentences
from dutybook.structure.stated import StatedTree
from dutybook.structure.titles import find_title
from dutybook.structure.tree import GuessedTree

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
    counters: Counter[tuple[ProvisionKind, int]] = Counter()
    sections = Counter(n.number for n in nodes if n.kind is ProvisionKind.ARTICLE and n.sign and not n.quoted)
    for node in nodes:
        # Paragraphs of new text are counted below what announces them.
        counted = (node.kind, id(_announcing(node)) if node.quoted else 0)
        counters[counted] += 1
        holder = _holder_of_article(node, sections, pack) if node.kind is ProvisionKind.ARTICLE else node.parent
        if node.quoted:
            found[id(node)] = _quoted(node, holder, found, counters[counted], pack, forms)
        else:
            above = found[id(holder)] if holder is not None else ""
            found[id(node)] = _place_of_node(node, above, counters[counted], pack, forms)
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
    outer = _announcing(node)
    announcing = found[id(outer)] if outer is not None else ""
    inside = holder is not None and holder.quoted
    above = found[id(holder)][len(announcing) :].strip(" “”") if inside and holder is not None else ""
    return f"{announcing} “{_place_of_node(node, above, count, pack, forms)}”".strip()


def _announcing(node: Node) -> Node | None:
    """The amending act's own provision around new text."""
    outer: Node | None = node
    while outer is not None and outer.quoted:
        outer = outer.parent
    return outer


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


_FALLBACK = "en"
_LARGE = 500_000
"""Characters of a text whose words, asked for their language, are worth giving back what they took."""


def build_structure(layout: Layout, document_id: str, language: str | None = None) -> Structure:
    """The provisions and sentences of a layout.

    ``document_id`` goes into the provisions' identifiers; ``language`` (ISO 639-1) overrides the identified one.
    """
    with no_collection():
        return _built(layout, document_id, language, relax=give_back if len(layout.text) > _LARGE else lambda: None)


def _built(layout: Layout, document_id: str, language: str | None, relax: Callable[[], None]) -> Structure:
    text, blocks = layout.text, layout.blocks
    if language is None:
        main, of_blocks = languages_of(_Pieces(text, blocks), layout.meta.get("language"))
    else:
        main, of_blocks = language, [language] * len(blocks)
    if len(text) > _LARGE:
        forget()
    relax()
    pack = pack_for(main)
    kind = classify_document(layout, pack, main)
    family = kind.family
    if layout.outline:
        tree = StatedTree(layout, pack).build()
    else:
        tree = GuessedTree(text, split_blocks(text, blocks, pack), pack, family).build()
    nodes, runs = tree.nodes, tree.runs
    del tree
    relax()
    title = find_title(layout, pack, main, family)
    provisions, ids = _provisions(nodes, pack, text, document_id)
    for node in nodes:
        node.runs.clear()
    relax()
    sentences = add_sentence_places(_sentences(text, runs, ids, blocks, of_blocks), provisions, text, pack)
    return Structure(family, main, title, provisions, tuple(sentences), kind.genre, kind.probability)


class _Pieces(Sequence[str]):
    """The texts of blocks, each made when it is asked for: together they are the whole text once more."""

    def __init__(self, text: str, blocks: Sequence[Block]) -> None:
        self._text, self._blocks = text, blocks

    def __len__(self) -> int:
        return len(self._blocks)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...
    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return _Pieces(self._text, self._blocks[at])
        return self._blocks[at].span.of(self._text)

    def __iter__(self) -> Iterator[str]:
        text = self._text
        return (text[block.span.start : block.span.end] for block in self._blocks)


def pack_for(code: str) -> LanguagePack:
    """The pack of a language, or the English one for its punctuation and numbers where there is none."""
    return load(code if code in available() else _FALLBACK)


def _provisions(
    nodes: list[Node], pack: LanguagePack, text: str, document_id: str
) -> tuple[tuple[Provision, ...], dict[int, str]]:
    named = name_places(nodes, pack, forms_of(text, pack))
    ids: dict[int, str] = {}
    used: dict[str, int] = {}
    made = []
    for node in nodes:
        place = named[id(node)]
        used[place] = used.get(place, 0) + 1
        ids[id(node)] = content_id(document_id, place, used[place])
        parent = ids[id(node.parent)] if node.parent is not None else None
        span = Span(node.start, max(node.end, node.start))
        about = (ids[id(node)], parent, node.kind, node.number, node.heading, span, place, node.zone)
        made.append(Provision(*about, quoted=node.quoted))
    return tuple(made), ids


def _sentences(
    text: str, runs: list[Run], ids: dict[int, str], blocks: Sequence[Block], languages: Sequence[str]
) -> list[Sentence]:
    """The sentences of runs, which are let go of one after the other; ``languages`` are those of the blocks."""
    made: list[Sentence] = []
    stems: dict[int, int] = {}
    cursor = 0
    runs.reverse()
    while runs:
        run = runs.pop()
        while cursor + 1 < len(blocks) and blocks[cursor + 1].span.start <= run.span.start:
            cursor += 1
        code = languages[cursor] if languages else _FALLBACK
        pieces = split_sentences(text, run.span, pack_for(code)) if run.role is not BlockRole.HEADING else [run.span]
        stem = stems.get(id(run.stem)) if run.stem is not None else None
        set_apart = run.zone is Zone.PROSE or run.node.quoted
        zone = Zone.HEADING if run.role is BlockRole.HEADING and set_apart else run.zone
        heading = _heading_of(run.node)
        if run.node.quoted:
            pieces = [cut_closing_mark(text, span) for span in pieces]
        for number, span in enumerate(pieces):
            holder = stem if number == 0 else None
            role = SentenceRole.SENTENCE
            if run.has_items and number == len(pieces) - 1:
                role = SentenceRole.STEM
                stems[id(run)] = len(made)
            elif holder is not None:
                role = SentenceRole.TAIL if run.tail else SentenceRole.ITEM
            opens = number == 0 and not run.tail
            about = (span, ids[id(run.node)], zone, code, role, holder, run.depth, opens, heading)
            made.append(Sentence(*about, quoted=run.node.quoted))
    return made


def _heading_of(node: Node) -> str:
    """The nearest heading above; that of an amending article says nothing of the new text that it quotes."""
    here: Node | None = node
    while here is not None and here.quoted == node.quoted:
        if here.heading:
            return here.heading
        here = here.parent
    return ""
