r"""Loads spaCy's tokenizers without the seconds that spaCy, and one of them, take to import.

French lists 450 compounds ("sous-…", "porte-…"), each with a class of 1,300 small letters, and compiles them on import:
four seconds of processor time in each process that reads a French sentence. With ``\w`` for the letters it takes a
twentieth. ``\w`` also matches digits and the underscore, which no compound contains: words with any are excluded before.

spaCy itself imports its commands, with what these need for downloads and templates (a fifth of a second), and PyTorch
if it is installed, for example for training (1.6 seconds, 200 MB). Tokenizers need neither.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import ModuleType
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
    with _one_at_a_time:
        with _tokenizers_alone():
            import spacy
        with _letters_as_a_category():
            nlp = spacy.blank(code)
    rules: Any = nlp.tokenizer
    if getattr(rules.token_match, "__self__", None) in _shortened:
        rules.token_match = _of_letters(rules.token_match)
    return nlp


@contextmanager
def _tokenizers_alone() -> Iterator[None]:
    """While spaCy is imported, hide PyTorch, and import spaCy's commands only when they are used."""
    modules: dict[str, Any] = sys.modules
    absent: dict[str, Any] = {
        "torch": None,
        "spacy.cli": ModuleType("spacy.cli"),
        "spacy.cli.info": ModuleType("spacy.cli.info"),
    }
    absent["spacy.cli.info"].info = _info
    absent = {name: module for name, module in absent.items() if name not in modules}
    modules.update(absent)
    try:
        yield
    finally:
        for name in absent:
            modules.pop(name, None)


def _info(*args: Any, **more: Any) -> Any:
    """``spacy.info``."""
    from spacy.cli.info import info

    return info(*args, **more)


@contextmanager
def _letters_as_a_category() -> Iterator[None]:
    r"""While the module of the language is imported, let ``re.compile`` read spaCy's classes of letters as ``\w``."""
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
