"""Dates, quantities and phrases of time in a sentence."""

from dutybook.extract.deadlines.expressions.masking import Expression, Masked
from dutybook.extract.deadlines.expressions.scanner import Scanner, scanner_of

__all__ = ["Expression", "Masked", "Scanner", "scanner_of"]
