"""Opens divisions, articles and annexes at their headings, with their titles; and new text for another act in an amending one.

New text begins after an announcement ("… is replaced by the following:") and goes on up to the amending act's next point or article.
A list that counts by itself inside the new text is distinguished from the amending act's own by its punctuation and its count, and by
the words of an instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from dutybook.languages import LanguagePack
from dutybook.languages.history_notes import is_history_note
from dutybook.languages.pack import names_actor
from dutybook.languages.patterns import at_start
from dutybook.records import Block, BlockRole, Family, ProvisionKind, Span, Zone
from dutybook.structure import headings, markers, zones
from dutybook.structure.headings import Heading
from dutybook.structure.markers import Level, Marker, Node, Style, key, parse, series
from dutybook.structure.paragraphs import BARE_PARAGRAPH, BULLET, ITEM_OF_PAGE, Paragraphs
from dutybook.structure.quotations import LONGEST_QUOTATION, closes_what_was_lost, opening_mark, quotation_length
from dutybook.structure.typed_lists import leads_on, opens_list

# Depth in the tree of what is no division; lower is further out.
_LEVELS = {ProvisionKind.HEADING: 20.0, ProvisionKind.ARTICLE: 21.0}
# As many blocks after an article's heading as tell whether it changes another act.
_NEAR = 8
_QUOTES = re.compile('[‘“„«»”"]')
# Words behind an article's number are a title's, where they are fewer.
_LEAD_WORDS = 12
# … and where items in small letters follow, so few.
_SUBJECT_WORDS = 5
# "II. Reģistrācija": rules that count their paragraphs through group them under Roman numerals.
_GROUP = re.compile(r"[IVXL]{1,6}\.\s+[^\W\d_][^\n]{2,100}(?<![.;:,])$")


class Opening(Paragraphs):
    """Reads headings."""

    def _lists_heading(self, block: Block, text: str) -> bool:
        """Whether a bullet stands before a heading, as in tables of contents on the web."""
        bare = BULLET.sub("", text)
        return bool(headings.article(bare, block, self.pack) or headings.division(bare, block, self.pack))

    def _heading(self, index: int, block: Block, text: str) -> int:
        """Open what a heading opens; −1 where the block is no heading."""
        found = self._numbered_heading(block, text)
        if found is None:
            if not self._groups(index, text) and not self._is_plain_heading(index, block, text):
                return -1
            self._plain_heading(block, text)
            return 0
        if found.sign and self._counts_paragraphs():
            return -1
        if found.sign and self._runs_into_list(index, found):
            found = headings.runs_in(text, self.pack) or found
        if found.kind is ProvisionKind.ARTICLE and self._is_text(index, text, found.title):
            found = replace(found, body=text.index(found.title))
        if found.kind is ProvisionKind.ARTICLE and found.title and self._leads_items(index, block, found.title):
            found = replace(found, body=text.index(found.title))
        if found.body:
            self._open(found, "", block, index)
            self._body(block, text, found.body)
            return 0
        title, taken = found.title, 0
        if not title:
            title, taken = self._title(index, found)
        elif found.kind is ProvisionKind.ARTICLE and self._title_goes_on(index + 1):
            title, taken = f"{title} {' '.join(self.blocks[index + 1].span.of(self.text).split())}", 1
        if title and self._is_repeated(index + 1 + taken, title):
            taken += 1
        self._open(found, title, block, index + 1 + taken)
        return taken

    def _is_text(self, index: int, text: str, title: str) -> bool:
        """Whether what stands behind an article's number is its text: set as its heading, but the act speaks, or no other text follows.

        In some states a title ends with a full stop, too.
        """
        if self.blocks[index].role is not BlockRole.HEADING or not (title and headings.is_statement(text)):
            return False
        following = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        alone = following is None or following.role is BlockRole.HEADING
        return alone or at_start(self.pack.facts.scope.act).match(title) is not None

    def _numbered_heading(self, block: Block, text: str) -> Heading | None:
        return (
            headings.article(text, block, self.pack)
            or headings.annex(text, block, self.pack)
            or headings.division(text, block, self.pack)
            or self.run_ins.read(text, block, self.last_articles)
            or self.bare_numbers.read(text, block)
        )

    def _is_plain_heading(self, index: int, block: Block, text: str) -> bool:
        """Whether a block without a provision's number is set as a heading and is no paragraph."""
        if block.role is not BlockRole.HEADING or self._numbered_paragraph(text):
            return False
        return not headings.is_statement(text) and not self._leads(index, block)

    def _runs_into_list(self, index: int, found: Heading) -> bool:
        """ "§ 5. The operator shall", and the first item follows: where sections have no titles these words are no title."""
        words = self.pack.structure
        if found.body or not found.title or not (words.paragraph_heads or words.sign_last):
            return False
        following = self.blocks[index + 1].span.of(self.text) if index + 1 < len(self.blocks) else ""
        marker = parse(following)
        return marker is not None and marker.wrap in {")", "."} and any(order == 1 for _, order in marker.readings)

    def _groups(self, index: int, text: str) -> bool:
        """Whether a Roman numeral heads paragraphs that are counted through a text without articles."""
        if self.article is not None or self.family not in {Family.STATUTE, Family.GUIDANCE} or not _GROUP.match(text):
            return False
        following = [b.span.of(self.text) for b in self.blocks[index + 1 : index + 2]]
        marker = parse(following[0]) if following else None
        return marker is not None and marker.wrap == "." and marker.readings[0][0] is Style.ARABIC

    def _numbered_paragraph(self, text: str) -> bool:
        """Inside an article a bold "1. The provider shall …" is a paragraph, not a heading."""
        return self.article is not None and parse(text) is not None and len(text) > 80

    def _leads(self, index: int, block: Block) -> bool:
        """A line that looks like a heading, and a list follows it: it is the list's first words, in an article or where they command."""
        following = next(iter(self.blocks[index + 1 : index + 2]), None)
        if following is None or following.role is not BlockRole.BODY:
            return False
        words = following.span.of(self.text)
        marker = parse(words) or self.typed.get(following.span.start)
        if self.article is None or self.article.kind is not ProvisionKind.ARTICLE:
            listed = following.hint == ITEM_OF_PAGE if marker is None else opens_list(marker)
            return listed and leads_on(block.span.of(self.text), words[marker.end if marker else 0 :], self.pack)
        return (
            not block.level
            and marker is not None
            and any(ordinal == 1 and style is not Style.UPPER_ROMAN for style, ordinal in marker.readings)
        )

    def _leads_list(self, number: int, block: Block) -> bool:
        """Whether the line behind an article's number is no title but the subject of a list ("§ 9 / Úřad / a) vede rejstřík")."""
        at = next((i for i in range(number + 1, number + 3) if self.blocks[i : i + 1] == (block,)), None)
        words = block.span.of(self.text)
        if at is None or block.level or not (names_actor(words, self.pack) or len(words.split()) >= _SUBJECT_WORDS):
            return False
        for wanted, item in enumerate(self.blocks[at + 1 : at + 3], 1):
            text = item.span.of(self.text)
            marker = parse(text)
            if (
                marker is None
                or (Style.LETTER, wanted) not in marker.readings
                or not text[marker.end :].strip()[:1].islower()
            ):
                return False
        return bool(self.blocks[at + 1 : at + 3])

    def _leads_items(self, index: int, block: Block, words: str) -> bool:
        """Whether the words at the head of an article are no title but lead into the items that follow: they end with a colon, or are more than a title has."""
        announced = block.span.of(self.text).rstrip().endswith(":")
        if block.level or len(words.split()) < (2 if announced else _LEAD_WORDS) or index + 1 >= len(self.blocks):
            return False
        marker = parse(BULLET.sub("", self.blocks[index + 1].span.of(self.text)))
        if marker is None or marker.wrap not in {")", "()", "°", "." if announced else ""}:
            return False
        return any(
            order == 1 and (style is not Style.ARABIC or marker.wrap != "()") for style, order in marker.readings
        )

    def _title(self, index: int, found: Heading) -> tuple[str, int]:
        """The title in the blocks after a number: one for an article, up to two lines for the rest."""
        parts: list[str] = []
        limit = 1 if found.kind is ProvisionKind.ARTICLE else 2
        for block in self.blocks[index + 1 : index + 1 + limit]:
            text = block.span.of(self.text)
            if parts and (block.role is not BlockRole.HEADING or found.kind is not ProvisionKind.ANNEX):
                break
            if not self._can_be_title(index, block, text, found):
                break
            parts.append(" ".join(text.split()))
        return " ".join(parts), len(parts)

    def _can_be_title(self, index: int, block: Block, text: str, found: Heading) -> bool:
        """Whether a block is no numbered heading or paragraph, and can be the title of the heading before it."""
        if (
            block.role in {BlockRole.FOOTNOTE, BlockRole.TABLE}
            or not headings.title_like(text, block)
            or is_history_note(text)
        ):
            return False
        if block.role is not BlockRole.HEADING and parse(text):
            return False
        if found.kind is ProvisionKind.ARTICLE and (
            self._leads_list(index, block) or self._leads_items(index + 1, block, text)
        ):
            return False
        return not any(read(text, block, self.pack) for read in (headings.article, headings.division, headings.annex))

    def _title_goes_on(self, index: int) -> bool:
        """Whether a title's second line stands in a block of its own: short, in lower case, and numbered text follows."""
        if index + 1 >= len(self.blocks) or self.blocks[index].role not in {BlockRole.BODY, BlockRole.HEADING}:
            return False
        line, after = (self.blocks[at].span.of(self.text) for at in (index, index + 1))
        if not line[:1].islower() or len(line) > 120 or line[-1:] in ".;:,":
            return False
        return parse(after) is not None or BARE_PARAGRAPH.match(after) is not None

    def _is_repeated(self, index: int, title: str) -> bool:
        """Whether a block holds a title once more, as in collections that name an article in its heading and above its text."""
        block = self.blocks[index] if index < len(self.blocks) else None
        return block is not None and " ".join(block.span.of(self.text).split()).rstrip(".") == title.rstrip(".")

    def _zone_of(self, title: str, following: int) -> Zone:
        """An article's zone; "Modification of a berth" heads no amendment where nothing below it changes another act."""
        zone = zones.of_article(title, self.zone, self.pack)
        if zone is not Zone.AMENDMENT or zone is self.zone:
            return zone
        for block in self.blocks[following : following + _NEAR]:
            text = block.span.of(self.text)
            if headings.article(text, block, self.pack):
                break
            if _QUOTES.search(text) or zones.instructs(text, self.pack):
                return zone
        return self.zone

    def _open(self, found: Heading, title: str, block: Block, following: int) -> None:
        self.levels, self.closed = [], []
        if found.kind is ProvisionKind.ANNEX:
            self.last_articles = {}
            self._reset()
            self.zone = Zone.ANNEX
        elif self.zone in {Zone.PROSE, Zone.SIGNATURE, Zone.RECITAL}:
            self.zone = Zone.ENACTING
        level = self.order.get(found.words, _LEVELS.get(found.kind, 0.0))
        while self.divisions and (self.divisions[-1].depth or _LEVELS.get(self.divisions[-1].kind, 0.0)) >= level:
            self.divisions.pop()
        parent = self.divisions[-1] if self.divisions else None
        if found.kind is ProvisionKind.ARTICLE and self._is_opened_again(found):
            self.nodes.pop()
        zone = self._zone_of(title, following) if found.kind is ProvisionKind.ARTICLE else self.zone
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

    def _is_opened_again(self, found: Heading) -> bool:
        """Whether the line before was a heading of the same article, with nothing below it ("7 7. §", then "7. § (1) …")."""
        last = self.nodes[-1] if self.nodes else None
        return (
            last is not None
            and last is self.article
            and last.number == found.number
            and not (last.runs or last.heading)
        )

    def _plain_heading(self, block: Block, text: str) -> None:
        """A heading without an act's number: it opens a section of a circular, an article of news, an annex's part."""
        self.levels = []
        if self.article is not None and self.article.kind is not ProvisionKind.ANNEX:
            # Inside an act such a heading groups the articles that follow.
            self.article = None
        marker = parse(text)
        number = marker.number if marker else ""
        level = block.level or number.count(".") + 1
        while self.divisions and self.divisions[-1].kind is ProvisionKind.HEADING and self.divisions[-1].level >= level:
            self.divisions.pop()
        parent = self.divisions[-1] if self.divisions else None
        node = self.node(ProvisionKind.HEADING, number, block.span.start, Zone.HEADING, parent)
        node.heading = " ".join(text[marker.end if marker and number else 0 :].split())
        node.level = level
        node.end = block.span.end
        self.divisions.append(node)


