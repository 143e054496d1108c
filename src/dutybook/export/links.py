"""Links to where a document came from, which a program may open: web addresses and files, nothing else."""

from __future__ import annotations

from pathlib import Path

from dutybook.ingest.containers import SEPARATOR


def link_to(source: str, page: int | None, base: Path | None = None) -> str | None:
    """A link to the page of a source that a program may open: web addresses and files, nothing else.

    >>> link_to("https://example.org/act.html", None), link_to("javascript:alert(1)", None)
    ('https://example.org/act.html', None)
    """
    if source.startswith(("https://", "http://")):
        return source if not any(c.isspace() or not c.isprintable() for c in source) else None
    path, _, inner = source.partition(SEPARATOR)
    file = Path(path)
    try:
        if not file.is_absolute():
            if base is None or not (base / file).is_file():
                return None
            file = base.absolute() / file
        at = f"#page={page}" if page and not inner and file.suffix.lower() == ".pdf" else ""
        return file.as_uri() + at
    except (OSError, ValueError, UnicodeError):  # a name that no file system or address can hold
        return None
