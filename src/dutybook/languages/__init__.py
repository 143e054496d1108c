"""Languages as data: one TOML file for each language, loaded and validated in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dutybook.languages.pack import LanguagePack, available, load

__all__ = ["LanguagePack", "available", "load"]


def __getattr__(name: str) -> Any:
    # The validated packs cost a quarter of a second to import, which a search does not need.
    if name in __all__:
        from dutybook.languages import pack

        return getattr(pack, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
