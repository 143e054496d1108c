"""Pack patterns to compiled regular expressions (the pattern language is described in ``languages/sections/temporal``).

Expressions of time are replaced by one private-use character each before a rule looks at a sentence, so that a
rule is a short regular expression over words and slots, and never has to know how dates are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import count

SLOTS = {
    "quantity": "\ue000",
    "date": "\ue001",
    "year": "\ue002",
    "day": "\ue003",
    "month": "\ue004",
    "ordinal": "\ue005",
    "relative": "\ue006",
    "weekday": "\ue007",
    "range": "\ue008",
    "recurring": "\ue009",
    "weekdays": "\ue00a",
    "void": "\ue00b",
}
NEVER = re.compile(r"(?!)")
_ANY_SLOT = re.compile("[\ue000-\ue0ff]")


def without_slots(text: str) -> str:
    """``text`` with every character that could be taken for a slot replaced, at the same length."""
    return _ANY_SLOT.sub("�", text) if _ANY_SLOT.search(text) else text


def fragment(pattern: str) -> str:
    """One pack pattern as regular expression source, slots filled in, without boundaries."""
    source = pattern.replace("'", "['’]").replace(" ?", r"\s*").replace(" ", r"\s+")
    for name, char in SLOTS.items():
        source = source.replace("{" + name + "}", char)
    return source


def bounded(source: str) -> str:
    """``source`` as whole words: no letter or digit directly before or after, unless it ends in an apostrophe."""
    return rf"(?:(?<!\w)|(?!\w))(?:{source})(?:(?!\w)|(?<=['’]))"


def alternatives(patterns: Iterable[str]) -> str:
    """The patterns as one alternation, longest first, so that the longer phrase is tried before its beginning."""
    return "|".join(fragment(p) for p in sorted(patterns, key=len, reverse=True))


@lru_cache(maxsize=4096)
def anywhere(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Finds one of the phrases as whole words; never matches where there is none."""
    return re.compile(bounded(alternatives(patterns)), re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=4096)
def at_end(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Finds one of the phrases at the end of a text, white space after it allowed."""
    return re.compile(rf"(?<!\w)(?:{alternatives(patterns)})\s*$", re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=64)
def at_end_of_clause(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the run of such words, white space before each, that ends a text. The words are taken as they are."""
    return re.compile(rf"(?:\s+(?:{'|'.join(words)}))+\s*$") if words else NEVER


@lru_cache(maxsize=4096)
def at_start(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """For ``match``: one of the phrases after white space."""
    source = rf"\s*(?:{alternatives(patterns)})(?:(?!\w)|(?<=['’]))"
    return re.compile(source, re.IGNORECASE) if patterns else NEVER


@lru_cache(maxsize=1024)
def quoting(patterns: tuple[str, ...], unit_forms: str = "") -> re.Pattern[str]:
    """A rule's patterns as one expression, in the pack's order. Groups ``q…`` are quotes, ``u…`` names of units."""
    number = count()

    def numbered(source: str) -> str:
        source = source.replace("«", f"(?P<q{next(number)}>", 1).replace("»", ")", 1)
        return source.replace("{unit}", f"(?P<u{next(number)}>{unit_forms or '(?!)'})")

    return re.compile(bounded("|".join(numbered(fragment(p)) for p in patterns)), re.IGNORECASE)


def group(match: re.Match[str], letter: str) -> tuple[int, int] | None:
    """Where the group of a :func:`quoting` match lies whose name begins with ``letter``; None where none matched."""
    for name, value in match.groupdict().items():
        if name[0] == letter and value is not None:
            return match.span(name)
    return None
