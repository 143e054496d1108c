"""Search by meaning, across languages: the part that ``pip install 'dutybook[semantic]'`` adds. All of it works offline."""

from dutybook.searching.semantic.building import IndexReport, Status, status, update
from dutybook.searching.semantic.encoders import Encoder, encoder_named
from dutybook.searching.semantic.fusing import fuse
from dutybook.searching.semantic.nearest import Meant, nearest, why_not

__all__ = [
    "Encoder",
    "IndexReport",
    "Meant",
    "Status",
    "encoder_named",
    "fuse",
    "nearest",
    "status",
    "update",
    "why_not",
]
