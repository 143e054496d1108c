"""The PDF as a file: opened whatever it may be, its properties, and the files embedded in it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from dutybook.errors import BadDocument, BrokenDocument, EmptyDocument, EncryptedDocument, TooLarge
from dutybook.languages.publication_lines import names_gazette
from dutybook.layout.limits import Limits
from dutybook.layout.pdf.form_fields import prepare_forms
from dutybook.reasons import Why, because, error_words
from dutybook.records import Furniture
from dutybook.records.dates import make_iso_date


def _open_with_passwords(source: bytes | Path, password: str | None) -> Any:
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
def open_pdf(source: bytes | Path, password: str | None, limits: Limits) -> Iterator[Any]:
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
        text = "the PDF has {size} MB, more than the {limit} MB allowed: split it, or raise the limit"
        raise TooLarge(because(Why.LARGER, text, size=round(size / 1e6), limit=round(limits.max_bytes / 1e6)))
    try:
        document = _open_with_passwords(source, password)
    except pdfium.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            if password is None:
                text = "the PDF is encrypted and needs a password: pass it (--password on the command line), or save the file without one"
                raise EncryptedDocument(because(Why.NEEDS_PASSWORD, text)) from error
            text = "the PDF is encrypted and the password given does not open it: check the password"
            raise EncryptedDocument(because(Why.WRONG_PASSWORD, text)) from error
        if code == raw.FPDF_ERR_SECURITY or "security" in str(error).lower():
            text = "the PDF is encrypted in a way that cannot be opened here: save it without encryption"
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, text)) from error
        text = "the PDF cannot be opened ({why}): get it again, or repair it by saving it from a PDF viewer"
        raise BrokenDocument(because(Why.PDF_DAMAGED, text, why=error_words(error).rstrip("."))) from error
    try:
        if len(document) == 0:
            raise EmptyDocument(because(Why.EMPTY, "the PDF has no pages: get it again from its source"))
        prepare_forms(document)
        yield document
    finally:
        document.close()


#: More than these are not listed.
MAX_ATTACHMENTS = 1000


# Embedded files may be encrypted alone (ISO 32000-2, 7.6.6, EFF), which pdfium does not undo; nothing in an encryption
# dictionary is compressed.
_APART = re.compile(rb"/EFF\s*/(?!Identity\b)\w")
_WHOLE = re.compile(rb"/StmF\s*/(?!Identity\b)\w")


class Attachments:
    """The files embedded in a PDF, in the order of its name tree. ``names`` are as they are written, perhaps empty."""

    def __init__(self, data: bytes, password: str | None, limits: Limits) -> None:
        self._data, self._password, self._limits = data, password, limits
        self._locked = bool(_APART.search(data)) and not _WHOLE.search(data)
        try:
            with open_pdf(data, password, limits) as document:
                self.names = attachment_names(document)
        except BadDocument:
            # What is wrong with the PDF is reported when it is read.
            self.names = ()

    def read(self, index: int) -> bytes:
        """The bytes of an embedded file.

        Raises:
            EncryptedDocument: it is encrypted though the PDF is not.
            BrokenDocument: it cannot be unpacked.
            TooLarge: it is larger than files may be.
        """
        if self._locked:
            text = "the files embedded in the PDF are encrypted apart from it: save them from a viewer that has the password"
            raise EncryptedDocument(because(Why.STRANGE_ENCRYPTION, text))
        with open_pdf(self._data, self._password, self._limits) as document:
            try:
                data = bytes(document.get_attachment(index).get_data())
            except Exception as error:
                text = "the file embedded in the PDF cannot be unpacked: look at it in a viewer"
                raise BrokenDocument(because(Why.EMBEDDED, text)) from error
        if len(data) > self._limits.max_bytes:
            text = "it has more than {limit} MB: split it"
            raise TooLarge(because(Why.OVER, text, limit=self._limits.max_bytes >> 20))
        return data


def attachment_names(document: Any) -> tuple[str, ...]:
    """The names of the files embedded in an open document, up to :data:`MAX_ATTACHMENTS`."""
    found = []
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        try:
            found.append(str(document.get_attachment(index).get_name()))
        except Exception:  # a damaged entry keeps its place
            found.append("")
    return tuple(found)


_DATE = re.compile(r"(?<![\d/.])(\d{1,2})[./](\d{1,2})[./](\d{4})(?![\d/])")
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_CONSOLIDATED = re.compile(
    r"(?P<celex>0\d{4}[A-Z]{1,2}\d{4}) [—–-] [A-Z]{2} [—–-] (?P<d>\d\d)\.(?P<m>\d\d)\.(?P<y>\d{4})(?!\d)"
)
_PDF_DATE = re.compile(r"^(?:D:)?(\d{4})(\d{2})(\d{2})")
_ELI = re.compile(r"https?://\S*?/eli/\S+")


def read_properties(document: Any) -> dict[str, str]:
    """``title``, ``author``, ``created`` (ISO date) of the file's properties, as far as they are given.

    ``attachments``: the names of embedded files, a line each.
    """
    found: dict[str, str] = {}
    if attached := attachment_names(document):
        found["attachments"] = "\n".join(" ".join(name.split()) or "without a name" for name in attached)
    try:
        given = document.get_metadata_dict(skip_empty=True)
    except Exception:  # pdfium's errors on damaged properties are of no interest: the text counts
        return found
    for ours, theirs in (("title", "Title"), ("author", "Author"), ("language", "Lang")):
        value = " ".join(str(given.get(theirs, "")).split())
        if value and value.isprintable():
            found[ours] = value[:500]
    match = _PDF_DATE.match(str(given.get("CreationDate", "")))
    if match and (made := make_iso_date(int(match[1]), int(match[2]), int(match[3]))):
        found["created"] = made
    return found


def read_running_headers(furniture: Sequence[Furniture]) -> dict[str, str]:
    """``published`` (the one date all running headers agree on), ``header`` (a sample) and ``eli``.

    Those of a consolidated act give ``version_date`` and ``celex`` instead of ``published``.
    """
    found: dict[str, str] = {}
    headers = [piece.text for piece in furniture if piece.kind.value in ("header", "footer")]
    if headers:
        found["header"] = max(headers[:12], key=len)[:300]
    counts: Counter[str] = Counter()
    for text in headers:
        version = _CONSOLIDATED.match(text)
        if version:
            # The header of a consolidated text says which version it is, not when anything was published.
            found["version_date"] = make_iso_date(int(version["y"]), int(version["m"]), int(version["d"])) or ""
            found["celex"] = f"{version['celex']}-{found['version_date'].replace('-', '')}"
            continue
        dates = [(year, month, day) for day, month, year in _DATE.findall(text)] + _ISO.findall(text)
        counts.update({value for parts in dates if (value := make_iso_date(*map(int, parts)))})
        if "eli" not in found and (link := _ELI.search(text)):
            found["eli"] = link.group()
    if counts:
        best, count = counts.most_common(1)[0]
        # The day on which a file was made stands in headers, too: only a gazette's header says when the text was published.
        if count > counts.total() / 2 and names_gazette(headers):
            found["published"] = best
    return found
