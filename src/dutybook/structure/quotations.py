"""Quotation marks around new text for another act: which opens it, which closes it, and where it stands in a paragraph.

A closing mark closes the new text where nothing opened later is still open, and a stop or the paragraph's end follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from dutybook.languages import LanguagePack
from dutybook.records import Span
from dutybook.structure import zones
from dutybook.structure.markers import parse

# An opening mark and those that can close it, in the languages of the Union.
_CLOSING = {
    "‘": "’", "“": "”", "«": "»", "„": "”“\"", "‚": "‘’", "»": "«", "”": "”", "’": "’", '"': '"', "'": "'", "‹": "›",
}  # fmt: skip
_OPENS = re.compile(rf"\s*(?P<mark>[{''.join(_CLOSING)}])\s*(?=\S)")
_AFTER = re.compile(r"[\s.;:,)]*(?:\b\w{1,4}\b[\s.;:,]*)?$")
# Longer than the longest amendment; a mark that never closes must not swallow an act.
LONGEST_QUOTATION = 600


def opening_mark(text: str) -> tuple[str, int] | None:
    """The quotation mark a paragraph begins with, and where the quoted text begins."""
    match = _OPENS.match(text)
    return (match.group("mark"), match.end()) if match else None


def closes_quotation(text: str, mark: str) -> bool:
    """Whether a paragraph ends with the mark that closes ``mark``, and that one closes nothing opened later."""
    closing = _CLOSING[mark]
    end = max(text.rfind(c) for c in closing)
    if end < 1 or not _AFTER.match(text, end + 1):
        return False
    first = opening_mark(text)
    start = first[1] if first and first[0] == mark else 0
    if mark in closing:
        return len(_free_marks(text, mark, start, end + 1)) % 2 == 1
    inner = text.rfind(mark, start, end)
    return inner < 0 or any(c in text[inner + 1 : end] for c in closing)


# A mark that only closes, at the end of a paragraph.
_ENDS = re.compile(r"[”“»’]\s?[.;,]*$")


def closes_what_was_lost(text: str) -> bool:
    """Whether a paragraph ends with a closing mark, and the mark that it closes was lost (converters take "„(2)" for a number)."""
    end = _ENDS.search(text.rstrip())
    return end is not None and not any(mark in text[: end.start()] for mark in '„“«»‘‚"')


# A mark behind a stop, where new text ends.
_CLOSED = re.compile(r"(?<=[.;:!?)])\s?[”“»«’]\s?[.;,]*$")


def cut_closing_mark(text: str, span: Span) -> Span:
    """A sentence of new text without the mark that closes the new text, unless it closes what the sentence itself quotes.

    >>> words = "Ferries keep a log.’;"
    >>> cut_closing_mark(words, Span(0, len(words))).of(words)
    'Ferries keep a log.'
    >>> words = "Ferries bear the words ‘under way.’"
    >>> cut_closing_mark(words, Span(0, len(words))).of(words)
    'Ferries bear the words ‘under way.’'
    """
    words = span.of(text)
    found = _CLOSED.search(words)
    if found is None:
        return span
    opened = max(words.rfind(mark, 0, found.start()) for mark in "„“«‘‚")
    if opened >= 0 and not any(mark in words[opened + 1 : found.start()] for mark in "”“»’"):
        return span
    return Span(span.start, span.start + found.start())


def quotation_length(
    paragraphs: Iterable[str],
    mark: str,
    continues: Callable[[str], bool],
    ends: Callable[[str], bool] = lambda _: False,
) -> int:
    """How many of the paragraphs, the first of which begins with ``mark``, are the quotation; 0 where nothing ends it.

    ``continues`` says whether a paragraph goes on with the amending act's own list or articles: where the closing mark
    is lost (it may stand in a footnote), that is where the quotation ends. ``ends`` says whether a paragraph is certainly
    the amending act's own: the quotation ends before it, whatever follows.
    """
    own = 0
    for index, text in enumerate(islice(paragraphs, LONGEST_QUOTATION)):
        if index and ends(text):
            return index
        if index and not own and continues(text):
            own = index
        if own and text.lstrip()[:1] == mark:
            return own
        if closes_quotation(text, mark):
            return index + 1
    return own


def _free_marks(text: str, mark: str, start: int, end: int) -> list[int]:
    """Where a mark that opens and closes alike stands; between letters it is an apostrophe, and so it is behind one."""
    at = [n for n in range(start, end) if text[n] == mark]
    if mark != "'":
        return at
    return [
        n for n in at if n + 1 == end or not text[n - 1 : n].isalpha() or not text[n + 1 : n + 3].strip()[:1].isalpha()
    ]


# What stands before new text in the paragraph that announces it; the words of another act have no announcement.
_ANNOUNCED = re.compile(
    rf":\s*(?=[{''.join(_CLOSING)}]\s?\S)|:\s*(?=\(?\d{{1,3}}[a-z^\d]{{0,4}}\)|[a-z][\d^]{{0,3}}\))"
)
# "… a sentence is added „Ferries may call.“": new text without a colon before it is a sentence.
_SENTENCE = re.compile(r"(?<=[^\s:(])\s(?=[„“«‘][^\W\d_a-zß-öø-ÿ][^„“«‘]{60,}[.!?][”“»’])")
_STOPS = re.compile(r"\s*(?:[.;,)]+|$)")
# Shorter quotations are words that replace words.
_WORDS = 40
# As many characters before quoted new text as hold its instruction.
_NEAR = 200


def find_new_text(paragraph: str, pack: LanguagePack) -> Iterator[int]:
    """Where new text begins that a paragraph announces and quotes itself, and where the paragraph goes on after it.

    "(b) paragraph 5 is replaced by the following: ‘5. Ferries keep a log.’; (c) paragraph 6 is deleted."
    """
    at = 0
    while (found := _next_of(_ANNOUNCED.search(paragraph, at), _SENTENCE.search(paragraph, at))) is not None:
        at = start = found.end()
        announcement = paragraph[: found.start() + 1]
        if not (
            zones.amends(announcement, pack)
            if announcement.endswith(":")
            else zones.instructs(announcement[-_NEAR:], pack)
        ):
            continue
        mark = paragraph[start] if paragraph[start] in _CLOSING else ""
        end = _end_of_quotation(paragraph, start, mark) if mark else len(paragraph)
        inner = paragraph[start + 1 : end or None].strip()
        if len(inner) < _WORDS and parse(inner) is None:
            continue
        yield start
        if not end or end >= len(paragraph):
            return
        yield end
        at = end


def _next_of(*found: re.Match[str] | None) -> re.Match[str] | None:
    return min((match for match in found if match is not None), key=re.Match.start, default=None)


def _end_of_quotation(text: str, start: int, mark: str) -> int:
    """Where the quotation that a mark opens ends, with the stop behind it; 0 where it does not end in this text."""
    closing = _CLOSING[mark]
    depth = 1
    for at in range(start + 1, len(text)):
        if text[at] == mark and mark not in closing:
            depth += 1
        elif text[at] in closing:
            stop = _STOPS.match(text, at + 1)
            if mark in closing or (mark in "‘‚" and text[at + 1 : at + 2].isalpha()):
                if stop is not None and (stop.group().strip() or stop.end() == len(text)):
                    return stop.end()
                continue
            depth -= 1
            if depth <= 0:
                return stop.end() if stop is not None else at + 1
    return 0
