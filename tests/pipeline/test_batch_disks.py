"""What an ingest says when the register's disk or file fails in the middle, and that the same command goes on afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dutybook.cli import run
from dutybook.store import open_register

HERE = Path(__file__).resolve().parent
# The command line itself, with an analyser that reads some documents only when the test lets it.
PROGRAM = """
import sys
from dataclasses import replace
from dutybook.cli import main
from dutybook.pipeline import batch
ingest = batch.ingest
def quick(paths, database, options, **k):
    return ingest(paths, database, replace(options, analyse="batch_fakes:analyse", version="1"), **k)
batch.ingest = quick
if __name__ == "__main__":
    main()
"""


def start(tmp_path: Path, database: Path, texts: Path) -> subprocess.Popen[str]:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    places = [str(HERE), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return subprocess.Popen(
        [sys.executable, str(program), "--database", str(database), "ingest", "--workers", "1", str(texts)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(places), "DUTYBOOK_TEST_GATE": str(gate(tmp_path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def gate(tmp_path: Path) -> Path:
    """What ``gated`` documents wait for."""
    return tmp_path / "gate"


def texts(tmp_path: Path, number: int, gated: int) -> Path:
    """Files of which the last ``gated`` are read when the gate is there."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for at in range(number):
        word = "gated" if at >= number - gated else "ok"
        (folder / f"{at:02}.txt").write_text(f"{word} harbour{at} quay{at}")
    return folder


def documents(database: Path) -> int:
    with open_register(database, read_only=True) as register:
        assert register.check() == []
        return register.summary().documents


def wait_for(database: Path, number: int, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if database.exists() and database.stat().st_size:
            with open_register(database, read_only=True) as register:
                if register.summary().documents >= number:
                    return
        time.sleep(0.02)
    raise AssertionError(process.communicate())


@pytest.mark.skipif(os.name == "nt", reason="open files cannot be moved there")
@pytest.mark.parametrize("how", ["file deleted", "file replaced", "folder moved"])
def test_the_file_goes_in_the_middle(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    database, many = folder / "a.db", texts(tmp_path, 6, gated=4)
    process = start(tmp_path, database, many)
    wait_for(database, 2, process)
    if how == "file deleted":
        database.unlink()
    elif how == "file replaced":
        other = tmp_path / "other.db"
        open_register(other).close()
        os.replace(other, database)
    else:
        folder.rename(tmp_path / "elsewhere")
    gate(tmp_path).touch()
    out, error = process.communicate(timeout=60)
    assert process.returncode == 2, (out, error)
    assert error.startswith("dutybook: the database ")
    assert "replaced by another file" in error or "was deleted or moved" in error
    assert "Traceback" not in error
    if how == "folder moved":
        (tmp_path / "elsewhere").rename(folder)
        assert documents(database) >= 2
    again = start(tmp_path, database, many)
    assert again.communicate(timeout=60)[1] == ""
    assert again.returncode == 0
    assert documents(database) == 6


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_no_permission_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    database = folder / "a.db"
    open_register(database).close()
    for mode, path in ((0o400, database), (0o500, folder)):
        path.chmod(mode)
    try:
        assert run(["--database", str(database), "ingest", str(texts(tmp_path, 1, gated=0))]) == 2
        assert run(["--database", str(folder / "new.db"), "ingest", str(tmp_path / "texts")]) == 2
        error = capsys.readouterr().err
        assert "permissions" in error
        assert "Traceback" not in error
        assert run(["--database", str(database), "summary"]) == 0
    finally:
        folder.chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root on Linux makes a small disk")
def test_the_disk_fills_up_in_the_middle(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=1000k", "dutybook-test", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be made here")
    try:
        database, many = folder / "a.db", texts(tmp_path, 12, gated=0)
        for number, text in enumerate(sorted(many.iterdir())):
            text.write_text("ok " + " ".join(f"harbour{number}x{word}" for word in range(60)))
        process = start(tmp_path, database, many)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 2, (out, error)
        assert "space" in error
        assert "Traceback" not in error
        subprocess.run(["mount", "-o", "remount,size=60m", str(folder)], check=True)
        stored = documents(database)
        again = start(tmp_path, database, many)
        out, error = again.communicate(timeout=60)
        assert (again.returncode, error) == (0, "")
        assert f"{stored} unchanged" in out
        assert documents(database) == 12
    finally:
        subprocess.run(["umount", str(folder)], check=True)
