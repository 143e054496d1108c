"""Measures how much of a document was searched for norms, and lists what was not: by kind, with page and place."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from dutybook.document_view import DocumentView, seeks_norms
from dutybook.extract.norms.model.inputs import OPEN_ZONES, SHORTEST, zone_read
from dutybook.records import Coverage, Family, Gap, GapKind, Layout, Norm, Rejection, Sentence, Span

#: A cell with fewer words of three letters or more is a number, a name, a citation: no rule stands in it.
_FEWEST_OF_CELL = 5
_LONG_WORD = re.compile(r"[^\W\d_]{3,}")
#: A sentence has so many words at least.
_FEWEST_WORDS = 4
#: A sentence that was as likely a norm as this, or more, may be one that was missed.
POSSIBLE = 0.15
#: What a sentence that was rejected says instead, by the kind of finding in it.
DATE, DEFINITION, PENALTY, INSTRUCTION, POINT = (
    "says_when",
    "says_what_a_term_is",
    "sets_penalty",
    "changes_an_act",
    "point_of_list",
)
_UNEXPLAINED = frozenset({"label_none", "duty_word"})


def measure_coverage(
    view: DocumentView, layout: Layout, norms: Sequence[Norm], rejections: Sequence[Rejection]
) -> Coverage:
    """How much of a document's operative text was searched, and what was not, in order of the text.

    Nothing is operative in a text that states its author's opinion.
    """
    if view.family is Family.OTHER:
        return Coverage()
    operative = [s for s in view.sentences if is_operative(s)]
    searched = [s for s in operative if seeks_norms(s.language)]
    gaps = [
        *_other_languages(operative),
        *_tables(view, layout, operative),
        *(
            Gap(GapKind.NEW_TEXT, norm.span, None, norm.place)
            for norm in norms
            if norm.quoted and not norm.amended_place
        ),
        # News reports what others must do in such words.
        *(_duty_words(norms, rejections, view.text) if view.family is not Family.NEWS else ()),
    ]
    unread = sum(len(gap.span) for gap in gaps if gap.kind is GapKind.TABLE)
    pictures = (Gap(GapKind.PICTURE, Span(0, 0), p.number) for p in layout.pages if p.source in {"image", "unread"})
    starts = [s.span.start for s in view.sentences]

    def placed(gap: Gap) -> Gap:
        at = bisect_right(starts, gap.span.start) - 1
        place = gap.place or (view.place_of(view.sentences[at]) if at >= 0 else "")
        return Gap(gap.kind, gap.span, layout.page_of(gap.span.start), place)

    return Coverage(
        sum(len(s.span) for s in operative) + unread,
        sum(len(s.span) for s in searched),
        (*pictures, *sorted(map(placed, gaps), key=lambda gap: (gap.span, gap.kind))),
    )


def explain_rejections(
    rejections: Iterable[Rejection], norms: Iterable[Norm], others: Mapping[str, Iterable[Span]]
) -> tuple[Rejection, ...]:
    """The rejected candidates with what they say instead of a norm, where that was found.

    Args:
        rejections: as found with the norms.
        norms: of the document; the points of their lists are no norms of their own.
        others: the spans of other findings, by the code of the reason that they are.
    """
    spans = {code: _Spans(found) for code, found in others.items()}
    spans[POINT] = _Spans(Span(point.start, point.end) for norm in norms for point in norm.contents)
    made = []
    for rejection in rejections:
        if rejection.reason == "label_none":
            code = next((code for code, found in spans.items() if found.overlap(rejection.span)), "")
            reason = code or ("duty_word" if rejection.duty else rejection.reason)
            rejection = replace(rejection, reason=reason)
        made.append(rejection)
    return tuple(made)


def is_operative(sentence: Sentence) -> bool:
    """Whether a sentence can hold norms, whatever its language."""
    return zone_read(sentence) in OPEN_ZONES and len(sentence.span) >= SHORTEST


def _other_languages(operative: Sequence[Sentence]) -> Iterator[Gap]:
    """Runs of sentences in languages whose norms are not known."""
    start: int | None = None
    end = 0
    for sentence in operative:
        if not seeks_norms(sentence.language):
            start, end = sentence.span.start if start is None else start, sentence.span.end
        elif start is not None:
            yield Gap(GapKind.LANGUAGE, Span(start, end))
            start = None
    if start is not None:
        yield Gap(GapKind.LANGUAGE, Span(start, end))


def _tables(view: DocumentView, layout: Layout, operative: Sequence[Sentence]) -> Iterator[Gap]:
    """Tables in operative text with cells that have words enough for a rule and in which no sentence was read."""
    spans = [s.span for s in operative]
    ends = [span.end for span in spans]
    zones = [(s.span, is_operative(s)) for s in view.sentences]
    starts = [span.start for span, _ in zones]
    for table in layout.tables:
        at = bisect_left(starts, table.span.start)
        around = zones[max(0, at - 1) : at + 1]
        if around and not any(operative_there for _, operative_there in around):
            continue
        for cell in (cell for row in table.rows[table.headers :] for cell in row):
            first = bisect_left(ends, cell.span.start + 1)
            read = first < len(spans) and spans[first].start < cell.span.end
            if not read and len(_LONG_WORD.findall(cell.span.of(view.text))) >= _FEWEST_OF_CELL:
                yield Gap(GapKind.TABLE, table.span)
                break


def _duty_words(norms: Sequence[Norm], rejections: Sequence[Rejection], text: str) -> Iterator[Gap]:
    """Sentences with a word that commands or forbids, in which nothing was found and which may be norms all the same."""
    spans = _Spans(norm.span for norm in norms)
    for rejection in rejections:
        possible = rejection.duty and 1.0 - rejection.evidence.confidence >= POSSIBLE
        if (
            possible
            and _is_sentence(rejection.span.of(text))
            and rejection.reason in _UNEXPLAINED
            and not spans.overlap(rejection.span)
        ):
            yield Gap(GapKind.DUTY_WORD, rejection.span)


def _is_sentence(words: str) -> bool:
    """Whether words are more than a heading (as Markdown marks it) or a scrap."""
    return not words.lstrip().startswith("#") and len(words.split()) >= _FEWEST_WORDS


class _Spans:
    """Spans that are asked many times whether one of them overlaps another."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._starts = [span.start for span in ordered]
        # The furthest end of each span and all before it: spans may lie within others.
        self._ends = list(accumulate((span.end for span in ordered), max))

    def overlap(self, span: Span) -> bool:
        """Whether one of them shares text with ``span``."""
        at = bisect_left(self._starts, span.end) - 1
        return at >= 0 and self._ends[at] > span.start
