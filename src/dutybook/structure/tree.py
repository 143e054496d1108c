"""Builds the provision tree from a layout's blocks: a walk that keeps the open divisions, article and lists."""

from __future__ import annotations

import re
from dataclasses import replace

from dutybook.languages import LanguagePack
from dutybook.records import Block, BlockRole, Genre, ProvisionKind, Span, Zone
from dutybook.structure import headings, lists, quotations, zones
from dutybook.structure.barenumbers import BareNumbers
from dutybook.structure.contents import Contents
from dutybook.structure.divisions import order_of
from dutybook.structure.headings import Heading
from dutybook.structure.lists import Level
from dutybook.structure.markers import Marker, Style, parse, readings_of
from dutybook.structure.nodes import Node, Run, Tree
from dutybook.structure.numbers import ADVERB, key, series
from dutybook.structure.runins import RunIns

# What the PDF reader says of a block that begins with a number from the margin, or with a raised one.
_NUMBER_HINTS = frozenset({"margin-number", "raised-number"})
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,3}[a-z]?)\s+(?=\S)")
# Styles that count an article's paragraphs; France counts with roman numerals.
_PARAGRAPHS = frozenset({Style.ARABIC, Style.UPPER_ROMAN})
# Depth in the tree of what is no division; lower is further out.
_LEVELS = {ProvisionKind.HEADING: 20.0, ProvisionKind.ARTICLE: 21.0}
# As many letters as a line of a column has, at least: what is shorter may be a heading without its role.
_LINE = 80
_BULLET = re.compile(r"[•▪■●◦‣·]\s*")
# Where a consolidated text goes on from the basic act or an amendment: "▼B", "▼M3", "►C1".
_REVISION = re.compile(r"[▼►◄▲]\s?(?:[A-Z]{1,2}\d{0,3})?")
_LEADING_DIGITS = re.compile(r"\d+")
# Swiss acts number paragraphs with a bare, raised figure: "2 Der Bundesrat regelt …".
_BARE_PARAGRAPH = re.compile(rf"(?P<number>\d{{1,2}}(?:[a-z]|{ADVERB})?)\s+(?=[^\W\d_a-zß-öø-ÿ]|[«„“(…])")
# "(a) Standard—(1) General rule.": the words before a list that opens in the same paragraph are a heading.
_LEAD = re.compile(r"(?P<lead>[A-Z][^.;()—–]{0,120}?)\s*(?:\.\s|[—–]\s?)\s*(?=\((?:1|i|A)\)\s*[A-Z])")


def build_guessed(text: str, blocks: tuple[Block, ...], pack: LanguagePack, genre: Genre) -> Tree:
    """The tree of a layout without an outline."""
    tree = TreeBuilder(text, blocks, pack, genre)
    tree.build()
    return tree


