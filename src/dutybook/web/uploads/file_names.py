"""Names of files that somebody sends: one to be shown, and one to be kept under, which leads nowhere."""

from __future__ import annotations

import re
import unicodedata

#: Longest name that is shown, in characters, and that a file gets, in bytes.
LONGEST, LONGEST_STORED = 160, 100
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")
#: What Windows keeps for itself, whatever comes after the first dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)


def shown(name: str) -> str:
    """A file's name without its way, and without signs that cannot be seen or turn text around.

    >>> shown("C:\\\\scans\\\\act.pdf")
    'act.pdf'
    >>> shown("../../x")
    'x'
    """
    last = re.split(r"[/\\]", name)[-1]
    seen = "".join(" " if sign.isspace() else sign for sign in last if sign.isspace() or sign.isprintable())
    made = " ".join(unicodedata.normalize("NFC", seen).split()).strip(".") if seen.strip(". ") else ""
    if re.fullmatch(r"[A-Za-z]:.*", made):
        made = made[2:]
    if len(made) > LONGEST:
        # The end says what kind of file it is.
        made = f"{made[: LONGEST // 2]}…{made[-LONGEST // 2 + 1 :]}"
    return made or "?"


def stored(name: str) -> str:
    """The name that a file is kept under: letters, digits, dots and dashes of what is shown, never a device.

    >>> stored("Con.pdf")
    'file-Con.pdf'
    >>> stored("<script>.html")
    'script.html'
    """
    stem, dot, ending = shown(name).rpartition(".")
    extension = f".{ending.lower()}" if dot and stem and _EXTENSION.fullmatch(f".{ending}") else ""
    if not extension:
        stem = shown(name)
    plain = "".join(sign if unicodedata.category(sign)[0] in "LMN" or sign in "._" else "-" for sign in stem)
    plain = re.sub(r"-{2,}|\.{2,}", "-", plain).strip("-._")
    while len(plain.encode()) > LONGEST_STORED - len(extension):
        plain = plain[:-1]
    plain = plain.strip("-._") or "file"
    return f"{'file-' if _RESERVED.fullmatch(plain) else ''}{plain}{extension}"
