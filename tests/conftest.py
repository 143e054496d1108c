from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample documents of our own."""
    return ROOT / "corpora" / "samples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measuring texts beside the repository; tests that use them skip where they are absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "gold").is_dir():
        pytest.skip("the measuring texts (../shared) are not here")
    return folder
