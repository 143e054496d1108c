"""Versions in the register: filled in any order they are the same, and a search answers from the text that stood."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import date

import pytest

from builders import HARBOUR, N, make_analysis
from dutybook.errors import BadFilter
from dutybook.records import Analysis, Genre, Relation, RelationKind, Scheme, Span, Work, WorkNumber, content_id
from dutybook.searching import Filters, count, search
from dutybook.store import Register, exports, open_register
from dutybook.store.documents.works import works
from dutybook.store.versions.differences import ChangesQuery, latest_changes

AMENDING = Work("32033R0012", "regulation", "EU", "32033R0012", "Harbour Data Amendment")
CORRIGENDUM = Work("32031R0777R(2031-07-02)", "corrigendum", "EU", None, "Corrigendum to the Harbour Data Act")
OLD, NEW = "Operators shall keep a log.", "Operators shall keep a beacon log."


def version(
    first: str,
    day: str | None = None,
    form: str = "html",
    language: str = "en",
    salt: str = "",
    begins: str | None = None,
) -> Analysis:
    """A text of the act: ``first`` is the norm that changes; its second norm applies from ``begins``."""
    made = make_analysis(
        [
            N(first, place="Art 1"),
            N("Operators shall weigh crates.", place="Art 2", bearer="Operators"),
            N("Ports shall be lit.", place="Art 3", bearer="Ports"),
        ],
        language=language,
        salt=f"{day}{form}{language}{salt}",
        source=f"{language}-{day or 'original'}.{form}",
    )
    norms = list(made.norms)
    if begins:
        norms[1] = replace(norms[1], applies_from=date.fromisoformat(begins))
    document = replace(
        made.document,
        version_date=day,
        published="2031-05-12",
        version_kind="consolidated" if day else "original",
        format=form,
    )
    numbers = [WorkNumber(Scheme.CELEX, HARBOUR.id), WorkNumber(Scheme.OJ, "OJ L 77, 2031-05-12, p. 1")]
    if day:
        numbers.append(WorkNumber(Scheme.CELEX, f"02031R0777-{day.replace('-', '')}"))
    return replace(made, document=document, norms=tuple(norms), numbers=tuple(numbers))


def other(work: Work, kind: RelationKind, published: str, text: str) -> Analysis:
    made = make_analysis([text], title=work.short_title, work=work, source=f"{kind}.html", salt=work.id)
    relation = Relation(content_id(work.id, kind), kind, work.id, HARBOUR.id, "", Span(0, 12))
    document = replace(made.document, published=published, version_kind="original")
    return replace(made, document=document, relations=(relation,))


def everything() -> list[Analysis]:
    return [
        version(OLD),
        version(OLD, form="pdf"),
        version(NEW, "2033-01-20", begins="2034-06-01"),
        version(NEW, "2033-01-20", form="xml", begins="2034-06-01"),
        version("Betreiber führen Buch.", language="de"),
        other(AMENDING, RelationKind.AMENDS, "2033-01-10", "Lamps shall be green."),
        other(CORRIGENDUM, RelationKind.CORRECTS, "2031-07-02", "Read log for leg."),
        make_analysis(["Banks must wait."], title="News", work=None, genre=Genre.NEWS, source="news.txt"),
    ]


def filled(analyses: list[Analysis]) -> Register:
    register = open_register(":memory:")
    for analysis in analyses:
        register.add(analysis)
    return register


def quotes(register: Register, **filters: object) -> set[str]:
    return {hit.quote for hit in search(register, Filters(**filters))}  # type: ignore[arg-type]


def test_a_register_is_the_same_in_whatever_order_it_was_filled() -> None:
    analyses = everything()
    wanted = list(filled(analyses).content())
    assert any('"versions"' in line for line in wanted)
    chance = random.Random(7)
    for _ in range(6):
        chance.shuffle(analyses)
        register = filled(analyses)
        assert list(register.content()) == wanted
        assert register.check() == []


def test_what_comes_goes_without_a_trace() -> None:
    analyses = everything()
    for gone in analyses:
        register = filled(analyses)
        assert register.remove(gone.document.id)
        assert list(register.content()) == list(filled([a for a in analyses if a is not gone]).content())


def test_by_default_the_newest_version_answers_from_its_preferred_copy() -> None:
    register = filled(everything())
    found = search(register, Filters(work=HARBOUR.id, language="en"))
    assert {h.quote for h in found} == {NEW, "Operators shall weigh crates.", "Ports shall be lit."}
    assert {h.source for h in found} == {"en-2033-01-20.xml"}
    assert len(found) == count(register, Filters(work=HARBOUR.id, language="en")) == 3
    # Documents of no work, and other languages, are there all the same.
    assert "Banks must wait." in quotes(register)
    assert "Betreiber führen Buch." in quotes(register, language="de")
    assert OLD not in quotes(register)


def test_all_versions_and_a_document_that_is_named() -> None:
    register = filled(everything())
    assert count(register, Filters(work=HARBOUR.id, language="en", all_versions=True)) == 12
    assert quotes(register, document="en-original.pdf", place="Art 1") == {OLD}
    with pytest.raises(BadFilter, match="one of them"):
        Filters(as_of="2033-01-01", all_versions=True)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2031-05-11", set()),
        ("2031-05-12", {OLD, "Operators shall weigh crates.", "Ports shall be lit."}),
        ("2033-01-19", {OLD, "Operators shall weigh crates.", "Ports shall be lit."}),
        # what applies later only is left out; what says no day stays
        ("2033-01-20", {NEW, "Ports shall be lit."}),
        ("2034-05-31", {NEW, "Ports shall be lit."}),
        ("2034-06-01", {NEW, "Operators shall weigh crates.", "Ports shall be lit."}),
    ],
)
def test_as_of_a_day(day: str, found: set[str]) -> None:
    register = filled(everything())
    assert quotes(register, work=HARBOUR.id, language="en", as_of=day) == found
    assert count(register, Filters(work=HARBOUR.id, language="en", as_of=date.fromisoformat(day))) == len(found)


def test_acts_without_a_text_of_the_day_are_named() -> None:
    register = filled(everything())
    early = register.without_text(date(2031, 5, 1))
    assert [(work, since) for work, _, since in early] == [
        *((CORRIGENDUM.id, "2031-07-02"), (HARBOUR.id, "2031-05-12"), (AMENDING.id, "2033-01-10"))
    ]
    assert register.without_text(date(2034, 1, 1)) == []
    with pytest.raises(BadFilter, match="year-month-day"):
        Filters(as_of="last week")


@pytest.mark.parametrize(
    "named",
    [
        "32031R0777",
        "02031R0777-20330120",
        "OJ L 77, 12.5.2031, p. 1",
        "ABl. L 77 vom 12.5.2031, S. 1",
        "http://data.europa.eu/eli/reg/2031/777/oj",
        "harbour data act",
    ],
)
def test_a_work_is_found_by_each_of_its_numbers(named: str) -> None:
    register = filled([version(OLD), version(NEW, "2033-01-20")])
    assert quotes(register, work=named, place="Art 1") == {NEW}
    assert [row.id for row in works(register, named)] == [HARBOUR.id]


def test_works_with_versions_numbers_and_relations() -> None:
    register = filled(everything())
    (row,) = works(register, HARBOUR.id)
    assert row.languages == ("de", "en")
    assert row.numbers["celex"] == ("02031R0777-20330120", "32031R0777")
    english = [v for v in row.versions if v.language == "en"]
    assert [(v.valid_from, v.valid_until, v.preferred, v.current, v.format) for v in english] == [
        ("2031-05-12", "2033-01-19", True, False, "html"),
        ("2031-05-12", "2033-01-19", False, False, "pdf"),
        ("2033-01-20", None, True, True, "xml"),
        ("2033-01-20", None, False, True, "html"),
    ]
    assert {(r.kind, r.work, r.related) for r in row.relations} == {
        ("amends", AMENDING.id, HARBOUR.id),
        ("corrects", CORRIGENDUM.id, HARBOUR.id),
    }
    assert all(r.quote for r in row.relations)
    assert len(works(register)) == 3
    with pytest.raises(BadFilter, match="no act"):
        works(register, "32099R0001")


def test_a_text_that_is_read_again_as_another_work_leaves_the_first() -> None:
    register = filled([version(OLD), version(NEW, "2033-01-20")])
    moved = version(NEW, "2033-01-20")
    register.add(replace(moved, work=AMENDING, document=replace(moved.document, work=AMENDING.id), numbers=()))
    assert quotes(register, work=HARBOUR.id, place="Art 1") == {OLD}
    assert list(register.content()) == list(
        filled(
            [
                replace(moved, work=AMENDING, document=replace(moved.document, work=AMENDING.id), numbers=()),
                version(OLD),
            ]
        ).content()
    )


def test_versions_are_made_again_for_all_works() -> None:
    from dutybook.store.versions.in_force import arrange

    register = filled(everything())
    before = list(register.content())
    register._connection.execute("DELETE FROM versions")
    arrange(register._connection, [row[0] for row in register._connection.execute("SELECT id FROM works")])
    assert list(register.content()) == before


def test_chains_in_the_register_have_no_overlap() -> None:
    register = filled([*everything(), version(NEW, "2035-07-01", salt="later")])
    sql = "SELECT DISTINCT valid_from, valid_until FROM versions WHERE work = ? AND language = 'en' ORDER BY valid_from"
    chain = register._connection.execute(sql, (HARBOUR.id,)).fetchall()
    assert [start for start, _ in chain] == ["2031-05-12", "2033-01-20", "2035-07-01"]
    for (_, until), (start, _) in itertools.pairwise(chain):
        assert (date.fromisoformat(start) - date.fromisoformat(until)).days == 1


@pytest.mark.parametrize(
    ("today", "wanted"),
    [("2032-01-01", OLD), ("2033-01-19", OLD), ("2033-01-20", NEW), ("2040-01-01", NEW), ("2030-01-01", NEW)],
)
def test_a_version_of_a_later_day_is_not_yet_the_law(today: str, wanted: str) -> None:
    register = filled(everything())
    chosen = Filters(work=HARBOUR.id, language="en", place="Art 1", today=date.fromisoformat(today))
    assert {hit.quote for hit in search(register, chosen)} == {wanted}
    assert count(register, chosen) == 1
    assert {hit.languages for hit in search(register, replace(chosen, language=None))} == {("de", "en")}
    # However many later versions are known by then.
    register.add(version("Operators shall keep a third log.", "2045-01-01"))
    register.add(version("Operators shall keep a fourth log.", "2046-01-01"))
    assert {hit.quote for hit in search(register, chosen)} == (
        {wanted} if today > "2031" else {"Operators shall keep a fourth log."}
    )
    if today < "2031":
        return
    sources = {row.source for row in exports.documents(register, chosen)}
    assert sources == {"en-2033-01-20.xml"} if wanted == NEW else {"en-original.html"}


def test_latest_changes_come_once_in_the_readers_language() -> None:
    with open_register() as register:
        for language in ("en", "de"):
            register.add(version(OLD, language=language))
            register.add(version(NEW, "2033-01-20", language=language))
        found, total = latest_changes(register, ChangesQuery(), 10)
        assert [(row.kind, row.language, row.since) for row in found] == [("reworded", "en", "2033-01-20")]
        assert total == 1
        assert (found[0].old_quote, found[0].new_quote, found[0].old_page, found[0].new_page) == (OLD, NEW, 1, 1)
        german, _ = latest_changes(register, ChangesQuery(reader="de"), 10)
        assert [row.language for row in german] == ["de"]
        for query, number in (
            (ChangesQuery(language="de", work="Harbour"), 1),
            (ChangesQuery(since="2033-01-20", until="2033-01-20"), 1),
            (ChangesQuery(until="2033-01-19"), 0),
            (ChangesQuery(kinds=("added", "repealed")), 0),
        ):
            assert latest_changes(register, query, 10)[1] == number
        assert latest_changes(register, ChangesQuery(), 10, 1) == ([], 0)
        with pytest.raises(BadFilter, match="no act in the register matches"):
            latest_changes(register, ChangesQuery(work="pilotage"), 10)
