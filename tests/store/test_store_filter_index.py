"""Filters in a server's index of words: they change no result, and follow what they are about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

import postgres_server
from builders import HARBOUR, N, make_analysis

pytest.importorskip("sqlglot")
pytest.importorskip("psycopg")

from dutybook.database_address import Address
from dutybook.store import Filters, open_register
from dutybook.store.database.postgresql import filter_index
from dutybook.store.database.postgresql.translation import translate
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.register import Register
from dutybook.store.search.conditions import NARROW, together
from dutybook.store.search.filters import conditions_of
from dutybook.store.sql import compose

TODAY = date(2031, 5, 1)
_LEADING = "SELECT f.row FROM norms_fts CROSS JOIN norm_facets f ON f.row = norms_fts.rowid WHERE norms_fts MATCH ?"


def _translated(filters: Filters) -> str:
    passing, _ = together(conditions_of(filters, match=False), NARROW)
    return translate(compose("{leading} AND {passing}", leading=compose(_LEADING), passing=passing)).sql


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ({"modality": "exemption"}, ['ARRAY["norms_fts"."modality"] && ARRAY[CAST(%(p2)s AS TEXT)]']),
        (
            {"language": ("de", "en"), "jurisdiction": "EU"},
            [
                'ARRAY["norms_fts"."jurisdiction"] && ARRAY[CAST(%(p2)s AS TEXT)]',
                'ARRAY["norms_fts"."language"] && ARRAY[CAST(%(p3)s AS TEXT), CAST(%(p4)s AS TEXT)]',
            ],
        ),
        (
            {"topic": "security"},
            [
                "STRING_TO_ARRAY(\"norms_fts\".\"topics\", ' ') && STRING_TO_ARRAY(BTRIM(CAST(%(p2)s AS TEXT)), ' ')",
            ],
        ),
        ({"due_window": ("30", "later")}, ['ARRAY[NUM_NONNULLS("norms_fts"."dues")] && ARRAY[1]']),
        ({"due_window": "overdue"}, ['ARRAY[NUM_NONNULLS("norms_fts"."dues")] && ARRAY[1]']),
        ({"due_window": ("30", "none")}, []),
        ({"applies": "ended", "status": "applicable", "bearer": "master", "new_text": "own"}, []),
    ],
)
def test_what_a_filter_asks_of_the_index(chosen: dict[str, Any], asked: list[str]) -> None:
    made = _translated(Filters(words="quay", today=TODAY, all_versions=True, **chosen))
    assert made.endswith("".join(f" AND {one}" for one in asked))
    assert made.count("&&") == len(asked)


def test_the_index_narrows_where_it_leads_to_narrow_rows_alone() -> None:
    assert "&&" not in translate("SELECT f.row FROM norm_facets f WHERE f.modality IN (?)").sql
    assert "&&" not in translate(_LEADING + " AND NOT f.modality IN (?)").sql
    assert "&&" not in translate(_LEADING + " AND f.modality IN (?, 'permission')").sql, "no plain list of values"
    one_is_enough = translate(_LEADING + " AND f.modality IN (?) LIMIT 1").sql
    inner, _, rest = one_is_enough.partition(") SELECT")
    assert "&&" in inner, "with the words, before anything else"
    assert "&&" not in rest


_MODALITIES = ("obligation", "permission", "prohibition", "exemption")
_TOPICS = ("", "security", "security records", "records outsourcing", "data-protection")
_VALUES: dict[str, tuple[Any, ...]] = {
    "modality": (*_MODALITIES, ("permission", "exemption")),
    "bearer_class": ("business", "authority", ("person", "any")),
    "language": ("en", "de", ("de", "fr")),
    "jurisdiction": ("EU", "DE", ("FR", "EU")),
    "topic": ("security", "records", ("outsourcing", "data-protection"), "governance"),
    "due_window": ("overdue", "30", "365", "later", "none", ("30", "none"), ("90", "later")),
    "applies": ("in-force", "unknown"),
}


def _day(rng: Random) -> str:
    return (TODAY + timedelta(days=rng.randrange(-200, 700))).isoformat()


def _fill(register: Register) -> None:
    """Norms about lamps, with all kinds of values in their narrow rows."""
    rng = Random(7)
    for number in range(6):
        act = replace(HARBOUR, id=f"3203{number}R0777", number=f"3203{number}R0777")
        norms = [N(f"The operator shall keep {rng.choice(('lamps', 'oil', 'lamps and oil'))} {n}.") for n in range(12)]
        register.add(make_analysis(norms, work=act, source=f"{number}.txt", salt=str(number)))
    changes = []
    for (row,) in register._connection.execute('SELECT "row" FROM norm_facets ORDER BY "row"').fetchall():
        days = " ".join(sorted(_day(rng) for _ in range(rng.randrange(3)))) or None
        values = (rng.choice(_MODALITIES), rng.choice(("business", "authority", "person", "any")))
        changes.append(
            (*values, rng.choice(("en", "de", "fr")), rng.choice(("EU", "DE", "FR")), rng.choice(_TOPICS), days, row)
        )
    with register.transaction():
        register._connection.executemany(
            "UPDATE norm_facets SET modality = ?, bearer_class = ?, language = ?, jurisdiction = ?, topics = ?, dues = ? WHERE row = ?",
            changes,
        )


@contextmanager
def _by_the_index(address: Address) -> Iterator[Register]:
    """A register on a server that reads no whole table, however small it is."""
    with open_register(address) as register:
        register._connection.run("SET enable_seqscan = off")  # type: ignore[attr-defined]
        yield register


@pytest.fixture
def address() -> Address:
    postgres_server.needed()
    return Address(postgres_server.database_for(":memory:"))


def _found(register: Register, filters: Filters) -> tuple[int, list[str], dict[str, Any]]:
    made = register.results(filters, 100, 0, ("modality", "topic", "due_window"))
    return made.total, [one for one, _, _ in made.ids], made.facets


def test_results_are_those_without_filters_in_the_index(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(3)
    asked = [
        Filters(
            words=rng.choice(("lamps", "oil OR lamps", "lamps -oil", "lamp*", '"lamps and oil"')),
            today=TODAY,
            all_versions=rng.random() < 0.3,
            **{name: rng.choice(_VALUES[name]) for name in rng.sample(sorted(_VALUES), rng.randrange(1, 4))},
        )
        for _ in range(60)
    ]
    with open_register() as own, _by_the_index(address) as register:
        _fill(own)
        _fill(register)
        narrowed = [_found(register, filters) for filters in asked]
        for filters, found in zip(asked, narrowed, strict=True):
            total, ids, facets = _found(own, filters)
            assert (found[0], sorted(found[1]), found[2]) == (total, sorted(ids), facets), filters
        with monkeypatch.context() as patch:
            patch.setattr(filter_index, "narrow_hits", lambda *_: None)
            translate.cache_clear()
            assert [_found(register, filters) for filters in asked] == narrowed
        translate.cache_clear()
    assert sum(total > 0 for total, _, _ in narrowed) > 20, "the filters leave something"


def test_filters_in_the_index_follow_what_is_changed(address: Address) -> None:
    with _by_the_index(address) as register:
        _fill(register)
        run = register._connection.run  # type: ignore[attr-defined]
        lamps = Filters(words="lamps", all_versions=True, modality="exemption")

        def exempt() -> set[str]:
            return {one for one, _, _ in register.results(lamps, 100, 0, ()).ids}

        values = {"p1": "'lamps'", "p2": "'exemption'"}
        plan = run(f"EXPLAIN {_translated(lamps) % values}").fetchall()
        (led,) = (line for (line,) in plan if "Index Cond" in line)
        assert "words" in led
        assert "modality" in led, "the index answers both"

        before = exempt()
        every = {one for one, _, _ in register.results(replace(lamps, modality=None), 100, 0, ()).ids}
        norm, other = sorted(every - before)[:2]
        reviews.change(register, [norm], Change(correct={"modality": "exemption"}, reason="a misprint"), by="anna")
        assert exempt() == before | {norm}, "a corrected class"
        with register.transaction():
            register._connection.execute("UPDATE norm_facets SET modality = 'exemption' WHERE norm = ?", (other,))
        assert exempt() == before | {norm, other}, "a changed row"
        reviews.change(register, [norm], Change(correct={"modality": "permission"}, reason="it was none"), by="anna")
        assert exempt() == before | {other}, "corrected once more"
        document = register.norm(other).norm.document
        register.remove(document)
        left = {one for one in before if one in {norm.id for norm in register.norms()}}
        assert exempt() == left != before | {other}, "a document that was removed"
