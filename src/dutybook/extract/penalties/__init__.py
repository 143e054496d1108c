"""Finds penalties: sentences that state a fine, with its maximum amounts."""

from __future__ import annotations

from dutybook.document_view import DocumentView
from dutybook.extract.penalties.amounts import amounts_of
from dutybook.languages.patterns import anywhere
from dutybook.records import Amount, Evidence, Penalty, Span, Zone, content_id

__all__ = ["find_penalties"]

VERSION = "1"
SILENT = frozenset(
    {Zone.RECITAL, Zone.DEFINITION, Zone.FOOTNOTE, Zone.AMENDMENT, Zone.CONTENTS, Zone.PREAMBLE, Zone.TITLE}
    | {Zone.HEADING, Zone.SIGNATURE}
)


def find_penalties(view: DocumentView) -> tuple[Penalty, ...]:
    """Sentences, stems and items that state a fine with its amounts, or a custodial punishment (without amounts).

    The quote is the whole sentence or item; that of a stem ends at its colon. An item inherits a fine that its stem
    names ("shall be subject to fines of: (a) up to EUR 1 million …").
    """
    found: list[Penalty] = []
    seen: set[tuple[str, str]] = set()
    for sentence in view.sentences:
        if sentence.zone in SILENT:
            continue
        pack = view.pack_of(sentence)
        words = pack.penalties
        line = view.line_of(sentence)
        cue = anywhere(words.cues).search(line)
        stem = view.stem_of_item(sentence)
        above = stem is not None and anywhere(words.cues).search(view.line_of(stem)) is not None
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
        key = "" if sentence.zone is Zone.PROSE else sentence.provision, " ".join(line.split())
        if key in seen:
            continue
        seen.add(key)
        where = cue or weak or custody
        mark = Span(sentence.span.start + where.start(), sentence.span.start + where.end()) if where else None
        rule = "fine" if amounts else "custody"
        evidence = Evidence(f"penalties/{rule}", VERSION, mark, 0.9 if cue else 0.75)
        identity = content_id("penalty", view.document_id, sentence.span.start, sentence.span.end)
        found.append(Penalty(identity, sentence.span, amounts, evidence))
    return tuple(found)
