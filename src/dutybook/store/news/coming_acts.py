"""Acts that are known by name alone, as bills are: what they are called, who names them since when, and which act they turned out to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dutybook.errors import NotFound
from dutybook.languages.letters import fold
from dutybook.store.search.filters import Filters, spoken_of
from dutybook.store.sql import Sql, compose, english_title_of

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class ActMention:
    """Where a document names an act: ``quote`` are its words there, ``day`` that of its publication (ISO 8601, None if not known)."""

    document: str
    title: str
    source: str
    language: str
    family: str
    day: str | None
    quote: str
    page: int | None


@dataclass(frozen=True, slots=True)
class ComingAct:
    """An act that is known by name alone.

    ``name`` is the shortest of its ``names``; ``draft``: a document says that it is not adopted yet. ``since`` is the first day of a
    document that names it, None where none has a day. ``work`` is the act of the register that is called so, None while there is
    none, or there are several; ``work_title`` its title.
    """

    id: str
    name: str
    language: str
    draft: bool
    since: str | None
    documents: int
    work: str | None
    work_title: str


@dataclass(frozen=True, slots=True)
class NamedAct:
    """An act that a document names: its id (``name:…`` where it is known by name alone) and title; ``here``: the register has a text of it."""

    id: str
    title: str
    here: bool
    draft: bool
    quote: str


_COMING = compose(
    """SELECT c.act, c.name, c.language, c.draft, c.since, c.documents, c.work, coalesce({title}, '') FROM coming_acts c WHERE""",
    title=english_title_of(compose("c.work")),
)
_OPEN = compose(
    "(?1 OR c.work IS NULL) AND (?2 = '' OR c.act IN (SELECT act FROM named_acts WHERE instr(fold(name), ?2)))"
)
_MENTIONS = """SELECT d.id, d.title, d.source, d.language, d.family, substr(d.published, 1, 10), n.quote, n.page FROM named_acts n
    JOIN documents d ON d.id = n.document WHERE n.act = ? ORDER BY d.published IS NULL, d.published, d.id, n.position"""
_OF_DOCUMENT = compose(
    """SELECT act, title, here, draft, quote FROM (
    SELECT c.work AS act, coalesce({cited}, '') AS title, EXISTS (SELECT 1 FROM works w WHERE w.id = c.work) AS here, 0 AS draft,
        c.as_written AS quote, c.span_start AS at FROM citations c WHERE c.document = ?1 AND c.work IS NOT NULL
        AND c.work IS NOT (SELECT work FROM documents WHERE id = ?1)
    UNION ALL SELECT coalesce(a.work, n.act), coalesce({named}, a.name), a.work IS NOT NULL, n.draft AND a.work IS NULL, n.quote, n.span_start
        FROM named_acts n JOIN coming_acts a ON a.act = n.act WHERE n.document = ?1) ORDER BY at""",
    cited=english_title_of(compose("c.work")),
    named=english_title_of(compose("a.work")),
)


def coming_acts(
    register: Register, words: str = "", *, every: bool = False, limit: int = 100, offset: int = 0
) -> tuple[list[ComingAct], int]:
    """Acts that are known by name alone, the newest first, and how many there are; ``words``: part of a name.

    ``every``: also those of which the register has the act by now.
    """
    values = (int(every), fold(words.strip()))
    total = register._select_value(compose("SELECT count(*) FROM coming_acts c WHERE {open}", open=_OPEN), *values)
    sql = compose("{coming} {open} LIMIT ?3 OFFSET ?4", coming=_COMING, open=_OPEN)
    return [_made(row) for row in register._select(sql, *values, limit, offset)], int(total)


def coming_act(register: Register, identity: str) -> tuple[ComingAct, tuple[str, ...], tuple[ActMention, ...]]:
    """An act that is known by name alone, what it is called, and where it is named.

    Raises:
        NotFound: nothing is called so.
    """
    row = register._select_first(compose("{coming} c.act = ?", coming=_COMING), identity)
    if row is None:
        raise NotFound(
            f"no document names an act {identity!r}. `dutybook works --named` lists those that are known by name alone."
        )
    names = register._select(
        "SELECT name FROM named_acts WHERE act = ? GROUP BY name ORDER BY length(name), name", identity
    )
    return (
        _made(row),
        tuple(str(r[0]) for r in names),
        tuple(ActMention(*r) for r in register._select(_MENTIONS, identity)),
    )


def named_in_news(register: Register, work: str) -> tuple[Sql, tuple[str, ...]]:
    """SQL that selects the acts that news may mean by ``work``, which names one as in ``Filters.work``.

    Raises:
        BadFilter: no act in the register is named so, and no news item speaks of one.
    """
    named, given = spoken_of(work)
    known = compose("SELECT count(*) FROM news_links WHERE work IN ({named})", named=named)
    if not register._select_value(known, *given):
        register.check_filters(Filters(work=work))
    return named, given


def named_by(register: Register, document: str) -> list[NamedAct]:
    """The acts that a text about the law (full id) names by number or name, its own left out, each once and in the order of the text.

    None for law itself, which cites acts in every line.
    """
    if register._select_value("SELECT family IN ('eu_act', 'statute') FROM documents WHERE id = ?", document):
        return []
    found: dict[str, NamedAct] = {}
    for act, title, here, draft, quote in register._select(_OF_DOCUMENT, document):
        before = found.get(act)
        is_draft = bool(draft) or bool(before and before.draft)
        found[act] = NamedAct(
            act, before.title if before else title, bool(here), is_draft, before.quote if before else quote
        )
    return [one if one.title else replace(one, title=known_title(one.id)) for one in found.values()]


def known_title(work: str) -> str:
    """What a well-known act is called in English or its own language; empty where it is not known."""
    # Here, since the names of acts take a while to load.
    from dutybook.languages.known_acts import known_acts

    return next((act.title for act in known_acts() if act.id == work), "")


def _made(row: tuple[object, ...]) -> ComingAct:
    act, name, language, draft, since, documents, work, title = row
    day = str(since) if since else None
    return ComingAct(
        str(act),
        str(name),
        str(language),
        bool(draft),
        day,
        int(str(documents)),
        str(work) if work else None,
        str(title),
    )
