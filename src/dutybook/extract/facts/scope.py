"""Determines what a date in a sentence is about: the whole act, or which of its provisions.

Every word of the clause has to be explained; otherwise the date is one of ``some`` cases, or ``unread``. Nothing is
guessed from the order of words: if two readings are possible, the date is ``unread``. Sentences are read in order,
since "it" refers to what an earlier one named.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dutybook.document_view import DocumentView
from dutybook.extract.facts.tokens import SUBJECTS, Kind, Token, tokens_of
from dutybook.extract.norms.passes.cues import find_cues
from dutybook.records import FactType, Family, Reach, Sentence, SentenceRole, Span, Zone


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clause is about. ``named``: the clause itself says so. ``words``: the offsets of unexplained words, or
    None.
    """

    places: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    reach: Reach = Reach.WHOLE
    named: bool = True
    act: bool = False
    following: bool = False
    words: tuple[int, int] | None = None


_UNREAD = Subject(reach=Reach.UNREAD)


def subjects(tokens: Sequence[Token], above: Subject | None, known: Subject | None) -> list[Subject]:
    """What each date of the line is about, in order.

    Args:
        tokens: those of the line.
        above: what the stem of the list says its items are about; None if there is no stem.
        known: what "it", or a missing subject, refers to: the act, if an earlier sentence of the article was about it.
    """
    made: list[Subject] = []
    for number, clause in enumerate(_clauses(tokens)):
        if clause is None:
            made.append(_spoilt(tokens))
            continue
        own = _read(clause)
        if own.named:
            made.append(own)
        elif number and _continues(clause):
            # "with the exception of Article 5, which shall apply from …"
            made.append(_excepted(made[-1]))
        elif number:
            # "shall enter into force on … and shall apply from …": one subject, the second's own exceptions.
            made.append(_limited(replace(made[-1], outside=own.outside), own))
        else:
            base = (above if above is not None and above.named else None) or known or _UNREAD
            made.append(_limited(replace(base, outside=base.outside + own.outside), own))
    return made


def _excepted(before: Subject) -> Subject:
    """What the exception of the preceding clause is about."""
    if before.outside and before.words is None:
        return Subject(before.outside)
    return Subject(reach=Reach.SOME if before.words else Reach.UNREAD, words=before.words)


def named_in(tokens: Sequence[Token]) -> Subject:
    """What a line without a date is about: the stem of a list, or an item that names provisions."""
    return _read(tokens)


def places_in(tokens: Sequence[Token]) -> list[str]:
    """Every provision that a line names, except those that it derogates from or leaves out."""
    clause = _Clause(tokens)
    return [t.value for t, mode in clause.modes() if t.kind is Kind.PLACE and mode is Kind.NOTHING]


def _limited(base: Subject, own: Subject) -> Subject:
    """A subject inherited by a clause. Of both values of ``reach`` it takes the weaker one, with its words."""
    order = (Reach.WHOLE, Reach.SOME, Reach.UNREAD, Reach.OTHER)
    worse = own if order.index(own.reach) > order.index(base.reach) else base
    return replace(base, reach=worse.reach, words=worse.words or own.words or base.words)


def _spoilt(tokens: Sequence[Token]) -> Subject:
    return replace(_UNREAD, words=(tokens[0].start, tokens[-1].end))


def _continues(clause: Sequence[Token]) -> bool:
    first = next((t for t in clause if t.kind not in (Kind.NOTHING, Kind.JOIN)), None)
    return first is not None and first.kind is Kind.RELATIVE


# where the clauses of a sentence meet


def _clauses(tokens: Sequence[Token]) -> list[list[Token] | None]:
    """The tokens of each date's clause; None where it is not clear which words belong to it."""
    dates = [index for index, token in enumerate(tokens) if token.kind is Kind.DATE]
    starts: list[int | None] = [0]
    for before, after in itertools.pairwise(dates):
        begin = starts[-1]
        starts.append(_border(tokens, begin, before, after) if begin is not None else None)
    if any(start is None for start in starts):
        return [None] * len(dates)
    ends = [*starts[1:], len(tokens)]
    return [list(tokens[start:end]) for start, end in zip(starts, ends, strict=True)]


