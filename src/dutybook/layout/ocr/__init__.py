"""Text recognition: images of pages to words with boxes, by tesseract as a child process, where it is installed."""

from dutybook.layout.ocr.engine import Engine, installed
from dutybook.layout.ocr.settings import Recognition

__all__ = ["Engine", "Recognition", "installed"]
