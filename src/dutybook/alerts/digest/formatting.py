"""Parts of an entry: marked quotes, days and links, as readers see them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from dutybook.alerts.text_safety import cut, plain
from dutybook.ingest.containers import SEPARATOR
from dutybook.languages.reader import reader_words

#: So many characters of a quote are shown.
QUOTE = 700
#: Unchanged words between changes that are shown whole.
AROUND = 90
#: Language of a text where the reader's own is not there.
FALLBACK = "en"

#: A run of words with what became of it: ``same``, ``old`` (taken out) or ``new`` (put in).
Piece = tuple[str, str]


def marked(pairs: Iterable[Any]) -> Iterable[Piece]:
    """Pairs of old and new words as marked pieces, with long runs of unchanged words shortened."""
    given = list(pairs)
    shown = 0
    for number, (before, after) in enumerate(given):
        old, new = plain(str(before)), plain(str(after))
        if shown > 2 * QUOTE:
            yield "…", "same"
            return
        if old == new:
            words = _around(old, first=number == 0, last=number == len(given) - 1)
            yield words, "same"
            shown += len(words)
            continue
        for words, mark in ((old, "old"), (new, "new")):
            if words:
                short = cut(words, QUOTE)
                yield short, mark
                shown += len(short)


def _around(words: str, *, first: bool, last: bool) -> str:
    if len(words) <= 2 * AROUND:
        return words
    begins = "" if first else words[:AROUND].rpartition(" ")[0]
    ends = "" if last else words[-AROUND:].partition(" ")[2]
    return f"{begins} … {ends}".strip()


def several(value: object) -> str:
    """What a change was from or to: words, the words of a deadline, or several of them."""
    if isinstance(value, list):
        return "; ".join(several(one) for one in value) or "–"
    if isinstance(value, dict):
        return plain(str(value.get("quote") or value.get("value") or "–"))
    return plain(str(value or "–"))


def day_in_words(written: str, reader: str) -> str:
    """A day, or the month or year that is known of it, as readers of a language write it; what is no date stays as it is.

    >>> day_in_words("2032-03-01", "de")
    '1. März 2032'
    """
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_skeleton

    try:
        locale = Locale.parse(reader_words("alerts", reader)("locale.dates"))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse(FALLBACK)
    try:
        if len(written) == 7:
            return str(format_skeleton("yMMMM", date.fromisoformat(f"{written}-01"), locale=locale))
        return str(format_date(date.fromisoformat(written[:10]), format="long", locale=locale))
    except ValueError:
        return plain(written)


def link_of(source: str, page: int | None) -> str:
    """The way to a source: its address, or the file on this machine, at the page."""
    at = f"#page={page}" if page else ""
    if source.startswith(("http://", "https://")):
        return quote(plain(source), safe="%/:?#[]@!$&'()*+,;=~") + (at if "#" not in source else "")
    path = source.split(SEPARATOR)[0]
    return Path(path).as_uri() + at if path and os.path.isabs(path) else ""
