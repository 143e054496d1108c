"""The bearer in languages whose subject may stand anywhere, and of commands without a cue."""

from __future__ import annotations

from dataclasses import replace

from dutybook.extract.deadlines.patterns import anywhere
from dutybook.extract.norms.actors import Actor, ActorFinder, part
from dutybook.extract.norms.bearers import open_subjects
from dutybook.extract.norms.bearers.addressees import addressed, addressed_behind, oblique_bearer, right_behind
from dutybook.extract.norms.bearers.antecedents import antecedent, dropped, is_pronoun, resumed
from dutybook.extract.norms.bearers.bearer import ANTECEDENT, SUBJECT, Bearer, named, unlisted
from dutybook.extract.norms.bearers.joined import described, with_joined
from dutybook.extract.norms.bearers.spoken import Spoken
from dutybook.extract.norms.bearers.unknown_subjects import unknown_addressee
from dutybook.extract.norms.bearers.unlisted import (
    before_personal_verb,
    beside_verb,
    declined_subject,
    free_relative,
    not_listed,
    open_subject,
    subject_behind,
)
from dutybook.extract.norms.bearers.voice import passive_anywhere
from dutybook.extract.norms.clauses import Clauses, Segment
from dutybook.extract.norms.lists import acts
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import Span

# Words of a subject behind its noun, up to the verb.
_FOREFIELD = 16
# Letters of a participle at least ("bestellten").
_PARTICIPLE = 7


