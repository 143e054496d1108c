"""Dutybook finds every obligation, prohibition, permission and exemption in regulation and news.

The library is five verbs, and the filters of a search:

>>> import dutybook
>>> raw = dutybook.read(dutybook.samples() / "seehafendatengesetz.de.md")
>>> analysis = dutybook.analyse(raw)
>>> analysis.document.language
'de'
>>> with dutybook.open_register(":memory:") as register:
...     added = register.add(analysis)
...     hits = dutybook.search(register, dutybook.Filters(modality="prohibition"), limit=1)
...     report = dutybook.search(register, "Störung Bundesstelle", limit=1)[0]
...     *_, hours = dutybook.due(register, report.id, "2033-05-05 14:10", place="DE-HH")
>>> hits[0].modality
'prohibition'
>>> print(hours.deadline.quote, "→", hours.due)
spätestens jedoch innerhalb von sechs Stunden → 2033-05-05 21:00:00+02:00
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

# Official builds of onnxruntime report how they are used to Microsoft, from version 1.29 on also on Linux and macOS, unless this is
# set when it is imported. Child processes inherit it.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from dutybook.pipeline.analyse import analyse, read
    from dutybook.pipeline.due_dates import EventDetails, due
    from dutybook.searching import Filters, search
    from dutybook.store import open_register

__all__ = ["EventDetails", "Filters", "analyse", "due", "open_register", "read", "samples", "search"]

_HOMES = {
    "analyse": "dutybook.pipeline.analyse",
    "read": "dutybook.pipeline.analyse",
    "due": "dutybook.pipeline.due_dates",
    "EventDetails": "dutybook.pipeline.due_dates",
    "open_register": "dutybook.store",
    "search": "dutybook.searching",
    "Filters": "dutybook.store",
}


def __getattr__(name: str) -> object:
    # The verbs are imported when first used: `import dutybook` costs nothing.
    if name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    if name == "__version__":
        from importlib import metadata

        return metadata.version("dutybook")
    raise AttributeError(f"module 'dutybook' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


def samples() -> Path:
    """The folder with the sample documents that Dutybook ships (fictional acts and news, written for it)."""
    installed = Path(__file__).parent / "_data" / "samples"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "corpora" / "samples"
