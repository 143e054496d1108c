"""Decisions that are fitted to documents: they say at run time what the fit says."""

from __future__ import annotations

import json
import random
import sys
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import needs

pytestmark = needs("sklearn", "torch", "transformers")

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def deciding() -> Any:
    """The module, which is not installed."""
    sys.path[:0] = [str(ROOT / "models"), str(ROOT / "tests" / "extract" / "norms")]
    from reader import deciding

    return deciding


def drawn(labels: tuple[str, ...], count: int = 200) -> tuple[list[dict[str, float]], list[str]]:
    """Features of which some speak for a label."""
    chance = random.Random(7)
    features, targets = [], []
    for _ in range(count):
        label = chance.choice(labels)
        found = {"wind": chance.gauss(labels.index(label), 1), f"sea_{chance.choice('ab')}": 1.0}
        if chance.random() < 0.7:
            found[f"says_{label}"] = 1.0
        features.append(found)
        targets.append(label)
    return features, targets


class TestFit:
    @pytest.mark.parametrize("labels", [("right", "wrong"), ("none", "obligation", "permission")])
    def test_it_says_at_run_time_what_was_fitted(self, deciding: Any, labels: tuple[str, ...]) -> None:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression

        from dutybook.extract.norms.model.reader import Decision

        features, targets = drawn(labels)
        fitted = json.loads(json.dumps(deciding.fit_decision(features, targets, labels, 0.5)))
        assert tuple(fitted["labels"]) == labels
        vectors = DictVectorizer()
        model = LogisticRegression(C=0.5, max_iter=3000).fit(vectors.fit_transform(features), targets)
        wanted = model.predict_proba(vectors.transform(features))
        decision = Decision(fitted)
        for one, row in zip(features, wanted, strict=True):
            found = decision.probabilities(one)
            assert [found[str(c)] for c in model.classes_] == pytest.approx(row.tolist(), abs=2e-3)

    def test_examples_count_by_their_weight(self, deciding: Any) -> None:
        from dutybook.extract.norms.model.reader import Decision

        features, targets = [{"x": 1.0}] * 20, ["right", "wrong"] * 10
        weights = [1.0, 0.1] * 10
        fitted = deciding.fit_decision(features, targets, ("right", "wrong"), 10.0, weights)
        assert Decision(fitted).probabilities({"x": 1.0})["right"] > 0.8

    def test_a_label_that_nobody_gave_is_not_among_the_answers(self, deciding: Any) -> None:
        features, targets = drawn(("none", "obligation"))
        fitted = deciding.fit_decision(features, targets, ("none", "obligation", "exemption"), 1.0)
        assert fitted["labels"] == ["none", "obligation"]


class TestChoice:
    """What is fitted to choices: who of several candidates is right."""

    def choices(self, count: int = 60) -> list[list[tuple[dict[str, float], bool]]]:
        """The one with most wind is right; how much wind there is at all says nothing."""
        chance = random.Random(7)
        made = []
        for _ in range(count):
            weather = chance.uniform(-5, 5)
            winds = [weather + chance.uniform(0, 1) for _ in range(chance.randint(2, 4))]
            made.append([({"wind": wind, "nobody": 0.0}, wind == max(winds)) for wind in winds])
        return made

    def test_candidates_are_weighed_against_each_other(self, deciding: Any) -> None:
        from dutybook.extract.norms.model.reader import Decision

        decision = Decision(json.loads(json.dumps(deciding.fit_choice(self.choices(), 10.0))))
        for one in self.choices(200):
            chances = decision.choice([features for features, _ in one])
            assert sum(chances) == pytest.approx(1)
            assert chances.index(max(chances)) == [right for _, right in one].index(True)

    def test_two_right_candidates_share_the_probability(self, deciding: Any) -> None:
        from dutybook.extract.norms.model.reader import Decision

        alike = [({"own": 1.0}, True), ({"stem": 1.0}, True), ({"other": 1.0}, False)]
        decision = Decision(deciding.fit_choice([alike] * 50, 10.0))
        own, stem, other = decision.choice([features for features, _ in alike])
        assert own == pytest.approx(stem)
        assert other < 0.05

    def test_choices_without_a_right_candidate_teach_nothing(self, deciding: Any) -> None:
        known = self.choices(20)
        none = [[({"wind": 1.0, "calm": 1.0}, False), ({"wind": 0.0}, False)]] * 20
        assert deciding.fit_choice(known + none, 1.0) == deciding.fit_choice(known, 1.0)

    def test_left_out_features_have_no_weight(self, deciding: Any) -> None:
        assert set(deciding.fit_choice(self.choices(), 1.0, ("win",))["weights"]) == {"nobody"}


