"""Files embedded in a PDF (attachments, portfolios): their names, and their bytes."""

from __future__ import annotations

from typing import Any

from dutybook.errors import BadDocument, BrokenDocument, TooLarge
from dutybook.layout.limits import Limits
from dutybook.layout.pdf.opening import opened
from dutybook.reasons import Why, because

#: More than these are not listed.
MAX_ATTACHMENTS = 1000


class Attachments:
    """The files embedded in a PDF, in the order of its name tree. ``names`` are as they are written, perhaps empty."""

    def __init__(self, data: bytes, password: str | None, limits: Limits) -> None:
        self._data, self._password, self._limits = data, password, limits
        try:
            with opened(data, password, limits) as document:
                self.names = names(document)
        except BadDocument:
            # What is wrong with the PDF is said when it is read.
            self.names = ()

    def read(self, index: int) -> bytes:
        """The bytes of an embedded file.

        Raises:
            BrokenDocument: it cannot be unpacked.
            TooLarge: it is larger than files may be.
        """
        with opened(self._data, self._password, self._limits) as document:
            try:
                data = bytes(document.get_attachment(index).get_data())
            except Exception as error:
                raise BrokenDocument(
                    because(Why.EMBEDDED, "the file embedded in the PDF cannot be unpacked: look at it in a viewer")
                ) from error
        if len(data) > self._limits.max_bytes:
            raise TooLarge(
                because(Why.OVER, "it has more than {limit} MB: split it", limit=self._limits.max_bytes >> 20)
            )
        return data


def names(document: Any) -> tuple[str, ...]:
    """The names of the files embedded in an open document, up to :data:`MAX_ATTACHMENTS`."""
    found = []
    for index in range(min(document.count_attachments(), MAX_ATTACHMENTS)):
        try:
            found.append(str(document.get_attachment(index).get_name()))
        except Exception:  # a damaged entry keeps its place
            found.append("")
    return tuple(found)
