"""Words with which news and documents say how far an act in the making has come, and that a sentence is about a change of an act or denies
what it says (``procedures.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from dutybook.records import Step

if TYPE_CHECKING:
    from dutybook.languages.procedure_words import ProcedureWords

#: The steps of a procedure that words tell; entry into force is a fact of its own.
STEPS: Final = tuple(step for step in Step if step is not Step.IN_FORCE)
_GAP = r"(?:\W+\w+){0,8}?\W+"


@cache
def _words() -> dict[str, ProcedureWords]:
    from dutybook.languages.procedure_words import load_procedure_words

    return load_procedure_words()


@cache
def procedure_pattern(language: str, kind: str) -> re.Pattern[str] | None:
    """Finds the words of a kind (a step, ``postponed``, ``amended``, ``government`` …) in a language; None if they are not known.

    >>> bool(procedure_pattern("en", "amended").search("The amended Act applies."))
    True
    """
    words = _words().get(language)
    phrases = getattr(words, kind) if words is not None else ()
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(phrase_source, phrases))})", re.IGNORECASE) if phrases else None


@cache
def basis_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What makes an act the basis of something else: words at the end of the text before it, and at the beginning of the text behind it."""
    words = _words().get(language)
    before, after = (words.basis, words.basis_after) if words is not None else ((), ())
    return (
        re.compile(rf"(?<!\w)(?:{_any_of(before)})\W+(?:\w+\W+){{0,3}}$", re.IGNORECASE),
        re.compile(rf"\W*(?:{_any_of(after)})", re.IGNORECASE),
    )


@cache
def dated_pattern(language: str) -> re.Pattern[str]:
    """Finds what stands between an act and the date that is part of its name ("of", "vom"), for ``match`` behind the act."""
    words = _words().get(language)
    return re.compile(rf",?\s+(?:{_any_of(words.dated if words is not None else ())})\s+", re.IGNORECASE)


def begins_with_day_of_act(line: str) -> bool:
    """Whether a line begins as the day of an act that its name goes on with, in any language.

    >>> begins_with_day_of_act("Vom 3. Mai 2031"), begins_with_day_of_act("3. Mai 2031"), begins_with_day_of_act("Of lamps")
    (True, False, False)
    """
    return _day_of_act().match(line) is not None


@cache
def _day_of_act() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_any_of(sorted({each for words in _words().values() for each in words.dated}))})\s*\d", re.IGNORECASE
    )


@cache
def _until(language: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    words = _words().get(language)
    if words is None:
        return None
    before, after = ("|".join(phrases) or "(?!)" for phrases in (words.until, words.until_after))
    return (
        re.compile(rf"(?<!\w)(?:{before})\s*$".replace(" ", r"\s+"), re.IGNORECASE),
        re.compile(rf"\s*(?:{after})(?!\w)", re.IGNORECASE),
    )


def ends_on(text: str, start: int, end: int, language: str) -> bool:
    """Whether the words around a date make it the last day of something.

    >>> ends_on("open until 3 May 2031", 11, 21, "en"), ends_on("opened on 3 May 2031", 10, 20, "en")
    (True, False)
    """
    patterns = _until(language)
    if patterns is None:
        return False
    before, after = patterns
    return before.search(text[max(0, start - 40) : start]) is not None or after.match(text, end) is not None


def find_main_act(title: str, named: Iterable[tuple[str, str]]) -> str | None:
    """The act that an article is about as a whole: the only one that its title names, or else the only one that it names at all.

    Args:
        title: of the article.
        named: the act and its words, of each place where the article names one.
    """
    named, folded = list(named), " ".join(title.casefold().split())
    titled = {act for act, words in named if " ".join(words.casefold().split()) in folded}
    acts = titled or {act for act, _ in named}
    return next(iter(acts)) if len(acts) == 1 else None


def _any_of(phrases: Sequence[str]) -> str:
    return "|".join(map(phrase_source, phrases)) or "(?!)"


def phrase_source(phrase: str) -> str:
    """The regular expression of a phrase: ``~`` for any ending of a word, ``…`` for up to eight words between."""
    source = phrase.replace(" … ", "\0").replace("~", r"\w*").replace(" ", r"\s+").replace("\0", _GAP)
    return source + (r"(?!\w)" if re.search(r"[\w~)?]$", phrase) else "")
