"""Dates that news state about acts, checked against the acts' own dates: the derived rows, and reading them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from dutybook.errors import BadFilter
from dutybook.languages.procedures import STEPS
from dutybook.records import FactType
from dutybook.records.dates import is_partial_date
from dutybook.resolve.claims import (
    DATED,
    Claim,
    ClaimState,
    DatedFact,
    Stated,
    Verdict,
    check_claim,
    find_moved,
    find_reported,
    is_date_of_act,
    sentence_around,
    state_on,
    tells_of,
)
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.news.coming_acts import named_in_news
from dutybook.store.sql import all_of, compose, english_title_of
from dutybook.suggestions import check_one_of

if TYPE_CHECKING:
    from dutybook.store.register import Register

_TYPES = json.dumps([type_.value for type_ in sorted(DATED)])
_LONGEST_QUOTE = 400
#: Where an act stands in an article: its id, and the words that name it (half-open).
Named = tuple[str, int, int]

_STATED = """SELECT f.id, f.type, coalesce(f.due, f.value), f.span_start, f.span_end, f.page, e.cue_start, e.cue_end FROM facts f
    LEFT JOIN evidence e ON e.document = f.document AND e.kind = 'facts' AND e.finding = f.id
    WHERE f.document = ? AND f.type IN (SELECT value FROM json_each(?)) ORDER BY f.position, f.id"""
# The dates that an act has, moved where later acts move them: those of the item's language first; its publication last.
_DATES_OF_ACT = """SELECT f.id, f.document, f.type, CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END AS due,
    f.reach = 'whole' AND f.scope = '[]', CASE WHEN m.fact IS NOT NULL THEN f.due END, m.by_document,
    substr(coalesce(b.version_date, b.published), 1, 10) FROM facts f
    JOIN documents d ON d.id = f.document LEFT JOIN moved_facts m ON m.fact = f.id LEFT JOIN documents b ON b.id = m.by_document
    WHERE d.work = ?1 AND d.family <> 'news' AND CASE WHEN m.fact IS NULL THEN f.due ELSE m.due END IS NOT NULL
    ORDER BY d.language <> ?2, d.language <> 'en', d.language, due, f.document, f.position"""
_PUBLISHED = """SELECT '', id, 'publication', substr(published, 1, 10), 1, NULL, NULL, NULL FROM documents WHERE work = ?1
    AND family <> 'news' AND published IS NOT NULL ORDER BY language <> ?2, language, id"""
_INSERT = """INSERT INTO claims (fact, document, work, type, topic, due, whole, state, reason, quote, page, by_fact, by_document, actual,
    by_quote, by_place) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_REOPEN = """UPDATE claims SET state = 'expected', by_fact = NULL, by_document = NULL, actual = NULL, by_quote = '', by_place = ''
    WHERE work = ?1 AND state IN ('moved', 'confirmed') AND by_document NOT IN (SELECT id FROM documents WHERE family <> 'news')"""
_OPEN = """SELECT c.fact, c.document, substr(d.published, 1, 10), c.topic, c.due, c.state, c.quote FROM claims c JOIN documents d ON d.id = c.document
    WHERE c.work = ?1 AND c.topic <> '' AND c.state IN ('expected', 'unchecked') AND d.published IS NOT NULL"""

_ANSWER = "UPDATE claims SET state = ?, by_fact = ?, by_document = ?, actual = ?, by_quote = ? WHERE fact = ?"
_REPORTED = """SELECT s.id, s.document, substr(d.published, 1, 10), s.step, coalesce(s.value, substr(d.published, 1, 10)), s.quote
    FROM procedure_acts a JOIN procedure_steps s ON s.id = a.step JOIN documents d ON d.id = a.document
    WHERE a.work = ? AND s.reached AND s.step <> 'consultation' AND d.published IS NOT NULL"""


