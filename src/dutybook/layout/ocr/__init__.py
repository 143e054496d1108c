"""Text recognition: images of pages to words with boxes, by tesseract as a child process, where it is installed."""

from dutybook.layout.ocr.engine import Engine, Recognition, installed

__all__ = ["Engine", "Recognition", "installed"]
