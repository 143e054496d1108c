"""Pack sections ``[structure]`` and ``[sentences]``: words by which an act is laid out."""

from __future__ import annotations

from dutybook.languages.sections.base import Section


class StructureWords(Section):
    """Words of headings and formulas. All are matched at the start of a block, case folded."""


class Sentences(Section):
    """What the sentence splitter must know."""
