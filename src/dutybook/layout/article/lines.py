"""Finds what the lines around an article's body say of it: its title, day of publication, place, author and publisher."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dutybook.languages.datelines import (
    Dateline,
    Label,
    agencies,
    breaks_off,
    day_of_today,
    is_byline_word,
    is_name,
    is_weekday,
    parse_byline,
    parse_dateline,
    parse_signature,
    parse_source_line,
)
from dutybook.languages.publication_lines import published_in
from dutybook.languages.written_days import WrittenDay, written_days
from dutybook.layout.article.blocks import PARAGRAPH, PageBlock, stems_of

#: So many blocks before and after the body's first are asked for its day; one that is labelled may stand farther behind.
_BEFORE = 14
_BEHIND = 6
_FAR_BEHIND = 6
#: So many paragraphs from the first certain one on may say which day is today, and so many last lines are asked for a place and a day.
_OPENING, _LAST_LINES = 4, 2
_LONGEST_TITLE = 220
_ENGLISH = frozenset({"the", "and", "of", "to", "in", "that", "is", "for"})
_PLACE = re.compile(
    r"(?P<place>[^\W\d_a-zß-ÿ][^\W\d_]+(?:[ -][^\W\d_a-zß-ÿ]?[^\W\d_]+\.?){0,3})"
    r"(?:,? \((?P<agency>[\w/ -]{2,24})\)[.:]?(?: [-–—])?|(?:,? [^\W_]{2,12}\.?)? [–—]| [-·])\s(?=[„“\"'«»‘]?[^\W\d_a-zß-ÿ])"
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|Copyright)\s*(?:(?:19|20)\d\d)?\s?[-–]?\s?(?:(?:19|20)\d\d)?[,.]?\s*(?P<name>[^\W\d_](?:[^|,;©.]|\.(?=\w)){1,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is said of an article: an ISO day and the words that state it, and names; each empty where nothing says it.

    ``sure``: a time of day, a label or an author's name shows that it is an article that was published, and no letter or act.
    ``labelled``: a label says that the day is that of publication; in an act any other is when it was signed, or of what it cites.
    """

    title: str = ""
    published: str = ""
    words: str = ""
    place: str = ""
    author: str = ""
    publisher: str = ""
    sure: bool = False
    labelled: bool = False


def find_surroundings(
    blocks: Sequence[PageBlock], body: tuple[int, int], title: str = "", prose: int | None = None
) -> Surroundings:
    """What the lines around a body say of it.

    Args:
        blocks: all blocks of the page.
        body: the indices of the body's first block and of the one after its last.
        title: what the file says is its title.
        prose: the index of the first paragraph that is certainly the article's own, and neither its title nor a summary.
    """
    first, last = body
    prose = max(first, prose if prose is not None else first)
    language = "en" if _is_english(blocks[first:last]) else "-"
    titled = find_title(blocks, first, title)
    found = _find_dateline(blocks, (first, prose, last), titled, language)
    opening = _opening_place(blocks[first : first + _BEHIND])
    name = title or (blocks[titled].text if titled >= 0 else "")
    dateline, at = found if found is not None else (None, -1)
    place, day, words = opening, dateline.day if dateline else "", dateline.words if dateline else ""
    if not day:
        day, words, opening = _opening_day(blocks[max(first - 1, 0) : prose + 2], language, opening)
        place = place or opening
    if not day:
        day, words = _stated_day(blocks, (first, prose), language)
    if not place and dateline is not None:
        place = _place_of(dateline)
    author = _find_author(blocks, first, at, dateline, place)
    labelled = dateline is not None and dateline.label is Label.PUBLISHED
    return Surroundings(
        title=name,
        published=day,
        words=words,
        place=place,
        author=author,
        sure=bool(author) or labelled or (dateline is not None and dateline.has_time),
        labelled=labelled,
        publisher=_find_publisher(blocks, last, title),
    )


def _place_of(dateline: Dateline) -> str:
    """The place before a dateline's day, or nothing: "Frankfurt, 3 May 2031", but "Monday 3 May 2031"."""
    before = re.split(r"\s[·|–—]\s", dateline.before)[-1]
    if not _is_place(before) or is_weekday(before.split()[0]):
        return ""
    return before if re.search(re.escape(before) + r"\s?,", dateline.words) else ""


