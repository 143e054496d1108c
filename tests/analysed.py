"""Analyses of documents, each made once in a run of the tests: for tests that want findings and do not test how they come about."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import dutybook
from dutybook.pipeline import analyse as pipeline
from dutybook.pipeline.config import Config
from dutybook.records import Analysis, RawDocument

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

#: A folder that all processes of a run share; without it each process keeps its own analyses.
FOLDER = "DUTYBOOK_TEST_ANALYSES"


T = TypeVar("T")


def kept(name: str, make: Callable[[], T]) -> T:
    """What ``make`` returns, made once in a run: another process that wants ``name`` reads what was kept of it."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return make()
    file = Path(folder) / f"{name}.pickle"
    if not file.is_file():
        with _one_at_a_time(file):
            if not file.is_file():
                made = make()
                part = file.with_suffix(f".{os.getpid()}")
                part.write_bytes(pickle.dumps(made))
                part.replace(file)
                return made
    found: T = pickle.loads(file.read_bytes())
    return found


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    """Others that want the same file wait here until it is made, in place of making it, too."""
    if fcntl is None:
        yield
        return
    with file.with_suffix(".lock").open("w") as lock:
        # Given up when the file is closed, also by a process that is killed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_analyse = pipeline.analyse
_DEFAULT = Config()


def analysed(document: RawDocument | Path | str, config: Config = _DEFAULT) -> Analysis:
    """The analysis of a document; a path without a folder is that of a sample."""
    if not isinstance(document, RawDocument):
        path = Path(document)
        document = dutybook.read(path if path.name != str(path) else dutybook.samples() / path)
    # The name of a file may say which act it is; its folder says nothing.
    name = Path(document.source).name
    key = hashlib.sha256(repr((document.sha256, name, document.media_type, config)).encode()).hexdigest()
    made = _analysed(key, document, config)
    if made.document.source == document.source:
        return made
    return replace(made, document=replace(made.document, source=document.source))


_kept: dict[str, Analysis] = {}


def _analysed(key: str, document: RawDocument, config: Config) -> Analysis:
    if key not in _kept:
        _kept[key] = kept(key, lambda: _analyse(document, config))
    return _kept[key]


def share_analyses() -> None:
    """Have everything in this process that calls ``analyse`` take what was kept: for notebooks, which are run as they stand."""
    pipeline.analyse = analysed  # type: ignore[assignment]
    vars(dutybook)["analyse"] = analysed
