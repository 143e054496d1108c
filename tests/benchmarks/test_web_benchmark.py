"""The benchmark of the web application asks a real server, and counts what went wrong."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("fastapi", reason="the extra web is not installed")

from loading import script


@pytest.mark.skipif(sys.platform != "linux", reason="CPU and memory of other processes are read from /proc")
def test_a_few_pages_and_a_few_people(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = script(root / "benchmarks" / "web.py", "benchmark_web")
    target = tmp_path / "web.json"
    given = ["--norms", "300", "--samples", "0", "--each", "3", "--users", "2", "--seconds", "0.5", "--think", "0"]
    asked = [
        *given,
        "--kinds",
        "results",
        "norm",
        "about",
        "--doors",
        "accounts",
        "--keep",
        str(tmp_path),
        "--json",
        str(target),
    ]
    monkeypatch.setattr(sys, "argv", ["web.py", *asked])
    assert bench.main() == 0
    measured = json.loads(target.read_text(encoding="utf-8"))
    assert [(row["kind"], row["errors"]) for row in measured["pages"]] == [("results", 0), ("norm", 0), ("about", 0)]
    assert all(0 < row["p50"] <= row["p95"] <= row["most"] and row["cpu50"] > 0 for row in measured["pages"])
    search = next(row for row in measured["cold"] if row["kind"] == "results")
    assert search["styles"] > 5_000
    assert search["scripts"] > 5_000
    assert [(load["how"], load["errors"]) for load in measured["users"]] == [("with accounts", 0)]
    assert all(load["requests"] > 4 and load["cores"] > 0 for load in measured["users"])
    assert "2 people with accounts" in capsys.readouterr().out


def test_what_is_no_success_counts_as_an_error(root: Path) -> None:
    bench = script(root / "benchmarks" / "web.py", "benchmark_web")

    class Answers:
        def get(self, path: str, compressed: bool = False) -> object:
            return sys.modules["web_server"].Answer(404 if path == "/gone" else 200, {}, b"x" * 10, 5.0)

    class Idle:
        def cpu(self) -> float:
            return 0.0

    found = bench.measure(Idle(), Answers(), "page", ["/", "/gone", "/"])
    assert (found.number, found.errors, found.bytes, found.p95) == (3, 1, 10, 5.0)
