"""Rich Text files (RTF 1.9.1): text as Word shows it; numbers of lists stand in the file."""

from dutybook.layout.rtf.reading import read_rtf

__all__ = ["read_rtf"]