class TestCalibration:
    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=2, max_size=60))
    def test_surer_is_never_less_often_right(self, deciding: Any, rows: list[tuple[float, bool]]) -> None:
        points = deciding.calibration_points([v for v, _ in rows], [r for _, r in rows])
        assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(points))
        assert all(0 < right < 1 for _, right in points)

    def test_what_is_too_sure_is_taken_back(self, deciding: Any) -> None:
        from dutybook.extract.norms.model.reader import interpolate

        chance = random.Random(7)
        values = [chance.uniform(0.5, 1.0) for _ in range(4000)]
        right = [chance.random() < v - 0.3 for v in values]
        points = deciding.calibration_points(values, right)
        for value in (0.6, 0.75, 0.9):
            assert interpolate(value, points) == pytest.approx(value - 0.3, abs=0.06)


class TestMatching:
    def wanted(self, *spans: tuple[int, int]) -> list[Any]:
        from dutybook.records import Span

        return [SimpleNamespace(span=Span(*s), modality="obligation") for s in spans]

    def units(self, deciding: Any, *spans: tuple[int, int]) -> list[Any]:
        from dutybook.records import Span

        return [SimpleNamespace(span=Span(*s)) for s in spans]

    def test_each_unit_meets_one_norm_the_best_pairs_first(self, deciding: Any) -> None:
        units = self.units(deciding, (0, 50), (40, 100), (200, 220))
        assert deciding.match_units(units, self.wanted((38, 100), (0, 45), (300, 310))) == {0: 1, 1: 0}

    def test_what_shares_less_than_half_is_not_met(self, deciding: Any) -> None:
        assert deciding.match_units(self.units(deciding, (0, 20)), self.wanted((15, 60))) == {}

    def test_overlap_is_even_and_whole_for_the_same(self, deciding: Any) -> None:
        from dutybook.records import Span

        one, other = Span(0, 30), Span(10, 50)
        assert deciding.overlap(one, other) == deciding.overlap(other, one) == pytest.approx(40 / 70)
        assert deciding.overlap(one, one) == 1.0
        assert deciding.overlap(one, Span(30, 40)) == 0.0