# New text that nothing of the amending act's own follows: as long as it may be. Longer where an article's heading opens it.
_MOST = 400
_FEW = 40
_LONGEST_HEADING = 60
# As far as an instruction is looked for after the first item of a list: "(1) in Article 4:", "(a) the words … are deleted".
_AHEAD = 12
# The label of an instruction that counts in words: "Dos. Se suprime el artículo 6."
_LABEL = re.compile(r"[^\W\d_]{2,20}(?: [^\W\d_]{1,12})?\.\s")
# Dutch acts set each of their instructions below a letter of its own.
_LONE_LETTER = re.compile(r"[A-Z]{1,2}\.?")


@dataclass(slots=True)
class Unquoted:
    """The amending act's open place when new text may begin, and the lists counted inside that text."""

    pack: LanguagePack
    announcement: str
    article: Node | None
    levels: Sequence[Level]
    inner: dict[tuple[Style, str], int] = field(default_factory=dict)

    def extent(self, blocks: Iterable[tuple[Block, str]]) -> int:
        """How many of the blocks after the announcement, given with their text, are new text; 0 where none is."""
        count = 0
        whole = False
        ahead = list(islice(blocks, _MOST))
        near = [text for _, text in ahead[:_AHEAD]]
        for block, text in ahead:
            if block.role is BlockRole.FOOTNOTE:
                count += 1
                continue
            heading = self._heading(text, block)
            if count == 0:
                if not self._begins(text, heading, near):
                    return 0
                whole = heading is not None
            elif self._own(text, heading):
                return count
            self._note(text)
            count += 1
            if closes_what_was_lost(text):
                return count
            if not whole and count >= _FEW:
                return 1
        return count if whole else min(count, 1)

    def _heading(self, text: str, block: Block) -> headings.Heading | None:
        return headings.article(text, block, self.pack) or headings.runs_in(text, self.pack)

    def _begins(self, text: str, heading: headings.Heading | None, near: Sequence[str]) -> bool:
        if heading is not None:
            named = re.search(rf"(?<!\w){re.escape(heading.number)}(?!\w)", self.announcement)
            return named is not None or not self._next_article(heading)
        if _LONE_LETTER.fullmatch(text.strip()):
            return False
        if self._instructs(text) or headings.starts_with(text, headings.patterns(self.pack).signature):
            return False
        marker = parse(text)
        if marker is None:
            return True
        first = any(ordinal in {0, 1} for _, ordinal in marker.readings)
        # "is amended as follows:": the amending act's own list, of instructions or of what stands in quotation marks.
        own = first and any(self._instructs(each) or opening_mark(each) for each in near)
        return self._next_item(marker) is None and not own

    def _own(self, text: str, heading: headings.Heading | None) -> bool:
        """Whether a paragraph is the amending act's own again."""
        if heading is not None:
            return self._next_article(heading)
        if _LONE_LETTER.fullmatch(text.strip()):
            return True
        if len(text) < 200 and headings.starts_with(text, headings.patterns(self.pack).signature):
            return True
        if headings.annex(text, Block(Span(0, len(text))), self.pack) is not None or self._heads_last_provisions(text):
            return True
        marker = parse(text)
        if marker is None:
            quotes = _QUOTES.search(text) is not None or text.rstrip().endswith(":")
            return (quotes or _LABEL.match(text) is not None) and self._instructs(text)
        found = self._next_item(marker)
        if found is None:
            return marker.readings[0][0] is Style.UPPER and self._instructs(text)
        return self.inner.get((found.style, marker.wrap)) != found.ordinal - 1 or self._instructs(text)

    def _heads_last_provisions(self, text: str) -> bool:
        return len(text) < _LONGEST_HEADING and text.casefold().startswith(self.pack.structure.final_headings)

    def _next_article(self, heading: headings.Heading) -> bool:
        own = self.article.number if self.article is not None else ""
        same = self.article is not None and heading.sign == self.article.sign
        return same and heading.number.isdigit() and own.isdigit() and int(heading.number) == int(own) + 1

    def _next_item(self, marker: Marker) -> markers.Match | None:
        found = markers.find_open_list(list(self.levels), marker)
        return found if found is not None and not found.gap else None

    def _instructs(self, text: str) -> bool:
        return zones.instructs(text, self.pack)

    def _note(self, text: str) -> None:
        marker = parse(text)
        if marker is not None:
            self.inner.update({(style, marker.wrap): ordinal for style, ordinal in marker.readings})


