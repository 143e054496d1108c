"""Acts known by name alone in a register: who names them since when, and that they become the act that is called so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.errors import BadFilter, NotFound
from dutybook.pipeline.analyse import analyse
from dutybook.records import Family, Genre, RawDocument, Work
from dutybook.searching.searching import search
from dutybook.store import Flat, Register, flatten, open_register
from dutybook.store.news.claims import claims
from dutybook.store.news.coming_acts import coming_act, coming_acts, named_by
from dutybook.store.news.entries import news
from dutybook.store.news.procedures import procedures
from dutybook.store.search.filters import Filters

NEWS = """Ministers want stronger ports
Northport, 12 February 2031

A planned “Port Accelerator Act” will be presented in May, the Ports Office said on Wednesday. Operators of quays must then report their cranes to the harbour master. The Port Accelerator Act follows the GDPR.
"""
LATER = """Ports wait for the new act
Southwick, 3 March 2031

The Port Accelerator Act is late, and operators of quays must wait for it. Its director Maren Oltmann told journalists that the draft is being revised.
"""
ACT = """Port Accelerator Act

Article 1

1. Operators of quays shall report their cranes to the harbour master.

Article 2

This Act shall enter into force on 1 July 2032.
"""
NAME = "name:en:port-accelerator-act"
CELEX = "32032R0777"


def read(text: str, name: str, work: Work | None = None) -> Flat:
    made = analyse(RawDocument(f"{name}.txt", text.encode()))
    if work is not None:
        document = replace(
            made.document, work=work.id, genre=Genre.EU_ACT, family=Family.EU_ACT, published="2032-05-02"
        )
        made = replace(made, document=document, work=work, named_acts=())
    else:
        document = replace(made.document, genre=Genre.NEWS, family=Family.NEWS)
        made = replace(made, document=document)
    return flatten(made)


@pytest.fixture(scope="module")
def documents() -> dict[str, Flat]:
    act = Work(CELEX, "regulation", "EU", CELEX, "Port Accelerator Act")
    return {"act": read(ACT, "act", act), "news": read(NEWS, "news"), "later": read(LATER, "later")}


def register_of(documents: dict[str, Flat], names: str) -> Register:
    register = open_register(":memory:")
    for name in names.split():
        register.write(documents[name])
    return register


def mentioned(register: Register) -> set[str]:
    return {m.work for entry in news(register) for item in entry.items for m in item.mentions}


def test_a_name_without_an_act_is_kept_with_who_names_it_since_when(documents: dict[str, Flat]) -> None:
    with register_of(documents, "later news") as register:
        (act,), total = coming_acts(register)
        assert (act.id, act.name, act.draft, act.since, act.documents, act.work, total) == (
            *(NAME, "Port Accelerator Act", True, "2031-02-12", 2, None, 1),
        )
        assert coming_acts(register, "accelerator")[1] == 1
        assert coming_acts(register, "lighthouse") == ([], 0)
        _, names, mentions = coming_act(register, NAME)
        assert names == ("Port Accelerator Act",)
        assert [m.day for m in mentions] == ["2031-02-12", "2031-02-12", "2031-03-03"]
        with pytest.raises(NotFound, match="works --named"):
            coming_act(register, "name:en:lighthouse-act")


def test_news_speaks_of_it_and_searches_find_who_names_it(documents: dict[str, Flat]) -> None:
    with register_of(documents, "news later") as register:
        assert mentioned(register) == {NAME, "32016R0679"}
        titles = {m.work_title for entry in news(register) for item in entry.items for m in item.mentions}
        assert titles == {"Port Accelerator Act", "General Data Protection Regulation"}
        assert len(news(register, "port accelerator")) == len(news(register, NAME)) == 2
        # News speaks of the GDPR, whose text is not here.
        assert len(news(register, "32016R0679")) == 1
        assert claims(register, "32016R0679", today=date(2031, 4, 1)) == []
        assert procedures(register, "32016R0679", today=date(2031, 4, 1)) == []
        found = search(register, Filters(work="Port Accelerator Act"))
        assert {hit.document for hit in found} <= {d.document for d in documents.values()}
        with pytest.raises(BadFilter):
            register.check_filters(Filters(work="Lighthouse Act"))


def test_it_becomes_the_act_that_is_called_so_and_is_open_again_without_it(documents: dict[str, Flat]) -> None:
    with register_of(documents, "news later") as register:
        before = mentioned(register)
        register.write(documents["act"])
        assert mentioned(register) == {CELEX, "32016R0679"}
        assert coming_acts(register) == ([], 0)
        (act,), _ = coming_acts(register, every=True)
        assert (act.work, act.work_title) == (CELEX, "Port Accelerator Act")
        named = {n.id: (n.here, n.draft) for n in named_by(register, documents["news"].document)}
        assert named[CELEX] == (True, False)
        register.remove(documents["act"].document)
        assert mentioned(register) == before


def test_loose_names_of_one_act_lead_to_it_in_all_languages() -> None:
    items = {
        "pl": "Porty czekają na zmiany\nGdynia, 3 marca 2031 r.\n\nRozporządzenie w sprawie sztucznej inteligencji obejmuje żurawie w portach, a operatorzy nabrzeży muszą je zgłosić kapitanowi portu przed końcem roku.\n",
        "fr": "Les ports attendent\nBrest, le 3 mars 2031\n\nLe règlement européen sur l’intelligence artificielle concerne les grues, et les exploitants des quais doivent les déclarer au capitaine du port avant la fin de l’année.\n",
        "de": "Häfen warten auf die Regeln\nBremen, 3. März 2031\n\nDer AI-Act gilt auch für Kräne, und die Betreiber der Kais müssen sie bis zum Ende des Jahres dem Hafenmeister melden, sagte eine Sprecherin.\n",
    }
    with open_register(":memory:") as register:
        for language, text in items.items():
            register.write(read(text, f"item.{language}"))
        assert mentioned(register) == {"32024R1689"}
        assert len(news(register, "32024R1689")) == 3
        assert coming_acts(register) == ([], 0)


def test_a_coming_act_is_one_under_the_article_of_another_language() -> None:
    text = "Häfen warten\nBremen, 3. März 2031\n\nDer Port Accelerator Act soll kommen. Die Betreiber der Kais müssen dann nach dem Port-Accelerator-Act ihre Kräne melden, sagte die Ministerin in Bremen.\n"
    with open_register(":memory:") as register:
        register.write(read(text, "item.de"))
        assert mentioned(register) == {NAME}


def test_the_order_of_arrival_changes_nothing(documents: dict[str, Flat]) -> None:
    with register_of(documents, "act news later") as register:
        for names in permutations(("act", "news", "later")):
            with register_of(documents, " ".join(names)) as other:
                assert mentioned(other) == mentioned(register)


def test_an_act_of_several_names_and_a_name_of_several_acts(documents: dict[str, Flat]) -> None:
    twin = read(
        ACT.replace("cranes", "barges"),
        "twin",
        Work("32033R0001", "regulation", "EU", "32033R0001", "Port Accelerator Act"),
    )
    with register_of(documents, "news act") as register:
        register.write(twin)
        assert NAME in mentioned(register)
        assert coming_acts(register)[0][0].work is None


@pytest.mark.usefixtures("reading_here")
def test_the_command_lists_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names of temporary folders differ in length: on a narrow screen they would break the names of acts.
    monkeypatch.setenv("COLUMNS", "300")
    (tmp_path / "news.txt").write_text(NEWS, encoding="utf-8")
    database = str(tmp_path / "r.db")
    assert run(["--database", database, "ingest", str(tmp_path / "news.txt")]) == 0
    capsys.readouterr()
    assert run(["--database", database, "works", "--named"]) == 0
    out = capsys.readouterr().out
    assert "Port Accelerator Act" in out
    assert "2031-02-12" in out
    assert run(["--database", database, "works", "--named", "--json"]) == 0
    assert f'"{NAME}"' in capsys.readouterr().out
