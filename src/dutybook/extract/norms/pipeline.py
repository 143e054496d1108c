"""Extracts norms: a list of passes over the units of a document.

``PASSES`` is the complete list. Each pass declares which fields of a :class:`~.unit.Unit` it reads and writes,
which a test enforces.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from types import ModuleType

from dutybook.document_view import DocumentView
from dutybook.extract.norms.legal_status import add_statuses
from dutybook.extract.norms.model.inputs import find_first_items
from dutybook.extract.norms.model.reader import Reader
from dutybook.extract.norms.passes import bearers, classes, confidence, cues, decide, describe, network, parts, split
from dutybook.extract.norms.passes.parts import KINDS
from dutybook.extract.norms.unit import NONE, Discourse, Mention, Unit, write_chain
from dutybook.records import (
    Cell,
    CellPlace,
    Evidence,
    Family,
    ListPoint,
    Modality,
    Norm,
    Part,
    Provision,
    Rejection,
    Sentence,
    SentenceRole,
    Span,
    Strength,
    Table,
    content_id,
)

#: A unit that was as likely a norm as this, or more, is listed among what was rejected.
DOUBTFUL = 0.15
#: Words of these modalities command or forbid.
_COMMANDS = frozenset({"obligation", "prohibition"})
#: A norm is a recommendation from this probability on.
_SHOULD = 0.5


def build_norms(
    units: Sequence[Unit], discourse: Discourse, provisions: Sequence[Provision], document_id: str, by: tuple[str, str]
) -> tuple[Norm, ...]:
    """The norms that units state, in document order. ``by`` is the name and version of the network."""
    places = {p.id: p.place for p in provisions}
    seen: dict[tuple[str, str], int] = {}
    made = []
    for unit in sorted((u for u in units if u.label != NONE), key=lambda u: _span_of(u)):
        span, sentence = _span_of(unit), unit.sentence
        place = places.get(sentence.provision, "")
        quote = " ".join(span.of(discourse.text).split())
        seen[(place, quote)] = nth = seen.get((place, quote), 0) + 1
        fields = tuple((name, round(value, 4)) for name, value in sorted(unit.fields.items()))
        parts = {kind: part_of(unit.parts.get(kind), discourse.text) for kind in KINDS}
        stem = sentence.stem
        made.append(
            Norm(
                id=content_id(document_id, place, quote, nth),
                provision=sentence.provision,
                place=sentence.place or place,
                span=span,
                modality=Modality(unit.label),
                strength=Strength.SHOULD if unit.should >= _SHOULD else Strength.MUST,
                bearer=part_of(unit.bearer, discourse.text),
                bearer_class=unit.bearer_class,
                evidence=Evidence(*by, _cue_of(unit), unit.confidence, write_chain(unit.trace), fields),
                language=sentence.language,
                stem=discourse.sentences[stem].span if stem is not None else None,
                action=parts["action"],
                recipient=parts["recipient"],
                condition=parts["condition"],
                exception=parts["exception"],
                quoted=sentence.quoted,
            )
        )
    return tuple(made)


def add_contents(
    norms: Sequence[Norm], sentences: Sequence[Sentence], places: Mapping[str, str], text: str
) -> tuple[Norm, ...]:
    """The norms that introduce a list with its points, as far as these state no norm of their own.

    Of several norms in the words before a list, the last one introduces it. What a point that is a norm introduces is its own.
    """
    points: dict[int, list[int]] = {}
    for index, sentence in enumerate(sentences):
        if sentence.stem is not None and sentence.role is not SentenceRole.TAIL:
            points.setdefault(sentence.stem, []).append(index)
    starts = [norm.span.start for norm in norms]

    def last_norm_in(span: Span) -> int | None:
        at = bisect_left(starts, span.end) - 1
        return at if at >= 0 and norms[at].span.end > span.start else None

    def within(stem: int) -> Iterator[ListPoint]:
        for index in points.get(stem, ()):
            sentence = sentences[index]
            if last_norm_in(sentence.span) is None:
                quote = " ".join(sentence.span.of(text).split())
                yield ListPoint(places.get(sentence.provision, ""), quote, sentence.span.start, sentence.span.end)
                yield from within(index)

    made = list(norms)
    for stem in points:
        at = last_norm_in(sentences[stem].span)
        if at is not None and (contents := tuple(within(stem))):
            made[at] = replace(made[at], contents=(*made[at].contents, *contents))
    return tuple(made)


def build_rejections(units: Sequence[Unit], document_id: str, by: tuple[str, str]) -> tuple[Rejection, ...]:
    """The rejected candidates: units about which the network was unsure, and those with words that command."""
    stems = {unit.sentence.stem for unit in units if unit.label != NONE}
    made = []
    for unit in units:
        if unit.label != NONE or unit.part > 0 or unit.answer is None:
            continue
        norm = 1.0 - unit.labels.get(NONE, 1.0)
        if norm < DOUBTFUL and not unit.cues:
            continue
        code = next((s.code for s in reversed(unit.trace) if s.name == "decide"), "label_none")
        if unit.index in stems:
            code = "carried_by_items"
        span = unit.input.span
        evidence = Evidence(*by, _cue_of(unit), 1.0 - norm, write_chain(unit.trace))
        duty = any(cue.label in _COMMANDS for cue in unit.cues)
        identity = content_id(document_id, "rejected", span.start)
        made.append(Rejection(identity, unit.sentence.provision, span, code, evidence, duty))
    return tuple(made)


def part_of(mention: Mention | None, text: str) -> Part | None:
    """The words of a mention; None without one."""
    if mention is None or mention.span is None:
        return None
    return Part(mention.span.of(text), mention.span)


def _span_of(unit: Unit) -> Span:
    return unit.span or unit.input.span


def _cue_of(unit: Unit) -> Span | None:
    """The words that express the norm: the first cue of the chosen label, else the first cue of any."""
    own = [c for c in unit.cues if c.label == unit.label]
    found = next(iter(own or unit.cues), None)
    return found.span if found else None


MAX_HEADER = 300
"""So many characters of a header are kept at most."""
_SHORT = 80


def place_in_tables(norms: Iterable[Norm], tables: Sequence[Table], text: str) -> tuple[Norm, ...]:
    """The norms, with :attr:`~dutybook.records.Norm.cell` set where the quote begins in a cell."""
    if not tables:
        return tuple(norms)
    numbers = sorted(range(len(tables)), key=lambda number: tables[number].span)
    starts = [tables[number].span.start for number in numbers]
    made = []
    for norm in norms:
        at = bisect_right(starts, norm.span.start) - 1
        place = _place(numbers[at], tables[numbers[at]], norm.span.start, text) if at >= 0 else None
        made.append(replace(norm, cell=place) if place is not None else norm)
    return tuple(made)


def _place(number: int, table: Table, offset: int, text: str) -> CellPlace | None:
    found = table.find(offset)
    if found is None:
        return None
    row, index = found
    columns = table.columns(row)
    cell, column = table.rows[row][index], columns[index]
    head = _head(table, text)
    above = "" if row < head else _above(table, head, column, column + cell.column_span, text)
    return CellPlace(number + 1, row + 1, column + 1, above, _row_label(table, row, column, text))


def _head(table: Table, text: str) -> int:
    """The number of header rows. Without marked ones, a first row of short words over longer text is a header."""
    if table.headers or len(table.rows) < 2:
        return table.headers
    first = [cell.span.of(text) for cell in table.rows[0]]
    if not all(words and len(words) < _SHORT and words.strip(" .") and words[0].isalpha() for words in first):
        return 0
    longest = max(len(cell.span) for row in table.rows[1:] for cell in row)
    return 1 if longest > _SHORT and len(first) > 1 and not any(words.rstrip().endswith(".") for words in first) else 0


def _above(table: Table, head: int, column: int, end: int, text: str) -> str:
    """The words of the header cells over the columns from ``column`` to ``end``, from top to bottom."""
    parts = []
    for row in range(head):
        for cell, at in zip(table.rows[row], table.columns(row), strict=True):
            if at < end and at + cell.column_span > column and (words := _words(cell, text)):
                parts.append(words)
    return " / ".join(dict.fromkeys(parts))[:MAX_HEADER]


def _row_label(table: Table, row: int, column: int, text: str) -> str:
    """The words of the first column's cell in ``row``; empty for a norm in the first column itself."""
    if column == 0:
        return ""
    for above in range(row, -1, -1):
        cells = table.rows[above]
        if cells and table.columns(above)[0] == 0:
            first = cells[0]
            return _words(first, text)[:MAX_HEADER] if above + first.row_span > row else ""
    return ""


