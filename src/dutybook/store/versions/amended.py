"""Versions of acts that result from amendments in the register: made anew whenever somebody asks, from the texts that are there.

Instructions of amending acts are applied to the published text before them in the same language; a consolidated text has every change that
applies by its day. So a version is made for each day on which something changes and from which no published text stands. A consolidated version is
compared with what comes of the text before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from dutybook.errors import NotFound
from dutybook.extract.instructions import read_instructions
from dutybook.languages import available, load
from dutybook.records import Amendment, AmendmentKind, Provision, ProvisionKind, Span, Zone
from dutybook.records.dates import parse_day
from dutybook.records.instructions import Instruction, Obstacle
from dutybook.records.trees import Node, build_tree
from dutybook.resolve.amended.applying import Left, apply_instructions
from dutybook.resolve.amended.comparison import Compared, Outcome, compare
from dutybook.resolve.amended.places import at, locate
from dutybook.resolve.amended.schedule import ActDay, day_of
from dutybook.resolve.versions import MADE

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class KnownAmendment:
    """An act that amends another one, as far as the register knows.

    ``here``: its text is in the register. ``included``: the newest text of the amended act has all of its changes. ``day`` is its first
    one (ISO 8601) where its text says so, ``quote`` the words that say that it amends, in ``document``.
    """

    work: str
    title: str
    here: bool
    included: bool
    day: str | None
    quote: str
    document: str


@dataclass(frozen=True, slots=True)
class BaseText:
    """A published text that amendments are applied to: its document, title, language, the day from which it stands (ISO 8601), and its
    kind ("original", "consolidated").
    """

    document: str
    title: str
    language: str
    since: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """What an instruction did: ``places`` in the amended act, by the act ``by`` (an id) at the place ``at`` of its ``document``.

    ``text`` is how the first of these places reads then, empty where it is gone.
    """

    kind: str
    places: tuple[str, ...]
    by: str
    by_title: str
    document: str
    at: str
    quote: str
    text: str


@dataclass(frozen=True, slots=True)
class NotAppliedChange:
    """An instruction that could not be applied: ``reason`` is an :class:`~dutybook.records.instructions.Obstacle`, ``about`` what it is about."""

    kind: str
    places: tuple[str, ...]
    reason: str
    about: str
    by: str
    by_title: str
    document: str
    at: str
    quote: str


@dataclass(frozen=True, slots=True)
class MadeVersion:
    """A version of an act that no published text has: what changes on its first ``day``, the text ``base`` that it was made from, and all of its
    text as a tree.

    ``left`` are the instructions that should have changed it by then and could not be applied: where they apply, the text is not sure.
    """

    day: str
    base: BaseText
    changes: tuple[AppliedChange, ...]
    left: tuple[NotAppliedChange, ...]
    tree: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AmendedAct:
    """An act with its amendments: its newest text (None where there is none), and the versions that result, by day.

    ``left`` are instructions of which no day is known.
    """

    work: str
    title: str
    language: str
    base: BaseText | None
    amendments: tuple[KnownAmendment, ...]
    versions: tuple[MadeVersion, ...]
    left: tuple[NotAppliedChange, ...]


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """A consolidated version next to what our instructions make of the text before it: how many provisions are the same, and all others.

    ``acts`` are the amending acts that were applied, ``missing`` those that the version names and that are not in the register.
    """

    document: str
    work: str
    base: str
    acts: tuple[str, ...]
    missing: tuple[str, ...]
    same: int
    differences: tuple[Compared, ...]
    left: tuple[NotAppliedChange, ...]


_KNOWN = """SELECT r.work, coalesce(w.short_title, ''), r.quote, r.document FROM work_relations r LEFT JOIN works w ON w.id = r.work
    JOIN documents d ON d.id = r.document WHERE r.related = ? AND r.kind = 'amends'
    ORDER BY r.work, d.work = r.work DESC, d.language <> ?, d.language <> 'en', d.id, r.position"""
_NAMED = """SELECT DISTINCT a.act, d.work, d.id FROM amendments a JOIN documents d ON d.id = a.document
    WHERE a.work IS NULL AND a.act IS NOT NULL AND d.language = ? AND d.work IS NOT NULL AND d.work <> ?"""
_TEXTS = """SELECT d.id, d.title, d.language, v.valid_from, d.version_kind FROM versions v JOIN documents d ON d.id = v.document
    WHERE v.work = ? AND v.preferred AND d.version_kind NOT IN ('corrigendum', 'made') AND d.status <> 'unreadable'
    ORDER BY v.language, coalesce(v.valid_from, ''), d.id"""
_PROVISIONS = """SELECT id, parent, kind, number, heading, span_start, span_end, place, zone FROM provisions WHERE document = ?
    ORDER BY position"""
_AMENDMENTS = """SELECT id, kind, act, work, target, place, span_start, span_end FROM amendments WHERE document = ? ORDER BY position"""
_INCLUDED = "SELECT work FROM work_relations WHERE document = ? AND related = ? AND kind = 'amends'"
_ACTING = """SELECT d.id FROM documents d LEFT JOIN versions v ON v.document = d.id WHERE d.work = ?1 AND ?2 IN ('', d.language) AND d.version_kind NOT IN ('consolidated', 'corrigendum', 'made')
    ORDER BY v.preferred IS NOT 1, d.id LIMIT 1"""


def amended_act(register: Register, work: str, language: str | None = None) -> AmendedAct:
    """An act with its amendments and the versions that result from those whose text is here.

    Args:
        register: where the texts are.
        work: the id of the act.
        language: of the texts; by default the one with most versions, English first.
    """
    texts = _texts(register, work)
    language = language or _main_language(texts)
    own = [text for text in texts if text.language == language]
    base = own[-1] if own else None
    title = register._select_value("SELECT short_title FROM works WHERE id = ?", work) or work
    known = _known(register, work, language, base)
    rows = _by_day(known)
    versions = [
        version
        for text, following in zip(own, [*own[1:], None], strict=True)
        for version in _make(register, text, following, rows)
    ]
    left = tuple(_not_applied(Left(each, Obstacle.NO_DAY), act) for day, each, act in rows if day is None)
    return AmendedAct(work, title, language, base, tuple(known), tuple(versions), left)


def known_amendments(register: Register, work: str) -> list[KnownAmendment]:
    """The acts that amend a work, as far as the register knows, by their first day."""
    texts = _texts(register, work)
    language = _main_language(texts)
    own = [text for text in texts if text.language == language]
    return list(_known(register, work, language, own[-1] if own else None))


def compare_consolidated(register: Register, document: str) -> ComparedVersion:
    """A consolidated version, provision by provision, with what the amendments that it names make of the text before it.

    Raises:
        NotFound: there is no text before it.
    """
    work, base, consolidated = _pair_with_base(register, document)
    named = set(_included(register, document, work)) - set(_included(register, base.document, work))
    known = _known(register, work, base.language, base)
    rows = [
        (instruction, act)
        for day, instruction, act in _by_day(known)
        if day is not None and _is_after(day, base) and not _is_after(day, consolidated)
    ]
    amended = apply_instructions(_tree(register, base.document), [instruction for instruction, _ in rows])
    compared = compare(amended.tree, _tree(register, document))
    by = {instruction.amendment: act for instruction, act in rows}
    used = {act.work for _, act in rows}
    return ComparedVersion(
        document,
        work,
        base.document,
        tuple(sorted(used)),
        tuple(sorted(named - {act.work for act in known if act.here})),
        sum(each.outcome is Outcome.SAME for each in compared),
        tuple(each for each in compared if each.outcome is not Outcome.SAME),
        tuple(_not_applied(each, by[each.instruction.amendment]) for each in amended.left),
    )


def _pair_with_base(register: Register, document: str) -> tuple[str, BaseText, BaseText]:
    """The work that a document is a text of, the published text before it in its language, and the document as such a text.

    Raises:
        NotFound: there is no text before it.
    """
    row = register._select_first("SELECT coalesce(work, ''), language FROM documents WHERE id = ?", document)
    work, language = (str(value) for value in row) if row else ("", "")
    own = [text for text in _texts(register, work) if text.language == language]
    for base, text in pairwise(own):
        if text.document == document:
            return work, base, text
    raise NotFound("there is no text before this one in its language, so there is nothing to apply amendments to")


def compare_stored(register: Register, documents: Iterable[str]) -> list[ComparedVersion]:
    """The consolidated versions among some documents, compared; those left out for which no amending act is in the register."""
    found = []
    for document in documents:
        kind = register._select_value("SELECT version_kind FROM documents WHERE id = ?", document)
        if kind != "consolidated":
            continue
        try:
            compared = compare_consolidated(register, document)
        except NotFound:
            continue
        found += [compared] if compared.acts else []
    return found


def _is_after(day: date, text: BaseText) -> bool:
    """Whether what applies from a day is not yet in a text: an original has no changes, a consolidated one those up to its day."""
    since = parse_day(text.since)
    return text.kind == "original" or since is None or day > since


def _texts(register: Register, work: str) -> list[BaseText]:
    """The published texts of a work, by language and time; one of unknown day first."""
    return [BaseText(*row) for row in register._select(_TEXTS, work)]


def _main_language(texts: Sequence[BaseText]) -> str:
    counts = {text.language: sum(t.language == text.language for t in texts) for text in texts}
    return min(counts, key=lambda code: (-counts[code], code != "en", code), default="")


def _included(register: Register, document: str, work: str) -> list[str]:
    return [row[0] for row in register._select(_INCLUDED, document, work)]


def _known(
    register: Register, work: str, language: str, base: BaseText | None
) -> dict[KnownAmendment, list[tuple[date | None, Instruction]]]:
    """The acts that amend a work by their first day: those that say so, those that its texts name, and those whose instructions name it.

    Each has its instructions, with the days from which they apply, where its text is here.
    """
    names = _names(register, work)
    found: dict[str, tuple[str, str, str]] = {}
    for by, title, quote, document in register._select(_KNOWN, work, language):
        found.setdefault(by, (title, quote, document))
    for act, by, document in register._select(_NAMED, language, work):
        if by not in found and _is_name_of(act, names):
            title = register._select_value("SELECT short_title FROM works WHERE id = ?", by) or ""
            found[by] = (title, act, document)
    included = set(_included(register, base.document, work)) if base else set()
    made = {}
    for by, (title, quote, document) in found.items():
        row = register._select_first(_ACTING, by, language)
        acting = row[0] if row else None
        dated = _dated_of(register, work, names, acting) if acting else []
        days = [day for day, _ in dated]
        first = min((day.isoformat() for day in days if day), default=None)
        if acting and base:
            has_all = all(day is not None and not _is_after(day, base) for day in days) and bool(days)
        else:
            has_all = by in included
        made[KnownAmendment(by, title, acting is not None, has_all, first, quote, acting or document)] = dated
    return dict(sorted(made.items(), key=lambda row: (row[0].day or "9999", row[0].work)))


def _names(register: Register, work: str) -> list[str]:
    """What an act is called: its titles and numbers."""
    rows = register._select("SELECT short_title, number FROM work_names WHERE work = ?", work)
    titles = register._select("SELECT title FROM documents WHERE work = ?", work)
    numbers = register._select("SELECT number FROM work_numbers WHERE work = ?", work)
    return [str(name) for row in [*rows, *titles, *numbers] for name in row if name]


def _is_name_of(act: str, names: Sequence[str]) -> bool:
    """Whether an act is called so; a name may be in the genitive ("des Seehafendatengesetzes"), and a title go on in brackets."""
    plain = _plain(act)
    parts = [part for name in names for part in (name, *re.split(r"[()]|\s[–—-]\s", name))]
    return any(plain == _plain(part) for part in parts if len(part) > 3)


def _plain(name: str) -> str:
    return re.sub(r"(?<=[a-zäöüß]{5})(?:es|s)$", "", re.sub(r"\W+", " ", name.casefold()).strip())


def _tree(register: Register, document: str) -> tuple[Node, ...]:
    text, provisions = _text_of(register, document)
    return build_tree(text, provisions)


def _text_of(register: Register, document: str) -> tuple[str, list[Provision]]:
    text = register._select_value("SELECT text FROM texts WHERE document = ?", document) or ""
    provisions = [
        Provision(
            id, parent, ProvisionKind(kind), number, heading, Span(start, end), place, Zone(zone), quoted="“" in place
        )
        for id, parent, kind, number, heading, start, end, place, zone in register._select(_PROVISIONS, document)
    ]
    return text, provisions


def _by_day(
    known: Mapping[KnownAmendment, Sequence[tuple[date | None, Instruction]]],
) -> list[tuple[date | None, Instruction, KnownAmendment]]:
    """The instructions of acts by the days from which they apply, those of one day in the order of the acts."""
    rows = [(day, instruction, act) for act, dated in known.items() for day, instruction in dated]
    return sorted(rows, key=lambda row: row[0] or date.max)


def _dated_of(
    register: Register, work: str, names: Sequence[str], document: str
) -> list[tuple[date | None, Instruction]]:
    """The instructions of a document about a work, each with the day from which it applies."""
    text, provisions = _text_of(register, document)
    language = register._select_value("SELECT language FROM documents WHERE id = ?", document)
    if language not in available():
        return []
    amendments = [
        Amendment(id, AmendmentKind(kind), "", place, Span(start, end), act or "", own, target)
        for id, kind, act, own, target, place, start, end in register._select(_AMENDMENTS, document)
        if own == work or (own is None and act and _is_name_of(act, names))
    ]
    days = [
        ActDay(
            fact.type, fact.due if isinstance(fact.due, date) else None, fact.scope, fact.outside, fact.reach == "whole"
        )
        for fact in register.facts(document)
        if fact.reach != "other"
    ]
    instructions = read_instructions(text, provisions, amendments, load(language))
    return [(day_of(instruction.place, days), instruction) for instruction in instructions]


def _make(
    register: Register,
    base: BaseText,
    following: BaseText | None,
    rows: Sequence[tuple[date | None, Instruction, KnownAmendment]],
) -> Iterator[MadeVersion]:
    """The versions that result from a text, one for each day of a change before the following published text stands."""
    until = parse_day(following.since) if following else None
    dated = [
        (day, instruction, act)
        for day, instruction, act in rows
        if day is not None and _is_after(day, base) and (until is None or day < until)
    ]
    tree = _tree(register, base.document) if dated else ()
    by = {instruction.amendment: act for _, instruction, act in dated}
    for day in sorted({row[0] for row in dated}):
        today = {instruction.amendment for other, instruction, _ in dated if other == day}
        amended = apply_instructions(tree, [instruction for other, instruction, _ in dated if other <= day])
        changes = [
            _applied(each.instruction, each.places, by[each.instruction.amendment], amended.tree)
            for each in amended.applied
            if each.instruction.amendment in today
        ]
        left = [_not_applied(each, by[each.instruction.amendment]) for each in amended.left]
        yield MadeVersion(day.isoformat(), base, tuple(changes), tuple(left), amended.tree)


def _applied(
    instruction: Instruction, places: tuple[str, ...], act: KnownAmendment, tree: tuple[Node, ...]
) -> AppliedChange:
    root = Node(ProvisionKind.TEXT, "", "", "", tree)
    ways = locate(root, places[0]) if places else []
    text = " ".join(at(root, ways[0]).lines()) if len(ways) == 1 else ""
    return AppliedChange(
        instruction.kind.value, places, act.work, act.title, act.document, instruction.place, instruction.quote, text
    )


def _not_applied(left: Left, act: KnownAmendment) -> NotAppliedChange:
    instruction = left.instruction
    return NotAppliedChange(
        kind=instruction.kind.value,
        places=instruction.targets,
        reason=left.obstacle.value,
        about=left.about,
        by=act.work,
        by_title=act.title,
        document=act.document,
        at=instruction.place,
        quote=instruction.quote,
    )


def is_made(register: Register, document: str) -> bool:
    """Whether a document (full id) was made by applying amendments, and was not published so."""
    return bool(register._select_value("SELECT version_kind = ? FROM documents WHERE id = ?", MADE, document))


def made_documents(register: Register, work: str, language: str) -> list[str]:
    """The documents that were made of an act earlier and are kept in the register."""
    sql = "SELECT id FROM documents WHERE work = ? AND language = ? AND version_kind = ? ORDER BY id"
    return [row[0] for row in register._select(sql, work, language, MADE)]


__all__ = [
    *(
        "AmendedAct",
        "AppliedChange",
        "BaseText",
        "ComparedVersion",
        "KnownAmendment",
        "MadeVersion",
        "NotAppliedChange",
    ),
    *("amended_act", "compare_consolidated", "compare_stored", "is_made", "known_amendments", "made_documents"),
]
