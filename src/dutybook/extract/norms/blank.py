"""spaCy's tokenizers without the seconds that one of them takes to be imported.

French lists 450 compounds ("sous-…", "porte-…"), each with a class of 1,300 small letters, and compiles them as it is
imported: four seconds of processor time in each process that reads a French sentence. With ``\\w`` for the letters it is a
twentieth. ``\\w`` is also digits and the underscore, which stand in no compound: words with any are refused before.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

#: A pattern that spells out the letters more often than this is worth it.
_OFTEN = 50
_NO_LETTER = re.compile(r"[\d_]")
_one_at_a_time = threading.Lock()
_shortened: set[re.Pattern[str]] = set()


def blank(code: str) -> Language:
    """``spacy.blank``: the rule-based tokenizer of a language, without a statistical model."""
    import spacy

    with _one_at_a_time, _letters_as_a_category():
        nlp = spacy.blank(code)
    rules: Any = nlp.tokenizer
    if getattr(rules.token_match, "__self__", None) in _shortened:
        rules.token_match = _of_letters(rules.token_match)
    return nlp


@contextmanager
def _letters_as_a_category() -> Iterator[None]:
    """While the language's module is imported, ``re.compile`` reads spaCy's classes of letters as ``\\w``."""
    from spacy.lang.char_classes import ALPHA, ALPHA_LOWER

    real = re.compile

    @wraps(real)
    def shorter(pattern: Any, flags: Any = 0) -> Any:
        if not isinstance(pattern, str) or pattern.count(ALPHA_LOWER) < _OFTEN:
            return real(pattern, flags)
        made = real(pattern.replace(ALPHA_LOWER, r"\w").replace(ALPHA, r"\w"), flags)
        _shortened.add(made)
        return made

    re.compile = shorter
    try:
        yield
    finally:
        re.compile = real


def _of_letters(match: Callable[[str], re.Match[str] | None]) -> Callable[[str], re.Match[str] | None]:
    return lambda word: None if _NO_LETTER.search(word) else match(word)
