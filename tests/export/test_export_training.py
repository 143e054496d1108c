"""What people judged, as gold: texts and norms that the trainer of models reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysed import analysed
from dutybook.export.training import write_training
from dutybook.store import Register, open_register
from dutybook.store.documents.flatten import flatten
from dutybook.store.judgements import reviews
from dutybook.store.judgements.additions import Addition, add_norm
from dutybook.store.judgements.change import Change

NOW = datetime(2031, 5, 6, 9, tzinfo=UTC)


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.write(flatten(analysed("seehafendatengesetz.de.md"), "1"))
    return made


def say(register: Register, norm: str, **wanted: Any) -> None:
    reviews.change(register, [norm], Change(**wanted), by="anna", now=NOW)


def read(folder: Path) -> tuple[dict[str, Any], str]:
    (file,) = folder.glob("*.json")
    return json.loads(file.read_text("utf-8")), file.with_suffix(".txt").read_text("utf-8")


def test_judged_norms_are_gold_and_nothing_else_is(register: Register, tmp_path: Path) -> None:
    confirmed, corrected, rejected, *_ = [norm for norm in register.norms() if norm.bearer]
    say(register, confirmed.id, finding="confirmed")
    say(register, corrected.id, correct={"bearer": "Hafenamt", "modality": "permission"}, reason="misread")
    say(register, rejected.id, finding="rejected", reason="a heading")
    candidate, quote = register._select("SELECT id, quote FROM rejected ORDER BY position LIMIT 1")[0]
    add_norm(register, candidate, Addition(), by="anna", now=NOW)
    assert write_training(register, tmp_path / "judged") == (1, 4)
    gold, text = read(tmp_path / "judged")
    assert {norm["quote"] for norm in gold["norms"]} == {confirmed.quote, corrected.quote, quote}
    (one,) = [norm for norm in gold["norms"] if norm["quote"] == corrected.quote]
    assert (one["bearer"], one["modality"], one["bearer_class"]) == ("Hafenamt", "permission", corrected.bearer_class)
    letters = [sign for sign in text.lower() if sign.isalnum()]
    judged = "".join("".join(letters[r["start"] : r["end"]]) for r in gold["regions"])
    for norm in (confirmed, corrected, rejected):
        assert "".join(sign for sign in norm.quote.lower() if sign.isalnum()) in judged


def test_nothing_judged_is_nothing_written(register: Register, tmp_path: Path) -> None:
    assert write_training(register, tmp_path / "judged") == (0, 0)
    assert list((tmp_path / "judged").iterdir()) == []


def test_the_trainer_reads_it(register: Register, tmp_path: Path, shared: Path) -> None:
    """Laid over the text by the same code that lays the gold over documents."""
    import sys

    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root / "models"))
    from reader.examples import GoldReader, read_text
    from reader.train import load_scorer

    norm = next(norm for norm in register.norms() if norm.bearer)
    say(register, norm.id, finding="confirmed")
    write_training(register, tmp_path)
    gold, _ = read(tmp_path)
    text = read_text(tmp_path / gold["file"], gold["doc"], gold["language"])
    wanted, regions, _ = GoldReader(load_scorer(shared / "gold" / "score.py")).read(gold, text)
    assert len(wanted) == len(regions) == 1
