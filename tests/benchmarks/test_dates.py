"""Zero invented dates: every computed day has words that say it, or sources that do, and replays to the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from analysed import analysed
from dutybook.errors import DutybookError
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.config import Config
from dutybook.records import Analysis, RawDocument
from loading import script

CONFIG = Config(ocr=False)
ACT = """# Regulation (EU) 2031/777 of 3 March 2031 on harbour beacons (Harbour Beacon Act)

Official Journal of the European Union L 2031/777 12.5.2031

THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,

HAVE ADOPTED THIS REGULATION:

CHAPTER I

DUTIES

Article 1

Logs

1. Operators shall keep a beacon log. They shall report its first page by 1 September 2032.

2. Operators shall register their beacons within six months of the entry into force of this Regulation.

CHAPTER II

SUPERVISION

Article 2

Inspections

Port authorities shall inspect each beacon.

Article 3

Entry into force and application

1. This Regulation shall enter into force on the twentieth day following that of its publication in the Official Journal of the European Union.

2. It shall apply from 1 June 2032. However, Chapter II shall apply from 1 June 2034. Article 2 shall expire on 31 December 2040.

Done at Brussels, 3 March 2031.
"""
NEWS = """Häfen müssen Kisten wiegen
2031-11-20

Ab dem 1. Januar müssen Reeder ihre Kisten wiegen. Die Gebühr ist bis zum 15. Januar 2032 zu zahlen.
"""


@pytest.fixture(scope="module")
def dates(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "dates.py")


@pytest.fixture(scope="module")
def act() -> Analysis:
    return analyse(RawDocument("act.md", ACT.encode()), CONFIG)


def wrong(dates: ModuleType, analysis: Analysis) -> list[str]:
    return [
        f"{row.kind} {row.day} {row.place}: {row.wrong} (“{row.quote}”)" for row in dates.dated(analysis) if row.wrong
    ]


def test_an_act_of_our_own(dates: ModuleType, act: Analysis) -> None:
    assert wrong(dates, act) == []
    found = {(row.kind, str(row.day)) for row in dates.dated(act)}
    assert found == {
        ("fact: entry_into_force", "2031-06-01"),
        ("fact: application", "2032-06-01"),
        ("fact: application", "2034-06-01"),
        ("fact: expiry", "2040-12-31"),
        ("deadline", "2032-09-01"),
        ("deadline", "2031-12-01"),
        ("norm: applies from", "2032-06-01"),
        ("norm: applies from", "2034-06-01"),
        ("norm: applies until", "2040-12-31"),
    }


def test_news_of_our_own(dates: ModuleType) -> None:
    news = analyse(RawDocument("news.txt", NEWS.encode()), CONFIG)
    assert wrong(dates, news) == []
    assert {str(row.day) for row in dates.dated(news)} >= {"2032-01-01", "2032-01-15"}


def test_the_samples(dates: ModuleType, samples: Path) -> None:
    """In one place, so that a new sample is checked too."""
    files = [f for f in sorted(samples.iterdir()) if f.suffix in {".md", ".html", ".txt"}]
    assert len(files) >= 6
    found = {file.name: wrong(dates, analysed(file)) for file in files}
    assert {name: rows for name, rows in found.items() if rows} == {}


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "docs/eu/SFDR_32019R2088_FR_OJ_2019-11-27.xhtml",
        "docs/eu/ACT_32025R0301_32025R0301_EN_OJ_2024-10-23.xhtml",
        "docs/national/be/arrete_royal.html",
        "docs/national/br/bacen_res_4595_2017.pdf",
        "docs/national/nl/bwb_regulation.xml",
        "gold/news-02.de.txt",
    ],
)
def test_some_public_texts(dates: ModuleType, shared: Path, name: str) -> None:
    assert wrong(dates, analyse(shared / name, CONFIG)) == []


@pytest.mark.shared
@pytest.mark.exhaustive
def test_all_public_texts(dates: ModuleType, shared: Path) -> None:
    found: list[str] = []
    for file in sorted((shared / "docs").rglob("*")):
        if file.is_file() and not file.name.startswith("MANIFEST"):
            try:
                found += [f"{file.name}: {row}" for row in wrong(dates, analyse(file, CONFIG))]
            except DutybookError:
                continue
    assert found == []


# the check itself


def test_an_invented_date_is_found(dates: ModuleType, act: Analysis) -> None:
    day = timedelta(days=1)
    first, *rest = act.facts
    assert first.due
    moved = replace(act, facts=(replace(first, due=first.due + day), *rest))
    assert any("replays to" in row for row in wrong(dates, moved))
    bare = replace(act, facts=(replace(first, basis=None), *rest))
    assert any("does not say what" in row for row in wrong(dates, bare))
    stated = next(f for f in rest if f.value == "2032-06-01")
    assert stated.basis
    invented = replace(stated, due=date(2032, 6, 2), basis=replace(stated.basis, value="2032-06-02"))
    assert any("do not name this day" in row for row in wrong(dates, replace(act, facts=(first, invented))))


def test_a_source_that_says_another_day_is_found(dates: ModuleType, act: Analysis) -> None:
    unpublished = replace(act, document=replace(act.document, published="2031-05-13"))
    assert any("was published on 2031-05-13" in row for row in wrong(dates, unpublished))
    unsaid = replace(act, document=replace(act.document, published_by=""))
    assert any("nothing says when" in row for row in wrong(dates, unsaid))
    counted = next(d for d in act.deadlines if d.due == date(2031, 12, 1))
    assert counted.basis
    lost = replace(counted, basis=replace(counted.basis, source="nowhere"))
    assert any("no source" in row for row in wrong(dates, replace(act, deadlines=(lost,))))


def test_a_norm_outside_the_scope_is_found(dates: ModuleType, act: Analysis) -> None:
    later = next(f for f in act.facts if f.value == "2034-06-01")
    first = act.norms[0]
    strayed = replace(first, applies_from=later.due, applies_by=(later.id,))
    assert any("is not in Chapter II" in row for row in wrong(dates, replace(act, norms=(strayed,), deadlines=())))
    other = replace(first, applies_from=date(2032, 6, 3))
    assert any("the fact says 2032-06-01" in row for row in wrong(dates, replace(act, norms=(other,), deadlines=())))
    unsaid = replace(first, applies_by=())
    assert any("no one fact" in row for row in wrong(dates, replace(act, norms=(unsaid,), deadlines=())))


@pytest.mark.parametrize(
    ("words", "day", "stated"),
    [
        ("from 2 August 2027", date(2027, 8, 2), True),
        ("ab dem 2. August 2027", date(2027, 8, 2), True),
        ("à partir du 1er août 2027", date(2027, 8, 1), True),
        ("2.8.2027", date(2027, 8, 2), True),
        ("by the end of 2027", date(2027, 12, 31), True),
        ("from 2 August 2027", date(2027, 8, 3), False),
        ("from 2 August 2027", date(2028, 8, 2), False),
        ("in 2027", date(2027, 12, 31), False),
        ("from 2 August", date(2027, 8, 2), False),
    ],
)
def test_words_name_a_day_or_do_not(dates: ModuleType, words: str, day: date, stated: bool) -> None:
    assert dates.states(words, day) is stated
