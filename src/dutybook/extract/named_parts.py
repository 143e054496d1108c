"""Which parts of an act words name: the places that they cite, with those of lists and ranges, and counted subparagraphs and sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from dutybook.extract.citations import find_citations_in_line
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives, anywhere
from dutybook.languages.relations import PartWords
from dutybook.records import Span
from dutybook.records.instructions import Counted, Part
from dutybook.records.provisions import lies_in

# So many places may stand in a range: "(4-6)".
_LONGEST_RANGE = 40


def find_places(
    words: str, pack: LanguagePack, context: str, *, start: int, until: int, every: bool = False
) -> tuple[str, ...]:
    """The places that words cite, each alone, with those of lists and ranges that follow them; none that only says where others are.

    Args:
        words: without what is quoted in them.
        pack: of their language.
        context: the place that they are about, for citations such as "paragraph 2".
        start: where the citations begin, and ``until``: before which they end, in characters; a list may go on behind it.
        every: in the order of the text, those that are cited twice among them; else each once.
    """
    found: list[str] = []
    cited = [(place, span.shift(start)) for place, span in cited_places(words[start:until], pack, context)]
    for place, span in cited:
        found += _each(place)
        found += _following(words, pack, span.end, found[-1], [other for _, other in cited])
    if not every:
        found = list(dict.fromkeys(found))
    # A place with others in it only says where they are.
    deepest = [place for place in found if not any(_is_inside(other, place) for other in found)]
    # Words that name no place that could be read must not be taken for what stands around it.
    return tuple(deepest)


def cited_places(words: str, pack: LanguagePack, context: str) -> list[tuple[str, Span]]:
    """The places that words cite, with where they do; citations of subparagraphs and sentences ("Satz 2 und 3") are left out."""
    parts = part_spans(words, pack)
    return [
        (cited.place, cited.span)
        for cited in find_citations_in_line(words, pack, place=context)
        if cited.place and not any(span.start <= cited.span.start < span.end for span in parts)
    ]


def _is_inside(place: str, outer: str) -> bool:
    # "Art 4-6" is a range.
    return place != outer and lies_in(place, outer) and place[len(outer)] != "-"


_LAST = re.compile(r"(?P<before>.*?)(?P<open>\(?)(?P<number>[^\s()]+)(?P<close>\)?)$")


def _each(place: str) -> list[str]:
    """The single places of a place with a range: "Art 9(4-6)" has three."""
    found = _LAST.match(place)
    if not found:
        return [place]
    ends = re.fullmatch(r"(\w+)[-–](\w+)", found["number"])
    return [_numbered(found, number) for number in _between(ends[1], ends[2])] if ends else [place]


def _numbered(place: re.Match[str], number: str) -> str:
    """The place that ``_LAST`` matched, with another number."""
    return f"{place['before']}{place['open']}{number}{place['close']}"


def _between(first: str, last: str) -> Iterator[str]:
    """The numbers or letters from one to another; only the two where nothing is known of those between."""
    if first.isdigit() and last.isdigit() and 0 < int(last) - int(first) < _LONGEST_RANGE:
        yield from map(str, range(int(first), int(last) + 1))
    elif len(first) == len(last) == 1 and first.isalpha() and first < last:
        yield from map(chr, range(ord(first), ord(last) + 1))
    else:
        yield from (first, last)


def _following(words: str, pack: LanguagePack, at: int, place: str, cited: Sequence[Span]) -> list[str]:
    """The places of numbers that go on a list behind a citation: "points (a) and (b)"; those that are ``cited`` themselves end it."""
    found: list[str] = []
    pattern = _list_goes_on(pack)
    while (match := pattern.match(words, at)) is not None:
        number = match["number"]
        shape = _LAST.match(place)
        if not shape or number[0].isdigit() != shape["number"][0].isdigit():
            break
        if any(span.start <= match.start("number") < span.end for span in cited):
            break
        numbers = list(_between(shape["number"], number))[1:] if match["range"] else [number]
        found += [_numbered(shape, each) for each in numbers]
        place, at = _numbered(shape, number), match.end()
    return found


@cache
def _list_pattern(joiners: tuple[str, ...], ranges: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        rf"\s*(?:(?P<range>{alternatives(ranges)})|{alternatives(joiners)})\s*\(?(?P<number>\d{{1,3}}[a-z]{{0,2}}|[a-z]{{1,2}})\)?(?![\w’'])"
    )


def _list_goes_on(pack: LanguagePack) -> re.Pattern[str]:
    return _list_pattern(pack.citations.joiners, pack.citations.ranges)


def part_spans(words: str, pack: LanguagePack) -> list[Span]:
    """Where the nouns for subparagraphs and sentences stand, each with the numbers behind it."""
    return [
        Span(match.start(), match.end() + _numbers_behind(words[match.end() :], pack)[1])
        for match in anywhere((*pack.citations.subparagraph, *pack.citations.sentence)).finditer(words)
    ]


def find_counted(words: str, parts: PartWords, pack: LanguagePack) -> Iterator[Counted]:
    """The subparagraphs and sentences that words name, from the outside."""
    kinds = ((Part.SUBPARAGRAPH, pack.citations.subparagraph), (Part.SENTENCE, pack.citations.sentence))
    found = []
    for part, nouns in kinds:
        for match in anywhere(nouns).finditer(words):
            numbers = _numbers_before(words[: match.start()], parts) or _numbers_behind(words[match.end() :], pack)[0]
            found.append((part is Part.SENTENCE, match.start(), Counted(part, numbers)))
    for _, _, counted in sorted(found, key=lambda each: each[:2]):
        yield counted


def _numbers_before(before: str, parts: PartWords) -> tuple[int, ...]:
    """The ordinals at the end of words: "the first and second" has 1 and 2."""
    names = {n: f"(?:{pattern})" for n, pattern in enumerate(parts.ordinals, start=1)} | {-1: f"(?:{parts.last})"}
    ordinal = "|".join(names.values())
    found = re.search(rf"((?:(?<!\w)(?:{ordinal})(?:\s*,|\s+\w{{1,4}})?\s+)+)$", before, re.IGNORECASE)
    if not found:
        return ()
    return tuple(
        number
        for match in re.finditer(rf"(?<!\w)(?:{ordinal})(?!\w)", found[1], re.IGNORECASE)
        for number, pattern in names.items()
        if re.fullmatch(pattern, match[0], re.IGNORECASE)
    )


def _numbers_behind(behind: str, pack: LanguagePack) -> tuple[tuple[int, ...], int]:
    """The numbers after a noun ("Satz 2 und 3", "Sätze 2 bis 4"), and how many characters they take."""
    suffix = pack.citations.number_suffix
    first = re.match(rf"\s(\d{{1,2}})(?:\s?{suffix if suffix.isalpha() else '(?!)'})?(?!\w)", behind)
    if not first:
        return (), 0
    numbers, at = [first[1]], first.end()
    pattern = _list_goes_on(pack)
    while (match := pattern.match(behind, at)) is not None and match["number"].isdigit():
        numbers += list(_between(numbers[-1], match["number"]))[1:] if match["range"] else [match["number"]]
        at = match.end()
    return tuple(map(int, numbers)), at
