"""The notebooks run from top to bottom, and are kept without results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

#: Each document is analysed once in a run of the tests, and that is not here; otherwise a notebook runs as it stands.
_KEPT = f"import sys; sys.path.append({str(Path(__file__).parents[1])!r}); import analysed; analysed.share_analyses()"
#: What takes long of a kind that a few show as well.
_FEW = ("SENTENCES = None", "SENTENCES = 40")

pytestmark = [
    # Of the kernel's own machinery, none of it ours: sockets that are closed late, notices about its event loop.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@each
def test_is_kept_without_results(path: Path) -> None:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert not any(cell["outputs"] or cell["execution_count"] for cell in code)


@pytest.mark.slow
@each
def test_runs_and_answers(path: Path, tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(_KEPT))
    for cell in notebook.cells:
        cell.source = cell.source.replace(*_FEW)
    resources = {"metadata": {"path": str(tmp_path)}}  # nothing it needs lies beside it
    done = nbclient.NotebookClient(notebook, timeout=240, kernel_name="python3", resources=resources).execute()
    outputs = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert {"text/html", "image/png"} <= kinds, "tables and a plot"
    tables = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert "obligation" in "".join(tables)
