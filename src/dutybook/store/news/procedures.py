"""Acts in the making: of which act a reported step is, and how far each act has come."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from dutybook.errors import BadFilter
from dutybook.languages.procedures import find_main_act
from dutybook.records import NAMED_ACT, Step
from dutybook.resolve.claims import last_day_of, tells_of
from dutybook.resolve.procedures import StepDate, StepStatus, arrange_steps, state_of
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.news.claims import Named, find_act_of_date
from dutybook.store.news.coming_acts import named_in_news
from dutybook.store.sql import compose, english_title_of
from dutybook.suggestions import check_one_of

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: An act with a number is law: these steps of it may still be told, all others are those of its amendments.
_OF_LAW: Final = frozenset({Step.ADOPTED, Step.PUBLISHED})
_PUBLISHED = "SELECT min(substr(published, 1, 10)), count(*) FROM documents WHERE work = ? AND family <> 'news' AND status <> 'unreadable'"

# The date of a step is announced once in an article, and another sentence may say of which step it is.
_TOPICS = """UPDATE claims SET topic = coalesce((SELECT s.step FROM procedure_acts a JOIN procedure_steps s ON s.id = a.step
    WHERE a.document = claims.document AND a.work = claims.work AND NOT s.reached AND s.value = claims.due ORDER BY s.position LIMIT 1), topic)
    WHERE document = ? AND type = 'expected'"""


def link_steps(connection: Connection, item: str, named: Sequence[Named]) -> None:
    """Find anew of which acts the steps are that an article reports; ``named`` are all places where it names an act, in their order.

    A step in a sentence that names no act is one of the act that the whole article is about. A step that is said of a change of an act, or of an
    act whose text was published before the article, is none of that act. Claims of the article, which are made before, learn of which step their
    announced dates are.
    """
    connection.execute("DELETE FROM procedure_acts WHERE document = ?", (item,))
    language, day, title, text = connection.execute(
        "SELECT d.language, coalesce(substr(d.published, 1, 10), ''), d.title, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?",
        (item,),
    ).fetchone()
    rows = connection.execute(
        "SELECT id, step, quote, span_start, span_end FROM procedure_steps WHERE document = ? ORDER BY position",
        (item,),
    ).fetchall()
    main = find_main_act(title, [(work, text[first:last]) for work, first, last in named])
    for identity, step, quote, start, end in rows:
        act, near = find_act_of_date(named, text, start, end)
        if not near:
            act = next((one for one in named if one[0] == main), None)
        if act is None or not _is_of_act(connection, act[0], step, day):
            continue
        rest = quote.replace(" ".join(text[act[1] : act[2]].split()), " ")
        if tells_of("amended", rest, language):
            continue
        connection.execute(
            "INSERT INTO procedure_acts (step, document, work) VALUES (?, ?, ?)", (identity, item, act[0])
        )
    connection.execute(_TOPICS, (item,))


def _is_of_act(connection: Connection, work: str, step: str, day: str) -> bool:
    """Whether a step that is reported on a day may be one of an act: it was not law before."""
    published, texts = connection.execute(_PUBLISHED, (work,)).fetchone()
    if texts:
        return bool(published and day and day <= published)
    return work.startswith(NAMED_ACT) or step in _OF_LAW


@dataclass(frozen=True, slots=True)
class StepRow:
    """What one document says of one step: :class:`~dutybook.resolve.procedures.StepDate` with the document's title, source and language."""

    step: str
    due: str | None
    status: str
    day: str
    document: str
    title: str
    source: str
    language: str
    quote: str
    page: int | None
    supersedes: str | None
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """An act in the making on a day.

    ``work`` is the act, as in ``news_links``; None for a document that asks for comments and is of no known act. ``state`` is the furthest step,
    None while all is announced; ``since`` its date, empty where none is known. ``open_until`` is the last day of an open consultation.
    """

    work: str | None
    title: str
    state: str | None
    since: str
    open_until: str | None
    dates: tuple[StepRow, ...]


#: The states that are asked for by name.
STATES: Final = tuple(step.value for step in Step)
_STEPS = """SELECT a.work, s.step, s.value, s.reached, coalesce(substr(d.published, 1, 10), ''), a.document, s.quote, s.page, d.title, d.source,
    d.language FROM procedure_acts a JOIN procedure_steps s ON s.id = a.step JOIN documents d ON d.id = a.document WHERE {chosen}
    ORDER BY a.work, s.position"""
# What the text of an act says of itself, and documents that ask for comments themselves.
_STATED = """SELECT x.work, CASE x.kind WHEN 'publication' THEN 'published' ELSE 'in_force' END, x.due, x.document, x.quote, x.page, d.title, d.source,
    d.language FROM act_dates x JOIN documents d ON d.id = x.document WHERE x.work = ? AND d.family <> 'news' AND x.due IS NOT NULL
    AND (x.kind = 'publication' OR (x.kind = 'entry_into_force' AND x.reach = 'whole' AND x.scope = '[]'))
    ORDER BY d.language <> 'en', d.language, x.due, x.document"""
