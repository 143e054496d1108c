"""What a cue says once negations and "only" in its clause are heard."""

from __future__ import annotations

from dutybook.extract.norms.clauses import Clauses, verbs_and_auxiliaries
from dutybook.extract.norms.lists import is_negative_verb
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.records import Modality, Strength

# Where "only" limits the verb itself ("può usare soltanto …"), so many words after the cue at most.
_ONLY_REACH = 5
# Words at most of what a joining word and a negation add to a noun between commas.
_APPOSED = 3


def modality(clauses: Clauses, cue: Cue, start: int, end: int) -> tuple[Modality, Strength, str]:
    """What a cue says once negations and "only" in its clause are heard, and why."""
    norms = clauses.pack.norms
    # "should avoid", "sollen … unterlassen": the modal verb of advice stands within another cue
    advice = {w for p in norms.cues.recommendation if " " not in p for w in p.split("|")}
    advice.update(norms.advice)
    recommends = cue.label == "recommendation" or bool(advice & set(clauses.lower[cue.start : cue.end]))
    strength = Strength.SHOULD if recommends else Strength.MUST
    label = "obligation" if cue.label == "recommendation" or _of_second_predicate(clauses, cue) else cue.label
    why = f"cue “{cue.pattern}”"
    if label in {"permission", "obligation"} and cue.label in norms.negated and negated(clauses, start, end, cue):
        return Modality(norms.negated[cue.label]), strength, why + ", negated"
    if label == "permission" and (_limited(clauses, cue, end) or _of_nobody(clauses, cue, start)):
        return Modality.PROHIBITION, strength, why + ", limited by “only”"
    return Modality(label), strength, why


def main_words(clauses: Clauses, start: int, end: int) -> list[tuple[int, str]]:
    """Tokens of the main clauses within ``[start, end)``, with their positions."""
    return [
        (i, clauses.lower[i])
        for s in clauses.segments
        if not s.subordinate
        for i in range(max(s.start, start), min(s.end, end))
    ]


def negated(clauses: Clauses, start: int, end: int, cue: Cue | None) -> bool:
    """Whether a negation in the main clause turns ``cue``, or the command without a cue."""
    norms = clauses.pack.norms
    words = main_words(clauses, start, end)
    if cue is not None and norms.clitics:
        return _negates(clauses, cue, start)
    if norms.verb_clitics:
        return _negated_verb(clauses, words, cue)
    if norms.negative_prefix and cue is None and any(is_negative_verb(w, clauses.pack) for _, w in words):
        return True
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
        floor, ceiling = _reach(clauses, cue, end)
    if norms.auxiliaries:
        # where the verb is second, nothing behind the next clause or cue turns it
        later = [c.start for c in clauses.cues if cue is not None and c.start >= cue.end and not c.constitutive]
        ceiling = min([ceiling, *later])
        verbs = {*norms.auxiliaries, *norms.item_verbs}
        origin = cue.start if cue is not None else next((at for at, w in words if w in verbs), start)
        ceiling = min([ceiling, *(s.start for s in clauses.segments if s.subordinate and s.start > origin)])
    if cue is not None and norms.negation_stops:
        behind = range(cue.end, len(clauses))
        ceiling = min([ceiling, *(t for t in behind if clauses.lower[t] in norms.negation_stops)])
    # "sind nicht verpflichtet, können aber …": a negation within an earlier cue is used up
    used = {t for c in clauses.cues if cue is not None and c.end <= cue.start for t in range(c.start, c.end)}
    written = set(cue.pattern.replace("|", " ").split()) if cue is not None else set()
    for at, word in words:
        if at in used and norms.verb_final:
            continue
        if cue is not None and word in written and cue.start <= at < cue.end:
            continue  # "entbindet nicht von der Pflicht": the cue says what it says with its negation
        if word in norms.negations and _contrasted(clauses, at, end):
            continue
        if word in norms.negations and floor <= at < ceiling and not (_mock(clauses, at) or _describes(clauses, at)):
            after = _hyphened(clauses, at + 1)
            object_of = bool(norms.unnegated) and clauses.lower[at - 1] in clauses.pack.actors.prepositions
            if after not in norms.only and after not in norms.unnegated and not (at and object_of):
                return True
    return False


