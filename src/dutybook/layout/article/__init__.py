"""Finds the article on a page: its body among menus, teasers and advertisements, and when, where and by whom it was published.

:func:`find_article` works on the blocks of any page; :func:`with_article` on the layout of a text or a PDF, of which it makes one of the
article alone. What is cut away is kept as furniture of the kind ``boilerplate``. The reader of HTML calls the first itself,
since only markup says what is a link and what is called navigation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from dutybook.languages.datelines import is_advertisement_label
from dutybook.layout.article.blocks import PARAGRAPH, PageBlock, is_sentence
from dutybook.layout.article.body import blocks_of, body_logits, choose_body
from dutybook.layout.article.cutting import without_blocks
from dutybook.layout.article.lines import Surroundings, find_surroundings, find_title
from dutybook.records import Layout

#: A longer document, or one of more blocks, is no article.
_MOST_BLOCKS = 1500
_MOST_CHARACTERS = 150_000
#: The first block of the body that is certainly one: not its title, its summary or a caption.
_SURE, _LONG = 2.0, 200
_NUMBERED = re.compile(
    r"(?:(?P<word>[^\W\d_][\w.]{1,14})\s|§+\s?)(?P<n>\d{1,3})[a-z]?\b\.?(?:$|\s?[-–—:(]|\s[^\W\d_a-zß-ÿ])|(?P<n2>\d{1,3})\s?(?:\.|°)?\s?§"
)
#: So many headings of articles or sections in a row make an act.
_ACT = 3
#: So many short lines without punctuation in a row, none of them an item of a list, are a page's menu.
_MENU = 6
#: Names and signs that surround articles on the web in any language, and how many of them make a page one.
_WEB = (
    "cookie",
    "newsletter",
    "facebook",
    "instagram",
    "whatsapp",
    "twitter",
    "linkedin",
    "rss",
    "©",
    "login",
    "podcast",
    "youtube",
)
_FEW = 2
#: So many short lines crowd a page.
_MANY = 25
#: A heading in capitals has so many letters, and stands among so many blocks.
_SHOUT, _TOP = 8, 12
_ITEM = re.compile(r"[-–—•*▪■·]|\(?\w{1,3}[.)]|\d")


@dataclass(frozen=True, slots=True)
class Article:
    """Which blocks of a page are the article (``kept``), and what the page says of it."""

    kept: tuple[bool, ...]
    surroundings: Surroundings

    def meta(self, known: dict[str, str], *, with_title: bool = True) -> dict[str, str]:
        """What the page says, as the meta of a layout; what is ``known`` stays."""
        surroundings = self.surroundings
        found = {
            "title": surroundings.title[:500] if with_title else "",
            "published": surroundings.published,
            "place": surroundings.place[:100],
            "author": surroundings.author[:200],
            "publisher": surroundings.publisher[:200],
        }
        if surroundings.published and "published" not in known:
            found["published_by"] = f"“{surroundings.words}”"
            found["dateline"] = "" if surroundings.labelled else "1"
        return {**{name: value for name, value in found.items() if value}, **known}


def find_article(blocks: Sequence[PageBlock], title: str = "", *, markup: bool = False) -> Article | None:
    """The article on a page; None where the blocks are no such page: an act, far too long, or without
    any paragraph that looks like one of an article.

    Args:
        blocks: all paragraphs of the page, in reading order.
        title: what the file says is its title.
        markup: whether the blocks know their links and names.
    """
    if not blocks or len(blocks) > _MOST_BLOCKS or sum(len(b.text) for b in blocks) > _MOST_CHARACTERS:
        return None
    if is_act(blocks):
        return None
    logits = body_logits(blocks, title, markup=markup)
    if not any(logit > 0 and len(block.text) >= PARAGRAPH for logit, block in zip(logits, blocks, strict=True)):
        return None
    body = choose_body(blocks, logits)
    inside = [index for index, logit in enumerate(logits) if logit > 0]
    first, last = inside[0], max(index for index, kept in enumerate(body) if kept) + 1
    prose = (i for i in inside if logits[i] > _SURE and len(blocks[i].text) >= _LONG)
    surroundings = find_surroundings(blocks, (first, last), title, next(prose, first))
    titled = find_title(blocks, first, title)
    kept = [keep or index == titled for index, keep in enumerate(body)]
    return Article(tuple(kept), surroundings)


def advertisements(blocks: Sequence[PageBlock], kept: Sequence[bool]) -> list[bool]:
    """All blocks, save those that a label calls an advertisement and that are no part of the body."""
    made = [True] * len(blocks)
    for index, block in enumerate(blocks):
        if is_advertisement_label(block.text):
            made[index] = False
            if index + 1 < len(blocks):
                made[index + 1] = kept[index + 1]
    return made


def is_act(blocks: Sequence[PageBlock]) -> bool:
    """Whether the blocks have the headings of an act: one word, or a section sign, before numbers that follow each other."""
    numbers: dict[str, set[int]] = {}
    for block in blocks:
        found = _NUMBERED.match(block.text[:160])
        if found is not None and not is_advertisement_label(found["word"] or ""):
            numbers.setdefault((found["word"] or "§").casefold(), set()).add(int(found["n"] or found["n2"]))
    return any(all(n + step in found for step in range(_ACT)) for found in numbers.values() for n in found)


def is_web_page(blocks: Sequence[PageBlock]) -> bool:
    """Whether the blocks hold what surrounds an article on the web: a menu (many short lines in a row that end like no sentence and
    are no items of a list), and names and signs that stand on nearly every such page.
    """
    text = " ".join(block.text for block in blocks).lower()
    if sum(sign in text for sign in _WEB) < _FEW:
        return False
    run = 0
    for block in blocks:
        short = len(block.text) < 40 and not is_sentence(block.text) and not _ITEM.match(block.text)
        run = run + 1 if short else 0
        if run >= _MENU:
            return True
    return False


def is_crowded(blocks: Sequence[PageBlock]) -> bool:
    """Whether most of a page stands around its article: many short lines, and many of the names and signs of the web."""
    text = " ".join(block.text for block in blocks).lower()
    short = sum(
        len(block.text) < 40 and not is_sentence(block.text) and not _ITEM.match(block.text) for block in blocks
    )
    return short >= _MANY and sum(sign in text for sign in _WEB) >= 2 * _FEW


def with_article(layout: Layout) -> Layout:
    """The layout of a text or PDF with what its lines say of it as an article; of a printed or pasted page only the article.

    A document that states its structure or number, or the reader of whose format knows more of it, is returned as it is.
    """
    known = layout.meta
    if layout.outline or any(known.get(name) for name in ("celex", "eli", "journal", "jurisdiction")):
        return layout
    blocks = blocks_of(layout)
    article = find_article(blocks, known.get("title", ""))
    if article is None:
        return layout
    surroundings = article.surroundings
    web = is_web_page(blocks)
    if not web and not surroundings.sure and not surroundings.place and _shouts(blocks):
        # A day alone under a heading in capitals is that of an act.
        return layout
    if not surroundings.published and not known.get("published"):
        return layout
    kept = article.kept if web and (surroundings.sure or is_crowded(blocks)) else advertisements(blocks, article.kept)
    cut = frozenset(index for index, keep in enumerate(kept) if not keep)
    layout = without_blocks(layout, cut) if cut else layout
    return replace(layout, meta=article.meta(known, with_title=web))


def _shouts(blocks: Sequence[PageBlock]) -> bool:
    """Whether a heading in capitals stands before the first paragraph."""
    head = takewhile(lambda block: len(block.text) < PARAGRAPH or block.text.isupper(), blocks[:_TOP])
    return any(block.text.isupper() and len(block.text) >= _SHOUT for block in head)
