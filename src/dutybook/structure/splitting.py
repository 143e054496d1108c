"""Splits what stands together: numbered items in one line of a converted text into blocks, paragraphs into sentences.

``: a) …; b) …``, ``(1) … . (2) …``, ``: 1° …; 2° …``: what counts from the first, each after a stop, is a list, and numbers of a
citation ("points (a) and (b)") are none, since nothing that could be an item stands between them.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise

from dutybook.languages import LanguagePack
from dutybook.languages.history_notes import find_history_notes
from dutybook.records import Block, BlockRole, Span
from dutybook.structure import headings
from dutybook.structure.markers import Style, readings_of
from dutybook.structure.quotations import find_new_text

_MARKER = re.compile(
    r"(?:(?<=[\s:;,.])|^)(?P<raw>(?P<open>\()?(?P<number>\d{1,2}|[a-z]{1,2}|[ivx]{1,5}|[α-ω]|στ|[а-я])\)"
    r"|(?P<dotted>\d{1,2})\.(?=\s)|(?P<degree>\d{1,2})\s?[°º])(?=\s?[^\W_]|\s?[–—«„“\"(])"
)
# Bullets as fonts of symbols have them, which stand for nothing else.
_BULLET = re.compile("[\uf0a0-\uf0ff](?=\\s)")
# What stands before an item: a stop, and perhaps a word that joins the items ("; and", ", eller", "; είτε").
_STOP = re.compile(r"(?:[:;,][»”“’\"')]{0,2}(?:\s+[^\W\d_]{1,9}(?:/[^\W\d_]{1,4})?)?|[.!?][»”“’\"')]{0,2})\s*$")
_COLON = re.compile(r":\s*$")
_FULL_STOP = re.compile(r"[.!?…][»”’\"')\]]{0,2}\s*$|\)\s*$")
# An article's title, with its first paragraph behind it.
_TITLE_BEFORE = re.compile(r"[^\W\d_a-zß-öø-ÿ][^.;:()]{2,160}\s(?=\(1\)\s[^\W\d_a-zß-öø-ÿ])")
# What an article stands behind.
_AFTER = re.compile(r"[.;:)\]»”*]\s+$")
# So many characters before a number are looked at to see whether it is an item's.
_BEFORE = 24
# As many letters as a line has, at least, that may hold a further article.
_LINE = 80
# As much of a paragraph as holds an article's number and the beginning of its text.
_HEAD = 400
# As many letters as an item has, at least: what is shorter is the number of a citation.
_ITEM = 12
# Numbers of a citation stand behind a word with a full stop, or another citation's number.
_CITES = re.compile(r"(?:^|\W)\w{1,5}\.\s*$|\d[\s,]*$|§\s*$")
# … or behind the word for its parts ("article 9, points c) to f)").
_CITES_PARTS = re.compile(r"\d,\s+[^\W\d_]{3,9}\s*$")


def split_blocks(text: str, blocks: Iterable[Block], pack: LanguagePack) -> tuple[Block, ...]:
    """The blocks of a layout; those that hold several numbered items or articles in one line are divided where they begin."""
    counting = _Articles(pack)
    made: list[Block] = []
    for block in blocks:
        piece = block.span.of(text)
        if block.role in {BlockRole.BODY, BlockRole.HEADING}:
            starts = counting.starts(piece, block)
            if block.role is BlockRole.BODY:
                starts += find_new_text(piece, pack)
                starts += counting.find_first_paragraph(piece) + find_history_notes(piece)
                bounds = sorted({0, *starts, len(piece)})
                starts += [a + at for a, b in pairwise(bounds) for at in find_items(piece[a:b])]
            made += _divided(text, block, sorted(set(starts)))
            counting.note(piece, block)
        else:
            made.append(block)
    return tuple(made)


class _Articles:
    """Finds articles that begin within a paragraph, each numbered one higher than the last."""

    def __init__(self, pack: LanguagePack) -> None:
        found = headings.patterns(pack)
        self._pack = pack
        self._after_stop = (found.runs_in, found.sign_runs_in[0])
        self._anywhere = found.sign_runs_in[1:]
        self._last = 0
        self._untitled = False

    def find_first_paragraph(self, text: str) -> list[int]:
        """Where the first paragraph begins behind a title in the same line, below an article's number ("Registers (1) The miller …")."""
        found = _TITLE_BEFORE.match(text) if self._untitled else None
        return [found.end()] if found else []

    def note(self, text: str, block: Block) -> None:
        """Remember whether the block has an article's number, and nothing else."""
        opened = headings.article(text, block, self._pack) if len(text) < _LINE else None
        self._untitled = opened is not None and not opened.title

    def starts(self, text: str, block: Block) -> list[int]:
        opened = headings.article(text, block, self._pack) or headings.runs_in(text[:_HEAD], self._pack)
        if opened is not None and opened.number.isdigit():
            self._last = int(opened.number)
        if len(text) < _LINE:
            return []
        found = [
            m
            for p in self._after_stop
            for m in p.finditer(text)
            if _AFTER.search(text[max(m.start() - _BEFORE, 0) : m.start()])
        ]
        found += [m for p in self._anywhere for m in p.finditer(text)]
        made = []
        for match in sorted(found, key=lambda m: m.start()):
            number = match["number"] or ""
            if match.start() and number.isdigit() and int(number) == self._last + 1:
                self._last += 1
                made.append(match.start())
        return made


