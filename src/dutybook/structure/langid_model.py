"""py3langid's model without its tables in memory: rows are read from the unpacked file when a text asks for them.

The tables take 75 MB, of which the texts of one document touch a tenth. The results are those of py3langid to the bit
(a test compares them).
"""

from __future__ import annotations

import lzma
import os
import shutil
import struct
import tempfile
import threading
import zipfile
from array import array
from collections import Counter
from typing import IO, Any

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from dutybook.memory import give_back

_ROW = 256
_LOCAL_HEADER = 30
KEPT = 8000
"""So many rows of the large tables stay in memory from text to text (5 MB); those of one text come on top."""


def load_identifier() -> Any:
    """An identifier over all of its languages, with normalised probabilities.

    Where the model's file is not laid out as expected (another version of py3langid), all of it is loaded.
    """
    try:
        return _Identifier(_Tables(MODEL_DIR / MODEL_FILE))
    except (AttributeError, KeyError, TypeError, ValueError, OSError, lzma.LZMAError, zipfile.BadZipFile):
        # 0.3 reads a pickle, 0.4 its own format.
        load = getattr(LanguageIdentifier, "from_model_file", None) or LanguageIdentifier.from_pickled_model
        return load(MODEL_FILE, norm_probs=True)


class _Tables:
    """The model's arrays: the small ones in memory, the two large ones in an unnamed temporary file.

    Raises:
        KeyError, ValueError, OSError, LZMAError, BadZipFile: the file is not laid out as expected.
    """

    def __init__(self, path: os.PathLike[str]) -> None:
        with tempfile.TemporaryFile() as unpacked:
            with lzma.open(path) as packed:
                shutil.copyfileobj(packed, unpacked, 1 << 16)
            unpacked.flush()
            # The unpacker's window is many times larger than all that stays.
            give_back()
            # The file lives as long as this number for it, which is to the end of the process.
            self._file = os.dup(unpacked.fileno())
            self._lock = threading.Lock()
            with zipfile.ZipFile(unpacked) as members:
                self.classes = _small(members, "classes").tolist()
                self.priors = _small(members, "pc")
                self.features = array("i", _small(members, "out_feat").astype(np.intc).tobytes())
                self._row_of = array("I", _small(members, "nextmove_row").astype(np.uintc).tobytes())
                self._moves, kind, _ = _place(members, unpacked, "nextmove")
                self._move_type = kind.char
                self._weights, self._weight_type, (_, languages) = _place(members, unpacked, "ptc")
        if self._move_type not in "HI" or languages != len(self.classes) or len(self.priors) != languages:
            raise ValueError("tables that do not fit each other")
        self._row_bytes = _ROW * array(self._move_type).itemsize
        self._weight_bytes = languages * self._weight_type.itemsize
        self._next: dict[int, array[int]] = {}
        self._weight: dict[int, bytes] = {}

    def visits(self, data: bytes) -> Counter[int]:
        """How often each feature stands in the text."""
        if len(self._next) + len(self._weight) > KEPT:
            self.forget()
        rows, features = self._next, self.features
        state = 0
        found: list[int] = []
        for letter in data:
            row = rows.get(state)
            if row is None:
                row = rows[state] = self._moves_from(state)
            state = row[letter]
            if (feature := features[state]) >= 0:
                found.append(feature)
        return Counter(found)

    def forget(self) -> None:
        """Let go of the rows read so far; those that are asked for again are read again."""
        self._next.clear()
        self._weight.clear()

    def weights(self, features: Counter[int]) -> np.ndarray[Any, Any]:
        """The weights of the features: a row a feature, a column a language."""
        known = self._weight
        for feature in features:
            if feature not in known:
                known[feature] = self._read(self._weights + feature * self._weight_bytes, self._weight_bytes)
        rows = b"".join([known[feature] for feature in features])
        return np.frombuffer(rows, self._weight_type).reshape(len(features), -1)

    def _moves_from(self, state: int) -> array[int]:
        return array(self._move_type, self._read(self._moves + self._row_of[state] * self._row_bytes, self._row_bytes))

    def _read(self, at: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file, size, at)
        with self._lock:
            os.lseek(self._file, at, os.SEEK_SET)
            return os.read(self._file, size)


class _Identifier(LanguageIdentifier):  # type: ignore[misc]
    """py3langid's identifier, its scores reckoned from :class:`_Tables`."""

    __slots__ = ("_tables",)

    def __init__(self, tables: _Tables) -> None:
        super().__init__(None, tables.priors, tables.classes, (), (), norm_probs=True, tk_row=())
        self._tables = tables

    def forget(self) -> None:
        """Let go of the rows read so far."""
        self._tables.forget()

    def _raw_score(self, text: bytes) -> np.ndarray[Any, Any]:
        visits = self._tables.visits(text)
        if not visits:
            return np.zeros(len(self.nb_classes), dtype=np.float32)
        counts = np.fromiter(visits.values(), dtype=np.float32, count=len(visits))
        scores: np.ndarray[Any, Any] = np.log1p(counts) @ self._tables.weights(visits) + self.nb_pc
        return scores


def _small(members: zipfile.ZipFile, name: str) -> np.ndarray[Any, Any]:
    with members.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _place(members: zipfile.ZipFile, file: IO[bytes], name: str) -> tuple[int, np.dtype[Any], tuple[int, ...]]:
    """Where an array's data begins in the file, the type of its items, and its shape."""
    info = members.getinfo(f"{name}.npy")
    if info.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{name} is compressed")
    with members.open(info) as member:
        if np.lib.format.read_magic(member) != (1, 0):
            raise ValueError(f"{name} is of an unknown version")
        shape, by_columns, kind = np.lib.format.read_array_header_1_0(member)
        header = member.tell()
    if by_columns:
        raise ValueError(f"{name} is stored by columns")
    file.seek(info.header_offset)
    name_size, extra_size = struct.unpack("<HH", file.read(_LOCAL_HEADER)[26:30])
    return info.header_offset + _LOCAL_HEADER + name_size + extra_size + header, kind, shape
