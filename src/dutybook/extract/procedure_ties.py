"""Tells which words of a sentence are said of an act: of "adopted", the act is the object, or the subject where it is passive.

There is no parser of 24 languages. A verb is tied to an act where no other clause begins between them, the act is not what something else
rests on ("under the Harbour Act"), and nobody adopts it who cannot: a company adopts a model, a government a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dutybook.extract.norms.actors import count_actors
from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.languages import LanguagePack
from dutybook.languages.act_names import act_names
from dutybook.languages.procedures import basis_patterns, dated_pattern, procedure_pattern
from dutybook.records import Span, Step

#: Where another clause begins. A comma inside a number does no harm.
_CLAUSE = re.compile(r"[;:–—]|,\s|\s\(|\)")
_ASIDE = re.compile(r"\([^()]*\)")
_BETWEEN_COMMAS = re.compile(r",\s[^,;:]*,")
_BORDER = re.compile(r"[;:()]|,\s|\s[–—]\s")
_WORD = re.compile(r"\w+")
_NEXT_WORD = re.compile(r",?\s+([^\W\d_][\w’'-]*)")
_YEAR = re.compile(r"\s+\(?(?:19|20)\d\d\)?(?!\w)")
#: So many words may stand between a verb and the act behind it, and between an act and its verb: names of acts are long.
_MOST_BETWEEN, _MOST_BEHIND = 12, 20
#: What only institutions do.
_OF_INSTITUTIONS = frozenset({Step.ADOPTED, Step.PUBLISHED, Step.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Tie:
    """Words of a step, and the act that they are said of; both are places in the line."""

    step: Step
    cue: Span
    act: Span


class Ties:
    """The acts of a sentence, and what is said of them.

    Args:
        line: the words of the sentence.
        pack: of its language.
        acts: where it names acts.
        dates: where it names days, months or years.
        is_headline: it may write every word with a capital letter, so that these tell nothing.
    """

    def __init__(
        self, line: str, pack: LanguagePack, acts: Iterable[Span], dates: Sequence[Span], *, is_headline: bool = False
    ) -> None:
        self._line, self._pack, self._language = line, pack, pack.code
        self._dates = dates
        self._names = [self._whole_name(act, is_headline=is_headline) for act in sorted(acts)]

    def is_in_name(self, span: Span) -> bool:
        """Whether words are part of an act's name."""
        return any(name.contains(span) for name in self._names)

    def find(self, step: Step) -> Tie | None:
        """The words of a step that stand nearest to the act that they are said of."""
        pattern = procedure_pattern(self._language, step)
        found: list[tuple[int, Span, Span]] = []
        for match in pattern.finditer(self._line) if pattern is not None else ():
            cue = Span(*match.span())
            if not self.is_in_name(cue):
                found += [(self._distance(cue, act), cue, act) for act in self._names if self._is_tied(step, cue, act)]
        if not found:
            return None
        _, cue, act = min(found)
        return Tie(self._step_of(step, cue, act), cue, act)

    def clause_around(self, start: int, end: int) -> Span:
        """The clause around some words."""
        before = [match.end() for match in _CLAUSE.finditer(self._line, 0, start)]
        after = _CLAUSE.search(self._line, end)
        return Span(before[-1] if before else 0, after.start() if after else len(self._line))

    def has(self, kind: str, span: Span) -> bool:
        """Whether there are words of a kind (see :func:`~dutybook.languages.procedures.procedure_pattern`) in a part of the line."""
        pattern = procedure_pattern(self._language, kind)
        return pattern is not None and pattern.search(self._line, span.start, span.end) is not None

    def _whole_name(self, act: Span, *, is_headline: bool) -> Span:
        """An act with what follows as part of its name: further words with capitals, a year, the day that it is of."""
        end = act.end if is_headline else _end_of_capitals(self._line, act.end, self._language)
        # "the Harbour Act in May": a date there is that of the step.
        end = act.end if any(date.overlaps(Span(act.end, end)) for date in self._dates) else end
        year = _YEAR.match(self._line, end)
        end = year.end() if year else end
        dated = dated_pattern(self._language).match(self._line, end)
        end = next((date.end for date in self._dates if dated is not None and date.start == dated.end()), end)
        return Span(act.start, end)

    def _distance(self, cue: Span, act: Span) -> int:
        return len(_WORD.findall(self._line[min(act.end, cue.end) : max(act.start, cue.start)]))

    def _is_tied(self, step: Step, cue: Span, act: Span) -> bool:
        if cue.overlaps(act):
            return True
        if self._is_basis(act, cue):
            return False
        if act.start < cue.start:
            words = self._between(act.end, cue.start).lstrip(" ,:–—)")
            # "the Act, which was adopted": the clause is about the act.
            start = next((m.end() for m in self._relatives(words) if m.start() == 0), 0)
            words = words[start:]
            return self._is_one_clause(words, _MOST_BEHIND) and not self._is_asked_of_firms(
                step, Span(act.end, cue.end)
            )
        words = self._between(cue.end, act.start)
        return (
            self._is_one_clause(words, _MOST_BETWEEN)
            and not self._is_about_guidance(words)
            and not (step in _OF_INSTITUTIONS and self._is_done_by_firms(cue))
        )

    def _between(self, start: int, end: int) -> str:
        """The words between two places without dates and asides."""
        line = self._line[:end]
        for date in self._dates:
            if start <= date.start and date.end <= end:
                line = f"{line[: date.start]}{' ' * len(date)}{line[date.end :]}"
        return _BETWEEN_COMMAS.sub(" ", _ASIDE.sub(" ", line[start:]))

    def _is_one_clause(self, words: str, most: int) -> bool:
        return (
            _BORDER.search(words) is None
            and next(self._relatives(words), None) is None
            and len(_WORD.findall(words)) <= most
        )

    def _relatives(self, words: str) -> Iterator[re.Match[str]]:
        pattern = procedure_pattern(self._language, "relative")
        return pattern.finditer(words) if pattern is not None else iter(())

    def _is_basis(self, act: Span, cue: Span) -> bool:
        """Whether something else rests on an act ("under the Act"); "after adoption of the Act" is a step of the act."""
        before, after = basis_patterns(self._language)
        found = before.search(self._line, 0, act.start)
        if found is not None and not found.start() < cue.start < act.start:
            return True
        return after.match(self._line, act.end) is not None

    def _is_about_guidance(self, words: str) -> bool:
        folded = words.casefold()
        return any(re.search(rf"(?<!\w){re.escape(word)}", folded) for word in self._pack.structure.guidance_words)

    def _is_done_by_firms(self, cue: Span) -> bool:
        """Whether the subject of a verb is a business, and no institution."""
        subject = Span(self.clause_around(cue.start, cue.end).start, cue.start)
        return self._names_firms(subject) and not (self.has("parliament", subject) or self.has("government", subject))

    def _is_asked_of_firms(self, step: Step, span: Span) -> bool:
        """Whether an act asks it of businesses: "the Harbour Act requires operators to adopt a plan"."""
        return step in _OF_INSTITUTIONS and self.has("duty", span) and self._names_firms(span)

    def _names_firms(self, span: Span) -> bool:
        actors = count_actors(span.of(self._line), self._language)
        return bool(actors[CLASSES.index("business")] and not actors[CLASSES.index("authority")])

    def _step_of(self, step: Step, cue: Span, act: Span) -> Step:
        """What a step is by its object and its subject: a government that adopts a draft proposes it."""
        if step is not Step.ADOPTED:
            return step
        # "the Harbour Act's draft": the noun may be the next word.
        behind = _NEXT_WORD.match(self._line, act.end)
        start = cue.end if cue.end <= act.start else self.clause_around(act.start, act.end).start
        thing = Span(start, behind.end() if behind else act.end)
        if self.has("message", thing) or (self.has("draft", thing) and self._is_done_by_government(cue, act)):
            return Step.PROPOSED
        return step

    def _is_done_by_government(self, cue: Span, act: Span) -> bool:
        """Whether a government adopts an act: it stands before the verb, or in the clause, and no parliament does."""
        clause = self.clause_around(max(cue.start, act.start), max(cue.end, act.end))
        if cue.end <= act.start:
            last = {kind: self._last(kind, cue.start) for kind in ("government", "parliament")}
            if max(last.values()) >= 0:
                return last["government"] > last["parliament"]
        # "The government's bill was passed by Parliament": who stands first is not who acts.
        return self.has("government", Span(0, clause.end)) and not self.has("parliament", Span(0, clause.end))

    def _last(self, kind: str, end: int) -> int:
        """Where the last words of a kind before a place begin; -1 where there are none."""
        pattern = procedure_pattern(self._language, kind)
        return max((m.start() for m in pattern.finditer(self._line, 0, end)), default=-1) if pattern is not None else -1


def _end_of_capitals(line: str, end: int, language: str) -> int:
    """Where words with capitals behind a name end that are part of it, with small words between them; there are none where all nouns have capitals."""
    names = act_names().get(language)
    if names is None or any(phrase.topic == "nouns" for phrase in names.phrases):
        return end
    small, at = {word for words in names.inside for word in words.split()}, end
    while word := _NEXT_WORD.match(line, at):
        at = word.end()
        if word[1][0].isupper():
            end = at
        elif word[1] not in small:
            break
    return end
