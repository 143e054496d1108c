"""Vectors of length 1 as a signed byte a dimension, and which of them lie nearest to one."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.database_address import DatabaseName
from dutybook.errors import RegisterUnwritable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float32, int8, int64
    from numpy.typing import NDArray


#: One step is 1/400: dimensions up to ±0.3175 fit (the largest seen is 0.16), the error of a cosine is some 0.001.
SCALE = 400.0


def steps(matrix: NDArray[float32]) -> NDArray[float32]:
    """Whole numbers from -127 to 127."""
    import numpy as np

    made: NDArray[float32] = np.clip(np.rint(matrix * SCALE), -127, 127).astype(np.float32)
    return made


def to_bytes(matrix: NDArray[float32]) -> list[bytes]:
    """A row each.

    >>> import numpy as np
    >>> to_bytes(np.array([[0.25, -0.01, 1.0]], dtype=np.float32))
    [b'd\\xfc\\x7f']
    """
    import numpy as np

    return [row.tobytes() for row in steps(matrix).astype(np.int8)]


def from_bytes(rows: Sequence[bytes], dimensions: int) -> NDArray[int8]:
    """A matrix of the rows.

    Raises:
        ValueError: a row has another length.
    """
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.int8).reshape(len(rows), dimensions)


def similarities(query: NDArray[float32], rows: Sequence[bytes]) -> list[float]:
    """The cosines of vectors, as bytes, with a query."""
    if not rows:
        return []
    products = from_bytes(rows, query.shape[1]).astype("float32") @ steps(query)[0]
    return [float(product) / SCALE**2 for product in products]


#: From so many vectors on an approximate index is made; each is looked at below (20 ms for this many, one processor).
APPROXIMATE_FROM = 100_000
CELLS = 2048
#: So many cells are looked into for a query: 4 ms, and .995 of the ten nearest (`benchmarks/semantic.py --million`).
PROBES = 96
#: So many vectors are enough to find cells on.
TRAINED_ON = 80_000
_CHUNK = 20_000
#: A draft older than this many seconds is of a run that was cut off.
_ABANDONED = 3_600


class VectorIndex:
    """Vectors by number: those of a file, if there is one, and those added since."""

    def __init__(self, dimensions: int, cells: Any = None) -> None:
        import faiss
        import numpy as np

        self.dimensions = dimensions
        self.cells = cells
        self.flat: Any = faiss.IndexScalarQuantizer(
            dimensions, faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        self.numbers: NDArray[int64] = np.empty(0, np.int64)

    @property
    def size(self) -> int:
        """How many vectors there are."""
        return len(self.numbers) + (self.cells.ntotal if self.cells else 0)

    def add(self, vectors: Iterable[tuple[int, bytes]]) -> int | None:
        """Add vectors; returns the last one's number."""
        import numpy as np

        last = None
        for numbers, matrix in _chunks(vectors, self.dimensions):
            self.flat.add(matrix)
            self.numbers = np.concatenate([self.numbers, numbers])
            last = int(numbers[-1])
        return last

    def search(
        self, query: NDArray[float32], count: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``count`` nearest with their cosine, the nearest first; of ``allowed`` ones alone if given."""
        # Both sides are bytes: products of them are sums of whole numbers.
        query = steps(query)
        found = self._search_flat(query, count, allowed)
        if self.cells:
            found += self._search_cells(query, count, allowed)
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:count]

    def _search_flat(
        self, query: NDArray[float32], count: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        import faiss
        import numpy as np

        if not len(self.numbers):
            return []
        options = None
        if allowed is not None:
            places = np.flatnonzero(np.isin(self.numbers, np.fromiter(allowed, np.int64, len(allowed))))
            options = faiss.SearchParameters()
            options.sel = _selector(places, len(self.numbers))
        threads = faiss.omp_get_max_threads()
        # One query is one thread's work here; on a busy machine the others' waiting takes ten times as long.
        faiss.omp_set_num_threads(1)
        try:
            similar, places = self.flat.search(query, min(count, len(self.numbers)), params=options)
        finally:
            faiss.omp_set_num_threads(threads)
        return [
            (int(self.numbers[place]), float(value) / SCALE**2)
            for place, value in zip(places[0], similar[0], strict=True)
            if place >= 0
        ]

    def _search_cells(
        self, query: NDArray[float32], count: int, allowed: Collection[int] | None
    ) -> list[tuple[int, float]]:
        import faiss
        import numpy as np

        options = faiss.SearchParametersIVF()
        options.nprobe = PROBES
        if allowed is not None:
            numbers = np.fromiter(allowed, np.int64, len(allowed))
            options.sel = _selector(numbers, int(numbers.max(initial=0)) + 1)
            # Few that are allowed may lie anywhere; to look at them alone is quick.
            options.nprobe = CELLS if len(allowed) < APPROXIMATE_FROM // 2 else PROBES
        similar, numbers = self.cells.search(query, count, params=options)
        return [(int(n), float(value) / SCALE**2) for n, value in zip(numbers[0], similar[0], strict=True) if n >= 0]


def build(vectors: Iterable[tuple[int, bytes]], sample: Iterable[bytes], dimensions: int) -> tuple[Any, int]:
    """The approximate index of ``vectors``, and the last one's number; its cells are found on ``sample``."""
    import faiss
    import numpy as np

    quantiser = faiss.IndexFlatIP(dimensions)
    cells = faiss.IndexIVFScalarQuantizer(
        quantiser,
        dimensions,
        CELLS,
        faiss.ScalarQuantizer.QT_8bit_direct_signed,
        faiss.METRIC_INNER_PRODUCT,
        False,
    )
    cells.cp.niter = 8
    cells.train(from_bytes(list(sample), dimensions).astype(np.float32))
    last = 0
    for numbers, matrix in _chunks(vectors, dimensions):
        cells.add_with_ids(matrix, numbers)
        last = int(numbers[-1])
    return cells, last


def write(cells: Any, database: DatabaseName) -> str:
    """Put an index beside the database; returns its token. A file that is in use is never changed.

    Raises:
        RegisterUnwritable: there is no space or no permission.
    """
    import faiss

    draft = database.with_name(f"{database.name}.{secrets.token_hex(6)}.draft")
    try:
        faiss.write_index(cells, str(draft))
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        # The size tells a file that was cut off, at once; the digest one with other bytes, to who takes the time.
        token = f"{secrets.token_hex(6)}-{_digest(draft)}-{draft.stat().st_size}"
        draft.replace(file_of(database, token))
    except (OSError, RuntimeError) as error:
        raise RegisterUnwritable(
            f"the vectors are stored, but their index could not be written beside {database} ({error}). Searches work, "
            "slowly. Free some disk space and run `dutybook index` again."
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return token


def is_whole(database: DatabaseName, token: str) -> bool:
    """Whether the file of an index is there and has the size it was written with."""
    try:
        return file_of(database, token).stat().st_size == int(token.rpartition("-")[2])
    except (OSError, ValueError):
        return False


def is_sound(database: DatabaseName, token: str) -> bool:
    """Whether the file of an index has the bytes it was written with: a second for each gigabyte."""
    try:
        return is_whole(database, token) and _digest(file_of(database, token)) == token.split("-")[1]
    except OSError:
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def read(database: DatabaseName, token: str, dimensions: int) -> Any:
    """The index of a file, or None where it is not there or not whole: it can always be made anew."""
    import faiss

    if not is_whole(database, token):
        return None
    try:
        cells = faiss.read_index(str(file_of(database, token)))
    except (OSError, RuntimeError, MemoryError):
        return None
    return cells if isinstance(cells, faiss.IndexIVF) and cells.d == dimensions else None


def file_of(database: DatabaseName, token: str) -> Path:
    """Where the index with this token is."""
    return database.with_name(f"{database.name}.{token}.vectors")


def tidy(database: DatabaseName, token: str | None) -> None:
    """Remove all files of indexes of this database but the one with this token, and what runs left that were cut off."""
    kept = file_of(database, token) if token else None
    for path in database.parent.iterdir():
        if not path.name.startswith(f"{database.name}.") or path == kept:
            continue
        draft = path.suffix == ".draft"
        if path.suffix == ".vectors" or (draft and path.stat().st_mtime < time.time() - _ABANDONED):
            path.unlink(missing_ok=True)


def _selector(numbers: Any, size: int) -> Any:
    import faiss
    import numpy as np

    bits = np.zeros(size, dtype=bool)
    bits[numbers] = True
    packed = np.packbits(bits, bitorder="little")
    selector: Any = faiss.IDSelectorBitmap(size, faiss.swig_ptr(packed))
    # faiss keeps the address alone.
    selector.packed = packed
    return selector


def _chunks(vectors: Iterable[tuple[int, bytes]], dimensions: int) -> Iterator[tuple[Any, Any]]:
    import numpy as np

    rest = iter(vectors)
    while chunk := list(islice(rest, _CHUNK)):
        numbers = np.fromiter((number for number, _ in chunk), np.int64, len(chunk))
        yield numbers, from_bytes([vector for _, vector in chunk], dimensions).astype(np.float32)
