"""The reader's language, as a request says it, and sizes as people say them."""

from __future__ import annotations

from babel.numbers import format_decimal
from starlette.requests import HTTPConnection

from dutybook.languages.reader import FALLBACK, reader_languages, reader_words

LANGUAGE = "dutybook-language"
_UNITS = (("gb", 10**9), ("mb", 10**6), ("kb", 10**3))


def language_of(request: HTTPConnection) -> str:
    """The reader's language: chosen before, else the first that the browser asks for and we have."""
    ours = reader_languages("web")
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in ours:
        return chosen
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in ours:
            return code
    return FALLBACK


def size(value: int, language: str) -> str:
    """A size in bytes, as people say it.

    >>> size(1_234_567, "fr")
    '1,2 Mo'
    """
    unit = reader_words("frame", language)
    for name, many in _UNITS:
        if value >= many:
            shown = round(value / many, 1 if value < 100 * many else None)
            return f"{format_decimal(shown, locale=language)} {unit(f'unit.{name}')}"
    return f"{value} {unit('unit.b')}"
