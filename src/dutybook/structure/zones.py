"""Kinds of text by their words: the zone of a provision (definitions, amendments), and the genre of a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Genre, Layout, ProvisionKind, Zone
from dutybook.structure import headings

# As much of a stem's end as says what follows.
_STEM = 400
_LAST = 300
# Where the sentence that announces new text may begin: after a word that is no abbreviation.
_LAST_SENTENCE = re.compile(r"(?<=[^\W\d_]{5})\.\s+(?=[^\W\d_a-zß-öø-ÿ])")
# The new text in the same paragraph as what announces it.
_NEW_TEXT = re.compile(r":\s*[‘“«„»”\"']")


def of_article(title: str, around: Zone, pack: LanguagePack) -> Zone:
    """The zone of an article, by its title and the zone it stands in."""
    words = pack.structure
    folded = title.casefold()
    if around in {Zone.ANNEX, Zone.AMENDMENT}:
        return around
    if folded.startswith(words.definition_headings):
        return Zone.DEFINITION
    if folded.startswith(words.amendment_headings) or folded.endswith(words.amendment_endings):
        return Zone.AMENDMENT
    return Zone.ENACTING


def of_items(stem: str, around: Zone, pack: LanguagePack) -> Zone:
    """The zone of a list's items, by the stem before them and the zone the list stands in."""
    if around is not Zone.ENACTING:
        return around
    folded = stem[-_STEM:].casefold()
    if _says(folded, pack.structure.definition_stems):
        return Zone.DEFINITION
    if _says(folded, pack.structure.amendment_stems):
        return Zone.AMENDMENT
    return around


def amends(paragraph: str, pack: LanguagePack) -> bool:
    """Whether a paragraph announces new text for another act ("… is replaced by the following:")."""
    if paragraph.rstrip().endswith(":"):
        return _says(_LAST_SENTENCE.split(paragraph[-_LAST:])[-1].casefold(), pack.structure.amendment_stems)
    opening = _NEW_TEXT.search(paragraph)
    if opening is None:
        return False
    return _says(
        paragraph[max(opening.start() - _LAST, 0) : opening.start()].casefold(), pack.structure.amendment_stems
    )


def instructs(paragraph: str, pack: LanguagePack) -> bool:
    """Whether a paragraph says what happens to another act's text, near its beginning ("(3) Article 6 is deleted")."""
    words = pack.structure
    return _says(paragraph[:_LAST].casefold(), (*words.amendment_stems, *words.deletion_stems))


def _says(folded: str, stems: tuple[str, ...]) -> bool:
    """Whether a text holds one of the stems; an ``…`` in a stem stands for any words between its parts."""
    for stem in stems:
        first, gap, second = stem.partition(" … ")
        at = folded.find(first)
        if at >= 0 and (not gap or folded.find(second, at + len(first)) >= 0):
            return True
    return False


_NEWS_LENGTH = 20_000
_WORD = re.compile(r"\w+")
# "(EU) 2016/679", "(UE) n.º 575/2013" in every language of the Union.
_UNION = re.compile(
    r"\([A-ZÜΑ-ΩА-Я]{2,4}\)\s*(?:[^\W\d]{1,3}\.?[:º°]?\w?\s*)?\d{1,4}/\d{1,4}|\d{2,4}/\d{1,4}/[A-ZÜΑ-ΩА-Я]{2,4}\b"
)
# "1.", "2.3", "(4)" before the words of a paragraph
_NUMBERED = re.compile(r"\s*(?:\(?\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|§ ?\d{1,3})\s+\S")
# As much of a text's head as says what it is.
_HEAD = 800
_TITLE = 200
# A longer block is no heading; only its beginning may be one.
_LONGEST_HEADING = 300
_RUN_IN = 60
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
    words = pack.structure
    national = _holds_any(text[:_TITLE].casefold(), words.national_titles)
    counts = _count_openings(text, blocks, pack, national=national)
    if counts is None or meta.get("celex"):
        return Genre.EU_ACT
    folded = text.casefold()
    # A town's or a grand duchy's regulation says "this Regulation", too, but hardly speaks of the Union.
    if not national and _speaks_for_union(text, folded, counts["articles"], pack):
        return Genre.EU_ACT
    if counts["signs"] >= 2 or counts["articles"] >= 3 or _holds_any(folded[:_HEAD], words.statute_words):
        return Genre.STATUTE
    if len(text) < _NEWS_LENGTH and counts["margins"] == 0 and _is_dated(meta, pack):
        return Genre.NEWS
    if _is_programme(text, folded, pack):
        return Genre.OTHER
    # Paragraphs that count themselves are rules of somebody, dated news aside.
    ruling = counts["margins"] >= 3 or counts["numbered"] >= 3 or _holds_any(folded[:4000], words.guidance_words)
    return Genre.GUIDANCE if ruling or len(text) >= _NEWS_LENGTH / 2 else Genre.NEWS


def _count_openings(text: str, blocks: Sequence[Block], pack: LanguagePack, *, national: bool) -> Counter[str] | None:
    """How many blocks begin with an article's heading (``articles``), a section sign (``signs``), a number (``numbered``), a number from
    the margin (``margins``); None where an enacting formula of the Union stands in a text that is no ``national`` one."""
    patterns = headings.patterns(pack)
    counts: Counter[str] = Counter()
    for block in blocks:
        start, end = block.span.start, block.span.end
        counts["margins"] += patterns.margin.match(text, start) is not None
        if block.role in {BlockRole.FOOTNOTE, BlockRole.CONTENTS}:
            continue
        counts["numbered"] += _NUMBERED.match(text, start, end) is not None
        if end - start > _LONGEST_HEADING:
            found = headings.runs_in(text[start : start + _RUN_IN], pack)
        else:
            piece = text[start:end]
            if not national and headings.starts_with(piece, patterns.enacting):
                return None
            found = headings.article(piece, block, pack) or headings.runs_in(piece, pack)
        if found:
            counts["articles"] += not found.sign
            counts["signs"] += found.sign
    return counts


def _speaks_for_union(text: str, folded: str, articles: int, pack: LanguagePack) -> bool:
    """Whether a text cites an act of the Union, and says "this Regulation" often enough to be one."""
    if not _UNION.search(text):
        return False
    own = sum(folded.count(words) for words in pack.structure.self_reference)
    return own >= 10 or (own >= 3 and articles >= 2)


def _is_dated(meta: dict[str, str], pack: LanguagePack) -> bool:
    """Whether the file says when it was published as news is: in no gazette, and not under a guidance's title."""
    if not meta.get("published") or meta.get("gazette"):
        return False
    return not meta.get("title", "").casefold().startswith(pack.structure.guidance_words)


def _is_programme(text: str, folded: str, pack: LanguagePack) -> bool:
    """Whether a text often says what its author plans ("we will")."""
    phrases = sum(folded.count(words) for words in pack.structure.programme_phrases)
    return phrases >= 3 and 1000 * phrases / max(len(_WORD.findall(text)), 1) > _PROGRAMME_RATE


def _holds_any(folded: str, words: Sequence[str]) -> bool:
    return any(word in folded for word in words)
