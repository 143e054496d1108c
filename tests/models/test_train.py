"""The training command on texts of our own: two languages, a few seconds, the same bytes each time."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest

# Imported by the test that needs it, not by each worker that collects it.
pytestmark = pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn is not installed")


@pytest.fixture(scope="module")
def training(root: Path) -> None:
    """The training package, which is not installed."""
    sys.path[:0] = [str(root / "models"), str(root / "benchmarks")]


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder like the one beside the repository, with one act of ours in two languages."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "docs").mkdir()
    for code in ("en", "fr"):
        text = (root / "corpora" / "gold" / f"regulation-harbour-data.{code}.txt").read_text(encoding="utf-8")
        (folder / "docs" / f"harbour.{code}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("training")
class TestTraining:
    def test_labels_come_from_the_english_version(self, two_versions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from training import acts, rows

        versions = tuple((code, f"docs/harbour.{code}.txt") for code in ("en", "fr"))
        monkeypatch.setattr(acts, "ACTS", {"HARBOUR": versions})
        monkeypatch.setattr(rows, "ACTS", acts.ACTS)
        monkeypatch.setattr(rows, "PARALLEL", {})
        made = list(rows.act_rows(two_versions))
        french = [r for r in made if r.language == "fr" and r.question == "statement"]
        assert len(french) > 30
        assert sum(r.label == r.seen.rules for r in french) > 0.8 * len(french)
        assert {r.group for r in made} == {"HARBOUR"}
        english = [r for r in made if r.language == "en"]
        assert not any(m.startswith("said=") for r in english for m in r.features.marks)

    def test_the_same_rows_give_the_same_file(self, tmp_path: Path) -> None:
        import train as command
        from training.own import spec_rows

        rows = list(islice(spec_rows(only="fr"), 80))
        assert len(rows) == 80
        for name in ("one", "two"):
            heads = {
                q: command.fit(q, asked, command.matrix([r.features for r in asked], command.BITS[q]))
                for q in command.QUESTIONS
                if (asked := [r for r in rows if r.question == q])
            }
            command.save_model(tmp_path / name, {"name": "tiny", "version": "0", "settings": {}}, heads)
        one, two = ((tmp_path / name / "weights.npz").read_bytes() for name in ("one", "two"))
        assert one == two
        assert json.loads((tmp_path / "one" / "config.json").read_text(encoding="utf-8"))["name"] == "tiny"

    def test_units_are_aligned_by_place_and_numbers(self) -> None:
        from training.aligning import align
        from training.units import Unit

        def unit(index: int, place: str, text: str) -> Unit:
            return Unit(index, place, "sentence", "enacting", "", text)

        ours = [
            unit(0, "Art 1", "Ports keep logs for 5 years."),
            unit(1, "Art 1", "They may sell them."),
            unit(2, "Art 2", "Ships stop."),
        ]
        theirs = [unit(0, "Art 1", "Les ports gardent les journaux pendant 5 ans."), unit(1, "Art 2", "Arrêt.")]
        assert [(p.first.index, p.second.index) for p in align(ours, theirs)] == [(0, 0), (2, 1)]
