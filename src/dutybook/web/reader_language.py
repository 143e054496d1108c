"""Determines the reader's language and locale from a request, and formats file sizes in it."""

from __future__ import annotations

from functools import cache

from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from starlette.requests import HTTPConnection

from dutybook.languages.reader import FALLBACK, reader_languages, reader_words

LANGUAGE = "dutybook-language"
_UNITS = (("gb", 10**9), ("mb", 10**6), ("kb", 10**3))


def language_of(request: HTTPConnection) -> str:
    """The reader's language: the one chosen before, else the first that the browser asks for and that is supported."""
    ours = reader_languages("web")
    chosen = request.cookies.get(LANGUAGE, "")
    if chosen in ours:
        return chosen
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code = part.partition(";")[0].strip().partition("-")[0].lower()
        if code in ours:
            return code
    return FALLBACK


def form_of(request: HTTPConnection, language: str) -> str:
    """The locale for dates and numbers ("de_AT", "en_GB"): the browser's if it belongs to the language, else that of
    the language.
    """
    for part in request.headers.get("accept-language", "").split(",")[:10]:
        code, _, land = part.partition(";")[0].strip().replace("_", "-").partition("-")
        if code.lower() == language and len(land) == 2 and land.isascii() and land.isalpha():
            found = f"{language}_{land.upper()}"
            return found if found in _forms() else language
    return language


@cache
def _forms() -> frozenset[str]:
    return frozenset(locale_identifiers())


def size(value: int, language: str) -> str:
    """A size in bytes, as people say it.

    >>> size(1_234_567, "fr")
    '1,2 Mo'
    """
    unit = reader_words("frame", language)
    for name, many in _UNITS:
        if value >= many:
            rounded = round(value / many, 1 if value < 100 * many else None)
            return f"{format_decimal(rounded, locale=language)} {unit(f'unit.{name}')}"
    return f"{value} {unit('unit.b')}"
