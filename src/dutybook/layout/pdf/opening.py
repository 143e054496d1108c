"""Opening a PDF that may be anything: encrypted, broken, huge, or no PDF at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from dutybook.errors import BrokenDocument, EmptyDocument, EncryptedDocument, TooLarge
from dutybook.layout.limits import Limits
from dutybook.reasons import Why, because


def _first_that_opens(source: bytes | Path, password: str | None) -> Any:
    """The document; the password may be meant for others of a folder, and this one need none."""
    # Typed letters with accents come composed or not; in the file they are composed (ISO 32000-2, 7.6.4.3.3: SASLprep).
    tries = dict.fromkeys((password, unicodedata.normalize("NFKC", password), None)) if password else (password,)
    failure: Exception | None = None
    for attempt in tries:
        try:
            return pdfium.PdfDocument(source, password=attempt)
        except pdfium.PdfiumError as error:
            failure = failure or error
            if getattr(error, "err_code", None) != raw.FPDF_ERR_PASSWORD:
                break
    assert failure
    raise failure


@contextmanager
def opened(source: bytes | Path, password: str | None, limits: Limits) -> Iterator[Any]:
    """The open document, from its bytes or from a file that keeps them; a file is read as far as it is needed.

    Raises:
        EmptyDocument: no bytes, or no pages.
        TooLarge: more bytes than ``limits.max_bytes``.
        EncryptedDocument: a password is needed, or the given one is wrong.
        BrokenDocument: pdfium cannot open it.
    """
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    if not size:
        raise EmptyDocument(because(Why.EMPTY, "the file is empty (0 bytes): get it again from its source"))
    if size > limits.max_bytes:
        raise TooLarge(
            because(
                Why.LARGER,
                "the PDF has {size} MB, more than the {limit} MB allowed: split it, or raise the limit",
                size=round(size / 1e6),
                limit=round(limits.max_bytes / 1e6),
            )
        )
    try:
        document = _first_that_opens(source, password)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            if password is None:
                raise EncryptedDocument(
                    because(
                        Why.NEEDS_PASSWORD,
                        "the PDF is encrypted and needs a password: pass it (--password on the command line), or save the file without one",
                    )
                ) from error
            raise EncryptedDocument(
                because(
                    Why.WRONG_PASSWORD,
                    "the PDF is encrypted and the password given does not open it: check the password",
                )
            ) from error
        if code == raw.FPDF_ERR_SECURITY or "security" in str(error).lower():
            raise EncryptedDocument(
                because(
                    Why.STRANGE_ENCRYPTION,
                    "the PDF is encrypted in a way that cannot be opened here: save it without encryption",
                )
            ) from error
        raise BrokenDocument(
            because(
                Why.PDF_DAMAGED,
                "the PDF cannot be opened ({why}): get it again, or repair it by saving it from a PDF viewer",
                why=str(error).rstrip("."),
            )
        ) from error
    try:
        if len(document) == 0:
            raise EmptyDocument(because(Why.EMPTY, "the PDF has no pages: get it again from its source"))
        yield document
    finally:
        document.close()
