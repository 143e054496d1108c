"""OpenDocument texts (ODT, ISO/IEC 26300): text as it is shown, with the numbers that the program counts itself."""

from dutybook.layout.odt.reading import read_odt

__all__ = ["read_odt"]