def bearer(spoken: Spoken, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    """Who is addressed or told by a clause, else the first subject of the clauses that can have it."""
    found = _bearer(spoken, clauses, cue, start, stop)
    if found is None or found.part is None or not clauses.pack.norms.verb_second or not found.how.startswith(SUBJECT):
        return found
    return _up_to_verb(clauses, found, found.part.span, cue, start)


def _up_to_verb(clauses: Clauses, found: Bearer, span: Span, cue: Cue | None, start: int) -> Bearer:
    """With all that stands between a subject that begins its clause and the verb, where the verb comes second.

    "Anbieter *von Diensten, die*" ends at the comma; "aanbieders *met minder dan tien boten* hoeven" is one phrase.
    """
    norms, actors, lower = clauses.pack.norms, clauses.pack.actors, clauses.lower
    first = next((t for t in range(start, len(clauses)) if clauses.offset(t) >= span.start), len(clauses))
    end = next((t for t in range(first, len(clauses)) if clauses.offset(t) >= span.end), len(clauses))
    segment = clauses.segment_of(first)
    leads = {*actors.determiners, *actors.ambiguous_determiners, *actors.subject_leads, *norms.coordinators}
    before = [lower[t] for t in range(max(segment.start, start), first)]
    if segment.subordinate or not all(w in leads or w.endswith(actors.adjective_endings or "\0") for w in before):
        return found
    goes_on = {*actors.prepositions, *norms.coordinators, *actors.oblique_determiners, *actors.ambiguous_determiners}
    if end >= segment.end or lower[end] not in goes_on:
        return found  # "De houder *meet* dagelijks …": a verb that the pack does not know
    limit = min(segment.end, end + _FOREFIELD)
    verbs = {*norms.auxiliaries, *norms.item_verbs, *norms.passive}
    small = range(end, limit) if actors.by_capitals else ()
    nouns = {t for t in small if not clauses.doc[t].is_lower}
    verb = next((t for t in range(end, limit) if lower[t] in verbs and t not in nouns), None)
    if verb is None and cue is not None and end <= cue.start < limit and lower[cue.start].endswith(norms.verb_endings):
        verb = cue.start
    if verb is None and limit == segment.end and cue is not None and limit < cue.start:
        between = [s for s in clauses.segments if limit < s.start and s.end <= cue.start]
        verb = limit if between and all(s.subordinate for s in between) else None  # a relative clause follows
    if verb is None or verb == end or (cue is not None and verb > cue.start):
        return found
    while verb > end and (lower[verb - 1] in norms.coordinators or clauses.doc[verb - 1].is_punct):
        verb -= 1
    return replace(found, part=part(clauses, first, verb)) if verb > end else found


def _bearer(spoken: Spoken, clauses: Clauses, cue: Cue | None, start: int, stop: int) -> Bearer | None:
    passive = passive_anywhere(clauses, cue, start, stop) or (cue is None and _appointed(clauses, start, stop))
    verb = _verb_after_noun(clauses, cue, start, stop)
    free = free_relative(spoken, clauses, cue, start) if not passive else None
    if free is not None:
        return free
    norms = clauses.pack.norms
    if (
        cue is not None
        and (norms.auxiliaries or norms.subjects_anywhere)
        and (meant := _complement_subject(spoken.actors, clauses, cue))
    ):
        return meant
    if cue is not None and _names_behind(spoken.actors, clauses, cue):
        behind = addressed_behind(spoken.actors, clauses, cue)
        if behind is not None:
            return behind
    oblique = cue is not None and _oblique(clauses, cue) and not _bound_subject(spoken.actors, clauses, cue)
    if oblique and cue is not None and _personal(spoken.actors, clauses, cue):
        return antecedent(spoken, clauses, cue, start)
    if oblique and cue is not None:
        found = oblique_bearer(spoken.actors, clauses, start, stop, cue)
        if found is not None:
            return found
        if clauses.pack.norms.close_obliques and cue.start > start and is_pronoun(clauses, cue.start - 1):
            return antecedent(spoken, clauses, cue, start)  # "…, *sen* on ilmoitettava"
        addressee = unknown_addressee(spoken.actors, clauses, cue)
        if addressee is not None:
            return addressed(spoken.actors, clauses, addressee)
        personal = clauses.pack.actors.declensions and set(clauses.pack.norms.active_be) & set(
            clauses.lower[cue.start : cue.end]
        )
        if not personal and not _opens_clause(clauses, cue):
            return right_behind(spoken.actors, clauses, cue)
        if not personal:
            passive, verb = False, None
    if passive or (cue is not None and _leads_to_object(spoken.actors, clauses, cue)):
        return None
    reported = cue is not None and set(clauses.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end])
    if reported and cue is not None and (asked := _asked_of(spoken.actors, clauses, cue)) is not None:
        return asked
    if cue is None and (again := resumed(spoken, clauses, start, stop)) is not None:
        return again
    if clauses.pack.actors.declensions and cue is not None and not reported:
        # "Armator prowadzi dziennik, a załadowca musi …": what stands before the cue in its own clause comes first
        own = clauses.segment_of(cue.start)
        if (first := _before_relative(spoken.actors, clauses, own, start)) is not None:
            return with_joined(spoken.actors, clauses, first, clauses.segment_of(first.start).end)
        for actor in spoken.actors.find(clauses, max(own.start, start), cue.start) if not own.subordinate else ():
            if spoken.actors.nominative(actor):
                return with_joined(spoken.actors, clauses, actor, own.end)
    for segment in _reporting(clauses, cue):
        if segment.end <= start or segment.start >= stop:
            continue
        low, high = max(segment.start, start), min(segment.end, stop)
        if oblique and cue is not None:
            low = max(low, cue.end)  # "il est nécessaire que l'exploitant …"
        low += segment.opener in clauses.pack.norms.complementizers and low == segment.start
        if cue is not None:
            low = clauses.behind_report(low, min(cue.start, high))
        if cue is None and _thing_first(spoken.actors, clauses, low, high):
            return before_personal_verb(clauses, low, high)
        pronouns = (i for i in range(low, high) if is_pronoun(clauses, i) and not _governed(clauses, i))
        # "il incombe", "il faut": what stands in a cue is nobody
        written = cue.pattern.replace("|", " ").split() if cue is not None else []
        pronoun = next((i for i in pronouns if cue is None or clauses.lower[i] not in written), high)
        for actor in spoken.actors.find(clauses, low, high):
            if pronoun < actor.start:
                break
            if verb is not None and actor.start > verb:
                return not_listed(spoken.actors, clauses, cue, start) or open_subject(clauses, cue, start, verb)
            attribute = _attribute(clauses, actor, low)
            if attribute is not None and spoken.actors.nominative(actor):
                return Bearer(part(clauses, attribute, actor.end), actor.kind, SUBJECT)
            if actor.cases and actor.before in norms.relatives and cue is not None and cue.end < actor.start:
                continue  # "izuzeti su podaci koje *trgovac* čuva"
            if cue is None and actor.cases and _in_relative(clauses, actor, low, start):
                continue  # "opisi obuhvaćaju mjere koje poduzima *trgovac*"
            if _set_up(clauses, actor, low) or _said_by(clauses, actor, cue):
                continue
            if spoken.actors.nominative(actor) and _bare_subject(clauses, actor, low, cue):
                unsure = any(not c.endswith(".nom") for c in actor.cases)
                if unsure and (before := dropped(spoken, clauses, cue, start, stop)) is not None:
                    return before  # "Jeżeli armator …, zawiadamia port": the port is informed
                sure = cue is None or set(clauses.pack.actors.personal_cues) & set(clauses.lower[cue.start : cue.end])
                noun = declined_subject(spoken.actors, clauses, cue, start, stop) if unsure and sure else None
                if noun is not None and noun.part is not None and noun.part.span.end <= clauses.offset(actor.start):
                    return noun  # "Kaštelan obavještava ministarstvo"
                if actor.head in clauses.pack.actors.described:
                    return described(clauses, actor, cue)
                return with_joined(spoken.actors, clauses, actor, high)
        if pronoun < high and (verb is None or pronoun < verb):
            return antecedent(spoken, clauses, cue, start)
    noun = not_listed(spoken.actors, clauses, cue, start) or open_subject(clauses, cue, start, verb)
    noun = noun or beside_verb(clauses, cue, start)
    if noun is not None:
        return noun
    if cue is not None and (tokens := open_subjects.around(clauses, cue, start, stop)) is not None:
        return unlisted(clauses, tokens)
    inverted = subject_behind(spoken.actors, clauses, start, stop) if cue is None else None
    inverted = inverted or declined_subject(spoken.actors, clauses, cue, start, stop)
    return inverted or dropped(spoken, clauses, cue, start, stop)


