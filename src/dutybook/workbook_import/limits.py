"""What a workbook may take that somebody gives us: nothing in it is trusted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file and of what it unpacks to, rows, seconds (wall clock), bytes of memory of the process that reads it.

    ``line`` is the longest answer about one row that is taken from that process, in bytes.
    """

    max_bytes: int = 200_000_000
    unpacked: int = 4_000_000_000
    rows: int = 1_000_000
    seconds: float = 600.0
    memory: int = 4 << 30
    line: int = 16_000_000
