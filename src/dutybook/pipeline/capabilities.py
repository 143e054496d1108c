"""Lists what Dutybook can do in each language, how well that was measured, and what it cannot do; also as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from dutybook.errors import DutybookError
from dutybook.extract.norms.passes.cues import count_patterns
from dutybook.languages.artefacts import measured
from dutybook.languages.official_numbers import states
from dutybook.languages.pack import LanguagePack, available, load
from dutybook.languages.period_laws import period_laws
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.languages.relations import relation_words
from dutybook.languages.topics import topics
from dutybook.languages.wordforms import SNOWBALL
from dutybook.languages.wordforms import rules as word_rules
from dutybook.records import DeadlineKind, FactType

SECTION = "languages"
#: The code of the row that says what happens in all other languages.
OTHERS = "others"
#: Everything that is listed about a language, in this order.
WHATS = (
    *("structure", "network", "cues", "deadlines", "facts", "penalties", "citations", "definitions"),
    *("topics", "changes", "word_forms", "states", "period_laws", "reader"),
)
#: A score below it is named among what cannot be relied on.
WEAK = 0.7
#: Abilities whose absence is listed as another lack, or not at all.
_TELL_THEMSELVES = frozenset({"network", "period_laws", "definitions"})
#: What is scored, in this order.
MEASURES = ("norm", "modality", "bearer", "bearer_class", "deadline", "fact", "penalty")
#: What does not ask for a pack: the layout of pages, tables and headings by their form.
_WITHOUT_PACK = frozenset({"structure"})
#: The last letter of the Latin blocks.
_LATIN = 0x24F


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that is supported in a language, or is not.

    ``number`` is the number of cues, rules or words for it. ``of`` lists the supported states, laws or kinds;
    empty: all or none.
    """

    what: str
    can: bool
    number: int | None = None
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not supported; ``of`` lists the kinds of it."""

    what: str
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores on one set of texts, from 0 to 1, by measure. ``norms`` is the number of its gold norms."""

    texts: str
    norms: int
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language (ISO 639-1; :data:`OTHERS` for all without a pack). ``specs`` counts its examples by subject."""

    code: str
    name: str
    abilities: tuple[Ability, ...]
    scores: tuple[Scored, ...]
    specs: Mapping[str, int]
    cannot: tuple[Lack, ...]

    def ability(self, what: str) -> Ability:
        return next(a for a in self.abilities if a.what == what)

    def score(self, texts: str) -> Scored | None:
        """The scores in a set of texts (``held out``, ``open``); None where the language has none there."""
        return next((s for s in self.scores if s.texts == texts), None)


@cache
def languages() -> tuple[LanguageRow, ...]:
    """All languages that have a pack, by code, then the row of :data:`OTHERS`.

    Raises:
        Defect: a pack, or other data of languages, does not fit its schema.
    """
    return (*(_row(load(code)) for code in available()), _others())


def describe_capability(found: Ability | Lack, language: str) -> str:
    """An ability or a lack in words for a reader of ``language``."""
    words, values = reader_words(SECTION, language), reader_words("values", language)
    kinds = ", ".join(
        words.get(f"measure.{kind}", "")
        or next((v for s in ("deadline", "fact") if (v := values.get(f"{s}.{kind}", ""))), kind)
        for kind in found.of
    )
    key = f"cannot.{found.what}" if isinstance(found, Lack) else f"ability.{found.what}"
    return words(key, of=kinds) if isinstance(found, Lack) else words(key)


def _row(pack: LanguagePack) -> LanguageRow:
    found = measured()
    scores = tuple(_scored(s.title, s.languages[pack.code]) for s in found.sets if pack.code in s.languages)
    abilities = tuple(_abilities(pack))
    specs = found.specs.get(pack.code, {})
    lacks = (*_lacks(pack), *_unlike(abilities), *_weak(scores))
    return LanguageRow(pack.code, pack.name, abilities, scores, specs, lacks)


def _scored(title: str, row: Mapping[str, float]) -> Scored:
    return Scored(title, int(row["norms"]), {m: float(v) for m, v in row.items() if m != "norms"})


def _abilities(pack: LanguagePack) -> Iterator[Ability]:
    code = pack.code
    yield Ability("structure", True)
    yield Ability("network", pack.seeks_norms and _has_network())
    yield Ability("cues", pack.seeks_norms, count_patterns(pack))
    yield _counted("deadlines", pack.temporal.rules)
    yield _counted("facts", pack.facts.frames)
    yield _counted("penalties", pack.penalties.cues)
    yield Ability(
        "citations", bool(pack.citations.article), len(pack.citations.article) + len(pack.citations.act_kinds)
    )
    yield _counted("definitions", (*pack.definitions.patterns, *pack.structure.definition_headings))
    words = [w for t in topics() for w in (*t.words.get(code, ()), *t.acts.get(code, ()))]
    yield _counted("topics", words)
    relations = relation_words(code)
    yield Ability("changes", relations is not None)
    learned = len(word_rules(code).rules)
    stemmed = (SNOWBALL[code],) if code in SNOWBALL else ()
    yield Ability("word_forms", bool(learned or stemmed), learned, stemmed)
    home = tuple(s.code for s in states() if s.signs.get(code))
    yield Ability("states", bool(home), len(home), home)
    laws = tuple(law.id for law in period_laws().values() if set(law.jurisdictions) & set(home))
    yield Ability("period_laws", bool(laws), len(laws), laws)
    yield Ability("reader", code in reader_languages("web"))


def _counted(what: str, some: Any) -> Ability:
    return Ability(what, bool(some), len(some))


@cache
def _has_network() -> bool:
    """Whether the shipped network is complete; ``dutybook doctor`` says what is wrong with it."""
    from dutybook.extract.norms.model.reader import verify_model

    try:
        verify_model()
    except DutybookError:
        return False
    return True


def _lacks(pack: LanguagePack) -> Iterator[Lack]:
    """What the pack has no words for."""
    temporal, facts, penalties, citations = pack.temporal, pack.facts, pack.penalties, pack.citations
    kinds = {rule.kind for rule in temporal.rules}
    yield from _missing("deadline_kinds", [k.value for k in DeadlineKind if temporal.rules and k not in kinds])
    # Each with what it is a part of: where that is missing altogether, the part is no lack of its own.
    parts: tuple[tuple[str, object, object], ...] = (
        ("relative_days", True, temporal.relative or temporal.readings),
        ("readings", temporal.relative, temporal.readings),
        ("starters", True, temporal.own_events),
        ("conditions", True, temporal.conditions),
        ("scope", facts.frames, facts.scope.verbs),
        ("imprisonment", penalties.cues, penalties.custodial),
        ("turnover", penalties.cues, penalties.of_turnover),
        ("letters", citations.article, citations.point or citations.letter),
        ("foreign_letters", True, not _own_letters(pack)),
        ("subparagraphs", citations.article, citations.subparagraph),
        ("cited_sentences", citations.article, citations.sentence),
        ("other_laws", citations.article, citations.foreign or citations.foreign_before),
        ("plain_definitions", True, pack.definitions.patterns),
        ("amending", True, pack.structure.amendment_stems),
    )
    yield from (Lack(what) for what, whole, has in parts if whole and not has)
    types = {frame.type for frame in facts.frames}
    yield from _missing("fact_types", [t.value for t in FactType if facts.frames and t not in types])


def _missing(what: str, kinds: list[str]) -> Iterator[Lack]:
    if kinds:
        yield Lack(what, tuple(kinds))


def _own_letters(pack: LanguagePack) -> bool:
    """Whether the language is not written in Latin letters, judged by its names of months."""
    return any(ord(letter) > _LATIN for month in pack.temporal.months for letter in month)


def _unlike(abilities: tuple[Ability, ...]) -> Iterator[Lack]:
    """Abilities that are missing altogether."""
    found = {a.what: a for a in abilities}
    yield from (Lack(f"no_{a.what}") for a in abilities if not a.can and a.what not in _TELL_THEMSELVES)
    if found["states"].can and not found["period_laws"].can:
        yield Lack("no_period_laws", found["states"].of)


def _weak(scores: tuple[Scored, ...]) -> Iterator[Lack]:
    """What the scores reveal: nothing was measured, or a measure is low on the first set, on which nothing was tuned."""
    if not scores:
        yield Lack("measured")
        return
    yield from _missing("weak", [m for m, value in scores[0].measures.items() if value < WEAK])


def _others() -> LanguageRow:
    """The row for languages without a pack: texts are split into pages and blocks and can be searched."""
    found = tuple(Ability(what, what in _WITHOUT_PACK) for what in WHATS)
    return LanguageRow(OTHERS, "", found, (), {}, (Lack("no_pack"),))


def languages_as_json(rows: Iterable[LanguageRow], command: str, reader: str) -> dict[str, Any]:
    """All rows in the words of ``reader``; ``command`` is the one that makes the scores."""

    def worded(found: Ability | Lack) -> dict[str, Any]:
        return {"what": found.what, "says": describe_capability(found, reader), **asdict(found)}

    made = [
        {
            "code": row.code,
            "name": row.name,
            "abilities": [worded(ability) for ability in row.abilities],
            "scores": [asdict(score) for score in row.scores],
            "examples": dict(row.specs),
            "cannot": [worded(lack) for lack in row.cannot],
        }
        for row in rows
    ]
    return {"languages": made, "command": command}
