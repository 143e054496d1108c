"""The decision of ``benchmarks/regulatory.py``: an actor that must act makes a sentence regulatory."""

from __future__ import annotations

from pathlib import Path

import pytest

from loading import script

REGULATORY = script(Path(__file__).resolve().parents[2] / "benchmarks" / "regulatory.py")


@pytest.mark.parametrize(
    "sentence",
    [
        "The harbour master shall mark the wreck.",
        "The wreck shall be marked by the harbour master.",
        "The port shall be deemed to be the owner of the wreck.",
        "The pilots' committee shall be composed of three pilots.",
        "It shall be prohibited to anchor in the fairway.",
        "They shall, within one month, mark the wreck.",
        "If the log is lost, he or she shall be entitled to a copy.",
        "The risk assessment by each Member State shall consider the tides.",
    ],
)
def test_an_actor_that_must_act_is_regulatory(sentence: str) -> None:
    norms, acts = REGULATORY.read(sentence, "rules")
    assert REGULATORY.regulatory(norms, acts, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The wreck shall be marked within ten days.",
        "They shall relate to the calendar month and shall be filed in the harbour.",
        "The port's tariffs shall include the fee for the pilot.",
        "This Regulation shall enter into force on 1 May 2031.",
        "The notice shall contain the name of the vessel.",
        "The criteria for determining the Member State concerned shall be applied in turn.",
    ],
)
def test_what_names_nobody_who_acts_is_constitutive(sentence: str) -> None:
    norms, acts = REGULATORY.read(sentence, "rules")
    assert not REGULATORY.regulatory(norms, acts, sentence)


def test_an_amendment_is_read_by_the_words_that_it_inserts() -> None:
    sentence = "Article 3 is replaced by the following: ‘The port shall keep a log.’"
    norms, acts = REGULATORY.read(sentence, "rules")
    assert acts
    assert [n.bearer.text for n in norms] == ["port"]


def test_parts_depend_on_the_words_alone() -> None:
    parts = {REGULATORY.part_of(f"The port shall keep log number {number}.") for number in range(40)}
    assert parts == {"first half", "third quarter", "last quarter"}
    assert REGULATORY.part_of("The port  shall\nkeep a log.") == REGULATORY.part_of("The port shall keep a log.")