def _divided(text: str, block: Block, starts: list[int]) -> Iterator[Block]:
    if not starts:
        yield block
        return
    bounds = [block.span.start, *(block.span.start + at for at in starts), block.span.end]
    for start, end in pairwise(bounds):
        span = Span(start, end).strip(text)
        if len(span):
            # what an article's number begins is no part of the heading before it
            first = start == block.span.start
            yield replace(block, span=span) if first else replace(block, span=span, role=BlockRole.BODY, hint="")


def find_items(text: str) -> list[int]:
    """Where the second and further parts of a paragraph begin that its numbers divide."""
    chains: dict[tuple[str, Style], list[list[re.Match[str]]]] = {}
    for match in _MARKER.finditer(text):
        wrap = _wrap_of(match)
        before = text[max(match.start() - _BEFORE, 0) : match.start()]
        for style, ordinal in readings_of(_number_of(match)):
            known = chains.setdefault((wrap, style), [])
            if known and _follows(text, known[-1], match, ordinal, style, before):
                known[-1].append(match)
                break
            if match.start() == 0 or (ordinal == 1 and _opens(before, wrap, style)):
                known.append([match])
                break
    found = {match.start() for match in _BULLET.finditer(text)}
    for chain in itertools.chain.from_iterable(chains.values()):
        found |= {match.start() for match in chain if match.start() and (len(chain) > 1 or _leads(text, match))}
    return sorted(found)


def _number_of(match: re.Match[str]) -> str:
    return match["number"] or match["dotted"] or match["degree"]


def _wrap_of(match: re.Match[str]) -> str:
    """What stands around or behind a number: ``°``, ``.``, ``()`` or ``)``."""
    if match["degree"]:
        return "°"
    if match["dotted"]:
        return "."
    return "()" if match["open"] else ")"


def _follows(
    text: str, chain: list[re.Match[str]], match: re.Match[str], ordinal: int, style: Style, before: str
) -> bool:
    last = chain[-1]
    read = dict(readings_of(_number_of(last)))
    if read.get(style, -1) + 1 != ordinal or match.start() - last.end() < _ITEM:
        return False
    if chain[0].start() == 0 and match["open"] and style is Style.ARABIC:  # "(1) … . (2) …"
        return (
            _FULL_STOP.search(before) is not None
            and text[match.end() : match.end() + _ITEM].lstrip(" „«“\"'")[:1].isupper()
        )
    return _STOP.search(before) is not None and _CITES_PARTS.search(before) is None


def _leads(text: str, match: re.Match[str]) -> bool:
    """Whether a number stands behind a colon: the first item of a list that goes on in the next line."""
    lead = _COLON.search(text[max(match.start() - _BEFORE, 0) : match.start()])
    return lead is not None and not match["dotted"] and len(text) - match.end() > _ITEM


