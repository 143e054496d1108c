"""What the light model sees of a sentence, and of a list: named features, the same in training and at run time.

Nothing here knows a language. Words stand beside what the packs make of them (cues, openers, actors, what the rules
decided and why), so that what is learned in one language serves another.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from dutybook.extract.norms import lists
from dutybook.extract.norms.actors import Actor, ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.lists import ListKind, ListSeen
from dutybook.extract.norms.reading import Reading
from dutybook.extract.norms.seen import Features
from dutybook.languages import LanguagePack
from dutybook.records import Genre, Sentence

_LONGEST = 60
_ITEMS_SEEN = 8


def of_statement(reading: Reading, sentence: Sentence, actors: ActorFinder, genre: Genre) -> Features:
    """Features of a sentence or stem that was read: does it state a norm, and of which modality?"""
    clauses = reading.clauses
    norms = clauses.pack.norms
    context = f"{genre.value}/{norms.mood}"
    marks = [
        f"genre={context}",
        f"zone={sentence.zone.value}",
        f"role={sentence.role.value}",
        f"role={sentence.role.value}/{norms.mood}",
        f"first={sentence.first}",
        f"colon={clauses.source.rstrip().endswith(':')}",
        f"length={min(len(clauses) // 8, 8)}",
        f"lower={clauses.source[:1].islower()}",
        *_verdict(reading, context),
        *_cues(clauses),
        *_subject(clauses, actors),
        *(f"heading={w}" for w in sentence.heading.casefold().split()[:8]),
    ]
    main = [i for s in clauses.segments if not s.subordinate for i in range(s.start, s.end)]
    words = [clauses.lower[i] for i in main][:_LONGEST]
    marks += [f"only={bool(set(words) & set(norms.only))}", f"not={bool(set(words) & set(norms.negations))}"]
    marks.append(f"passive={bool(set(words) & set(norms.passive))}")
    first = clauses.segments[0]
    marks += [f"opens={first.opener or '—'}", f"subordinate={first.subordinate}", f"conditional={_condition(clauses)}"]
    marks += [f"begin{n}={w}" for n, w in enumerate(clauses.lower[:3])]
    marks += [f"begin={' '.join(clauses.lower[:2])}", f"begins={' '.join(clauses.lower[:3])}"]
    ends = [w for w in clauses.lower[-4:] if w.isalpha()]
    marks += [f"end={w}" for w in ends[-2:]]
    text = [f"w={w}" for w in words]
    text += [f"ww={a} {b}" for a, b in pairwise(words)]
    return Features(tuple(marks), tuple(text))


def _verdict(reading: Reading, context: str) -> list[str]:
    """What the rules decided, and why."""
    if not reading.statements:
        return [
            f"no={reading.reason or 'no cue'}",
            f"no={reading.reason or 'no cue'}/{context}",
            f"said=none/{context}",
        ]
    made = []
    for statement in reading.statements[:2]:
        by = "cue" if statement.cue is not None else "indicative"
        made += [f"said={statement.modality.value}/{by}", f"said={statement.modality.value}/{by}/{context}"]
        if statement.cue is not None:
            made.append(f"by={statement.cue.pattern}")
        made += [f"why={w.strip()}" for w in statement.why.split(",")[1:]]
    made.append(f"says={min(len(reading.statements), 3)}")
    return made


def _cues(clauses: Clauses) -> list[str]:
    main = {c.start for c in clauses.main_cues()}
    made = []
    for cue in clauses.cues:
        place = "main" if cue.start in main else "inner"
        made += [f"cue={cue.label}/{place}", f"pattern={cue.pattern}/{place}"]
    labels = sorted({c.label for c in clauses.cues if c.start in main})
    return [*made, f"cues={'+'.join(labels) or '—'}"]


def _subject(clauses: Clauses, actors: ActorFinder) -> list[str]:
    """The first actor of the main clauses that can be a subject, and the word behind it: often the verb."""
    for segment in clauses.segments:
        if segment.subordinate:
            continue
        for actor in actors.find(clauses, segment.start, segment.end):
            if actors.nominative(actor):
                return _actor(clauses, actor, segment.start)
    first = next((s for s in clauses.segments if not s.subordinate), None)
    verb = clauses.lower[first.start] if first else ""
    return ["actor=—", f"leads={verb}"]


def _actor(clauses: Clauses, actor: Actor, start: int) -> list[str]:
    after = clauses.lower[actor.end : actor.end + 2]
    before = clauses.lower[actor.start - 1 - bool(actor.determiner)] if actor.start - bool(actor.determiner) > 0 else ""
    made = [f"actor={actor.kind.value}", f"actor at={min(actor.start - start, 4)}", f"before actor={before}"]
    made += [f"after actor={w}" for w in after[:1]]
    return made + [f"ending={w[-n:]}" for w in after[:1] for n in (2, 3) if len(w) > n]


def _condition(clauses: Clauses) -> bool:
    conditions = set(clauses.pack.norms.conditions)
    return any(s.opener in conditions for s in clauses.segments)


def of_list(seen: ListSeen, decided: ListKind, clauses: Clauses, genre: Genre) -> Features:
    """Features of a list: are its items norms, or is its stem?"""
    pack = clauses.pack
    mood = pack.norms.mood
    leads = lists.stem_leads_into(seen.stem, pack)
    count = max(len(seen.items), 1)
    acting = round(4 * sum(lists.is_action(i, pack) for i in seen.items) / count)
    nouns = round(4 * sum(lists.is_noun(i, pack) for i in seen.items) / count)
    flags = [n for n in ("commands", "document_subject", "party_last", "conditional", "staged") if getattr(seen, n)]
    marks = [
        f"genre={genre.value}/{mood}",
        f"decided={decided.value}/{mood}",
        f"leads={leads}",
        f"leads={leads}/{mood}/{acting}",
        f"decided={decided.value}/{leads}/{acting}/{nouns}",
        f"acting={acting}/{mood}",
        f"nouns={nouns}/{mood}",
        f"acting={acting}/{seen.document_subject}",
        f"count={min(count, 10) // 2}",
        f"colon={seen.stem.rstrip().endswith(':')}",
        *flags,
        f"flags={'+'.join(flags)}",
    ]
    ends = [w for w in clauses.lower[-6:] if w.isalpha()]
    marks += [f"end={w}" for w in ends[-3:]] + [f"ends={' '.join(ends[-n:])}" for n in (1, 2, 3)]
    labels = sorted({c.label for c in clauses.cues})
    marks += [f"cue={label}" for label in labels] + [f"cues={'+'.join(labels)}"]
    words: list[str] = []
    starts: list[list[str]] = []
    for item in seen.items[:_ITEMS_SEEN]:
        start = lists.first_words(item, 2)
        if not start:
            continue
        starts.append(start)
        last = item.rstrip(" ;,.").rsplit(" ", 1)[-1].casefold()
        words += [f"item={start[0]}", f"item={' '.join(start)}", f"item end={last}", f"last={last[-2:]}"]
        words += [f"ending={start[0][-n:]}" for n in (1, 2, 3) if len(start[0]) > n]
        words += [f"second={w[-2:]}" for w in start[1:]]
        words += [f"capital={item[:1].isupper()}", f"long={min(len(item) // 40, 5)}"]
    marks += [*_alike(starts, pack), f"lasts={len({w for w in words if w.startswith('last=')}) == 1}"]
    return Features(tuple(marks), (*words, *(f"w={w}" for w in clauses.lower[:_LONGEST])))


def _alike(starts: list[list[str]], pack: LanguagePack) -> list[str]:
    """What the beginnings of the items share: verbs of one form end alike, nouns have determiners, clauses openers."""
    if not starts:
        return ["begin=—"]
    actors, norms = pack.actors, pack.norms
    kinds = {
        "determiner": {*actors.determiners, *actors.oblique_determiners, *actors.ambiguous_determiners},
        "preposition": set(actors.prepositions),
        "opener": {*norms.subordinators, *norms.relatives, *norms.conditions},
        "pronoun": set(actors.pronouns),
        "negation": {*norms.negations, *norms.item_negations},
    }
    made = [f"begin {k}={round(3 * sum(s[0] in w for s in starts) / len(starts))}" for k, w in kinds.items()]
    firsts = [s[0] for s in starts]
    for n in (1, 2):
        most = max(Counter(w[-n:] for w in firsts).values()) / len(firsts)
        made.append(f"end alike {n}={round(3 * most)}/{len(firsts) > 2}")
    made.append(f"same={len(set(firsts)) == 1 and len(firsts) > 1}")
    bare = sum(not any(s[0] in w for w in kinds.values()) for s in starts) / len(starts)
    return [*made, f"bare={round(3 * bare)}", f"bare={round(3 * bare)}/{norms.mood}"]
