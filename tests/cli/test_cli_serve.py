"""Which folders the browser may watch, as ``dutybook serve`` is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.cli.serve import _watch_roots
from dutybook.errors import BadRequest


def test_your_own_folder_may_be_watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _watch_roots(None, multi_user=False) == (tmp_path.resolve(),)
    assert _watch_roots(None, multi_user=True) == ()


def test_the_account_of_a_service_has_no_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers and services often run as a user whose home does not exist: the program starts all the same."""
    monkeypatch.setenv("HOME", str(tmp_path / "nonexistent"))
    assert _watch_roots(None, multi_user=False) == ()


def test_a_folder_that_was_named_must_be_there(tmp_path: Path) -> None:
    assert _watch_roots([tmp_path], multi_user=True) == (tmp_path.resolve(),)
    with pytest.raises(BadRequest, match=r"no folder .*missing that could be watched"):
        _watch_roots([tmp_path, tmp_path / "missing"], multi_user=False)