def _of_second_predicate(clauses: Clauses, cue: Cue) -> bool:
    """Whether only the second of two predicates is negated ("müssen unabhängig und an Weisungen nicht gebunden sein")."""
    pack = clauses.pack
    if cue.label != "exemption" or not pack.actors.by_capitals or clauses.lower[cue.start] not in pack.norms.hard:
        return False
    joins = [t for t in range(cue.start + 2, cue.end - 1) if clauses.lower[t] in pack.norms.coordinators]
    return any(clauses.doc[t - 1].is_lower and clauses.lower[t - 1] not in pack.actors.pronouns for t in joins)


def _describes(clauses: Clauses, at: int) -> bool:
    """Whether a negation belongs to an adjective before its noun ("des vorhandenen oder *nicht vorhandenen* Zugangs")."""
    actors, norms = clauses.pack.actors, clauses.pack.norms
    if not actors.by_capitals or at == 0 or at + 2 >= len(clauses):
        return False
    leads = {*norms.coordinators, *actors.determiners, *actors.oblique_determiners, *actors.ambiguous_determiners}
    adjective = clauses.doc[at + 1].is_lower and clauses.lower[at + 1].endswith(actors.adjective_endings)
    return adjective and clauses.lower[at - 1] in leads and clauses.doc[at + 2].is_title


def _contrasted(clauses: Clauses, at: int, end: int) -> bool:
    """Whether a clause says what instead of what its negation takes away ("nicht an das Amt, sondern an den Hafen")."""
    contrasts = clauses.pack.norms.contrasts
    where = next((t for t in range(at + 1, end) if clauses.lower[t] in contrasts and clauses.lower[t - 1] == ","), None)
    if where is None:
        return False
    return not any(c.start > where and not c.constitutive for c in clauses.cues)


def _hyphened(clauses: Clauses, at: int) -> str:
    """The word that begins at a token, with what hyphens join to it: tokenizers cut "не *по-късно* от" there."""
    word, end = clauses.lower[at] if at < len(clauses) else "", at
    while end + 2 < len(clauses) and clauses.lower[end + 1] == "-" and not clauses.doc[end].whitespace_:
        end += 2
        word += f"-{clauses.lower[end]}"
    return word


def _negates(clauses: Clauses, cue: Cue, start: int) -> bool:
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


def _negated_verb(clauses: Clauses, words: list[tuple[int, str]], cue: Cue | None) -> bool:
    """A negation right before the cue, or, where there is none, before the main clause's verb."""
    norms = clauses.pack.norms
    verbs = verbs_and_auxiliaries(clauses.pack)
    for at, word in words:
        if word not in norms.negations or (at and clauses.lower[at - 1] in norms.relatives):
            continue
        if cue is None and _of_clause_inside(clauses, words, at):
            continue
        if cue is None and _restricts(clauses, at):
            if clauses.lower[at + 1] in norms.passive:
                return True  # "l'eau n'est rejetée qu'après …"
            continue
        verb = at + 1
        while verb < len(clauses) and clauses.lower[verb] in norms.verb_clitics:
            verb += 1
        if set(clauses.lower[verb : verb + 1]) & set(norms.unnegated):
            continue  # "nu mai târziu de zece zile"
        if cue is not None:
            if verb == cue.start:
                return True
        elif verb < len(clauses) and (clauses.lower[verb] in verbs or word in norms.no_negations):
            return clauses.lower[verb] not in norms.only
        elif verb < len(clauses) and _unknown_verb(clauses, at, verb):
            return True
    return False


def _restricts(clauses: Clauses, at: int) -> bool:
    """Whether the negation at ``at`` says "only" ("ne traite les données que …")."""
    norms = clauses.pack.norms
    if not norms.restrictives:
        return False
    rest = clauses.lower[at + 2 : clauses.segment_of(at).end]
    only = next((i for i, w in enumerate(rest) if w in norms.restrictives), None)
    return only is not None and not set(rest[:only]) & set(norms.full_negations)


def _of_clause_inside(clauses: Clauses, words: list[tuple[int, str]], at: int) -> bool:
    """Whether the main clause has had its verb, and a clause that begins behind it has the negation at ``at``.

    ("répare le mur avant *que* l'eau *ne* monte", "transmet les pièces *que* le port *ne* détient pas")
    """
    norms = clauses.pack.norms
    told = [t for t, _ in words if t < at]
    pronouns = set(clauses.pack.actors.pronouns)
    verb = next((t for t in told if clauses.is_verb(t) or (t and clauses.lower[t - 1] in pronouns)), None)
    if verb is None or {clauses.lower[at - 1], clauses.lower[clauses.segment_of(at).start]} & set(norms.coordinators):
        return False
    opens = {*norms.relatives, *norms.complementizers}
    if opens & set(clauses.lower[clauses.segment_of(verb).start : verb]):
        return False
    return any(clauses.lower[t] in opens for t in range(verb + 1, at))


