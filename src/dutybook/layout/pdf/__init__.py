"""PDF: words and boxes over pdfium, tables by their rulings, one text in reading order."""

from dutybook.layout.pdf.reader import read_pdf

__all__ = ["read_pdf"]
