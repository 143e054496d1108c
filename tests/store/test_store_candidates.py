"""Ranking and counting look at few rows in the end, and say what looking at all of them says."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders import HARBOUR, N, make_analysis
from dutybook.searching import search
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.search import candidates
from dutybook.store.search.candidates import Candidates
from dutybook.store.search.facets import FACETS
from dutybook.store.search.filters import conditions_of

TODAY = date(2031, 5, 1)
CHOSEN = (FACETS["modality"], FACETS["topic"], FACETS["applies"])


def _found(drawn: list[tuple[str, float, str, str, str | None]], *, ordered: bool = False) -> Candidates:
    """Rows of a few norms (an identity may have several), in two documents."""
    rows = [
        (row, identity, f"d{row % 2}", rank, modality, topics, since, None)
        for row, (identity, rank, modality, topics, since) in enumerate(drawn)
    ]
    return Candidates(rows, False, CHOSEN, ordered)  # type: ignore[arg-type]


_rows = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from([-9.5, -3.0, -3.0, -1.0, -0.5]),
        st.sampled_from(["obligation", "permission"]),
        st.sampled_from(["", "security", "security privacy"]),
        st.none() | st.sampled_from(["2030-01-01", "2040-01-01"]),
    ),
    max_size=30,
)


@given(_rows, st.integers(0, 6), st.integers(0, 5))
@pytest.mark.sqlite_only
def test_the_best_are_those_of_all_rows_in_order(
    drawn: list[tuple[str, float, str, str, str | None]], limit: int, offset: int
) -> None:
    found = _found(drawn)
    titles = {"d0": "Zebra act", "d1": "Anchor act"}
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE document_rows (document, title)")
        connection.executemany("INSERT INTO document_rows VALUES (?, ?)", titles.items())
        page, total = candidates.ranked(connection, found, limit, offset)
    best: dict[str, float] = {}
    for _, identity, _, rank, *_ in found.rows:
        best[identity] = min(rank, best.get(identity, 0.0))
    rows = sorted((r for r in found.rows if r[3] == best[r[1]]), key=lambda r: (r[3], titles[r[2]], r[2], r[0]))
    order = list(dict.fromkeys(r[1] for r in rows))
    assert total == len(best)
    assert [f.identity for f in page] == order[offset : offset + limit]
    first = {r[1]: r for r in reversed(rows)}
    assert [(f.row, f.rank) for f in page] == [(first[f.identity][0], first[f.identity][3]) for f in page]


@given(_rows)
def test_counts_are_of_norms_not_of_rows(drawn: list[tuple[str, float, str, str, str | None]]) -> None:
    found = _found(drawn)
    for facet, columns in zip(CHOSEN, ((4,), (5,), (6, 7)), strict=True):
        norms: dict[str, set[str]] = defaultdict(set)
        for row in found.rows:
            for value in facet.values_of(tuple(row[c] for c in columns), TODAY):  # type: ignore[misc]
                norms[value].add(row[1])
        assert found.counts(facet, TODAY) == Counter({value: len(ids) for value, ids in norms.items()})


def _three_languages() -> Register:
    register = open_register()
    for language, words in (
        ("de", "Der Betreiber meldet jede Störung der Behörde."),
        ("pl", "Operator zgłasza organowi każde zakłócenie."),
        ("en", "The operator shall notify every disturbance to the authority."),
    ):
        register.add(make_analysis([N(words)], language=language, salt=language, source=f"{language}.txt", work=None))
    return register


def test_forms_of_languages_that_are_there_are_looked_for() -> None:
    with _three_languages() as register:
        query = candidates._match(register._connection, Filters(words="disturbances"))
        assert len(query) < len(Filters(words="disturbances").query.match)
        for words in ("disturbances", "Störungen", "zakłóceniem", "authorities"):
            assert len(search(register, words)) == 1, words


def test_a_norm_in_another_language_than_its_document_is_found_by_its_forms() -> None:
    with _three_languages() as register:
        register._connection.execute("UPDATE documents SET language = 'xx'")
        assert len(search(register, "Störungen")) == 1


_HARBOUR = (
    ("The operator shall notify the authority of each disturbance of the lamps.", "obligation", "business", 0.9),
    ("The authority may inspect the lamps after a disturbance.", "permission", "authority", 0.8),
    ("The operator must not move the lamps without notice.", "prohibition", "business", 0.7),
    ("The master shall keep records of the lamps for five years.", "obligation", "person", 0.6),
)


@pytest.fixture(scope="module")
def harbours() -> Iterator[Register]:
    """Acts in two languages each, so that norms have several texts, some of them rejected."""
    with open_register() as register:
        for number in range(8):
            act = replace(
                HARBOUR, id=f"3203{number}R0777", number=f"3203{number}R0777", short_title=f"Act {number % 3}"
            )
            for language in ("en", "de"):
                norms = [
                    N(
                        text if language == "en" else text.replace("The", "Die") + " lamps",
                        place=f"Art {at + 1}",
                        modality=modality,
                        bearer_class=kind,
                    )
                    for at, (text, modality, kind, _) in enumerate(_HARBOUR[number % 2 :])
                ]
                made = make_analysis(
                    norms,
                    title=f"Act {number % 3}",
                    language=language,
                    work=act,
                    source=f"{number}.{language}",
                    salt=act.id,
                )
                register.add(made)
        ids = [row[0] for row in register._connection.execute("SELECT id FROM norms ORDER BY id LIMIT 5")]
        reviews.change(register, ids[:3], Change(finding="rejected", reason="no norm"), by="anna")
        reviews.change(register, ids[3:], Change(status="applicable", owner="Emil"), by="anna")
        yield register


_CHOSEN: dict[str, list[tuple[str, ...] | str]] = {
    "modality": [("obligation",), ("permission", "prohibition")],
    "language": [("de",)],
    "work": [("32030R0777", "32031R0777")],
    "bearer_class": [("business",)],
    "applies": [("in-force", "unknown"), ("ended",)],
    "jurisdiction": [("EU",)],
    "due_window": [("none",)],
    "status": ["unassessed", "applicable"],
    "owner": ["emil"],
    "review_state": ["rejected", "unreviewed", "all"],
}


_WORDS = ("", "lamps", "lamps -inspect", "operator OR authority", "Art 2 Act", "nothing")


def _facets_are_as_alone(harbours: Register, filters: Filters, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MOST", most)
        found = harbours.results(filters, 100, 0, tuple(FACETS))
        for name, facet in FACETS.items():
            opened = "all" if name == "review_state" else None
            without = replace(filters, **{name: opened})  # type: ignore[arg-type]
            conditions = conditions_of(without, match=False)
            grouped = not filters.all_versions
            alone = candidates.candidates(harbours._connection, without, conditions, [facet], grouped=grouped)
            counted = {value: number for value, _, number in found.facets[name]}
            assert counted == dict(alone.counts(facet, TODAY)), name
    if most == 15_000:
        assert found.total == harbours.number(filters)
        assert len(found.ids) == found.total


@pytest.mark.sqlite_only
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in _CHOSEN.items()}),
    words=st.sampled_from(_WORDS),
    every=st.booleans(),
    most=st.sampled_from([3, 15_000]),
)
def test_facets_are_counted_as_if_each_were_looked_for_alone(
    harbours: Register, chosen: dict[str, Any], words: str, every: bool, most: int
) -> None:
    _facets_are_as_alone(harbours, Filters(words=words, today=TODAY, all_versions=every, **chosen), most)


@pytest.mark.postgresql_only
def test_facets_of_each_filter_are_counted_as_if_each_were_looked_for_alone(harbours: Register) -> None:
    """Each value of each filter, each search, some together: planning takes the server too long for all that SQLite is asked.

    Which hits are looked at where there are more is left to the server, so there is no ``most`` here.
    """
    each: list[dict[str, Any]] = [{name: value} for name, values in _CHOSEN.items() for value in values]
    both = {"modality": ("obligation",), "language": ("de",), "applies": ("in-force", "unknown")}
    for number, chosen in enumerate([{}, *each, both, *({} for _ in _WORDS)]):
        words, every = _WORDS[number % len(_WORDS)], number % 4 == 1
        _facets_are_as_alone(harbours, Filters(words=words, today=TODAY, all_versions=every, **chosen), 15_000)


@pytest.mark.sqlite_only
def test_words_are_looked_for_once_for_all_facets(harbours: Register) -> None:
    statements: list[str] = []
    chosen = {"modality": ("obligation",), "bearer_class": ("business",), "applies": ("unknown",)}
    harbours._connection.set_trace_callback(statements.append)
    try:
        found = harbours.results(Filters(words="lamps", today=TODAY, **chosen), 25, 0, tuple(FACETS))  # type: ignore[arg-type]
    finally:
        harbours._connection.set_trace_callback(None)
    assert found.total
    assert sum("norms_fts MATCH" in sql for sql in statements) == 1
    # Ranking costs most: no row is ranked that is not among the results.
    assert sum(sql.count("bm25") for sql in statements) == 1


@pytest.mark.sqlite_only
def test_a_language_leads_to_its_documents(harbours: Register) -> None:
    statements: list[str] = []
    harbours._connection.set_trace_callback(statements.append)
    try:
        found = harbours.results(Filters(language=("de",), today=TODAY), 25, 0, ("modality",))
    finally:
        harbours._connection.set_trace_callback(None)
    assert found.total
    (sql,) = [sql for sql in statements if "document_rows r" in sql]
    plan = " ".join(row[3] for row in harbours._connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "document_languages" in sql
    assert "USE TEMP B-TREE" not in plan


def test_norms_that_words_did_not_find_are_counted_by_their_rows(harbours: Register) -> None:
    norms = [row[0] for row in harbours._connection.execute("SELECT norm FROM norm_facets ORDER BY row LIMIT 9")]
    found = candidates.of_norms(harbours._connection, [*norms, norms[0]], CHOSEN)
    modalities = dict(harbours._connection.execute("SELECT norm, modality FROM norm_facets").fetchall())
    identities = {(row[1], row[4]) for row in found.rows}
    assert len(found.rows) == len(norms), "each once"
    assert {row[4] for row in found.rows} == {modalities[norm] for norm in norms}
    assert found.counts(FACETS["modality"], TODAY) == Counter(modality for _, modality in identities)
    assert candidates.of_norms(harbours._connection, [], CHOSEN).rows == []
