"""The transformer as a judge: it is asked where rules and light model are unsure, or where a language has no norms of its own.

What it may revise stands in the model's ``config.json``: for sentences, kinds of revision by genre, in which both readings are
weighed (:mod:`.weighing`); for lists, thresholds as for the light model (:mod:`..light_judge`). A genre's ``no_pack`` holds the
thresholds that count in languages for which there are no rules. ``parts`` are the languages in which the parts of a norm
that it adds come from its tags, though there are rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from dutybook.extract.deadlines import find_deadlines
from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.judging import Judge
from dutybook.extract.norms.light_judge import NEVER, NONE, judged, situation, threshold
from dutybook.extract.norms.lists import ListKind, ListSeen
from dutybook.extract.norms.reading import TOO_SHORT, Reading
from dutybook.extract.norms.statement import Marks, Statement
from dutybook.extract.norms.transformer.inputs import UnitText, unit_text
from dutybook.extract.norms.transformer.model import Marked, Said
from dutybook.extract.norms.transformer.weighing import ADD, Case, belief, kinds, weighed
from dutybook.languages import LanguagePack, available
from dutybook.records import DeadlineKind, Genre, Modality, Sentence, SentenceRole, Span, Strength, Zone

#: So many sentences that may be asked are read at once; the model sorts them by length and takes them in batches.
AHEAD = 64
_OPEN = frozenset({Zone.ENACTING, Zone.ANNEX, Zone.PROSE})
_SHORTEST = 12
#: Characters of a sentence beyond which the network has not seen all of it: it cannot say that no norm is there.
_SEEN_WHOLE = 1000
#: What says by when: a mere duration ("licences are valid for a year") does not.
_BY_WHEN = frozenset({DeadlineKind.FIXED, DeadlineKind.PERIOD, DeadlineKind.RECURRING, DeadlineKind.IMMEDIATE})


class Model(Protocol):
    """What a judge asks: the shipped model, or one in its place."""

    @property
    def name(self) -> str:
        """Stands in the evidence of what it says."""
        ...

    @property
    def version(self) -> str:
        """Stands beside the name."""
        ...

    @property
    def settings(self) -> dict[str, Any]:
        """Thresholds."""
        ...

    def answers(self, units: Sequence[UnitText]) -> list[Said]:
        """What it says of each unit."""
        ...


def first_items(sentences: Sequence[Sentence]) -> dict[int, int]:
    """The first item of each list, by its stem."""
    found: dict[int, int] = {}
    for index, sentence in enumerate(sentences):
        if sentence.stem is not None and sentence.role is not SentenceRole.TAIL:
            found.setdefault(sentence.stem, index)
    return found


class TransformerJudge:
    """Judges one document. ``inner`` (the light model) speaks first; ``alone``: the model decides all that it is asked."""

    def __init__(self, model: Model, inner: Judge | None = None, *, alone: bool = False) -> None:
        self.model = model
        self.inner = inner
        self.alone = alone
        self._text = ""
        self._sentences: Sequence[Sentence] = ()
        self._genre = Genre.OTHER
        self._items: dict[int, int] = {}
        self._said: dict[int, Said] = {}

    def prepare(self, text: str, sentences: Sequence[Sentence], genre: Genre) -> None:
        """A document begins. Nothing is asked yet."""
        self._text, self._sentences, self._genre = text, sentences, genre
        self._items, self._said = first_items(sentences), {}
        if self.inner is not None:
            self.inner.prepare(text, sentences, genre)

    def reads(self, language: str) -> bool:
        """Whether norms are read in a language that has no rules of its own."""
        genres = self.model.settings.get("genres", {})
        return language in available() and (self.alone or any("no_pack" in made for made in genres.values()))

    def reading(
        self, index: int, /, reading: Reading, sentence: Sentence, actors: ActorFinder, genre: Genre
    ) -> Reading:
        """The reading, revised where the model is sure enough."""
        pack = reading.clauses.pack
        if self.inner is not None and pack.seeks_norms:
            reading = self.inner.reading(index, reading, sentence, actors, genre)
        if reading.reason == TOO_SHORT or not judged(sentence) or len(reading.statements) > 1:
            return reading
        first = next(iter(reading.statements), None)
        rules = first.modality.value if first else NONE
        sure = first.cue is not None if first else bool(reading.reason)
        if not self._may(pack, genre, rules, sure, reading.reason):
            return reading
        said = self._of(index)
        case = Case(genre.value, pack.code, rules, sure, reading.reason, said.statement)
        if case.says == rules or not self._believed(case, pack):
            return reading
        if case.kind == "drop indicative" and _timed(reading.clauses):
            return reading
        if case.says == NONE and not self.alone and sentence.span.end - sentence.span.start > _SEEN_WHOLE:
            return reading
        return self._revised(reading, first, case.says, said, sentence)

    def list(self, index: int, /, seen: ListSeen, decided: ListKind, clauses: Clauses, genre: Genre) -> ListKind:
        """What the list is, revised where the model is sure enough."""
        pack = clauses.pack
        if self.inner is not None and pack.seeks_norms:
            decided = self.inner.list(index, seen, decided, clauses, genre)
        other = ListKind.STEM if decided is ListKind.ITEMS else ListKind.ITEMS
        needed = self._threshold("list", f"{decided.value} to {other.value}", genre, pack)
        if needed >= NEVER:
            return decided
        sure = self._of(index).list.get(other.value, 0.0)
        return other if sure >= max(needed, 0.5) else decided

    # -- what is asked ---------------------------------------------------------------------------------------------------

    def _of(self, index: int) -> Said:
        """What the model says of a sentence: those behind it that may be asked, too, are read with it."""
        if index not in self._said:
            ahead = [index]
            for n in range(index + 1, len(self._sentences)):
                if len(ahead) == AHEAD:
                    break
                if n not in self._said and self._candidate(self._sentences[n]):
                    ahead.append(n)
            units = [unit_text(self._text, self._sentences, n, self._genre, self._items.get(n)) for n in ahead]
            self._said.update(zip(ahead, self.model.answers(units), strict=True))
        return self._said[index]

    def _candidate(self, sentence: Sentence) -> bool:
        span = sentence.span
        if not judged(sentence) or sentence.zone not in _OPEN or span.end - span.start < _SHORTEST:
            return False
        settings = self.model.settings
        genre = settings.get("genres", {}).get(self._genre.value, {})
        # Where norms are only added, few sentences are asked: it costs less to read each by itself.
        return self.alone or "no_pack" in genre or not weighed(settings, self._genre.value) <= {ADD}

    def _may(self, pack: LanguagePack, genre: Genre, rules: str, sure: bool, reason: str) -> bool:
        """Whether any answer could change the reading."""
        if self.alone:
            return True
        if pack.seeks_norms:
            return not kinds(rules, sure).isdisjoint(weighed(self.model.settings, genre.value))
        answers = [Modality.OBLIGATION.value] if rules == NONE else [NONE, f"not {rules}"]
        return any(
            self._threshold("statement", situation(rules, sure, a, reason), genre, pack) < NEVER for a in answers
        )

    def _believed(self, case: Case, pack: LanguagePack) -> bool:
        """Whether the model's reading stands, where the rules read otherwise."""
        if self.alone:
            return True
        settings = self.model.settings
        if pack.seeks_norms:
            if case.kind not in weighed(settings, case.genre):
                return False
            return belief(settings["weights"], case) >= float(settings["genres"][case.genre]["least"])
        named = situation(case.rules, case.sure, case.says, case.reason)
        return case.said[case.says] >= self._threshold("statement", named, Genre(case.genre), pack)

    def _threshold(self, question: str, named: str, genre: Genre, pack: LanguagePack) -> float:
        if self.alone:
            return 0.0
        settings = self.model.settings
        if not pack.seeks_norms:
            made = settings.get("genres", {}).get(genre.value, {}).get("no_pack", {})
            return float(made.get(question, {}).get(named, NEVER))
        return threshold(settings, genre.value, pack.code, question, named)

    # -- what becomes of it --------------------------------------------------------------------------------------------------

    def _revised(self, reading: Reading, first: Statement | None, best: str, said: Said, sentence: Sentence) -> Reading:
        by, sure = (self.model.name, self.model.version), said.statement[best]
        clauses = reading.clauses
        if best == NONE:
            stood = first.modality.value if first else NONE
            reason = f"the model reads no norm here (probability {sure:.2f}); the rules read: {stood}"
            return Reading(clauses, [], reason, first.cue if first else reading.cue, by, sure)
        if first is not None:
            why = f"{first.why}; the model reads: {best} (probability {sure:.2f}), not {first.modality.value}"
            return Reading(clauses, [replace(first, modality=Modality(best), why=why, confidence=sure, by=by)])
        pack = clauses.pack
        tagged = not pack.seeks_norms or pack.code in self.model.settings.get("parts", ())
        marks = marks_of(said.parts, sentence.span.start) if tagged else None
        against = f"; the rules read none: {reading.reason}" if reading.reason else ""
        why = f"the model reads: {best} (probability {sure:.2f}){against}"
        cue = None if tagged else next((c for c in clauses.main_cues() if c.label == best), None)
        made = Statement(0, len(clauses), Modality(best), Strength.MUST, cue, why, sure, by, marks)
        return Reading(clauses, [made])


def marks_of(parts: Sequence[Marked], base: int) -> Marks:
    """The surest part of each kind, as spans of the document; ``base`` is where the sentence begins."""
    best: dict[str, Marked] = {}
    for part in parts:
        if part.kind not in best or part.probability > best[part.kind].probability:
            best[part.kind] = part
    spans = {kind: Span(base + p.start, base + p.end) for kind, p in best.items()}
    return Marks(*(spans.get(kind) for kind in ("bearer", "action", "recipient", "condition", "exception", "deadline")))


def _timed(clauses: Clauses) -> bool:
    """Whether a plain clause says by when something is to be done: it commands, whatever the model reads."""
    whole = Span(0, len(clauses.source))
    return any(d.kind in _BY_WHEN for d in find_deadlines(clauses.source, whole, clauses.pack))
