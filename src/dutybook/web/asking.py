"""What an address asks for: texts, numbers and days that may be anything, made into something or left out."""

from __future__ import annotations

from starlette.requests import Request

#: No title, name or number that is sought is longer.
_LONGEST = 500
_MOST = 1_000_000


def text_of(request: Request, name: str) -> str:
    """A parameter as text; empty where it is not there. Characters that no text has are left out."""
    return clean(request.query_params.get(name, ""))


def clean(text: str) -> str:
    """Text that SQLite and pages can hold: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode().strip()[:_LONGEST]


def number(text: str | None, otherwise: int, first: int = 0, last: int = _MOST) -> int:
    """A whole number from ``first`` to ``last``, ``otherwise`` if the text is none of them."""
    if text and text.isascii() and text.isdigit() and len(text) < 9 and first <= int(text) <= last:
        return int(text)
    return otherwise


def offset_of(request: Request) -> int:
    """How many rows of a list stand before the page."""
    return number(request.query_params.get("offset"), 0)
