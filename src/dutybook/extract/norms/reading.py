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
from dutybook.extract.norms.bearers.bearer import SUBJECT
from dutybook.extract.norms.bearers.finder import BearerFinder
from dutybook.extract.norms.bearers.verb_subjects import has_subject
from dutybook.extract.norms.bearers.voice import verb_start
from dutybook.extract.norms.clauses import Clauses, Segment, verbs_and_auxiliaries
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.matching import Cue
from dutybook.languages import LanguagePack
from dutybook.records import BearerClass, DeadlineKind, Genre, Modality, Sentence, SentenceRole, Span, Strength, Zone

_MIN_WORDS = 3
TOO_SHORT = "too short"
"""Why a piece of a word or two, often a table's cell, states nothing."""
# Where "only" limits the verb itself ("può usare soltanto …"), so many words after the cue at most.
_ONLY_REACH = 5
# Words between a joining word and the cue that it adds ("e, a tal fine, può").
_JOIN_REACH = 7
# A sentence that threatens a fine is a penalty, whatever else it says (GUIDELINES: "a penalty, never a norm").
_FINE = "fine"


@dataclass(frozen=True, slots=True)
class Statement:
    """A norm inside one sentence: tokens ``[start, end)``, its modality, and the cue that says so (None: indicative).

    ``by`` names the model that said so, with its version; empty where the rules did.
    """

    start: int
    end: int
    modality: Modality
    strength: Strength
    cue: Cue | None
    why: str
    confidence: float
    by: tuple[str, str] | None = None


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

    def read(self, span: Span, sentence: Sentence) -> Reading:
        """The norms that ``span`` (a sentence, a stem, an item) states."""
        pack = self.pack_for(sentence.language)
        clauses = Clauses(self.text, span, pack)
        self.mark_fronted(clauses)
        if len(clauses) < _MIN_WORDS:
            return Reading(clauses, [], TOO_SHORT)
        cues = self._admitted(clauses)
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
            statements.extend(found)
        if statements and statements[0].start > 0:
            statements[0] = replace(statements[0], start=0)
        if statements:
            statements = self._with_tails(clauses, statements)
        elif sentence.role is SentenceRole.ITEM:
            statements = self._lone_tail(clauses)
        return Reading(clauses, statements, reason, rejected)

    def mark_fronted(self, clauses: Clauses) -> None:
        """A verb-first clause at the start ("Hat der Betreiber Zweifel, so …") is a condition."""
        norms = clauses.pack.norms
        if not (norms.verb_final or norms.resumptives) or len(clauses.segments) < 2:
            return
        first = clauses.doc[0].text
        if clauses.segments[0].opener or not first[:1].isupper():
            return
        if (norms.verb_final and first.casefold() in norms.item_verbs) or _verb_first(clauses):
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
            return self._indicative(clauses, start, end, sentence, folded)
        fine = next((c for c in cues if c.constitutive and c.reason == _FINE), None)
        if fine is not None:
            return [], _FINE, fine
        if (
            constitutive is not None
            and constitutive.start < commanding[0].start
            and not self._new_subject(clauses, constitutive, commanding[0], start)
        ):
            return [], constitutive.reason, constitutive
        if clauses.source.rstrip().endswith("?"):
            return [], "a question", commanding[0]
        if self._is_opinion(clauses, start, end) or self._advises(clauses, commanding[0]):
            return [], "opinion or forecast", commanding[0]
        if self.genre is Genre.EU_ACT and all(c.label == "recommendation" for c in commanding):
            return [], "recital wording: a recommendation in an act binds nobody", commanding[0]
        made: list[Statement] = []
        for position, cue in enumerate(commanding):
            modality, strength, why = self.modality(clauses, cue, start, end)
            if made and self._resumes(clauses, commanding[position - 1], cue):
                made[-1] = Statement(made[-1].start, end, modality, strength, cue, why, made[-1].confidence)
                continue
            if made and not self._separate(clauses, commanding[position - 1], cue, made[-1].modality, modality, start):
                continue
            begin = start
            if made:
                begin = self._boundary(clauses, cue, start)
                made[-1] = until(made[-1], begin)
            made.append(Statement(begin, end, modality, strength, cue, why, 0.9 if cue.end - cue.start > 1 else 0.85))
        if any(self._competence(clauses, s) for s in made):
            return [], "competence", commanding[0]
        made = self._with_rest(clauses, self._with_lead(clauses, made, sentence), sentence)
        if self.genre is Genre.GUIDANCE:
            # "… is bound to sign, but may do so later": the second verb has the first one's subject
            joined = {id(s) for s in made[1:] if s.cue is not None and s.cue.start == s.start}
            made = [s for s in made if id(s) in joined or not self._mere_ability(clauses, s)]
            if not made:
                return [], "a possibility, no permission", commanding[0]
        if self.genre is Genre.NEWS:
            made = [s for s in made if self._news_norm(clauses, s)]
            if not made:
                return [], "no duty is reported", commanding[0]
        if made and (
            self._act_is_subject(clauses, folded, made[0].modality) or self._scope(clauses, sentence, made[0])
        ):
            return [], "the act itself is the subject", commanding[0]
        return made, "", None

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
        words = [w for at, w in self.main_words(clauses, made[0].start, cue.start - 1)]
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
        if not any(clauses.is_verb(at) for at, _ in self.main_words(clauses, first.start, join)):
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
        for at, word in self.main_words(clauses, cue.end, made[-1].end - 2):
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
        scope = sentence.heading.casefold().startswith(clauses.pack.structure.scope_headings)
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
            for at, word in self.main_words(clauses, start, end)
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
        if cue is not None and self._forecasts(clauses, cue):
            # "Les exploitants devraient déclarer …" reports a draft, "le ministre devrait annoncer …" forecasts
            bearer = finder.find(clauses, cue)
            return bearer.part is not None and bearer.kind is not BearerClass.AUTHORITY and not bearer.antecedent
        advice = cue is not None and cue.label == "recommendation"
        if (
            cue is not None
            and not advice
            and set(clauses.pack.norms.oblique_cues) & set(clauses.lower[cue.start : cue.end])
        ):
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
        acts = self.genre in {Genre.EU_ACT, Genre.STATUTE} and sentence.zone is Zone.ENACTING
        # "Załącznik. Regulamin targowiska": rules that a national act annexes command as guidance does.
        annex = self.genre is Genre.STATUTE and sentence.zone is Zone.ANNEX
        prose = (self.genre is Genre.GUIDANCE or annex) and bool(norms.commanding_verbs or norms.guidance_verbs)
        if norms.mood != "indicative" or not (acts or prose) or norms.command_endings:
            return [], "", None
        if prose and (self._is_opinion(clauses, start, end) or not self._commanded(clauses, start, end)):
            return [], "", None
        if folded.startswith(norms.no_subject):
            return [], "the act itself is the subject", None
        if sentence.heading.casefold().startswith(clauses.pack.structure.scope_headings):
            return [], "subject matter or scope", None
        if self._fragment(clauses, start, end, sentence):
            return [], "no clause of its own", None
        negated = self._negated(clauses, start, end, None)
        finder = self.finder_for(clauses.pack)
        bare = sentence.role is not SentenceRole.SENTENCE and self.genre is Genre.STATUTE
        if not negated and finder.subjects is not None and not finder.subjects.states(clauses, start, end, bare=bare):
            return [], "no clause of its own", None
        if self.genre is Genre.STATUTE and self._describes(clauses, finder, start, end):
            return [], "a statement that binds nobody", None
        if self.genre is Genre.STATUTE and finder.find(clauses, None, start, end).part is None:
            # National law describes in the indicative, too: what commands names who acts, or is a passive.
            if negated and not ((norms.impersonal or norms.auxiliaries) and finder.is_passive(clauses, None)):
                return [], "a negation that binds nobody", None
            if sentence.role is SentenceRole.SENTENCE and not self._binding(clauses, finder, start, end):
                return [], "a statement that binds nobody", None
        label = norms.negated.get("indicative") if negated else "obligation"
        modality = Modality(label or "obligation")
        why = "plain main clause in the enacting terms" + (", negated" if negated else "")
        return [Statement(start, end, modality, Strength.MUST, None, why, 0.6)], "", None

    def _describes(self, clauses: Clauses, finder: BearerFinder, start: int, end: int) -> bool:
        """National law says what somebody is or has ("Port leży nad zatoką"): told by the main clause's first verb."""
        norms = clauses.pack.norms
        if not norms.clauses_need_verbs or finder.is_passive(clauses, None):
            return False
        first = next((w for _, w in self.main_words(clauses, start, end) if acts(w, clauses.pack)), "")
        return first in norms.descriptive_verbs

    def _commanded(self, clauses: Clauses, start: int, end: int) -> bool:
        """Guidance describes, too: a named actor and, right behind it, a verb that commands ("le banche adottano …")."""
        norms = clauses.pack.norms
        for token, word in self.main_words(clauses, start, end):
            reach = end if norms.auxiliaries else token + 3
            if word in norms.passive and set(norms.binding_participles) & set(clauses.lower[token + 1 : reach]):
                return True
            beside = {*clauses.lower[max(token - 1, 0) : token], *clauses.lower[token + 1 : token + 2]}
            if word in norms.commanding_verbs and set(norms.impersonal) & beside:
                return True  # "odszkodowanie wypłaca się najpóźniej …"
            if word in norms.impersonal_commands and clauses.lower[max(token - 1, 0)] in norms.reflexives:
                return True  # "la domanda si presenta al comune"
        said = {w for _, w in self.main_words(clauses, start, end)}
        if set(clauses.lower[start : start + 5]) & set(norms.documents) and said & set(norms.binding_verbs):
            return True  # "Le document d'information mentionne :"
        finder = self.finder_for(clauses.pack)
        if norms.article_context and finder.is_passive(clauses, None):
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
        words = self.main_words(clauses, start, end)
        if norms.auxiliaries or norms.verb_final:
            return any(word in norms.guidance_verbs for _, word in words)  # the subject may follow its verb
        return any(
            clauses.is_verb(token)
            and word not in norms.descriptive_verbs
            and clauses.offset(token) > bearer.part.span.end - 1
            for token, word in self.main_words(clauses, start, end)
        )

    def _binding(self, clauses: Clauses, finder: BearerFinder, start: int, end: int) -> bool:
        """A passive, a verb by which things are commanded ("umfasst"), or a cue of duty spread over insertions."""
        norms = clauses.pack.norms
        words = [w for _, w in self.main_words(clauses, start, end)]
        described = not (norms.verb_final or norms.commanding_verbs or norms.binding_verbs)
        if described or finder.is_passive(clauses, None) or set(words) & set(norms.binding_verbs):
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
            verb = any(acts(w, clauses.pack) for _, w in self.main_words(clauses, start, end))
            if (start > 0 and not verb) or (words == 3 and not verb) or words < 2:
                return True
        elif words < (2 if sentence.role is SentenceRole.STEM else 4):
            return True
        lead = clauses.source[clauses.offset(start) - clauses.base :].lstrip()
        return lead[:1].islower() and sentence.role is SentenceRole.SENTENCE and start == 0

    # -- modality ------------------------------------------------------------------------------------------------------

    def modality(self, clauses: Clauses, cue: Cue, start: int, end: int) -> tuple[Modality, Strength, str]:
        """What a cue says once negations and "only" in its clause are heard, and why."""
        norms = clauses.pack.norms
        # "should avoid", "sollen … unterlassen": the modal verb of advice stands within another cue
        advice = {w for p in norms.cues.recommendation if " " not in p for w in p.split("|")}
        advice.update(norms.advice)
        recommends = cue.label == "recommendation" or bool(advice & set(clauses.lower[cue.start : cue.end]))
        strength = Strength.SHOULD if recommends else Strength.MUST
        label = "obligation" if cue.label == "recommendation" else cue.label
        why = f"cue “{cue.pattern}”"
        if (
            label in {"permission", "obligation"}
            and cue.label in norms.negated
            and self._negated(clauses, start, end, cue)
        ):
            return Modality(norms.negated[cue.label]), strength, why + ", negated"
        if label == "permission" and self._limited(clauses, cue, end):
            return Modality.PROHIBITION, strength, why + ", limited by “only”"
        return Modality(label), strength, why

    def main_words(self, clauses: Clauses, start: int, end: int) -> list[tuple[int, str]]:
        """Tokens of the main clauses within ``[start, end)``, with their positions."""
        return [
            (i, clauses.lower[i])
            for s in clauses.segments
            if not s.subordinate
            for i in range(max(s.start, start), min(s.end, end))
        ]

    def _negated(self, clauses: Clauses, start: int, end: int, cue: Cue | None) -> bool:
        norms = clauses.pack.norms
        words = self.main_words(clauses, start, end)
        if cue is not None and norms.clitics:
            return self._negates(clauses, cue, start)
        if norms.verb_clitics:
            return self._negated_verb(clauses, words, cue)
        if norms.unnegated and cue is not None:
            before = range(max(start, clauses.segment_of(cue.start).start), cue.start)
            return any(
                clauses.lower[t] in norms.negations and (t == cue.start - 1 or clauses.lower[t] in norms.no_negations)
                for t in before
            )
        floor, ceiling = start, end
        if cue is None:
            # what follows "…, dass die Unterlagen" after a comma still belongs to that clause
            that = [s.start for s in clauses.segments if s.opener in norms.complementizers and s.start > start]
            ceiling = min([end, *that])
        if cue is not None:
            # "muss nicht" lifts a duty; "muss … unabhängig und nicht gebunden sein" states one
            floor, ceiling = self._reach(clauses, cue, end)
        if norms.auxiliaries:
            # where the verb is second, nothing behind the next clause or cue turns it
            later = [c.start for c in clauses.cues if cue is not None and c.start >= cue.end and not c.constitutive]
            ceiling = min([ceiling, *later])
            verbs = {*norms.auxiliaries, *norms.item_verbs}
            origin = cue.start if cue is not None else next((at for at, w in words if w in verbs), start)
            ceiling = min([ceiling, *(s.start for s in clauses.segments if s.subordinate and s.start > origin)])
        # "sind nicht verpflichtet, können aber …": a negation within an earlier cue is used up
        used = {t for c in clauses.cues if cue is not None and c.end <= cue.start for t in range(c.start, c.end)}
        for at, word in words:
            if at in used and norms.verb_final:
                continue
            if word in norms.negations and floor <= at < ceiling and not self._mock(clauses, at):
                after = clauses.lower[at + 1] if at + 1 < len(clauses) else ""
                object_of = bool(norms.unnegated) and clauses.lower[at - 1] in clauses.pack.actors.prepositions
                if after not in norms.only and after not in norms.unnegated and not (at and object_of):
                    return True
        return False

    def _negates(self, clauses: Clauses, cue: Cue, start: int) -> bool:
        """Where clitics are known: a negation next to the verb, or a negative subject or adverbial before it."""
        norms = clauses.pack.norms
        verb = cue.start
        while verb > start and clauses.lower[verb - 1] in {*norms.clitics, *norms.negations}:
            verb -= 1
            if clauses.lower[verb] in norms.negations:
                return True
        segment = clauses.segment_of(cue.start)
        lead = [t for t in range(max(segment.start, start), cue.start) if t - segment.start < 3 or cue.start - t < 4]
        return any(clauses.lower[t] in norms.negations and clauses.lower[t] not in norms.close_negations for t in lead)

    def _negated_verb(self, clauses: Clauses, words: list[tuple[int, str]], cue: Cue | None) -> bool:
        """A negation right before the cue, or, where there is none, before the main clause's verb."""
        norms = clauses.pack.norms
        verbs = verbs_and_auxiliaries(clauses.pack)
        for at, word in words:
            if word not in norms.negations or (at and clauses.lower[at - 1] in norms.relatives):
                continue
            if cue is None and self._restricts(clauses, at):
                continue
            verb = at + 1
            while verb < len(clauses) and clauses.lower[verb] in norms.verb_clitics:
                verb += 1
            if cue is not None:
                if verb == cue.start:
                    return True
            elif verb < len(clauses) and (clauses.lower[verb] in verbs or word in norms.no_negations):
                return clauses.lower[verb] not in norms.only
            elif verb < len(clauses) and self._unknown_verb(clauses, at, verb):
                return True
        return False

    def _restricts(self, clauses: Clauses, at: int) -> bool:
        """Whether the negation at ``at`` says "only" ("ne traite les données que …")."""
        norms = clauses.pack.norms
        if not norms.restrictives:
            return False
        rest = clauses.lower[at + 2 : clauses.segment_of(at).end]
        only = next((i for i, w in enumerate(rest) if w in norms.restrictives), None)
        return only is not None and not set(rest[:only]) & set(norms.full_negations)

    def _mock(self, clauses: Clauses, at: int) -> bool:
        """Whether the negation at ``at`` stands in a phrase that negates nothing ("al dan niet")."""
        around = f" {' '.join(clauses.lower[max(at - 2, 0) : at + 3])} "
        return any(f" {phrase} " in around for phrase in clauses.pack.norms.mock_negations)

    def _unknown_verb(self, clauses: Clauses, at: int, verb: int) -> bool:
        """Whether a negation stands before a verb that the pack does not know: no known one before it, and no adjective."""
        pack = clauses.pack
        segment = clauses.segment_of(at)
        word = clauses.lower[verb]
        if (
            segment.subordinate
            or not clauses.doc[verb].is_alpha
            or word in {*pack.norms.only, *pack.actors.prepositions}
        ):
            return False
        if any(clauses.is_verb(t) or clauses.lower[t] in pack.norms.passive for t in range(segment.start, at)):
            return False
        endings = (*pack.norms.participle_endings, *pack.actors.complement_endings, *pack.norms.infinitive_endings)
        return not word.endswith(endings) and not clauses.doc[verb].text[:1].isupper()

    def _reach(self, clauses: Clauses, cue: Cue, end: int) -> tuple[int, int]:
        """Tokens in which a negation turns the cue: for duties only right by the verb."""
        if cue.label == "permission":
            return cue.start - 12, end
        if clauses.pack.norms.verb_final:
            return cue.start - 12, cue.start + 5
        return cue.start - 2, cue.end + 1

    def _limited(self, clauses: Clauses, cue: Cue, end: int) -> bool:
        norms = clauses.pack.norms
        floor = cue.start - 8
        if norms.subject_first or norms.clitics:  # "somente os dados estritamente necessários poderão …"
            floor = min(floor, clauses.segment_of(cue.start).start)
        # what limits a participle ("decisões tomadas unicamente …") limits no permission
        governed = norms.participle_endings if norms.subject_first else ()
        if norms.verb_clitics:
            end = min(end, cue.end + _ONLY_REACH)
        return any(
            w in norms.only
            and floor <= at
            and not (at and clauses.lower[at - 1] in norms.negations)
            and not (at and governed and len(before := clauses.lower[at - 1]) > 5 and before.endswith(governed))
            for at, w in self.main_words(clauses, 0, end)
        )

    def _advises(self, clauses: Clauses, cue: Cue) -> bool:
        """What advises in guidance is somebody's opinion in news ("het is belangrijk dat …")."""
        words = clauses.pack.norms.guidance_cues
        return self.genre is Genre.NEWS and bool(words) and bool(set(words) & set(clauses.lower[cue.start : cue.end]))

    def _is_opinion(self, clauses: Clauses, start: int, end: int) -> bool:
        words = clauses.pack.norms.feedback if self.genre is Genre.GUIDANCE else clauses.pack.norms.opinion
        if self.genre not in {Genre.NEWS, Genre.OTHER, Genre.GUIDANCE}:
            return False
        # "would" of "would have to" reports a draft rule: what a cue says is no opinion
        drafts = clauses.cues if clauses.pack.norms.draft_cues else []
        said = {i for c in drafts if not c.constitutive for i in range(c.start, c.end)}
        joined = " ".join(clauses.lower[i] for i in range(start, end) if i not in said)
        return any(f" {w} " in f" {joined} " for w in words)

    # -- several norms in one sentence ---------------------------------------------------------------------------------

    def _new_subject(self, clauses: Clauses, before: Cue, cue: Cue, start: int) -> bool:
        """Whether words stand between the joining word and the cue: a clause with a subject of its own."""
        boundary = self._boundary(clauses, cue, start)
        if clauses.pack.norms.clitics:
            return boundary > before.start and has_subject(clauses, boundary, cue)
        return boundary > before.start and cue.start - boundary >= 1

    def _separate(self, clauses: Clauses, before: Cue, cue: Cue, old: Modality, new: Modality, start: int) -> bool:
        boundary = self._boundary(clauses, cue, start)
        if boundary <= before.end:
            return False
        own_subject = cue.start > boundary
        if clauses.pack.norms.clitics and own_subject:
            own_subject = has_subject(clauses, boundary, cue)
        return own_subject if new is old else (own_subject or new is not old) and boundary > before.end

    def _resumes(self, clauses: Clauses, before: Cue, cue: Cue) -> bool:
        """A predicate that an insertion parts from its modal verb ("shall, under national law, have the right to")."""
        norms = clauses.pack.norms
        if clauses.pack.norms.verb_final or before.end >= len(clauses) or clauses.lower[before.end] != ",":
            return False
        segment = clauses.segment_of(cue.start)
        lead = clauses.lower[segment.start : cue.start]
        bare = len(lead) <= 1 and not set(lead) & {*norms.coordinators, *clauses.pack.actors.pronouns}
        return bare and not set(clauses.lower[cue.start : cue.end]) & set(norms.hard)

    def _boundary(self, clauses: Clauses, cue: Cue, start: int) -> int:
        """The first token of the clause that the cue stands in: after the last comma, semicolon or joining word."""
        norms = clauses.pack.norms
        segment = clauses.segment_of(cue.start)
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
                if not words.startswith(tuple(t + " " for t in tails)) and not _relative_command(clauses, segment):
                    continue
                cue = next(
                    (c for c in clauses.cues if segment.start <= c.start < statement.end and not c.constitutive), None
                )
                if cue is None or (statement.cue is not None and cue.start == statement.cue.start):
                    continue
                modality, strength, why = self.modality(clauses, cue, segment.start, statement.end)
                if modality is statement.modality and self._subjectless(clauses, segment.start):
                    continue
                made[-1] = until(made[-1], segment.start)
                made.append(
                    Statement(segment.start, statement.end, modality, strength, cue, why + " in a tail clause", 0.7)
                )
                break
        return made

    def _lone_tail(self, clauses: Clauses) -> list[Statement]:
        """The tail of an item that is a noun ("(e) contact details, which shall include a telephone number")."""
        norms = clauses.pack.norms
        for segment in clauses.segments:
            words = " ".join(clauses.lower[segment.start : segment.start + 3]) + " "
            if not segment.start or segment.bracketed or not words.startswith(tuple(t + " " for t in norms.tails)):
                continue
            inside = [c for c in clauses.cues if segment.start <= c.start < segment.end and not c.constitutive]
            if inside and set(clauses.lower[inside[0].start : inside[0].end]) & set(norms.hard):
                modality, strength, why = self.modality(clauses, inside[0], segment.start, len(clauses))
                why += " in a tail clause"
                return [Statement(segment.start, len(clauses), modality, strength, inside[0], why, 0.7)]
        return []

    def _subjectless(self, clauses: Clauses, token: int) -> bool:
        """A tail that goes on with the subject before it ("…, podendo ainda pedir …")."""
        norms, word = clauses.pack.norms, clauses.lower[token]
        return bool(norms.clause_endings) and word.endswith(norms.clause_endings) and word not in norms.oblique_cues


def _relative_command(clauses: Clauses, segment: Segment) -> bool:
    """Whether a relative and a verb that commands by its form open the segment ("…, que informará …")."""
    if not segment.relative or not clauses.pack.norms.command_endings:
        return False
    return any(
        c.label != "permission"
        and not c.constitutive
        and verb_start(clauses, c) == segment.start + len(segment.opener.split())
        and clauses.lower[c.start].endswith(clauses.pack.norms.command_endings)
        for c in clauses.cues
        if segment.start < c.start < segment.end
    )


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


def until(statement: Statement, end: int) -> Statement:
    """The statement, ending at token ``end``."""
    return replace(statement, end=end)


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
