"""Recognises the notices of web pages that stand in pasted or printed text: log-in, comments, subscription, copyright, cookies (``page_notices.toml``)."""

from __future__ import annotations

import re
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


def is_page_notice(sentence: str, language: str) -> bool:
    """Whether a sentence is a notice of the page that it stands on, and no part of what the page reports.

    >>> is_page_notice("You must be logged in to post a comment.", "en"), is_page_notice("Skippers must log in at the quay.", "en")
    (True, False)
    """
    if len(sentence.split()) > _MOST_WORDS:
        return False
    return any(_pattern(code).search(sentence) for code in {language, _COMMON})


@cache
def _pattern(language: str) -> re.Pattern[str]:
    notices = load_data("page_notices.toml", dict[str, PageNotices]).get(language)
    if notices is None:
        return NEVER
    phrases = [phrase for name in PageNotices.model_fields for phrase in getattr(notices, name)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(phrase_source, phrases))})", re.IGNORECASE)
