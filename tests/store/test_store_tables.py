"""What writing a register loads."""

from __future__ import annotations

import subprocess
import sys


def test_a_writer_loads_no_pandas_and_the_program_around_it_still_can() -> None:
    script = """
import importlib, sys
from dutybook.store import open_register
from dutybook.store.database.connection import tables
before = importlib.import_module
with open_register() as register:
    assert "norms" in tables(register._connection).table_names()
assert importlib.import_module is before
print(sorted({"pandas", "numpy"} & set(sys.modules)))
importlib.import_module("numpy")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
