"""The register: one database file, opened with :func:`open_register`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

from dutybook.records import Analysis
from dutybook.records.dates import utc_text
from dutybook.store.database.connection import MEMORY as MEMORY
from dutybook.store.database.connection import connect, immediate, translated
from dutybook.store.database.engines import empty_log, limit_cache, read_data_version, wait_for_server
from dutybook.store.database.folders import hide_folders
from dutybook.store.database.protocols import Connection
from dutybook.store.documents.flatten import Flat, flatten
from dutybook.store.documents.writer import Writer
from dutybook.store.maintenance import health
from dutybook.store.reader import Reader
from dutybook.store.search import results
from dutybook.store.search.articles import Articles
from dutybook.store.search.filters import Filters
from dutybook.store.search.ordering import order_named
from dutybook.store.search.results import Counts, Look, Results, Sibling
from dutybook.store.search.vectors import Vectors
from dutybook.store.versions import in_force
from dutybook.store.versions.differences import Differences


def open_register(
    path: str | Path = MEMORY, *, create: bool = True, read_only: bool = False, folders: bool = True
) -> Register:
    """Open a register, making it where there is none; ``":memory:"`` makes one that ends with the program.

    Use it in a ``with`` block. ``create=False`` asks for an existing file; ``read_only`` opens it so that nothing can
    be changed, also from a folder without write permission. Without ``folders`` the sources of documents and what is said of
    them have no folders of this machine; then nothing is written about documents.

    Raises:
        NotFound: there is no such file or folder.
        NotARegister: the file is something else, or damaged.
        SchemaMismatch: its schema is of another version of Dutybook.
        RegisterBusy: another process kept it locked for five seconds.
        RegisterUnreachable: its server does not answer.
        RegisterUnwritable: no permission, no space.

    >>> with open_register(":memory:") as register:
    ...     register.summary().norms
    0
    """
    register = Register(connect(path, create=create, read_only=read_only), str(path), read_only and str(path) != MEMORY)
    if not folders:
        hide_folders(register._connection)
    return register


class Register(Reader):
    """Works, documents and what was found in them. One process may write while others read.

    ``read_only``: nothing can be changed. For SQL of one's own, open the file with :mod:`sqlite3` or Datasette.
    ``differences`` tells what changed between versions, and where languages deviate.
    """

    def __init__(self, connection: Connection, path: str, read_only: bool = False) -> None:
        super().__init__(connection, path)
        self.read_only = read_only
        self.differences = Differences(connection)
        self._own_writer: Writer | None = None

    def __enter__(self) -> Register:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
        if damage := health.explain_damage(self.path, error):
            raise damage from error

    def close(self) -> None:
        """Close the file. The register cannot be used afterwards."""
        self._connection.close()

    @property
    def in_memory(self) -> bool:
        """Whether the register ends with the program."""
        return self.path == MEMORY

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What is written inside is stored together or not at all.

        Raises:
            RegisterBusy: another process kept the file locked for five seconds.
            RegisterUnreachable: the server stopped answering; nothing of it is there, or the message says that nobody knows.
            RegisterUnwritable: no permission, no space, or the file is no longer in its place.
        """
        with translated(self.path), immediate(self._connection):
            yield

    @contextmanager
    def translated_errors(self) -> Iterator[None]:
        """What SQLite raises inside becomes a :class:`~dutybook.errors.RegisterError` that says what to do."""
        with translated(self.path):
            yield

    def limit_cache(self, kib: int) -> None:
        """Keep at most so much of the file in memory; where many registers are open at once each should keep less."""
        limit_cache(self._connection, kib)

    def wait_for_server(self, seconds: float) -> None:
        """Have the first statement after a loss of the connection wait so long for a server that restarts; a file has none."""
        wait_for_server(self._connection, seconds)

    def data_version(self) -> int:
        """A number that changes as soon as another connection, of whatever process, has written into the file."""
        with translated(self.path):
            return read_data_version(self._connection)

    # writing

    def add(self, analysis: Analysis, version: str = "") -> bool:
        """Store an analysis in one transaction, in place of an earlier one of the same file; True if anything changed.

        ``version`` names the analyser; :meth:`has` asks for it.
        """
        return self.write(flatten(analysis, version))

    def write(self, flat: Flat) -> bool:
        """Store what :func:`dutybook.store.documents.flatten` made (in another process, say); True if anything changed."""
        with translated(self.path):
            return self._writer.put(flat)

    def remove(self, document: str) -> bool:
        """Forget a document by its full id; False if there is none."""
        with translated(self.path):
            return self._writer.remove(document)

    def empty_log(self) -> None:
        """Move what stands in the write-ahead log into the file, as far as nobody reads it, and overwrite the log; a server sees to its own."""
        with translated(self.path):
            empty_log(self._connection)

    def begin_run(self, version: str, paths: list[str]) -> int:
        """Note that an ingest begins; returns the run's id."""
        with translated(self.path), immediate(self._connection):
            made = self._connection.execute(
                "INSERT INTO runs (started, version, files, added, unchanged, unread, paths, problems)"
                " VALUES (?, ?, 0, 0, 0, 0, ?, '[]') RETURNING id",
                (utc_text(datetime.now(UTC)), version, json.dumps(paths, ensure_ascii=False)),
            )
            return int(made.fetchall()[0][0])

    def end_run(self, run: int, *, files: int, added: int, unchanged: int, problems: list[str]) -> None:
        """Note how an ingest ended; ``problems`` says what was left unread, a line each."""
        ended = utc_text(datetime.now(UTC))
        with translated(self.path), immediate(self._connection):
            self._connection.execute(
                "UPDATE runs SET finished = ?, files = ?, added = ?, unchanged = ?, unread = ?, problems = ? WHERE id = ?",
                (ended, files, added, unchanged, len(problems), json.dumps(problems, ensure_ascii=False), run),
            )

    @property
    def vectors(self) -> Vectors:
        """What search by meaning has of the norms."""
        return Vectors(self._connection, self.path)

    @property
    def _writer(self) -> Writer:
        if self._own_writer is None:
            self._own_writer = Writer(self._connection)
        return self._own_writer

    def has(self, sha256: str, version: str = "") -> bool:
        """Whether these bytes were analysed by this version already, with whatever result."""
        found = self.document_with(sha256)
        return found is not None and found.analyser == version

    def count_texts(self) -> int:
        """How many norms are stored, those included that search leaves out: a quick sign that the file can be read."""
        with translated(self.path):
            return int(self._connection.execute("SELECT count(*) FROM norms").fetchone()[0])

    def count(self, filters: Filters | None = None) -> int:
        """How many norms pass the filters; each version and language counts."""
        with translated(self.path):
            return results.count(self._connection, filters or Filters())

    def look(self, filters: Filters, facets: Iterable[str] = (), order: str = "") -> Look:
        """What passes the filters, for :meth:`page_of`: whoever decides by it what to ask for next looks once.

        Raises:
            BadFilter: there is no such order.
        """
        with translated(self.path):
            return results.look(self._connection, filters, facets, order_named(order))

    def page_of(self, seen: Look, limit: int, offset: int = 0, by_meaning: Sequence[str] = ()) -> Results:
        """A page of the norms that were looked for, one row over versions and languages, the best first; of very many hits the first
        15,000 are ranked. The facets also count norms that were found ``by_meaning``, without the words.
        """
        with translated(self.path):
            return results.results(self._connection, seen, limit, offset, by_meaning)

    def results(self, filters: Filters, limit: int, offset: int = 0, facets: Iterable[str] = ()) -> Results:
        """A page of the norms that pass the filters, as :meth:`page_of` gives it."""
        return self.page_of(self.look(filters, facets), limit, offset)

    def counts_of(self, norms: Sequence[str], filters: Filters, facets: Iterable[str]) -> dict[str, Counts]:
        """Counts of facets over some norms by their ids."""
        with translated(self.path):
            return results.counts_of(self._connection, norms, filters, facets)

    def rank(self, filters: Filters, *, limit: int, offset: int = 0) -> list[tuple[str, float]]:
        """Ids of a page of :meth:`results` with their ranks, best first."""
        return [(norm, rank) for norm, rank, _ in self.results(filters, limit, offset).ids]

    def find_identities(self, filters: Filters, most: int) -> list[str]:
        """Identities of at most so many norms that pass the filters, in no order: much quicker than to rank or to count them."""
        with translated(self.path):
            return results.find_identities(self._connection, filters, most)

    def articles(self, filters: Filters) -> Articles:
        """Which articles have which of the words that are looked for."""
        with translated(self.path):
            return Articles(self._connection, filters)

    def number(self, filters: Filters) -> int:
        """How many norms :meth:`results` would give in all: exact, however long it takes."""
        with translated(self.path):
            return results.number(self._connection, filters)

    def siblings(self, identities: list[str], filters: Filters) -> dict[str, list[Sibling]]:
        """The texts of norms in all languages by identity (see :class:`~dutybook.store.search.results.Sibling`)."""
        with translated(self.path):
            return results.siblings(self._connection, identities, filters)

    def without_text(self, day: date) -> list[tuple[str, str, str]]:
        """Works of which no text stood on a day: id, name, and the day from which on the register has one."""
        with translated(self.path):
            return in_force.without_text(self._connection, day)

    def check(self) -> list[str]:
        """What is wrong with the file, a line each; empty if it is sound."""
        return health.problems(self._connection)

    def content(self) -> Iterator[str]:
        """Every content row as a line of JSON in a fixed order: equal for registers that hold the same findings,
        in whatever order and by however many workers they were filled.
        """
        with translated(self.path):
            yield from health.content(self._connection)