def _words(cell: Cell, text: str) -> str:
    return " ".join(cell.span.of(text).split())


Run = Callable[[tuple[Unit, ...], Discourse, Reader], tuple[Unit, ...]]


@dataclass(frozen=True, slots=True)
class Pass:
    """One step: its name, the fields that it reads and writes, and its function."""

    name: str
    reads: frozenset[str]
    writes: frozenset[str]
    run: Run

    @classmethod
    def of(cls, module: ModuleType, run: Run) -> Pass:
        """The pass of a module of :mod:`.passes`."""
        return cls(module.NAME, module.READS, module.WRITES, run)


PASSES: tuple[Pass, ...] = (
    Pass.of(describe, lambda _, d, __: describe.make_units(d)),
    Pass.of(network, network.ask_network),
    Pass.of(split, split.split_units),
    Pass.of(cues, lambda u, d, _: cues.match_cues(u, d)),
    Pass.of(decide, decide.decide_labels),
    Pass.of(parts, lambda u, d, _: parts.cut_parts(u, d)),
    Pass.of(bearers, bearers.find_bearers),
    Pass.of(classes, classes.decide_classes),
    Pass.of(confidence, confidence.set_confidence),
)


def run_passes(discourse: Discourse, reader: Reader, passes: Sequence[Pass] = PASSES) -> tuple[Unit, ...]:
    """The units of a document after every pass."""
    units: tuple[Unit, ...] = ()
    for step in passes:
        units = step.run(units, discourse, reader)
    return units


