"""Decides what kind of text a document is: an EU act, a statute, guidance, news, or something else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Genre, Layout, ProvisionKind
from dutybook.structure import headings, headingwords

_NEWS_LENGTH = 20_000
# Numbered points ("2.3 The buyer …") that a text of rules has and a report has not.
_POINT = re.compile(r"\d{1,2}\.\d{1,2}\.?\s+[^\W\d_]")
_POINTS = 5
_WORD = re.compile(r"\w+")
# "(EU) 2016/679", "(UE) n.º 575/2013" in every language of the Union.
_UNION = re.compile(
    r"\([A-ZÜΑ-ΩА-Я]{2,4}\)\s*(?:[^\W\d]{1,3}\.?[:º°]?\w?\s*)?\d{1,4}/\d{1,4}|\d{2,4}/\d{1,4}/[A-ZÜΑ-ΩА-Я]{2,4}\b"
)
# Programme phrases a thousand words from which on a text speaks for its author and not for the law.
_PROGRAMME_RATE = 1.5


def genre_of(layout: Layout, pack: LanguagePack) -> Genre:
    """The genre, from formulas, numbered headings, length and what the file says of itself."""
    found = _of_words(layout.text, layout.blocks, pack, layout.meta)
    # What a national collection of laws holds is an act of that state, or a circular if it has no articles.
    national = layout.meta.get("jurisdiction", "EU") != "EU"
    if not any(element.kind is ProvisionKind.ARTICLE for element in layout.outline):
        if not national or found is Genre.STATUTE:
            return found
        return Genre.GUIDANCE if layout.outline else Genre.STATUTE
    # The format says that it is an act; whose act it is, its identifier says, or else its words.
    eli = layout.meta.get("eli", "")
    union = bool(layout.meta.get("celex")) or "europa.eu" in eli or (not eli and not national and found is Genre.EU_ACT)
    return Genre.EU_ACT if union else Genre.STATUTE


def _of_words(text: str, blocks: Sequence[Block], pack: LanguagePack, meta: dict[str, str]) -> Genre:
    patterns = headingwords.patterns(pack)
    articles = signs = margins = 0
    for block in blocks:
        if block.role in {BlockRole.FOOTNOTE, BlockRole.CONTENTS}:
            continue
        if len(block.span) > 300:
            run_in = headings.runs_in(text[block.span.start : block.span.start + 60], pack)
            if run_in:
                articles += not run_in.sign
                signs += run_in.sign
            continue
        piece = block.span.of(text)
        if headings.starts_with(piece, patterns.enacting):
            return Genre.EU_ACT
        found = headings.article(piece, block, pack) or headings.runs_in(piece, pack)
        if found:
            articles += not found.sign
            signs += found.sign
    margins = sum(bool(patterns.margin and patterns.margin.match(text, b.span.start)) for b in blocks)
    points = sum(_POINT.match(text, b.span.start) is not None for b in blocks)
    folded = text.casefold()
    own = sum(folded.count(w) for w in pack.structure.self_reference)
    # A town's or a grand duchy's regulation says "this Regulation", too, but hardly speaks of the Union.
    union = _UNION.search(text) is not None
    if meta.get("celex") or (union and ((articles >= 2 and own >= 3) or own >= 10)):
        return Genre.EU_ACT
    if signs >= 2 or articles >= 3:
        return Genre.STATUTE
    titled = meta.get("title", "").casefold().startswith(pack.structure.guidance_words)
    if len(text) < _NEWS_LENGTH and meta.get("published") and margins == 0 and not titled:
        return Genre.NEWS
    words = max(len(_WORD.findall(text)), 1)
    programme = sum(folded.count(w) for w in pack.structure.programme_phrases)
    if programme >= 3 and 1000 * programme / words > _PROGRAMME_RATE:
        return Genre.OTHER
    head = folded[:4000]
    if margins >= 3 or points >= _POINTS or any(w in head for w in pack.structure.guidance_words):
        return Genre.GUIDANCE
    return Genre.NEWS if len(text) < _NEWS_LENGTH / 2 else Genre.GUIDANCE