def _governed(clauses: Clauses, index: int) -> bool:
    """Whether a preposition takes the pronoun at ``index`` ("pendant *celle-ci*")."""
    return index > 0 and clauses.lower[index - 1] in clauses.pack.actors.prepositions


def _oblique(clauses: Clauses, cue: Cue) -> bool:
    """Whether a cue's bearer stands where a recipient does ("*operatoram* jāziņo", "zabrania się *załodze*")."""
    norms, said = clauses.pack.norms, clauses.lower[cue.start : cue.end]
    return bool(set(norms.oblique_cues) & set(said)) or any(w.startswith(norms.duty_prefixes or "\0") for w in said)


def _bound_subject(actors: ActorFinder, clauses: Clauses, cue: Cue) -> bool:
    """Whether a cue binds the subject that begins its clause ("*Laenutaja võib* vaide *esitada*"): nobody else is meant."""
    if clauses.lower[cue.start] not in clauses.pack.norms.subject_cues or not clauses.pack.actors.declensions:
        return False
    own = clauses.segment_of(cue.start)
    first = next(iter(actors.find(clauses, own.start, cue.start)), None)
    return first is not None and first.end == cue.start and actors.nominative(first)


def _personal(actors: ActorFinder, clauses: Clauses, cue: Cue) -> bool:
    """Whether an infinitive beside the cue says who acts, and nobody in its clause does ("…, akkor közöl*nie kell* …")."""
    endings = clauses.pack.actors.personal_infinitives
    if not endings:
        return False
    own = clauses.segment_of(cue.start)
    beside = clauses.lower[max(cue.start - 1, own.start) : min(cue.end + 1, own.end)]
    if not any(w.endswith(endings) for w in beside):
        return False
    addressed_here = actors.find(clauses, own.start, own.end)
    return not any(c.endswith(".dat") for a in addressed_here for c in a.cases)


