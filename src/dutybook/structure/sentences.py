"""Splits a paragraph into sentences. Legal text is full of ``Art.``, ``Abs.``, ``(EC) No.``: packs list them."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from dutybook.languages import LanguagePack
from dutybook.records import Span

# A full stop, question or exclamation mark, perhaps a closing quote or bracket, white space, then a new start. One set of
# signs at the beginning: the search then goes from sign to sign.
_END = re.compile(
    r"[.!?…;·][\"'’”“»)\]]{0,2}(?=\s|$)|(?<=[^\W\d_A-Z]{4})[.!?](?=(?:\d{1,3}\s)?[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]+[\s,])"
)
_NEXT = re.compile(r"\s*[\"'‘“„«(\[¿¡§—–]*\s*(\w|§)")
# "l'art.", "d’al.", "tal-Art.": the article before an apostrophe or a hyphen is no part of the abbreviation
_ELIDED = re.compile(r"^(?:\w{1,2}['’]|\w{1,4}-)(?=\w)")
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


def split(text: str, span: Span, pack: LanguagePack) -> list[Span]:
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
    return found


def _is_end(piece: str, match: re.Match[str], abbreviations: frozenset[str], pack: LanguagePack) -> bool:
    mark = piece[match.start()]
    if mark in ";·":
        return False
    following = _NEXT.match(piece, match.end())
    if not following:
        return True
    first = following.group(1)
    if mark != ".":
        return first.isupper() or first.isdigit()
    before = piece[max(match.start() + 1 - _WORD, 0) : match.start() + 1].split()
    word = _ELIDED.sub("", before[-1].lstrip("(„“\"'«[").casefold()) if before else ""
    if word in abbreviations or _two_words(piece, match.start()) in abbreviations:
        return first.isupper() and _ends_limit(before, pack)
    if len(word) <= 3 and f"{word} {piece[match.end() : match.end() + 8].split()[0].casefold()}" in abbreviations:
        return False
    stem = word[:-1]
    if first.islower():
        # "… . (inserted by Act 5 of 2031)": a note that begins in small letters after a full stop
        return len(stem) > 3 and piece[following.start() : following.start(1)].strip() == "("
    if len(stem) == 1 and stem.isalpha():  # an initial, or the last letter of "Buchstabe a."
        return first.isupper() and not _initial(piece, match.start())
    if stem.isdigit() and pack.sentences.after_ordinals and len(stem) <= 3:
        # "iz članka 5. Uredbe", "31. 12. 2026": every number of a reference has a full stop; what follows tells
        if first.isdigit():
            return False
        next_word = piece[following.start(1) : following.start(1) + _WORD].casefold()
        return not next_word.startswith(pack.sentences.after_ordinals)
    if stem.isdigit() and pack.sentences.ordinal_dates and len(stem) <= 2:
        # "am 2. August", "der 3. Abschnitt": an ordinal, unless the number ends a reference ("Absatz 2. Die …")
        next_words = piece[following.start(1) : following.start(1) + _WORD].split()
        if next_words and next_words[0].casefold().rstrip(",;:)") in pack.temporal.months:
            return False  # "Bis 31. März"
        return _after_reference(piece, match.start(), _determiners(pack))
    return True


def _ends_limit(before: list[str], pack: LanguagePack) -> bool:
    """Whether an abbreviation closes a time limit: a day of a month that one of the pack's ``date_leads`` leads."""
    date = [w.casefold() for w in before[-_DATE:]]
    lead = next((i for i in range(len(date) - 1, -1, -1) if date[i] in pack.sentences.date_leads), None)
    if lead is None or len(date) < 2 or not date[-2].isdigit():
        return False
    return any(w in pack.temporal.months for w in date[lead:])


def _two_words(piece: str, at: int) -> str:
    return " ".join(piece[max(0, at - 12) : at + 1].split()[-2:]).casefold()


def _initial(piece: str, at: int) -> bool:
    return piece[at - 1].isupper() and (at < 2 or not piece[at - 2].isalnum())


_REFERENCE = re.compile(r"(?P<word>[A-ZÄÖÜ][\w-]+|§+|\b\w{1,4}\.|und|oder|bis|,)\s+\d{1,2}$")


def _after_reference(piece: str, at: int, determiners: frozenset[str]) -> bool:
    found = _REFERENCE.search(piece[max(0, at - 40) : at])
    # "Das 3. Kapitel": what begins the sentence with a capital is an article and no noun of a reference
    return found is not None and found["word"].casefold() not in determiners
