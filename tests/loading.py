"""Scripts that are no package, as modules: the benchmarks."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def script(file: Path, name: str = "") -> ModuleType:
    """The module in ``file``, under its own name or ``name``; dataclasses in it need to find it in ``sys.modules``."""
    called = name or file.stem
    spec = importlib.util.spec_from_file_location(called, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[called] = module
    spec.loader.exec_module(module)
    return module
