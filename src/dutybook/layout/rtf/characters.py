"""RTF's bytes and numbers to characters: code pages by font, Unicode with what older readers show instead."""

from __future__ import annotations

import codecs
from collections.abc import Callable

_PIECE = 1 << 20


class Characters:
    """Collects bytes and UTF-16 units until something else comes, then hands their text to ``add``.

    ``fonts`` are the code pages of fonts by number, empty for those that say nothing.
    """

    def __init__(self, add: Callable[[str], None]) -> None:
        self.fonts: dict[int, str] = {}
        self._add = add
        self._code = "cp1252"
        self._bytes = b""
        self._units: list[int] = []
        self._skip = 0

    def code_page(self, name: str) -> None:
        """The code page of the file; one that nobody knows changes nothing."""
        try:
            self._code = codecs.lookup(name).name
        except LookupError:
            return

    def data(self, data: bytes, font: int) -> None:
        """Bytes in the code page of a font; those that stand for a Unicode character before them are passed over."""
        cut = min(self._skip, len(data))
        self._skip -= cut
        if data := data[cut:]:
            self._join()
            self._bytes += data
            if len(self._bytes) > _PIECE:
                self._decode(font)

    def unicode(self, number: int, skip: int, font: int) -> None:
        """A UTF-16 unit, written as a signed number; ``skip`` bytes behind it say the same for older readers."""
        self._decode(font)
        self._units.append(number & 0xFFFF)
        self._skip = skip

    def flush(self, font: int) -> None:
        """Something else comes."""
        self._skip = 0
        self._join()
        self._decode(font)

    def _join(self) -> None:
        if self._units:
            units, self._units = self._units, []
            self._add(b"".join(u.to_bytes(2, "little") for u in units).decode("utf-16-le", "replace"))

    def _decode(self, font: int) -> None:
        if self._bytes:
            data, self._bytes = self._bytes, b""
            self._add(data.decode(self.fonts.get(font) or self._code, "replace"))
