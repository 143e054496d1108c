"""News beside the law in the register: links, entries and claims, whatever comes first, goes or returns."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from dutybook.cli import run
from dutybook.errors import BadFilter, NotFound
from dutybook.pipeline.analyse import analyse
from dutybook.records import Analysis, Family, Genre, LegalStatus, RawDocument, Work
from dutybook.store import Flat, Register, flatten, open_register
from dutybook.store.maintenance.health import differing
from dutybook.store.news.claims import claims
from dutybook.store.news.entries import news, of_norm, read_event

ACT_TEXT = """Quay Safety Act

Article 1

1. Operators shall keep a log of every crate that passes the quay for two years.

2. Operators shall report a lost crate to the harbour master within five days.

Article 2

The harbour master may visit any quay at any hour of the day.

Article 3

This Act shall enter into force on 1 July 2031.
"""
GERMAN_TEXT = """Kaisicherheitsgesetz

Artikel 1

1. Die Betreiber führen zwei Jahre lang ein Protokoll über jede Kiste, die den Kai passiert.

2. Die Betreiber müssen eine verlorene Kiste innerhalb von fünf Tagen dem Hafenmeister melden.
"""
FIRST = """Lost crates will have to be reported within five days
Northport, 12 February 2031

Operators of quays must report a lost crate to the harbour master within five days, the Ports Office said on Wednesday. The Quay Safety Act will enter into force on 1 July 2031, its director Maren Oltmann told journalists.

They must keep a log of every crate for two years. Fines of up to EUR 20 000 are possible.
"""
SECOND = """Five days to report a lost crate, Ports Office says
Southwick, 13 February 2031

A lost crate must be reported to the harbour master within five days under the Quay Safety Act, director Maren Oltmann of the Ports Office told journalists on Wednesday. Fines of up to EUR 20 000 are possible.
"""
GERMAN = """Verlorene Kisten sind binnen fünf Tagen zu melden
Bremerhaven, 13. Februar 2031

Betreiber müssen eine verlorene Kiste innerhalb von fünf Tagen dem Hafenmeister melden, wie es das Kaisicherheitsgesetz verlangt. Das Gesetz tritt am 1. Juli 2031 in Kraft. Es drohen Geldbußen von bis zu 20 000 EUR.
"""
OTHER = """Strike stops cranes at Eastmouth terminal
Eastmouth, 13 February 2031

Eleven cranes stood idle on Thursday after unions rejected the new shifts. The terminal expects delays until next week, and shippers must wait for their goods.
"""
WRONG = """Harbour masters expect later start
Westhaven, 3 March 2031

