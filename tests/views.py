"""Views of a few words, as if they were a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dutybook.document_view import DocumentView
from dutybook.records import Provision, ProvisionKind, Sentence, Span, Zone


def view_of(
    text: str,
    sentences: Sequence[Sentence] | None = None,
    *,
    language: str = "en",
    zone: Zone = Zone.ENACTING,
    place: str = "",
    **fields: Any,
) -> DocumentView:
    """A view of ``text``: one sentence in ``zone`` where no ``sentences`` are given, in a provision ``p`` at ``place``."""
    span = Span(0, len(text))
    if sentences is None:
        sentences = [Sentence(span, "p", zone, language)]
    if place:
        fields["provisions"] = [Provision("p", None, ProvisionKind.ARTICLE, "", "", span, place, zone)]
    return DocumentView(text, sentences, language=language, **fields)
