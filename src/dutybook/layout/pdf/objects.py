"""The objects of an open page (text, paths, images, forms): each is asked for once, and for its kind at most once."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Set
from itertools import repeat

import pypdfium2.raw as raw

from dutybook.layout.pdf.calls import address_of, kind_of, object_at, page_object, ready

MOST = 20_000
"""So many objects of a page are looked at."""
EDGE = 8
"""A scan's image is among the first or the last so many objects of its page."""


class PageObjects:
    """The objects of an open page. ``texts`` are the addresses of those that are known to be text: nearly all are."""

    def __init__(self, page: raw.FPDF_PAGE, texts: Set[int] = frozenset()) -> None:
        self.count = raw.FPDFPage_CountObjects(page)
        self._holder = ready(address_of(page))
        self._texts = texts
        self._addresses: list[int] | None = None
        self._kinds = bytearray()

    @property
    def addresses(self) -> list[int]:
        """The first objects of the page, up to :data:`MOST`."""
        if self._addresses is None:
            self._addresses = list(map(page_object, repeat(self._holder), range(min(self.count, MOST))))
        return self._addresses

    @property
    def kinds(self) -> bytearray:
        """The kinds of the same."""
        if not self._kinds:
            addresses, texts = self.addresses, self._texts
            self._kinds = bytearray((raw.FPDF_PAGEOBJ_TEXT,)) * len(addresses)
            for at in [at for at, address in enumerate(addresses) if address not in texts]:
                self._kinds[at] = kind_of(addresses[at])
        return self._kinds

    def of_kind(self, kind: int, indexes: Iterable[int]) -> Iterator[int]:
        """The addresses of those among some objects that are of a kind."""
        addresses, kinds = self.addresses, self.kinds
        for index in indexes:
            if index < MOST:
                if kinds[index] == kind:
                    yield addresses[index]
            elif kind_of(address := page_object(self._holder, index)) == kind:
                yield address

    def images(self) -> Iterator[raw.FPDF_PAGEOBJECT]:
        """The images among the first and the last objects."""
        count = self.count
        ends = (*range(min(count, EDGE)), *range(max(count - EDGE, EDGE), count))
        return map(object_at, self.of_kind(raw.FPDF_PAGEOBJ_IMAGE, ends))


def bounds_of(item: raw.FPDF_PAGEOBJECT) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a page object; zeros where it has none."""
    values = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *map(ctypes.byref, values)):
        return 0.0, 0.0, 0.0, 0.0
    left, bottom, right, top = (value.value for value in values)
    return left, bottom, right, top
