"""Finds what an amending act does to others: each instruction with its act and place, and where quoted new text belongs.

"In Article 9 of Directive 2031/7/EU, paragraph 2 is replaced by the following: ‘2. …’" replaces Art 9(2) of that directive. What an
instruction does not name itself, the stem of its list, its article or the title names. Words in quotation marks and clauses on how an
act was changed before name nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from dutybook.document_view import DocumentView
from dutybook.extract.amended_names import NEAR, find_act_name
from dutybook.extract.changed_places import (
    FOOTNOTE,
    HEAD,
    LAST_STEP,
    NOWHERE,
    UNDER_NOTHING,
    bare_place,
    deepest,
    first_of_range,
    first_step,
    inner_place,
    join_places,
    last_run,
    nested,
    number_of_step,
    with_inserted_number,
)
from dutybook.extract.citations import find_acts_in_line, find_citations_in_line
from dutybook.extract.instruction_words import blank_quoted, changes, find_quoted, kind_of, verbs_of, with_letters
from dutybook.languages import LanguagePack
from dutybook.languages.patterns import alternatives
from dutybook.languages.relations import AmendingWords, amending_words, relation_words
from dutybook.records import Amendment, AmendmentKind, Citation, Norm, Sentence, Span, Zone, content_id

#: Zones in which an act instructs.
_SPEAKING = frozenset({Zone.ENACTING, Zone.AMENDMENT, Zone.PROSE, Zone.ANNEX})
#: Longer sentences instruct nothing: they are text that was not recognised as new.
_LONGEST = 1500
_LONGEST_ANNOUNCEMENT = 4000
_LABEL = 30
# Right behind an instruction longer sentences say something else.
_LONGEST_BEHIND = 400
# What changes an act by itself, without its name, has so few characters, and begins with the place.
_SHORT = 200
_BEGINNING = 45


@dataclass(frozen=True, slots=True)
class Target:
    """The amended act, as named and by its id, and a place in it, each as far as it is known."""

    act: str = ""
    work: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The target of a sentence, and whether its own words name the act and the place."""

    target: Target
    names_act: bool
    names_place: bool


def find_amendments(view: DocumentView) -> tuple[Amendment, ...]:
    """The instructions of a document in text order; none where no part of it amends another act."""
    return tuple(_Finder(view).find())