def _opens(before: str, wrap: str, style: Style) -> bool:
    if _COLON.search(before):
        return True
    return not _CITES.search(before) and (
        wrap != "()" or (style is not Style.ARABIC and _STOP.search(before) is not None)
    )


# A full stop, question or exclamation mark, perhaps a closing quote or bracket, white space, then a new start. One set of
# signs at the beginning: the search then goes from sign to sign.
_END = re.compile(
    r"[.!?…;·][\"'’”“»)\]]{0,2}(?=\s|$)|(?<=[^\W\d_A-Z]{4})[.!?](?=(?:\d{1,3}\s)?[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]+[\s,])"
)
_NEXT = re.compile(r"\s*[\"'‘“„«(\[¿¡§—–]*\s*(\w|§)")
# A hyphen that stands for a dash.
_HYPHEN = re.compile(r"\s+-\s")
# "l'art.", "d’al.", "tal-Art.": the article before an apostrophe or a hyphen is no part of the abbreviation
_ELIDED = re.compile(r"^(?:\w{1,2}['’]|\w{1,4}-)(?=\w)")
# The number of a sentence, stuck to its first word or a space away from it.
_SENTENCE_NUMBER = re.compile(
    r"(?P<number>[1-9]\d?|[¹²³⁴-⁹])(?P<space>[ \u00a0]?)(?=[^\W\d_a-zªºß-öø-ÿ][^\W\d_]*|[„“\"«»])"
)
# As long as words with their full stop are; what is longer is no abbreviation.
_WORD = 60
# Words of a date with its preposition ("iki 2034 m. rugsėjo 30 d.").
_DATE = 6


@cache
def _abbreviations(pack: LanguagePack) -> frozenset[str]:
    """The pack's abbreviations; of those in three words ("i. S. d.") also each two that stand together."""
    whole = [a.casefold() for a in pack.sentences.abbreviations]
    pairs = [" ".join(pair) for a in whole for pair in pairwise(a.split())]
    return frozenset(whole + pairs)


@cache
def _determiners(pack: LanguagePack) -> frozenset[str]:
    actors = pack.actors
    return frozenset({*actors.determiners, *actors.oblique_determiners, *actors.ambiguous_determiners})


def split_sentences(text: str, span: Span, pack: LanguagePack) -> list[Span]:
    """The sentences inside ``span``, without the white space between them, in order."""
    abbreviations = _abbreviations(pack)
    piece = span.of(text)
    ends = (m for m in _END.finditer(piece) if _is_end(piece, m, abbreviations, pack))
    starts = [0, *(m.end() for m in ends), len(piece)]
    found = []
    for start, end in pairwise(starts):
        sentence = Span(span.start + start, span.start + end).strip(text)
        if len(sentence):
            found.append(sentence)
    return _cut_numbers(text, found)


def _cut_numbers(text: str, sentences: list[Span]) -> list[Span]:
    """The sentences without the raised numbers that count them ("¹Der Betreiber … ²Er …"), which texts have in line ("2Er …").

    Numbers count sentences where each is one higher than the last. The first is 1 and has a 2 after it, or it is a 2 that no space
    parts from its word, behind a first sentence whose number was read as that of the paragraph.
    """
    matches = [_SENTENCE_NUMBER.match(text, span.start, span.end) for span in sentences]
    numbers = [int(unicodedata.normalize("NFKC", match["number"])) if match else 0 for match in matches]
    counted = [number for number in numbers if number]
    if counted[:2] == [1, 2]:
        expected = 1
    elif counted[:1] == [2] and numbers[0] == 0 and not any(match["space"] for match in matches if match):
        expected = 2
    else:
        return sentences
    made = []
    for span, match, number in zip(sentences, matches, numbers, strict=True):
        if match is not None and number == expected:
            expected += 1
            made.append(Span(match.end(), span.end))
        else:
            made.append(span)
    return made