_COMMENTS = """SELECT d.work, f.due, d.id, f.quote, f.page, d.title, d.source, d.language, coalesce(substr(d.published, 1, 10), '') FROM facts f
    JOIN documents d ON d.id = f.document WHERE f.type = 'comment_period' AND f.due IS NOT NULL AND d.family <> 'news' ORDER BY f.due, d.id"""


def procedures(
    register: Register,
    work: str | None = None,
    *,
    states: Iterable[str] = (),
    ends_within: int | None = None,
    today: date,
) -> list[ProcedureRow]:
    """Acts in the making and documents that ask for comments: consultations that end soonest first, then what moved last.

    Args:
        register: the register.
        work: only this act: its id (also of an act that is known by name alone), or named as in ``Filters.work``.
        states: only those in one of these states on the day ``today``.
        ends_within: only those with a consultation that ends within so many days.
        today: the day on which they are looked at.

    Raises:
        BadFilter: no act in the register is named so, or there is no such state.
    """
    wanted = frozenset(states)
    for state in sorted(wanted):
        check_one_of("state of a procedure", state, STATES, BadFilter)
    chosen, values = compose("1"), tuple[str, ...]()
    if work is not None:
        named, values = named_in_news(register, work)
        chosen = compose("a.work IN ({named})", named=named)
    with translated(register.path):
        connection = register._connection
        groups: dict[str, list[tuple[StepDate, tuple[str, str, str]]]] = defaultdict(list)
        for act, step, value, reached, day, document, quote, page, *about in connection.execute(
            compose(_STEPS, chosen=chosen), values
        ):
            status = StepStatus.REPORTED if reached else StepStatus.ANNOUNCED
            groups[act].append((StepDate(Step(step), value, status, day, document, quote, page), tuple(about)))
        found = [_procedure(connection, act, steps, today) for act, steps in groups.items()]
        if work is None:
            found += _asking(connection, today)
    last = (today + timedelta(days=ends_within)).isoformat() if ends_within is not None else ""
    kept = [
        one
        for one in found
        if (not wanted or one.state in wanted)
        and (not last or (one.open_until and last_day_of(one.open_until) <= last))
    ]
    kept.sort(key=lambda one: (one.title, one.work or ""))
    kept.sort(key=lambda one: max((d.day for d in one.dates), default=""), reverse=True)
    return sorted(kept, key=lambda one: one.open_until or "9999")


def procedure_of(register: Register, work: str, *, today: date) -> ProcedureRow | None:
    """How far an act (id) has come by what news report; None where none of them reports or announces a step of it."""
    if register._select_first("SELECT 1 FROM procedure_acts WHERE work = ?", work) is None:
        return None
    return next((row for row in procedures(register, work, today=today) if row.work == work), None)


def _procedure(
    connection: Connection, work: str, steps: list[tuple[StepDate, tuple[str, str, str]]], today: date
) -> ProcedureRow:
    about: dict[str, tuple[str, ...]] = {one.document: names for one, names in steps}
    dates = [one for one, _ in steps]
    stated: set[str] = set()
    for _, step, due, document, quote, page, *names in connection.execute(_STATED, (work,)).fetchall():
        if step not in stated:
            stated.add(step)
            about[document] = tuple(names)
            dates.append(StepDate(Step(step), due, StepStatus.STATED, due, document, quote, page))
    title = connection.execute(
        compose("SELECT coalesce({title}, '')", title=english_title_of(compose("?1"))), (work,)
    ).fetchone()[0]
    return _made(work, title or _name_of(connection, work), arrange_steps(dates), about, today)


def _asking(connection: Connection, today: date) -> list[ProcedureRow]:
    found = []
    for work, due, document, quote, page, *names, day in connection.execute(_COMMENTS).fetchall():
        step = StepDate(Step.CONSULTATION, due, StepStatus.REPORTED, day, document, quote, page)
        found.append(_made(work, names[0], (step,), {document: tuple(names)}, today))
    return found


def _made(
    work: str | None, title: str, dates: tuple[StepDate, ...], about: Mapping[str, tuple[str, ...]], today: date
) -> ProcedureRow:
    state = state_of(dates, today)
    rows = tuple(
        StepRow(
            step=one.step.value,
            due=one.due,
            status=one.status.value,
            day=one.day,
            document=one.document,
            title=about[one.document][0],
            source=about[one.document][1],
            language=about[one.document][2],
            quote=one.quote,
            page=one.page,
            supersedes=one.supersedes,
            superseded_by=one.superseded_by,
        )
        for one in dates
    )
    return ProcedureRow(work, title, state.step.value if state.step else None, state.since, state.open_until, rows)


def _name_of(connection: Connection, work: str) -> str:
    """What an act is called whose text is not here: the words of the first article that names it, else its id."""
    row = connection.execute(
        "SELECT quote FROM news_links WHERE work = ? ORDER BY how = 'wording', length(quote), quote LIMIT 1", (work,)
    ).fetchone()
    name = re.sub(r"[„“”»«\"]", "", row[0]).strip() if row else ""
    return name or work
