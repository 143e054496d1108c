"""Reads one sentence: which norms it states, in which modality, or why it states none.

The cues of the main clauses decide; a constitutive formula takes its cue away; in languages that command in the
indicative, a plain main clause in the enacting terms of an act is a command.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.norms import joins
from dutybook.extract.norms.bearers.bearer import SUBJECT
from dutybook.extract.norms.bearers.finder import BearerFinder
from dutybook.extract.norms.bearers.voice import has_passive_form
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.lists import acts, stem_leads_into
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.extract.norms.polarity import main_words, negated
from dutybook.extract.norms.polarity import modality as modality_of
from dutybook.extract.norms.statement import Statement, until
from dutybook.extract.norms.tails import lone_tail, with_tails
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, DeadlineKind, Genre, Modality, Sentence, SentenceRole, Span, Strength, Zone

_MIN_WORDS = 3
TOO_SHORT = "too short"
"""Why a piece of a word or two, often a table's cell, states nothing."""
# Words between a joining word and the cue that it adds ("e, a tal fine, può").
_JOIN_REACH = 7
_WORD = re.compile(r"[^\W\d_]+")
# So often an impersonal document may still say "we" or "you".
_ASIDES = 2
# Words of a command to the reader ("Achten Sie").
_ADDRESSED = 2
# Words behind a modal verb among which its own stands ("can often also be useful").
_VERB_REACH = 6
# A sentence that threatens a fine is a penalty, whatever else it says (GUIDELINES: "a penalty, never a norm").
_FINE = "fine"
_DEEMING = "deeming"
_QUOTES = frozenset("„“”\"«»'‘’‚")
LOST_ITEM = "item of a list whose stem is lost"
"""Why an item commands though nothing says whom: its stem is not there."""
# "« Les loueurs doivent payer », dit le maire."
_DIRECT_SPEECH = re.compile(r"""[«„“"]\s?(?:[^\s«»„“”"]+\s+){2,}[^«»„“”"]*(?:[»“”"]\s?,|,\s?[»“”"])\s""")


# "« quai », toute surface …": what begins with its term and has no cue says what the term means.
_DEFINED = re.compile(r"""[«„“"]\s?(?:[^\s«»„“”":;.]+\s?){1,6}[»“”"]\s?[,:]\s""")


@dataclass(slots=True)
class Reading:
    """One sentence, read: its statements, or why there are none. ``by`` and ``confidence``: a model rejected it."""

    clauses: Clauses
    statements: list[Statement]
    reason: str = ""
    cue: Cue | None = None
    by: tuple[str, str] | None = None
    confidence: float = 0.8


