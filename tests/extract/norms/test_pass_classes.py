"""The pass ``classes``: whether a business, an authority, a person or anybody is bound."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import fitted, write

from dutybook.extract.norms.model.inputs import CLASSES
from dutybook.extract.norms.passes.classes import class_features
from dutybook.extract.norms.unit import Unit


def decided(script: str, **decisions: Any) -> tuple[Unit, ...]:
    return write(script, decisions=decisions).run("classes")


def features(script: str) -> list[dict[str, float]]:
    written = write(script)
    return list(class_features(written.run("bearers"), written.discourse))


@pytest.mark.parametrize("name", CLASSES)
def test_unfitted_the_network_decides(name: str) -> None:
    (unit,) = decided(f"[obligation class={name}@0.7] Vinodlaren redovisar skörden.")
    assert unit.bearer_class == name
    assert unit.classes[name] == pytest.approx(0.7, abs=1e-3)
    assert unit.trace[-1].code == f"class_{name}"


def test_what_states_no_norm_has_no_class() -> None:
    (unit,) = decided("[none class=business] The vineyard was planted in 1888.")
    assert unit.classes == {}
    assert features("[none] The vineyard was planted in 1888.") == [{}]


def test_weights_decide_over_what_the_network_says() -> None:
    weights = fitted(CLASSES, [0] * 4, unnamed=[0, 3, 0, 0])
    (unit,) = decided("[obligation class=business] Das Seil ist zu prüfen.", classes=weights)
    assert unit.bearer_class == "authority"


class TestFeatures:
    def test_same_words_share_what_the_network_says_of_each(self) -> None:
        sure, unsure, other = features("""
            [obligation class=authority@0.95] <bearer>The harbour office</bearer> issues the permit.
            [obligation class=business@0.4] <bearer>The harbour office</bearer> keeps a list of them.
            [obligation class=business] <bearer>The shipowner</bearer> pays for the berth.
        """)
        assert sure["alike_authority"] == pytest.approx(unsure["alike_authority"])
        assert unsure["alike_authority"] > unsure["network_authority"]
        assert "alike_authority" not in other

    def test_a_norm_without_bearer_is_known_by_those_of_the_others(self) -> None:
        *_, unnamed = features("""
            [obligation] <bearer class=person>Der Wanderer</bearer> bleibt auf dem Weg.
            [obligation] <bearer class=person>Der Radfahrer</bearer> steigt am Steg ab.
            [obligation class=business] Abfälle sind ins Tal mitzunehmen.
        """)
        assert unnamed["unnamed"] == 1.0
        assert max(CLASSES, key=lambda c: unnamed[f"bearers_unnamed_{c}"]) == "person"

    def test_words_of_the_bearer_are_looked_up(self) -> None:
        named, unnamed = features("""
            [obligation] <bearer>Die Aufsichtsbehörde</bearer> führt die Liste.
            [obligation] Der Befund ist aufzubewahren.
        """)
        assert max(CLASSES, key=lambda c: named[f"list_{c}"]) == "authority"
        assert "list_authority" not in unnamed

    def test_actors_who_bear_nothing_count_too(self) -> None:
        (unnamed,) = features("[obligation] Der Befund ist auszuhändigen: Verbraucher, Patient, Arbeitnehmer.")
        assert max(CLASSES, key=lambda c: unnamed[f"mentioned_unnamed_{c}"]) == "person"

    def test_the_nearer_norms_count_more(self) -> None:
        near = features("""
            [obligation class=person] Der Steg ist zu meiden.
            [obligation class=any] Auf dem Damm wird nicht geritten.
            [obligation class=authority] Die Brücke ist zu sperren.
        """)[2]
        assert near["around_unnamed_any"] > near["around_unnamed_person"] > near["around_unnamed_authority"]

    def test_a_norm_does_not_count_among_the_others(self) -> None:
        (alone,) = features("[obligation] <bearer class=person@0.97>Der Wanderer</bearer> bleibt auf dem Weg.")
        assert len({round(alone[f"bearers_named_{c}"], 4) for c in CLASSES}) == 1
        assert len({round(alone[f"around_named_{c}"], 4) for c in CLASSES}) == 1
