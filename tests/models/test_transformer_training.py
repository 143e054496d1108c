"""How the transformer is trained: what it learns of marked lines, from a teacher, how it is calibrated, what is left out."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dutybook.languages import available

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "extract" / "norms"))

pytestmark = [
    pytest.mark.skipif(
        any(find_spec(p) is None for p in ("onnx", "scipy", "torch", "transformers")),
        reason="pip install 'dutybook[train]'",
    ),
    # torch deprecates things of its own.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]

LINES = """\
[statute] <norm obligation>Each <bearer class=business>lock keeper</bearer> shall notify the harbour board of every closure.</norm>
[statute] <norm obligation>Each <bearer class=business>lock keeper</bearer> shall <action>notify the harbour board</action> of every closure.</norm>
[statute] <norm prohibition><bearer class=any>No person</bearer> shall <action>remove peat from a listed bog</action>.</norm>
[statute] The lock keeper has held the office since the flood. # (history)
"""


@pytest.fixture(scope="module")
def transformer(root: Path) -> None:
    """The training package, which is not installed."""
    sys.path[:0] = [str(root / "models"), str(root / "benchmarks")]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory, transformer: None) -> list[Any]:
    """Those of :data:`LINES`."""
    from transformer.examples import spec_examples

    file = tmp_path_factory.mktemp("lessons") / "en.txt"
    file.write_text(LINES, encoding="utf-8")
    return list(spec_examples([file], "lesson"))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory, transformer: None) -> Path:
    import tiny_models

    return tiny_models.encoder(tmp_path_factory.mktemp("tiny") / "encoder")


class TestExamples:
    def test_parts_that_a_line_does_not_mark_are_those_that_the_rules_cut(self, examples: list[Any]) -> None:
        bearer_alone, with_action, _, nothing = examples
        kinds = [{kind for kind, _, _ in e.parts} for e in (bearer_alone, with_action, nothing)]
        assert {"bearer", "action", "recipient"} <= kinds[0]
        assert kinds[1] == {"bearer", "action"}
        assert kinds[2] == set()

    def test_where_the_rules_read_otherwise_no_part_is_known(self, tmp_path: Path, transformer: None) -> None:
        from transformer.examples import spec_examples

        file = tmp_path / "en.txt"
        file.write_text(
            "[statute] <norm exemption>The lock keeper has held the office since the flood.</norm>\n", "utf-8"
        )
        (made,) = spec_examples([file], "lesson")
        assert (made.statement, made.parts) == ("exemption", None)


class TestTeacher:
    def test_it_is_asked_once_and_its_answers_are_kept(
        self, examples: list[Any], encoder: Path, tmp_path: Path
    ) -> None:
        from transformer.network import NormsModel
        from transformer.teaching import Teaching

        kept = tmp_path / "taught.pkl"
        network = NormsModel.over(encoder).eval()
        first = Teaching(network, encoder, examples, kept)([2, 0])
        again = Teaching(network, encoder, examples, kept)
        assert len(again.known) == 2
        again.network = None  # type: ignore[assignment]
        assert (again.over(examples[:3])([0, 2]).statements == first.statements[::-1]).all()
        assert [len(t) for t in first.tags] != []

    def test_what_says_the_same_is_not_apart(self, examples: list[Any], encoder: Path, transformer: None) -> None:
        import torch
        from transformer import fitting
        from transformer.network import NormsModel

        taught = fitting.answers(NormsModel.over(encoder).eval(), encoder, examples)
        width = max(len(t) for t in taught.tags)
        tags = torch.zeros(len(examples), width + 2, 13)
        for row, values in enumerate(taught.tags):
            tags[row, 2 : 2 + len(values)] = torch.from_numpy(values).float()
        same = (torch.from_numpy(taught.statements), torch.from_numpy(taught.lists), tags)
        share = torch.ones(len(examples))
        assert float(fitting.Losses.soft(same, taught, share)) == pytest.approx(0, abs=1e-5)
        other = (same[0].flip(1), same[1], same[2])
        assert float(fitting.Losses.soft(other, taught, share)) > 0.01

    @pytest.mark.parametrize("taught", [False, True])
    def test_the_seed_decides(self, examples: list[Any], encoder: Path, taught: bool, transformer: None) -> None:
        from transformer import fitting
        from transformer.network import NormsModel
        from transformer.teaching import Teaching

        teacher = Teaching(NormsModel.over(encoder).eval(), encoder, examples) if taught else None
        one, two = (
            fitting.fit(encoder, examples, 64, teacher, say=lambda *_, **__: None).state_dict() for _ in range(2)
        )
        assert all((one[name] == two[name]).all() for name in one)
        before = NormsModel.over(encoder).state_dict()
        words = "encoder.embeddings.word_embeddings.weight"
        assert (one[words] == before[words]).all()


class TestCalibration:
    def test_a_label_that_is_said_too_often_is_taken_back(self, transformer: None) -> None:
        import numpy as np
        from transformer.thresholds import calibrated, crossed, tempered

        chance = np.random.default_rng(7)
        right = chance.choice(3, size=2000, p=[0.7, 0.2, 0.1])
        logs = chance.normal(size=(2000, 3)) + 2.0 * np.eye(3)[right] + np.array([0.0, 0.0, 2.0])
        warmth, shift = calibrated(logs, right)
        assert shift[2] < shift[0] - 1.5
        assert 0.5 <= warmth <= 4
        before, after = (float((v.argmax(1) == right).mean()) for v in (logs, tempered(logs, warmth, shift)))
        assert after > before + 0.1
        assert float((crossed(logs, right).argmax(1) == right).mean()) == pytest.approx(after, abs=0.02)

    def test_a_model_bears_the_shift_in_its_last_layer(self, encoder: Path, transformer: None) -> None:
        import numpy as np
        import torch
        from transformer.measuring import Measured
        from transformer.network import NormsModel

        shift = np.array([0.5, 0.0, -1.0, 0.0, 0.25])
        measured = Measured({"genres": {}}, {"statement": 1.0, "list": 1.0}, shift, False, [])
        model = NormsModel.over(encoder).eval()
        before = model.statement[-1].bias.detach().clone()
        after = measured.shifted(model).statement[-1].bias.detach()
        assert torch.allclose(after - before, torch.tensor(shift).float())


class TestFolds:
    def test_each_language_is_left_out_by_one_fold(self, transformer: None) -> None:
        from transformer.folds import GROUPS

        assert sorted(code for group in GROUPS for code in group) == sorted(available())

    def test_what_is_shipped_goes_on_with_all_that_people_marked_and_it_did_not_see(self, transformer: None) -> None:
        import random

        from transformer import folds

        def example(language: str, source: str, number: int) -> SimpleNamespace:
            return SimpleNamespace(
                language=language, source=source, group=f"{source}{number}", statement="obligation", list="", parts=()
            )

        lessons = [example("fr", "lesson", n) for n in range(6)]
        acts = [example("sv", "act", n) for n in range(9)]
        known = [example("fr", "spec", n) for n in range(20)]
        tuning = [example("fr", "tuning", n) for n in range(4)]
        some: Any = [*lessons, *acts, *known, *tuning]
        made: Any = folds.further(some, random.Random(7))
        assert made[:6] == lessons
        assert [sum(e.source == source for e in made) for source in ("act", "spec", "tuning")] == [3, 6, 0]

    def test_a_fold_sees_no_sentence_of_its_languages(self, transformer: None) -> None:
        from transformer import folds

        def example(language: str, source: str, group: str) -> SimpleNamespace:
            return SimpleNamespace(language=language, source=source, group=group)

        sv, hu = example("sv", "spec", "specs.sv"), example("hu", "act", "DORA")
        others = [example("hu", "act", "GDPR"), example("hu", "gold", "x"), example("hu", "tuning", "y")]
        assert folds.without([sv, hu, *others], frozenset({"sv"})) == [hu]


class TestWeighing:
    """Rules and network, weighed by examples that neither had seen."""

    @staticmethod
    def examples() -> tuple[Any, dict[int, Any]]:
        """News whose norms the rules miss and the network finds, and statutes in which it takes descriptions for norms."""
        import numpy as np
        from training.recording import Seen

        some, said = [], {}
        for n in range(80):
            news = n % 2 == 0
            some.append(
                SimpleNamespace(
                    source="tuning",
                    group=f"text-{n // 8}",
                    language="en",
                    genre="news" if news else "statute",
                    statement="obligation" if news else "none",
                    seen=Seen(None, "none", False),  # type: ignore[arg-type]
                )
            )
            said[n] = np.array([0.2, 0.7, 0.04, 0.03, 0.03], dtype=np.float32)
        return some, said

    def test_a_kind_is_weighed_where_it_pays(self, transformer: None) -> None:
        from transformer import weighing_fit

        some, said = self.examples()
        made = weighing_fit.fitted(some, said)
        assert made.genres == {"news": ["add"]}
        assert {made.both[n] for n in range(0, 80, 2)} == {"obligation"}
        assert {made.both[n] for n in range(1, 80, 2)} == {"none"}
        assert made.weights["add, news"] > 0 > made.weights["add, statute"]

    def test_what_both_read_of_a_text_is_weighed_without_it(self, transformer: None) -> None:
        from transformer import weighing_fit

        some, said = self.examples()
        for example in some:
            example.group = "one text"
        assert set(weighing_fit.fitted(some, said).both.values()) == {"none"}

    def test_a_sentence_without_a_first_reading_shows_nothing(self, transformer: None) -> None:
        from transformer import weighing_fit

        some, said = self.examples()
        for example in some[1:]:
            example.seen = None
        assert list(weighing_fit.fitted(some, said).both) == [0]


class TestFirstReadings:
    def test_texts_to_tune_by_have_them(self, root: Path, transformer: None) -> None:
        from transformer import first_readings
        from transformer.examples import tuning_examples

        texts = {file.stem for file in (root / "corpora" / "tuning").glob("*.json")}
        assert {name for name in texts if not first_readings.known(name)} == set()
        made = [e for e in tuning_examples() if e.statement]
        assert sum(e.seen is not None for e in made) / len(made) > 0.9

    def test_a_sentence_is_known_by_its_words(self, transformer: None) -> None:
        from transformer.first_readings import digest

        assert digest("The  operator\nshall") == digest("The operator shall") != digest("The operator may")
