"""Footnotes and endnotes: their marks, which Word counts itself, and their text."""

from __future__ import annotations

from dutybook.layout.docx.names import W, integer, value
from dutybook.layout.docx.numbering import written
from dutybook.layout.docx.parts import Parts
from dutybook.layout.packed import Element

# Lines that separate notes from the text are kept among the notes.
_NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


class Notes:
    """The notes of a document, and what they are marked with, in the order in which the text refers to them."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.part("settings")
        self._notes: dict[tuple[str, str], Element] = {}
        self._forms: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._marks: dict[tuple[str, str], str] = {}
        for kind, usual in (("footnote", "decimal"), ("endnote", "lowerRoman")):
            root = parts.part(f"{kind}s")
            for note in () if root is None else root.iterfind(W + kind):
                if note.get(f"{W}type") not in _NO_NOTES:
                    self._notes[kind, note.get(f"{W}id") or ""] = note
            said = next(parts.document.iter(f"{W}{kind}Pr"), None)
            if said is None and settings is not None:
                said = settings.find(f"{W}{kind}Pr")
            self._forms[kind] = value(said, "numFmt") or usual
            self._counts[kind] = (integer(value(said, "numStart")) or 1) - 1

    def mark(self, kind: str, identity: str, own: str) -> str:
        """The mark of the next reference to a note; ``own`` is one that the author wrote instead."""
        if own:
            self._marks.setdefault((kind, identity), own)
            return own
        self._counts[kind] += 1
        mark = written(self._counts[kind], self._forms[kind]) or "*"
        self._marks.setdefault((kind, identity), mark)
        return mark

    def marked(self) -> list[tuple[str, str, Element]]:
        """The notes that the text refers to, footnotes first, as (key, mark, note)."""
        ordered = sorted(self._marks.items(), key=lambda item: item[0][0] == "endnote")
        return [(f"{key[0]} {key[1]}", mark, self._notes[key]) for key, mark in ordered if key in self._notes]
