"""Counts sentences where the field cites them: ``§ 6 Abs. 1 Satz 3``, ``§ 8 Abs. 3 Satz 2 Nr. 1``.

A provision's place stays without the sentence; a sentence has its own place where its paragraph holds several.
A list and what continues it after its last item are one sentence with their stem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dutybook.languages import LanguagePack
from dutybook.records import Provision, ProvisionKind, Sentence, SentenceRole

_BELOW = frozenset({ProvisionKind.POINT, ProvisionKind.INDENT})


def with_places(
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
        replace(sentence, place=_place(sentence, number, holders, by_id, count, form))
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


def _place(
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