The Quay Safety Act will enter into force on 1 October 2031, a spokesman of the harbour masters said on Monday.
"""


def read(text: str, name: str, work: Work | None = None) -> Flat:
    made: Analysis = analyse(RawDocument(f"{name}.txt", text.encode()))
    if work is not None:
        document = replace(
            made.document, work=work.id, published="2031-05-02", genre=Genre.STATUTE, family=Family.STATUTE
        )
        made = replace(made, document=document, work=work)
    return flatten(made)


@pytest.fixture(scope="module")
def documents() -> dict[str, Flat]:
    act = Work("32031R0888", "regulation", "EU", "32031R0888", "Quay Safety Act")
    texts = {"first": FIRST, "second": SECOND, "german": GERMAN, "other": OTHER, "wrong": WRONG}
    return {
        "act": read(ACT_TEXT, "act", act),
        "gesetz": read(GERMAN_TEXT, "gesetz", replace(act, short_title="Kaisicherheitsgesetz")),
        **{name: read(text, name) for name, text in texts.items()},
    }


def register_of(documents: dict[str, Flat], names: str) -> Register:
    register = open_register(":memory:")
    for name in names.split():
        register.write(documents[name])
    return register


TABLES = ("act_names", "news_words", "news_shingles", "news_links", "news_entries", "claims")


def rows(register: Register) -> dict[str, list[tuple[object, ...]]]:
    return {t: sorted(register._connection.execute(f"SELECT * FROM {t}"), key=repr) for t in TABLES}


def test_an_event_has_its_accounts_and_norms_with_their_status(documents: dict[str, Flat]) -> None:
    copy = read(f"Ports news\nEastport, 13 February 2031\n\n{FIRST}", "copy")
    with register_of(documents | {"copy": copy}, "act first second copy") as register:
        names = names_of(register)
        entry = news(register)[0]
        found = read_event(register, entry.items[-1].document)
        assert found.entry == entry
        copied = {names[a.item.document] for a in found.accounts if a.copied}
        assert copied == {"copy"}
        assert {names[norm.document] for norm in found.norms} == {"first", "second", "copy"}
        assert {norm.legal_status for norm in found.norms} <= {*LegalStatus, None}
        with pytest.raises(NotFound, match="is no news item"):
            read_event(register, next(id for id, name in names.items() if name == "act"))


def names_of(register: Register) -> dict[str, str]:
    return {d.id: d.source.removesuffix(".txt") for d in register.documents()}


def test_an_item_joins_the_act_and_the_norm(documents: dict[str, Flat]) -> None:
    with register_of(documents, "act gesetz first second german other") as register:
        found = news(register)
        assert len(found) == 1
        items = {item.source.removesuffix(".txt"): item for item in found[0].items}
        assert list(items) == ["first", "german", "second"] or list(items) == ["first", "second", "german"]
        assert (items["first"].day, items["second"].day) == ("2031-02-12", "2031-02-13")
        spoken = {name: {m.place for m in item.mentions if m.identity} for name, item in items.items()}
        assert "Art 1(2)" in spoken["first"] & spoken["second"] & spoken["german"]
        identities = {m.identity for item in found[0].items for m in item.mentions if m.place == "Art 1(2)"}
        assert len(identities) == 1
        # Each item leads to the norm in its own language.
        norm = next(m.norm for m in items["german"].mentions if m.place == "Art 1(2)")
        assert norm
        assert register.norm(norm).norm.language == "de"
        assert {item.source for item, _ in of_norm(register, norm)} == {"first.txt", "second.txt", "german.txt"}
        assert [entry.items[0].source for entry in news(register, every=True)] == ["other.txt", "first.txt"]
        assert news(register, "quay safety") == found
        assert news(register, since="2031-02-14") == []


def test_a_norm_that_no_item_speaks_of(documents: dict[str, Flat]) -> None:
    with register_of(documents, "act first") as register:
        identity = register._connection.execute("SELECT id FROM norms WHERE place = 'Art 2'").fetchone()[0]
        assert of_norm(register, identity) == []


def test_an_announced_date_is_expected_then_confirmed_or_contradicted(documents: dict[str, Flat]) -> None:
    with register_of(documents, "first wrong") as register:
        states = register._connection.execute("SELECT state, work FROM claims WHERE type = 'entry_into_force'")
        assert set(states) == {("moved", "name:en:quay-safety-act"), ("expected", "name:en:quay-safety-act")}
        register.write(documents["act"])
        sql = "SELECT d.source, x.state, x.due, x.actual, x.work FROM claims x JOIN documents d ON d.id = x.document"
        assert set(register._connection.execute(sql)) == {
            ("first.txt", "confirmed", "2031-07-01", "2031-07-01", "32031R0888"),
            ("wrong.txt", "contradicted", "2031-10-01", "2031-07-01", "32031R0888"),
        }


LATER = """Start of the Quay Safety Act put off
Westhaven, 3 April 2031

