"""What voice a command is in: whether it says what is done, not who does it; and where its verb begins."""

from __future__ import annotations

import re
from functools import cache

from dutybook.extract.norms.clauses import Clauses, command_verbs
from dutybook.extract.norms.declension import impersonal
from dutybook.extract.norms.grammar.cue_patterns import Cue
from dutybook.extract.norms.polarity import main_words
from dutybook.languages import LanguagePack

# Letters that a participle has at least where it may stand anywhere ("let", of years, is none).
_SHORTEST = 4


def verb_start(clauses: Clauses, cue: Cue) -> int:
    """The first token of the cue's verb with the clitics and negations before it ("no se le" in "no se le exigirá")."""
    norms = clauses.pack.norms
    at = cue.start
    while at > 0 and clauses.lower[at - 1] in {*norms.clitics, *norms.close_negations}:
        at -= 1
    return at


def reflexive(clauses: Clauses, cue: Cue) -> bool:
    """Whether the verb is reflexive: "se conservará", "deberá conservarse"."""
    marks = clauses.pack.norms.reflexives
    after = clauses.lower[cue.end] if cue.end < len(clauses) else ""
    lead = clauses.lower[verb_start(clauses, cue) : cue.end]
    return bool(set(marks) & set(lead)) or (bool(marks) and after.endswith(marks) and after not in marks)


def is_passive(clauses: Clauses, cue: Cue | None) -> bool:
    """Whether the command is in the passive: it says what is done, not who does it."""
    norms = clauses.pack.norms
    if norms.clitics and cue is not None:
        copula = set(norms.passive) & set(clauses.lower[cue.start : cue.end])
        return bool(copula) or auxiliary_passive(clauses, cue) or reflexive(clauses, cue)
    if norms.free_order:
        return passive_anywhere(clauses, cue, 0, len(clauses)) or impersonal(clauses)
    return cue is not None and auxiliary_passive(clauses, cue)


def auxiliary_passive(clauses: Clauses, cue: Cue) -> bool:
    """Whether an auxiliary of the passive and its participle stand in the verb ("shall be kept", "deberá ser firmado")."""
    norms = clauses.pack.norms
    window = clauses.lower[cue.start : min(cue.end + 6, len(clauses))]
    own = cue.end - cue.start
    for position, word in enumerate(window):
        if position >= own and word in norms.complementizers:
            return False  # "shall ensure that papers may be sent": of the clause inside
        if position > own and word in norms.passive and window[position - 1] in clauses.pack.actors.prepositions:
            return False  # "may ask to be heard"
        if word in norms.passive and not set(norms.active_be).isdisjoint(window[position + 2 : own]):
            return False  # "will be given the right to"
        if word in norms.passive:
            rest = (w for w in window[position + 1 :] if w not in norms.between_verbs)
            following = next((w for w in rest if not w.endswith(norms.adverb_endings)), "")
            return following not in norms.active_be and following.endswith(norms.participle_endings)
    return False


def passive_anywhere(clauses: Clauses, cue: Cue | None, start: int, stop: int) -> bool:
    """A passive auxiliary in the main clause, up to the first clause that depends on it."""
    norms = clauses.pack.norms
    if norms.passive_forms and _passive_form(clauses, cue, start, stop):
        return True
    if norms.participle_endings and not norms.verb_final:
        return _passive_before_participle(clauses, cue, start, stop)
    if cue is not None and cue.pattern.startswith(norms.passive_cues) and norms.passive_cues:
        return True
    if cue is not None and set(norms.active_be) & set(clauses.lower[cue.start : cue.end]):
        return _advised_passive(clauses, cue)
    words = set(norms.passive)
    begun = False
    for segment in clauses.segments:
        if segment.end <= start or segment.start >= stop:
            continue
        if begun and segment.opener in norms.complementizers:
            break
        if segment.subordinate:
            continue
        begun = begun or cue is None or segment.start <= cue.start < segment.end
        said = clauses.lower[max(segment.start, start) : min(segment.end, stop)]
        if words & set(said) and not _becomes(said, clauses.pack):
            return True
        if norms.command_endings and cue is not None:
            said = clauses.lower[cue.start : cue.end]  # "áiritheoidh … go gcoimeádfar": the verb that commands
        if norms.passive_endings and not norms.command_endings and norms.commanding_verbs:
            first = next((w for w in said if w in command_verbs(clauses.pack) or _ends_passive(w, clauses.pack)), "")
            if first in command_verbs(clauses.pack) and cue is None:
                return False  # "τηρεί μητρώο που ενημερώνεται"
        if norms.passive_endings and any(_ends_passive(w, clauses.pack) for w in said):
            return True
    return False