def _opening_day(blocks: Sequence[PageBlock], language: str, place: str) -> tuple[str, str, str]:
    """The day with which one of the first paragraphs opens, the words that state it, and the place."""
    for block in blocks:
        stated = published_in(block.text[:600], "head")
        if stated is not None and not stated.gazette:
            return stated.day, stated.words, place
        day = next(written_days(block.text[:60], language), None)
        if day is not None and day.start == 0 and day.day:
            # "3.5.31 Montelago (ansa) - La giunta …"
            rest = block.text[day.end :].lstrip(" ,.|–-")
            match = _PLACE.match(rest)
            if match is not None and _is_place(match["place"]):
                return day.day, block.text[: day.end], place or match["place"]
    return "", "", place


def _stated_day(blocks: Sequence[PageBlock], body: tuple[int, int], language: str) -> tuple[str, str]:
    """The day that a text states in weaker ways, and the words that state it: by running in, as "today", by a name beside it, by
    a letter's last line, or as that of its last update, in this order.
    """
    first, prose = body
    head = range(max(first - _BEFORE, 0), min(prose + _OPENING, len(blocks)))
    if run_in := _run_in_day(blocks, prose, language):
        return run_in
    for block in blocks[max(first - 1, 0) : head.stop]:
        if today := day_of_today(block.text, language):
            return today.day, block.text[today.start : today.end]
    for index in head:
        if (signed := parse_signature(blocks[index].text, language)) and not _is_repeated(signed[0], blocks, index):
            return signed[1].day, blocks[index].text
    for block in blocks[head.stop :][-_LAST_LINES:]:
        dateline = parse_dateline(block.text, language)
        if dateline and not dateline.after and _is_place(dateline.before) and f"{dateline.before}," in block.text:
            return dateline.day, dateline.words
    updates = (parse_dateline(block.text, language) for block in blocks[head.start : head.stop])
    return next(((each.day, each.words) for each in updates if each and each.label is Label.UPDATED), ("", ""))


def _run_in_day(blocks: Sequence[PageBlock], prose: int, language: str) -> tuple[str, str] | None:
    """The day with which only the first paragraph begins: of several such paragraphs each is about what happened on its day."""
    begun = [(index, day) for index, block in enumerate(blocks) if (day := _leading_day(block.text, language))]
    if len(begun) != 1 or begun[0][0] > prose or (begun[0][0] and breaks_off(blocks[begun[0][0] - 1].text)):
        return None
    index, day = begun[0]
    return day.day, blocks[index].text[: day.end]


def _leading_day(text: str, language: str) -> WrittenDay | None:
    """The day before a paragraph's first sentence ("03-05-2031: The harbour …")."""
    day = next(written_days(text[:60], language), None) if len(text) >= PARAGRAPH else None
    if day is None or day.start or not day.day:
        return None
    return day if re.match(r"(?::|\s?[-–—])?\s+[„“\"'«»‘]?[^\W\d_a-zß-ÿ]", text[day.end :]) else None


def _is_repeated(name: str, blocks: Sequence[PageBlock], index: int) -> bool:
    """Whether other paragraphs have a word of what looks like a name, as they do where it is the event that they are about."""
    own = stems_of(name)
    return any(own & stems_of(block.text) for number, block in enumerate(blocks) if number != index)


def _is_english(blocks: Sequence[PageBlock]) -> bool:
    words = re.findall(r"[^\W\d_]+", " ".join(block.text for block in blocks)[:6000].lower())
    return bool(words) and sum(word in _ENGLISH for word in words) > 0.1 * len(words)


def find_title(blocks: Sequence[PageBlock], first: int, title: str = "") -> int:
    """The index of the block with the article's title: the one that says ``title``, or else the one before the body that shares
    most with its words; -1 where none does.
    """
    low = max(first - _BEFORE, 0)
    wanted = _letters(title)
    if wanted:
        for index in range(min(first + 1, len(blocks) - 1), -1, -1):
            own = _letters(blocks[index].text)
            if len(own) >= 10 and (own in wanted or wanted in own) and len(own) <= len(wanted) + 40:
                return index
    about = stems_of(" ".join(block.text for block in blocks[first : first + 12]))
    best, chosen = 1.0, -1
    for index in range(low, min(first + 1, len(blocks))):
        text = blocks[index].text
        stems = stems_of(text)
        if not 12 <= len(text) <= _LONGEST_TITLE or len(stems) < 2 or text.endswith((".", ":", ";")):
            continue
        if parse_dateline(text) is not None or parse_byline(text):
            continue
        shared = len(stems & about) + 0.5 * blocks[index].heading
        if shared > best:
            best, chosen = shared, index
    return chosen


