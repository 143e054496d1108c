"""What an export says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata

from dutybook.languages.reader import reader_words


def _version() -> str:
    try:
        return metadata.version("dutybook")
    except metadata.PackageNotFoundError:  # a source tree on the path, not installed
        return "unknown"


VERSION = _version()
"""The version of Dutybook that writes."""


def filters_in_words(filters: Mapping[str, object], reader: str) -> str:
    """The filters in force for a reader (language code), one a line.

    >>> print(filters_in_words({"modality": "obligation"}, "de"))
    Art der Norm: Pflicht
    """
    words, values = reader_words("register", reader), reader_words("values", reader)
    lines = []
    for name, value in filters.items():
        label = words.get(f"filter.{name}", words.get(f"column.{name}", name.replace("_", " ")))
        several = value if isinstance(value, tuple | list) else [value]
        said = [values("applicability.yes") if v is True else values.get(f"{name}.{v}", str(v)) for v in several]
        lines.append(f"{label}: {', '.join(said)}")
    return "\n".join(lines) or words("about.no_filters")
