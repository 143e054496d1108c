"""Where a register is: a file, or the address of a database in PostgreSQL, which stands for a path where files lie beside a register.

Accounts, fetched documents, uploads and the approximate index are files beside a register's file. Those of a register on a server are
in a folder of this machine, which ``DUTYBOOK_FILES`` names.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from dutybook.errors import BadRequest

#: Names the folder for the files that belong to a register on a server.
FILES_VARIABLE = "DUTYBOOK_FILES"
#: How an address begins.
SCHEMES = ("postgresql://", "postgres://")


class Address(str):
    """The address of a database in PostgreSQL (``postgresql://user@host/name``), used where a register's file may stand.

    >>> address = Address("postgresql://anna:secret@db.example/duties")
    >>> address.without_password
    'postgresql://anna@db.example/duties'
    """

    __slots__ = ()

    def __format__(self, how: str) -> str:
        """Messages never have the password."""
        return format(self.without_password, how)

    @property
    def without_password(self) -> str:
        """The address without its password."""
        parts = urlsplit(self)
        if parts.password is None:
            return str(self)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=f"{parts.username}@{host}"))

    @property
    def name(self) -> str:
        """What files beside the register begin with: host and database."""
        parts = urlsplit(self)
        host = parts.hostname or parse_qs(parts.query).get("host", ["local"])[0]
        port = f"-{parts.port}" if parts.port else ""
        return re.sub(r"[^\w.-]+", "_", f"{host}{port}-{parts.path.strip('/') or parts.username or 'default'}").strip(
            "_"
        )

    @property
    def stem(self) -> str:
        """The same as :attr:`name`: an address has no ending."""
        return self.name

    @property
    def parent(self) -> Path:
        """The folder for files beside the register, which is made where needed."""
        given = os.environ.get(FILES_VARIABLE)
        folder = Path(given) if given else Path.home() / ".local" / "share" / "dutybook" / self.name
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder.absolute()

    def with_name(self, name: str) -> Path:
        """A file beside the register."""
        return self.parent / name

    def exists(self) -> bool:
        """Whether there is a register is known when it is opened."""
        return True

    def absolute(self) -> Address:
        """An address is the same everywhere."""
        return self

    def resolve(self) -> Address:
        """An address is the same everywhere."""
        return self


#: A register's file, or its address.
DatabaseName = Path | Address


def file_needed(database: DatabaseName, what: str) -> Path:
    """The register's file, for what works on files alone.

    Raises:
        BadRequest: the register is on a server.
    """
    if isinstance(database, Address):
        raise BadRequest(
            f"{what} works on a register in a file; {database.without_password} is kept by its server. Copy the register into a file "
            f"(dutybook db copy {database.without_password} FILE), or use PostgreSQL's own pg_dump and pg_restore."
        )
    return database


def is_address(text: str) -> bool:
    """Whether this names a database on a server, and no file."""
    return text.startswith(SCHEMES)


def database_named(text: str | Path) -> DatabaseName:
    """The file or the address that was named."""
    return Address(text) if isinstance(text, str) and is_address(text) else Path(text)
