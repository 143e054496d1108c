"""Penalties: sentences that state a fine, with its ceilings."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.penalties.amounts import amounts_of
from dutybook.languages import LanguagePack
from dutybook.records import Amount, Evidence, Penalty, Sentence, SentenceRole, Span, Zone, content_id

__all__ = ["find_penalties"]

VERSION = "1"
SILENT = frozenset(
    {Zone.RECITAL, Zone.DEFINITION, Zone.FOOTNOTE, Zone.AMENDMENT, Zone.CONTENTS, Zone.PREAMBLE, Zone.TITLE}
    | {Zone.HEADING, Zone.SIGNATURE}
)
LONGEST_SENTENCE = 20_000


def find_penalties(
    text: str, sentences: Sequence[Sentence], pack_for: Callable[[str], LanguagePack], document: str = ""
) -> tuple[Penalty, ...]:
    """Sentences, stems and items that state a fine with its amounts, or a custodial punishment (no amounts).

    The quote is the whole sentence or item; of a stem it goes up to its colon. An item hears a fine that its stem
    names ("shall be subject to fines of: (a) up to EUR 1 million …"). ``document`` becomes part of the ids.
    """
    found: list[Penalty] = []
    told: set[tuple[str, str]] = set()
    for sentence in sentences:
        if sentence.zone in SILENT:
            continue
        pack = pack_for(sentence.language)
        words = pack.penalties
        line = _line(text, sentence.span)
        cue = anywhere(words.cues).search(line)
        stem = sentences[sentence.stem] if sentence.stem is not None and sentence.role is SentenceRole.ITEM else None
        above = stem is not None and anywhere(words.cues).search(_line(text, stem.span)) is not None
        custody = anywhere(words.custodial).search(line)
        weak = anywhere(words.weak_cues).search(line) if cue is None else None
        if not (cue or weak or above or custody) or anywhere(words.unless).search(line):
            continue
        amounts: tuple[Amount, ...] = ()
        if cue or above:
            amounts = amounts_of(line, pack, [m.end() for m in anywhere(words.cues).finditer(line)] or [0])
        elif weak:
            near = [m.end() for m in anywhere(words.weak_cues).finditer(line)]
            amounts = amounts_of(line, pack, near, strict=True)
        if not amounts and custody is None:
            continue
        # A page that shows a sentence twice (for a small screen, in a box) states its fine once.
        said = "" if sentence.zone is Zone.PROSE else sentence.provision, " ".join(line.split())
        if said in told:
            continue
        told.add(said)
        where = cue or weak or custody
        mark = Span(sentence.span.start + where.start(), sentence.span.start + where.end()) if where else None
        rule = "fine" if amounts else "custody"
        evidence = Evidence(f"penalties/{rule}", VERSION, mark, 0.9 if cue else 0.75)
        identity = content_id("penalty", document, sentence.span.start, sentence.span.end)
        found.append(Penalty(identity, sentence.span, amounts, evidence))
    return tuple(found)


def _line(text: str, span: Span) -> str:
    return text[span.start : min(span.end, span.start + LONGEST_SENTENCE)]
