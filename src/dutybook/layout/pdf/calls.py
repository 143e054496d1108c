"""pdfium's functions as they are called by the hundred thousand: fast, with plain integers for handles."""

from __future__ import annotations

import ctypes
import operator
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


_VOID, _INT = ctypes.c_void_p, ctypes.c_int
page_object = quickest("FPDFPage_GetObject", _VOID)
form_object = quick("FPDFFormObj_GetObject", _VOID, _VOID, ctypes.c_ulong)
kind_of = quick("FPDFPageObj_GetType", _INT, _VOID)


def object_at(address: int | None) -> Any:
    """A page object's integer as the handle that pdfium's other functions take."""
    return ctypes.cast(address or 0, raw.FPDF_PAGEOBJECT)
