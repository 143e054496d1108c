from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says more of the machine's other work than of ours; benchmarks measure time.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

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
