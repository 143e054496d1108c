"""Evidence that duties are met: a link, or a file copied into the folder of the register, with the day until which it counts."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from dutybook.database_address import database_named
from dutybook.errors import BadRequest, NotFound
from dutybook.store.controls.controls import find_control
from dutybook.store.controls.items import Item, ItemTable, check_unchanged, given_values
from dutybook.store.database.connection import MEMORY, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.ids import ids_named, only_id
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change, check_day, check_lengths, check_link
from dutybook.store.maintenance.copies import evidence_path
from dutybook.store.search.terms import fold
from dutybook.store.sql import compose
from dutybook.suggestions import did_you_mean

if TYPE_CHECKING:
    from dutybook.store.register import Register

LINK, FILE = "link", "file"
#: People are reminded so many days before evidence expires, unless they say otherwise.
REMIND_DAYS = 30
#: The most bytes of a file.
MAX_BYTES = 100_000_000
_LONGEST = {"title": 300, "owner": 200, "description": 20_000}
_CHUNK = 1 << 20
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True, slots=True)
class EvidenceItem(Item):
    """``kind`` is link or file, ``target`` an address, or the path of the file from the folder of the database.

    ``sha256`` and ``bytes`` are of a file. ``valid_until`` is the last day on which it counts (ISO 8601), empty where it does not end.
    """

    title: str = ""
    kind: str = LINK
    target: str = ""
    sha256: str = ""
    bytes: int = 0
    valid_until: str = ""
    remind_days: int = REMIND_DAYS
    owner: str = ""
    description: str = ""

    def state(self, today: date) -> str:
        """expired, expiring (people are to be reminded) or valid."""
        if not self.valid_until:
            return "valid"
        until = date.fromisoformat(self.valid_until)
        return (
            "expired" if until < today else "expiring" if until - timedelta(days=self.remind_days) <= today else "valid"
        )


EVIDENCE = ItemTable("evidence", "evidence_items", EvidenceItem)


@dataclass(frozen=True, slots=True)
class EvidenceChange:
    """What is to be said of evidence; None leaves a field as it is, an empty text takes it away.

    Raises:
        BadRequest: something in it cannot be meant.
    """

    title: str | None = None
    target: str | None = None
    valid_until: str | None = None
    remind_days: int | None = None
    owner: str | None = None
    description: str | None = None

    def __post_init__(self) -> None:
        check_day("valid until", self.valid_until)
        check_lengths(self, _LONGEST)
        if self.title is not None and (not self.title.strip() or "\n" in self.title):
            raise BadRequest("evidence needs a title of one line.")
        if self.remind_days is not None and not 0 <= self.remind_days <= 3650:
            raise BadRequest("a reminder comes 0 to 3650 days before.")
        if self.target is not None:
            check_link(self.title or "", self.target)

    @property
    def values(self) -> dict[str, str | int]:
        """The fields that are given."""
        return given_values(self)


def add_link(register: Register, change: EvidenceChange, *, by: str, now: datetime | None = None) -> EvidenceItem:
    """Keep a link as evidence; it is never opened.

    Raises:
        BadRequest: it has no title or no address, or nobody is named.
    """
    if change.title is None or change.target is None:
        raise BadRequest("evidence needs a title and an address or a file.")
    with reviews.writing(register, by=by, now=now) as book:
        return EVIDENCE.add(book.connection, {**change.values, "kind": LINK}, by=book.by, at=book.at)


def add_file(
    register: Register, path: Path, change: EvidenceChange, *, by: str, now: datetime | None = None, name: str = ""
) -> EvidenceItem:
    """Copy a file into the folder of the register and keep it as evidence; the title is the file's name where none is given.

    ``name`` is what the file is called where it came from.

    Raises:
        NotFound: there is no such file.
        BadRequest: it is too large or no file, the register has no folder, or nobody is named.
    """
    if change.target is not None:
        raise BadRequest("evidence is a link or a file: give one of them.")
    # A name of nobody is refused before anything is copied.
    with reviews.writing(register, by=by, now=now) as book:
        called = name or path.name
        digest, size, kept = _copied(register, path, called)
        values = {
            "title": called[:300],
            **change.values,
            "kind": FILE,
            "target": kept,
            "sha256": digest,
            "bytes": size,
        }
        return EVIDENCE.add(book.connection, values, by=book.by, at=book.at)


def folder_of(register: Register) -> Path:
    """The folder beside the database that has the files of evidence; it may not be there yet.

    Raises:
        BadRequest: the register is in memory.
    """
    if register.path == MEMORY:
        raise BadRequest("a register in memory has no folder for files: keep a link instead.")
    return evidence_path(database_named(register.path))


def file_of(register: Register, item: EvidenceItem) -> Path:
    """Where the file of evidence is.

    Raises:
        NotFound: it is a link, or the file is not in its place.
    """
    folder = folder_of(register)
    path = folder / Path(item.target).name
    if item.kind != FILE or not path.is_file() or path.is_symlink():
        raise NotFound(f"there is no file of {item.title!r} in {folder.name}.")
    return path


def _copied(register: Register, path: Path, called: str) -> tuple[str, int, str]:
    """Copy a file; returns the digest of its bytes, its size, and its path from the folder of the database."""
    if not path.is_file():
        raise NotFound(f"there is no file {path}.")
    folder = folder_of(register)
    part = folder / f".{secrets.token_hex(8)}.part"
    digest, size = hashlib.sha256(), 0
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with (
            path.open("rb") as source,
            os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as made,
        ):
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > MAX_BYTES:
                    raise BadRequest(
                        f"{path.name} has more than {MAX_BYTES // 1_000_000} MB: keep a link to it instead."
                    )
                digest.update(chunk)
                made.write(chunk)
            made.flush()
            os.fsync(made.fileno())
        name = f"{digest.hexdigest()[:16]}-{safe_name(called)}"
        part.replace(folder / name)
    except OSError as error:
        raise BadRequest(f"{path.name} cannot be copied into {folder.name}: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return digest.hexdigest(), size, f"{folder.name}/{name}"


def safe_name(name: str) -> str:
    """A file's name with letters, digits, points and hyphens alone, whatever system it comes from.

    >>> safe_name("../../etc/pass wd"), safe_name("Prüfbericht (2031).pdf"), safe_name("con.txt"), safe_name("...")
    ('pass-wd', 'Prufbericht-2031-.pdf', 'file-con.txt', 'file')
    """
    last = re.split(r"[/\\\\]", name)[-1]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    stem, point, suffix = _UNSAFE.sub("-", plain).strip("-.").rpartition(".")
    made = f"{stem[:60]}.{suffix[:10]}" if point else suffix[:60]
    return f"file-{made}" if _RESERVED.match(made) else made or "file"


def change_evidence(
    register: Register,
    identity: str,
    change: EvidenceChange,
    *,
    by: str,
    now: datetime | None = None,
    revision: int | None = None,
) -> EvidenceItem:
    """Change evidence (its id), also where norms name it.

    Raises:
        NotFound: there is none.
        BadRequest: the address of a file cannot be changed.
        ChangedSince: somebody changed it after ``revision``.
    """
    with reviews.writing(register, by=by, now=now) as book:
        item = _loaded(book.connection, identity)
        check_unchanged(item, revision)
        if item.kind == FILE and change.target is not None:
            raise BadRequest("the file of evidence stays: add another one.")
        made = EVIDENCE.change(book.connection, item, change.values, by=book.by, at=book.at)
        if (made.title, made.target) != (item.title, item.target):
            for review in _reviews(book.connection, identity):
                reviews.relink(book, review, item.id, (made.title, made.target))
            book.write()
        return made


def link_norms(
    register: Register, identity: str, norms: Sequence[str], *, by: str, now: datetime | None = None, why: str = ""
) -> int:
    """Say that evidence (id) shows that norms (full ids) are met; returns for how many it did not before."""
    with translated(register.path):
        item = _loaded(register._connection, identity)
    change = Change(links=((item.title, item.target, item.id),), reason=why or None)
    made = reviews.change(register, norms, change, by=by, now=now)
    return sum(1 for done in made if done.before is None or done.before.links != done.after.links)


def find_targets(register: Register, norms: Iterable[str], names: Iterable[str]) -> tuple[list[str], list[str]]:
    """The full ids of norms and of controls, by what people call them.

    Raises:
        NotFound: there is no such norm or control, or several are called so.
    """
    return [register.norm(norm).norm.id for norm in norms], [find_control(register, name).id for name in names]


def link(
    register: Register,
    identity: str,
    norms: Sequence[str],
    controls: Iterable[str],
    *,
    by: str,
    now: datetime | None = None,
) -> int:
    """Link evidence (id) to norms and controls (full ids); returns how many of these links are new."""
    made = link_norms(register, identity, norms, by=by, now=now) if norms else 0
    return made + sum(set_control(register, identity, control, there=True, by=by, now=now) for control in controls)


def set_control(
    register: Register, identity: str, control: str, *, there: bool, by: str, now: datetime | None = None
) -> bool:
    """Say that evidence (id) shows that a control (id) works, or no longer; False where that was said already.

    Raises:
        NotFound: there is no such evidence or control.
    """
    with reviews.writing(register, by=by, now=now) as book:
        item = _loaded(book.connection, identity)
        if not book.connection.execute("SELECT 1 FROM controls WHERE id = ?", (control,)).fetchone():
            raise NotFound(f"there is no control {control!r}.")
        known = book.connection.execute(
            "SELECT 1 FROM control_evidence WHERE item = ? AND control = ?", (identity, control)
        ).fetchone()
        if bool(known) == there:
            return False
        if there:
            sql = "INSERT INTO control_evidence (item, control, by, at) VALUES (?, ?, ?, ?)"
            book.connection.execute(sql, (identity, control, book.by, book.at))
        else:
            book.connection.execute("DELETE FROM control_evidence WHERE item = ? AND control = ?", (identity, control))
        EVIDENCE.link(book.connection, item, ("control", control), there=there, by=book.by, at=book.at)
        return True


def unlink_norms(
    register: Register, identity: str, norms: Sequence[str], *, by: str, now: datetime | None = None, why: str = ""
) -> int:
    """Unlink evidence (id) from norms (full ids); returns how many of them were linked."""
    known = reviews.records(register, norms)
    linked = [norm for norm in norms if norm in known and any(link.item == identity for link in known[norm].links)]
    if linked:
        change = Change(unlink_evidence=(identity,), reason=why or None)
        reviews.change(register, linked, change, by=by, now=now)
    return len(linked)


def remove_evidence(
    register: Register, identity: str, *, by: str, now: datetime | None = None, revision: int | None = None
) -> None:
    """Remove evidence (id), its links, and its file unless other evidence has the same one. The history of it stays.

    Raises:
        NotFound: there is none.
        ChangedSince: somebody changed it after ``revision``.
    """
    with reviews.writing(register, by=by, now=now) as book:
        item = _loaded(book.connection, identity)
        check_unchanged(item, revision)
        for review in _reviews(book.connection, identity):
            reviews.unlink_evidence(book, review, identity)
        book.write()
        controls = book.connection.execute(
            "SELECT control FROM control_evidence WHERE item = ?", (identity,)
        ).fetchall()
        for (control,) in controls:
            EVIDENCE.link(book.connection, item, ("control", control), there=False, by=book.by, at=book.at)
        book.connection.execute("DELETE FROM control_evidence WHERE item = ?", (identity,))
        EVIDENCE.remove(book.connection, item, item.title, by=book.by, at=book.at)
        shared = book.connection.execute(
            "SELECT 1 FROM evidence_items WHERE target = ? LIMIT 1", (item.target,)
        ).fetchone()
    # Once it is certain that the register names it no more.
    if item.kind == FILE and not shared:
        with suppress(NotFound, OSError):
            file_of(register, item).unlink()


def find_evidence(register: Register, text: str) -> EvidenceItem:
    """Evidence by its title or its id (four characters are enough).

    Raises:
        NotFound: there is none, or several are called so.
    """
    with translated(register.path):
        connection = register._connection
        named = connection.execute("SELECT id FROM evidence_items WHERE fold(title) = ? LIMIT 2", (fold(text.strip()),))
        called = [row[0] for row in named]
        if len(called) > 1:
            raise NotFound(f"several pieces of evidence are called {text!r}: give the id.")
        found = called or ids_named(connection, EVIDENCE.table, text)
        known = [row[0] for row in connection.execute("SELECT title FROM evidence_items")] if not found else ()
        where = f"{did_you_mean(text, known)} `dutybook evidence list` shows all.".lstrip()
        return _loaded(connection, only_id(found, text, "evidence", where))


_LIST = """SELECT id FROM evidence_items WHERE (?1 = '' OR instr(fold(title || ' ' || description || ' ' || target), ?1))
    AND (?2 = '' OR (valid_until <> '' AND valid_until <= ?2)) ORDER BY valid_until = '', valid_until, fold(title), id"""


def list_evidence(register: Register, *, words: str = "", until: date | None = None) -> list[EvidenceItem]:
    """Evidence, what expires first coming first; ``until``: only what expires by this day."""
    with translated(register.path):
        connection = register._connection
        ids = connection.execute(_LIST, (fold(words.strip()), until.isoformat() if until else "")).fetchall()
        return list(EVIDENCE.load(connection, [row[0] for row in ids]).values())


def expiring(register: Register, today: date) -> list[EvidenceItem]:
    """Evidence that expired, or of whose end people are to be reminded."""
    return [item for item in list_evidence(register) if item.state(today) != "valid"]


_LINKED_NORMS = compose(
    """SELECT r.norm, b.place, b.title FROM review_links l JOIN reviews r ON r.id = l.review
    JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE l.item = ? ORDER BY b.title, b.span_start, r.id"""
)


def linked_norms(register: Register, identity: str) -> list[tuple[str, str, str]]:
    """The norms that evidence (id) is of, each with its place and the title of its act."""
    return [(str(n), str(place), str(title)) for n, place, title in register._select(_LINKED_NORMS, identity)]


_ALL_NORMS = """SELECT b.norm FROM review_links l JOIN review_norms b ON b.review = l.review WHERE l.item = ?1
    UNION SELECT b.norm FROM control_evidence e JOIN review_controls c ON c.control = e.control
    JOIN review_norms b ON b.review = c.review WHERE e.item = ?1"""


def all_norms(register: Register, identity: str) -> set[str]:
    """The norms that evidence (id) is of, in all versions, also by way of its controls."""
    return {str(row[0]) for row in register._select(_ALL_NORMS, identity)}


def linked_controls(register: Register, identity: str) -> list[str]:
    """The ids of the controls that evidence (id) is of."""
    return [
        str(row[0])
        for row in register._select("SELECT control FROM control_evidence WHERE item = ? ORDER BY at", identity)
    ]


def evidence_of_control(register: Register, control: str) -> list[EvidenceItem]:
    """The evidence that a control (id) works, the newest last."""
    rows = register._select("SELECT item FROM control_evidence WHERE control = ? ORDER BY at, item", control)
    return evidence_by_id(register, [row[0] for row in rows])


def evidence_by_id(register: Register, ids: Sequence[str]) -> list[EvidenceItem]:
    """Evidence by ids, in this order."""
    with translated(register.path):
        return list(EVIDENCE.load(register._connection, ids).values())


def _reviews(connection: Connection, identity: str) -> list[str]:
    return [
        str(row[0])
        for row in connection.execute("SELECT DISTINCT review FROM review_links WHERE item = ?", (identity,))
    ]


def _loaded(connection: Connection, identity: str) -> EvidenceItem:
    found = EVIDENCE.load(connection, [identity])
    if identity not in found:
        raise NotFound(f"there is no evidence {identity!r}. `dutybook evidence list` shows all.")
    return found[identity]