def _mock(clauses: Clauses, at: int) -> bool:
    """Whether the negation at ``at`` stands in a phrase that negates nothing ("al dan niet")."""
    around = f" {' '.join(clauses.lower[max(at - 2, 0) : at + 3])} "
    return any(f" {phrase} " in around for phrase in clauses.pack.norms.mock_negations)


def _unknown_verb(clauses: Clauses, at: int, verb: int) -> bool:
    """Whether a negation stands before a verb that the pack does not know: no known one before it, and no adjective."""
    pack = clauses.pack
    segment = clauses.segment_of(at)
    word = clauses.lower[verb]
    if (
        segment.start < at
        and segment.end - segment.start <= _APPOSED
        and clauses.lower[at - 1] in pack.norms.coordinators
    ):
        return False  # "της πρόσβασης, ή μη πρόσβασης, των χρηστών"
    if segment.subordinate or not clauses.doc[verb].is_alpha or word in {*pack.norms.only, *pack.actors.prepositions}:
        return False
    if any(clauses.is_verb(t) or clauses.lower[t] in pack.norms.passive for t in range(segment.start, at)):
        return False
    endings = (*pack.norms.participle_endings, *pack.actors.complement_endings, *pack.norms.infinitive_endings)
    return not word.endswith(endings) and not clauses.doc[verb].text[:1].isupper()


def _reach(clauses: Clauses, cue: Cue, end: int) -> tuple[int, int]:
    """Tokens in which a negation turns the cue: for duties only right by the verb."""
    if cue.label == "permission":
        return cue.start - 12, end
    if clauses.pack.norms.verb_final:
        return cue.start - 12, cue.start + 5
    return cue.start - 2, cue.end + 1


def _of_nobody(clauses: Clauses, cue: Cue, start: int) -> bool:
    """Whether a main clause before the cue begins with a negated subject, or "only those" ("Seuls ceux qui …, peuvent")."""
    norms = clauses.pack.norms
    for segment in clauses.segments:
        first = max(segment.start, start)
        while first < cue.start and clauses.lower[first] in norms.coordinators:
            first += 1
        if (
            first < min(segment.end, cue.start)
            and not segment.subordinate
            and clauses.lower[first] in norms.no_negations
        ):
            return True
    return False


def _only_in_case(clauses: Clauses, cue: Cue, end: int) -> bool:
    """Whether a permission behind insertions holds in certain cases only ("may be held liable, …, *only if* …", "… *only:*")."""
    norms = clauses.pack.norms
    leads = norms.only_leads
    if not leads:
        return False
    later = [c.start for c in clauses.cues if c.start >= cue.end and not c.constitutive]
    stops = [t for t in range(cue.end, end) if clauses.lower[t] == ";"]
    reach = range(cue.end, min([end - 1, *later, *stops]))
    only = (t for t in reach if clauses.lower[t] == norms.limiting)
    return any(clauses.lower[t + 1] in leads and clauses.lower[t - 1] not in norms.negations for t in only)


def _limited(clauses: Clauses, cue: Cue, end: int) -> bool:
    norms = clauses.pack.norms
    floor = cue.start - 8
    if norms.subject_first or norms.clitics:  # "somente os dados estritamente necessários poderão …"
        floor = min(floor, clauses.segment_of(cue.start).start)
    # what limits a participle ("decisões tomadas unicamente …") limits no permission
    governed = norms.participle_endings if norms.subject_first else ()
    if norms.verb_clitics:
        end = min(end, cue.end + _ONLY_REACH)
    if _only_in_case(clauses, cue, end):
        return True
    # "… kann verschieden sein und nur die Leitung kann …": what limits a further verb
    others = [c.start for c in clauses.cues if c.start >= cue.end and not c.constitutive]
    joins = (t for t in range(cue.end, others[0]) if clauses.lower[t] in norms.coordinators) if others else ()
    end = min([end, *(t for t in joins if clauses.lower[t + 1] in norms.only)])
    return any(
        w in norms.only
        and floor <= at < end
        and not (at and clauses.lower[at - 1] in norms.negations)
        and not (at and governed and len(before := clauses.lower[at - 1]) > 5 and before.endswith(governed))
        for at, w in main_words(clauses, 0, end)
    )
