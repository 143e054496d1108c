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
        raise EmptyDocument("the file is empty (0 bytes): get it again from its source")
    if size > limits.max_bytes:
        raise TooLarge(
            f"the PDF has {size / 1e6:.0f} MB, more than the {limits.max_bytes / 1e6:.0f} MB allowed: "
            "split it, or raise the limit"
        )
    try:
        document = _first_that_opens(source, password)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            if password is None:
                raise EncryptedDocument(
                    "the PDF is encrypted and needs a password: pass it (--password on the command line), or save the file without one"
                ) from error
            raise EncryptedDocument(
                "the PDF is encrypted and the password given does not open it: check the password"
            ) from error
        if code == raw.FPDF_ERR_SECURITY or "security" in str(error).lower():
            raise EncryptedDocument(
                "the PDF is encrypted in a way that cannot be opened here: save it without encryption"
            ) from error
        raise BrokenDocument(
            f"the PDF cannot be opened ({str(error).rstrip('.')}): get it again, or repair it by saving it from a PDF viewer"
        ) from error
    try:
        if len(document) == 0:
            raise EmptyDocument("the PDF has no pages: get it again from its source")
        yield document
    finally:
        document.close()
