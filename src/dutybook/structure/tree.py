"""Builds the provision tree from a layout's blocks: title and recitals, enacting terms, signature, annexes."""

from __future__ import annotations

import re
from dataclasses import replace

from dutybook.languages.history_notes import is_history_note
from dutybook.records import Block, BlockRole, Family, ProvisionKind, Span, Zone
from dutybook.structure import headings, zones
from dutybook.structure.markers import LOOSE, Style, Tree, parse
from dutybook.structure.opening import NewText
from dutybook.structure.paragraphs import BULLET
from dutybook.structure.walking import Contents

# Characters of a first paragraph within which it names the act.
_OPENING = 80
# As many paragraphs as recitals are, at least, that are recognised by their words alone.
_RECITALS = 5
# Where a consolidated text goes on from the basic act or an amendment: "▼B", "▼M3", "►C1".
_REVISION = re.compile(r"[▼►◄▲]\s?(?:[A-Z]{1,2}\d{0,3})?")


class GuessedTree(NewText):
    """The tree of a layout without an outline; ``nodes`` and ``runs`` are the result, in document order."""

    def build(self) -> Tree:
        """Walk all blocks."""
        begin = self._first_landmarks()
        self.numbered = self.family is Family.STATUTE and begin[1] < 0 and not self._has_articles()
        first = self._unmarked_terms(begin[1])
        if first > 0:
            self.zone = Zone.RECITAL
        opened, closed = self._preamble() if begin[1] < 0 and first < 0 else (-1, -1)
        index = 0
        while index < len(self.blocks):
            block = self.blocks[index]
            text = block.span.of(self.text)
            if opened <= index < closed and block.role not in {BlockRole.FOOTNOTE, BlockRole.CONTENTS}:
                if index == opened:
                    self._reset()
                    self.zone = Zone.PREAMBLE
                self._before_enacting(block, text)
                index += 1
                continue
            if index == closed:
                self._reset()
                self.zone = Zone.ENACTING
            if index < first:
                self._before_enacting(block, text)
                index += 1
                continue
            if index == first:
                self._reset()
                self.zone, self.unmarked = Zone.ENACTING, True
            quoted = self._quotation(index, text)
            index += quoted or 1 + self._place_block(index, block, text, begin)
        self.close_spans()
        return self

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

    def _unmarked_terms(self, enacting: int) -> int:
        """Where the terms of an act of the Union begin whose headings and formulas are lost; −1 where they are not.

        Its first numbered paragraph says what "this Regulation" is for, or paragraphs before it recommend; the recitals have
        lost their numbers.
        """
        if self.family is not Family.EU_ACT or enacting >= 0 or self._has_articles():
            return -1
        for index, block in enumerate(self.blocks):
            text = block.span.of(self.text)
            marker = parse(text)
            if marker and marker.readings[:1] == ((Style.ARABIC, 1),):
                opening = text[: marker.end + _OPENING].casefold()
                named = any(w in opening for w in self.pack.structure.self_reference)
                return index if named or self._recommends(index) else -1
        return -1

    def _recommends(self, index: int) -> bool:
        """Whether paragraphs without numbers before a block are recitals: most of them only recommend ("should")."""
        words = {w for p in self.pack.norms.cues.recommendation if " " not in p for w in p.split("|")}
        before = [b.span.of(self.text).casefold() for b in self.blocks[:index] if len(b.span) > _OPENING]
        recommending = sum(not words.isdisjoint(re.findall(r"\w+", text)) for text in before)
        return len(before) >= _RECITALS and 2 * recommending > len(before)

    def _preamble(self) -> tuple[int, int]:
        """Where what precedes a statute's terms begins, and the terms; −1 where there is nothing before them.

        It begins with the heading of the statement of reasons ("Exposición de motivos"), or, where the first article or
        division is numbered as the first, with the first paragraph: resolutions, reports and reasons command nothing.
        """
        words = set(map(str.casefold, self.pack.structure.preambles))
        first = {"1", "i", *(name.casefold() for name in self.pack.structure.article_names)}
        headed = opened = -1
        listed = Contents(self.pack)
        for index, block in enumerate(self.blocks if words or self.family is Family.STATUTE else ()):
            text = block.span.of(self.text)
            if block.role in {BlockRole.CONTENTS, BlockRole.FOOTNOTE}:
                continue
            if self._is_listed(listed, block, text):
                opened = -1  # what stands above a table of contents names the act
                continue
            if headed < 0 and zones.amends(text, self.pack):
                return -1, -1  # an act that amends without articles of its own: its terms have begun
            number = self._landmark(text, block, reasoned=headed >= 0)
            if number is not None:
                if headed < 0 and number.casefold() in first:
                    headed = opened
                return (headed, index) if headed >= 0 else (-1, -1)
            if headed < 0 and text.strip(" .").casefold() in words:
                headed = index
            elif opened < 0 and block.role is BlockRole.BODY and self.family is Family.STATUTE:
                opened = index
        return -1, -1

    def _is_listed(self, listed: Contents, block: Block, text: str) -> bool:
        """Whether a block is the heading or an entry of a table of contents."""
        entry = listed.holds(block, text) if listed.open else listed.begins(text)
        return entry or self._is_bullet_entry(block, text)

    def _is_bullet_entry(self, block: Block, text: str) -> bool:
        return BULLET.match(text) is not None and self._lists_heading(block, text)

    def _landmark(self, text: str, block: Block, *, reasoned: bool) -> str | None:
        """The number of the article or division that this block opens; None where it opens none.

        Within a statement of reasons, which speaks of divisions, only what is set as a heading opens one.
        """
        found = headings.article(text, block, self.pack) if len(text) <= 200 else None
        if found is None and len(text) <= 200 and (not reasoned or self._divides(text, block)):
            found = headings.division(text, block, self.pack)
        found = found or headings.runs_in(text, self.pack)
        return found.number if found else None

    def _divides(self, text: str, block: Block) -> bool:
        found = headings.division(text, block, self.pack)
        return (found is not None and block.role is BlockRole.HEADING) or (found is not None and text.isupper())

    def _has_articles(self) -> bool:
        """Whether any block heads an article."""
        return any(headings.article(b.span.of(self.text), b, self.pack) for b in self.blocks if len(b.span) < 200)

    def _place_block(self, index: int, block: Block, text: str, begin: tuple[int, int]) -> int:
        """Put one block into the tree; returns how many of the following blocks it took with it (titles)."""
        if _REVISION.fullmatch(text):
            return 0
        role = BlockRole.FOOTNOTE if is_history_note(text) else block.role
        if role in LOOSE:
            self._loose(block, *LOOSE[role])
            return 0
        if index in begin:
            self._place_formula(block, text, enacts=index != begin[0])
            return 0
        if 0 <= index < begin[1]:
            return self._before_enacting(block, text)
        if self._contents(block, text):
            return 0
        if self._is_bullet_entry(block, text):
            self._loose(block, ProvisionKind.CONTENTS, Zone.CONTENTS)
            return 0
        if self.zone is Zone.RECITAL and block.role is BlockRole.HEADING:
            self.zone = Zone.ENACTING  # the formula that ends the recitals is lost, or none of the Union's
        if self._is_signature(text):
            self._reset()
            self.zone = Zone.SIGNATURE
        # A table's row is no heading, whatever it begins with ("Article 1 | Article 4" in a correlation table).
        taken = self._heading(index, block, text) if block.role is not BlockRole.TABLE else -1
        if taken >= 0:
            return taken
        if self.zone is Zone.SIGNATURE:
            self._loose(block, ProvisionKind.SIGNATURE, Zone.SIGNATURE)
            return 0
        if block.role is BlockRole.HEADING:  # it says something
            block = replace(block, role=BlockRole.BODY)
        self._body(block, text)
        return 0

    def _is_signature(self, text: str) -> bool:
        """Whether a block begins the signature that closes an act's terms."""
        return self.zone is not Zone.PROSE and len(text) < 200 and headings.starts_with(text, self.patterns.signature)

    def _place_formula(self, block: Block, text: str, *, enacts: bool) -> None:
        """Put the block that opens the recitals, or the one that enacts the terms, into the tree."""
        if not enacts:
            self.zone = Zone.RECITAL
            self._loose(block, ProvisionKind.PREAMBLE, Zone.PREAMBLE)
            return
        if self.inside:
            self._before_enacting(block, text)
        self._reset()
        self.zone = Zone.ENACTING
        if not self.inside:
            self._loose(block, ProvisionKind.PREAMBLE, Zone.PREAMBLE)

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

    def _contents(self, block: Block, text: str) -> bool:
        if self.contents.open:
            if not self.contents.holds(block, text):
                self.zone = Zone.PROSE
                return False
        elif self.article or not self.contents.begins(text):
            return False
        self.zone = Zone.CONTENTS
        self._loose(block, ProvisionKind.CONTENTS, Zone.CONTENTS)
        return True