class _Finder:
    def __init__(self, view: DocumentView) -> None:
        self._view = view
        self._targets: list[Target] = []
        self._amending = self._amending_provisions()
        self._cue = self._title_cue()
        self._last = self._titled() if self._amending or self._cue else Target()
        # The place that was named last, and the amending act's own article in which it was.
        self._place: tuple[str, str | None] = ("", None)
        # Whether the last sentence of the amending act's own instructs.
        self._follows = False
        # The place of the last instruction.
        self._changed = ""
        # The sentences that say which act those below them change.
        self._leads: set[int] = set()

    def _amending_provisions(self) -> set[str]:
        """The provisions with new text or instructions below them, and their articles."""
        parents = {p.id: p.parent for p in self._view.provisions}
        found: set[str] = set()
        for provision in {s.provision for s in self._view.sentences if s.zone is Zone.AMENDMENT or s.quoted}:
            at: str | None = provision
            while at is not None and at not in found:
                found.add(at)
                at = parents.get(at)
            found.add(self._view.article_of(provision))
        return found

    def find(self) -> Iterable[Amendment]:
        """The instructions; the target of every sentence is kept, since others are completed from it."""
        if not self._amending and not self._cue and not any(map(self._says_that_it_amends, self._view.sentences)):
            return
        for number, sentence in enumerate(self._view.sentences):
            above = self._above(number)
            if sentence.quoted or sentence.zone not in _SPEAKING or not self._is_short(sentence):
                self._targets.append(above)
            elif made := self._look_at(number, sentence, above):
                yield made

    def _says_that_it_amends(self, sentence: Sentence) -> bool:
        """Whether a sentence leads into instructions, as that of a Swiss act does, whose title is that of the amended one."""
        if sentence.quoted or sentence.zone not in {Zone.ENACTING, Zone.PROSE} or len(sentence.span) > _LONGEST_BEHIND:
            return False
        line, pack = self._view.line_of(sentence), self._view.pack_of(sentence)
        words = amending_words(sentence.language)
        if words is None or not line.rstrip().endswith((":", "—")):
            return False
        says = line.rstrip(" :—").casefold().endswith(pack.structure.amendment_stems)
        return says and bool(self._first_act(line, pack, words))

    def _look_at(self, number: int, sentence: Sentence, above: Target) -> Amendment | None:
        """The instruction of a sentence, if it gives one; its target is kept either way."""
        line = self._view.line_of(sentence, _LONGEST_ANNOUNCEMENT)
        words = amending_words(sentence.language)
        bare = blank_quoted(line, sentence.language)
        kind = kind_of(bare, words) if words else None
        is_item = sentence.stem is not None
        pack = self._view.pack_of(sentence)
        # Words are inserted where others stand, not where they would stand themselves.
        among_words = kind is AmendmentKind.INSERT and find_quoted(line) and not line.rstrip().endswith((":", "—"))
        placed = AmendmentKind.REPLACE if among_words else kind
        read = self._read(with_letters(bare, line, pack), placed, above, pack, words or AmendingWords(), is_item)
        says = (words is not None and changes(bare, words)) or self._says_that_it_amends(sentence)
        if says and self._introduces(number, read):
            self._targets.append(read.target)
            self._last, self._follows = read.target, True
            self._leads.add(number)
            return None
        if not self._amends_here(sentence) and (kind is None or not self._instructs(sentence, kind, line, read)):
            self._targets.append(above)
            # "Art. 5." without its text is no sentence.
            self._follows = self._follows and kind is None and len(sentence.span) < _LABEL
            return None
        target = read.target
        self._targets.append(target)
        self._follows = True
        if not is_item:
            self._last = replace(target, place=None)
        self._place = self._view.article_of(sentence.provision), target.place
        if (
            kind is None
            or self._leads_instructions(number, kind)
            or (sentence.zone is not Zone.AMENDMENT and not target.place)
        ):
            return None
        return self._instruct(number, sentence, kind, bare, target)

    def _instruct(self, number: int, sentence: Sentence, kind: AmendmentKind, line: str, target: Target) -> Amendment:
        place = self._place_of_new_text(number, kind, line, target.place)
        if place and not place.startswith(FOOTNOTE):
            self._changed = place
        return Amendment(
            content_id("amendment", self._view.document_id, sentence.span.start, kind),
            kind,
            sentence.provision,
            self._view.place_of(sentence),
            sentence.span,
            target.act,
            target.work,
            place,
        )

    def _is_short(self, sentence: Sentence) -> bool:
        """Whether a sentence may instruct: one that announces new text may first tell how the act was changed before."""
        if len(sentence.span) <= _LONGEST:
            return True
        announces = sentence.zone is Zone.AMENDMENT and sentence.span.of(self._view.text).rstrip().endswith(":")
        return announces and len(sentence.span) <= _LONGEST_ANNOUNCEMENT

    def _introduces(self, number: int, read: _Reading) -> bool:
        """Whether a sentence says no more than that an act is amended, by those that follow: "The Harbours Act is amended as follows."."""
        following = self._view.sentences[number + 1] if number + 1 < len(self._view.sentences) else None
        if not read.names_act or read.names_place or read.target.place:
            return False
        announces_text = following is None or (following.quoted and len(following.span) >= _LABEL)
        return not announces_text and not find_quoted(self._view.line_of(self._view.sentences[number]))

    def _amends_here(self, sentence: Sentence) -> bool:
        """Whether a sentence stands among instructions; elsewhere one must name both the act and the place."""
        at = sentence.provision
        return sentence.zone is Zone.AMENDMENT or at in self._amending or self._view.article_of(at) in self._amending

    def _instructs(self, sentence: Sentence, kind: AmendmentKind, line: str, read: _Reading) -> bool:
        """Whether a sentence outside of new text and its announcements is an instruction.

        One that names act and place is; else an item of a list of instructions, and what changes, deletes or renumbers something
        right behind another instruction ("The previous paragraph 2 becomes paragraph 3.").
        """
        if not read.names_place or not read.target.act:
            return False
        if read.names_act:
            # A consolidated text ends with the list of the acts that amended it.
            listed = sentence.zone is Zone.ANNEX and self._cue is None
            return not listed and (bool(self._amending) or sentence.zone is Zone.ENACTING or self._cue is not None)
        if sentence.stem is not None:
            stem = self._view.sentences[sentence.stem]
            return sentence.stem in self._leads or stem.provision in self._amending or self._amends_here(stem)
        changes = kind in {AmendmentKind.DELETE, AmendmentKind.RENUMBER} or bool(find_quoted(line))
        if self._follows and changes and len(sentence.span) <= _LONGEST_BEHIND:
            return True
        speaks = self._cue is not None and sentence.zone in {Zone.ENACTING, Zone.PROSE}
        return speaks and self._begins_with_place(sentence, line)

    def _begins_with_place(self, sentence: Sentence, line: str) -> bool:
        """Whether a short sentence begins with a place, as the items do with which a Swedish act says what it changes: "dels att 9 § …"."""
        cited = find_citations_in_line(line, self._view.pack_of(sentence)) if len(sentence.span) <= _SHORT else ()
        return any(each.place and each.span.start < _BEGINNING for each in cited)

    def _above(self, number: int) -> Target:
        """What completes a sentence: its stem, or else the act that was named last, and the article named last in the same article."""
        sentence = self._view.sentences[number]
        if sentence.stem is not None and sentence.stem < number:
            return self._targets[sentence.stem]
        article, place = self._place
        return replace(self._last, place=place if article == self._view.article_of(sentence.provision) else None)

    def _leads_instructions(self, number: int, kind: AmendmentKind) -> bool:
        """Whether a sentence only leads into instructions: "Article 9 is amended as follows:"."""
        sentence = self._view.sentences[number]
        following = self._view.sentences[number + 1] if number + 1 < len(self._view.sentences) else None
        if following is None or following.quoted or not sentence.span.of(self._view.text).rstrip().endswith((":", "—")):
            return False
        words = amending_words(following.language)
        bare = blank_quoted(self._view.line_of(following, _LONGEST), following.language)
        instructs = words is not None and kind_of(bare, words) is not None
        if kind is not AmendmentKind.REPLACE:
            return instructs and following.stem == number
        return instructs or following.stem == number

    def _place_of_new_text(self, number: int, kind: AmendmentKind, line: str, place: str | None) -> str | None:
        """The place of an instruction whose new text has a number of its own: that of the first provision in it.

        ``line`` is the instruction, ``place`` what it names. A whole article that is replaced keeps its place, whatever is in it.
        """
        if kind in {AmendmentKind.DELETE, AmendmentKind.RENUMBER}:
            return place
        following = self._view.sentences[number + 1] if number + 1 < len(self._view.sentences) else None
        inner = inner_place(self._view.place_of(following)) if following is not None and following.quoted else ""
        if following is not None and following.quoted and not inner and kind is AmendmentKind.INSERT:
            return with_inserted_number(place, following.span.of(self._view.text))
        first = first_step(inner)
        # Indents are counted anew in every list.
        if not first or first.startswith("indent"):
            return place
        article = HEAD.fullmatch(place or "")
        number_of_first = number_of_step(first)
        if kind is AmendmentKind.REPLACE and article:
            named = re.search(rf"(?<!\w){re.escape(number_of_first)}(?!\w)", line)
            if not named or (not HEAD.match(inner) and article[0].endswith(f" {number_of_first}")):
                return place
        return join_places(place, first)

    def _title_cue(self) -> re.Match[str] | None:
        """The words of the document's title that say that it amends an act."""
        words = relation_words(self._view.language)
        if words is None:
            return None
        return next((m for p in words.amends.title if (m := re.search(p, self._view.title, re.IGNORECASE))), None)

    def _titled(self) -> Target:
        """The act that the document's title says it amends."""
        view, title, cue = self._view, self._view.title, self._cue
        pack, words = view.pack_for(view.language), relation_words(view.language)
        parts = [title]
        if words is not None and cue is not None:
            # "Law on the amendment of the Harbours Act"; "Harbours Act: law on its amendment".
            parts = (
                [title[: cue.start()], title[cue.end() :]]
                if words.after
                else [title[cue.end() :], title[: cue.start()]]
            )
        nouns = amending_words(view.language) if cue is not None else None
        for part in parts:
            acts = [act for act in find_acts_in_line(part, pack) if act.work != view.work]
            if acts and (acts[0].start < NEAR or len({act.work for act in acts}) == 1):
                return Target(part[acts[0].start : acts[0].end], acts[0].work)
            if name := find_act_name(part, pack, nouns) if nouns is not None else "":
                return Target(name)
        return Target()

    def _read(
        self,
        line: str,
        kind: AmendmentKind | None,
        above: Target,
        pack: LanguagePack,
        words: AmendingWords,
        is_item: bool,
    ) -> _Reading:
        """The target of a sentence whose quoted words are blank."""
        absolute = nested([c for c in find_citations_in_line(line, pack) if c.place], line)
        if footnote := _footnote(words.footnotes).match(line):
            return _Reading(replace(above, place=f"{FOOTNOTE} {footnote['number']}"), False, True)
        context = absolute.place if absolute else above.place
        if kind is AmendmentKind.RENUMBER and absolute is None:
            # "The previous points (c) and (d) become …": of the provision that was changed last.
            outer = self._changed if self._changed.startswith("Section ") else LAST_STEP.sub("", self._changed)
            context = outer or context
        places, place = _changed_place(line, kind, absolute, context, pack)
        named = self._name(line, absolute.span if absolute else None, pack, words, is_item)
        if named is None:
            return _Reading(replace(above, place=place), False, places)
        return _Reading(replace(named, place=place if places else None), True, places)

    def _name(
        self, line: str, place: Span | None, pack: LanguagePack, words: AmendingWords, is_item: bool
    ) -> Target | None:
        """The act that a sentence names; None where it names none. ``place``: where its first place stands."""
        if place is None:
            return None if is_item else self._first_act(line, pack, words)
        # "Article 9 of the Harbour Act"; or, in languages that begin with the act, before the place.
        found = self._first_act(line[place.end :], pack, words)
        if found is None and (link := _act_link(pack).search(line, place.start, place.end)):
            # The citation itself goes on to the act: "Section 9(c) of the Harbour Act".
            found = self._first_act(line[link.end() :], pack, words)
        return found or (None if is_item else self._first_act(line[: place.start], pack, words))

    def _first_act(self, line: str, pack: LanguagePack, words: AmendingWords) -> Target | None:
        """The act that some words name first, by its number or by a noun."""
        act = next((act for act in find_acts_in_line(line, pack) if act.work != self._view.work), None)
        name = find_act_name(line, pack, words, before=act)
        if name:
            return Target(name)
        return Target(line[act.start : act.end], act.work) if act else None


