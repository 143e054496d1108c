"""Finds the cues of a passage: patterns of its language's pack, matched by spaCy's tokenizer and PhraseMatcher."""

from __future__ import annotations

from dutybook.extract.norms.grammar.cue_patterns import find_cues as match_patterns
from dutybook.extract.norms.grammar.cue_patterns import tokenizer
from dutybook.languages import LanguagePack
from dutybook.records import Span

#: Characters of a passage that are looked at.
_LONGEST = 6000


def find_cues(text: str, span: Span, pack: LanguagePack) -> list[tuple[str, int, int]]:
    """The cues of a passage as (label, start, end): a modality, or ``!`` and a reason; offsets into ``text``."""
    doc = tokenizer(pack).make_doc(text[span.start : min(span.end, span.start + _LONGEST)])
    found = []
    for cue in match_patterns(doc, [t.lower_ for t in doc], pack):
        last = doc[cue.end - 1]
        found.append((cue.label, span.start + doc[cue.start].idx, span.start + last.idx + len(last.text)))
    return found
