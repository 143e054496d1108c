"""Classifiers of a user's own in the shipped network's place."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_models
from scripted import write

from dutybook.document_view import DocumentView
from dutybook.errors import BadFilter, DamagedModel
from dutybook.extract.norms.model.foreign import MAPPING, load_foreign
from dutybook.extract.norms.model.inputs import HEADS, STATEMENTS, TAGS, UnitInput
from dutybook.extract.norms.model.reader import Answer
from dutybook.extract.norms.pipeline import find_norms
from dutybook.records import Norm, Span

pytestmark = [
    pytest.mark.skipif(
        any(find_spec(p) is None for p in ("safetensors", "torch", "transformers")),
        reason="pip install 'dutybook[train]'",
    ),
    # torch deprecates things of its own.
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
]
LINE = "The operator shall notify delays to the authority;"


def asked(folder: Path, text: str = LINE) -> Answer:
    (answer,) = load_foreign(folder).answer([UnitInput("", (), Span(0, len(text)))], text)
    return answer


def norms(folder: Path, line: str = LINE) -> tuple[Norm, ...]:
    written = write(f"[none] {line}")
    discourse = written.discourse
    view = DocumentView(written.text, discourse.sentences, family=discourse.family)
    return find_norms(view, load_foreign(folder)).norms


def statement(answer: Answer) -> dict[str, float]:
    return dict(zip(STATEMENTS, np.exp(answer.heads["statement"]).tolist(), strict=True))


class TestSequences:
    def test_it_decides_what_is_a_norm(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "mine", ["none", "obligation", "prohibition"], sure="prohibition")
        (norm,) = norms(folder)
        assert (norm.modality.value, norm.strength.value, norm.bearer) == ("prohibition", "must", None)
        assert norm.span.of(LINE) == LINE.rstrip(";")
        assert norm.evidence.name == "mine"
        assert norm.evidence.version

    def test_what_it_knows_nothing_of_is_open(self, tmp_path: Path) -> None:
        answer = asked(tiny_models.classifier(tmp_path / "m", ["none", "obligation"], sure="obligation"))
        assert set(answer.heads) == set(HEADS)
        assert sum(statement(answer).values()) == pytest.approx(1, abs=1e-4)
        assert np.exp(answer.heads["class"]) == pytest.approx(0.25)
        assert len(answer.tags) == len(answer.extents) == len(answer.offsets) == len(answer.before_tags) == 0

    def test_labels_that_mean_the_same_count_together(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "m", ["none", "duty", "ought"])
        (folder / MAPPING).write_text(json.dumps({"duty": "obligation", "ought": "obligation"}), encoding="utf-8")
        found = statement(asked(folder))
        assert found["obligation"] + found["none"] == pytest.approx(1, abs=1e-4)
        assert found["prohibition"] < 1e-4

    def test_names_are_mapped_by_a_file_beside_it(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "m", ["LABEL_0", "LABEL_1"], sure="LABEL_1")
        with pytest.raises(BadFilter, match=r"LABEL_0, LABEL_1.*dutybook-labels\.json"):
            load_foreign(folder)
        (folder / MAPPING).write_text(json.dumps({"LABEL_0": "none", "LABEL_1": "Exemption "}), encoding="utf-8")
        assert [n.modality.value for n in norms(folder)] == ["exemption"]

    def test_answers_come_in_the_order_of_the_units(self, tmp_path: Path) -> None:
        model = load_foreign(tiny_models.classifier(tmp_path / "m", ["none", "obligation"]))
        text = "the authority shall notify the operator of delays. " * 6
        spans = [Span(0, n) for n in (300, 20, 150, 60, 8)]
        together = model.answer([UnitInput("", (), s) for s in spans], text)
        for span, answer in zip(spans, together, strict=True):
            (alone,) = model.answer([UnitInput("", (), span)], text)
            assert statement(alone) == pytest.approx(statement(answer), abs=1e-3)


class TestTokens:
    LABELS = ("O", "B-obligation", "I-obligation", "B-bearer")

    def test_it_marks_norms_and_parts(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "t", self.LABELS, tokens=True, sure="B-obligation")
        answer = asked(folder)
        found = statement(answer)
        assert max(found, key=found.__getitem__) == "obligation"
        assert len(answer.tags) == len(answer.offsets) > 5
        assert np.exp(answer.tags).sum(-1) == pytest.approx(1, abs=1e-3)

    def test_its_parts_are_the_norms_parts(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "t", self.LABELS, tokens=True, sure="B-bearer")
        answer = asked(folder)
        assert set(answer.tags.argmax(-1).tolist()) == {TAGS.index("B-bearer")}

    def test_offsets_lead_to_the_words_of_the_document(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "t", self.LABELS, tokens=True)
        text = "Chapter one. " + LINE
        (answer,) = load_foreign(folder).answer([UnitInput("", (), Span(13, len(text)))], text)
        assert {n for a, b in answer.offsets for n in range(a, b) if text[n] != " "} == {
            n for n in range(13, len(text)) if text[n] != " "
        }

    def test_part_labels_alone_say_no_norm(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "t", ["O", "B-bearer", "I-bearer"], tokens=True)
        with pytest.raises(BadFilter, match="cannot tell what is a norm"):
            load_foreign(folder)

    def test_a_label_without_mark_stands_within(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "t", ["none", "permission", "action"], tokens=True)
        assert load_foreign(folder).labels == ("O", "I-permission", "I-action")


class TestRefused:
    def test_pickles(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "p", ["none", "obligation"])
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
        with pytest.raises(BadFilter, match="save the model as safetensors"):
            load_foreign(folder)

    def test_other_architectures(self, tmp_path: Path) -> None:
        with pytest.raises(BadFilter, match="sequence or token classifier is needed"):
            load_foreign(tiny_models.encoder(tmp_path / "bare"))
        (tmp_path / "config.json").write_text('{"architectures": 7}', encoding="utf-8")
        with pytest.raises(BadFilter, match="no named architecture"):
            load_foreign(tmp_path)

    @pytest.mark.parametrize("content", ["{", "[]", ""])
    def test_a_damaged_config(self, tmp_path: Path, content: str) -> None:
        folder = tiny_models.classifier(tmp_path / "d", ["none", "obligation"])
        (folder / "config.json").write_text(content, encoding="utf-8")
        with pytest.raises(DamagedModel, match="cannot be read"):
            load_foreign(folder)

    def test_damaged_weights(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "d", ["none", "obligation"])
        (folder / "model.safetensors").write_bytes(b"nothing")
        with pytest.raises(DamagedModel, match="cannot be read"):
            load_foreign(folder)

    def test_a_mapping_that_is_no_mapping(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "d", ["none", "obligation"])
        (folder / MAPPING).write_text("[1]", encoding="utf-8")
        with pytest.raises(DamagedModel, match=MAPPING):
            load_foreign(folder)

    def test_code_of_the_folder_is_never_run(self, tmp_path: Path) -> None:
        folder = tiny_models.classifier(tmp_path / "c", ["none", "obligation"])
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config["auto_map"] = {"AutoConfig": "mine.Config", "AutoModelForSequenceClassification": "mine.Model"}
        config["model_type"] = "mine"
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
        (folder / "mine.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
        with pytest.raises(DamagedModel):
            load_foreign(folder)
        assert not (tmp_path / "ran").exists()
