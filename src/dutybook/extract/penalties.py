"""Finds penalties: sentences that state a fine, with its maximum amounts where they are stated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dutybook.document_view import DocumentView
from dutybook.extract.fine_amounts import MAX_GAP, NEAR, Stated, Surroundings, amount_reader, surroundings_of
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere
from dutybook.records import Amount, Evidence, Penalty, Sentence, Span, Zone, content_id

VERSION = "3"
SILENT = frozenset(
    {Zone.RECITAL, Zone.DEFINITION, Zone.FOOTNOTE, Zone.AMENDMENT, Zone.CONTENTS, Zone.PREAMBLE, Zone.TITLE}
    | {Zone.HEADING, Zone.SIGNATURE}
)
_IN_BRACKETS = re.compile(r"\s*\(\s*(?:[^\W\d]+\s+){0,2}")
"""Between an amount and the same in another currency."""
NO_AMOUNT = "no-amount"
"""What finds a fine, or an offence, whose amount is not stated."""
_UNSTATED = 0.7
"""The confidence of a fine whose amount is not stated."""
_OBJECT = re.compile(r"(?:[^,;:.]|(?<=\d)[.,](?=\d)){0,30}")
"""Between a verb and its object."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence with the words in it that speak of a fine."""

    text: str
    pack: LanguagePack
    reported: bool
    """Whether a fine is reported (news, guidance) and not laid down."""
    above: bool
    """Whether the stem of the list in which it stands names a fine."""
    cues: Sequence[re.Match[str]]
    weak_cues: Sequence[re.Match[str]]
    verbs: Sequence[re.Match[str]]

    @property
    def first_word(self) -> re.Match[str] | None:
        """The first noun or verb for a fine, clear ones before others."""
        return next(iter(self.cues or self.weak_cues or self.verbs), None)

    @property
    def speaks(self) -> bool:
        """Whether it, or the stem above it, speaks of a fine."""
        return self.first_word is not None or self.above

    def fines(self) -> tuple[Amount, ...]:
        """The amounts of fines, in text order, each once."""
        reader, around = amount_reader(self.pack), surroundings_of(self.pack.penalties)
        stated = reader.read(self.text)
        kept = self._select_fines(stated, around)
        if any(around.is_total(self.text, one) for one in kept) and reader.counts(self.text, stated):
            kept = [one for one in kept if not around.is_total(self.text, one)]
        if self.reported and self._verb_of_a_fine(self.pack.penalties.changed):
            kept = [one for one in stated if around.is_new(self.text, one)] or kept
        named = {one.amount.currency for one in stated if one.amount.currency}
        usual = named.pop() if len(named) == 1 else None
        amounts = (replace(one.amount, currency=usual) if one.is_bare else one.amount for one in kept)
        return tuple(dict.fromkeys(amounts))

    def _select_fines(self, stated: Sequence[Stated], around: Surroundings) -> list[Stated]:
        """The stated amounts that are fines; one in brackets that repeats the one before it goes with that."""
        kept: list[Stated] = []
        for number, one in enumerate(stated):
            last = stated[number - 1] if number else None
            repeats = last is not None and _IN_BRACKETS.fullmatch(self.text, last.end, one.start) is not None
            if self._is_fine(one, around) and (not repeats or last in kept):
                kept.append(one)
        return kept

    def _is_fine(self, one: Stated, around: Surroundings) -> bool:
        line = self.text
        if around.is_other(line, one):
            return False
        if around.follows_noun(line, one) or around.precedes_noun(line, one) or around.is_of_verb(line, one):
            return True
        if one.is_bare:
            return False
        if not self.cues and not self.above:
            return _is_near(one, self.weak_cues, NEAR)
        # Shareholdings have percentages, too.
        is_share = one.amount.percent is not None and one.amount.of != "turnover"
        return not is_share or _is_near(one, self.cues, MAX_GAP) or (not self.cues and one.start <= MAX_GAP)

    def threat(self) -> re.Match[str] | None:
        """What says, without an amount, that a breach or an offender is punished: an offence, or a verb (of a fine)."""
        words = self.pack.penalties
        if (offence := anywhere(words.offends).search(self.text)) is None:
            punishes = anywhere(words.punishes).search(self.text) or self._verb_of_a_fine(words.incurs)
            offence = punishes if anywhere(words.infringement + words.offender).search(self.text) else None
        return None if offence and anywhere(words.no_threat).search(self.text) else offence

    def is_cancelled(self) -> bool:
        """Whether it tells that a fine is no more."""
        return self.reported and self._verb_of_a_fine(self.pack.penalties.cancelled) is not None

    def is_imposed(self) -> bool:
        """Whether it tells of a fine that was imposed, not of one that might be."""
        words = self.pack.penalties
        tells = self.verbs or anywhere(words.imposed).search(self.text)
        return self.reported and bool(tells) and not anywhere(words.possible).search(self.text)

    def _verb_of_a_fine(self, verbs: tuple[str, ...]) -> re.Match[str] | None:
        """The first of the verbs that has a noun for a fine before it, among its own words, or as its object."""
        nouns = [cue.span() for cue in (*self.cues, *self.weak_cues)]
        for match in anywhere(verbs).finditer(self.text) if nouns else ():
            for start, end in nouns:
                before = start <= match.end() and match.start() - end <= NEAR
                if before or _OBJECT.fullmatch(self.text, match.end(), start) is not None:
                    return match
        return None