def _border(tokens: Sequence[Token], begin: int, before: int, after: int) -> int | None:
    """The index at which the clause of the date at ``after`` begins, if it is unambiguous."""
    gap = range(before + 1, after)
    if all(tokens[index].kind is Kind.NOTHING for index in gap):
        # "from 1 May 2031 to 30 April 2032"
        return before + 1
    hard = [index for index in gap if tokens[index].kind is Kind.SEMICOLON]
    if hard:
        return hard[-1]
    if not any(token.kind in SUBJECTS for token in tokens[begin:before]):
        # The date stands first: what follows it may be its subject, or the next one's.
        return before + 1 if not any(tokens[index].kind in SUBJECTS for index in gap) else None
    possible = [index for index in gap if _may_begin(tokens, index, before + 1, after)]
    related = [index for index in possible if _related(tokens[index:after])]
    if related:
        # "except Article 5, Article 6 and Article 7, which shall apply from …": all that is left out.
        return related[0]
    if len({_essence(tokens[index:after]) for index in possible}) == 1:
        return possible[0]
    return None


def _may_begin(tokens: Sequence[Token], index: int, gap: int, after: int) -> bool:
    head, tail = tokens[index:after], tokens[gap:index]
    if head[0].kind not in (Kind.JOIN, Kind.RELATIVE) and index != gap:
        return False
    content = [t for t in head if t.kind not in (Kind.JOIN, Kind.NOTHING)]
    # "…, and has retroactive effect to", "… and applies to fees due from": another verb has words of its own.
    predicate = bool(content) and content[0].kind is Kind.VERB
    joined = predicate and head[0].kind is Kind.JOIN
    if any((t.kind is Kind.EXCEPT and not joined) or (t.kind is Kind.WORD and not predicate) for t in head):
        return False
    if content and content[0].kind is Kind.PLACE and not content[0].head:
        return False
    # Before it, provisions may only stand in an exception.
    excepted = False
    for token in tail:
        excepted = excepted or token.kind is Kind.EXCEPT
        if token.kind in SUBJECTS and not excepted:
            return False
    return True


def _related(head: Sequence[Token]) -> bool:
    """Whether a clause continues what was just named."""
    content = [t for t in head if t.kind not in (Kind.JOIN, Kind.NOTHING)]
    return bool(content) and content[0].kind is Kind.RELATIVE


def _essence(head: Sequence[Token]) -> tuple[str, ...]:
    """The provisions and words of a clause, which would change if it began elsewhere."""
    return tuple(f"{t.kind}{t.value}{t.start}" for t in head if t.kind in SUBJECTS or t.kind is Kind.WORD)


# one clause


def _read(clause: Sequence[Token]) -> Subject:
    return _Clause(clause).read()


