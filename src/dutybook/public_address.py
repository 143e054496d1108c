"""The address of the register in a browser, for links in what leaves this program: workbooks, calendars, messages."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from dutybook.errors import BadRequest

#: The environment variable with the address under which people reach ``dutybook serve``.
VARIABLE = "DUTYBOOK_URL"


def public_address() -> str:
    """The address that the environment names, without a slash at its end; empty if it names none.

    Raises:
        BadRequest: it is no web address.
    """
    given = os.environ.get(VARIABLE, "").strip()
    parts = urlsplit(given)
    if given and (parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment):
        raise BadRequest(f"{VARIABLE} is no web address such as https://dutybook.example: {given!r}")
    return given.rstrip("/")
