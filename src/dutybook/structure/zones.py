"""The zone of a provision by its words: definitions, amendments, annexes."""

from __future__ import annotations

import re

from dutybook.languages import LanguagePack
from dutybook.records import Zone

# As much of a stem's end as says what follows.
_STEM = 400
_LAST = 300
# Where the sentence that announces new text may begin: after a word that is no abbreviation.
_LAST_SENTENCE = re.compile(r"(?<=[^\W\d_]{5})\.\s+(?=[^\W\d_a-zß-öø-ÿ])")
# What new text stands behind; a dash in British acts.
_ANNOUNCES = (":", "—")
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
    if paragraph.rstrip().endswith(_ANNOUNCES):
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
