from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from analysed import FOLDER, analysed
from dutybook.records import Analysis
from in_memory import folder_in_memory

# How long an example takes says more of the machine's other work than of ours; benchmarks measure time.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Workers of a run share the analyses of samples: the process that starts them makes the folder, and they inherit its name."""
    in_memory = folder_in_memory()
    if in_memory and config.option.basetemp is None:
        # Where pytest makes the temporary folders of tests; those of failed tests stay for the next three runs.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="dutybook-analyses-", dir=in_memory)
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Workers begin with what takes long: at the end of a run none waits for another's long test."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was collected is there until the end: it need not be looked through for garbage again and again."""
    gc.freeze()


@pytest.fixture(scope="session", name="analysed")
def analysed_fixture() -> Callable[[str], Analysis]:
    """The analysis of a sample by the name of its file, made once in a run."""
    return analysed


@contextmanager
def _pool_here() -> Iterator[None]:
    from dutybook.pipeline import reading
    from reading_here import PoolHere

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "Pool", PoolHere)
        yield


@pytest.fixture(scope="module")
def reading_here() -> Iterator[None]:
    """An ingest reads in this process, until the module ends."""
    with _pool_here():
        yield


@pytest.fixture
def reads_here() -> Iterator[None]:
    """The same for one test, among others that are about processes."""
    with _pool_here():
        yield


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