def remake_claims(connection: Connection, item: str, named: Sequence[Named]) -> None:
    """Make the claims of an article anew; ``named`` are all places where it names an act, in their order."""
    connection.execute("DELETE FROM claims WHERE document = ?", (item,))
    language, published, text = connection.execute(
        "SELECT d.language, d.published, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?",
        (item,),
    ).fetchone()
    day = published[:10] if published and len(published) >= 10 else None
    for fact, type_, due, start, end, page, *cue in connection.execute(_STATED, (item, _TYPES)).fetchall():
        if not due or not is_partial_date(due):
            continue
        act, near = find_act_of_date(named, text, start, end)
        around = slice(*sentence_around(text, start, end))
        claim = Claim(
            type_,
            due,
            day,
            near,
            whole=near and act is not None and is_date_of_act(text, act[1:], (start, end), _span(cue), type_),
            amended=tells_of("amended", text[around], language),
            denied=tells_of("negation", text[around], language),
        )
        work = act[0] if act else None
        dates = _dates_of_act(connection, work, language) if work else []
        verdict = check_claim(
            claim, dates, has_act=work is not None, has_text=bool(dates) or _has_text(connection, work)
        )
        topic = _topic_of(claim, text[around], language)
        quote = _shorten(text[around])
        row = (fact, item, work, type_, topic, due, claim.whole, verdict.state.value, verdict.reason or "", quote, page)
        connection.execute(_INSERT, (*row, *_answer(connection, verdict)))


def find_act_of_date(named: Sequence[Named], text: str, start: int, end: int) -> tuple[Named | None, bool]:
    """The act that a date is about, and whether its sentence names it: the nearest one there, else the only one of the article."""
    in_sentence = [
        (abs(first - start), (work, first, last))
        for work, first, last in named
        if not re.search(r"[.!?][\s»”“\"’)]+\S|\n", text[min(last, end) : max(first, start)])
    ]
    if in_sentence:
        return min(in_sentence)[1], True
    if len({work for work, _, _ in named}) == 1:
        return named[0], False
    return None, False


def works_with_claims(connection: Connection, document: str) -> set[str]:
    """The acts that an article has claims of, or reports steps of."""
    rows = connection.execute(
        "SELECT work FROM claims WHERE document = ?1 AND work IS NOT NULL UNION SELECT work FROM procedure_acts WHERE document = ?1",
        (document,),
    )
    return {str(row[0]) for row in rows}


def settle_claims(connection: Connection, works: Iterable[str]) -> None:
    """Find anew which expected dates of these acts a later article has moved, and which steps that were announced it reports."""
    for work in sorted(set(works)):
        connection.execute(_REOPEN, (work,))
        rows = connection.execute(_OPEN, (work,)).fetchall()
        quotes = {fact: quote for fact, *_, quote in rows}
        expected = {fact for fact, _, _, _, _, state, _ in rows if state == ClaimState.EXPECTED}
        for fact, later in find_moved(Stated(*row[:5]) for row in rows).items():
            if fact in expected:
                answer = (ClaimState.MOVED.value, later.fact, later.document, later.due, quotes[later.fact])
                connection.execute(_ANSWER, (*answer, fact))
        reported = connection.execute(_REPORTED, (work,)).fetchall()
        report_quotes = {step: quote for step, *_, quote in reported}
        open_ = (Stated(*row[:5]) for row in rows if row[0] in expected)
        for fact, state, report in find_reported(open_, [Stated(*row[:5]) for row in reported]):
            connection.execute(
                _ANSWER, (state.value, None, report.document, report.due, report_quotes[report.fact], fact)
            )


def _topic_of(claim: Claim, sentence: str, language: str) -> str:
    """What a date is of, as far as articles about one act can be compared: its type, or the step that is announced."""
    if claim.type != FactType.EXPECTED:
        return claim.type if claim.whole else ""
    if not claim.near:
        return ""
    steps = [step for step in STEPS if tells_of(step, sentence, language)]
    return steps[0] if len(steps) == 1 else ""


def _span(cue: list[int | None]) -> tuple[int, int] | None:
    first, last = cue
    return (first, last) if first is not None and last is not None else None


def _shorten(words: str) -> str:
    one = " ".join(words.split())
    return one if len(one) <= _LONGEST_QUOTE else one[:_LONGEST_QUOTE].rpartition(" ")[0] + " …"


def _has_text(connection: Connection, work: str | None) -> bool:
    sql = "SELECT 1 FROM documents WHERE work = ? AND family <> 'news' AND status <> 'unreadable'"
    return connection.execute(sql, (work,)).fetchone() is not None


def _dates_of_act(connection: Connection, work: str, language: str) -> list[DatedFact]:
    rows = [*connection.execute(_DATES_OF_ACT, (work, language)), *connection.execute(_PUBLISHED, (work, language))]
    return [
        DatedFact(fact, document, type_, due, bool(whole), before, by or None, on)
        for fact, document, type_, due, whole, before, by, on in rows
    ]


