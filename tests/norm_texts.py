"""Norms as versions and languages are compared by, for tests."""

from __future__ import annotations

from dutybook.resolve.identity.records import NormText


def norm(place: str, quote: str, at: float = 0.0, **more: object) -> NormText:
    """A norm at a place, ``at`` so far into it; an obligation of nobody in particular unless said otherwise."""
    values: dict[str, object] = {
        "modality": "obligation",
        "strength": "must",
        "bearer": "",
        "role": "",
        "bearer_class": "business",
        "stem": "",
        "condition": "",
        "exception": "",
        "cue": "shall",
        "confidence": 0.9,
        "body": quote,
    }
    return NormText(id=f"{place}|{quote}", place=place, quote=quote, at=at, **(values | more))  # type: ignore[arg-type]