_HOLDS_NEW_TEXT = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})


class NewText(Opening):
    """Reads what an amending act quotes."""

    def _quotation(self, index: int, text: str) -> int:
        """Put quoted new text under the provision that announces it; returns its length in blocks, 0 where none begins."""
        if self.zone not in _HOLDS_NEW_TEXT:
            return 0
        found = opening_mark(text)
        if self.zone is Zone.PROSE and not self._is_announcement():
            return 0
        holder = self.levels[-1].node if self.levels else self._home() or (self.runs[-1].node if self.runs else None)
        if holder is None:
            return 0
        if found is None:
            end = self._unquoted(index)
            return self._take(index, end, 0, holder) if end else 0
        if not self._announced(index, found[1]):
            return 0
        mark, start = found
        end = 0
        if index >= self.unclosed:
            following = (self.blocks[i] for i in range(index, len(self.blocks)))
            paragraphs = ("" if b.role is BlockRole.FOOTNOTE else b.span.of(self.text) for b in following)
            end = quotation_length(paragraphs, mark, self._goes_on, self._is_next_instruction)
            self.unclosed = 0 if end else index + LONGEST_QUOTATION
        return self._take(index, max(end, 1), start, holder)

    def _is_announcement(self) -> bool:
        """Whether the paragraph before says that new text follows; outside of an act's terms nothing else tells."""
        before = self.runs[-1] if self.runs else None
        return before is not None and zones.amends(before.span.of(self.text), self.pack)

    def _unquoted(self, index: int) -> int:
        """How many blocks from here on are new text without quotation marks."""
        before = self.runs[-1] if self.runs else None
        if before is None or before.zone not in {Zone.AMENDMENT, Zone.PROSE}:
            return 0
        announcement = before.span.of(self.text)
        if not announcement.rstrip().endswith((":", "—")) or not zones.amends(announcement, self.pack):
            return 0
        following = ((b, b.span.of(self.text)) for b in (self.blocks[i] for i in range(index, len(self.blocks))))
        return Unquoted(self.pack, announcement, self.article, self.levels).extent(following)

    def _take(self, index: int, end: int, start: int, holder: Node) -> int:
        """Put blocks under their announcement as new text, the first from ``start`` on; returns how many were taken."""
        if self.zone is Zone.PROSE:
            self.runs[-1].zone = Zone.AMENDMENT
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
        if before.zone is Zone.AMENDMENT or self._content_zone() is Zone.AMENDMENT or self._is_announcement():
            return True
        block = self.blocks[index]
        text = block.span.of(self.text)[start:]
        opens = parse(text) is not None or headings.article(text, block, self.pack) is not None
        return opens and before.span.of(self.text).endswith(":")

    def _is_next_instruction(self, text: str) -> bool:
        """Whether a paragraph is the amending act's next article, and an instruction: "Article 4. Section 9 is deleted"."""
        if self.article is None or not self.article.number.isdigit() or not zones.instructs(text, self.pack):
            return False
        block = Block(Span(0, len(text)))
        heading = headings.runs_in(text, self.pack) or headings.article(text, block, self.pack)
        return (
            heading is not None
            and heading.sign == self.article.sign
            and heading.number.isdigit()
            and int(heading.number) == int(self.article.number) + 1
        )

    def _goes_on(self, text: str) -> bool:
        """Whether a paragraph goes on with the act's own list, or ends it."""
        marker = parse(text)
        found = markers.find_open_list(self.levels, marker) if marker else None
        if found is not None and not found.gap:
            return True
        if len(text) < 60 and self.article is not None:
            heading = headings.article(text, Block(Span(0, len(text))), self.pack)
            if heading is not None and heading.number.isdigit() and self.article.number.isdigit():
                return int(heading.number) == int(self.article.number) + 1
        return len(text) < 200 and headings.starts_with(text, self.patterns.signature)
