"""Accounts, sessions and tokens, apart from the register, so that this can be shared without them."""

from __future__ import annotations

from dutybook.database_address import Address, DatabaseName
from dutybook.store.accounts.base import Accounts
from dutybook.store.accounts.file import AccountsFile, accounts_path
from dutybook.store.accounts.people import Unacceptable
from dutybook.store.accounts.server import AccountsOnServer

__all__ = ["Accounts", "AccountsFile", "Unacceptable", "accounts_of", "accounts_path"]


def accounts_of(database: DatabaseName) -> Accounts:
    """The accounts of a register: in a file next to its own, or in its database on a server."""
    return AccountsOnServer(database) if isinstance(database, Address) else AccountsFile(accounts_path(database))
