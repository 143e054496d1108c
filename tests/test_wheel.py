"""A wheel built from the repository works elsewhere: language data, acts and samples are in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("build")


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked into a folder outside the repository."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(root)]
    subprocess.run(command, check=True, capture_output=True)
    site = out / "site"
    (wheel,) = out.glob("dutybook-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    return site


def run(site: Path, code: str, folder: Path) -> str:
    env = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_data_is_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = """
import dutybook
from dutybook.languages import available, load
print(dutybook.__file__)
print(sorted(available()), [load(code).name for code in available()])
print(len([p for p in dutybook.samples().iterdir() if p.is_file()]))
"""
    lines = run(installed, code, tmp_path).splitlines()
    assert lines[0].startswith(str(installed))
    assert all(f"'{code}'" in lines[1] for code in ("bg", "de", "en", "fr", "mt", "sv"))
    assert int(lines[2]) >= 8


def test_it_reads_a_sample(installed: Path, tmp_path: Path) -> None:
    code = """
import dutybook
analysis = dutybook.analyse(dutybook.samples() / "seehafendatengesetz.de.md")
with dutybook.open_register("register.db") as register:
    register.add(analysis)
    print(len(dutybook.search(register, "Hafen*")))
"""
    assert int(run(installed, code, tmp_path)) > 0
    assert (tmp_path / "register.db").is_file()


def test_reports_and_schemas_are_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = """
from pathlib import Path
from dutybook.export import export
from dutybook.export.tables import SCHEMAS, schema_of
from dutybook.store import open_register
for name in ("a.html", "a.md", "a.pdf"):
    export(open_register(":memory:"), name, reader="de")
    print(Path(name).stat().st_size > 500)
print(all(schema_of(kind)["$id"] for kind in SCHEMAS))
"""
    assert run(installed, code, tmp_path).split() == ["True"] * 4


def test_the_command_is_there(installed: Path, tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-m", "dutybook", "--version"], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "0.1.0" in done.stdout


def test_the_model_is_in_the_wheel(installed: Path, root: Path, tmp_path: Path) -> None:
    code = """
from dutybook.extract.norms.model.reader import NAME, verify_model
from dutybook.languages.artefacts import artefact
print(artefact(NAME))
print(sorted(verify_model()["labels"]))
"""
    lines = run(installed, code, tmp_path).splitlines()
    assert lines[0].startswith(str(installed))
    labels = json.loads((root / "models" / "norms" / "config.json").read_text("utf-8"))["labels"]
    assert {"statement", "strength", "tags"} <= set(labels)
    assert lines[1] == str(sorted(labels))
