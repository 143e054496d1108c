"""The structure stage: a layout in, provisions and sentences out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from dutybook.languages import LanguagePack, available, load
from dutybook.memory import give_back, no_collection
from dutybook.records import (
    Block,
    BlockRole,
    Genre,
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
from dutybook.structure import headings
from dutybook.structure.language import forget, languages_of
from dutybook.structure.places import add_sentence_places, forms_of, name_places
from dutybook.structure.splitting import split_blocks, split_sentences
from dutybook.structure.stated import build_stated
from dutybook.structure.tree import build_guessed
from dutybook.structure.tree_nodes import Node, Run
from dutybook.structure.zones import genre_of

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
    genre = genre_of(layout, pack)
    tree = (
        build_stated(layout, pack)
        if layout.outline
        else build_guessed(text, split_blocks(text, blocks, pack), pack, genre)
    )
    nodes, runs = tree.nodes, tree.runs
    del tree
    relax()
    title = title_of(layout, nodes, pack, genre)
    provisions, ids = _provisions(nodes, pack, text, document_id)
    for node in nodes:
        node.runs.clear()
    relax()
    sentences = add_sentence_places(_sentences(text, runs, ids, blocks, of_blocks), provisions, text, pack)
    return Structure(genre, main, title, provisions, tuple(sentences))


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
        made.append(Provision(ids[id(node)], parent, node.kind, node.number, node.heading, span, place, node.zone))
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
        zone = Zone.HEADING if run.role is BlockRole.HEADING and run.zone is Zone.PROSE else run.zone
        heading = _heading_of(run.node)
        for number, span in enumerate(pieces):
            holder = stem if number == 0 else None
            role = SentenceRole.SENTENCE
            if run.has_items and number == len(pieces) - 1:
                role = SentenceRole.STEM
                stems[id(run)] = len(made)
            elif holder is not None:
                role = SentenceRole.TAIL if run.tail else SentenceRole.ITEM
            opens = number == 0 and not run.tail
            made.append(Sentence(span, ids[id(run.node)], zone, code, role, holder, run.depth, opens, heading))
    return made


def _heading_of(node: Node) -> str:
    here: Node | None = node
    while here is not None:
        if here.heading:
            return here.heading
        here = here.parent
    return ""


_SPACES = re.compile(r"\s+")


def _is_act_title(text: str, pack: LanguagePack) -> bool:
    """An act's title, and not the heading of the journal's section ("REGULATIONS")."""
    if len(text) > 1500:
        return False
    words = (w for w in pack.structure.act_titles if text.startswith(w))
    return any(not text[len(w) : len(w) + 1].isalpha() or w.endswith("(E") for w in words)


def title_of(layout: Layout, nodes: list[Node], pack: LanguagePack, genre: Genre) -> str:
    """The document's title: an act's from its title block, else what the file says, else its first heading."""
    text, stated = layout.text, layout.meta.get("title", "")
    # A consolidated text names the acts that changed it first.
    certain = stated and (layout.outline or (layout.meta.get("celex") and _is_act_title(stated, pack)))
    title = _act_title(layout, pack) if genre is Genre.EU_ACT and not certain else ""
    if title or stated:
        return _SPACES.sub(" ", title or stated).strip()
    for node in nodes:
        if node.kind is ProvisionKind.HEADING and node.heading:
            return node.heading
    first = next((b.span.of(text) for b in layout.blocks), "")
    return _SPACES.sub(" ", first)[:200].strip()


def _act_title(layout: Layout, pack: LanguagePack) -> str:
    """The title of an act of the Union, of up to four blocks on its first page; empty where there is none."""
    text = layout.text
    for position, block in enumerate(layout.blocks[:40]):
        piece = block.span.of(text)
        if _is_act_title(piece, pack):
            parts = [piece]
            for following in layout.blocks[position + 1 : position + 4]:
                more = following.span.of(text)
                goes_on = more[:1].islower() and following.role is not BlockRole.FOOTNOTE and len(more) < 800
                if not goes_on or headings.starts_with(more, headings.patterns(pack).recitals):
                    break
                parts.append(more)
            return " ".join(parts)
    return ""
