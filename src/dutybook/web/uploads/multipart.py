"""Receives a multipart form with files: checks its token first, then writes each file straight to the disk, within limits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from dutybook.errors import DutybookError, EmptyDocument, TooLarge
from dutybook.ingest.files import MAX_BYTES
from dutybook.reasons import Why, because
from dutybook.web.error_responses import TranslatedError
from dutybook.web.uploads import storage
from dutybook.web.uploads.storage import NoSpace, Sent, UploadStorage

#: Files and fields of a form, and bytes of a field.
MAX_FILES, MAX_FIELDS, MAX_FIELD = 300, 12, 2000
#: The field whose parts are files.
FILES = "files"
_CHECK_EACH = 4 << 20


class Unacceptable(TranslatedError, DutybookError):
    """The form as a whole is refused with this ``status``."""

    def __init__(self, code: str, status: int, **values: object) -> None:
        DutybookError.__init__(self, self._word(f"upload.{code}" if code != "form" else code, values))
        self.status = status


@dataclass(slots=True)
class Arrived:
    """What was received: ``fields`` by name, and the files with their temporary paths (None: it was refused)."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[Sent, Path | None]] = field(default_factory=list)


class Receiver:
    """Parses a multipart form as it arrives; no file is written before ``allowed`` saw the token, the first field (None: it needs none)."""

    def __init__(
        self,
        boundary: bytes,
        folder: Path,
        shelf: UploadStorage,
        allowed: Callable[[str], bool] | None,
        *,
        most: int,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.arrived = Arrived()
        self._folder, self._shelf, self._allowed = folder, shelf, allowed
        self._most, self._max_bytes = most, max_bytes
        self._seen = self._unchecked = self._parts = 0
        self._trusted, self._ended = allowed is None, False
        self._header = (bytearray(), bytearray())
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._text: bytearray | None = None
        self._file: IO[bytes] | None = None
        self._sent: Sent | None = None
        self._digest = hashlib.sha256()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except (FormParserError, ValueError) as error:
            raise _broken() from error

    def feed(self, data: bytes) -> None:
        """Parse more bytes of the form; Unacceptable if it is refused, NoSpace if the disk is full."""
        self._seen += len(data)
        if self._seen > self._most:
            raise Unacceptable("much", 413, size=self._most)
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise _broken() from error
        except OSError as error:
            raise NoSpace("upload.not_kept", why=error.strerror or error) from error

    def end(self) -> Arrived:
        """What was received, once all of it is there; Unacceptable if it ends too early."""
        if not self._ended:
            raise _broken()
        return self.arrived

    def close(self) -> None:
        """Close a file that was not received completely."""
        if self._file is not None:
            self._file.close()

    def _begin(self) -> None:
        self._headers = {}
        self._header[0].clear()
        self._header[1].clear()

    def _header_end(self) -> None:
        self._headers[bytes(self._header[0]).lower()] = bytes(self._header[1])
        self._header[0].clear()
        self._header[1].clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        filename = options.get(b"filename")
        if not self._trusted and (self._name != "token" or filename is not None):
            raise Unacceptable("no_token", 403)
        self._text, self._sent, self._file = None, None, None
        if filename is None:
            if len(self.arrived.fields) >= MAX_FIELDS:
                raise Unacceptable("fields", 400)
            self._text = bytearray()
            return
        if self._name != FILES:
            raise Unacceptable("stray_file", 400)
        if len(self.arrived.files) >= MAX_FILES:
            raise Unacceptable("many", 413, number=MAX_FILES)
        self._sent = Sent(storage.display_name(filename.decode("utf-8", "replace")) if filename else "", 0)
        self._digest = hashlib.sha256()
        self._shelf.free()
        self._parts += 1
        self._file = (self._folder / f"{self._parts}.part").open("xb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._text is not None:
            if len(self._text) + end - start > MAX_FIELD:
                raise Unacceptable("long_field", 400)
            self._text += data[start:end]
        elif self._sent is not None:
            self._sent.size += end - start
            if self._file is None:
                return
            if self._sent.size > self._max_bytes:
                # The rest is read and thrown away: the other files may be good.
                self._drop()
                return
            self._unchecked += end - start
            if self._unchecked > _CHECK_EACH:
                self._unchecked = 0
                self._shelf.free()
            block = memoryview(data)[start:end]
            self._digest.update(block)
            self._file.write(block)

    def _end(self) -> None:
        if self._text is not None:
            text = self._text.decode("utf-8", "replace")
            if not self._trusted:
                if self._allowed is None or not self._allowed(text):
                    raise Unacceptable("form", 403)
                self._trusted = True
                return
            self.arrived.fields[self._name] = text
        elif self._sent is not None:
            sent, path = self._sent, None
            if self._file is not None:
                self._file.close()
                path = Path(self._file.name)
                sent.sha256 = self._digest.hexdigest()
            if not sent.name and not sent.size:
                # A field for files in which none was chosen.
                return
            sent.name = sent.name or "?"
            if path is not None and not sent.size:
                empty = because(Why.EMPTY, "the file is empty").of_kind(EmptyDocument.code)
                sent.state, sent.reasons, path = "refused", [empty.plain()], None
            self.arrived.files.append((sent, path))

    def _drop(self) -> None:
        assert self._file
        assert self._sent
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)
        self._file = None
        large = because(Why.OVER, "it has more than {limit} MB: split it", limit=self._max_bytes >> 20)
        self._sent.state, self._sent.reasons = "refused", [large.of_kind(TooLarge.code).plain()]

    def _finish(self) -> None:
        self._ended = True


def boundary_of(content_type: str) -> bytes:
    """The boundary between the parts of the form; Unacceptable if it is no form with files."""
    kind, options = parse_options_header(content_type.encode("latin-1", "replace"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Unacceptable("no_form", 415)
    return boundary


def _broken() -> Unacceptable:
    return Unacceptable("broken", 400)
