"""What an export says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata


def _version() -> str:
    try:
        return metadata.version("dutybook")
    except metadata.PackageNotFoundError:  # a source tree on the path, not installed
        return "unknown"


VERSION = _version()
"""The version of Dutybook that writes."""


def filters_in_words(filters: Mapping[str, object]) -> str:
    """The filters in force, one a line.

    >>> print(filters_in_words({"modality": "obligation", "deadline_before": "2027-01-01"}))
    modality: obligation
    deadline before: 2027-01-01
    """
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in filters.items()]
    return "\n".join(lines) or "none: the whole register"