def _is_end(piece: str, match: re.Match[str], abbreviations: frozenset[str], pack: LanguagePack) -> bool:
    """Whether a stop ends a sentence."""
    mark = piece[match.start()]
    if mark in ";·":
        return False
    following = _NEXT.match(piece, match.end())
    if following is None and not (mark == "." and _HYPHEN.match(piece, match.end())):
        return True
    if mark != "." and following is not None:
        return following.group(1).isupper() or following.group(1).isdigit()
    before = piece[max(match.start() + 1 - _WORD, 0) : match.start() + 1].split()
    word = _ELIDED.sub("", before[-1].lstrip("(„“\"'«[").casefold()) if before else ""
    two_words = " ".join(piece[max(0, match.start() - 12) : match.start() + 1].split()[-2:]).casefold()
    abbreviated = word in abbreviations or two_words in abbreviations
    if following is None:
        return not abbreviated  # "ustawy z dnia 6 marca 2031 r. - Prawo młynarskie"
    if abbreviated:
        return following.group(1).isupper() and _ends_limit(before, pack)
    if len(word) <= 3 and f"{word} {piece[match.end() : match.end() + 8].split()[0].casefold()}" in abbreviations:
        return False
    return _stops_after(word[:-1], piece, match.start(), following, pack)


def _stops_after(stem: str, piece: str, at: int, following: re.Match[str], pack: LanguagePack) -> bool:
    """Whether the full stop at ``at`` ends a sentence whose last word, no abbreviation, is ``stem``."""
    first = following.group(1)
    if first.islower():
        # "… . (inserted by Act 5 of 2031)": a note that begins in small letters after a full stop
        return len(stem) > 3 and piece[following.start() : following.start(1)].strip() == "("
    if len(stem) == 1 and stem.isalpha():  # an initial, or the last letter of "Buchstabe a."
        initial = piece[at - 1].isupper() and (at < 2 or not piece[at - 2].isalnum())
        return first.isupper() and not initial
    if first == "§" and pack.structure.sign_last and stem[:1].isdigit():
        return False  # "a törvény 5. § (2) bekezdése", "a 9/A. §"
    if stem.isdigit():
        return _stops_after_number(stem, piece, at, following, pack)
    return True


def _stops_after_number(number: str, piece: str, at: int, following: re.Match[str], pack: LanguagePack) -> bool:
    """Whether the full stop at ``at`` ends a sentence, and does not make an ordinal of the number before it."""
    words = piece[following.start(1) : following.start(1) + _WORD].casefold()
    if pack.sentences.after_ordinals and len(number) <= 3:
        # "iz članka 5. Uredbe", "31. 12. 2026": every number of a reference has a full stop; what follows tells
        return not following.group(1).isdigit() and not words.startswith(pack.sentences.after_ordinals)
    if pack.sentences.ordinal_dates and len(number) <= 2:
        # "am 2. August", "der 3. Abschnitt": an ordinal, unless the number ends a reference ("Absatz 2. Die …")
        if words and words.split()[0].rstrip(",;:)") in pack.temporal.months:
            return False  # "Bis 31. März"
        return _after_reference(piece, at, _determiners(pack))
    return True


def _ends_limit(before: list[str], pack: LanguagePack) -> bool:
    """Whether an abbreviation closes a time limit: a day of a month that one of the pack's ``date_leads`` leads."""
    date = [w.casefold() for w in before[-_DATE:]]
    lead = next((i for i in range(len(date) - 1, -1, -1) if date[i] in pack.sentences.date_leads), None)
    if lead is None or len(date) < 2 or not date[-2].isdigit():
        return False
    return any(w in pack.temporal.months for w in date[lead:])


_REFERENCE = re.compile(r"(?P<word>[A-ZÄÖÜ][\w-]+|§+|\b\w{1,4}\.|und|oder|bis|,)\s+\d{1,2}$")


def _after_reference(piece: str, at: int, determiners: frozenset[str]) -> bool:
    found = _REFERENCE.search(piece[max(0, at - 40) : at])
    # "Das 3. Kapitel": what begins the sentence with a capital is an article and no noun of a reference
    return found is not None and found["word"].casefold() not in determiners
