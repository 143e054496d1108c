"""Counts of facets are those of a plain count; one norm is one result over languages and versions; pages fit together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import N, make_analysis
from dutybook.errors import BadFilter
from dutybook.searching import FACETS, Filters, count, facets, page, search
from dutybook.store import Register, open_register
from dutybook.store.deadlines import events
from dutybook.store.search.terms import remake
from loading import script

TODAY = date(2026, 6, 1)
ROOT = Path(__file__).parents[2]
#: Filters of several values that are looked up in the register itself.
CHOSEN = ("modality", "language", "bearer_class", "topic", "due_window", "applies", "jurisdiction", "bearer_role")


@dataclass(frozen=True)
class Row:
    """A norm by the tables that the narrow rows are made from."""

    identity: str
    words: str
    values: dict[str, frozenset[str]]


@cache
def filled() -> tuple[Register, tuple[Row, ...]]:
    """A register of made-up works in several languages and versions, and its norms as a plain list."""
    generate = script(ROOT / "benchmarks" / "generate.py")
    register = open_register()
    for plan in islice(generate.plans(3), 10):
        register.write(generate.flat(plan, 30))
    sql = """SELECT n.id, i.identity, n.quote, n.modality, n.language, n.bearer_class, n.topics, w.jurisdiction, d.work,
        t.applies_from, t.applies_until,
        coalesce((SELECT e.role FROM definitions o JOIN definitions e ON e.work = o.work AND e.number = o.number
            AND e.language = 'en' WHERE o.id = n.bearer_definition ORDER BY e.document LIMIT 1), n.role) FROM norms n
        JOIN documents d ON d.id = n.document JOIN work_names w ON w.document = d.id JOIN norm_times t ON t.norm = n.id
        JOIN norm_identities i ON i.norm = n.id JOIN versions v ON v.document = d.id WHERE v.current AND v.preferred"""
    dues: dict[str, list[date]] = defaultdict(list)
    for norm, due in register._connection.execute("SELECT norm, due FROM due_dates"):
        dues[norm].append(date.fromisoformat(due))
    rows = []
    for norm, identity, quote, *plain, topics, jurisdiction, work, begins, ends, role in register._connection.execute(
        sql
    ):
        values = dict(zip(("modality", "language", "bearer_class"), map(one, plain), strict=True))
        values |= {"topic": frozenset(topics.split()), "jurisdiction": one(jurisdiction), "work": one(work)}
        values |= {"bearer_role": one(role), "applies": one(applies(begins, ends))}
        values["due_window"] = frozenset(windows(dues[norm]))
        # Nobody has said anything yet: test_search_facets_people has what they say.
        values |= {
            "status": one("unassessed"),
            "owner": one(None),
            "applicability": one("unassessed"),
            "tag": one(None),
            "for_us": one("ask"),
            "profile": one(None),
            "review_state": one("unreviewed"),
            "new_text": one("own"),
            "legal_status": frozenset(),
        }
        rows.append(Row(identity, quote, values))
    return register, tuple(rows)


def one(value: str | None) -> frozenset[str]:
    return frozenset([value] if value else [])


def applies(begins: str | None, ends: str | None) -> str:
    if ends and date.fromisoformat(ends) < TODAY:
        return "ended"
    if not begins:
        return "unknown"
    return "later" if date.fromisoformat(begins) > TODAY else "in-force"


def windows(days: Iterable[date]) -> set[str]:
    away = [(day - TODAY).days for day in days]
    found = {name for name in ("30", "90", "365") if any(0 <= n <= int(name) for n in away)}
    # Nobody has taken on anything here, so nothing is overdue.
    found |= {"later" for n in away if n > 365}
    return found if away else {"none"}


def brute(rows: Iterable[Row], chosen: dict[str, tuple[str, ...]], facet: str, word: str) -> Counter[str]:
    found = {
        (row.identity, value)
        for row in rows
        if (not word or word in row.words.casefold().replace(",", " ").replace(".", " ").split())
        and all(not values or row.values[name] & set(values) for name, values in chosen.items() if name != facet)
        for value in row.values[facet]
    }
    return Counter(value for _, value in found)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_counts_are_those_of_a_plain_count(data: st.DataObject) -> None:
    register, rows = filled()
    pools = {name: sorted({value for row in rows for value in row.values[name]}) for name in CHOSEN}
    names = data.draw(st.lists(st.sampled_from(CHOSEN), max_size=3, unique=True))
    chosen = {
        name: tuple(data.draw(st.lists(st.sampled_from(pools[name]), min_size=1, max_size=3, unique=True)))
        for name in names
    }
    word = data.draw(st.sampled_from(["", "", "services", "market", "qualität"]))
    filters = Filters(words=f'"{word}"' if word else "", today=TODAY, **chosen)  # type: ignore[arg-type]
    counted = facets(register, filters)
    for name, counts in counted.items():
        assert {value: number for value, _, number in counts} == brute(rows, chosen, name, word), name
    everything = brute([replace(row, values={**row.values, "": one("x")}) for row in rows], chosen, "", word)
    assert count(register, filters) == everything["x"] == page(register, filters).total


@given(st.integers(1, 40), st.sampled_from(["", "services", "market OR safety", "the*"]))
@settings(max_examples=8, deadline=None)
def test_pages_fit_together(size: int, words: str) -> None:
    register, _ = filled()
    whole = [hit.identity for hit in search(register, Filters(words=words), limit=10_000)]
    assert len(set(whole)) == len(whole)
    paged = [
        hit.identity
        for at in range(0, len(whole), size)
        for hit in search(register, Filters(words=words), limit=size, offset=at)
    ]
    assert paged == whole


def test_rows_made_anew_are_the_same() -> None:
    register, _ = filled()
    before = register._connection.execute("SELECT * FROM norm_facets ORDER BY row").fetchall()
    assert len(before) == register.summary().norms
    documents = [d.id for d in register.documents()]
    remake(register._connection, documents)
    assert register._connection.execute("SELECT * FROM norm_facets ORDER BY row").fetchall() == before


@pytest.fixture
def harbour() -> Register:
    made = open_register()
    texts = {
        "en": ["The operator shall notify the accident within 24 hours.", "The operator shall keep records."],
        "de": ["Der Betreiber muss den Unfall binnen 24 Stunden melden.", "Der Betreiber muss Aufzeichnungen führen."],
        "fr": ["L'exploitant doit notifier l'accident dans les 24 heures.", "L'exploitant doit tenir un registre."],
    }
    for language, (one_, two) in texts.items():
        norms = [N(one_, place="Art 3", action=one_[:-1].partition(" ")[2]), N(two, place="Art 4")]
        made.add(make_analysis(norms, language=language, source=f"{language}.txt", title=f"Harbour {language}"), "1")
    return made


def test_a_norm_in_three_languages_is_one_result(harbour: Register) -> None:
    (hit,) = search(harbour, Filters(words="accident shall"))
    assert (hit.language, hit.languages) == ("en", ("de", "en", "fr"))
    assert [language for language, _ in hit.others] == ["de", "fr"]
    assert page(harbour, Filters()).total == count(harbour, Filters()) == 2
    (hit,) = search(harbour, Filters(words="accident shall"), reader="de")
    assert hit.quote.startswith("Der Betreiber muss den Unfall")
    # A language that is asked for wins over the reader's, and one that a norm does not have changes nothing.
    assert search(harbour, Filters(words="accident", language="fr"), reader="de")[0].language == "fr"
    assert search(harbour, Filters(words="accident shall"), reader="pl")[0].language == "en"
    counts = {value: number for value, _, number in facets(harbour, Filters())["language"]}
    assert counts == {"de": 2, "en": 2, "fr": 2}
    assert page(harbour, Filters(all_versions=True)).total == 6


def test_removing_a_text_parts_them_again(harbour: Register) -> None:
    for document in harbour.documents():
        if document.language != "de":
            harbour.remove(document.id)
    assert {hit.languages for hit in search(harbour, Filters())} == {("de",)}
    rows = harbour._connection.execute("SELECT count(*), count(DISTINCT identity) FROM norm_facets").fetchone()
    assert rows == (2, 2)


def test_topics_and_dates_are_filters(harbour: Register) -> None:
    assert [hit.place for hit in search(harbour, Filters(topic="records", language="en"))] == ["Art 4"]
    assert {hit.place for hit in search(harbour, Filters(topic=("records", "reporting"), language="en"))} == {
        "Art 3",
        "Art 4",
    }
    with pytest.raises(BadFilter, match="There are: reporting"):
        search(harbour, Filters(topic="gardening"))
    with pytest.raises(BadFilter, match="no facet 'colour'"):
        page(harbour, Filters(), facets=("colour",))


def test_a_stored_event_moves_its_norm_to_another_window() -> None:
    register = open_register()
    norm = N("An operator shall report within 3 days.", deadline="within 3 days", value="P3D", anchor="report")
    register.add(make_analysis([norm, "An operator shall wait."]), "1")

    def counted(today: date) -> dict[str, int]:
        return {value: n for value, _, n in facets(register, Filters(today=today), ["due_window"])["due_window"]}

    assert counted(TODAY) == {"none": 2}
    found = next(register.norms())
    due = TODAY + timedelta(days=40)
    register._connection.execute(
        "INSERT INTO events VALUES ('e', ?, ?, ?, '2026-01-01', NULL, NULL, ?, '[]', '', '', '', 'period', NULL, NULL, '',"
        " '', NULL, 'en')",
        (found.deadlines[0].id, found.id, found.document, due.isoformat()),
    )
    register._connection.execute("INSERT INTO event_dates VALUES ('e', 0, ?)", (due.isoformat(),))
    remake(register._connection, [found.document])
    assert counted(TODAY) == {"none": 1, "90": 1, "365": 1}
    assert counted(TODAY + timedelta(days=60)) == {"none": 1, "overdue": 1}
    assert events.forget(register, "e")
    assert counted(TODAY) == {"none": 2}


def test_of_very_many_hits_the_first_are_counted(harbour: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dutybook.store.search.candidates.MOST", 3)
    found = page(harbour, Filters(), facets=("language",))
    assert found.more
    assert sum(number for _, _, number in found.facets["language"]) == 3
    assert count(harbour, Filters()) == 2
    assert not page(harbour, Filters(language="en")).more


def test_every_facet_is_a_filter() -> None:
    assert set(FACETS) <= set(Filters.__dataclass_fields__)


def test_new_text_is_found_by_the_act_that_it_belongs_to() -> None:
    own, new = (
        N("Carriers shall keep a log.", place="Art 2"),
        N("Ferries shall show a lamp.", place="Art 1(4) “Art 9a(1)”"),
    )
    made = make_analysis([own, new])
    placed = {"quoted": True, "amended_act": "Directive 2031/7/EU", "amended_place": "Art 9a(1)"}
    norms = tuple(replace(norm, **placed) if "“" in norm.place else norm for norm in made.norms)
    register = open_register()
    register.add(replace(made, norms=norms))
    assert sorted(facets(register, Filters(), ["new_text"])["new_text"]) == [
        ("own", "the act's own terms", 1),
        ("quoted", "new text for another act", 1),
    ]
    assert [hit.quote for hit in search(register, Filters(new_text="own"))] == ["Carriers shall keep a log."]
    for chosen in (Filters(new_text="quoted"), Filters(amends="directive 2031/7")):
        (hit,) = search(register, chosen)
        assert (hit.quoted, hit.amended_act, hit.amended_place) == (True, "Directive 2031/7/EU", "Art 9a(1)")
    assert search(register, Filters(amends="regulation")) == []
    with pytest.raises(BadFilter, match="There are: own, quoted"):
        Filters(new_text="old")
