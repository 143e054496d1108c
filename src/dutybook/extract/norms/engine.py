"""Finds the norms of a document: reads its sentences (:mod:`.reading`) and its lists as a whole (:mod:`.lists`).

Structure comes first: only enacting terms, annexes, guidance and news can hold norms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.norms import lists
from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.bearers.bearer import ANTECEDENT, NOBODY, Bearer, named, unlisted
from dutybook.extract.norms.bearers.finder import BearerFinder
from dutybook.extract.norms.bearers.joined import with_joined
from dutybook.extract.norms.bearers.spoken import on_procedure
from dutybook.extract.norms.bearers.unlisted import lone_subject
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.judging import Judge
from dutybook.extract.norms.lists import ListSeen
from dutybook.extract.norms.marked import bearer_of, part_of
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.extract.norms.parts import action_part, clause_part, condition_part, recipient_part
from dutybook.extract.norms.polarity import main_words
from dutybook.extract.norms.polarity import modality as modality_of
from dutybook.extract.norms.reading import LOST_ITEM, Reading, SentenceReader
from dutybook.extract.norms.statement import Statement
from dutybook.languages import LanguagePack
from dutybook.records import (
    BearerClass,
    Evidence,
    Genre,
    Modality,
    Norm,
    Provision,
    Rejection,
    Sentence,
    SentenceRole,
    Span,
    Strength,
    Zone,
    content_id,
)

RULES_VERSION = "1"
# A sentence of its own has so many words at least.
_CLAUSE = 5
# Words at a stem's end among which what follows is announced ("any of the *following* aspects:").
_ANNOUNCED = 5
# So many businesses named make an act one for a trade.
_TRADE = 3
# A stem that says whose tasks follow has so many words at most.
_TASKS = 20
_OPEN_ZONES = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})


class NormFinder:
    """Finds norms and rejections in one document."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        provisions: Sequence[Provision],
        pack_for: Callable[[str], LanguagePack],
        genre: Genre,
        document_id: str,
        judge: Judge | None = None,
    ) -> None:
        self.text = text
        self.sentences = sentences
        self.places = {p.id: p.place for p in provisions}
        self.pack_for = pack_for
        self.genre = genre
        self.document_id = document_id
        self.judge = judge
        self.finders: dict[str, BearerFinder] = {}
        self.reader = SentenceReader(text, pack_for, genre, self._finder)
        self.norms: list[Norm] = []
        self.rejections: list[Rejection] = []
        self.items: dict[int, list[int]] = {}
        self.tails: dict[int, int] = {}
        self.ids: dict[tuple[str, str], int] = {}
        self.untold: list[int] = []
        self.bans: list[int] = []
        for index, sentence in enumerate(sentences):
            if sentence.stem is not None and not self._complete(sentence, sentences[sentence.stem]):
                if sentence.role is SentenceRole.TAIL:
                    self.tails.setdefault(sentence.stem, index)
                else:
                    self.items.setdefault(sentence.stem, []).append(index)

    def _complete(self, item: Sentence, stem: Sentence) -> bool:
        """Whether an item is a sentence of its own below a paragraph that has ended: "(2) … is sent. (i) The port may …"."""
        own, above = item.span.of(self.text), stem.span.of(self.text).rstrip()
        whole = own[:1].isupper() and own.rstrip().endswith((".", ":")) and len(own.split()) > _CLAUSE
        ended = above.endswith(".") or self._announces(stem)
        return item.role is not SentenceRole.TAIL and ended and whole

    def _announces(self, sentence: Sentence) -> bool:
        """Whether a sentence only leads to what follows its colon ("… esclarece-se o seguinte:")."""
        words = self.pack_for(sentence.language).norms.announcements
        said = sentence.span.of(self.text).rstrip()
        return bool(words) and said.endswith(":") and said.rstrip(" :").casefold().endswith(words)

    def run(self) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
        """All norms and rejections, in document order."""
        if self.genre is Genre.OTHER:
            self._programme()
            return (), tuple(self.rejections)
        if self.judge is not None:
            self.judge.prepare(self.text, self.sentences, self.genre)
        done: set[int] = set()
        for index, sentence in enumerate(self.sentences):
            if index in done:
                continue
            if sentence.zone not in _OPEN_ZONES or self._ended(sentence):
                continue
            if index in self.items:
                self._list(index, done, None)
            else:
                self._plain(index)
        self._settle()
        self.norms.sort(key=lambda n: (n.span.start, n.span.end))
        return tuple(self.norms), tuple(self.rejections)

    def _ended(self, sentence: Sentence) -> bool:
        """Whether a sentence stands under a heading behind the act's terms ("Signatures")."""
        heads = self.pack_for(sentence.language).structure.end_headings
        return self.genre is Genre.STATUTE and self.places.get(sentence.provision, "").startswith(heads or ("\0",))

    def _settle(self) -> None:
        """In a statute on procedure, who bears a norm that tells nothing of its bearer is an authority; in one for a trade, a business bears its bans."""
        named = Counter(n.bearer_class for n in self.norms if n.bearer is not None)
        if self.genre is Genre.STATUTE and on_procedure(named):
            for index in self.untold:
                self.norms[index] = replace(self.norms[index], bearer_class=BearerClass.AUTHORITY)
        others = named[BearerClass.PERSON] + named[BearerClass.ANY]
        if self.genre is Genre.STATUTE and named[BearerClass.BUSINESS] >= max(_TRADE, others + 1):
            for index in self.bans:
                self.norms[index] = replace(self.norms[index], bearer_class=BearerClass.BUSINESS)

    def _programme(self) -> None:
        """A text that speaks for its author ("wir wollen", "we will") commands nobody; what sounds like it is listed."""
        for sentence in self.sentences:
            if sentence.zone in _OPEN_ZONES:
                reading = self.reader.read(sentence.span, sentence)
                reading.reason = "the text states its author's programme"
                self._reject(sentence, reading)

    # -- sentences ---------------------------------------------------------------------------------------------------

    def _plain(self, index: int) -> None:
        sentence = self.sentences[index]
        self._enter(sentence)
        reading = self._read(index)
        self._drop_bare_stem(reading)
        if self._announces(sentence):
            reading.statements, reading.reason = [], "leads to other sentences"
        if not reading.statements:
            self._reject(sentence, reading)
            self._finder(reading.clauses.pack).notice(reading.clauses)
            return
        for statement in reading.statements:
            self._add(sentence, reading.clauses, statement)

    def _drop_bare_stem(self, reading: Reading) -> None:
        """A stem whose items are lost states nothing: "The operators:", "Operators shall ensure that their terms:"."""
        clauses = reading.clauses
        last = reading.statements[-1] if reading.statements else None
        if last is None or last.end < len(clauses) or not clauses.source.rstrip().endswith(":"):
            return
        bare = last.cue is None and self._actor_at_end(clauses) is not None
        if bare or lists.stem_leads_into(clauses.source, clauses.pack) == "ensure":
            reading.statements.pop()
            reading.reason = reading.reason or "a stem without its items"

    def _lost(self, index: int) -> bool:
        """Whether what looks like a list's tail is an item of another list, whose stem is lost."""
        sentence = self.sentences[index]
        return any(s.why == LOST_ITEM for s in self.reader.read(sentence.span, sentence).statements)

    def _read(self, index: int) -> Reading:
        """The rules' reading of a sentence, and what the judge makes of it."""
        sentence = self.sentences[index]
        reading = self.reader.read(sentence.span, sentence)
        if self.judge is None:
            return reading
        actors = self._finder(reading.clauses.pack).actors
        return self.judge.reading(index, reading, sentence, actors, self.genre)

    # -- lists -----------------------------------------------------------------------------------------------------------

    def _list(self, index: int, done: set[int], inherited: tuple[Statement, Bearer] | None) -> None:
        sentence = self.sentences[index]
        if any(self.sentences[i].zone is Zone.DEFINITION for i in self.items[index]) and inherited is None:
            done.update(self.items[index])  # "… imaju sljedeće značenje: 1. …"
            self._plain(index)
            return
        items = self.items[index]
        tail = self.tails.get(index)
        self._enter(sentence)
        reading = self._read(index)
        if inherited is None and any(s.why == LOST_ITEM for s in reading.statements):
            for statement in reading.statements:
                self._add(sentence, reading.clauses, statement)
            self._items_alone(items, done)
            return
        texts = [self.sentences[i].span.of(self.text) for i in items]
        tail_text = self.sentences[tail].span.of(self.text) if tail is not None else None
        whole = tail is not None and tail_text is not None and tail_text[:1].islower() and not self._lost(tail)
        if whole and not any(s.cue is not None for s in reading.statements) and self._whole(index, tail, items, done):
            return
        if inherited is None and not reading.statements and reading.reason and reading.cue is not None:
            self._reject(sentence, reading)
            # "is punished who: (a) fails to …": what is fined is no ban of its own
            spoken = self._finder(reading.clauses.pack).spoken
            spoken.listed = self._meant_by_pronoun(reading.clauses)
            self._items_alone(items, done, quiet=reading.reason == "fine")
            spoken.listed = None
            return
        if inherited is None and all(s.cue is None for s in reading.statements) and self._clauses_of_their_own(items):
            self._items_alone(items, done)
            return
        seen = ListSeen(
            sentence.span.of(self.text),
            tuple(texts),
            commands=any(s.cue is not None for s in reading.statements),
            document_subject=self._document_subject(reading),
            party_last=self._party_last(reading.clauses),
            conditional=reading.clauses.ends_conditionally(),
            staged=self._staged(items),
            reported=reading.clauses.ends_reporting() or self._verb_awaited(reading),
            banned=self._bans(reading),
            awaiting=self._infinitives_awaited(reading, texts),
        )
        lost = self._of_lost_stem(reading, seen, items)
        if lost and inherited is None:
            for statement in reading.statements:
                self._add(sentence, reading.clauses, statement)
            nobody = Bearer(None, BearerClass.BUSINESS, NOBODY)
            bare = self._bare(reading.clauses, "verbs of a list whose stem is lost")
            for item in lost:
                self._item(self.sentences[item], sentence, bare, nobody)
            done.update(lost)
            self._items_alone([i for i in items if i not in lost], done, quiet=True)
            return
        kind = lists.decide(seen, reading.clauses.pack)
        if self.judge is not None:
            kind = self.judge.list(index, seen, kind, reading.clauses, self.genre)
        if kind is lists.ListKind.ITEMS and (
            reading.statements or inherited is not None or self._bare_stem(reading, sentence, texts)
        ):
            self._items(index, items, reading, inherited, done)
            return
        if inherited is not None:
            statement, bearer = inherited
            self._add_span(sentence, sentence.span, reading.clauses, statement, bearer, sentence.span)
            self._items_alone(items, done, quiet=True)
            return
        described = seen.document_subject and not seen.commands and sentence.zone in {Zone.ENACTING, Zone.ANNEX}
        if described and lists.items_command(texts, reading.clauses.pack):
            reading.statements.append(self._bare(reading.clauses, "document before a list of verbs"))
        if reading.statements:
            for statement in reading.statements:
                self._add(sentence, reading.clauses, statement)
            self._items_alone(items, done, quiet=True)
            return
        self._reject(sentence, reading)
        finder = self._finder(reading.clauses.pack)
        finder.spoken.listed = self._actor_at_end(reading.clauses)
        self._items_alone(items, done)
        finder.spoken.listed = None

    def _of_lost_stem(self, reading: Reading, seen: ListSeen, items: list[int]) -> list[int]:
        """Items with a verb of their own behind a stem that announces things: between them an extract left a stem out."""
        pack, lower = reading.clauses.pack, reading.clauses.lower
        if self.genre is not Genre.EU_ACT or not pack.norms.clauses_need_verbs or not reading.statements:
            return []
        last = next((w for w in reversed(lower) if w.isalpha()), "")
        if not seen.document_subject or lists.acts(last, pack):
            return []
        if not set(lower[-_ANNOUNCED:]) & set(pack.norms.announcing):
            return []
        return [
            i for i, text in zip(items, seen.items, strict=True) if i not in self.items and lists.is_action(text, pack)
        ]

    @staticmethod
    def _bans(reading: Reading) -> bool:
        """Whether the stem forbids and does not say what: "Queda prohibido en las áreas:"."""
        cue = reading.statements[-1].cue if reading.statements else None
        clauses = reading.clauses
        if cue is None or cue.label != "prohibition" or cue.end >= len(clauses):
            return False
        norms, actors = clauses.pack.norms, clauses.pack.actors
        said = set(norms.oblique_cues) & set(clauses.lower[cue.start : cue.end])
        return bool(said) and clauses.lower[cue.end] in {*actors.prepositions, ":", ","}

    @staticmethod
    def _bare(clauses: Clauses, why: str) -> Statement:
        """What a stem without a verb states: its items command."""
        return Statement(0, len(clauses), Modality.OBLIGATION, Strength.MUST, None, why, 0.6)

    def _bare_stem(self, reading: Reading, sentence: Sentence, items: list[str]) -> bool:
        """ "Die Betreiber" alone, with verbs in the items: an actor and nothing else; in guidance they must command."""
        pack = reading.clauses.pack
        tasks = set(pack.norms.task_words) & set(reading.clauses.lower)
        if tasks and self.genre is Genre.GUIDANCE and len(reading.clauses) <= _TASKS:
            return bool(self._finder(pack).actors.find(reading.clauses))
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        if self.genre is Genre.GUIDANCE and pack.norms.clauses_need_verbs:
            commands = set(pack.norms.commanding_verbs)
            acts = all(commands & set(lists.first_words(item.split(",", 1)[0], 5)) for item in items)
        if pack.norms.mood != "indicative" or not acts or len(reading.clauses) > 25:
            return False
        if reading.reason not in {"", "no clause of its own", "too short"}:
            return False
        return bool(self._finder(pack).actors.find(reading.clauses)) or lone_subject(reading.clauses) is not None

    def _staged(self, items: list[int]) -> bool:
        """Whether most items carry a deadline of their own ("(a) an early warning within 24 hours; (b) a report …")."""
        dated = 0
        for item in items:
            sentence = self.sentences[item]
            dated += bool(find_deadlines(self.text, sentence.span, self.pack_for(sentence.language)))
        return len(items) > 1 and 2 * dated > len(items)

    def _party_last(self, clauses: Clauses) -> bool:
        """The stem puts a party under its items: "…, that the processor:"."""
        last = len(clauses)
        while last > 0 and not clauses.doc[last - 1].is_alpha:
            last -= 1
        found = self._finder(clauses.pack).actors.find(clauses)
        if not found or found[-1].end < last or not self._finder(clauses.pack).actors.nominative(found[-1]):
            return False
        if clauses.pack.norms.mood == "indicative" and len(found) == 1:
            return True  # "In diesem Fall muss der Betreiber …", "l'exploitant:": the verbs stand in the items
        before = clauses.lower[max(found[-1].start - 2, 0) : found[-1].start]
        if clauses.pack.norms.mood == "modal":
            before = before[:1]  # "a log that *states*:" names nobody
        return not {*clauses.pack.norms.relatives, *clauses.pack.norms.subordinators}.isdisjoint(before)

    def _verb_awaited(self, reading: Reading) -> bool:
        """The stem ends with the subject behind its modal verb ("moeten de exploitanten:"): the verb stands in the items."""
        cue = reading.statements[-1].cue if reading.statements else None
        modal = cue is not None and cue.end - cue.start == 1 and cue.label in {"obligation", "permission"}
        return modal and bool(reading.clauses.pack.norms.auxiliaries)

    @staticmethod
    def _infinitives_awaited(reading: Reading, items: list[str]) -> bool:
        """Whether an insertion that no comma closes parts a modal verb from its items ("must, after each tide: (a) clean …")."""
        cue = reading.statements[-1].cue if reading.statements else None
        clauses = reading.clauses
        norms, actors = clauses.pack.norms, clauses.pack.actors
        if cue is None or cue.end - cue.start > 1 or norms.mood != "modal" or cue.end + 1 >= len(clauses):
            return False
        if clauses.lower[cue.end] != "," or "," in clauses.lower[cue.end + 1 :]:
            return False
        nouns = {*norms.item_nouns, *actors.determiners, *actors.prepositions, *norms.conditions, *norms.relatives}
        acting = sum(bool(w := lists.first_words(i, 1)) and w[0] not in nouns and i[:1].islower() for i in items)
        return 2 * acting > len(items)

    def _document_subject(self, reading: Reading) -> bool:
        clauses = reading.clauses
        statement = reading.statements[-1] if reading.statements else None
        cue = statement.cue if statement else None
        pack = clauses.pack
        start = statement.start if statement else 0
        if pack.norms.free_order:
            if pack.actors.complement_links:  # "Ai fini dell'articolo 5, la notifica …": the subject's segment
                begins = (s.start for s in clauses.segments if not s.subordinate and s.start >= start)
                start = next((at for at in begins if clauses.lower[at] in pack.actors.determiners), start)
            words = [w for _, w in main_words(clauses, start, len(clauses)) if not w.isdigit()][:6]
            if statement is None and pack.norms.command_endings:
                words = clauses.lower[clauses.segments[-1].start :][:6]
        else:
            at = cue.start if cue is not None else min(4, len(clauses))
            segment = clauses.segment_of(max(at - 1, 0))
            words = clauses.lower[max(segment.start, start) : at][:4] or clauses.lower[start : start + 4]
        actor = any(self._finder(pack).actors.kind_of(w) for w in words[:4])
        ends = tuple(pack.norms.documents) if pack.actors.compounds else ()
        return not actor and any(w in pack.norms.documents or (ends and w.endswith(ends)) for w in words)

    def _whole(self, index: int, tail: int | None, items: list[int], done: set[int]) -> bool:
        """A sentence that a list of conditions interrupts: stem, items and tail are one norm."""
        if tail is None:
            return False
        sentence = self.sentences[index]
        end = self.sentences[tail].span.end
        reading = self.reader.read(self.sentences[tail].span, sentence)
        statement = reading.statements[-1] if reading.statements else None
        if statement is None:
            return False
        stem = Clauses(self.text, sentence.span, self.pack_for(sentence.language))
        finder = self._finder(stem.pack)
        finder.find(stem, None)
        bearer = finder.find(reading.clauses, statement.cue)
        span = Span(sentence.span.start, end)
        self._add_span(sentence, span, reading.clauses, statement, bearer, None)
        done.update(items)
        done.add(tail)
        for item in items:
            done.update(self.items.get(item, []))
        return True

    def _items(
        self, index: int, items: list[int], reading: Reading, inherited: tuple[Statement, Bearer] | None, done: set[int]
    ) -> None:
        clauses = reading.clauses
        if reading.statements:
            for earlier in reading.statements[:-1]:
                self._add(self.sentences[index], clauses, earlier)
            statement = reading.statements[-1]
            bearer = self._list_bearer(clauses, statement)
        elif inherited is not None:
            statement, bearer = inherited
        else:
            statement = self._bare(clauses, "actor before a list of verbs")
            bearer = self._list_bearer(clauses, statement)
        for item in items:
            done.add(item)
            sentence = self.sentences[item]
            if item in self.items:
                self._list(item, done, (statement, bearer))
                continue
            self._item(sentence, self.sentences[index], statement, bearer)

    def _list_bearer(self, clauses: Clauses, statement: Statement) -> Bearer:
        """An actor at the end of the stem ("…, dass der Auftragsverarbeiter") bears the items, else the stem's bearer."""
        at_end = self._actor_at_end(clauses) or self._meant_by_pronoun(clauses)
        if statement.cue is None and set(clauses.pack.norms.task_words) & set(clauses.lower) and at_end is None:
            holder = next(iter(self._finder(clauses.pack).actors.find(clauses)), None)
            if holder is not None:
                return named(clauses, holder, "whose tasks they are")
        if at_end is not None:
            return at_end
        finder = self._finder(clauses.pack)
        bearer = finder.find(clauses, statement.cue, statement.start, statement.end)
        if bearer.part is None and statement.cue is None and not finder.actors.find(clauses):
            alone = lone_subject(clauses)
            return unlisted(clauses, alone) if alone is not None else bearer
        return bearer

    def _actor_at_end(self, clauses: Clauses) -> Bearer | None:
        finder = self._finder(clauses.pack)
        last = len(clauses)
        while last > 0 and not clauses.doc[last - 1].is_alpha:
            last -= 1
        found = finder.actors.find(clauses)
        if (
            found
            and found[-1].end >= last
            and (finder.actors.nominative(found[-1]) or _awaits_verb(clauses, found[-1]))
        ):
            return with_joined(finder.actors, clauses, found[-1], last)
        return None

    def _meant_by_pronoun(self, clauses: Clauses) -> Bearer | None:
        """The actor right before a clause that opens with its pronoun and awaits its verb ("gælder for *udbydere*, at de:")."""
        finder, last = self._finder(clauses.pack), clauses.segments[-1]
        words = clauses.lower[last.start : last.end]
        if last.opener not in clauses.pack.norms.complementizers or words[1:] not in [
            [p] for p in clauses.pack.actors.pronouns
        ]:
            return None
        before = finder.actors.find(clauses, 0, last.start)
        return named(clauses, before[-1], ANTECEDENT) if before and before[-1].end == last.start - 1 else None

    def _item(self, sentence: Sentence, stem: Sentence, statement: Statement, bearer: Bearer) -> None:
        """One item of a list of actions; an item with a clause and cue of its own after a semicolon holds further norms."""
        clauses = Clauses(self.text, sentence.span, self.pack_for(sentence.language))
        self.reader.mark_fronted(clauses)
        cues = [c for c in clauses.main_cues() if not c.constitutive]
        parts = self.reader.parts(clauses)
        end = len(clauses)
        further: list[Statement] = []
        for start, stop in parts[1:]:
            found, _, _ = self.reader.statements(
                clauses, [c for c in cues if start <= c.start < stop], start, stop, sentence
            )
            if found:
                end = min(end, start)
                further.extend(found)
        lead = [c for c in cues if c.start < parts[0][1]]
        own = self._own_clause(clauses, lead)
        modality, strength = statement.modality, statement.strength
        ban = next((c for c in lead if c.label == "prohibition"), None)
        negated = f"{' '.join(clauses.lower[:3])} ".startswith(
            tuple(f"{w} " for w in clauses.pack.norms.item_negations)
        ) and not set(clauses.lower[1:2]) & set(clauses.pack.norms.unnegated)  # "ne retāk kā reizi gadā veikt …"
        if negated and clauses.pack.norms.item_negations and modality is Modality.OBLIGATION:
            modality = Modality.PROHIBITION
        bare = statement.cue is None and statement.modality is Modality.OBLIGATION
        leave = (
            next((c for c in lead if c.label == "permission" and c.start == 0 and c.end == 1), None) if bare else None
        )
        spoken = own or ban or leave
        if spoken is not None:
            modality, strength, _ = modality_of(clauses, spoken, 0, parts[0][1])
        made = Statement(
            0,
            end,
            modality,
            strength,
            own,
            f"item of a list; stem: {statement.why}",
            statement.confidence,
            statement.by,
        )
        span = clauses.span(0, end)
        own_bearer = self._finder(clauses.pack).find(clauses, own, 0, end) if own is not None else bearer
        self._add_span(sentence, span, clauses, made, own_bearer, stem.span)
        for extra in further:
            self._add(sentence, clauses, extra)

    def _clauses_of_their_own(self, items: list[int]) -> bool:
        """Whether most items are clauses with a subject and a cue, so that a stem without a cue only leads to them."""
        own = 0
        for item in items:
            sentence = self.sentences[item]
            clauses = Clauses(self.text, sentence.span, self.pack_for(sentence.language))
            cue = next((c for c in clauses.main_cues() if not c.constitutive), None)
            actors = self._finder(clauses.pack).actors.find(clauses, 0, cue.start) if cue is not None else []
            own += bool(actors) and actors[0].start <= 1 and actors[0].before not in clauses.pack.actors.prepositions
        return 2 * own > len(items)

    def _own_clause(self, clauses: Clauses, cues: list[Cue]) -> Cue | None:
        """A cue in the item's first clause with a subject before it: the item is a sentence of its own."""
        if clauses.pack.norms.subject_first and cues and cues[0].start == 0 and cues[0].end > 1:
            return cues[0]  # "a) É permitida a pesca;"
        cue = next((c for c in cues if c.start > 0), None)
        if cue is None or (clauses.segment_of(cue.start).start > 0 and clauses.pack.norms.mood == "modal"):
            return None
        finder = self._finder(clauses.pack).actors
        first = next(iter(finder.find(clauses, 0, cue.start)), None)
        if first is None or not finder.nominative(first):
            return None
        own = clauses.segment_of(cue.start)
        # "En caso de urgencia, el operador podrá …": the subject begins the clause behind a phrase
        led = first.determiner != "" and first.start == own.start + 1 and clauses.pack.norms.mood == "indicative"
        return cue if first.start <= 1 or led else None

    def _items_alone(self, items: list[int], done: set[int], quiet: bool = False) -> None:
        """Items of a list that is no list of norms: each may still state one of its own."""
        for item in items:
            done.add(item)
            sentence = self.sentences[item]
            reading = self.reader.read(sentence.span, sentence)
            if item in self.items:
                if quiet:
                    self._items_alone(self.items[item], done, quiet=True)
                else:
                    self._list(item, done, None)
                continue
            own = [s for s in reading.statements if self._stands_alone(reading.clauses, s, quiet)]
            if quiet and self._of_another_list(item, items, reading.clauses.pack):
                # "nurodo: a) pavadinimą; …; užtikrina, kad …": the stem between is lost
                own = reading.statements or [self._bare(reading.clauses, "verb of a list whose stem is lost")]
            if own:
                for statement in own:
                    self._add(sentence, reading.clauses, statement)
            elif not quiet:
                self._reject(sentence, reading)

    def _of_another_list(self, item: int, items: list[int], pack: LanguagePack) -> bool:
        """Whether an unmarked item begins with a verb that ensures, and the first one of its list with a thing."""
        first, own = (self.sentences[i].span.of(self.text) for i in (items[0], item))
        commands = pack.norms.mood == "indicative" and pack.norms.clauses_need_verbs and self.genre is Genre.EU_ACT
        return commands and own[:1].islower() and lists.is_action(own, pack) and not lists.is_action(first, pack)

    def _stands_alone(self, clauses: Clauses, statement: Statement, quiet: bool) -> bool:
        if statement.cue is None:
            return statement.why == LOST_ITEM
        if not quiet:
            return True
        tail = " tail clause" in statement.why
        hard = bool(set(clauses.lower[statement.cue.start : statement.cue.end]) & set(clauses.pack.norms.hard))
        capital = clauses.source[:1].isupper()
        return tail or (hard and capital) or (statement.start > 0 and hard)

    # -- results -----------------------------------------------------------------------------------------------------------

    def _finder(self, pack: LanguagePack) -> BearerFinder:
        if pack.code not in self.finders:
            self.finders[pack.code] = BearerFinder(ActorFinder(self.text, self.sentences, pack), self.genre)
        return self.finders[pack.code]

    def _enter(self, sentence: Sentence) -> None:
        self._finder(self.pack_for(sentence.language)).enter(self.places.get(sentence.provision, ""))

    def _add(self, sentence: Sentence, clauses: Clauses, statement: Statement) -> None:
        finder = self._finder(clauses.pack)
        bearer = bearer_of(statement.marks, self.text, clauses, finder.actors)
        if statement.why == LOST_ITEM:
            bearer = finder.spoken.unnamed(clauses, statement.start, statement.end)
        bearer = bearer or finder.find(clauses, statement.cue, statement.start, statement.end)
        end = statement.end
        while statement.start < end < len(clauses) and clauses.lower[end - 1] in clauses.pack.norms.coordinators:
            end -= 1  # the joining word leads to the next norm
        self._add_span(sentence, clauses.span(statement.start, end), clauses, statement, bearer, None)

    def _add_span(
        self, sentence: Sentence, span: Span, clauses: Clauses, statement: Statement, bearer: Bearer, stem: Span | None
    ) -> None:
        norms = clauses.pack.norms
        start, stop = statement.start, min(statement.end, len(clauses))
        span = _trim(self.text, span)
        exception = clause_part(clauses, norms.exceptions, start, stop)
        condition = condition_part(clauses, start, stop)
        if condition is not None and exception is not None and condition.span.overlaps(exception.span):
            condition = None
        own = (
            statement.cue if statement.cue is not None and statement.cue.start < len(clauses) and stem is None else None
        )
        action = action_part(clauses, own, start, stop, [condition, exception])
        recipient = recipient_part(clauses, self._finder(clauses.pack).actors, bearer.part, start, stop)
        if (marks := statement.marks) is not None and stem is None:
            condition, exception = part_of(marks.condition, self.text), part_of(marks.exception, self.text)
            action, recipient = part_of(marks.action, self.text) or action, part_of(marks.recipient, self.text)
        cue_span = clauses.span(own.start, own.end) if own is not None else None
        evidence = Evidence(
            *(statement.by or ("rules", f"{clauses.pack.code}-{RULES_VERSION}")),
            cue_span,
            statement.confidence,
            f"{statement.why}; {bearer.how}",
        )
        place = self.places.get(sentence.provision, "")
        quote = " ".join(span.of(self.text).split())
        self.ids[(place, quote)] = nth = self.ids.get((place, quote), 0) + 1
        if not bearer.told:
            self.untold.append(len(self.norms))
        everybody = own is not None and clauses.lower[own.start] in {*norms.no_negations, *norms.negations}
        ban = statement.modality is Modality.PROHIBITION and bearer.part is None and bearer.kind is BearerClass.ANY
        if ban and not everybody:
            self.bans.append(len(self.norms))
        self.norms.append(
            Norm(
                content_id(self.document_id, place, quote, nth),
                sentence.provision,
                sentence.place or place,
                span,
                statement.modality,
                statement.strength,
                bearer.part,
                self._class(bearer, statement),
                action,
                recipient,
                condition,
                exception,
                evidence,
                clauses.pack.code,
                stem,
            )
        )

    def _class(self, bearer: Bearer, statement: Statement) -> BearerClass:
        """What a report says is allowed ("comments can be sent until …") is allowed to anybody, if it names nobody."""
        anybody = self.genre is Genre.NEWS and bearer.part is None and statement.modality is Modality.PERMISSION
        return BearerClass.ANY if anybody else bearer.kind

    def _reject(self, sentence: Sentence, reading: Reading) -> None:
        """Keep what looked like a norm: a sentence with a cue that was not admitted, or a formula that is none."""
        cue = reading.cue or next(iter(reading.clauses.cues), None)
        if reading.by is not None:
            self._rejected(sentence, reading.reason, Evidence(*reading.by, None, reading.confidence, reading.reason))
            return
        if cue is None:
            return
        reason = reading.reason or (cue.reason if cue.constitutive else "the cue stands in a subordinate clause")
        clauses = reading.clauses
        evidence = Evidence(
            "rules",
            f"{clauses.pack.code}-{RULES_VERSION}",
            clauses.span(cue.start, cue.end),
            0.8,
            f"pattern “{cue.pattern}”",
        )
        self._rejected(sentence, reason, evidence)

    def _rejected(self, sentence: Sentence, reason: str, evidence: Evidence) -> None:
        self.rejections.append(
            Rejection(
                content_id(self.document_id, "rejected", sentence.span.start),
                sentence.provision,
                sentence.span,
                reason,
                evidence,
            )
        )


