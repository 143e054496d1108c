"""Cuts a sentence into clauses by punctuation and first words, and says which of them are subordinate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue, citing_signs, find_cues, tokenizer
from dutybook.extract.norms.verbsecond import (
    asks_inside,
    closes_clause,
    cut_after_infinitive,
    cut_before_main_verb,
    extend_to_verb,
    opens_inside,
    without_infinitive,
)
from dutybook.languages import LanguagePack
from dutybook.languages.folding import small
from dutybook.records import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_BOUNDARIES = frozenset({",", ";", ":", "—", "–", "(", ")", "…", "[", "]", ".", "!", "?"})
_LONGEST_OPENER = 5
# Words between what leads to a question and its verb.
_QUESTION = 6
# Longer "sentences" are tables or data that lost their form; the longest of real acts has a fifth of it.
_LONGEST = 50_000
# spaCy takes the square of the length of what has no spaces.
_RUN = re.compile(r"\S{300,}")


@dataclass(slots=True)
class Segment:
    """Tokens ``[start, end)`` between two boundaries; ``opener`` is the subordinator or relative it begins with.

    ``inner``: no comma stands before it ("gegevens die …").
    """

    start: int
    end: int
    opener: str = ""
    relative: bool = False
    bracketed: bool = False
    fronted: bool = False
    inner: bool = False

    @property
    def subordinate(self) -> bool:
        return bool(self.opener) or self.bracketed or self.fronted


@cache
def _openers(pack: LanguagePack) -> tuple[dict[str, bool], frozenset[str]]:
    """First words of subordinate clauses (True for relatives), and words that join clauses."""
    words = dict.fromkeys((small(w) for w in pack.norms.subordinators), False)
    words.update(dict.fromkeys((small(w) for w in pack.norms.relatives), True))
    return words, frozenset(pack.norms.coordinators)


@cache
def _inner(pack: LanguagePack) -> frozenset[str]:
    """Words after which, inside a clause, a further clause begins: a cue behind them is not the main one."""
    norms = pack.norms
    return frozenset({*norms.relatives, *norms.conditions} - {*norms.subject_relatives, *norms.inner_openers})


@cache
def command_verbs(pack: LanguagePack) -> frozenset[str]:
    """The finite verbs that the pack knows."""
    return frozenset(pack.norms.commanding_verbs)


@cache
def verbs_and_auxiliaries(pack: LanguagePack) -> frozenset[str]:
    """The finite verbs that the pack knows, those of the passive included."""
    return command_verbs(pack) | frozenset(pack.norms.passive)


class Clauses:
    """A sentence, tokenised, with its segments and cues. Offsets are into the document's text."""

    def __init__(self, text: str, span: Span, pack: LanguagePack) -> None:
        self.base = span.start
        self.pack = pack
        self.source = span.of(text)[:_LONGEST]
        words = _RUN.sub(lambda run: "x" * len(run.group()), self.source)
        self.doc: Doc = tokenizer(pack).make_doc(words)
        self.lower = [t.lower_ for t in self.doc]
        self.segments = self._segments()
        inside = frozenset(s.start for s in self.segments if s.inner)
        self.cues = find_cues(self.doc, self.lower, pack, inside)
        if pack.norms.phrase_openers:
            self._reopen()
        if pack.norms.verb_final:
            self._close_relatives()
        if pack.norms.perfect_auxiliaries:
            self.cues = [c for c in self.cues if not self._attributive(c)]

    def __len__(self) -> int:
        return len(self.lower)

    def offset(self, token: int) -> int:
        """Where a token starts in the document's text; the sentence's end for the token past the last."""
        if token >= len(self.doc):
            return self.base + len(self.source)
        return self.base + int(self.doc[token].idx)

    def end_offset(self, token: int) -> int:
        """Where the token before ``token`` ends."""
        last = self.doc[token - 1]
        return self.base + int(last.idx) + len(last.text)

    def span(self, start: int, end: int) -> Span:
        """The span of tokens ``[start, end)``."""
        return (
            Span(self.offset(start), self.end_offset(end))
            if end > start
            else Span(self.offset(start), self.offset(start))
        )

    def segment_of(self, token: int) -> Segment:
        # Closing punctuation stands behind the last segment.
        return next((s for s in self.segments if s.end > token), self.segments[-1])

    def behind_report(self, low: int, stop: int) -> int:
        """Where, before ``stop``, the clause begins that a verb reports ("rappelle que *les agents* doivent"); else ``low``."""
        norms = self.pack.norms
        opens = (t for t in range(low + 1, stop) if self.lower[t] in norms.complementizers)
        that = next((t for t in opens if self.lower[t - 1] in norms.reporting), None)
        return low if that is None else that + 1

    def _close_relatives(self) -> None:
        """What goes on with a relative clause and ends in its auxiliary belongs to it ("…, und anderen angeboten *werden*").

        Where the main clause has a modal verb, its own passive may end it so.
        """
        norms = self.pack.norms
        modal = any(not c.constitutive and self._is_main(c) for c in self.cues)
        for before, segment in zip(self.segments, self.segments[1:], strict=False):
            joined = self.lower[segment.start] in norms.coordinators and not segment.subordinate
            relative = before.relative and not before.bracketed and self.lower[before.end - 1] in norms.passive
            if joined and relative and not modal and self.lower[segment.end - 1] in norms.passive:
                segment.fronted = True

    def _attributive(self, cue: Cue) -> bool:
        """Whether a participle alone describes the noun before it, and the clause has its verb ("les produits *interdits* sont")."""
        norms = self.pack.norms
        before = self.lower[cue.start - 1] if cue.start else ""
        if cue.label != "prohibition" or cue.end - cue.start > 1 or cue.form or not before.isalpha():
            return False
        if not self.lower[cue.start].endswith(norms.participle_endings):
            return False
        leads = {*norms.perfect_auxiliaries, *norms.passive, *norms.coordinators, *norms.between_verbs}
        if before in leads or before.endswith(norms.adverb_endings or ("\0",)):
            return False
        own = self.segment_of(cue.start)
        others = {c.start for c in self.cues if c is not cue and own.start <= c.start < own.end}
        return bool(others) or any(
            self.is_verb(t) or self.lower[t] in norms.passive for t in range(own.start, own.end) if t != cue.start
        )

    def ends_conditionally(self) -> bool:
        """Whether the last clause is a condition, or what a condition introduces ("…, wenn sichergestellt ist, dass")."""
        conditions = set(self.pack.norms.conditions)
        last = [s for s in self.segments if not s.bracketed][-2:]
        if last and last[-1].opener in conditions:
            return True
        return len(last) == 2 and last[-1].opener in self.pack.norms.complementizers and last[0].opener in conditions

    def ends_reporting(self) -> bool:
        """Whether the last clause opens without a comma and with a complementizer ("bepaalt dat de verwerker:")."""
        last = self.segments[-1]
        return last.inner and last.opener in self.pack.norms.complementizers

    def _segments(self) -> list[Segment]:
        found: list[Segment] = []
        start, depth = 0, 0
        inner, question_words = frozenset(self.pack.norms.inner_openers), frozenset(self.pack.norms.question_words)
        citing = citing_signs(self.lower, self.pack)
        for index, word in enumerate([*self.lower, ","]):
            asks = word in question_words and asks_inside(self.lower, start, index, self.pack)
            if asks or (word in inner and opens_inside(self.lower, start, index, self.pack)):
                found.append(self._segment(start, index, depth > 0))
                start = index
            if index in citing:
                continue
            if index == len(self.lower) or (word in _BOUNDARIES and not self._inside_number(index)):
                if index > start:
                    found.append(self._segment(start, index, depth > 0))
                depth = max(depth + (word == "(") - (word == ")"), 0)  # "16(1)": its first bracket is no token
                start = index + 1
        if not found:
            found.append(Segment(0, len(self.lower)))
        self._close_purposes(found)
        self._past_insertions(found)
        self._past_brackets(found)
        cut_after_infinitive(self.lower, found, self.pack)
        extend_to_verb(self.lower, found, self.pack)
        cut_before_main_verb(self.lower, found, self.pack)
        if self.pack.norms.clauses_need_verbs:
            self._go_on(found)
        return found

    def _close_purposes(self, segments: list[Segment]) -> None:
        """What a participle of purpose ends before a comma is no main clause ("ezt elősegítendő, a hatóság …")."""
        endings = self.pack.norms.purpose_endings
        for segment in segments[:-1] if endings else ():
            last = self.lower[segment.end - 1]
            if not segment.opener and last.endswith(endings) and self.lower[segment.end] == ",":
                segment.opener = last

    def _past_insertions(self, segments: list[Segment]) -> None:
        """An opener alone before an insertion opens the clause behind it ("si, selon lui, une consigne enfreint …")."""
        for opening, _, clause in zip(segments, segments[1:], segments[2:], strict=False):
            alone = " ".join(self.lower[opening.start : opening.end]) == opening.opener
            if (
                alone
                and opening.opener in self.pack.norms.conditions
                and self.lower[opening.end] == ","
                and not clause.opener
            ):
                clause.opener = opening.opener

    def _past_brackets(self, segments: list[Segment]) -> None:
        """Where a comma ends every clause, one that opens a condition goes on behind brackets ("wenn eine Anlage (ein Kran) …")."""
        if not self.pack.norms.verb_final:
            return
        for before, bracketed, after in zip(segments, segments[1:], segments[2:], strict=False):
            if bracketed.bracketed and not after.opener and self.lower[after.start - 1] == ")" and before.opener:
                after.opener, after.relative = before.opener, before.relative

    def _inside_number(self, index: int) -> bool:
        """A dash without spaces between two numbers ("art. 15–22") parts no clauses."""
        if self.lower[index] != "–" or not 0 < index < len(self.lower) - 1 or self.doc[index].whitespace_:
            return False
        return self.doc[index - 1].is_digit and self.doc[index + 1].is_digit and not self.doc[index - 1].whitespace_

    def _go_on(self, segments: list[Segment]) -> None:
        """A clause whose verb has not come goes on past insertions ("jeżeli żądania osoby, której …, są nadmierne, …").

        So does a condition before the main clause, with a joining word ("…, i nie ma zastosowania …, operator …").
        """
        norms = self.pack.norms
        clausal = {*norms.relatives, *norms.complementizers, *norms.conditions}
        waiting: Segment | None = None
        condition: Segment | None = None
        inserted = dashed = main = False
        for segment in segments:
            if self.lower[segment.start] in norms.main_openers and not segment.bracketed:
                waiting, condition = None, None  # "…, to przewoźnik zawiadamia"
            if segment.bracketed:
                inserted = True
                continue
            words = [w for w in self.lower[segment.start : segment.end] if w not in segment.opener.split()]
            sure = any(acts(w, self.pack) for w in words)
            verb = sure or any(w.endswith(norms.verb_endings) for w in words)
            after, before = self.lower[segment.end : segment.end + 1], self.lower[segment.start - 1 : segment.start]
            ends_in_dash = after == ["–"] and before != ["–"]
            if segment.opener:
                if segment.opener in norms.conditions and not main:
                    condition = segment
                resumed = not " ".join(self.lower[segment.start : segment.end]).startswith(segment.opener)
                if waiting is not None and verb and resumed and segment.opener == waiting.opener:
                    waiting, inserted = (
                        None,
                        False,
                    )  # "jeżeli, podczas rejsu, armator zmienia kurs, …": its verb has come
                elif segment.opener in clausal and not verb and waiting is None:
                    waiting, dashed = segment, ends_in_dash
                    inserted = segment.end - segment.start == 1
                else:
                    inserted = waiting is not None
            elif waiting is not None and (inserted or dashed or not verb):
                segment.opener, segment.relative = waiting.opener, waiting.relative
                waiting, inserted, dashed = None if verb else waiting, False, dashed or ends_in_dash
            elif condition is not None and not main and self.lower[segment.start] in norms.coordinators:
                segment.opener = condition.opener
            else:
                waiting = None
                main = main or sure

    def _segment(self, start: int, end: int, bracketed: bool) -> Segment:
        words, coordinators = _openers(self.pack)
        first = start
        while first < end and self.lower[first] in coordinators:
            first += 1
        segment = Segment(start, end, bracketed=bracketed)
        if first > start and self._asks(start, end):
            segment.opener = self.lower[start]
            return segment
        if start and self.lower[start] in self.pack.norms.question_words and self.lower[start - 1] not in _BOUNDARIES:
            segment.opener, segment.inner = self.lower[start], True
            return segment
        segment.inner = start > 0 and self.lower[start - 1] not in _BOUNDARIES
        if any(self.lower[first : first + n.count(" ") + 1] == n.split() for n in self.pack.norms.no_openers):
            return segment
        for length in range(min(_LONGEST_OPENER, end - first), 0, -1):
            opener = " ".join(self.lower[first : first + length])
            if opener in self.pack.norms.demonstratives and first == start:
                break  # "…, that authority shall …": no restrictive relative follows a comma
            if words.get(opener) and first == start and self._after_bracket(start):
                break  # "those named in Article 15(3) who hold papers shall …": no comma, so the main verb is to come
            if opener in words and without_infinitive(self.lower, opener, first, end, self.pack):
                continue
            if opener in words and not (self._begins_sentence(start) and self._opens_phrase(opener, end)):
                segment.opener, segment.relative = opener, words[opener]
                return segment
        if self._subjectless(first, end):
            segment.opener = self.lower[first]
            return segment
        enclitic = self.lower[first + 2 : first + 3]
        if self.lower[first + 1 : first + 2] == ["-"] and set(enclitic) & set(self.pack.norms.condition_enclitics):
            segment.opener = enclitic[0]  # "je-li nábřeží uzavřeno"
            return segment
        # "in which", "on the basis of whose": a preposition before the relative
        led = first < end and (not self.pack.norms.clitics or self.lower[first] in self.pack.actors.prepositions)
        # "…, sind nach dem Abschluss …": where other clauses end with their verb, one that begins with it is the main one
        led = led and not (self.pack.norms.verb_final and self.lower[first] in self.pack.norms.item_verbs)
        for index in range(first + 1, min(first + 4, end) if led and not self._begins_sentence(start) else 0):
            word = self.lower[index]
            if word in self.pack.norms.inner_openers:
                continue
            if first > start and self._article(index):
                continue  # "…, sowie in *den* Mitgliedstaaten"
            if words.get(word) and self.lower[index - 1] in self.pack.actors.prepositions:
                segment.opener, segment.relative = self.lower[index], True
                return segment
        return segment

    def _article(self, token: int) -> bool:
        """Whether what may be a relative stands right before a noun that its capital shows."""
        following = self.doc[token + 1] if token + 1 < len(self.doc) else None
        articles = {*self.pack.actors.oblique_determiners, *self.pack.actors.determiners}
        capital = self.pack.actors.by_capitals and following is not None and following.is_title
        return bool(capital) and self.lower[token] in articles

    def _asks(self, start: int, end: int) -> bool:
        """Whether a word that joins, but also opens questions, opens one behind a comma.

        A verb stands before it ("nustatoma, *ar* gali prireikti …"), or behind it ("…, *či* môžu byť").
        """
        norms = self.pack.norms
        if not start or self.lower[start - 1] != "," or self.lower[start] not in norms.complementizers:
            return False
        before = self.lower[start - 2] if start > 1 else ""
        if acts(before, self.pack) or before.endswith(norms.passive_endings or ("\0",)):
            return True
        return any(
            acts(word, self.pack) or word in norms.passive or word.endswith(norms.verb_endings)
            for word in self.lower[start + 1 : end]
        )

    def _after_bracket(self, start: int) -> bool:
        """Whether a bracket and no comma stands before a clause ("Article 15(3) *who* …"), in the order of English."""
        norms = self.pack.norms
        return (
            start > 0 and self.lower[start - 1] == ")" and not (norms.verb_final or norms.clitics or norms.free_order)
        )

    def _subjectless(self, first: int, end: int) -> bool:
        """A clause with a gerund or an infinitive of purpose ("tenendo conto …", "per garantire …")."""
        norms = self.pack.norms
        if not norms.clause_endings or first >= end:
            return False
        if len(self.lower[first]) > 5 and self.lower[first].endswith(norms.clause_endings):
            return True
        for opener in norms.purpose_openers:
            words = opener.split()
            verb = first + len(words)
            if self.lower[first:verb] == words and verb < end and self.lower[verb].endswith(norms.infinitive_endings):
                return True
        return False

    def _begins_sentence(self, token: int) -> bool:
        """Where a clause begins afresh, "der", "die", "that" are articles and demonstratives, no relatives."""
        return token == 0 or self.lower[token - 1] in {";", ":"}

    def _opens_phrase(self, opener: str, end: int) -> bool:
        """At a sentence's start "der" is an article, and "bis zum 31. März leitet …" no clause: none follows its comma."""
        norms = self.pack.norms
        if opener in norms.relatives or (opener in self.pack.actors.determiners and opener not in norms.conditions):
            return True  # "Dat register bevat …", but "Where the port …, it shall …"
        if not norms.verb_final or opener in norms.complementizers or opener in norms.conditions:
            return False
        after = self.doc[end + 1].text if end + 1 < len(self.doc) else ""
        return not (after.islower() and (after in norms.resumptives or after.endswith(norms.verb_endings)))

    # -- which cues command ----------------------------------------------------------------------------------------

    def main_cues(self) -> list[Cue]:
        """The cues of main clauses, constitutive ones included, in order."""
        inside = [c for c in self.cues if self._is_main(c)]
        if inside or self.pack.norms.verb_final:
            return inside
        if self.pack.norms.clitics:
            # "La decisión que obligue a que un operador venda datos será nula": clauses inside clauses hide the verb
            bare = [c for c in self.cues if not self._in_relative(c) and not self.segment_of(c.start).subordinate]
            return [c for c in bare if not self._in_complement(c, self.segment_of(c.start)) and self._commands(c)][-1:]
        # "Any Member State in which the entity provides services may …": the only cue, behind a clause inside its clause
        outer = [
            c
            for c in self.cues
            if not self._in_relative(c)
            and not self._asked(c)
            and not self._after_verb(c)
            and not closes_clause(self.lower, self.segments, c, self.segment_of(c.start), self.pack)
        ]
        outer = [c for c in outer if not self._stated(c)]
        hard = [] if self.pack.norms.auxiliaries else [c for c in outer if self._hard(c)]
        return hard or [c for c in outer if not self.segment_of(c.start).subordinate]

    def _stated(self, cue: Cue) -> bool:
        """Whether the main clause has its verb before a relative that leads to the cue ("*sets* the pace that ports should")."""
        norms, segment = self.pack.norms, self.segment_of(cue.start)
        first = segment.start + (1 if self._begins_sentence(segment.start) else 0)
        opens = {*norms.relatives, *norms.conditions}
        opener = next((t for t in range(first, cue.start) if self.lower[t] in opens), None)
        return opener is not None and bool(set(norms.stating) & set(self.lower[first:opener]))

    def is_verb(self, token: int) -> bool:
        """Whether the pack knows a token as a finite verb, and no word before it makes it a noun."""
        word = self.lower[token]
        glued = next((e for e in self.pack.norms.enclitics if word.endswith(e)), "")
        word = word.removesuffix(glued)  # "comunica-o"
        if word not in command_verbs(self.pack) and not (
            len(word) > 5 and word.endswith(self.pack.norms.future_endings)
        ):
            return False
        if token == 0 or self.lower[token - 1] not in self.pack.norms.noun_signals:
            return True
        # "elle la transmet": a clitic between a pronoun and its verb
        clitic = token > 1 and self.lower[token - 1] in self.pack.norms.verb_clitics
        return clitic and self.lower[token - 2] in self.pack.actors.pronouns

    def _after_verb(self, cue: Cue) -> bool:
        """Whether the main clause has its verb before the cue, which then belongs to a clause inside."""
        needed = self.pack.norms.clauses_need_verbs
        return (needed or bool(self.pack.norms.commanding_verbs)) and any(
            self._heads(segment.start, min(segment.end, cue.start), needed)
            for segment in self.segments
            if segment.start < cue.start and not segment.subordinate
        )

    def _heads(self, start: int, stop: int, by_form: bool) -> bool:
        """Whether a verb, known or told by its form, within ``[start, stop)`` is none of a relative clause in it ("le juge qui prononce …")."""
        verbs, relatives = 0, 0
        for token in range(start, stop):
            relatives += self.lower[token] in self.pack.norms.relatives
            finite = self.is_verb(token) or (
                self.pack.norms.subject_first and self.lower[token] in self.pack.norms.passive
            )
            verbs += finite or (by_form and acts(self.lower[token], self.pack))
            if verbs > relatives:
                return True
        return False

    def _reopen(self) -> None:
        """A phrase without its comma ("in caso di nebbia il comandante può …") opens no clause of its own."""
        norms = self.pack.norms
        for segment in self.segments:
            purpose = segment.opener in norms.purpose_openers and self._commanded_behind(segment)
            if not (segment.opener in norms.phrase_openers or purpose) or segment.bracketed:
                continue
            inside = range(segment.start, segment.end)
            inner = next((t for t in inside if self.lower[t] in norms.relatives), segment.end)
            cued = any(segment.start < c.start < inner and not c.constitutive for c in self.cues)
            if cued or any(self.is_verb(t) or self.lower[t] in norms.passive for t in range(segment.start, inner)):
                segment.opener = ""

    def _commanded_behind(self, segment: Segment) -> bool:
        """Whether a purpose without its comma leads to an impersonal command ("per noleggiare *occorre* la licenza")."""
        words = {*self.pack.norms.impersonal_cues, *self.pack.norms.impersonal}
        inside = [c for c in self.cues if segment.start + 1 < c.start < segment.end and not c.constitutive]
        return any(words & set(self.lower[c.start : c.end]) for c in inside)

    def _hard(self, cue: Cue) -> bool:
        return bool(set(self.lower[cue.start : cue.end]) & set(self.pack.norms.hard))

    def _in_relative(self, cue: Cue) -> bool:
        verb, light = cue.start, {*self.pack.norms.clitics, *self.pack.norms.verb_clitics}
        while verb > 0 and self.lower[verb - 1] in light:
            verb -= 1
        before = self.lower[verb - 1] if verb else ""
        if verb == 1 and before in self.pack.norms.expletives:
            before = ""
        segment = self.segment_of(cue.start)
        if self.pack.norms.stating and segment.start == cue.start and not segment.subordinate:
            # "a guard who, besides the gate, may also watch …"
            two = [s for s in self.segments if s.end <= cue.start][-2:]
            if (
                len(two) == 2
                and two[0].end - two[0].start > 1
                and self.lower[two[0].end - 1] in self.pack.norms.relatives
            ):
                return True
        return before in self.pack.norms.relatives or segment.relative or segment.bracketed or self._adds(cue, segment)

    def _adds(self, cue: Cue, segment: Segment) -> bool:
        """Whether a cue only adds to the verb of a relative clause before its comma ("le prix *qu'ils fixent*, ou pourraient fixer, …")."""
        norms, at = self.pack.norms, segment.start
        if not norms.verb_clitics or cue.start != at + 1 or self.lower[at] not in norms.coordinators:
            return False
        verb = at - 2
        while verb > 1 and self.lower[verb - 1] in {*self.pack.actors.pronouns, *norms.verb_clitics, *norms.negations}:
            verb -= 1
        return verb > 0 and self.lower[verb - 1] in norms.relatives

    def _asked(self, cue: Cue) -> bool:
        """Whether the cue is the verb of a question inside the clause ("standards of how long a customer should wait")."""
        norms = self.pack.norms
        before = f" {' '.join(self.lower[max(cue.start - _QUESTION, 0) : cue.start])} "
        if any(f" {words} " in before for words in norms.asking):
            return True
        low = max(self.segment_of(cue.start).start + 1, cue.start - _QUESTION)
        opener = next((t for t in range(cue.start - 1, low - 1, -1) if self.lower[t] in norms.asked_by), None)
        if opener is None or self.lower[opener - 1] in norms.coordinators:
            return False
        return not set(self.lower[opener + 1 : cue.start]) & {*norms.coordinators, *norms.item_verbs}

    def _is_main(self, cue: Cue) -> bool:
        segment = self.segment_of(cue.start)
        if segment.bracketed or segment.fronted:
            return False
        if self.pack.norms.verb_final:
            if segment.opener in self.pack.norms.complementizers or (
                segment.opener in self.pack.norms.conditions and not segment.relative
            ):
                return False
            # "sind … aufzubewahren" is the order of a main clause; what stands at the end of a clause that begins with a
            # relative, or a single verb at the end of what goes on with one, belongs to that clause.
            single = cue.end - cue.start == 1 or bool(segment.opener) or self._ends_in_verb(cue)
            return not (single and self._at_clause_end(cue, segment) and self._after_opener(segment))
        if (
            self._in_relative(cue)
            or self._asked(cue)
            or closes_clause(self.lower, self.segments, cue, segment, self.pack)
        ):
            return False
        if self.pack.norms.clitics:
            return self._heads_clause(cue, segment)
        if segment.opener or self._in_complement(cue, segment):
            return False
        if self.pack.norms.subject_first:
            return self._hard(cue) or not self._pending(cue, segment)
        if self.pack.norms.clauses_need_verbs and self._in_object(cue, segment):
            return False
        if self._hard(cue):
            return not self._of_place(cue, segment)
        first = segment.start + (1 if self._begins_sentence(segment.start) else 0)
        return not (_inner(self.pack) & set(self.lower[first : cue.start]))

    def _of_place(self, cue: Cue, segment: Segment) -> bool:
        """Whether a condition inside the clause leads from an earlier cue to this one ("shall give the place *where* it must")."""
        earlier = [c for c in self.cues if segment.start <= c.start and c.end <= cue.start]
        if not earlier or not self.pack.norms.stating:
            return False
        conditions = set(self.pack.norms.conditions)
        opener = next((t for t in range(cue.start - 1, earlier[-1].end, -1) if self.lower[t] in conditions), None)
        return opener is not None and not set(self.lower[opener + 1 : cue.start]) & set(self.pack.norms.coordinators)

    def _commands(self, cue: Cue) -> bool:
        endings = self.pack.norms.command_endings
        return bool(endings) and any(w.endswith(endings) for w in self.lower[cue.start : cue.end])

    def _pending(self, cue: Cue, segment: Segment) -> bool:
        """Whether a clause that begins inside the segment still waits for its verb, which then is the cue.

        A relative takes the word behind it for its verb ("que explore um cais"), else, behind a subject, the next verb.
        """
        norms, actors = self.pack.norms, self.pack.actors
        verbs = {*norms.commanding_verbs, *norms.passive}
        skipped = {*norms.negations, *norms.between_verbs, *norms.reflexives}
        inner, pending, direct = _inner(self.pack), False, False
        for token in range(segment.start + self._begins_sentence(segment.start), cue.start):
            word = self.lower[token]
            before = self.lower[token - 1] if token else ""
            clitic = word in norms.reflexives and before in {*norms.relatives, *norms.negations, *norms.between_verbs}
            if word in inner and not clitic:
                pending = direct = True
            elif pending and not (direct and word in skipped):
                opens = word in actors.determiners or word in actors.prepositions or word in actors.pronouns
                pending = not (word in verbs or (direct and not opens))
                direct = False
        return pending

    def _in_object(self, cue: Cue, segment: Segment) -> bool:
        """Whether the clause has had its verb, and a relative behind that leads to the cue ("keeps papers *that* may be …")."""
        verb = next((t for t in range(segment.start, cue.start) if self.is_verb(t)), cue.start)
        return not set(self.pack.norms.relatives).isdisjoint(self.lower[verb + 1 : cue.start])

    def _heads_clause(self, cue: Cue, segment: Segment) -> bool:
        """Where clitics are known: a cue that neither a clause's opener nor a relative before it governs."""
        norms = self.pack.norms
        commands = self._commands(cue)
        # "Cuando el interesado lo solicite el operador facilitará": no condition has its verb in a commanding form.
        after = commands and segment.opener in norms.conditions
        if (segment.opener and not after) or self._in_complement(cue, segment):
            return False
        inner = _inner(self.pack) - set(norms.conditions) if commands else _inner(self.pack)
        first = segment.start + (1 if self._begins_sentence(segment.start) else 0)
        openers = [t for t in range(first, cue.start) if self.lower[t] in inner]
        return not openers or not self._governed(openers[-1], cue)

    def _governed(self, opener: int, cue: Cue) -> bool:
        """Whether the cue is the verb of the clause that ``opener`` begins inside a segment.

        That verb follows the opener at once ("que determine la autoridad"), or after a subject or phrase that begins
        with a determiner or preposition ("que la autoridad determinará").
        """
        pack = self.pack
        verb = opener + 1
        while verb < cue.start and self.lower[verb] in pack.norms.clitics:
            verb += 1
        if verb >= cue.start:
            return True
        leads = {*pack.actors.determiners, *pack.actors.prepositions, *pack.actors.pronouns}
        if self.lower[verb] not in leads:
            return False
        return not any(verb < c.start and c.end <= cue.start for c in self.cues)

    def _in_complement(self, cue: Cue, segment: Segment) -> bool:
        """What an earlier command says "that" shall be ("may provide that some or all carriers shall …").

        A comma leads out of that clause only with a joining word; inside one segment a joining word leads out of it only
        where it joins clauses, so not right after the complementizer.
        """
        earlier = [c for c in self.cues if c.end <= cue.start]
        if not earlier:
            return False
        norms = self.pack.norms
        between = range(earlier[-1].end, cue.start)
        opener = next((t for t in reversed(between) if self.lower[t] in norms.complementizers), None)
        if opener is None or {";", ":"} & set(self.lower[opener : cue.start]):
            return False
        joins = [t for t in range(opener + 1, cue.start) if self.lower[t] in norms.coordinators]
        if cue.start - 1 in joins or (segment.start > opener and segment.start in joins):
            return False
        return not any(t - opener > 4 and t >= segment.start for t in joins)

    def _ends_in_verb(self, cue: Cue) -> bool:
        """The order of a subordinate clause: "…, wie die Werte „hoch“ und „tief“ *zu verstehen sind*"."""
        verbs = self.pack.norms.item_verbs
        return self.lower[cue.end - 1] in verbs and self.lower[cue.start] not in verbs

    def _at_clause_end(self, cue: Cue, segment: Segment) -> bool:
        end = cue.end if cue.end - cue.start == 1 else cue.start + 1
        rest = self.lower[cue.end : segment.end]
        if not rest or (segment.subordinate and rest in ([w] for w in self.pack.norms.closing_verbs)):
            return True
        return end < len(self.lower) and self.lower[end] in self.pack.norms.coordinators and segment.subordinate

    def _after_opener(self, segment: Segment) -> bool:
        """Whether the segment begins a subordinate clause or goes on with one ("die Art, den Umfang, … festlegen müssen")."""
        if segment.opener:
            return True
        earlier = [s for s in self.segments if s.end <= segment.start and not s.bracketed]
        return bool(earlier) and any(s.opener for s in earlier[-4:])
