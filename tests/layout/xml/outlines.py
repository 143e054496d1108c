"""Outlines as text, one provision a line: what a reader of a test sees at a glance."""

from __future__ import annotations

from pathlib import Path

from dutybook.layout.xml import read_xml
from dutybook.records import Layout

FIXTURES = Path(__file__).parent / "fixtures"


def read(name: str) -> Layout:
    """The layout of a sample."""
    return read_xml((FIXTURES / f"{name}.xml").read_bytes())


def outline(layout: Layout) -> str:
    """``kind number heading``, indented by depth; ``»`` stands before what is quoted, ``§`` before signed numbers."""
    depths: list[int] = []
    lines = []
    for element in layout.outline:
        depths.append(0 if element.parent is None else depths[element.parent] + 1)
        number = f"§ {element.number}" if element.sign else f"{element.cited} {element.number}".strip()
        words = [element.kind.value, number, element.heading]
        lines.append("  " * depths[-1] + ("» " if element.quoted else "") + " ".join(filter(None, words)))
    return "\n".join(lines)


def blocks(layout: Layout) -> list[str]:
    """The blocks' texts."""
    return [block.span.of(layout.text) for block in layout.blocks]
