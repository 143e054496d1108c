"""A pack's patterns without slots (see ``languages/sections/temporal``) as regular expressions."""

from __future__ import annotations

import re
from functools import lru_cache


def source(pattern: str) -> str:
    """One pattern as the source of a regular expression."""
    return pattern.replace("'", "['’]").replace(" ?", r"\s*").replace(" ", r"\s+")


@lru_cache(maxsize=512)
def anywhere(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Finds one of the phrases as whole words; never matches where there is none."""
    joined = "|".join(source(p) for p in patterns) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{joined})(?:(?!\w)|(?<=['’]))", re.IGNORECASE)
