"""Ranking and counting look at few rows in the end, and say what looking at all of them says."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from builders import N, make_analysis
from dutybook.searching import search
from dutybook.store import Filters, Register, candidates, open_register
from dutybook.store.candidates import Candidates
from dutybook.store.facets import FACETS

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
        query = candidates._match(register.connection, Filters(words="disturbances"))
        assert len(query) < len(Filters(words="disturbances").query.match)
        for words in ("disturbances", "Störungen", "zakłóceniem", "authorities"):
            assert len(search(register, words)) == 1, words


def test_a_norm_in_another_language_than_its_document_is_found_by_its_forms() -> None:
    with _three_languages() as register:
        register.connection.execute("UPDATE documents SET language = 'xx'")
        assert len(search(register, "Störungen")) == 1
