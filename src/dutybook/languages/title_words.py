"""Words next to the titles of documents (``title_words.toml``)."""

from __future__ import annotations

import re
from functools import cache

from dutybook.languages.data import Section, load_data


class TitleWords(Section):
    """``subjects`` stand before the subject of a letter, a circular or a decision; ``stamps`` begin what stands in brackets behind a
    title and is no name; ``areas`` are how the European Economic Area is called.
    """

    subjects: tuple[str, ...]
    stamps: tuple[str, ...]
    areas: tuple[str, ...]


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
