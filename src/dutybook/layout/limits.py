"""Bounds on what one hostile or huge file may cost."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, fields

TABLES = ("fast", "pdfplumber")
"""Who may find the cells of ruled tables."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost at most; a reader that meets a bound raises ``TooLarge`` or reports a problem.

    ``max_bytes`` is of the file, ``max_pages`` of its pages (more pages: those up to the bound are read and the
    rest is reported), ``max_seconds`` wall clock of reading it, ``max_processor_seconds`` the time of a processor for its pages, ``max_text_chars`` of the text that comes out,
    ``max_page_chars`` of one page's text layer, ``max_rulings`` of lines on a page that are looked at for tables.
    ``workers`` processes may share the pages of one large file; the result does not depend on it.
    ``tables`` says who finds the cells of ruled tables in a PDF: ``fast`` (our own steps) or ``pdfplumber`` (slower).
    """

    max_bytes: int = 256 * 1024 * 1024
    max_pages: int = 5000
    max_seconds: float = 180.0
    max_processor_seconds: float = math.inf
    max_text_chars: int = 25_000_000
    max_page_chars: int = 400_000
    max_rulings: int = 1500
    workers: int = 1
    tables: str = "fast"

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "tables" and getattr(self, field.name) <= 0:
                raise ValueError(f"{field.name} must be above zero")
        if self.tables not in TABLES:
            raise ValueError(f"tables must be one of {', '.join(TABLES)}")

    @property
    def seconds(self) -> float:
        """The seconds that a message names: those of the shorter limit."""
        return min(self.max_seconds, self.max_processor_seconds)

    def deadline(self, started: float | None = None) -> Deadline:
        """When reading has to stop that begins now, or began at ``started`` (``time.monotonic``)."""
        begun = time.monotonic() if started is None else started
        return Deadline(begun + self.max_seconds, time.process_time() + self.max_processor_seconds)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When reading has to stop: by the clock (``time.monotonic``), and by the processor time of this process.

    A busy machine gives a process little of a processor: by the clock alone it would read less than an idle one.
    """

    clock: float
    processor: float

    def has_passed(self) -> bool:
        """Whether there is no time left."""
        return time.monotonic() > self.clock or time.process_time() > self.processor

    def clock_left(self) -> float:
        """Seconds until the clock ends it; below zero afterwards."""
        return self.clock - time.monotonic()