def _advised_passive(clauses: Clauses, cue: Cue) -> bool:
    """Whether an impersonal cue leads to a verb in the passive ("συνιστάται να *τηρείται* αρχείο")."""
    norms, lower = clauses.pack.norms, clauses.lower
    impersonal_cue = norms.passive_endings and set(norms.oblique_cues) & set(lower[cue.start : cue.end])
    leads = cue.end + 1 < len(lower) and lower[cue.end] in norms.no_cue_after
    return bool(impersonal_cue) and leads and _ends_passive(lower[cue.end + 1], clauses.pack)


def _becomes(said: list[str], pack: LanguagePack) -> bool:
    """Whether the auxiliary that closes a clause says what somebody becomes ("müssen nicht *tätig werden*")."""
    closed = len(said) > 1 and said[-1] in pack.norms.passive and not set(pack.norms.passive) & set(said[:-1])
    return closed and said[-2].endswith(pack.norms.becoming or "\0")


def _ends_passive(word: str, pack: LanguagePack) -> bool:
    """Whether a word ends as passives do ("υποβάλλεται"), and is no noun or gerund that ends so."""
    norms = pack.norms
    if word in norms.active_be:
        return False
    active = max((len(e) for e in norms.active_endings if word.endswith(e)), default=0)
    # "*vedamas*" is led, "*bendradarbiaudama*" is working together
    return any(len(e) > active and word.endswith(e) for e in norms.passive_endings)


@cache
def _forms(pack: LanguagePack) -> re.Pattern[str]:
    return re.compile("|".join(pack.norms.passive_forms))


@cache
def _negated_forms(pack: LanguagePack) -> re.Pattern[str]:
    return re.compile("|".join(pack.norms.negated_passive_forms))


def has_passive_form(clauses: Clauses, token: int) -> bool:
    """Whether a word has one of the pack's forms of the passive ("opbevares")."""
    norms, word = clauses.pack.norms, clauses.lower[token]
    if norms.negated_passive_forms and token and clauses.lower[token - 1] in norms.negations:
        active = any(f"{word}{e}" in norms.item_verbs for e in norms.connegative_endings)
        return not active and _negated_forms(clauses.pack).fullmatch(word) is not None  # "ei rajata", "ei jätetä"
    return bool(norms.passive_forms) and _forms(clauses.pack).fullmatch(word) is not None


def _passive_form(clauses: Clauses, cue: Cue | None, start: int, stop: int) -> bool:
    """A verb with the form of the passive in the main clause, up to a clause inside it."""
    norms = clauses.pack.norms
    if cue is not None and set(norms.active_be) & set(clauses.lower[cue.start : cue.end]):
        return False
    inner = {*norms.complementizers, *norms.relatives}
    verb = cue.start if cue is not None else start
    # "kan påbyde, at forhold, der …, bringes i orden": what goes on behind a relative belongs to the clause that was opened
    opened = next((s.start for s in clauses.segments if s.start > verb and s.opener in norms.complementizers), stop)
    for at, word in main_words(clauses, verb, min(stop, opened)):
        if word in inner and at > start:
            return False
        if has_passive_form(clauses, at):
            return True
    return False


def _passive_before_participle(clauses: Clauses, cue: Cue | None, start: int, stop: int) -> bool:
    """A passive auxiliary of the command with its participle; the one of a relative clause inside is passed over."""
    norms = clauses.pack.norms
    if cue is not None and set(norms.active_be) & set(clauses.lower[cue.start : cue.end]):
        return False
    for segment in clauses.segments:
        low = max(segment.start, start, cue.start if cue is not None else 0)
        if segment.subordinate or low >= min(segment.end, stop):
            continue
        relative = False
        for token in range(low, min(segment.end, stop)):
            word = clauses.lower[token]
            if word in norms.conditions:
                break
            if word in norms.relatives:
                relative = True
            elif relative and (clauses.is_verb(token) or word in norms.passive):
                relative = False
            elif cue is None and norms.infinitive_endings and word.endswith(norms.infinitive_endings):
                continue  # "dopo essere venuto a conoscenza": an infinitive without its modal verb
            elif word in norms.passive and not relative and _participle(clauses, token + 1):
                return True
    return False


def _participle(clauses: Clauses, token: int) -> bool:
    """Whether the participle of the auxiliary before ``token`` follows, where order is free also before it."""
    norms = clauses.pack.norms
    if norms.participles_anywhere:
        near = [*clauses.lower[max(token - 4, 0) : token - 1], *clauses.lower[token : token + 4]]
        return any(
            len(w) >= _SHORTEST and w.endswith(norms.participle_endings) and w not in norms.active_be for w in near
        )
    rest = (w for w in clauses.lower[token : token + 5] if w not in norms.between_verbs)
    following = next((w for w in rest if not (norms.adverb_endings and w.endswith(norms.adverb_endings))), "")
    return following not in norms.active_be and following.endswith(norms.participle_endings)