def _names_behind(actors: ActorFinder, clauses: Clauses, cue: Cue) -> bool:
    """Whether a cue leads to its bearer ("è cura del *gestore*", "obbliga i *gestori* a", "si raccomanda che le *banche*")."""
    pack, lower = clauses.pack, clauses.lower
    if not pack.norms.addressing_cues:
        return False
    if lower[cue.end - 1] in pack.actors.complement_links:
        # the noun at once: "ha cura di avvisare il gestore" leads to none
        at = cue.end + (lower[cue.end] in pack.actors.determiners if cue.end < len(lower) else 0)
        return any(a.start == at for a in actors.find(clauses, cue.end, min(cue.end + 4, len(clauses))))
    if set(pack.norms.addressing_cues) & set(lower[cue.start : cue.end]):
        return True
    return bool({*lower[cue.end - 1 : cue.end + 1]} & set(pack.norms.complementizers))


def _leads_to_object(actors: ActorFinder, clauses: Clauses, cue: Cue) -> bool:
    """Whether an infinitive right behind a cue without a subject has the next noun as its object ("è bene nominare un …")."""
    norms, lower = clauses.pack.norms, clauses.lower
    if not norms.addressing_cues or cue.end >= len(clauses) or not lower[cue.end].endswith(norms.infinitive_endings):
        return False
    if lower[cue.start] in norms.no_negations:
        return False
    alone = cue.end - cue.start > 1 or lower[cue.start] in norms.impersonal
    modal = (
        bool(set(norms.hard) & set(lower[cue.start : cue.end]))
        or lower[cue.end - 1] in clauses.pack.actors.prepositions
    )
    return alone and not modal and not actors.find(clauses, 0, cue.start)


