"""Hides the folders of this machine: of the path of a file only its name is left."""

from __future__ import annotations

import re

#: Between an archive and what is in it.
_INSIDE = "!/"
_ABSOLUTE = re.compile(r"(?:[A-Za-z]:)?[\\/]")


def hide_folder(source: str) -> str:
    """The source of a document without the folder of this machine that it is in. Web addresses and relative paths stay.

    >>> hide_folder("/home/anna/law/acts.zip!/2031/act.pdf")
    'acts.zip!/2031/act.pdf'
    >>> hide_folder("https://example.org/law/act.pdf")
    'https://example.org/law/act.pdf'
    """
    folder = _folder_of(source)
    return source[len(folder) :]


def hide_folder_in(text: str, source: str) -> str:
    """A text about a document without the folder of its source."""
    folder = _folder_of(source)
    # The root itself is a sign that any text has.
    return text.replace(folder, "") if len(folder) > 1 else text


def _folder_of(source: str) -> str:
    """The folder of this machine that a source begins with, with the sign that ends it; empty if there is none."""
    if not _ABSOLUTE.match(source):
        return ""
    path = source.partition(_INSIDE)[0]
    return path[: max(path.rfind("/"), path.rfind("\\")) + 1]
