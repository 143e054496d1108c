from __future__ import annotations

from collections.abc import Iterator

import pytest
from concepts import Concepts

from dutybook.searching import meaning


@pytest.fixture
def concepts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Concepts]:
    """The encoder for tests, known by its name as the real ones are."""
    pytest.importorskip("faiss", reason="search by meaning is not installed: pip install 'dutybook[semantic]'")
    made = Concepts()
    meaning.encoder_named.cache_clear()
    monkeypatch.setitem(meaning.ENCODERS, "concepts", lambda: made)
    yield made
    meaning.encoder_named.cache_clear()
