"""The lines of ``tests/specs/<language>/*.txt`` that are examples; those that begin with ``#`` are for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SPECS = Path(__file__).parent / "specs"


@dataclass(frozen=True)
class Line:
    """An example as it is written, with where it stands."""

    language: str
    file: str
    number: int
    marked: str

    def __str__(self) -> str:
        return f"{self.language}/{self.file}:{self.number}: {self.marked}"


def spec_lines(path: Path) -> list[Line]:
    """The examples of a file, in order."""
    return [
        Line(path.parent.name, path.name, number, line)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
