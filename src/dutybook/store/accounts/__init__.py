"""Accounts, sessions and tokens: a small file beside the register, so that this can be shared without them."""

from __future__ import annotations

from dutybook.store.accounts.file import AccountsFile, accounts_path
from dutybook.store.accounts.people import Unacceptable

__all__ = ["AccountsFile", "Unacceptable", "accounts_path"]
