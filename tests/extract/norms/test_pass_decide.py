"""The pass ``decide``: which label a unit has, from the network alone and with fitted weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scripted import fitted, write

from dutybook.extract.norms.model.inputs import STATEMENTS
from dutybook.extract.norms.passes.decide import decide_labels, label_features
from dutybook.extract.norms.unit import NONE, CueMatch, Unit
from dutybook.records import Span


def decided(script: str, genre: str = "eu_act", **decisions: Any) -> tuple[Unit, ...]:
    return write(script, genre, decisions).run("decide")


def features(script: str, genre: str = "eu_act") -> list[dict[str, float]]:
    written = write(script, genre)
    return list(label_features(written.run("split"), written.discourse))


@pytest.mark.parametrize("label", STATEMENTS)
def test_unfitted_the_network_decides(label: str) -> None:
    (unit,) = decided(f"[{label}@0.8] Płetwonurek oznacza miejsce nurkowania.")
    assert unit.label == label
    assert unit.labels[label] == pytest.approx(0.8, abs=1e-3)
    assert sum(unit.labels.values()) == pytest.approx(1, abs=1e-5)
    assert unit.trace[-1].code == f"label_{label}"
    sure = 0.8 if label == NONE else 0.95
    assert unit.trace[-1].probability == pytest.approx(sure, abs=1e-3), "how probably it is a norm, or none"


@pytest.mark.parametrize(("least", "label"), [(0.5, NONE), (0.35, "prohibition")])
def test_a_norm_is_what_is_likelier_than_the_threshold(least: float, label: str) -> None:
    (unit,) = decided("[none@0.6] Kukaan ei ui satama-altaassa.", labels=_always(0.6), least={"eu_act": least})
    assert unit.label == label


def _always(none: float) -> dict[str, Any]:
    from math import log

    rest = [log((1 - none) * share) for share in (0.1, 0.7, 0.1, 0.1)]
    return fitted(STATEMENTS, [log(none), *rest])


def test_of_several_likely_labels_together_a_norm_is_made() -> None:
    """Each label is less likely than none, but a norm of some kind is not."""
    from math import log

    weights = fitted(STATEMENTS, [log(p) for p in (0.4, 0.3, 0.2, 0.05, 0.05)])
    (unit,) = decided("[none] Tusnaidí na gcuan ina gcónaí.", labels=weights)
    assert unit.label == "obligation"
    assert unit.trace[-1].probability == pytest.approx(0.6)


def test_weights_speak_for_or_against_what_the_network_says() -> None:
    against = fitted(STATEMENTS, [0] * 5, network_obligation=[0, 1, 0, 0, 0], family_news=[9, 0, 0, 0, 0])
    line = "[obligation] Skidliften stänger klockan fyra."
    assert decided(line, "news", labels=against)[0].label == NONE
    assert decided(line, "statute", labels=against)[0].label != NONE


@pytest.mark.parametrize(
    ("least", "quotes"),
    [
        (0.95, ["With the exception of barges, all vessels carry a lamp."]),
        (0.5, ["With the exception of barges", "all vessels carry a lamp."]),
    ],
    ids=["one norm quotes all", "each quotes its own"],
)
def test_a_norm_quotes_the_parts_of_its_sentence_that_state_none(least: float, quotes: list[str]) -> None:
    written = write(
        "[obligation] <norm obligation@0.6>With the exception of barges</norm>, <norm obligation@0.95>all vessels carry a lamp.</norm>",
        decisions={"least": {"eu_act": least}},
    )
    assert [written.words(u.span) for u in written.run("decide") if u.label != NONE] == quotes


def test_a_stem_that_leads_to_norms_states_none_itself() -> None:
    stem, item = decided("""
        [stem obligation list=items@0.8] The lock keeper shall:
        [item=0 obligation] close the gates at dusk;
    """)
    assert (stem.label, item.label) == (NONE, "obligation")
    assert stem.carries == pytest.approx(0.8, abs=1e-3)
    assert (stem.trace[-1].code, item.trace[-1].code) == ("carried_by_items", "label_obligation")
    assert stem.trace[-1].probability == pytest.approx(0.8, abs=1e-3), "how probably the items state the norms"


def test_a_stem_whose_items_are_things_states_its_norm() -> None:
    stem, _ = decided("""
        [stem obligation list=stem] Der Hüttenwirt hält bereit:
        [item=0 none] eine Trage und zwei Decken;
    """)
    assert stem.label == "obligation"
    assert stem.carries < 0.5


def test_only_a_stem_can_lead_to_norms() -> None:
    (unit,) = decided("[obligation list=items@0.99] O faroleiro acende a luz.")
    assert (unit.label, unit.carries) == ("obligation", 0.0)


def test_what_is_recommended_is_known_beside_the_label() -> None:
    must, should = decided("""
        [obligation] Walkers shall keep to the path.
        [obligation strength=should@0.7] Walkers should carry a map.
    """)
    assert must.should < 0.5 < should.should


def test_a_unit_that_was_not_asked_about_states_no_norm() -> None:
    written = write("[obligation] Walkers shall keep to the path.")
    units = tuple(replace(u, answer=None) for u in written.run("split"))
    (unit,) = decide_labels(units, written.discourse, written.reader)
    assert unit.label == NONE
    assert unit.labels == {label: float(label == NONE) for label in STATEMENTS}


class TestFeatures:
    def test_an_item_is_shown_what_its_stem_states_as_far_as_the_stem_leads_to_norms(self) -> None:
        _, item = features("""
            [stem prohibition@0.8 list=items@0.6] Il est interdit aux baigneurs:
            [item=0 obligation@0.7] de nourrir les cygnes;
        """)
        assert item["stem_carries"] == pytest.approx(0.6, abs=1e-3)
        assert item["stem_prohibition"] == pytest.approx(0.6 * 0.8, abs=1e-3)

    def test_a_tail_is_not_shown_the_stems_label(self) -> None:
        _, _, tail = features("""
            [stem obligation list=items] The rafting guide shall:
            [item=0 obligation] count the passengers;
            [tail=0 none] before each descent of the river.
        """)
        assert "stem_carries" in tail
        assert "stem_obligation" not in tail

    def test_siblings_are_the_other_items_of_the_same_stem(self) -> None:
        sure = "[item=0 obligation@0.95] strew salt on the bridge;"
        script = "[stem none] On frosty days the bridge keeper:\n{}\n[item=0 obligation] closes the side gate;"
        among_norms = features(script.format(sure))[-1]
        among_others = features(script.format(sure.replace("obligation", "none")))[-1]
        assert among_norms["siblings"] > 0.5
        assert among_others["siblings"] < -0.5
        assert "siblings" not in features("[stem none] On frosty days:\n[item=0 obligation] strew salt there;")[-1]

    def test_cues_count(self) -> None:
        written = write("[none] A hut is deemed to be a barn, and may be kept.")
        cues = (CueMatch("permission", Span(38, 41)),)
        units = tuple(replace(u, cues=cues) for u in written.run("split"))
        (found,) = label_features(units, written.discourse)
        assert [name for name in found if name.startswith("cue_")] == ["cue_permission"]

    def test_how_much_of_the_document_states_norms_counts_by_genre(self) -> None:
        many = features("""
            [obligation] <bearer>The pilot</bearer> shall <action>board the ferry</action>.
            [obligation] <bearer>The cook</bearer> shall <action>ring the bell</action>.
        """)
        few = features("""
            [none] The harbour was built in 1902.
            [obligation] <bearer>The cook</bearer> shall <action>ring the bell</action>.
            [none] The ferry is red.
        """)
        (name,) = (code for code in few[1] if code.startswith("share_"))
        assert many[1][name] > few[1][name]

    def test_parts_and_extents_count(self) -> None:
        norm, none = features("""
            [obligation] <bearer>The harbour pilot</bearer> shall <action>board the ferry</action>.
            [none] The harbour was built in 1902.
        """)
        assert norm["part_bearer"] > 0.5 > none["part_bearer"]
        assert norm["part_action"] > 0.5 > none["part_action"]
        assert norm["outside"] < 0.5 < none["outside"]
        assert none["before"] > 0 > norm["behind"]

    def test_an_impossible_label_is_not_endlessly_impossible(self) -> None:
        (found,) = features("[obligation@1.0] Vlčiak stráži košiar celú noc.")
        assert min(found.values()) >= -10


class TestStrength:
    def test_unfitted_the_network_decides(self) -> None:
        written = write("[obligation strength=should@0.7] Wardens check the sluice at dusk.")
        (unit,) = written.run("decide")
        assert unit.should == pytest.approx(0.7, abs=1e-3)

    def test_weights_decide_over_what_the_network_says(self) -> None:
        decisions = {"strength": fitted(("must", "should"), [0, 0], family_guidance=[0, 3])}
        written = write("[obligation] Wardens check the sluice at dusk.", "guidance", decisions)
        (unit,) = written.run("decide")
        assert unit.should > 0.9
