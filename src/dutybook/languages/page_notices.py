"""Recognises the notices of web pages that stand in pasted or printed text: log-in, comments, subscription, copyright, cookies (``page_notices.toml``)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from dutybook.languages.data import Section, Words, load_data
from dutybook.languages.patterns import NEVER
from dutybook.languages.procedures import phrase_source

#: A notice has so many words at most: what is longer tells more than a page says of itself.
_MOST_WORDS = 30
#: Pages of all languages have notices in this one.
_COMMON = "en"


class PageNotices(Section):
    """The phrases of one language, by what the notices are about. ``~`` stands for any ending of a word, ``…`` for up to eight words between."""

    comments: Words
    login: Words
    subscription: Words
    copyright: Words
    cookies: Words


#: What an article may be about itself: a rule on cookies, newsletters or copying is no notice of the page.
_SUBJECTS = frozenset({"subscription", "copyright", "cookies"})
#: A page says such a thing of itself in so many sentences at most, and within so many of its first or last ones.
_MOST_NOTICES = 2
_FIRST, _LAST = 5, 8


def find_page_notices(sentences: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Which sentences of a text (words, language) are notices of the page that they stand on, and no part of what the page reports.

    What the page says of subscriptions, copying or cookies counts near the text's beginning and end, unless the text speaks of it again and again.
    """
    every = list(sentences)
    found = {at: kind for at, (words, language) in enumerate(every) if (kind := kind_of_notice(words, language))}
    times = Counter(found.values())

    def counts(at: int, kind: str) -> bool:
        at_edge = at < _FIRST or at >= len(every) - _LAST
        return kind not in _SUBJECTS or (at_edge and times[kind] <= _MOST_NOTICES)

    return frozenset(at for at, kind in found.items() if counts(at, kind))


def kind_of_notice(sentence: str, language: str) -> str:
    """What a sentence that has the words of a notice is about (``login``), empty where it has none.

    >>> kind_of_notice("You must be logged in to post a comment.", "en"), kind_of_notice("Skippers must log in at the quay.", "en")
    ('comments', '')
    """
    if len(sentence.split()) > _MOST_WORDS:
        return ""
    kinds = (
        kind
        for kind in PageNotices.model_fields
        for code in {language, _COMMON}
        if _pattern(code, kind).search(sentence)
    )
    return next(kinds, "")


@cache
def _pattern(language: str, kind: str) -> re.Pattern[str]:
    notices = load_data("page_notices.toml", dict[str, PageNotices]).get(language)
    if notices is None:
        return NEVER
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(phrase_source, getattr(notices, kind)))})", re.IGNORECASE)
