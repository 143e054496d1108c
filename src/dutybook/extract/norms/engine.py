"""Finds the norms of a document: which sentences command, with which modality, in which parts.

Structure comes first: only enacting terms, annexes, guidance and news can hold norms. In a sentence, the cues of its
main clauses decide; a constitutive formula takes its cue away; in languages that command in the indicative, a plain
main clause of an act is a command. Lists are decided as a whole (:mod:`.lists`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dutybook.extract.norms import lists
from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.bearer import Bearer, BearerFinder
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.matching import Cue
from dutybook.extract.norms.parts import action_part, clause_part, recipient_part
from dutybook.languages import LanguagePack
from dutybook.records import (
    Evidence,
    Genre,
    Modality,
    Norm,
    Part,
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
_OPEN_ZONES = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})
_MIN_WORDS = 3
# A sentence that threatens a fine is a penalty, whatever else it says (GUIDELINES: "a penalty, never a norm").
_FINE = "fine"


@dataclass(frozen=True, slots=True)
class Statement:
    """A norm inside one sentence: tokens ``[start, end)``, its modality, and the cue that says so (None: indicative)."""

    start: int
    end: int
    modality: Modality
    strength: Strength
    cue: Cue | None
    why: str
    confidence: float


@dataclass(slots=True)
class _Reading:
    """One sentence, read: its statements, or why there are none."""

    clauses: Clauses
    statements: list[Statement]
    reason: str = ""
    cue: Cue | None = None


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
    ) -> None:
        self.text = text
        self.sentences = sentences
        self.places = {p.id: p.place for p in provisions}
        self.pack_for = pack_for
        self.genre = genre
        self.document_id = document_id
        self.finders: dict[str, BearerFinder] = {}
        self.norms: list[Norm] = []
        self.rejections: list[Rejection] = []
        self.items: dict[int, list[int]] = {}
        self.tails: dict[int, int] = {}
        self.ids: dict[tuple[str, str], int] = {}
        for index, sentence in enumerate(sentences):
            if sentence.stem is not None:
                if sentence.role is SentenceRole.TAIL:
                    self.tails.setdefault(sentence.stem, index)
                else:
                    self.items.setdefault(sentence.stem, []).append(index)

    def run(self) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
        """All norms and rejections, in document order."""
        done: set[int] = set()
        for index, sentence in enumerate(self.sentences):
            if index in done:
                continue
            if sentence.zone not in _OPEN_ZONES:
                continue
            if index in self.items:
                self._list(index, done, None)
            else:
                self._plain(index)
        self.norms.sort(key=lambda n: (n.span.start, n.span.end))
        return tuple(self.norms), tuple(self.rejections)

    # -- sentences ---------------------------------------------------------------------------------------------------

    def _plain(self, index: int) -> None:
        sentence = self.sentences[index]
        reading = self._read(sentence.span, sentence)
        if not reading.statements:
            self._reject(sentence, reading)
            return
        for statement in reading.statements:
            self._add(sentence, reading.clauses, statement)

    def _read(self, span: Span, sentence: Sentence) -> _Reading:
        pack = self.pack_for(sentence.language)
        clauses = Clauses(self.text, span, pack)
        self._mark_fronted(clauses)
        if len(clauses) < _MIN_WORDS:
            return _Reading(clauses, [], "too short")
        cues = self._admitted(clauses, sentence)
        statements: list[Statement] = []
        reason, rejected = "", None
        for start, end in self._parts(clauses, cues):
            inside = [c for c in cues if start <= c.start < end]
            found, why, cue = self._statements(clauses, inside, start, end, sentence)
            if not found and statements:
                # What follows a semicolon and states nothing of its own belongs to what stands before it.
                statements[-1] = _until(statements[-1], end)
                continue
            reason, rejected = reason or why, rejected or cue
            statements.extend(found)
        if statements and statements[0].start > 0:
            statements[0] = Statement(0, *_fields(statements[0])[1:])
        if statements:
            statements = self._with_tails(clauses, statements)
        return _Reading(clauses, statements, reason, rejected)

    def _mark_fronted(self, clauses: Clauses) -> None:
        """A verb-first clause at the start ("Hat der Betreiber Zweifel, so …") is a condition."""
        norms = clauses.pack.norms
        if not norms.verb_final or len(clauses.segments) < 2:
            return
        first = clauses.doc[0].text
        if clauses.segments[0].opener or not first[:1].isupper():
            return
        if first.casefold() in norms.item_verbs or _verb_first(clauses):
            clauses.segments[0].fronted = True

    def _admitted(self, clauses: Clauses, sentence: Sentence) -> list[Cue]:
        """Cues of the main clauses; in news also of reported speech."""
        cues = clauses.main_cues()
        if self.genre is Genre.NEWS and not any(not c.constitutive for c in cues):
            cues = [c for c in clauses.cues if not c.constitutive and self._reported(clauses, c)]
        return cues

    def _reported(self, clauses: Clauses, cue: Cue) -> bool:
        return clauses.segment_of(cue.start).opener not in clauses.pack.norms.conditions

    def _parts(self, clauses: Clauses, cues: list[Cue]) -> list[tuple[int, int]]:
        """The sentence cut at its semicolons, where what follows is a clause."""
        cuts = [0]
        for index, token in enumerate(clauses.doc):
            if token.text == ";" and len(clauses) - index > _MIN_WORDS:
                cuts.append(index + 1)
        return list(zip(cuts, [*cuts[1:], len(clauses)], strict=True))

    def _statements(
        self, clauses: Clauses, cues: list[Cue], start: int, end: int, sentence: Sentence
    ) -> tuple[list[Statement], str, Cue | None]:
        norms = clauses.pack.norms
        folded = clauses.source[clauses.offset(start) - clauses.base :].casefold()
        commanding = [c for c in cues if not c.constitutive]
        constitutive = next((c for c in cues if c.constitutive), None)
        if not commanding:
            if constitutive is not None:
                return [], constitutive.reason, constitutive
            return self._indicative(clauses, start, end, sentence, folded)
        fine = next((c for c in cues if c.constitutive and c.reason == _FINE), None)
        if fine is not None:
            return [], _FINE, fine
        if constitutive is not None and constitutive.start < commanding[0].start and not self._new_subject(
            clauses, constitutive, commanding[0], start
        ):
            return [], constitutive.reason, constitutive
        if self._is_opinion(clauses, start, end):
            return [], "opinion or forecast", commanding[0]
        if self.genre is Genre.EU_ACT and all(c.label == "recommendation" for c in commanding):
            return [], "recital wording: a recommendation in an act binds nobody", commanding[0]
        made: list[Statement] = []
        for position, cue in enumerate(commanding):
            modality, strength, why = self._modality(clauses, cue, start, end)
            if made and not self._separate(clauses, commanding[position - 1], cue, made[-1].modality, modality, start):
                continue
            begin = start
            if made:
                begin = self._boundary(clauses, cue, start)
                made[-1] = _until(made[-1], begin)
            made.append(Statement(begin, end, modality, strength, cue, why, 0.9 if cue.end - cue.start > 1 else 0.85))
        if self.genre is Genre.NEWS:
            made = [s for s in made if self._news_norm(clauses, s)]
            if not made:
                return [], "no duty is reported", commanding[0]
        if folded.startswith(norms.no_subject) and made and made[0].modality is not Modality.PERMISSION:
            return [], "the act itself is the subject", commanding[0]
        return made, "", None

    def _news_norm(self, clauses: Clauses, statement: Statement) -> bool:
        """News speaks of abilities and wishes: a weak cue needs an actor who can be bound."""
        if statement.modality in {Modality.PROHIBITION, Modality.EXEMPTION}:
            return True
        if statement.cue is not None and set(clauses.lower[statement.cue.start : statement.cue.end]) & set(
            clauses.pack.norms.hard
        ):
            return True
        finder = self._finder(clauses.pack)
        return statement.strength is Strength.MUST and finder.find(clauses, statement.cue).part is not None

    def _indicative(
        self, clauses: Clauses, start: int, end: int, sentence: Sentence, folded: str
    ) -> tuple[list[Statement], str, Cue | None]:
        norms = clauses.pack.norms
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        if norms.mood != "indicative" or not acts:
            return [], "", None
        if folded.startswith(norms.no_subject):
            return [], "the act itself is the subject", None
        if sentence.heading.casefold().startswith(clauses.pack.structure.scope_headings):
            return [], "subject matter or scope", None
        if self._fragment(clauses, start, end, sentence):
            return [], "no clause of its own", None
        negated = self._negated(clauses, start, end, None)
        label = norms.negated.get("indicative") if negated else "obligation"
        modality = Modality(label or "obligation")
        why = "plain main clause in the enacting terms" + (", negated" if negated else "")
        return [Statement(start, end, modality, Strength.MUST, None, why, 0.6)], "", None

    def _fragment(self, clauses: Clauses, start: int, end: int, sentence: Sentence) -> bool:
        """No main clause: all segments are subordinate, or there are too few words for one."""
        inside = [s for s in clauses.segments if s.end > start and s.start < end]
        words = sum(s.end - s.start for s in inside if not s.subordinate)
        if words < 4:
            return True
        lead = clauses.source[clauses.offset(start) - clauses.base :].lstrip()
        return lead[:1].islower() and sentence.role is SentenceRole.SENTENCE and start == 0

    # -- modality ------------------------------------------------------------------------------------------------------

    def _modality(self, clauses: Clauses, cue: Cue, start: int, end: int) -> tuple[Modality, Strength, str]:
        norms = clauses.pack.norms
        strength = Strength.SHOULD if cue.label == "recommendation" else Strength.MUST
        label = "obligation" if cue.label == "recommendation" else cue.label
        why = f"cue “{cue.pattern}”"
        if label in {"permission", "obligation"} and cue.label in norms.negated and self._negated(clauses, start, end, cue):
            return Modality(norms.negated[cue.label]), strength, why + ", negated"
        if label == "permission" and self._limited(clauses, cue, end):
            return Modality.PROHIBITION, strength, why + ", limited by “only”"
        return Modality(label), strength, why

    def _main_words(self, clauses: Clauses, start: int, end: int) -> list[tuple[int, str]]:
        return [
            (i, clauses.lower[i])
            for s in clauses.segments
            if not s.subordinate
            for i in range(max(s.start, start), min(s.end, end))
        ]

    def _negated(self, clauses: Clauses, start: int, end: int, cue: Cue | None) -> bool:
        norms = clauses.pack.norms
        words = self._main_words(clauses, start, end)
        floor = cue.start - 12 if cue is not None else start
        for at, word in words:
            if word in norms.negations and at >= floor:
                after = clauses.lower[at + 1] if at + 1 < len(clauses) else ""
                if after not in norms.only:
                    return True
        return False

    def _limited(self, clauses: Clauses, cue: Cue, end: int) -> bool:
        norms = clauses.pack.norms
        floor = cue.start - 8
        return any(
            w in norms.only and (not at or clauses.lower[at - 1] not in norms.negations) and floor <= at
            for at, w in self._main_words(clauses, 0, end)
        )

    def _is_opinion(self, clauses: Clauses, start: int, end: int) -> bool:
        if self.genre not in {Genre.NEWS, Genre.OTHER}:
            return False
        joined = f" {' '.join(clauses.lower[start:end])} "
        return any(f" {w} " in joined for w in clauses.pack.norms.opinion)

    # -- several norms in one sentence ---------------------------------------------------------------------------------

    def _new_subject(self, clauses: Clauses, before: Cue, cue: Cue, start: int) -> bool:
        """Whether words stand between the joining word and the cue: a clause with a subject of its own."""
        boundary = self._boundary(clauses, cue, start)
        return boundary > before.start and cue.start - boundary >= 1

    def _separate(
        self, clauses: Clauses, before: Cue, cue: Cue, old: Modality, new: Modality, start: int
    ) -> bool:
        boundary = self._boundary(clauses, cue, start)
        if boundary <= before.end:
            return False
        own_subject = cue.start > boundary if not clauses.pack.norms.verb_final else self._v2_clause(clauses, cue, boundary)
        return own_subject if new is old else (own_subject or new is not old) and boundary > before.end

    def _v2_clause(self, clauses: Clauses, cue: Cue, boundary: int) -> bool:
        return cue.start - boundary >= 1

    def _boundary(self, clauses: Clauses, cue: Cue, start: int) -> int:
        """The first token of the clause that the cue stands in: after the last comma, semicolon or joining word."""
        norms = clauses.pack.norms
        segment: Segment = clauses.segment_of(cue.start)
        floor = max(segment.start, start)
        for token in range(cue.start - 1, floor - 1, -1):
            if clauses.lower[token] in norms.coordinators and self._joins_clauses(clauses, token, cue):
                return token + 1
        while floor < cue.start and clauses.lower[floor] in norms.coordinators:
            floor += 1
        return floor

    def _joins_clauses(self, clauses: Clauses, token: int, cue: Cue) -> bool:
        """A joining word before a subject joins clauses, unless what it joins are two nouns of that subject."""
        earlier = [c for c in clauses.cues if c.end <= token and c.start >= clauses.segment_of(cue.start).start]
        return bool(earlier) or token == cue.start - 1

    def _with_tails(self, clauses: Clauses, statements: list[Statement]) -> list[Statement]:
        """Clauses after a comma with a deontic predicate of their own ("…, which shall …", "…, was auch … kann")."""
        tails = clauses.pack.norms.tails
        made: list[Statement] = []
        for statement in statements:
            made.append(statement)
            for segment in clauses.segments:
                if not statement.start < segment.start < statement.end or segment.bracketed:
                    continue
                words = " ".join(clauses.lower[segment.start : segment.start + 3]) + " "
                if not words.startswith(tuple(t + " " for t in tails)):
                    continue
                cue = next((c for c in clauses.cues if segment.start <= c.start < statement.end and not c.constitutive), None)
                if cue is None or (statement.cue is not None and cue.start == statement.cue.start):
                    continue
                modality, strength, why = self._modality(clauses, cue, segment.start, statement.end)
                made[-1] = _until(made[-1], segment.start)
                made.append(Statement(segment.start, statement.end, modality, strength, cue, why + " in a tail clause", 0.7))
                break
        return made

    # -- lists -----------------------------------------------------------------------------------------------------------

    def _list(self, index: int, done: set[int], inherited: tuple[Statement, Bearer] | None) -> None:
        sentence = self.sentences[index]
        items = self.items[index]
        tail = self.tails.get(index)
        pack = self.pack_for(sentence.language)
        reading = self._read(sentence.span, sentence)
        texts = [self.sentences[i].span.of(self.text) for i in items]
        tail_text = self.sentences[tail].span.of(self.text) if tail is not None else None
        whole = tail is not None and tail_text is not None and tail_text[:1].islower()
        if whole and not any(s.cue is not None for s in reading.statements) and self._whole(index, tail, items, done):
            return
        if inherited is None and not reading.statements and reading.reason and reading.cue is not None:
            self._reject(sentence, reading)
            self._items_alone(items, done)
            return
        commands = any(s.cue is not None for s in reading.statements)
        kind = lists.decide(
            sentence.span.of(self.text), texts, pack,
            commands=commands, document_subject=self._document_subject(reading), party_last=self._party_last(reading.clauses),
            conditional=reading.clauses.ends_conditionally(),
        )
        if kind is lists.ListKind.ITEMS and (reading.statements or inherited is not None or self._bare_stem(reading, sentence)):
            self._items(index, items, reading, inherited, done)
            return
        if inherited is not None:
            statement, bearer = inherited
            self._add_span(sentence, sentence.span, reading.clauses, statement, bearer, sentence.span)
            self._items_alone(items, done, quiet=True)
            return
        if reading.statements:
            for statement in reading.statements:
                self._add(sentence, reading.clauses, statement)
            self._items_alone(items, done, quiet=True)
            return
        self._reject(sentence, reading)
        self._items_alone(items, done)

    def _bare_stem(self, reading: _Reading, sentence: Sentence) -> bool:
        """"Die Betreiber" alone, with verbs in the items: an actor and nothing else."""
        pack = reading.clauses.pack
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        if pack.norms.mood != "indicative" or not acts or len(reading.clauses) > 25:
            return False
        return reading.reason in {"", "no clause of its own", "too short"} and bool(
            self._finder(pack).actors.find(reading.clauses)
        )

    def _party_last(self, clauses: Clauses) -> bool:
        """The stem puts a party under its items: "…, that the processor:"."""
        last = len(clauses)
        while last > 0 and not clauses.doc[last - 1].is_alpha:
            last -= 1
        found = self._finder(clauses.pack).actors.find(clauses)
        if not found or found[-1].end < last or not self._finder(clauses.pack).actors.nominative(found[-1]):
            return False
        opener = clauses.lower[max(found[-1].start - 2, 0)]
        return opener in {*clauses.pack.norms.relatives, *clauses.pack.norms.subordinators}

    def _document_subject(self, reading: _Reading) -> bool:
        clauses = reading.clauses
        statement = reading.statements[-1] if reading.statements else None
        cue = statement.cue if statement else None
        pack = clauses.pack
        start = statement.start if statement else 0
        if pack.norms.verb_final or pack.norms.mood == "indicative":
            words = [w for _, w in self._main_words(clauses, start, len(clauses))][:6]
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
        reading = self._read(self.sentences[tail].span, sentence)
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
        self, index: int, items: list[int], reading: _Reading, inherited: tuple[Statement, Bearer] | None, done: set[int]
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
            statement = Statement(0, len(clauses), Modality.OBLIGATION, Strength.MUST, None, "actor before a list of verbs", 0.6)
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
        finder = self._finder(clauses.pack)
        last = len(clauses)
        while last > 0 and not clauses.doc[last - 1].is_alpha:
            last -= 1
        found = finder.actors.find(clauses)
        if found and found[-1].end >= last and finder.actors.nominative(found[-1]):
            return finder._with_joined(clauses, found[-1], last)
        return finder.find(clauses, statement.cue, statement.start, statement.end)

    def _item(self, sentence: Sentence, stem: Sentence, statement: Statement, bearer: Bearer) -> None:
        """One item of a list of actions; an item with a clause and cue of its own after a semicolon holds further norms."""
        clauses = Clauses(self.text, sentence.span, self.pack_for(sentence.language))
        self._mark_fronted(clauses)
        cues = [c for c in clauses.main_cues() if not c.constitutive]
        parts = self._parts(clauses, cues)
        end = len(clauses)
        further: list[Statement] = []
        for start, stop in parts[1:]:
            found, _, _ = self._statements(clauses, [c for c in cues if start <= c.start < stop], start, stop, sentence)
            if found:
                end = min(end, start)
                further.extend(found)
        lead = [c for c in cues if c.start < parts[0][1]]
        own = self._own_clause(clauses, lead)
        modality, strength = statement.modality, statement.strength
        if own is not None:
            modality, strength, _ = self._modality(clauses, own, 0, parts[0][1])
        made = Statement(0, end, modality, strength, own, f"item of a list; stem: {statement.why}", statement.confidence)
        span = clauses.span(0, end)
        own_bearer = self._finder(clauses.pack).find(clauses, own, 0, end) if own is not None else bearer
        self._add_span(sentence, span, clauses, made, own_bearer, stem.span)
        for extra in further:
            self._add(sentence, clauses, extra)

    def _own_clause(self, clauses: Clauses, cues: list[Cue]) -> Cue | None:
        """A cue in the item's first clause with a subject before it: the item is a sentence of its own."""
        cue = next((c for c in cues if c.start > 0), None)
        if cue is None or clauses.segment_of(cue.start).start > 0 and clauses.pack.norms.mood == "modal":
            return None
        actors = self._finder(clauses.pack).actors.find(clauses, 0, cue.start)
        return cue if actors and self._finder(clauses.pack).actors.nominative(actors[0]) and actors[0].start <= 1 else None

    def _items_alone(self, items: list[int], done: set[int], quiet: bool = False) -> None:
        """Items of a list that is no list of norms: each may still state one of its own."""
        for item in items:
            done.add(item)
            sentence = self.sentences[item]
            reading = self._read(sentence.span, sentence)
            if item in self.items:
                if quiet:
                    self._items_alone(self.items[item], done, quiet=True)
                else:
                    self._list(item, done, None)
                continue
            own = [s for s in reading.statements if self._stands_alone(reading.clauses, s, quiet)]
            if own:
                for statement in own:
                    self._add(sentence, reading.clauses, statement)
            elif not quiet:
                self._reject(sentence, reading)

    def _stands_alone(self, clauses: Clauses, statement: Statement, quiet: bool) -> bool:
        if statement.cue is None:
            return False
        if not quiet:
            return True
        tail = " tail clause" in statement.why
        hard = bool(set(clauses.lower[statement.cue.start : statement.cue.end]) & set(clauses.pack.norms.hard))
        capital = clauses.source[:1].isupper()
        return tail or (hard and capital) or statement.start > 0 and hard

    # -- results -----------------------------------------------------------------------------------------------------------

    def _finder(self, pack: LanguagePack) -> BearerFinder:
        if pack.code not in self.finders:
            self.finders[pack.code] = BearerFinder(ActorFinder(self.text, self.sentences, pack))
        return self.finders[pack.code]

    def _add(self, sentence: Sentence, clauses: Clauses, statement: Statement) -> None:
        bearer = self._finder(clauses.pack).find(clauses, statement.cue, statement.start, statement.end)
        self._add_span(sentence, clauses.span(statement.start, statement.end), clauses, statement, bearer, None)

    def _add_span(
        self, sentence: Sentence, span: Span, clauses: Clauses, statement: Statement, bearer: Bearer, stem: Span | None
    ) -> None:
        norms = clauses.pack.norms
        start, stop = statement.start, min(statement.end, len(clauses))
        span = _trim(self.text, span)
        exception = clause_part(clauses, norms.exceptions, start, stop)
        condition = clause_part(clauses, norms.conditions, start, stop)
        if condition is not None and exception is not None and condition.span.overlaps(exception.span):
            condition = None
        own = statement.cue if statement.cue is not None and statement.cue.start < len(clauses) and stem is None else None
        action = action_part(clauses, own, start, stop, [condition, exception])
        recipient = recipient_part(clauses, self._finder(clauses.pack).actors, bearer.part, start, stop)
        cue_span = clauses.span(own.start, own.end) if own is not None else None
        evidence = Evidence("rules", f"{clauses.pack.code}-{RULES_VERSION}", cue_span, statement.confidence, f"{statement.why}; {bearer.how}")
        place = self.places.get(sentence.provision, "")
        quote = " ".join(span.of(self.text).split())
        self.ids[(place, quote)] = nth = self.ids.get((place, quote), 0) + 1
        self.norms.append(
            Norm(
                content_id(self.document_id, place, quote, nth), sentence.provision, place, span,
                statement.modality, statement.strength, bearer.part, bearer.kind, action, recipient,
                condition, exception, evidence, clauses.pack.code, stem,
            )
        )

    def _reject(self, sentence: Sentence, reading: _Reading) -> None:
        """Keep what looked like a norm: a sentence with a cue that was not admitted, or a formula that is none."""
        cue = reading.cue or next(iter(reading.clauses.cues), None)
        if cue is None:
            return
        reason = reading.reason or (cue.reason if cue.constitutive else "the cue stands in a subordinate clause")
        clauses = reading.clauses
        evidence = Evidence("rules", f"{clauses.pack.code}-{RULES_VERSION}", clauses.span(cue.start, cue.end), 0.8, f"pattern “{cue.pattern}”")
        self.rejections.append(
            Rejection(content_id(self.document_id, "rejected", sentence.span.start), sentence.provision, sentence.span, reason, evidence)
        )