def _answer(connection: Connection, verdict: Verdict) -> tuple[str | None, str | None, str | None, str, str]:
    """The fact, document and day that answer a claim, with their words and place."""
    by = verdict.by
    if by is None:
        return None, None, None, "", ""
    if not by.fact:
        row = connection.execute("SELECT published_by FROM documents WHERE id = ?", (by.document,)).fetchone()
        return None, by.document, by.due, row[0] if row else "", ""
    text, start, end, place = connection.execute(
        "SELECT t.text, f.span_start, f.span_end, f.place FROM facts f JOIN texts t ON t.document = f.document WHERE f.id = ?",
        (by.fact,),
    ).fetchone()
    return by.fact, by.document, by.due, _shorten(text[slice(*sentence_around(text, start, end))]), place


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A date that an article states in the ``words`` of the sentence ``quote``: of which ``type``, for which day, month or year, and what
    became of it.

    ``state`` and ``reason`` are as in :mod:`dutybook.resolve.claims`; ``actual`` is the day that the act or a later article has, in the sentence
    ``by_quote`` at ``by_place`` of ``by_document`` (its fact ``by_fact``, None for the day of publication). ``day`` is the article's.
    """

    document: str
    title: str
    source: str
    language: str
    day: str | None
    fact: str
    work: str | None
    work_title: str
    type: str
    topic: str
    due: str
    words: str
    state: str
    reason: str
    quote: str
    page: int | None
    actual: str | None
    by_fact: str | None
    by_document: str | None
    by_title: str
    by_quote: str
    by_place: str


#: The states that are asked for by name.
STATES: Final = tuple(state.value for state in ClaimState)
_CLAIMS = compose(
    """SELECT c.document, d.title, d.source, d.language, substr(d.published, 1, 10), c.fact, c.work,
    coalesce({title}, (SELECT a.name FROM coming_acts a WHERE a.act = c.work), ''), c.type, c.topic,
    c.due, f.quote, c.state, c.reason, c.quote, c.page, c.actual, c.by_fact, c.by_document, coalesce(b.title, ''), c.by_quote, c.by_place
    FROM claims c JOIN documents d ON d.id = c.document JOIN facts f ON f.id = c.fact LEFT JOIN documents b ON b.id = c.by_document""",
    title=english_title_of(compose("c.work")),
)


def claims_of_item(connection: Connection, document: str, today: date | None = None) -> Iterator[ClaimRow]:
    """The claims of an article in the order of its text, as they are on a day (None: as no day has passed)."""
    for row in connection.execute(
        compose("{claims} WHERE c.document = ? ORDER BY f.position", claims=_CLAIMS), (document,)
    ):
        yield _on(ClaimRow(*row), today)


def claims(
    register: Register,
    work: str | None = None,
    *,
    states: Iterable[str] = (),
    since: str | None = None,
    today: date,
) -> list[ClaimRow]:
    """The dates that articles state, the newest article first.

    Args:
        register: the register.
        work: only those about this act, named as in ``Filters.work``.
        states: only those that are in one of these states on the day ``today``.
        since: only those of articles of this day (ISO 8601) or later.
        today: the day on which they are looked at.

    Raises:
        BadFilter: no act in the register is named so, or there is no such state.
    """
    wanted = frozenset(states)
    for state in sorted(wanted):
        check_one_of("state of a claim", state, STATES, BadFilter)
    conditions, values = [], list[str]()
    if work is not None:
        named, given = named_in_news(register, work)
        conditions.append(compose("c.work IN ({named})", named=named))
        values += given
    if since is not None:
        conditions.append(compose("d.published >= ?"))
        values.append(since)
    sql = compose("{claims} WHERE {chosen} ORDER BY d.published IS NULL, d.published DESC, d.id, f.position", claims=_CLAIMS, chosen=all_of(conditions))  # fmt: skip
    with translated(register.path):
        rows = [_on(ClaimRow(*row), today) for row in register._connection.execute(sql, values).fetchall()]
    return [row for row in rows if not wanted or row.state in wanted]


def _on(row: ClaimRow, today: date | None) -> ClaimRow:
    return row if today is None else replace(row, state=state_on(row.state, row.due, row.day, today))