def _trim(text: str, span: Span) -> Span:
    """Without white space, list punctuation and joining commas at the ends."""
    start, end = span.start, span.end
    while end > start and text[end - 1] in " \n\t,;:":
        end -= 1
    if end > start and text[span.end - 1 : span.end] == ":" and end == span.end - 1:
        end = span.end
    while start < end and text[start] in " \n\t,;:—–":
        start += 1
    return Span(start, end)


def _awaits_verb(clauses: Clauses, actor: Actor) -> bool:
    """Whether the actor that ends a stem is the subject of its items' verbs ("Очаква се *банките*: а) да пазят …")."""
    complement = set(clauses.pack.norms.complement_cues)
    said = any(complement & set(clauses.lower[c.start : c.end]) for c in clauses.cues if c.end <= actor.start)
    named = any(case.endswith(".nom") for case in actor.cases)
    return said and named and actor.before not in clauses.pack.actors.prepositions


def find_norms(
    text: str,
    sentences: Sequence[Sentence],
    provisions: Sequence[Provision],
    pack_for: Callable[[str], LanguagePack],
    genre: Genre,
    document_id: str,
    judge: Judge | None = None,
) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
    """All norms of a document in order, and what was rejected.

    ``pack_for`` gives the language pack of a code. A norm's span is its quote; its parts are verbatim
    (:class:`~dutybook.records.Part`), and its evidence names cue and rule. ``judge`` may revise what the rules read; without
    one, the rules stand.
    """
    return NormFinder(text, sentences, provisions, pack_for, genre, document_id, judge).run()
