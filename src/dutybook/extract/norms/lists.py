"""Decides what a list states: one norm (its stem), or a norm an item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from dutybook.languages import LanguagePack
from dutybook.languages.folding import small

# Words that the subject of a list's items may have in its stem.
_LONGEST_SUBJECT = 8
# Words of an item among which the verb behind its first phrase stands.
_PHRASE = 8
_TRAILING = re.compile(r"(?<![\s:;,.—–-])[\s:;,.—–-]+$")


class ListKind(StrEnum):
    STEM = "stem"
    ITEMS = "items"


@cache
def _endings(pack: LanguagePack) -> tuple[tuple[str, str], ...]:
    """Stem endings with what they lead into, longest first."""
    norms = pack.norms
    pairs = [(w.casefold(), "conditions") for w in norms.list_conditions]
    pairs += [(w.casefold(), "contents") for w in norms.list_contents]
    pairs += [(w.casefold(), "tasks") for w in norms.list_tasks]
    pairs += [(w.casefold(), "ensure") for w in norms.list_ensure]
    pairs += [(w.casefold(), "actions") for w in norms.list_actions]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _gapped(ending: str) -> re.Pattern[str]:
    """A stem's ending with a gap for its subject ("teevad … järgmist")."""
    return re.compile(r"(?: [^\s,;:]+)+".join(f" {re.escape(part.strip())}" for part in ending.split("…")) + "$")


def stem_leads_into(stem: str, pack: LanguagePack) -> str | None:
    """What the end of a stem announces (``actions``, ``ensure``, ``tasks``, ``contents``, ``conditions``), or None."""
    bare = " " + _TRAILING.sub("", stem).casefold()
    for ending, kind in _endings(pack):
        if "…" in ending:
            if _gapped(ending).search(bare):
                return kind
            continue
        if bare.endswith(" " + ending):
            before = bare[: -len(ending)].rstrip()
            if kind == "contents" and before.endswith(",") and stem_leads_into(before, pack) == "actions":
                return "actions"  # "deve, in particolare:"
            return kind
    # "… shall ensure that their terms and conditions:": the subject of the items stands behind what leads into them
    for ending, kind in _endings(pack):
        at = bare.rfind(f" {ending} ") if kind == "ensure" else -1
        rest = bare[at + len(ending) + 2 :]
        if at >= 0 and len(rest.split()) <= _LONGEST_SUBJECT and not set(rest) & set(",;:"):
            return kind
    return None


def first_words(item: str, count: int = 3) -> list[str]:
    return [small(w).strip("‘’“”\"'(),;:") for w in item.split()[:count]]


def is_action(item: str, pack: LanguagePack) -> bool:
    """Whether an item is a verb phrase: by its first word, or, in verb-final languages, by its last."""
    words = first_words(item)
    if not words:
        return False
    norms = pack.norms
    if norms.verb_final:
        return _verb_final_action(item, pack)
    if words[0] in pack.actors.pronouns and len(words) > 1 and words[1] in norms.item_verbs:
        return True  # "hij vermeldt …"
    clitics = {*norms.verb_clitics} - {*norms.item_nouns, *pack.actors.determiners}
    if words[0] in clitics and len(words) > 1 and acts(words[1], pack):
        return True  # "lui adresser …", "en informer …"
    last = item.rstrip(" ;,.:").split()[-2:]
    if norms.auxiliaries and last[0].casefold() in norms.no_cue_after and " om " not in item:
        return True  # "de plannen te testen"
    return acts(words[0], pack) or _verb_behind_phrase(item, pack)


def _verb_behind_phrase(item: str, pack: LanguagePack) -> bool:
    """Whether an item begins with a phrase, and its verb follows before any comma ("při ukončení činnosti *postupuje*")."""
    norms = pack.norms
    words = first_words(item.split(",", 1)[0], _PHRASE)
    leads = {*pack.actors.prepositions, *norms.between_verbs}
    return norms.clauses_need_verbs and words[0] in leads and any(acts(w, pack) for w in words[1:])


def acts(word: str, pack: LanguagePack) -> bool:
    """Whether a word in small letters is one of the pack's verbs ``item_verbs``, or ends like one."""
    verbs, endings = _verbs(pack)
    if word in verbs or _positive(word, pack) in verbs:
        return True
    return bool(endings) and word.endswith(endings) and not _is_noun_by_form(word, pack)


def _is_noun_by_form(word: str, pack: LanguagePack) -> bool:
    """Whether a word that ends like a verb is one of the pack's nouns, or ends like one ("z *razvrstitvijo*")."""
    return word in pack.norms.item_nouns or word.endswith(_noun_endings(pack) or "\0")


@cache
def _noun_endings(pack: LanguagePack) -> tuple[str, ...]:
    return tuple(n[1:] for n in pack.norms.item_nouns if n.startswith("-"))


def is_negative_verb(word: str, pack: LanguagePack) -> bool:
    """Whether a word is a verb that its prefix negates ("nezajistí")."""
    positive = _positive(word, pack)
    return bool(positive) and word not in pack.norms.item_nouns and acts(positive, pack)


def _positive(word: str, pack: LanguagePack) -> str:
    """A word without the prefix that negates verbs; empty where it has none."""
    prefix = pack.norms.negative_prefix
    return word.removeprefix(prefix) if prefix and word.startswith(prefix) else ""


@cache
def _verbs(pack: LanguagePack) -> tuple[frozenset[str], tuple[str, ...]]:
    verbs = pack.norms.item_verbs
    return frozenset(verbs), tuple(v[1:] for v in verbs if v.startswith("-"))


