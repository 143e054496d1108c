"""Recognises words with which an order enables somebody ("shall be able to"), listed in ``enabling.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from pydantic import TypeAdapter, ValidationError

from dutybook.errors import Defect

_FILE = TypeAdapter(dict[str, tuple[str, ...]])


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    text = (resources.files("dutybook.languages") / "enabling.toml").read_text(encoding="utf-8")
    try:
        found = _FILE.validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise Defect(f"enabling.toml is not valid: {error}") from error
    forms = {code: "|".join(re.escape(w).replace(r"\*", r"\w*") for w in words) for code, words in found.items()}
    return {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, words in forms.items()}


def enables(text: str, language: str) -> bool:
    """Whether a text has such a word. True for every text in a language whose words are not known.

    >>> enables("Users shall be able to complain.", "en"), enables("Users shall complain.", "en")
    (True, False)
    """
    pattern = _patterns().get(language)
    return pattern is None or pattern.search(text) is not None
