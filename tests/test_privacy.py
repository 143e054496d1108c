"""Nothing that Dutybook stands on reports on its use."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

#: Variables that make onnxruntime report nothing for another reason than ours.
OTHER_REASONS = ("CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
COLLECTOR = b"events.data.microsoft.com"


def test_reading_a_document_leaves_no_report_to_be_sent(samples: Path, tmp_path: Path) -> None:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("XDG_") and not k.endswith("_ID")}
    for name in (*OTHER_REASONS, "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "JENKINS_URL"):
        surroundings.pop(name, None)
    document = samples / "seehafendatengesetz.de.md"
    read = subprocess.run(
        [sys.executable, "-m", "dutybook", "extract", str(document), "--workers", "1"],
        env=surroundings | {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert '"norms"' in read.stdout
    # Where it collects, onnxruntime keeps an identity of the machine and what is still to be sent in the home folder.
    assert [p for p in tmp_path.rglob("*") if "microsoft" in str(p).lower() or "onnxruntime" in p.name.lower()] == []


def test_the_variable_is_set_before_anything_is_imported() -> None:
    program = "import os, sys, dutybook; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    surroundings = {k: v for k, v in os.environ.items() if k not in OTHER_REASONS}
    printed = subprocess.run(
        [sys.executable, "-c", program], env=surroundings, capture_output=True, text=True, check=True
    )
    assert printed.stdout.split() == ["1", "False"]


def test_a_library_that_collects_knows_the_variable() -> None:
    """A later version may call it otherwise; then this fails."""
    found = find_spec("onnxruntime")
    assert found is not None
    assert found.origin is not None
    collecting = [f for f in Path(found.origin).parent.rglob("*.so*") if COLLECTOR in f.read_bytes()]
    if not collecting:
        pytest.skip("this build of onnxruntime collects nothing")
    assert all(b"ORT_DISABLE_TELEMETRY" in f.read_bytes() for f in collecting)
