"""Compound files (MS-CFB): storages and streams in one file, as Outlook and old Office write them, read within bounds and written.

olefile reads them. What it takes from a file is bounded first: sizes of tables and streams by the size of the file, the
directory by a number of entries; a chain of sectors that leads back to itself ends where its size does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from olefile import OleFileIO
from olefile.olefile import STGTY_STORAGE, STGTY_STREAM

from dutybook.errors import BrokenDocument, TooLarge
from dutybook.reasons import Why, because, error_words

#: What a storage contains: streams as bytes, storages as trees.
Tree = dict[str, "bytes | Tree"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: A message with a thousand recipients has some 20,000 entries.
_MAX_ENTRIES = 50_000
_MAX_DEPTH = 32
_HEADER = struct.Struct("<8s16sHHHHH6xIIIIIIIII")
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")
_END, _FREE, _TABLE, _TABLE_OF_TABLES = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFC
_SECTOR, _SMALL_SECTOR, _SMALL = 512, 64, 4096


class _Bounded(OleFileIO):  # type: ignore[misc]
    """The reader of olefile, for a directory of bounded length."""

    def loaddirectory(self, sect: int) -> None:
        most = _MAX_ENTRIES * 128 // self.sectorsize
        steps, at = 0, sect
        while at < len(self.fat):
            at, steps = self.fat[at], steps + 1
            if steps > most:
                text = "its directory has more than {limit:,} entries, or leads back to itself"
                raise TooLarge(because(Why.COMPOUND_MANY, text, limit=_MAX_ENTRIES))
        super().loaddirectory(sect)

    def _check_duplicate_stream(self, first_sect: int, minifat: bool = False) -> None:
        """Two streams in the same place are counted by their sizes; looking for each in a list takes the square of their number."""


class Storage:
    """A storage in a compound file. Its streams are read when they are asked for."""

    def __init__(self, file: OleFileIO, entry: Any) -> None:
        self._file = file
        self._kids = {kid.name: kid for kid in reversed(entry.kids)}

    def size(self, name: str) -> int | None:
        """The bytes of a stream; None if there is no stream of this name."""
        kid = self._kids.get(name)
        return int(kid.size) if kid is not None and kid.entry_type == STGTY_STREAM else None

    def read(self, name: str) -> bytes:
        """The bytes of a stream; none if there is no stream of this name.

        Raises:
            BrokenDocument: it ends before its size.
        """
        size = self.size(name)
        if not size:
            return b""
        kid = self._kids[name]
        try:
            # By a path, olefile looks through all entries on the way for each stream.
            data: bytes = self._file._open(kid.isectStart, kid.size).read()
        except Exception as error:  # olefile lets through what hostile tables cause
            raise _damaged(error_words(error)) from error
        if len(data) < size:
            raise _damaged("a part ends before its size")
        return data

    def storages(self) -> Iterator[tuple[str, Storage]]:
        """The storages in this one, sorted by name."""
        for name, kid in sorted(self._kids.items()):
            if kid.entry_type == STGTY_STORAGE:
                yield name, Storage(self._file, kid)

    def storage(self, name: str) -> Storage | None:
        """A storage in this one; None if there is none of this name."""
        kid = self._kids.get(name)
        found = kid is not None and kid.entry_type == STGTY_STORAGE
        return Storage(self._file, kid) if found else None

    def tree(self, depth: int = 0) -> Tree:
        """All that is in the storage.

        Raises:
            BrokenDocument: a stream ends before its size, or storages are nested too deeply.
        """
        if depth > _MAX_DEPTH:
            raise BrokenDocument(because(Why.NESTED, "the file nests its parts too deeply to be read"))
        made: Tree = {name: self.read(name) for name in self._kids if self.size(name) is not None}
        return made | {name: storage.tree(depth + 1) for name, storage in self.storages()}


def read_compound_file(data: bytes) -> Storage:
    """The root of a compound file.

    Raises:
        BrokenDocument: it is none, is damaged, or claims to hold more than it has.
        TooLarge: its directory has more entries than any document.
    """
    _check_header(data)
    try:
        # Only a stream: olefile takes short bytes for the name of a file.
        file = _Bounded(BytesIO(data))
    except (BrokenDocument, TooLarge):
        raise
    except RecursionError as error:
        raise BrokenDocument(because(Why.NESTED, "the file nests its parts too deeply to be read")) from error
    except Exception as error:  # olefile lets through what hostile tables cause
        raise _damaged(error_words(error)) from error
    claimed = sum(entry.size for entry in file.direntries if entry is not None and entry.entry_type == STGTY_STREAM)
    if claimed > len(data) or file.root.size > len(data):
        raise _damaged("its parts are larger than the file")
    return Storage(file, file.root)


def _check_header(data: bytes) -> None:
    """Refuse tables that are larger than the file.

    Raises:
        BrokenDocument: the header is cut off, or says what no file has.
    """
    if len(data) < 3 * _SECTOR or not data.startswith(MAGIC):
        raise _damaged("it ends too early")
    fields = _HEADER.unpack(data[: _HEADER.size])
    shift, small_shift, tables, small_tables, tables_of_tables = (fields[n] for n in (5, 6, 8, 13, 15))
    if shift not in (9, 12) or small_shift != 6:
        raise _damaged("its sectors have a size that no file has")
    sectors = len(data) >> shift
    if tables > sectors // (1 << (shift - 2)) + 1 or max(small_tables, tables_of_tables) > sectors:
        raise _damaged("its tables are larger than the file")


def _damaged(why: str) -> BrokenDocument:
    text = "the file is damaged ({why}): get it again, or open it in Outlook and save it anew"
    return BrokenDocument(because(Why.COMPOUND_DAMAGED, text, why=why))


# Writing


class _Writer:
    """Collects directory entries and the sectors of streams."""

    def __init__(self) -> None:
        self.entries: list[bytes] = []
        self.sectors: list[bytes] = []
        self.table: list[int] = []
        self.small: list[bytes] = []
        self.small_table: list[int] = []

    def add_chain(self, data: bytes, *, small: bool = False) -> int:
        """Store bytes in sectors of their own; returns the first one."""
        size = _SMALL_SECTOR if small else _SECTOR
        sectors, table = (self.small, self.small_table) if small else (self.sectors, self.table)
        first = len(sectors)
        pieces = [data[at : at + size].ljust(size, b"\x00") for at in range(0, len(data), size)]
        sectors += pieces
        table += [*range(first + 1, first + len(pieces)), _END][: len(pieces)]
        return first if pieces else _END

    def add_entries(self, tree: Mapping[str, bytes | Tree]) -> int:
        """Store the entries of a storage as a balanced tree; returns the root of it."""
        names = sorted(tree, key=lambda name: (len(name.encode("utf-16-le")), name.upper()))
        numbers = {name: self._reserve() for name in names}

        def join(low: int, high: int) -> int:
            if low >= high:
                return _FREE
            middle = (low + high) // 2
            name = names[middle]
            left, right = join(low, middle), join(middle + 1, high)
            self.entries[numbers[name]] = self._entry(name, tree[name], left, right)
            return numbers[name]

        return join(0, len(names))

    def _reserve(self) -> int:
        self.entries.append(b"")
        return len(self.entries) - 1

    def _entry(self, name: str, content: bytes | Tree, left: int, right: int) -> bytes:
        if isinstance(content, bytes):
            small = len(content) < _SMALL
            start = self.add_chain(content, small=small)
            return pack_entry(name, 2, left, right, start=start, size=len(content))
        return pack_entry(name, 1, left, right, child=self.add_entries(content))


def pack_entry(
    name: str, kind: int, left: int = _FREE, right: int = _FREE, *, child: int = _FREE, start: int = 0, size: int = 0
) -> bytes:
    """A directory entry; ``kind`` is 1 for a storage, 2 for a stream, 5 for the root."""
    raw = name.encode("utf-16-le")[:62]
    return _ENTRY.pack(raw, len(raw) + 2, kind, 1, left, right, child, bytes(16), 0, 0, 0, start, size)


def write_compound_file(tree: Tree, class_id: bytes = bytes(16)) -> bytes:
    """A compound file of version 3 that contains ``tree``; ``class_id`` says which program made it."""
    writer = _Writer()
    writer.entries.append(b"")
    child = writer.add_entries(tree)
    small = b"".join(writer.small)
    start = writer.add_chain(small)
    root = bytearray(pack_entry("Root Entry", 5, child=child, start=start, size=len(small)))
    root[80:96] = class_id
    writer.entries[0] = bytes(root)
    small_table = _packed(writer.small_table)
    small_start = writer.add_chain(small_table)
    blank = bytearray(_ENTRY.pack(b"", 0, 0, 0, _FREE, _FREE, _FREE, bytes(16), 0, 0, 0, 0, 0))
    while len(writer.entries) % 4:
        writer.entries.append(bytes(blank))
    directory = writer.add_chain(b"".join(writer.entries))
    return _assemble(writer, directory, small_start, -(-len(small_table) // _SECTOR))


def _packed(numbers: list[int]) -> bytes:
    padded = numbers + [_FREE] * (-len(numbers) % 128)
    return struct.pack(f"<{len(padded)}I", *padded)


def _assemble(writer: _Writer, directory: int, small_start: int, small_tables: int) -> bytes:
    """The header and the sectors, with the tables that lead through them at the end."""
    data = len(writer.table)
    tables, lists = 0, 0
    while data + tables + lists > tables * 128 or lists * 127 < tables - 109:
        tables = -(-(data + tables + lists) // 128)
        lists = max(0, -(-(tables - 109) // 127))
    places = list(range(data, data + tables))
    listing = list(range(data + tables, data + tables + lists))
    table = _packed(writer.table + [_TABLE] * tables + [_TABLE_OF_TABLES] * lists)
    beyond = b""
    for number in range(lists):
        part = places[109 + number * 127 : 109 + (number + 1) * 127]
        following = listing[number + 1] if number + 1 < lists else _END
        beyond += struct.pack("<128I", *part, *[_FREE] * (127 - len(part)), following)
    header = _HEADER.pack(
        MAGIC, bytes(16), 0x3E, 3, 0xFFFE, 9, 6, 0, tables, directory, 0, _SMALL,
        small_start, small_tables, listing[0] if lists else _END, lists,
    )  # fmt: skip
    first = places[:109] + [_FREE] * (109 - len(places[:109]))
    return header + struct.pack("<109I", *first) + b"".join(writer.sectors) + table + beyond
