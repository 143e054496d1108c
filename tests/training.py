"""What tests of the training share: they are left out where its packages are not installed."""

from __future__ import annotations

from importlib.util import find_spec

import pytest


def needs(*packages: str) -> list[pytest.MarkDecorator]:
    """For ``pytestmark``: skips without one of the packages, and lets torch deprecate things of its own."""
    absent = [package for package in packages if find_spec(package) is None]
    return [
        pytest.mark.skipif(bool(absent), reason=f"{', '.join(absent)} not installed: pip install 'dutybook[train]'"),
        pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning"),
    ]