class TreeBuilder(Tree):
    """Feeds on blocks in order; ``nodes`` and ``runs`` are the result, in document order."""

    def __init__(self, text: str, blocks: tuple[Block, ...], pack: LanguagePack, genre: Genre) -> None:
        super().__init__(text)
        self.blocks = blocks
        self.pack = pack
        self.genre = genre
        self.patterns = headings.patterns(pack)
        self.contents = Contents(pack)
        self.divisions: list[Node] = []
        self.article: Node | None = None
        self.levels: list[Level] = []
        self.zone = Zone.PROSE
        self.last_number = 0
        self.recital: Node | None = None
        # What the reader says of the block that is being placed.
        self.hint = ""
        self.order = order_of(text, blocks, pack)
        self.run_ins = RunIns(text, blocks, pack)
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

    # -- the walk -----------------------------------------------------------------------------------------------

    def build(self) -> None:
        """Walk all blocks."""
        begin = self._first_landmarks()
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            text = block.span.of(self.text)
            quoted = self._quotation(index, text)
            index += quoted or 1 + self._place_block(index, block, text, begin)
        self.close_spans()

    def _first_landmarks(self) -> tuple[int, int]:
        """Indexes of the block that opens the recitals and of the enacting formula; −1 where there is none."""
        recitals = enacting = -1
        for index, block in enumerate(self.blocks):
            text = block.span.of(self.text)
            if recitals < 0 and len(text) < 60 and headings.starts_with(text, self.patterns.recitals):
                recitals = index
            if headings.starts_with(text, self.patterns.enacting) and len(text) < 120:
                enacting = index
                break
            if recitals >= 0 and headings.closes_with(text, self.pack.structure.enacting):
                self.inside = True
                enacting = index
                break
            if recitals < 0 and len(text) > 160 and text.rstrip(" :").endswith(self.pack.structure.recitals):
                recitals = index
        if enacting >= 0:
            self.zone = Zone.PREAMBLE
        return recitals, enacting

    def _place_block(self, index: int, block: Block, text: str, begin: tuple[int, int]) -> int:
        """Put one block into the tree; returns how many of the following blocks it took with it (titles)."""
        recitals, enacting = begin
        if _REVISION.fullmatch(text):
            return 0
        if block.role is BlockRole.FOOTNOTE:
            self._loose(block, ProvisionKind.FOOTNOTE, Zone.FOOTNOTE)
            return 0
        if block.role is BlockRole.CONTENTS:
            self._loose(block, ProvisionKind.CONTENTS, Zone.CONTENTS)
            return 0
        if index == recitals:
            self.zone = Zone.RECITAL
            self._loose(block, ProvisionKind.PREAMBLE, Zone.PREAMBLE)
            return 0
        if index == enacting and self.inside:
            self._before_enacting(block, text)
            self._reset()
            self.zone = Zone.ENACTING
            return 0
        if index == enacting:
            self._reset()
            self.zone = Zone.ENACTING
            self._loose(block, ProvisionKind.PREAMBLE, Zone.PREAMBLE)
            return 0
        if 0 <= index < enacting:
            return self._before_enacting(block, text)
        if self._contents(block, text):
            return 0
        if _BULLET.match(text) and self._lists_heading(block, text):
            self._loose(block, ProvisionKind.CONTENTS, Zone.CONTENTS)
            return 0
        if self.zone is not Zone.PROSE and headings.starts_with(text, self.patterns.signature) and len(text) < 200:
            self._reset()
            self.zone = Zone.SIGNATURE
        # A table's row is no heading, whatever it begins with ("Article 1 | Article 4" in a correlation table).
        taken = self._heading(index, block, text) if block.role is not BlockRole.TABLE else -1
        if taken >= 0:
            return taken
        if self.zone is Zone.SIGNATURE:
            self._loose(block, ProvisionKind.SIGNATURE, Zone.SIGNATURE)
            return 0
        self._body(block, text)
        return 0

    def _reset(self) -> None:
        self.article = None
        self.levels = []
        self.divisions = []
        self.recital = None

    # -- before the enacting terms ------------------------------------------------------------------------------

    def _before_enacting(self, block: Block, text: str) -> int:
        if self.zone is not Zone.RECITAL:
            kind = ProvisionKind.HEADING if block.role is BlockRole.HEADING else ProvisionKind.PREAMBLE
            self._loose(block, kind, Zone.PREAMBLE)
            return 0
        marker = parse(text)
        number = marker.readings[0] if marker else None
        last = int(self.recital.number) if self.recital and self.recital.number.isdigit() else 0
        if (
            marker
            and number
            and number[0] is Style.ARABIC
            and marker.wrap in {"()", "."}
            and last < number[1] <= last + 5
        ):
            self.recital = self.node(ProvisionKind.RECITAL, marker.number, block.span.start, Zone.RECITAL, None)
            self._run(self.recital, Span(block.span.start + marker.end, block.span.end), block)
        elif self.recital is not None:
            self._run(self.recital, block.span, block)
        elif len(text) > 40:  # recitals without numbers
            node = self.node(ProvisionKind.RECITAL, "", block.span.start, Zone.RECITAL, None)
            self._run(node, block.span, block)
        else:
            self._loose(block, ProvisionKind.PREAMBLE, Zone.PREAMBLE)
        return 0

    # -- headings -----------------------------------------------------------------------------------------------

    def _contents(self, block: Block, text: str) -> bool:
        if self.contents.open:
            held = self.contents.holds(block, text)
            if not held:
                self.zone = Zone.PROSE
                return False
        elif self.article or not self.contents.begins(text):
            return False
        self.zone = Zone.CONTENTS
        self._loose(block, ProvisionKind.CONTENTS, Zone.CONTENTS)
        return True

    def _lists_heading(self, block: Block, text: str) -> bool:
        """Whether a bullet stands before a heading, as in tables of contents on the web."""
        bare = _BULLET.sub("", text)
        return bool(headings.article(bare, block, self.pack) or headings.division(bare, block, self.pack))

    def _heading(self, index: int, block: Block, text: str) -> int:
        """Open what a heading opens; −1 where the block is no heading."""
        found = (
            headings.article(text, block, self.pack)
            or headings.annex(text, block, self.pack)
            or headings.division(text, block, self.pack)
            or self.run_ins.read(text, block, self.last_articles)
            or self.bare_numbers.read(text, block)
        )
        if found is not None and found.sign and self._counts_paragraphs():
            return -1
        if found is not None and found.body:
            self._open(found, "", block)
            self._body(block, text, found.body)
            return 0
        if found is None:
            if block.role is BlockRole.HEADING and not self._numbered_paragraph(text) and not self._leads(index, block):
                self._plain_heading(block, text)
                return 0
            return -1
        title, taken = found.title, 0
        if not title:
            title, taken = self._title(index, found)
        elif found.kind is ProvisionKind.ARTICLE and self._title_goes_on(index + 1):
            title, taken = f"{title} {' '.join(self.blocks[index + 1].span.of(self.text).split())}", 1
        self._open(found, title, block)
        return taken

    def _counts_paragraphs(self) -> bool:
        """Whether ``§`` counts the paragraphs of the open article, as in Belgium, Brazil and Polish codes."""
        return self.sections and self.article is not None and not self.article.sign

    def _numbered_paragraph(self, text: str) -> bool:
        """Inside an article a bold "1. The provider shall …" is a paragraph, not a heading."""
        return self.article is not None and parse(text) is not None and len(text) > 80

    def _leads(self, index: int, block: Block) -> bool:
        """A line that looks like a heading, and a list follows it inside an article: it is the list's first words."""
        if block.level or self.article is None or self.article.kind is not ProvisionKind.ARTICLE:
            return False
        following = self.blocks[index + 1 : index + 2]
        marker = parse(following[0].span.of(self.text)) if following and following[0].role is BlockRole.BODY else None
        return marker is not None and any(
            ordinal == 1 and style is not Style.UPPER_ROMAN for style, ordinal in marker.readings
        )

    def _title(self, index: int, found: Heading) -> tuple[str, int]:
        """The title in the blocks after a number: one for an article, up to two lines for the rest."""
        parts: list[str] = []
        limit = 1 if found.kind is ProvisionKind.ARTICLE else 2
        for block in self.blocks[index + 1 : index + 1 + limit]:
            text = block.span.of(self.text)
            if parts and block.role is not BlockRole.HEADING:
                break
            if (
                block.role in {BlockRole.FOOTNOTE, BlockRole.TABLE}
                or not headings.title_like(text, block)
                or (parse(text) and block.role is not BlockRole.HEADING)
                or headings.article(text, block, self.pack)
                or headings.division(text, block, self.pack)
                or headings.annex(text, block, self.pack)
            ):
                break
            if parts and found.kind is not ProvisionKind.ANNEX:
                break
            parts.append(" ".join(text.split()))
        return " ".join(parts), len(parts)

    def _title_goes_on(self, index: int) -> bool:
        """Whether a title's second line stands in a block of its own: short, in lower case, and numbered text follows."""
        if index + 1 >= len(self.blocks) or self.blocks[index].role not in {BlockRole.BODY, BlockRole.HEADING}:
            return False
        line, after = (self.blocks[at].span.of(self.text) for at in (index, index + 1))
        if not line[:1].islower() or len(line) > 120 or line[-1:] in ".;:,":
            return False
        return parse(after) is not None or _BARE_PARAGRAPH.match(after) is not None

    def _open(self, found: Heading, title: str, block: Block) -> None:
        self.levels, self.closed = [], []
        if found.kind is ProvisionKind.ANNEX:
            self.last_articles = {}
            self._reset()
            self.zone = Zone.ANNEX
        elif self.zone in {Zone.PROSE, Zone.SIGNATURE}:
            self.zone = Zone.ENACTING
        level = self.order.get(found.words, _LEVELS.get(found.kind, 0.0))
        while self.divisions and self._level_of(self.divisions[-1]) >= level:
            self.divisions.pop()
        parent = self.divisions[-1] if self.divisions else None
        zone = zones.of_article(title, self.zone, self.pack) if found.kind is ProvisionKind.ARTICLE else self.zone
        node = self.node(found.kind, found.number, block.span.start, zone, parent)
        node.heading = title
        node.sign = found.sign
        node.label = found.label
        node.depth = level
        if found.kind is ProvisionKind.ARTICLE:
            if not found.label:
                self.last_articles[series(found.number)] = key(found.number)
            self.article = node
            self.last_number = 0
        else:
            self.article = node if found.kind is ProvisionKind.ANNEX else None
            self.divisions.append(node)

    def _level_of(self, node: Node) -> float:
        return node.depth or _LEVELS.get(node.kind, 0.0)

    def _plain_heading(self, block: Block, text: str) -> None:
        """A heading without an act's number: it opens a section of a circular, an article of news, an annex's part."""
        self.levels = []
        if self.article is not None and self.article.kind is ProvisionKind.ARTICLE:
            # Inside an act such a heading groups the articles that follow.
            self.article = None
        marker = parse(text)
        level = block.level or (marker.number.count(".") + 1 if marker and marker.number else 1)
        while self.divisions and self.divisions[-1].kind is ProvisionKind.HEADING and self.divisions[-1].level >= level:
            self.divisions.pop()
        parent = self.divisions[-1] if self.divisions else None
        number = marker.number if marker and marker.wrap != "-" else ""
        node = self.node(ProvisionKind.HEADING, number, block.span.start, Zone.HEADING, parent)
        node.heading = " ".join(text[marker.end if marker and number else 0 :].split())
        node.level = level
        node.end = block.span.end
        self.divisions.append(node)
        if self.article is None or self.article.kind is not ProvisionKind.ANNEX:
            self.article = None

    # -- new text for other acts --------------------------------------------------------------------------------

    def _quotation(self, index: int, text: str) -> int:
        """Put quoted new text under the provision that announces it; returns its length in blocks, 0 where none begins."""
        found = quotations.opens(text) if self.zone is Zone.ENACTING or self.zone is Zone.ANNEX else None
        holder = self.levels[-1].node if self.levels else self._home()
        if found is None or holder is None or not self._announced(index, found[1]):
            return 0
        mark, start = found
        end = 0
        if index >= self.unclosed:
            following = (self.blocks[i] for i in range(index, len(self.blocks)))
            paragraphs = ("" if b.role is BlockRole.FOOTNOTE else b.span.of(self.text) for b in following)
            end = quotations.extent(paragraphs, mark, self._goes_on)
            self.unclosed = 0 if end else index + quotations.MOST
        end = max(end, 1)
        kept = (self.divisions, self.article, self.levels, self.closed, self.zone, self.last_articles)
        self.divisions, self.article, self.levels, self.closed, self.last_articles = [], None, [], [], {}
        self.quoting, self.zone = holder, Zone.AMENDMENT
        at = 0
        while at < end:
            block = self.blocks[index + at]
            if at == 0:
                block = replace(block, span=Span(block.span.start + start, block.span.end))
            at += 1 + self._quoted(index + at, block, block.span.of(self.text))
        self.divisions, self.article, self.levels, self.closed, self.zone, self.last_articles = kept
        self.quoting = None
        return at

    def _quoted(self, index: int, block: Block, text: str) -> int:
        if block.role is BlockRole.FOOTNOTE:
            self._loose(block, ProvisionKind.FOOTNOTE, Zone.FOOTNOTE)
            return 0
        taken = self._heading(index, block, text) if block.role is not BlockRole.TABLE else -1
        if taken < 0:
            self._body(block, text)
        return max(taken, 0)

    def _announced(self, index: int, start: int) -> bool:
        """Whether the paragraph before a quotation mark says that new text follows, or the text after it is a provision."""
        before = self.runs[-1] if self.runs else None
        if before is None or before.zone is Zone.DEFINITION:
            return False
        if before.zone is Zone.AMENDMENT or self._content_zone() is Zone.AMENDMENT:
            return True
        block = self.blocks[index]
        text = block.span.of(self.text)[start:]
        opens = parse(text) is not None or headings.article(text, block, self.pack) is not None
        return opens and before.span.of(self.text).endswith(":")

    def _goes_on(self, text: str) -> bool:
        """Whether a paragraph goes on with the act's own list, or ends it."""
        marker = parse(text)
        found = lists.matching(self.levels, marker) if marker else None
        if found is not None and not found.gap:
            return True
        if len(text) < 60 and self.article is not None:
            heading = headings.article(text, Block(Span(0, len(text))), self.pack)
            if heading is not None and heading.number.isdigit() and self.article.number.isdigit():
                return int(heading.number) == int(self.article.number) + 1
        return len(text) < 200 and headings.starts_with(text, self.patterns.signature)

    # -- paragraphs and lists -----------------------------------------------------------------------------------

    def _home(self) -> Node | None:
        return self.article or (self.divisions[-1] if self.divisions else self.quoting)

    def _content_zone(self) -> Zone:
        if self.levels:
            return self.levels[-1].node.zone
        home = self._home()
        if home is None:
            return self.zone
        return self.zone if home.zone is Zone.HEADING else home.zone

    def _body(self, block: Block, text: str, at: int = 0) -> None:
        """Put a paragraph's text, from ``at`` on, into the provision that its markers open, or into the open one."""
        if block.role is BlockRole.TABLE:
            self._run(self._holder(block), block.span, block)
            return
        self.hint = block.hint
        margin = self.patterns.margin.match(text) if self.patterns.margin else None
        if margin and self.article is None:
            self._margin_number(block, margin.group("number"), margin.end())
            return
        bare = _BARE_NUMBER.match(text) if self.article is None else None
        if bare and (block.hint in _NUMBER_HINTS or self._next_margin(bare.group("number"))):
            self._margin_number(block, bare.group("number"), bare.end())
            return
        start, placed = at, False
        while True:  # "(a)(1) …", "(d) (1) …": markers may stand in a row
            marker = self._marker(text, at)
            if marker is None or (marker.end >= len(text) and placed):
                break
            if not self._item(block, marker, at):
                break
            placed, at = True, marker.end
            lead = _LEAD.match(text, at) if self.levels[-1].node.sign else None
            if lead:
                self.levels[-1].node.heading, at = lead.group("lead"), lead.end()
            elif not self._marker_may_follow(marker, text, at):
                break
        if placed:
            self._run(self.levels[-1].node, Span(block.span.start + at, block.span.end), block, self.levels[-1].stem)
        elif start:
            self._run(self._holder(block), Span(block.span.start + start, block.span.end), block)
        else:
            self._continue(block)

    def _marker(self, text: str, at: int) -> Marker | None:
        """The marker at ``text[at:]``, with those that only an article's paragraphs have."""
        if self.article is not None and self.article.kind is ProvisionKind.ARTICLE:
            sole = next((w for w in self.pack.structure.sole_paragraph if text.startswith(w, at)), None)
            if sole:
                end = at + len(sole)
                end += len(text) - end - len(text[end:].lstrip(" .–—-\xa0"))
                return Marker(sole, sole.split()[-1].casefold(), "§", ((Style.ARABIC, 1),), end)
            bare = _BARE_PARAGRAPH.match(text, at)
            if bare and self._bare_follows(bare.group("number"), self.hint):
                number = bare.group("number")
                return Marker(number, number, "bare", readings_of(number), bare.end())
        return parse(text, at, self._counts_paragraphs())

    def _bare_follows(self, number: str, hint: str) -> bool:
        """Whether a bare number begins or continues the paragraphs of the article."""
        last = next((level for level in self.levels if level.wrap == "bare"), None)
        if last is None:
            fresh = self.article is not None and not self.article.runs and not self.levels
            return number == "1" and (fresh or "raised-number" in hint)
        return key(last.node.number) < key(number) and key(number)[0] - last.last <= 1

    def _marker_may_follow(self, marker: Marker, text: str, at: int) -> bool:
        """ "(a)(1)", "Art. 5. § 1.", "§ 1. 1)", "1. a)": a list that opens right after another one's number."""
        if text[at : at + 1] == "(":
            return True
        following = self._marker(text, at) if marker.wrap in {"§", "bare"} else None
        return following is not None and any(ordinal == 1 for _, ordinal in following.readings)

    def _next_margin(self, number: str) -> bool:
        """In guidance, a bare number that goes on from the last one is a margin number ("12 The agreement must …")."""
        return self.genre is Genre.GUIDANCE and number.isdigit() and int(number) == self.last_number + 1

    def _margin_number(self, block: Block, number: str, at: int) -> None:
        node = self.node(ProvisionKind.MARGIN_NUMBER, number, block.span.start, self.zone, self._home())
        self.last_number = int(_LEADING_DIGITS.match(number)[0])  # type: ignore[index]
        self.levels = [Level(Style.ARABIC, "margin", 0, "", node, node, block.indent, None)]
        self._run(node, Span(block.span.start + at, block.span.end), block)

    def _item(self, block: Block, marker: Marker, at: int) -> bool:
        """Find the list level a marker belongs to and open its provision; False where it is no list marker here."""
        marker = self._inserted_letter(marker)
        found = lists.matching(self.levels, marker)
        opens = any(ordinal == 1 for _, ordinal in marker.readings)
        if (found is None or found.gap) and self.closed and not opens:
            again = lists.matching(self.closed, marker)
            if again is not None and not again.gap:
                self.levels += self.closed[: again.index + 1]
                found = lists.matching(self.levels, marker)
        self.closed = []
        if found is None or (found.gap and opens):
            self._close_subparagraph(marker)
        if found is None and marker.wrap == "§":
            self.levels = []
        if found is not None and not (found.gap and opens):
            style, ordinal = found.style, found.ordinal
            holder = self.levels[found.index].parent
            stem = self.levels[found.index].stem
            del self.levels[found.index :]
        else:
            fresh = lists.fresh_reading(marker, self.levels)
            if fresh is None:
                return False
            style, ordinal = fresh
            lists.restart(self.levels, style, marker.wrap)
            holder_node = self.levels[-1].node if self.levels else self._home()
            stem = self._stem(holder_node)
            holder = holder_node if holder_node is not None else self._anonymous(block)
        kind = self._kind(style, marker, stem, holder)
        if kind is not ProvisionKind.POINT and kind is not ProvisionKind.INDENT:
            stem = None
        node = self.node(
            kind, marker.number or str(ordinal), block.span.start + at, self._item_zone(holder, stem), holder
        )
        node.style = style
        node.sign = holder.sign
        node.dotted = marker.number.count(".") > 0
        self.levels.append(Level(style, marker.wrap, ordinal, marker.raw, node, holder, block.indent, stem))
        return True

    def _close_subparagraph(self, marker: Marker) -> None:
        """ "1." after an article's opening words is its paragraph, not a point of those words."""
        level = self.levels[-1] if self.levels else None
        if level is None or level.wrap != lists.SUBPARAGRAPH or level.parent is not self.article:
            return
        if marker.readings[0][0] in _PARAGRAPHS and not self._ends_open(level.node.runs[-1]):
            self.levels.pop()

    def _inserted_letter(self, marker: Marker) -> Marker:
        """ "(aa)" after "(a)" is a point inserted later, unless (a) leads into a list of its own."""
        level = self.levels[-1] if self.levels else None
        if level is None or marker.wrap != "()" or level.wrap != "()" or level.style is not Style.LETTER:
            return marker
        doubled = next((ordinal for style, ordinal in marker.readings if style is Style.DOUBLE), 0)
        if doubled != level.last or (level.node.runs and self._ends_open(level.node.runs[-1])):
            return marker
        return replace(marker, readings=((Style.LETTER, doubled),))

    def _kind(self, style: Style, marker: Marker, stem: Run | None, holder: Node) -> ProvisionKind:
        if style is Style.DASH:
            return ProvisionKind.INDENT
        in_article = self.article is not None and holder is self.article
        opens = stem is None or not self._ends_open(stem)
        if in_article and (marker.wrap in {"§", "bare"} or (style in _PARAGRAPHS and (opens or holder.runs == []))):
            # "1." below a German § is a number of its sentence: paragraphs stand in brackets.
            numbered = holder.sign and marker.wrap == "." and self.pack.structure.section_places.sentence
            return ProvisionKind.POINT if numbered else ProvisionKind.PARAGRAPH
        if style is Style.ARABIC and self.article is None and not self.levels and opens and self.zone is not Zone.ANNEX:
            return ProvisionKind.MARGIN_NUMBER if self.quoting is None else ProvisionKind.PARAGRAPH
        if style is Style.LETTER and in_article and holder.sign and marker.wrap == "()" and opens:
            return ProvisionKind.PARAGRAPH
        return ProvisionKind.POINT

    def _ends_open(self, run: Run) -> bool:
        return lists.ends_open(run.span.of(self.text))

    def _stem(self, holder: Node | None) -> Run | None:
        if holder is None or not holder.runs:
            return None
        run = holder.runs[-1]
        return run if run is self.runs[-1] or self._ends_open(run) else None

    def _item_zone(self, holder: Node, stem: Run | None) -> Zone:
        zone = self.zone if holder.zone is Zone.HEADING else holder.zone
        return zones.of_items(stem.span.of(self.text), zone, self.pack) if stem is not None else zone

    def _continue(self, block: Block) -> None:
        """A paragraph without a marker: a further subparagraph, what follows a list, or an item's second paragraph."""
        self.closed = lists.continue_after(self.levels, block) + self.closed
        holder = self._holder(block)
        if self._begins_subparagraph(holder, block.span.of(self.text)):
            self._subparagraph(holder, block)
        else:
            self._run(holder, block.span, block, tail=True)

    def _begins_subparagraph(self, holder: Node, text: str) -> bool:
        """Whether a paragraph without a number is a further subparagraph, and not the rest of the one before."""
        if self.article is None or self.article.sign or self.article.kind is not ProvisionKind.ARTICLE:
            return False
        return bool(holder.runs) and not text[:1].islower() and not self._unfinished(holder)

    def _unfinished(self, holder: Node) -> bool:
        """A list whose last item, or a line as long as a column that ends without a full stop, goes on after it."""
        last = self.runs[-1]
        stopped = last.span.of(self.text).rstrip("’”»\"'“)").endswith((".", ";", ":", "!", "?", "…"))
        if last.node is holder:
            return not stopped and last.role is BlockRole.BODY and len(last.span) > _LINE
        return bool(last.depth) and not stopped

    def _subparagraph(self, holder: Node, block: Block) -> None:
        holder.subparagraphs += 1
        count = holder.subparagraphs
        before = holder.runs[-1] if count == 2 and holder.runs[-1].has_items else None
        node = self.node(ProvisionKind.SUBPARAGRAPH, str(count), block.span.start, holder.zone, holder)
        self._run(node, block.span, block)
        if before is not None and node.runs:
            # Its sentence may still need the list's stem to be understood.
            node.runs[0].stem, node.runs[0].tail = before, True
        self.levels.append(Level(Style.ARABIC, lists.SUBPARAGRAPH, count, "", node, holder, block.indent, None))

    def _holder(self, block: Block) -> Node:
        if self.levels:
            return self.levels[-1].node
        home = self._home()
        # A headline heads a whole article of news: there, the paragraph is the place.
        headline = self.genre is Genre.NEWS and self.article is None
        return home if home is not None and not headline else self._anonymous(block)

    def _anonymous(self, block: Block) -> Node:
        """Text under no heading: one provision a paragraph, so that news and letters have places, too."""
        return self.node(ProvisionKind.TEXT, "", block.span.start, self.zone, self._home())

    # -- making nodes and runs ----------------------------------------------------------------------------------

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
        self.run(node, span, zone, block.role, stem, depth, tail)
