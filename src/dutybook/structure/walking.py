"""What a walk through a layout's blocks keeps open: divisions, the article, lists; and how it makes provisions."""

from __future__ import annotations

from dutybook.languages import LanguagePack
from dutybook.records import Block, Genre, ProvisionKind, Span, Zone
from dutybook.structure import headingwords, lists, zones
from dutybook.structure.barenumbers import BareNumbers
from dutybook.structure.contents import Contents
from dutybook.structure.divisions import order_of
from dutybook.structure.lists import Level
from dutybook.structure.nodes import Node, Run, Tree
from dutybook.structure.runins import RunIns


class Walking(Tree):
    """The state of the walk, and the provisions and paragraphs made from it."""

    def __init__(self, text: str, blocks: tuple[Block, ...], pack: LanguagePack, genre: Genre) -> None:
        super().__init__(text)
        self.blocks = blocks
        self.pack = pack
        self.genre = genre
        self.patterns = headingwords.patterns(pack)
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
        headline = self.genre is Genre.NEWS and self.article is None
        return home if home is not None and not headline else self._anonymous(block)

    def _anonymous(self, block: Block) -> Node:
        """Text under no heading: one provision a paragraph, so that news and letters have places, too."""
        return self.node(ProvisionKind.TEXT, "", block.span.start, self.zone, self._home())

    def _ends_open(self, run: Run) -> bool:
        return lists.ends_open(run.span.of(self.text))

    def _stem(self, holder: Node | None) -> Run | None:
        if holder is None or not holder.runs:
            return None
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
        self.run(node, span, zone, block.role, stem, depth, tail)
