"""Extracts norms: obligations, prohibitions, permissions, exemptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dutybook.extract.norms.pipeline import find_norms

__all__ = ["find_norms"]


def __getattr__(name: str) -> Any:
    # When it is asked for: who only checks the model's files needs no language.
    if name == "find_norms":
        from dutybook.extract.norms.pipeline import find_norms

        return find_norms
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