def _letters(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


def _find_dateline(
    blocks: Sequence[PageBlock], body: tuple[int, int, int], titled: int, language: str
) -> tuple[Dateline, int] | None:
    """The dateline that belongs to the body (its first block, its first certain paragraph, its end), and its index."""
    first, prose, last = body
    low = max(titled - 4, first - 3 * _BEFORE, 0) if 0 <= titled <= first else max(first - _BEFORE, 0)
    near: list[tuple[int, int, Dateline]] = []
    for index in range(low, min(last + _FAR_BEHIND, len(blocks))):
        dateline = parse_dateline(blocks[index].text, language)
        if dateline is None or dateline.label is Label.UPDATED:
            continue
        if index and breaks_off(blocks[index - 1].text):
            # "Comments are accepted until" and, below, the last day for them.
            continue
        stated = dateline.label is Label.PUBLISHED
        if index >= max(first, prose) + _BEHIND and not stated:
            continue
        # A line before the body is nearer than one behind its first paragraph.
        distance = prose - index if index < prose else 2 * (index - prose) + 1
        near.append((0 if stated else 1, distance, dateline))
    if not near:
        return None
    rank, distance, chosen = min(near, key=lambda each: each[:2])
    at = next(
        i for i in range(low, len(blocks)) if blocks[i].text and parse_dateline(blocks[i].text, language) == chosen
    )
    rivals = {each[2].day for each in near if each[0] == rank and each[1] == distance}
    return (chosen, at) if len(rivals) == 1 else None


def _opening_place(blocks: Sequence[PageBlock]) -> str:
    """The place with which one of the first paragraphs opens ("MONTELAGO (AP) —")."""
    for block in blocks:
        match = _PLACE.match(block.text)
        if match is None or len(block.text) < 60:
            continue
        agency = (match["agency"] or "").split("/")[0].split(" ")[0].casefold()
        if _is_place(match["place"]) and (not match["agency"] or agency in agencies()):
            return match["place"].title() if match["place"].isupper() else match["place"]
    return ""


def _is_place(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 3 and words[0][0].isupper() and words[-1][0].isupper() and not re.search(r"[\d|:@]", text)


def _find_author(blocks: Sequence[PageBlock], first: int, at: int, dateline: Dateline | None, place: str) -> str:
    """The name in a byline near the body or the dateline, or the one on the dateline itself."""
    for index in _from_near(first, at, len(blocks)):
        if name := parse_byline(blocks[index].text):
            return name
        if (
            is_byline_word(blocks[index].text)
            and index + 1 < len(blocks)
            and (name := _as_name(blocks[index + 1].text))
        ):
            return name
    if dateline is not None:
        for piece in (dateline.before, dateline.after):
            if (
                piece
                and piece != place
                and len(piece.split()) <= 4
                and (name := parse_byline(piece) or _as_name(piece))
            ):
                return name
    return ""


def _as_name(text: str) -> str:
    return text if is_name(text) and not re.search(r"[,|/]", text) and len(text.split()) >= 2 else ""


def _from_near(first: int, at: int, count: int) -> Iterator[int]:
    """The indices of blocks near the dateline, then before the body."""
    seen: dict[int, None] = {}
    if at >= 0:
        seen |= dict.fromkeys((at, at - 1, at + 1, at - 2, at + 2))
    seen |= dict.fromkeys(range(first, max(first - 8, -1), -1))
    return (index for index in seen if 0 <= index < count)


def _find_publisher(blocks: Sequence[PageBlock], last: int, title: str) -> str:
    """The source that a line after the body names, the site at the end of the page's title, or who has the copyright."""
    for block in blocks[max(last - 1, 0) : last + 8]:
        if name := parse_source_line(block.text):
            return name
    _, bar, site = title.rpartition(" | ")
    if bar and 0 < len(site.split()) <= 3:
        return site.strip()
    for block in reversed(blocks[last:]):
        found = _COPYRIGHT.search(block.text)
        if found is not None and len(block.text) < 300:
            return found["name"].strip(" -–|").removeprefix("www.")
    return ""