class SentenceReader:
    """Reads the sentences of one document. ``finder_for`` gives the bearer finder of a language."""

    def __init__(
        self,
        text: str,
        pack_for: Callable[[str], LanguagePack],
        genre: Genre,
        finder_for: Callable[[LanguagePack], BearerFinder],
    ) -> None:
        self.text = text
        self.pack_for = pack_for
        self.genre = genre
        self.finder_for = finder_for
        self._spoken_words: int | None = None

    def read(self, span: Span, sentence: Sentence) -> Reading:
        """The norms that ``span`` (a sentence, a stem, an item) states."""
        pack = self.pack_for(sentence.language)
        clauses = Clauses(self.text, span, pack)
        self.mark_fronted(clauses)
        # "Operatören ska" leads into a list where no colon follows it
        if len(clauses) < _MIN_WORDS and not (sentence.role is SentenceRole.STEM and clauses.cues):
            return Reading(clauses, [], TOO_SHORT)
        cues = self._admitted(clauses)
        defined = next((c for c in clauses.cues if c.constitutive and c.reason == _DEEMING), None)
        if defined is not None and self._defines(clauses, defined):
            return Reading(clauses, [], _DEEMING, defined)
        if self._leads_nowhere(clauses, sentence):
            return Reading(clauses, [], "no clause of its own")
        statements: list[Statement] = []
        reason, rejected = "", None
        for start, end in self.parts(clauses):
            inside = [c for c in cues if start <= c.start < end]
            found, why, cue = self.statements(clauses, inside, start, end, sentence)
            if not found and statements:
                # What follows a semicolon and states nothing of its own belongs to what stands before it.
                statements[-1] = until(statements[-1], end)
                continue
            reason, rejected = reason or why, rejected or cue
            if statements and self._repeats(clauses, statements[-1], found, start):
                statements[-1] = until(statements[-1], found[0].end)
                found = found[1:]
            statements.extend(found)
        if statements and statements[0].start > 0:
            statements[0] = replace(statements[0], start=0)
        if statements:
            statements = with_tails(clauses, statements)
        elif sentence.role is SentenceRole.ITEM:
            statements = lone_tail(clauses)
        return Reading(clauses, statements, reason, rejected)

    def _defines(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether a sentence of an act tells what a term in quotation marks means; all that follows belongs to that."""
        lead = "".join(t.text_with_ws for t in clauses.doc[: cue.start]).strip()
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE}
        return acts and lead[:1] in _QUOTES and lead[-1:] in _QUOTES and len(lead) > 1

    def _leads_nowhere(self, clauses: Clauses, sentence: Sentence) -> bool:
        """Whether an act's sentence is the stem of a list that does not follow ("Providers shall ensure that their terms:")."""
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.role is SentenceRole.SENTENCE
        if not acts or not clauses.pack.norms.clauses_need_verbs or not clauses.source.rstrip().endswith(":"):
            return False
        return stem_leads_into(clauses.source, clauses.pack) in {"actions", "ensure"} or not self._has_verb(clauses)

    @staticmethod
    def _has_verb(clauses: Clauses) -> bool:
        said = [clauses.lower[t] for s in clauses.segments if not s.subordinate for t in range(s.start, s.end)]
        return bool(clauses.cues) or any(acts(word, clauses.pack) for word in said)

    @staticmethod
    def _repeats(clauses: Clauses, last: Statement, found: list[Statement], start: int) -> bool:
        """Whether a modal verb is only repeated behind a semicolon ("shall send a notice; and shall file it"): one norm."""
        cue = found[0].cue if found else None
        if cue is None or last.cue is None or clauses.pack.norms.mood != "modal":
            return False
        same = found[0].modality is last.modality and clauses.lower[cue.start] == clauses.lower[last.cue.start]
        return same and cue.start == start + 1 and clauses.lower[start] in clauses.pack.norms.coordinators

    def mark_fronted(self, clauses: Clauses) -> None:
        """A verb-first clause at the start ("Hat der Betreiber Zweifel, so …") is a condition."""
        norms = clauses.pack.norms
        if not (norms.verb_final or norms.resumptives) or len(clauses.segments) < 2:
            return
        first = clauses.doc[0].text
        if clauses.segments[0].opener or not first[:1].isupper():
            return
        ordered = any(c.start == 0 and not c.constitutive and c.end == _ADDRESSED for c in clauses.cues)
        # "Achten Sie darauf, dass …" commands; "Muss der Betreiber …, so …" does not
        if (norms.verb_final and first.casefold() in norms.item_verbs and not ordered) or _verb_first(clauses):
            clauses.segments[0].fronted = True
            # "Sind Waren, mit Ausnahme von Wein, nicht verfügbar, so können …": the condition goes on after insertions
            so = next((i for i, s in enumerate(clauses.segments) if clauses.lower[s.start] in norms.resumptives), 0)
            for segment in clauses.segments[1:so]:
                segment.fronted = not segment.opener

    def _admitted(self, clauses: Clauses) -> list[Cue]:
        """Cues of the main clauses; in news also of reported speech."""
        cues = [c for c in clauses.main_cues() if not c.form or self._form_commands(clauses, c)]
        if self.genre is Genre.NEWS and not any(not c.constitutive for c in cues):
            cues = [c for c in clauses.cues if self._spoken(clauses, c) and self._reported(clauses, c)]
        if self.genre is Genre.GUIDANCE and not cues:
            # "Il est rappelé que les agents ne peuvent …"
            cues = [c for c in clauses.cues if self._spoken(clauses, c) and clauses.behind_report(0, c.start)]
        return cues

    def _form_commands(self, clauses: Clauses, cue: Cue) -> bool:
        """A verb's form alone commands in acts; in guidance where it says who acts; in news it forecasts, mostly."""
        norms = clauses.pack.norms
        if self.genre in {Genre.EU_ACT, Genre.STATUTE}:
            return True
        if self.genre is Genre.NEWS:
            return clauses.lower[cue.start] in norms.reported_forms
        if self.genre is not Genre.GUIDANCE:
            return False
        bearer = self.finder_for(clauses.pack).peek(clauses, cue)
        if bearer.kind is BearerClass.PERSON:
            return clauses.lower[cue.start] not in norms.descriptive_verbs
        return bearer.kind in {BearerClass.BUSINESS, BearerClass.ANY}

    def _spoken(self, clauses: Clauses, cue: Cue) -> bool:
        return not cue.constitutive and (not cue.form or self._form_commands(clauses, cue))

    def _reported(self, clauses: Clauses, cue: Cue) -> bool:
        return clauses.segment_of(cue.start).opener not in clauses.pack.norms.conditions

    def parts(self, clauses: Clauses) -> list[tuple[int, int]]:
        """The sentence cut at its semicolons, where what follows is a clause."""
        cuts = [0]
        for index, token in enumerate(clauses.doc):
            if token.text == ";" and len(clauses) - index > _MIN_WORDS:
                cuts.append(index + 1)
        return list(zip(cuts, [*cuts[1:], len(clauses)], strict=True))

    def statements(
        self, clauses: Clauses, cues: list[Cue], start: int, end: int, sentence: Sentence
    ) -> tuple[list[Statement], str, Cue | None]:
        """The norms that ``cues`` state within tokens ``[start, end)``, else the reason and the cue it rests on."""
        folded = clauses.source[clauses.offset(start) - clauses.base :].casefold()
        cues = [self._acted(clauses, c) for c in cues]
        commanding = [c for c in cues if not c.constitutive and not self._is_own_command(clauses, c)]
        constitutive = next((c for c in cues if c.constitutive), None)
        if not commanding:
            if constitutive is not None:
                return [], constitutive.reason, constitutive
            if self._lost_command(clauses, start, sentence):
                return [Statement(start, end, Modality.OBLIGATION, Strength.MUST, None, LOST_ITEM, 0.6)], "", None
            return self._indicative(clauses, start, end, sentence, folded)
        fine = next((c for c in cues if c.constitutive and c.reason == _FINE), None)
        if fine is not None and not self._limits_punishment(commanding, fine):
            return [], _FINE, fine
        if (
            constitutive is not None
            and constitutive is not fine
            and constitutive.start < commanding[0].start
            and not joins.new_subject(clauses, constitutive, commanding[0], start)
        ):
            return [], constitutive.reason, constitutive
        if clauses.source.rstrip().endswith("?"):
            return [], "a question", commanding[0]
        if self._lost_condition(clauses, commanding[0], start, sentence):
            return [], "no clause of its own", commanding[0]
        if self._is_opinion(clauses, start, end) or self._advises(clauses, commanding[0]):
            return [], "opinion or forecast", commanding[0]
        if self.genre is Genre.EU_ACT and all(c.label == "recommendation" for c in commanding):
            return [], "recital wording: a recommendation in an act binds nobody", commanding[0]
        made: list[Statement] = []
        for position, cue in enumerate(commanding):
            modality, strength, why = modality_of(clauses, cue, start, end)
            if made and joins.resumes(clauses, commanding[position - 1], cue):
                made[-1] = Statement(made[-1].start, end, modality, strength, cue, why, made[-1].confidence)
                continue
            if made and not joins.separate(clauses, commanding[position - 1], cue, made[-1].modality, modality, start):
                continue
            begin = start
            if made:
                begin = joins.boundary(clauses, cue, start)
                made[-1] = until(made[-1], begin)
            made.append(Statement(begin, end, modality, strength, cue, why, 0.9 if cue.end - cue.start > 1 else 0.85))
        if any(self._competence(clauses, s) for s in made):
            return [], "competence", commanding[0]
        made = self._with_rest(clauses, self._with_lead(clauses, made, sentence), sentence)
        if self.genre is Genre.GUIDANCE:
            # "… is bound to sign, but may do so later": the second verb has the first one's subject
            joined = {id(s) for s in made[1:] if s.cue is not None and s.cue.start == s.start}
            made = [s for s in made if id(s) in joined or not self._mere_ability(clauses, s)]
            made = [s for s in made if not _happens(clauses, s)]
            if not made:
                return [], "a possibility, no permission", commanding[0]
        if self.genre is Genre.NEWS:
            made = [s for s in made if self._news_norm(clauses, s) and not _happens(clauses, s)]
            if not made:
                return [], "no duty is reported", commanding[0]
        if made and (
            self._act_is_subject(clauses, folded, made[0].modality) or self._scope(clauses, sentence, made[0])
        ):
            return [], "the act itself is the subject", commanding[0]
        return made, "", None

    def _limits_punishment(self, commanding: list[Cue], fine: Cue) -> bool:
        """What an act forbids those who punish ("Eine Freiheitsstrafe darf nur verhängt werden, wenn …")."""
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE}
        return acts and commanding[0].label == "prohibition" and fine.end <= commanding[0].start

    def _acted(self, clauses: Clauses, cue: Cue) -> Cue:
        """A formula that commands where somebody is its subject ("operators shall apply for a berth"), as its modal verb."""
        norms = clauses.pack.norms
        if not cue.constitutive or cue.reason not in norms.acted_formulas or clauses.lower[cue.start] not in norms.hard:
            return cue
        command = replace(cue, label="obligation", end=cue.start + 1, pattern=clauses.lower[cue.start])
        bearer = self.finder_for(clauses.pack).peek(clauses, command)
        if bearer.part is None or bearer.how != SUBJECT:
            return cue
        after = next(t for t in range(cue.start + 1) if clauses.offset(t) >= bearer.part.span.end)
        goes_on = {*norms.relatives, *norms.complement_openers, *clauses.pack.actors.prepositions, ","}
        # "Union law shall apply to": the actor's noun is not the last one of the subject
        return command if after == cue.start or clauses.lower[after] in goes_on else cue

    def _is_own_command(self, clauses: Clauses, cue: Cue) -> bool:
        """Whether an act commands that somebody shall encourage others ("la Commissione incoraggia i gestori a …")."""
        words = clauses.pack.norms.addressing_cues
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and cue.label == "recommendation"
        return acts and not set(words).isdisjoint(clauses.lower[cue.start : cue.end])

    def _with_lead(self, clauses: Clauses, made: list[Statement], sentence: Sentence) -> list[Statement]:
        """A command without a cue, joined to the first one with a cue ("stelt een plan op en kan dat wijzigen")."""
        norms = clauses.pack.norms
        cue = made[0].cue if made else None
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        if cue is not None and acts and norms.commanding_verbs:
            return self._with_known_verb(clauses, made, cue)
        if cue is None or not acts or not norms.auxiliaries or clauses.lower[cue.start - 1] not in norms.coordinators:
            return made
        words = [w for at, w in main_words(clauses, made[0].start, cue.start - 1)]
        if cue.start - made[0].start < 4 or not {*norms.item_verbs, *norms.passive} & set(words):
            return made
        lead = Statement(
            made[0].start, cue.start - 1, Modality.OBLIGATION, Strength.MUST, None, "plain clause before a cue", 0.6
        )
        first = made[0]
        return [lead, replace(first, start=cue.start), *made[1:]]

    def _with_known_verb(self, clauses: Clauses, made: list[Statement], cue: Cue) -> list[Statement]:
        """The same where the pack knows its verbs ("vigila sui moli e, a tal fine, può ispezionarli")."""
        first, low = made[0], max(made[0].start, cue.start - _JOIN_REACH)
        joins = (t for t in range(cue.start - 1, low, -1) if clauses.lower[t] in clauses.pack.norms.coordinators)
        join = next(joins, None)
        if join is None or first.modality is Modality.OBLIGATION:
            return made
        told = [at for at, _ in main_words(clauses, first.start, join)]
        relatives = clauses.pack.norms.relatives
        verb = next((at for at in told if clauses.is_verb(at)), None)
        if verb is None or not set(relatives).isdisjoint(clauses.lower[clauses.segment_of(verb).start : verb]):
            return made
        if any(clauses.is_verb(at) for at in range(join, cue.start)):
            return made
        lead = Statement(first.start, join, Modality.OBLIGATION, Strength.MUST, None, "plain clause before a cue", 0.6)
        return [lead, replace(first, start=cue.start), *made[1:]]

    def _with_rest(self, clauses: Clauses, made: list[Statement], sentence: Sentence) -> list[Statement]:
        """A command without a cue that a joining word adds to the last one ("kan … raadplegen en maakt … openbaar")."""
        norms = clauses.pack.norms
        cue = made[-1].cue if made else None
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        if cue is None or not acts or not norms.auxiliaries or made[-1].modality is Modality.OBLIGATION:
            return made
        for at, word in main_words(clauses, cue.end, made[-1].end - 2):
            following = clauses.lower[at + 1]
            finite = following in norms.item_verbs and following.endswith(norms.verb_endings[:1])
            if word in norms.coordinators and finite and not clauses.segment_of(at).subordinate:
                rest = Statement(
                    at + 1, made[-1].end, Modality.OBLIGATION, Strength.MUST, None, "plain clause after a cue", 0.6
                )
                return [*made[:-1], until(made[-1], at), rest]
        return made

    def _act_is_subject(self, clauses: Clauses, folded: str, modality: Modality) -> bool:
        """What an act or a provision "shall" do binds nobody; that a provision does not apply to somebody exempts them."""
        if modality is Modality.PERMISSION or not folded.startswith(clauses.pack.norms.no_subject):
            return False
        act = (*clauses.pack.structure.self_reference, *clauses.pack.norms.scope_subjects)
        return modality is not Modality.EXEMPTION or folded.startswith(act)

    def _scope(self, clauses: Clauses, sentence: Sentence, statement: Statement) -> bool:
        """Under "Scope", that "it" does not apply to something describes the act ("It does not apply to …")."""
        scope = _of_scope(sentence.heading, clauses.pack)
        return scope and statement.modality is Modality.EXEMPTION and clauses.lower[0] in clauses.pack.actors.pronouns

    def _mere_ability(self, clauses: Clauses, statement: Statement) -> bool:
        """A possibility that binds nobody, and what limits one ("kan alleen slagen wanneer …")."""
        cue = statement.cue
        said = set(clauses.lower[cue.start : cue.end]) if cue is not None else set()
        if clauses.pack.norms.abilities and said & set(clauses.pack.norms.oblique_cues):
            return False  # "reacties kunnen … worden ingediend"
        if cue is not None and clauses.lower[cue.start] in clauses.pack.norms.abilities:
            passive = statement.modality is not Modality.PERMISSION and self.finder_for(clauses.pack).is_passive(
                clauses, cue
            )
            return not passive and not self._binds_somebody(clauses, statement)
        if cue is not None and set(clauses.pack.norms.explicit_permissions) & set(clauses.lower[cue.start : cue.end]):
            return False
        permitting = clauses.pack.norms.permitting_participles
        if cue is not None and permitting and set(permitting) & set(clauses.lower[cue.end : statement.end]):
            return False
        if cue is not None and clauses.pack.norms.abilities and cue.end - cue.start > 1:
            return False  # "is toegestaan", "is het mogelijk om" say more than "kan"
        return statement.modality is Modality.PERMISSION and not self._binds_somebody(clauses, statement)

    def _binds_somebody(self, clauses: Clauses, statement: Statement) -> bool:
        """Guidance explains what "may" happen: only what somebody may do, or what "may be done", is a permission."""
        finder = self.finder_for(clauses.pack)
        if self._addressed(clauses, statement.start, statement.end):
            return True
        norms = clauses.pack.norms
        # "a ficha pode ser entregue em papel", "é admissível o recurso a …"
        if norms.subject_first or norms.unnamed_permissions:
            explicit = statement.cue is not None and statement.cue.end - statement.cue.start > 1
            if explicit or finder.is_passive(clauses, statement.cue):
                return True
        if clauses.pack.norms.clitics and statement.cue is not None and statement.cue.end - statement.cue.start > 1:
            return True  # "cabe interponer recurso"
        return finder.find(clauses, statement.cue, statement.start, statement.end).part is not None

    def _addressed(self, clauses: Clauses, start: int, end: int) -> bool:
        """Whether guidance speaks to its reader ("u mag …", "u bewaart …"): at the main clause's start or by its verb."""
        words = clauses.pack.actors.addressees
        return bool(words) and any(
            word in words and clauses.lower[at - 1 if at else at] not in clauses.pack.actors.prepositions
            for at, word in main_words(clauses, start, end)
        )

    def _competence(self, clauses: Clauses, statement: Statement) -> bool:
        """Who is competent: a cue that otherwise states a duty ("compete à autoridade …")."""
        words, cue = clauses.pack.norms.competence_cues, statement.cue
        if cue is None or not set(words) & set(clauses.lower[cue.start : cue.end]):
            return False
        bearer = self.finder_for(clauses.pack).find(clauses, cue, statement.start, statement.end)
        return bearer.kind is BearerClass.AUTHORITY

    def _news_norm(self, clauses: Clauses, statement: Statement) -> bool:
        """News speaks of abilities and wishes: it needs somebody who is bound, a passive ("must be kept"), or a date."""
        if statement.modality in {Modality.PROHIBITION, Modality.EXEMPTION}:
            return True
        cue = statement.cue
        finder = self.finder_for(clauses.pack)
        oblique = cue is not None and bool(
            set(clauses.pack.norms.oblique_cues) & set(clauses.lower[cue.start : cue.end])
        )
        if cue is not None and self._forecasts(clauses, cue) and not (oblique and clauses.pack.norms.subjects_anywhere):
            # "Les exploitants devraient déclarer …" reports a draft, "le ministre devrait annoncer …" forecasts
            bearer = finder.find(clauses, cue)
            return bearer.part is not None and bearer.kind is not BearerClass.AUTHORITY and not bearer.antecedent
        advice = cue is not None and cue.label == "recommendation"
        if oblique and not advice:
            return True  # "toegestaan blijft …" says nothing of abilities
        bearer = finder.find(clauses, statement.cue)
        if bearer.part is not None and (statement.modality is not Modality.PERMISSION or not bearer.antecedent):
            return True
        cue = statement.cue
        hard = cue is not None and bool(set(clauses.lower[cue.start : cue.end]) & set(clauses.pack.norms.hard))
        passive_cue = cue is not None and cue.pattern.startswith(clauses.pack.norms.passive_cues or ("-",))
        if passive_cue or (hard and finder.is_passive(clauses, cue)):
            return True
        if cue is not None and set(clauses.pack.norms.impersonal_cues) & set(clauses.lower[cue.start : cue.end]):
            return True
        if cue is not None and not set(clauses.pack.norms.news_duties).isdisjoint(clauses.lower[cue.start : cue.end]):
            return True
        span = clauses.span(statement.start, statement.end)
        return statement.strength is Strength.MUST and any(
            d.kind is DeadlineKind.FIXED or (d.value or "").startswith("--")
            for d in find_deadlines(self.text, span, clauses.pack)
        )

    def _forecasts(self, clauses: Clauses, cue: Cue) -> bool:
        return not set(clauses.pack.norms.forecast_cues).isdisjoint(clauses.lower[cue.start : cue.end])

    def _indicative(
        self, clauses: Clauses, start: int, end: int, sentence: Sentence, folded: str
    ) -> tuple[list[Statement], str, Cue | None]:
        norms = clauses.pack.norms
        if norms.speakers and self.genre is Genre.GUIDANCE:
            return self._described_duty(clauses, start, end)
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        # "Załącznik. Regulamin targowiska": rules that a national act annexes command as guidance does.
        annex = self.genre is Genre.STATUTE and sentence.zone is Zone.ANNEX
        prose = (self.genre is Genre.GUIDANCE or annex) and bool(
            norms.commanding_verbs or norms.guidance_verbs or norms.object_endings
        )
        if norms.mood != "indicative" or not (acts or prose) or norms.command_endings:
            return [], "", None
        if prose and (self._is_opinion(clauses, start, end) or not self._commanded(clauses, start, end)):
            return [], "", None
        if folded.startswith(norms.no_subject):
            return [], "the act itself is the subject", None
        if _of_scope(sentence.heading, clauses.pack):
            return [], "subject matter or scope", None
        if _DEFINED.match(clauses.source):
            return [], "definition", None
        if self._fragment(clauses, start, end, sentence) or self._lost_item(clauses, start, sentence):
            return [], "no clause of its own", None
        turned = negated(clauses, start, end, None)
        finder = self.finder_for(clauses.pack)
        bare = sentence.role is not SentenceRole.SENTENCE and self.genre is Genre.STATUTE
        if not turned and finder.subjects is not None and not finder.subjects.states(clauses, start, end, bare=bare):
            return [], "no clause of its own", None
        if self.genre is Genre.STATUTE and self._describes(clauses, finder, start, end):
            return [], "a statement that binds nobody", None
        if self.genre is Genre.STATUTE and finder.find(clauses, None, start, end).part is None:
            # National law describes in the indicative, too: what commands names who acts, or is a passive.
            by_words = norms.impersonal or norms.auxiliaries or norms.passive_reflexives or norms.passive_endings
            by_words = by_words or norms.negated_passive_forms
            passives = bool(by_words) or norms.subject_first
            only = not set(norms.restrictives).isdisjoint(clauses.lower[start:end])
            passives = passives or only  # "ne sont rejetées qu'après …"
            if turned and not (passives and (finder.is_passive(clauses, None) or _reflexive(clauses, start, end))):
                return [], "a negation that binds nobody", None
            if sentence.role is SentenceRole.SENTENCE and not self._binding(clauses, finder, start, end):
                return [], "a statement that binds nobody", None
        label = norms.negated.get("indicative") if turned else "obligation"
        modality = Modality(label or "obligation")
        why = "plain main clause in the enacting terms" + (", negated" if turned else "")
        return [Statement(start, end, modality, Strength.MUST, None, why, 0.6)], "", None

    def _described_duty(self, clauses: Clauses, start: int, end: int) -> tuple[list[Statement], str, Cue | None]:
        """A circular that speaks for nobody and to nobody lays duties down as facts: "The board approves the plan".

        One who tells of examples ("A firm sends …") describes; so does one who speaks of itself ("We publish …").
        """
        norms, actors = clauses.pack.norms, clauses.pack.actors
        if not self._impersonal(clauses.pack) or self._is_opinion(clauses, start, end):
            return [], "", None
        own = [s for s in clauses.segments if not s.subordinate and start <= s.start and s.end <= end]
        # "In special cases, the board informs …", "At least once a year the board informs …"
        main = next((s for s in own if clauses.lower[s.start] not in actors.prepositions), next(iter(own), None))
        if main is None:
            return [], "", None
        known = (t for t in range(main.start + 1, main.end) if clauses.lower[t] in norms.guidance_verbs)
        verb = next((t for t in known if clauses.lower[t - 1] not in {*actors.determiners, *norms.item_verbs}), None)
        if verb is None:
            return [], "", None
        finder = self.finder_for(clauses.pack)
        opener = clauses.lower[main.start]
        if opener in norms.demonstratives or opener in actors.indefinite:
            return [], "", None
        as_cue = Cue("obligation", verb, verb + 1, clauses.lower[verb])
        bearer = finder.peek(clauses, as_cue)
        if bearer.part is None:
            return [], "", None
        pronoun = main.start + 1 == verb and opener in actors.pronouns
        before = bearer.part.span.end <= clauses.offset(verb)
        person = bearer.kind is BearerClass.PERSON and len(bearer.part.text.split()) == 1
        if person or not (before or pronoun):
            return [], "", None
        why = "plain main clause of an impersonal circular"
        return [Statement(start, end, Modality.OBLIGATION, Strength.MUST, as_cue, why, 0.6)], "", None

    def _impersonal(self, pack: LanguagePack) -> bool:
        """Whether a document hardly ever speaks for its author or to its reader."""
        if self._spoken_words is None:
            words = set(pack.norms.speakers)
            self._spoken_words = sum(w.lower() in words for w in _WORD.findall(self.text))
        return self._spoken_words <= _ASIDES

    def _lost_item(self, clauses: Clauses, start: int, sentence: Sentence) -> bool:
        """A list's item whose stem and mark are lost: no sentence of an act begins with a small letter, but for its verb."""
        return self._small(clauses, start, sentence) and not acts(clauses.lower[0], clauses.pack)

    def _small(self, clauses: Clauses, start: int, sentence: Sentence) -> bool:
        """Whether what begins with a small letter stands in an act by itself, below no stem."""
        alone = sentence.role in {SentenceRole.SENTENCE, SentenceRole.STEM} and sentence.stem is None
        return self.genre is Genre.EU_ACT and alone and start == 0 and clauses.source[:1].islower()

    def _lost_condition(self, clauses: Clauses, cue: Cue, start: int, sentence: Sentence) -> bool:
        """A lost item that goes on with its stem's subject, or with a pronoun for it, says what somebody is or has.

        "*er* retligt *forpligtet til*", "jie gali teikti"; what follows an infinitive is inside it ("säkerställa att …").
        """
        if not self._small(clauses, start, sentence):
            return False
        first, words = clauses.lower[0], clauses.pack.norms
        stated = cue.start == 0 and cue.end > 1 and first not in words.hard and cue.label != "prohibition"
        that = set(words.complementizers) & set(clauses.lower[1 : cue.start])
        inside = bool(that) and acts(first, clauses.pack)
        return stated or inside or first in clauses.pack.actors.pronouns

    def _lost_command(self, clauses: Clauses, start: int, sentence: Sentence) -> bool:
        """Whether an item without its stem begins with what commands in acts ("biztosítják, hogy …;")."""
        words = clauses.pack.norms.lost_items
        enacting = self.genre is Genre.EU_ACT and sentence.zone is Zone.ENACTING
        lead = f"{' '.join(clauses.lower[:3])} "
        return (
            enacting and start == 0 and clauses.source[:1].islower() and lead.startswith(tuple(f"{w} " for w in words))
        )

    def _describes(self, clauses: Clauses, finder: BearerFinder, start: int, end: int) -> bool:
        """National law says what somebody is or has ("Port leży nad zatoką"): told by the main clause's first verb."""
        norms = clauses.pack.norms
        if not norms.clauses_need_verbs or finder.is_passive(clauses, None):
            return False
        return _first_verb(clauses, start, end) in norms.descriptive_verbs

    def _commanded(self, clauses: Clauses, start: int, end: int) -> bool:
        """Guidance describes, too: a named actor and, right behind it, a verb that commands ("le banche adottano …")."""
        norms = clauses.pack.norms
        for token, word in main_words(clauses, start, end):
            if word in norms.binding_participles and has_passive_form(clauses, token):
                return True  # "Avaimet säilytetään lukitussa kaapissa"
            reach = end if norms.auxiliaries else token + 3
            if word in norms.passive and set(norms.binding_participles) & set(clauses.lower[token + 1 : reach]):
                return True
            beside = {*clauses.lower[max(token - 1, 0) : token], *clauses.lower[token + 1 : token + 2]}
            if word in norms.commanding_verbs and {*norms.impersonal, *norms.passive_reflexives} & beside:
                return True  # "odszkodowanie wypłaca się najpóźniej …"
            if word in norms.impersonal_commands and clauses.lower[max(token - 1, 0)] in norms.reflexives:
                return True  # "la domanda si presenta al comune"
        said = {w for _, w in main_words(clauses, start, end)}
        if set(clauses.lower[start : start + 5]) & set(norms.documents) and said & set(norms.binding_verbs):
            return True  # "Le document d'information mentionne :"
        finder = self.finder_for(clauses.pack)
        if norms.object_endings and self._orders(clauses, start, end):
            return True  # "Mitru papīru nepieņem"
        dated = norms.article_context or norms.passive_reflexives or norms.verb_clitics
        if dated and finder.is_passive(clauses, None):
            span = clauses.span(start, end)
            if find_deadlines(self.text, span, clauses.pack):
                return True  # "Une réponse est apportée dans un délai de deux mois"
        if clauses.lower[start] in clauses.pack.actors.addressees and clauses.lower[start + 1] in norms.guidance_verbs:
            return True  # "u bewaart de facturen zeven jaar"
        if finder.subjects is not None and finder.subjects.opens_reflexive(clauses, start, end):
            return True
        bearer = finder.find(clauses, None, start, end)
        if bearer.part is None or (bearer.antecedent and clauses.lower[start] not in clauses.pack.actors.pronouns):
            return False
        if norms.article_context and bearer.kind is BearerClass.AUTHORITY and said & set(norms.negations):
            return False  # "La Commission ne s'oppose pas à …"
        if norms.guidance_verbs and bearer.kind is BearerClass.AUTHORITY:
            return False  # the authority that gives guidance says what it does itself
        words = main_words(clauses, start, end)
        if norms.auxiliaries or norms.verb_final:
            return any(word in norms.guidance_verbs for _, word in words)  # the subject may follow its verb
        return any(
            clauses.is_verb(token)
            and word not in norms.descriptive_verbs
            and (clauses.pack.actors.declensions or clauses.offset(token) > bearer.part.span.end - 1)
            for token, word in main_words(clauses, start, end)
        )

    def _orders(self, clauses: Clauses, start: int, end: int) -> bool:
        """Whether a verb that commands, or its negation, has no subject among the actors; its object leads, or it is timed."""
        known = set(clauses.pack.norms.binding_verbs)
        verbs = [w for _, w in main_words(clauses, start, end) if acts(w, clauses.pack)]
        actors = self.finder_for(clauses.pack).actors
        named = any(actors.nominative(a) for a in actors.find(clauses, start, end))
        led = clauses.lower[start].endswith(clauses.pack.norms.object_endings)
        if not led and not find_deadlines(self.text, clauses.span(start, end), clauses.pack):
            return False
        prefix = clauses.pack.norms.negative_prefix
        return not named and bool(verbs) and bool({verbs[0], verbs[0].removeprefix(prefix)} & known)

    def _binding(self, clauses: Clauses, finder: BearerFinder, start: int, end: int) -> bool:
        """A passive, a verb by which things are commanded ("umfasst"), or a cue of duty spread over insertions."""
        norms = clauses.pack.norms
        words = [w for _, w in main_words(clauses, start, end)]
        described = not (norms.verb_final or norms.commanding_verbs or norms.binding_verbs)
        if described or finder.is_passive(clauses, None) or set(words) & set(norms.binding_verbs):
            return True
        if _reflexive(clauses, start, end):
            return True
        if norms.binding_endings and any(w.endswith(norms.binding_endings) for w in words):
            return True
        if not norms.verb_final:
            return False
        # what closes the sentence closes the main clause, also behind something that looks like a relative clause
        words += [t.lower_ for t in clauses.doc[start:end] if t.is_alpha][-2:]
        for first, rest in _brackets(clauses.pack):
            opening = next((i for i, w in enumerate(words) if w in first), len(words))
            for at in range(opening + 1, len(words) - len(rest) + 1):
                if all(word.fullmatch(words[at + n]) for n, word in enumerate(rest)):
                    return True
        return False

    def _fragment(self, clauses: Clauses, start: int, end: int, sentence: Sentence) -> bool:
        """No main clause: all segments are subordinate, or there are too few words for one."""
        inside = [s for s in clauses.segments if s.end > start and s.start < end]
        words = sum(s.end - s.start for s in inside if not s.subordinate or s.inner)
        if clauses.pack.norms.clauses_need_verbs:
            passives = clauses.pack.norms.passive_endings or ("\0",)
            said = [w for _, w in main_words(clauses, start, end)]
            verb = any(acts(w, clauses.pack) or w.endswith(passives) for w in said)
            # "Rejdař, který pluje na moře: a) vede …": the verbs stand in the items
            awaits = sentence.role is SentenceRole.STEM and any(s.relative for s in inside)
            bare = start > 0 or words == 3 or awaits
            if (bare and not verb) or words < 2:
                return True
        elif words < (2 if sentence.role is SentenceRole.STEM else self._least(clauses, inside)):
            return True
        lead = clauses.source[clauses.offset(start) - clauses.base :].lstrip()
        return lead[:1].islower() and sentence.role is SentenceRole.SENTENCE and start == 0

    @staticmethod
    def _least(clauses: Clauses, inside: list[Segment]) -> int:
        """Words that a plain main clause has at least."""
        norms = clauses.pack.norms
        if any(s.opener for s in inside):
            return norms.shortest_clause
        # "Portaat pidetään sulina."
        return 3 if any(has_passive_form(clauses, t) for s in inside for t in range(s.start, s.end)) else 4

    def _advises(self, clauses: Clauses, cue: Cue) -> bool:
        """What advises in guidance is somebody's opinion in news ("het is belangrijk dat …")."""
        words = clauses.pack.norms.guidance_cues
        return self.genre is Genre.NEWS and bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))

    def _is_opinion(self, clauses: Clauses, start: int, end: int) -> bool:
        words = clauses.pack.norms.feedback if self.genre is Genre.GUIDANCE else clauses.pack.norms.opinion
        if self.genre not in {Genre.NEWS, Genre.OTHER, Genre.GUIDANCE}:
            return False
        if self.genre is Genre.NEWS and _spoken_by_somebody(clauses):
            return True
        # "would" of "would have to" reports a draft rule: what a cue says is no opinion
        drafts = clauses.cues if clauses.pack.norms.draft_cues else []
        said = {i for c in drafts if not c.constitutive for i in range(c.start, c.end)}
        joined = " ".join(clauses.lower[i] for i in range(start, end) if i not in said)
        return any(f" {w} " in f" {joined} " for w in words)


