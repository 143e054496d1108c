"""Words next to the titles of documents (``title_words.toml``)."""

from __future__ import annotations

import re
from functools import cache

from dutybook.languages.data import Section, load_data


class TitleWords(Section):
    """``subjects`` stand before the subject of a letter, a circular or a decision; ``stamps`` begin what stands in brackets behind a
    title and is no name; ``areas`` are how the European Economic Area is called. ``sharing``, ``onto`` and ``networks`` make the buttons
    that pass a page on; ``notices`` begin what a page says of itself.
    """

    subjects: tuple[str, ...]
    stamps: tuple[str, ...]
    areas: tuple[str, ...]
    sharing: tuple[str, ...]
    onto: tuple[str, ...]
    networks: tuple[str, ...]
    notices: tuple[str, ...]


@cache
def title_words() -> TitleWords:
    """The words.

    Raises:
        Defect: the file does not fit the schema.
    """
    return load_data("title_words.toml", TitleWords)


@cache
def _no_name() -> re.Pattern[str]:
    words = title_words()
    stamps, areas = ("|".join(map(re.escape, each)) for each in (words.stamps, words.areas))
    return re.compile(rf"\W*(?i:{stamps})|.*(?<!\w)(?:{areas})(?!\w)", re.DOTALL)


def is_name(bracket: str) -> bool:
    """Whether what stands in brackets in a title is a name of the act, and neither a number nor a stamp.

    >>> is_name("Harbour Data Act"), is_name("republicată"), is_name("Text von Bedeutung für den EWR")
    (True, False, False)
    """
    return re.search(r"\d", bracket) is None and _no_name().match(bracket) is None


#: No row of buttons is longer.
_LONGEST_ROW = 160


@cache
def _share_button() -> re.Pattern[str]:
    words = title_words()
    sharing, onto, networks = ("|".join(map(re.escape, each)) for each in (words.sharing, words.onto, words.networks))
    # Buttons are pasted without spaces between them ("Like this postShare this post on LinkedIn").
    start = r"(?:(?<!\w)|(?<=[a-z])(?=(?-i:[A-Z])))"
    return re.compile(
        rf"{start}(?:{sharing})(?:\s\w+){{0,2}}?\s(?:{onto})\s(?:{networks})(?!\w)|(?:{onto})\s(?:{networks})\s(?:{sharing})(?!\w)",
        re.IGNORECASE,
    )


def is_page_furniture(line: str) -> bool:
    """Whether a line belongs to a web page and not to its text: buttons that pass it on, or what it says of itself.

    >>> is_page_furniture("Share this post on LinkedIn"), is_page_furniture("We use cookies to improve this site.")
    (True, True)
    >>> is_page_furniture("Harbour fined over cookies"), is_page_furniture("Ferries to share data with WhatsApp")
    (False, False)
    """
    buttons = len(line) <= _LONGEST_ROW and _share_button().search(line)
    return bool(buttons) or line.casefold().startswith(title_words().notices)
