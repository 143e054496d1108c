"""The trained model as a judge: it revises readings and lists where it is surer than the rules may be.

Rules stand where they are sure. What the model may revise, and how sure it must be, is measured in training and stands in
the model's ``config.json``: thresholds by what the rules said, for the genres and languages where both together scored
better than rules alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dutybook.extract.norms.actors import ActorFinder
from dutybook.extract.norms.clauses import Clauses
from dutybook.extract.norms.features import of_list, of_statement
from dutybook.extract.norms.light_model import LightModel
from dutybook.extract.norms.lists import ListKind, ListSeen
from dutybook.extract.norms.reading import TOO_SHORT, Reading
from dutybook.extract.norms.statement import Statement
from dutybook.records import Genre, Modality, Sentence, SentenceRole, Strength

NONE = "none"
# No probability reaches it: what has no threshold is not revised.
NEVER = 2.0


def judged(sentence: Sentence) -> bool:
    """Whether a sentence is read for itself: items, and stems that are items, inherit."""
    return sentence.role is not SentenceRole.ITEM and not (
        sentence.role is SentenceRole.STEM and sentence.stem is not None
    )


def situation(rules: str, sure: bool, says: str, reason: str = "") -> str:
    """What a revision would be, as the thresholds are named: what the rules said, and what the model says instead.

    ``rules`` and ``says`` are a modality or ``none``; ``sure``: the rules had a cue, or a reason against.
    """
    if rules == NONE:
        return f"add against {reason}" if sure and reason else "add"
    kind = "cue" if sure else "indicative"
    return f"drop {kind}" if says == NONE else f"change {kind}"


def threshold(settings: dict[str, Any], genre: str, language: str, question: str, named: str) -> float:
    """How sure the model must be of a revision; :data:`NEVER` where the rules alone decide.

    ``settings`` are a model's: by genre and question, thresholds and the languages in which ``rules_alone`` decide; ``languages``
    of a genre hold thresholds of their own.
    """
    asked = settings["genres"].get(genre)
    if asked is None or language in asked["rules_alone"][question]:
        return NEVER
    own = asked.get("languages", {}).get(language, asked)
    return float(own[question].get(named, NEVER))


@dataclass(frozen=True, slots=True)
class LightJudge:
    """``alone``: the model decides everything that it is asked (to be measured, not to be used)."""

    model: LightModel
    alone: bool = False

    def prepare(self, _text: str, _sentences: Sequence[Sentence], _genre: Genre, /) -> None:
        """Each sentence is judged for itself."""

    def reads(self, _language: str, /) -> bool:
        """It revises what rules read."""
        return False

    def reading(
        self, _index: int, /, reading: Reading, sentence: Sentence, actors: ActorFinder, genre: Genre
    ) -> Reading:
        """The reading, revised where the model is sure enough."""
        if (
            reading.reason == TOO_SHORT
            or not judged(sentence)
            or not self._asked("statement", genre, sentence.language)
        ):
            return reading
        features = of_statement(reading, sentence, actors, genre)
        says = self.model.probabilities("statement", features)
        best = max(says, key=says.__getitem__)
        first = next(iter(reading.statements), None)
        rules = first.modality.value if first else NONE
        if best == rules or len(reading.statements) > 1:
            return reading
        sure = first.cue is not None if first else bool(reading.reason)
        named = situation(rules, sure, best, reading.reason)
        if says[best] < self._threshold("statement", named, genre, sentence.language):
            return reading
        return self._revised(reading, first, best, says)

    def list(self, _index: int, /, seen: ListSeen, decided: ListKind, clauses: Clauses, genre: Genre) -> ListKind:
        """What the list is, revised where the model is sure enough."""
        if not self._asked("list", genre, clauses.pack.code):
            return decided
        says = self.model.probabilities("list", of_list(seen, decided, clauses, genre))
        best = max(says, key=says.__getitem__)
        return (
            ListKind(best)
            if says[best] >= self._threshold("list", f"{decided.value} to {best}", genre, clauses.pack.code)
            else decided
        )

    def _asked(self, question: str, genre: Genre, language: str) -> bool:
        if self.alone:
            return True
        asked = self.model.settings["genres"].get(genre.value)
        return asked is not None and language not in asked["rules_alone"][question]

    def _threshold(self, question: str, named: str, genre: Genre, language: str) -> float:
        if self.alone:
            return 0.0
        return threshold(self.model.settings, genre.value, language, question, named)

    def _revised(self, reading: Reading, first: Statement | None, best: str, says: dict[str, float]) -> Reading:
        by = (self.model.name, self.model.version)
        sure = says[best]
        if best == NONE:
            said = first.modality.value if first else NONE
            reason = f"the model reads no norm here (probability {sure:.2f}); the rules read: {said}"
            cue = first.cue if first else reading.cue
            return Reading(reading.clauses, [], reason, cue, by, sure)
        if first is not None:
            why = f"{first.why}; the model reads: {best} (probability {sure:.2f}), not {first.modality.value}"
            made = replace(first, modality=Modality(best), why=why, confidence=sure, by=by)
        else:
            against = f"; the rules read none: {reading.reason}" if reading.reason else ""
            cue = next((c for c in reading.clauses.main_cues() if c.label == best), None)
            why = f"the model reads: {best} (probability {sure:.2f}){against}"
            made = Statement(0, len(reading.clauses), Modality(best), Strength.MUST, cue, why, sure, by)
        return Reading(reading.clauses, [made])