def items_command(items: Sequence[str], pack: LanguagePack) -> bool:
    """Whether most items begin with a verb that commands by its form ("a) supervisará …")."""
    endings = pack.norms.command_endings
    if not endings:
        return False
    verbs = sum(any(w.endswith(endings) for w in first_words(item, 4)) for item in items)
    return 2 * verbs > len(items)


def is_noun(item: str, pack: LanguagePack) -> bool:
    """Whether an item is a noun phrase: it begins like one, or, in verb-final languages, does not end in a verb."""
    if pack.norms.verb_final:
        return not _verb_final_action(item, pack)
    words = first_words(item, 1)
    return (
        bool(words)
        and words[0].startswith(tuple(pack.norms.item_nouns))
        and (words[0] in pack.norms.item_nouns or "’" in words[0] or "'" in words[0])
    )


def _verb_final_action(item: str, pack: LanguagePack) -> bool:
    """German capitalises nouns: a phrase whose head ends in a small letter ends in its verb."""
    norms = pack.norms
    bare = item.strip().rstrip(";,.: ")
    words = bare.split()
    while words and words[-1].casefold() in norms.coordinators:
        words.pop()
    if not words:
        return False
    first = words[0].casefold()
    if first in norms.item_verbs or (
        words[0].islower()
        and first.endswith(norms.verb_endings)
        and first not in norms.item_nouns
        and len(words) > 2
        and words[-1][:1].isupper()
    ):
        return True
    head = " ".join(words)
    comma = re.search(r",\s", head)
    if comma and _is_relative_start(head[comma.end() :], pack):
        before = head[: comma.start()].split()
        if before and before[-1][:1].isupper() and first not in norms.item_verbs:
            # "die Daten, die verarbeitet werden": a noun with a clause of its own, unless the clause is passed over
            rest = head[comma.end() :].split(", ")
            return len(rest) > 1 and _verb_like(rest[-1].split()[-1], pack)
    return _verb_like(words[-1].strip(",;"), pack)


def _is_relative_start(text: str, pack: LanguagePack) -> bool:
    words = text.split()[:2]
    return bool(words) and (
        words[0].casefold() in pack.norms.relatives
        or words[0].casefold() in pack.norms.subordinators
        or (len(words) > 1 and words[1].casefold() in pack.norms.relatives)
    )


def _verb_like(word: str, pack: LanguagePack) -> bool:
    norms = pack.norms
    return word[:1].islower() and word.casefold() not in norms.item_nouns and word.endswith(norms.predicate_endings)


@dataclass(frozen=True, slots=True)
class ListSeen:
    """What there is to know of a list before it is decided.

    ``commands``: the stem has a cue of its own. ``document_subject``: its subject is a thing with contents
    (a notification, a record), whose list names parts. ``party_last``: it ends by naming a party of whom the items speak.
    ``conditional``: its last clause is a condition. ``staged``: its items have deadlines of their own. ``reported``: it
    ends in a clause without its verb ("…, dat de verwerker:"), which stands in the items. ``awaiting``: its modal verb awaits
    its own from them ("shall, without undue delay:").
    """

    stem: str
    items: tuple[str, ...]
    commands: bool
    document_subject: bool
    party_last: bool
    conditional: bool
    staged: bool
    reported: bool = False
    banned: bool = False
    awaiting: bool = False


def _infinitives(seen: ListSeen, pack: LanguagePack) -> bool:
    """Whether a stem ends in the preposition of its items' infinitives ("è fatto obbligo agli utenti di: a) indossare …")."""
    last = seen.stem.rstrip(" :—–-").rpartition(" ")[2].casefold()
    endings = pack.norms.infinitive_endings
    if last not in pack.norms.complement_prepositions or not endings:
        return False
    return all((first_words(item, 1) or [""])[0].endswith(endings) for item in seen.items)


def decide(seen: ListSeen, pack: LanguagePack) -> ListKind:
    """What a list is: one norm (its stem), or a norm an item."""
    leads = stem_leads_into(seen.stem, pack)
    if not seen.commands and items_command(seen.items, pack):
        return ListKind.STEM if seen.document_subject else ListKind.ITEMS
    if seen.awaiting:
        return ListKind.STEM if seen.document_subject else ListKind.ITEMS
    if seen.conditional:
        return ListKind.STEM
    if seen.staged and leads != "contents":
        return ListKind.ITEMS
    if seen.party_last and leads is None:
        nouns = sum(is_noun(item, pack) for item in seen.items)
        things = 2 * nouns >= len(seen.items) and pack.norms.mood == "indicative" and not seen.reported
        return ListKind.STEM if things else ListKind.ITEMS
    if leads == "conditions" and seen.commands and _infinitives(seen, pack):
        return ListKind.STEM if seen.document_subject else ListKind.ITEMS
    if leads in {"conditions", "contents"}:
        return ListKind.STEM
    if leads in {"tasks", "ensure"}:
        return ListKind.ITEMS
    if leads is None and seen.banned:
        return ListKind.ITEMS
    if leads == "actions":
        return ListKind.STEM if seen.document_subject else ListKind.ITEMS
    if pack.norms.mood == "indicative":
        if seen.document_subject and seen.commands:
            return ListKind.STEM
        acting = sum(is_action(item, pack) for item in seen.items)
        return ListKind.ITEMS if 2 * acting > len(seen.items) else ListKind.STEM
    return ListKind.STEM
