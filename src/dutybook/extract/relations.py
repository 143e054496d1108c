"""Finds what an act does to others (amends, repeals, corrects, implements, transposes), in its title and enacting terms.

It prefers precision: a relation needs words that express it next to an act whose number or name is clear. Only
joining words and other acts may be in between ("Regulation A and Directives B and C"); an act that did something
itself ("as amended by Regulation D") ends the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from dutybook.document_view import DocumentView
from dutybook.extract.citations import find_citations_in_line
from dutybook.languages import LanguagePack
from dutybook.languages.eu_acts import numbered_acts
from dutybook.languages.relations import RelationWords, relation_words
from dutybook.records import Relation, RelationKind, Sentence, Span, Zone, content_id

#: So much may stand between two acts of one list, and between the words and the first act.
_GAP = 90
_NEAR = 50
_LONGEST = 600
#: The act, or the verb of languages that put it first, begins a sentence that is about it.
_SUBJECT, _VERB = 26, 2
_SPEAKING = frozenset({Zone.ENACTING, Zone.AMENDMENT})


@dataclass(frozen=True, slots=True)
class Subject:
    """The act whose text it is: its work, whether it is one of the Union, and the act that it corrects, if it does."""

    work: str
    union: bool
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class _Act:
    """An act named in a line, half-open, and the provision of it, if one is named with it."""

    start: int
    end: int
    work: str
    place: str | None


def find_relations(
    view: DocumentView, own: Subject, title: Sequence[Span] = (), above: Sequence[Span] = ()
) -> tuple[Relation, ...]:
    """The relations of a document, each kind and act once, in text order.

    Args:
        view: the document; its title is in its main language.
        own: the document's own work.
        title: spans of the title's lines, in order.
        above: lines above the title of a consolidated text: the acts that changed it, each in a line of its own.
    """
    found: dict[tuple[RelationKind, str, str], Relation] = {}

    def add(kind: RelationKind, related: str, place: str, span: Span, by: str = "") -> None:
        work = by or own.work
        if related != work and (kind, work, related) not in found:
            identity = content_id("relation", view.document_id, kind, work, related)
            found[kind, work, related] = Relation(identity, kind, work, related, place, span)

    for span in above:
        acts = _acts(" ".join(span.of(view.text)[:_LONGEST].split()), view.pack_for(view.language))
        if acts and acts[0].start == 0 and acts[0].work and not acts[0].place:
            add(RelationKind.AMENDS, own.work, "", span, by=acts[0].work)

    if title:
        whole = Span(title[0].start, title[-1].end)
        if own.corrects:
            add(RelationKind.CORRECTS, own.corrects, "", whole)
        else:
            for kind, related in _of_title(view, whole, own):
                add(kind, related, "", whole)
    if not own.corrects:
        for kind, related, sentence in _of_sentences(view, own):
            add(kind, related, view.places.get(sentence.provision, ""), sentence.span)
    return tuple(found.values())


def _of_title(view: DocumentView, whole: Span, own: Subject) -> Iterator[tuple[RelationKind, str]]:
    words = relation_words(view.language)
    if words is None:
        return
    line = " ".join(whole.of(view.text).split())
    acts = _acts(line, view.pack_for(view.language))
    cues = sorted(
        (match.start(), match.end(), kind)
        for kind, pattern in _patterns(view.language, "title").items()
        for match in pattern.finditer(line)
        if kind is not RelationKind.TRANSPOSES or not own.union
    )
    ends, starts = [0, *(end for _, end, _ in cues)], [*(start for start, _, _ in cues[1:]), len(line)]
    for (start, end, kind), earlier, later in zip(cues, ends, starts, strict=False):
        near = _near_cue(acts, (earlier, start), (start, end, later), after=words.after)
        if not words.after and near and near[0].work == own.work:
            continue  # "Commission Implementing Regulation (EU) …" itself
        at = start if words.after else min(end, near[0].start) if near else end
        for act in _joined(line, near, at, words):
            # Parts of an act are not repealed acts.
            made = RelationKind.AMENDS if act.place and kind is RelationKind.REPEALS else kind
            if made is not RelationKind.TRANSPOSES or act.work[5:6] == "L":
                yield made, act.work


def _near_cue(
    acts: Sequence[_Act], before: tuple[int, int], behind: tuple[int, int, int], *, after: bool
) -> list[_Act]:
    """The acts that a cue may be about, the nearest first: those before it where it comes ``after`` them, else those behind."""
    if after:
        return [act for act in reversed(acts) if before[0] <= act.start and act.end <= before[1]]
    start, end, later = behind
    # "implementing Regulation (EU) …": the words may be read as part of the act's name.
    return [act for act in acts if act.start >= start and end < act.end <= later]


def _joined(line: str, acts: Sequence[_Act], at: int, words: RelationWords) -> Iterator[_Act]:
    """The acts from ``at`` on (or back) that are joined to each other."""
    near = _NEAR
    for act in acts:
        gap = line[at : act.start] if act.start >= at else line[act.end : at]
        if len(gap) > near or _by(words).search(gap):
            return
        yield act
        at = act.end if act.start >= at else act.start
        near = _GAP


def _of_sentences(view: DocumentView, own: Subject) -> Iterator[tuple[RelationKind, str, Sentence]]:
    for sentence in view.sentences:
        words = relation_words(sentence.language)
        if words is None or sentence.zone not in _SPEAKING or len(sentence.span) > _LONGEST:
            continue
        if "“" in view.places.get(sentence.provision, ""):
            continue  # new text of the act that is amended
        line = " ".join(sentence.span.of(view.text).split())
        for kind, pattern in _patterns(sentence.language, "enacting").items():
            cue = pattern.search(line)
            if cue is None or (kind is RelationKind.TRANSPOSES and own.union):
                continue
            acts = _acts(line, view.pack_of(sentence))
            for act in _subjects(line, acts, cue.start(), cue.end(), kind, words):
                part = kind is RelationKind.REPEALS and act.place
                yield (RelationKind.AMENDS if part else kind), act.work, sentence


def _subjects(
    line: str, acts: Sequence[_Act], start: int, end: int, kind: RelationKind, words: RelationWords
) -> Iterator[_Act]:
    """The acts that the words are about: the first ones of the sentence, which form one list."""
    if kind is RelationKind.TRANSPOSES:
        yield from (a for a in _joined(line, [a for a in acts if a.start >= end], end, words) if a.work[5:6] == "L")
        return
    before = [a for a in acts if a.end <= start]
    if before and before[0].start <= _SUBJECT:
        # Where the verb comes last, the act that it is about stands next to it.
        order = before[::-1] if words.after else before
        yield from _joined(line, order, order[0].end if words.after else order[0].start, words)
    elif not before and start <= _VERB:
        yield from _joined(line, [a for a in acts if a.start >= end], end, words)


def _acts(line: str, pack: LanguagePack) -> list[_Act]:
    """The acts that a line names, in text order, with the provision that it names of each."""
    if not pack.citations.act_kinds:
        # Where citations are not known, numbers are.
        return [_Act(a.start, a.end, a.celex, None) for a in numbered_acts(line, pack)]
    found = find_citations_in_line(line, pack)
    return [_Act(c.span.start, c.span.end, c.work, c.place) for c in found if c.work]


@cache
def _patterns(language: str, where: str) -> dict[RelationKind, re.Pattern[str]]:
    """The words of each kind of relation in a ``title`` or in ``enacting`` terms."""
    words = relation_words(language)
    sources = {kind: getattr(getattr(words, kind.value, None), where, ()) for kind in RelationKind}
    return {
        kind: re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE)
        for kind, parts in sources.items()
        if parts
    }


@cache
def _by(words: RelationWords) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words.by)})" if words.by else "(?!)", re.IGNORECASE)