class TestFitter:
    """All decisions of some small documents, whose network is right but shy."""

    LINES = """
        [obligation@0.55 class=person@0.6] <bearer>The ferryman</bearer> moors the boat at night.
        [none@0.6] The river rises in the hills behind the mill.
        [prohibition@0.6 class=any] Dogs are not taken upon the ferry.
        [none@0.7] The ferry was painted green in the spring.
        [obligation@0.45 class=authority] <bearer p=0.6>The office</bearer> posts the fares.
    """

    def documents(self, deciding: Any) -> list[Any]:
        from reader.examples import Text, Wanted
        from scripted import write

        from dutybook.records import Span

        made = []
        for number in range(4):
            written = write(self.LINES)
            units, text = written.run("split"), written.text
            wanted, gold = [], []
            for n, label, bearer, kind in (
                (0, "obligation", "The ferryman", "person"),
                (2, "prohibition", None, "any"),
                (4, "obligation", "The office", "authority"),
            ):
                wanted.append(Wanted(units[n].input.span, label, "must", bearer, kind, None))
                gold.append({"deadlines": []})
            about = Text(f"d{number}", text, tuple(written.discourse.sentences), written.discourse.family, "en")
            made.append(deciding.Read(about.name, number, about, units, wanted, [Span(0, len(text))], gold))
        return made

    def test_what_is_fitted_is_decided(self, deciding: Any) -> None:
        from reader.measuring import decide

        documents = self.documents(deciding)
        fitter = deciding.DecisionFitter(SimpleNamespace(same_party=lambda a, b: a == b))
        decisions = json.loads(json.dumps(fitter.fit(documents)))
        assert set(decisions) == {"labels", "least", "bearer", "classes"}
        units = decide(documents[0].text, documents[0].units, decisions)
        assert [u.label for u in units] == ["obligation", "none", "prohibition", "none", "obligation"]
        assert [u.bearer_class.value for u in units if u.label != "none"] == ["person", "any", "authority"]
        rows = fitter.rows(documents, decisions)
        assert [right["row"] for _, right in rows] == [True] * 12

    def test_a_wrong_row_is_told_by_its_fields(self, deciding: Any) -> None:
        documents = self.documents(deciding)
        fitter = deciding.DecisionFitter(SimpleNamespace(same_party=lambda a, b: a == b))
        _, right = next(
            iter(
                fitter.rows(
                    documents,
                    {
                        "classes": deciding.fit_decision(
                            [{"unnamed": 1.0}, {"named": 1.0}],
                            ["business", "authority"],
                            ("business", "authority"),
                            100.0,
                        )
                    },
                )
            )
        )
        assert (right["norm"], right["modality"], right["bearer"], right["class"]) == (True, True, True, False)
        assert right["row"] is False

    def test_a_field_that_is_always_right_needs_no_fit(self, deciding: Any) -> None:
        rows = [
            (
                {"all": float(n)},
                {
                    "row": n > 2,
                    **dict.fromkeys(("norm", "modality", "strength", "bearer", "class"), True),
                    "quote": None,
                },
            )
            for n in range(6)
        ]
        assert set(deciding.fit_confidence(rows)) == {"row"}


class TestThresholds:
    """From which probability on a unit states a norm."""

    RIGHT = tuple((0.3 + n / 100, True, False) for n in range(40))

    def test_the_threshold_is_the_one_of_the_best_f1(self, deciding: Any) -> None:
        wrong = [(0.29, False, False)] * 40
        assert deciding._best_threshold([*self.RIGHT, *wrong], 40, 0) == 0.3

    def test_pages_of_general_news_are_kept_nearly_free_of_norms(self, deciding: Any) -> None:
        on_pages = [(0.45, False, True)] * 9
        assert deciding._best_threshold([*self.RIGHT, *on_pages], 40, 100) == 0.46
        assert deciding._best_threshold([*self.RIGHT, *on_pages[:1]], 40, 100) < 0.46

    def test_probabilities_are_of_regressions_that_did_not_see_the_fold(
        self, deciding: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case, seen = deciding._Case, []
        documents = [
            SimpleNamespace(
                fold=fold, text=SimpleNamespace(genre=SimpleNamespace(value="news")), wanted=[0], is_page=False
            )
            for fold in (0, 1, 1, 2)
        ]
        cases = [
            [case({"fold": float(d.fold)}, "none", 1.0, False), case({"must": 1.0}, "obligation", 1.0, False)]
            for d in documents
        ]
        fitter = deciding.DecisionFitter(None)
        fit = fitter._labels

        def note_folds(given: Any) -> Any:
            seen.append({int(one.features["fold"]) for own in given for one in own if "fold" in one.features})
            return fit(given)

        monkeypatch.setattr(fitter, "_labels", note_folds)
        assert set(fitter._least(documents, cases)) == {"news"}
        assert sorted(map(sorted, seen)) == [[0, 1], [0, 2], [1, 2]]
