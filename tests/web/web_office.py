"""An application that several people use, for tests."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from dutybook.store.accounts import people, sessions
from dutybook.web.app import create_app
from dutybook.web.settings import Settings

BASE = "http://127.0.0.1:8765"
PASSWORD = "correct horse battery"


class Office:
    """An application with accounts, and browsers of several people on it; passwords take little work here."""

    def __init__(self, database: Path, **more: Any) -> None:
        from argon2 import PasswordHasher

        from dutybook.web.account_access import AccountAccess, Passwords

        self.database = database
        self.now = datetime(2031, 5, 6, 9, 0, tzinfo=UTC)
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.door = AccountAccess(self.passwords, lambda: self.now)
        self.settings = Settings(database, "nobody", Path.cwd(), **more)
        self.app = create_app(self.settings, self.door)
        self.accounts = self.door.accounts

    def account(self, name: str, role: str = "reader", password: str = PASSWORD) -> None:
        _, key = people.add(self.accounts, name, role, self.now)
        hashed = self.passwords.hash(password)
        sessions.set_first_password(self.accounts, key, hashed, self.now, address="")

    def browser(self, base: str = BASE, address: str = "192.0.2.7", **headers: str) -> TestClient:
        """A browser of somebody who has not signed in."""
        told = {"accept-language": "en", **headers}
        return TestClient(
            self.app,
            base_url=base,
            headers=told,
            follow_redirects=False,
            client=(address, 4711),
            raise_server_exceptions=False,
        )

    def signed_in(self, name: str, **more: str) -> TestClient:
        browser = self.browser(**more)
        assert sign_in(browser, name).status_code == 303
        return browser

    def pass_time(self, **much: float) -> None:
        self.now += timedelta(**much)


def hidden(text: str) -> dict[str, str]:
    """The hidden fields of a page's forms, by name."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def sign_in(browser: TestClient, name: str, password: str = PASSWORD, **more: str) -> Any:
    """What is answered to somebody who fills in the form."""
    page = browser.get("/sign-in")
    return browser.post("/sign-in", data={**hidden(page.text), "name": name, "password": password, **more})
