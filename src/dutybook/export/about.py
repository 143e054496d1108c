"""What an export says of itself."""

from __future__ import annotations

from importlib import metadata


def _version() -> str:
    try:
        return metadata.version("dutybook")
    except metadata.PackageNotFoundError:  # a source tree on the path, not installed
        return "unknown"


VERSION = _version()
"""The version of Dutybook that writes."""