def _changed_place(
    line: str, kind: AmendmentKind | None, absolute: Citation | None, context: str | None, pack: LanguagePack
) -> tuple[bool, str | None]:
    """Whether a sentence names a place, and which place it changes.

    Args:
        line: its words, those quoted blank.
        kind: of the instruction.
        absolute: the first place that is complete in itself.
        context: the place that completes the others.
        pack: of its language.
    """
    line = _before_new_text(line, kind, pack)
    rest = line[absolute.span.end :] if absolute else line
    cited = [
        (c, c.place) for c in find_citations_in_line(rest, pack, place=context or NOWHERE, goes_on=True) if c.place
    ]
    below = [(c, p) for c, p in cited if context or UNDER_NOTHING.match(p) or not p.startswith(NOWHERE)]
    within = [bare_place(p) for _, p in below]
    places = [*([context] if absolute and context else []), *within]
    if not places:
        return False, context
    last = last_run(rest, [c for c, _ in below], pack) if below else 0
    if kind is AmendmentKind.RENUMBER:
        # With the first of the new numbers: "paragraphs 3 and 4 become paragraphs 4 and 5".
        return True, first_of_range(within[last]) if within else places[0]
    if kind is AmendmentKind.INSERT:
        return True, first_of_range(within[last] if within else places[-1])
    return True, deepest(places, context)


