"""Reads the instructions of an amending act so far that they can be applied: the places and parts they are about, and their new text.

Where a sentence says more than is understood, the instruction has an obstacle: nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dutybook.extract.citations import find_citations_in_line
from dutybook.extract.instruction_words import blank_quoted, find_quoted
from dutybook.extract.named_parts import cited_places, find_counted, find_places, part_spans
from dutybook.extract.new_text import is_quoted, read_new_text
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import anywhere
from dutybook.languages.relations import PartWords, amending_words
from dutybook.records import Amendment, AmendmentKind, Provision, Span
from dutybook.records.instructions import Counted, Instruction, Obstacle, Part, Side, WordChange
from dutybook.records.trees import plain_number, read_head

_LONGEST_LEAD = 600


@dataclass(frozen=True, slots=True)
class _Line:
    """The words of an instruction: as they stand, without what is quoted in them, and the places that they name.

    ``start`` is where the words for what is changed begin, behind "in paragraph 2, …". ``context`` is the place that the words before them
    and around the instruction name (``is_inside``), else the one around its target.
    """

    whole: str
    bare: str
    start: int
    pack: LanguagePack
    parts: PartWords | None
    context: str = ""
    is_inside: bool = False

    def until_new(self) -> str:
        """The bare words up to those that announce what takes the place of something: "by the following"."""
        found = _find(self.bare, self.parts.by) if self.parts else None
        return self.bare[: found.start()] if found else self.bare


def read_instructions(
    text: str, provisions: Sequence[Provision], amendments: Sequence[Amendment], pack: LanguagePack
) -> tuple[Instruction, ...]:
    """The instructions of an amending act in text order.

    Args:
        text: of the amending act.
        provisions: its provisions, those of new text among them.
        amendments: what :func:`~dutybook.extract.amendments.find_amendments` found in it.
        pack: of its language.
    """
    ordered = sorted(amendments, key=lambda each: each.span.start)
    ends = [*(each.span.start for each in ordered), len(text)][1:] if ordered else []
    return tuple(
        instruction
        for amendment, end in zip(ordered, ends, strict=True)
        for instruction in _read(text, provisions, amendment, end, pack)
    )


def _read(
    text: str, provisions: Sequence[Provision], amendment: Amendment, end: int, pack: LanguagePack
) -> Iterator[Instruction]:
    """The instruction of an amendment; before it the change of a mark that the same sentence makes."""
    around = [p for p in provisions if not is_quoted(p) and p.span.contains(amendment.span)]
    whole = " ".join(amendment.span.of(text).split())
    words = amending_words(pack.code)
    parts = words.parts if words else None
    bare = blank_quoted(whole, pack.code)
    line = _Line(whole, bare, _object_start(bare, parts), pack, parts)
    home = around[-1].span if around else Span(0, len(text))
    new = read_new_text(text, provisions, Span(amendment.span.end, max(amendment.span.end, min(end, home.end))))
    made = Instruction(amendment.id, amendment.kind, amendment.work, amendment.act, amendment.place, whole, new=new)
    if amendment.target is None:
        yield replace(made, obstacle=Obstacle.NO_PLACE)
        return
    leads = [_lead(text, provision, provisions) for provision in around[:-1]]
    if not _is_whole(line, [blank_quoted(lead, pack.code) for lead in leads]):
        yield replace(made, targets=(amendment.target,), obstacle=Obstacle.UNCLEAR)
        return
    leads.append(bare[: line.start])
    context = _context(leads, pack)
    line = replace(line, context=context or _outer(amendment.target), is_inside=context is not None)
    if made.new and (marks := _marks_in(line)):
        yield _with_mark(replace(made, new=()), line, marks)
    yield _complete(made, amendment.target, line, _scope(leads[:-1], parts, pack))


# What is left of quotation marks when all quotations are blank; a closing one may be an apostrophe.
_LONE_MARK = re.compile("[“”„«»‘‚]")
_LETTERED = re.compile(r"\d[a-z](?!\w)")
# "Nummer 4.3" is no number 4.
_GOES_ON = re.compile(r"\.\d|\w")


def _is_whole(line: _Line, leads: Sequence[str]) -> bool:
    """Whether a line is one instruction with nothing in it, or around it, that is known not to be understood."""
    if _LONE_MARK.search(line.bare):
        return False
    if line.parts is not None and any(_begins(word).search(each) for word in line.parts.unread for each in leads):
        return False
    # "§ 22f" may be a section of its own, or section 22 and the one behind it.
    cited = find_citations_in_line(line.bare, line.pack, place="Art 1")
    if any(c.place and _GOES_ON.match(line.bare, c.span.end) for c in cited):
        return False
    return not any(c.place and number not in c.place for c in cited for number in _LETTERED.findall(c.as_written))


def _marks_in(line: _Line) -> list[tuple[int, int, str]]:
    """The punctuation marks that words outside of quotations name, with where these stand."""
    names = line.parts.marks if line.parts else {}
    if not names:
        return []
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    found = re.finditer(rf"(?<!\w)({pattern})(?!\w)", line.bare, re.IGNORECASE)
    return [(match.start(), match.end(), names[match[1].casefold()]) for match in found]


def _with_mark(made: Instruction, line: _Line, marks: list[tuple[int, int, str]]) -> Instruction:
    """ "In point (c), the full stop is replaced by a semicolon and the following point is added": what is said of the mark."""
    made = replace(made, kind=AmendmentKind.REPLACE, part=Part.WORDS)
    ahead = replace(line, bare=line.bare[: marks[0][0]], start=0)
    places = _named_places(ahead) or ((line.context,) if line.is_inside else ())
    assert line.parts is not None
    if len(marks) != 2 or len(places) != 1 or not _find(line.bare[marks[0][1] : marks[1][0]], line.parts.by):
        return replace(made, targets=places, obstacle=Obstacle.UNCLEAR)
    return replace(made, targets=places, words=(WordChange(marks[0][2], marks[1][2], at_end=True),))


def _lead(text: str, provision: Provision, provisions: Sequence[Provision]) -> str:
    """The words of a provision before those in it."""
    first = next((p.span.start for p in provisions if p.parent == provision.id), provision.span.end)
    start = read_head(text, provision)[2]
    return text[start : max(start, min(first, start + _LONGEST_LEAD))]


def _context(leads: Sequence[str], pack: LanguagePack) -> str | None:
    """The place in the amended act that what stands around an instruction names: "Article 9 is amended as follows: (a) in paragraph 2 …"."""
    context = None
    for lead in leads:
        cited = find_citations_in_line(blank_quoted(lead, pack.code), pack, place=context)
        context = next((c.place for c in reversed(cited) if c.place), context)
    return context


def _scope(leads: Sequence[str], parts: PartWords | None, pack: LanguagePack) -> tuple[Counted, ...]:
    """The subparagraph or sentence that what stands around an instruction names: "in paragraph 1, the second subparagraph is amended"."""
    if parts is None:
        return ()
    # In brackets stand gazettes, whose pages look like sentences: "(BGBl. I S. 9)".
    plain = [re.sub(r"\([^()]*\)", " ", lead) for lead in leads]
    return tuple(counted for lead in plain for counted in find_counted(lead, parts, pack) if counted.numbers)


def _object_start(bare: str, parts: PartWords | None) -> int:
    """Where the words for what is changed begin: behind "in Article 9," where a sentence begins so."""
    if parts is None:
        return 0
    begun = re.match(rf"\W*(?:\(?\w{{1,4}}\)|\d+\.)?\s*(?:{'|'.join(parts.within)})\b[^,;:]*,", bare, re.IGNORECASE)
    return begun.end() if begun else 0


def _complete(made: Instruction, target: str, line: _Line, scope: tuple[Counted, ...]) -> Instruction:
    """The instruction with all that its words say."""
    quoted = sorted([*find_quoted(line.whole), *_marks_in(line)])
    if quoted and not made.new:
        return _with_words(made, target, line, scope, quoted)
    if line.parts is None:
        return _of_unknown_language(made, target, line)
    if _names(line, (*line.parts.unread, *line.parts.before_list)):
        return replace(made, targets=(target,), obstacle=Obstacle.UNCLEAR)
    if made.kind is AmendmentKind.RENUMBER:
        return _renumbered(made, target, line)
    for part, words in ((Part.HEADING, line.parts.heading), (Part.INTRODUCTION, line.parts.introduction)):
        if any(_begins(word).search(line.bare, line.start) for word in words):
            return _of_part(made, target, part, scope)
    counted = tuple(
        find_counted(line.until_new() if made.kind is AmendmentKind.REPLACE else line.bare, line.parts, line.pack)
    )
    if _is_about_part(made, line, counted):
        return _of_counted(made, target, line, (*scope, *counted))
    within = (*scope, *(each for each in counted if each.numbers))
    return _of_whole(replace(made, counted=within), target, line)


def _of_unknown_language(made: Instruction, target: str, line: _Line) -> Instruction:
    """Where the words for parts are not known, only new text that bears the number of its place is sure to be all of it.

    The number of a paragraph stands before its first subparagraph, too: no subparagraph may be named.
    """
    is_part = bool(part_spans(line.bare, line.pack))
    is_new = made.kind in (AmendmentKind.REPLACE, AmendmentKind.INSERT) and all(n.number for n in made.new)
    if is_part or not is_new:
        return replace(made, targets=(target,), obstacle=Obstacle.LANGUAGE)
    return _of_whole(made, target, line)


def _is_about_part(made: Instruction, line: _Line, counted: Sequence[Counted]) -> bool:
    """Whether subparagraphs or sentences are changed, and not a provision with a number of its own in them."""
    if made.new and not all(node.number for node in made.new):
        return True
    if not counted or (made.new and made.kind is AmendmentKind.INSERT):
        return False
    return _names_part_innermost(line)


def _names_part_innermost(line: _Line) -> bool:
    """Whether the innermost thing that a line names is a subparagraph or sentence, by where it and the places stand."""
    assert line.parts is not None
    nouns = [span.start for span in part_spans(line.bare, line.pack)]
    places = [span for _, span in cited_places(line.bare, line.pack, "Art 1")]
    if line.parts.inner_last:
        return max(nouns) >= max((at.start for at in places), default=-1)
    nouns = [at for at in nouns if at >= line.start]
    places = [at for at in places if at.start >= line.start]
    if not nouns or not places:
        return bool(nouns)
    # "Article 5(2), second subparagraph, is deleted"; but "point (b) of the second subparagraph".
    between = line.bare[places[0].end : nouns[0]]
    return nouns[0] < places[0].start or bool(re.match(r"\s*,\s*(?:\w+\s+){0,3}$", between))


def _of_part(made: Instruction, target: str, part: Part, scope: tuple[Counted, ...]) -> Instruction:
    """A heading or the words before a list that get new words."""
    text = [line for node in made.new for line in node.lines()]
    if made.kind is not AmendmentKind.REPLACE or len(text) != 1 or scope:
        return replace(made, targets=(target,), part=part, obstacle=Obstacle.UNCLEAR)
    return replace(made, targets=(target,), part=part)


def _of_counted(made: Instruction, target: str, line: _Line, counted: tuple[Counted, ...]) -> Instruction:
    """Subparagraphs or sentences that are replaced, deleted or added."""
    assert line.parts is not None
    made = replace(made, targets=(target,), counted=counted)
    if not counted:
        return replace(made, obstacle=Obstacle.UNCLEAR)
    if made.kind is AmendmentKind.INSERT and any(each.numbers for each in counted if each.part is counted[-1].part):
        # "After sentence 1, the following sentence": the other one is the new one.
        counted = tuple(each for each in counted if each.numbers)
        made = replace(made, counted=counted)
    inner = counted[-1]
    made = replace(made, part=inner.part)
    if made.kind is AmendmentKind.INSERT:
        made = _with_side(made, line)
    elif not inner.numbers:
        made = replace(made, obstacle=Obstacle.UNCLEAR)
    if made.obstacle is not None:
        return made
    if made.kind is not AmendmentKind.DELETE and not made.new:
        return replace(made, obstacle=Obstacle.NO_TEXT)
    return _without_number(made, target)


def _with_side(made: Instruction, line: _Line) -> Instruction:
    """New subparagraphs or sentences next to those that are numbered, or at the end."""
    assert line.parts is not None
    if made.counted[-1].numbers:
        sides = [side for side in Side if _find(line.bare, getattr(line.parts, side.value))]
        return replace(made, side=sides[0]) if len(sides) == 1 else replace(made, obstacle=Obstacle.UNCLEAR)
    alone = sum(not each.numbers for each in made.counted) == 1
    # New text that is only "inserted" may stand anywhere.
    return made if alone and _names(line, line.parts.added) else replace(made, obstacle=Obstacle.UNCLEAR)


def _without_number(made: Instruction, target: str) -> Instruction:
    """New text without the number of the paragraph around it: "the first subparagraph is replaced by the following: ‘4. …’"."""
    if not made.new or not made.new[0].number:
        return made
    first = made.new[0]
    if made.counted[-1].numbers[:1] != (1,) or first.number != _last_number(target) or len(made.new) > 1:
        return replace(made, obstacle=Obstacle.UNCLEAR)
    return replace(made, new=(replace(first, number="", label=""),))


def _of_whole(made: Instruction, target: str, line: _Line) -> Instruction:
    """Provisions with numbers of their own that are replaced, deleted or inserted."""
    if made.kind is AmendmentKind.DELETE:
        places = _named_places(line)
        return replace(made, targets=places) if places else replace(made, targets=(target,), obstacle=Obstacle.UNCLEAR)
    if not made.new:
        return replace(made, targets=(target,), obstacle=Obstacle.NO_TEXT)
    if not all(node.number for node in made.new):
        return replace(made, targets=(target,), obstacle=Obstacle.UNCLEAR)
    if made.kind is AmendmentKind.INSERT:
        return replace(made, targets=(_place_of_inserted(made, target, line),))
    named = _named_places(line) or (target,)
    numbers = {_last_number(place) for place in named}
    if not named or (len(made.new) == 1 and made.new[0].number not in numbers):
        return replace(made, targets=named or (target,), obstacle=Obstacle.UNCLEAR)
    return replace(made, targets=named)


def _place_of_inserted(made: Instruction, target: str, line: _Line) -> str:
    """The place of the first new provision: that of the amendment, unless a point is added where its number could be a paragraph's.

    "In paragraph 1, the following point is added: ‘(36) …’" is about Art 3(1)(36).
    """
    words, citations = line.bare[line.start :], line.pack.citations
    is_point = anywhere((*citations.point, *citations.letter, *citations.number)).search(words)
    is_paragraph = anywhere(citations.paragraph).search(words)
    others = [c for c in find_citations_in_line(words, line.pack, place=line.context) if c.place and c.place != target]
    if not line.is_inside or not is_point or is_paragraph or others or _outer(target) == line.context:
        return target
    return f"{line.context}({made.new[0].number})"


def _renumbered(made: Instruction, target: str, line: _Line) -> Instruction:
    """ "Paragraphs 3 and 4 become paragraphs 4 and 5": half of the places are the old ones."""
    places = _named_places(line, every=True)
    half = len(places) // 2
    if not places or len(places) % 2 or len(set(places[half:])) != half or len(set(places[:half])) != half:
        return replace(made, targets=(target,), obstacle=Obstacle.UNCLEAR)
    return replace(made, targets=places[:half], renumbered=places[half:])


def _outer(target: str) -> str:
    """The provision around a place: "Art 9" of "Art 9(2)"."""
    return re.sub(r"(\([^()]*\)|\s[^\W\d_]+\.? \S+)$", "", target) or target


def _named_places(line: _Line, *, every: bool = False) -> tuple[str, ...]:
    """The places that the words for what is changed name; ``every``: those of what takes its place, too, each as often as it is named."""
    until = len(line.bare if every else line.until_new())
    return find_places(line.bare, line.pack, line.context, start=line.start, until=until, every=every)


def _last_number(place: str) -> str:
    found = re.search(r"\(([^()]+)\)$|([^\s()]+(?: (?:bis|ter|quater|quinquies|sexies|septies))?)$", place)
    return plain_number(found[1] or found[2]) if found else ""


@cache
def _begins(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE)


def _names(line: _Line, words: Sequence[str]) -> bool:
    """Whether the line has a word that begins so, outside of what it quotes."""
    return any(_begins(word).search(line.bare) for word in words)


def _with_words(
    made: Instruction, target: str, line: _Line, scope: tuple[Counted, ...], quoted: list[tuple[int, int, str]]
) -> Instruction:
    """An instruction that changes single words: "the words ‘x’ are replaced by ‘y’"."""
    made = replace(made, targets=(target,), part=Part.WORDS)
    if line.parts is None:
        return replace(made, obstacle=Obstacle.LANGUAGE)
    counted = (*scope, *(c for c in find_counted(line.bare, line.parts, line.pack) if c.numbers))
    if _names(line, line.parts.before_list):
        made, counted = replace(made, targets=(_outer(target),)), (*counted, Counted(Part.INTRODUCTION))
    elif _names(line, line.parts.unread):
        return replace(made, obstacle=Obstacle.UNCLEAR)
    elif _names(line, line.parts.introduction):
        counted = (*counted, Counted(Part.INTRODUCTION))
    elif _names(line, line.parts.heading):
        counted = (*counted, Counted(Part.HEADING))
    changes = tuple(_word_changes(made.kind, line, quoted))
    made = replace(made, counted=counted, words=changes)
    return made if changes else replace(made, obstacle=Obstacle.UNCLEAR)


def _word_changes(kind: AmendmentKind, line: _Line, quoted: list[tuple[int, int, str]]) -> Iterator[WordChange]:
    """The changes of single words; none where the order of quotations and prepositions is not that of such a change."""
    assert line.parts is not None
    everywhere = _names(line, line.parts.everywhere)
    if kind is AmendmentKind.DELETE:
        at_end = _names(line, line.parts.at_end)
        yield from (WordChange(words, "", everywhere=everywhere, at_end=at_end) for _, _, words in quoted)
        return
    gaps = _gaps(line, quoted)
    if len(quoted) % 2:
        return
    changes = []
    for number in range(0, len(quoted), 2):
        before, between = gaps[number], gaps[number + 1]
        old, new = quoted[number][2], quoted[number + 1][2]
        named = line.whole[quoted[number][0] : quoted[number][1]] != old and len(old) == 1
        at_end = bool(_find(f"{before} {between}", line.parts.at_end)) or (named and old in line.parts.marks.values())
        if kind is AmendmentKind.REPLACE:
            if not _find(between, line.parts.by) or _find(before, line.parts.by):
                return
            changes.append(WordChange(old, new, everywhere=everywhere, at_end=at_end))
        elif kind is AmendmentKind.INSERT:
            side = _side(before, line.parts)
            if side is None or _find(between, line.parts.by):
                return
            changes.append(WordChange(old, new, side, everywhere, at_end))
    yield from changes


def _side(before: str, parts: PartWords) -> Side | None:
    """On which side of the quotation that follows new words go, by the last preposition before it."""
    found = [
        (match.start(), side)
        for side in Side
        for word in getattr(parts, side.value)
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", before, re.IGNORECASE)
    ]
    return max(found)[1] if found else None


def _gaps(line: _Line, quoted: list[tuple[int, int, str]]) -> list[str]:
    """The words before each quotation, from the one before it on."""
    found, at = [], 0
    for start, end, _ in quoted:
        found.append(line.whole[at:start])
        at = end
    return found


def _find(words: str, some: Sequence[str]) -> re.Match[str] | None:
    """Where the first of some words stands in others."""
    return re.search(rf"(?<!\w)(?:{'|'.join(some) or '(?!)'})(?!\w)", words, re.IGNORECASE)


__all__ = ["read_instructions"]
