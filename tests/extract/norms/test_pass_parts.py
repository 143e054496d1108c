"""The pass ``parts``: which words are the bearer, the action, the recipient, the condition, the exception."""

from __future__ import annotations

import pytest
from scripted import Written, write

from dutybook.extract.norms.passes.parts import BEFORE, UNIT
from dutybook.extract.norms.unit import Unit


def cut(script: str) -> tuple[Written, tuple[Unit, ...]]:
    written = write(script)
    return written, written.run("parts")


def words(written: Written, unit: Unit) -> dict[str, str | None]:
    return {kind: written.words(mention.span) for kind, mention in unit.parts.items()}


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "<condition>Ist der Lift vereist</condition>, <action>hat</action> der <bearer>Liftwart</bearer> ihn anzuhalten.",
            {"condition": "Ist der Lift vereist", "action": "hat", "bearer": "Liftwart"},
        ),
        (
            "<bearer>L'apiculteur</bearer> informe <recipient>la mairie</recipient>.",
            {"bearer": "L'apiculteur", "recipient": "la mairie"},
        ),
        (
            "<bearer>Pasterze kóz</bearer> <action>zgłaszają <recipient>gminie</recipient> każdy wypas</action>.",
            {"bearer": "Pasterze kóz", "action": "zgłaszają gminie każdy wypas", "recipient": "gminie"},
        ),
        (
            "<bearer>Ο φαροφύλακας</bearer> <action>ανάβει το φως</action> <deadline>κάθε βράδυ</deadline>.",
            {"bearer": "Ο φαροφύλακας", "action": "ανάβει το φως"},
        ),
    ],
)
def test_marked_words_are_the_parts(line: str, parts: dict[str, str]) -> None:
    written, (unit,) = cut(f"[obligation] {line}")
    assert words(written, unit) == parts
    assert {m.source for m in unit.parts.values()} == {UNIT}


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (
            "<bearer>The keeper</bearer> <action>lights the lamp, unless the</action> harbour is <exception>closed</exception>.",
            {"bearer": "The keeper", "action": "lights the lamp", "exception": "unless the harbour is closed"},
        ),
        (
            "<condition>Except on</condition> Sundays, <bearer>the keeper</bearer> <action>lights the lamp</action>.",
            {"exception": "Except on Sundays", "bearer": "the keeper", "action": "lights the lamp"},
        ),
        (
            "<bearer>The keeper</bearer> <action>lights the lamp</action> <exception>every evening</exception>.",
            {"bearer": "The keeper", "action": "lights the lamp"},
        ),
    ],
    ids=["in place of what the network took for one", "in place of a condition", "none without the words for one"],
)
def test_the_exception_is_what_words_of_the_language_open(line: str, parts: dict[str, str]) -> None:
    written, (unit,) = cut(f"[obligation] {line}")
    assert words(written, unit) == parts


def test_an_item_has_the_exception_of_its_stem() -> None:
    written, units = cut(
        """
        [stem obligation list=items@0.9] Unless the harbour is closed, the keeper shall:
        [item=0 obligation] <action>light the lamp</action>;
        [item=0 prohibition] <action>ring the bell</action>, except in fog;
        """
    )
    assert words(written, units[1])["exception"] == "Unless the harbour is closed"
    assert words(written, units[2])["exception"] == "except in fog"


def test_of_two_parts_of_a_kind_the_surer_counts() -> None:
    written, (unit,) = cut(
        "[obligation] <bearer p=0.6>The pilot</bearer> and, at night, <bearer p=0.85>the harbour master</bearer> keep watch."
    )
    assert words(written, unit) == {"bearer": "the harbour master"}
    assert unit.parts["bearer"].probability > 0.8


def test_a_word_within_a_part_does_not_fall_out_of_it() -> None:
    """A single word that the network slightly prefers to leave out would tear the part in two."""
    written, (unit,) = cut(
        "[obligation] <action>tell the <deadline p=0.4>old</deadline> keeper of the lamp</action> at once."
    )
    assert words(written, unit)["action"] == "tell the old keeper of the lamp"


def test_a_part_is_never_a_piece_of_a_word() -> None:
    written, (unit,) = cut("[obligation] The <bearer>light</bearer>housekeeper lights the lamp.")
    assert words(written, unit).get("bearer") in (None, "lighthousekeeper")


def test_what_states_no_norm_has_no_parts() -> None:
    _, (unit,) = cut("[none] <bearer>The beekeeper</bearer> was born in a mill.")
    assert unit.parts == {}


def test_a_stem_that_leads_to_norms_has_parts_for_its_items() -> None:
    written, (stem, _) = cut("""
        [stem obligation list=items] <bearer>Vodáci</bearer> jsou povinni:
        [item=0 obligation] nosit plovací vestu;
    """)
    assert words(written, stem) == {"bearer": "Vodáci"}


def test_a_bearer_may_stand_in_what_goes_before() -> None:
    written, (_, unit) = cut("""
        [none] The ferryman was appointed in May.
        [obligation before="The ferryman"@0.7] He keeps a log of each crossing.
    """)
    assert words(written, unit) == {"bearer": "The ferryman"}
    assert unit.parts["bearer"].source == BEFORE
    assert unit.parts["bearer"].probability == pytest.approx(0.7, abs=0.05)


def test_a_bearer_of_the_unit_itself_goes_first() -> None:
    written, (_, unit) = cut("""
        [none] The ferryman was appointed in May.
        [obligation before="The ferryman"@0.95] <bearer p=0.6>The mate</bearer> keeps a log.
    """)
    assert words(written, unit) == {"bearer": "The mate"}
    assert unit.parts["bearer"].source == UNIT
