"""pdfium's functions as they are called by the hundred thousand: fast, with plain integers for handles."""

from __future__ import annotations

import ctypes
import operator
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import pypdfium2.raw as raw


class _Plain:
    """An int argument that is passed as it is: ctypes' own check makes an object a call."""

    from_param = staticmethod(operator.index)


def quick(name: str, result: type | None, *arguments: type) -> ctypes._FuncPointer:
    """A pdfium function with plain integers for handles, which spares an object a call.

    It keeps the interpreter's lock: pdfium takes no second thread, and giving the lock back costs as much as the work.
    """
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    plain = [_Plain if kind is ctypes.c_int else kind for kind in arguments]
    return ctypes.PYFUNCTYPE(result, *plain)(address)  # type: ignore[arg-type]


def quickest(name: str, result: type) -> ctypes._FuncPointer:
    """A pdfium function of a handle and an index, which must be given as :func:`ready` and an int: nothing is checked."""
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result)(address)  # type: ignore[arg-type]


def ready(address: int | None) -> Any:
    """The plain integer of a handle as :func:`quickest` functions take it."""
    return ctypes.c_void_p.from_param(address)


def address_of(handle: Any) -> int | None:
    """The plain integer of a handle."""
    return ctypes.cast(handle, ctypes.c_void_p).value


class Answers:
    """Room for what functions answer about many characters, one call after the other.

    The addresses in it stand ready for :func:`quickest` functions: making one costs as much as half a call. A page at a
    time has it to itself.
    """

    _SLOTS = 1024

    def __init__(self) -> None:
        self._floats = array("f", bytes(16 * self._SLOTS))
        self._doubles = array("d", bytes(16 * self._SLOTS))
        begin, _ = self._floats.buffer_info()
        self._quads = [ready(begin + 16 * slot) for slot in range(self._SLOTS)]
        begin, _ = self._doubles.buffer_info()
        doubles = [ready(begin + 8 * slot) for slot in range(2 * self._SLOTS)]
        self._firsts, self._seconds = doubles[: self._SLOTS], doubles[self._SLOTS :]

    def quads(self, ask: Any, handle: Any, indexes: list[int]) -> list[float]:
        """What a function writes as four floats each, one after the other."""
        made: list[float] = []
        for begin in range(0, len(indexes), self._SLOTS):
            part = indexes[begin : begin + self._SLOTS]
            deque(map(ask, repeat(handle), part, self._quads), maxlen=0)
            made += self._floats[: 4 * len(part)].tolist()
        return made

    def pairs(self, ask: Any, handle: Any, indexes: list[int]) -> tuple[list[float], list[float]]:
        """What a function writes as two doubles each."""
        made: tuple[list[float], list[float]] = [], []
        for begin in range(0, len(indexes), self._SLOTS):
            part = indexes[begin : begin + self._SLOTS]
            deque(map(ask, repeat(handle), part, self._firsts, self._seconds), maxlen=0)
            for target, start in zip(made, (0, self._SLOTS), strict=True):
                target.extend(self._doubles[start : start + len(part)].tolist())
        return made


_free: list[Answers] = []


@contextmanager
def answers() -> Iterator[Answers]:
    """Room for answers that nobody else uses meanwhile."""
    room = _free.pop() if _free else Answers()
    try:
        yield room
    finally:
        _free.append(room)


_VOID, _INT = ctypes.c_void_p, ctypes.c_int
page_object = quickest("FPDFPage_GetObject", _VOID)
form_object = quick("FPDFFormObj_GetObject", _VOID, _VOID, ctypes.c_ulong)
kind_of = quick("FPDFPageObj_GetType", _INT, _VOID)


def object_at(address: int | None) -> Any:
    """A page object's integer as the handle that pdfium's other functions take."""
    return ctypes.cast(address or 0, raw.FPDF_PAGEOBJECT)
