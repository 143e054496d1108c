"""French texts for readers have the spaces of French typography, at which no line is broken."""

from __future__ import annotations

import re
from importlib import resources

from dutybook.languages.reader import reader_words
from together import check_each

#: Before a colon and inside guillemets stands a whole space, before other double signs and the percent sign a narrow one. In an
#: address or an option (":8000", "?token=") they are no punctuation.
_WRONG = re.compile(r"[ \u202f]:(?!\w)|[ \xa0][;?!%](?!\w)|«[^\xa0]|[^\xa0]»")


def test_spaces_of_french_texts_are_those_of_french_typography() -> None:
    folder = resources.files("dutybook.languages.reader")
    sections = sorted(f.name.partition(".")[0] for f in folder.iterdir() if f.name.endswith(".fr.toml"))
    texts = [
        (f"{section}.fr.toml, {key}", words(key))
        for section in sections
        if (words := reader_words(section, "fr"))
        for key in words.own
    ]

    def check(text: tuple[str, str]) -> None:
        wrong = [text[1][max(0, found.start() - 15) : found.end() + 10] for found in _WRONG.finditer(text[1])]
        assert not wrong, wrong

    check_each(texts, check, lambda text: text[0])


def test_the_rule_finds_plain_spaces() -> None:
    assert [
        bool(_WRONG.search(text))
        for text in ("Qui : eux", "Qui\xa0: eux", "« a »", "«\xa0a\xa0»", "a\xa0? ", "a\u202f?")
    ] == [*(True, False, True, False, True, False)]
