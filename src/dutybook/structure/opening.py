"""Opens divisions, articles and annexes at their headings, with their titles."""

from __future__ import annotations

import re

from dutybook.languages.stems import names_actor
from dutybook.records import Block, BlockRole, Genre, ProvisionKind, Zone
from dutybook.structure import headings, zones
from dutybook.structure.headings import Heading
from dutybook.structure.markers import ADVERB, Style, key, parse, series
from dutybook.structure.paragraphs import Paragraphs
from dutybook.structure.tree_nodes import Node

# Depth in the tree of what is no division; lower is further out.
_LEVELS = {ProvisionKind.HEADING: 20.0, ProvisionKind.ARTICLE: 21.0}
# As many blocks after an article's heading as tell whether it changes another act.
_NEAR = 8
_QUOTES = re.compile('[‘“„«»”"]')
_BULLET = re.compile(r"[•▪■●◦‣·]\s*")
# "II. Reģistrācija": rules that count their paragraphs through group them under Roman numerals.
_GROUP = re.compile(r"[IVXL]{1,6}\.\s+[^\W\d_][^\n]{2,100}(?<![.;:,])$")
# Swiss acts number paragraphs with a bare, raised figure: "2 Der Bundesrat regelt …".
_BARE_PARAGRAPH = re.compile(rf"(?P<number>\d{{1,2}}(?:[a-z]|{ADVERB})?)\s+(?=[^\W\d_a-zß-öø-ÿ]|[«„“(…])")


class Opening(Paragraphs):
    """Reads headings."""

    def _lists_heading(self, block: Block, text: str) -> bool:
        """Whether a bullet stands before a heading, as in tables of contents on the web."""
        bare = _BULLET.sub("", text)
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
        if found.body:
            self._open(found, "", block, index)
            self._body(block, text, found.body)
            return 0
        title, taken = found.title, 0
        if not title:
            title, taken = self._title(index, found)
        elif found.kind is ProvisionKind.ARTICLE and self._title_goes_on(index + 1):
            title, taken = f"{title} {' '.join(self.blocks[index + 1].span.of(self.text).split())}", 1
        self._open(found, title, block, index + 1 + taken)
        return taken

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
        if self.article is not None or self.genre not in {Genre.STATUTE, Genre.GUIDANCE} or not _GROUP.match(text):
            return False
        following = [b.span.of(self.text) for b in self.blocks[index + 1 : index + 2]]
        marker = parse(following[0]) if following else None
        return marker is not None and marker.wrap == "." and marker.readings[0][0] is Style.ARABIC

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

    def _leads_list(self, number: int, block: Block) -> bool:
        """Whether the line behind an article's number is no title but the subject of a list ("§ 9 / Úřad / a) vede rejstřík")."""
        at = next((i for i in range(number + 1, number + 3) if self.blocks[i : i + 1] == (block,)), None)
        if at is None or block.level or not names_actor(block.span.of(self.text), self.pack):
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
        if block.role in {BlockRole.FOOTNOTE, BlockRole.TABLE} or not headings.title_like(text, block):
            return False
        if block.role is not BlockRole.HEADING and parse(text):
            return False
        if found.kind is ProvisionKind.ARTICLE and self._leads_list(index, block):
            return False
        return not any(read(text, block, self.pack) for read in (headings.article, headings.division, headings.annex))

    def _title_goes_on(self, index: int) -> bool:
        """Whether a title's second line stands in a block of its own: short, in lower case, and numbered text follows."""
        if index + 1 >= len(self.blocks) or self.blocks[index].role not in {BlockRole.BODY, BlockRole.HEADING}:
            return False
        line, after = (self.blocks[at].span.of(self.text) for at in (index, index + 1))
        if not line[:1].islower() or len(line) > 120 or line[-1:] in ".;:,":
            return False
        return parse(after) is not None or _BARE_PARAGRAPH.match(after) is not None

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
        while self.divisions and self._level_of(self.divisions[-1]) >= level:
            self.divisions.pop()
        parent = self.divisions[-1] if self.divisions else None
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

    def _level_of(self, node: Node) -> float:
        return node.depth or _LEVELS.get(node.kind, 0.0)

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
