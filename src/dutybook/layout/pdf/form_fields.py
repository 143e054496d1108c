"""The values of form fields as words of their page.

pdfium's text of a page is what the page itself draws. What somebody filled in stands in the fields (ISO 32000-2, 12.7),
with or without a picture of it, and is text for a reader all the same.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

import pypdfium2.raw as raw

from dutybook.layout.pdf.words import Frame, Word, style_of

_WITH_VALUES = frozenset({raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX})
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD = 1 << 13
"""The flag of a text field that shows no letters (ISO 32000-2, table 231)."""
_MAX_FIELDS = 2000
_MAX_BYTES = 20_000
_SMALLEST, _LARGEST = 6.0, 12.0
_LETTER = 0.5
"""The usual width of a letter as a share of its size."""


def prepare_forms(document: Any) -> None:
    """Let pdfium know the fields of an open document; must come before its pages are opened."""
    if raw.FPDF_GetFormType(document.raw) != raw.FORMTYPE_NONE and document.formenv is None:
        document.init_forms()


def read_field_words(document: Any, page: Any, frame: Frame) -> list[Word]:
    """The words of the values of a page's fields, each where its field is; empty where the document has no form."""
    if document.formenv is None:
        return []
    form = document.formenv.raw
    found: list[Word] = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            if _has_value(form, annotation):
                found.extend(_words_in(_value(form, annotation), _box(annotation, frame)))
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _has_value(form: Any, annotation: Any) -> bool:
    if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
        return False
    if raw.FPDFAnnot_GetFormFieldType(form, annotation) not in _WITH_VALUES:
        return False
    return not raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD


def _value(form: Any, annotation: Any) -> str:
    size = min(raw.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0), _MAX_BYTES)
    if size <= 2:
        return ""
    room = ctypes.create_string_buffer(_MAX_BYTES + 2)
    raw.FPDFAnnot_GetFormFieldValue(form, annotation, ctypes.cast(room, ctypes.POINTER(raw.FPDF_WCHAR)), len(room))
    return room.raw[:size].decode("utf-16-le", "replace").rstrip("\0")


def _box(annotation: Any, frame: Frame) -> tuple[float, float, float, float]:
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, ctypes.byref(rect))
    xa, ya = frame.place(rect.left, rect.top)
    xb, yb = frame.place(rect.right, rect.bottom)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def _words_in(value: str, box: tuple[float, float, float, float]) -> Iterator[Word]:
    """The words of a value, line by line from the top of its box; how wide they are drawn is estimated."""
    x0, top, x1, bottom = box
    lines = [line.split() for line in value.splitlines() if line.strip()]
    if not lines or x1 <= x0 or bottom <= top:
        return
    high = (bottom - top) / len(lines)
    for number, words in enumerate(lines):
        letters = sum(map(len, words)) + len(words) - 1
        size = max(min(0.8 * high, _LARGEST, (x1 - x0) / (letters * _LETTER)), _SMALLEST)
        style = style_of(size, False, False, True)
        base = top + (number + 0.5) * high + 0.35 * size
        x = x0
        for word in words:
            wide = len(word) * _LETTER * size
            yield Word(word, x, base - 0.8 * size, x + wide, base + 0.2 * size, base, style)
            x += wide + _LETTER * size
