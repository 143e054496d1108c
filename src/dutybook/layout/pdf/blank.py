"""Tells an empty page from one whose text is a picture: an empty page hides nothing."""

from __future__ import annotations

from typing import Any

import pypdfium2.raw as raw

from dutybook.reasons import Why, because

# A few lines and rectangles are decoration; letters drawn as outlines are many.
_FEW_PATHS = 40
# The note of such a page.
BLANK = because(Why.PAGE_BLANK, "blank")


def is_blank(page: Any) -> bool:
    """Whether a page without words has nothing to read: no image, no form, no letters without meaning, hardly any drawing."""
    objects = raw.FPDFPage_CountObjects(page)
    if objects > _FEW_PATHS:
        return False
    kinds = (raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) for index in range(objects))
    return all(kind == raw.FPDF_PAGEOBJ_PATH for kind in kinds)
