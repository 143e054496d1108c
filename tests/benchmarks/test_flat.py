"""The documents that ``benchmarks/flat.py`` makes differ as documents do, and its meter counts children that live."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from loading import script


@pytest.fixture(scope="module")
def flat(root: Path) -> ModuleType:
    return script(root / "benchmarks" / "flat.py")


@pytest.mark.parametrize(
    ("suffix", "text", "title", "made"),
    [
        (".txt", "Act (EU) 2031/77\nSee 2031/77 and 2030/5.", "Act", "Act (EU) 2031/1003\nSee 2031/1003 and 2030/5."),
        (".md", "# Order on the\nQuay of Ys", "Order on the Quay of Ys", "# Order on the (3)\nQuay of Ys"),
        (".xml", "<t>Order on\n locks</t>", "Order on locks", "<t>Order on\n locks (3)</t>\n<!-- 3 -->\n"),
        (".pdf", "%PDF 2031/77", "Act", "%PDF 2031/77\n% 3\n"),
    ],
)
def test_a_variant_has_another_number_or_title(flat: ModuleType, suffix: str, text: str, title: str, made: str) -> None:
    assert flat.variant(text.encode(), suffix, title, 3).decode() == made


def test_what_is_no_utf_8_is_kept(flat: ModuleType) -> None:
    assert flat.variant(b"caf\xe9 2031/77", ".html", "", 3) == b"caf\xe9 2031/1003\n<!-- 3 -->\n"


def test_all_documents_of_a_run_differ(flat: ModuleType, samples: Path, tmp_path: Path) -> None:
    files = [(samples / name, "") for name in flat.SAMPLES]
    flat.write(tmp_path, files, 12)
    assert len({hashlib.sha256(file.read_bytes()).digest() for file in tmp_path.iterdir()}) == 12


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_the_meter_counts_children_that_live_and_those_that_ended(flat: ModuleType) -> None:
    meter = flat.Meter()
    before = meter.children()
    busy = "import time\nwhile time.process_time() < 0.4: pass\nprint(flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    alive = meter.children() - before
    assert meter.megabytes() > 1
    child.communicate(b"\n")
    assert alive >= 0.35
    assert meter.children() - before >= alive - 0.02
