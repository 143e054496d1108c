"""Puts paragraphs and list items into the provision their numbers open, or into the open one."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import zip_longest

from dutybook.languages.bullets import BULLETS
from dutybook.languages.written_days import goes_on_with_day
from dutybook.records import Block, BlockRole, Family, ProvisionKind, Span, Zone
from dutybook.structure import markers, zones
from dutybook.structure.markers import ADVERB, Level, Marker, Node, Run, Style, key, parse, readings_of
from dutybook.structure.typed_lists import leads_on
from dutybook.structure.walking import Walking

# What the PDF reader says of a block that begins with a number from the margin, or with a raised one.
_NUMBER_HINTS = frozenset({"margin-number", "raised-number"})
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,3}[a-z]?)\s+(?=\S)")
# Styles that count an article's paragraphs; France counts with roman numerals.
_PARAGRAPHS = frozenset({Style.ARABIC, Style.UPPER_ROMAN})
# As many letters as a line of a column has, at least: what is shorter may be a heading without its role.
_LINE = 80
BULLET = re.compile(rf"[{BULLETS}]\s*")
# The sign of an editor's note between a number and its text, as Hungarian collections set it.
_NOTE = re.compile(r"\*+\s+")
_LEADING_DIGITS = re.compile(r"\d+")
# Swiss acts number paragraphs with a bare, raised figure: "2 Der Bundesrat regelt …".
BARE_PARAGRAPH = re.compile(rf"(?P<number>\d{{1,2}}(?:[a-z]|{ADVERB})?)\s+(?=[^\W\d_a-zß-öø-ÿ]|[«„“(…])")
# "(a) Standard—(1) General rule.": the words before a list that opens in the same paragraph are a heading.
_LEAD = re.compile(r"(?P<lead>[A-Z][^.;()—–]{0,120}?)\s*(?:\.\s|[—–]\s?)\s*(?=\((?:1|i|A)\)\s*[A-Z])")

# "1. α. …": Greek and Cyrillic first letters are no initials of names.
_NON_LATIN = re.compile(r"[αа][.)]\s")
# "…; and", "…; as well as": an item that others follow.
_GOES_ON = re.compile(r"[;,](?:\s+\w{1,5}){0,3}\s*$")
# What the readers of pages and of Markdown say of an item of a list.
ITEM_OF_PAGE = "li"
# What stands for the mark of an item that has none.
_LOST = Marker("", "", "-", ((Style.DASH, 0),), 0)


class Paragraphs(Walking):
    """Reads the body of articles: paragraphs, subparagraphs, points, margin numbers."""

    def _body(self, block: Block, text: str, at: int = 0) -> None:
        """Put a paragraph's text, from ``at`` on, into the provision that its markers open, or into the open one."""
        if block.role is BlockRole.TABLE:
            self._run(self._holder(block), block.span, block)
            return
        self.hint, self.here = block.hint, block.span.start
        if at == 0 and goes_on_with_day(text, self.pack.temporal.months):
            # "1. Januar 2031 in Kraft." goes on with the line above, and is no item.
            self._continue(block)
            return
        if self.article is None and self._open_margin_number(block, text):
            return
        if behind := self._find_end_of_list(text, at):
            holder = self.levels.pop().parent
            self.closed = []
            self._run(holder, Span(block.span.start + behind, block.span.end), block, tail=True)
            return
        at = _skip_bullet(text, at)
        begin = self._open_items(block, text, at)
        if begin > at:
            if note := _NOTE.match(text, begin):
                begin = note.end()
            self._run(self.levels[-1].node, Span(block.span.start + begin, block.span.end), block, self.levels[-1].stem)
        elif at:
            self._run(self._holder(block), Span(block.span.start + at, block.span.end), block)
        elif self._lost_its_mark(block, text) and self._item(block, _LOST, 0):
            self._run(self.levels[-1].node, block.span, block, self.levels[-1].stem)
        else:
            self._continue(block)

    def _find_end_of_list(self, text: str, at: int) -> int:
        """Where the words begin that end the sentence of a list, behind a dash ("1) …, 2) … – the miller shall …"); 0 for none.

        The item before them ends without a sign: one that leads into a list of its own ends with a colon.
        """
        level = self.levels[-1] if self.levels else None
        if level is None or level.last < 2 or level.style is Style.DASH or not self.pack.structure.dash_ends_list:
            return 0
        marker = parse(text, at, self._counts_paragraphs())
        last = self.runs[-1]
        unstopped = last.node is level.node and last.span.of(self.text).rstrip()[-1:] not in {*":;,."}
        return marker.end if marker is not None and unstopped and marker.readings[0][0] is Style.DASH else 0

    def _open_margin_number(self, block: Block, text: str) -> bool:
        """Open the margin number that a paragraph outside of articles begins with; False where it begins with none."""
        found = self.patterns.margin.match(text)
        if not found:
            found = _BARE_NUMBER.match(text)
            if not found or not (block.hint in _NUMBER_HINTS or self._next_margin(found.group("number"))):
                return False
        self._margin_number(block, found.group("number"), found.end())
        return True

    def _open_items(self, block: Block, text: str, at: int) -> int:
        """Open the provisions of the markers in a row at ``at`` ("(a)(1) …", "(d) (1) …").

        Returns where the text behind them begins; ``at`` where there is none.
        """
        begin = at
        while True:
            marker = self._marker(text, begin)
            if marker is None or (marker.end >= len(text) and begin > at) or not self._item(block, marker, begin):
                return begin
            begin = marker.end
            lead = _LEAD.match(text, begin) if self.levels[-1].node.sign else None
            if lead:
                self.levels[-1].node.heading, begin = lead.group("lead"), lead.end()
            elif not self._marker_may_follow(marker, text, begin):
                return begin

    def _lost_its_mark(self, block: Block, text: str) -> bool:
        """Whether a paragraph is an item without its mark, behind what leads into a list or behind another such item.

        The page says that it is one, or, in news and in acts that lost their marks, it begins in small letters.
        """
        listed = block.hint == ITEM_OF_PAGE
        if not self.runs or not (listed or (text[:1].islower() and (self.unmarked or self.family is Family.NEWS))):
            return False
        before = self.runs[-1]
        words = before.span.of(self.text)
        level = self.levels[-1] if self.levels else None
        if level is not None and level.style is Style.DASH:
            if level.raw and not (listed and leads_on(words, text, self.pack)):
                return False  # the other items have their marks
            if level.node is before.node:
                # the items of a page's list often end with no sign at all
                return listed or self.family is Family.NEWS or _GOES_ON.search(words) is not None
        if leads_on(words, text, self.pack) if listed else markers.ends_open(words):
            self.closed = []
            return True
        return False

    def _marker(self, text: str, at: int) -> Marker | None:
        """The marker at ``text[at:]``, with those that only an article's paragraphs have."""
        in_article = self.article is not None and self.article.kind is ProvisionKind.ARTICLE
        head = self.patterns.paragraph.match(text, at) if in_article or self.quoting is not None else None
        if head:
            return Marker(head["raw"], head["number"], "§", readings_of(head["number"]), head.end())
        if in_article:
            sole = next((w for w in self.pack.structure.sole_paragraph if text.startswith(w, at)), None)
            if sole:
                end = at + len(sole)
                end += len(text) - end - len(text[end:].lstrip(" .–—-\xa0"))
                return Marker(sole, sole.split()[-1].casefold(), "§", ((Style.ARABIC, 1),), end)
            bare = BARE_PARAGRAPH.match(text, at)
            if bare and self._bare_follows(bare.group("number"), self.hint):
                number = bare.group("number")
                return Marker(number, number, "bare", readings_of(number), bare.end())
            if bare and at == 0 and self._lost_its_stop(bare.group("number")):
                number = bare.group("number")
                return Marker(number, number, ".", readings_of(number), bare.end())
        marker = parse(text, at, self._counts_paragraphs())
        cites = self.pack.structure.number_first and marker is not None and marker.wrap == "."
        if cites and self.patterns.article.match(text, at):
            return None  # "10. člen se črta."
        return marker or (self.typed.get(self.here) if at == 0 else None)

    def _bare_follows(self, number: str, hint: str) -> bool:
        """Whether a bare number begins or continues the paragraphs of the article."""
        last = next((level for level in self.levels if level.wrap == "bare"), None)
        if last is None:
            fresh = self.article is not None and not self.article.runs and not self.levels
            return number == "1" and (fresh or "raised-number" in hint)
        return key(last.node.number) < key(number) and key(number)[0] - last.last <= 1

    def _lost_its_stop(self, number: str) -> bool:
        """Whether a bare number goes on with paragraphs that have a full stop after theirs ("6 The Commission …")."""
        level = self.levels[0] if self.levels else None
        if level is None or level.wrap != "." or level.node.kind is not ProvisionKind.PARAGRAPH or not self.runs:
            return False
        return number == str(level.last + 1) and self.runs[-1].span.of(self.text).rstrip().endswith(".")

    def _marker_may_follow(self, marker: Marker, text: str, at: int) -> bool:
        """ "(a)(1)", "Art. 5. § 1.", "§ 1. 1)", "1. α.": a list that opens right after another one's number."""
        if text[at : at + 1] == "(":
            return True
        if _NON_LATIN.match(text, at):
            return marker.readings[0][0] is Style.ARABIC
        following = self._marker(text, at) if marker.wrap in {"§", "bare"} else None
        return following is not None and any(ordinal == 1 for _, ordinal in following.readings)

    def _next_margin(self, number: str) -> bool:
        """In guidance, a bare number that goes on from the last one is a margin number ("12 The agreement must …")."""
        return self.family is Family.GUIDANCE and number.isdigit() and int(number) == self.last_number + 1

    def _margin_number(self, block: Block, number: str, at: int) -> None:
        node = self.node(ProvisionKind.MARGIN_NUMBER, number, block.span.start, self.zone, self._home())
        self.last_number = int(_LEADING_DIGITS.match(number)[0])  # type: ignore[index]
        self.levels = [Level(Style.ARABIC, "margin", 0, "", node, node, block.indent, None)]
        self._run(node, Span(block.span.start + at, block.span.end), block)

    def _item(self, block: Block, marker: Marker, at: int) -> bool:
        """Find the list level a marker belongs to and open its provision; False where it is no list marker here."""
        marker = self._below_its_paragraph(self._inserted_letter(marker))
        opens = any(ordinal == 1 for _, ordinal in marker.readings)
        indent = block.indent if block.page is None else 0.0
        found = self._find_list(marker, opens, indent)
        self.closed = []
        if found is not None and not (found.gap and opens):
            level = self.levels[found.index]
            style, ordinal, holder, stem = found.style, found.ordinal, level.parent, level.stem
            del self.levels[found.index :]
        else:
            self._close_subparagraph(marker)
            if found is None and marker.wrap == "§":
                self.levels = []
            fresh = markers.read_first_marker(marker, self.levels)
            if fresh is None:
                return False
            style, ordinal = fresh
            markers.restart_list(self.levels, style, marker, indent)
            holder, stem = self._holder_of_list(block, marker)
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

    def _find_list(self, marker: Marker, opens: bool, indent: float) -> markers.Match | None:
        """The open list that a marker goes on with; one that was just closed is opened again where only it has no gap."""
        found = markers.find_open_list(self.levels, marker, indent)
        if (found is None or found.gap) and self.closed and not opens and not self._leads_anew(marker):
            again = markers.find_open_list(self.closed, marker, indent)
            if again is not None and not again.gap:
                self.levels += self.closed[: again.index + 1]
                found = markers.find_open_list(self.levels, marker, indent)
        level = self.levels[-1] if self.levels else None
        if found is None and level is not None and level.node.runs and not level.encloses(indent):
            last = level.node.runs[-1].span.of(self.text)
            if markers.is_sibling(level, marker, last):
                return markers.Match(len(self.levels) - 1, Style.DASH, level.last + 1, False)
        return found

    def _leads_anew(self, marker: Marker) -> bool:
        """Whether the paragraph between two lists of bullets leads into the second."""
        bullet = marker.readings[0][0] is Style.DASH
        return bullet and bool(self.runs) and leads_on(self.runs[-1].span.of(self.text), "", self.pack)

    def _holder_of_list(self, block: Block, marker: Marker) -> tuple[Node, Run | None]:
        """The provision that a new list stands in, and the paragraph that leads into it; ``marker`` is the first item's."""
        holder = self.levels[-1].node if self.levels else self._home()
        stem = self._stem(holder)
        if not self.levels and self._announces_list(block, marker):
            stem = self.runs[-1]
            holder = stem.node
        return (holder if holder is not None else self._anonymous(block)), stem

    def _announces_list(self, block: Block, marker: Marker) -> bool:
        """Whether the paragraph before, under no heading as in news, leads into a list ("Under the new rules, firms:").

        Where the items have lost their marks only a colon tells.
        """
        before = self.runs[-1] if self.runs else None
        if before is None or before.node.kind is not ProvisionKind.TEXT:
            return False
        words = before.span.of(self.text)
        if marker is _LOST and block.hint != ITEM_OF_PAGE:
            return words.rstrip().endswith(":")
        return leads_on(words, block.span.of(self.text)[marker.end :], self.pack)

    def _below_its_paragraph(self, marker: Marker) -> Marker:
        """ "10.1." is a point of "10." where that leads into a list ("10. The owner shall:"), else a paragraph next to it."""
        above = marker.number.rpartition(".")[0]
        if not above or set(marker.wrap) != {"."}:
            return marker
        points = "." * (marker.number.count(".") + 1)
        for level, below in zip_longest(self.levels, self.levels[1:]):
            if level.node.number == above and (
                below.wrap == points
                if below is not None
                else bool(level.node.runs) and level.node.runs[-1].span.of(self.text).rstrip().endswith(":")
            ):
                return replace(marker, wrap=points)
        return marker

    def _close_subparagraph(self, marker: Marker) -> None:
        """ "1." after an article's opening words is its paragraph, not a point of those words."""
        level = self.levels[-1] if self.levels else None
        if level is None or level.wrap != markers.SUBPARAGRAPH or level.parent is not self.article:
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
        opens = stem is None or not self._ends_open(stem)
        if self.article is not None and holder is self.article:
            return self._kind_in_article(style, marker, opens, holder)
        counts_text = style is Style.ARABIC and self.article is None and not self.levels
        if counts_text and opens and self.zone is not Zone.ANNEX:
            if self.numbered and self.zone is Zone.PROSE:
                self.zone = Zone.ENACTING
            return ProvisionKind.MARGIN_NUMBER if self.quoting is None else ProvisionKind.PARAGRAPH
        return ProvisionKind.POINT

    def _kind_in_article(self, style: Style, marker: Marker, opens: bool, article: Node) -> ProvisionKind:
        """The kind of an item right below the article; ``opens``: no paragraph leads into its list."""
        if marker.wrap in {"§", "bare"} or (style in _PARAGRAPHS and (opens or not article.runs)):
            # "1." below a German § is a number of its sentence: paragraphs stand in brackets.
            numbered = article.sign and marker.wrap == "." and self.pack.structure.section_places.sentence
            return ProvisionKind.POINT if numbered else ProvisionKind.PARAGRAPH
        lettered = style is Style.LETTER and article.sign and marker.wrap == "()" and opens
        return ProvisionKind.PARAGRAPH if lettered else ProvisionKind.POINT

    def _item_zone(self, holder: Node, stem: Run | None) -> Zone:
        zone = self.zone if holder.zone is Zone.HEADING else holder.zone
        if stem is None:
            return zone
        if self.stem_zone[:2] != (stem.span, zone):  # the items of a list have one stem
            self.stem_zone = stem.span, zone, zones.of_items(stem.span.of(self.text), zone, self.pack)
        return self.stem_zone[2]

    def _continue(self, block: Block) -> None:
        """A paragraph without a marker: a further subparagraph, what follows a list, or an item's second paragraph."""
        self.closed = markers.continue_after(self.levels, block) + self.closed
        holder = self._holder(block)
        if self._begins_subparagraph(holder, block.span.of(self.text)):
            self._subparagraph(holder, block)
        else:
            # where marks are lost, what begins with a capital is a paragraph of its own
            alone = self.unmarked and self.text[block.span.start].isupper()
            self._run(holder, block.span, block, tail=not alone)

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
        self.levels.append(Level(Style.ARABIC, markers.SUBPARAGRAPH, count, "", node, holder, block.indent, None))


def _skip_bullet(text: str, at: int) -> int:
    """Where the number of an item begins that a web page set behind a bullet ("• 1) …"); ``at`` where there is none."""
    bullet = BULLET.match(text, at)
    behind = parse(text, bullet.end()) if bullet else None
    return bullet.end() if bullet and behind is not None and behind.wrap != "-" else at