@dataclass(frozen=True, slots=True)
class FoundNorms:
    """The norms of a document in order, and the rejected candidates.

    Attributes:
        unread: the text in which norms were not sought, because there was no time left for it, in order.
        unread_plain: the same for sentences without words of a norm, which are the last that norms are sought in.
    """

    norms: tuple[Norm, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    unread: tuple[Span, ...] = ()
    unread_plain: tuple[Span, ...] = ()


def find_norms(view: DocumentView, reader: Reader, time_left: Callable[[], float] = lambda: 1.0) -> FoundNorms:
    """All norms of a document.

    A text that expresses its author's opinion (family ``other``) states no norms.

    Args:
        view: the document.
        reader: the network that reads it.
        time_left: gives the share of the time for the document that is left; once it is small, norms are no longer sought.
    """
    if view.family is Family.OTHER:
        return FoundNorms()
    firsts = find_first_items(view.sentences)
    about = (view.text, view.sentences, view.family, view.pack_for, firsts, view.title)
    discourse = Discourse(*about, unsure=view.unsure, time_left=time_left)
    units = run_passes(discourse, reader)
    by = (reader.name, reader.version)
    norms = build_norms(units, discourse, view.provisions, view.document_id, by)
    norms = add_contents(norms, view.sentences, {p.id: p.place for p in view.provisions}, view.text)
    rejections = build_rejections(units, view.document_id, by)
    return FoundNorms(add_statuses(view, norms), rejections, _unread(units, plain=False), _unread(units, plain=True))


def _unread(units: Sequence[Unit], *, plain: bool) -> tuple[Span, ...]:
    """Each run of units without an answer, those with words of a norm (or not searched for such words), or those without."""
    runs = (list(run) for without, run in groupby(units, lambda u: u.answer is None and u.plain is plain) if without)
    return tuple(Span(run[0].input.span.start, run[-1].input.span.end) for run in runs)