def _happens(clauses: Clauses, statement: Statement) -> bool:
    """What may be without anybody's leave ("customers may find it hard", "a delay may not be reasonable")."""
    norms, cue = clauses.pack.norms, statement.cue
    if cue is None or not norms.happenings:
        return False
    said = [w for w in clauses.lower[cue.start : cue.end] if w not in {*norms.negations, *norms.passive}]
    if len(said) > 1 or not any(said[:1] == p.split() for p in norms.cues.permission):
        return False
    if norms.verb_final:
        segment = clauses.segment_of(cue.start)
        closing = next((w for w in reversed(clauses.lower[segment.start : segment.end]) if w.isalpha()), "")
        return closing in norms.happenings
    skipped = {*norms.negations, *norms.between_verbs, *norms.passive, *norms.cue_adverbs, *norms.perfect}
    skipped -= set(norms.happenings)
    behind = clauses.lower[cue.end : cue.end + _VERB_REACH]
    verb = next((w for w in behind if w not in skipped and not w.endswith(norms.adverb_endings)), "")
    # "may be the trustee"
    is_thing = (
        norms.mood == "modal" and verb in clauses.pack.actors.determiners and bool(set(norms.passive) & set(behind))
    )
    return is_thing or verb in norms.happenings


def _of_scope(heading: str, pack: LanguagePack) -> bool:
    """Whether an article is headed "Scope"; "Objetos perdidos" is about things, though "Objeto" is about the act."""
    folded = heading.casefold()
    if not folded.startswith(pack.structure.scope_headings):
        return False
    return folded.split()[0].strip(",.:") not in pack.structure.thing_headings


