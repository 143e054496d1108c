"""pdfium's functions as they are called by the hundred thousand: fast, with plain integers for handles."""

from __future__ import annotations

import ctypes
from typing import Any

import pypdfium2.raw as raw


def quick(name: str, result: type | None, *arguments: type) -> ctypes._FuncPointer:
    """A pdfium function with plain integers for handles, which spares an object a call.

    It keeps the interpreter's lock: pdfium takes no second thread, and giving the lock back costs as much as the work.
    """
    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    return ctypes.PYFUNCTYPE(result, *arguments)(address)  # type: ignore[arg-type]


def address_of(handle: Any) -> int | None:
    """The plain integer of a handle."""
    return ctypes.cast(handle, ctypes.c_void_p).value


_VOID, _INT = ctypes.c_void_p, ctypes.c_int
page_object = quick("FPDFPage_GetObject", _VOID, _VOID, _INT)
form_object = quick("FPDFFormObj_GetObject", _VOID, _VOID, ctypes.c_ulong)
kind_of = quick("FPDFPageObj_GetType", _INT, _VOID)


def object_at(address: int | None) -> Any:
    """A page object's integer as the handle that pdfium's other functions take."""
    return ctypes.cast(address or 0, raw.FPDF_PAGEOBJECT)
