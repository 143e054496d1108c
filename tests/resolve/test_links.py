"""Norms and what belongs to them: defined terms, penalties, roles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from dutybook.languages import load
from dutybook.languages.pack import stems
from dutybook.pipeline.analyse import analyse
from dutybook.records import Analysis, RawDocument
from dutybook.resolve.norm_links import joined_roles, learned, lexicon
from dutybook.store import Filters, open_register

ACT = """REGULATION (EU) 2031/77 OF THE EUROPEAN PARLIAMENT AND OF THE COUNCIL
of 3 March 2031
on locks (Lock Regulation)

HAVE ADOPTED THIS REGULATION:

Article 1
Subject matter
This Regulation lays down rules for locks.

Article 2
Definitions
For the purposes of this Regulation, the following definitions apply:
(1) ‘lock’ means a chamber with gates;
(2) ‘lock keeper’ means a natural or legal person who opens the gates of a lock;
(3) ‘quay master’ means a natural or legal person who assigns berths.

Article 3
Opening
1. Lock keepers shall open each lock within two hours after a request.
2. The quay master shall keep a record of berths.

Article 4
Closing
Lock keepers shall not close a lock during a passage.

Article 5
Records
The quay master shall publish the record every month.

Article 30
Gates
Lock keepers shall paint the gates.

Article 99
Penalties
1. Infringements of Article 3(1) or of Articles 4 to 5, other than those in Article 5, shall be subject to administrative fines of up to EUR 50 000.
2. Non-compliance with the following shall be subject to administrative fines of up to EUR 90 000:
(a) the obligations of lock keepers pursuant to Article 30;
(b) the obligations of the quay master pursuant to Article 3(2).
"""


@pytest.fixture(scope="module")
def act() -> Analysis:
    return analyse(RawDocument("locks.txt", ACT.encode()))


def test_norms_use_their_definitions(act: Analysis) -> None:
    terms = {d.id: d.term.text for d in act.definitions}
    assert list(terms.values()) == ["lock", "lock keeper", "quay master"]
    by_place = {n.place: n for n in act.norms}
    opening = by_place["Art 3(1)"]
    assert terms[opening.bearer_definition or ""] == "lock keeper"
    assert [terms[d] for d in opening.definitions] == ["lock keeper", "lock"]
    assert opening.role == "lock keeper"
    assert by_place["Art 5"].role == "quay master"


def test_penalties_reach_the_norms_that_they_sanction(act: Analysis) -> None:
    fines = {p.id: p.amounts[0].amount for p in act.penalties}
    found = {n.place: sorted(fines[p] or 0 for p in n.penalties) for n in act.norms if n.penalties}
    assert found == {"Art 3(1)": [50_000], "Art 4": [50_000], "Art 30": [90_000], "Art 3(2)": [90_000]}


STATUTE = """# Schleusengesetz (SchlG)

## § 1 Öffnung
(1) Der Betreiber hat die Schleuse binnen einer Stunde zu öffnen.
(2) Der Betreiber muss ein Buch führen.

## § 2 Farbe
Der Betreiber hat die Tore zu streichen.

## § 9 Bußgeldvorschriften
(1) Ordnungswidrig handelt, wer vorsätzlich oder fahrlässig
1. entgegen § 1 Absatz 1 die Schleuse nicht öffnet oder
2. entgegen § 2 die Tore nicht streicht.
(2) Die Ordnungswidrigkeit kann mit einer Geldbuße bis zu zehntausend Euro geahndet werden.
"""


def test_a_german_fine_reaches_the_offences_of_the_paragraph_before_it() -> None:
    made = analyse(RawDocument("schlg.md", STATUTE.encode()))
    found = {n.place for n in made.norms if n.penalties}
    assert found == {"§ 1 Abs. 1", "§ 2"}


def test_forms_of_one_term_are_equal() -> None:
    for code, one, other in (
        ("en", "supervisory authority", "Supervisory Authorities"),
        ("de", "zuständige Behörde", "zuständigen Behörden"),
        ("fr", "exploitant", "exploitants"),
    ):
        assert stems(one, load(code)) == stems(other, load(code))
    assert stems("control", load("en")) != stems("controller", load("en"))


def test_one_act_in_three_languages_has_the_roles_of_its_english_text(analysed: Callable[[str], Analysis]) -> None:
    with open_register() as register:
        for name in ("fr.html", "de.pdf", "en.pdf"):
            register.add(analysed(f"regulation-harbour-data.{name}"))
        found = list(register.norms(Filters(role="data holder")))
        roles: Counter[tuple[str, str | None]] = Counter((n.language, n.role) for n in register.norms(Filters()))
    assert {n.language for n in found} == {"en", "de", "fr"}
    assert {n.role for n in found} == {"data holder"}
    assert {"détenteur de données", "Dateninhaber", "data holder"} <= {n.bearer for n in found}
    for language in ("de", "fr"):
        assert roles[(language, "operator")] > 20


@pytest.mark.parametrize(
    ("bearer", "roles"),
    [
        ("Lock keepers and quay masters", ["lock keeper", "quay master"]),
        ("the lock keeper, its quay master or the carrier", ["lock keeper", "quay master"]),
        ("Lock keepers of canals and rivers", ["lock keeper"]),
        ("carriers that lock keepers and quay masters know", ["quay master"]),
        ("Lock keepers", []),
    ],
)
def test_each_of_several_bearers_has_its_role(bearer: str, roles: list[str]) -> None:
    pack = load("en")
    terms = {stems(term, pack): term for term in ("lock keeper", "quay master")}
    assert joined_roles(bearer, terms, pack) == roles


def test_a_norm_of_two_bearers_is_found_under_both() -> None:
    both = ACT.replace("2. The quay master shall keep", "2. Lock keepers and quay masters shall keep")
    with open_register() as register:
        register.add(analyse(RawDocument("locks.txt", both.encode())))
        for role in ("lock keeper", "quay master"):
            found = [n for n in register.norms(Filters(bearer_role=role)) if "record of berths" in n.quote]
            assert [n.role for n in found] == ["lock keeper; quay master"]
        counted = register.results(Filters(), 0, facets=["bearer_role"]).facets["bearer_role"]
        assert {value: n for value, _, n in counted} == {
            role: register.number(Filters(bearer_role=role)) for role in ("lock keeper", "quay master")
        }
        assert register.missing_values(Filters(bearer_role="quay master")) == []


def test_the_learned_roles_can_be_read() -> None:
    acts = learned()["acts"]
    assert acts["32016R0679"]["Art 4(7)#1"] == "controller"
    assert lexicon(load("de"))[stems("Auftragsverarbeiters", load("de"))] == "processor"
    assert "32024R1689" not in acts
