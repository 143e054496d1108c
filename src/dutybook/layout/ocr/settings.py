"""What text recognition may cost, and what it is told of the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# The language of a text (ISO 639-1) and how sure that is, 0 to 1.
Identify = Callable[[str], tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Recognition:
    """``language`` (ISO 639-1) is what the user says; else the document's own text pages tell, else a first page does.

    ``identify`` tells the language of a text; without it only ``language`` and what the file says of itself count.
    ``seconds`` is wall clock for all pages of a file, ``page_seconds`` for one of them, ``pixels`` the most an image
    of a page may have, ``processes`` how many pages are recognised at a time.
    """

    language: str | None = None
    identify: Identify | None = None
    seconds: float = 20.0
    page_seconds: float = 20.0
    pixels: int = 10_000_000
    processes: int = 2

    def __post_init__(self) -> None:
        for name in ("seconds", "page_seconds", "pixels", "processes"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above zero")