class _Clause:
    """Reads one clause token by token: what it is about, what it leaves out, and its unexplained words."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._inside: list[str] = []
        self._outside: list[str] = []
        self._kinds: set[Kind] = set()
        self._strange: list[Token] = []
        self._excluded: list[Token] = []
        self._mode = Kind.NOTHING
        self._verb = False

    def read(self) -> Subject:
        for index, token in enumerate(self._tokens):
            if not self._turn(index, token):
                return replace(_UNREAD, words=(self._tokens[0].start, self._tokens[-1].end))
            if self._mode is not Kind.DESPITE:
                self._take(token)
        # An exception for persons or cases leaves no provision out as a whole.
        outside = [] if self._excluded else self._outside
        return Subject(
            tuple(dict.fromkeys(self._inside)),
            tuple(dict.fromkeys(outside)),
            self._read_reach(),
            # Words alone narrow what a list's stem says; with a verb they are a subject of their own.
            bool(self._kinds - {Kind.PRONOUN}) or bool(self._strange and self._has_verb()),
            Kind.ACT in self._kinds,
            Kind.FOLLOWING in self._kinds,
            _range(self._strange or self._excluded, self._tokens),
        )

    def modes(self) -> Iterator[tuple[Token, Kind]]:
        """Each token, and whether it is in an exception or after a "notwithstanding"."""
        for index, token in enumerate(self._tokens):
            self._turn(index, token)
            yield token, self._mode

    def _turn(self, index: int, token: Token) -> bool:
        """Begin and end exceptions and "notwithstanding"; False if the end is not clear."""
        if token.kind in (Kind.EXCEPT, Kind.DESPITE):
            self._mode = token.kind
        elif token.kind in (Kind.VERB, Kind.SEMICOLON):
            self._mode = Kind.NOTHING
            self._verb = self._verb or token.kind is Kind.VERB
        elif self._mode is Kind.DESPITE and self._may_follow(index):
            self._mode = Kind.NOTHING
            # "By way of derogation from Article 3, Article 4 and Article 5, Article 7 shall apply": who knows.
            return not (self._same_kind(index) and self._more(index))
        elif self._mode is Kind.EXCEPT and token.kind is Kind.ACT:
            self._mode = Kind.NOTHING
        return True

    def _may_follow(self, index: int) -> bool:
        token = self._tokens[index]
        return token.kind in SUBJECTS and bool(token.head) and _after_another(self._tokens, index)

    def _same_kind(self, index: int) -> bool:
        """Whether the provision just set aside is named by the same word as the one at ``index``."""
        before = [t for t in self._tokens[:index] if t.kind in SUBJECTS and t.head]
        return bool(before) and before[-1].head.casefold() == self._tokens[index].head.casefold()

    def _more(self, index: int) -> bool:
        """Whether another provision follows before the verb that could be the first that the date is about."""
        rest = itertools.takewhile(lambda i: self._tokens[i].kind is not Kind.VERB, range(index + 1, len(self._tokens)))
        return any(self._may_follow(i) for i in rest)

    def _take(self, token: Token) -> None:
        excepted = self._mode is Kind.EXCEPT
        if token.kind is Kind.ACT and token.head[:1].isupper() and not self._verb and not self._kinds:
            # A capital begins the sentence: what stands before it is a heading that lost its line.
            self._strange.clear()
        if token.kind is Kind.WORD:
            (self._excluded if excepted else self._strange).append(token)
        elif token.kind not in SUBJECTS:
            return
        elif excepted:
            self._outside.append(token.value)
            if token.kind is not Kind.PLACE:
                self._excluded.append(token)
        elif not self._strange:
            self._add(token)
        elif token.kind in (Kind.PLACE, Kind.FOREIGN) and not self._verb and self._has_verb():
            # Before the verb it may be a second subject; after it, it describes the first.
            self._add(token)

    def _has_verb(self) -> bool:
        """Whether the clause has a verb of its own, not that of a relative clause."""
        kinds = [t.kind for t in self._tokens]
        return Kind.VERB in kinds and Kind.RELATIVE not in kinds[: kinds.index(Kind.VERB)]

    def _add(self, token: Token) -> None:
        self._kinds.add(token.kind)
        if token.kind is Kind.PLACE:
            self._inside.append(token.value)

    def _read_reach(self) -> Reach:
        kinds, places = self._kinds, bool(self._inside)
        if Kind.FOREIGN in kinds:
            return Reach.UNREAD if places or Kind.ACT in kinds else Reach.OTHER
        if places and Kind.ACT in kinds:
            return Reach.UNREAD
        if self._strange:
            named = places or bool(kinds & {Kind.ACT, Kind.PRONOUN})
            return Reach.SOME if named or not self._has_verb() else Reach.UNREAD
        return Reach.WHOLE


def _after_another(clause: Sequence[Token], index: int) -> bool:
    """Whether a token follows a comma, or another provision with nothing between them."""
    at = index - 1
    while at >= 0 and clause[at].kind is Kind.NOTHING:
        at -= 1
    return at >= 0 and (clause[at].value == "," or clause[at].kind in SUBJECTS)


def _range(strange: Sequence[Token], tokens: Sequence[Token]) -> tuple[int, int] | None:
    """The range from the first to the last of these tokens, with the provisions at its end."""
    if not strange:
        return None
    end = strange[-1].end
    for token in tokens:
        if token.start < end:
            continue
        if token.kind in (Kind.PLACE, Kind.FOREIGN, Kind.ACT):
            end = token.end
        elif token.kind not in (Kind.JOIN, Kind.NOTHING):
            break
    return strange[0].start, end


DATED = frozenset({FactType.ENTRY_INTO_FORCE, FactType.APPLICATION, FactType.EXPIRY})
"""The facts that say from when, or until when, provisions apply."""

_THE_ACT = Subject(act=True)
_CELEX = re.compile(r"\d{5}(?P<kind>[A-Z]{1,2})\d{4}\S*")


class ScopeReader:
    """Determines what the dates in one document are about, sentence by sentence in order."""

    def __init__(self, view: DocumentView) -> None:
        self._view = view
        self._about_the_act: set[str] = set()
        self._items: dict[int, list[int]] = {}
        for number, sentence in enumerate(view.sentences):
            if sentence.stem is not None and sentence.role is SentenceRole.ITEM:
                self._items.setdefault(sentence.stem, []).append(number)

    def note_transposition(self, sentence: Sentence) -> None:
        """Note an article that asks for transposition: "those measures" then means the whole directive."""
        self._about_the_act.add(self._view.article_of(sentence.provision))

    def read_transposed(self, number: int) -> Subject:
        """What a sentence asks to transpose: the provisions that it names, or else the act.

        It is not clear where it names another act, is not a directive's, allows something or derogates from something.
        """
        sentence = self._view.sentences[number]
        tokens = self._tokens(number)
        kinds = {token.kind for token in tokens}
        places = tuple(dict.fromkeys(places_in(tokens)))
        doubt = bool(kinds & {Kind.FOREIGN, Kind.DESPITE}) or (Kind.ACT in kinds and bool(places))
        if self._view.family is Family.NEWS:
            return Subject(() if doubt else places)
        doubt = doubt or sentence.zone is Zone.ANNEX or not self._may_be_directive() or self._permits(sentence)
        return Subject(() if kinds & {Kind.ACT, Kind.FOREIGN} else places, reach=Reach.UNREAD if doubt else Reach.WHOLE)

    def _may_be_directive(self) -> bool:
        """Whether the document is an act of the Union that its number does not show to be another than a directive."""
        number = _CELEX.fullmatch(self._view.work or "")
        return self._view.family is Family.EU_ACT and (number is None or number["kind"] == "L")

    def _permits(self, sentence: Sentence) -> bool:
        line = self._view.line_of(sentence)
        found = find_cues(line, Span(0, len(line)), self._view.pack_of(sentence))
        return any(label == "permission" for label, _, _ in found)

    def read_subjects(self, number: int, dates: Sequence[Span], others: Sequence[Span]) -> list[Subject]:
        """What the dates of a sentence are about. Spans are relative to the sentence and in order."""
        sentence = self._view.sentences[number]
        article = self._view.article_of(sentence.provision)
        known = _THE_ACT if article in self._about_the_act else None
        found = subjects(self._tokens(number, dates, others), self._above(sentence), known)
        if sentence.role is SentenceRole.STEM and number in self._items:
            found = [self._listed(number, subject) for subject in found]
        if any(subject.act for subject in found):
            self._about_the_act.add(article)
        return found

    def read_reservation(self, number: int, times: Sequence[Span]) -> Subject | None:
        """What a sentence, apart from the act's own dates, says about some provisions with a time that is no day of
        application.

        "The duty under Article 3(1) shall apply to vessels launched after 12 September 2026": it does not apply
        from one day on.
        """
        sentence = self._view.sentences[number]
        if not times or self._view.article_of(sentence.provision) not in self._about_the_act:
            return None
        tokens = self._tokens(number, (), times)
        if not any(token.kind in (Kind.VERB, Kind.DESPITE) for token in tokens):
            return None
        places = tuple(dict.fromkeys(places_in(tokens)))
        return Subject(places, reach=Reach.SOME, words=(0, len(sentence.span))) if places else None

    def _tokens(self, number: int, dates: Sequence[Span] = (), others: Sequence[Span] = ()) -> list[Token]:
        sentence = self._view.sentences[number]
        place = self._view.places.get(sentence.provision, "")
        return tokens_of(
            self._view.line_of(sentence), dates, others, self._view.pack_of(sentence), place, self._view.work
        )

    def _above(self, sentence: Sentence) -> Subject | None:
        if sentence.stem is None or sentence.role is not SentenceRole.ITEM:
            return None
        return named_in(self._tokens(sentence.stem))

    def _listed(self, number: int, subject: Subject) -> Subject:
        """The subject of a date in a list's stem: the items name the provisions, or the excluded ones, or limit the
        subject of the stem.
        """
        items = [self._tokens(item) for item in self._items[number]]
        last = next((t.kind for t in reversed(self._tokens(number)) if t.kind is not Kind.NOTHING), None)
        if last is Kind.EXCEPT:
            outside = tuple(dict.fromkeys(place for tokens in items for place in places_in(tokens)))
            clear = all(places_in(tokens) for tokens in items)
            return replace(subject, outside=outside, reach=subject.reach if clear else Reach.UNREAD)
        read = [named_in(tokens) for tokens in items]
        if all(r.places and r.reach is Reach.WHOLE for r in read) and (subject.following or not subject.named):
            places = tuple(dict.fromkeys(itertools.chain.from_iterable(r.places for r in read)))
            outside = tuple(dict.fromkeys(itertools.chain.from_iterable((*subject.outside, *r.outside) for r in read)))
            return replace(subject, places=places, outside=outside, reach=Reach.WHOLE, named=True)
        return replace(subject, reach=Reach.SOME if subject.named and not subject.following else Reach.UNREAD)
