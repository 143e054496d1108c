"""Makes text of documents safe for messages: removes control characters, changes of the writing direction, and markup
of chat programs.
"""

from __future__ import annotations

import re

# Control characters, marks that turn the writing direction, and what XML and JSON readers choke on.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)
# What Slack, Teams, Markdown and HTML read as markup, and signs that look like it.
_CHAT = str.maketrans(
    {
        "<": "‹",
        ">": "›",
        "&": "＆",
        "[": "［",
        "]": "］",
        "*": "∗",
        "_": "＿",
        "~": "∼",
        "`": "ˋ",
        "|": "｜",
        "\\": "＼",
        "#": "＃",
        "@": "＠",
    }
)
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,20}:(?=//)|www(?=\.)|mailto(?=:))")


def plain(words: str) -> str:
    """One line of printable characters."""
    return " ".join(_UNPRINTABLE.sub(" ", words).split())


def cut(words: str, width: int) -> str:
    """One line of at most so many characters, cut between two words."""
    line = plain(words)
    if len(line) <= width:
        return line
    short = line[: width - 1]
    return (short.rpartition(" ")[0] if " " in short[width // 2 :] else short).rstrip(" ,;:–-") + "…"


def chat(words: str) -> str:
    """Words without anything that a chat program takes for markup, a mention or an address: look-alikes replace its
    signs.
    """
    return _ADDRESS.sub(lambda found: found[0] + "\u200b", plain(words)).translate(_CHAT)
