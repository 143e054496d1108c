from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

from builders import N, make_analysis
from dutybook.pipeline.as_json import analysis_to_dict, document_line, to_line, unreadable_to_dict
from dutybook.reasons import reason_without_code
from dutybook.records import Amount

NORM = N(
    "Each harbour operator shall report an incident within 72 hours after noticing it.",
    place="Art 5(1)",
    bearer="harbour operator",
    deadline="within 72 hours",
    anchor="after noticing it",
)


def test_the_fields_of_the_guidelines() -> None:
    analysis = make_analysis(
        [
            N("A permit must follow by 2 August 2031.", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
            NORM,
            N("This Act applies from 1 May 2030.", norm=False, fact=("application", "from 1 May 2030", "2030-05-01")),
            N("A fine of EUR 40000 may follow.", norm=False, penalty=("EUR 40000", Amount(40000.0, "EUR"))),
            N("A fine of 2 % of turnover may follow.", norm=False, penalty=("2 % of turnover", Amount(percent=2.5, of="turnover"))),
        ]
    )  # fmt: skip
    made = json.loads(to_line(analysis_to_dict(analysis)))
    assert (made["source"], made["status"], made["language"], made["title"], made["work"]) == (
        *("harbour.txt", "read", "en", "Harbour Data Act", "32031R0777"),
    )
    assert "reason" not in made
    assert [n["quote"] for n in made["norms"]] == ["A permit must follow by 2 August 2031.", NORM.text]
    assert made["norms"][0]["deadlines"][0]["due"] == "2031-08-02"
    second = made["norms"][1]
    assert second["place"] == "Art 5(1)"
    assert second["deadlines"] == [
        {
            "quote": "within 72 hours",
            "kind": "period",
            "value": "PT72H",
            "direction": "after",
            "anchor": "after noticing it",
            "due": None,
        }
    ]
    assert second["boxes"][0]["page"] == second["page"] == 1
    assert second["evidence"]["cue"] == "shall"
    assert made["facts"][0] == {
        "type": "application",
        "quote": "from 1 May 2030",
        "value": "2030-05-01",
        "due": None,
        "page": 1,
    }
    assert [p["amounts"] for p in made["penalties"]] == [
        [{"amount": 40000, "currency": "EUR"}],
        [{"percent": 2.5, "of": "turnover"}],
    ]


def test_unreadable_documents_have_the_same_fields() -> None:
    read, unread = (
        analysis_to_dict(make_analysis([NORM])),
        unreadable_to_dict("a.pdf", reason_without_code("cut off").of_kind("broken")),
    )
    assert set(unread) - {"reason"} == set(read)
    assert (unread["status"], unread["reason"], unread["norms"]) == ("unreadable", "broken: cut off", [])


def test_a_line_is_one_line_of_valid_text() -> None:
    status, reason, line = document_line(make_analysis([N("An operator shall \ud800\u2028 wait\n now.")]))
    assert (status, reason) == ("read", "")
    assert "\n" not in line
    line.encode("utf-8")
    json.loads(line)


def test_who_starts_a_deadline_is_told_where_the_text_tells_it() -> None:
    from dataclasses import replace

    from dutybook.records import StarterKind

    analysis = make_analysis([N("An operator shall report within 72 hours of noticing it.", bearer="operator", deadline="within 72 hours", anchor="of noticing it")])  # fmt: skip
    (deadline,) = analysis.deadlines
    (norm,) = analysis.norms
    with_starter = replace(
        analysis, deadlines=(replace(deadline, starter=norm.bearer, starter_kind=StarterKind.BEARER),)
    )
    (made,) = analysis_to_dict(with_starter)["norms"][0]["deadlines"]
    assert made["starter"] == {"kind": "bearer", "words": "operator"}
    (made,) = analysis_to_dict(analysis)["norms"][0]["deadlines"]
    assert "starter" not in made


def test_how_sure_each_field_is_stands_there_only_where_it_is_known() -> None:
    known = replace(NORM, fields=(("bearer", 0.541_234), ("class", 0.61)), why="bearer_unit=0.54")
    first, second = (analysis_to_dict(make_analysis([norm]))["norms"][0]["evidence"] for norm in (NORM, known))
    assert "fields" not in first
    assert second["fields"] == {"bearer": 0.5412, "class": 0.61}
    assert second["why"] == "bearer_unit=0.54", "codes are for programs"