def _before_new_text(line: str, kind: AmendmentKind | None, pack: LanguagePack) -> str:
    """The words before a colon behind the last verb: what follows is new text without quotation marks ("… replaced by: Article 3")."""
    words = amending_words(pack.code)
    if kind is None or words is None:
        return line
    last = max((found.start() for found in verbs_of(words)[kind.value].finditer(line.casefold())), default=None)
    colon = line.find(": ", last) if last is not None else -1
    return line[:colon] if colon >= 0 else line


@cache
def _footnote(words: tuple[str, ...]) -> re.Pattern[str]:
    """A sentence about footnotes, with the number of the first: "Footnotes 4 and 5 are replaced"."""
    return re.compile(rf"\W*(?:{'|'.join(words) or '(?!)'})\D{{0,24}}(?P<number>\d{{1,3}})", re.IGNORECASE)


@cache
def _act_link(pack: LanguagePack) -> re.Pattern[str]:
    """The words between a provision and its act."""
    return re.compile(rf"(?<!\w)(?:{alternatives(pack.citations.act_links) or '(?!)'})(?!\w)\s*")


def place_quoted_norms(view: DocumentView, norms: Iterable[Norm], amendments: Iterable[Amendment]) -> tuple[Norm, ...]:
    """The norms, those of quoted new text with the act and the place that they belong to."""
    by_start = {amendment.span.start: amendment for amendment in amendments}
    announced: dict[str, Amendment | None] = {}
    last: Amendment | None = None
    for sentence in view.sentences:
        if not sentence.quoted:
            last = by_start.get(sentence.span.start)
        elif sentence.provision not in announced:
            announced[sentence.provision] = last
    made = []
    for norm in norms:
        if norm.quoted:
            by = announced.get(norm.provision)
            context = by.target if by else None
            place = join_places(context, inner_place(norm.place))
            norm = replace(norm, amended_act=(by.act or by.work or None) if by else None, amended_place=place)
        made.append(norm)
    return tuple(made)