def _spoken_by_somebody(clauses: Clauses) -> bool:
    """Whether a sentence is what somebody says, in quotation marks; an act's own words are none ("heißt es in der Verordnung")."""
    speech = _DIRECT_SPEECH.match(clauses.source)
    if speech is None:
        return False
    structure = clauses.pack.structure
    acts = {w for words in structure.act_kinds.values() for w in words}
    acts.update(structure.guidance_words, (title.split()[0] for title in structure.national_titles))
    teller = clauses.source[speech.end() :].casefold().split()
    return not any(word.strip(".,") in acts for word in teller)


def _first_verb(clauses: Clauses, start: int, end: int) -> str:
    """The main clause's verb: that of a relative clause without a comma is passed over ("podaci *koji se odnose* na …")."""
    relative = False
    for at, word in main_words(clauses, start, end):
        if at > start and word in clauses.pack.norms.relatives:
            relative = True
        elif acts(word, clauses.pack):
            if not relative:
                return word
            relative = False
    return ""


def _reflexive(clauses: Clauses, start: int, end: int) -> bool:
    """Whether a reflexive word of the main clauses makes them passive where nobody is named ("žádost *se* podává")."""
    words = clauses.pack.norms.passive_reflexives
    return bool(words) and any(word in words for _, word in main_words(clauses, start, end))


