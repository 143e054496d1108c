"""Finds the act that an instruction names in words: "the Harbour Act 2031", „des Gesetzes über die Kräne“."""

from __future__ import annotations

import re
from functools import cache

from dutybook.extract.citations import Act
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives
from dutybook.languages.relations import AmendingWords
from dutybook.records import AmendmentKind

#: As far after the words of a title that say that it amends as the amended act begins.
NEAR = 60
_LONGEST_NAME = 160


def find_act_name(line: str, pack: LanguagePack, words: AmendingWords, before: Act | None = None) -> str:
    """The first act that some words name; empty where they name none, or only mean the one that was named before.

    ``before``: an act with a number, behind which no name begins; a name that leads up to it ends with it.
    """
    noun = _nouns(words.acts, words.endings, compounds=pack.actors.compounds or words.compounds).search(line)
    if noun is None or (before is not None and noun.start() >= before.start):
        return ""
    lead = line[max(noun.start() - NEAR, 0) : noun.start()]
    if any(re.search(rf"(?<!\w){re.escape(word)}\w*\s*$", lead, re.IGNORECASE) for word in words.same):
        return ""
    start, until = _start_of_name(line, noun.start(), pack, words), _end_of_name(line, noun, pack, words)
    if before is not None and until > before.start - 2:
        # "the Act implementing Directive 2031/7/EU"
        until = before.end if before.start - noun.end() < NEAR else before.start
    name = " ".join(line[start:until].split()).strip(" .-–—")
    first, _, rest = name.partition(" ")
    while rest and first.casefold() in {*pack.actors.determiners, *pack.actors.prepositions}:
        name = rest
        first, _, rest = name.partition(" ")
    # A noun alone ("the regulation", "das Gesetz") is no name.
    return "" if name == noun["noun"].strip(".") else name[-_LONGEST_NAME:]


def _start_of_name(line: str, noun: int, pack: LanguagePack, words: AmendingWords) -> int:
    """Where the name begins whose noun stands at ``noun``."""
    if not words.last:
        led = _leading(words.leads).search(line, 0, noun)
        return led.start() if led else noun
    links = re.finditer(rf"(?<!\w)(?:{alternatives(pack.citations.act_links) or '(?!)'})\s", line[:noun])
    start = max((link.end() for link in links if link.end() <= noun), default=0)
    if not words.closes:
        return start
    verbs = [*(stem for kind in AmendmentKind for stem in getattr(words, kind.value)), *words.reads]
    barred = re.finditer(rf"[,;:()]\s*|(?<!\w)(?:{'|'.join(map(re.escape, verbs))})\w*\s+", line[:noun], re.IGNORECASE)
    return max([start, *(found.end() for found in barred)])


def _end_of_name(line: str, noun: re.Match[str], pack: LanguagePack, words: AmendingWords) -> int:
    """Where a name with this noun ends."""
    if words.closes:
        number = _closing_number(words.numbers).match(line, noun.end())
        return number.end() if number else noun.end()
    end = _name_ends(words.ends, dash=words.dash).search(line, noun.end())
    verb = _verbs(pack.structure.amendment_stems, words.small).search(line, noun.end())
    return min(end.start() if end else len(line), verb.start() if verb else len(line), noun.start() + _LONGEST_NAME)


@cache
def _nouns(acts: tuple[str, ...], endings: tuple[str, ...], *, compounds: bool) -> re.Pattern[str]:
    """A word for an act, the whole word where it ends a longer one; ``noun`` is the word without what stands before it in a compound."""
    begin = r"(?<![\w’'])[\w-]*?" if compounds else r"(?<!\w)"
    after = rf"(?:{'|'.join(map(re.escape, endings))})?(?!\w)" if endings else r"[\w.]*"
    return re.compile(rf"{begin}(?P<noun>(?:{'|'.join(map(re.escape, acts)) or '(?!)'}){after})", re.IGNORECASE)


@cache
def _leading(leads: tuple[str, ...]) -> re.Pattern[str]:
    """The word right before a noun that belongs to the name ("Zweites Buch"), with its ending."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, leads)) or '(?!)'})\w{{0,2}}\s+$", re.IGNORECASE)


@cache
def _closing_number(numbers: tuple[str, ...]) -> re.Pattern[str]:
    """The number behind a noun that ends a name."""
    return re.compile(rf"\s+(?:{'|'.join(map(re.escape, numbers)) or '(?!)'})\s?[\w./-]*\w")


@cache
def _name_ends(ends: tuple[str, ...], *, dash: bool) -> re.Pattern[str]:
    """What tells an act's date, its gazette, its title, and ends its name; behind a ``dash`` the name may go on."""
    return re.compile(rf"[,;:()—{'' if dash else '–'}]|\s(?:{'|'.join(map(re.escape, ends)) or '(?!)'})\s")


@cache
def _verbs(stems: tuple[str, ...], small: tuple[str, ...]) -> re.Pattern[str]:
    """The first words of what announces new text, without ``small`` ones: "is", "wird", "se"."""
    first = {stem.split()[0] for stem in stems} - set(small)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, first))) or '(?!)'})(?!\w)", re.IGNORECASE)
