"""Word documents (DOCX, ECMA-376): text as Word shows it, with the numbers that it counts itself."""

from dutybook.layout.docx.reader import read_docx

__all__ = ["read_docx"]