The Quay Safety Act will enter into force on 1 October 2031, the minister said on Thursday.
"""


def test_a_later_article_moves_what_an_earlier_one_announced(documents: dict[str, Flat]) -> None:
    # The act is known by a text that states no day of its own.
    work = Work("32031R0888", "regulation", "EU", "32031R0888", "Quay Safety Act")
    silent = read(
        ACT_TEXT.replace("This Act shall enter into force on 1 July 2031.", "Nobody is exempt."), "silent", work
    )
    later = read(LATER, "later")
    for order in permutations((silent, documents["first"], later)):
        with open_register(":memory:") as register:
            for flat in order:
                register.write(flat)
            found = {c.source: c for c in claims(register, "quay safety", today=date(2031, 4, 10))}
            assert (found["first.txt"].state, found["first.txt"].actual) == ("moved", "2031-10-01")
            assert found["first.txt"].by_document == later.document
            assert found["first.txt"].by_quote.startswith("The Quay Safety Act will enter into force")
            assert (found["later.txt"].state, found["later.txt"].reason) == ("expected", "no_date")
            missed = claims(register, states=["missed"], today=date(2031, 10, 2))
            assert [(c.source, c.due) for c in missed] == [("later.txt", "2031-10-01")]
            # Without the later article, the first one stands again.
            register.remove(later.document)
            states = {
                c.source: c.state for c in claims(register, today=date(2031, 4, 10)) if c.type == "entry_into_force"
            }
            assert states == {"first.txt": "expected"}
            assert differing(register._connection)[0] == []


def test_an_act_is_recognised_wherever_an_item_names_it(documents: dict[str, Flat]) -> None:
    again = FIRST.replace(
        "They must keep", "The Quay Safety Act applies from 1 January 2033, others say.\n\nThey must keep"
    )
    with open_register(":memory:") as register:
        register.write(documents["act"])
        register.write(read(again, "again"))
        found = {(c.type, c.due): c for c in claims(register, today=date(2031, 4, 10))}
        assert found["entry_into_force", "2031-07-01"].state == "confirmed"
        # The act has one beginning, which answers for both.
        assert found["application", "2033-01-01"].state == "contradicted"
        assert found["application", "2033-01-01"].actual == "2031-07-01"


def test_no_such_state(documents: dict[str, Flat]) -> None:
    with register_of(documents, "first") as register, pytest.raises(BadFilter, match="Did you mean"):
        claims(register, states=["confirmd"], today=date(2031, 4, 10))


def test_the_order_of_arrival_changes_nothing(documents: dict[str, Flat]) -> None:
    names = ("act", "first", "second", "german", "wrong")
    with register_of(documents, " ".join(names)) as register:
        wanted = rows(register)
        assert wanted["news_links"]
        assert wanted["claims"]
    for order in list(permutations(names))[7::17]:
        with register_of(documents, " ".join(order)) as register:
            assert rows(register) == wanted, order


def test_what_goes_and_comes_back_leaves_no_trace(documents: dict[str, Flat]) -> None:
    with register_of(documents, "act gesetz first second german") as register:
        wanted = rows(register)
        for name in ("first", "act", "second", "gesetz"):
            gone = next(d.id for d in register.documents() if d.source == f"{name}.txt")
            register.remove(gone)
            kept = " ".join(n for n in ("act", "gesetz", "first", "second", "german") if n != name)
            with register_of(documents, kept) as other:
                assert rows(register) == rows(other), name
            register.write(documents[name])
            assert rows(register) == wanted, name


def test_a_name_that_two_acts_have_names_none(documents: dict[str, Flat]) -> None:
    twin = read(
        ACT_TEXT.replace("crate", "barge"),
        "twin",
        Work("32030R0001", "regulation", "EU", "32030R0001", "Quay Safety Act"),
    )
    with register_of(documents, "act first") as register:
        before = rows(register)
        register.write(twin)
        assert [link[3] for link in rows(register)["news_links"]] == ["name:en:quay-safety-act"]
        register.remove(twin.document)
        assert rows(register) == before


def test_doctor_makes_the_same_rows_again(documents: dict[str, Flat]) -> None:
    with register_of(documents, "act first second german") as register:
        assert differing(register._connection)[0] == []
        register._connection.execute("UPDATE news_entries SET entry = document")
        assert differing(register._connection)[0] == ["news_entries"]


def test_who_asks_is_told(documents: dict[str, Flat], tmp_path, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "register.db"
    with open_register(path) as register:
        for name in ("act", "first", "second", "wrong"):
            register.write(documents[name])
        identity = register._connection.execute("SELECT id FROM norms WHERE place = 'Art 1(2)'").fetchone()[0]
    assert run(["--database", str(path), "news", "quay safety"]) == 0
    output = capsys.readouterr().out
    assert "Lost crates will have to be reported" in output
    assert "contradicted  entry into force 2031-10-01" in output
    assert "2031-07-01  Art 3, Quay Safety Act  “This Act shall enter into force on 1 July 2031.”" in output
    assert output.count("Art 1(2)") == 2
    assert run(["--database", str(path), "show", identity]) == 0
    assert "in the news  2031-02-13 Five days to report a lost crate" in capsys.readouterr().out
    assert run(["--database", str(path), "news", "no such act"]) == 1
    assert run(["--database", str(path), "news", "--json"]) == 0
    capsys.readouterr()
    assert run(["--database", str(path), "news", "--claims", "contradicted,moved"]) == 0
    listed = capsys.readouterr().out
    assert "Harbour masters expect later start" in listed
    assert listed.rstrip().endswith("1 claim")
    assert run(["--database", str(path), "news", "--claims", "all", "--json"]) == 0
    assert {c["state"] for c in json.loads(capsys.readouterr().out)} == {"confirmed", "contradicted"}
    assert run(["--database", str(path), "news", "--claims", "wrong"]) == 1