def _is_near(one: Stated, cues: Iterable[re.Match[str]], most: int) -> bool:
    return any(0 <= one.start - cue.end() <= most for cue in cues)


def find_penalties(view: DocumentView) -> tuple[Penalty, ...]:
    """Sentences, stems and items that state a fine with its amounts, or (without amounts) custody, an offence, a fine.

    A stem whose items state the amounts is no fine of its own.
    The quote is the whole sentence or item; that of a stem ends at its colon. An item inherits a fine that its stem
    names ("shall be subject to fines of: (a) up to EUR 1 million …"). A fine "of 3 million" is in the one currency of its
    sentence, else in the one currency of the document's fines.
    """
    found: list[Penalty] = []
    seen: set[tuple[str, str]] = set()
    stated_below: set[Span] = set()
    for sentence in view.sentences:
        is_silent = sentence.zone in SILENT and not (sentence.quoted and sentence.zone is Zone.AMENDMENT)
        made = None if is_silent else _find_penalty(view, sentence)
        if made is None:
            continue
        # A page that shows a sentence twice (for a small screen, in a box) states its fine once.
        key = "" if sentence.zone is Zone.PROSE else sentence.provision, " ".join(view.line_of(sentence).split())
        if key not in seen:
            seen.add(key)
            found.append(made)
        stem = view.stem_of_item(sentence) if made.amounts else None
        if stem is not None:
            stated_below.add(stem.span)
    return _with_currency(
        [p for p in found if p.evidence.name != f"penalties/{NO_AMOUNT}" or p.span not in stated_below]
    )


def _with_currency(found: Sequence[Penalty]) -> tuple[Penalty, ...]:
    named = {amount.currency for penalty in found for amount in penalty.amounts if amount.currency}
    if len(named) != 1:
        return tuple(found)
    [usual] = named
    return tuple(
        replace(
            penalty, amounts=tuple(replace(a, currency=usual) if a.amount is not None else a for a in penalty.amounts)
        )
        for penalty in found
    )


def _find_penalty(view: DocumentView, sentence: Sentence) -> Penalty | None:
    line = _line_of(view, sentence)
    words = line.pack.penalties
    if anywhere(words.unless).search(line.text) or line.is_cancelled():
        return None
    custody = anywhere(words.custodial).search(line.text)
    amounts = line.fines() if line.speaks or custody else ()
    if amounts or custody:
        name, sure, where = ("fine" if amounts else "custody"), 0.9 if line.cues else 0.75, line.first_word or custody
    elif threat := line.threat():
        name, sure, where = NO_AMOUNT, _UNSTATED, threat
    else:
        return None
    mark = where and Span(sentence.span.start + where.start(), sentence.span.start + where.end())
    evidence = Evidence(f"penalties/{name}", VERSION, mark, sure)
    identity = content_id("penalty", view.document_id, sentence.span.start, sentence.span.end)
    imposed = any(a.amount is not None for a in amounts) and line.is_imposed()
    return Penalty(identity, sentence.span, amounts, evidence, imposed)


def _line_of(view: DocumentView, sentence: Sentence) -> _Line:
    pack, text = view.pack_of(sentence), view.line_of(sentence)
    words, stem = pack.penalties, view.stem_of_item(sentence)
    above = stem is not None and anywhere(words.cues).search(view.line_of(stem)) is not None
    found = ([*anywhere(some).finditer(text)] for some in (words.cues, words.weak_cues, words.fined))
    return _Line(text, pack, sentence.zone is Zone.PROSE, above, *found)
