"""A norm that introduces a list keeps its points, on every way out of an analysis: JSON, register, workbook, page, diff."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from dutybook.export import export
from dutybook.extract.norms.pipeline import add_contents
from dutybook.pipeline.analyse import analyse
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.pipeline.config import Config
from dutybook.records import (
    Analysis,
    BearerClass,
    Evidence,
    ListPoint,
    Modality,
    Norm,
    RawDocument,
    Sentence,
    SentenceRole,
    Span,
    Strength,
    Zone,
)
from dutybook.store import open_register
from dutybook.store.documents.flatten import flatten

ACT = """Regulation (EU) 2031/17 on quays
of 3 May 2031

Article 1
Notice
1. The notice of the operator shall include at least:
(a) the name of the quay;
(b) the following particulars of the crane:
(i) its number;
(ii) its height;
(c) the day of the survey.
2. The operator shall:
(a) keep a log;
(b) ring the bell every evening.

Article 2
Entry into force
This Regulation enters into force on 1 May 2033.
"""
POINTS = [
    "Art 1(1)(a): the name of the quay;",
    "Art 1(1)(b): the following particulars of the crane:",
    "Art 1(1)(b)(i): its number;",
    "Art 1(1)(b)(ii): its height;",
    "Art 1(1)(c): the day of the survey.",
]


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return analyse(RawDocument("act.txt", ACT.encode()), Config(language="en"))


def test_a_norm_keeps_the_points_of_its_list(analysis: Analysis) -> None:
    first, *others = analysis.norms
    assert [str(point) for point in first.contents] == POINTS
    assert all(analysis.quote(Span(p.start, p.end)) == p.quote for p in first.contents)
    assert [norm.contents for norm in others] == [()] * len(others)


def test_json_has_each_point_with_its_place_and_offsets(analysis: Analysis) -> None:
    first, *others = analysis_to_dict(analysis)["norms"]
    assert [f"{p['place']}: {p['quote']}" for p in first["contents"]] == POINTS
    assert not any("contents" in norm for norm in others)


def test_register_workbook_and_page_have_them(analysis: Analysis, tmp_path: Path) -> None:
    from starlette.testclient import TestClient

    from dutybook.web.access import COOKIE, Access
    from dutybook.web.app import create_app
    from dutybook.web.settings import Settings

    database, workbook = tmp_path / "register.db", tmp_path / "register.xlsx"
    identity = analysis.norms[0].id
    with open_register(database) as register:
        register.write(flatten(analysis))
        assert register.norm(identity).norm.contents == analysis.norms[0].contents
        export(register, workbook, reader="en")
    sheets = [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(workbook).worksheets]
    rows, head = next((rows, row) for rows in sheets for row in rows if "Contents of its list" in row)
    values = [row[head.index("Contents of its list")] for row in rows[rows.index(head) + 1 :]]
    assert "\n".join(POINTS) in values
    access = Access()
    client = TestClient(create_app(Settings(database, "anna", Path.cwd()), access), base_url="http://127.0.0.1:8765")
    client.cookies.set(COOKIE, access.enter(access.key) or "")
    page = client.get(f"/norms/{identity}").text
    assert page.count("the following particulars of the crane:</span></li>") == 1
    assert ">Art 1(1)(b)(ii)</a>" in page
    assert client.get(f"/api/v1/norms/{identity}").json()["norm"]["contents"][0]["place"] == "Art 1(1)(a)"


def test_a_changed_point_is_a_change_of_the_norm(analysis: Analysis, tmp_path: Path) -> None:
    later = analyse(RawDocument("later.txt", ACT.replace("its height", "its weight").encode()), Config(language="en"))
    with open_register(tmp_path / "register.db") as register:
        for found in (analysis, later):
            register.write(flatten(found))
        differences = register.differences
        old, new = (differences.document(found.document.id) for found in (analysis, later))
        (change,) = differences.between(old, new).changes
    assert change.kind == "reworded"
    assert ["height;", "weight;"] in change.detail["words"]


def _norm(identity: str, span: Span) -> Norm:
    return Norm(
        id=identity,
        provision="p",
        place="Art 1",
        span=span,
        modality=Modality.OBLIGATION,
        strength=Strength.MUST,
        bearer=None,
        bearer_class=BearerClass.ANY,
        action=None,
        recipient=None,
        condition=None,
        exception=None,
        evidence=Evidence("rules", "test", None, 1.0),
        language="en",
    )


def test_a_point_that_is_a_norm_is_no_content_of_the_one_before_it() -> None:
    text = "He shall list: ropes; he shall also ring the bell: twice. So be it."
    spans = [Span(0, 14), Span(15, 20), Span(22, 50), Span(51, 56), Span(58, 67)]
    stem = Sentence(spans[0], "p", Zone.ENACTING, "en", SentenceRole.STEM)
    item = replace(stem, role=SentenceRole.ITEM, stem=0)
    sentences = [
        stem,
        replace(item, span=spans[1], provision="a"),
        replace(item, span=spans[2], provision="b"),
        replace(item, span=spans[3], provision="c", stem=2),
        replace(item, span=spans[4], role=SentenceRole.TAIL),
    ]
    norms = [_norm("one", spans[0]), _norm("two", spans[2])]
    one, two = add_contents(norms, sentences, {"a": "Art 1(a)", "c": "Art 1(b)(i)"}, text)
    assert one.contents == (ListPoint("Art 1(a)", "ropes", 15, 20),)
    assert two.contents == (ListPoint("Art 1(b)(i)", "twice", 51, 56),)
