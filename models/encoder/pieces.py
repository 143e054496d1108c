"""Which pieces are kept: a bit a piece of the source, compressed, so that the build needs no texts."""

from __future__ import annotations

import json
import tomllib
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from encoder.e5s1 import SHA256, Source, WrongSource
from encoder.tokens import SPECIAL

HERE = Path(__file__).resolve().parent
BITS, ABOUT, ALPHABETS = HERE / "pieces.bin", HERE / "pieces.json", HERE / "alphabets.toml"


def kept(source: Source) -> NDArray[np.int64]:
    """The ids of the pieces that are kept, ascending.

    Raises:
        WrongSource: the list was made for another file.
    """
    about = json.loads(ABOUT.read_text(encoding="utf-8"))
    if about["source"] != SHA256:
        raise WrongSource(f"{BITS} was made for another weight file: run build.py --pieces FOLDER")
    bits = np.unpackbits(np.frombuffer(zlib.decompress(BITS.read_bytes()), np.uint8), count=len(source.pieces))
    return np.flatnonzero(bits).astype(np.int64)


def written(source: Source, needed: NDArray[np.bool_], about: dict[str, Any]) -> int:
    """Write the list: what is ``needed``, the special pieces and the letters of the 24 alphabets."""
    marked = needed.copy()
    marked[[source.special[t] for t in SPECIAL]] = True
    marked[[n for n, piece in enumerate(source.pieces) if piece.lstrip("▁") in {"", *letters()}]] = True
    BITS.write_bytes(zlib.compress(np.packbits(marked).tobytes(), 9))
    whole = {"source": SHA256, "kept": int(marked.sum()), "of": len(source.pieces), **about}
    ABOUT.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(marked.sum())


def letters() -> frozenset[str]:
    """Each letter of each alphabet, small and capital, and the signs."""
    data = tomllib.loads(ALPHABETS.read_text(encoding="utf-8"))
    rows = (*data["letters"].values(), data["signs"])
    found = (c for row in rows for letter in row for c in (letter, letter.upper()))
    return frozenset(c for c in found if len(c) == 1)  # "ß" has no capital of one letter
