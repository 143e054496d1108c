"""What helps to read a norm: recitals that speak of the same, guidance that cites its place."""

from __future__ import annotations

from dataclasses import replace

from builders import HARBOUR, N, make_analysis
from dutybook.records import Analysis, Genre, ProvisionKind, Zone
from dutybook.store import NormRow, Register, open_register
from dutybook.store.documents import interpretation
from dutybook.store.documents.interpretation import guidance_on, recitals_of

RECITALS = [
    "Harbours differ, and so do the tides.",
    "A pilot who knows the channel keeps vessels from running aground.",
    "Fees should not be higher than what a berth costs the harbour.",
    "Records of fees allow an authority to compare harbours.",
]
NORMS = [
    N("The pilot shall board each vessel before the channel.", place="Art 5(1)"),
    N("The harbour shall publish the fees for a berth.", place="Art 6(1)"),
    N("The harbour master shall wear a cap.", place="Art 7"),
]


def act(recitals: list[str] = RECITALS, salt: str = "") -> Analysis:
    given = [N(text, place=f"Recital {number}", norm=False) for number, text in enumerate(recitals, 1)]
    made = make_analysis([*given, *NORMS], salt=salt)
    kinds = [
        replace(p, kind=ProvisionKind.RECITAL, zone=Zone.RECITAL, heading="") if p.place.startswith("Recital") else p
        for p in made.provisions
    ]
    return replace(made, provisions=tuple(kinds))


def norm_at(register: Register, place: str) -> NormRow:
    row = register._connection.execute("SELECT id FROM norms WHERE place = ? ORDER BY id", (place,)).fetchone()
    return register.norm(row[0]).norm


def guide(text: str, cites: str, place: str | None, source: str = "guide.txt") -> Analysis:
    made = make_analysis(
        [N(text, place="1", cites=cites)], title="Guide to harbours", work=None, genre=Genre.GUIDANCE, source=source
    )
    return replace(made, citations=tuple(replace(c, work=HARBOUR.id, place=place) for c in made.citations))


def test_recitals_are_told_by_their_words() -> None:
    with open_register() as register:
        register.add(act(), "1")
        first = recitals_of(register, norm_at(register, "Art 5(1)"))
        assert [row.place for row in first] == ["Recital 2"]
        assert first[0].quote == RECITALS[1]
        assert interpretation.LEAST_LIKE <= first[0].likeness <= 1
        assert recitals_of(register, norm_at(register, "Art 6(1)"))[0].place == "Recital 3"
        assert recitals_of(register, norm_at(register, "Art 7")) == []


def test_a_version_without_recitals_has_those_of_another_one() -> None:
    with open_register() as register:
        register.add(act([], salt="consolidated"), "1")
        assert recitals_of(register, norm_at(register, "Art 5(1)")) == []
        register.add(act(), "1")
        bare = register._connection.execute(
            "SELECT n.id FROM norms n WHERE n.place = 'Art 5(1)' AND n.document NOT IN"
            " (SELECT document FROM provisions WHERE kind = 'recital')"
        ).fetchone()[0]
        assert [row.place for row in recitals_of(register, register.norm(bare).norm)] == ["Recital 2"]


def test_guidance_is_tied_by_what_it_cites() -> None:
    with open_register() as register:
        register.add(act(), "1")
        assert guidance_on(register, norm_at(register, "Art 5(1)")) == []
        register.add(
            guide("A pilot boards under Art 5(1), also at night, and must sign the log.", "Art 5(1),", "Art 5(1)"), "1"
        )
        register.add(
            guide("Pilots are meant by Article 5 of the Act in any weather.", "Article 5", "Art 5", "b.txt"), "1"
        )
        register.add(guide("Article 50 of the Act is about lamps, all of them.", "Article 50", "Art 50", "c.txt"), "1")
        found = guidance_on(register, norm_at(register, "Art 5(1)"))
        assert {(row.title, row.cited) for row in found} == {
            ("Guide to harbours", "Art 5(1),"),
            ("Guide to harbours", "Article 5"),
        }
        assert "A pilot boards under Art 5(1), also at night" in {row.cited: row.quote for row in found}["Art 5(1),"]
        assert guidance_on(register, norm_at(register, "Art 6(1)")) == []
        assert guidance_on(register, norm_at(register, "Art 7")) == []


def test_an_act_is_no_guidance_on_another() -> None:
    with open_register() as register:
        register.add(act(), "1")
        other = guide("As Art 5(1) of the Act has it, pilots board.", "Art 5(1)", "Art 5(1)")
        other = replace(other, document=replace(other.document, genre=Genre.STATUTE, family=Genre.STATUTE.family))
        register.add(other, "1")
        assert guidance_on(register, norm_at(register, "Art 5(1)")) == []
