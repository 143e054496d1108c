"""What a walk through a layout's blocks keeps open: divisions, the article, lists, a table of contents; and how it makes provisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Family, ProvisionKind, Span, Zone
from dutybook.structure import headings, markers, zones
from dutybook.structure.headings import Heading, rank_divisions
from dutybook.structure.markers import Level, Node, Run, Style, Tree, key, parse, series
from dutybook.structure.quotations import opening_mark
from dutybook.structure.typed_lists import find_typed_items

# Entries and the heading above them are short.
_ENTRY = 300
_HEADING = 60
# So many words and a full stop after them are a sentence of the law, no entry.
_SENTENCE_WORDS = 12


class Contents:
    """Watches the blocks for a table of contents; ``open`` while inside one."""

    def __init__(self, pack: LanguagePack) -> None:
        self.open = False
        self._pack = pack
        self._patterns = headings.patterns(pack)
        self._seen: set[tuple[ProvisionKind, str]] = set()
        self._first: tuple[ProvisionKind, str] | None = None

    def begins(self, text: str) -> bool:
        """Whether a block is the heading of a table of contents."""
        self.open = len(text) < _HEADING and text.casefold().strip(" .:") in self._patterns.contents
        return self.open

    def holds(self, block: Block, text: str) -> bool:
        """Whether a block is an entry; the first heading that was an entry before, or a long text, ends the table."""
        key = self._key(block, text)
        titled = block.role is BlockRole.HEADING and block.level > 0
        # Sections are counted anew in every chapter; articles are not.
        known = key is not None and key in self._seen and (key == self._first or key[0] is ProvisionKind.ARTICLE)
        if known or (key is None and titled) or self._is_text(block, text):
            self._seen = set()
            self._first = None
            self.open = False
            return False
        if key:
            self._first = self._first or key
            self._seen.add(key)
        if titled:
            # a format with real headings has no headings in its table of contents
            self.open = False
        return self.open

    def _is_text(self, block: Block, text: str) -> bool:
        """Whether a block is a sentence, an enacting formula, or longer than any entry."""
        if len(text) > _ENTRY or headings.starts_with(text, self._patterns.enacting):
            return True
        return block.role is BlockRole.BODY and text.endswith(".") and len(text.split()) >= _SENTENCE_WORDS

    def _key(self, block: Block, text: str) -> tuple[ProvisionKind, str] | None:
        heading = headings.article(text, block, self._pack) or headings.division(text, block, self._pack)
        return (heading.kind, heading.number) if heading else None


_FEW = 3
# Where an act says what it is: on its first pages.
_OPENING = 6000
_SECTION_HEADING = re.compile(r"(?P<number>\d{1,3}[A-Z]{0,2})\.?\s+(?=(?:[.…]{1,3} )?[“‘]?[A-Z])")
_SECTION_RUNS_IN = re.compile(r"(?P<number>\d{1,3}[A-Z]{0,2})\.\s?[—–]\s?(?=\(1\))")


class BareNumbers:
    """Finds such provisions in one document; inactive where the pack names no rule letters."""

    def __init__(self, text: str, blocks: Sequence[Block], pack: LanguagePack) -> None:
        words = pack.structure
        self._rule = _rule_pattern(words.rule_letters) if words.rule_letters else None
        self._sources: dict[str, str] = {}
        self._label = ""
        self._last = 0
        if self._rule is None:
            return
        found = [m for b in blocks if (m := self._rule.match(text, b.span.start, min(b.span.end, b.span.start + 40)))]
        if len(found) < _FEW:
            self._rule = None
        else:
            self._sources = _sources(text, {m["number"].split(".")[0] for m in found})
        opening = text[:_OPENING]
        for evidence, label in words.section_labels.items():
            if evidence in opening:
                self._label = label
                break

    def read(self, text: str, block: Block) -> Heading | None:
        """The rule or section that a block opens, with its title or with its text."""
        rule = self._rule.match(text) if self._rule else None
        if rule:
            number = rule["number"]
            source = rule["source"] or self._sources.get(number.split(".")[0], "Rule")
            body = rule.end() if rule.end() < len(text.rstrip()) else 0
            return Heading(ProvisionKind.ARTICLE, number + rule["letter"], "", label=source, body=body)
        if not self._label:
            return None
        section = _SECTION_RUNS_IN.match(text)
        if section and self._goes_on(section["number"]):
            return Heading(ProvisionKind.ARTICLE, section["number"], "", label=self._label, body=section.end())
        heading = _SECTION_HEADING.match(text) if block.role is BlockRole.HEADING else None
        if heading and self._goes_on(heading["number"]):
            title = " ".join(text[heading.end() :].split())
            return Heading(ProvisionKind.ARTICLE, heading["number"], title, label=self._label)
        return None

    def _goes_on(self, number: str) -> bool:
        """Sections count upward, and none is left out but by repeal."""
        figures = int(re.match(r"\d+", number)[0])  # type: ignore[index]
        if not self._last <= figures <= self._last + 5:
            return False
        self._last = figures
        return True


def _rule_pattern(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(
        r"(?:(?P<source>[A-Z]{3,5}) )?(?P<number>\d{1,2}[A-Z]{0,2}(?:\.\d{1,2}[A-Z]{0,2}){1,2})"
        rf"\s?(?P<letter>{'|'.join(letters)})(?!\w)(?:\s+(?=[A-Z“…\[])|\s*$)"
    )


def _sources(text: str, chapters: set[str]) -> dict[str, str]:
    """Which sourcebook the chapters belong to, as the text itself cites them ("SYSC 15A.2.1R")."""
    cited: dict[str, Counter[str]] = {}
    for match in re.finditer(r"\b([A-Z]{3,5}) (\d{1,2}[A-Z]{0,2})\.\d", text):
        if match[2] in chapters:
            cited.setdefault(match[2], Counter())[match[1]] += 1
    return {chapter: count.most_common(1)[0][0] for chapter, count in cited.items()}


# As much of a block as holds an article's number and the beginning of its text.
_HEAD = 400
_TITLE = 160
# In "Artículo 5. Objeto." the words after the number are a title where most articles of the act look like that.
_MOSTLY = 0.6
# An act seldom leaves out more articles at once; a greater leap is a citation.
_LEAP = 50
_TWO_SENTENCES = re.compile(r"[.;:]\s+\S")


class RunIns:
    """Finds articles that run in, for one document."""

    def __init__(self, text: str, blocks: Sequence[Block], pack: LanguagePack) -> None:
        self._pack = pack
        found = short = 0
        quoted = False
        for index, block in enumerate(blocks):
            if block.role not in {BlockRole.BODY, BlockRole.HEADING}:
                continue
            piece = text[block.span.start : min(block.span.end, block.span.start + _HEAD)]
            heading = headings.runs_in(piece, pack)
            if heading is None:
                mark = opening_mark(piece)
                quoted = quoted or (mark is not None and headings.runs_in(piece[mark[1] :], pack) is not None)
                continue
            found += 1
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            if following is not None and self._short(piece, heading) and not self._goes_on(following, text):
                short += 1
        self._titled = found >= _FEW and short >= _MOSTLY * found
        self._unstopped = self._has_unstopped(text, blocks)
        self.any = found > 0 or quoted or self._unstopped

    def _has_unstopped(self, text: str, blocks: Sequence[Block]) -> bool:
        """Whether some of the articles, counted from the first on, have their text right behind their number."""
        last = unstopped = 0
        for block in blocks:
            piece = text[block.span.start : min(block.span.end, block.span.start + _HEAD)]
            if block.role not in {BlockRole.BODY, BlockRole.HEADING}:
                continue
            loose = headings.unstopped(piece, self._pack)
            found = loose or headings.runs_in(piece, self._pack)
            if found is not None and found.number == str(last + 1):
                last += 1
                unstopped += loose is not None
        return last >= _FEW and unstopped > 1

    def read(self, text: str, block: Block, last: dict[str, tuple[int, ...]]) -> Heading | None:
        """The article that a block opens with its own text (``body``) or with its title; ``last``: the last keys by series."""
        if not self.any:
            return None
        heading = headings.runs_in(text[:_HEAD], self._pack)
        if heading is None and self._unstopped:
            heading = headings.unstopped(text[:_HEAD], self._pack)
            return heading if heading and may_follow(last.get(series(heading.number)), heading.number) else None
        if heading is None or not may_follow(last.get(series(heading.number)), heading.number):
            return None
        if (self._titled or block.role is BlockRole.HEADING) and self._short(text, heading):
            title = " ".join(text[heading.body :].split()).rstrip(".")
            return Heading(heading.kind, heading.number, title, heading.sign)
        return heading

    def _short(self, text: str, heading: Heading) -> bool:
        body = text[heading.body :].strip()
        if (heading.sign and headings.is_sentence(body)) or _counts(body, 1):
            return False
        return len(body) <= _TITLE and not _TWO_SENTENCES.search(body) and body[-1:] not in ":;,"

    def _goes_on(self, block: Block, text: str) -> bool:
        """Whether the next article or division follows, or the second paragraph: then a short text is the whole first one."""
        piece = text[block.span.start : min(block.span.end, block.span.start + _HEAD)]
        return bool(
            headings.patterns(self._pack).paragraph.match(piece)
            or _counts(piece, 2)
            or headings.runs_in(piece, self._pack)
            or headings.article(piece, block, self._pack)
            or headings.division(piece, block, self._pack)
        )


def _counts(text: str, ordinal: int) -> bool:
    """Whether a text begins with the number of a paragraph that is the first, or the second, of its article."""
    marker = parse(text)
    return marker is not None and marker.wrap in {"()", "."} and (Style.ARABIC, ordinal) in marker.readings


def may_follow(last: tuple[int, ...] | None, number: str) -> bool:
    """Whether an article of this number can come after the one with the key ``last``; counting may begin anew at 1."""
    own = key(number)
    if last is None or not own or own == (1,):
        return True
    if len(own) == 1 and len(last) >= 1 and own[0] - last[0] > _LEAP:
        return False
    return own >= last


class Walking(Tree):
    """The state of the walk, and the provisions and paragraphs made from it."""

    def __init__(self, text: str, blocks: tuple[Block, ...], pack: LanguagePack, family: Family) -> None:
        super().__init__(text)
        self.blocks = blocks
        self.pack = pack
        self.family = family
        self.patterns = headings.patterns(pack)
        self.contents = Contents(pack)
        self.divisions: list[Node] = []
        self.article: Node | None = None
        self.levels: list[Level] = []
        self.zone = Zone.PROSE
        # The zone of items after a stem that stands in another zone.
        self.stem_zone = (Span(0, 0), Zone.PROSE, Zone.PROSE)
        self.last_number = 0
        self.recital: Node | None = None
        # What the reader says of the block that is being placed.
        self.hint = ""
        # Where the block begins that is being placed.
        self.here = 0
        self.order = rank_divisions(text, blocks, pack)
        self.run_ins = RunIns(text, blocks, pack)
        # Markers that are such among others only, by where their blocks begin.
        self.typed = find_typed_items(text, blocks, pack)
        self.bare_numbers = BareNumbers(text, blocks, pack)
        self.last_articles: dict[str, tuple[int, ...]] = {}
        # Lists that a paragraph without a marker closed: the next marker may go on with one.
        self.closed: list[Level] = []
        self.sections = pack.structure.section_sign == "paragraph"
        # What announces the new text for another act that is being read.
        self.quoting: Node | None = None
        # Up to this block no closing quotation mark is to be found.
        self.unclosed = 0
        # The enacting formula stands at the end of the last recital, as in a text that lost its line breaks.
        self.inside = False
        # The act lost its headings and the marks of its items.
        self.unmarked = False
        # Rules without articles, whose paragraphs are counted through ("1.", "2.", "2.1.").
        self.numbered = False

    def _reset(self) -> None:
        self.article = None
        self.levels = []
        self.divisions = []
        self.recital = None

    def _counts_paragraphs(self) -> bool:
        """Whether ``§`` counts the paragraphs of the open article, as in Belgium, Brazil and Polish codes."""
        return self.sections and self.article is not None and not self.article.sign

    def _home(self) -> Node | None:
        return self.article or (self.divisions[-1] if self.divisions else self.quoting)

    def _content_zone(self) -> Zone:
        if self.levels:
            return self.levels[-1].node.zone
        home = self._home()
        if home is None:
            return self.zone
        return self.zone if home.zone is Zone.HEADING else home.zone

    def _holder(self, block: Block) -> Node:
        if self.levels:
            return self.levels[-1].node
        home = self._home()
        # A headline heads a whole article of news: there, the paragraph is the place.
        headline = self.family is Family.NEWS and self.article is None
        if home is not None and home is self.quoting:
            return self._paragraph_of_new_text() or self._anonymous(block)
        return home if home is not None and not headline else self._anonymous(block)

    def _paragraph_of_new_text(self) -> Node | None:
        """The last numbered paragraph of the new text that is being read: what follows without a number is a part of it."""
        for node in reversed(self.nodes):
            if not node.quoted:
                return None
            if node.style is Style.ARABIC and node.parent is self.quoting:
                return node
        return None

    def _anonymous(self, block: Block) -> Node:
        """Text under no heading: one provision a paragraph, so that news and letters have places, too."""
        return self.node(ProvisionKind.TEXT, "", block.span.start, self.zone, self._home())

    def _ends_open(self, run: Run) -> bool:
        return markers.ends_open(run.span.of(self.text))

    def _stem(self, holder: Node | None) -> Run | None:
        if holder is None or not holder.runs:
            return None
        if self.quoting is not None and not holder.quoted:
            return None  # what announces new text leads into no list of it
        run = holder.runs[-1]
        return run if run is self.runs[-1] or self._ends_open(run) else None

    def node(self, kind: ProvisionKind, number: str, start: int, zone: Zone, parent: Node | None) -> Node:
        """Open a provision; while new text for another act is read, one of that text."""
        if self.quoting is None or kind is ProvisionKind.FOOTNOTE:
            return super().node(kind, number, start, zone, parent)
        made = super().node(kind, number, start, Zone.AMENDMENT, parent or self.quoting)
        made.quoted = True
        return made

    def _loose(self, block: Block, kind: ProvisionKind, zone: Zone) -> None:
        self._run(self.node(kind, "", block.span.start, zone, None), block.span, block)

    def _run(self, node: Node, span: Span, block: Block, stem: Run | None = None, tail: bool = False) -> None:
        zone = self.zone if node.zone is Zone.HEADING or self.quoting is not None else node.zone
        if zone is Zone.ENACTING and zones.amends(span.of(self.text), self.pack):
            zone = Zone.AMENDMENT
        depth = sum(1 for level in self.levels if level.node.kind in {ProvisionKind.POINT, ProvisionKind.INDENT})
        self.run(Run(span, node, zone, block.role, stem, depth, tail))