@cache
def _brackets(pack: LanguagePack) -> tuple[tuple[frozenset[str], tuple[re.Pattern[str], ...]], ...]:
    """First words and last words of the duties that enclose what is to be done ("hat … zu")."""
    made = []
    for pattern in pack.norms.cues.obligation:
        first, *rest = pattern.split()
        if rest[:1] == ["…"] and "…" not in rest[1:]:
            words = tuple(re.compile(w[1:-1] if w.startswith("/") else w) for w in rest[1:])
            made.append((frozenset(first.split("|")), words))
    return tuple(made)


def _verb_first(clauses: Clauses) -> bool:
    """Whether the main clause after the first comma begins with "so" or its verb, as after a verb-first condition."""
    norms = clauses.pack.norms
    first = clauses.doc[0].text.casefold()
    following = next((s for s in clauses.segments[1:] if not s.subordinate), None)
    if following is None or not first.endswith(norms.verb_endings):
        return False
    if any(0 < c.start < clauses.segments[0].end for c in clauses.cues):
        return False  # "Abweichend von Absatz 1 kann …, erfolgen": the first clause has its verb
    second = clauses.doc[1].text if len(clauses) > 1 else ""
    lead = clauses.lower[following.start]
    if norms.auxiliaries:
        verbs = {*norms.auxiliaries, *norms.item_verbs}
        return clauses.lower[0] in verbs and (lead in norms.resumptives or lead in verbs)
    return lead in norms.resumptives or (
        lead.endswith(norms.verb_endings) and clauses.doc[following.start].text.islower() and second[:1].islower()
    )
