"""Layouts of the measuring texts: each file is read once in a run, however many tests look at it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from analysed import kept
from dutybook.layout.html import read_html
from dutybook.layout.pdf import read_pdf
from dutybook.records import Layout


@lru_cache(maxsize=64)
def layout_of(path: Path) -> Layout:
    """The layout of a PDF or of a page."""
    return kept(f"layout-{path.as_posix().strip('/').replace('/', '-')}", lambda: _read(path))


def _read(path: Path) -> Layout:
    data = path.read_bytes()
    return read_pdf(data) if path.suffix == ".pdf" else read_html(data)
