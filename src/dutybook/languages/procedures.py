"""Words with which news and documents say how far an act in the making has come, and that a sentence is about a change of an act or denies
what it says (``procedures.toml``).
"""

from __future__ import annotations

import re
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
    """Finds the words of a kind (a step, ``postponed``, ``amended``, ``negation``) in a language; None if they are not known.

    >>> bool(procedure_pattern("en", "amended").search("The amended Act applies."))
    True
    """
    words = _words().get(language)
    if words is None:
        return None
    sources = "|".join(_source(phrase) for phrase in getattr(words, kind))
    return re.compile(rf"(?<!\w)(?:{sources})", re.IGNORECASE)


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


def _source(phrase: str) -> str:
    source = phrase.replace(" … ", "\0").replace("~", r"\w*").replace(" ", r"\s+").replace("\0", _GAP)
    return source + (r"(?!\w)" if re.search(r"[\w~)?]$", phrase) else "")
