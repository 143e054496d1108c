"""A small register for tests of the application and for the examples of the API: fictional acts, and a hostile one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from analysed import analysed, kept
from dutybook import samples
from dutybook.reasons import Why, because
from dutybook.records import RawDocument
from dutybook.store import open_register
from dutybook.store.documents.flatten import unreadable
from quay import corrigendum_of_the_act, flats

SAMPLES = samples()
#: What a document may try: its title, its name and its words become markup nowhere.
HOSTILE = """"Quay" <script>alert(1)</script> & Rules

Article 1

The operator shall report every {{ 7*7 }} incident "><img src=x onerror=alert(2)> to </p><script>alert(3)</script> within five days.
"""


def fill(path: Path) -> None:
    """Make the register, once in a run."""
    path.write_bytes(kept("web-register", _fill))


def _fill() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "register.db")
        _write(path)
        return path.read_bytes()


def _write(path: Path) -> None:
    with open_register(path) as register:
        for name in ("regulation-harbour-data.en.pdf", "regulation-harbour-data.de.pdf", "news-shipping-banks.en.html"):
            register.add(analysed(name))
        register.add(analysed(RawDocument("quay<script>.txt", HOSTILE.encode())))
        for flat in (*flats(), corrigendum_of_the_act()):
            register.write(flat)
        damaged = because(Why.PDF_DAMAGED, "damaged beyond repair ({why})", why="no page tree").of_kind("broken")
        register.write(unreadable("/somewhere/broken.pdf", "0" * 64, damaged))
