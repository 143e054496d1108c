"""A norm as a row of a list."""

from __future__ import annotations

from pydantic import Field

from dutybook.web.api.models.base import (
    Answer,
    BearerClassWord,
    Box,
    Confidence,
    MaybeDay,
    ModalityWord,
    PageNumber,
    StrengthWord,
)
from dutybook.web.api.models.parts import Cell, Deadline


class NormRow(Answer):
    """A norm with its document, act and deadlines."""

    id: str
    document: str
    document_title: str
    source: str
    work: str | None
    work_title: str | None
    place: str = Field(description="As lawyers cite it: “Art 5(2)(a)”, “§ 30 Abs. 2 Nr. 3”.")
    modality: ModalityWord
    strength: StrengthWord
    bearer: str | None
    bearer_class: BearerClassWord
    quote: str = Field(description="The words of the text, letter for letter.")
    action: str | None
    recipient: str | None
    condition: str | None
    exception: str | None
    stem: str | None = Field(description="Words before a list that belong to each of its items.")
    language: str
    page: PageNumber | None
    confidence: Confidence
    span: tuple[int, int] = Field(description="Half-open range of characters of the document's text.")
    boxes: list[Box]
    deadlines: list[Deadline]
    cell: Cell | None
    role: str | None = Field(description="The bearer's English name, the same in every language.")
    penalty: str | None = Field(description="Words of the penalties that sanction it, one a line.")
    applies_from: MaybeDay
    applies_until: MaybeDay
    applies_why: list[str]
    due: MaybeDay = Field(description="The earliest computed date of its deadlines.")