def _fields(s: Statement) -> tuple[int, int, Modality, Strength, Cue | None, str, float]:
    return s.start, s.end, s.modality, s.strength, s.cue, s.why, s.confidence


def _until(statement: Statement, end: int) -> Statement:
    return Statement(statement.start, end, *_fields(statement)[2:])


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


def _verb_first(clauses: Clauses) -> bool:
    """Whether the main clause after the first comma begins with "so" or its verb, as after a verb-first condition."""
    first = clauses.doc[0].text.casefold()
    following = next((s for s in clauses.segments[1:] if not s.subordinate), None)
    if following is None or not first.endswith(("t", "en", "rd", "ist", "nd")):
        return False
    second = clauses.doc[1].text if len(clauses) > 1 else ""
    lead = clauses.lower[following.start]
    return lead == "so" or (lead.endswith(("t", "en", "nn", "f", "ss")) and clauses.doc[following.start].text.islower() and second[:1].islower())


def find_norms(
    text: str,
    sentences: Sequence[Sentence],
    provisions: Sequence[Provision],
    pack_for: Callable[[str], LanguagePack],
    genre: Genre,
    document_id: str,
) -> tuple[tuple[Norm, ...], tuple[Rejection, ...]]:
    """All norms of a document in order, and what was rejected.

    ``pack_for`` gives the language pack of a code. A norm's span is its quote; its parts are verbatim
    (:class:`~dutybook.records.Part`), and its evidence names cue and rule.
    """
    return NormFinder(text, sentences, provisions, pack_for, genre, document_id).run()


__all__ = ["NormFinder", "Part", "find_norms"]