def _complement_subject(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Bearer | None:
    """The subject of the clause that a cue of advice opens ("het is van belang dat *banken* …"), or whom it resumes."""
    if not set(clauses.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
        return None
    opens = clauses.pack.norms.complementizers
    that = next((s.start for s in clauses.segments if s.start >= cue.end - 1 and s.opener in opens), None)
    if that is None and clauses.lower[cue.end - 1] not in opens:
        return None
    low = cue.end if that is None else that + 1
    if low >= len(clauses):
        return None
    high = clauses.segment_of(low).end
    if clauses.lower[low] in clauses.pack.actors.pronouns:
        before = actors.find(clauses, 0, low)
        return named(clauses, before[-1], ANTECEDENT) if before else None
    actor = next((a for a in actors.find(clauses, low, high) if actors.nominative(a)), None)
    if actor is None or actor.start > low + 1 + (actor.determiner != ""):
        return None
    return with_joined(actors, clauses, actor, high)


def _verb_after_noun(clauses: Clauses, cue: Cue | None, start: int, stop: int) -> int | None:
    """The verb of a clause that begins with a noun phrase: what stands behind it is no subject.

    Where a clause begins with something else, the subject may follow its verb ("possono partecipare gli enti").
    """
    if not clauses.pack.norms.commanding_verbs:
        return None
    at = cue.start if cue is not None else 0
    if cue is not None and clauses.lower[at] in clauses.pack.norms.no_negations:
        at = cue.end - 1  # "nessun operatore può": the cue begins with its subject
    segments = [s for s in _reporting(clauses, cue) if s.end > start and s.start < stop]
    begun = False
    for segment in segments:
        low, high = max(segment.start, start), min(segment.end, stop)
        while low < high and clauses.lower[low] in {
            *clauses.pack.norms.coordinators,
            *clauses.pack.norms.complementizers,
        }:
            low += 1
        begun = begun or (low < high and clauses.lower[low] in clauses.pack.actors.determiners)
        for token in range(low, high):
            is_verb = token == at if cue is not None else clauses.is_verb(token)
            if is_verb:
                return token if begun else None
    return None


def _set_up(clauses: Clauses, actor: Actor, low: int) -> bool:
    """Whether somebody not yet known is what a reflexive passive makes ("se constituie *o comisie*")."""
    norms = clauses.pack.norms
    said = clauses.lower[low : actor.start]
    return actor.determiner in norms.noun_signals and not set(norms.passive_reflexives).isdisjoint(said)


def _said_by(clauses: Clauses, actor: Actor, cue: Cue | None) -> bool:
    """Whether a word of the cue looks like somebody ("non sono *soggetti* all'obbligo i porti")."""
    norms = clauses.pack.norms
    if cue is None or not norms.verb_clitics or norms.subject_first:
        return False
    return (
        cue.start < actor.start < cue.end
        and clauses.lower[cue.start] not in norms.no_negations
        and not actor.determiner
    )


def _before_relative(actors: ActorFinder, clauses: Clauses, own: Segment, start: int) -> Actor | None:
    """The actor that begins a sentence whose subject goes on behind a relative clause ("*Spolky*, které …, a obce mohou")."""
    lead = clauses.segment_of(start)
    if own.start <= lead.end or lead.subordinate or clauses.lower[own.start] not in clauses.pack.norms.coordinators:
        return None
    if not clauses.segment_of(lead.end).relative or any(acts(w, clauses.pack) for w in clauses.lower[start : lead.end]):
        return None
    first = next(iter(actors.find(clauses, start, lead.end)), None)
    begins = first is not None and first.start - start <= (first.determiner != "")
    return first if first is not None and begins and actors.nominative(first) else None


def _in_relative(clauses: Clauses, actor: Actor, low: int, start: int) -> bool:
    """Whether a relative clause without a comma behind the main verb tells of the actor ("mjere koje poduzima *luka*")."""
    relatives = clauses.pack.norms.relatives
    at = next((t for t in range(low + 1, actor.start) if clauses.lower[t] in relatives), None)
    return at is not None and any(acts(w, clauses.pack) for w in clauses.lower[start:at])


def _thing_first(actors: ActorFinder, clauses: Clauses, low: int, high: int) -> bool:
    """A thing with its determiner before a verb that the pack knows is the subject ("Die documentatie stelt … in staat")."""
    words, norms = clauses.pack.actors, clauses.pack.norms
    if not words.demonstrative_pronouns or clauses.lower[low] not in {
        *words.determiners,
        *words.demonstrative_pronouns,
    }:
        return False
    verb = next((i for i in range(low + 2, min(low + 9, high)) if clauses.lower[i] in norms.item_verbs), None)
    if verb is None or actors.find(clauses, low, verb):
        return False
    units = tuple(form for unit in clauses.pack.temporal.units for form in unit.forms)
    return not any(anywhere(units).fullmatch(w) for w in clauses.lower[low:verb])


def _reporting(clauses: Clauses, cue: Cue | None) -> list[Segment]:
    """The main clauses; the reported clause alone where the command stands in it ("…, dass Betreiber … müssen")."""
    if cue is not None:
        last = cue.end - 1
        own = clauses.segment_of(last if clauses.lower[last] in clauses.pack.norms.complementizers else cue.start)
        if own.opener in clauses.pack.norms.complementizers:
            return [own]
        if set(clauses.pack.norms.complement_cues) & set(clauses.lower[cue.start : cue.end]):
            after = [s for s in clauses.segments if s.start > cue.start]
            if after and after[0].opener and after[0].opener not in clauses.pack.norms.condition_enclitics:
                return [after[0]]
    return [s for s in clauses.segments if not s.subordinate]


def _asked_of(actors: ActorFinder, clauses: Clauses, cue: Cue) -> Bearer | None:
    """Of whom something is expected ("*Od banaka* se očekuje da …")."""
    words, own = clauses.pack.actors.asked_of, clauses.segment_of(cue.start)
    found = actors.find(clauses, own.start, own.end) if words else []
    beside = (a for a in found if a.before in words and (a.start - 1 in {own.start, cue.end} or a.end == cue.start))
    actor = next(beside, None)
    return addressed(actors, clauses, actor) if actor is not None else None


def _appointed(clauses: Clauses, start: int, stop: int) -> bool:
    """Whether a reflexive verb of the main clauses says who is appointed, and not by whom ("*Ravnatelj* se imenuje")."""
    norms = clauses.pack.norms
    for segment in clauses.segments:
        if segment.subordinate or not start <= segment.start < stop:
            continue
        said = set(clauses.lower[segment.start : segment.end])
        if said & set(norms.appointing) and said & set(norms.passive_reflexives):
            return True
    return False


def _opens_clause(clauses: Clauses, cue: Cue) -> bool:
    """Whether a cue leads into a clause that says who acts ("il convient que l'exploitant …")."""
    comma = clauses.lower[cue.end : cue.end + 1] == [","]  # "doporučuje se, aby poskytovatel …"
    words = {*clauses.lower[cue.end - 1 : cue.end + 1 + comma]}
    return clauses.pack.norms.mood == "indicative" and not words.isdisjoint(clauses.pack.norms.complementizers)


def _attribute(clauses: Clauses, actor: Actor, low: int) -> int | None:
    """Where what describes a noun begins behind its determiner: "Die *nach Absatz 1 verpflichteten Betreiber* melden"."""
    words, lower = clauses.pack.actors, clauses.lower
    opens = lower[low] in {*words.determiners, *words.ambiguous_determiners}
    if not words.by_capitals or not opens or not 2 < actor.start - low < _FOREFIELD or actor.determiner:
        return None
    between = range(low + 1, actor.end - 1)
    last = lower[actor.end - 2]
    verbal = len(last) >= _PARTICIPLE and clauses.doc[actor.end - 2].is_lower and last.endswith(words.adjective_endings)
    verbs = {*clauses.pack.norms.item_verbs, *clauses.pack.norms.passive}
    acts = any(lower[t] in verbs and clauses.doc[t].is_lower for t in between)
    return low + 1 if verbal and lower[low + 1] in words.prepositions and not acts else None


def _whole_forefield(clauses: Clauses, actor: Actor, lead: list[str], cue: Cue | None) -> bool:
    """Whether a phrase before a noun belongs to its participle ("*Nach § 12 zur Auskunft verpflichtete* Betreiber melden")."""
    words, norms, noun = clauses.pack.actors, clauses.pack.norms, actor.end - 1
    if not words.by_capitals or lead[0] not in words.prepositions or actor.end >= len(clauses):
        return False
    participle = clauses.doc[noun - 1]
    verbal = (
        participle.is_lower
        and len(participle) >= _PARTICIPLE
        and participle.lower_.endswith(words.adjective_endings[:1])
    )
    verb = actor.end == cue.start if cue is not None else clauses.lower[actor.end] in norms.item_verbs
    return verbal and verb and clauses.doc[actor.end].is_lower


def _bare_subject(clauses: Clauses, actor: Actor, low: int, cue: Cue | None) -> bool:
    """Without a determiner, a noun is the subject at the clause's start or right after the verb ("haben Betreiber")."""
    if actor.determiner or not clauses.pack.actors.compounds:
        return True
    lead = clauses.lower[low : actor.start]
    if lead and lead[-1] in clauses.pack.norms.coordinators and lead[0].endswith("-") and len(lead) == 2:
        return True  # "Kredit- und Finanzinstitute"
    actors = clauses.pack.actors
    if lead and _whole_forefield(clauses, actor, lead, cue):
        return True
    if lead and not (actors.capital_nouns or actors.verbs_apart) and lead[-1] in clauses.pack.norms.item_verbs:
        return True  # "melden exploitanten": a verb that the pack knows, and its subject
    endings = clauses.pack.norms.verb_endings
    if lead and cue is None and actors.verbs_apart and endings and lead[-1].endswith(endings):
        return True  # "indsamler Kommissionen"
    return all(w in clauses.pack.norms.coordinators for w in lead) or (
        cue is not None and actor.start in {cue.start + 1, cue.end}
    )
