"""A folder in memory for what tests store: it need not be written to a disk, and is there at once."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_FOLDER = Path("/dev/shm")
#: A run leaves a few hundred megabytes until its end, and containers often have 64 megabytes in all.
_ENOUGH = 2 << 30


def folder_in_memory() -> Path | None:
    """The folder; None where there is none with enough room."""
    fits = os.access(_FOLDER, os.W_OK) and shutil.disk_usage(_FOLDER).free > _ENOUGH
    return _FOLDER if fits else None
